/*
 * sim.c - the whole of a simulation: begin, the loop over time, end.
 *
 * SPDX-License-Identifier: ISC
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "outfile.h"

/* ------------------------------------------------------------------------
 * Output files
 */

static bool
open_capture(struct pcap_out *out, const struct sim *sim, const char *path, uint32_t linktype)
{
	struct pcap_format format = {
	    .linktype = linktype, .pcapng = sim->config->pcapng, .nano = true};
	int error = pcap_out_open(out, path, &format);

	if (error == 0)
		return true;
	fprintf(stderr, "pfsyncsend: %s: %s\n", path, strerror(error));
	return false;
}

struct outputs {
	struct outfile *truth;
};

static bool
is_config(const struct sim_options *options, const char *path)
{
	if (path == NULL || options->config == NULL || !outfile_is_input(path, options->config))
		return false;
	fprintf(stderr, "pfsyncsend: %s: this is the configuration; name another file\n", path);
	return true;
}

/* Nothing is written over what was read. */
static bool
outputs_are_new(const struct sim_options *options)
{
	bool old = is_config(options, options->wire) || is_config(options, options->truth);

	for (size_t n = 0; n < options->vantage_count && !old; n++)
		old = is_config(options, options->vantage[n]);
	for (size_t n = 0; n < options->tap_count && !old; n++)
		old = is_config(options, options->tap[n]);
	return !old;
}

static bool
open_outputs(struct sim *sim, struct outputs *outputs)
{
	const struct sim_options *options = sim->options;

	if (!outputs_are_new(options))
		return false;
	if (options->wire != NULL) {
		if (!open_capture(&sim->wire, sim, options->wire, link_type(sim->config->link)))
			return false;
		sim->has_wire = true;
	}
	for (size_t n = 0; n < options->vantage_count; n++) {
		if (!open_capture(&sim->peers[n].vantage, sim, options->vantage[n],
			link_type(sim->config->link)))
			return false;
		sim->peers[n].has_vantage = true;
	}
	for (size_t n = 0; n < options->tap_count; n++) {
		if (!open_capture(&sim->peers[n].tap, sim, options->tap[n], link_type(LINK_TAP)))
			return false;
		sim->peers[n].has_tap = true;
	}
	if (options->truth == NULL)
		return true;
	outputs->truth = outfile_open(options->truth);
	if (outputs->truth == NULL) {
		fprintf(stderr, "pfsyncsend: %s: %s\n", options->truth, strerror(errno));
		return false;
	}
	sim->truth = outfile_stream(outputs->truth);
	return true;
}

static bool
committed(int error, const char *path)
{
	if (error == 0)
		return true;
	fprintf(stderr, "pfsyncsend: %s: %s\n", path, strerror(error));
	return false;
}

/* Everything is put in place, or (`keep` false, or an error) nothing more is. */
static bool
close_outputs(struct sim *sim, struct outputs *outputs, bool keep)
{
	const struct sim_options *options = sim->options;

	if (sim->has_wire) {
		if (keep)
			keep = committed(pcap_out_commit(&sim->wire), options->wire);
		else
			pcap_out_discard(&sim->wire);
	}
	for (size_t n = 0; n < SIM_NODES_MAX; n++) {
		struct sim_peer *peer = &sim->peers[n];
		if (peer->has_vantage && keep)
			keep = committed(pcap_out_commit(&peer->vantage), options->vantage[n]);
		else if (peer->has_vantage)
			pcap_out_discard(&peer->vantage);
		if (peer->has_tap && keep)
			keep = committed(pcap_out_commit(&peer->tap), options->tap[n]);
		else if (peer->has_tap)
			pcap_out_discard(&peer->tap);
	}
	if (outputs->truth != NULL) {
		if (keep)
			keep = committed(outfile_commit(outputs->truth), options->truth);
		else
			outfile_discard(outputs->truth);
	}
	return keep;
}

/* ------------------------------------------------------------------------
 * Nodes
 */

static bool
make_nodes(struct sim *sim)
{
	for (size_t n = 0; n < sim->nodes; n++) {
		const struct sim_node *node = &sim->config->nodes[n];
		struct sim_peer *peer = &sim->peers[n];
		struct fw_callbacks callbacks = watch_callbacks(peer);
		struct fw_config config = node->fw;
		const char *problem = NULL;
		struct rng rng;
		/* pf has run for a while: 1 to 30 days. */
		rng_init(&rng, sim->options->seed, "pf start", n);
		if (config.id_seed_s == 0)
			config.id_seed_s = (uint64_t)(sim->now_ns / SIM_SECOND -
						      rng_between(&rng, 86400, 30 * 86400));
		peer->sim = sim;
		peer->index = n;
		peer->ttl = PFSYNC_TTL;
		peer->mute = node->mute;
		peer->fw = fw_new(&config, &callbacks, sim->now_ns, &problem);
		if (peer->fw == NULL) {
			fprintf(stderr, "pfsyncsend: %s: node \"%s\": %s\n", sim->config->path,
			    node->fw.name, problem == NULL ? "not enough memory" : problem);
			return false;
		}
		queue_add(sim->queue,
		    node->boot_ns < 0 ? sim->now_ns : sim->config->start_ns + node->boot_ns,
		    SIM_EV_BOOT, (uint32_t)n, 0);
	}
	return true;
}

static void
boot(struct sim *sim, size_t node)
{
	struct sim_peer *peer = &sim->peers[node];

	peer->on = true;
	fw_up(peer->fw, sim->now_ns);
	if (sim->carp != NULL)
		carp_up(sim->carp, sim->now_ns, node);
}

