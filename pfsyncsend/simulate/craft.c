/*
 * craft.c - packets that no healthy firewall would send.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "craft.h"

enum { BYTES_MAX = 2048 };

GArray *
craft_pick(struct sim *sim, size_t node, uint64_t number)
{
	GArray *picked = g_array_new(FALSE, FALSE, sizeof(struct sim_id));
	const struct fw_state *state;
	uint64_t cursor = 0, seen = 0;

	/* Reservoir sampling: every state is as likely as any other. */
	while ((state = fw_next(sim->peers[node].fw, &cursor)) != NULL) {
		struct sim_id id = {.id = state->id, .creatorid = state->creatorid};
		uint64_t place = seen++;
		if (picked->len < number) {
			g_array_append_val(picked, id);
			continue;
		}
		place = rng_below(&sim->fault_rng, place + 1);
		if (place < number)
			g_array_index(picked, struct sim_id, place) = id;
	}
	return picked;
}

/* One message in a packet of its own; its bytes, 0 if the dialect has no such message. */
static size_t
wrap(const struct fw_config *config, struct pfsync_message *message, uint8_t out[BYTES_MAX])
{
	struct pfsync_builder builder;
	int len;

	message->action_number = UINT8_MAX; /* found anew */
	pfsync_build_begin(&builder, config->dialect, config->cksum, out, BYTES_MAX);
	pfsync_build_add(&builder, message);
	len = pfsync_build_end(&builder);
	return len < 0 ? 0 : (size_t)len;
}

static bool
message_of(
    struct sim *sim, size_t node, uint64_t id, uint32_t creatorid, struct pfsync_message *message)
{
	const struct fw_state *state = fw_lookup(sim->peers[node].fw, id, creatorid);

	if (state == NULL)
		return false;
	fw_state_message(sim->peers[node].fw, sim->now_ns, state, message);
	return true;
}

void
craft_bad_values(struct sim *sim, size_t node, uint64_t number)
{
	GArray *picked = craft_pick(sim, node, number);

	for (guint i = 0; i < picked->len; i++) {
		struct sim_id id = g_array_index(picked, struct sim_id, i);
		struct pfsync_message message;
		uint8_t bytes[BYTES_MAX];
		size_t len;
		if (!message_of(sim, node, id.id, id.creatorid, &message))
			continue;
		message.action = PFSYNC_ACT_UPD_C;
		message.record = PFSYNC_REC_NONE;
		message.u.state.timeout = (uint8_t)(200 + i % 50);
		message.u.state.src.state = 77;
		len = wrap(fw_config(sim->peers[node].fw), &message, bytes);
		if (len > 0 && sim->peers[node].on)
			path_play(sim, node, bytes, len);
	}
	g_array_free(picked, TRUE);
}

/* A state out of nothing, for an INS of somebody who has none. */
static void
invent(struct sim *sim, uint64_t step, struct pfsync_message *message)
{
	static const int numbers[] = {PFSYNC_F_ID, PFSYNC_F_CREATORID, PFSYNC_F_IFNAME, PFSYNC_F_AF,
	    PFSYNC_F_PROTO, PFSYNC_F_DIRECTION, PFSYNC_F_TIMEOUT, PFSYNC_F_SRC_STATE,
	    PFSYNC_F_DST_STATE, PFSYNC_F_WIRE_ADDR0, PFSYNC_F_WIRE_ADDR1, PFSYNC_F_WIRE_PORT0,
	    PFSYNC_F_WIRE_PORT1, PFSYNC_F_STACK_ADDR0, PFSYNC_F_STACK_ADDR1, PFSYNC_F_STACK_PORT0,
	    PFSYNC_F_STACK_PORT1, PFSYNC_F_LAN_ADDR, PFSYNC_F_LAN_PORT, PFSYNC_F_GWY_ADDR,
	    PFSYNC_F_GWY_PORT, PFSYNC_F_EXT_ADDR, PFSYNC_F_EXT_PORT, PFSYNC_F_EXPIRE,
	    PFSYNC_F_STACK_PROTO};
	struct pfsync_state *state = &message->u.state;

	memset(message, 0, sizeof(*message));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		pfsync_has_set(message, (enum pfsync_field)numbers[i]);
	message->action = PFSYNC_ACT_INS;
	message->id = (uint64_t)(sim->now_ns / SIM_SECOND) << 32 | step;
	message->creatorid = rng_u32(&sim->fault_rng) | 1;
	memcpy(state->ifname, "all", 3);
	state->af_number = 2;
	state->proto = state->stack_proto = 17;
	state->direction = PFSYNC_IN;
	state->timeout = 7; /* udp.single */
	state->src.state = 1;
	state->expire_s = 30;
	state->wire.addr[0] = (struct pfsync_addr){{172, 16, 0, (uint8_t)step}};
	state->wire.addr[1] = (struct pfsync_addr){{172, 17, 0, 1}};
	state->wire.port[0] = (uint16_t)(20000 + step);
	state->wire.port[1] = 53;
	state->stack = state->wire;
	state->lan.addr = state->gwy.addr = state->wire.addr[0];
	state->lan.port = state->gwy.port = state->wire.port[0];
	state->ext.addr = state->wire.addr[1];
	state->ext.port = state->wire.port[1];
}

/* The message an intruder says, about the first node's states. */
static bool
compose(
    struct sim *sim, const struct sim_fault *fault, uint64_t step, struct pfsync_message *message)
{
	struct sim_id id = {0};
	GArray *picked;

	if (fault->action == PFSYNC_ACT_CLR) {
		memset(message, 0, sizeof(*message));
		message->action = PFSYNC_ACT_CLR;
		message->creatorid =
		    fault->creatorid != 0 ? fault->creatorid : fw_hostid(sim->peers[0].fw);
		pfsync_has_set(message, PFSYNC_F_CREATORID);
		return true;
	}
	if (fault->action != PFSYNC_ACT_DEL_C && fault->action != PFSYNC_ACT_UPD_C) {
		invent(sim, step, message);
		return true;
	}
	picked = craft_pick(sim, 0, 1);
	if (picked->len > 0)
		id = g_array_index(picked, struct sim_id, 0);
	g_array_free(picked, TRUE);
	if (!message_of(sim, 0, id.id, id.creatorid, message))
		return false;
	message->action = (enum pfsync_action)fault->action;
	message->record = PFSYNC_REC_NONE;
	return true;
}

void
craft_inject(struct sim *sim, const struct sim_fault *fault, uint64_t step)
{
	const struct fw_config *config = fw_config(sim->peers[0].fw);
	struct fw_address src = {.af = fault->address.ip6 ? PFSYNC_AF_INET6 : PFSYNC_AF_INET,
	    .addr = fault->address.addr};
	struct pfsync_message message;
	uint8_t bytes[BYTES_MAX];
	size_t len;

	if (!compose(sim, fault, step, &message))
		return;
	len = wrap(config, &message, bytes);
	if (len > 0)
		path_inject(sim, &src, &fault->mac, config->dialect, bytes, len);
}
