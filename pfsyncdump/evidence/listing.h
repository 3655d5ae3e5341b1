/*
 * listing.h - state tables as the firewalls listed them, against the replay.
 *
 * SPDX-License-Identifier: ISC
 *
 * A listing (--pfctl NODE=FILE[@TIME]) from before the first packet seeds its
 * firewall's table.  One from later is compared with the table at that time;
 * states in it that are older than the capture are then taken over, because
 * nothing else could have told of them.
 */
#ifndef PFSYNCDUMP_LISTING_H
#define PFSYNCDUMP_LISTING_H

#include "pfctl.h"
#include "pfevidence.h"

#define LISTING_EXAMPLES_MAX 16
#define LISTING_TEXT_MAX 256

enum listing_difference {
	LISTING_MISSING, /* listed, but not in the replay's table */
	LISTING_EXTRA,   /* the other way round */
	LISTING_PEERS,   /* in both, with other states of the peers */
	LISTING_KEYS     /* in both, with other addresses */
};

struct listing_example {
	enum listing_difference kind;
	bool has_id;
	uint64_t id;
	uint32_t creatorid;
	char text[LISTING_TEXT_MAX]; /* as pfctl prints it */
	const char *reason;          /* static, "" if none is known */
};

/* How its time is known. */
enum listing_placed {
	LISTING_AS_GIVEN, /* the user said it, or it is the end */
	LISTING_BY_AGES,
	LISTING_BY_STATES /* when most of it was there and most else was not */
};

struct listing {
	/* Set by the caller of listing_load(). */
	const char *node;
	const char *path;
	bool has_time;
	bool relative; /* time_ns counts from the start of the capture */
	int64_t time_ns;
	enum listing_placed placed;
	/* Read. */
	struct pfctl_listing *read;
	/* Found out by listing_apply(). */
	bool done;
	bool no_node;           /* no firewall of that name was there */
	bool seeds;             /* from before the capture: taken over, not compared */
	uint64_t adopted;       /* taken over */
	uint64_t listed;        /* without those that never travel */
	uint64_t never_travels; /* of pfsync's own protocol (SEM 3.2) */
	uint64_t replayed;      /* without those past their timeout, or unknown */
	uint64_t both;
	uint64_t missing;
	uint64_t missing_older; /* of these: older than the capture */
	uint64_t missing_young; /* of these: made so recently that they may not have been sent */
	uint64_t extra;
	uint64_t extra_young; /* of these: deleted or expired just now, perhaps */
	uint64_t peers_compared;
	uint64_t peers_differ;
	uint64_t keys_differ;
	bool hostid_known; /* listed, and proven by a message */
	bool hostid_agrees;
	bool cksum_known;
	bool cksum_agrees;
	struct listing_example examples[LISTING_EXAMPLES_MAX];
	size_t example_count;
};

/* The ends of a state, protocol and direction, without its interface; to be freed. */
char *listing_key(const struct pfsync_message *message);

/* Read the file.  False and a line in `error`. */
bool listing_load(struct listing *listing, char error[LINES_ERROR_MAX]);

/*
 * The replay has reached the listing's time: seed, or compare.  `began_ns` is
 * when the capture began.
 */
void listing_apply(struct listing *listing, struct pfreplay *replay, int64_t began_ns);

/* Parts of 1; those that are young or older than the capture are left out. */
double listing_precision(const struct listing *listing);
double listing_recall(const struct listing *listing);

void listing_clear(struct listing *listing);

#endif
