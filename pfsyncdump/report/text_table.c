/*
 * text_table.c - rows of text in columns as wide as their widest cell.
 *
 * SPDX-License-Identifier: ISC
 */
#include "text_table.h"

#include <stdlib.h>
#include <string.h>

void
text_table_cell(struct text_table *table, const char *text)
{
	if (table->count == table->room) {
		size_t room = table->room == 0 ? 64 : 2 * table->room;
		char **cells = realloc(table->cells, room * sizeof(*cells));

		if (cells == NULL)
			return;
		table->cells = cells;
		table->room = room;
	}
	table->cells[table->count] = strdup(text);
	table->count++;
}

static const char *
cell(const struct text_table *table, size_t index)
{
	return index < table->count && table->cells[index] != NULL ? table->cells[index] : "";
}

void
text_table_put(struct out *out, const struct text_table *table, bool colour)
{
	size_t widths[TEXT_TABLE_COLUMNS] = {0};

	for (size_t i = 0; i < table->count; i++) {
		size_t length = strlen(cell(table, i));

		if (length > widths[i % table->columns])
			widths[i % table->columns] = length;
	}
	for (size_t row = 0; row < table->count; row += table->columns) {
		if (colour && row == 0)
			out_text(out, "\033[1m");
		for (size_t c = 0; c < table->columns; c++) {
			const char *text = cell(table, row + c);
			size_t pad = widths[c] - strlen(text);

			out_text(out, "  ");
			if (table->right[c])
				out_blanks(out, pad);
			out_text(out, text);
			if (!table->right[c] && c + 1 < table->columns)
				out_blanks(out, pad);
		}
		if (colour && row == 0)
			out_text(out, "\033[0m");
		out_char(out, '\n');
	}
}

void
text_table_clear(struct text_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i]);
	free(table->cells);
	table->cells = NULL;
	table->count = table->room = 0;
}
