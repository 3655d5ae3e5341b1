/*
 * internal.h - what the files of libpfreplay share.
 *
 * SPDX-License-Identifier: ISC
 *
 * Who does what: replay.c takes packets and messages in, assert.c applies what
 * a sender says of itself, families/ what receivers make of it, store.c keeps
 * entries and views, state.c and info.c give results out.
 */
#ifndef PFREPLAY_INTERNAL_H
#define PFREPLAY_INTERNAL_H

#include "bulk.h"
#include "creator.h"
#include "duplicate.h"
#include "expiry.h"
#include "facts.h"
#include "ifnames.h"
#include "keys.h"
#include "node.h"
#include "odd.h"
#include "pfreplay.h"
#include "ruletime.h"
#include "side.h"
#include "table.h"
#include "tomb.h"
#include "view.h"
#include "watch.h"

struct carp; /* evidence/carp.h */

/* What a message earns for walks, and the most that is kept. */
#define STORE_CREDIT_EACH 64
#define STORE_CREDIT_MAX (UINT64_C(1) << 32)
/* Enough for a few flushes of a large table at once. */
#define STORE_CREDIT_FIRST (UINT64_C(1) << 26)

struct divergence; /* divergence/divergence.h */

/* The packet between pfreplay_packet_begin() and _end(). */
struct open_packet {
	const struct pfreplay_packet *packet; /* NULL: none is open */
	struct node *sender;                  /* NULL: too many nodes */
	struct node *destination;             /* NULL: everybody, or nobody */
	bool everybody;
	bool ignored; /* seen in another file, or nothing can be read */
	int64_t time_ns;
	uint64_t evidence; /* file and frame: view_evidence() */
	uint8_t version;
	uint8_t ttl;                          /* 0 = not known */
	bool told;                            /* watchers know of it */
	uint16_t ip_id;                       /* if packet->has_ip */
	size_t wirelen;                       /* of the pfsync data */
	int status;                           /* of pfsync_frame_open() */
	const struct pfsync_frame *frame;     /* until packet_begin returns, else NULL */
	const struct pfsync_dialect *dialect; /* of the frame, NULL if unknown */
	uint16_t receivers[PFREPLAY_NODES_MAX];
	size_t receiver_count;
	/* Receivers, by bit, that read no further in the packet, or the section. */
	uint64_t gave_up;
	uint64_t section_given_up;
	/* The section that the message is in, and which of its messages it is (1 ...). */
	int section_number; /* action number, -1 = none yet */
	uint32_t in_section;
	struct node *fast;         /* its only receiver, if fast_update() may be tried */
	struct pfsync_hint nobody; /* hint for packets without a node */
};

struct pfreplay {
	bool wire_present;
	bool several_files;
	struct nodes nodes;
	struct table table;
	struct slab spill;
	struct facts_store facts;
	struct creators creators;
	struct keys keys;
	struct odd odd;
	struct side *rounds;  /* struct round: states asked for again */
	struct side *stales;  /* struct stale: see WATCH_MARK_STALE */
	struct node *as_peer; /* NULL: none */
	struct bulks bulks;
	struct duplicates *duplicates;
	struct tombs tombs;
	struct carp *carp;               /* NULL: no packet of it was seen */
	GArray *directions;              /* struct pfreplay_direction; NULL: none */
	struct received *received;       /* evidence/received.c; NULL: not counted */
	struct trace *trace;             /* evidence/trace.c; NULL: nothing is followed */
	struct mappings *mappings;       /* evidence/mapping.c; likewise */
	struct listed *listed;           /* evidence/listed.c; while a listing is given */
	struct expiry_evidence timeouts; /* of all nodes */
	struct ruletimes ruletimes;
	struct pfreplay_totals totals;
	uint64_t credit;     /* entries that a CLR may walk now */
	uint32_t evict_next; /* the entry to look at next for making room */
	int64_t now_ns;
	bool started; /* now_ns is set */
	struct watchers watchers;
	struct divergence *divergence; /* NULL: nobody judges */
	const struct event *event;     /* being applied, else NULL */
	struct open_packet open;
};

/*
 * The open packet is from pfsync0 and will be, or was, seen on the wire as well.
 * Clocks of the two may be a second apart, and whose pfsync0 it is may not be
 * known yet: requests and bulk transfers are then taken from the wire alone.
 */
