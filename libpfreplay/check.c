/*
 * check.c - are the structures of a replay whole? (see check.h)
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "check.h"
#include "internal.h"

/* What the entries add up to. */
struct sums {
	uint64_t entries;
	uint64_t facts;
	uint64_t spilled;
	uint64_t odd;
	uint64_t views[PFREPLAY_NODES_MAX];
};

static const char *
check_view(const struct pfreplay *r, struct entry *entry, uint32_t number, const struct view *view,
    struct sums *sums)
{
	if (view->node >= r->nodes.count)
		return "a view of no node";
	if (r->nodes.list[view->node]->joined)
		return "a view of a node that was joined to another";
	if (view_find(&r->spill, entry, view->node) != view)
		return "two views of one node";
	if ((view->bits & VIEW_STANDING) == PFREPLAY_DUE)
		return "a view that is due by evidence";
	sums->views[view->node]++;
	if ((view->bits & VIEW_ODD) == 0)
		return NULL;
	sums->odd++;
	return odd_facts(r, entry, view, number) == 0 ? "an odd view without facts" : NULL;
}

static const char *
check_places(const struct entry *entry)
{
	bool first = entry->view[0].node != VIEW_NOBODY;
	bool second = entry->view[1].node != VIEW_NOBODY;

	if (!first)
		return "an entry without a view";
	if (!second && entry->spill != 0)
		return "a spilled view beside a free place";
	return !second && entry->apart ? "peers of a second view that is not there" : NULL;
}

static const char *
check_entry(const struct pfreplay *r, uint32_t number, struct sums *sums)
{
	struct entry *entry = table_entry(&r->table, number);
	const struct view *view;
	const char *wrong;
	uint32_t position = 0, count = 0;

	if (!entry->live)
		return NULL;
	sums->entries++;
	sums->facts += entry->facts != 0;
	if (store_find(r, entry->id, entry->creatorid) != number)
		return "an entry that is not found";
	wrong = check_places(entry);
	while (wrong == NULL && (view = view_next(&r->spill, entry, &position)) != NULL) {
		wrong = check_view(r, entry, number, view, sums);
		sums->spilled += ++count > VIEW_INLINE;
	}
	return wrong;
}

static const char *
check_creators(const struct pfreplay *r, uint64_t entries)
{
	GHashTableIter iter;
	gpointer value;
	uint64_t listed = 0;

	g_hash_table_iter_init(&iter, r->creators.by_id);
	while (g_hash_table_iter_next(&iter, &value, NULL)) {
		const struct creator *creator = value;
		uint32_t previous = 0;
		uint64_t count = 0;

		for (uint32_t n = creator->first; n != 0; n = table_entry(&r->table, n)->next) {
			const struct entry *entry = table_entry(&r->table, n);

			if (!entry->live || entry->creatorid != creator->id ||
			    entry->prev != previous || ++count > entries)
				return "a creator's list that is broken";
			previous = n;
		}
		if (count == 0 || count != creator->entries)
			return "a creator's list of another length";
		listed += count;
	}
	return listed == entries ? NULL : "entries in no creator's list";
}

static const char *
check_slots(const struct pfreplay *r)
{
	uint64_t used = 0;

	for (uint64_t i = 0; i <= r->table.mask; i++) {
		uint32_t number = r->table.slots[i].number;

		if (number == 0)
			continue;
		used++;
		if (number > r->table.entries.used || !table_entry(&r->table, number)->live)
			return "a place in the hash table without an entry";
	}
	return used == r->table.entries.live ? NULL : "places in the hash table too many or few";
}

static const char *
check_facts(const struct pfreplay *r)
{
	GHashTableIter iter;
	gpointer value;
	uint64_t users = 0;

	g_hash_table_iter_init(&iter, r->facts.traits);
	while (g_hash_table_iter_next(&iter, &value, NULL)) {
		const struct shared_traits *shared = value;

		if (shared->users == 0)
			return "traits without users";
		users += shared->users;
	}
	return users == r->facts.slab.live ? NULL : "users of traits too many or few";
}

static const char *
check_sums(const struct pfreplay *r, const struct sums *sums)
{
	for (size_t n = 0; n < r->nodes.count; n++)
		if (sums->views[n] != r->nodes.list[n]->views)
			return "a node's views are not as many as it counts";
	if (sums->entries != r->table.entries.live)
		return "entries too many or few";
	if (sums->spilled != r->spill.live)
		return "spilled views too many or few";
	if (sums->odd != r->odd.count || sums->odd != g_hash_table_size(r->odd.facts))
		return "odd views too many or few";
	if (sums->facts + sums->odd != r->facts.slab.live)
		return "facts too many or few";
	return NULL;
}

const char *
replay_check(const struct pfreplay *r)
{
	struct sums sums = {0};
	const char *wrong = NULL;

	for (uint32_t number = 1; wrong == NULL && number <= r->table.entries.used; number++)
		wrong = check_entry(r, number, &sums);
	if (wrong == NULL)
		wrong = check_sums(r, &sums);
	if (wrong == NULL)
		wrong = check_slots(r);
	if (wrong == NULL)
		wrong = check_creators(r, sums.entries);
	if (wrong == NULL)
		wrong = check_facts(r);
	if (wrong == NULL && r->keys.on && !keys_complete(r))
		wrong = "the index of keys is not complete";
	return wrong;
}
