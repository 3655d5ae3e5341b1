/*
 * internal.h - struct fw, and what the files of the model offer each other.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_NODE_INTERNAL_H
#define PFSYNCSEND_NODE_INTERNAL_H

#include "family.h"
#include "node.h"
#include "table.h"

#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)
#define NEVER INT64_MAX

#define BUCKETS_MAX 32
#define HELD_MAX 128     /* held packets a bucket (SEM 2.10) */
#define REQUESTS_MAX 128 /* requests waiting in one packet */
#define PLAIN_MAX 254    /* records of a v2 .. v4 packet (SEM 3.1) */
#define PACKET_MAX 65535
#define IFNAMES_MAX 4096 /* OpenBSD creates what it is told of; ours has an end */
#define BULK_TRIES 12

/* What few states have: kept aside. */
struct extra {
	struct pfsync_addr rt_addr;
	char rt_ifname[PFSYNC_IFNAMSIZ];
	char tagname[PFSYNC_TAGSIZ];
	int32_t rtableid[2];
	uint32_t next_free;
	uint16_t max_mss, qid, pqid, dnpipe, dnrpipe;
	uint8_t rt, rt_af_number, log, min_ttl, set_tos, set_prio[2];
};

struct request {
	uint64_t id;
	uint32_t creatorid;
};

struct held {
	uint32_t index; /* TABLE_NONE: let go of already */
	int64_t until_ns;
};

/* A packet under construction: FreeBSD's bucket, OpenBSD's slice (SEM 3.3). */
struct bucket {
	struct {
		uint32_t head, tail, count;
	} queues[FW_Q_COUNT];
	struct request requests[REQUESTS_MAX];
	uint32_t request_count;
	struct pfsync_message plus; /* CLR or BUS that goes along */
	bool has_plus;
	bool has_tdb;
	size_t len_bytes; /* with IP header, as the kernels count */
	int64_t timer_ns; /* when it leaves, NEVER: no timer */
	bool push;        /* leaves at the end of this call */
	enum fw_flush why;
	/* held packets: a ring, oldest first */
	struct held held[HELD_MAX];
	uint32_t held_first, held_count;
};

/* V2 .. V4: one action, messages as they were at the last event (SEM 3.1). */
struct plain {
	struct pfsync_message *messages; /* PLAIN_MAX */
	uint32_t *indexes;               /* whose they are */
	uint32_t count;
	uint32_t max; /* maxcount */
	enum pfsync_action action;
	int64_t timer_ns;
};

enum bulk_phase {
	BULK_IDLE,   /* not waiting */
	BULK_WAIT,   /* V6b: for the link */
	BULK_SENT,   /* asked */
	BULK_RUNNING /* START came */
};

struct bulk_in {
	enum bulk_phase phase;
	int64_t asked_s; /* time of the request, SEM 2.9 */
	int64_t timer_ns;
	unsigned tries;
	bool initial; /* the first since boot: V6a demotes by 32 */
};

struct bulk_out {
	bool active;
	bool again;      /* V6b: asked again while busy */
	int64_t asked_s; /* INT64_MIN: never */
	int64_t timer_ns;
	uint32_t position; /* next index to look at */
	uint32_t left;     /* indexes still to look at */
	uint64_t sent;
};

/* state_flags (SEM 5.5) */
#define FW_FLAG_ALLOWOPTS 0x0001
#define FW_FLAG_NOSYNC 0x0008
#define FW_FLAG_ACK 0x0010
/* sync_flags: STALE of V2b .. V4; source node from v4 on */
#define FW_SYNC_STALE 0x04

struct ifname {
	char name[PFSYNC_IFNAMSIZ];
};

struct fw {
	struct fw_config config;
	struct fw_callbacks callbacks;
	struct fw_traits traits;
	const struct pfsync_dialect *dialect;
	enum pfsync_record_kind record; /* of full states sent */
	/* For messages on their way out, by enum pfsync_action. */
	struct pfsync_fields has[PFSYNC_ACT_COUNT];
	uint16_t record_bytes[PFSYNC_ACT_COUNT]; /* 0: no such message here */
	uint8_t numbers[PFSYNC_ACT_COUNT];
	struct pfsync_hint hint;
	bool freebsd;

	uint32_t hostid;
	uint64_t random;
	uint64_t next_id[256]; /* FreeBSD 10 .. 13: one a CPU */
	uint8_t next_cpu;
	bool ids_seeded;

