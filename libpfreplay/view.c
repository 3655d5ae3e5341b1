/*
 * view.c - what one node holds of one state (see view.h).
 *
 * SPDX-License-Identifier: ISC
 *
 * A pair of firewalls fits into the entry; what a third one holds goes into a
 * list.  The entry's own places are filled first, so that an empty first place
 * means that there is no view at all.
 */
#include <string.h>

#include "table.h"
#include "view.h"

#define INLINE_VIEWS 2

static struct spilled *
spilled_at(const struct slab *spill, uint32_t number)
{
	return slab_at(spill, number);
}

struct view *
view_find(const struct slab *spill, struct entry *entry, uint16_t node)
{
	if (entry->view[0].node == node)
		return &entry->view[0];
	if (entry->view[1].node == node)
		return &entry->view[1];
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

	for (unsigned i = 0; i < INLINE_VIEWS && view == NULL; i++)
		if (entry->view[i].node == VIEW_NOBODY)
			view = &entry->view[i];
	if (view == NULL) {
		number = slab_take(spill);
		if (number == 0)
			return NULL;
		spilled_at(spill, number)->next = entry->spill;
		entry->spill = number;
		view = &spilled_at(spill, number)->view;
	}
	memset(view, 0, sizeof(*view));
	view->node = node;
	return view;
}

void
view_remove(struct slab *spill, struct entry *entry, uint16_t node)
{
	struct view *view = view_find(spill, entry, node);
	uint32_t first = entry->spill;

	if (view == NULL)
		return;
	if (first != 0) {
		/* The first of the list fills the gap, wherever that is. */
		*view = spilled_at(spill, first)->view;
		entry->spill = spilled_at(spill, first)->next;
		slab_give(spill, first);
		return;
	}
	if (view == &entry->view[0])
		entry->view[0] = entry->view[1];
	entry->view[1].node = VIEW_NOBODY;
}

bool
view_none(const struct entry *entry)
{
	return entry->view[0].node == VIEW_NOBODY;
}

struct view *
view_next(const struct slab *spill, struct entry *entry, uint32_t *position)
{
	uint32_t at = (*position)++;
	uint32_t number = entry->spill;

	if (at < INLINE_VIEWS)
		return entry->view[at].node == VIEW_NOBODY ? NULL : &entry->view[at];
	for (; at > INLINE_VIEWS && number != 0; at--)
		number = spilled_at(spill, number)->next;
	return number == 0 ? NULL : &spilled_at(spill, number)->view;
}
