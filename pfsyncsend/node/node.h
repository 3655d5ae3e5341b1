/*
 * node.h - a model of one pf firewall with pfsync.
 *
 * SPDX-License-Identifier: ISC
 *
 * A node holds a state table, creates and updates states from local traffic,
 * sends pfsync packets and obeys received ones as a firewall of the chosen
 * family would (SEM 0 .. 5).  It is the witness against which the replay is
 * measured, so it shares no code with it.
 *
 * The model does no I/O and reads no clock.  Every call that may do something
 * takes `now_ns`, nanoseconds on the caller's clock (UTC is best: ids and ages
 * are derived from it); it must not run backwards.  All effects are told
 * through struct fw_callbacks, from within the call that caused them.  A
 * callback may read the node but must not call anything that changes it:
 * collect, then act.  One node is used by one thread at a time; different
 * nodes are independent.
 *
 * The caller's loop:
 *
 *	t = min(next packet arrival, next local event, fw_deadline_ns(fw));
 *	fw_tick(fw, t) / fw_receive(fw, t, ...) / fw_create(fw, t, ...) ...
 *
 * fw_tick() does all that is due at or before its time, in order; every other
 * call with a time first does the same, so a node is never ahead of its timers.
 *
 * Kernels count time in whole seconds here; so does the model: ages, expiry,
 * pfsync_time and endtime are differences of seconds of the caller's clock.
 */
#ifndef PFSYNCSEND_NODE_H
#define PFSYNCSEND_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pfsync.h"

/* ------------------------------------------------------------------------
 * Families (SEM 0)
 */

enum fw_family {
	FW_V2A,   /* OpenBSD 3.5, FreeBSD 5, DragonFly 1 */
	FW_V2B,   /* OpenBSD 3.7, FreeBSD 6 */
	FW_V3,    /* OpenBSD 4.1, FreeBSD 7 and 8 */
	FW_V4A,   /* OpenBSD of 2007; spoken with the hosts of v3 (see family.c) */
	FW_V4B,   /* OpenBSD 4.4, DragonFly */
	FW_V5O,   /* OpenBSD 4.5, 4.6; era A of merging with openbsd-5a only */
	FW_V5F9,  /* FreeBSD 9 */
	FW_V5F10, /* FreeBSD 10 to 13 */
	FW_V5F14,
	FW_V5F15,
	FW_V6A, /* OpenBSD 4.7 to 7.3 */
	FW_V6B, /* OpenBSD 7.4 and later */
	FW_FAMILY_COUNT
};

const char *fw_family_name(enum fw_family family); /* "V5f10"; "?" if none */
int fw_family_by_name(const char *name);           /* case ignored; -1 if none */
/* What that family speaks unless told otherwise; never NULL for a family. */
const struct pfsync_dialect *fw_family_dialect(enum fw_family family);
/* The family whose receive and send rules a system of that dialect follows, or -1 (v1). */
int fw_family_of_dialect(const struct pfsync_dialect *dialect);

/* ------------------------------------------------------------------------
 * Configuration
 */

struct fw_address {
	enum pfsync_af af; /* UNSPEC: none */
	struct pfsync_addr addr;
};

#define FW_TIMEOUT_CLASSES 25 /* SCTP's included (SEM 4.3) */
#define FW_DEFAULT UINT32_MAX /* "as the family has it" where 0 means something */
#define FW_RULES_MAX 64

/* A filter rule, as far as states depend on it.  Zero-initialise, then set. */
struct fw_rule {
	uint32_t max_states;                    /* 0 = no limit of its own */
	uint32_t timeout_s[FW_TIMEOUT_CLASSES]; /* 0 = the default of the node */
	uint32_t adaptive_start, adaptive_end;  /* own pair; end 0 = the node's */
	uint8_t route_pool;                     /* entries in its route-to pool */
	bool no_sync;                           /* `no-sync`: states never travel */
};

struct fw_config {
	char name[32]; /* for the caller only */
	enum fw_family family;
	const struct pfsync_dialect *dialect; /* NULL: the family's */
	/* FreeBSD 14, 15: `ifconfig pfsync0 version`: 1301, 1400, 1500; 0: latest. */
	uint16_t message_version;
	/* FreeBSD release inside a family (10 .. 13 in V5f10; 16 = main in V5f15);
	 * 0: 13, 14 or 15.  Decides buckets (12 and later) and CLR of main (SEM 2.7). */
	uint8_t freebsd_release;

