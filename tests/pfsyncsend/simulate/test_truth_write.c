/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "truth_write.h"

static char *written;
static size_t written_len;

static FILE *
begin(void)
{
	FILE *out = open_memstream(&written, &written_len);

	assert_non_null(out);
	return out;
}

static void
check(FILE *out, const char *expected)
{
	fclose(out);
	assert_string_equal(written, expected);
	free(written);
}

static void
test_time(void **state)
{
	FILE *out = begin();

	(void)state;
	truth_write_time(out, INT64_C(1767600000000000001));
	truth_write_time(out, INT64_C(1767600000999999999)); /* same second */
	truth_write_time(out, INT64_C(86400000000000));
	check(out, "2026-01-05T08:00:00.000000001Z2026-01-05T08:00:00.999999999Z"
		   "1970-01-02T00:00:00.000000000Z");
}

static void
test_text_is_escaped(void **state)
{
	FILE *out = begin();

	(void)state;
	truth_write_text(out, "a\"b\\c\n\x7f\xff");
	check(out, "\"a\\\"b\\\\c\\u000a\\u007f\\u00ff\"");
}

static void
test_counters_are_differences(void **state)
{
	struct fw_counters before = {.ipackets = 5, .iacts = {[4] = 2}};
	struct fw_counters after = {.ipackets = 12, .stale = 3, .iacts = {[4] = 9}};
	FILE *out = begin();

	(void)state;
	truth_write_counters(out, &after, &before);
	fclose(out);
	assert_non_null(strstr(written, "\"ipackets\":7,"));
	assert_non_null(strstr(written, "\"stale\":3,"));
	assert_non_null(strstr(written, "\"iacts\":[0,0,0,0,7,"));
	free(written);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_time),
	    cmocka_unit_test(test_text_is_escaped),
	    cmocka_unit_test(test_counters_are_differences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
