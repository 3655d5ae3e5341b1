/*
 * watch.c - what nodes tell: counted, judged by D-code, written down.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "engine.h"

enum { PING_PONG = 3, GHOST_S = 3, EARLY_S = 2 };

static void
on_packet(void *context, const struct fw_packet_out *packet)
{
	struct sim_peer *peer = context;

	path_send(peer->sim, peer->index, packet);
}

/* A node let a state go that its maker would have kept (D-17). */
static void
note_premature(struct sim *sim, size_t node, const struct fw_state *state)
{
	for (size_t n = 0; n < sim->nodes; n++) {
		struct fw *fw = sim->peers[n].fw;
		const struct fw_state *other;
		int64_t early_s;
		if (n == node || fw_hostid(fw) != state->creatorid)
			continue;
		other = fw_lookup(fw, state->id, state->creatorid);
		if (other == NULL)
			continue;
		early_s = fw_state_expires_s(fw, other) - sim->now_ns / SIM_SECOND;
		if (early_s > (int64_t)fw_config(fw)->interval_s + EARLY_S)
			effects_add(sim->effects, "D-17", "premature", (int)node, sim->now_ns,
			    state->id, state->creatorid, early_s);
	}
}

static void
on_change(void *context, enum fw_change change, enum fw_source source, enum fw_why why,
    const struct fw_state *state)
{
	struct sim_peer *peer = context;
	struct sim *sim = peer->sim;

	peer->counts.changes[change]++;
	if (change == FW_CHANGE_REMOVED) {
		evidence_removed(sim, peer->index, why, state);
		if (why == FW_WHY_EXPIRED)
			note_premature(sim, peer->index, state);
	}
	if (sim->options->changes)
		truth_change(sim, peer->index, change, source, why, state);
}

/*
 * An INS of what is already here: the same state told again, or another one of that id or with
 * those addresses?  NULL: nothing is wrong (a bulk update was faster than the INS).
 */
static const char *
collision_code(const struct sim *sim, size_t node, const struct fw_message_told *told)
{
	const struct pfsync_message *message = told->message;
	const struct fw_state *mine =
	    fw_lookup(sim->peers[node].fw, message->id, message->creatorid);
	struct pfsync_key wire, stack;

	if (mine == NULL || !pfsync_state_keys(message, &wire, &stack))
		return "D-11";
	if (mine->proto == message->u.state.proto &&
	    memcmp(mine->wire.port, wire.port, sizeof(wire.port)) == 0 &&
	    memcmp(mine->wire.addr, wire.addr, sizeof(wire.addr)) == 0)
		return message->action == PFSYNC_ACT_INS &&
			       message->creatorid == fw_hostid(sim->peers[node].fw)
			   ? "D-21"
			   : NULL;
	for (size_t n = 0; n < sim->nodes; n++) {
		if (n != node && fw_hostid(sim->peers[n].fw) == fw_hostid(sim->peers[node].fw))
			return "D-18";
	}
	return "D-29";
}

static const char *
code_of(enum fw_outcome outcome)
{
	switch (outcome) {
	case FW_OUT_ROLLED_BACK:
		return "D-06";
	case FW_OUT_NO_INTERFACE:
	case FW_OUT_NO_ORIG_IFNAME:
		return "D-10";
	case FW_OUT_NO_ROUTE_IF:
	case FW_OUT_ROUTE_POOL:
	case FW_OUT_ROUTE_UNBOUND:
	case FW_OUT_STATE_LIMIT:
	case FW_OUT_RULE_LIMIT:
	case FW_OUT_ABANDONED:
	case FW_OUT_NO_SCRUB:
		return "D-11";
	case FW_OUT_BAD_TIMESTAMP:
		return "D-12";
	case FW_OUT_REQUESTED:
		return "D-15";
	case FW_OUT_BAD_VALUES:
	case FW_OUT_BAD_CREATOR:
	case FW_OUT_BAD_IFNAME:
	case FW_OUT_BAD_LENGTH:
		return "D-26";
	case FW_OUT_TDB_REFUSED:
		return "D-28";
	case FW_OUT_BAD_ACTION:
		return "D-02";
	default:
		return NULL;
	}
}

static void
note_correction(struct sim *sim, size_t node, const struct fw_message_told *told)
{
	const struct pfsync_message *message = told->message;
	unsigned in_a_row = effects_correction(
	    sim->effects, sim->now_ns, (unsigned)node, message->id, message->creatorid);

	if (in_a_row >= PING_PONG)
		effects_add(sim->effects, "D-08", "ping-pong", (int)node, sim->now_ns, message->id,
		    message->creatorid, (int64_t)in_a_row);
}

/*
 * How many bytes a destination peer went back.  A sender that never heard the server says
 * sequence number 0, from which no distance can be told.
 */
static int64_t
number_of(const struct fw_message_told *told)
{
	if (told->outcome == FW_OUT_ROLLED_BACK && told->message->u.state.dst.seqlo == 0)
		return 0;
	return told->number;
}

