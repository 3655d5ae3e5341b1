/*
 * listing.h - state tables as the kernels listed them, for comparing.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TEST_LISTING_H
#define TEST_LISTING_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "pfsync.h"

/* One state of a listing. */
struct listed {
	uint64_t id;
	uint32_t creatorid;
	int proto; /* -1 if the listing did not tell */
	bool has_peers;
	uint8_t src_state;
	uint8_t dst_state;
	int timeout; /* class, -1 if not listed */
	int age_s;   /* -1 if not listed */
	char *keys;  /* NULL if not listed; see listing_keys() */
	/* What the runs that read the kernel's own structures list as well. */
	bool has_rest;
	bool tagged;
	int rule;     /* -1 = none, or the default rule */
	int nat_rule; /* likewise */
	int flags;
	int expire_s;
	uint32_t src_seqlo;
	uint32_t dst_seqlo;
	uint32_t src_ts_mod; /* 0 without scrub data */
	uint32_t dst_ts_mod;
	char ifname[PFSYNC_IFNAMSIZ];
	char orig_ifname[PFSYNC_IFNAMSIZ]; /* "" if not listed */
};

/* One node's table at one time. */
struct listing {
	char *node; /* its address */
	char *label;
	/* It was taken at some time between these. */
	int64_t earliest_ns;
	int64_t latest_ns;
	bool by_pfctl;    /* keys are in pfctl's words */
	GHashTable *rows; /* set of struct listed, by id and creatorid */
};

/*
 * All listings of a tables.jsonl, in the order of time (struct listing *).
 * Without `before` and `after` a listing was taken up to `slack_s` earlier
 * than it says.  The file may be packed.  Ends the
 * program if it cannot be read.
 */
GPtrArray *listing_read_jsonl(const char *path, double slack_s);

/* A file of pfctl -vvss, taken at `at_s` give or take `slack_s`. */
struct listing *listing_read_pfctl(const char *path, const char *node, double at_s, double slack_s);

void listing_free(gpointer listing);

/* The row of a state, or NULL. */
const struct listed *listing_find(const struct listing *listing, uint64_t id, uint32_t creatorid);

/* The keys of a replayed state in the form of the listing's. */
char *listing_keys(const struct listing *listing, const struct pfsync_message *message);

#endif
