/*
 * v2a.c - OpenBSD 3.5, FreeBSD 5, DragonFly 1 (SEM 0): the last writer wins.
 *
 * No test of what is newer: peers, class and expiry are overwritten by
 * whatever arrives (SEM 2.5), so a late packet takes a state back, uncounted.
 *
 * SPDX-License-Identifier: ISC
 */
#include "rules.h"

const struct pfreplay_rules rules_v2a = {
    .name = "V2a",
    .dialect = "openbsd-2e",
    .version = 2,
    .action_max = 10,
    .timeout_max = 20,
    .era = MERGE_NO_TEST,
    .life = LIFE_PLUS_TIMEOUT,
    .full = FULL_ENDS_PACKET,
    .reserved = UNKNOWN_IGNORED,
    .unknown = UNKNOWN_ENDS,
    .purge = PURGE_TELLS,
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
	},
};
