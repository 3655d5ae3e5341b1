/*
 * tally.h - how much of what a replay says of two firewalls is so.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TEST_TALLY_H
#define TEST_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "history.h"
#include "listing.h"
#include "pfreplay.h"

/* Right of how many. */
struct share {
	uint64_t right;
	uint64_t all;
};

/* What is compared of a state that both have, besides its presence. */
enum tally_field {
	TALLY_STATE, /* levels of both peers */
	TALLY_SEQ,   /* seqlo of both */
	TALLY_SCRUB, /* ts_mod of both */
	TALLY_KEYS,
	/* The fields beside the peers. */
	TALLY_RULE,
	TALLY_NAT_RULE,
	TALLY_FLAGS,
	TALLY_TAG,
	TALLY_IFNAME,
	TALLY_ORIG_IFNAME,
	TALLY_CLASS,
	TALLY_EXPIRE, /* within a second */
	TALLY_FIELDS
};
const char *tally_field_name(enum tally_field field);

struct tally {
	struct share asserted;
	struct share predicted;
	/* Said to be on one of the two and not on the other. */
	struct share differences;
	uint64_t listed; /* without what never travels */
	uint64_t missed; /* listed, and not replayed in any standing */
	uint64_t unknown;
	uint64_t due;
	/* Wrong only because what tells of it left right behind the listing:
	 * counted neither above nor as right. */
	uint64_t in_flight;
	struct share fields[TALLY_FIELDS];
};

/* One firewall of the two: its listing, and who replayed it from which capture. */
struct tally_side {
	const struct listing *listing;
	const struct pfreplay *r;
	const struct history *history;
};

struct tally_options {
	bool verbose;
};

/* Add what `side` shows; `other` is the partner, its listing NULL if there is none. */
void tally_add(struct tally *tally, const struct tally_side *side, const struct tally_side *other,
    const struct tally_options *options);
void tally_sum(struct tally *sum, const struct tally *tally);
void tally_print(const char *name, const struct tally *tally);

/* 1 of nothing. */
double share_value(const struct share *share);
/* Of the fields beside the peers, the one that agrees least. */
double tally_least_field(const struct tally *tally);

#endif
