/*
 * doubt.h - a firewall that does not take in what it is sent (D-02, D-10, D-11).
 *
 * SPDX-License-Identifier: ISC
 *
 * Nothing on the wire says that a state was refused.  But who lacks a state asks
 * for it whenever it is updated: one that is sent, asked for again, sent again
 * and so on for several rounds was refused, not lost.  Then what the node was
 * predicted to have taken in since is not known any more, and the reason may
 * be found: another release than thought, or an interface that it lacks.
 */
#ifndef PFREPLAY_DOUBT_H
#define PFREPLAY_DOUBT_H

#include "internal.h"

/* The sender asks for a state that it was predicted to have taken in. */
void doubt_asked_again(struct event *event);

/* It speaks of the entry's state as its own: it has that interface. */
void doubt_ifname_proven(const struct event *event);

/* A view that `node` was given just now is as sure as its others are. */
static inline void
doubt_imported(const struct event *event, const struct node *node, struct view *view)
{
	if (node->rejects_until_ns != 0 && event->time_ns < node->rejects_until_ns)
		view_stand(view, PFREPLAY_UNKNOWN);
}

#endif
