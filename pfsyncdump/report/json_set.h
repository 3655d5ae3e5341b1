/*
 * json_set.h - members of JSON objects made with jansson.
 *
 * SPDX-License-Identifier: ISC
 *
 * jansson's setters take ownership and accept NULL, so nothing leaks here and
 * a failure shows as a missing member only when memory is out.
 */
#ifndef PFSYNCDUMP_JSON_SET_H
#define PFSYNCDUMP_JSON_SET_H

#include <stdint.h>

#include <jansson.h>

#include "pfsync.h"

/*
 * A new line: its "type", "schema_version", "tool_version" and, unless `time_ns` is
 * NULL because no moment is known, "time".
 */
json_t *json_begin(const char *type, const int64_t *time_ns);

void json_set_string(json_t *object, const char *key, const char *value);
/* A string that may hold anything, made printable as names are. */
void json_set_name(json_t *object, const char *key, const char *name);
/* That string, for a list; NULL if memory is short. */
json_t *json_name(const char *name);
/* JSON integers of jansson are signed; no counter here gets that far. */
void json_set_count(json_t *object, const char *key, uint64_t value);
/* RFC 3339. */
void json_set_time(json_t *object, const char *key, int64_t time_ns);
/* A span of nanoseconds as seconds. */
void json_set_seconds(json_t *object, const char *key, int64_t span_ns);
void json_set_addr(
    json_t *object, const char *key, enum pfsync_af af, const struct pfsync_addr *addr);

#endif