	int64_t now_ns, base_s, now_s;
	int64_t soonest_ns; /* no timer is due before; may be too early, never too late */
	bool up, link;
	bool asked_once;  /* FreeBSD: the sync interface was set */
	bool push_wanted; /* some bucket has `push` */

	struct fw_counters counters;
	struct table table;
	struct extra *extras;
	uint32_t extra_high, extra_room, extra_free;

	struct ifname *ifnames; /* 0 is "all" */
	uint32_t ifname_count, ifname_room;

	struct fw_rule *rules;
	uint32_t *rule_states; /* states bound to each rule; last: the default rule */

	struct bucket *buckets;
	uint32_t bucket_count;
	struct plain plain;
	struct request asks[PLAIN_MAX];        /* V2 .. V4: leave at the end of the packet */
	struct request requests[REQUESTS_MAX]; /* V6b: leave at the end of this call */
	uint32_t request_count;
	struct pfsync_message scratch; /* for messages on their way out */
	uint8_t *packet;               /* PACKET_MAX */

	struct bulk_in bulk_in;
	struct bulk_out bulk_out;
	int demotion, demotion_bulk, demotion_link;

	int64_t purge_next_ns, purge_step_ns;
	uint32_t purge_part, purge_parts; /* the table is scanned in that many parts */

	struct fw_tdb tdbs[FW_TDBS_MAX];
	uint32_t tdb_count;
	uint32_t tdb_changed; /* bit a SA: to be announced */
};

/* ------------------------------------------------------------------------
 * node.c: time, small things
 */

/* Every public call begins with one of these: due timers first, then now. */
void fw_begin(struct fw *fw, int64_t now_ns);
/* And ends with this: what asked to be pushed leaves. */
void fw_end(struct fw *fw);
/* Sets a timer of any kind; NEVER stops it. */
static inline void
fw_arm(struct fw *fw, int64_t *timer_ns, int64_t at_ns)
{
	*timer_ns = at_ns;
	if (at_ns < fw->soonest_ns)
		fw->soonest_ns = at_ns;
}
int64_t fw_tick_ns(const struct fw *fw); /* one clock tick */
uint32_t fw_draw(struct fw *fw);         /* 32 random bits, never 0 */

static inline int32_t
fw_rel_s(const struct fw *fw, int64_t s)
{
	return (int32_t)(s - fw->base_s);
}

static inline uint32_t
fw_index_of(const struct fw *fw, const struct fw_state *st)
{
	return table_find(&fw->table, st->id, st->creatorid);
}

/* NUL-padded, cut to what fits with a NUL. */
void fw_ifname_copy(char to[PFSYNC_IFNAMSIZ], const char *from);
/* Name -> index in ifnames, or -1. */
int fw_ifname_find(const struct fw *fw, const char name[PFSYNC_IFNAMSIZ]);
/* The same, creating it; -1 if that is not possible any more. */
int fw_ifname_add(struct fw *fw, const char name[PFSYNC_IFNAMSIZ]);

/* store.c: life of a state in the table. */
enum fw_stored { STORED, STORED_KEY_TAKEN, STORED_ID_TAKEN, STORED_NO_MEMORY };
/* Link a state made by table_new(): retires what may be (SEM 1.5). */
enum fw_stored fw_store(struct fw *fw, uint32_t index);
bool fw_rule_full(const struct fw *fw, uint32_t rule);
uint32_t fw_extra_new(struct fw *fw); /* TABLE_NONE: no memory */
void fw_extra_drop(struct fw *fw, uint32_t extra);
/* Take a state out: told to callbacks; `announce`: a DEL may be sent (SEM 3.2, 4.4). */
void fw_remove(
    struct fw *fw, uint32_t index, enum fw_source source, enum fw_why why, bool announce);
void fw_tell_change(
    struct fw *fw, enum fw_change change, enum fw_source source, enum fw_why why, uint32_t index);

/* expire.c */
uint32_t fw_timeout_s(const struct fw *fw, const struct fw_state *st, bool *at_once);
/* Due at or before now. */
bool fw_is_due(const struct fw *fw, const struct fw_state *st);
uint32_t fw_remaining_s(const struct fw *fw, const struct fw_state *st, int64_t now_s);
void fw_purge_run(struct fw *fw);
void fw_purge_init(struct fw *fw);
/* The table was empty and is not any more: back into step. */
void fw_purge_resume(struct fw *fw);

