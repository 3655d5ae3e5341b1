/*
 * hex.c - bytes written as hexadecimal digits.
 *
 * SPDX-License-Identifier: ISC
 */
#include "hex.h"

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
hex_parse(const char *text, uint8_t *out, size_t size, size_t *len)
{
	*len = 0;
	while (*text != '\0') {
		int high, low;
		if (*text == ' ' || *text == ':') {
			text++;
			continue;
		}
		high = digit(text[0]);
		low = high >= 0 ? digit(text[1]) : -1;
		if (low < 0 || *len == size)
			return false;
		out[(*len)++] = (uint8_t)(high << 4 | low);
		text += 2;
	}
	return true;
}
