/*
 * v2b.c - OpenBSD 3.7 and 3.8, FreeBSD 6 (SEM 0): V2a with stale tests.
 *
 * openbsd-2e and freebsd-6 began as V2a and do not tell; most of their releases
 * were V2b.
 *
 * SPDX-License-Identifier: ISC
 */
#include "rules.h"

const struct pfreplay_rules rules_v2b = {
    .name = "V2b",
    .dialect = "openbsd-2g",
    .version = 2,
    .action_max = 11,
    .timeout_max = 20,
    .era = MERGE_A_V4,
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
	    [PFSYNC_ACT_TDB] = answer_tdb,
	},
};
