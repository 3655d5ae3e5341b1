/*
 * dialect_list.c - the wire formats, for --dialect help.
 *
 * SPDX-License-Identifier: ISC
 */
#include "dialect_list.h"

#include "pfsync.h"

/* The longest name, openbsd-1r2-early-ilp32. */
enum { NAME_WIDTH = 23 };

void
dialect_list(FILE *out)
{
	const char *alias, *name;

	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		fprintf(out, "%-*s version %u  %s\n", NAME_WIDTH, dialect->name, dialect->version,
		    dialect->systems);
	}
	for (size_t i = 0; pfsync_dialect_alias(i, &alias, &name); i++)
		fprintf(out, "%-*s the same as %s\n", NAME_WIDTH, alias, name);
}
