/*
 * test_endpoint.c - an address and a port as people write them.
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

#include "endpoint.h"

static void
forms_that_are_taken(void **state)
{
	static const struct {
		const char *text;
		const char *addr;
		uint16_t port;
		bool has_port;
	} rows[] = {
	    {"10.0.0.5:51000", "10.0.0.5", 51000, true},
	    {"10.0.0.5", "10.0.0.5", 0, false},
	    {"10.0.0.5:0", "10.0.0.5", 0, true},
	    {"[2001:db8::1]:443", "2001:db8::1", 443, true},
	    {"[2001:db8::1]", "2001:db8::1", 0, false},
	    {"2001:db8::1", "2001:db8::1", 0, false},
	    {"[10.0.0.5]:65535", "10.0.0.5", 65535, true},
	    {"::", "::", 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct endpoint endpoint;
		struct ip_address expected;
		assert_true(ip_address_parse(rows[i].addr, &expected));
		assert_true(endpoint_parse(rows[i].text, &endpoint));
		assert_int_equal(endpoint.address.ip6, expected.ip6);
		assert_memory_equal(&endpoint.address.addr, &expected.addr, sizeof(expected.addr));
		assert_int_equal(endpoint.port, rows[i].port);
		assert_int_equal(endpoint.has_port, rows[i].has_port);
	}
}

static void
forms_that_are_not(void **state)
{
	static const char *const rows[] = {"", ":", "10.0.0.5:", "10.0.0.5:65536", "10.0.0.5:-1",
	    "10.0.0.5: 1", "10.0.0.5:1 ", "10.0.0:1", "[2001:db8::1", "[2001:db8::1]443", "[]:1",
	    "2001:db8::1:x", "host:80", "[2001:db8::1]:", "10.0.0.5:000080",
	    "1111111111111111111111111111111111111111111111111111111111111111111111:1"};
	struct endpoint endpoint;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_false(endpoint_parse(rows[i], &endpoint));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(forms_that_are_taken),
	    cmocka_unit_test(forms_that_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
