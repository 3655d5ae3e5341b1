/*
 * judge.h - asks a replay for all that it found, and looks it through.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef FUZZ_JUDGE_H
#define FUZZ_JUDGE_H

#include <stdio.h>
#include <stdlib.h>

#include "pfverdict.h"

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
	struct pfreplay_difference difference;
	struct pfreplay_divergence divergence;
	struct pfreplay_verdict verdict;
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
	if (n != pfreplay_divergence_count(r))
		abort();
	/* What differs is part of what was compared, and each has a side. */
	for (n = 0; pfreplay_difference_at(r, n, &difference); n++)
		if (difference.has == 0 || difference.lacks == 0 ||
		    (difference.has & difference.lacks) != 0)
			abort();
	pfreplay_verdict(r, &verdict);
	if (n != pfreplay_difference_count(r) || verdict.compared > verdict.comparable ||
	    n > verdict.comparable || (verdict.now == PFREPLAY_IN_SYNC && verdict.reasons != 0))
		abort();
	for (n = 0; pfreplay_pair_at(r, n, &pair); n++)
		if (pair.covered > pair.states || pair.established_covered > pair.established ||
		    pair.sample_count > PFREPLAY_SAMPLES_MAX)
			abort();
	if (n != pfreplay_pair_count(r))
		abort();
}

#endif
