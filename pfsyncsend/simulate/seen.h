/*
 * seen.h - which states can be known from the capture alone.
 *
 * SPDX-License-Identifier: ISC
 *
 * A reader of wire.pcap knows a state when a message with all of it was captured, and it is
 * right about a node's copy as long as the node got, or said, what was captured last.  For each
 * (id, creatorid) this keeps the one bit and, for every node, whether its last message and
 * the capture's differ, and whether it has dropped the state in silence.
 */
#ifndef PFSYNCSEND_SIMULATE_SEEN_H
#define PFSYNCSEND_SIMULATE_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seen_entry {
	uint64_t id;
	int64_t deleted_ns; /* a DEL was captured last, then; -1: not */
	uint32_t creatorid;
	uint8_t differs; /* bit n: node n got something else last than the capture has */
	uint8_t gone;    /* bit n: node n has let it go, and no captured message says so */
	bool full;       /* INS, UPD or DEL was captured: addresses are known */
	bool used;       /* private */
};

struct seen;

struct seen *seen_new(void);
void seen_free(struct seen *seen);
/* The entry, made if there is none; valid until the next call that adds or removes. */
struct seen_entry *seen_add(struct seen *seen, uint64_t id, uint32_t creatorid);
/* NULL: there is none. */
struct seen_entry *seen_find(const struct seen *seen, uint64_t id, uint32_t creatorid);
void seen_remove(struct seen *seen, uint64_t id, uint32_t creatorid);
size_t seen_count(const struct seen *seen);
/* All entries in an order that depends on history alone; start with *cursor = 0. */
const struct seen_entry *seen_next(const struct seen *seen, size_t *cursor);
/* Set or clear a node's bit; how many entries have any is seen_differing(). */
void seen_differ(struct seen *seen, struct seen_entry *entry, unsigned node, bool differs);
size_t seen_differing(const struct seen *seen);

#endif
