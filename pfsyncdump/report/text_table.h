/*
 * text_table.h - rows of text in columns as wide as their widest cell.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_TEXT_TABLE_H
#define PFSYNCDUMP_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "out.h"

#define TEXT_TABLE_COLUMNS 12

/* Zero-initialise; set `columns` and `right`. */
struct text_table {
	size_t columns;                 /* at most TEXT_TABLE_COLUMNS */
	bool right[TEXT_TABLE_COLUMNS]; /* the column's cells stand at its right edge */
	/* private */
	char **cells;
	size_t count;
	size_t room;
};

/*
 * Append a cell, row by row.  The text is copied.  A cell that memory is too
 * short for stays empty.
 */
void text_table_cell(struct text_table *table, const char *text);

/* Write all rows, each behind two blanks, the first in bold if `colour`. */
void text_table_put(struct out *out, const struct text_table *table, bool colour);

/* Free the cells; the table is empty then. */
void text_table_clear(struct text_table *table);

#endif
