/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "options.h"

enum { WORDS_MAX = 20 };

/* Words parted by blanks, behind "simulate". */
static bool
read_words(const char *line, struct sim_options *options, int *status)
{
	static char text[512];
	static char name[] = "simulate";
	char *argv[WORDS_MAX + 1] = {name};
	char *rest = NULL;
	int argc = 1;

	assert_true(strlen(line) < sizeof(text));
	memcpy(text, line, strlen(line) + 1);
	for (char *word = strtok_r(text, " ", &rest); word != NULL && argc < WORDS_MAX;
	     word = strtok_r(NULL, " ", &rest))
		argv[argc++] = word;
	return sim_options_read(options, argc, argv, status);
}

static void
test_all(void **state)
{
	struct sim_options options;
	int status = -1;

	(void)state;
	assert_true(read_words("--config c.json --seed 0x10 -w w.pcap --vantage a b --truth t "
			       "--truth-changes --truth-messages --tap c",
	    &options, &status));
	assert_string_equal(options.config, "c.json");
	assert_int_equal(options.seed, 16);
	assert_string_equal(options.wire, "w.pcap");
	assert_int_equal(options.vantage_count, 2);
	assert_string_equal(options.vantage[1], "b");
	assert_int_equal(options.tap_count, 1);
	assert_true(options.changes && options.messages);
	assert_true(read_words("--config - -w -", &options, &status));
	assert_int_equal(options.seed, 1);
}

static void
test_wrong(void **state)
{
	static const char *const lines[] = {"", "--config", "--config c",
	    "--config c --truth-changes", "--config c -w w --seed -1", "--config c -w w --seed 1x",
	    "--config c -w w x", "--config c -w w --truth-changes",
	    "--config c --vantage 1 2 3 4 5", "--config c -w w --truth w", "--config c -w w -z"};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct sim_options options;
		int status = -1;
		assert_false(read_words(lines[i], &options, &status));
		assert_int_equal(status, 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all),
	    cmocka_unit_test(test_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
