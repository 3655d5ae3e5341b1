/*
 * json_evidence.h - lines of JSON about evidence beside the messages.
 *
 * SPDX-License-Identifier: ISC
 *
 * As in json_object.h: new objects, NULL if memory is short.
 */
#ifndef PFSYNCDUMP_JSON_EVIDENCE_H
#define PFSYNCDUMP_JSON_EVIDENCE_H

#include <jansson.h>

#include "witness.h"
#include "writer.h"

/* `as_of_ns`: the moment of the tables, NULL if there is none. */
json_t *json_vantage(const struct pfreplay_direction *direction, const char *sender,
    const char *receiver, const int64_t *as_of_ns);

json_t *json_listing(const struct listing *listing);
json_t *json_counters(const struct counters *counters, const int64_t *as_of_ns);

/* Group number `n` of pfreplay_vhid_at(), with all that happened in it. */
json_t *json_carp(
    const struct pfreplay *replay, size_t n, bool many_files, const int64_t *as_of_ns);

#endif
