/*
 * listed.c - what a firewall lists itself outranks what was predicted of it.
 *
 * SPDX-License-Identifier: ISC
 */
#include <glib.h>

#include "divergence/differences.h"
#include "internal.h"
#include "pfverdict.h"

/* On its way from one firewall to the other, or just gone. */
#define GRACE_NS (2 * EXPIRY_NS_PER_S)

struct listed {
	struct node *node;
	int64_t time_ns;
	struct side *states; /* those of the listing */
};

void
pfreplay_listing_begin(struct pfreplay *r, size_t node, int64_t time_ns)
{
	if (node >= r->nodes.count || r->listed != NULL)
		return;
	r->listed = g_new0(struct listed, 1);
	r->listed->node = r->nodes.list[node];
	r->listed->time_ns = time_ns;
	r->listed->states = side_new(1, UINT32_MAX);
}

/* As another firewall has it: a plain listing tells that it is there, not more. */
static void
add_view(struct pfreplay *r, struct entry *entry, struct node *node, int64_t time_ns)
{
	const struct view *other = &entry->view[0];
	struct peers peers = *view_peers(entry, other);
	struct view *view;

	view = store_view_add(r, entry, node);
	if (view == NULL)
		return;
	*view_own_peers(entry, view) = peers;
	view->evidence_ns = time_ns;
	view->timeout = other->timeout;
	view->life_ms = expiry_ms(store_due_ns(r, other) - time_ns);
	view->bits = VIEW_LIFE_STATED | PFREPLAY_ASSERTED;
	view_try_share(entry);
}

void
pfreplay_listing_state(struct pfreplay *r, uint64_t id, uint32_t creatorid)
{
	uint32_t number;
	struct entry *entry;
	struct view *view;

	if (r->listed == NULL)
		return;
	side_make(r->listed->states, id, creatorid, NULL);
	number = store_find(r, id, creatorid);
	if (number == 0)
		return;
	entry = table_entry(&r->table, number);
	view = store_view(r, entry, r->listed->node);
	if (view != NULL)
		view_stand(view, PFREPLAY_ASSERTED);
	else
		add_view(r, entry, r->listed->node, r->listed->time_ns);
}

/* Was it made so long ago that it must have arrived? */
static bool
is_settled(const struct pfreplay *r, const struct entry *entry)
{
	return entry->facts == 0 ||
	       r->listed->time_ns - facts_at(&r->facts, entry->facts)->creation_ns >= GRACE_NS;
}

void
pfreplay_listing_end(struct pfreplay *r)
{
	struct node *node;

	if (r->listed == NULL)
		return;
	node = r->listed->node;
	for (uint32_t number = 1; number <= r->table.entries.used; number++) {
		struct entry *entry = table_entry(&r->table, number);
		uint64_t id = entry->id;
		uint32_t creatorid = entry->creatorid;

		if (!entry->live || side_find(r->listed->states, id, creatorid) != NULL ||
		    !is_settled(r, entry))
			continue;
		if (r->divergence != NULL)
			differences_absent(r->divergence, node, id, creatorid);
		store_view_remove(r, entry, number, node);
		store_tidy(r, number);
	}
	if (r->divergence != NULL)
		r->divergence->judged = false;
	side_free(r->listed->states);
	g_free(r->listed);
	r->listed = NULL;
}
