/*
 * credit.c - was a firewall there before it was first heard? (see credit.h)
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "credit.h"

/* A single lost packet of INS is no proof. */
#define CREDIT_REQUESTS 4
/* Who was off asks for all but what is lost or still under way; who refuses some
 * states (D-11) has as many others. */
#define HELD_MOST 4

static bool
is_credit(const struct node *node, const struct view *view)
{
	return view->evidence_ns < node->first_ns &&
	       (view->bits & VIEW_STANDING) != PFREPLAY_ASSERTED;
}

void
credit_contradicted(struct node *node, const struct view *view)
{
	if ((node->credited || node->on_credit) && is_credit(node, view))
		node->credit_refuted++;
}

/* Credited states that were updated lately and not asked for. */
static uint64_t
credit_held(const struct pfreplay *r, const struct node *node)
{
	uint64_t held = 0;

	for (uint32_t number = 1; number <= r->table.entries.used; number++) {
		struct entry *entry = table_entry(&r->table, number);
		const struct view *view;

		if (!entry->live)
			continue;
		view = store_view(r, entry, node);
		if (view != NULL && is_credit(node, view) &&
		    view->evidence_ns >= node->first_ns - CREDIT_NS)
			held++;
	}
	return held;
}

void
credit_revoke(struct pfreplay *r, struct node *node)
{
	struct store_filter filter = {.before_ns = node->first_ns, .unasserted_only = true};
	const struct watch_node told = {
	    .kind = WATCH_NODE_CREDIT, .node = node, .time_ns = r->open.time_ns};

	(void)store_remove(r, node, &filter, NULL);
	watch_tell_node(r, &told);
	node->received = 0;
	memset(node->predicted, 0, sizeof(node->predicted));
	node->answers = 0;
	memset(node->heard, 0, sizeof(node->heard));
	node->on_credit = false;
}

void
credit_settle(struct pfreplay *r, struct node *node)
{
	if (!node->on_credit)
		return;
	if (r->open.time_ns - node->first_ns > CREDIT_NS) {
		node->on_credit = false;
		return;
	}
	/* Looked at again only when as much was added: the look is a walk. */
	if (node->credit_refuted < CREDIT_REQUESTS ||
	    node->credit_refuted < 2 * node->credit_looked)
		return;
	node->credit_looked = node->credit_refuted;
	if (credit_held(r, node) * HELD_MOST < node->credit_refuted)
		credit_revoke(r, node);
}
