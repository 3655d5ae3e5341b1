/*
 * pfevidence.h - what else tells of firewalls that speak pfsync.
 *
 * SPDX-License-Identifier: ISC
 *
 * The second half of libpfreplay's manual: evidence beside the messages
 * themselves.  The rules of pfreplay.h about threads, time and pointers hold
 * here as well.
 *
 *  - CARP adverts say who is master (SEM 8): feed them with pfreplay_carp(),
 *    read the roles with pfreplay_vhid_at() and what follows it.
 *  - captures at both ends of the sync link say what got lost on it (SEM 7.4):
 *    struct pfreplay_packet.missed, pfreplay_direction_add().
 */
#ifndef PFEVIDENCE_H
#define PFEVIDENCE_H

#include "pfreplay.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------
 * CARP: who is master
 *
 * Adverts are kept apart by link (input file, and VLAN or interface inside it),
 * vhid and address family: one such group has one master at a time.  Only a
 * master advertises.  The HMAC cannot be checked without the key, so an advert
 * with a right checksum and TTL is believed.
 *
 * Nothing here needs a pfsync packet: captures of the CARP links alone are
 * enough.  A speaker is an address; it is a node of the replay if that address
 * is one of the node's, by itself or by options.names.
 */

enum pfreplay_carp_status {
	PFREPLAY_CARP_ADVERT,    /* an advert; roles are up to date */
	PFREPLAY_CARP_VRRP,      /* protocol 112 too, but VRRP (SEM 8) */
	PFREPLAY_CARP_CUT,       /* the capture holds too little of it */
	PFREPLAY_CARP_MALFORMED, /* neither CARP nor VRRP */
	PFREPLAY_CARP_CHECKSUM,  /* firewalls drop it, and so do we */
	PFREPLAY_CARP_BADTTL,    /* likewise: multicast with a TTL other than 255 */
	PFREPLAY_CARP_REFUSED,   /* more vhids or speakers than can be followed */
	PFREPLAY_CARP_STATUS_COUNT
};

/*
 * A packet of protocol 112.
 *   packet  where and when: time, file, frame, addresses and TTL are used
 *   link    tells links of one file apart: VLAN or interface, 0 if there is one
 *   bytes, caplen, wirelen  from behind the IP header on
 * Not to be called between pfreplay_packet_begin() and pfreplay_packet_end().
 */
enum pfreplay_carp_status pfreplay_carp(struct pfreplay *r, const struct pfreplay_packet *packet,
    uint32_t link, const uint8_t *bytes, size_t caplen, size_t wirelen);

/* How many packets of each status there were. */
uint64_t pfreplay_carp_count(const struct pfreplay *r, enum pfreplay_carp_status status);

/* A virtual host on a link. */
struct pfreplay_vhid {
	uint16_t file;
	uint32_t link;
	uint8_t vhid;
	enum pfsync_af af;
	uint64_t adverts;
	size_t speakers;   /* for pfreplay_speaker_at() */
	size_t masters;    /* for pfreplay_master_at() */
	size_t demotions;  /* for pfreplay_demotion_at() */
	size_t splits;     /* for pfreplay_split_at() */
	uint64_t unlisted; /* of the last three, those that were too many to keep */
};
/* Group number `n` in order of appearance; false when there is none. */
bool pfreplay_vhid_at(const struct pfreplay *r, size_t n, struct pfreplay_vhid *vhid);

/* Who advertised in that group. */
struct pfreplay_speaker {
	struct pfsync_addr addr; /* of the group's family */
	int node;                /* index, -1 if no node is known by that address */
	const char *name;        /* the node's, the user's for that address, or NULL */
	int64_t first_ns;
	int64_t last_ns;
	uint64_t adverts;
	uint64_t echoes; /* of these: the same counter twice, so it came back (SEM 8) */
	/* Of its latest advert. */
	uint8_t advbase;
	uint8_t advskew;
	uint8_t demote; /* OpenBSD; 0 on FreeBSD */
	/* Smallest seen: what is configured, unless it was demoted all the time. */
	uint8_t advskew_min;
};
bool pfreplay_speaker_at(
    const struct pfreplay *r, size_t vhid, size_t n, struct pfreplay_speaker *speaker);

