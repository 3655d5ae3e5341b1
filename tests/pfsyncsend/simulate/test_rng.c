/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rng.h"

static void
test_same_seed_same_numbers(void **state)
{
	struct rng a, b;

	(void)state;
	rng_init(&a, 7, "loss", 3);
	rng_init(&b, 7, "loss", 3);
	for (int i = 0; i < 100; i++)
		assert_int_equal(rng_u64(&a), rng_u64(&b));
}

static void
test_streams_differ(void **state)
{
	struct rng rng;
	uint64_t first;

	(void)state;
	rng_init(&rng, 7, "loss", 3);
	first = rng_u64(&rng);
	rng_init(&rng, 8, "loss", 3);
	assert_int_not_equal(first, rng_u64(&rng));
	rng_init(&rng, 7, "delay", 3);
	assert_int_not_equal(first, rng_u64(&rng));
	rng_init(&rng, 7, "loss", 4);
	assert_int_not_equal(first, rng_u64(&rng));
}

static void
test_ranges(void **state)
{
	struct rng rng;
	unsigned counts[10] = {0};
	double sum = 0;

	(void)state;
	rng_init(&rng, 1, "ranges", 0);
	for (int i = 0; i < 10000; i++) {
		double unit = rng_unit(&rng);
		int64_t between = rng_between(&rng, -3, 3);
		counts[rng_below(&rng, 10)]++;
		assert_true(unit >= 0 && unit < 1);
		assert_true(between >= -3 && between <= 3);
		sum += rng_exponential(&rng, 5);
	}
	for (int i = 0; i < 10; i++)
		assert_in_range(counts[i], 850, 1150);
	assert_true(sum / 10000 > 4.8 && sum / 10000 < 5.2);
	assert_int_equal(rng_below(&rng, 0), 0);
	assert_int_equal(rng_between(&rng, 5, 5), 5);
	assert_int_equal(rng_between(&rng, 5, 4), 5);
}

static void
test_chance(void **state)
{
	struct rng rng, untouched;
	unsigned hits = 0;

	(void)state;
	rng_init(&rng, 1, "chance", 0);
	untouched = rng;
	assert_false(rng_chance(&rng, 0));
	assert_int_equal(rng_u64(&rng), rng_u64(&untouched)); /* nothing was drawn */
	for (int i = 0; i < 10000; i++)
		hits += rng_chance(&rng, 0.1);
	assert_in_range(hits, 850, 1150);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_same_seed_same_numbers),
	    cmocka_unit_test(test_streams_differ),
	    cmocka_unit_test(test_ranges),
	    cmocka_unit_test(test_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
