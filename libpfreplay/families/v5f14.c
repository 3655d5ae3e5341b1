/*
 * v5f14.c - FreeBSD 14 (SEM 0): 1400 beside 1301.
 *
 * No longer takes a full DEL.  Reads a section of 1301 with the stride of
 * its larger record, so that only the first state of one arrives (SEM 2.2).
 *
 * SPDX-License-Identifier: ISC
 */
#include "rules.h"

/* The record that a 1301 message after the first of its section is read from
 * lies across two: what comes out is refused, or no state of this capture. */
static bool
misreads(const struct event *event)
{
	return event->message->record == PFSYNC_REC_1301 && event->r->open.in_section > 1;
}

static void
insert(struct event *event, struct node *receiver)
{
	if (misreads(event))
		outcome(event, receiver, NULL, WATCH_MISREAD, PFREPLAY_BADVAL);
	else
		take_insert(event, receiver);
}

static void
update(struct event *event, struct node *receiver)
{
	if (misreads(event))
		outcome(event, receiver, store_view(event->r, event->entry, receiver),
		    WATCH_MISREAD, PFREPLAY_BADVAL);
	else
		take_update(event, receiver);
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
    .clears_by_ifname = clears_by_ifname_never,
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
