/*
 * truth.c - the truth file: what really was and what really happened (docs/truth.md).
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <string.h>

#include "doc.h"
#include "engine.h"
#include "peek.h"
#include "setup.h"
#include "truth_write.h"

static const char *
node_name(const struct sim *sim, int node)
{
	return sim->config->nodes[node].fw.name;
}

/* {"type":..., "time":... */
static void
begin(struct sim *sim, const char *type, int64_t time_ns)
{
	fprintf(sim->truth, "{\"type\":\"%s\",\"time\":\"", type);
	truth_write_time(sim->truth, time_ns);
	fputc('"', sim->truth);
}

static void
end(struct sim *sim)
{
	fputs("}\n", sim->truth);
	sim->truth_lines++;
}

static void
write_id(struct sim *sim, uint64_t id, uint32_t creatorid)
{
	fprintf(sim->truth, ",\"id\":\"%016" PRIx64 "\",\"creatorid\":\"%08" PRIx32 "\"", id,
	    creatorid);
}

static void
write_node(struct sim *sim, const char *key, int node)
{
	if (node < 0)
		return;
	fprintf(sim->truth, ",\"%s\":", key);
	truth_write_text(sim->truth, node_name(sim, node));
}

/* ------------------------------------------------------------------------
 * What was set up
 */

static void
header_node(struct sim *sim, size_t n)
{
	const struct sim_node *node = &sim->config->nodes[n];
	const struct fw_config *fw = fw_config(sim->peers[n].fw);
	char text[64];

	begin(sim, "node", sim->now_ns);
	write_node(sim, "node", (int)n);
	pfsync_text_addr(text, sizeof(text), node->fw.address.af, &node->fw.address.addr);
	fprintf(sim->truth,
	    ",\"address\":\"%s\",\"mac\":\"%02x:%02x:%02x:%02x:%02x:%02x\",\"family\":\"%s\","
	    "\"dialect\":\"%s\",\"hostid\":\"%08" PRIx32 "\",\"stranger\":%s,\"cksum\":\"",
	    text, node->mac.b[0], node->mac.b[1], node->mac.b[2], node->mac.b[3], node->mac.b[4],
	    node->mac.b[5], fw_family_name(fw->family), fw->dialect->name,
	    fw_hostid(sim->peers[n].fw), node->stranger ? "true" : "false");
	for (size_t i = 0; i < sizeof(fw->cksum); i++)
		fprintf(sim->truth, "%02x", fw->cksum[i]);
	fprintf(sim->truth, "\",\"state_limit\":%" PRIu32 ",\"defer\":%s,\"timeouts\":{",
	    fw->state_limit, fw->defer ? "true" : "false");
	for (unsigned i = 0, first = 1; i < FW_TIMEOUT_CLASSES; i++) {
		const char *name = pfsync_timeout_name(i);
		if (name == NULL || fw->timeout_s[i] == FW_DEFAULT)
			continue;
		fprintf(sim->truth, "%s\"%s\":%" PRIu32, first ? "" : ",", name, fw->timeout_s[i]);
		first = 0;
	}
	fputs("}", sim->truth);
	end(sim);
}

void
truth_header(struct sim *sim)
{
	static const char *const places[] = {"sender", "middle", "receiver"};
	struct doc_at root;
	char *document;

	if (sim->truth == NULL)
		return;
	root = doc_root(sim->config->document);
	document = json_dumps(root.value, JSON_COMPACT);
	begin(sim, "header", sim->now_ns);
	fprintf(sim->truth,
	    ",\"version\":1,\"seed\":%" PRIu64 ",\"duration_s\":%.9g,\"capture_at\":\"%s\","
	    "\"capture_from_s\":%.9g,\"changes\":%s,\"messages\":%s,\"config\":%s",
	    sim->options->seed, (double)sim->config->duration_ns / 1e9,
	    places[sim->config->capture_at], (double)sim->config->capture_from_ns / 1e9,
	    sim->options->changes ? "true" : "false", sim->options->messages ? "true" : "false",
	    document == NULL ? "{}" : document);
	end(sim);
	free(document);
	for (size_t n = 0; n < sim->nodes; n++)
		header_node(sim, n);
}

