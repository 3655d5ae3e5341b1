/*
 * real_files.c - where captures of real kernels are (see real_files.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include <glib.h>

#include "real_files.h"

static bool pieces;

void
real_files_take_pieces(void)
{
	pieces = true;
}

bool
real_files_are_pieces(void)
{
	return pieces;
}

/* "wire_A.pcap" of a run is RUN-A.pcap.gz, any other file RUN.FILE.gz. */
static char *
piece(const char *run, const char *file)
{
	const char *end = g_str_has_prefix(file, "wire") ? file + strlen("wire") : NULL;
	char *name, *path;

	if (end != NULL)
		name = g_strdup_printf(
		    "%s%s%s.gz", run, *end == '_' ? "-" : "", *end == '_' ? end + 1 : end);
	else
		name = g_strdup_printf("%s.%s.gz", run, file);
	path = g_build_filename(PFSYNC_PIECES, name, NULL);
	g_free(name);
	return path;
}

char *
real_file(const char *run, const char *file)
{
	const char *shared = g_getenv("PFSYNC_SHARED");

	if (pieces)
		return piece(run, file);
	return g_build_filename(
	    shared != NULL ? shared : PFSYNC_SHARED_DEFAULT, "captures", run, file, NULL);
}

bool
real_file_exists(const char *run, const char *file)
{
	char *path = real_file(run, file);
	bool there = g_file_test(path, G_FILE_TEST_EXISTS);

	g_free(path);
	return there;
}
