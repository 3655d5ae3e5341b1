/*
 * lines.c - text files line by line, with errors that say where.
 *
 * SPDX-License-Identifier: ISC
 */
#include "lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pfsync.h"

bool
lines_fail(struct lines *lines, const char *what)
{
	char name[256];

	pfsync_text_name(name, sizeof(name), lines->name, strlen(lines->name));
	snprintf(lines->error, sizeof(lines->error), "%s:%lu: %s", name, lines->number, what);
	return false;
}

bool
lines_fail_file(struct lines *lines, const char *what)
{
	char name[256];

	pfsync_text_name(name, sizeof(name), lines->name, strlen(lines->name));
	snprintf(lines->error, sizeof(lines->error), "%s: %s", name, what);
	return false;
}

bool
lines_next(struct lines *lines)
{
	size_t length = 0;
	int c;

	if (lines->error[0] != '\0')
		return false;
	while ((c = getc(lines->stream)) != EOF && c != '\n') {
		/* A NUL would end the line for who reads it. */
		if (length + 1 == sizeof(lines->text) || c == '\0') {
			lines->number++;
			return lines_fail(lines,
			    c == '\0' ? "a NUL: this is not a text file" : "the line is too long");
		}
		lines->text[length++] = (char)c;
	}
	if (c == EOF && ferror(lines->stream) != 0)
		return lines_fail_file(lines, errno != 0 ? strerror(errno) : "cannot be read");
	if (c == EOF && length == 0)
		return false;
	while (length > 0 && lines->text[length - 1] == '\r')
		length--;
	lines->text[length] = '\0';
	lines->number++;
	return true;
}

bool
lines_skip(const char **at, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*at, word, length) != 0)
		return false;
	*at += length;
	return true;
}

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

bool
lines_number(const char **at, int base, unsigned long long max, unsigned long long *value)
{
	unsigned long long sum = 0;
	const char *c = *at;

	for (; digit_of(*c) < base; c++) {
		unsigned long long digit = (unsigned long long)digit_of(*c);

		if (sum > (max - digit) / (unsigned)base)
			return false;
		sum = sum * (unsigned)base + digit;
	}
	if (c == *at)
		return false;
	*at = c;
	*value = sum;
	return true;
}