	uint32_t hostid;    /* 0: drawn from `seed` */
	uint64_t id_seed_s; /* unix time of the pf start that seeded the id counter; 0: now */
	uint64_t seed;      /* of the node's own small random choices (hostids) */
	uint8_t cpus;       /* FreeBSD: buckets and id octets; 0: 2 */

	struct fw_address address;  /* of the sync interface: source of packets */
	struct fw_address syncpeer; /* af UNSPEC: the multicast group */
	bool group6;                /* no syncpeer: ff12::f0 instead of 224.0.0.240 */

	const char *const *ifnames; /* interfaces that exist here; copied; "all" is implied */
	size_t ifname_count;
	const struct fw_rule *rules; /* copied; rule 0 .. rule_count - 1 */
	size_t rule_count;
	uint8_t cksum[16]; /* MD5 of the ruleset as sent and compared */

	uint32_t timeout_s[FW_TIMEOUT_CLASSES]; /* FW_DEFAULT: SEM 4.3 */
	uint32_t adaptive_start, adaptive_end;  /* FW_DEFAULT: SEM 4.3; end 0: off */
	uint32_t state_limit;                   /* 0: the family's default */
	uint32_t interval_s;                    /* purge interval; 0: 10 */

	/* FreeBSD 14 until stable/14 of October 2024: reads sections of 1301 at the
	 * stride of 1400; 14.3 does not (SEM 2.2). */
	bool misreads_1301;
	bool no_ipsec;  /* the kernel has none: an SA that is refused is not counted */
	uint16_t mtu;   /* pfsync's MTU, already capped by the interface's; 0: 1500 */
	uint16_t hz;    /* clock ticks a second; 0: 100 on OpenBSD, 1000 on FreeBSD */
	uint8_t maxupd; /* 0: 128 */
	bool defer;
	bool bind_states; /* if-bound: states keep their interface; else "all" */
	/* The defect of OpenBSD 7.3/7.4 (V6 only): what arrives by INS is announced by INS
	 * again, even if it was refused as known (SEM 1.4, D-21). */
	bool reannounce;
	/* Seconds the system had been up at fw_new(): what an END without START
	 * shows as endtime on V5o, V5f9 and V6a (SEM 2.9). */
	uint32_t uptime_s;
};

/* Fill in defaults for a family: all FW_DEFAULT and zero, limits unset. */
void fw_config_init(struct fw_config *config, enum fw_family family);

/* ------------------------------------------------------------------------
 * States
 */

/* One end, 28 bytes; members as in struct pfsync_peer. */
struct fw_peer {
	uint32_t seqlo, seqhi, seqdiff, ts_mod;
	uint16_t max_win, mss, scrub_flags;
	uint8_t state, wscale, scrub_ttl, scrub_valid;
};

/* A key in pf's two-key form, whatever the dialect carries (OB 4.3). */
struct fw_key {
	struct pfsync_addr addr[2];
	uint16_t port[2];
};

/*
 * A state in a node's table.  Callers read it, never write; a pointer is valid
 * until the next call that changes the node.  Names and times: functions below.
 */
struct fw_state {
	uint64_t id;
	uint32_t creatorid;
	uint16_t state_flags;
	uint8_t proto;
	uint8_t timeout; /* class */
	struct fw_peer src, dst;
	/* private: seconds since the node's base, places in lists */
	int32_t creation_s, expire_s, pfsync_s;
	uint32_t prev, next;
	/* public again */
	uint32_t rule; /* bound to this rule; PFSYNC_RULE_NONE: the default rule */
	uint8_t sync_flags;
	uint8_t direction;
	uint8_t af; /* enum pfsync_af, of the wire key */
	uint8_t stack_af;
	/* private */
	uint8_t queue;
	uint8_t marks;
	uint8_t updates;
	uint8_t bucket;
	uint16_t ifindex, orig_ifindex;
	uint32_t extra;
	/* public again */
	struct fw_key wire, stack;
	uint32_t packets[2];
	uint64_t bytes[2];
};

