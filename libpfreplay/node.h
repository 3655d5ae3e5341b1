/*
 * node.h - the firewalls of a capture and how they are told apart.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_NODE_H
#define PFREPLAY_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "expiry.h"
#include "family.h"
#include "merge.h"
#include "pfreplay.h"

struct discards;
struct ifnames;
struct pfreplay_rules;

/* Counted by where it was seen; the wire is what counts if there is one. */
struct node_sent {
	uint64_t frames;
	uint64_t messages[PFSYNC_ACT_COUNT];
	uint64_t anomalies[PFREPLAY_COUNTER_COUNT];
};

struct node {
	uint16_t index;
	/* Credited with multicasts until a second firewall shows itself. */
	bool anonymous;
	bool joined;   /* found to be another one: no longer in use */
	bool on_wire;  /* sent a packet on the wire */
	bool sends;    /* counted in nodes.senders */
	bool credited; /* was `anonymous`, or silent, and not yet heard */
	/* What it holds from before its first packet is unsure: credit.h. */
	bool on_credit;
	bool was_credited;
	uint32_t credit_refuted;
	uint32_t credit_looked;
	bool has_mac;
	bool unreliable; /* see restarted_ns */
	bool restarted;
	bool clear_not_done; /* a CLR that cost too much: what it left is unsure */
	/* All that it has, it got while the capture ran. */
	bool from_start;
	char *name;     /* NULL: no user's name */
	char *fallback; /* what to call it then */
	struct {
		enum pfsync_af af;
		struct pfsync_addr addr;
	} addresses[PFREPLAY_NODE_ADDRS];
	size_t address_count;
	uint8_t mac[6];
	uint32_t creatorids[PFREPLAY_NODE_CREATORS];
	size_t creatorid_count;
	bool creatorids_more;
	/*
	 * The group that it sent to last, on the wire: it listens to this one and to
	 * no other, of the other address family least of all.  UNSPEC: none yet.
	 */
	enum pfsync_af group_af;
	struct pfsync_addr group;

	struct pfsync_hint hint[2]; /* of the wire, of its pfsync0 */
	const struct pfsync_dialect *dialect;
	enum pfsync_certainty certainty;
	enum pfreplay_family family;
	bool family_forced; /* by the options */
	/* Taken to be what its peer is: it said nothing that tells. */
	bool family_borrowed;
	bool family_settled; /* no more of that */
	/* doubt.h: it refuses states made since; 0 = it does not. */
	uint32_t rejected_states;
	int64_t rejects_from_ns;
	int64_t rejects_until_ns;
	/* FreeBSD 14: whether it reads all of a section of 1301 (v5f14.c). */
	bool reads_1301;
	uint32_t misread_1301; /* states behind the first that it had to ask for */
	const struct pfreplay_rules *rules;
	bool is_before_v5;  /* by the rules */
	enum merge_era era; /* likewise, for its dialect */
	/* What it can read: its own dialect, or one of its family while that is
	 * not known; NULL: everything. */
	const struct pfsync_dialect *takes;
	bool has_cksum;
	uint8_t cksum[16];

	int64_t first_ns;
	int64_t last_ns;
	int64_t before_ns;        /* of its packet before that one */
	struct node_sent sent[2]; /* on the wire, on its pfsync0 */
	uint64_t received;
	uint64_t predicted[PFREPLAY_COUNTER_COUNT];
	uint64_t badstate_maybe; /* may have been counted, what of it does not show */
	uint64_t answers;        /* that may be corrections of what was not seen to be stale */
	uint64_t heard[PFSYNC_ACTION_NUMBERS]; /* messages received, by action number */
	uint64_t contradicted;
	/* Its latest bulk request: what is older is unsure (SEM 10). */
	int64_t restarted_ns;
	/* It proved since that its table stayed: what it had got by then it has, and what
	 * was sent later may have passed it by.  0: no proof. */
	int64_t kept_ns;
	int64_t quiet_since_ns; /* its last packet before that request */
	uint32_t restarts;      /* such requests since it announced a state of its own */
	uint64_t views;         /* states it has or may have */
	struct expiry_evidence timeouts;
	uint32_t given_s[PFREPLAY_TIMEOUTS]; /* timeouts from the options, 0 = not given */
	uint64_t limit;                      /* of states, 0 = not known */
	struct ifnames *ifnames;             /* NULL: nothing known */
	bool inserts;                        /* announced a state as its own */
	/* The latest id that it announced, and whether the host id is its. */
	uint64_t latest_id;
	uint32_t latest_creatorid;
	/* A receiver that is not there: --as-peer. */
	struct discards *discards;
};

