/*
 * witness.h - all that the user brought along besides captures.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_WITNESS_H
#define PFSYNCDUMP_WITNESS_H

#include "counters.h"
#include "listing.h"
#include "options.h"

struct witness {
	struct listing *listings; /* by time; those without one last */
	size_t listing_count;
	struct counters *counters;
	size_t counters_count;
	/* private */
	size_t next; /* of the listings */
};

/*
 * Read the files of --pfctl and --netstat.  `options` must outlive it.  NULL and
 * a line in `error` if one is not what it should be.
 */
struct witness *witness_new(const struct options *options, char error[LINES_ERROR_MAX]);
void witness_free(struct witness *witness); /* NULL is allowed */

/* The replay will be asked about counters. */
bool witness_wants_counts(const struct witness *witness);

/*
 * Before what happened at `time_ns` is replayed: apply the listings from before
 * that.  The capture began at `began_ns`.
 */
void witness_reach(
    struct witness *witness, struct pfreplay *replay, int64_t began_ns, int64_t time_ns);

/* All is replayed; listings without a time are of now. */
void witness_end(struct witness *witness, struct pfreplay *replay, int64_t began_ns);

#endif
