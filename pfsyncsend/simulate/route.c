/*
 * route.c - which firewall a packet goes through.
 *
 * SPDX-License-Identifier: ISC
 */
#include "engine.h"

/* A number that is the flow's for life; the same for all packets of it. */
static uint64_t
spread(uint64_t number)
{
	number = (number ^ (number >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	return number ^ (number >> 31);
}

/* The n-th of the firewalls that are no strangers. */
static int
member(const struct sim *sim, uint64_t n)
{
	size_t members = 0;

	for (size_t i = 0; i < sim->nodes; i++)
		members += !sim->config->nodes[i].stranger;
	if (members == 0)
		return -1;
	n %= members;
	for (size_t i = 0; i < sim->nodes; i++) {
		if (!sim->config->nodes[i].stranger && n-- == 0)
			return (int)i;
	}
	return -1;
}

/* Of a virtual host with several masters, each gets a part of the traffic. */
static int
master(const struct sim *sim, size_t vhid, uint64_t hash)
{
	size_t masters = carp_masters(sim->carp, vhid);
	size_t n;

	if (masters <= 1)
		return carp_master(sim->carp, vhid);
	n = (size_t)((hash >> 17) % masters);
	for (size_t i = 0; i < sim->nodes; i++) {
		if (carp_role(sim->carp, i, vhid) == CARP_MASTER && n-- == 0)
			return (int)i;
	}
	return -1;
}

static int
home(const struct sim *sim, uint64_t hash)
{
	bool shared = sim->config->routing != SIM_ROUTE_ACTIVE;

	if (sim->config->carp_count > 0)
		return master(sim, shared ? (size_t)(hash % sim->config->carp_count) : 0, hash);
	return shared ? member(sim, hash) : sim->active;
}

/* The firewall that comes after `node`, by turns. */
static int
neighbour(const struct sim *sim, int node)
{
	for (size_t step = 1; node >= 0 && step < sim->nodes; step++) {
		size_t i = ((size_t)node + step) % sim->nodes;
		if (!sim->config->nodes[i].stranger && sim->peers[i].on)
			return (int)i;
	}
	return node;
}

int
route(struct sim *sim, const struct sim_flow *flow, bool from_client)
{
	const struct sim_class *kind = &sim->config->classes[flow->kind];
	uint64_t hash = spread(flow->flow.number);
	bool asymmetric = (double)(hash >> 40) < kind->asymmetric * (double)(1 << 24);
	int node;

	if (kind->node >= 0)
		return kind->node;
	node = home(sim, hash);
	if (!asymmetric)
		return node;
	if (sim->config->routing == SIM_ROUTE_BY_DIRECTION && !from_client)
		return neighbour(sim, node);
	if (sim->config->routing == SIM_ROUTE_BY_PACKET && rng_chance(&sim->route_rng, 0.5))
		return neighbour(sim, node);
	return node;
}
