/*
 * pfreplay.h - replay pfsync messages into the state table of every firewall.
 *
 * SPDX-License-Identifier: ISC
 *
 * This header is the manual of libpfreplay.  Feed it the packets of a capture
 * in the order of their time; it keeps, for every firewall ("node"), what that
 * firewall itself said about its states and what it should have learnt from the
 * others, and tells how sure each piece is.  Facts are cited as OB, FB and SEM
 * with a section number, as in pfsync.h; the recipe is SEM 10.
 *
 *	struct pfreplay *r = pfreplay_new(NULL);
 *	for each captured packet {
 *		struct pfreplay_packet packet = { .time_ns = ..., ... };
 *		pfreplay_packet_bytes(r, &packet, bytes, caplen, wirelen);
 *	}
 *	pfreplay_advance(r, as_of_ns);
 *	for (size_t n = 0; pfreplay_node_at(r, n, &node); n++)
 *		...
 *	struct pfreplay_cursor cursor = { .node = PFREPLAY_ALL_NODES };
 *	while (pfreplay_state_next(r, &cursor, &state))
 *		...
 *	pfreplay_free(r);
 *
 * Rules that hold for every function here:
 *
 *  - a struct pfreplay belongs to one thread at a time; nothing is global;
 *  - time is the capture's: nanoseconds since 1970-01-01 UTC, signed.  It may
 *    jump backwards; what was learnt stays and the jump is counted;
 *  - pointers that a function hands out stay valid until the next call that
 *    takes a packet, unless it says otherwise;
 *  - when memory runs out the process ends, as GLib programs do.  The number of
 *    states is bounded (max_states) so that input cannot make it run out.
 *
 * What is not replayed: messages without ids (pfsync v1 as OpenBSD 3.3 sent
 * it, "v1raw"), which are counted per node only.
 */
#ifndef PFREPLAY_H
#define PFREPLAY_H

#include "pfsync.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------
 * Making one
 */

struct pfreplay;

/* Classes that can be given a timeout: those of SEM 4.3, adaptive included. */
#define PFREPLAY_TIMEOUTS 25
/* More firewalls than this in one capture are counted, not replayed. */
#define PFREPLAY_NODES_MAX 64

/* A firewall the user named: --node NAME=ADDR[,ADDR]. */
struct pfreplay_name {
	const char *name;
	enum pfsync_af af;
	struct pfsync_addr addr;
};

/* What the user knows of one firewall: --family, --limit, ...  Zero: nothing. */
struct pfreplay_setup {
	const char *node; /* its name or one of its addresses as text */
	/* How it behaves (enum pfreplay_family), whatever its traffic looks like. */
	int family;
	uint64_t state_limit; /* "set limit states" */
	uint32_t timeout_s[PFREPLAY_TIMEOUTS];
	/* All of its interfaces: a state bound to another one is not taken in
	 * by FreeBSD 10 and later. */
	const char *const *ifnames;
	size_t ifname_count;
};

/* All zero is a good default.  Everything is copied by pfreplay_new(). */
struct pfreplay_options {
	/* Most states kept at once, over all nodes; 0 = what half of the
	 * machine's memory holds.  What does not fit is counted, see
	 * pfreplay_totals.states_refused. */
	uint64_t max_states;
	/* Seconds by class; 0 = pf's default, corrected by what the firewalls'
	 * own messages prove (a full record says how much life is left and how
	 * old the state is, and the class's timeout lies between).  A value
	 * that is given here is never corrected.  Adaptive timeouts are off
	 * unless classes 16 and 17 are both given. */
	uint32_t timeout_s[PFREPLAY_TIMEOUTS];
	/* Names of addresses; the same name twice joins two addresses. */
	const struct pfreplay_name *names;
	size_t name_count;
	/* What is known of single firewalls, over what is known of all. */
	const struct pfreplay_setup *setups;
	size_t setup_count;
	/* Not 0: a receiver of that family (enum pfreplay_family) that is not
	 * there gets all packets; see pfreplay_discard_at(). */
	int as_peer;
	/* The input also holds a capture of the sync link itself: what a
	 * capture of pfsync0 shows then speaks of its owner only, because the
	 * others' part is on the wire (see struct pfreplay_packet). */
	bool wire_present;
	/* Packets come from more than one file: look for those seen twice. */
	bool several_files;
	/* Do not look for divergences. */
	bool unjudged;
	/* Divergences to say nothing of: bit n for D-n. */
	uint64_t ignored;
};

