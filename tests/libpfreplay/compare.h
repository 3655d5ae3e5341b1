/*
 * compare.h - a replayed table against a listing, every difference explained.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TEST_COMPARE_H
#define TEST_COMPARE_H

#include <stdint.h>

#include "history.h"
#include "listing.h"
#include "pfreplay.h"

/*
 * Why a state is in one of the two tables only, or its values differ.  Each is
 * computed from the capture, the listing or the replay's own standing, in this
 * order.
 */
enum reason {
	REASON_NEVER_TRAVELS, /* protocol 240, and what a no-sync rule made (SEM 3.2) */
	REASON_IN_FLIGHT,     /* queued for the next flush when the listing was taken */
	REASON_PURGE,         /* due, and the purge had not yet come, or just had */
	REASON_LOST,          /* a message about it did not reach this place */
	REASON_OUTAGE,        /* pfsync was down on a node, or the link was cut */
	REASON_FLUSH,         /* a CLR in the last ten seconds */
	REASON_UNHEARD,       /* made while pfsync was down: it is never announced */
	REASON_UNEXPLAINED,
	REASON_COUNT
};
const char *reason_name(enum reason reason);

struct comparison {
	uint64_t listed;
	uint64_t replayed; /* without those that are long due */
	uint64_t both;
	uint64_t long_due;
	uint64_t keyless;
	uint64_t missing[REASON_COUNT]; /* listed, not replayed */
	uint64_t extra[REASON_COUNT];   /* replayed, not listed */
	/* Of these, said to be certain: the node itself had said so. */
	uint64_t asserted_extra[REASON_COUNT];
	uint64_t peers_compared;
	uint64_t peers_differ[REASON_COUNT];
	uint64_t keys_compared;
	uint64_t keys_differ;
	uint64_t classes_compared;
	uint64_t classes_differ[REASON_COUNT];
};

/* When a node neither heard nor said anything, from the notes of the capture. */
struct outage {
	const char *node; /* NULL: all; nothing on this link can be trusted */
	int64_t from_ns;
	int64_t to_ns;
};

struct compare_options {
	const struct outage *outages;
	size_t outage_count;
	int nosync_proto; /* a no-sync rule for this protocol besides 240; or -1 */
	/* The kernel's purge interval: a state that is due for longer counts as
	 * absent (SEM 4.4). */
	int64_t purge_ns;
	/* What the other end of a lossy link saw; NULL if there is no loss. */
	const struct history *elsewhere;
	bool verbose; /* print each difference */
};

/* `r` must have been advanced to about the time of the listing. */
void compare(const struct pfreplay *r, const struct listing *listing, const struct history *history,
    const struct compare_options *options, struct comparison *result);

/*
 * both / listed and both / replayed, leaving out what never travels and what
 * was in flight: no capture can show either.
 */
double comparison_recall(const struct comparison *result);
double comparison_precision(const struct comparison *result);

/*
 * Sums over many listings of what this capture can determine at all: without
 * what never travels, was in flight or lost before it got here, what a node
 * missed or did while it was cut off, and what it never announced.
 */
struct determinable {
	uint64_t both;
	uint64_t listed;
	uint64_t replayed;
	uint64_t asserted_wrong;
};
void determinable_add(struct determinable *sum, const struct comparison *result);

#endif