struct nodes {
	struct node *list[PFREPLAY_NODES_MAX];
	size_t count;
	struct node *anonymous; /* NULL: none yet, or somebody took its place */
	bool anonymous_made;
	size_t senders;    /* nodes that sent something */
	bool wire_present; /* see struct pfreplay_options */
	GHashTable *by_address;
	/* Whose packets came last: pairs talk in turn. */
	struct {
		struct node *node; /* NULL: empty */
		enum pfsync_af af;
		struct pfsync_addr addr;
	} recent[2];
	unsigned recent_next;
	GHashTable *by_mac;
	GHashTable *by_tap;
	GHashTable *by_name;
	/* The user's names, by address: strings. */
	GHashTable *names;
	const struct pfreplay_setup *setups; /* copies */
	size_t setup_count;
	uint32_t given_s[PFREPLAY_TIMEOUTS]; /* for all */
};

void nodes_init(struct nodes *nodes, const struct pfreplay_options *options);
void nodes_clear(struct nodes *nodes);

/*
 * The node that sent the packet; made if it is new, NULL if there are too many.
 * A second sender takes the place of the anonymous node (`credited` is set).
 */
struct node *nodes_sender(struct nodes *nodes, const struct pfreplay_packet *packet);

/*
 * The node that a packet is for: that of a unicast destination, made if it is
 * new; NULL for groups, broadcasts, unknown destinations and too many nodes.
 * Sets *everybody for the former two and unknown ones.
 */
struct node *nodes_destination(
    struct nodes *nodes, const struct pfreplay_packet *packet, bool *everybody);

/* It sends to that group, if the packet's destination is one. */
void node_sends_to_group(struct node *node, const struct pfreplay_packet *packet);
/* Does it listen to the group that the packet goes to, as far as is known? */
bool node_hears_group(const struct node *node, const struct pfreplay_packet *packet);
/* Both are known, and not the same. */
bool node_groups_differ(const struct node *a, const struct node *b);

/* Whoever listens and has not been seen; made once, NULL if no longer wanted. */
struct node *nodes_anonymous(struct nodes *nodes);

/*
 * `node` proved to own `creatorid` (SEM 1.4).  Returns another node that must
 * be the same firewall - one of the two has no address - or NULL.
 */
struct node *nodes_own(struct nodes *nodes, struct node *node, uint32_t creatorid);

/*
 * `from` is the same firewall as `into`: hands names, addresses and counts
 * over and retires it.  Views are the caller's to move.
 */
void nodes_join(struct nodes *nodes, struct node *into, struct node *from);

/*
 * The firewall that the user calls so, or that has this address as text; made if
 * it was not seen yet.  NULL if nobody is called so, or there are too many nodes.
 */
struct node *nodes_named(struct nodes *nodes, const char *name);

/*
 * The node of that address, by itself or by the user's name for it; NULL if
 * there is none.  *name is what the user calls the address, or NULL.
 */
const struct node *nodes_of_address(const struct nodes *nodes, enum pfsync_af af,
    const struct pfsync_addr *addr, const char **name);

/* What is known of its family from now on; a forced one stays. */
void node_set_family(struct node *node, enum pfreplay_family family);
/* The dialect of its frames: family and what it can read follow. */
void node_set_dialect(struct node *node, const struct pfsync_dialect *dialect);

/* Did it?  They tell the most of a dialect. */
bool node_sent_full_states(const struct node *node);

/*
 * `node` gets a packet of `sender`.  Firewalls of a pair run one release: while
 * it sent nothing by which its own dialect shows, it is taken to be like that.
 */
void node_borrow_family(struct node *node, const struct node *sender);

/* The receiver of --as-peer; NULL if there are too many nodes. */
struct node *nodes_add_peer(struct nodes *nodes, enum pfreplay_family family);

/* Shown to nobody: stands for others, was joined, or is not there at all. */
static inline bool
node_is_hidden(const struct node *node)
{
	return node->anonymous || node->joined || node->discards != NULL;
}

/* Did it prove to own that host id? */
static inline bool
node_owns(const struct node *node, uint32_t creatorid)
{
	for (size_t i = 0; i < node->creatorid_count; i++)
		if (node->creatorids[i] == creatorid)
			return true;
	return false;
}

/* What to call it.  Static or owned by the node. */
const char *node_name(const struct node *node);

#endif
