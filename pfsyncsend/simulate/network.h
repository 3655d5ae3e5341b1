/*
 * network.h - what becomes of a packet between two firewalls.
 *
 * SPDX-License-Identifier: ISC
 *
 * Every ordered pair of nodes is a path with a delay.  Packets of a path arrive in order.
 * Rules take packets away, repeat them, hold them back or let them be overtaken; each draws
 * from a stream of its own, so that one rule more leaves the others' choices as they were.
 */
#ifndef PFSYNCSEND_SIMULATE_NETWORK_H
#define PFSYNCSEND_SIMULATE_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rng.h"

#define NETWORK_NODES_MAX 5 /* four firewalls and one that should not be there */
#define NETWORK_ANY (-1)

enum net_rule_kind {
	NET_LOSS,      /* rate */
	NET_NTH,       /* the n-th packet of the path after from_ns, and `repeat` that follow */
	NET_MATCH,     /* packets the caller's function matches, at most `repeat` of them */
	NET_DOWN,      /* all: the link is cut */
	NET_MTU,       /* packets of more than size_bytes */
	NET_DELAY,     /* rate of packets take time_ns longer; the following ones wait */
	NET_REORDER,   /* rate of packets take time_ns longer and are overtaken */
	NET_DUPLICATE, /* rate of packets come twice, the second time_ns later */
	NET_RULE_KINDS
};

struct net_rule {
	enum net_rule_kind kind;
	int from, to; /* node, or NETWORK_ANY */
	int64_t from_ns, until_ns;
	double rate;
	int64_t time_ns;
	uint32_t n; /* NET_NTH: 1 is the first */
	uint32_t repeat;
	uint32_t size_bytes;
	uint32_t fault; /* the caller's: index of the fault that this is */
};

enum net_fate { NET_DELIVERED, NET_LOST };

struct net_verdict {
	enum net_fate fate;
	int32_t rule;      /* that lost, or else last delayed, it; -1: none */
	int64_t arrive_ns; /* also for lost packets: when it would have come */
	int64_t again_ns;  /* of the duplicate; 0: there is none */
	bool overtaken;    /* a later packet may come first */
};

/* Does rule `rule` (NET_MATCH) mean this packet? */
typedef bool (*net_match)(void *context, size_t rule);

struct network;

struct network *network_new(uint64_t seed, int64_t delay_ns, int64_t jitter_ns);
void network_free(struct network *network);
/* Returns the rule's index. */
size_t network_add(struct network *network, const struct net_rule *rule);
const struct net_rule *network_rule(const struct network *network, size_t index);
/* How many packets a rule took, held or repeated. */
uint64_t network_hits(const struct network *network, size_t index);
/* A packet of `len` bytes (IP and up) leaves at now_ns. */
struct net_verdict network_judge(struct network *network, int64_t now_ns, int from, int to,
    size_t len, net_match match, void *context);

#endif
