/*
 * traffic.c - flows begin, and their packets meet nodes.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "engine.h"
#include "memory.h"

enum { TCP = 6, TRIES_MAX = 5 };
/* How many events before its turn a flow, the way to its state, and the state are fetched. */
enum { AHEAD_FLOW = 48, AHEAD_WAY = 24, AHEAD_STATE = 12 };

/* What became of a packet at a firewall. */
enum met { MET_PASSED, MET_HELD, MET_BLOCKED };

struct hold {
	uint32_t flow;
	int64_t wait_ns; /* until its next packet, once released */
};

static guint
id_hash(gconstpointer key)
{
	const struct sim_id *id = key;

	return (guint)(id->id ^ id->id >> 32 ^ id->creatorid);
}

static gboolean
id_equal(gconstpointer x, gconstpointer y)
{
	const struct sim_id *a = x, *b = y;

	return a->id == b->id && a->creatorid == b->creatorid;
}

/* ------------------------------------------------------------------------
 * A packet meets a firewall
 */

static bool
same_key(const struct fw_key *x, const struct fw_key *y)
{
	return memcmp(x, y, sizeof(*x)) == 0;
}

/* Is the state with that id the flow's?  pf itself looks at addresses only. */
static bool
is_its_state(const struct sim *sim, size_t node, const struct sim_flow *flow)
{
	const struct fw_state *state = fw_lookup(sim->peers[node].fw, flow->id, flow->creatorid);
	struct fw_flow about;

	if (state == NULL)
		return false;
	traffic_describe(sim, node, flow, false, &about);
	return state->proto == about.proto && state->direction == about.direction &&
	       same_key(&state->wire, &about.wire) && same_key(&state->stack, &about.stack);
}

static enum met
passed(enum fw_passed result)
{
	return result == FW_PASSED ? MET_PASSED : MET_BLOCKED;
}

/* May a packet without state make one? */
static bool
may_create(const struct sim_class *kind, uint8_t proto, const struct flow_packet *packet)
{
	if (kind != NULL && kind->open)
		return true;
	if (proto == TCP)
		return (packet->flags & (FLOW_SYN | FLOW_ACK)) == FLOW_SYN && packet->from_client;
	return packet->from_client;
}

static enum met
create(struct sim *sim, size_t node, struct sim_flow *flow, const struct flow_packet *packet,
    struct fw_flow *about, bool reversed)
{
	struct sim_peer *peer = &sim->peers[node];
	const struct sim_class *kind =
	    flow->kind == SIM_SCRIPTED ? NULL : &sim->config->classes[flow->kind];
	uint32_t creatorid;
	uint64_t id;

	about->seq = packet->seq;
	about->len_bytes = packet->len;
	about->win = packet->window;
	about->mss = 1460;
	if (packet->wscale >= 0)
		about->wscale = (uint8_t)(PFSYNC_WSCALE_FLAG | packet->wscale);
	if (kind != NULL && kind->modulate)
		about->seqdiff = (uint32_t)(flow->flow.number * UINT64_C(0x9e3779b97f4a7c15) >> 32);
	if (fw_create(peer->fw, sim->now_ns, about, &id, &creatorid) != FW_CREATED)
		return MET_BLOCKED;
	if (!reversed) {
		flow->id = id;
		flow->creatorid = creatorid;
	}
	return fw_config(peer->fw)->defer && about->hold ? MET_HELD : MET_PASSED;
}

/* No state is known by the id at hand: look by address, else make one. */
static enum met
meet_by_key(struct sim *sim, size_t node, struct sim_flow *flow, const struct flow_packet *packet,
    struct fw_segment *segment)
{
	struct fw *fw = sim->peers[node].fw;
	const struct sim_class *kind =
	    flow->kind == SIM_SCRIPTED ? NULL : &sim->config->classes[flow->kind];
	bool open = kind != NULL && kind->open && !kind->nat;
	const struct fw_state *state;
	struct fw_flow about, back;

