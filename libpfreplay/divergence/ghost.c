/*
 * ghost.c - states that one firewall keeps after the other deleted them: lost
 * deletes, D-15 and D-25.
 *
 * SPDX-License-Identifier: ISC
 */
#include "detectors.h"

/* Deletes cross, and are queued for a second (SEM 3.2, 7.5). */
#define LATE_NS (3 * NS_PER_S)
#define MANY 10

static const struct finding_kind lost_delete = {
    .number = 15,
    .sentence =
	"%b deleted %{states} up to %<late_ns> after %a had: it missed the delete of %a and "
	"kept them until they expired.",
    .advice = "Packets are lost on the sync link, or at a busy receiver: check errors and queue "
	      "drops of the interfaces.",
};

static const struct finding_kind ghost = {
    .number = 25,
    .sentence = "%b kept %{states} that %a had deleted, for up to %<late_ns> more.",
    .advice = "Harmless unless the table fills; they go with their timeout. If it happens often, "
	      "packets are lost on the sync link.",
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
	finding =
	    findings_note(&d->live, &(struct sighting){.kind = deletes ? &lost_delete : &ghost,
					.node = node_at(d->r, tomb->node),
					.other = event->sender,
					.severity = PFREPLAY_LOW,
					.time_ns = event->time_ns,
					.evidence = event->evidence,
					.id = event->message->id,
					.creatorid = event->message->creatorid});
	finding_max(finding, "late_ns", event->time_ns - tomb->time_ns);
	/* What became of the lost delete. */
	if (deletes) {
		struct finding *kept =
		    findings_note(&d->live, &(struct sighting){.kind = &ghost,
						.node = node_at(d->r, tomb->node),
						.other = event->sender,
						.severity = PFREPLAY_LOW,
						.time_ns = event->time_ns,
						.evidence = event->evidence,
						.id = event->message->id,
						.creatorid = event->message->creatorid});

		finding_max(kept, "late_ns", event->time_ns - tomb->time_ns);
	}
	if (deletes && finding != NULL && finding->count >= MANY)
		finding_worsen(finding, PFREPLAY_MEDIUM);
}

const struct detector detector_ghost = {
    .bytes = 1,
    .said = WATCH_SAID(WATCH_DEL) | WATCH_SAID(WATCH_DEL_C) | WATCH_SAID(WATCH_UPD_C_NEWS) |
	    WATCH_SAID(WATCH_UPD) | WATCH_SAID(WATCH_INS_ACK),
    .on_said = ghost_said,
};
