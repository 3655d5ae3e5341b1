/*
 * direction.c - what the sync link did to packets, kept for findings and reports.
 *
 * SPDX-License-Identifier: ISC
 */
#include "../internal.h"
#include "pfevidence.h"

void
pfreplay_direction_add(struct pfreplay *r, const struct pfreplay_direction *direction)
{
	if (r->directions == NULL)
		r->directions = g_array_new(FALSE, FALSE, sizeof(*direction));
	if (r->directions->len < PFREPLAY_DIRECTIONS_MAX)
		g_array_append_vals(r->directions, direction, 1);
}

bool
pfreplay_direction_at(const struct pfreplay *r, size_t n, struct pfreplay_direction *direction)
{
	if (r->directions == NULL || n >= r->directions->len)
		return false;
	*direction = g_array_index(r->directions, struct pfreplay_direction, n);
	return true;
}
