/*
 * test_time_text.c - moments as text, and text as moments.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "time_text.h"

#define NS(seconds, ns) (INT64_C(seconds) * TIME_NS_PER_S + (ns))

static void
test_rfc3339(void **state)
{
	static const struct {
		int64_t time_ns;
		const char *text;
	} cases[] = {
	    {0, "1970-01-01T00:00:00.000000000Z"},
	    {NS(1795417967, 846931000), "2026-11-23T07:12:47.846931000Z"},
	    {NS(951782399, 999999999), "2000-02-28T23:59:59.999999999Z"},
	    {NS(951782400, 0), "2000-02-29T00:00:00.000000000Z"},
	    {-1, "1969-12-31T23:59:59.999999999Z"},
	    {INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
	    {INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
	};
	char text[TIME_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* what people see ends behind the milliseconds */
		assert_int_equal(time_page(text, cases[i].time_ns), 24);
		assert_memory_equal(text, cases[i].text, 23);
		assert_string_equal(text + 23, "Z");
		assert_int_equal(time_rfc3339(text, cases[i].time_ns), strlen(cases[i].text));
		assert_string_equal(text, cases[i].text);
	}
}

static void
test_line_forms(void **state)
{
	const int64_t t = NS(1795417967, 846931999);
	static const struct {
		enum time_form form;
		int64_t before_ns;
		const char *text;
	} cases[] = {
	    {TIME_OF_DAY, 0, "07:12:47.846931 "},
	    {TIME_NONE, 0, ""},
	    {TIME_UNIX, 0, "1795417967.846931 "},
	    {TIME_DELTA, NS(1795417967, 846930999), "00:00:00.000001 "},
	    {TIME_DELTA, NS(1795417968, 846931999), "-00:00:01.000000 "},
	    {TIME_START, NS(1795407967, 846931999), "02:46:40.000000 "},
	    {TIME_DATE, 0, "2026-11-23 07:12:47.846931 "},
	};
	char text[TIME_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
		    time_line(text, cases[i].form, t, cases[i].before_ns), strlen(cases[i].text));
		assert_string_equal(text, cases[i].text);
	}
}

static void
test_line_at_the_ends_of_time(void **state)
{
	char text[TIME_TEXT_MAX];

	(void)state;
	time_line(text, TIME_DELTA, INT64_MAX, INT64_MIN);
	assert_string_equal(text, "2562047:47:16.854775 ");
	time_line(text, TIME_DELTA, INT64_MIN, INT64_MAX);
	assert_string_equal(text, "-2562047:47:16.854775 ");
	time_line(text, TIME_UNIX, INT64_MIN, 0);
	assert_string_equal(text, "-9223372037.145224 ");
}

static void
test_span(void **state)
{
	char text[TIME_TEXT_MAX];

	(void)state;
	time_span(text, 8821000);
	assert_string_equal(text, "8 ms");
	time_span(text, NS(20, 472400000));
	assert_string_equal(text, "20.4 s");
	time_span(text, NS(138, 0));
	assert_string_equal(text, "2 min 18 s");
	time_span(text, NS(12000, 0));
	assert_string_equal(text, "3 h 20 min");
	time_span(text, -NS(138, 0));
	assert_string_equal(text, "-2 min 18 s");
}

static void
test_parse_good(void **state)
{
	static const struct {
		const char *text;
		int64_t time_ns;
		bool relative;
	} cases[] = {
	    {"2026-11-23T07:12:47.846931Z", NS(1795417967, 846931000), false},
	    {"2026-11-23 07:12:47z", NS(1795417967, 0), false},
	    {"2026-11-23T08:12:47+01:00", NS(1795417967, 0), false},
	    {"2026-11-23T04:42:47.5-02:30", NS(1795417967, 500000000), false},
	    {"2000-02-29T00:00:00Z", NS(951782400, 0), false},
	    {"1969-12-31T23:59:59.999999999Z", -1, false},
	    {"1795417990.7", NS(1795417990, 700000000), false},
	    {"0", 0, false},
	    {"+12.000000001", NS(12, 1), true},
	    {"+0", 0, true},
	};
	int64_t time_ns;
	bool relative;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(time_parse(cases[i].text, &time_ns, &relative));
		assert_int_equal(time_ns, cases[i].time_ns);
		assert_int_equal(relative, cases[i].relative);
	}
}

static void
test_parse_bad(void **state)
{
	static const char *const cases[] = {"", "+", "-5", "now", "12.", ".5", "1.0000000001",
	    "99999999999999999999", "+99999999999999999999", "+2026-11-23T07:12:47Z", "2026-11-23",
	    "2026-11-23T07:12", "2026-11-23T07:12:47", "2026-11-23T07:12:47.Z",
	    "2026-13-23T07:12:47Z", "2026-02-29T07:12:47Z", "2026-11-23T24:12:47Z",
	    "2026-11-23T07:60:47Z", "2026-11-23T07:12:61Z", "2026-11-23T07:12:47Zx",
	    "2026-11-23T07:12:47+1:00", "2026-11-23T07:12:47+24:00", "1500-01-01T00:00:00Z",
	    "9999-01-01T00:00:00Z", "2026-00-23T07:12:47Z", "2026-11-00T07:12:47Z"};
	int64_t time_ns;
	bool relative;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (time_parse(cases[i], &time_ns, &relative))
			fail_msg("accepted: %s", cases[i]);
	}
}

/* What is printed is what is read. */
static void
test_there_and_back(void **state)
{
	uint64_t x = 88172645463325252U;
	char text[TIME_TEXT_MAX];

	(void)state;
	for (int i = 0; i < 2000; i++) {
		int64_t time_ns, got;
		bool relative;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		/* A bit inside the range, whose very ends are refused. */
		time_ns = (int64_t)x / 2;
		time_rfc3339(text, time_ns);
		assert_true(time_parse(text, &got, &relative));
		assert_int_equal(got, time_ns);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rfc3339),
	    cmocka_unit_test(test_line_forms),
	    cmocka_unit_test(test_line_at_the_ends_of_time),
	    cmocka_unit_test(test_span),
	    cmocka_unit_test(test_parse_good),
	    cmocka_unit_test(test_parse_bad),
	    cmocka_unit_test(test_there_and_back),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
