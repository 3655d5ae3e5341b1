/*
 * truth_end.c - the end of the truth file: faults, effects, counters (docs/truth.md).
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>

#include "engine.h"
#include "setup.h"
#include "truth_line.h"
#include "truth_write.h"

static void
write_faults(struct sim *sim)
{
	for (size_t i = 0; i < sim->config->fault_count; i++) {
		const struct sim_fault *fault = &sim->config->faults[i];
		const struct sim_fault_state *state = &sim->faults[i];
		truth_begin(sim, "fault", sim->config->start_ns + fault->at_ns);
		fprintf(sim->truth, ",\"fault\":%zu,\"kind\":\"%s\",\"line\":%zu,\"codes\":[", i,
		    sim_fault_name(fault->kind), fault->line);
		for (size_t c = 0; c < fault->code_count; c++)
			fprintf(sim->truth, "%s\"%s\"", c == 0 ? "" : ",", fault->codes[c]);
		fprintf(sim->truth, "],\"hits\":%" PRIu64, state->hits);
		truth_node(sim, "node", fault->node);
		truth_node(sim, "from", fault->from);
		truth_node(sim, "to", fault->to);
		if (state->hits > 0) {
			truth_time(sim, "first", state->first_ns);
			truth_time(sim, "last", state->last_ns);
		}
		truth_end(sim);
	}
}

static void
write_setup(struct sim *sim)
{
	struct setup_fault faults[SETUP_FAULTS_MAX];
	size_t count = setup_faults(sim, faults);

	for (size_t i = 0; i < count; i++) {
		if (faults[i].hits == 0)
			continue; /* wrong, but it made no difference */
		truth_begin(sim, "setup", sim->config->start_ns);
		fprintf(sim->truth, ",\"code\":\"%s\",\"what\":\"%s\",\"hits\":%" PRIu64,
		    faults[i].code, faults[i].what, faults[i].hits);
		truth_node(sim, "node", faults[i].node);
		truth_end(sim);
	}
}

static void
write_effects(struct sim *sim)
{
	for (size_t i = 0; i < effects_count(sim->effects); i++) {
		const struct effect *effect = effects_at(sim->effects, i);
		truth_begin(sim, "effect", effect->first_ns);
		fprintf(sim->truth,
		    ",\"code\":\"%s\",\"what\":\"%s\",\"count\":%" PRIu64
		    ",\"number_max\":%" PRId64,
		    effect->code, effect->what, effect->count, effect->number_max);
		truth_node(sim, "node", effect->node);
		truth_time(sim, "last", effect->last_ns);
		fputs(",\"examples\":[", sim->truth);
		for (size_t k = 0; k < effect->example_count; k++) {
			const struct effect_example *example = &effect->examples[k];
			fprintf(sim->truth, "%s{\"time\":\"", k == 0 ? "" : ",");
			truth_write_time(sim->truth, example->at_ns);
			fputc('"', sim->truth);
			if (example->id != 0)
				truth_id(sim, example->id, example->creatorid);
			fprintf(sim->truth, ",\"number\":%" PRId64 "}", example->number);
		}
		fputc(']', sim->truth);
		truth_end(sim);
	}
}

static void
write_counters(struct sim *sim, size_t n)
{
	const struct sim_peer *peer = &sim->peers[n];
	bool first = true;

	truth_begin(sim, "counters", sim->now_ns);
	truth_node(sim, "node", (int)n);
	fprintf(sim->truth,
	    ",\"hostid\":\"%08" PRIx32 "\",\"states\":%" PRIu64 ",\"packets_sent\":%" PRIu64
	    ",\"messages_sent\":%" PRIu64 ",\"packets_got\":%" PRIu64 ",\"packets_lost\":%" PRIu64,
	    fw_hostid(peer->fw), fw_state_count(peer->fw), peer->counts.packets_sent,
	    peer->counts.messages_sent, peer->counts.packets_got, peer->counts.packets_lost);
	truth_write_counters(sim->truth, fw_counters(peer->fw), &peer->netstat_before);
	fputs(",\"outcomes\":{", sim->truth);
	for (size_t i = 0; i < FW_OUT_COUNT; i++) {
		if (peer->counts.outcomes[i] == 0)
			continue;
		fprintf(sim->truth, "%s\"%s\":%" PRIu64, first ? "" : ",",
		    fw_outcome_name((enum fw_outcome)i), peer->counts.outcomes[i]);
		first = false;
	}
	fprintf(sim->truth,
	    "},\"changes\":{\"inserted\":%" PRIu64 ",\"updated\":%" PRIu64 ",\"removed\":%" PRIu64
	    "},\"bulk\":{\"asked\":%" PRIu64 ",\"complete\":%" PRIu64 ",\"given_up\":%" PRIu64
	    ",\"sent\":%" PRIu64 "},\"rolled_back_max_bytes\":%" PRIu64,
	    peer->counts.changes[FW_CHANGE_INSERTED], peer->counts.changes[FW_CHANGE_UPDATED],
	    peer->counts.changes[FW_CHANGE_REMOVED], peer->counts.bulks_asked,
	    peer->counts.bulks_complete, peer->counts.bulks_given_up, peer->counts.bulks_sent,
	    peer->counts.rollback_bytes_max);
	truth_end(sim);
}

void
truth_summary(struct sim *sim)
{
	uint64_t messages = 0, packets = 0;

	if (sim->truth == NULL)
		return;
	write_faults(sim);
	write_setup(sim);
	write_effects(sim);
	for (size_t n = 0; n < sim->nodes; n++) {
		write_counters(sim, n);
		messages += sim->peers[n].counts.messages_sent;
		packets += sim->peers[n].counts.packets_sent;
	}
	truth_begin(sim, "summary", sim->now_ns);
	fprintf(sim->truth,
	    ",\"instants\":%zu,\"packets\":%" PRIu64 ",\"messages\":%" PRIu64 ",\"flows\":%" PRIu64
	    ",\"flows_done\":%" PRIu64 ",\"flows_broken\":%" PRIu64 ",\"segments\":%" PRIu64
	    ",\"blocked\":%" PRIu64 ",\"retried\":%" PRIu64 ",\"captured_packets\":%" PRIu64,
	    sim->instant, packets, messages, sim->flows_begun, sim->flows_done, sim->flows_broken,
	    sim->segments, sim->blocked, sim->retried, sim->has_wire ? sim->wire.frames : 0);
	truth_end(sim);
}
