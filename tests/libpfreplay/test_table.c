/*
 * test_table.c - (id, creatorid) -> entry.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "table.h"

#define MANY 20000

static uint32_t
find(const struct table *table, uint64_t id, uint32_t creatorid)
{
	return table_find(table, id, creatorid, table_hash(table, id, creatorid));
}

static uint32_t
add(struct table *table, uint64_t id, uint32_t creatorid)
{
	return table_add(table, id, creatorid, table_hash(table, id, creatorid));
}

static void
both_parts_make_the_key(void **state)
{
	struct table table;
	uint32_t a, b, c;

	(void)state;
	table_init(&table, 100, 1);
	a = add(&table, 7, 1);
	b = add(&table, 7, 2);
	c = add(&table, 8, 1);
	assert_true(a != b && b != c && a != c);
	assert_int_equal(find(&table, 7, 1), a);
	assert_int_equal(find(&table, 7, 2), b);
	assert_int_equal(find(&table, 8, 1), c);
	assert_int_equal(find(&table, 8, 2), 0);
	assert_true(view_none(table_entry(&table, a)));
	table_clear(&table);
}

/* Adds and removes in a scrambled order and compares with a plain array. */
static void
removing_closes_gaps(void **state)
{
	struct table table;
	static bool held[MANY];
	uint32_t random = 12345;

	(void)state;
	table_init(&table, MANY, 99);
	memset(held, 0, sizeof(held));
	for (int i = 0; i < 10 * MANY; i++) {
		uint32_t id;

		random = random * 1664525U + 1013904223U;
		id = (random >> 8) % MANY;
		if (held[id])
			table_remove(&table, find(&table, id, 5));
		else
			assert_int_not_equal(add(&table, id, 5), 0);
		held[id] = !held[id];
	}
	for (uint32_t id = 0; id < MANY; id++) {
		uint32_t number = find(&table, id, 5);

		assert_int_equal(number != 0, held[id]);
		if (number != 0)
			assert_int_equal(table_entry(&table, number)->id, id);
	}
	table_clear(&table);
}

static void
the_limit_holds_and_the_table_stays_whole(void **state)
{
	struct table table;

	(void)state;
	table_init(&table, 3, 0);
	for (uint64_t id = 1; id <= 3; id++)
		assert_int_not_equal(add(&table, id, 0), 0);
	assert_int_equal(add(&table, 4, 0), 0);
	assert_int_equal(find(&table, 4, 0), 0);
	table_remove(&table, find(&table, 2, 0));
	assert_int_not_equal(add(&table, 4, 0), 0);
	assert_int_not_equal(find(&table, 3, 0), 0);
	table_clear(&table);
}

static void
fetching_ahead_changes_nothing(void **state)
{
	struct table table;

	(void)state;
	table_init(&table, 10, 0);
	add(&table, 1, 1);
	for (uint64_t id = 0; id < 5; id++) {
		table_prefetch_slot(&table, table_hash(&table, id, 1));
		table_prefetch_entry(&table, table_hash(&table, id, 1));
	}
	assert_int_not_equal(find(&table, 1, 1), 0);
	assert_int_equal(table.entries.live, 1);
	table_clear(&table);
}

/* The aim is 400 bytes a state of two nodes; this is the larger half. */
static void
an_entry_is_three_cache_lines(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct entry), 3 * SLAB_LINE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_parts_make_the_key),
	    cmocka_unit_test(removing_closes_gaps),
	    cmocka_unit_test(the_limit_holds_and_the_table_stays_whole),
	    cmocka_unit_test(fetching_ahead_changes_nothing),
	    cmocka_unit_test(an_entry_is_three_cache_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
