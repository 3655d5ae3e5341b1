/*
 * rules.h - what a receiver makes of a message: one table a behaviour family.
 *
 * SPDX-License-Identifier: ISC
 *
 * A family's file is its table: what it is, and a function for each action.
 * Functions that several families share are in take.c (INS, UPD, UPD_C) and
 * answer.c (the rest), reasons for refusing a state in refuse.c; a family that
 * differs brings a function of its own.
 *
 * The functions change the receiver's views and predicted counters only.  They
 * are called after the sender's own table was changed (assert.c), for each
 * node that got the packet.
 */
#ifndef PFREPLAY_RULES_H
#define PFREPLAY_RULES_H

#include "internal.h"
#include "merge.h"

typedef void rule_fn(struct event *event, struct node *receiver);

/*
 * Why the receiver cannot take the state in as new: one of WATCH_REFUSED_...,
 * or WATCH_IMPORTED if it can.
 */
typedef enum watch_outcome refuse_fn(struct event *event, struct node *receiver);

/* What an imported state has left to live (SEM 4.2). */
enum rules_life {
	LIFE_PLUS_TIMEOUT, /* until V5f9: now + expire_s + the class's timeout */
	LIFE_AS_STATED     /* V5f10 and later, V6: expire_s, or the timeout if 0 */
};

/* What happens to the rest when there is no room for a state (SEM 2.2). */
enum rules_full {
	FULL_ENDS_PACKET,  /* V2 - V4 */
	FULL_ENDS_SECTION, /* V5, V6 */
	FULL_GOES_ON       /* FreeBSD 15 */
};

/* An action that the family does not know, or no longer takes (SEM 2.1). */
enum rules_unknown {
	UNKNOWN_IGNORED, /* no counter, next section: V6b; INS_F, DEL_F of V2 - V4 */
	UNKNOWN_ENDS     /* badact, and the rest of the packet is given up */
};

/* Who tells the others when it purges a state (SEM 4.4). */
enum rules_purge { PURGE_TELLS, PURGE_TELLS_OWN };

struct pfreplay_rules {
	const char *name;    /* "V5f10" */
	const char *dialect; /* what it is taken to speak while it was not heard */
	uint8_t version;     /* the only header version that it accepts; 0 = any */
	uint8_t action_max;  /* first invalid action number (SEM 0) */
	uint8_t timeout_max; /* first class that it refuses (SEM 2.2) */
	enum merge_era era;
	/* NULL, or the era of that dialect. */
	enum merge_era (*era_of)(const struct node *node);
	enum rules_life life;
	enum rules_full full;
	/* Of reserved and retired numbers below action_max, and of those above. */
	enum rules_unknown reserved;
	enum rules_unknown unknown;
	enum rules_purge purge;
	/* Counted when an entry has impossible values; when a merge finds
	 * something newer; when INS fails (PFREPLAY_COUNTER_COUNT: not counted). */
	enum pfreplay_counter bad_value;
	enum pfreplay_counter stale;
	enum pfreplay_counter insert_fails;
	bool unknown_upd_c_counts; /* badstate */
	/* BUS END: by its endtime against the request, or by START seen (2.9). */
	bool end_needs_start;
	/* Its own END leaves before updates that wait in other queues. */
	bool end_overtakes;
	/* CLR with an interface removes only what is bound to it (SEM 2.7). */
	bool (*clears_by_ifname)(const struct node *receiver);
	/* Its own CLR of an interface takes floating states that were made on it. */
	bool clears_own_by_origin;
	/* CLR with an interface that it lacks is passed over. */
	bool clears_known_only;
	refuse_fn *refuses;
	/* By action; NULL: the receiver's table is not concerned. */
	rule_fn *on[PFSYNC_ACT_COUNT];
};

/* The rules of a family, PFREPLAY_FAMILY_COUNT and beyond: the unknown one's. */
const struct pfreplay_rules *rules_of(enum pfreplay_family family);

extern const struct pfreplay_rules rules_unknown, rules_v1, rules_v2a, rules_v2b, rules_v3,
    rules_v4a, rules_v4b, rules_v5o, rules_v5f9, rules_v5f10, rules_v5f14, rules_v5f15, rules_v6a,
    rules_v6b;

/* --- take.c --------------------------------------------------------------- */

rule_fn take_insert;            /* INS */
rule_fn take_update;            /* UPD */
rule_fn take_update_compressed; /* UPD_C */

/* The receiver refuses the values of an INS, UPD or UPD_C. */
void take_bad_value(struct event *event, struct node *receiver);

/* --- answer.c ------------------------------------------------------------- */

rule_fn answer_delete;         /* DEL, DEL_C */
rule_fn answer_delete_refused; /* DEL of V5f14 and later */
rule_fn answer_clear;          /* CLR */
rule_fn answer_request;        /* UPD_REQ */
rule_fn answer_insert_ack;     /* INS_ACK */
rule_fn answer_tdb;            /* TDB */

bool clears_by_ifname_always(const struct node *receiver);
bool clears_by_ifname_never(const struct node *receiver);

/* --- refuse.c ------------------------------------------------------------- */

refuse_fn refuse_common;  /* limit, key */
refuse_fn refuse_creator; /* and creatorid 0 */
refuse_fn refuse_freebsd; /* and unknown interfaces: V5f10 */
refuse_fn refuse_route;   /* and route interfaces: V5f14 */
refuse_fn refuse_f15;     /* and what 1301 cannot carry */

/* --- deliver.c ------------------------------------------------------------ */

/* Give the message to all that receive it. */
void deliver(struct event *event, bool bad_value);
/*
 * Would a kernel of that dialect look further than the values of an INS, UPD or
 * UPD_C (SEM 2.2 - 2.4)?  creatorid 0 is refused later, without that counter.
 */
bool deliver_values_good(
    const struct pfsync_message *message, const struct pfsync_dialect *dialect);
/*
 * A level of SCTP that FreeBSD 14 and later send and refuse: they test it against
 * TCP's (SEM 2.3).  Its sender has it all the same.
 */
bool deliver_is_sctp_level(const struct event *event);
/* What libpfsync found wrong, to all that receive the packet. */
void deliver_problem(struct pfreplay *r, const struct pfsync_problem *problem);
/* The rest of the packet does not reach that receiver any more. */
void deliver_stop(struct event *event, const struct node *receiver);
/* Nor the rest of the section. */
void deliver_stop_section(struct event *event, const struct node *receiver);

/* --- outcomes ------------------------------------------------------------- */

/* Tell who wants to know; `view` is NULL if the receiver lacked the state. */
void outcome_tell(struct event *event, struct node *receiver, const struct view *view,
    enum watch_outcome what, enum pfreplay_counter counter);

static inline bool
outcome_wanted(const struct event *event, const struct node *receiver, enum watch_outcome what)
{
	return (event->r->watchers.outcomes & WATCH_OUTCOME(what)) != 0 ||
	       receiver->discards != NULL;
}

/* Count, and tell if anybody wants to know. */
static inline void
outcome(struct event *event, struct node *receiver, const struct view *view,
    enum watch_outcome what, enum pfreplay_counter counter)
{
	if (counter != PFREPLAY_COUNTER_COUNT)
		receiver->predicted[counter]++;
	if (outcome_wanted(event, receiver, what))
		outcome_tell(event, receiver, view, what, counter);
}

#define NOT_COUNTED PFREPLAY_COUNTER_COUNT

#endif
