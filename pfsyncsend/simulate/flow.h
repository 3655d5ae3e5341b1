/*
 * flow.h - connections and the packets they are made of.
 *
 * SPDX-License-Identifier: ISC
 *
 * A flow is a client, a server and a place in their conversation: hand-shake, rounds of request
 * and answer, close.  What a flow says depends on the seed, its number and its class alone, not
 * on what becomes of its packets: a fault somewhere leaves the workload as it was.
 */
#ifndef PFSYNCSEND_SIMULATE_FLOW_H
#define PFSYNCSEND_SIMULATE_FLOW_H

#include <stdbool.h>
#include <stdint.h>

/* TCP flags as on the wire. */
enum { FLOW_FIN = 0x01, FLOW_SYN = 0x02, FLOW_RST = 0x04, FLOW_PUSH = 0x08, FLOW_ACK = 0x10 };

/* How flows of one kind behave; times in nanoseconds. */
struct flow_class {
	uint8_t proto;       /* 6, 17, 1, 58 or any other number */
	int64_t lifetime_ns; /* mean; flows live at least a round */
	bool lifetime_fixed; /* all live exactly that long */
	int64_t gap_ns;      /* mean time between rounds */
	bool gap_fixed;
	int64_t rtt_ns;         /* client to server and back */
	uint32_t request_bytes; /* per round, mean */
	uint32_t reply_bytes;
	uint16_t window;   /* largest the two announce, unscaled */
	int8_t wscale;     /* shift both offer; -1: none */
	double unanswered; /* share whose first packet gets no reply, 0 .. 1 */
	double reset;      /* share of TCP flows that end by RST */
	double vanish;     /* share of flows that end without a word */
};

struct flow {
	int64_t end_ns;  /* close begins at the first round after this */
	uint64_t number; /* of the run, from 0 */
	uint32_t seq[2]; /* next sequence number of client and server */
	uint32_t ack[2]; /* what each has acknowledged of the other's */
	uint32_t draws;
	uint8_t step;
	bool unanswered, reset, vanish;
};

struct flow_packet {
	bool from_client;
	bool first;      /* the first of its flow */
	uint8_t flags;   /* TCP only, as the rest */
	uint16_t window; /* as in the header: scaled unless SYN */
	int8_t wscale;   /* option, SYN only; -1: none */
	uint32_t seq;
	uint32_t ack;
	uint32_t len; /* payload, bytes */
};

/* Begin flow `number` at now_ns. */
void flow_begin(struct flow *flow, const struct flow_class *kind, uint64_t seed, uint64_t number,
    int64_t now_ns);
/*
 * The packet due now.  *wait_ns: how long until the next one; -1 if there is none after this.
 */
void flow_next(struct flow *flow, const struct flow_class *kind, uint64_t seed, int64_t now_ns,
    struct flow_packet *packet, int64_t *wait_ns);
/* A number of this flow's own stream. */
uint64_t flow_draw(struct flow *flow, uint64_t seed);

#endif
