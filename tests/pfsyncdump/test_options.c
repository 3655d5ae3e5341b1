/*
 * test_options.c - the command line.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "options.h"

#define WORDS_MAX 24

static struct options options;
static char error[OPTIONS_ERROR_MAX];
static char line_copy[1024];

/* Parse the words of `line`, which follow the program's name. */
static enum options_result
parse(const char *line)
{
	char *argv[WORDS_MAX];
	int argc = 0;

	snprintf(line_copy, sizeof(line_copy), "pfsyncdump %s", line);
	for (char *word = strtok(line_copy, " "); word != NULL; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	options_free(&options);
	return options_parse(&options, argc, argv, error);
}

static int
teardown(void **state)
{
	(void)state;
	options_free(&options);
	return 0;
}

static void
test_defaults(void **state)
{
	(void)state;
	assert_int_equal(parse("-r a.pcap"), OPTIONS_RUN);
	assert_int_equal(options.file_count, 1);
	assert_string_equal(options.files[0], "a.pcap");
	assert_int_equal(options.views, 0);
	assert_int_equal(options.verbose, 0);
	assert_int_equal(options.time_form, TIME_OF_DAY);
	assert_int_equal(options.packet_limit, 0);
	assert_null(options.filter);
	assert_null(options.dialect);
	assert_false(options.json);
	assert_false(options.at_given);
	assert_int_equal(options.colour, OPTIONS_COLOUR_AUTO);
}

static void
test_everything(void **state)
{
	(void)state;
	assert_int_equal(
	    parse("-r a -r - -nvvv -ttt -c 12 --json --messages --states=fw1 --at +2.5 --stats "
		  "--bulk --max-states 1000 --color=never --progress host 10.0.0.1"),
	    OPTIONS_RUN);
	assert_int_equal(options.file_count, 2);
	assert_string_equal(options.files[1], "-");
	assert_int_equal(options.verbose, 3);
	assert_int_equal(options.time_form, TIME_DELTA);
	assert_int_equal(options.packet_limit, 12);
	assert_true(options.json);
	assert_int_equal(options.views,
	    REPORT_VIEW_MESSAGES | REPORT_VIEW_STATES | REPORT_VIEW_STATS | REPORT_VIEW_BULK);
	assert_string_equal(options.states_node, "fw1");
	assert_true(options.at_given);
	assert_true(options.at_relative);
	assert_int_equal(options.at_ns, 2500000000);
	assert_int_equal(options.max_states, 1000);
	assert_int_equal(options.colour, OPTIONS_COLOUR_NEVER);
	assert_true(options.progress);
	assert_string_equal(options.filter, "host 10.0.0.1");
}

static void
test_states_without_a_node(void **state)
{
	(void)state;
	assert_int_equal(parse("-r a --states"), OPTIONS_RUN);
	assert_int_equal(options.views, REPORT_VIEW_STATES);
	assert_null(options.states_node);
}

static void
test_nodes(void **state)
{
	static const uint8_t first[4] = {10, 0, 0, 11};

	(void)state;
	assert_int_equal(
	    parse("-r a --node fw1=10.0.0.11,fd00::11 --node fw.2=10.0.0.12"), OPTIONS_RUN);
	assert_int_equal(options.name_count, 3);
	assert_string_equal(options.names[0].name, "fw1");
	assert_int_equal(options.names[0].af, PFSYNC_AF_INET);
	assert_memory_equal(options.names[0].addr.b, first, 4);
	assert_string_equal(options.names[1].name, "fw1");
	assert_int_equal(options.names[1].af, PFSYNC_AF_INET6);
	assert_int_equal(options.names[1].addr.b[0], 0xfd);
	assert_int_equal(options.names[1].addr.b[15], 0x11);
	assert_string_equal(options.names[2].name, "fw.2");
}

static void
test_dialects(void **state)
{
	(void)state;
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		char line[128];

		snprintf(line, sizeof(line), "-r a --dialect %s", pfsync_dialect_at(i)->name);
		assert_int_equal(parse(line), OPTIONS_RUN);
		assert_ptr_equal(options.dialect, pfsync_dialect_at(i));
	}
	assert_int_equal(parse("--dialect help"), OPTIONS_DIALECTS);
}

static void
test_filter_file(void **state)
{
	char path[] = "/tmp/test_options.XXXXXX";
	char line[128];
	int fd = mkstemp(path);
	static const char text[] = "host 10.0.0.1 # the first\nand ip\n";

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	close(fd);
	snprintf(line, sizeof(line), "-r a -F %s", path);
	assert_int_equal(parse(line), OPTIONS_RUN);
	assert_string_equal(options.filter, "host 10.0.0.1            \nand ip\n");
	snprintf(line, sizeof(line), "-r a -F %s ip", path);
	assert_int_equal(parse(line), OPTIONS_ERROR);
	assert_non_null(strstr(error, "two filter expressions"));
	unlink(path);
	assert_int_equal(parse(line), OPTIONS_ERROR);
	assert_non_null(strstr(error, "No such file"));
}

