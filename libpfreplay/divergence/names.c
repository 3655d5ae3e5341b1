/*
 * names.c - the words for divergences, verdicts and risks.
 *
 * SPDX-License-Identifier: ISC
 */
#include "pfverdict.h"

const char *
pfreplay_divergence_name(unsigned number)
{
	static const char *const names[PFREPLAY_DIVERGENCES + 1] = {
	    [1] = "Header version mismatch",
	    [2] = "FreeBSD message version mismatch",
	    [3] = "One-directional sync",
	    [4] = "Wrong receiver",
	    [5] = "TTL is not 255",
	    [6] = "Stale destination peer rolled back",
	    [7] = "Sequence rollback",
	    [8] = "Stale ping-pong",
	    [9] = "Ruleset checksum mismatch",
	    [10] = "Interface name mismatch",
	    [11] = "Insert rejected",
	    [12] = "Bulk update failed or absent",
	    [13] = "Bulk loop or stuck demotion",
	    [14] = "Packets too large for the sync link",
	    [15] = "Lost insert or delete",
	    [16] = "Asymmetric routing without defer",
	    [17] = "Premature delete by a non-creator",
	    [18] = "Creator id collision",
	    [19] = "Flush leaves or over-removes states",
	    [20] = "Host id changed while running",
	    [21] = "Insert ping-pong",
	    [22] = "Third or unknown sender",
	    [23] = "Split brain",
	    [24] = "Link flap",
	    [25] = "Ghost states",
	    [26] = "Bad values",
	    [27] = "Unauthenticated peer",
	    [28] = "TDB replay counter regress",
	    [29] = "State id reused after a restart",
	};

	return number <= PFREPLAY_DIVERGENCES ? names[number] : NULL;
}

const char *
pfreplay_severity_name(enum pfreplay_severity severity)
{
	static const char *const names[] = {
	    [PFREPLAY_LOW] = "low",
	    [PFREPLAY_MEDIUM] = "medium",
	    [PFREPLAY_HIGH] = "high",
	    [PFREPLAY_CRITICAL] = "critical",
	};

	return (unsigned)severity <= PFREPLAY_CRITICAL ? names[severity] : "?";
}

const char *
pfreplay_now_name(enum pfreplay_now now)
{
	static const char *const names[] = {
	    [PFREPLAY_CANNOT_TELL] = "cannot-tell",
	    [PFREPLAY_IN_SYNC] = "in-sync",
	    [PFREPLAY_DIVERGED] = "diverged",
	};

	return (unsigned)now <= PFREPLAY_DIVERGED ? names[now] : "?";
}

const char *
pfreplay_difference_kind_name(enum pfreplay_difference_kind kind)
{
	static const char *const names[PFREPLAY_DIFFERENCE_KINDS] = {
	    [PFREPLAY_MISSING] = "missing",
	    [PFREPLAY_PEERS] = "peers",
	    [PFREPLAY_KEY] = "key",
	};

	return (unsigned)kind < PFREPLAY_DIFFERENCE_KINDS ? names[kind] : "?";
}

const char *
pfreplay_surety_name(enum pfreplay_surety surety)
{
	return surety == PFREPLAY_SURE ? "sure" : "likely";
}

const char *
pfreplay_risk_name(enum pfreplay_risk risk)
{
	static const char *const names[PFREPLAY_RISK_COUNT] = {
	    [PFREPLAY_RISK_MISSING] = "missing",
	    [PFREPLAY_RISK_WINDOW] = "window",
	    [PFREPLAY_RISK_LEVEL] = "level",
	    [PFREPLAY_RISK_NAT] = "nat",
	    [PFREPLAY_RISK_WSCALE] = "wscale",
	    [PFREPLAY_RISK_ROUTE] = "route",
	};

	return (unsigned)risk < PFREPLAY_RISK_COUNT ? names[risk] : "?";
}
