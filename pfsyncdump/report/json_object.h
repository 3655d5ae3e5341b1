/*
 * json_object.h - the lines of JSON that are made with jansson.
 *
 * SPDX-License-Identifier: ISC
 *
 * All but messages and states, which are too many (see json_plan.h).  Each
 * function returns a new object with its "type", or NULL if memory is short;
 * json_decref() it.  Strings from outside are made printable first.
 */
#ifndef PFSYNCDUMP_JSON_OBJECT_H
#define PFSYNCDUMP_JSON_OBJECT_H

#include <jansson.h>

#include "writer.h"

json_t *json_file(const struct capture_file *file, unsigned number, bool many_files);
json_t *json_frame(const struct report_frame *frame, bool many_files);
json_t *json_anomaly(const struct report_anomaly *anomaly, bool many_files);
/* `as_of_ns`: the moment of the tables, NULL if there is none. */
json_t *json_node(const struct pfreplay_node *node, const int64_t *as_of_ns);
json_t *json_bulk(const struct pfreplay_bulk *bulk, const char *requester, const char *sender);
json_t *json_summary(const struct report_summary *summary, const int64_t *as_of_ns);

#endif