/* From now on all is counted and told. */
static void
start(struct sim *sim)
{
	sim->started = true;
	for (size_t n = 0; n < sim->nodes; n++) {
		sim->peers[n].netstat_before = *fw_counters(sim->peers[n].fw);
		sim->peers[n].counts = (struct sim_counts){.packets_sent = 0};
	}
	truth_header(sim);
	adverts_tell(sim);
}

/* ------------------------------------------------------------------------
 * Time
 */

static int64_t
next_timer(const struct sim *sim)
{
	int64_t due_ns = sim->end_ns;

	for (size_t n = 0; n < sim->nodes; n++) {
		int64_t node_ns = fw_deadline_ns(sim->peers[n].fw);
		if (node_ns < due_ns)
			due_ns = node_ns;
	}
	if (sim->carp != NULL && carp_deadline_ns(sim->carp) < due_ns)
		due_ns = carp_deadline_ns(sim->carp);
	return due_ns < sim->now_ns ? sim->now_ns : due_ns;
}

static void
run_timers(struct sim *sim)
{
	for (size_t n = 0; n < sim->nodes; n++) {
		if (fw_deadline_ns(sim->peers[n].fw) <= sim->now_ns)
			fw_tick(sim->peers[n].fw, sim->now_ns);
	}
	if (sim->carp != NULL && carp_deadline_ns(sim->carp) <= sim->now_ns)
		carp_tick(sim->carp, sim->now_ns);
}

static void
handle(struct sim *sim, const struct queue_event *event)
{
	switch ((enum sim_event)event->kind) {
	case SIM_EV_ARRIVE:
		traffic_arrive(sim, event->a, event->b != 0);
		break;
	case SIM_EV_FLOW:
		traffic_flow(sim, (size_t)event->b);
		break;
	case SIM_EV_SCRIPT:
		traffic_script(sim, (size_t)event->b);
		break;
	case SIM_EV_SA:
		traffic_sa(sim, event->a);
		break;
	case SIM_EV_DELIVER:
		path_deliver(sim, event->a, (size_t)event->b);
		break;
	case SIM_EV_CAPTURE:
		path_capture(sim, (size_t)event->b);
		break;
	case SIM_EV_BOOT:
		boot(sim, event->a);
		break;
	case SIM_EV_START:
		start(sim);
		break;
	case SIM_EV_FAULT:
		happen_fault(sim, event->a, event->b);
		break;
	case SIM_EV_INSTANT:
		run_timers(sim);
		truth_instant(sim);
		break;
	}
}

static void
run(struct sim *sim)
{
	struct queue_event event;

	for (;;) {
		int64_t due_ns = next_timer(sim);
		if (queue_take(sim->queue, due_ns, &event)) {
			sim->now_ns = event.at_ns;
			traffic_ahead(sim);
			handle(sim, &event);
			continue;
		}
		sim->now_ns = due_ns;
		if (due_ns >= sim->end_ns)
			break;
		run_timers(sim);
	}
	run_timers(sim);
	while (queue_take(sim->queue, sim->end_ns, &event)) /* what these brought about */
		handle(sim, &event);
	truth_instant(sim);
	truth_summary(sim);
}

static void
begin(struct sim *sim)
{
	const struct sim_config *config = sim->config;

	sim->now_ns = config->start_ns - SIM_LEAD_NS;
	sim->end_ns = config->start_ns + config->duration_ns;
	sim->nodes = config->node_count;
	sim->active = config->active;
	sim->queue = queue_new(sim->now_ns);
	sim->sync = network_new(sim->options->seed, config->delay_ns, config->jitter_ns);
	sim->adverts = network_new(~sim->options->seed, config->delay_ns, config->jitter_ns);
	sim->seen = seen_new();
	sim->effects = effects_new();
	rng_init(&sim->capture_rng, sim->options->seed, "capture", 0);
	sim_packets_begin(sim);
}

static void
release(struct sim *sim)
{
	for (size_t n = 0; n < sim->nodes; n++)
		fw_free(sim->peers[n].fw);
	carp_free(sim->carp);
	network_free(sim->sync);
	network_free(sim->adverts);
	traffic_free(sim);
	sim_packets_free(sim);
	queue_free(sim->queue);
	seen_free(sim->seen);
	effects_free(sim->effects);
}

/* An id alone does not name a state where these are configured. */
static bool
ids_may_clash(const struct sim_config *config)
{
	for (size_t i = 0; i < config->fault_count; i++) {
		if (config->faults[i].kind == SIM_F_REENABLE || config->faults[i].keep_hostid ||
		    config->faults[i].hostid != 0)
			return true;
	}
	for (size_t i = 0; i < config->node_count; i++) {
		for (size_t k = i + 1; k < config->node_count; k++) {
			if (config->nodes[i].fw.hostid == config->nodes[k].fw.hostid)
				return true;
		}
	}
	return false;
}

int
sim_run(const struct sim_config *config, const struct sim_options *options)
{
	struct sim *sim = g_new0(struct sim, 1);
	struct outputs outputs = {0};
	bool good;

	sim->config = config;
	sim->options = options;
	sim->verify = ids_may_clash(config);
	outfile_mind_signals();
	begin(sim);
	queue_add(sim->queue, config->start_ns, SIM_EV_START, 0, 0);
	good = make_nodes(sim) && open_outputs(sim, &outputs);
	if (good) {
		adverts_begin(sim);
		happen_begin(sim);
		traffic_begin(sim);
		for (size_t i = 0; i < config->instant_count; i++)
			queue_add(sim->queue, config->start_ns + config->instants_ns[i],
			    SIM_EV_INSTANT, 0, i);
		run(sim);
	}
	good = close_outputs(sim, &outputs, good) && good;
	release(sim);
	g_free(sim);
	return good ? 0 : 2;
}
