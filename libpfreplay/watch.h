/*
 * watch.h - being told what happens inside the replay.
 *
 * SPDX-License-Identifier: ISC
 *
 * A watcher is a part of the library that looks for something (divergences,
 * loss between two captures, coverage ...).  It names what it wants to be told;
 * what nobody wants costs next to nothing, above all the updates that merge as
 * they should, which are nearly all messages.
 *
 * Order of calls for a packet:
 *	packet_begin
 *	for each message:
 *		said          before anything of it is applied (but the entry of
 *		              a new state exists: event->created)
 *		proof         if it says something about an earlier prediction
 *		outcome       for each receiver, before its view is changed
 *		clear, bulk, node  when they happen
 *	refused          for a receiver that drops the packet, or what is left of it
 *	problem          for what libpfsync found wrong with it
 *	packet_end
 * and `time` at most once a second of capture time, before packet_begin.
 *
 * Watchers must not change the replay.  Pointers are good for the call only,
 * except nodes, which live as long as the replay (one that was joined to
 * another stays, with node->joined set).
 */
#ifndef PFREPLAY_WATCH_H
#define PFREPLAY_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bulk.h"
#include "node.h"
#include "pfreplay.h"
#include "view.h"

struct event;       /* internal.h */
struct open_packet; /* internal.h */

/* ------------------------------------------------------------------------
 * Messages, as said by their sender
 */

/*
 * Kinds of messages, for bits of watcher.said.  UPD_C comes in several kinds,
 * so that who looks for trouble need not look at all of them; a message that is
 * of several wanted kinds is told once, with all its kinds in watch_said.kinds.
 */
enum watch_kind {
	WATCH_CLR,
	WATCH_INS,
	WATCH_INS_ACK,
	WATCH_UPD,
	WATCH_UPD_C, /* every one */
	/* The sender's table lacked the state, or it was not asserted. */
	WATCH_UPD_C_NEWS,
	/* A peer goes back against what this sender said before: a lower state
	 * or, TCP, a lower seqlo (SEM 5.4; the PROXY exception counts as on). */
	WATCH_UPD_C_BACK,
	/* The last message about the state was another node's. */
	WATCH_UPD_C_TURN,
	/* The entry has one of watcher.marks. */
	WATCH_UPD_C_MARKED,
	WATCH_UPD_REQ,  /* of a state */
	WATCH_BULK_REQ, /* UPD_REQ(0,0) */
	WATCH_DEL,
	WATCH_DEL_C,
	WATCH_BUS,
	WATCH_TDB,
	WATCH_OTHER, /* INS_F, DEL_F, EOF and what has no ids */
	WATCH_KIND_COUNT
};
#define WATCH_SAID(kind) (1U << (kind))

struct watch_said {
	const struct event *event; /* message, sender, src, dst, entry, created, time_ns ... */
	unsigned kinds;            /* bits WATCH_SAID() */
	/* Values that the sender's own kind would refuse; nothing is applied. */
	bool bad_value;
	/* What the replay held for the sender before, if it had the state. */
	bool held;
	enum pfreplay_standing standing; /* time included */
	const struct peers *before;      /* NULL unless held */
	int64_t before_ns;               /* its evidence */
	uint8_t before_timeout;
	/* No full record of this state was seen before. */
	bool keyless;
	/* The message's keys or protocol are not those known under this id (D-29). */
	bool other_key;
};

/* ------------------------------------------------------------------------
 * What receivers make of them
 */