/* What came to a state, or to the table. */
enum fw_source { FW_LOCAL, FW_PEER };

enum fw_change {
	FW_CHANGE_INSERTED,
	FW_CHANGE_UPDATED, /* peers, class or refresh */
	FW_CHANGE_REMOVED
};

enum fw_why {
	FW_WHY_TRAFFIC,
	FW_WHY_MESSAGE, /* INS, UPD, UPD_C, DEL, CLR: the message says which */
	FW_WHY_EXPIRED,
	FW_WHY_KILLED,
	FW_WHY_FLUSHED,
	FW_WHY_RETIRED, /* replaced on the same key, both peers >= FIN_WAIT_2 (SEM 1.5) */
	FW_WHY_RESTART
};
const char *fw_why_name(enum fw_why why);

/* ------------------------------------------------------------------------
 * What a node tells
 */

enum fw_flush {
	FW_FLUSH_TIMER, /* 1 s after the first entry */
	FW_FLUSH_FULL,  /* MTU, or maxcount of v2 .. v4 */
	FW_FLUSH_MAXUPD,
	FW_FLUSH_TOUCHED, /* the peer touched the state < 2 s ago (SEM 3.2) */
	FW_FLUSH_DEFER,
	FW_FLUSH_REQUEST, /* a request, or the answer to one */
	FW_FLUSH_STALE,
	FW_FLUSH_ACK,
	FW_FLUSH_BULK,
	FW_FLUSH_CLEAR,
	FW_FLUSH_ACTION, /* v2 .. v4: another action came */
	FW_FLUSH_TDB
};
const char *fw_flush_name(enum fw_flush why);

struct fw_packet_out {
	const uint8_t *bytes; /* pfsync header on; valid during the callback */
	size_t len_bytes;
	struct fw_address dst; /* group, syncpeer, or the asker (V2 .. V4) */
	uint8_t ttl;           /* 255 */
	uint8_t bucket;        /* FreeBSD 12+, OpenBSD 7.4+ (SEM 3.3); else 0 */
	enum fw_flush why;
	uint32_t messages;
};

/* What became of one received message. */
enum fw_outcome {
	FW_OUT_INSERTED,
	FW_OUT_MERGED,      /* both peers taken */
	FW_OUT_MERGED_SRC,  /* dst was newer here and was kept (era C; era A code 7) */
	FW_OUT_MERGED_DST,  /* src was newer here and was kept */
	FW_OUT_ROLLED_BACK, /* src taken, newer dst overwritten: `number` = seqlo lost (era B) */
	FW_OUT_STALE,       /* nothing taken; `number` = code of era A, else 0 */
	FW_OUT_REMOVED,
	FW_OUT_CLEARED,   /* `number` = states removed */
	FW_OUT_NOT_FOUND, /* DEL, UPD_REQ, INS_ACK of an unknown id */
	FW_OUT_REQUESTED, /* UPD_C of an unknown id: UPD_REQ goes out */
	FW_OUT_ANSWERED,  /* UPD_REQ: an UPD goes out */
	FW_OUT_ACKNOWLEDGED,
	FW_OUT_BULK_BEGINS, /* UPD_REQ(0,0): a transfer begins or goes on */
	FW_OUT_BULK_START,
	FW_OUT_BULK_END,
	FW_OUT_TDB_TAKEN,
	FW_OUT_IGNORED, /* no effect by the rules: no-sync, BUS nobody waits for, INS_F ... */
	/* refusals */
	FW_OUT_BAD_VALUES,
	FW_OUT_BAD_CREATOR,  /* creatorid 0 */
	FW_OUT_BAD_IFNAME,   /* not terminated (FreeBSD 15) */
	FW_OUT_NO_INTERFACE, /* unknown: skipped in silence (FreeBSD 10 and later) */
	FW_OUT_NO_ORIG_IFNAME,
	FW_OUT_NO_ROUTE_IF,
	FW_OUT_ROUTE_POOL,    /* 1301 on FreeBSD 14+: rule bound, pool not of one entry */
	FW_OUT_ROUTE_UNBOUND, /* 1301: rule not bound, route address given */
	FW_OUT_STATE_LIMIT,
	FW_OUT_RULE_LIMIT,
	FW_OUT_NO_RTABLE, /* routing table that is not here (FreeBSD 15) */
	FW_OUT_NO_SCRUB,  /* SCTP without verification tags (FreeBSD main) */
	FW_OUT_KEY_COLLISION,
	FW_OUT_ID_COLLISION,
	FW_OUT_ABANDONED,     /* the section or packet was given up before this entry */
	FW_OUT_BAD_TIMESTAMP, /* BUS END older than my request */
	FW_OUT_TDB_REFUSED,
	FW_OUT_BAD_ACTION, /* the whole section: `number` = action number */
	FW_OUT_BAD_LENGTH,
	FW_OUT_COUNT
};
const char *fw_outcome_name(enum fw_outcome outcome); /* "rolled-back" */

