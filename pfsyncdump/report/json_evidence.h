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

json_t *json_vantage(
    const struct pfreplay_direction *direction, const char *sender, const char *receiver);

json_t *json_listing(const struct listing *listing);
json_t *json_counters(const struct counters *counters);

/* Group number `n` of pfreplay_vhid_at(), with all that happened in it. */
json_t *json_carp(const struct pfreplay *replay, size_t n, bool many_files);

#endif
