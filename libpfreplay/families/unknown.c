/*
 * unknown.c - a firewall that was not heard: the mildest of rules, everything
 * applies.
 *
 * SPDX-License-Identifier: ISC
 */
#include "rules.h"

const struct pfreplay_rules rules_unknown = {
    .name = "unknown",
    .dialect = "openbsd-6k",
    .version = 0,
    .action_max = 17,
    .timeout_max = 25,
    .era = MERGE_NO_TEST,
    .life = LIFE_PLUS_TIMEOUT,
    .full = FULL_GOES_ON,
    .reserved = UNKNOWN_IGNORED,
    .unknown = UNKNOWN_IGNORED,
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
	    [PFSYNC_ACT_TDB] = answer_tdb,
	},
};
