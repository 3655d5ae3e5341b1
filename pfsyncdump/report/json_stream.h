/*
 * json_stream.h - pieces of JSON text, written straight into a buffer.
 *
 * SPDX-License-Identifier: ISC
 *
 * For the lines that come by the million (messages and states), which a
 * document tree cannot keep up with; everything else goes through jansson.
 *
 * Each function writes at `at`, where the caller has provided room, and
 * returns the place behind what it wrote.  No NUL is written.
 */
#ifndef PFSYNCDUMP_JSON_STREAM_H
#define PFSYNCDUMP_JSON_STREAM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "pfsync.h"

/* Room each function may need, bytes. */
#define JSON_NUMBER_MAX 24
#define JSON_ADDR_MAX 64
/* A name of n bytes: each may become \\ooo, and two quotes. */
#define JSON_NAME_MAX(n) (5 * (n) + 2)

/* json_put_literal() copies in steps of this: room behind `length` too. */
#define JSON_LITERAL_STEP 32

/* Copy `length` bytes; `bytes` and `at` have room for a whole step. */
static inline char *
json_put_literal(char *at, const char *bytes, size_t length)
{
	/* A fixed size becomes two moves; most literals are no longer. */
	memcpy(at, bytes, JSON_LITERAL_STEP);
	if (length > JSON_LITERAL_STEP)
		memcpy(
		    at + JSON_LITERAL_STEP, bytes + JSON_LITERAL_STEP, length - JSON_LITERAL_STEP);
	return at + length;
}

/* Copy a string that needs no escaping, without quotes. */
char *json_put_text(char *at, const char *text);

/* The same in quotes. */
char *json_put_string(char *at, const char *text);

/* Decimal numbers. */
char *json_put_u64(char *at, uint64_t value);
char *json_put_s64(char *at, int64_t value);

/* `digits` lower-case hexadecimal digits in quotes. */
char *json_put_hex(char *at, uint64_t value, unsigned digits);

/*
 * A name of at most `max` bytes, ended by a NUL if shorter, in quotes.  The
 * value is what pfsync_text_name() gives: visible ASCII as it is, a blank,
 * a backslash or any other byte as a backslash with three octal digits, so nothing is lost and the
 * line stays UTF-8 (the backslash itself is doubled, as JSON wants it).
 */
char *json_put_name(char *at, const char *name, size_t max);

/* An address as pfsync_text_addr() writes it, in quotes. */
char *json_put_addr(char *at, enum pfsync_af af, const struct pfsync_addr *addr);

#endif
