/*
 * held.c - what a kernel keeps of a record beside peers and life (see held.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "families/rules.h"
#include "held.h"
#include "internal.h"

/* PFSTATE_ACK of FreeBSD and OpenBSD. */
#define STATE_FLAG_ACK 0x10

static void
bind_rule(struct view *view, bool bound)
{
	view->bits = (uint8_t)(bound ? view->bits | VIEW_BOUND : view->bits & (0xff ^ VIEW_BOUND));
}

/* One that has said nothing yet has the rules of its partner. */
static bool
same_rules(const struct node *a, const struct node *b)
{
	return !a->has_cksum || !b->has_cksum || memcmp(a->cksum, b->cksum, sizeof(a->cksum)) == 0;
}

void
held_imported(const struct event *event, const struct node *node, struct view *view)
{
	const struct pfsync_message *message = event->message;

	view->bits |= VIEW_IMPORTED;
	bind_rule(view, node->family != PFREPLAY_V6B && same_rules(node, event->sender) &&
			    (!pfsync_has(message, PFSYNC_F_ANCHOR) ||
				message->u.state.anchor == PFSYNC_RULE_NONE));
}

void
held_taken(const struct pfreplay *r, struct view *view, const struct view *source)
{
	const struct node *node = r->nodes.list[view->node];

	view->bits |= VIEW_IMPORTED;
	if (source != NULL && !same_rules(node, r->nodes.list[source->node]))
		bind_rule(view, false);
}

void
held_said(const struct event *event, struct view *view)
{
	const struct pfsync_message *message = event->message;
	const struct node *sender = event->sender;

	if (message->action == PFSYNC_ACT_INS)
		view->bits &= (uint8_t)~VIEW_IMPORTED;
	/* The host id of another one, and its own is known (SEM 1.4). */
	if (message->action == PFSYNC_ACT_UPD && sender->creatorid_count != 0 &&
	    !node_owns(sender, message->creatorid))
		view->bits |= VIEW_IMPORTED;
	if (pfsync_has(message, PFSYNC_F_RULE))
		bind_rule(view, message->u.state.rule != PFSYNC_RULE_NONE);
}

void
held_show(const struct pfreplay *r, const struct view *view, struct pfsync_message *message)
{
	struct pfsync_state *state = &message->u.state;

	/* Set while an INS waits for its acknowledgement, and then no more. */
	if (r->nodes.list[view->node]->rules->version >= 5)
		state->state_flags &= (uint16_t)~STATE_FLAG_ACK;
	/* OpenBSD's own since 4.7: the record says -1, whatever rule it was. */
	if (!held_is_imported(view) && r->nodes.list[view->node]->rules->version == 6)
		pfsync_has_clear(message, PFSYNC_F_NAT_RULE);
	if (!held_is_imported(view))
		return;
	state->nat_rule = PFSYNC_RULE_NONE;
	state->anchor = PFSYNC_RULE_NONE;
	if ((view->bits & VIEW_BOUND) == 0)
		state->rule = PFSYNC_RULE_NONE;
}
