/*
 * judge.h - asks a replay for all that it found, and looks it through.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef FUZZ_JUDGE_H
#define FUZZ_JUDGE_H

#include <stdio.h>
#include <stdlib.h>

#include "pfreplay.h"

static inline void
judge_text(const char *text)
{
	size_t i = 0;

	for (; text[i] != '\0'; i++)
		if (text[i] < ' ' || text[i] > '~')
			abort();
	if (i == 0)
		abort();
}

/* Worst first, with words, nothing that a terminal would obey. */
static inline void
judge(struct pfreplay *r)
{
	struct pfreplay_divergence divergence;
	enum pfreplay_severity before = PFREPLAY_CRITICAL;
	struct pfreplay_pair pair;
	size_t n = 0;

	for (; pfreplay_divergence_at(r, n, &divergence); n++) {
		judge_text(divergence.text);
		judge_text(divergence.advice);
		judge_text(divergence.name);
		if (divergence.count == 0 || divergence.severity > before ||
		    divergence.first_ns > divergence.last_ns)
			abort();
		before = divergence.severity;
	}
	if (n != pfreplay_divergence_count(r) ||
	    (pfreplay_verdict(r) == PFREPLAY_IN_SYNC && n > 0 &&
		pfreplay_divergence_at(r, 0, &divergence) && divergence.severity > PFREPLAY_LOW))
		abort();
	for (n = 0; pfreplay_pair_at(r, n, &pair); n++)
		if (pair.covered > pair.states || pair.established_covered > pair.established ||
		    pair.sample_count > PFREPLAY_SAMPLES_MAX)
			abort();
	if (n != pfreplay_pair_count(r))
		abort();
}

#endif