enum watch_outcome {
	WATCH_IMPORTED,   /* taken in as new */
	WATCH_EXISTS,     /* INS of a state that it has: ignored */
	WATCH_MERGED,     /* both peers taken: the usual case */
	WATCH_MERGED_SRC, /* src taken; dst was older and is kept (stale) */
	WATCH_MERGED_DST, /* dst taken; src was older and is kept (stale) */
	WATCH_STALE,      /* nothing taken (stale) */
	/* Both taken although dst was older: the receiver goes back (D-06). */
	WATCH_ROLLED_BACK,
	/* V2a, or unknown: taken without a test, and something went back. */
	WATCH_OVERWRITTEN,
	/* Merged into a state of another key with the same id (D-18, D-29). */
	WATCH_MIXED,
	WATCH_REMOVED,   /* DEL found it */
	WATCH_NOT_FOUND, /* DEL, UPD_REQ, INS_ACK of a state that it lacks */
	WATCH_ANSWERED,  /* UPD_REQ: it will send the state */
	WATCH_ASKED_FOR, /* UPD_C of a state that it lacks: it will ask */
	/* UPD_C of a state that the capture did not see before: whether the
	 * receiver has it is not known, it is taken to have it. */
	WATCH_ASSUMED,
	WATCH_REFUSED_VALUE,   /* impossible values, a class it does not know */
	WATCH_REFUSED_ACTION,  /* an action it does not know or no longer takes */
	WATCH_REFUSED_IFNAME,  /* FreeBSD 10 and later: no such interface (D-10) */
	WATCH_REFUSED_KEY,     /* another state with that key (SEM 1.5) */
	WATCH_REFUSED_ID,      /* INS: that id with another key (D-18, D-29) */
	WATCH_REFUSED_LIMIT,   /* its state limit is reached */
	WATCH_REFUSED_ROUTE,   /* route-to that it cannot rebuild (SEM 2.2) */
	WATCH_REFUSED_CREATOR, /* creatorid 0 */
	/* A section or packet was given up before this message came. */
	WATCH_SKIPPED,
	WATCH_MISREAD,  /* FreeBSD 14's 1301 after the first of a section (SEM 2.2) */
	WATCH_ACCEPTED, /* INS_ACK of a state that it has, TDB */
	WATCH_OUTCOME_COUNT
};
/* "imported", "rolled back", ...  Static. */
const char *watch_outcome_name(enum watch_outcome outcome);
#define WATCH_OUTCOME(outcome) (UINT64_C(1) << (outcome))
/* Everything but the usual. */
#define WATCH_OUTCOMES_UNUSUAL                                                                     \
	((WATCH_OUTCOME(WATCH_OUTCOME_COUNT) - 1) &                                                \
	    ~(WATCH_OUTCOME(WATCH_IMPORTED) | WATCH_OUTCOME(WATCH_MERGED) |                        \
		WATCH_OUTCOME(WATCH_REMOVED) | WATCH_OUTCOME(WATCH_EXISTS) |                       \
		WATCH_OUTCOME(WATCH_ANSWERED) | WATCH_OUTCOME(WATCH_ACCEPTED)))

struct watch_result {
	const struct event *event;
	struct node *receiver;
	enum watch_outcome outcome;
	/* Before; NULL if it lacked the state. */
	const struct view *view;
	const struct peers *before;
	enum pfreplay_standing standing; /* of the view, time included */
	/* How far the receiver's peers go back by taking the message, and, for
	 * stale ones that are kept, how far the message was behind; bytes of
	 * TCP sequence space, 0 = not. */
	uint32_t src_back_bytes;
	uint32_t dst_back_bytes;
	/* What the receiver counts for it; PFREPLAY_COUNTER_COUNT: nothing. */
	enum pfreplay_counter counter;
	/* WATCH_REFUSED_KEY: the state that is in the way. */
	uint64_t other_id;
	uint32_t other_creatorid;
};

/* ------------------------------------------------------------------------
 * Predictions that a message confirms or contradicts
 */

enum watch_proof_kind {
	/* The node speaks of a state as its own that it was predicted to have. */
	WATCH_CONFIRMED,
	/* INS_ACK: it took the state in. */
	WATCH_ACKNOWLEDGED,
	/* It asks for a state that it was predicted to have. */
	WATCH_LACKS,
	/* It speaks of a state that it was predicted not to have. */
	WATCH_HAS,
	/* UPD or UPD_C within WATCH_ANSWER_NS of a message that was stale for
	 * it, about the same state: its correction. */
	WATCH_CORRECTION,
	/* UPD_REQ of what it was predicted to ask for. */
	WATCH_ASKED
};
#define WATCH_ANSWER_NS INT64_C(1500000000)

struct watch_proof {
	enum watch_proof_kind kind;
	const struct event *event; /* of the message that proves it; sender = the node */
	struct node *node;
	/* CORRECTION, ASKED, ACKNOWLEDGED: the message that it answers, 0 if not known. */
	int64_t cause_ns;
};

/* ------------------------------------------------------------------------
 * Everything else
 */

enum watch_node_kind {
	WATCH_NODE_FOUND,     /* first packet of its own */
	WATCH_NODE_JOINED,    /* `other` was found to be the same firewall and is retired */
	WATCH_NODE_RESTARTED, /* asks for a bulk transfer that is not a retry */
	WATCH_NODE_REBOOTED,  /* proven: a new host id, or ids start anew */
	WATCH_NODE_HOSTID,    /* proved to own `creatorid` for the first time */
	WATCH_NODE_CLAIM,     /* INS, CLR or BUS with a creatorid that `other` owns (D-18, D-21) */
	WATCH_NODE_CKSUM,     /* its ruleset checksum is new or changed: `cksum` is the old one */
	WATCH_NODE_FAMILY,    /* its family or dialect is new or changed */
	WATCH_NODE_CREDIT     /* what was multicast before its first packet did not reach it */
};

