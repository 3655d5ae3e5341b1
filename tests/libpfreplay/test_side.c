/*
 * test_side.c - a few bytes remembered about some of the states.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "side.h"

struct note {
	uint64_t value;
	uint32_t other;
};

static void
made_once_and_found_again(void **state)
{
	struct side *side = side_new(sizeof(struct note), 10);
	struct note *note;
	bool fresh;

	(void)state;
	assert_null(side_find(side, 1, 2));
	note = side_make(side, 1, 2, &fresh);
	assert_true(fresh);
	assert_int_equal(note->value, 0);
	note->value = 7;
	note = side_make(side, 1, 2, &fresh);
	assert_false(fresh);
	assert_int_equal(note->value, 7);
	/* the creator counts */
	assert_null(side_find(side, 1, 3));
	side_drop(side, 1, 3);
	assert_int_equal(side_count(side), 1);
	side_drop(side, 1, 2);
	assert_null(side_find(side, 1, 2));
	side_free(side);
	side_free(NULL);
}

static void
the_oldest_goes_first(void **state)
{
	struct side *side = side_new(sizeof(struct note), 3);

	(void)state;
	for (uint64_t id = 1; id <= 5; id++)
		((struct note *)side_make(side, id, 0, NULL))->value = id;
	assert_int_equal(side_count(side), 3);
	assert_int_equal(side_pushed_out(side), 2);
	assert_null(side_find(side, 2, 0));
	assert_int_equal(((struct note *)side_find(side, 3, 0))->value, 3);
	side_drop(side, 4, 0);
	side_make(side, 6, 0, NULL);
	assert_non_null(side_find(side, 3, 0));
	assert_int_equal(side_pushed_out(side), 2);
	side_free(side);
}

static void
add(void *user, uint64_t id, uint32_t creatorid, void *record)
{
	uint64_t *sum = user;

	*sum = *sum * 10 + id + creatorid + ((struct note *)record)->value;
}

static void
each_in_order(void **state)
{
	struct side *side = side_new(sizeof(struct note), 8);
	uint64_t sum = 0;

	(void)state;
	for (uint64_t id = 1; id <= 3; id++)
		side_make(side, id, 0, NULL);
	side_each(side, add, &sum);
	assert_int_equal(sum, 123);
	side_free(side);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(made_once_and_found_again),
	    cmocka_unit_test(the_oldest_goes_first),
	    cmocka_unit_test(each_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