/* export.c: state -> message. */
void fw_export_init(struct fw *fw);
void fw_export_full(const struct fw *fw, const struct fw_state *st, enum pfsync_action action,
    struct pfsync_message *message);
/* `expire` as this family sends it; `overwritten`: in a pending packet (SEM 4.1). */
uint32_t fw_export_expire(
    const struct fw *fw, const struct fw_state *st, bool compressed, bool overwritten);
void fw_export_upd_c(
    const struct fw *fw, const struct fw_state *st, struct pfsync_message *message);
/* INS_ACK, DEL_C, UPD_REQ. */
void fw_export_id(const struct fw *fw, enum pfsync_action action, uint64_t id, uint32_t creatorid,
    struct pfsync_message *message);
void fw_export_clr(const struct fw *fw, const char *ifname, struct pfsync_message *message);
void fw_export_bus(
    const struct fw *fw, unsigned status, uint32_t endtime_s, struct pfsync_message *message);

/* send.c: V5, V6 packets. */
void fw_bucket_reset(struct fw *fw, struct bucket *b);
/* Build and send what is queued in the bucket. */
void fw_bucket_send(struct fw *fw, uint32_t bucket, enum fw_flush why);
void fw_bucket_push(struct fw *fw, uint32_t bucket, enum fw_flush why);
void fw_requests_send(struct fw *fw);
/* Hand bytes to IP: counts, link state. */
void fw_output(struct fw *fw, size_t len_bytes, const struct fw_address *dst, unsigned bucket,
    enum fw_flush why, uint32_t messages);
/* A packet with this one message (V5, V6: CLR, UPD_REQ and BUS of V6b). */
void fw_send_one(struct fw *fw, const struct pfsync_message *message, enum fw_flush why);
struct fw_address fw_destination(const struct fw *fw);
size_t fw_min_packet(const struct fw *fw);
/* Full states that fit an empty packet: states_per_packet of SEM 2.9. */
uint32_t fw_states_per_packet(const struct fw *fw);

/* queue.c: V5, V6 queues. */
extern const enum pfsync_action fw_queue_actions[FW_Q_COUNT];
void fw_enqueue(struct fw *fw, uint32_t index, enum fw_queue queue);
void fw_dequeue(struct fw *fw, uint32_t index);
void fw_queue_request(struct fw *fw, uint64_t id, uint32_t creatorid);
void fw_queue_plus(struct fw *fw, const struct pfsync_message *message, enum fw_flush why);

void fw_queue_tdbs(struct fw *fw, uint32_t count);

/* plain.c: V2 .. V4 packets. */
bool fw_plain_init(struct fw *fw);
void fw_plain_drop(struct fw *fw);
enum { PLAIN_COMPRESS = 1, PLAIN_STALE = 2 };
void fw_plain_pack(struct fw *fw, enum pfsync_action action, uint32_t index, unsigned flags);
void fw_plain_send(struct fw *fw, enum fw_flush why);
void fw_plain_forget(struct fw *fw, uint32_t index);
void fw_plain_requests(
    struct fw *fw, const struct request *requests, uint32_t count, const struct fw_address *dst);
/* A packet with one message of its own. */
void fw_plain_one(struct fw *fw, const struct pfsync_message *message, enum fw_flush why);

/* events.c: what sync makes of what happens to a state, both generations. */
/* Which bucket or slice a new state belongs to. */
void fw_choose_bucket(const struct fw *fw, struct fw_state *st);
/* `hold`: the packet may be deferred. */
void fw_sync_insert(struct fw *fw, uint32_t index, bool hold);
void fw_sync_update(struct fw *fw, uint32_t index);  /* by local traffic */
void fw_sync_correct(struct fw *fw, uint32_t index); /* V5, V6: stale update was met */
void fw_sync_answer(struct fw *fw, uint32_t index);  /* full UPD wanted */
void fw_sync_delete(struct fw *fw, uint32_t index);
void fw_sync_clear(struct fw *fw, const char *ifname);
void fw_sync_request(struct fw *fw, uint64_t id, uint32_t creatorid);
void fw_sync_ack(struct fw *fw, uint32_t index);

