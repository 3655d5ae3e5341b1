/*
 * happen.c - faults begin and end.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "craft.h"
#include "engine.h"

/* Steps of SIM_EV_FAULT; further ones belong to the kind. */
enum { BEGIN, END, AGAIN };

static void
later(struct sim *sim, size_t fault, int64_t at_ns, uint64_t step)
{
	queue_add(sim->queue, at_ns, SIM_EV_FAULT, (uint32_t)fault, step);
}

void
happen_hit(struct sim *sim, uint32_t fault)
{
	struct sim_fault_state *state = &sim->faults[fault];

	if (state->hits++ == 0)
		state->first_ns = sim->now_ns;
	state->last_ns = sim->now_ns;
}

/* ------------------------------------------------------------------------
 * Of the network: rules, made before anything is sent
 */

static bool
rule_of(const struct sim_fault *fault, struct net_rule *rule)
{
	static const struct {
		enum sim_fault_kind fault;
		enum net_rule_kind rule;
	} kinds[] = {{SIM_F_LOSS, NET_LOSS}, {SIM_F_LOSS_NTH, NET_NTH}, {SIM_F_LOSS_OF, NET_MATCH},
	    {SIM_F_PARTITION, NET_DOWN}, {SIM_F_CARP_LOSS, NET_DOWN}, {SIM_F_MTU, NET_MTU},
	    {SIM_F_DELAY, NET_DELAY}, {SIM_F_REORDER, NET_REORDER},
	    {SIM_F_DUPLICATE, NET_DUPLICATE}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].fault == fault->kind) {
			rule->kind = kinds[i].rule;
			return true;
		}
	}
	return false;
}

static int64_t
absolute(const struct sim *sim, int64_t time_ns)
{
	return time_ns == INT64_MAX ? INT64_MAX : sim->config->start_ns + time_ns;
}

static bool
add_rules(struct sim *sim, size_t index)
{
	const struct sim_fault *fault = &sim->config->faults[index];
	struct net_rule rule = {.from = fault->from,
	    .to = fault->to,
	    .from_ns = absolute(sim, fault->at_ns),
	    .until_ns = absolute(sim, fault->until_ns),
	    .rate = fault->rate,
	    .time_ns = fault->time_ns,
	    .n = fault->n,
	    .repeat = fault->repeat,
	    .size_bytes = fault->size_bytes,
	    .fault = (uint32_t)index};

	if (!rule_of(fault, &rule))
		return false;
	if (fault->on_sync)
		network_add(sim->sync, &rule);
	if (fault->on_carp && rule.kind != NET_MATCH)
		network_add(sim->adverts, &rule);
	return true;
}

void
happen_begin(struct sim *sim)
{
	rng_init(&sim->fault_rng, sim->options->seed, "faults", 0);
	for (size_t i = 0; i < sim->config->fault_count; i++) {
		const struct sim_fault *fault = &sim->config->faults[i];
		sim->faults[i].first_ns = sim->faults[i].last_ns = -1;
		if (add_rules(sim, i))
			continue;
		later(sim, i, absolute(sim, fault->at_ns), BEGIN);
		if (fault->until_ns > fault->at_ns && fault->until_ns != INT64_MAX)
			later(sim, i, absolute(sim, fault->until_ns), END);
	}
}

/* ------------------------------------------------------------------------
 * Of the nodes
 */

static void
restart(struct sim *sim, size_t index, uint64_t step)
{
	const struct sim_fault *fault = &sim->config->faults[index];
	size_t node = (size_t)fault->node;
	struct sim_peer *peer = &sim->peers[node];
	uint32_t hostid = fault->keep_hostid ? fw_hostid(peer->fw) : fault->hostid;

	fw_restart(peer->fw, sim->now_ns, hostid);
	if (step == BEGIN) {
		truth_event(sim, (int)node, "restart", "down", 0);
		peer->on = false;
		if (sim->carp != NULL)
			carp_down(sim->carp, sim->now_ns, node, false);
		later(sim, index, sim->now_ns + fault->time_ns, AGAIN);
		return;
	}
	truth_event(sim, (int)node, "restart", "up", fw_hostid(peer->fw));
	peer->on = true;
	fw_up(peer->fw, sim->now_ns);
	if (sim->carp != NULL)
		carp_up(sim->carp, sim->now_ns, node);
}

static void
link_flap(struct sim *sim, size_t index, uint64_t step)
{
	const struct sim_fault *fault = &sim->config->faults[index];
	struct sim_peer *peer = &sim->peers[fault->node];
	uint64_t flap = step / 2; /* down, up, down, up ... */

	if (step % 2 == 0) {
		truth_event(sim, fault->node, "link", "down", (int64_t)flap);
		peer->cut++;
		fw_link(peer->fw, sim->now_ns, false);
		later(sim, index, sim->now_ns + fault->time_ns, step + 1);
		if (flap < fault->repeat)
			later(sim, index,
			    absolute(sim, fault->at_ns) + (int64_t)(flap + 1) * fault->every_ns,
			    step + 2);
		return;
	}
	truth_event(sim, fault->node, "link", "up", (int64_t)flap);
	peer->cut--;
	fw_link(peer->fw, sim->now_ns, true);
}

