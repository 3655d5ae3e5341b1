/*
 * creator.c - the states of each creator (see creator.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "creator.h"

static guint
id_hash(gconstpointer key)
{
	return ((const struct creator *)key)->id * 2654435761U;
}

static gboolean
id_equal(gconstpointer a, gconstpointer b)
{
	return ((const struct creator *)a)->id == ((const struct creator *)b)->id;
}

void
creators_init(struct creators *creators)
{
	creators->by_id = g_hash_table_new_full(id_hash, id_equal, g_free, NULL);
	creators->latest = NULL;
}

void
creators_clear(struct creators *creators)
{
	g_hash_table_destroy(creators->by_id);
}

static struct creator *
find(const struct creators *creators, uint32_t creatorid)
{
	const struct creator key = {.id = creatorid};

	if (creators->latest != NULL && creators->latest->id == creatorid)
		return creators->latest;
	return g_hash_table_lookup(creators->by_id, &key);
}

void
creators_link(struct creators *creators, struct table *table, uint32_t number)
{
	struct entry *entry = table_entry(table, number);
	struct creator *creator = find(creators, entry->creatorid);

	if (creator == NULL) {
		creator = g_new0(struct creator, 1);
		creator->id = entry->creatorid;
		g_hash_table_add(creators->by_id, creator);
	}
	creators->latest = creator;
	entry->prev = 0;
	entry->next = creator->first;
	if (creator->first != 0)
		table_entry(table, creator->first)->prev = number;
	creator->first = number;
	creator->entries++;
}

void
creators_unlink(struct creators *creators, struct table *table, uint32_t number)
{
	struct entry *entry = table_entry(table, number);
	struct creator *creator = find(creators, entry->creatorid);

	if (entry->prev != 0)
		table_entry(table, entry->prev)->next = entry->next;
	else
		creator->first = entry->next;
	if (entry->next != 0)
		table_entry(table, entry->next)->prev = entry->prev;
	if (--creator->entries == 0) {
		if (creators->latest == creator)
			creators->latest = NULL;
		g_hash_table_remove(creators->by_id, creator);
	}
}

uint32_t
creators_first(const struct creators *creators, uint32_t creatorid)
{
	const struct creator *creator = find(creators, creatorid);

	return creator != NULL ? creator->first : 0;
}

uint64_t
creators_count(const struct creators *creators, uint32_t creatorid)
{
	const struct creator *creator = find(creators, creatorid);

	return creator != NULL ? creator->entries : 0;
}