/* Times and frames of the first and last advert of something. */
struct pfreplay_span {
	int64_t from_ns;
	int64_t to_ns;
	uint64_t from_frame;
	uint64_t to_frame;
};

/* A time during which a speaker was master, in order of their beginnings. */
struct pfreplay_master {
	size_t speaker;
	struct pfreplay_span seen;
	/*
	 * Until when it must be taken for the master: it said that it leaves,
	 * or another one took over, or it was silent for three intervals.  The
	 * latest one of a capture may end behind the capture.
	 */
	int64_t until_ns;
	uint64_t adverts;
	bool left; /* it said so (OpenBSD: advbase 255, advskew 255) */
};
bool pfreplay_master_at(
    const struct pfreplay *r, size_t vhid, size_t n, struct pfreplay_master *master);

/*
 * A time during which a master advertised itself as demoted: OpenBSD by a demote
 * octet above 0, FreeBSD by an advskew of 240 (SEM 3.7, 8).
 */
struct pfreplay_demotion {
	size_t speaker;
	struct pfreplay_span seen;
	uint8_t demote_max;
	uint8_t advskew_max;
	uint64_t adverts;
};
bool pfreplay_demotion_at(
    const struct pfreplay *r, size_t vhid, size_t n, struct pfreplay_demotion *demotion);

/* A time during which two speakers were master for longer than two intervals. */
struct pfreplay_split {
	size_t speakers[2];
	struct pfreplay_span seen; /* from the later one's first advert on */
	/* One advertises faster than the other, which should have yielded: they
	 * do not hear each other, or do not believe each other. */
	bool unequal;
};
bool pfreplay_split_at(
    const struct pfreplay *r, size_t vhid, size_t n, struct pfreplay_split *split);

enum pfreplay_role {
	PFREPLAY_ROLE_UNKNOWN, /* before it was heard, and nobody else was master */
	PFREPLAY_ROLE_BACKUP,  /* somebody else is master */
	PFREPLAY_ROLE_MASTER,
	PFREPLAY_ROLE_COUNT
};
const char *pfreplay_role_name(enum pfreplay_role role); /* "unknown", "backup", "master" */

/* The role of a speaker at a moment of the capture. */
enum pfreplay_role pfreplay_role_at(
    const struct pfreplay *r, size_t vhid, size_t speaker, int64_t time_ns);
/* The number of a node among a group's speakers, or -1. */
int pfreplay_speaker_of_node(const struct pfreplay *r, size_t vhid, size_t node);

/*
 * Over all groups together: when was something amiss, how did it end, and how long
 * did it take?  A firewall has a group on each network, and connections pass if one
 * firewall is master of all of them.
 */
enum pfreplay_disorder_kind {
	/*
	 * A group had no master that was heard: from the last advert of one to the
	 * first of the next, if that is longer than two intervals, or if it had said
	 * that it leaves.
	 */
	PFREPLAY_DISORDER_NOBODY,
	PFREPLAY_DISORDER_BOTH, /* a group had two, as pfreplay_split_at() has it */
	/*
	 * Two groups had different masters, for longer than an interval.  Known only
	 * of speakers that have a name.
	 */
	PFREPLAY_DISORDER_PARTED,
	PFREPLAY_DISORDER_COUNT
};
const char *pfreplay_disorder_name(enum pfreplay_disorder_kind kind); /* "nobody", "parted" */

/* How a group came by a master. */
enum pfreplay_change {
	PFREPLAY_CHANGE_UNKNOWN,
	PFREPLAY_CHANGE_RESUMED,   /* the same one was heard again */
	PFREPLAY_CHANGE_LEFT,      /* the one before said that it leaves */
	PFREPLAY_CHANGE_DEMOTED,   /* the one before advertised itself as demoted */
	PFREPLAY_CHANGE_PREEMPTED, /* the one before was still heard, and gave way */
	PFREPLAY_CHANGE_SILENT,    /* the one before fell silent */
	PFREPLAY_CHANGE_COUNT
};
const char *pfreplay_change_name(enum pfreplay_change change); /* "preempted" */

