/*
 * json_divergence.h - findings and coverage as JSON.
 *
 * SPDX-License-Identifier: ISC
 *
 * As in json_object.h: a new object each, NULL if memory is short.
 */
#ifndef PFSYNCDUMP_JSON_DIVERGENCE_H
#define PFSYNCDUMP_JSON_DIVERGENCE_H

#include <jansson.h>

#include "writer.h"

/* `n`: its number, as of pfreplay_divergence_at(). */
json_t *json_divergence(struct pfreplay *replay, size_t n,
    const struct pfreplay_divergence *divergence, const struct report_names *names,
    bool many_files);
json_t *json_coverage(
    const struct pfreplay_pair *pair, const struct report_names *names, const int64_t *as_of_ns);

/* "verdict" and "divergences" of the summary. */
void json_verdict(json_t *summary, const struct report_summary *of);

#endif
