/*
 * gen_tables.h - pages of documentation, written from libpfsync's tables.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef DOCS_GEN_TABLES_H
#define DOCS_GEN_TABLES_H

#include <stdbool.h>
#include <stdio.h>

/* docs/wire-formats.md: a table a layout. */
void gen_wire_formats(FILE *out);
/* docs/dialects.md: the census, action numbers, quirks, aliases. */
void gen_dialects(FILE *out);
/* docs/pfsyncdump.schema.json, from what is written by hand in `source`.  False, and
 * told, if that cannot be read. */
bool gen_schema(const char *source, FILE *out);

#endif
