/*
 * v3.c - OpenBSD 3.9 to 4.3, FreeBSD 7 and 8, NetBSD (SEM 0).
 *
 * As V2b, but only its creator announces the end of a state (SEM 4.4).
 *
 * SPDX-License-Identifier: ISC
 */
#include "rules.h"

const struct pfreplay_rules rules_v3 = {
    .name = "V3",
    .dialect = "openbsd-3b",
    .version = 3,
    .action_max = 11,
    .timeout_max = 20,
    .era = MERGE_A_V4,
    .life = LIFE_PLUS_TIMEOUT,
    .full = FULL_ENDS_PACKET,
    .reserved = UNKNOWN_IGNORED,
    .unknown = UNKNOWN_ENDS,
    .purge = PURGE_TELLS_OWN,
    .bad_value = PFREPLAY_BADSTATE,
    .stale = PFREPLAY_BADSTATE,
    .insert_fails = NOT_COUNTED,
    .unknown_upd_c_counts = true,
    .clears_by_ifname = clears_by_ifname_always,
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
	    [PFSYNC_ACT_TDB] = answer_tdb,
	},
};
