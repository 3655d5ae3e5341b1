/*
 * outcome.c - telling what a receiver made of a message (see rules.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "discards.h"
#include "rules.h"

/* How far `now` is behind `before`, bytes of sequence space; 0 if it is not. */
static uint32_t
bytes_back(const struct pfsync_peer *before, const struct pfsync_peer *now)
{
	uint32_t back = before->seqlo - now->seqlo;

	return back < UINT32_C(0x80000000) ? back : 0;
}

void
outcome_tell(struct event *event, struct node *receiver, const struct view *view,
    enum watch_outcome what, enum pfreplay_counter counter)
{
	struct watch_result told = {.event = event,
	    .receiver = receiver,
	    .outcome = what,
	    .view = view,
	    .counter = counter};

	if (receiver->discards != NULL)
		discards_count(receiver->discards, event, what);
	if (view != NULL) {
		told.before = view_peers(event->entry, view);
		told.standing = store_standing(event->r, view);
		if (event->src != NULL && event->entry->proto == 6) {
			told.src_back_bytes = bytes_back(&told.before->src, event->src);
			/* A peer that was not heard yet has no numbers (SEM 2.5). */
			if (told.before->dst.state >= PFSYNC_TCPS_SYN_SENT)
				told.dst_back_bytes = bytes_back(&told.before->dst, event->dst);
		}
	}
	if (what == WATCH_REFUSED_KEY) {
		told.other_id = event->r->keys.in_the_way_id;
		told.other_creatorid = event->r->keys.in_the_way_creatorid;
	}
	watch_tell_outcome(event->r, &told);
}