struct fw_message_told {
	const struct pfsync_message
	    *message; /* as this node read it; NULL for BAD_ACTION, BAD_LENGTH */
	enum fw_outcome outcome;
	int64_t number;
	uint32_t section; /* 0-based in the packet */
	uint32_t index;   /* 0-based in the section */
	bool misread;     /* FreeBSD 14, 1301: read at the wrong stride (SEM 2.2) */
};

enum fw_bulk_step {
	FW_BULK_ASKED,    /* request sent; `number` = try, from 1 */
	FW_BULK_STARTED,  /* requester: BUS START came */
	FW_BULK_COMPLETE, /* requester: END accepted */
	FW_BULK_GAVE_UP,  /* requester: 12 tries; pretends success */
	FW_BULK_SENDING,  /* sender: BUS START queued or sent */
	FW_BULK_SENT      /* sender: END; `number` = states sent */
};
const char *fw_bulk_step_name(enum fw_bulk_step step);

struct fw_callbacks {
	void *context; /* first argument of all */
	void (*packet)(void *context, const struct fw_packet_out *packet);
	void (*change)(void *context, enum fw_change change, enum fw_source source, enum fw_why why,
	    const struct fw_state *state);
	void (*message)(void *context, const struct fw_message_told *told);
	void (*bulk)(void *context, enum fw_bulk_step step, uint64_t number);
	void (*demotion)(void *context, int before, int after);
	/* A packet held for deferral goes on: acknowledged, or the time was up. */
	void (*release)(void *context, const struct fw_state *state, bool acknowledged);
};

/* ------------------------------------------------------------------------
 * Life of a node
 */

struct fw;

/*
 * A node that has booted at `now_ns`: pf on, pfsync0 down, table empty.  NULL if
 * memory is short or the configuration makes no sense (*problem, may be NULL,
 * then says why; static string).  Callbacks are copied; NULL members are skipped.
 */
struct fw *fw_new(const struct fw_config *config, const struct fw_callbacks *callbacks,
    int64_t now_ns, const char **problem);
void fw_free(struct fw *fw); /* NULL is allowed */

/*
 * When fw_tick() should be called next: never too late, now and then too early, when
 * what was planned is not needed any more.  INT64_MAX: nothing is planned.
 */
int64_t fw_deadline_ns(const struct fw *fw);
void fw_tick(struct fw *fw, int64_t now_ns);

/*
 * pfsync0 up: asks for a bulk update (SEM 2.9), but FreeBSD 10 and later only when
 * the sync interface is set anew, thus not after a mere fw_down() (confirmed on
 * 10.1).  Down: queues are dropped silently.
 */
void fw_up(struct fw *fw, int64_t now_ns);
void fw_down(struct fw *fw, int64_t now_ns);
/* Asks for a bulk update now, as setting the sync interface does.  No effect while down. */
void fw_ask_bulk(struct fw *fw, int64_t now_ns);
/* The sync link.  Down: packets are lost (oerrors), demotion as SEM 3.7; up: bulk. */
void fw_link(struct fw *fw, int64_t now_ns, bool up);
/* Reboot: table and queues gone; hostid 0 draws another, else it is set; ids are
 * seeded anew from now_ns.  pfsync0 is down afterwards. */