/*
 * `options` may be NULL.  Never returns NULL.  Release with pfreplay_free(),
 * which accepts NULL.
 */
struct pfreplay *pfreplay_new(const struct pfreplay_options *options);
void pfreplay_free(struct pfreplay *r);

/* ------------------------------------------------------------------------
 * Feeding packets
 */

/*
 * Where and when a packet was seen.
 *
 * A packet from the wire is applied to its sender's table and to those of all
 * that receive it: every other known node for a multicast or broadcast, the
 * node of that address for a unicast (which makes it known).  A node is known
 * from its first packet on; the first node that appears behind another one is
 * credited with what was multicast before, unless its first packet is a bulk
 * request: then it has just started.
 *
 * A packet from pfsync0 ("tap") is its owner's outgoing packet.  It is applied
 * to the owner, and to the others too if options.wire_present is false.  Once
 * the owner itself was seen on the wire, only the wire counts for its table and
 * for all counters, and pfsync0 adds the keys that the wire leaves out until
 * v4.  So captures of pfsync0 and of the wire may be fed together.
 *
 * The same packet seen in two files at two places of the sync link is applied
 * once, if options.several_files is set: it is recognised by source, IP id and
 * contents within 5 s.
 */
struct pfreplay_packet {
	int64_t time_ns;
	uint64_t frame; /* 1-based number in its file */
	uint16_t file;  /* 0-based */
	bool tap;       /* captured on pfsync0 */
	/* Tap: whose pfsync0, any number the caller chose for that firewall. */
	uint16_t tap_owner;
	/* Tap: what to call the owner while no address is known; NULL gives
	 * "tap0", "tap1" ...  If it is one of options.names, it is that node. */
	const char *tap_name;
	/* Source and destination; AF_UNSPEC where unknown.  0.0.0.0 on a tap
	 * counts as unknown (OpenBSD 7.4 and later, OB 3.3). */
	enum pfsync_af af;
	struct pfsync_addr src;
	struct pfsync_addr dst;
	bool has_ip;     /* ttl and ip_id are known */
	bool fragmented; /* it came in IP fragments */
	uint8_t ttl;     /* or hop limit */
	uint16_t ip_id;
	/*
	 * Bit n: node number n provably did not get it, because a capture at its
	 * end of the link lacks it (SEM 7.4).  Its table is left alone.
	 */
	uint64_t missed;
	bool has_mac;
	uint8_t mac[6]; /* source; joins the addresses of one firewall */
};

/*
 * The whole of a packet at once: opens the frame with the sender's hint, walks
 * it, fetches the tables ahead and applies every message.  The fastest way.
 *   bytes, caplen, wirelen  as in pfsync_frame_open(): from the pfsync header
 * Returns what pfsync_frame_open() gave; problems inside the frame are counted
 * as anomalies of the sender.
 */
int pfreplay_packet_bytes(struct pfreplay *r, const struct pfreplay_packet *packet,
    const uint8_t *bytes, size_t caplen, size_t wirelen);

/*
 * Or step by step, for a caller that looks at the messages as well:
 *
 *	hint = pfreplay_packet_begin(r, &packet);
 *	status = pfsync_frame_open(&frame, bytes, caplen, wirelen, hint);
 *	pfreplay_packet_frame(r, &frame, status);
 *	... pfsync_next(): PROBLEM with pfreplay_problem(r, &frame.problem), RECORD
 *	and BARE as messages with pfreplay_message(r, &message);
 *	pfreplay_packet_end(r);
 *
 * pfreplay_packet_begin() finds or makes the sender's node and returns what is
 * known of its dialect, to be used for this frame (never NULL; valid until
 * the packet's end; setting hint->forced is allowed and stays).  It remembers
 * `packet` itself, which must live until pfreplay_packet_end().
 */
struct pfsync_hint *pfreplay_packet_begin(struct pfreplay *r, const struct pfreplay_packet *packet);
/*
 * After pfsync_frame_open(), whatever its status: header, dialect and family
 * are taken from `frame`, and a status below zero is counted as an anomaly (do
 * not report it again with pfreplay_problem()).  `bytes` of the frame are used
 * to recognise duplicates.  Returns false if this frame was seen before in
 * another file: messages fed until pfreplay_packet_end() are then ignored.
 */
