/*
 * test_table.c - states are found while they are there, and only then.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "node/table.h"

#define STATES 5000

static void
fill(struct fw_state *st, uint32_t n)
{
	st->id = n * UINT64_C(0x100000001);
	st->creatorid = n % 3;
	st->af = st->stack_af = PFSYNC_AF_INET;
	st->proto = 6;
	st->direction = PFSYNC_IN;
	st->wire.addr[0].b[0] = (uint8_t)(n >> 8);
	st->wire.addr[0].b[1] = (uint8_t)n;
	st->stack = st->wire;
	if (n % 2 == 0)
		st->stack.port[1] = 8080;
}

/* Random insertions and removals against a plain array. */
static void
finds_what_is_there(void **state)
{
	static uint32_t where[STATES];
	uint64_t random = 88172645463325252U;
	struct table table;
	uint32_t live = 0;

	(void)state;
	table_init(&table, 7);
	memset(where, 0xff, sizeof(where));
	for (int step = 0; step < 60000; step++) {
		uint32_t n;
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		n = (uint32_t)(random >> 20) % STATES;
		if (where[n] == TABLE_NONE) {
			uint32_t index = table_new(&table);
			fill(table_at(&table, index), n);
			assert_int_equal(
			    table_key_taken(&table, table_at(&table, index)), TABLE_NONE);
			assert_true(table_link(&table, index));
			where[n] = index;
			live++;
		} else {
			table_unlink(&table, where[n]);
			table_drop(&table, where[n]);
			where[n] = TABLE_NONE;
			live--;
		}
		assert_int_equal(table.live, live);
		n = (uint32_t)(random >> 40) % STATES;
		assert_int_equal(table_find(&table, n * UINT64_C(0x100000001), n % 3), where[n]);
		assert_int_equal(
		    table_find(&table, n * UINT64_C(0x100000001), n % 3 + 3), TABLE_NONE);
	}
	for (uint32_t n = 0; n < STATES; n++) {
		struct fw_state like = {0};
		fill(&like, n);
		assert_int_equal(table_key_taken(&table, &like), where[n]);
	}
	/* Indexes are used again: not many more than were ever live at once. */
	assert_true(table.high <= STATES);
	table_clear(&table);
	assert_int_equal(table.live, 0);
	assert_int_equal(table_find(&table, 0, 0), TABLE_NONE);
	table_free(&table);
}

/* Same interface, same direction, either key (SEM 1.5). */
static void
what_collides(void **state)
{
	struct table table;
	struct fw_state like = {0};
	uint32_t index;

	(void)state;
	table_init(&table, 1);
	index = table_new(&table);
	fill(table_at(&table, index), 2);
	assert_true(table_link(&table, index));
	fill(&like, 2);
	assert_int_equal(table_key_taken(&table, &like), index);
	like.direction = PFSYNC_OUT;
	assert_int_equal(table_key_taken(&table, &like), TABLE_NONE);
	like.direction = PFSYNC_IN;
	like.ifindex = 1;
	assert_int_equal(table_key_taken(&table, &like), TABLE_NONE);
	like.ifindex = 0;
	like.proto = 17;
	assert_int_equal(table_key_taken(&table, &like), TABLE_NONE);
	like.proto = 6;
	/* The stack key alone is enough. */
	like.wire.addr[0].b[2] = 9;
	assert_int_equal(table_key_taken(&table, &like), index);
	like.stack = like.wire;
	assert_int_equal(table_key_taken(&table, &like), TABLE_NONE);
	table_free(&table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_what_is_there),
	    cmocka_unit_test(what_collides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
