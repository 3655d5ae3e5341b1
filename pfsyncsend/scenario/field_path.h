/*
 * field_path.h - where the fields of a message stand in its JSON.
 *
 * SPDX-License-Identifier: ISC
 *
 * The names are those of libpfsync's field table as `pfsyncdump --json` prints
 * them, see pfsync_field_key().
 */
#ifndef PFSYNCSEND_FIELD_PATH_H
#define PFSYNCSEND_FIELD_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "pfsync.h"

enum { FIELD_STEPS_MAX = 3, FIELD_STEP_MAX = 32, FIELD_NAMES_MAX = 96 };

struct field_path {
	size_t count;
	char steps[FIELD_STEPS_MAX][FIELD_STEP_MAX]; /* "0" and "1" are elements of an array */
};

/* The fields that messages of an action can have: [first, end) in enum pfsync_field. */
struct field_range {
	int first;
	int end;
};

struct field_range field_range(enum pfsync_action action);
struct field_path field_path(enum pfsync_field field);

/* Names of keys, NULL-terminated, in storage of their own. */
struct field_names {
	const char *names[FIELD_NAMES_MAX + 1];
	char text[FIELD_NAMES_MAX][FIELD_STEP_MAX];
	size_t count;
};

/* Add a name, unless it is there already. */
void field_names_add(struct field_names *names, const char *name);
/*
 * Add the keys that the object behind `inside` (steps joined by dots, "" for the
 * message) can have from fields of that range.
 */
void field_names_inside(struct field_names *names, struct field_range range, const char *inside);

#endif
