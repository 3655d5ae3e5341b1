/*
 * test_creator.c - lists of entries by creator.
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

#include "creator.h"

static uint32_t
add(struct creators *creators, struct table *table, uint64_t id, uint32_t creatorid)
{
	uint32_t number = table_add(table, id, creatorid, table_hash(table, id, creatorid));

	creators_link(creators, table, number);
	return number;
}

static unsigned
count(const struct creators *creators, const struct table *table, uint32_t creatorid)
{
	unsigned n = 0;

	for (uint32_t i = creators_first(creators, creatorid); i != 0;
	     i = table_entry(table, i)->next) {
		assert_int_equal(table_entry(table, i)->creatorid, creatorid);
		n++;
	}
	return n;
}

static void
lists_follow_adds_and_removes(void **state)
{
	struct creators creators;
	struct table table;
	uint32_t a, b, c, other;

	(void)state;
	table_init(&table, 100, 0);
	creators_init(&creators);
	assert_int_equal(creators_first(&creators, 1), 0);
	a = add(&creators, &table, 1, 1);
	b = add(&creators, &table, 2, 1);
	other = add(&creators, &table, 1, 2);
	c = add(&creators, &table, 3, 1);
	assert_int_equal(creators_first(&creators, 1), c);
	assert_int_equal(count(&creators, &table, 1), 3);
	creators_unlink(&creators, &table, b); /* middle */
	assert_int_equal(count(&creators, &table, 1), 2);
	creators_unlink(&creators, &table, c); /* first */
	assert_int_equal(creators_first(&creators, 1), a);
	creators_unlink(&creators, &table, a); /* last */
	assert_int_equal(creators_first(&creators, 1), 0);
	assert_int_equal(count(&creators, &table, 2), 1);
	assert_int_equal(g_hash_table_size(creators.by_id), 1);
	creators_unlink(&creators, &table, other);
	assert_int_equal(g_hash_table_size(creators.by_id), 0);
	creators_clear(&creators);
	table_clear(&table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lists_follow_adds_and_removes)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
