/*
 * doc_internal.h - what the parts of doc/ share.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_DOC_INTERNAL_H
#define PFSYNCSEND_DOC_INTERNAL_H

#include "doc.h"

struct doc {
	char *name;
	char *bytes; /* the text, for finding lines */
	size_t len;
	json_t *root; /* NULL if there is no valid document */
	char *errors[DOC_ERRORS_MAX];
	size_t error_count;
	bool failed;
};

/* A step of a path: into an object if `key` is set, else into an array. */
struct doc_step {
	const char *key;
	size_t index;
};

/* The steps from the root to a place and its member `key` (NULL: the place
 * itself); returns how many, at most DOC_DEPTH_MAX + 1. */
size_t doc_steps(const struct doc_at *at, const char *key, struct doc_step steps[]);
/* The line of the value behind those steps, 1-based; the deepest that is found. */
size_t doc_find_line(const char *bytes, size_t len, const struct doc_step *steps, size_t count);
/* Remember an error with a line (0: none). */
void doc_error_line(struct doc *doc, size_t line, const char *text);
/* The rest of an error message that lists names: "accepted: a, b, c". */
void doc_list_names(char *out, size_t size, const char *const *names);
/* "250ms": the largest unit that divides it. */
void doc_duration_text(char *out, size_t size, int64_t ns);

#endif
