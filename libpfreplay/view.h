/*
 * view.h - what one node holds of one state.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_VIEW_H
#define PFREPLAY_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "pfsync.h"
#include "slab.h"

#define VIEW_NOBODY UINT16_MAX

/* view.bits: the standing as evidence left it (time may make it due). */
#define VIEW_STANDING 0x03
/* life_ms is the rest of its life at evidence_ns; else it is how long before
 * evidence_ns the state was refreshed, and the class's timeout counts. */
#define VIEW_LIFE_STATED 0x04

struct view {
	struct pfsync_peer src;
	struct pfsync_peer dst;
	int64_t evidence_ns;
	uint64_t evidence; /* see view_evidence() */
	int32_t life_ms;
	uint16_t node; /* VIEW_NOBODY: an empty place */
	uint8_t timeout;
	uint8_t bits;
};

/* A view that found no room in its entry. */
struct spilled {
	struct view view;
	uint32_t next;
};

/* File and frame in one number. */
static inline uint64_t
view_evidence(uint16_t file, uint64_t frame)
{
	return (uint64_t)file << 48 | (frame & UINT64_C(0xffffffffffff));
}

struct entry;

/* The view of `node`, or NULL. */
struct view *view_find(const struct slab *spill, struct entry *entry, uint16_t node);
/*
 * A place for the view of `node`, which must have none: everything but `node`
 * is zero.  NULL when the limit of `spill` is reached.  Views of an entry may
 * move when one is removed, not when one is added.
 */
struct view *view_add(struct slab *spill, struct entry *entry, uint16_t node);
void view_remove(struct slab *spill, struct entry *entry, uint16_t node);

/* True if no node has a view. */
bool view_none(const struct entry *entry);

/*
 * Every view in turn: *position is 0 at first; NULL at the end.
 */
struct view *view_next(const struct slab *spill, struct entry *entry, uint32_t *position);

#endif
