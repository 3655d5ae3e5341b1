/*
 * verdict.c - in sync, diverged, or not to be told (see pfverdict.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "detectors.h"
#include "differences.h"
#include "habit.h"
#include "unheard.h"

/* So many losses that others must be expected which nobody noticed. */
#define LOSSY_LEAST 3
/* So many of a hundred must be compared. */
#define COMPARED_LEAST 95

/* While one of these holds, no future state is the same on both sides. */
#define FAULTS                                                                                     \
	(1U << 1 | 1U << 2 | 1U << 3 | 1U << 4 | 1U << 5 | 1U << 10 | 1U << 11 | 1U << 14 |        \
	    1U << 18 | 1U << 23)

static const struct differences *
differences_of(struct divergence *d)
{
	divergence_judge(d);
	if (!d->compared)
		differences_find(d, d->differences);
	d->compared = true;
	return d->differences;
}

size_t
pfreplay_difference_count(struct pfreplay *r)
{
	return r->divergence != NULL ? differences_of(r->divergence)->list->len : 0;
}

bool
pfreplay_difference_at(struct pfreplay *r, size_t n, struct pfreplay_difference *difference)
{
	if (n >= pfreplay_difference_count(r))
		return false;
	*difference =
	    g_array_index(r->divergence->differences->list, struct pfreplay_difference, n);
	return true;
}

void
pfreplay_limit(struct pfreplay *r, const struct pfreplay_limits *limits)
{
	if (r->divergence != NULL)
		r->divergence->limits = *limits;
}

/* Connections break, or nothing that comes will be the same on both sides. */
static bool
is_fault(const struct finding *finding)
{
	return finding->severity == PFREPLAY_CRITICAL ||
	       (finding->severity == PFREPLAY_HIGH && (FAULTS >> finding->kind->number & 1) != 0);
}

static void
count_findings(const struct divergence *d, struct pfreplay_verdict *verdict)
{
	for (guint i = 0; i < d->sorted->len; i++) {
		const struct finding *finding = d->sorted->pdata[i];
		bool now = finding_lasts(finding, d->r->now_ns);

		if (!d->limits.both_ends && import_is_loss(finding))
			verdict->lost += finding->count;
		if (finding->severity == PFREPLAY_LOW)
			continue;
		verdict->lasting[finding->severity] += now;
		verdict->earlier[finding->severity] += !now;
		if (now && verdict->fault == 0 && is_fault(finding))
			verdict->fault = finding->kind->number;
	}
}

/* The only firewall that has a state, or -1. */
static int
only_one(uint64_t nodes)
{
	if (nodes == 0 || (nodes & (nodes - 1)) != 0)
		return -1;
	for (int n = 0;; n++)
		if ((nodes >> n & 1) != 0)
			return n;
}

/* True if one of them is enough to call the pair diverged. */
static bool
count_differences(const struct differences *differences, struct pfreplay_verdict *verdict)
{
	bool lasting = false;

	verdict->comparable = differences->comparable;
	verdict->compared = differences->compared;
	for (guint i = 0; i < differences->list->len; i++) {
		const struct pfreplay_difference *difference =
		    &g_array_index(differences->list, struct pfreplay_difference, i);
		int only = only_one(difference->has);

		verdict->peers_differ += difference->kind == PFREPLAY_PEERS;
		verdict->other_id += difference->kind == PFREPLAY_KEY;
		if (difference->kind == PFREPLAY_KEY)
			continue;
		lasting = lasting || difference->lasting;
		if (difference->kind == PFREPLAY_MISSING && only >= 0) {
			verdict->only_on[only]++;
			verdict->only_on_established[only] += difference->established;
		}
	}
	return lasting;
}

static size_t
count_bits(uint64_t bits)
{
	size_t count = 0;

	for (; bits != 0; bits &= bits - 1)
		count++;
	return count;
}

static void
find_reasons(const struct divergence *d, struct pfreplay_verdict *verdict)
{
	const struct pfreplay *r = d->r;
	size_t heard = 0, known = count_bits(differences_nodes(r));

	for (size_t n = 0; n < r->nodes.count; n++)
		heard += node_heard(node_at(r, n));
	if (heard == 0)
		verdict->reasons |= PFREPLAY_WHY_NOTHING;
	if (known == 1)
		verdict->reasons |= PFREPLAY_WHY_ONE;
	verdict->quiet = heard == 1 && known > 1;
	if (habit_is_cut(d->habit))
		verdict->reasons |= PFREPLAY_WHY_CUT;
	if (d->limits.dropped != 0)
		verdict->reasons |= PFREPLAY_WHY_DROPPED;
	if (d->limits.timeless)
		verdict->reasons |= PFREPLAY_WHY_TIMELESS;
	if (d->limits.unread)
		verdict->reasons |= PFREPLAY_WHY_UNREAD;
	verdict->hole_ns = habit_hole_ns(d->habit, r->now_ns, &verdict->hole_from_ns);
	if (verdict->hole_ns != 0)
		verdict->reasons |= PFREPLAY_WHY_HOLE;
	if (!d->limits.both_ends)
		verdict->unheard = unheard_most(d->unheard);
	if (verdict->lost >= LOSSY_LEAST || verdict->unheard >= LOSSY_LEAST)
		verdict->reasons |= PFREPLAY_WHY_LOSSY;
	if (r->totals.messages == 0 && r->totals.unreplayed != 0)
		verdict->reasons |= PFREPLAY_WHY_UNREPLAYED;
	if (verdict->comparable == 0 ||
	    verdict->compared * 100 < verdict->comparable * COMPARED_LEAST)
		verdict->reasons |= PFREPLAY_WHY_FEW;
	verdict->packets = d->habit->packets;
	verdict->cut = d->habit->cut;
	verdict->dropped = d->limits.dropped;
	verdict->both_ends = d->limits.both_ends;
}

void
pfreplay_verdict(struct pfreplay *r, struct pfreplay_verdict *verdict)
{
	struct divergence *d = r->divergence;
	bool lasting;

	memset(verdict, 0, sizeof(*verdict));
	if (d == NULL) {
		verdict->reasons = PFREPLAY_WHY_NOTHING;
		return;
	}
	lasting = count_differences(differences_of(d), verdict);
	count_findings(d, verdict);
	find_reasons(d, verdict);
	/* What was seen is seen, however much is missing beside it; only what
	 * follows from the absence of messages needs evidence that is whole. */
	if (verdict->fault != 0)
		verdict->now = PFREPLAY_DIVERGED;
	else if (lasting && (verdict->reasons & ~(PFREPLAY_WHY_FEW | PFREPLAY_WHY_LOSSY)) == 0)
		verdict->now = PFREPLAY_DIVERGED;
	else if (verdict->reasons == 0)
		verdict->now = PFREPLAY_IN_SYNC;
}