static void
on_message(void *context, const struct fw_message_told *told)
{
	struct sim_peer *peer = context;
	struct sim *sim = peer->sim;
	const struct pfsync_message *message = told->message;
	uint64_t id = message == NULL ? 0 : message->id;
	uint32_t creatorid = message == NULL ? 0 : message->creatorid;
	const char *code = code_of(told->outcome);
	int64_t number = number_of(told);

	peer->counts.outcomes[told->outcome]++;
	if (message != NULL &&
	    (told->outcome == FW_OUT_MERGED_SRC || told->outcome == FW_OUT_MERGED_DST ||
		told->outcome == FW_OUT_ROLLED_BACK || told->outcome == FW_OUT_STALE))
		note_correction(sim, peer->index, told);
	if ((told->outcome == FW_OUT_ID_COLLISION || told->outcome == FW_OUT_KEY_COLLISION) &&
	    message != NULL)
		code = collision_code(sim, peer->index, told);
	if (told->outcome == FW_OUT_ROLLED_BACK && number > 0 &&
	    (uint64_t)number > peer->counts.rollback_bytes_max)
		peer->counts.rollback_bytes_max = (uint64_t)number;
	/* Who has just come up knows nothing yet. */
	if (!sim->started || (told->outcome == FW_OUT_REQUESTED && fw_bulk_waiting(peer->fw)))
		code = NULL;
	if (code != NULL)
		effects_add(sim->effects, code, fw_outcome_name(told->outcome), (int)peer->index,
		    sim->now_ns, id, creatorid, number);
	if (told->misread)
		effects_add(sim->effects, "D-02", "misread", (int)peer->index, sim->now_ns, id,
		    creatorid, 0);
	if (code != NULL || sim->options->messages)
		truth_message(sim, peer->index, told);
}

static void
on_bulk(void *context, enum fw_bulk_step step, uint64_t number)
{
	struct sim_peer *peer = context;
	struct sim *sim = peer->sim;

	if (!sim->started)
		return;
	truth_event(sim, (int)peer->index, "bulk", fw_bulk_step_name(step), (int64_t)number);
	switch (step) {
	case FW_BULK_ASKED:
		peer->counts.bulks_asked++;
		break;
	case FW_BULK_COMPLETE:
		peer->counts.bulks_complete++;
		break;
	case FW_BULK_GAVE_UP:
		peer->counts.bulks_given_up++;
		effects_add(sim->effects, "D-12", "gave-up", (int)peer->index, sim->now_ns, 0, 0,
		    (int64_t)number);
		break;
	case FW_BULK_SENT:
		peer->counts.bulks_sent++;
		break;
	default:
		break;
	}
}

static void
on_demotion(void *context, int before, int after)
{
	struct sim_peer *peer = context;

	(void)before;
	truth_event(peer->sim, (int)peer->index, "demotion", "is", after);
}

static void
on_release(void *context, const struct fw_state *state, bool acknowledged)
{
	struct sim_peer *peer = context;

	(void)acknowledged;
	traffic_released(peer->sim, state->id, state->creatorid);
}

struct fw_callbacks
watch_callbacks(struct sim_peer *peer)
{
	return (struct fw_callbacks){.context = peer,
	    .packet = on_packet,
	    .change = on_change,
	    .message = on_message,
	    .bulk = on_bulk,
	    .demotion = on_demotion,
	    .release = on_release};
}

/* ------------------------------------------------------------------------ */

static bool
lives_twice(enum fw_family family)
{
	return family == FW_V4B || family == FW_V5O || family == FW_V5F9; /* SEM 4.2 */
}

/* How much longer a node keeps a state than the one that made it. */
static int64_t
longer_s(const struct sim *sim, size_t node, const struct fw_state *state)
{
	for (size_t n = 0; n < sim->nodes; n++) {
		struct fw *fw = sim->peers[n].fw;
		const struct fw_state *other;
		if (n == node || fw_hostid(fw) != state->creatorid)
			continue;
		other = fw_lookup(fw, state->id, state->creatorid);
		if (other != NULL)
			return fw_state_expires_s(sim->peers[node].fw, state) -
			       fw_state_expires_s(fw, other);
	}
	return 0;
}

void
watch_ghosts(struct sim *sim)
{
	for (size_t n = 0; n < sim->nodes; n++) {
		struct fw *fw = sim->peers[n].fw;
		bool twice = lives_twice(fw_config(fw)->family);
		const struct fw_state *state;
		uint64_t cursor = 0;
		while ((state = fw_next(fw, &cursor)) != NULL) {
			const struct seen_entry *seen =
			    seen_find(sim->seen, state->id, state->creatorid);
			int64_t longer = twice ? longer_s(sim, n, state) : 0;
			if (seen != NULL && seen->deleted_ns >= 0 &&
			    sim->now_ns - seen->deleted_ns > GHOST_S * SIM_SECOND)
				effects_add(sim->effects, "D-25", "outlived-del", (int)n,
				    sim->now_ns, state->id, state->creatorid,
				    (sim->now_ns - seen->deleted_ns) / SIM_SECOND);
			if (longer > 30)
				effects_add(sim->effects, "D-25", "lives-longer", (int)n,
				    sim->now_ns, state->id, state->creatorid, longer);
		}
	}
}
