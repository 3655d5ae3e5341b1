/*
 * unheard.c - states that ended although this capture never showed them.
 *
 * SPDX-License-Identifier: ISC
 */
#include "unheard.h"

#include "detectors.h"

/* An id so far ahead is of another counter. */
#define FURTHEST (UINT32_C(1) << 24)

uint64_t
unheard_most(const struct unheard *unheard)
{
	uint64_t most = 0;

	for (size_t n = 0; n < PFREPLAY_NODES_MAX; n++)
		most = MAX(most, unheard->states[n]);
	return most;
}

static struct unheard_series *
series_of(struct unheard *unheard, uint64_t id, uint32_t creatorid)
{
	for (size_t i = 0; i < unheard->series_count; i++)
		if (unheard->series[i].creatorid == creatorid &&
		    unheard->series[i].high == (uint32_t)(id >> 32))
			return &unheard->series[i];
	return NULL;
}

static void
announced(struct unheard *unheard, uint64_t id, uint32_t creatorid)
{
	const uint32_t low = (uint32_t)id;
	struct unheard_series *series = series_of(unheard, id, creatorid);

	if (series == NULL && unheard->series_count < UNHEARD_SERIES_MAX) {
		series = &unheard->series[unheard->series_count++];
		*series = (struct unheard_series){creatorid, (uint32_t)(id >> 32), low, low};
	} else if (series != NULL && low > series->last) {
		series->last = low;
	}
}

static void
unheard_begin(struct divergence *d, void *self)
{
	d->unheard = self;
}

static void
unheard_said(struct divergence *d, void *self, const struct watch_said *said)
{
	struct unheard *unheard = self;
	const struct event *event = said->event;
	const uint64_t id = event->message->id;
	const uint32_t creatorid = event->message->creatorid;
	const struct unheard_series *series;

	if (!node_owns(event->sender, creatorid))
		return;
	if (event->message->action == PFSYNC_ACT_INS) {
		announced(unheard, id, creatorid);
		return;
	}
	series = series_of(unheard, id, creatorid);
	/* What was not kept for want of room is not known either. */
	if (series == NULL || (uint32_t)id <= series->first ||
	    (uint32_t)id - series->first > FURTHEST || event->entry != NULL ||
	    d->r->totals.states_refused != 0 || tombs_find(&d->r->tombs, id, creatorid) != NULL)
		return;
	/* What the others say may be lost as well. */
	for (size_t n = 0; n < d->r->nodes.count; n++)
		unheard->states[n]++;
}

/* From here on it counts anew. */
static void
settle(struct unheard *unheard, const struct node *node)
{
	unheard->states[node->index] = 0;
	for (size_t i = 0; i < unheard->series_count; i++)
		if (node_owns(node, unheard->series[i].creatorid))
			unheard->series[i].first = unheard->series[i].last;
}

static void
unheard_bulk(struct divergence *d, void *self, const struct watch_bulk *bulk)
{
	if (bulk->step == BULK_ENDED && bulk->sender >= 0)
		settle(self, node_at(d->r, (size_t)bulk->sender));
}

/* Nothing is left of what it had made, or nobody can tell what. */
static void
unheard_clear(struct divergence *d, void *self, const struct watch_clear *clear)
{
	(void)d;
	if (clear->sender)
		settle(self, clear->node);
}

const struct detector detector_unheard = {
    .bytes = sizeof(struct unheard),
    .said = WATCH_SAID(WATCH_INS) | WATCH_SAID(WATCH_DEL) | WATCH_SAID(WATCH_DEL_C),
    .begin = unheard_begin,
    .on_said = unheard_said,
    .bulk = unheard_bulk,
    .clear = unheard_clear,
};
