/*
 * discards.h - what a receiver of another release would discard: --as-peer.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_DISCARDS_H
#define PFREPLAY_DISCARDS_H

#include "watch.h"

struct discards {
	uint64_t counts[WATCH_OUTCOME_COUNT];
	struct pfreplay_example examples[WATCH_OUTCOME_COUNT][PFREPLAY_EXAMPLES];
	/* Whole packets, and the rest of packets. */
	uint64_t packets[PFREPLAY_COUNTER_COUNT];
	struct pfreplay_example packet_examples[PFREPLAY_COUNTER_COUNT][PFREPLAY_EXAMPLES];
};

void discards_count(
    struct discards *discards, const struct event *event, enum watch_outcome outcome);
void discards_packet(
    struct discards *discards, const struct open_packet *open, enum pfreplay_counter counter);

#endif
