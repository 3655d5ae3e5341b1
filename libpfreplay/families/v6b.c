/*
 * v6b.c - OpenBSD 7.4 and later (SEM 0): rewritten in 2023.
 *
 * Merges per peer without the second copy of the destination; needs a START
 * before it believes an END; skips actions that it does not know.
 *
 * SPDX-License-Identifier: ISC
 */
#include "rules.h"

const struct pfreplay_rules rules_v6b = {
    .name = "V6b",
    .dialect = "openbsd-6k",
    .version = 6,
    .action_max = 16,
    .timeout_max = 20,
    .era = MERGE_C,
    .life = LIFE_AS_STATED,
    .full = FULL_ENDS_SECTION,
    .reserved = UNKNOWN_IGNORED,
    .unknown = UNKNOWN_IGNORED,
    .purge = PURGE_TELLS,
    .bad_value = PFREPLAY_BADVAL,
    .stale = PFREPLAY_STALE,
    .insert_fails = NOT_COUNTED,
    .end_needs_start = true,
    .clears_by_ifname = clears_by_ifname_always,
    .refuses = refuse_creator,
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
