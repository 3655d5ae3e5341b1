/*
 * test_json_dump.c - objects as lines: reals, escapes, order.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capture_out.h"
#include "json_dump.h"
#include "json_set.h"

/* The line of `value`, which is given up; valid until the next. */
static const char *
line_of(json_t *value)
{
	static struct capture_out capture;

	assert_non_null(value);
	capture_out_open(&capture);
	json_dump(&capture.out, value);
	json_decref(value);
	return capture_out_close(&capture);
}

static void
line_is(json_t *value, const char *expected)
{
	assert_string_equal(line_of(value), expected);
}

static void
test_reals(void **state)
{
	static const struct {
		int64_t span_ns;
		const char *text;
	} cases[] = {
	    {0, "{\"a_s\":0.0}"},
	    {1, "{\"a_s\":0.000000001}"},
	    {-1, "{\"a_s\":-0.000000001}"},
	    {100000000, "{\"a_s\":0.1}"},
	    {190000000, "{\"a_s\":0.19}"},
	    {1900000000, "{\"a_s\":1.9}"},
	    {999999999, "{\"a_s\":0.999999999}"},
	    {3000000000, "{\"a_s\":3.0}"},
	    {-2500000000, "{\"a_s\":-2.5}"},
	    {86400123456789, "{\"a_s\":86400.123456789}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *object = json_object();

		json_set_seconds(object, "a_s", cases[i].span_ns);
		line_is(object, cases[i].text);
	}
	line_is(json_real(14.0 / 15.0), "0.933333333");
	line_is(json_real(0.9999999999), "1.0");
	line_is(json_real(-0.00000000001), "0.0");
}

/* Every nanosecond of a span that a double can hold comes back. */
static void
test_each_digit_survives(void **state)
{
	uint64_t random = 1;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		json_t *object = json_object();
		char expected[80];
		const char *line;
		int64_t span_ns;

		random = random * 6364136223846793005U + 1442695040888963407U;
		span_ns = (int64_t)(random % 4000000000000000U); /* 46 days: within 53 bits */
		json_set_seconds(object, "a_s", span_ns);
		line = line_of(object);
		snprintf(expected, sizeof(expected), "{\"a_s\":%lld.%09lld",
		    (long long)(span_ns / 1000000000), (long long)(span_ns % 1000000000));
		/* Without the zeros at its end. */
		assert_memory_equal(line, expected, strlen(line) - 1);
		assert_true(strspn(expected + strlen(line) - 1, "0") ==
			    strlen(expected + strlen(line) - 1));
	}
}

static void
test_others(void **state)
{
	(void)state;
	line_is(json_pack("{s:s,s:[i,I],s:b,s:b,s:{},s:n}", "b", "x\"\\\n", "a", 1,
		    (json_int_t)INT64_MAX, "yes", 1, "no", 0, "empty", "null"),
	    "{\"b\":\"x\\\"\\\\\\n\",\"a\":[1,9223372036854775807],\"yes\":true,"
	    "\"no\":false,\"empty\":{},\"null\":null}");
	line_is(json_array(), "[]");
	line_is(json_integer(INT64_MIN), "-9223372036854775808");
}

/* What a line begins with. */
static void
test_begin(void **state)
{
	const int64_t time_ns = 1500000000;

	(void)state;
	line_is(json_begin("bulk", &time_ns),
	    "{\"type\":\"bulk\",\"schema_version\":2,\"tool_version\":\"" PFSYNCDUMP_VERSION
	    "\",\"time\":\"1970-01-01T00:00:01.500000000Z\"}");
	line_is(json_begin("bulk", NULL),
	    "{\"type\":\"bulk\",\"schema_version\":2,\"tool_version\":\"" PFSYNCDUMP_VERSION "\"}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reals),
	    cmocka_unit_test(test_each_digit_survives),
	    cmocka_unit_test(test_others),
	    cmocka_unit_test(test_begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
