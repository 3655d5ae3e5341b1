/*
 * test_script.c - commands of a peer.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "script.h"

static void
good_lines(void **state)
{
	struct script_command command;
	char error[256];

	(void)state;
	assert_true(script_parse("insert 100", &command, error, sizeof(error)));
	assert_int_equal(command.verb, SCRIPT_INSERT);
	assert_int_equal(command.count, 100);
	assert_int_equal(command.proto, 0);
	assert_true(script_parse("  insert\t7   udp \r\n", &command, error, sizeof(error)));
	assert_int_equal(command.count, 7);
	assert_int_equal(command.proto, 17);
	assert_true(script_parse("wait 0.25", &command, error, sizeof(error)));
	assert_true(command.seconds > 0.24 && command.seconds < 0.26);
	assert_true(script_parse("dump /tmp/a b", &command, error, sizeof(error)));
	assert_string_equal(command.text, "/tmp/a b");
	assert_true(script_parse("quit", &command, error, sizeof(error)));
	assert_int_equal(command.verb, SCRIPT_QUIT);
	assert_true(script_parse("", &command, error, sizeof(error)));
	assert_int_equal(command.verb, SCRIPT_NOTHING);
	assert_true(script_parse(" # insert 5", &command, error, sizeof(error)));
	assert_int_equal(command.verb, SCRIPT_NOTHING);
}

static void
bad_lines(void **state)
{
	static const struct {
		const char *line, *error;
	} cases[] = {
	    {"insert", "insert: needs a number"},
	    {"insert -3", "insert: needs a number"},
	    {"insert 99999999999999999999", "insert: needs a number"},
	    {"insert 3 nosuch", "insert: what follows the number is no protocol"},
	    {"update 3 udp", "update: takes one number"},
	    {"wait long", "wait: needs seconds"},
	    {"wait -1", "wait: needs seconds"},
	    {"wait nan", "wait: needs seconds"},
	    {"flush all", "flush: takes no value"},
	    {"say", "say: needs a value"},
	    {"fly", "fly: unknown command; see pfsyncsend --peer --help"},
	    {"\001\002", "\\001\\002: unknown command; see pfsyncsend --peer --help"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct script_command command;
		char error[256] = "";
		assert_false(script_parse(cases[i].line, &command, error, sizeof(error)));
		assert_string_equal(error, cases[i].error);
	}
}

/* Lines arrive in pieces; the last one may lack its end. */
static void
reading_in_pieces(void **state)
{
	struct script script = {0};
	struct script_command command;
	char error[256];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	script.fd = ends[0];
	assert_int_equal(write(ends[1], "inse", 4), 4);
	assert_true(script_next(&script, true, &command, error, sizeof(error)));
	assert_int_equal(command.verb, SCRIPT_NOTHING);
	assert_false(script_has_line(&script));
	assert_int_equal(write(ends[1], "rt 3\nup\nwa", 10), 10);
	assert_true(script_next(&script, true, &command, error, sizeof(error)));
	assert_int_equal(command.verb, SCRIPT_INSERT);
	assert_true(script_has_line(&script));
	assert_true(script_next(&script, false, &command, error, sizeof(error)));
	assert_int_equal(command.verb, SCRIPT_UP);
	assert_int_equal(write(ends[1], "it 1\n\nhop", 9), 9);
	assert_true(script_next(&script, true, &command, error, sizeof(error)));
	assert_int_equal(command.verb, SCRIPT_WAIT);
	assert_true(script_next(&script, false, &command, error, sizeof(error)));
	assert_int_equal(command.verb, SCRIPT_NOTHING);
	close(ends[1]);
	assert_false(script_next(&script, true, &command, error, sizeof(error)));
	assert_string_equal(error, "line 5: hop: unknown command; see pfsyncsend --peer --help");
	assert_int_equal(script.fd, -1);
	assert_true(script_next(&script, true, &command, error, sizeof(error)));
	assert_int_equal(command.verb, SCRIPT_NOTHING);
	close(ends[0]);
}

static void
a_line_without_end(void **state)
{
	struct script script = {0};
	struct script_command command;
	char error[256];
	char junk[SCRIPT_LINE_MAX];
	int ends[2];

	(void)state;
	memset(junk, 'x', sizeof(junk));
	assert_int_equal(pipe(ends), 0);
	script.fd = ends[0];
	assert_int_equal(write(ends[1], junk, sizeof(junk)), sizeof(junk));
	assert_true(script_next(&script, true, &command, error, sizeof(error)));
	assert_false(script_next(&script, true, &command, error, sizeof(error)));
	assert_string_equal(error, "line: too long");
	close(ends[0]);
	close(ends[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_lines),
	    cmocka_unit_test(bad_lines),
	    cmocka_unit_test(reading_in_pieces),
	    cmocka_unit_test(a_line_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
