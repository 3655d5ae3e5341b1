/*
 * text_divergence.h - what is wrong between the tables, as text.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_TEXT_DIVERGENCE_H
#define PFSYNCDUMP_TEXT_DIVERGENCE_H

#include "writer.h"

/* The findings, worst first. */
void text_divergence_put(struct out *out, const struct report_style *style, struct pfreplay *replay,
    const struct report_names *names);

/* Could each go on if it had to take over from the other? */
void text_takeover_put(struct out *out, const struct report_style *style, struct pfreplay *replay,
    const struct report_names *names);

#endif
