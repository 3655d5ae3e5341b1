/*
 * view.h - what one node holds of one state.
 *
 * SPDX-License-Identifier: ISC
 *
 * Two firewalls that work agree on a state's peers nearly always.  So the two
 * views inside an entry share one pair of peers until they differ: half the
 * memory is touched for each message, and that is most of its cost.
 */
#ifndef PFREPLAY_VIEW_H
#define PFREPLAY_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "pfsync.h"
#include "slab.h"

#define VIEW_NOBODY UINT16_MAX
#define VIEW_INLINE 2

/* view.bits: the standing as evidence left it (time may make it due). */
#define VIEW_STANDING 0x03
/* life_ms is the rest of its life at evidence_ns; else it is how long before
 * evidence_ns the state was refreshed, and the class's timeout counts. */
#define VIEW_LIFE_STATED 0x04
/* Another state than the entry's facts say: odd.h. */
#define VIEW_ODD 0x08
/* The node took the state in from another one: see held.h. */
#define VIEW_IMPORTED 0x10
/* Its rule is that of its number. */
#define VIEW_BOUND 0x20
/* It came as a 1301 record that older kernels of FreeBSD 14 misread. */
#define VIEW_MISREAD 0x40

struct peers {
	struct pfsync_peer src;
	struct pfsync_peer dst;
};

struct view {
	int64_t evidence_ns;
	uint64_t evidence; /* see view_evidence() */
	int32_t life_ms;
	uint16_t node; /* VIEW_NOBODY: an empty place */
	uint8_t timeout;
	uint8_t bits;
};

/* A view that found no room in its entry. */
struct spilled {
	struct view view; /* first: view_peers() finds the rest by it */
	struct peers peers;
	uint32_t next;
};

/* One state, whoever has it: two cache lines, and one that is seldom needed. */
struct entry {
	uint64_t id;
	uint32_t creatorid;
	uint32_t facts; /* number, 0 = keyless */
	uint32_t spill; /* number of the first further view, 0 = none */
	uint8_t proto;  /* as far as known: facts, else the timeout class */
	bool live;      /* false for a free place of the slab */
	bool apart;     /* the second view has peers of its own */
	uint8_t marks;  /* of watchers, see watch_mark() */
	struct view view[VIEW_INLINE];
	struct peers peers;
	/* From here on the third line. */
	struct peers peers_apart;
	/* Neighbours in the list of its creator, 0 = none. */
	uint32_t next;
	uint32_t prev;
};

/* File and frame in one number. */
static inline uint64_t
view_evidence(uint16_t file, uint64_t frame)
{
	return (uint64_t)file << 48 | (frame & UINT64_C(0xffffffffffff));
}

/* The view of `node` beyond the inline ones, or NULL. */
struct view *view_find_spilled(const struct slab *spill, struct entry *entry, uint16_t node);

/* The view of `node`, or NULL. */
static inline struct view *
view_find(const struct slab *spill, struct entry *entry, uint16_t node)
{
	for (unsigned i = 0; i < VIEW_INLINE; i++)
		if (entry->view[i].node == node)
			return &entry->view[i];
	return entry->spill != 0 ? view_find_spilled(spill, entry, node) : NULL;
}

/*
 * A place for the view of `node`, which must have none: everything but `node`
 * is zero, its peers are its own.  NULL when the limit of `spill` is reached.
 * Views of an entry may move when one is removed, not when one is added.
 */
struct view *view_add(struct slab *spill, struct entry *entry, uint16_t node);
void view_remove(struct slab *spill, struct entry *entry, uint16_t node);

/* True if no node has a view. */
static inline bool
view_none(const struct entry *entry)
{
	return entry->view[0].node == VIEW_NOBODY;
}

/*
 * Every view in turn: *position is 0 at first; NULL at the end.
 */
struct view *view_next(const struct slab *spill, struct entry *entry, uint32_t *position);

static inline bool
view_is_inline(const struct entry *entry, const struct view *view)
{
	return view == &entry->view[0] || view == &entry->view[1];
}

/* The two are the inline ones and have the same peers. */
static inline bool
view_shares(const struct entry *entry, const struct view *a, const struct view *b)
{
	return !entry->apart && a != b && view_is_inline(entry, a) && view_is_inline(entry, b);
}

/* The peers of a view, to be read only. */
static inline const struct peers *
view_peers(const struct entry *entry, const struct view *view)
{
	if (!view_is_inline(entry, view))
		return &((const struct spilled *)view)->peers;
	return view == &entry->view[1] && entry->apart ? &entry->peers_apart : &entry->peers;
}

/* The peers of a view, to be changed: the other view keeps what it has. */
struct peers *view_own_peers(struct entry *entry, struct view *view);
/* If the inline views' peers are the same again, share them. */
void view_try_share(struct entry *entry);

#endif