/* ------------------------------------------------------------------------
 * Tables
 */

static void collect_flying(struct sim *sim, struct seen *flying);

static void
write_state(struct sim *sim, size_t n, const struct fw_state *state, const struct seen *flying)
{
	struct fw *fw = sim->peers[n].fw;
	const struct seen_entry *seen = seen_find(sim->seen, state->id, state->creatorid);
	const struct seen_entry *air = seen_find(flying, state->id, state->creatorid);
	bool determined = sim->peers[n].captured && seen != NULL && seen->full &&
			  (seen->differs >> n & 1) == 0 &&
			  (air == NULL || (air->differs >> n & 1) == 0);

	begin(sim, "state", sim->now_ns);
	fprintf(sim->truth, ",\"instant\":%zu", sim->instant);
	write_node(sim, "node", (int)n);
	write_id(sim, state->id, state->creatorid);
	fprintf(sim->truth, ",\"determined\":%s,\"pending\":%s", determined ? "true" : "false",
	    fw_state_queued(fw, state) ? "true" : "false");
	truth_write_state(sim->truth, fw, sim->now_ns, state);
	end(sim);
}

struct flight {
	struct sim *sim;
	struct seen *flying;
	uint8_t nodes;
};

static bool
visit_flying(void *context, const struct peek_message *message)
{
	struct flight *flight = context;
	struct seen_entry *entry;

	if (message->id == 0)
		return true;
	entry = seen_add(flight->flying, message->id, message->creatorid);
	entry->differs |= flight->nodes;
	return true;
}

/* States about which something was sent that has not arrived: nobody knows them just now. */
static void
collect_flying(struct sim *sim, struct seen *flying)
{
	for (guint i = 0; i < sim->packets->len; i++) {
		const struct sim_packet *packet = g_ptr_array_index(sim->packets, i);
		struct flight flight = {
		    .sim = sim, .flying = flying, .nodes = (uint8_t)((1U << sim->nodes) - 1)};
		if (packet->users == 0 || packet->carp)
			continue;
		peek(packet->dialect, packet->frame.bytes + packet->payload_at, packet->payload_len,
		    false, visit_flying, &flight);
	}
}

/* States that the capture lets one believe a node has, and it has not; or the other way. */
static void
write_undetermined(struct sim *sim, const struct seen *flying)
{
	const struct seen *const sources[] = {sim->seen, flying};

	for (size_t k = 0; k < 2; k++) {
		const struct seen_entry *entry;
		size_t cursor = 0;
		while ((entry = seen_next(sources[k], &cursor)) != NULL) {
			for (size_t n = 0; n < sim->nodes; n++) {
				if (((entry->differs | entry->gone) >> n & 1) == 0 ||
				    fw_lookup(sim->peers[n].fw, entry->id, entry->creatorid) !=
					NULL)
					continue;
				begin(sim, "undetermined", sim->now_ns);
				fprintf(sim->truth, ",\"instant\":%zu", sim->instant);
				write_node(sim, "node", (int)n);
				write_id(sim, entry->id, entry->creatorid);
				end(sim);
			}
		}
	}
}

void
truth_instant(struct sim *sim)
{
	struct seen *flying;

	watch_ghosts(sim);
	sim->instant++;
	if (sim->truth == NULL)
		return;
	flying = seen_new();
	collect_flying(sim, flying);
	for (size_t n = 0; n < sim->nodes; n++) {
		struct fw *fw = sim->peers[n].fw;
		const struct fw_state *state;
		uint64_t cursor = 0;
		begin(sim, "table", sim->now_ns);
		fprintf(sim->truth, ",\"instant\":%zu", sim->instant);
		write_node(sim, "node", (int)n);
		fprintf(sim->truth, ",\"states\":%" PRIu64 ",\"on\":%s,\"bulk_waiting\":%s",
		    fw_state_count(fw), sim->peers[n].on ? "true" : "false",
		    fw_bulk_waiting(fw) ? "true" : "false");
		end(sim);
		while ((state = fw_next(fw, &cursor)) != NULL)
			write_state(sim, n, state, flying);
	}
	write_undetermined(sim, flying);
	seen_free(flying);
}

