/*
 * truth_line.h - one line of the truth file, begun, filled and ended.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_SIMULATE_TRUTH_LINE_H
#define PFSYNCSEND_SIMULATE_TRUTH_LINE_H

#include "engine.h"

/* {"type":..., "time":... */
void truth_begin(struct sim *sim, const char *type, int64_t time_ns);
void truth_end(struct sim *sim);
/* ,"id":...,"creatorid":... */
void truth_id(struct sim *sim, uint64_t id, uint32_t creatorid);
/* ,"key":"fw1"; nothing for a node below 0. */
void truth_node(struct sim *sim, const char *key, int node);
/* ,"key":"2026-01-05T..." */
void truth_time(struct sim *sim, const char *key, int64_t time_ns);

#endif
