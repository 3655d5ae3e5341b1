/*
 * test_counters.c - counters and their words.
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

#include "counters.h"

static void
statuses_have_the_counters_of_netstat(void **state)
{
	(void)state;
	assert_int_equal(counter_of_status(PFSYNC_BADVER), PFREPLAY_BADVER);
	assert_int_equal(counter_of_status(PFSYNC_TRUNCATED), PFREPLAY_TRUNCATED);
	assert_int_equal(counter_of_status(PFSYNC_OK), PFREPLAY_COUNTER_COUNT);
	assert_int_equal(counter_of_status(PFSYNC_END), PFREPLAY_COUNTER_COUNT);
	assert_int_equal(counter_of_status(PFSYNC_NOSPACE), PFREPLAY_COUNTER_COUNT);
}

static void
the_capture_is_not_the_kernel(void **state)
{
	(void)state;
	assert_true(counter_is_real(PFREPLAY_BADACT));
	assert_false(counter_is_real(PFREPLAY_TRUNCATED));
	assert_false(counter_is_real(PFREPLAY_TRAILING));
}

static void
names(void **state)
{
	(void)state;
	assert_string_equal(pfreplay_counter_name(PFREPLAY_BADTTL), "badttl");
	assert_string_equal(pfreplay_counter_name(PFREPLAY_BADSTATE), "badstate");
	assert_string_equal(pfreplay_counter_name((enum pfreplay_counter)99), "?");
	for (int i = 0; i < PFREPLAY_COUNTER_COUNT; i++)
		assert_non_null(pfreplay_counter_name((enum pfreplay_counter)i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(statuses_have_the_counters_of_netstat),
	    cmocka_unit_test(the_capture_is_not_the_kernel),
	    cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
