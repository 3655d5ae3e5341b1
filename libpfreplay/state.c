/*
 * state.c - states out (see pfreplay.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "held.h"
#include "internal.h"

const char *
pfreplay_standing_name(enum pfreplay_standing standing)
{
	static const char *const names[PFREPLAY_STANDING_COUNT] = {
	    [PFREPLAY_ASSERTED] = "asserted",
	    [PFREPLAY_PREDICTED] = "predicted",
	    [PFREPLAY_DUE] = "due",
	    [PFREPLAY_UNKNOWN] = "unknown",
	};

	return (unsigned)standing < PFREPLAY_STANDING_COUNT ? names[standing] : "?";
}

static void
set_peer_fields(struct pfsync_message *message)
{
	static const enum pfsync_field fields[] = {PFSYNC_F_SRC_STATE, PFSYNC_F_SRC_SEQLO,
	    PFSYNC_F_SRC_SEQHI, PFSYNC_F_SRC_SEQDIFF, PFSYNC_F_SRC_MAX_WIN, PFSYNC_F_SRC_MSS,
	    PFSYNC_F_SRC_WSCALE, PFSYNC_F_DST_STATE, PFSYNC_F_DST_SEQLO, PFSYNC_F_DST_SEQHI,
	    PFSYNC_F_DST_SEQDIFF, PFSYNC_F_DST_MAX_WIN, PFSYNC_F_DST_MSS, PFSYNC_F_DST_WSCALE,
	    PFSYNC_F_TIMEOUT, PFSYNC_F_EXPIRE, PFSYNC_F_ID, PFSYNC_F_CREATORID};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		pfsync_has_set(message, fields[i]);
}

/* The record may have had none yet, and a UPD_C brought it (SEM 2.4). */
static void
set_scrub_fields(struct pfsync_message *message)
{
	if (message->u.state.src.scrub_valid != 0) {
		pfsync_has_set(message, PFSYNC_F_SRC_SCRUB_VALID);
		pfsync_has_set(message, PFSYNC_F_SRC_SCRUB_FLAGS);
		pfsync_has_set(message, PFSYNC_F_SRC_SCRUB_TTL);
		pfsync_has_set(message, PFSYNC_F_SRC_TS_MOD);
	}
	if (message->u.state.dst.scrub_valid != 0) {
		pfsync_has_set(message, PFSYNC_F_DST_SCRUB_VALID);
		pfsync_has_set(message, PFSYNC_F_DST_SCRUB_FLAGS);
		pfsync_has_set(message, PFSYNC_F_DST_SCRUB_TTL);
		pfsync_has_set(message, PFSYNC_F_DST_TS_MOD);
	}
}

/* Nanoseconds as whole seconds, 0 for a negative span. */
static uint32_t
seconds(int64_t ns)
{
	int64_t s = ns / EXPIRY_NS_PER_S;

	if (s < 0)
		return 0;
	return s > UINT32_MAX ? UINT32_MAX : (uint32_t)s;
}

static void
fill(const struct pfreplay *r, uint32_t number, const struct view *view,
    struct pfreplay_state *state)
{
	const struct entry *entry = table_entry(&r->table, number);
	struct pfsync_message *message = &state->message;
	uint32_t facts = odd_facts(r, entry, view, number);

	memset(state, 0, sizeof(*state));
	state->node = view->node;
	state->standing = store_standing(r, view);
	state->evidence_ns = view->evidence_ns;
	state->evidence_file = (uint16_t)(view->evidence >> 48);
	state->evidence_frame = view->evidence & UINT64_C(0xffffffffffff);
	state->due_ns = store_due_ns(r, view);
	state->keyless = facts == 0;
	if (!state->keyless) {
		facts_get(&r->facts, facts, message);
		message->u.state.creation_s =
		    seconds(r->now_ns - facts_at(&r->facts, facts)->creation_ns);
	}
	message->action = PFSYNC_ACT_UPD;
	message->id = entry->id;
	message->creatorid = entry->creatorid;
	message->u.state.src = view_peers(entry, view)->src;
	message->u.state.dst = view_peers(entry, view)->dst;
	message->u.state.timeout = view->timeout;
	message->u.state.expire_s = seconds(state->due_ns - r->now_ns);
	set_peer_fields(message);
	set_scrub_fields(message);
	held_show(r, view, message);
}

/* All nodes do not include the one that is not there. */
static bool
is_shown(const struct pfreplay *r, const struct pfreplay_cursor *cursor, const struct view *view)
{
	const struct node *node = r->nodes.list[view->node];

	if (cursor->node == PFREPLAY_ALL_NODES)
		return !node_is_hidden(node);
	return view->node == cursor->node && !node->anonymous;
}

bool
pfreplay_state_next(
    const struct pfreplay *r, struct pfreplay_cursor *cursor, struct pfreplay_state *state)
{
	for (; cursor->entry < r->table.entries.used; cursor->entry++, cursor->view = 0) {
		struct entry *entry = table_entry(&r->table, cursor->entry + 1);
		const struct view *view;

		if (!entry->live)
			continue;
		while ((view = view_next(&r->spill, entry, &cursor->view)) != NULL) {
			if (!is_shown(r, cursor, view))
				continue;
			fill(r, cursor->entry + 1, view, state);
			return true;
		}
	}
	return false;
}

bool
pfreplay_state_get(const struct pfreplay *r, size_t node, uint64_t id, uint32_t creatorid,
    struct pfreplay_state *state)
{
	uint32_t number = store_find(r, id, creatorid);
	const struct view *view;
	struct entry *entry;

	if (number == 0 || node >= r->nodes.count)
		return false;
	entry = table_entry(&r->table, number);
	view = store_view(r, entry, r->nodes.list[node]);
	if (view == NULL)
		return false;
	fill(r, number, view, state);
	return true;
}

bool
pfreplay_lookup(
    const struct pfreplay *r, uint64_t id, uint32_t creatorid, struct pfreplay_known *known)
{
	uint32_t number = store_find(r, id, creatorid);
	const struct entry *entry;
	struct pfsync_message message = {0};

	memset(known, 0, sizeof(*known));
	if (number == 0)
		return false;
	entry = table_entry(&r->table, number);
	if (entry->facts == 0)
		return true;
	facts_get(&r->facts, entry->facts, &message);
	known->proto = message.u.state.proto;
	known->direction = message.u.state.direction;
	known->af = pfsync_state_af(&message);
	return true;
}

uint32_t
pfreplay_timeout_s(const struct pfreplay *r, size_t node, unsigned timeout_class)
{
	if (node >= r->nodes.count)
		return 0;
	return expiry_timeout_s(r->nodes.list[node]->given_s, &r->nodes.list[node]->timeouts,
	    &r->timeouts, timeout_class);
}
