/*
 * test_values.c - addresses to listen on, and spans of time, as typed.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "values.h"

static void
test_endpoint(void **state)
{
	static const uint8_t loopback[4] = {127, 0, 0, 1}, all[4] = {0}, one[16] = {[15] = 1};
	struct values_endpoint endpoint;

	(void)state;
	assert_true(values_endpoint("9240", &endpoint));
	assert_int_equal(endpoint.af, PFSYNC_AF_INET);
	assert_int_equal(endpoint.port, 9240);
	assert_memory_equal(endpoint.addr.b, loopback, 4);
	assert_true(values_endpoint(":65535", &endpoint));
	assert_memory_equal(endpoint.addr.b, loopback, 4);
	assert_int_equal(endpoint.port, 65535);
	assert_true(values_endpoint("0.0.0.0:0", &endpoint));
	assert_memory_equal(endpoint.addr.b, all, 4);
	assert_int_equal(endpoint.port, 0);
	assert_true(values_endpoint("[::1]:80", &endpoint));
	assert_int_equal(endpoint.af, PFSYNC_AF_INET6);
	assert_memory_equal(endpoint.addr.b, one, 16);
}

static void
test_no_endpoint(void **state)
{
	static const char *const bad[] = {"", ":", "-1", "65536", "99999999999999999999", "80x",
	    "localhost:80", "1.2.3:80", "1.2.3.4:", "::1:80", "[::1]", "[1.2.3.4]:80", "[]:1",
	    "1.2.3.4:80:90", " 80"};
	struct values_endpoint endpoint;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(values_endpoint(bad[i], &endpoint));
}

static void
test_span(void **state)
{
	static const struct {
		const char *text;
		int64_t span_ns;
	} good[] = {{"10", 10000000000}, {"10s", 10000000000}, {"1.5m", 90000000000},
	    {"2min", 120000000000}, {"2h", 7200000000000}, {"1d", 86400000000000},
	    {"500ms", 500000000}};
	static const char *const bad[] = {"", "0", "0s", "-1", "+1", "1e3", "1x", "s", ".5",
	    "1.2.3", "inf", "nan", "0x10", "366d", "1 s", "10s "};
	int64_t span_ns;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(values_span(good[i].text, &span_ns));
		assert_int_equal(span_ns, good[i].span_ns);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(values_span(bad[i], &span_ns));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_endpoint),
	    cmocka_unit_test(test_no_endpoint),
	    cmocka_unit_test(test_span),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
