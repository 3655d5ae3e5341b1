/*
 * traffic.h - how much goes from which firewall to which, and how promptly.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_DIVERGENCE_TRAFFIC_H
#define PFREPLAY_DIVERGENCE_TRAFFIC_H

#include "divergence.h"

struct lane {
	uint64_t packets; /* that the receiver takes in */
	int64_t first_ns;
	int64_t last_ns;
	int64_t silence_max_ns; /* between two */
	uint64_t acks_wanted;   /* INS of `from` with the ACK flag */
	uint64_t acks_seen;
	uint64_t ack_counts[PFREPLAY_ACK_BOUNDS + 1]; /* as in struct pfreplay_pair */
	int64_t ack_sum_ns;
};

/* NULL if there never was anything. */
const struct lane *traffic_lane(const struct traffic *traffic, size_t from, size_t to);

/*
 * How long acknowledgements of `to` took after inserts of `from`: half of them
 * at most, 99 of 100, and the longest; zeros if there were none.
 */
struct traffic_delays {
	int64_t p50_ns;
	int64_t p99_ns;
	int64_t max_ns;
};
void traffic_delays(
    const struct traffic *traffic, size_t from, size_t to, struct traffic_delays *delays);

/* Do captures of both ends show that no packet was lost from one node to the other? */
bool traffic_lost_nothing(const struct pfreplay *r, size_t from, size_t to);

#endif
