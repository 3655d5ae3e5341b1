/*
 * table.h - where states are kept and how they are found.
 *
 * SPDX-License-Identifier: ISC
 *
 * States live in chunks and are known by an index that stays theirs until they
 * are freed.  Two open-addressing tables of (index, hash) lead to them: by
 * (id, creatorid), and by address key; a state whose stack key differs from its
 * wire key is in the second one twice.
 */
#ifndef PFSYNCSEND_NODE_TABLE_H
#define PFSYNCSEND_NODE_TABLE_H

#include "node.h"

#define TABLE_NONE UINT32_MAX
#define TABLE_CHUNK_SHIFT 10
#define TABLE_CHUNK (1U << TABLE_CHUNK_SHIFT)

#ifdef __GNUC__
#define fw_prefetch(address) __builtin_prefetch(address)
#else
#define fw_prefetch(address) ((void)(address))
#endif

struct table_slot {
	uint32_t ref; /* TABLE_NONE: free */
	uint32_t hash;
};

struct table_index {
	struct table_slot *slots;
	uint32_t mask; /* slots - 1 */
	uint32_t used;
};

/* marks of a state */
enum {
	MARK_LIVE = 0x01,      /* in the tables; else only queued to be told of, or free */
	MARK_USED = 0x02,      /* not on the free list */
	MARK_LOCAL = 0x04,     /* created by this node's traffic */
	MARK_NO_SYNC = 0x08,   /* never sent */
	MARK_FROM_SYNC = 0x10, /* V2 .. V4: the next event is not sent */
	MARK_DEFERRED = 0x20,  /* its first packet is held */
	MARK_PLUS_ACK = 0x40   /* V5, V6: INS goes out with ACK */
};

struct table {
	struct fw_state **chunks;
	uint32_t chunk_count;
	uint32_t high; /* indexes below this have been used */
	uint32_t free; /* first of the free list, by `next` */
	uint64_t live;
	uint64_t seed;
	struct table_index ids, keys;
};

void table_init(struct table *table, uint64_t seed);
void table_free(struct table *table);
/* All states gone, memory kept. */
void table_clear(struct table *table);

static inline struct fw_state *
table_at(const struct table *table, uint32_t index)
{
	return &table->chunks[index >> TABLE_CHUNK_SHIFT][index & (TABLE_CHUNK - 1)];
}

/* A zeroed state outside the tables; TABLE_NONE if memory is short. */
uint32_t table_new(struct table *table);
void table_drop(struct table *table, uint32_t index);

uint32_t table_hash_id(const struct table *table, uint64_t id, uint32_t creatorid);
/* Index or TABLE_NONE. */
uint32_t table_find(const struct table *table, uint64_t id, uint32_t creatorid);
uint32_t table_find_hashed(
    const struct table *table, uint32_t hash, uint64_t id, uint32_t creatorid);

static inline void
table_prefetch_slot(const struct table *table, uint32_t hash)
{
	fw_prefetch(&table->ids.slots[hash & table->ids.mask]);
}
/* Brings the state that is most likely meant nearer; the slot should be near already. */
void table_prefetch_state(const struct table *table, uint32_t hash);

/*
 * The state that stands in the way of `state` (not linked yet): same key, same
 * interface, same direction (SEM 1.5).  TABLE_NONE: none does.
 */
uint32_t table_key_taken(const struct table *table, const struct fw_state *state);

/* Link by id and keys.  False: memory is short, nothing was linked. */
bool table_link(struct table *table, uint32_t index);
void table_unlink(struct table *table, uint32_t index);

#endif
