/*
 * v6a.c - OpenBSD 4.7 to 7.3 (SEM 0).
 *
 * The CLR of one interface began to mean that interface in 2014 or 2015: in the
 * census of dialects with 6i, OpenBSD 5.7 (SEM 2.7, 12).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "rules.h"

/* True of 6i and later; of one that was not heard, because it is the longer time. */
static bool
clears_by_ifname(const struct node *receiver)
{
	const char *name = receiver->dialect != NULL ? receiver->dialect->name : "";

	return strncmp(name, "openbsd-6", 9) != 0 || name[9] >= 'i';
}

const struct pfreplay_rules rules_v6a = {
    .name = "V6a",
    .dialect = "openbsd-6j",
    .version = 6,
    .action_max = 16,
    .timeout_max = 20,
    .era = MERGE_B,
    .life = LIFE_AS_STATED,
    .full = FULL_ENDS_SECTION,
    .reserved = UNKNOWN_ENDS,
    .unknown = UNKNOWN_IGNORED,
    .purge = PURGE_TELLS,
    .bad_value = PFREPLAY_BADVAL,
    .stale = PFREPLAY_STALE,
    .insert_fails = NOT_COUNTED,
    .clears_by_ifname = clears_by_ifname,
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
