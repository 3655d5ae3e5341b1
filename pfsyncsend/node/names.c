/*
 * names.c - words for the model's enumerations.
 *
 * SPDX-License-Identifier: ISC
 */
#include "node.h"

#define NAME(table, value)                                                                         \
	((unsigned)(value) < sizeof(table) / sizeof((table)[0]) && (table)[value] != NULL          \
		? (table)[value]                                                                   \
		: "?")

const char *
fw_outcome_name(enum fw_outcome outcome)
{
	static const char *const names[FW_OUT_COUNT] = {
	    [FW_OUT_INSERTED] = "inserted",
	    [FW_OUT_MERGED] = "merged",
	    [FW_OUT_MERGED_SRC] = "merged-src",
	    [FW_OUT_MERGED_DST] = "merged-dst",
	    [FW_OUT_ROLLED_BACK] = "rolled-back",
	    [FW_OUT_STALE] = "stale",
	    [FW_OUT_REMOVED] = "removed",
	    [FW_OUT_CLEARED] = "cleared",
	    [FW_OUT_NOT_FOUND] = "not-found",
	    [FW_OUT_REQUESTED] = "requested",
	    [FW_OUT_ANSWERED] = "answered",
	    [FW_OUT_ACKNOWLEDGED] = "acknowledged",
	    [FW_OUT_BULK_BEGINS] = "bulk-begins",
	    [FW_OUT_BULK_START] = "bulk-start",
	    [FW_OUT_BULK_END] = "bulk-end",
	    [FW_OUT_TDB_TAKEN] = "tdb-taken",
	    [FW_OUT_IGNORED] = "ignored",
	    [FW_OUT_BAD_VALUES] = "bad-values",
	    [FW_OUT_BAD_CREATOR] = "bad-creatorid",
	    [FW_OUT_BAD_IFNAME] = "bad-ifname",
	    [FW_OUT_NO_INTERFACE] = "no-interface",
	    [FW_OUT_NO_ORIG_IFNAME] = "no-original-interface",
	    [FW_OUT_NO_ROUTE_IF] = "no-route-interface",
	    [FW_OUT_ROUTE_POOL] = "route-pool",
	    [FW_OUT_ROUTE_UNBOUND] = "route-unbound",
	    [FW_OUT_STATE_LIMIT] = "state-limit",
	    [FW_OUT_RULE_LIMIT] = "rule-limit",
	    [FW_OUT_NO_RTABLE] = "no-routing-table",
	    [FW_OUT_NO_SCRUB] = "no-scrub",
	    [FW_OUT_KEY_COLLISION] = "key-collision",
	    [FW_OUT_ID_COLLISION] = "id-collision",
	    [FW_OUT_ABANDONED] = "abandoned",
	    [FW_OUT_BAD_TIMESTAMP] = "bad-timestamp",
	    [FW_OUT_TDB_REFUSED] = "tdb-refused",
	    [FW_OUT_BAD_ACTION] = "bad-action",
	    [FW_OUT_BAD_LENGTH] = "bad-length",
	};

	return NAME(names, outcome);
}

const char *
fw_verdict_name(enum fw_verdict verdict)
{
	static const char *const names[] = {
	    [FW_ACCEPTED] = "accepted",
	    [FW_STOPPED] = "stopped",
	    [FW_DROP_DOWN] = "down",
	    [FW_DROP_BADIF] = "badif",
	    [FW_DROP_BADTTL] = "badttl",
	    [FW_DROP_HDROPS] = "hdrops",
	    [FW_DROP_BADVER] = "badver",
	    [FW_DROP_BADACT] = "badact",
	    [FW_DROP_BADLEN] = "badlen",
	};

	return NAME(names, verdict);
}

const char *
fw_why_name(enum fw_why why)
{
	static const char *const names[] = {
	    [FW_WHY_TRAFFIC] = "traffic",
	    [FW_WHY_MESSAGE] = "message",
	    [FW_WHY_EXPIRED] = "expired",
	    [FW_WHY_KILLED] = "killed",
	    [FW_WHY_FLUSHED] = "flushed",
	    [FW_WHY_RETIRED] = "retired",
	    [FW_WHY_RESTART] = "restart",
	};

	return NAME(names, why);
}

const char *
fw_flush_name(enum fw_flush why)
{
	static const char *const names[] = {
	    [FW_FLUSH_TIMER] = "timer",
	    [FW_FLUSH_FULL] = "full",
	    [FW_FLUSH_MAXUPD] = "maxupd",
	    [FW_FLUSH_TOUCHED] = "touched",
	    [FW_FLUSH_DEFER] = "defer",
	    [FW_FLUSH_REQUEST] = "request",
	    [FW_FLUSH_STALE] = "stale",
	    [FW_FLUSH_ACK] = "ack",
	    [FW_FLUSH_BULK] = "bulk",
	    [FW_FLUSH_CLEAR] = "clear",
	    [FW_FLUSH_ACTION] = "action",
	    [FW_FLUSH_TDB] = "tdb",
	};

	return NAME(names, why);
}

const char *
fw_bulk_step_name(enum fw_bulk_step step)
{
	static const char *const names[] = {
	    [FW_BULK_ASKED] = "asked",
	    [FW_BULK_STARTED] = "started",
	    [FW_BULK_COMPLETE] = "complete",
	    [FW_BULK_GAVE_UP] = "gave-up",
	    [FW_BULK_SENDING] = "sending",
	    [FW_BULK_SENT] = "sent",
	};

	return NAME(names, step);
}
