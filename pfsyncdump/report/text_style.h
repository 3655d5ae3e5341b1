/*
 * text_style.h - what the text views share: colour, and the line for trouble.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_TEXT_STYLE_H
#define PFSYNCDUMP_TEXT_STYLE_H

#include <stdbool.h>
#include <stddef.h>

#include "out.h"

enum text_colour { TEXT_PLAIN, TEXT_BOLD, TEXT_DIM, TEXT_RED, TEXT_YELLOW, TEXT_GREEN, TEXT_CYAN };

/* Write `text` in that colour, padded with blanks to `width`, if `colour` is on. */
void text_put(struct out *out, bool colour, enum text_colour which, const char *text, size_t width);

/* A name of any length as pfsync_text_name() writes it, cut off at 255 bytes. */
void text_put_name(struct out *out, const char *name);

/* "12,345,678" into `buffer` (at least 28 bytes), which is returned. */
const char *text_count(char *buffer, unsigned long long number);

#endif