static inline bool
seen_on_wire(const struct pfreplay *r)
{
	return r->open.packet->tap && r->wire_present;
}

/* One message being applied. */
struct event {
	struct pfreplay *r;
	const struct pfsync_message *message;
	struct node *sender;
	/* Of the message, absent members as zero.  NULL unless it has peers. */
	const struct pfsync_peer *src;
	const struct pfsync_peer *dst;
	struct peers *room;  /* for them, if the message's cannot be used */
	uint32_t expire_s;   /* 0 where absent */
	uint8_t timeout;     /* class; where absent, the one that fits the peers */
	struct entry *entry; /* NULL = unknown to all nodes */
	uint32_t number;     /* its number, 0 likewise */
	bool created;        /* this message made the entry */
	/* Sent before its sender's DEL and overtaken by it: says nothing of the
	 * sender any more, but receivers take it. */
	bool late;
	/*
	 * The sender's view if the message has peers for it.  They are stored
	 * when all receivers have been served (store_said()), so that a receiver
	 * that shares the sender's old ones still finds them.
	 */
	struct view *said_view;
	bool followed; /* the other inline view took both peers over */
	int64_t time_ns;
	uint64_t evidence;
};

/* The next message of the open packet. */
static inline void
open_message(struct open_packet *open, const struct pfsync_message *message)
{
	if (message->action_number != open->section_number) {
		open->section_number = message->action_number;
		open->section_given_up = 0;
		open->in_section = 0;
	}
	open->in_section++;
}

/* --- messages ------------------------------------------------------------- */

