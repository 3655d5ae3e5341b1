/*
 * ghost.c - states that one firewall keeps after the other deleted them: D-25.
 *
 * SPDX-License-Identifier: ISC
 */
#include "coverage.h"
#include "detectors.h"
#include "families/rules.h"

/* Deletes cross, and are queued for a second (SEM 3.2, 7.5). */
#define LATE_NS (3 * NS_PER_S)
#define MANY 10
/* A copy that lives longer than the original by this. */
#define LONGER_NS (30 * NS_PER_S)

static void
tell(const struct pfreplay *r, const struct finding *finding, GString *text)
{
	int64_t late = finding_number(finding, "deleted_late");

	(void)r;
	if (late != 0 && (uint64_t)late == finding->count)
		g_string_append(text, " It missed the deletes, and deleted them itself when they "
				      "expired there.");
	else if (late != 0)
		g_string_append_printf(text,
		    " It missed the deletes; %" G_GINT64_FORMAT " of them it deleted itself when "
		    "they expired there.",
		    late);
}

static const struct finding_kind ghost = {
    .number = 25,
    .tell = tell,
    .sentence = "%b kept %{states} that %a had deleted, for up to %<late_ns> more.",
    .advice = "They go with their timeout; until then a new connection with the same addresses is "
	      "refused there. If it happens often, packets are lost on the sync link: check errors "
	      "and queue drops of the interfaces.",
};

static const struct finding_kind twice = {
    .number = 25,
    .sentence = "%b will keep %{states} of %a up to %<longer_ns> longer than %a: its release adds "
		"a whole timeout to the life of what it takes in.",
    .advice = "Known of this release; harmless unless the table fills.",
};

struct longer {
	const struct pfreplay *r;
	uint64_t count;
	int64_t by_ns;
};

static void
ghost_said(struct divergence *d, void *self, const struct watch_said *said)
{
	const struct event *event = said->event;
	const struct tomb *tomb =
	    tombs_find(&d->r->tombs, event->message->id, event->message->creatorid);
	bool deletes =
	    event->message->action == PFSYNC_ACT_DEL || event->message->action == PFSYNC_ACT_DEL_C;
	struct finding *finding;

	(void)self;
	if (tomb == NULL || tomb->node == event->sender->index || tomb->node == VIEW_NOBODY ||
	    event->time_ns - tomb->time_ns < LATE_NS || said->bad_value ||
	    (event->entry != NULL && !event->created))
		return;
	/* The maker of a state that another one deleted: D-17. */
	if (!deletes && node_owns(event->sender, event->message->creatorid))
		return;
	finding = findings_note(&d->live, &(struct sighting){.kind = &ghost,
					      .node = node_at(d->r, tomb->node),
					      .other = event->sender,
					      .severity = PFREPLAY_LOW,
					      .time_ns = event->time_ns,
					      .evidence = event->evidence,
					      .id = event->message->id,
					      .creatorid = event->message->creatorid});
	finding_max(finding, "late_ns", event->time_ns - tomb->time_ns);
	if (!deletes)
		return;
	finding_add(finding, "deleted_late", 1);
	if (finding != NULL && finding_number(finding, "deleted_late") >= MANY)
		finding_worsen(finding, PFREPLAY_MEDIUM);
}

static void
count_longer(void *user, const struct coverage_look *look)
{
	struct longer *longer = user;
	int64_t by_ns;

	if (look->to == NULL || (look->from->bits & VIEW_STANDING) != PFREPLAY_ASSERTED)
		return;
	by_ns = store_due_ns(longer->r, look->to) - store_due_ns(longer->r, look->from);
	if (by_ns < LONGER_NS)
		return;
	longer->count++;
	longer->by_ns = MAX(longer->by_ns, by_ns);
}

/* What some releases take in lives for its rest and a timeout more (SEM 4.2). */
static void
ghost_finish(struct divergence *d, void *self, struct findings *findings)
{
	(void)self;
	for (size_t from = 0; from < d->r->nodes.count; from++)
		for (size_t to = 0; to < d->r->nodes.count; to++) {
			struct longer longer = {.r = d->r};
			struct finding *finding;

			if (!coverage_is_pair(d->r, from, to) ||
			    node_at(d->r, to)->rules->life != LIFE_PLUS_TIMEOUT)
				continue;
			coverage_walk(d->r, from, to, count_longer, &longer);
			if (longer.count < MANY)
				continue;
			finding = findings_note(findings, &(struct sighting){.kind = &twice,
							      .node = node_at(d->r, from),
							      .other = node_at(d->r, to),
							      .severity = PFREPLAY_LOW,
							      .time_ns = d->r->now_ns,
							      .count = longer.count});
			finding_max(finding, "longer_ns", longer.by_ns);
		}
}

const struct detector detector_ghost = {
    .bytes = 1,
    .said = WATCH_SAID(WATCH_DEL) | WATCH_SAID(WATCH_DEL_C) | WATCH_SAID(WATCH_UPD_C_NEWS) |
	    WATCH_SAID(WATCH_UPD) | WATCH_SAID(WATCH_INS_ACK),
    .on_said = ghost_said,
    .finish = ghost_finish,
};
