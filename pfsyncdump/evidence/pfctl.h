/*
 * pfctl.h - listings of pfctl as state tables.
 *
 * SPDX-License-Identifier: ISC
 *
 * Reads what `pfctl -ss`, with or without -v and -vv, prints on OpenBSD and
 * FreeBSD of any age (SEM 9.1): with "a (b) -> c (d)" or with "lan -> gwy -> ext",
 * and what `pfctl -si -v` says of host id and ruleset.  Only -vv tells ids.
 */
#ifndef PFSYNCDUMP_PFCTL_H
#define PFSYNCDUMP_PFCTL_H

#include <glib.h>

#include "lines.h"
#include "pfsync.h"

/* A state as listed. */
struct pfctl_state {
	unsigned long line; /* where it begins */
	bool has_id;
	bool has_levels;
	bool has_windows;
	bool has_times;
	bool old_form;    /* lan -> gwy -> ext */
	bool no_sync;     /* "no-sync": it never travels */
	bool stack_apart; /* the two keys differ */
	uint8_t proto;
	uint8_t direction; /* PFSYNC_IN, PFSYNC_OUT */
	uint8_t src_state;
	uint8_t dst_state;
	uint64_t id;
	uint32_t creatorid;
	uint32_t age_s;
	uint32_t expires_s;
	struct {
		uint32_t seqlo;
		uint32_t seqhi;
		uint32_t seqdiff;
		uint8_t wscale; /* 0x80 set if listed */
	} src, dst;
	/* In the order of struct pfsync_key; old form: lan, gwy, ext in ends[0 .. 2]. */
	struct pfctl_end {
		enum pfsync_af af;
		struct pfsync_addr addr;
		uint16_t port;
		uint16_t rdomain;
	} ends[4]; /* wire 0, wire 1, stack 0, stack 1 */
	char ifname[PFSYNC_IFNAMSIZ];
};

struct pfctl_listing {
	GArray *states; /* struct pfctl_state */
	bool has_ids;   /* all states have one */
	bool has_hostid;
	uint32_t hostid;
	bool has_cksum;
	uint8_t cksum[16];
};

/*
 * Read a listing.  NULL and a line in `lines->error` ("FILE:LINE: ...") if it is
 * not one.  A listing without states is a listing.
 */
struct pfctl_listing *pfctl_read(struct lines *lines);
void pfctl_free(struct pfctl_listing *listing); /* NULL is allowed */

/* The state as a message (action UPD) for pfreplay_seed() and libpfsync's text. */
void pfctl_message(const struct pfctl_state *state, struct pfsync_message *message);

#endif
