/*
 * v1.c - OpenBSD of 2003: pfsync v1 with ids, before SEM's table.
 *
 * Taken to behave like its successor V2a.
 *
 * SPDX-License-Identifier: ISC
 */
#include "rules.h"

const struct pfreplay_rules rules_v1 = {
    .name = "V1",
    .dialect = "openbsd-1n",
    .version = 1,
    .action_max = 9,
    .timeout_max = 19,
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