/* ------------------------------------------------------------------------
 * Messages, changes, events
 */

struct loss {
	struct sim *sim;
	const struct sim_packet *packet;
	int to;
	const char *why;
	int32_t fault;
};

static bool
visit_lost(void *context, const struct peek_message *message)
{
	struct loss *loss = context;
	struct sim *sim = loss->sim;

	begin(sim, "lost", sim->now_ns);
	write_node(sim, "from", loss->packet->from);
	write_node(sim, "to", loss->to);
	fprintf(sim->truth, ",\"why\":\"%s\"", loss->why);
	if (loss->fault >= 0)
		fprintf(sim->truth, ",\"fault\":%" PRId32, loss->fault);
	fprintf(sim->truth, ",\"action\":\"%s\"", pfsync_action_name(message->action));
	if (message->action != PFSYNC_ACT_BUS && message->action != PFSYNC_ACT_CLR)
		write_id(sim, message->id, message->creatorid);
	end(sim);
	return true;
}

void
truth_lost(
    struct sim *sim, const struct sim_packet *packet, int to, enum sim_loss why, int32_t rule)
{
	static const char *const names[] = {"network", "mute", "off"};
	struct loss loss = {.sim = sim, .packet = packet, .to = to, .why = names[why], .fault = -1};

	if (sim->truth == NULL || !sim->started || packet->carp)
		return;
	if (rule >= 0)
		loss.fault = (int32_t)network_rule(sim->sync, (size_t)rule)->fault;
	peek(packet->dialect, packet->frame.bytes + packet->payload_at, packet->payload_len, false,
	    visit_lost, &loss);
}

void
truth_message(struct sim *sim, size_t node, const struct fw_message_told *told)
{
	if (sim->truth == NULL || !sim->started)
		return;
	begin(sim, "message", sim->now_ns);
	write_node(sim, "to", (int)node);
	fprintf(sim->truth, ",\"outcome\":\"%s\",\"section\":%" PRIu32 ",\"index\":%" PRIu32,
	    fw_outcome_name(told->outcome), told->section, told->index);
	if (told->number != 0)
		fprintf(sim->truth, ",\"number\":%" PRId64, told->number);
	if (told->message != NULL) {
		fprintf(
		    sim->truth, ",\"action\":\"%s\"", pfsync_action_name(told->message->action));
		if (told->message->action != PFSYNC_ACT_BUS &&
		    told->message->action != PFSYNC_ACT_CLR)
			write_id(sim, told->message->id, told->message->creatorid);
	}
	if (told->misread)
		fputs(",\"misread\":true", sim->truth);
	end(sim);
}

void
truth_change(struct sim *sim, size_t node, enum fw_change change, enum fw_source source,
    enum fw_why why, const struct fw_state *state)
{
	static const char *const names[] = {"inserted", "updated", "removed"};

	if (sim->truth == NULL || !sim->started)
		return;
	begin(sim, "change", sim->now_ns);
	write_node(sim, "node", (int)node);
	write_id(sim, state->id, state->creatorid);
	fprintf(sim->truth, ",\"change\":\"%s\",\"source\":\"%s\",\"why\":\"%s\"", names[change],
	    source == FW_LOCAL ? "local" : "peer", fw_why_name(why));
	if (change != FW_CHANGE_REMOVED)
		truth_write_state(sim->truth, sim->peers[node].fw, sim->now_ns, state);
	end(sim);
}

void
truth_event(struct sim *sim, int node, const char *what, const char *detail, int64_t number)
{
	if (sim->truth == NULL || !sim->started)
		return;
	begin(sim, "event", sim->now_ns);
	write_node(sim, "node", node);
	fprintf(sim->truth, ",\"event\":\"%s\",\"detail\":", what);
	truth_write_text(sim->truth, detail);
	fprintf(sim->truth, ",\"number\":%" PRId64, number);
	end(sim);
}

