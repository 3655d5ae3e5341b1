/*
 * explain.c - what a code such as D-15 means, as docs/divergences.md has it.
 *
 * SPDX-License-Identifier: ISC
 */
#include "explain.h"

#include <string.h>

#include <glib.h>

#include "pfreplay.h"

enum { WIDTH = 80, INDENT = 4 };

/* docs/divergences.md, put into the program when it is built. */
extern const char divergences_text[];

unsigned
explain_number(const char *code)
{
	unsigned number;

	if ((code[0] != 'D' && code[0] != 'd') || code[1] != '-' || !g_ascii_isdigit(code[2]) ||
	    !g_ascii_isdigit(code[3]) || code[4] != '\0')
		return 0;
	number = (unsigned)(code[2] - '0') * 10 + (unsigned)(code[3] - '0');
	return number != 0 && pfreplay_divergence_name(number) != NULL ? number : 0;
}

/* Words of a text, as many on each line as fit. */
static void
put_wrapped(FILE *stream, const char *text)
{
	gchar **words = g_strsplit(text, " ", -1);
	size_t column = 0;

	for (gchar **word = words; *word != NULL; word++) {
		const size_t length = strlen(*word);

		if (length == 0)
			continue;
		if (column > 0 && column + 1 + length > WIDTH) {
			fputc('\n', stream);
			column = 0;
		}
		if (column == 0)
			column = (size_t)fprintf(stream, "%*s%s", INDENT, "", *word);
		else
			column += (size_t)fprintf(stream, " %s", *word);
	}
	fputc('\n', stream);
	g_strfreev(words);
}

static void
put_paragraph(FILE *stream, const char *heading, const char *text)
{
	fprintf(stream, "\n%s\n", heading);
	put_wrapped(stream, text);
}

void
explain(FILE *stream, unsigned number)
{
	static const char *const severities[] = {"critical", "high", "medium", "low"};
	gchar *begin = g_strdup_printf("\n| D-%02u | ", number % 100);
	const char *row = strstr(divergences_text, begin);
	gchar *line, **cells;

	fprintf(stream, "D-%02u: %s\n", number % 100, pfreplay_divergence_name(number));
	if (row != NULL) {
		row += strlen(begin);
		line = g_strndup(row, strcspn(row, "\n"));
		cells = g_strsplit(line, " | ", -1);
		/* Its name, how it is recognised, and how bad, with a bar behind. */
		if (g_strv_length(cells) == 3) {
			g_strchomp(cells[2]);
			if (g_str_has_suffix(cells[2], "|"))
				cells[2][strlen(cells[2]) - 1] = '\0';
			put_paragraph(stream, "How it is recognised", cells[1]);
			put_paragraph(stream, "How bad", cells[2]);
		}
		g_strfreev(cells);
		g_free(line);
	}
	fputs("\nHow bad that is\n", stream);
	for (size_t i = 0; i < G_N_ELEMENTS(severities); i++) {
		gchar *item = g_strdup_printf("\n* **%s**: ", severities[i]);
		const char *text = strstr(divergences_text, item);

		if (text != NULL) {
			text += strlen(item);
			fprintf(stream, "    %-9s %.*s\n", severities[i],
			    (int)strcspn(text, ";.\n"), text);
		}
		g_free(item);
	}
	fputs("\nWhich firewalls, packets and states, and what to do: pfsyncdump --divergences\n",
	    stream);
	g_free(begin);
}
