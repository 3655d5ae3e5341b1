/*
 * test_text_style.c - colour, names and large numbers.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capture_out.h"
#include "text_style.h"

static struct capture_out capture;

static void
test_colour(void **state)
{
	(void)state;
	capture_out_open(&capture);
	text_put(&capture.out, false, TEXT_RED, "plain", 8);
	text_put(&capture.out, true, TEXT_RED, "red", 5);
	text_put(&capture.out, true, TEXT_PLAIN, "none", 2);
	assert_string_equal(capture_out_close(&capture), "plain   \033[1;31mred\033[0m  none");
}

static void
test_names_are_printable(void **state)
{
	char longer[600];

	(void)state;
	capture_out_open(&capture);
	text_put_name(&capture.out, "fw\0331\n");
	assert_string_equal(capture_out_close(&capture), "fw\\0331\\012");
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	capture_out_open(&capture);
	text_put_name(&capture.out, longer);
	assert_int_equal(strlen(capture_out_close(&capture)), 255);
}

static void
test_counts(void **state)
{
	char buffer[28];

	(void)state;
	assert_string_equal(text_count(buffer, 0), "0");
	assert_string_equal(text_count(buffer, 999), "999");
	assert_string_equal(text_count(buffer, 1000), "1,000");
	assert_string_equal(text_count(buffer, 12345678), "12,345,678");
	assert_string_equal(text_count(buffer, UINT64_MAX), "18,446,744,073,709,551,615");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_colour),
	    cmocka_unit_test(test_names_are_printable),
	    cmocka_unit_test(test_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