void fw_restart(struct fw *fw, int64_t now_ns, uint32_t hostid);
/* pfctl -f: new checksum; hostid 0: kept on OpenBSD, drawn anew on FreeBSD (SEM 1.2). */
void fw_reload(struct fw *fw, int64_t now_ns, const uint8_t cksum[16], uint32_t hostid);
/* `pfctl -d; pfctl -e`: reseeds the id counter where the family does (SEM 1.3). */
void fw_reenable(struct fw *fw, int64_t now_ns);
/* Replaces the default timeout of a class from now on. */
void fw_set_timeout(struct fw *fw, unsigned timeout_class, uint32_t seconds);

/* ------------------------------------------------------------------------
 * Local traffic
 */

struct fw_flow {
	struct fw_key wire, stack;
	enum pfsync_af af;       /* of the wire key */
	enum pfsync_af stack_af; /* UNSPEC: same */
	uint8_t proto;
	uint8_t direction;    /* PFSYNC_IN, PFSYNC_OUT */
	const char *ifname;   /* where the first packet was seen */
	uint32_t rule;        /* PFSYNC_RULE_NONE: the default rule */
	uint16_t state_flags; /* without NOSYNC, ACK */
	bool no_sync;
	bool source_node; /* source tracking: sync_flags 0x04 from v4 on */
	/* TCP: the SYN.  Others: len_bytes only. */
	uint32_t seq;
	uint32_t len_bytes;
	uint16_t win;
	uint16_t mss;
	uint8_t wscale;   /* PFSYNC_WSCALE_FLAG | shift, 0 = no option */
	uint32_t seqdiff; /* modulate state: offset for the source */
	/* route-to: kind (wire number of this family), next hop, interface. */
	uint8_t rt;
	struct pfsync_addr rt_addr;
	const char *rt_ifname; /* NULL: none */
	const char *tagname;   /* NULL: none */
	bool hold;             /* may be deferred (unicast); needs config.defer */
};

enum fw_create {
	FW_CREATED,
	FW_CREATE_EXISTS, /* a state with that key is there */
	FW_CREATE_LIMIT,  /* state limit or the rule's */
	FW_CREATE_NO_MEMORY
};

/* First packet of a flow.  On FW_CREATED *id and *creatorid (may be NULL) name it. */
enum fw_create fw_create(
    struct fw *fw, int64_t now_ns, const struct fw_flow *flow, uint64_t *id, uint32_t *creatorid);

enum { FW_SEG_FIN = 0x01, FW_SEG_SYN = 0x02, FW_SEG_RST = 0x04, FW_SEG_ACK = 0x10 };

/* One packet of a known flow.  Members after len_bytes are TCP's. */
struct fw_segment {
	bool from_dst;      /* sent by the responder */
	uint32_t len_bytes; /* payload */
	uint8_t flags;
	uint32_t seq, ack;
	uint16_t win; /* unscaled, as in the header */
	uint16_t mss;
	uint8_t wscale; /* of a SYN: PFSYNC_WSCALE_FLAG | shift */
};

enum fw_passed {
	FW_PASSED,
	FW_NO_STATE,
	FW_OUT_OF_WINDOW /* dropped: outside what the state allows (SEM 5.3) */
};
enum fw_passed fw_traffic(struct fw *fw, int64_t now_ns, uint64_t id, uint32_t creatorid,
    const struct fw_segment *segment);

/*
 * Hints for who knows what comes next: with a million states each look-up waits for
 * memory twice.  fw_near_slot() some eight calls before, fw_near() some four.
 */
void fw_near_slot(const struct fw *fw, uint64_t id, uint32_t creatorid);
void fw_near(const struct fw *fw, uint64_t id, uint32_t creatorid);

/* The state that a packet on that interface and direction would meet, or NULL. */
const struct fw_state *fw_find_flow(const struct fw *fw, const struct fw_flow *flow);

/* pfctl -k: false if there is no such state. */
bool fw_kill(struct fw *fw, int64_t now_ns, uint64_t id, uint32_t creatorid);
/* pfctl -F states, or of one interface (SEM 3.8): all go, one CLR is sent. Returns how many. */
uint64_t fw_flush_states(struct fw *fw, int64_t now_ns, const char *ifname);

