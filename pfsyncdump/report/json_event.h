/*
 * json_event.h - a line of JSON about something that happened.
 *
 * SPDX-License-Identifier: ISC
 *
 * As in json_object.h: a new object, NULL if memory is short.
 */
#ifndef PFSYNCDUMP_JSON_EVENT_H
#define PFSYNCDUMP_JSON_EVENT_H

#include <jansson.h>

#include "writer.h"

json_t *json_event(const struct report_event *event);

#endif