bool pfreplay_packet_frame(struct pfreplay *r, const struct pfsync_frame *frame, int status);
/*
 * A message of the open packet, in the order of the wire.  Impossible values
 * are found here (pfsync_message_check()) and counted as badval: do not report
 * them with pfreplay_problem().
 */
void pfreplay_message(struct pfreplay *r, const struct pfsync_message *message);
/* Something that was wrong with the open packet. */
void pfreplay_problem(struct pfreplay *r, const struct pfsync_problem *problem);
void pfreplay_packet_end(struct pfreplay *r);

/*
 * All records of a whole section of the open packet at once, the tables fetched
 * ahead: the same as decoding each and feeding it to pfreplay_message().  For a
 * caller that has no use for the messages themselves.  False, and nothing is done,
 * if pfsync_section_whole() says that its records have to be walked.
 */
bool pfreplay_section(
    struct pfreplay *r, struct pfsync_frame *frame, const struct pfsync_section *section);

/*
 * Optional, before the records of a section are fed one by one: fetches the
 * tables of its first 128 messages into the cache.  `frame` is not changed.
 */
void pfreplay_expect_section(const struct pfreplay *r, const struct pfsync_frame *frame,
    const struct pfsync_section *section);

/*
 * Let time pass without a packet, up to `time_ns`: the moment the tables are
 * looked at ("as of").  A time before the last packet's is ignored.
 */
void pfreplay_advance(struct pfreplay *r, int64_t time_ns);
/* The time reached: of the latest packet or pfreplay_advance(); 0 before. */
int64_t pfreplay_now(const struct pfreplay *r);

/* What the replay knows of a state besides the open message. */
struct pfreplay_known {
	uint8_t proto; /* 0 = no full record was seen yet */
	uint8_t direction;
	enum pfsync_af af;
};
/*
 * Looks (id, creatorid) up in any node's table, for adding the protocol to a
 * UPD_C line.  False if no table has it.
 */
bool pfreplay_lookup(
    const struct pfreplay *r, uint64_t id, uint32_t creatorid, struct pfreplay_known *known);

/* ------------------------------------------------------------------------
 * Nodes
 */

/* Behaviour families, SEM 0. */
enum pfreplay_family {
	PFREPLAY_FAMILY_UNKNOWN,
	PFREPLAY_V1, /* before SEM's table: raw and packed v1 */
	PFREPLAY_V2A,
	PFREPLAY_V2B,
	PFREPLAY_V3,
	PFREPLAY_V4A,
	PFREPLAY_V4B,
	PFREPLAY_V5O,
	PFREPLAY_V5F9,
	PFREPLAY_V5F10, /* FreeBSD 10 - 13 */
	PFREPLAY_V5F14,
	PFREPLAY_V5F15,
	PFREPLAY_V6A,
	PFREPLAY_V6B,
	PFREPLAY_FAMILY_COUNT
};
/* "V2a" ... "V6b", "V1", "unknown".  Static. */
const char *pfreplay_family_name(enum pfreplay_family family);
/* The family of that name, upper and lower case alike, or -1. */
int pfreplay_family_by_name(const char *name);

/*
 * Counters of netstat -s -p pfsync (SEM 6) that receivers keep, and those of
 * the capture.  pfreplay_counter_name() gives the word.
 */
enum pfreplay_counter {
	PFREPLAY_BADTTL,
	PFREPLAY_HDROPS,
	PFREPLAY_BADVER,
	PFREPLAY_BADACT,
	PFREPLAY_BADLEN,
	PFREPLAY_BADVAL,
	PFREPLAY_STALE,
	PFREPLAY_BADSTATE,
	/* Only in a capture; never predicted for a receiver. */
	PFREPLAY_TRUNCATED,
	PFREPLAY_TRAILING,
	PFREPLAY_COUNTER_COUNT
};
const char *pfreplay_counter_name(enum pfreplay_counter counter); /* "badver"; "?" */

#define PFREPLAY_NODE_ADDRS 8
#define PFREPLAY_NODE_CREATORS 16