/* An IPsec SA that is synchronised (OpenBSD): counters of an outbound or inbound SA. */
struct fw_tdb {
	uint32_t spi; /* host order */
	struct fw_address dst;
	uint8_t sproto;
	bool outbound;
	uint64_t rpl, cur_bytes;
};
#define FW_TDBS_MAX 16
/* Sets counters; announces them with the next flush.  False: not on this family, or full. */
bool fw_tdb_update(struct fw *fw, int64_t now_ns, const struct fw_tdb *tdb);
/* The SA as the node knows it, NULL if index is past the last. */
const struct fw_tdb *fw_tdb_at(const struct fw *fw, size_t index);

/* ------------------------------------------------------------------------
 * Packets
 */

/* What the whole of a packet met (SEM 2.1). */
enum fw_verdict {
	FW_ACCEPTED,  /* read to its end */
	FW_STOPPED,   /* read up to something bad; earlier sections stay applied */
	FW_DROP_DOWN, /* pfsync not running: silent */
	FW_DROP_BADIF,
	FW_DROP_BADTTL,
	FW_DROP_HDROPS,
	FW_DROP_BADVER,
	FW_DROP_BADACT, /* V2 .. V4 */
	FW_DROP_BADLEN
};
const char *fw_verdict_name(enum fw_verdict verdict);

struct fw_packet_in {
	const uint8_t *bytes; /* pfsync header on */
	size_t len_bytes;
	struct fw_address src; /* V2 .. V4 answer to it */
	uint8_t ttl;           /* or hop limit */
	bool other_interface;  /* arrived elsewhere than on the sync interface */
};
enum fw_verdict fw_receive(struct fw *fw, int64_t now_ns, const struct fw_packet_in *packet);

/* ------------------------------------------------------------------------
 * Looking
 */

/* netstat -s -p pfsync (SEM 6). */
struct fw_counters {
	uint64_t ipackets, ipackets6, badif, badttl, hdrops, badver, badauth, badact, badlen;
	uint64_t badval, stale, badstate, opackets, opackets6, onomem, oerrors;
	uint64_t iacts[PFSYNC_ACTION_NUMBERS]; /* messages by number: FreeBSD 10 and later */
	uint64_t oacts[PFSYNC_ACTION_NUMBERS];
};
const struct fw_counters *fw_counters(const struct fw *fw);
/*
 * The counters in netstat's words and order, lines ending in '\n'; at most `size`
 * bytes with the NUL.  Returns the length of the whole text, like snprintf().
 */
size_t fw_counters_text(const struct fw *fw, char *out, size_t size);

const struct fw_config *fw_config(const struct fw *fw); /* with defaults filled in */
uint32_t fw_hostid(const struct fw *fw);
uint64_t fw_state_count(const struct fw *fw);
const struct fw_state *fw_lookup(const struct fw *fw, uint64_t id, uint32_t creatorid);
/* Next state in table order; start with *cursor = 0; NULL at the end.  The table
 * must not change in between. */
const struct fw_state *fw_next(const struct fw *fw, uint64_t *cursor);

/* Something about the state waits to be sent. */
bool fw_state_queued(const struct fw *fw, const struct fw_state *state);
const char *fw_state_ifname(const struct fw *fw, const struct fw_state *state);
int64_t fw_state_created_s(const struct fw *fw, const struct fw_state *state); /* caller's clock */
int64_t fw_state_refresh_s(const struct fw *fw, const struct fw_state *state); /* pf's `expire` */
int64_t fw_state_expires_s(
    const struct fw *fw, const struct fw_state *state); /* SEM 4.2: when due */
/* The state as a full-state message of the node's dialect at now_ns. */
void fw_state_message(const struct fw *fw, int64_t now_ns, const struct fw_state *state,
    struct pfsync_message *message);

/* Bulk waiting: true until END or giving up. */
bool fw_bulk_waiting(const struct fw *fw);
/* What CARP adds: FreeBSD net.inet.carp.demotion, OpenBSD group demotion (SEM 3.7). */
int fw_demotion(const struct fw *fw);
/* What an advert of a vhid with that configured skew shows: skew and demote octet. */
void fw_carp_advert(const struct fw *fw, uint8_t advskew, uint8_t *shown_skew, uint8_t *demote);

#endif
