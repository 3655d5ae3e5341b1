/*
 * proof.c - all packets and states that a finding rests on (see proof.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "internal.h"
#include "odd.h"
#include "proof.h"

static guint
state_hash(gconstpointer data)
{
	const struct proof_state *state = data;

	return g_int64_hash(&state->id) ^ state->creatorid * 0x9e3779b1U;
}

static gboolean
state_equal(gconstpointer a, gconstpointer b)
{
	const struct proof_state *x = a, *y = b;

	return x->id == y->id && x->creatorid == y->creatorid;
}

struct proof *
proof_new(void)
{
	struct proof *proof = g_new0(struct proof, 1);

	proof->frames = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	proof->states = g_ptr_array_new_with_free_func(g_free);
	proof->by_id = g_hash_table_new(state_hash, state_equal);
	return proof;
}

void
proof_free(struct proof *proof)
{
	if (proof == NULL)
		return;
	g_hash_table_destroy(proof->by_id);
	g_ptr_array_free(proof->states, TRUE);
	g_array_free(proof->frames, TRUE);
	g_free(proof);
}

struct proof *
proof_copy(const struct proof *of)
{
	struct proof *copy = proof_new();

	g_array_append_vals(copy->frames, of->frames->data, of->frames->len);
	for (guint i = 0; i < of->states->len; i++) {
		struct proof_state *state =
		    g_memdup2(of->states->pdata[i], sizeof(struct proof_state));

		g_ptr_array_add(copy->states, state);
		g_hash_table_add(copy->by_id, state);
	}
	copy->frames_left_off = of->frames_left_off;
	copy->states_left_off = of->states_left_off;
	return copy;
}

bool
proof_frame(struct proof *proof, struct proof_budget *budget, uint64_t evidence)
{
	guint low = 0, high = proof->frames->len;

	/* Nearly always behind the last one. */
	if (high > 0 && g_array_index(proof->frames, uint64_t, high - 1) < evidence)
		low = high;
	while (low < high) {
		guint middle = low + (high - low) / 2;
		uint64_t there = g_array_index(proof->frames, uint64_t, middle);

		if (there == evidence)
			return false;
		if (there < evidence)
			low = middle + 1;
		else
			high = middle;
	}
	if (proof->frames->len == PROOF_EACH || budget->frames == PROOF_ALL) {
		proof->frames_left_off++;
		return false;
	}
	g_array_insert_val(proof->frames, low, evidence);
	budget->frames++;
	return true;
}

/* What the tables have of it now. */
static void
look_up(const struct pfreplay *r, struct proof_state *state)
{
	const uint64_t hash = table_hash(&r->table, state->id, state->creatorid);
	const uint32_t number = table_find(&r->table, state->id, state->creatorid, hash);
	struct pfsync_message message;

	if (number == 0 || table_entry(&r->table, number)->facts == 0)
		return;
	memset(&message, 0, sizeof(message));
	facts_get(&r->facts, table_entry(&r->table, number)->facts, &message);
	if (!pfsync_state_keys(&message, &state->wire, &state->stack))
		return;
	state->known = true;
	state->proto = message.u.state.proto;
	state->stack_proto = pfsync_has(&message, PFSYNC_F_STACK_PROTO)
				 ? message.u.state.stack_proto
				 : message.u.state.proto;
	state->direction = message.u.state.direction;
	/* A key without a family of its own has the state's. */
	state->wire.af_number = state->stack.af_number = 0;
	if (pfsync_has(&message, PFSYNC_F_WIRE_AF))
		state->wire.af_number = message.u.state.wire.af_number;
	if (pfsync_has(&message, PFSYNC_F_STACK_AF))
		state->stack.af_number = message.u.state.stack.af_number;
	state->af_number = message.u.state.af_number;
	memcpy(state->ifname, message.u.state.ifname, sizeof(state->ifname));
}

bool
proof_add_state(struct proof *proof, struct proof_budget *budget, const struct pfreplay *r,
    uint64_t id, uint32_t creatorid)
{
	const struct proof_state key = {.id = id, .creatorid = creatorid};
	struct proof_state *state = g_hash_table_lookup(proof->by_id, &key);

	if (state != NULL) {
		if (!state->known && r != NULL)
			look_up(r, state);
		return false;
	}
	if (proof->states->len == PROOF_EACH || budget->states == PROOF_ALL) {
		proof->states_left_off++;
		return false;
	}
	state = g_memdup2(&key, sizeof(key));
	if (r != NULL)
		look_up(r, state);
	g_ptr_array_add(proof->states, state);
	g_hash_table_add(proof->by_id, state);
	budget->states++;
	return true;
}

void
proof_message(const struct proof_state *state, struct pfsync_message *message)
{
	static const enum pfsync_field fields[] = {PFSYNC_F_IFNAME, PFSYNC_F_PROTO,
	    PFSYNC_F_DIRECTION, PFSYNC_F_WIRE_ADDR0, PFSYNC_F_WIRE_ADDR1, PFSYNC_F_WIRE_PORT0,
	    PFSYNC_F_WIRE_PORT1, PFSYNC_F_STACK_ADDR0, PFSYNC_F_STACK_ADDR1, PFSYNC_F_STACK_PORT0,
	    PFSYNC_F_STACK_PORT1};

	memset(message, 0, sizeof(*message));
	message->action = PFSYNC_ACT_UPD;
	message->id = state->id;
	message->creatorid = state->creatorid;
	pfsync_has_set(message, PFSYNC_F_ID);
	pfsync_has_set(message, PFSYNC_F_CREATORID);
	if (!state->known)
		return;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		pfsync_has_set(message, fields[i]);
	if (state->wire.af_number != 0)
		pfsync_has_set(message, PFSYNC_F_WIRE_AF);
	if (state->stack.af_number != 0)
		pfsync_has_set(message, PFSYNC_F_STACK_AF);
	if (state->af_number != 0)
		pfsync_has_set(message, PFSYNC_F_AF);
	if (state->stack_proto != state->proto)
		pfsync_has_set(message, PFSYNC_F_STACK_PROTO);
	message->u.state.af_number = state->af_number;
	message->u.state.proto = state->proto;
	message->u.state.stack_proto = state->stack_proto;
	message->u.state.direction = state->direction;
	message->u.state.wire = state->wire;
	message->u.state.stack = state->stack;
	memcpy(message->u.state.ifname, state->ifname, sizeof(state->ifname));
}