struct pfreplay_node {
	size_t index; /* for pfreplay_cursor.node; stable once given */
	/* As named by the options, else its first address, else the tap's. */
	const char *name;
	struct {
		enum pfsync_af af;
		struct pfsync_addr addr;
	} addresses[PFREPLAY_NODE_ADDRS];
	size_t address_count;
	/* Host ids it proved to own by INS, CLR or BUS (SEM 1.4), oldest first. */
	uint32_t creatorids[PFREPLAY_NODE_CREATORS];
	size_t creatorid_count;
	bool creatorids_more; /* it had still others */

	const struct pfsync_dialect *dialect; /* of its latest frame, or NULL */
	enum pfsync_certainty certainty;
	uint32_t dialect_changes;
	enum pfreplay_family family; /* inferred (SEM 0, 10), or given */
	bool family_given;
	bool has_cksum;
	uint8_t cksum[16]; /* of its ruleset, latest */

	bool silent;      /* known as a destination only: it sent nothing */
	int64_t first_ns; /* first and last packet of its own; 0 if silent */
	int64_t last_ns;
	/* Packets and messages it sent: on the wire, or, if it was never seen
	 * there, on its pfsync0. */
	uint64_t frames;
	uint64_t messages[PFSYNC_ACT_COUNT];
	/* Wrong things in packets it sent. */
	uint64_t anomalies[PFREPLAY_COUNTER_COUNT];
	/* What its own netstat should have counted while the capture ran, as
	 * far as the rules of its family tell; receivers of nothing have zeros. */
	uint64_t received; /* ipackets */
	uint64_t predicted[PFREPLAY_COUNTER_COUNT];
	/*
	 * predicted[PFREPLAY_STALE] is the least: kernels compare with values
	 * that they have not sent yet.  This is the most: it adds the updates
	 * by which the node answered another's within milliseconds, each of
	 * which may be a correction or tell of a packet of its own.
	 */
	uint64_t stale_most;
	/* Likewise for PFREPLAY_BADSTATE: an SA with a reserved index counts only
	 * in kernels with IPSEC, and which have it does not show. */
	uint64_t badstate_most;
	/* Messages received by action number, as FreeBSD's netstat counts them. */
	uint64_t heard[PFSYNC_ACTION_NUMBERS];
	/* How often it proved a prediction wrong: asked for a state that it
	 * should have had (UPD_REQ). */
	uint64_t contradicted;

	/* Its table now; states that are due are in `due` and not in `states`. */
	uint64_t states;
	uint64_t unknown; /* of `states`: those whose standing is unknown */
	uint64_t due;
	/* Between a bulk request and its end: what it held before is unsure. */
	bool unreliable;
};

/*
 * Node number `n`, in order of appearance.  False when there is no such node.
 * Counting `states` and `due` walks the table: keep the answer.
 */
bool pfreplay_node_at(struct pfreplay *r, size_t n, struct pfreplay_node *node);
/* The node of that index; false if there is none. */
bool pfreplay_node_get(struct pfreplay *r, size_t index, struct pfreplay_node *node);
/* The index of the node with that address, also if it is only named; or -1. */
int pfreplay_node_by_addr(
    const struct pfreplay *r, enum pfsync_af af, const struct pfsync_addr *addr);
/* The index of a node by its name or one of its addresses as text; or -1. */
int pfreplay_node_by_name(const struct pfreplay *r, const char *name);

/* ------------------------------------------------------------------------
 * What another release would make of it: options.as_peer
 */

#define PFREPLAY_EXAMPLES 8

struct pfreplay_example {
	int64_t time_ns;
	uint64_t frame;
	uint16_t file;
	uint32_t creatorid; /* zero, as `id`, for packets */
	uint64_t id;
};

/* A reason why something is lost on the receiver. */
struct pfreplay_discard {
	const char *reason; /* "badver", "refused: action", "stale" ...; static */
	bool packets;       /* counts packets (or their rest), not messages */
	uint64_t count;
	struct pfreplay_example examples[PFREPLAY_EXAMPLES]; /* the first */
	size_t example_count;
};

/* Reason number `n`; false when there is none, or no options.as_peer. */
bool pfreplay_discard_at(const struct pfreplay *r, size_t n, struct pfreplay_discard *discard);
/* That receiver itself: counters, table.  False without options.as_peer. */
bool pfreplay_peer(struct pfreplay *r, struct pfreplay_node *node);