struct watch_node {
	enum watch_node_kind kind;
	struct node *node;
	struct node *other;
	uint32_t creatorid;
	bool had_cksum; /* it had one before */
	uint8_t cksum[16];
	enum pfreplay_family family; /* before */
	int64_t time_ns;
};

struct watch_bulk {
	enum bulk_step step; /* bulk.h */
	int requester;       /* node; -1 = unknown, or all */
	int sender;          /* -1 for requests */
	int64_t time_ns;
	bool has_endtime;
	uint32_t endtime_s;
	const struct event *event;
};

/* A CLR, for its sender and for each receiver. */
struct watch_clear {
	const struct event *event;
	struct node *node;   /* whose table was cleared */
	bool sender;         /* it is the one that flushed */
	uint64_t own;        /* states removed that the CLR's creatorid made */
	uint64_t others;     /* of other creators; only at the sender (SEM 3.8) */
	bool ignores_ifname; /* the CLR names an interface and this receiver does not care */
	bool not_done;       /* too costly: see pfreplay_totals.clears_refused */
};

/* A receiver drops a packet, or the rest of one. */
struct watch_refused {
	const struct open_packet *open;
	struct node *receiver;
	enum pfreplay_counter counter; /* BADTTL, HDROPS, BADVER, BADACT, BADLEN */
	bool rest;                     /* what came before in the packet was taken */
	uint8_t action_number;         /* if rest: that of the section */
};

/* Any function may be NULL. */
struct watcher {
	unsigned said;     /* kinds wanted, bits WATCH_SAID() */
	uint64_t outcomes; /* wanted, bits WATCH_OUTCOME() */
	uint8_t marks;     /* for WATCH_UPD_C_MARKED, see watch_mark() */

	/* The packet's frame was opened; open->receivers are those that take it in. */
	void (*packet_begin)(void *user, const struct open_packet *open);
	void (*packet_end)(void *user, const struct open_packet *open);
	void (*on_said)(void *user, const struct watch_said *said);
	void (*on_outcome)(void *user, const struct watch_result *result);
	void (*on_refused)(void *user, const struct watch_refused *refused);
	void (*on_proof)(void *user, const struct watch_proof *proof);
	void (*on_node)(void *user, const struct watch_node *node);
	void (*on_bulk)(void *user, const struct watch_bulk *bulk);
	void (*on_clear)(void *user, const struct watch_clear *clear);
	void (*on_problem)(
	    void *user, const struct open_packet *open, const struct pfsync_problem *problem);
	/* Time has moved on, by a packet or pfreplay_advance(). */
	void (*on_time)(void *user, int64_t now_ns);
	/* pfreplay_free() */
	void (*release)(void *user);
};

/* ------------------------------------------------------------------------
 * Registering
 */

#define WATCHERS_MAX 16

struct watchers {
	struct {
		struct watcher functions;
		void *user;
	} list[WATCHERS_MAX];
	size_t count;
	/* What any of them wants. */
	unsigned said;
	uint64_t outcomes;
	uint8_t marks;
	uint8_t marks_used;
	bool wants_proof;
	int64_t time_ns; /* when on_time() was called last */
	bool time_told;
};

/*
 * From now on `watcher` (copied; there may be WATCHERS_MAX) is told what happens,
 * in the order in which they were added.  Best right after pfreplay_new().
 */
void watch_add(struct pfreplay *r, const struct watcher *watcher, void *user);

/* Of entry->marks: the replay's own; some receiver found a message stale. */
#define WATCH_MARK_STALE 0x80

/*
 * A bit of entry->marks for the caller, 0 if none is left.  Marks are set and
 * cleared by watch_set_mark(); a new entry has none, even if its place was used.
 * They say cheaply whether something is remembered of a state in a side table.
 */
uint8_t watch_mark(struct pfreplay *r);
void watch_set_mark(struct pfreplay *r, uint32_t number, uint8_t mark, bool set);

/* For pfreplay_free() and those who tell. */
void watchers_release(struct watchers *watchers);
void watch_tell_said(struct pfreplay *r, const struct watch_said *said);
void watch_tell_outcome(struct pfreplay *r, const struct watch_result *result);
void watch_tell_refused(struct pfreplay *r, struct node *receiver, enum pfreplay_counter counter,
    bool rest, uint8_t action_number);
void watch_tell_proof(struct pfreplay *r, const struct watch_proof *proof);
void watch_tell_node(struct pfreplay *r, const struct watch_node *node);
void watch_tell_bulk(struct pfreplay *r, const struct watch_bulk *bulk);
void watch_tell_clear(struct pfreplay *r, const struct watch_clear *clear);
void watch_tell_problem(struct pfreplay *r, const struct pfsync_problem *problem);
void watch_tell_packet(struct pfreplay *r, bool begin);
void watch_tell_time(struct pfreplay *r);

#endif
