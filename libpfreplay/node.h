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
#include "pfreplay.h"

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

	struct pfsync_hint hint[2]; /* of the wire, of its pfsync0 */
	const struct pfsync_dialect *dialect;
	enum pfsync_certainty certainty;
	enum pfreplay_family family;
	const struct family_traits *traits;
	const struct pfreplay_rules *rules;
	bool has_cksum;
	uint8_t cksum[16];

	int64_t first_ns;
	int64_t last_ns;
	struct node_sent sent[2]; /* on the wire, on its pfsync0 */
	uint64_t received;
	uint64_t predicted[PFREPLAY_COUNTER_COUNT];
	uint64_t contradicted;
	/* Its latest bulk request: what is older is unsure (SEM 10). */
	int64_t restarted_ns;
	uint64_t views; /* states it has or may have */
	struct expiry_evidence timeouts;
};

struct nodes {
	struct node *list[PFREPLAY_NODES_MAX];
	size_t count;
	struct node *anonymous; /* NULL: none yet, or somebody took its place */
	bool anonymous_made;
	size_t senders;    /* nodes that sent something */
	bool wire_present; /* see struct pfreplay_options */
	GHashTable *by_address;
	GHashTable *by_mac;
	GHashTable *by_tap;
	GHashTable *by_name;
	/* The user's names, by address: strings. */
	GHashTable *names;
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
 * The node of that address, by itself or by the user's name for it; NULL if
 * there is none.  *name is what the user calls the address, or NULL.
 */
const struct node *nodes_of_address(const struct nodes *nodes, enum pfsync_af af,
    const struct pfsync_addr *addr, const char **name);

/* What is known of its family from now on. */
void node_set_family(struct node *node, enum pfreplay_family family);

/* What to call it.  Static or owned by the node. */
const char *node_name(const struct node *node);

#endif
