/*
 * place.h - near whom each capture of the sync link was made.
 *
 * SPDX-License-Identifier: ISC
 *
 * Inside of vantage.h.
 */
#ifndef PFSYNCDUMP_PLACE_H
#define PFSYNCDUMP_PLACE_H

#include "flow.h"
#include "vantage.h"

/* More senders than that are not told apart: their packets pass. */
#define PLACE_SOURCES_MAX 64
#define PLACE_UNKNOWN (-1)
/* So many differences make a median, which packets held back do not move. */
#define PLACE_LATEST 127

/* A sender, or an address that the user named. */
struct source {
	enum pfsync_af af;
	struct pfsync_addr addr;
	bool given;    /* `near_file` is the user's word */
	int near_file; /* an input, or PLACE_UNKNOWN */
	uint64_t seen[VANTAGE_FILES_MAX];
	uint64_t matched[VANTAGE_FILES_MAX]; /* how often seen elsewhere, too */
	uint64_t only[VANTAGE_FILES_MAX];    /* in none but this, which others cover */
	/* Time there less time in the first input, of the latest ones, in a ring. */
	uint64_t compared[VANTAGE_FILES_MAX];
	int64_t later_ns[VANTAGE_FILES_MAX][PLACE_LATEST];
	struct flow *flows[VANTAGE_FILES_MAX][VANTAGE_FILES_MAX]; /* NULL: nothing yet */
};

struct places {
	size_t file_count;
	size_t source_count;
	struct source *sources[PLACE_SOURCES_MAX];
	/* By how much each input's clock is ahead of the first one's. */
	bool offset_known[VANTAGE_FILES_MAX];
	int64_t offset_ns[VANTAGE_FILES_MAX];
};

/* The source of that address, made if it is new; NULL if there are too many. */
struct source *places_source(
    struct places *places, enum pfsync_af af, const struct pfsync_addr *addr);

/* A packet of `source` was at `from` at one time and at `to` at another. */
void places_compare(struct places *places, struct source *source, size_t from, int64_t from_ns,
    size_t to, int64_t to_ns);

/* Find out anew where everything is. */
void places_locate(struct places *places);

/* The flow of `source` between two inputs, made if it is new. */
struct flow *places_flow(struct source *source, size_t from, size_t to);

void places_clear(struct places *places);

#endif
