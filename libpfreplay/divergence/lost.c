/*
 * lost.c - what captures at both ends prove to be lost: D-15.
 *
 * SPDX-License-Identifier: ISC
 */
#include "detectors.h"
#include "differences.h"

#define MANY 10

static const struct finding_kind insert = {
    .number = 15,
    .sentence = "The sync link lost inserts of %a on their way to %b (%{states}). What is updated "
		"again is asked for; the rest stays missing until it ends.",
    .advice = "Check the sync link: errors and drops of the interfaces and the switch.",
};

static const struct finding_kind delete = {
    .number = 15,
    .sentence =
	"The sync link lost deletes of %a on their way to %b (%{states}), which keeps these "
	"states until they time out.",
    .advice = "Check the sync link: errors and drops of the interfaces and the switch.",
};

static void
lost_said(struct divergence *d, void *self, const struct watch_said *said)
{
	const struct event *event = said->event;
	uint64_t missed = d->r->open.packet->missed;
	const struct finding_kind *kind =
	    event->message->action == PFSYNC_ACT_INS ? &insert : &delete;

	(void)self;
	for (size_t n = 0; missed != 0 && n < d->r->nodes.count; n++, missed >>= 1) {
		struct finding *finding;

		if ((missed & 1) == 0 || node_is_hidden(node_at(d->r, n)))
			continue;
		if (kind == &insert)
			differences_absent(
			    d, node_at(d->r, n), event->message->id, event->message->creatorid);
		finding = findings_note(&d->live, &(struct sighting){.kind = kind,
						      .node = event->sender,
						      .other = node_at(d->r, n),
						      .severity = PFREPLAY_LOW,
						      .time_ns = event->time_ns,
						      .evidence = event->evidence,
						      .id = event->message->id,
						      .creatorid = event->message->creatorid});
		if (finding != NULL && finding->count >= MANY)
			finding_worsen(finding, PFREPLAY_MEDIUM);
	}
}

/* What became of them, as ghost.c saw it, is the same cause. */
static void
lost_finish(struct divergence *d, void *self, struct findings *findings)
{
	(void)d, (void)self;
	for (guint i = 0; i < findings->list->len; i++) {
		const struct finding *finding = findings->list->pdata[i];

		for (guint k = 0; finding->kind == &delete &&k < findings->list->len; k++) {
			struct finding *kept = findings->list->pdata[k];

			if (kept->kind->number == 25 && finding_number(kept, "deleted_late") != 0 &&
			    kept->nodes[0] == finding->nodes[0] &&
			    kept->nodes[1] == finding->nodes[1] && kept->count <= finding->count)
				kept->dropped = true;
		}
	}
}

const struct detector detector_lost = {
    .bytes = 1,
    .said = WATCH_SAID(WATCH_INS) | WATCH_SAID(WATCH_DEL) | WATCH_SAID(WATCH_DEL_C),
    .on_said = lost_said,
    .finish = lost_finish,
};
