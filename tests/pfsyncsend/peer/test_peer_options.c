/*
 * test_peer_options.c - the command line of --peer.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "peer_options.h"

#define ARGS_MAX 32

/* Options may be changed in place, so they are copied. */
static bool
read_line(struct peer_options *options, char *line, char error[PEER_ERROR_MAX])
{
	static char program[] = "pfsyncsend", peer[] = "--peer";
	char *argv[ARGS_MAX] = {program, peer};
	int argc = 2;

	for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " "))
		argv[argc++] = word;
	return peer_options_read(options, argc, argv, error);
}

static void
all_at_once(void **state)
{
	char line[] = "-i em9 --family v5F14 --record 1301 --syncpeer 10.0.0.7 --hostid ff "
		      "--cksum 000102030405060708090a0b0c0d0e0f --maxupd 7 --mtu 1400 --defer -v";
	struct peer_options options;
	char error[PEER_ERROR_MAX];

	(void)state;
	assert_true(read_line(&options, line, error));
	assert_string_equal(options.ifname, "em9");
	assert_int_equal(options.config.family, FW_V5F14);
	assert_int_equal(options.config.message_version, 1301);
	assert_int_equal(options.config.syncpeer.af, PFSYNC_AF_INET);
	assert_int_equal(options.config.syncpeer.addr.b[3], 7);
	assert_int_equal(options.config.hostid, 255);
	assert_int_equal(options.config.cksum[15], 15);
	assert_int_equal(options.config.maxupd, 7);
	assert_int_equal(options.config.mtu, 1400);
	assert_true(options.config.defer);
	assert_int_equal(options.verbose, 1);
	assert_int_equal(options.config.ifname_count, 1);
	assert_string_equal(options.config.ifnames[0], "em0");
}

static void
more(void **state)
{
	char line[] = "-i x --dialect freebsd-9 --ip6 --limit 5 --ifnames a,b --load 3 --settled "
		      "--script - --for 2.5 -q --timeout udp.first=9";
	struct peer_options options;
	char error[PEER_ERROR_MAX];

	(void)state;
	assert_true(read_line(&options, line, error));
	assert_int_equal(options.config.family, FW_V5F9);
	assert_true(options.config.group6);
	assert_int_equal(options.config.state_limit, 5);
	assert_int_equal(options.config.ifname_count, 2);
	assert_string_equal(options.config.ifnames[1], "b");
	assert_int_equal(options.load, 3);
	assert_true(options.settled);
	assert_string_equal(options.script, "-");
	assert_true(options.run_s > 2.4 && options.run_s < 2.6);
	assert_int_equal(options.verbose, -1);
	assert_int_equal(options.config.timeout_s[6], 9);
	assert_int_equal(options.config.timeout_s[7], FW_DEFAULT);
}

static void
mistakes(void **state)
{
	static const struct {
		const char *line, *error;
	} cases[] = {
	    {"", "--peer: needs an interface: -i IF"},
	    {"-i", "-i: needs a value"},
	    {"-i x --what", "--what: unknown option; see pfsyncsend --peer --help"},
	    {"-i x --dialect nosuch",
		"--dialect: unknown; pfsyncsend --dialect help lists the names"},
	    {"-i x --dialect openbsd-1n1",
		"--dialect: no firewall of that time answered; v2 and later do"},
	    {"-i x --syncpeer here", "--syncpeer: needs an IPv4 or IPv6 address"},
	    {"-i x --hostid 0", "--hostid: needs a number, 1 to ffffffff, in hexadecimal"},
	    {"-i x --cksum 12", "--cksum: needs 32 hexadecimal digits"},
	    {"-i x --maxupd 256", "--maxupd: needs a number, 1 to 255"},
	    {"-i x --mtu 70000", "--mtu: needs a number, 300 to 65535"},
	    {"-i x --timeout udp.first", "--timeout: needs CLASS=SECONDS, such as udp.first=5"},
	    {"-i x --timeout odd=5",
		"--timeout: unknown class; tcp.first, udp.multiple and so on are known"},
	    {"-i x --for 0", "--for: needs a number of seconds above 0"},
	    {"-i x --ifnames abcdefghijklmnopq", "--ifnames: a name has more than 15 characters"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct peer_options options;
		char error[PEER_ERROR_MAX] = "";
		char line[128];
		strcpy(line, cases[i].line);
		assert_false(read_line(&options, line, error));
		assert_string_equal(error, cases[i].error);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_at_once),
	    cmocka_unit_test(more),
	    cmocka_unit_test(mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
