/*
 * doc.h - read JSON documents that people write, and say what is wrong where.
 *
 * SPDX-License-Identifier: ISC
 *
 * A document is read whole, then asked for its values one by one with their
 * type, range and default.  An answer that is wrong is remembered as an error
 *
 *     FILE:LINE: $.nodes[1].dialect: "openbsd-9" is none; accepted: ...
 *
 * and the default is given instead, so that the caller goes on and looks at
 * doc_failed() once at the end.  The first DOC_ERRORS_MAX errors are kept.
 * Nothing a document holds can do harm: it is at most DOC_BYTES_MAX long,
 * DOC_DEPTH_MAX deep, and the arrays it has are bounded by the caller.
 *
 * Where a function takes an object and a key, a missing key gives the default
 * (and is an error for the `need` ones).  A JSON null is not the same as a
 * missing key, but an error like any wrong type.
 */
#ifndef PFSYNCSEND_DOC_H
#define PFSYNCSEND_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

enum { DOC_BYTES_MAX = 64 << 20, DOC_DEPTH_MAX = 64, DOC_ERRORS_MAX = 20 };

struct doc;

/*
 * A place in a document.  It points to the place it was reached from, which must
 * live as long; made by the calls below and kept on the stack.
 */
struct doc_at {
	struct doc *doc;
	json_t *value; /* NULL: there is none */
	const struct doc_at *parent;
	const char *key; /* within an object */
	size_t index;    /* within an array */
};

/*
 * Read a file ("-": standard input).  Never NULL, except without memory: what
 * went wrong is an error of the document.
 */
struct doc *doc_read(const char *path);
/* The same from memory; `name` stands for the file in errors. */
struct doc *doc_parse(const char *name, const char *bytes, size_t len);
void doc_free(struct doc *doc);

/* Was there an error? */
bool doc_failed(const struct doc *doc);
/* All errors, one a line, each behind `prefix` ("pfsyncsend: "). */
void doc_print_errors(const struct doc *doc, const char *prefix, FILE *out);
/* Number of errors, and each without prefix and line end; NULL past the last. */
size_t doc_error_count(const struct doc *doc);
const char *doc_error_text(const struct doc *doc, size_t i);
/* Remember an error about a place, or about the member `key` of it. */
void doc_error(const struct doc_at *at, const char *key, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 3, 4)))
#endif
    ;
/* Text with what is neither blank nor printable ASCII as \ooo; cut off at `size` bytes. */
void doc_printable(char *out, size_t size, const char *text);
/* The line of a place in the file, 1-based; 0 if it is not found. */
size_t doc_line(const struct doc_at *at, const char *key);

/* ------------------------------------------------------------------------
 * Walking
 */

/* The whole document; an error, and a place without value, unless an object. */
struct doc_at doc_root(struct doc *doc);
/* Has the object that key? */
bool doc_has(const struct doc_at *object, const char *key);
/*
 * The object or array under `key`.  False if it is missing or (an error) of
 * another type; then `at` has no value, and asking it gives defaults.
 */
bool doc_object(const struct doc_at *object, const char *key, struct doc_at *at);
bool doc_array(const struct doc_at *object, const char *key, size_t max, struct doc_at *at);
/* As doc_array(), and it is an error if the key is missing or the array empty. */
bool doc_need_array(const struct doc_at *object, const char *key, size_t max, struct doc_at *at);
/* Any value under `key`, or missing. */
bool doc_value(const struct doc_at *object, const char *key, struct doc_at *at);
size_t doc_length(const struct doc_at *array);
/* Element i, which must be an object (else an error; no value then) or anything. */
struct doc_at doc_item(const struct doc_at *array, size_t i);
struct doc_at doc_item_object(const struct doc_at *array, size_t i);
/*
 * Every key of the object must be one of `names` (NULL-terminated): others are
 * errors that list the names.
 */
void doc_known(const struct doc_at *object, const char *const *names);
/* An error unless the object has the key. */
bool doc_need(const struct doc_at *object, const char *key);

/* ------------------------------------------------------------------------
 * Values under a key
 */

bool doc_bool(const struct doc_at *object, const char *key, bool fallback);
/* Whole numbers; also as a string "0x1f" or "31". */
int64_t doc_integer(
    const struct doc_at *object, const char *key, int64_t min, int64_t max, int64_t fallback);
/* Up to 2^64 - 1: a JSON integer or a string, decimal or 0x. */
uint64_t doc_u64(const struct doc_at *object, const char *key, uint64_t max, uint64_t fallback);
/* Hexadecimal digits without 0x as listings print ids ("00000001"); also integers. */
uint64_t doc_hex(const struct doc_at *object, const char *key, uint64_t max, uint64_t fallback);
/* Numbers with a fraction. */
double doc_real(
    const struct doc_at *object, const char *key, double min, double max, double fallback);
/* A string of at most `max` bytes without NUL; belongs to the document. */
const char *doc_text(
    const struct doc_at *object, const char *key, size_t max, const char *fallback);
/* One of `names` (NULL-terminated): its index. */
int doc_choice(
    const struct doc_at *object, const char *key, const char *const *names, int fallback);
/*
 * A duration in nanoseconds: "250ms", "1.5s", "2m", "3h", "1d", "10us", "5ns", or
 * a plain number of seconds.  Within [min, max].
 */
int64_t doc_duration_ns(
    const struct doc_at *object, const char *key, int64_t min, int64_t max, int64_t fallback);
/*
 * A time in nanoseconds since 1970: "2024-02-01T12:00:00.5Z" (RFC 3339, UTC), or
 * a plain number of seconds.
 */
int64_t doc_time_ns(const struct doc_at *object, const char *key, int64_t fallback);

/* ------------------------------------------------------------------------
 * The value of a place itself (array elements)
 */

bool doc_is_text(const struct doc_at *at);
bool doc_is_array(const struct doc_at *at);
bool doc_is_object(const struct doc_at *at);
/* As their namesakes above, for places rather than members. */
int64_t doc_at_integer(const struct doc_at *at, int64_t min, int64_t max, int64_t fallback);
uint64_t doc_at_u64(const struct doc_at *at, uint64_t max, uint64_t fallback);
const char *doc_at_text(const struct doc_at *at, size_t max, const char *fallback);
int doc_at_choice(const struct doc_at *at, const char *const *names, int fallback);

/* ------------------------------------------------------------------------
 * The readers of durations and times, for command lines
 */

bool doc_parse_duration(const char *text, int64_t *ns);
bool doc_parse_time(const char *text, int64_t *ns);

#endif