#define PEER_BIT_IN(word, field) ((field) / 64 == (word) ? UINT64_C(1) << ((field) % 64) : 0)
#define PEER_BIT(word, FIELD)                                                                      \
	(PEER_BIT_IN(word, PFSYNC_F_SRC_##FIELD) | PEER_BIT_IN(word, PFSYNC_F_DST_##FIELD))
#define PEER_BITS(word)                                                                            \
	(PEER_BIT(word, STATE) | PEER_BIT(word, SEQLO) | PEER_BIT(word, SEQHI) |                   \
	    PEER_BIT(word, SEQDIFF) | PEER_BIT(word, MAX_WIN) | PEER_BIT(word, MSS) |              \
	    PEER_BIT(word, WSCALE) | PEER_BIT(word, SCRUB_VALID))

/* What nearly every message has; of scrub only the mark that there is none. */
static inline bool
message_is_plain(const struct pfsync_message *message)
{
	const struct pfsync_fields *has = &message->has;

	return (has->bits[0] & PEER_BITS(0)) == PEER_BITS(0) &&
	       (has->bits[1] & PEER_BITS(1)) == PEER_BITS(1) &&
	       (message->u.state.src.scrub_valid | message->u.state.dst.scrub_valid) == 0;
}

/* --- store.c -------------------------------------------------------------- */

/* The number of an entry, or 0. */
uint32_t store_find(const struct pfreplay *r, uint64_t id, uint32_t creatorid);
/* The entry of the event's message is made unless it is there; false if refused. */
bool store_make(struct event *event);
/* Remove the entry if no node has a view of it; true if there was one to. */
bool store_tidy(struct pfreplay *r, uint32_t number);

static inline struct view *
store_view(const struct pfreplay *r, struct entry *entry, const struct node *node)
{
	return view_find(&r->spill, entry, node->index);
}

/* A new view; NULL (and counted) if there is no room. */
struct view *store_view_add(struct pfreplay *r, struct entry *entry, struct node *node);
/* Remove the view if there is one; true if there was.  Does not tidy.  `entry`
 * may be NULL. */
bool store_view_remove(struct pfreplay *r, struct entry *entry, uint32_t number, struct node *node);

/*
 * Remove views of `node`: of entries of `creatorid` (NULL: of all creators),
 * bound to `ifname` (empty: to any), and with evidence before `before_ns`.
 */
struct store_filter {
	const uint32_t *creatorid;
	const char *ifname;
	/* Floating states go by the interface that made them; where the record did
	 * not tell it, they are PFREPLAY_UNKNOWN instead of removed. */
	bool by_origin;
	int64_t before_ns;
	bool unasserted_only;
};
/* How many were removed; *refused (may be NULL): it would have cost too much. */
uint64_t store_remove(
    struct pfreplay *r, struct node *node, const struct store_filter *filter, bool *refused);

/* What `node` was predicted to have of states made since is not known. */
void store_doubt(struct pfreplay *r, struct node *node, int64_t made_since_ns);
/*
 * How many states that it was predicted to have (bound to `ifname`; NULL: to any)
 * the node shows to have: they were updated, and it did not ask for them.
 */
uint64_t store_held(struct pfreplay *r, struct node *node, const char *ifname);

/*
 * `node` came up with an empty table at its bulk request: what it was thought to
 * have merged since then it took in as new.
 */
void store_reborn(struct pfreplay *r, struct node *node);

/* Hand the views of `from` to `into`. */
void store_join(struct pfreplay *r, struct node *into, struct node *from);

/* Give the sender's view, which must be set, and who followed it, the peers of
 * the message. */
void store_said(struct event *event);

int64_t store_due_ns(const struct pfreplay *r, const struct view *view);
/* The standing now, time included. */
enum pfreplay_standing store_standing(const struct pfreplay *r, const struct view *view);

/* --- apply.c -------------------------------------------------------------- */

/*
 * pfreplay_message() with a guess of the entry's number, 0 for none.
 */
void apply_message(struct pfreplay *r, const struct pfsync_message *message, uint32_t guess);

/* Who found a message about a state stale last. */
struct stale {
	int64_t time_ns;
	uint16_t node;
};
/* More than are answered in the time that an answer takes. */
#define STALES_MAX 4096

/* --- identity.c ----------------------------------------------------------- */

/*
 * The message (INS, CLR, BUS) carries its sender's host id.  May find that two
 * nodes are one: event->sender is then another.
 */
void identity_learn(struct event *event);

/* --- said.c --------------------------------------------------------------- */

/* Before anything of the message is applied. */
void said_tell(const struct event *event, bool bad_value);

/* --- assert.c ------------------------------------------------------------- */

/* What the sender says of its own table.  Sets event->entry, number and created. */
void assert_message(struct event *event);

/* Corrections leave at once (SEM 2.5). */
#define QUICK_ANSWER_NS INT64_C(20000000)

/*
 * `node` says what it last was told by another, `since_ns` ago: it may be the
 * correction of what it found stale.  Until v4 those are full, later compressed.
 */
static inline void
note_answer(struct node *node, enum pfsync_action action, int64_t since_ns)
{
	if (since_ns < 0 || since_ns > QUICK_ANSWER_NS)
		return;
	if (action == (node->is_before_v5 ? PFSYNC_ACT_UPD : PFSYNC_ACT_UPD_C))
		node->answers++;
}

/* --- for assert.c and families/ ------------------------------------------- */

/* Copy a peer as kernels do: scrub fields only if they mean something. */
static inline void
peer_take(struct pfsync_peer *local, const struct pfsync_peer *in)
{
	if (in->scrub_valid != 0) {
		*local = *in;
		return;
	}
	local->seqlo = in->seqlo;
	local->seqhi = in->seqhi;
	local->seqdiff = in->seqdiff;
	local->max_win = in->max_win;
	local->mss = in->mss;
	local->state = in->state;
	local->wscale = in->wscale;
}

static inline void
view_stand(struct view *view, enum pfreplay_standing standing)
{
	view->bits = (uint8_t)((view->bits & (0xff ^ VIEW_STANDING)) | standing);
}

/* Seconds as milliseconds, the most that fits if they do not. */
static inline int32_t
view_ms(uint32_t seconds)
{
	return seconds < INT32_MAX / 1000 ? (int32_t)seconds * 1000 : INT32_MAX;
}

/* The life that is left as a message states it. */
static inline void
view_live_stated(struct view *view, uint32_t expire_s)
{
	view->bits |= VIEW_LIFE_STATED;
	view->life_ms = view_ms(expire_s);
}

/* Refreshed at evidence_ns, and as if `ahead_s` later. */
static inline void
view_live_fresh(struct view *view, uint32_t ahead_s)
{
	view->bits &= (uint8_t)~VIEW_LIFE_STATED;
	view->life_ms = -view_ms(ahead_s);
}

#endif
