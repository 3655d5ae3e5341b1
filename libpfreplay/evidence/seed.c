/*
 * seed.c - what a listing says a firewall has (see pfevidence.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "../internal.h"
#include "pfevidence.h"

int
pfreplay_node_known(struct pfreplay *r, const char *name)
{
	int index = pfreplay_node_by_name(r, name);
	const struct node *node;

	if (index >= 0)
		return index;
	node = nodes_named(&r->nodes, name);
	return node != NULL ? node->index : -1;
}

bool
pfreplay_seed(struct pfreplay *r, size_t node, const struct pfsync_message *state, int64_t time_ns)
{
	/* As if it had sent an update to nobody. */
	const struct pfreplay_packet packet = {.time_ns = time_ns, .missed = UINT64_MAX};
	const size_t watchers = r->watchers.count;
	const struct pfreplay_totals totals = r->totals;
	struct pfsync_message message = *state;

	if (node >= r->nodes.count || r->open.packet != NULL ||
	    !pfsync_has(state, PFSYNC_F_SRC_STATE) || !pfsync_has(state, PFSYNC_F_DST_STATE) ||
	    !pfsync_has(state, PFSYNC_F_ID) || !pfsync_has(state, PFSYNC_F_CREATORID))
		return false;
	message.action = PFSYNC_ACT_UPD;
	pfreplay_advance(r, time_ns);
	memset(&r->open, 0, sizeof(r->open));
	r->open.packet = &packet;
	r->open.sender = r->nodes.list[node];
	r->open.time_ns = time_ns;
	r->open.section_number = -1;
	/* It is evidence, but nothing that happened. */
	r->watchers.count = 0;
	apply_message(r, &message, 0);
	r->watchers.count = watchers;
	r->open.sender->sent[0].messages[PFSYNC_ACT_UPD]--;
	r->totals.messages = totals.messages;
	r->totals.unreplayed = totals.unreplayed;
	r->open.packet = NULL;
	r->open.sender = NULL;
	r->open.ignored = true;
	return store_find(r, state->id, state->creatorid) != 0;
}
