/*
 * test_doc_time.c - durations and times.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "doc.h"

static void
durations(void **state)
{
	static const struct {
		const char *text;
		int64_t ns;
	} good[] = {
	    {"0s", 0},
	    {"5ns", 5},
	    {"10us", 10000},
	    {"250ms", 250000000},
	    {"1.5s", 1500000000},
	    {"0.000000001s", 1},
	    {"0.0000000019s", 1},
	    {"2m", INT64_C(120000000000)},
	    {"0.5h", INT64_C(1800000000000)},
	    {"1d", INT64_C(86400000000000)},
	    {"0.000000001d", 86400},
	    {"0.999999999d", INT64_C(86399999913600)},
	    {"9000000000s", INT64_C(9000000000000000000)},
	};
	const char *const bad[] = {"", "5", "s", "-5s", "+5s", " 5s", "5 s", "5.s", ".5s", "5S",
	    "5min", "1e3s", "5s ", "99999999999999999999s", "9223372036854775807s", "106752d1",
	    "200000d"};
	int64_t ns;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(doc_parse_duration(good[i].text, &ns));
		assert_int_equal(ns, good[i].ns);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(doc_parse_duration(bad[i], &ns));
}

static void
times(void **state)
{
	static const struct {
		const char *text;
		int64_t ns;
	} good[] = {
	    {"1970-01-01T00:00:00Z", 0},
	    {"1970-01-01 00:00:01.5z", 1500000000},
	    {"2000-03-01t00:00:00Z", INT64_C(951868800) * 1000000000},
	    {"2024-02-29T12:34:56.000000007Z", INT64_C(1709210096) * 1000000000 + 7},
	    {"2024-02-01T12:00:00.1234567899Z", INT64_C(1706788800123456789)},
	    {"2261-12-31T23:59:59Z", INT64_C(9214646399) * 1000000000},
	};
	const char *const bad[] = {"", "2024", "2024-02-01", "2024-02-01T12:00:00",
	    "2024-02-01T12:00:00+01:00", "2023-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
	    "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z", "2024-01-00T00:00:00Z",
	    "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z",
	    "1969-12-31T23:59:59Z", "2262-01-01T00:00:00Z", "2024-02-01T12:00:00.Z",
	    "2024-02-01T12:00:00Z ", "2024-2-1T12:00:00Z", "+024-02-01T12:00:00Z"};
	int64_t ns;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(doc_parse_time(good[i].text, &ns));
		assert_int_equal(ns, good[i].ns);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(doc_parse_time(bad[i], &ns));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(durations),
	    cmocka_unit_test(times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
