/*
 * held.h - what a kernel keeps of a record beside peers and life (SEM 2.2, 2.3).
 *
 * SPDX-License-Identifier: ISC
 *
 * Facts of a state are those of the firewall that made it.  One that took it in
 * keeps no rule of NAT and no anchor, and the rule only where it is bound to that
 * of its number: with equal checksums, and not on V6b.  What a full update of a
 * state says of them later changes nothing at who has it.
 */
#ifndef PFREPLAY_HELD_H
#define PFREPLAY_HELD_H

#include <stdbool.h>

#include "pfsync.h"
#include "view.h"

struct event;
struct node;
struct pfreplay;

/* `node` took the state in from the event's sender. */
void held_imported(const struct event *event, const struct node *node, struct view *view);
/* It turns out that the view's node took in what `source` (NULL: another) said. */
void held_taken(const struct pfreplay *r, struct view *view, const struct view *source);
/* The sender itself says, in a full record, what it holds. */
void held_said(const struct event *event, struct view *view);
/* Did its node take the state in from another one? */
static inline bool
held_is_imported(const struct view *view)
{
	return (view->bits & VIEW_IMPORTED) != 0;
}

/* Make of the state's facts in `message` what the view's node holds. */
void held_show(const struct pfreplay *r, const struct view *view, struct pfsync_message *message);

#endif
