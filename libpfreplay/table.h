/*
 * table.h - where a state is kept: (id, creatorid) -> entry.
 *
 * SPDX-License-Identifier: ISC
 *
 * Open addressing with linear probing.  A place is eight bytes, a number and a
 * part of the hash, so that nearly every look-up touches one cache line here
 * and the entry itself; GHashTable takes twice as long (DESIGN 10).  Removing
 * closes the gap, so that look-ups stay short however long the capture is.
 */
#ifndef PFREPLAY_TABLE_H
#define PFREPLAY_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "memory.h"
#include "slab.h"
#include "view.h"

struct table_slot {
	uint32_t number; /* of the entry, 0 = empty */
	uint32_t tag;    /* upper half of the hash */
};

struct table {
	struct slab entries;
	struct table_slot *slots;
	uint32_t mask;
	uint64_t seed; /* so that nobody can choose ids that collide */
};

/* At most `limit` entries.  Release with table_clear(). */
void table_init(struct table *table, uint32_t limit, uint64_t seed);
void table_clear(struct table *table);

static inline uint64_t
table_hash(const struct table *table, uint64_t id, uint32_t creatorid)
{
	uint64_t h = (id ^ table->seed) * UINT64_C(0x9e3779b97f4a7c15);

	h ^= h >> 32;
	h = (h + creatorid) * UINT64_C(0xd6e8feb86659fd93);
	h ^= h >> 32;
	return h * UINT64_C(0xd6e8feb86659fd93);
}

static inline struct entry *
table_entry(const struct table *table, uint32_t number)
{
	return slab_at(&table->entries, number);
}

static inline bool
table_is(const struct table *table, uint32_t number, uint64_t id, uint32_t creatorid)
{
	const struct entry *entry = table_entry(table, number);

	return entry->id == id && entry->creatorid == creatorid && entry->live;
}

/* The number of an entry, or 0. */
static inline uint32_t
table_find(const struct table *table, uint64_t id, uint32_t creatorid, uint64_t hash)
{
	const uint32_t tag = (uint32_t)(hash >> 32);

	for (uint32_t i = (uint32_t)hash & table->mask;; i = (i + 1) & table->mask) {
		const struct table_slot *slot = &table->slots[i];

		if (slot->number == 0)
			return 0;
		if (slot->tag == tag && table_is(table, slot->number, id, creatorid))
			return slot->number;
	}
}

/*
 * A new entry for a key that table_find() did not find, with id, creatorid,
 * `live` and empty views set; 0 when the limit is reached.
 */
uint32_t table_add(struct table *table, uint64_t id, uint32_t creatorid, uint64_t hash);
void table_remove(struct table *table, uint32_t number);

/*
 * Fetch ahead, in two steps with other work between them.  The second returns
 * a guess of the entry's number, to be checked with table_is(), or 0.
 */
static inline void
table_prefetch_slot(const struct table *table, uint64_t hash)
{
	memory_prefetch(&table->slots[hash & table->mask]);
}

static inline uint32_t
table_prefetch_entry(const struct table *table, uint64_t hash)
{
	const uint32_t tag = (uint32_t)(hash >> 32);

	for (uint32_t i = (uint32_t)hash & table->mask;; i = (i + 1) & table->mask) {
		const struct table_slot *slot = &table->slots[i];
		const unsigned char *entry;

		if (slot->number == 0)
			return 0;
		if (slot->tag != tag)
			continue;
		entry = slab_at(&table->entries, slot->number);
		memory_prefetch(entry);
		memory_prefetch(entry + SLAB_LINE);
		return slot->number;
	}
}

/* Memory held, bytes. */
uint64_t table_bytes(const struct table *table);

#endif
