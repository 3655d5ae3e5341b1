/*
 * gen_tables.c - write the pages of documentation that are tables.
 *
 * SPDX-License-Identifier: ISC
 *
 * usage: gen_tables SOURCE FOLDER
 *
 * Writes wire-formats.md, dialects.md and pfsyncdump.schema.json into FOLDER, the last
 * with what is written by hand in SOURCE/pfsyncdump.schema.in.json.
 */
#include "gen_tables.h"

#include <errno.h>
#include <string.h>

#define PATH_BYTES 4096

/* Where by hand written text is. */
static const char *source_folder;

static bool
path_of(char path[PATH_BYTES], const char *folder, const char *name)
{
	if ((size_t)snprintf(path, PATH_BYTES, "%s/%s", folder, name) < PATH_BYTES)
		return true;
	fprintf(stderr, "gen_tables: %s: path is too long\n", folder);
	return false;
}

static bool
wire_formats(FILE *out)
{
	gen_wire_formats(out);
	return true;
}

static bool
dialects(FILE *out)
{
	gen_dialects(out);
	return true;
}

static bool
schema(FILE *out)
{
	char path[PATH_BYTES];

	return path_of(path, source_folder, "pfsyncdump.schema.in.json") && gen_schema(path, out);
}

/* Under another name first: a page that cannot be made leaves the old one alone. */
static bool
write_page(const char *folder, const char *name, bool (*page)(FILE *))
{
	char path[PATH_BYTES], part[PATH_BYTES + sizeof(".part")];
	FILE *out;
	bool good;

	if (!path_of(path, folder, name))
		return false;
	snprintf(part, sizeof(part), "%s.part", path);
	out = fopen(part, "w");
	if (out == NULL) {
		fprintf(stderr, "gen_tables: cannot write %s: %s\n", part, strerror(errno));
		return false;
	}
	good = page(out);
	good = ferror(out) == 0 && good;
	good = fclose(out) == 0 && good && rename(part, path) == 0;
	if (!good) {
		fprintf(stderr, "gen_tables: %s is not written\n", path);
		remove(part);
	}
	return good;
}

int
main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: gen_tables SOURCE FOLDER\n");
		return 2;
	}
	source_folder = argv[1];
	return write_page(argv[2], "wire-formats.md", wire_formats) &&
		       write_page(argv[2], "dialects.md", dialects) &&
		       write_page(argv[2], "pfsyncdump.schema.json", schema)
		   ? 0
		   : 2;
}
