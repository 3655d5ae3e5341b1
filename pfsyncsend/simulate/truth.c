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
#include "truth_line.h"
#include "truth_write.h"

/* ------------------------------------------------------------------------
 * What was set up
 */

static void
header_node(struct sim *sim, size_t n)
{
	const struct sim_node *node = &sim->config->nodes[n];
	const struct fw_config *fw = fw_config(sim->peers[n].fw);
	char text[64];

	truth_begin(sim, "node", sim->now_ns);
	truth_node(sim, "node", (int)n);
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
	truth_end(sim);
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
	truth_begin(sim, "header", sim->now_ns);
	fprintf(sim->truth,
	    ",\"version\":1,\"seed\":%" PRIu64 ",\"duration_s\":%.9g,\"capture_at\":\"%s\","
	    "\"capture_from_s\":%.9g,\"changes\":%s,\"messages\":%s,\"config\":%s",
	    sim->options->seed, (double)sim->config->duration_ns / 1e9,
	    places[sim->config->capture_at], (double)sim->config->capture_from_ns / 1e9,
	    sim->options->changes ? "true" : "false", sim->options->messages ? "true" : "false",
	    document == NULL ? "{}" : document);
	truth_end(sim);
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

	truth_begin(sim, "state", sim->now_ns);
	fprintf(sim->truth, ",\"instant\":%zu", sim->instant);
	truth_node(sim, "node", (int)n);
	truth_id(sim, state->id, state->creatorid);
	fprintf(sim->truth, ",\"determined\":%s,\"pending\":%s", determined ? "true" : "false",
	    fw_state_queued(fw, state) ? "true" : "false");
	truth_write_state(sim->truth, fw, sim->now_ns, state);
	truth_end(sim);
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
				truth_begin(sim, "undetermined", sim->now_ns);
				fprintf(sim->truth, ",\"instant\":%zu", sim->instant);
				truth_node(sim, "node", (int)n);
				truth_id(sim, entry->id, entry->creatorid);
				truth_end(sim);
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
		truth_begin(sim, "table", sim->now_ns);
		fprintf(sim->truth, ",\"instant\":%zu", sim->instant);
		truth_node(sim, "node", (int)n);
		fprintf(sim->truth, ",\"states\":%" PRIu64 ",\"on\":%s,\"bulk_waiting\":%s",
		    fw_state_count(fw), sim->peers[n].on ? "true" : "false",
		    fw_bulk_waiting(fw) ? "true" : "false");
		truth_end(sim);
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

	truth_begin(sim, "lost", sim->now_ns);
	truth_node(sim, "from", loss->packet->from);
	truth_node(sim, "to", loss->to);
	fprintf(sim->truth, ",\"why\":\"%s\"", loss->why);
	if (loss->fault >= 0)
		fprintf(sim->truth, ",\"fault\":%" PRId32, loss->fault);
	fprintf(sim->truth, ",\"action\":\"%s\"", pfsync_action_name(message->action));
	if (message->action != PFSYNC_ACT_BUS && message->action != PFSYNC_ACT_CLR)
		truth_id(sim, message->id, message->creatorid);
	truth_end(sim);
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
	truth_begin(sim, "message", sim->now_ns);
	truth_node(sim, "to", (int)node);
	fprintf(sim->truth, ",\"outcome\":\"%s\",\"section\":%" PRIu32 ",\"index\":%" PRIu32,
	    fw_outcome_name(told->outcome), told->section, told->index);
	if (told->number != 0)
		fprintf(sim->truth, ",\"number\":%" PRId64, told->number);
	if (told->message != NULL) {
		fprintf(
		    sim->truth, ",\"action\":\"%s\"", pfsync_action_name(told->message->action));
		if (told->message->action != PFSYNC_ACT_BUS &&
		    told->message->action != PFSYNC_ACT_CLR)
			truth_id(sim, told->message->id, told->message->creatorid);
	}
	if (told->misread)
		fputs(",\"misread\":true", sim->truth);
	truth_end(sim);
}

void
truth_change(struct sim *sim, size_t node, enum fw_change change, enum fw_source source,
    enum fw_why why, const struct fw_state *state)
{
	static const char *const names[] = {"inserted", "updated", "removed"};

	if (sim->truth == NULL || !sim->started)
		return;
	truth_begin(sim, "change", sim->now_ns);
	truth_node(sim, "node", (int)node);
	truth_id(sim, state->id, state->creatorid);
	fprintf(sim->truth, ",\"change\":\"%s\",\"source\":\"%s\",\"why\":\"%s\"", names[change],
	    source == FW_LOCAL ? "local" : "peer", fw_why_name(why));
	if (change != FW_CHANGE_REMOVED)
		truth_write_state(sim->truth, sim->peers[node].fw, sim->now_ns, state);
	truth_end(sim);
}

void
truth_event(struct sim *sim, int node, const char *what, const char *detail, int64_t number)
{
	if (sim->truth == NULL || !sim->started)
		return;
	truth_begin(sim, "event", sim->now_ns);
	truth_node(sim, "node", node);
	fprintf(sim->truth, ",\"event\":\"%s\",\"detail\":", what);
	truth_write_text(sim->truth, detail);
	fprintf(sim->truth, ",\"number\":%" PRId64, number);
	truth_end(sim);
}
