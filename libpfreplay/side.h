/*
 * side.h - a few bytes remembered about some of the states.
 *
 * SPDX-License-Identifier: ISC
 *
 * By (id, creatorid), not by entry: what is remembered outlives the state, so
 * that one that comes back is recognised.  Bounded: when it is full, the
 * record that was made first goes.
 */
#ifndef PFREPLAY_SIDE_H
#define PFREPLAY_SIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct side;

/* Records of `bytes`, aligned for any type; at most `max` of them. */
struct side *side_new(size_t bytes, uint32_t max);
void side_free(struct side *side);

/* The record of that state or NULL.  Valid until it is dropped or pushed out. */
void *side_find(struct side *side, uint64_t id, uint32_t creatorid);
/*
 * The same, made of zeros if there is none (*fresh, which may be NULL, tells).
 * Never NULL.  The record that was pushed out for it is gone.
 */
void *side_make(struct side *side, uint64_t id, uint32_t creatorid, bool *fresh);
void side_drop(struct side *side, uint64_t id, uint32_t creatorid);
uint32_t side_count(const struct side *side);
/* How often a record was pushed out because of `max`. */
uint64_t side_pushed_out(const struct side *side);

/* Calls `fn` for each, the oldest first; it must not make or drop records. */
void side_each(struct side *side,
    void (*fn)(void *user, uint64_t id, uint32_t creatorid, void *record), void *user);

#endif
