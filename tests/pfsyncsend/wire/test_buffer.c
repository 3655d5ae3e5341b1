/*
 * test_buffer.c - bytes that grow.
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

#include "buffer.h"

static void
keeps_what_is_added(void **state)
{
	struct buffer buffer = {0};

	(void)state;
	buffer_add(&buffer, "abc", 3);
	buffer_add(&buffer, NULL, 0);
	buffer_fill(&buffer, 'x', 2);
	buffer_u8(&buffer, 0x101);
	buffer_be16(&buffer, 0x0203);
	buffer_be32(&buffer, 0x04050607);
	buffer_number(&buffer, 0x0a0b0c, 3, false);
	assert_int_equal(buffer.len, 15);
	assert_memory_equal(buffer.bytes, "abcxx\1\2\3\4\5\6\7\x0c\x0b\x0a", 15);
	buffer_reset(&buffer);
	assert_int_equal(buffer.len, 0);
	buffer_free(&buffer);
	assert_null(buffer.bytes);
}

static void
grows_far_beyond_its_first_size(void **state)
{
	struct buffer buffer = {0};

	(void)state;
	for (unsigned i = 0; i < 100000; i++)
		buffer_be16(&buffer, i & 0xffff);
	assert_int_equal(buffer.len, 200000);
	assert_int_equal(buffer.bytes[2 * 4711] << 8 | buffer.bytes[2 * 4711 + 1], 4711);
	buffer_free(&buffer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_what_is_added),
	    cmocka_unit_test(grows_far_beyond_its_first_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
