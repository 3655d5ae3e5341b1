/*
 * netstat.h - the counters that netstat -s -p pfsync prints.
 *
 * SPDX-License-Identifier: ISC
 *
 * OpenBSD's and FreeBSD's forms, with the latter's histograms of messages (SEM
 * 6); also out of the whole of `netstat -s`.
 */
#ifndef PFSYNCDUMP_NETSTAT_H
#define PFSYNCDUMP_NETSTAT_H

#include "lines.h"
#include "pfsync.h"

enum netstat_counter {
	NETSTAT_IPACKETS, /* IPv4 and IPv6 together */
	NETSTAT_BADIF,
	NETSTAT_BADTTL,
	NETSTAT_HDROPS,
	NETSTAT_BADVER,
	NETSTAT_BADAUTH,
	NETSTAT_BADACT,
	NETSTAT_BADLEN,
	NETSTAT_BADVAL,
	NETSTAT_STALE,
	NETSTAT_BADSTATE,
	NETSTAT_OPACKETS,
	NETSTAT_ONOMEM,
	NETSTAT_OERRORS,
	NETSTAT_COUNTER_COUNT
};
const char *netstat_counter_name(enum netstat_counter counter); /* "badver" */

struct netstat {
	bool has_counter[NETSTAT_COUNTER_COUNT];
	uint64_t counter[NETSTAT_COUNTER_COUNT];
	/* FreeBSD: messages by action; those of 13.1, 14.0 and 15 together. */
	bool has_messages;
	uint64_t received[PFSYNC_ACT_COUNT];
	uint64_t sent[PFSYNC_ACT_COUNT];
};

/* False and a line in `lines->error` if there are no such counters. */
bool netstat_read(struct lines *lines, struct netstat *netstat);

/*
 * What was counted between two listings, into `after`; a counter of 32 bits may
 * have wrapped once.  False if something went back otherwise, which a restart
 * does.
 */
bool netstat_since(struct netstat *after, const struct netstat *before);

#endif
