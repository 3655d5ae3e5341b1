/*
 * truth_write.h - pieces of JSON for the truth file.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_SIMULATE_TRUTH_WRITE_H
#define PFSYNCSEND_SIMULATE_TRUTH_WRITE_H

#include <stdint.h>
#include <stdio.h>

#include "node/node.h"

/* "2026-01-05T08:00:00.000000000Z", without quotes. */
void truth_write_time(FILE *out, int64_t time_ns);
/* A string with quotes. */
void truth_write_text(FILE *out, const char *text);
/* `,"key":value` for the fields of a state in a node's table (docs/truth.md). */
void truth_write_state(
    FILE *out, const struct fw *fw, int64_t now_ns, const struct fw_state *state);
/* `,"netstat":{...}`, what was added since `before`. */
void truth_write_counters(
    FILE *out, const struct fw_counters *counters, const struct fw_counters *before);

#endif
