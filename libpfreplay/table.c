/*
 * table.c - where a state is kept (see table.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "table.h"

#define SLOTS_MIN 1024

static inline uint32_t
tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

static struct table_slot *
slots_new(uint32_t count)
{
	struct table_slot *slots = memory_pages(count * sizeof(*slots));

	memset(slots, 0, count * sizeof(*slots));
	return slots;
}

void
table_init(struct table *table, uint32_t limit, uint64_t seed)
{
	slab_init(&table->entries, sizeof(struct entry), limit);
	table->slots = slots_new(SLOTS_MIN);
	table->mask = SLOTS_MIN - 1;
	table->seed = seed;
}

void
table_clear(struct table *table)
{
	slab_clear(&table->entries);
	free(table->slots);
	table->slots = NULL;
}

static void
place(struct table *table, uint64_t hash, uint32_t number)
{
	uint32_t i = (uint32_t)hash & table->mask;

	while (table->slots[i].number != 0)
		i = (i + 1) & table->mask;
	table->slots[i].number = number;
	table->slots[i].tag = tag_of(hash);
}

static void
grow(struct table *table)
{
	struct table_slot *old = table->slots;
	uint32_t count = table->mask + 1;

	table->slots = slots_new(2 * count);
	table->mask = 2 * count - 1;
	for (uint32_t i = 0; i < count; i++) {
		const struct entry *entry;

		if (old[i].number == 0)
			continue;
		entry = table_entry(table, old[i].number);
		place(table, table_hash(table, entry->id, entry->creatorid), old[i].number);
	}
	free(old);
}

uint32_t
table_add(struct table *table, uint64_t id, uint32_t creatorid, uint64_t hash)
{
	uint32_t number = slab_take(&table->entries);
	struct entry *entry;

	if (number == 0)
		return 0;
	if (table->entries.live > table->mask / 4 * 3)
		grow(table);
	entry = table_entry(table, number);
	entry->id = id;
	entry->creatorid = creatorid;
	entry->live = true;
	entry->marks = 0;
	entry->view[0].node = VIEW_NOBODY;
	entry->view[1].node = VIEW_NOBODY;
	place(table, hash, number);
	return number;
}

void
table_remove(struct table *table, uint32_t number)
{
	struct entry *entry = table_entry(table, number);
	uint32_t mask = table->mask;
	uint32_t gap = (uint32_t)table_hash(table, entry->id, entry->creatorid) & mask;

	while (table->slots[gap].number != number)
		gap = (gap + 1) & mask;
	/* Move back whoever stands behind the gap and may stand in it. */
	for (uint32_t i = (gap + 1) & mask; table->slots[i].number != 0; i = (i + 1) & mask) {
		const struct entry *other = table_entry(table, table->slots[i].number);
		uint32_t home = (uint32_t)table_hash(table, other->id, other->creatorid) & mask;

		if (((i - home) & mask) < ((i - gap) & mask))
			continue;
		table->slots[gap] = table->slots[i];
		gap = i;
	}
	table->slots[gap].number = 0;
	entry->live = false;
	slab_give(&table->entries, number);
}

uint64_t
table_bytes(const struct table *table)
{
	return slab_bytes(&table->entries) + ((uint64_t)table->mask + 1) * sizeof(*table->slots);
}
