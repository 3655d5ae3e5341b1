/*
 * test_json_stream.c - pieces of JSON text, as jansson reads them.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "json_stream.h"
#include "random_message.h"

#define ROOM 1024

static void
test_numbers(void **state)
{
	uint64_t seed = 42;
	char text[ROOM], expected[ROOM];

	(void)state;
	for (unsigned shift = 0; shift < 64; shift++) {
		for (int i = 0; i < 50; i++) {
			uint64_t value = random_next(&seed) >> shift;

			*json_put_u64(text, value) = '\0';
			snprintf(expected, sizeof(expected), "%" PRIu64, value);
			assert_string_equal(text, expected);
			*json_put_s64(text, (int64_t)value) = '\0';
			snprintf(expected, sizeof(expected), "%" PRId64, (int64_t)value);
			assert_string_equal(text, expected);
		}
	}
	*json_put_u64(text, 0) = '\0';
	assert_string_equal(text, "0");
	*json_put_u64(text, UINT64_MAX) = '\0';
	assert_string_equal(text, "18446744073709551615");
	*json_put_s64(text, INT64_MIN) = '\0';
	assert_string_equal(text, "-9223372036854775808");
	for (uint64_t value = 0; value < 20000; value++) {
		*json_put_u64(text, value) = '\0';
		assert_int_equal(strtoull(text, NULL, 10), value);
	}
}

static void
test_hex(void **state)
{
	char text[ROOM];

	(void)state;
	*json_put_hex(text, 0x6b03ea1a00000002, 16) = '\0';
	assert_string_equal(text, "\"6b03ea1a00000002\"");
	*json_put_hex(text, 0x2a, 8) = '\0';
	assert_string_equal(text, "\"0000002a\"");
}

/* The value of a JSON string. */
static void
unquote(const char *text, char *into)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

	if (value == NULL)
		fail_msg("not JSON: %s", text);
	snprintf(into, ROOM, "%s", json_string_value(value));
	json_decref(value);
}

static void
test_literals(void **state)
{
	static const char source[200] = "0123456789012345678901234567890123456789"
					"01234567890123456789012345678901234567890";
	char text[ROOM];

	(void)state;
	for (size_t length = 0; length <= 80; length++) {
		memset(text, 'x', sizeof(text));
		assert_ptr_equal(json_put_literal(text, source, length), text + length);
		assert_memory_equal(text, source, length);
	}
}

/* Whatever the bytes, the value is what a listing shows. */
static void
test_names(void **state)
{
	uint64_t seed = 7;
	char name[PFSYNC_TAGSIZ], text[ROOM], got[ROOM], expected[ROOM];

	(void)state;
	for (int round = 0; round < 5000; round++) {
		size_t max = random_next(&seed) % (PFSYNC_TAGSIZ + 1);

		for (size_t i = 0; i < max; i++)
			name[i] = (char)(round % 2 == 0 ? random_next(&seed)
							: 'a' + random_next(&seed) % 40);
		*json_put_name(text, name, max) = '\0';
		assert_in_range(strlen(text), 2, JSON_NAME_MAX(max));
		unquote(text, got);
		pfsync_text_name(expected, sizeof(expected), name, max);
		assert_string_equal(got, expected);
	}
	*json_put_name(text, "em0", 16) = '\0';
	assert_string_equal(text, "\"em0\"");
	*json_put_name(text, "a\\b \"c\"\377", 16) = '\0';
	assert_string_equal(text, "\"a\\\\134b\\\\040\\\"c\\\"\\\\377\"");
}

static void
test_addresses(void **state)
{
	static const enum pfsync_af families[] = {
	    PFSYNC_AF_UNSPEC, PFSYNC_AF_INET, PFSYNC_AF_INET6};
	uint64_t seed = 99;
	char text[ROOM], got[ROOM], expected[ROOM];

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct pfsync_addr addr;

		for (size_t i = 0; i < sizeof(addr.b); i++)
			addr.b[i] = random_next(&seed) % 3 == 0 ? 0 : (uint8_t)random_next(&seed);
		for (size_t i = 0; i < 3; i++) {
			*json_put_addr(text, families[i], &addr) = '\0';
			assert_in_range(strlen(text), 2, JSON_ADDR_MAX);
			unquote(text, got);
			pfsync_text_addr(expected, sizeof(expected), families[i], &addr);
			assert_string_equal(got, expected);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_hex),
	    cmocka_unit_test(test_literals),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