/* defer.c */
void fw_hold(struct fw *fw, uint32_t index);
void fw_release(struct fw *fw, uint32_t index, bool acknowledged);
/* As release, but the packet is thrown away (SEM 2.3). */
void fw_hold_forget(struct fw *fw, uint32_t index);
int64_t fw_hold_deadline(const struct fw *fw);
void fw_hold_run(struct fw *fw);

/* bulk_in.c, bulk_out.c */
void fw_bulk_ask(struct fw *fw, bool initial);
void fw_bulk_stop(struct fw *fw);
void fw_bulk_in_timer(struct fw *fw);
enum fw_outcome fw_bulk_status(struct fw *fw, const struct pfsync_message *message);
void fw_bulk_asked(struct fw *fw);
void fw_bulk_out_timer(struct fw *fw);
void fw_bulk_out_stop(struct fw *fw);
bool fw_sync_ok(const struct fw *fw);

/* demote.c */
void fw_demote_bulk(struct fw *fw, bool waiting);
void fw_demote_link(struct fw *fw, bool down);
void fw_demote_reset(struct fw *fw);

/* import.c: a full state comes in.  Success: *index. */
enum import_error {
	IMPORT_OK,
	IMPORT_SKIPPED, /* success without a state: no counter */
	IMPORT_INVALID,
	IMPORT_EXISTS,
	IMPORT_NO_MEMORY
};
enum import_error fw_import(struct fw *fw, const struct pfsync_message *message, bool trusted,
    enum fw_outcome *outcome, uint32_t *index);

/* merge.c */
struct merged {
	enum fw_outcome outcome;
	int64_t number;
	bool changed; /* peers, class or refresh */
	bool stale;   /* count it; correction wanted unless it was a stale answer */
};
struct merged fw_merge(struct fw *fw, struct fw_state *st, const struct pfsync_message *message);

/* messages.c: one received message. */
struct receiving {
	const struct fw_packet_in *packet;
	struct pfsync_section section;
	bool trusted;                     /* checksum equals mine */
	bool abandon;                     /* leave the rest of the section */
	bool corrected;                   /* V2 .. V4: stale answers are pending */
	bool answered;                    /* V2 .. V4: answers to requests are pending */
	char clr_filter[PFSYNC_IFNAMSIZ]; /* FreeBSD main's leak */
	uint32_t ask_count;               /* V2 .. V4: of fw->asks, for the end of the packet */
};
void fw_handle(struct fw *fw, struct receiving *rx, const struct pfsync_message *message,
    uint32_t index, bool misread);
void fw_tell_message(struct fw *fw, const struct receiving *rx,
    const struct pfsync_message *message, uint32_t index, bool misread, enum fw_outcome outcome,
    int64_t number);

/* tdb.c */
enum fw_outcome fw_tdb_receive(struct fw *fw, const struct pfsync_message *message);
void fw_tdb_message(const struct fw *fw, const struct fw_tdb *tdb, struct pfsync_message *message);

/* tcp.c: false if the segment is outside the windows and changed nothing. */
bool fw_tcp_segment(struct fw_state *st, const struct fw_segment *segment);
void fw_tcp_first(struct fw_state *st, const struct fw_flow *flow);

/* peers between wire form and ours */
static inline void
fw_peer_in(struct fw_peer *to, const struct pfsync_peer *from)
{
	to->seqlo = from->seqlo;
	to->seqhi = from->seqhi;
	to->seqdiff = from->seqdiff;
	to->max_win = from->max_win;
	to->mss = from->mss;
	to->state = from->state;
	to->wscale = from->wscale;
	if (from->scrub_valid == PFSYNC_SCRUB_FLAG_VALID) {
		to->scrub_flags = from->scrub_flags;
		to->scrub_ttl = from->scrub_ttl;
		to->ts_mod = from->ts_mod;
		to->scrub_valid = from->scrub_valid;
	}
}

static inline void
fw_peer_out(struct pfsync_peer *to, const struct fw_peer *from)
{
	to->seqlo = from->seqlo;
	to->seqhi = from->seqhi;
	to->seqdiff = from->seqdiff;
	to->ts_mod = from->ts_mod;
	to->max_win = from->max_win;
	to->mss = from->mss;
	to->scrub_flags = from->scrub_flags;
	to->state = from->state;
	to->wscale = from->wscale;
	to->scrub_ttl = from->scrub_ttl;
	to->scrub_valid = from->scrub_valid;
}

/* Sequence arithmetic (SEM 5.3). */
static inline bool
fw_seq_gt(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

#endif
