/*
 * reuse.c - an id that stands for two states: D-29, D-18.
 *
 * SPDX-License-Identifier: ISC
 */
#include "detectors.h"

static const struct finding_kind reused = {
    .number = 29,
    .sentence = "%a gave %{ids} to new states that the others' tables still hold for older ones: "
		"the inserts are ignored, and updates and deletes go to the wrong state.",
    .advice = "After a restart flush the peer's states of that creator, or leave the host id "
	      "random: FreeBSD 10 and later begin their ids anew at each start of pf.",
};

static const struct finding_kind collided = {
    .number = 18,
    .sentence = "%a speaks of %{states} under an id and host id that the tables know with other "
		"addresses: two different states are taken for one.",
    .advice = "Give each firewall its own \"set hostid\" and reload pf.",
};

static void
reuse_said(struct divergence *d, void *self, const struct watch_said *said)
{
	const struct event *event = said->event;
	uint32_t creatorid = event->message->creatorid;
	bool own = node_owns(event->sender, creatorid);

	(void)self;
	if (!said->other_key || said->bad_value)
		return;
	for (size_t n = 0; own && n < d->r->nodes.count; n++)
		own = node_at(d->r, n) == event->sender || !node_heard(node_at(d->r, n)) ||
		      !node_owns(node_at(d->r, n), creatorid);
	/* A full update of somebody else's state may only be behind. */
	if (!own && event->message->action != PFSYNC_ACT_INS && !said->held)
		return;
	findings_note(&d->live, &(struct sighting){.kind = own ? &reused : &collided,
				    .node = event->sender,
				    .severity = own ? PFREPLAY_HIGH : PFREPLAY_CRITICAL,
				    .time_ns = event->time_ns,
				    .evidence = event->evidence,
				    .id = event->message->id,
				    .creatorid = creatorid});
}

/* Two firewalls with one host id use the same ids, too. */
static void
reuse_finish(struct divergence *d, void *self, struct findings *findings)
{
	(void)d, (void)self;
	for (guint i = 0; i < findings->list->len; i++) {
		struct finding *finding = findings->list->pdata[i];

		for (guint k = 0; finding->kind == &reused && k < findings->list->len; k++) {
			const struct finding *other = findings->list->pdata[k];

			if (other->kind->number == 18 && other->kind != &collided &&
			    (other->nodes[0] == finding->nodes[0] ||
				other->nodes[1] == finding->nodes[0]))
				finding->dropped = true;
		}
	}
}

const struct detector detector_reuse = {
    .bytes = 1,
    .said = WATCH_SAID(WATCH_INS) | WATCH_SAID(WATCH_UPD),
    .on_said = reuse_said,
    .finish = reuse_finish,
};
