/*
 * v5f14.c - FreeBSD 14 (SEM 0): 1400 beside 1301.
 *
 * No longer takes a full DEL.  Until stable/14 of October 2024 it read a section
 * of 1301 with the stride of its larger record, so that only the first state of
 * one arrived (SEM 2.2); 14.3 reads all.  The packets of the two look alike: what
 * came behind the first is not known to be there until the firewall speaks of it,
 * and said to be misread once it had to ask for some.
 *
 * SPDX-License-Identifier: ISC
 */
#include "rules.h"

/* So many had to be asked for: no accident of a lost packet. */
#define MISREAD_LEAST 3

static bool
is_behind_first(const struct event *event)
{
	return event->message->record == PFSYNC_REC_1301 && event->r->open.in_section > 1;
}

static bool
misreads(const struct event *event, const struct node *receiver)
{
	return is_behind_first(event) && !receiver->reads_1301 &&
	       receiver->misread_1301 >= MISREAD_LEAST;
}

/* It was imported a moment ago, if the receiver reads it at all. */
static void
doubt(struct event *event, const struct node *receiver)
{
	struct view *view = store_view(event->r, event->entry, receiver);

	if (view == NULL || receiver->reads_1301 || !is_behind_first(event))
		return;
	view_stand(view, PFREPLAY_UNKNOWN);
	view->bits |= VIEW_MISREAD;
}

static void
insert(struct event *event, struct node *receiver)
{
	bool had = store_view(event->r, event->entry, receiver) != NULL;

	if (misreads(event, receiver)) {
		outcome(event, receiver, NULL, WATCH_MISREAD, PFREPLAY_BADVAL);
		return;
	}
	take_insert(event, receiver);
	if (!had)
		doubt(event, receiver);
}

static void
update(struct event *event, struct node *receiver)
{
	const struct view *view = store_view(event->r, event->entry, receiver);

	if (misreads(event, receiver)) {
		outcome(event, receiver, view, WATCH_MISREAD, PFREPLAY_BADVAL);
		return;
	}
	take_update(event, receiver);
	if (view == NULL)
		doubt(event, receiver);
}

const struct pfreplay_rules rules_v5f14 = {
    .name = "V5f14",
    .dialect = "freebsd-14",
    .version = 5,
    .action_max = 15,
    .timeout_max = 25,
    .era = MERGE_B,
    .life = LIFE_AS_STATED,
    .full = FULL_ENDS_SECTION,
    .reserved = UNKNOWN_ENDS,
    .unknown = UNKNOWN_ENDS,
    .purge = PURGE_TELLS,
    .bad_value = PFREPLAY_BADVAL,
    .stale = PFREPLAY_STALE,
    .insert_fails = NOT_COUNTED,
    .end_overtakes = true,
    .clears_by_ifname = clears_by_ifname_never,
    .clears_own_by_origin = true,
    .clears_known_only = true,
    .refuses = refuse_route,
    .on =
	{
	    [PFSYNC_ACT_INS] = insert,
	    [PFSYNC_ACT_UPD] = update,
	    [PFSYNC_ACT_UPD_C] = take_update_compressed,
	    [PFSYNC_ACT_DEL] = answer_delete_refused,
	    [PFSYNC_ACT_DEL_C] = answer_delete,
	    [PFSYNC_ACT_CLR] = answer_clear,
	    [PFSYNC_ACT_UPD_REQ] = answer_request,
	    [PFSYNC_ACT_INS_ACK] = answer_insert_ack,
	    [PFSYNC_ACT_TDB] = answer_tdb,
	},
};
