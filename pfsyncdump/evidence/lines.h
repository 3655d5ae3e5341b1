/*
 * lines.h - text files line by line, with errors that say where.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_LINES_H
#define PFSYNCDUMP_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define LINES_ERROR_MAX 512
/* The longest line that is read, bytes with the NUL. */
#define LINES_LENGTH_MAX 2048

/* Set `name` and `stream`, zero the rest. */
struct lines {
	const char *name; /* of the file, for errors */
	FILE *stream;
	unsigned long number; /* of the line in `text`, 1-based */
	char text[LINES_LENGTH_MAX];
	char error[LINES_ERROR_MAX]; /* "" as long as all is well */
};

/* The next line without its end; false at the end of the file or after an error. */
bool lines_next(struct lines *lines);

/* "FILE:NUMBER: what", with anything unprintable escaped.  Returns false. */
bool lines_fail(struct lines *lines, const char *what);

/* The same about the whole file: "FILE: what". */
bool lines_fail_file(struct lines *lines, const char *what);

/* If `*at` begins with `word`, step over it. */
bool lines_skip(const char **at, const char *word);

/* A decimal (base 10) or hexadecimal (16) number up to `max`; steps over it. */
bool lines_number(const char **at, int base, unsigned long long max, unsigned long long *value);

#endif