/* ------------------------------------------------------------------------
 * States
 */

/* How it is known that a node has a state (DESIGN 4). */
enum pfreplay_standing {
	/* The node itself said so. */
	PFREPLAY_ASSERTED,
	/* It should have it, by the receive rules of its family. */
	PFREPLAY_PREDICTED,
	/* Its timeout has passed and nothing was heard: it may be gone any
	 * time, for certain only when a DEL, a request or the purge says so. */
	PFREPLAY_DUE,
	/* Another node updates it and this one did not ask for it; or the node
	 * restarted since and nothing proves that it kept the state. */
	PFREPLAY_UNKNOWN,
	PFREPLAY_STANDING_COUNT
};
/* "asserted", "predicted", "due", "unknown".  Static. */
const char *pfreplay_standing_name(enum pfreplay_standing standing);

struct pfreplay_state {
	size_t node;
	enum pfreplay_standing standing;
	/* The latest message that says something of this state at this node. */
	int64_t evidence_ns;
	uint64_t evidence_frame;
	uint16_t evidence_file;
	/* When its timeout passes: SEM 4.2.  The kernel removes it up to one
	 * purge interval later. */
	int64_t due_ns;
	bool keyless; /* only UPD_C was seen: no keys, no protocol */
	/*
	 * The state as a message (action UPD) for the functions of libpfsync.
	 * What `has` says is there:
	 *   id, creatorid, peers, timeout  this node's;
	 *   creation_s, expire_s           counted on to pfreplay_now(), the
	 *                                  latter 0 when due;
	 *   keys, proto, ifname, rule ...  of the latest full record, whoever
	 *                                  sent it;
	 *   packets, bytes                 likewise: they are not merged and
	 *                                  not this node's own (SEM 2.5).
	 */
	struct pfsync_message message;
};

#define PFREPLAY_ALL_NODES SIZE_MAX

/* Set `node` to an index or PFREPLAY_ALL_NODES and the rest to zero. */
struct pfreplay_cursor {
	size_t node;
	/* private */
	uint32_t entry;
	uint32_t view;
};

/*
 * The next state and node; false at the end.  The order is that in which the
 * states first appeared as far as their places were not used again; do not
 * rely on it.  No packet may be fed between two calls with one cursor.
 */
bool pfreplay_state_next(
    const struct pfreplay *r, struct pfreplay_cursor *cursor, struct pfreplay_state *state);
/* The state of one node, or false if the node's table lacks it. */
bool pfreplay_state_get(const struct pfreplay *r, size_t node, uint64_t id, uint32_t creatorid,
    struct pfreplay_state *state);

/* Timeout of a class at a node in seconds: given, or inferred, or pf's default. */
uint32_t pfreplay_timeout_s(const struct pfreplay *r, size_t node, unsigned timeout_class);

/* ------------------------------------------------------------------------
 * Bulk transfers
 */

enum pfreplay_outcome {
	PFREPLAY_BULK_COMPLETE,
	PFREPLAY_BULK_NO_ANSWER,    /* nobody began to answer, so far */
	PFREPLAY_BULK_NO_END,       /* began, but did not end, so far */
	PFREPLAY_BULK_REJECTED_END, /* ended, but the requester refuses it (SEM 2.9) */
	PFREPLAY_BULK_BEGAN_LATER,  /* the capture did not see the request */
	PFREPLAY_OUTCOME_COUNT
};
/* "complete", "no-answer", "no-end", "rejected-end", "capture-began-later". */
const char *pfreplay_outcome_name(enum pfreplay_outcome outcome);

struct pfreplay_bulk {
	enum pfreplay_outcome outcome;
	int requester; /* node, -1 = unknown */
	int sender;    /* node, -1 = nobody answered */
	/* Zero where it was not seen. */
	int64_t requested_ns; /* first request */
	int64_t started_ns;
	int64_t ended_ns;
	uint64_t states; /* distinct ones are not told apart: full updates sent */
	uint32_t tries;  /* requests seen, 0 if none */
};

/* Transfer number `n` in order of appearance; false when there is none. */
bool pfreplay_bulk_at(const struct pfreplay *r, size_t n, struct pfreplay_bulk *bulk);

