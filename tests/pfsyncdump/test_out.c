/*
 * test_out.c - buffering, the first failure, when it is flushed.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "out.h"

/* What stands in the file. */
static size_t
contents(FILE *file, char *into, size_t size)
{
	size_t length;

	rewind(file);
	length = fread(into, 1, size - 1, file);
	into[length] = '\0';
	return length;
}

static void
test_writes(void **state)
{
	FILE *file = tmpfile();
	struct out out;
	char got[100];

	(void)state;
	assert_non_null(file);
	assert_int_equal(out_open(&out, fileno(file)), 0);
	out_text(&out, "one ");
	out_bytes(&out, "two!", 3);
	out_char(&out, ' ');
	out_printf(&out, "%d", 3);
	out_blanks(&out, 2);
	memcpy(out_reserve(&out, 4), "four", 4);
	out_commit(&out, 4);
	assert_int_equal(out_close(&out), 0);
	contents(file, got, sizeof(got));
	assert_string_equal(got, "one two 3  four");
	fclose(file);
}

static void
test_longer_than_the_buffer(void **state)
{
	static char block[100000], got[500001];
	FILE *file = tmpfile();
	struct out out;

	(void)state;
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = (char)('a' + i % 23);
	assert_int_equal(out_open(&out, fileno(file)), 0);
	for (int i = 0; i < 5; i++)
		out_bytes(&out, block, sizeof(block));
	assert_int_equal(out_close(&out), 0);
	assert_int_equal(contents(file, got, sizeof(got)), 5 * sizeof(block));
	for (int i = 0; i < 5; i++)
		assert_memory_equal(got + (size_t)i * sizeof(block), block, sizeof(block));
	fclose(file);
}

static void
test_regular_file_is_not_flushed_each_frame(void **state)
{
	FILE *file = tmpfile();
	struct out out;
	char got[10];

	(void)state;
	assert_int_equal(out_open(&out, fileno(file)), 0);
	assert_false(out.eager);
	out_text(&out, "x");
	out_frame_end(&out);
	assert_int_equal(contents(file, got, sizeof(got)), 0);
	out_close(&out);
	assert_int_equal(contents(file, got, sizeof(got)), 1);
	fclose(file);
}

static void
test_pipe_is_flushed_each_frame(void **state)
{
	struct out out;
	int ends[2];
	char got[10];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(out_open(&out, ends[1]), 0);
	assert_true(out.eager);
	out_text(&out, "x");
	out_frame_end(&out);
	assert_int_equal(read(ends[0], got, sizeof(got)), 1);
	out_close(&out);
	close(ends[0]);
	close(ends[1]);
}

static void
test_first_error_stays(void **state)
{
	struct out out;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(out_open(&out, ends[1]), 0);
	out_text(&out, "x");
	out_flush(&out);
	assert_int_equal(out.error, EPIPE);
	/* Another failure of another kind does not replace it. */
	close(ends[1]);
	out_text(&out, "y");
	assert_int_equal(out_close(&out), EPIPE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_writes),
	    cmocka_unit_test(test_longer_than_the_buffer),
	    cmocka_unit_test(test_regular_file_is_not_flushed_each_frame),
	    cmocka_unit_test(test_pipe_is_flushed_each_frame),
	    cmocka_unit_test(test_first_error_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
