/*
 * test_duplicate.c - one packet seen at two places.
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

#include "duplicate.h"

#define S INT64_C(1000000000)

static const uint8_t bytes[] = "twenty bytes of data";

static void
the_print_depends_on_all_of_it(void **state)
{
	uint64_t print = duplicate_print(1, 2, bytes, sizeof(bytes));
	uint8_t other[sizeof(bytes)];

	(void)state;
	assert_true(print == duplicate_print(1, 2, bytes, sizeof(bytes)));
	assert_true(print != duplicate_print(2, 2, bytes, sizeof(bytes)));
	assert_true(print != duplicate_print(1, 3, bytes, sizeof(bytes)));
	assert_true(print != duplicate_print(1, 2, bytes, sizeof(bytes) - 1));
	for (size_t i = 0; i < sizeof(bytes); i++) {
		memcpy(other, bytes, sizeof(bytes));
		other[i] ^= 0x40;
		assert_true(print != duplicate_print(1, 2, other, sizeof(other)));
	}
	assert_true(duplicate_print(0, 0, bytes, 0) != 0);
}

static void
only_another_file_within_five_seconds(void **state)
{
	struct duplicates *seen = calloc(1, sizeof(*seen));
	uint64_t print = duplicate_print(1, 2, bytes, sizeof(bytes));

	(void)state;
	assert_non_null(seen);
	assert_false(duplicate_seen(seen, print, 10 * S, 0));
	assert_false(duplicate_seen(seen, print, 11 * S, 0));
	assert_true(duplicate_seen(seen, print, 12 * S, 1));
	assert_true(duplicate_seen(seen, print, 9 * S, 2)); /* clocks differ */
	assert_false(duplicate_seen(seen, print, 17 * S, 1));
	free(seen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_print_depends_on_all_of_it),
	    cmocka_unit_test(only_another_file_within_five_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
