/*
 * pair.h - a few nodes on one link, and what they told.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TESTS_NODE_PAIR_H
#define TESTS_NODE_PAIR_H

#include "node/node.h"

#define S INT64_C(1000000000)
#define MS INT64_C(1000000)
/* A plausible instant: 2023-11-14. */
#define T0 (INT64_C(1700000000) * S)

enum { A, B, C, PAIR_MAX };

struct pair_packet {
	int64_t at_ns;
	unsigned from;
	size_t len;
	enum fw_flush why;
	unsigned bucket;
	struct fw_address dst;
	uint8_t bytes[2048];
};

struct pair_node {
	struct pair *pair;
	struct fw *fw;
	struct fw_address address;
	unsigned outcomes[FW_OUT_COUNT];
	enum fw_outcome last;
	int64_t last_number;
	unsigned inserted, updated, removed;
	enum fw_why removed_why;
	unsigned packets, messages;
	unsigned flushes[16];
	unsigned bulk[8];
	uint64_t bulk_number;
	unsigned released, acknowledged;
	int demotion_most;
};

struct pair {
	struct pair_node nodes[PAIR_MAX];
	unsigned count;
	int64_t now_ns;
	int64_t delay_ns;
	bool cut[PAIR_MAX]; /* what that node sends is lost */
	struct pair_packet *flying;
	size_t flying_count, flying_room, flying_first;
	/* The last packets, oldest first, all of them until pair_forget(). */
	struct pair_packet *seen;
	size_t seen_count, seen_room;
	bool keep;
};

/* A configuration with hostid 0x0a000001 + n and address 10.0.0.1 + n. */
struct fw_config pair_config(enum fw_family family, unsigned n);
void pair_init(struct pair *pair);
/* Adds a node; returns its number. */
unsigned pair_add(struct pair *pair, const struct fw_config *config);
/* Two nodes of one family, up, after their bulk. */
void pair_two(struct pair *pair, enum fw_family family);
void pair_free(struct pair *pair);
/* Lets time pass, delivering and ticking. */
void pair_run(struct pair *pair, int64_t ns);
void pair_forget(struct pair *pair); /* counters of what was told, packets kept */

/* A flow from 10.1.x.x:port to 192.0.2.1:80, n chooses. */
struct fw_flow pair_flow(uint8_t proto, unsigned n);
/* Creates it on a node and returns its state; asserts success. */
const struct fw_state *pair_create(struct pair *pair, unsigned node, const struct fw_flow *flow);
/* A TCP flow with handshake done: ESTABLISHED both ways. */
const struct fw_state *pair_established(struct pair *pair, unsigned node, unsigned n);

/* A node's state as a message of that action, to be changed and fed elsewhere. */
struct pfsync_message pair_as(
    const struct pair *pair, unsigned node, const struct fw_state *st, enum pfsync_action action);
/* Feeds one message in the node's own dialect and with its own checksum; its outcome. */
enum fw_outcome pair_tell(struct pair *pair, unsigned node, const struct pfsync_message *message);
/* A single node, up and in sync. */
void pair_one(struct pair *pair, const struct fw_config *config);

/* Hand a frame of one message in that dialect to a node, now. */
enum fw_verdict pair_feed(struct pair *pair, unsigned node, const struct pfsync_dialect *dialect,
    const uint8_t *cksum, const struct pfsync_message *messages, size_t count);
enum fw_verdict pair_feed_bytes(struct pair *pair, unsigned node, const uint8_t *bytes, size_t len);

/* Number of states that differ: missing, or other peers, class, keys. */
unsigned pair_differences(const struct pair *pair, unsigned a, unsigned b);
/* Messages of that action in all packets seen from a node. */
unsigned pair_sent(const struct pair *pair, unsigned from, enum pfsync_action action);
/* The n-th of them, decoded with the sender's dialect; false if there are fewer. */
bool pair_message(const struct pair *pair, unsigned from, enum pfsync_action action, unsigned n,
    struct pfsync_message *message);

#endif