struct pfreplay_disorder {
	enum pfreplay_disorder_kind kind;
	int64_t from_ns;
	int64_t to_ns;
	bool lasts; /* it had not ended when the capture did */
	/*
	 * PARTED: two groups, and the master of each.  BOTH: one group twice, and its
	 * two masters.  NOBODY: one group twice, who was its master and who came next.
	 */
	size_t vhids[2];
	size_t speakers[2];
	/* What ended it: a change of that group, to that speaker (not for BOTH). */
	enum pfreplay_change ended;
	size_t ended_vhid;
	size_t ended_speaker;
	/* States that the firewalls took turns in updating meanwhile (not for NOBODY). */
	uint64_t crossed;
};
/*
 * Fills in the first `disorders_max` in order of their beginnings and returns how
 * many there are.  `disorders` may be NULL if `disorders_max` is 0.
 */
size_t pfreplay_disorders(
    const struct pfreplay *r, struct pfreplay_disorder *disorders, size_t disorders_max);

/* ------------------------------------------------------------------------
 * Vantage points: what the sync link did to packets
 *
 * Whoever matches the packets of several captures tells here what came of it,
 * one direction at a time, so that findings can use it.
 */

#define PFREPLAY_DIRECTION_FRAMES 16

struct pfreplay_direction {
	int sender; /* nodes, -1 = unknown */
	int receiver;
	/* The captures near them. */
	uint16_t from_file;
	uint16_t to_file;
	uint64_t delivered; /* packets seen at both */
	uint64_t lost;      /* at the sender's only */
	uint64_t appeared;  /* at the receiver's only: injected, or the sender's
			     * capture dropped them */
	uint64_t reordered; /* came after one that was sent later */
	/* By the clocks, corrected by their difference as far as it is known. */
	int64_t delay_min_ns;
	int64_t delay_p50_ns;
	int64_t delay_p99_ns;
	int64_t delay_max_ns;
	/* The receiver's clock is ahead by this. */
	bool offset_known;
	int64_t offset_ns;
	/* Bytes from the pfsync header on. */
	uint32_t largest_delivered_bytes;
	/*
	 * Nothing above largest_delivered_bytes came through, and this many were
	 * lost there, the smallest of that size.  0 if there is no such limit.
	 */
	uint64_t cut_off_lost;
	uint32_t cut_off_bytes;
	int64_t first_lost_ns;
	int64_t last_lost_ns;
	uint64_t frames[PFREPLAY_DIRECTION_FRAMES]; /* of lost packets, in from_file */
	size_t frame_count;
};

/* Copied.  What exceeds PFREPLAY_DIRECTIONS_MAX is left out. */
#define PFREPLAY_DIRECTIONS_MAX 256
void pfreplay_direction_add(struct pfreplay *r, const struct pfreplay_direction *direction);
/* Direction number `n`; false when there is none. */
bool pfreplay_direction_at(
    const struct pfreplay *r, size_t n, struct pfreplay_direction *direction);

/* ------------------------------------------------------------------------
 * Listings: what a firewall itself says it has, and has counted
 */

/*
 * The firewall that options.names calls so, or with that address as text, also
 * if the capture has not shown it yet: it is then made.  -1 if nobody is called
 * so, or there are too many nodes.
 */
int pfreplay_node_known(struct pfreplay *r, const char *name);

/*
 * At that time the node had this state with these values, as pfctl listed it:
 * it is asserted, with 0 as the frame of the evidence.  `state` needs id,
 * creatorid and both peers' states.  Not between pfreplay_packet_begin() and
 * pfreplay_packet_end().  False if it was not taken.
 */
bool pfreplay_seed(
    struct pfreplay *r, size_t node, const struct pfsync_message *state, int64_t time_ns);

/*
 * From now on count the messages that each node receives, as FreeBSD's netstat
 * does; it costs some time for each message.
 */
void pfreplay_received_count(struct pfreplay *r);
uint64_t pfreplay_received(const struct pfreplay *r, size_t node, enum pfsync_action action);

/* ------------------------------------------------------------------------
 * The life of one state
 *
 * To be asked for before the first packet: what is over cannot be traced.
 */

#define PFREPLAY_STEP_NODES 8