	traffic_describe(sim, node, flow, false, &about);
	state = fw_find_flow(fw, &about);
	if (state != NULL) {
		flow->id = state->id;
		flow->creatorid = state->creatorid;
		return passed(fw_traffic(fw, sim->now_ns, flow->id, flow->creatorid, segment));
	}
	if (open) {
		traffic_describe(sim, node, flow, true, &back);
		state = fw_find_flow(fw, &back);
	}
	if (state != NULL) {
		segment->from_dst = !segment->from_dst;
		return passed(fw_traffic(fw, sim->now_ns, state->id, state->creatorid, segment));
	}
	if (!may_create(kind, about.proto, packet))
		return MET_BLOCKED;
	if (!packet->from_client && open)
		return create(sim, node, flow, packet, &back, true);
	return create(sim, node, flow, packet, &about, false);
}

static enum met
meet(struct sim *sim, int node, struct sim_flow *flow, const struct flow_packet *packet)
{
	struct fw_segment segment = {.from_dst = !packet->from_client,
	    .len_bytes = packet->len,
	    .flags = (uint8_t)(packet->flags & (FLOW_FIN | FLOW_SYN | FLOW_RST | FLOW_ACK)),
	    .seq = packet->seq,
	    .ack = packet->ack,
	    .win = packet->window,
	    .mss = (packet->flags & FLOW_SYN) != 0 ? 1460 : 0};
	enum fw_passed result;

	sim->segments++;
	if (node < 0 || !sim->peers[node].on)
		return MET_BLOCKED;
	flow->node = (uint8_t)node;
	if (packet->wscale >= 0)
		segment.wscale = (uint8_t)(PFSYNC_WSCALE_FLAG | packet->wscale);
	if (flow->id == 0 || (sim->verify && !is_its_state(sim, (size_t)node, flow)))
		return meet_by_key(sim, (size_t)node, flow, packet, &segment);
	result = fw_traffic(sim->peers[node].fw, sim->now_ns, flow->id, flow->creatorid, &segment);
	if (result == FW_NO_STATE)
		return meet_by_key(sim, (size_t)node, flow, packet, &segment);
	return passed(result);
}

/* ------------------------------------------------------------------------
 * Flows
 */

static uint32_t
flow_new(struct sim *sim)
{
	if (sim->free_flows->len > 0) {
		uint32_t index = g_array_index(sim->free_flows, uint32_t, sim->free_flows->len - 1);
		g_array_set_size(sim->free_flows, sim->free_flows->len - 1);
		return index;
	}
	if (sim->flow_count == sim->flow_size) {
		sim->flow_size = sim->flow_size == 0 ? 1024 : sim->flow_size * 2;
		sim->flows = g_renew(struct sim_flow, sim->flows, sim->flow_size);
	}
	return (uint32_t)sim->flow_count++;
}

static void
flow_end(struct sim *sim, uint32_t index)
{
	sim->flows_done++;
	sim->flows[index].used = false;
	g_array_append_val(sim->free_flows, index);
}

static void
flow_goes_on(struct sim *sim, uint32_t index, int64_t wait_ns)
{
	if (wait_ns < 0)
		flow_end(sim, index);
	else
		queue_add(sim->queue, sim->now_ns + wait_ns, SIM_EV_FLOW, 0, index);
}

void
traffic_flow(struct sim *sim, size_t index)
{
	struct sim_flow *flow = &sim->flows[index];
	const struct sim_class *kind = &sim->config->classes[flow->kind];
	struct flow before = flow->flow;
	struct flow_packet packet;
	int64_t wait_ns;

	flow_next(&flow->flow, &kind->flow, sim->options->seed, sim->now_ns, &packet, &wait_ns);
	switch (meet(sim, route(sim, flow, packet.from_client), flow, &packet)) {
	case MET_PASSED:
		flow->tries = 0;
		flow_goes_on(sim, (uint32_t)index, wait_ns);
		break;
	case MET_HELD: {
		struct sim_id *key = g_new(struct sim_id, 1);
		struct hold *hold = g_new(struct hold, 1);
		*key = (struct sim_id){.id = flow->id, .creatorid = flow->creatorid};
		*hold = (struct hold){.flow = (uint32_t)index, .wait_ns = wait_ns};
		g_hash_table_replace(sim->held, key, hold);
		break;
	}
	case MET_BLOCKED:
		sim->blocked++;
		if (kind->flow.proto != TCP) {
			flow_goes_on(sim, (uint32_t)index, wait_ns);
			break;
		}
		/* TCP says it again: after 1, 2, 4 ... seconds. */
		flow->flow = before;
		if (flow->tries++ == TRIES_MAX) {
			sim->flows_broken++;
			flow_end(sim, (uint32_t)index);
			break;
		}
		sim->retried++;
		queue_add(sim->queue, sim->now_ns + (SIM_SECOND << (flow->tries - 1)), SIM_EV_FLOW,
		    0, index);
		break;
	}
}

