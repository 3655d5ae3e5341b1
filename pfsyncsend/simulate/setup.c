/*
 * setup.c - what is wrong with the firewalls' settings from the beginning, by D-code.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "setup.h"

enum { PAGE_MTU = 4080 }; /* SEM 3.5 */

struct list {
	const struct sim *sim;
	struct setup_fault *out;
	size_t count;
};

static void
add(struct list *list, const char *code, const char *what, int node, uint64_t hits)
{
	if (list->count < SETUP_FAULTS_MAX)
		list->out[list->count++] =
		    (struct setup_fault){.code = code, .what = what, .node = node, .hits = hits};
}

static const struct fw_config *
config_of(const struct list *list, size_t node)
{
	return fw_config(list->sim->peers[node].fw);
}

static bool
is_freebsd(enum fw_family family, enum fw_family since)
{
	return family >= since && family <= FW_V5F15;
}

static uint64_t
effects_of(const struct sim *sim, const char *code, int node)
{
	uint64_t count = 0;

	for (size_t i = 0; i < effects_count(sim->effects); i++) {
		const struct effect *effect = effects_at(sim->effects, i);
		if (strcmp(effect->code, code) == 0 && (node < 0 || effect->node == node))
			count += effect->count;
	}
	return count;
}

/* Both write a checksum of their rules, and it is not the same. */
static bool
checksums_differ(const struct fw_config *a, const struct fw_config *b)
{
	return a->dialect->header_bytes >= 20 && b->dialect->header_bytes >= 20 &&
	       ((a->dialect->quirks | b->dialect->quirks) & PFSYNC_QUIRK_CKSUM_ZERO) == 0 &&
	       memcmp(a->cksum, b->cksum, sizeof(a->cksum)) != 0;
}

static bool
interfaces_differ(const struct list *list, size_t from, size_t to)
{
	const struct sim_node *a = &list->sim->config->nodes[from];
	const struct sim_node *b = &list->sim->config->nodes[to];

	return config_of(list, from)->bind_states &&
	       is_freebsd(config_of(list, to)->family, FW_V5F10) &&
	       (strcmp(a->lan, b->lan) != 0 || strcmp(a->wan, b->wan) != 0);
}

static void
compare(struct list *list, size_t i, size_t k)
{
	const struct sim *sim = list->sim;
	const struct fw_config *a = config_of(list, i), *b = config_of(list, k);

	if (a->dialect->version != b->dialect->version)
		add(list, "D-01", "header versions differ", -1, effects_of(sim, "D-01", -1));
	else if (a->message_version != b->message_version || a->family != b->family)
		if (effects_of(sim, "D-02", -1) > 0)
			add(list, "D-02", "message versions differ", -1,
			    effects_of(sim, "D-02", -1));
	if (checksums_differ(a, b))
		add(list, "D-09", "ruleset checksums differ", -1, 1);
	if (interfaces_differ(list, i, k))
		add(list, "D-10", "interface names differ", (int)k,
		    effects_of(sim, "D-10", (int)k));
	if (interfaces_differ(list, k, i))
		add(list, "D-10", "interface names differ", (int)i,
		    effects_of(sim, "D-10", (int)i));
	if (sim->config->nodes[i].fw.hostid == sim->config->nodes[k].fw.hostid)
		add(list, "D-18", "hostids are the same", -1, 1);
	if (memcmp(a->timeout_s, b->timeout_s, sizeof(a->timeout_s)) != 0 ||
	    a->adaptive_end != b->adaptive_end)
		add(list, "D-17", "timeouts differ", -1, effects_of(sim, "D-17", -1));
}

static bool
has_owner(const struct sim *sim, const struct fw_address *address)
{
	for (size_t n = 0; n < sim->nodes; n++) {
		const struct fw_address *own = &sim->config->nodes[n].fw.address;
		if (own->af == address->af &&
		    memcmp(&own->addr, &address->addr, sizeof(own->addr)) == 0)
			return true;
	}
	return false;
}

static void
look_at(struct list *list, size_t n)
{
	const struct sim *sim = list->sim;
	const struct sim_node *node = &sim->config->nodes[n];
	const struct fw_config *fw = config_of(list, n);
	const struct fw_counters *counters = fw_counters(sim->peers[n].fw);

	if (node->mute)
		add(list, "D-03", "mute", (int)n, sim->peers[n].counts.packets_sent);
	if (node->stranger)
		add(list, "D-22", "a stranger", (int)n, sim->peers[n].counts.packets_sent);
	if (fw->syncpeer.af != PFSYNC_AF_UNSPEC && !has_owner(sim, &fw->syncpeer))
		add(list, "D-04", "syncpeer is nobody's address", (int)n,
		    sim->peers[n].counts.packets_sent);
	if (fw->reannounce)
		add(list, "D-21", "announces what it imported", (int)n,
		    effects_of(sim, "D-21", -1));
	if (is_freebsd(fw->family, FW_V5F9) && fw->mtu > PAGE_MTU)
		add(list, "D-14", "MTU above a page", (int)n, counters->onomem);
}

/* Some unicast and some to the group. */
static bool
peers_differ(const struct sim *sim)
{
	size_t unicast = 0;

	for (size_t n = 0; n < sim->nodes; n++)
		unicast += sim->config->nodes[n].fw.syncpeer.af != PFSYNC_AF_UNSPEC;
	return unicast != 0 && unicast != sim->nodes;
}

static bool
asymmetric(const struct sim *sim)
{
	bool defers = true;

	if (sim->config->routing != SIM_ROUTE_BY_DIRECTION &&
	    sim->config->routing != SIM_ROUTE_BY_PACKET)
		return false;
	for (size_t n = 0; n < sim->nodes; n++)
		defers = defers && sim->config->nodes[n].fw.defer;
	for (size_t i = 0; i < sim->config->class_count && !defers; i++) {
		if (sim->config->classes[i].asymmetric > 0)
			return true;
	}
	return false;
}

size_t
setup_faults(const struct sim *sim, struct setup_fault out[SETUP_FAULTS_MAX])
{
	struct list list = {.sim = sim, .out = out};

	for (size_t i = 0; i < sim->nodes; i++) {
		look_at(&list, i);
		for (size_t k = i + 1; k < sim->nodes; k++)
			compare(&list, i, k);
	}
	if (peers_differ(sim))
		add(&list, "D-04", "some speak to the group, some to one peer", -1, 1);
	if (asymmetric(sim))
		add(&list, "D-16", "asymmetric routing without defer", -1, sim->segments);
	return list.count;
}
