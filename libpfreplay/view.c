/*
 * view.c - what one node holds of one state (see view.h).
 *
 * SPDX-License-Identifier: ISC
 *
 * A pair of firewalls fits into the entry; what a third one holds goes into a
 * list.  The entry's own places are filled first, so that an empty first place
 * means that there is no view at all.
 */
#include <stddef.h>
#include <string.h>

#include "view.h"

_Static_assert(sizeof(struct entry) == 3 * SLAB_LINE, "an entry is three cache lines");
_Static_assert(offsetof(struct entry, peers_apart) == 2 * SLAB_LINE, "of which two are in use");

static struct spilled *
spilled_at(const struct slab *spill, uint32_t number)
{
	return slab_at(spill, number);
}

struct view *
view_find_spilled(const struct slab *spill, struct entry *entry, uint16_t node)
{
	for (uint32_t n = entry->spill; n != 0; n = spilled_at(spill, n)->next)
		if (spilled_at(spill, n)->view.node == node)
			return &spilled_at(spill, n)->view;
	return NULL;
}

struct view *
view_add(struct slab *spill, struct entry *entry, uint16_t node)
{
	struct view *view = NULL;
	uint32_t number;

	for (unsigned i = 0; i < VIEW_INLINE && view == NULL; i++)
		if (entry->view[i].node == VIEW_NOBODY)
			view = &entry->view[i];
	if (view == NULL) {
		number = slab_take(spill);
		if (number == 0)
			return NULL;
		spilled_at(spill, number)->next = entry->spill;
		entry->spill = number;
		view = &spilled_at(spill, number)->view;
	} else if (view == &entry->view[0]) {
		entry->apart = false;
		memset(&entry->peers, 0, sizeof(entry->peers));
	} else {
		entry->apart = true;
		memset(&entry->peers_apart, 0, sizeof(entry->peers_apart));
	}
	memset(view, 0, sizeof(*view));
	view->node = node;
	return view;
}

/* Put the first of the list into the place of a view that goes. */
static void
fill_from_list(struct slab *spill, struct entry *entry, struct view *gap)
{
	uint32_t number = entry->spill;
	const struct spilled *first = spilled_at(spill, number);

	if (gap != &first->view) {
		*view_own_peers(entry, gap) = first->peers;
		*gap = first->view;
	}
	entry->spill = first->next;
	slab_give(spill, number);
}

void
view_remove(struct slab *spill, struct entry *entry, uint16_t node)
{
	struct view *view = view_find(spill, entry, node);

	if (view == NULL)
		return;
	if (entry->spill != 0) {
		fill_from_list(spill, entry, view);
		return;
	}
	if (view == &entry->view[0]) {
		entry->view[0] = entry->view[1];
		if (entry->apart)
			entry->peers = entry->peers_apart;
	}
	entry->apart = false;
	entry->view[1].node = VIEW_NOBODY;
}

struct view *
view_next(const struct slab *spill, struct entry *entry, uint32_t *position)
{
	uint32_t at = (*position)++;
	uint32_t number = entry->spill;

	if (at < VIEW_INLINE)
		return entry->view[at].node == VIEW_NOBODY ? NULL : &entry->view[at];
	for (; at > VIEW_INLINE && number != 0; at--)
		number = spilled_at(spill, number)->next;
	return number == 0 ? NULL : &spilled_at(spill, number)->view;
}

struct peers *
view_own_peers(struct entry *entry, struct view *view)
{
	if (!view_is_inline(entry, view))
		return &((struct spilled *)view)->peers;
	if (!entry->apart && entry->view[1].node != VIEW_NOBODY) {
		entry->peers_apart = entry->peers;
		entry->apart = true;
	}
	return view == &entry->view[1] ? &entry->peers_apart : &entry->peers;
}

void
view_try_share(struct entry *entry)
{
	if (entry->apart && memcmp(&entry->peers, &entry->peers_apart, sizeof(entry->peers)) == 0)
		entry->apart = false;
}
