/*
 * said.c - telling watchers what a sender says (see watch.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "internal.h"

/* (int32)(a - b) > 0 without leaving unsigned arithmetic (SEM 5.3). */
static bool
behind(const struct pfsync_peer *now, const struct pfsync_peer *before, bool tcp)
{
	uint32_t back = before->seqlo - now->seqlo;

	if (now->state != before->state)
		/* Synproxy counts down when its handshake is over (SEM 2.5). */
		return now->state < before->state && (before->state < PFSYNC_TCPS_PROXY_SRC ||
							 now->state >= PFSYNC_TCPS_PROXY_SRC);
	return tcp && back != 0 && back < UINT32_C(0x80000000);
}

/* Did another node speak of the state since `view` was asserted? */
static bool
is_turn(const struct event *event, const struct view *view)
{
	const struct view *other;
	uint32_t position = 0;

	if ((view->bits & VIEW_STANDING) != PFREPLAY_ASSERTED)
		return true;
	while ((other = view_next(&event->r->spill, event->entry, &position)) != NULL)
		if (other != view && (other->bits & VIEW_STANDING) == PFREPLAY_ASSERTED &&
		    other->evidence_ns >= view->evidence_ns && other->evidence > view->evidence)
			return true;
	return false;
}

static unsigned
kinds_of_upd_c(const struct event *event, const struct view *view)
{
	const unsigned wanted = event->r->watchers.said;
	unsigned kinds = WATCH_SAID(WATCH_UPD_C);
	const struct peers *before;
	bool tcp;

	if (event->entry == NULL || event->created || view == NULL)
		return kinds | WATCH_SAID(WATCH_UPD_C_NEWS);
	before = view_peers(event->entry, view);
	tcp = event->entry->proto == 6;
	if ((view->bits & VIEW_STANDING) != PFREPLAY_ASSERTED)
		kinds |= WATCH_SAID(WATCH_UPD_C_NEWS);
	if ((wanted & WATCH_SAID(WATCH_UPD_C_BACK)) != 0 &&
	    (behind(event->src, &before->src, tcp) || behind(event->dst, &before->dst, tcp)))
		kinds |= WATCH_SAID(WATCH_UPD_C_BACK);
	if ((wanted & WATCH_SAID(WATCH_UPD_C_TURN)) != 0 && is_turn(event, view))
		kinds |= WATCH_SAID(WATCH_UPD_C_TURN);
	if ((event->entry->marks & event->r->watchers.marks) != 0)
		kinds |= WATCH_SAID(WATCH_UPD_C_MARKED);
	return kinds;
}

static unsigned
kinds_of(const struct event *event, const struct view *view)
{
	const struct pfsync_message *message = event->message;

	switch (message->action) {
	case PFSYNC_ACT_CLR:
		return WATCH_SAID(WATCH_CLR);
	case PFSYNC_ACT_INS:
		return WATCH_SAID(WATCH_INS);
	case PFSYNC_ACT_INS_ACK:
		return WATCH_SAID(WATCH_INS_ACK);
	case PFSYNC_ACT_UPD:
		return WATCH_SAID(WATCH_UPD);
	case PFSYNC_ACT_UPD_C:
		return event->src != NULL ? kinds_of_upd_c(event, view) : WATCH_SAID(WATCH_OTHER);
	case PFSYNC_ACT_UPD_REQ:
		return message->id == 0 && message->creatorid == 0 ? WATCH_SAID(WATCH_BULK_REQ)
								   : WATCH_SAID(WATCH_UPD_REQ);
	case PFSYNC_ACT_DEL:
		return WATCH_SAID(WATCH_DEL);
	case PFSYNC_ACT_DEL_C:
		return WATCH_SAID(WATCH_DEL_C);
	case PFSYNC_ACT_BUS:
		return WATCH_SAID(WATCH_BUS);
	case PFSYNC_ACT_TDB:
		return WATCH_SAID(WATCH_TDB);
	default:
		return WATCH_SAID(WATCH_OTHER);
	}
}

/* Before anything of the message is applied. */
void
said_tell(const struct event *event, bool bad_value)
{
	struct pfreplay *r = event->r;
	const struct entry *entry = event->entry;
	const struct view *view;
	struct watch_said told = {.event = event, .bad_value = bad_value};

	if (r->watchers.said == 0)
		return;
	view = entry != NULL ? store_view(r, event->entry, event->sender) : NULL;
	told.kinds = kinds_of(event, view);
	if ((told.kinds & r->watchers.said) == 0)
		return;
	told.keyless = entry != NULL && entry->facts == 0;
	told.other_key = entry != NULL && entry->facts != 0 &&
			 facts_differ(&r->facts, entry->facts, event->message);
	if (view != NULL) {
		told.held = true;
		told.standing = store_standing(r, view);
		told.before = view_peers(entry, view);
		told.before_ns = view->evidence_ns;
		told.before_timeout = view->timeout;
	}
	watch_tell_said(r, &told);
}
