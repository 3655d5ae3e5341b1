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

/* Packets on their way at one time do not push each other out. */
static void
a_burst_is_remembered(void **state)
{
	struct duplicates *seen = calloc(1, sizeof(*seen));
	unsigned missed = 0;

	(void)state;
	assert_non_null(seen);
	for (uint16_t id = 0; id < 2000; id++)
		assert_false(
		    duplicate_seen(seen, duplicate_print(1, id, bytes, sizeof(bytes)), S, 0));
	for (uint16_t id = 0; id < 2000; id++)
		missed += !duplicate_seen(seen, duplicate_print(1, id, bytes, sizeof(bytes)), S, 1);
	assert_int_equal(missed, 0);
	free(seen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_print_depends_on_all_of_it),
	    cmocka_unit_test(only_another_file_within_five_seconds),
	    cmocka_unit_test(a_burst_is_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