static void
fetch_state(const struct sim *sim, const struct queue_event *event, bool found)
{
	const struct sim_flow *flow;

	if (event == NULL || event->kind != SIM_EV_FLOW)
		return;
	flow = &sim->flows[event->b];
	if (flow->id != 0 && found)
		fw_near(sim->peers[flow->node].fw, flow->id, flow->creatorid);
	else if (flow->id != 0)
		fw_near_slot(sim->peers[flow->node].fw, flow->id, flow->creatorid);
}

/* Events that come soon: have their flows and states at hand. */
void
traffic_ahead(const struct sim *sim)
{
	const struct queue_event *event = queue_ahead(sim->queue, AHEAD_FLOW);

	if (event != NULL && event->kind == SIM_EV_FLOW)
		memory_fetch(&sim->flows[event->b], sizeof(sim->flows[0]));
	fetch_state(sim, queue_ahead(sim->queue, AHEAD_WAY), false);
	fetch_state(sim, queue_ahead(sim->queue, AHEAD_STATE), true);
}

void
traffic_released(struct sim *sim, uint64_t id, uint32_t creatorid)
{
	struct sim_id key = {.id = id, .creatorid = creatorid};
	struct hold *hold = g_hash_table_lookup(sim->held, &key);

	if (hold == NULL)
		return;
	flow_goes_on(sim, hold->flow, hold->wait_ns);
	g_hash_table_remove(sim->held, &key);
}

/* ------------------------------------------------------------------------ */

static void
begin_flow(struct sim *sim, size_t kind)
{
	const struct sim_class *config = &sim->config->classes[kind];
	uint32_t index;

	if (config->count != 0 && sim->class_number[kind] >= config->count)
		return;
	index = flow_new(sim);
	sim->flows[index] = (struct sim_flow){.kind = (uint16_t)kind, .used = true};
	flow_begin(&sim->flows[index].flow, &config->flow, sim->options->seed,
	    (uint64_t)kind << 40 | sim->class_number[kind]++, sim->now_ns);
	sim->flows_begun++;
	traffic_flow(sim, index);
}

static void
next_arrival(struct sim *sim, size_t kind)
{
	const struct sim_class *config = &sim->config->classes[kind];
	int64_t wait_ns = (int64_t)(rng_exponential(&sim->class_rng[kind], 1 / config->rate_per_s) *
				    (double)SIM_SECOND);

	queue_add(sim->queue, sim->now_ns + wait_ns, SIM_EV_ARRIVE, (uint32_t)kind, 0);
}

void
traffic_arrive(struct sim *sim, size_t kind, bool preload)
{
	const struct sim_class *config = &sim->config->classes[kind];
	int64_t from_ns = sim->config->start_ns + config->from_ns;

	if (preload) {
		/* One after the other, evenly; those by rate come when all are there. */
		uint64_t next = sim->class_number[kind] + 1;
		if (next < config->preload)
			queue_add(sim->queue,
			    from_ns + (int64_t)((double)config->preload_ns * (double)next /
						(double)config->preload),
			    SIM_EV_ARRIVE, (uint32_t)kind, 1);
		else if (config->rate_per_s > 0)
			next_arrival(sim, kind);
		begin_flow(sim, kind);
		return;
	}
	if (config->until_ns != INT64_MAX &&
	    sim->now_ns >= sim->config->start_ns + config->until_ns)
		return;
	begin_flow(sim, kind);
	next_arrival(sim, kind);
}

