/*
 * info.c - nodes, bulk transfers and totals out (see pfreplay.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "families/rules.h"
#include "internal.h"

/* The n-th node that is shown; NULL past the last. */
static struct node *
shown(const struct pfreplay *r, size_t n)
{
	for (size_t i = 0; i < r->nodes.count; i++) {
		struct node *node = r->nodes.list[i];

		if (node_is_hidden(node))
			continue;
		if (n-- == 0)
			return node;
	}
	return NULL;
}

static void
count_states(const struct pfreplay *r, const struct node *node, struct pfreplay_node *out)
{
	for (uint32_t number = 1; number <= r->table.entries.used; number++) {
		struct entry *entry = table_entry(&r->table, number);
		const struct view *view;
		enum pfreplay_standing standing;

		if (!entry->live)
			continue;
		view = store_view(r, entry, node);
		if (view == NULL)
			continue;
		standing = store_standing(r, view);
		out->due += standing == PFREPLAY_DUE;
		out->states += standing != PFREPLAY_DUE;
		out->unknown += standing == PFREPLAY_UNKNOWN;
	}
}

static void
describe(const struct pfreplay *r, const struct node *node, struct pfreplay_node *out)
{
	const struct node_sent *sent;

	sent = &node->sent[!node->on_wire];
	out->index = node->index;
	out->name = node_name(node);
	_Static_assert(sizeof(out->addresses) == sizeof(node->addresses), "same type");
	memcpy(out->addresses, node->addresses, sizeof(out->addresses));
	out->address_count = node->address_count;
	memcpy(out->creatorids, node->creatorids, sizeof(out->creatorids));
	out->creatorid_count = node->creatorid_count;
	out->creatorids_more = node->creatorids_more;
	out->dialect = node->dialect;
	out->certainty = node->certainty;
	out->dialect_changes = node->hint[0].changes + node->hint[1].changes;
	out->family = node->family;
	out->family_given = node->family_forced;
	out->has_cksum = node->has_cksum;
	memcpy(out->cksum, node->cksum, sizeof(out->cksum));
	out->silent = node->sent[0].frames == 0 && node->sent[1].frames == 0;
	out->first_ns = node->first_ns;
	out->last_ns = node->last_ns;
	out->frames = sent->frames;
	memcpy(out->messages, sent->messages, sizeof(out->messages));
	memcpy(out->anomalies, sent->anomalies, sizeof(out->anomalies));
	out->received = node->received;
	memcpy(out->predicted, node->predicted, sizeof(out->predicted));
	out->stale_most = node->predicted[node->rules->stale] + node->answers;
	out->badstate_most = node->predicted[PFREPLAY_BADSTATE] + node->badstate_maybe;
	memcpy(out->heard, node->heard, sizeof(out->heard));
	out->contradicted = node->contradicted;
	out->unreliable = node->unreliable;
	count_states(r, node, out);
}

bool
pfreplay_node_at(struct pfreplay *r, size_t n, struct pfreplay_node *out)
{
	const struct node *node = shown(r, n);

	memset(out, 0, sizeof(*out));
	if (node != NULL)
		describe(r, node, out);
	return node != NULL;
}

bool
pfreplay_node_get(struct pfreplay *r, size_t index, struct pfreplay_node *out)
{
	memset(out, 0, sizeof(*out));
	if (index >= r->nodes.count || node_is_hidden(r->nodes.list[index]))
		return false;
	describe(r, r->nodes.list[index], out);
	return true;
}

bool
pfreplay_peer(struct pfreplay *r, struct pfreplay_node *out)
{
	memset(out, 0, sizeof(*out));
	if (r->as_peer != NULL)
		describe(r, r->as_peer, out);
	return r->as_peer != NULL;
}

int
pfreplay_node_by_addr(const struct pfreplay *r, enum pfsync_af af, const struct pfsync_addr *addr)
{
	const char *name;
	const struct node *node = nodes_of_address(&r->nodes, af, addr, &name);

	return node != NULL ? node->index : -1;
}

int
pfreplay_node_by_name(const struct pfreplay *r, const char *name)
{
	char text[64];

	for (size_t i = 0; i < r->nodes.count; i++) {
		const struct node *node = r->nodes.list[i];

		if (node_is_hidden(node))
			continue;
		if (strcmp(node_name(node), name) == 0)
			return (int)i;
		for (size_t a = 0; a < node->address_count; a++) {
			pfsync_text_addr(
			    text, sizeof(text), node->addresses[a].af, &node->addresses[a].addr);
			if (strcmp(text, name) == 0)
				return (int)i;
		}
	}
	return -1;
}

const char *
pfreplay_outcome_name(enum pfreplay_outcome outcome)
{
	static const char *const names[PFREPLAY_OUTCOME_COUNT] = {
	    [PFREPLAY_BULK_COMPLETE] = "complete",
	    [PFREPLAY_BULK_NO_ANSWER] = "no-answer",
	    [PFREPLAY_BULK_NO_END] = "no-end",
	    [PFREPLAY_BULK_REJECTED_END] = "rejected-end",
	    [PFREPLAY_BULK_BEGAN_LATER] = "capture-began-later",
	};

	return (unsigned)outcome < PFREPLAY_OUTCOME_COUNT ? names[outcome] : "?";
}

bool
pfreplay_bulk_at(const struct pfreplay *r, size_t n, struct pfreplay_bulk *bulk)
{
	memset(bulk, 0, sizeof(*bulk));
	if (n >= r->bulks.list->len)
		return false;
	*bulk = g_array_index(r->bulks.list, struct bulk, n).pub;
	return true;
}

void
pfreplay_totals(const struct pfreplay *r, struct pfreplay_totals *totals)
{
	*totals = r->totals;
	totals->entries = r->table.entries.live;
	totals->bulks_refused = r->bulks.refused;
	totals->bytes = keys_bytes(&r->keys) + table_bytes(&r->table) + slab_bytes(&r->spill) +
			facts_bytes(&r->facts);
}
