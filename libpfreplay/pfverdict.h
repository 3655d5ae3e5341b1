/*
 * pfverdict.h - do the tables agree, how sure is that, and what differs.
 *
 * SPDX-License-Identifier: ISC
 *
 * The third part of libpfreplay's manual.  Everything that is said about a pair
 * reads one account: for each state and firewall whether it is there, absent, or
 * not known, and how sure that is.
 *
 *  - sure: the firewall said it itself, or a capture at its own end or a listing
 *    of its own shows it;
 *  - likely: it follows, by the rules of its release, from messages that were on
 *    the link.
 *
 * What is not known is neither agreement nor difference.  The rules of
 * pfreplay.h about threads, time and pointers hold here as well.
 */
#ifndef PFVERDICT_H
#define PFVERDICT_H

#include "pfreplay.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------
 * What the capture itself lacks
 */

/* All zero: nothing is missing as far as the caller knows. */
struct pfreplay_limits {
	uint64_t dropped; /* packets that the capture reports as lost */
	bool timeless;    /* packets without times, or with absurd ones */
	bool unread;      /* an input could not be read to its end */
	bool both_ends;   /* captures of both ends of the link were compared */
};

/* May be told at any time before the verdict is asked for; the latest counts. */
void pfreplay_limit(struct pfreplay *r, const struct pfreplay_limits *limits);

/* ------------------------------------------------------------------------
 * What a firewall lists itself (pfctl -ss)
 *
 * Such a listing is the strongest evidence there is: what it has is asserted,
 * what it lacks is absent for sure.  Only states that were announced, or
 * deleted, less than two seconds before `time_ns` are left as they are, because
 * they may have been on their way.  Call at `time_ns` (after pfreplay_advance())
 * with all states of the listing between begin and end; one listing at a time.
 */
void pfreplay_listing_begin(struct pfreplay *r, size_t node, int64_t time_ns);
void pfreplay_listing_state(struct pfreplay *r, uint64_t id, uint32_t creatorid);
void pfreplay_listing_end(struct pfreplay *r);

/* ------------------------------------------------------------------------
 * Differences
 */

enum pfreplay_difference_kind {
	PFREPLAY_MISSING, /* some have it, others lack it */
	PFREPLAY_PEERS,   /* all have it, but a takeover would break it */
	PFREPLAY_KEY,     /* known everywhere, but under another id: half of it */
	PFREPLAY_DIFFERENCE_KINDS
};
/* "missing", "peers", "key".  Static. */
const char *pfreplay_difference_kind_name(enum pfreplay_difference_kind kind);

enum pfreplay_surety { PFREPLAY_LIKELY, PFREPLAY_SURE };
/* "likely", "sure".  Static. */
const char *pfreplay_surety_name(enum pfreplay_surety surety);

/* One state that is not the same on all firewalls. */
struct pfreplay_difference {
	uint64_t id;
	uint32_t creatorid;
	enum pfreplay_difference_kind kind;
	enum pfreplay_surety surety;
	/* Bit n: firewall n has it, or lacks it.  Of PFREPLAY_PEERS `has` is the
	 * firewall whose peers are newer, `lacks` the one that is behind. */
	uint64_t has;
	uint64_t lacks;
	/* Since when it differs, as far as the capture shows: the latest evidence
	 * of a firewall that has it. */
	int64_t since_ns;
	bool established; /* TCP, both peers */
	/* Established, or to live on for more than half a minute. */
	bool lasting;
	enum pfreplay_risk risk; /* why a takeover would break it */
	/* The number of the finding that explains it, D-n; 0 if none does. */
	unsigned finding;
};

/*
 * Difference number `n`, in no order; false past the last.  Found anew if
 * something was fed since the last call.  None with options.unjudged.
 */
bool pfreplay_difference_at(struct pfreplay *r, size_t n, struct pfreplay_difference *difference);
size_t pfreplay_difference_count(struct pfreplay *r);

/* ------------------------------------------------------------------------
 * The verdict
 */

enum pfreplay_now { PFREPLAY_CANNOT_TELL, PFREPLAY_IN_SYNC, PFREPLAY_DIVERGED };
/* "cannot-tell", "in-sync", "diverged".  Static. */
const char *pfreplay_now_name(enum pfreplay_now now);

/* Why it cannot be told, or why less can be said: bits of pfreplay_verdict.reasons. */
#define PFREPLAY_WHY_NOTHING (1U << 0)    /* no packet of pfsync */
#define PFREPLAY_WHY_ONE (1U << 1)        /* only one firewall was heard, no other is known */
#define PFREPLAY_WHY_CUT (1U << 2)        /* packets are cut inside records */
#define PFREPLAY_WHY_DROPPED (1U << 3)    /* the capture lost packets */
#define PFREPLAY_WHY_TIMELESS (1U << 4)   /* no times that can be trusted */
#define PFREPLAY_WHY_HOLE (1U << 5)       /* a long stretch without any packet */
#define PFREPLAY_WHY_FEW (1U << 6)        /* too few states could be compared */
#define PFREPLAY_WHY_LOSSY (1U << 7)      /* packets get lost beside this capture */
#define PFREPLAY_WHY_UNREAD (1U << 8)     /* an input could not be read to its end */
#define PFREPLAY_WHY_UNREPLAYED (1U << 9) /* messages without ids only (version 1) */

struct pfreplay_verdict {
	enum pfreplay_now now;
	/* Finding that alone makes it diverged, D-n: one that breaks connections,
	 * or after which no future state is the same.  0: the states do. */
	unsigned fault;
	/* States that at least one firewall has, that travel and that are not
	 * under way; and those of them of which every firewall's part is known. */
	uint64_t comparable;
	uint64_t compared;
	/* By firewall: states that it alone has, and the established ones. */
	uint64_t only_on[PFREPLAY_NODES_MAX];
	uint64_t only_on_established[PFREPLAY_NODES_MAX];
	uint64_t peers_differ;
	uint64_t other_id; /* the same connection under another id */
	/* Findings above PFREPLAY_LOW by severity: those that last, and those over. */
	uint64_t lasting[PFREPLAY_CRITICAL + 1];
	uint64_t earlier[PFREPLAY_CRITICAL + 1];
	bool quiet; /* only one was heard; nothing is against the other */
	unsigned reasons;
	uint64_t packets; /* of pfsync */
	uint64_t cut;     /* of these */
	uint64_t dropped;
	int64_t hole_from_ns; /* of PFREPLAY_WHY_HOLE */
	int64_t hole_ns;
	uint64_t lost; /* of PFREPLAY_WHY_LOSSY: announced and asked for again */
	/* Likewise: deleted by their maker, though the capture never showed them, since
	 * a bulk transfer last brought all. */
	uint64_t unheard;
	bool both_ends; /* as pfreplay_limits said */
};

void pfreplay_verdict(struct pfreplay *r, struct pfreplay_verdict *verdict);

#ifdef __cplusplus
}
#endif

#endif
