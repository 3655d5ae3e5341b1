/*
 * test_slab.c - numbered items: reuse, limit, growth.
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

#include "slab.h"

static void
items_start_zeroed_and_are_used_again(void **state)
{
	struct slab slab;
	uint32_t a, b, c;
	uint64_t *item;

	(void)state;
	slab_init(&slab, sizeof(uint64_t) * 2, 10);
	a = slab_take(&slab);
	b = slab_take(&slab);
	assert_int_equal(a, 1);
	assert_int_equal(b, 2);
	item = slab_at(&slab, a);
	item[0] = item[1] = UINT64_MAX;
	slab_give(&slab, a);
	assert_int_equal(slab.live, 1);
	c = slab_take(&slab);
	assert_int_equal(c, a);
	assert_true(item[0] == 0 && item[1] == 0);
	slab_clear(&slab);
}

static void
the_limit_is_of_live_items(void **state)
{
	struct slab slab;

	(void)state;
	slab_init(&slab, 8, 2);
	assert_int_not_equal(slab_take(&slab), 0);
	assert_int_equal(slab_take(&slab), 2);
	assert_int_equal(slab_take(&slab), 0);
	slab_give(&slab, 2);
	assert_int_equal(slab_take(&slab), 2);
	slab_clear(&slab);
}

static void
items_stay_where_they_are_while_it_grows(void **state)
{
	struct slab slab;
	uint32_t many = 2 * SLAB_CHUNK_ITEMS + 5;
	void *first;

	(void)state;
	slab_init(&slab, SLAB_LINE, many);
	assert_int_equal(slab_take(&slab), 1);
	first = slab_at(&slab, 1);
	assert_int_equal((uintptr_t)first % SLAB_LINE, 0);
	for (uint32_t i = 2; i <= many; i++) {
		uint32_t number = slab_take(&slab);

		assert_int_equal(number, i);
		*(uint32_t *)slab_at(&slab, number) = i;
	}
	assert_ptr_equal(slab_at(&slab, 1), first);
	for (uint32_t i = 2; i <= many; i++)
		assert_int_equal(*(uint32_t *)slab_at(&slab, i), i);
	assert_true(slab_bytes(&slab) >= (uint64_t)many * SLAB_LINE);
	slab_clear(&slab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(items_start_zeroed_and_are_used_again),
	    cmocka_unit_test(the_limit_is_of_live_items),
	    cmocka_unit_test(items_stay_where_they_are_while_it_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