static void
test_information(void **state)
{
	(void)state;
	assert_int_equal(parse("--help"), OPTIONS_HELP);
	assert_int_equal(parse("--version"), OPTIONS_VERSION);
}

static void
test_errors(void **state)
{
	static const struct {
		const char *line;
		const char *text;
	} cases[] = {
	    {"", "nothing to read"},
	    {"-r", "option -r: needs a value"},
	    {"-z -r a", "unknown option -z"},
	    {"--frobnicate -r a", "unknown option --frobnicate"},
	    {"-r a -c 0", "-c 0"},
	    {"-r a -c -5", "-c -5"},
	    {"-r a -c 5x", "-c 5x"},
	    {"-r a -c 99999999999999999999999", "-c 9"},
	    {"-r a --max-states many", "--max-states many"},
	    {"-r a -tttttt", "at most five times"},
	    {"-r a --at yesterday", "--at yesterday"},
	    {"-r a --color=blue", "--color blue"},
	    {"-r a --dialect openbsd-99", "unknown name openbsd-99"},
	    {"-r a --node fw1", "--node fw1"},
	    {"-r a --node =10.0.0.1", "--node =10.0.0.1"},
	    {"-r a --node a/b=10.0.0.1", "--node a/b=10.0.0.1"},
	    {"-r a --node fw1=host.example", "not an IPv4 or IPv6 address"},
	    {"-r a --node fw1=10.0.0.1,", "not an IPv4 or IPv6 address"},
	    {"-r a --json=yes", "--json"},
	    /* These belong to later releases and are not accepted before. */
	    {"-r a --ignore D-00", "--ignore D-00"},
	    {"-r a --ignore D-30", "--ignore D-30"},
	    {"-r a --ignore D-7", "--ignore D-7"},
	    {"-r a --ignore D-07,", "--ignore D-07,"},
	    {"-r a --ignore D-071", "--ignore D-071"},
	    {"-r a --ignore rollback", "--ignore rollback"},
	    {"-r a --check=yes", "--check"},
	    {"-r a -w", "option -w: needs a value"},
	    {"-i em0 -r a", "captures on one interface"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (parse(cases[i].line) != OPTIONS_ERROR)
			fail_msg("accepted: %s", cases[i].line);
		if (strstr(error, cases[i].text) == NULL || strchr(error, '\n') != NULL)
			fail_msg("%s: %s", cases[i].line, error);
	}
}

static void
test_divergences_and_their_codes(void **state)
{
	(void)state;
	assert_int_equal(
	    parse("-r a --divergences --check --ignore D-01,d-29 --ignore D-15"), OPTIONS_RUN);
	assert_int_equal(options.views, REPORT_VIEW_DIVERGENCES);
	assert_true(options.check);
	assert_true(options.ignored == (UINT64_C(1) << 1 | UINT64_C(1) << 29 | UINT64_C(1) << 15));
	assert_int_equal(parse("-r a"), OPTIONS_RUN);
	assert_false(options.check);
	assert_true(options.ignored == 0);
}

static void
test_error_is_printable(void **state)
{
	char program[] = "pfsyncdump", option[] = "--at", value[] = "\033[31mred\n";
	char *argv[] = {program, option, value, NULL};

	(void)state;
	options_free(&options);
	assert_int_equal(options_parse(&options, 3, argv, error), OPTIONS_ERROR);
	for (const char *c = error; *c != '\0'; c++)
		assert_in_range(*c, 0x20, 0x7e);
}

static void
test_help_names_every_option(void **state)
{
	static const char *const names[] = {"-r FILE", "-c N", "-F FILE", "--dialect", "--node",
	    "--max-states", "--messages", "--states", "--at", "--stats", "--bulk", "--json", "-vvv",
	    "-ttttt", "-n", "--color", "--progress", "--version", "--help"};
	FILE *file = tmpfile();
	char text[8192];

	(void)state;
	assert_non_null(file);
	options_help(file);
	rewind(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strstr(text, names[i]) == NULL)
			fail_msg("--help does not tell of %s", names[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_everything),
	    cmocka_unit_test(test_states_without_a_node),
	    cmocka_unit_test(test_nodes),
	    cmocka_unit_test(test_dialects),
	    cmocka_unit_test(test_filter_file),
	    cmocka_unit_test(test_information),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_divergences_and_their_codes),
	    cmocka_unit_test(test_error_is_printable),
	    cmocka_unit_test(test_help_names_every_option),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