static void
reconfigure(struct sim *sim, size_t index)
{
	const struct sim_fault *fault = &sim->config->faults[index];
	struct fw *fw = sim->peers[fault->node].fw;

	fw_down(fw, sim->now_ns);
	fw_up(fw, sim->now_ns);
	if (!fw_bulk_waiting(fw))
		fw_ask_bulk(fw, sim->now_ns);
	if (sim->now_ns + fault->time_ns < absolute(sim, fault->until_ns))
		later(sim, index, sim->now_ns + fault->time_ns, AGAIN);
}

static void
kill_some(struct sim *sim, const struct sim_fault *fault)
{
	struct fw *fw = sim->peers[fault->node].fw;
	GArray *ids = craft_pick(sim, (size_t)fault->node, fault->number);

	for (guint i = 0; i < ids->len; i++) {
		struct sim_id id = g_array_index(ids, struct sim_id, i);
		fw_kill(fw, sim->now_ns, id.id, id.creatorid);
	}
	g_array_free(ids, TRUE);
}

static void
reload(struct sim *sim, const struct sim_fault *fault)
{
	struct fw *fw = sim->peers[fault->node].fw;
	uint8_t cksum[16];

	memcpy(cksum, fault->new_cksum ? fault->cksum : fw_config(fw)->cksum, sizeof(cksum));
	fw_reload(fw, sim->now_ns, cksum, fault->hostid);
	truth_event(sim, fault->node, "reload", "hostid", fw_hostid(fw));
}

static void
inject(struct sim *sim, size_t index, uint64_t step)
{
	const struct sim_fault *fault = &sim->config->faults[index];

	uint64_t sent = step == BEGIN ? 1 : step; /* with this one: steps are 0, 2, 3 ... */

	craft_inject(sim, fault, sent);
	if (sent < fault->number)
		later(sim, index, sim->now_ns + fault->time_ns, sent + 1);
}

static void
switch_on(struct sim *sim, const struct sim_fault *fault, bool on)
{
	struct sim_peer *peer = &sim->peers[fault->node];

	switch (fault->kind) {
	case SIM_F_MUTE:
		peer->mute = on ? peer->mute + 1 : peer->mute - 1;
		break;
	case SIM_F_TTL:
		peer->ttl = on ? fault->ttl : PFSYNC_TTL;
		break;
	case SIM_F_WRONG_INTERFACE:
		peer->misplaced = on ? peer->misplaced + 1 : peer->misplaced - 1;
		break;
	case SIM_F_STUCK:
		peer->stuck = on ? peer->stuck + 1 : peer->stuck - 1;
		break;
	default: /* SIM_F_CARP_DOWN */
		if (sim->carp == NULL)
			break;
		if (on)
			carp_down(sim->carp, sim->now_ns, (size_t)fault->node, true);
		else
			carp_up(sim->carp, sim->now_ns, (size_t)fault->node);
		break;
	}
}

void
happen_fault(struct sim *sim, size_t index, uint64_t step)
{
	const struct sim_fault *fault = &sim->config->faults[index];

	if (step != END)
		happen_hit(sim, (uint32_t)index);
	switch (fault->kind) {
	case SIM_F_RESTART:
		restart(sim, index, step);
		break;
	case SIM_F_RELOAD:
		reload(sim, fault);
		break;
	case SIM_F_REENABLE:
		fw_reenable(sim->peers[fault->node].fw, sim->now_ns);
		break;
	case SIM_F_FLUSH:
		truth_event(sim, fault->node, "flush", fault->ifname,
		    (int64_t)fw_flush_states(sim->peers[fault->node].fw, sim->now_ns,
			fault->ifname[0] == '\0' ? NULL : fault->ifname));
		break;
	case SIM_F_KILL:
		kill_some(sim, fault);
		break;
	case SIM_F_TIMEOUT:
		fw_set_timeout(sim->peers[fault->node].fw, fault->timeout_class, fault->seconds);
		break;
	case SIM_F_LINK:
		link_flap(sim, index, step);
		break;
	case SIM_F_RECONFIGURE:
		if (step != END)
			reconfigure(sim, index);
		break;
	case SIM_F_FAILOVER:
		sim->active = fault->node;
		break;
	case SIM_F_BAD_VALUES:
		craft_bad_values(sim, (size_t)fault->node, fault->number);
		break;
	case SIM_F_INJECT:
		inject(sim, index, step);
		break;
	case SIM_F_REPLAY_SA:
		for (size_t i = 0; i < sim->config->sa_count; i++) {
			sim->sa_rpl[i] /= 2;
			sim->sa_bytes[i] /= 2;
		}
		break;
	default:
		switch_on(sim, fault, step != END);
		break;
	}
}