/* ------------------------------------------------------------------------
 * Divergences
 *
 * What went wrong between the firewalls, as far as their messages show it: the
 * codes D-01 ... D-29 of docs/divergences.md (SEM 7).  Findings of one code and
 * cause between the same firewalls are one finding with a count.  They are
 * complete up to pfreplay_now(); asking costs a walk of all tables if something
 * was fed since the last time.  Nothing is found with options.unjudged.
 */

enum pfreplay_severity {
	PFREPLAY_LOW,     /* noise worth knowing; heals by itself */
	PFREPLAY_MEDIUM,  /* partial, or degraded */
	PFREPLAY_HIGH,    /* a table is materially incomplete or wrong */
	PFREPLAY_CRITICAL /* connections break at or before a failover */
};
/* "low" ... "critical".  Static. */
const char *pfreplay_severity_name(enum pfreplay_severity severity);

/* Most frames, nodes, states and numbers that one finding names. */
#define PFREPLAY_PROOF_MAX 16
/* D-01 ... D-29. */
#define PFREPLAY_DIVERGENCES 29

struct pfreplay_divergence {
	const char *code; /* "D-06" */
	const char *name; /* short: "Stale destination peer rolled back" */
	enum pfreplay_severity severity;
	int64_t first_ns; /* first and last sight of it */
	int64_t last_ns;
	uint64_t count; /* of what the text says: states, packets, times */
	/* The first packets that prove it. */
	struct {
		uint16_t file;
		uint64_t frame;
	} frames[PFREPLAY_PROOF_MAX];
	size_t frame_count;
	/* Indexes of the firewalls; if two, the first is the one that said
	 * something and the second the one that did not take it. */
	size_t nodes[PFREPLAY_PROOF_MAX];
	size_t node_count;
	/* The first states concerned. */
	struct {
		uint64_t id;
		uint32_t creatorid;
	} states[PFREPLAY_PROOF_MAX];
	size_t state_count;
	/* Numbers by name, units in the name: "rollback_bytes_max". */
	struct {
		const char *name;
		int64_t value;
	} details[PFREPLAY_PROOF_MAX];
	size_t detail_count;
	/* Together with the nodes these tell the finding from others, as long as the replay
	 * lives; to be compared, and nothing else. */
	const void *kind;
	uint64_t tag;
	/* Its latest sight is no older than a minute, or than twice the time between its
	 * sights: it is not over. */
	bool lasting;
	const char *text;   /* what happened, for the operator: a sentence or two */
	const char *advice; /* what to do */
};

/* How many findings there are.  */
size_t pfreplay_divergence_count(struct pfreplay *r);
/* Finding number `n`, worst first; false past the last. */
bool pfreplay_divergence_at(struct pfreplay *r, size_t n, struct pfreplay_divergence *divergence);
/*
 * All that finding number `n` rests on, of which struct pfreplay_divergence has
 * the first few: packet number `i`, by file and number, and state number `i` in
 * the order in which they were found.  False past the last.  Up to 65,536 of each
 * are kept of one finding, and 262,144 of all.
 */
struct pfreplay_frame {
	uint16_t file;
	uint64_t frame; /* 1-based */
};
bool pfreplay_divergence_frame_at(
    struct pfreplay *r, size_t n, size_t i, struct pfreplay_frame *frame);
/*
 * The message has id and creatorid and, where a record of the state was seen, its
 * protocol, direction, interface and both keys.
 */
bool pfreplay_divergence_state_at(
    struct pfreplay *r, size_t n, size_t i, struct pfsync_message *message);
/* How many sightings of further packets and states were too many to keep. */
void pfreplay_divergence_left_off(struct pfreplay *r, size_t n, uint64_t *frames, uint64_t *states);

/* The name of D-`number`; NULL if there is none. */
const char *pfreplay_divergence_name(unsigned number);

/* Why a state would not survive if `to` had to take over now. */
enum pfreplay_risk {
	PFREPLAY_RISK_MISSING, /* `to` lacks it */
	/* A peer of `to` is more than 67035 bytes behind: pf's window test
	 * drops what follows (SEM 5.3). */
	PFREPLAY_RISK_WINDOW,
	PFREPLAY_RISK_LEVEL,  /* TCP: its peers are not yet, or no longer, established */
	PFREPLAY_RISK_NAT,    /* modulated sequence numbers (seqdiff) differ */
	PFREPLAY_RISK_WSCALE, /* window scaling differs */
	PFREPLAY_RISK_ROUTE,  /* route-to that the record does not carry */
	PFREPLAY_RISK_COUNT
};
/* "missing", "window", "level", "nat", "wscale", "route".  Static. */
const char *pfreplay_risk_name(enum pfreplay_risk risk);

