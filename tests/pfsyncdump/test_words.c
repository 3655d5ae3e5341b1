/*
 * test_words.c - conclusions that text and JSON both need.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "words.h"

static struct pfsync_message
with_timeout(unsigned timeout)
{
	struct pfsync_message message;

	memset(&message, 0, sizeof(message));
	message.u.state.timeout = (uint8_t)timeout;
	pfsync_has_set(&message, PFSYNC_F_TIMEOUT);
	return message;
}

static void
test_proto_by_class(void **state)
{
	static const int expected[] = {6, 6, 6, 6, 6, 6, 17, 17, 17, 1, 1, WORDS_PROTO_OTHER,
	    WORDS_PROTO_OTHER, WORDS_PROTO_OTHER, -1, -1, -1, -1, -1, -1, 132, 132, 132, 132, 132,
	    -1, -1};

	(void)state;
	for (unsigned i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct pfsync_message message = with_timeout(i);

		assert_int_equal(words_proto(&message, NULL, -1), expected[i]);
		/* The class agrees with its name. */
		if (expected[i] == 6)
			assert_memory_equal(words_timeout(&message, NULL), "tcp.", 4);
	}
}

static void
test_proto_precedence(void **state)
{
	struct pfsync_message message = with_timeout(2);

	(void)state;
	assert_int_equal(words_proto(&message, NULL, 17), 17);
	message.u.state.proto = 47;
	pfsync_has_set(&message, PFSYNC_F_PROTO);
	assert_int_equal(words_proto(&message, NULL, 17), 47);
	memset(&message, 0, sizeof(message));
	assert_int_equal(words_proto(&message, NULL, -1), -1);
}

static void
test_class_of_another_dialect(void **state)
{
	const struct pfsync_dialect *openbsd = pfsync_dialect_by_name("openbsd-6k");
	const struct pfsync_dialect *freebsd = pfsync_dialect_by_name("freebsd-14");
	struct pfsync_message message = with_timeout(22);

	(void)state;
	assert_non_null(openbsd);
	assert_non_null(freebsd);
	assert_null(words_timeout(&message, openbsd));
	assert_int_equal(words_proto(&message, openbsd, -1), -1);
	assert_string_equal(words_timeout(&message, freebsd), "sctp.established");
	assert_int_equal(words_proto(&message, freebsd, -1), 132);
}

static void
test_level(void **state)
{
	struct pfsync_message message = with_timeout(2);

	(void)state;
	assert_string_equal(words_level(&message, 6, 4), "ESTABLISHED");
	assert_string_equal(words_level(&message, WORDS_PROTO_OTHER, 2), "MULTIPLE");
	assert_null(words_level(&message, 1, 0));
	assert_null(words_level(&message, -1, 4));
	assert_null(words_level(&message, 6, 200));
	message = with_timeout(22);
	assert_string_equal(words_level(&message, 132, 8), "ESTABLISHED");
}

static void
test_family_of_the_next_hop(void **state)
{
	struct pfsync_message message;

	(void)state;
	memset(&message, 0, sizeof(message));
	pfsync_has_set(&message, PFSYNC_F_AF);
	pfsync_has_set(&message, PFSYNC_F_RT_AF);
	message.u.state.af_number = 2;
	message.u.state.rt_af_number = 28;
	assert_int_equal(words_rt_af(&message), PFSYNC_AF_INET6);
	message.u.state.rt_af_number = 0;
	assert_int_equal(words_rt_af(&message), PFSYNC_AF_INET);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_proto_by_class),
	    cmocka_unit_test(test_proto_precedence),
	    cmocka_unit_test(test_class_of_another_dialect),
	    cmocka_unit_test(test_level),
	    cmocka_unit_test(test_family_of_the_next_hop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
