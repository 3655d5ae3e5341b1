/*
 * test_hex.c - bytes written as hexadecimal digits.
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

#include "hex.h"

static void
pairs_of_digits(void **state)
{
	uint8_t out[4];
	size_t len;

	(void)state;
	assert_true(hex_parse("00 fF:1a", out, sizeof(out), &len));
	assert_int_equal(len, 3);
	assert_memory_equal(out, "\0\xff\x1a", 3);
	assert_true(hex_parse("", out, 0, &len));
	assert_int_equal(len, 0);
	assert_true(hex_parse("01020304", out, sizeof(out), &len));
	assert_false(hex_parse("0102030405", out, sizeof(out), &len));
	assert_false(hex_parse("0", out, sizeof(out), &len));
	assert_false(hex_parse("0 1", out, sizeof(out), &len));
	assert_false(hex_parse("0g", out, sizeof(out), &len));
	assert_false(hex_parse("0x01", out, sizeof(out), &len));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(pairs_of_digits)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