void
traffic_script(struct sim *sim, size_t index)
{
	const struct sim_script *script = &sim->config->script[index];
	struct sim_flow *flow = &g_array_index(sim->scripted, struct sim_flow, script->flow);
	struct flow_packet packet = {.from_client = !script->from_server,
	    .flags = script->flags,
	    .window = script->window,
	    .wscale = -1,
	    .seq = script->seq,
	    .ack = script->ack,
	    .len = script->len};

	if ((script->wscale & PFSYNC_WSCALE_FLAG) != 0)
		packet.wscale = (int8_t)(script->wscale & PFSYNC_WSCALE_MASK);
	flow->flow.step = script->proto;
	if (meet(sim, script->node, flow, &packet) == MET_BLOCKED)
		sim->blocked++;
}

void
traffic_sa(struct sim *sim, size_t index)
{
	const struct sim_sa *config = &sim->config->sas[index];
	int node = config->node >= 0   ? config->node
		   : sim->carp != NULL ? carp_master(sim->carp, 0)
				       : sim->active;
	struct fw_tdb tdb = config->tdb;

	sim->sa_rpl[index] += config->packets_per_s * (uint64_t)config->every_ns / SIM_SECOND;
	sim->sa_bytes[index] += config->bytes_per_s * (uint64_t)config->every_ns / SIM_SECOND;
	tdb.rpl = sim->sa_rpl[index];
	tdb.cur_bytes = sim->sa_bytes[index];
	if (node >= 0 && sim->peers[node].on)
		fw_tdb_update(sim->peers[node].fw, sim->now_ns, &tdb);
	queue_add(sim->queue, sim->now_ns + config->every_ns, SIM_EV_SA, (uint32_t)index, 0);
}

void
traffic_begin(struct sim *sim)
{
	const struct sim_config *config = sim->config;
	uint32_t scripts = 0;

	sim->free_flows = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	sim->held = g_hash_table_new_full(id_hash, id_equal, g_free, g_free);
	sim->scripted = g_array_new(FALSE, TRUE, sizeof(struct sim_flow));
	rng_init(&sim->route_rng, sim->options->seed, "route", 0);
	for (size_t i = 0; i < config->class_count; i++) {
		const struct sim_class *kind = &config->classes[i];
		int64_t from_ns = config->start_ns + kind->from_ns;
		rng_init(&sim->class_rng[i], sim->options->seed, "arrivals", i);
		if (kind->preload > 0 || kind->rate_per_s > 0)
			queue_add(
			    sim->queue, from_ns, SIM_EV_ARRIVE, (uint32_t)i, kind->preload > 0);
	}
	for (size_t i = 0; i < config->script_count; i++) {
		queue_add(
		    sim->queue, config->start_ns + config->script[i].at_ns, SIM_EV_SCRIPT, 0, i);
		if (config->script[i].flow >= scripts)
			scripts = config->script[i].flow + 1;
	}
	for (uint32_t i = 0; i < scripts; i++) {
		struct sim_flow flow = {.kind = SIM_SCRIPTED, .flow = {.number = i}};
		g_array_append_val(sim->scripted, flow);
	}
	for (size_t i = 0; i < config->sa_count; i++) {
		/* Both ends know the SA from isakmpd; pfsync0 is not up yet. */
		for (size_t n = 0; n < sim->nodes; n++)
			fw_tdb_update(sim->peers[n].fw, sim->now_ns, &config->sas[i].tdb);
		queue_add(sim->queue, config->start_ns + config->sas[i].every_ns, SIM_EV_SA,
		    (uint32_t)i, 0);
	}
}

void
traffic_free(struct sim *sim)
{
	g_free(sim->flows);
	if (sim->free_flows != NULL)
		g_array_free(sim->free_flows, TRUE);
	if (sim->scripted != NULL)
		g_array_free(sim->scripted, TRUE);
	if (sim->held != NULL)
		g_hash_table_destroy(sim->held);
}
