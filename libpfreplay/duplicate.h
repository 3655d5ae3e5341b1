/*
 * duplicate.h - the same packet seen at two places of the sync link.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_DUPLICATE_H
#define PFREPLAY_DUPLICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sets of places that replace each other in turn: a burst fills few of them. */
#define DUPLICATE_SETS 2048
#define DUPLICATE_WAYS 8
/* Longer than any path between two captures and their clocks' difference. */
#define DUPLICATE_NS INT64_C(5000000000)

struct duplicate_place {
	uint64_t print; /* 0 = empty */
	int64_t time_ns;
	uint16_t file;
};

struct duplicate_set {
	struct duplicate_place places[DUPLICATE_WAYS];
	unsigned next;
};

/* The latest packets; zero-initialise. */
struct duplicates {
	struct duplicate_set sets[DUPLICATE_SETS];
};

/* Over source node, IP id and contents.  Never 0. */
uint64_t duplicate_print(uint16_t node, uint16_t ip_id, const uint8_t *bytes, size_t size);

/*
 * True if that packet was seen in another file within DUPLICATE_NS; else it is
 * remembered.  Two alike packets in one file are two.
 */
bool duplicate_seen(struct duplicates *duplicates, uint64_t print, int64_t time_ns, uint16_t file);

#endif
