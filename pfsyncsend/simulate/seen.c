/*
 * seen.c - which states can be known from the capture alone.
 *
 * SPDX-License-Identifier: ISC
 *
 * Open addressing with linear probing; removal closes the gap.
 */
#include <glib.h>

#include "seen.h"

struct seen {
	struct seen_entry *entries;
	size_t mask, count, differing;
};

static size_t
slot_of(const struct seen *seen, uint64_t id, uint32_t creatorid)
{
	uint64_t x = (id ^ (uint64_t)creatorid << 32 ^ creatorid) * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(x >> 20) & seen->mask;
}

struct seen *
seen_new(void)
{
	struct seen *seen = g_new0(struct seen, 1);

	seen->mask = 1023;
	seen->entries = g_new0(struct seen_entry, seen->mask + 1);
	return seen;
}

void
seen_free(struct seen *seen)
{
	if (seen == NULL)
		return;
	g_free(seen->entries);
	g_free(seen);
}

static size_t
find(const struct seen *seen, uint64_t id, uint32_t creatorid)
{
	size_t i = slot_of(seen, id, creatorid);

	while (seen->entries[i].used &&
	       (seen->entries[i].id != id || seen->entries[i].creatorid != creatorid))
		i = (i + 1) & seen->mask;
	return i;
}

static void
grow(struct seen *seen)
{
	struct seen_entry *old = seen->entries;
	size_t old_size = seen->mask + 1;

	seen->mask = old_size * 2 - 1;
	seen->entries = g_new0(struct seen_entry, old_size * 2);
	for (size_t i = 0; i < old_size; i++) {
		if (old[i].used)
			seen->entries[find(seen, old[i].id, old[i].creatorid)] = old[i];
	}
	g_free(old);
}

struct seen_entry *
seen_add(struct seen *seen, uint64_t id, uint32_t creatorid)
{
	struct seen_entry *entry;

	if (seen->count * 4 > seen->mask * 3)
		grow(seen);
	entry = &seen->entries[find(seen, id, creatorid)];
	if (!entry->used) {
		*entry = (struct seen_entry){
		    .id = id, .creatorid = creatorid, .deleted_ns = -1, .used = true};
		seen->count++;
	}
	return entry;
}

struct seen_entry *
seen_find(const struct seen *seen, uint64_t id, uint32_t creatorid)
{
	struct seen_entry *entry = &seen->entries[find(seen, id, creatorid)];

	return entry->used ? entry : NULL;
}

void
seen_remove(struct seen *seen, uint64_t id, uint32_t creatorid)
{
	size_t gap = find(seen, id, creatorid);

	if (!seen->entries[gap].used)
		return;
	if (seen->entries[gap].differs != 0)
		seen->differing--;
	seen->count--;
	for (size_t i = (gap + 1) & seen->mask; seen->entries[i].used; i = (i + 1) & seen->mask) {
		size_t home = slot_of(seen, seen->entries[i].id, seen->entries[i].creatorid);
		/* Stays if its home lies between the gap and itself. */
		if (((i - home) & seen->mask) < ((i - gap) & seen->mask))
			continue;
		seen->entries[gap] = seen->entries[i];
		gap = i;
	}
	seen->entries[gap].used = false;
}

size_t
seen_count(const struct seen *seen)
{
	return seen->count;
}

const struct seen_entry *
seen_next(const struct seen *seen, size_t *cursor)
{
	while (*cursor <= seen->mask) {
		const struct seen_entry *entry = &seen->entries[(*cursor)++];
		if (entry->used)
			return entry;
	}
	return NULL;
}

void
seen_differ(struct seen *seen, struct seen_entry *entry, unsigned node, bool differs)
{
	uint8_t before = entry->differs;

	if (differs)
		entry->differs = (uint8_t)(before | 1U << node);
	else
		entry->differs = (uint8_t)(before & ~(1U << node));
	if (before == 0 && entry->differs != 0)
		seen->differing++;
	else if (before != 0 && entry->differs == 0)
		seen->differing--;
}

size_t
seen_differing(const struct seen *seen)
{
	return seen->differing;
}