/* What the replay holds of the state at one node. */
struct pfreplay_belief {
	size_t node;
	bool has; /* the node has the state, or may have */
	enum pfreplay_standing standing;
	uint8_t src_state;
	uint8_t dst_state;
	uint8_t timeout;
	uint32_t src_seqlo;
	uint32_t dst_seqlo;
	int64_t due_ns;
};

struct pfreplay_step {
	int64_t time_ns;
	uint64_t frame;
	uint16_t file;
	/*
	 * Who said it; -1 for a change without a message about the state, as by
	 * a CLR, a restart, or a limit.
	 */
	int sender;
	struct pfsync_message message; /* only if sender >= 0 */
	/* What receivers made of it.  `outcome` is static text: "rolled back". */
	struct {
		size_t node;
		const char *outcome;
		bool missed; /* the packet got lost on its way there (SEM 7.4) */
		uint32_t src_back_bytes;
		uint32_t dst_back_bytes;
	} results[PFREPLAY_STEP_NODES];
	size_t result_count;
	/* What it proves of an earlier prediction, or why something changed
	 * without a message: static text, or NULL. */
	const char *proof;
	/* All nodes that have it after the packet, or had it before. */
	struct pfreplay_belief beliefs[PFREPLAY_STEP_NODES];
	size_t belief_count;
};

/*
 * Follow that state.  Without a creatorid it is that of the first message with
 * this id.  Once only; false if too many watch already.
 */
bool pfreplay_trace(struct pfreplay *r, uint64_t id, const uint32_t *creatorid);

#define PFREPLAY_STEPS_MAX 16384
/* Step number `n`; false when there is none. */
bool pfreplay_step_at(const struct pfreplay *r, size_t n, struct pfreplay_step *step);

struct pfreplay_traced {
	uint64_t id;
	uint32_t creatorid;
	bool found;         /* a message named it; creatorid is known */
	uint64_t unlisted;  /* steps beyond PFREPLAY_STEPS_MAX */
	uint64_t namesakes; /* messages with the id of another creator */
};
bool pfreplay_traced(const struct pfreplay *r, struct pfreplay_traced *traced);

/* ------------------------------------------------------------------------
 * Who was behind an address
 *
 * Of all states that messages showed with their keys, those that have it as one
 * of their ends, translated or not.  To be asked for before the first packet.
 */

enum pfreplay_side {
	PFREPLAY_INSIDE, /* it is the end behind the translation */
	PFREPLAY_MAPPED, /* it stands for another one: the translation */
	PFREPLAY_DIRECT, /* it is an end that nobody translates */
};

struct pfreplay_mapping {
	enum pfreplay_side side;
	struct pfsync_message message; /* its latest full record */
	int64_t created_ns;            /* as that says; 0 if it does not */
	int64_t first_ns;              /* first and last message about it */
	int64_t last_ns;
	uint64_t first_frame;
	uint16_t first_file;
	/* A DEL or a CLR ended it; 0: none was seen. */
	int64_t ended_ns;
	uint64_t ended_frame;
	uint16_t ended_file;
	/* Some node has it now, its timeout not passed. */
	bool open;
};

/* What is asked for. */
struct pfreplay_end {
	enum pfsync_af af; /* UNSPEC: every state that is shown */
	struct pfsync_addr addr;
	uint8_t prefix_bits; /* all addresses that begin like it; 32 or 128: just this one */
	uint16_t port;       /* 0: any */
};

/* Once only; false if too many watch already. */
bool pfreplay_mappings(struct pfreplay *r, const struct pfreplay_end *asked);

#define PFREPLAY_MAPPINGS_MAX 65536
/* Mapping number `n` in order of appearance; false when there is none. */
bool pfreplay_mapping_at(struct pfreplay *r, size_t n, struct pfreplay_mapping *mapping);
/* Those that were too many. */
uint64_t pfreplay_mappings_unlisted(const struct pfreplay *r);
/*
 * Packet number `i`, by input and number, that said something of mapping `n`; false
 * past the last.  The first PFREPLAY_MAPPING_FRAMES_MAX of one mapping are kept.
 */
#define PFREPLAY_MAPPING_FRAMES_MAX 65536
bool pfreplay_mapping_frame_at(
    const struct pfreplay *r, size_t n, size_t i, struct pfreplay_frame *frame);

#ifdef __cplusplus
}
#endif

#endif