/* Samples of coverage over time. */
#define PFREPLAY_SAMPLES_MAX 64

/* Acknowledgements are counted by these bounds of how long they took. */
#define PFREPLAY_ACK_BOUNDS 12
/* From 100 us to 1 s, ascending.  Static. */
extern const int64_t pfreplay_ack_bounds_ns[PFREPLAY_ACK_BOUNDS];

/*
 * How well `to` could take over from `from`.  Only states that count: not due,
 * known for 3 s, and not of those whose presence on `to` nothing tells.
 */
struct pfreplay_pair {
	size_t from;
	size_t to;
	uint64_t states; /* of `from` */
	uint64_t covered;
	/* Of `covered`: `to` never spoke of them itself, and no capture at its end shows
	 * that they came; it has them if nothing was lost behind this capture. */
	uint64_t presumed;
	uint64_t unknown;     /* not among them: nothing tells whether `to` has these */
	uint64_t established; /* of them, TCP with both peers established */
	uint64_t established_covered;
	/* The missing established state that is oldest: when it was made, 0 = none. */
	int64_t oldest_missing_ns;
	/* States that would not survive, each counted once, by the first reason
	 * in the order of enum pfreplay_risk; and the first of them. */
	uint64_t at_risk[PFREPLAY_RISK_COUNT];
	struct {
		uint64_t id;
		uint32_t creatorid;
		enum pfreplay_risk risk;
	} risks[PFREPLAY_PROOF_MAX];
	size_t risk_count;
	/* Coverage as the capture went on, in order of time. */
	struct {
		int64_t time_ns;
		uint64_t states;
		uint64_t covered;
	} samples[PFREPLAY_SAMPLES_MAX];
	size_t sample_count;
	/* Inserts of `from` that wanted an acknowledgement, and those of `to`.
	 * Times are 0 if there was none. */
	uint64_t acks_wanted;
	uint64_t acks_seen;
	int64_t ack_p50_ns;
	int64_t ack_p99_ns;
	int64_t ack_max_ns;
	/* All of acks_seen: [n] took at most pfreplay_ack_bounds_ns[n] and longer than
	 * the bound before, the last longer than all bounds; and their sum. */
	uint64_t ack_counts[PFREPLAY_ACK_BOUNDS + 1];
	int64_t ack_sum_ns;
	/* Packets from `from` that reach `to`, the longest time between two, and
	 * the time since the last. */
	uint64_t packets;
	int64_t silence_max_ns;
	int64_t silence_ns;
};

/*
 * Ordered pair number `n` of those firewalls that were heard, and of one heard
 * with one that is known as a destination; false past the last.
 */
bool pfreplay_pair_at(struct pfreplay *r, size_t n, struct pfreplay_pair *pair);
size_t pfreplay_pair_count(const struct pfreplay *r);

/* ------------------------------------------------------------------------
 * The run
 */

struct pfreplay_totals {
	uint64_t packets;        /* fed, duplicates included */
	uint64_t duplicates;     /* seen before at another place of the link */
	uint64_t messages;       /* applied */
	uint64_t unreplayed;     /* messages without ids (v1 raw, TDB, reserved) */
	uint64_t backwards;      /* packets older than the one before */
	uint64_t max_states;     /* the limit in force */
	uint64_t entries;        /* distinct (id, creatorid) held now */
	uint64_t states_refused; /* new states not kept because of max_states */
	uint64_t states_evicted; /* long due on all nodes, dropped to make room */
	uint64_t clears_refused; /* CLR not carried out: they cost too much; what the
				  * node held before is PFREPLAY_UNKNOWN since */
	uint64_t bulks_refused;  /* transfers not listed: there were too many */
	uint64_t nodes_refused;  /* packets of nodes beyond PFREPLAY_NODES_MAX */
	uint64_t bytes;          /* memory held for states, tables included */
};
void pfreplay_totals(const struct pfreplay *r, struct pfreplay_totals *totals);

#ifdef __cplusplus
}
#endif

#endif
