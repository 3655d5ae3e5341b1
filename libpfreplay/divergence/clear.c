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

/* Looked at so long after a flush: what was on its way has arrived. */
#define SETTLE_NS (5 * NS_PER_S)
/* Only so many are looked at, because each look is a walk. */
#define FLUSHES_MAX 64

/* What became of them: each is left, on both again, or has ended or is due. */
static void
tell(const struct pfreplay *r, const struct finding *finding, GString *text)
{
	int64_t now = finding_number(finding, "left_now");
	int64_t back = finding_number(finding, "back_now");

	(void)r;
	if ((uint64_t)now == finding->count)
		g_string_append(text, "; they still are.");
	else if (now != 0)
		g_string_append_printf(text, "; %" G_GINT64_FORMAT " still are.", now);
	else if (back == 0)
		g_string_append(text, "; by now they have ended, or their time has passed.");
	else if ((uint64_t)back >= finding->count)
		g_string_append(text, "; by now both have them again.");
	else
		g_string_append_printf(text,
		    "; by now both have %" G_GINT64_FORMAT " of them again, and the others have "
		    "ended, or their time has passed.",
		    back);
}

static const struct finding_kind left = {
    .number = 19,
    .sentence = "%a flushed its states, %[flushed_of_others] of them made by others; its peers "
		"were told to remove only those of its own making, so %{states} were then on %b "
		"alone",
    .advice = "Flush on both firewalls, or wait: what is used again is asked for again.",
    .tell = tell,
};

static const struct finding_kind removed_more = {
    .number = 19,
    .sentence = "%a flushed the states of one interface, but the release of %b ignores the "
		"interface and removed all %[removed] that %a had made; %{states} were then on %a "
		"alone",
    .advice = "Known of this release: after a flush of one interface, flush on both, or wait until "
	      "the states are used again.",
    .tell = tell,
};

static const struct finding_kind repaired = {
    .number = 19,
    .sentence = "%a flushed its states, but those that others made remain there: within 5 s it had "
		"%{states} of them again, and lacked none.",
    .advice = "A flush on one firewall removes only what it made on the others; the rest comes "
	      "back when it is asked for. Flush on both.",
};

struct flush {
	int64_t time_ns;
	uint64_t evidence;
	uint64_t removed;
	uint32_t creatorid;
	uint16_t lacks; /* whose table was cleared */
	uint16_t keeps; /* `broad`: who flushed and kept the rest */
	bool broad;     /* a receiver removed more than was meant */
	bool looked;    /* in the live findings */
};

struct clear {
	struct flush flushes[FLUSHES_MAX];
	size_t count;
};

static void
clear_clear(struct divergence *d, void *self, const struct watch_clear *told)
{
	struct clear *clear = self;
	const struct event *event = told->event;
	struct flush flush = {.time_ns = event->time_ns,
	    .evidence = event->evidence,
	    .removed = told->sender ? told->others : told->own,
	    .creatorid = event->message->creatorid,
	    .lacks = told->node->index,
	    .keeps = event->sender->index,
	    .broad = !told->sender};

	(void)d;
	if (flush.removed == 0 || (flush.broad && !told->ignores_ifname) ||
	    node_is_hidden(told->node) || clear->count == FLUSHES_MAX)
		return;
	clear->flushes[clear->count++] = flush;
}

enum look {
	LOOK_EARLY,   /* the capture ended before it settled */
	LOOK_SETTLED, /* SETTLE_NS later */
	LOOK_NOW
};

struct counting {
	struct findings *findings; /* NULL: only count */
	const struct flush *flush;
	const struct node *keeps;
	const struct node *lacks;
	uint64_t left;
	uint64_t back; /* on both, though it was flushed */
};

/* A state that one side lacks: was it there when it flushed? */
static void
count_left(void *user, const struct coverage_look *look)
{
	struct counting *counting = user;
	const struct flush *flush = counting->flush;
	struct finding *finding;

	if (look->made_ns > flush->time_ns ||
	    (look->entry->creatorid == flush->creatorid) != flush->broad)
		return;
	if (look->to != NULL) {
		counting->back++;
		return;
	}
	counting->left++;
	if (counting->findings == NULL)
		return;
	finding = findings_note(
	    counting->findings, &(struct sighting){.kind = flush->broad ? &removed_more : &left,
				    .node = flush->broad ? counting->keeps : counting->lacks,
				    .other = flush->broad ? counting->lacks : counting->keeps,
				    .severity = PFREPLAY_LOW,
				    .time_ns = flush->time_ns,
				    .evidence = flush->evidence,
				    .id = look->entry->id,
				    .creatorid = look->entry->creatorid});
	finding_max(
	    finding, flush->broad ? "removed" : "flushed_of_others", (int64_t)flush->removed);
}

static void
note_repaired(struct findings *findings, const struct counting *counting)
{
	findings_note(findings, &(struct sighting){.kind = &repaired,
				    .node = counting->lacks,
				    .other = counting->keeps,
				    .severity = PFREPLAY_LOW,
				    .time_ns = counting->flush->time_ns,
				    .evidence = counting->flush->evidence,
				    .count = counting->back});
}

/* Whoever keeps what the flush took away. */
static void
look_at(struct divergence *d, struct findings *findings, const struct flush *flush, enum look look)
{
	struct finding *finding;

	for (size_t from = 0; from < d->r->nodes.count; from++) {
		struct counting counting = {.findings = look == LOOK_NOW ? NULL : findings,
		    .flush = flush,
		    .keeps = node_at(d->r, from),
		    .lacks = node_at(d->r, flush->lacks)};

		if (!coverage_is_pair(d->r, from, flush->lacks) ||
		    (flush->broad && from != flush->keeps))
			continue;
		coverage_walk(d->r, from, flush->lacks, count_left, &counting);
		if (look == LOOK_SETTLED && !flush->broad && counting.left == 0 &&
		    counting.back != 0)
			note_repaired(findings, &counting);
		finding = findings_find(findings, flush->broad ? &removed_more : &left, 0,
		    flush->broad ? counting.keeps : counting.lacks,
		    flush->broad ? counting.lacks : counting.keeps);
		if (finding == NULL)
			continue;
		/* Those that were back at once are not among those that were left. */
		if (look != LOOK_NOW)
			finding_max(finding, "back_then", (int64_t)counting.back);
		else
			finding_max(finding, "back_now",
			    (int64_t)counting.back - finding_number(finding, "back_then"));
		if (look != LOOK_NOW || counting.left == 0)
			continue;
		finding_max(finding, "left_now", (int64_t)counting.left);
		finding_worsen(finding, PFREPLAY_MEDIUM);
	}
}

static void
clear_time(struct divergence *d, void *self, int64_t now_ns)
{
	struct clear *clear = self;

	for (size_t i = 0; i < clear->count; i++) {
		struct flush *flush = &clear->flushes[i];

		if (flush->looked || now_ns - flush->time_ns < SETTLE_NS)
			continue;
		flush->looked = true;
		look_at(d, &d->live, flush, LOOK_SETTLED);
	}
}

static void
clear_finish(struct divergence *d, void *self, struct findings *findings)
{
	const struct clear *clear = self;

	for (size_t i = 0; i < clear->count; i++) {
		if (!clear->flushes[i].looked)
			look_at(d, findings, &clear->flushes[i], LOOK_EARLY);
		look_at(d, findings, &clear->flushes[i], LOOK_NOW);
	}
}

const struct detector detector_clear = {
    .bytes = sizeof(struct clear),
    .clear = clear_clear,
    .time = clear_time,
    .finish = clear_finish,
};
