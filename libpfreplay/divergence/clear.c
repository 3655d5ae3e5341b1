/*
 * clear.c - flushes that leave the tables different: D-19.
 *
 * SPDX-License-Identifier: ISC
 *
 * A flush removes all states of the firewall where it is typed, but its CLR
 * names only its own host id, so the others keep what others made (SEM 3.8).
 * And many releases ignore the interface of a CLR (SEM 2.7).
 */
#include "coverage.h"
#include "detectors.h"

#define FLUSHES_MAX 256

static const struct finding_kind left = {
    .number = 19,
    .sentence = "%a flushed its states, %[flushed_of_others] of them made by others; its peers "
		"were told to remove only those of its own making, and %{states} are now on %b "
		"alone.",
    .advice = "Flush on both firewalls, or wait: what is used again is asked for again.",
};

static const struct finding_kind removed_more = {
    .number = 19,
    .sentence = "%a flushed the states of one interface, but the release of %b ignores the "
		"interface and removed all that %a had made (%[removed]); %{states} of them are "
		"still on %a.",
    .advice = "Known of this release: after a flush of one interface, flush on both, or wait until "
	      "the states are used again.",
};

struct flush {
	int64_t time_ns;
	uint64_t evidence;
	uint64_t others;
	uint32_t creatorid;
	uint16_t node;
};

struct clear {
	struct flush flushes[FLUSHES_MAX]; /* the last ones */
	size_t count;
	struct flush broad[FLUSHES_MAX]; /* receivers that removed too much; node = receiver */
	uint16_t broad_from[FLUSHES_MAX];
	size_t broad_count;
};

static void
clear_clear(struct divergence *d, void *self, const struct watch_clear *told)
{
	struct clear *clear = self;
	const struct event *event = told->event;
	struct flush flush = {.time_ns = event->time_ns,
	    .evidence = event->evidence,
	    .creatorid = event->message->creatorid,
	    .node = told->node->index};

	(void)d;
	if (told->sender && told->others > 0) {
		flush.others = told->others;
		clear->flushes[clear->count++ % FLUSHES_MAX] = flush;
	} else if (!told->sender && told->ignores_ifname && told->own > 0) {
		flush.others = told->own;
		clear->broad_from[clear->broad_count % FLUSHES_MAX] = event->sender->index;
		clear->broad[clear->broad_count++ % FLUSHES_MAX] = flush;
	}
}

struct counting {
	const struct divergence *d;
	struct findings *findings;
	const struct flush *flushes;
	size_t count;
	const struct finding_kind *kind;
	const struct node *node; /* who flushed */
	const struct node *other;
	uint16_t lacking;
	bool own; /* states of the flush's creator, or of all others */
};

/* A state that one side lacks: was it there when it flushed? */
static void
count_left(void *user, const struct coverage_look *look)
{
	const struct counting *counting = user;
	struct finding *finding;

	if (look->to != NULL)
		return;
	for (size_t i = 0; i < MIN(counting->count, FLUSHES_MAX); i++) {
		const struct flush *flush = &counting->flushes[i];

		if (flush->node != counting->lacking || look->made_ns > flush->time_ns ||
		    (look->entry->creatorid == flush->creatorid) != counting->own)
			continue;
		finding = findings_find(
		    counting->findings, counting->kind, 0, counting->node, counting->other);
		finding =
		    findings_note(counting->findings, &(struct sighting){.kind = counting->kind,
							  .node = counting->node,
							  .other = counting->other,
							  .severity = PFREPLAY_MEDIUM,
							  .time_ns = flush->time_ns,
							  .evidence = flush->evidence,
							  .id = look->entry->id,
							  .creatorid = look->entry->creatorid});
		finding_max(finding, counting->own ? "removed" : "flushed_of_others",
		    (int64_t)flush->others);
		return;
	}
}

static void
clear_finish(struct divergence *d, void *self, struct findings *findings)
{
	const struct clear *clear = self;
	const struct pfreplay *r = d->r;

	if (clear->count + clear->broad_count == 0)
		return;
	for (size_t from = 0; from < r->nodes.count; from++)
		for (size_t to = 0; to < r->nodes.count; to++) {
			struct counting counting = {.d = d,
			    .findings = findings,
			    .flushes = clear->flushes,
			    .count = clear->count,
			    .kind = &left,
			    .node = node_at(r, to),
			    .other = node_at(r, from),
			    .lacking = (uint16_t)to};

			if (!coverage_is_pair(r, from, to))
				continue;
			if (clear->count != 0)
				coverage_walk(r, from, to, count_left, &counting);
			counting.flushes = clear->broad;
			counting.count = clear->broad_count;
			counting.kind = &removed_more;
			counting.node = node_at(r, from);
			counting.other = node_at(r, to);
			counting.own = true;
			if (clear->broad_count != 0)
				coverage_walk(r, from, to, count_left, &counting);
		}
}

const struct detector detector_clear = {
    .bytes = sizeof(struct clear),
    .clear = clear_clear,
    .finish = clear_finish,
};
