/*
 * v5f15.c - FreeBSD 15 (SEM 0): 1500 beside 1400 and 1301.
 *
 * Counts what it cannot insert as badact and goes on with the next record;
 * takes 1301 only where the route fits (SEM 2.2).
 *
 * SPDX-License-Identifier: ISC
 */
#include "rules.h"

const struct pfreplay_rules rules_v5f15 = {
    .name = "V5f15",
    .dialect = "freebsd-15",
    .version = 5,
    .action_max = 17,
    .timeout_max = 25,
    .era = MERGE_B,
    .life = LIFE_AS_STATED,
    .full = FULL_GOES_ON,
    .reserved = UNKNOWN_ENDS,
    .unknown = UNKNOWN_ENDS,
    .purge = PURGE_TELLS,
    .bad_value = PFREPLAY_BADVAL,
    .stale = PFREPLAY_STALE,
    .insert_fails = PFREPLAY_BADACT,
    .end_overtakes = true,
    .clears_by_ifname = clears_by_ifname_never,
    .clears_own_by_origin = true,
    .clears_known_only = true,
    .refuses = refuse_f15,
    .on =
	{
	    [PFSYNC_ACT_INS] = take_insert,
	    [PFSYNC_ACT_UPD] = take_update,
	    [PFSYNC_ACT_UPD_C] = take_update_compressed,
	    [PFSYNC_ACT_DEL] = answer_delete_refused,
	    [PFSYNC_ACT_DEL_C] = answer_delete,
	    [PFSYNC_ACT_CLR] = answer_clear,
	    [PFSYNC_ACT_UPD_REQ] = answer_request,
	    [PFSYNC_ACT_INS_ACK] = answer_insert_ack,
	    [PFSYNC_ACT_TDB] = answer_tdb,
	},
};
