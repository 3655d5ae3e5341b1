/*
 * test_compat.c - a FILE over a function, on this system's way of doing it.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "compat.h"

struct source {
	const char *text;
	size_t at;
	int fail_with; /* errno at the end, 0 = end in order */
};

/* Never more than three bytes at a time. */
static ssize_t
read_text(void *cookie, char *buffer, size_t size)
{
	struct source *source = cookie;
	size_t left = strlen(source->text) - source->at;

	if (left == 0 && source->fail_with != 0) {
		errno = source->fail_with;
		return -1;
	}
	if (size > 3)
		size = 3;
	if (size > left)
		size = left;
	memcpy(buffer, source->text + source->at, size);
	source->at += size;
	return (ssize_t)size;
}

static void
test_reads_all(void **state)
{
	struct source source = {.text = "a capture in small pieces"};
	FILE *file = compat_open_reader(&source, read_text);
	char got[100];

	(void)state;
	assert_non_null(file);
	assert_int_equal(fread(got, 1, 5, file), 5);
	assert_int_equal(fread(got + 5, 1, sizeof(got) - 5, file), strlen(source.text) - 5);
	assert_memory_equal(got, source.text, strlen(source.text));
	assert_true(feof(file));
	assert_false(ferror(file));
	assert_int_equal(fclose(file), 0);
}

static void
test_tells_errors(void **state)
{
	struct source source = {.text = "abcd", .fail_with = EIO};
	FILE *file = compat_open_reader(&source, read_text);
	char got[100];

	(void)state;
	assert_non_null(file);
	assert_int_equal(fread(got, 1, sizeof(got), file), 4);
	assert_true(ferror(file));
	assert_int_equal(fclose(file), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reads_all),
	    cmocka_unit_test(test_tells_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
