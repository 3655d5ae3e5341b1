/*
 * gen_tables.c - write the pages of documentation that are tables.
 *
 * SPDX-License-Identifier: ISC
 *
 * usage: gen_tables FOLDER
 *
 * Writes wire-formats.md and dialects.md there.
 */
#include "gen_tables.h"

#include <errno.h>
#include <string.h>

static int
write_page(const char *folder, const char *name, void (*page)(FILE *))
{
	char path[4096];
	FILE *out;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder, name) >= sizeof(path)) {
		fprintf(stderr, "gen_tables: %s: path is too long\n", folder);
		return 2;
	}
	out = fopen(path, "w");
	if (out != NULL) {
		page(out);
		if (ferror(out) == 0 && fclose(out) == 0)
			return 0;
	}
	fprintf(stderr, "gen_tables: cannot write %s: %s\n", path, strerror(errno));
	return 2;
}

int
main(int argc, char **argv)
{
	int status;

	if (argc != 2) {
		fprintf(stderr, "usage: gen_tables FOLDER\n");
		return 2;
	}
	status = write_page(argv[1], "wire-formats.md", gen_wire_formats);
	if (status == 0)
		status = write_page(argv[1], "dialects.md", gen_dialects);
	return status;
}