/* ------------------------------------------------------------------------
 * At the end
 */

static void
write_time_of(struct sim *sim, const char *key, int64_t time_ns)
{
	fprintf(sim->truth, ",\"%s\":\"", key);
	truth_write_time(sim->truth, time_ns);
	fputc('"', sim->truth);
}

static void
write_faults(struct sim *sim)
{
	for (size_t i = 0; i < sim->config->fault_count; i++) {
		const struct sim_fault *fault = &sim->config->faults[i];
		const struct sim_fault_state *state = &sim->faults[i];
		begin(sim, "fault", sim->config->start_ns + fault->at_ns);
		fprintf(sim->truth, ",\"fault\":%zu,\"kind\":\"%s\",\"line\":%zu,\"codes\":[", i,
		    sim_fault_name(fault->kind), fault->line);
		for (size_t c = 0; c < fault->code_count; c++)
			fprintf(sim->truth, "%s\"%s\"", c == 0 ? "" : ",", fault->codes[c]);
		fprintf(sim->truth, "],\"hits\":%" PRIu64, state->hits);
		write_node(sim, "node", fault->node);
		write_node(sim, "from", fault->from);
		write_node(sim, "to", fault->to);
		if (state->hits > 0) {
			write_time_of(sim, "first", state->first_ns);
			write_time_of(sim, "last", state->last_ns);
		}
		end(sim);
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
		begin(sim, "setup", sim->config->start_ns);
		fprintf(sim->truth, ",\"code\":\"%s\",\"what\":\"%s\",\"hits\":%" PRIu64,
		    faults[i].code, faults[i].what, faults[i].hits);
		write_node(sim, "node", faults[i].node);
		end(sim);
	}
}

static void
write_effects(struct sim *sim)
{
	for (size_t i = 0; i < effects_count(sim->effects); i++) {
		const struct effect *effect = effects_at(sim->effects, i);
		begin(sim, "effect", effect->first_ns);
		fprintf(sim->truth,
		    ",\"code\":\"%s\",\"what\":\"%s\",\"count\":%" PRIu64
		    ",\"number_max\":%" PRId64,
		    effect->code, effect->what, effect->count, effect->number_max);
		write_node(sim, "node", effect->node);
		write_time_of(sim, "last", effect->last_ns);
		fputs(",\"examples\":[", sim->truth);
		for (size_t k = 0; k < effect->example_count; k++) {
			const struct effect_example *example = &effect->examples[k];
			fprintf(sim->truth, "%s{\"time\":\"", k == 0 ? "" : ",");
			truth_write_time(sim->truth, example->at_ns);
			fputc('"', sim->truth);
			if (example->id != 0)
				write_id(sim, example->id, example->creatorid);
			fprintf(sim->truth, ",\"number\":%" PRId64 "}", example->number);
		}
		fputc(']', sim->truth);
		end(sim);
	}
}

static void
write_counters(struct sim *sim, size_t n)
{
	const struct sim_peer *peer = &sim->peers[n];
	bool first = true;

	begin(sim, "counters", sim->now_ns);
	write_node(sim, "node", (int)n);
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
	end(sim);
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
	begin(sim, "summary", sim->now_ns);
	fprintf(sim->truth,
	    ",\"instants\":%zu,\"packets\":%" PRIu64 ",\"messages\":%" PRIu64 ",\"flows\":%" PRIu64
	    ",\"flows_done\":%" PRIu64 ",\"flows_broken\":%" PRIu64 ",\"segments\":%" PRIu64
	    ",\"blocked\":%" PRIu64 ",\"retried\":%" PRIu64 ",\"captured_packets\":%" PRIu64,
	    sim->instant, packets, messages, sim->flows_begun, sim->flows_done, sim->flows_broken,
	    sim->segments, sim->blocked, sim->retried, sim->has_wire ? sim->wire.frames : 0);
	end(sim);
}
