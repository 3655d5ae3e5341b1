/*
 * adverts.c - CARP between the nodes of a simulation.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "engine.h"

enum { STUCK_SKEW = 240, STUCK_DEMOTE = 32 }; /* SEM 3.7 */

static void
on_advert(void *context, size_t node, size_t vhid, const uint8_t bytes[CARP_ADVERT_BYTES])
{
	struct sim *sim = context;
	const struct sim_carp *config = &sim->config->carp[vhid];
	int64_t since_ns = sim->two_masters_ns[vhid];

	/* Two masters for a moment are how roles change; two that go on are D-23 (SEM 8). */
	if (sim->started && since_ns >= 0 &&
	    sim->now_ns - since_ns > 2 * (config->advbase + 1) * SIM_SECOND) {
		effects_add(
		    sim->effects, "D-23", "two-masters", (int)node, since_ns, 0, 0, config->vhid);
		sim->two_masters_ns[vhid] = -1;
	}
	path_send_advert(sim, node, config->vhid, bytes);
}

static void
on_role(void *context, size_t node, size_t vhid, enum carp_role before, enum carp_role after,
    const char *why)
{
	struct sim *sim = context;

	(void)before;
	(void)why;
	truth_event(sim, (int)node, "carp", carp_role_name(after), sim->config->carp[vhid].vhid);
	sim->two_masters_ns[vhid] = carp_masters(sim->carp, vhid) > 1 ? sim->now_ns : -1;
}

static void
on_shown(void *context, size_t node, uint8_t advskew, uint8_t *skew, uint8_t *demote)
{
	struct sim *sim = context;
	struct sim_peer *peer = &sim->peers[node];

	fw_carp_advert(peer->fw, advskew, skew, demote);
	if (peer->stuck == 0)
		return;
	if (fw_config(peer->fw)->family >= FW_V5F9 && fw_config(peer->fw)->family <= FW_V5F15)
		*skew = STUCK_SKEW;
	else if (*demote < STUCK_DEMOTE)
		*demote = STUCK_DEMOTE;
}

/* FreeBSD's form: skew and no demote octet. */
static bool
is_openbsd(enum fw_family family)
{
	return family >= FW_V6A || family == FW_V5O || family == FW_V4A || family == FW_V4B ||
	       family == FW_V2A || family == FW_V2B;
}

void
adverts_begin(struct sim *sim)
{
	const struct sim_config *config = sim->config;
	struct carp_callbacks call = {
	    .context = sim, .advert = on_advert, .role = on_role, .shown = on_shown};

	if (config->carp_count == 0)
		return;
	sim->carp = carp_new(sim->nodes, &call);
	for (size_t i = 0; i < config->carp_count; i++) {
		const struct sim_carp *c = &config->carp[i];
		struct carp_member members[SIM_NODES_MAX] = {{0}};
		struct carp_vhid vhid = {.vhid = c->vhid,
		    .preempt = c->preempt,
		    .addresses = {c->address},
		    .address_count = 1};
		struct rng rng;
		rng_init(&rng, sim->options->seed, "carp key", i);
		for (size_t b = 0; b < sizeof(vhid.key); b++)
			vhid.key[b] = (uint8_t)rng_u32(&rng);
		for (size_t n = 0; n < sim->nodes; n++)
			members[n] = (struct carp_member){.present = c->advskew[n] >= 0,
			    .openbsd = is_openbsd(config->nodes[n].fw.family),
			    .advbase = c->advbase,
			    .advskew = (uint8_t)(c->advskew[n] < 0 ? 0 : c->advskew[n])};
		carp_add(sim->carp, &vhid, members);
		sim->two_masters_ns[i] = -1;
	}
}

void
adverts_tell(struct sim *sim)
{
	for (size_t v = 0; v < sim->config->carp_count; v++) {
		for (size_t n = 0; n < sim->nodes; n++) {
			if (sim->config->carp[v].advskew[n] >= 0)
				truth_event(sim, (int)n, "carp",
				    carp_role_name(carp_role(sim->carp, n, v)),
				    sim->config->carp[v].vhid);
		}
	}
}
