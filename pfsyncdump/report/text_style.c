/*
 * text_style.c - what the text views share: colour, and the line for trouble.
 *
 * SPDX-License-Identifier: ISC
 */
#include "text_style.h"

#include <stdio.h>
#include <string.h>

#include "pfsync.h"

#define NAME_SHOWN_MAX 255

void
text_put(struct out *out, bool colour, enum text_colour which, const char *text, size_t width)
{
	static const char *const codes[] = {
	    [TEXT_PLAIN] = "",
	    [TEXT_BOLD] = "\033[1m",
	    [TEXT_DIM] = "\033[2m",
	    [TEXT_RED] = "\033[1;31m",
	    [TEXT_YELLOW] = "\033[33m",
	    [TEXT_GREEN] = "\033[32m",
	    [TEXT_CYAN] = "\033[36m",
	};
	size_t length = strlen(text);

	if (colour)
		out_text(out, codes[which]);
	out_bytes(out, text, length);
	if (colour && which != TEXT_PLAIN)
		out_text(out, "\033[0m");
	if (length < width)
		out_blanks(out, width - length);
}

void
text_put_name(struct out *out, const char *name)
{
	char text[4 * NAME_SHOWN_MAX + 1];

	pfsync_text_name(text, sizeof(text), name, NAME_SHOWN_MAX);
	out_text(out, text);
}

const char *
text_count(char *buffer, unsigned long long number)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%llu", number);
	char *at = buffer;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			*at++ = ',';
		*at++ = digits[i];
	}
	*at = '\0';
	return buffer;
}
