/*
 * test_spread.c - quantiles against sorting.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "spread.h"

#define VALUES 5000

static int
compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t
next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *seed >> 20;
}

static void
check(const struct spread *spread, const int64_t *sorted, size_t count, unsigned percent)
{
	int64_t got = spread_quantile(spread, percent, 100);
	int64_t want = sorted[(count * percent + 99) / 100 - 1];
	int64_t from_base = want > spread->base ? want - spread->base : spread->base - want;

	if (llabs(got - want) > from_base / 16 + 1)
		fail_msg("%u %%: %lld, not %lld", percent, (long long)got, (long long)want);
}

static void
test_against_sorting(void **state)
{
	static int64_t values[VALUES];
	uint64_t seed = 7;

	(void)state;
	for (unsigned bits = 1; bits < 40; bits += 3) {
		struct spread *spread = calloc(1, sizeof(*spread));

		assert_non_null(spread);
		for (size_t i = 0; i < VALUES; i++) {
			values[i] = (int64_t)(next_random(&seed) >> (44 - bits)) -
				    (INT64_C(1) << bits >> 1);
			spread_add(spread, values[i]);
		}
		qsort(values, VALUES, sizeof(values[0]), compare);
		for (unsigned percent = 1; percent <= 100; percent++)
			check(spread, values, VALUES, percent);
		assert_int_equal(spread->min, values[0]);
		assert_int_equal(spread->max, values[VALUES - 1]);
		free(spread);
	}
}

static void
test_extremes(void **state)
{
	struct spread *spread = calloc(1, sizeof(*spread));

	(void)state;
	assert_non_null(spread);
	assert_int_equal(spread_quantile(spread, 50, 100), 0);
	spread_add(spread, INT64_MIN);
	spread_add(spread, INT64_MAX);
	assert_int_equal(spread_quantile(spread, 50, 100), INT64_MIN);
	assert_true(spread_quantile(spread, 100, 100) > INT64_MAX / 2);
	free(spread);
	spread = calloc(1, sizeof(*spread));
	assert_non_null(spread);
	spread_add(spread, 5);
	for (unsigned percent = 0; percent <= 100; percent++)
		assert_int_equal(spread_quantile(spread, percent, 100), 5);
	free(spread);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_against_sorting),
	    cmocka_unit_test(test_extremes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
