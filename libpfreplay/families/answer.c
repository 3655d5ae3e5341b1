/*
 * answer.c - DEL, CLR, UPD_REQ, INS_ACK and TDB at a receiver (SEM 2.6 - 2.11).
 *
 * SPDX-License-Identifier: ISC
 */
#include "rules.h"

/* Indexes below this are reserved (SEM 2.11). */
#define SPI_RESERVED 255

static const struct view *
view_of(const struct event *event, const struct node *receiver)
{
	return event->entry != NULL ? store_view(event->r, event->entry, receiver) : NULL;
}

/* Does the receiver certainly lack the state?  One that no table ever had may
 * have lived since before the capture, unless the receiver began in it; one that
 * went a moment ago is missed by all. */
static bool
lacks(const struct event *event, const struct node *receiver)
{
	const struct pfsync_message *message = event->message;

	return event->entry != NULL || receiver->from_start ||
	       tombs_find(&event->r->tombs, message->id, message->creatorid) != NULL;
}

void
answer_delete(struct event *event, struct node *receiver)
{
	const struct view *view = view_of(event, receiver);

	if (view != NULL) {
		outcome(event, receiver, view, WATCH_REMOVED, NOT_COUNTED);
		(void)store_view_remove(event->r, event->entry, event->number, receiver);
		return;
	}
	if (lacks(event, receiver))
		outcome(event, receiver, NULL, WATCH_NOT_FOUND, PFREPLAY_BADSTATE);
}

void
answer_delete_refused(struct event *event, struct node *receiver)
{
	if (event->message->action != PFSYNC_ACT_DEL) {
		answer_delete(event, receiver);
		return;
	}
	outcome(event, receiver, view_of(event, receiver), WATCH_REFUSED_ACTION, PFREPLAY_BADACT);
	watch_tell_refused(
	    event->r, receiver, PFREPLAY_BADACT, true, event->message->action_number);
	deliver_stop(event, receiver);
}

bool
clears_by_ifname_always(const struct node *receiver)
{
	(void)receiver;
	return true;
}

bool
clears_by_ifname_never(const struct node *receiver)
{
	(void)receiver;
	return false;
}

void
answer_clear(struct event *event, struct node *receiver)
{
	const struct pfsync_message *message = event->message;
	struct store_filter filter = {.creatorid = &message->creatorid, .before_ns = INT64_MAX};
	struct watch_clear told = {.event = event, .node = receiver};
	bool named = pfsync_has(message, PFSYNC_F_CLR_IFNAME) && message->u.clr.ifname[0] != '\0';

	if (named && receiver->rules->clears_known_only && receiver->ifnames != NULL &&
	    ifnames_lacking(receiver->ifnames, message->u.clr.ifname)) {
		outcome(event, receiver, NULL, WATCH_REFUSED_IFNAME, NOT_COUNTED);
		return;
	}
	if (named && receiver->rules->clears_by_ifname(receiver))
		filter.ifname = message->u.clr.ifname;
	told.ignores_ifname = named && filter.ifname == NULL;
	told.own = store_remove(event->r, receiver, &filter, &told.not_done);
	watch_tell_clear(event->r, &told);
}

void
answer_request(struct event *event, struct node *receiver)
{
	const struct view *view = view_of(event, receiver);

	/* (0, 0) asks for a bulk transfer. */
	if (event->message->id == 0 && event->message->creatorid == 0)
		return;
	if (view != NULL)
		outcome(event, receiver, view, WATCH_ANSWERED, NOT_COUNTED);
	else if (lacks(event, receiver))
		outcome(event, receiver, NULL, WATCH_NOT_FOUND, PFREPLAY_BADSTATE);
}

void
answer_insert_ack(struct event *event, struct node *receiver)
{
	const struct view *view = view_of(event, receiver);

	outcome(
	    event, receiver, view, view != NULL ? WATCH_ACCEPTED : WATCH_NOT_FOUND, NOT_COUNTED);
}

void
answer_tdb(struct event *event, struct node *receiver)
{
	const struct pfsync_message *message = event->message;
	struct pfsync_addr dst;
	bool bad = (pfsync_has(message, PFSYNC_F_TDB_SPI) && message->u.tdb.spi <= SPI_RESERVED) ||
		   pfsync_tdb_dst(message, &dst) == PFSYNC_AF_UNSPEC;

	/* Counted as badstate only where the kernel has IPSEC, which does not show. */
	receiver->badstate_maybe += bad;
	outcome(event, receiver, NULL, bad ? WATCH_REFUSED_VALUE : WATCH_ACCEPTED, NOT_COUNTED);
}
