/*
 * test_outfile.c - output files that are complete or not there.
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

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "outfile.h"

static char folder[64];
static char target[128];

static int
set_up(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/pfsync-outfile-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(target, sizeof(target), "%s/out", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(target);
	return rmdir(folder); /* fails if anything is left */
}

static unsigned
files(void)
{
	unsigned count = 0;
	DIR *dir = opendir(folder);
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

static long
size_of_target(void)
{
	struct stat info;

	return stat(target, &info) == 0 ? (long)info.st_size : -1;
}

static void
the_name_comes_last(void **state)
{
	struct outfile *file = outfile_open(target);

	(void)state;
	assert_non_null(file);
	assert_string_equal(outfile_name(file), target);
	fputs("hello", outfile_stream(file));
	fflush(outfile_stream(file));
	assert_int_equal(size_of_target(), -1);
	assert_int_equal(files(), 1);
	assert_int_equal(outfile_commit(file), 0);
	assert_int_equal(size_of_target(), 5);
	assert_int_equal(files(), 1);
}

static void
the_old_file_stays_until_then(void **state)
{
	struct outfile *file;

	(void)state;
	file = outfile_open(target);
	fputs("old", outfile_stream(file));
	assert_int_equal(outfile_commit(file), 0);
	file = outfile_open(target);
	fputs("new and longer", outfile_stream(file));
	outfile_discard(file);
	assert_int_equal(size_of_target(), 3);
	assert_int_equal(files(), 1);
	outfile_discard(NULL);
}

static void
errors_are_told_once_at_the_end(void **state)
{
	char nowhere[160];
	struct outfile *file;

	(void)state;
	snprintf(nowhere, sizeof(nowhere), "%s/none/out", folder);
	errno = 0;
	assert_null(outfile_open(nowhere));
	assert_int_equal(errno, ENOENT);
	if (access("/dev/full", W_OK) != 0)
		skip();
	file = outfile_open("/dev/full");
	assert_non_null(file);
	for (int i = 0; i < 1000000; i++)
		fputc('x', outfile_stream(file));
	assert_int_equal(outfile_commit(file), ENOSPC);
}

/* A program that ends in the middle, by exit() or by a signal. */
static int
end_early(bool by_signal)
{
	int status = -1;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		/* Static, so that no tool takes it for lost. */
		static struct outfile *file;
		outfile_mind_signals();
		file = outfile_open(target);
		if (file == NULL)
			_exit(9);
		fputs("half", outfile_stream(file));
		if (by_signal)
			raise(SIGTERM);
		exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void
nothing_is_left_behind(void **state)
{
	int status;

	(void)state;
	status = end_early(false);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_equal(files(), 0);
	status = end_early(true);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	assert_int_equal(files(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_name_comes_last, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_old_file_stays_until_then, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(errors_are_told_once_at_the_end, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(nothing_is_left_behind, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
