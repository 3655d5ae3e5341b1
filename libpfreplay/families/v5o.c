/*
 * v5o.c - OpenBSD 4.5 and 4.6 (SEM 0): sections, and an end of frame.
 *
 * 4.5 merges all or nothing.  A kernel of July 2009, on the way to 4.6, merges
 * per peer and copies the destination twice (docs/protocol-notes.md).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "rules.h"

static enum merge_era
era_of(const struct node *node)
{
	return node->dialect != NULL && strcmp(node->dialect->name, "openbsd-5a") == 0 ? MERGE_A_V5
										       : MERGE_B;
}

const struct pfreplay_rules rules_v5o = {
    .name = "V5o",
    .dialect = "openbsd-5b",
    .version = 5,
    .action_max = 13,
    .timeout_max = 20,
    .era = MERGE_A_V5,
    .era_of = era_of,
    .life = LIFE_PLUS_TIMEOUT,
    .full = FULL_ENDS_SECTION,
    .reserved = UNKNOWN_ENDS,
    .unknown = UNKNOWN_ENDS,
    .purge = PURGE_TELLS,
    .bad_value = PFREPLAY_BADVAL,
    .stale = PFREPLAY_STALE,
    .insert_fails = NOT_COUNTED,
    .clears_by_ifname = clears_by_ifname_never,
    .refuses = refuse_common,
    .on =
	{
	    [PFSYNC_ACT_INS] = take_insert,
	    [PFSYNC_ACT_UPD] = take_update,
	    [PFSYNC_ACT_UPD_C] = take_update_compressed,
	    [PFSYNC_ACT_DEL] = answer_delete,
	    [PFSYNC_ACT_DEL_C] = answer_delete,
	    [PFSYNC_ACT_CLR] = answer_clear,
	    [PFSYNC_ACT_UPD_REQ] = answer_request,
	    [PFSYNC_ACT_INS_ACK] = answer_insert_ack,
	    [PFSYNC_ACT_TDB] = answer_tdb,
	},
};
