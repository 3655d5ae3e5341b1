/*
 * json_asked.c - lines of JSON for --trace, --nat and --as-peer.
 *
 * SPDX-License-Identifier: ISC
 */
#include "json_asked.h"

#include <stdio.h>
#include <string.h>

#include "json_connection.h"
#include "json_set.h"

static void
set_frame(json_t *object, bool many_files, uint64_t frame, uint16_t file)
{
	json_set_count(object, "frame", frame);
	if (many_files)
		json_set_count(object, "file", file);
}

static void
set_node(json_t *object, const char *key, const struct report_names *names, size_t node)
{
	const char *name = node < PFREPLAY_NODES_MAX ? names->name[node] : NULL;

	json_set_name(object, key, name != NULL ? name : "?");
}

/* ------------------------------------------------------------------------
 * --trace
 */

static json_t *
peer_of(uint8_t level, bool has_seqlo, uint32_t seqlo)
{
	json_t *object = json_object();

	json_set_count(object, "state_number", level);
	if (has_seqlo)
		json_set_count(object, "seqlo", seqlo);
	return object;
}

static void
set_message(json_t *object, const struct pfsync_message *message)
{
	const struct pfsync_state *state = &message->u.state;

	json_set_string(object, "action", pfsync_action_name(message->action));
	if (!pfsync_has(message, PFSYNC_F_SRC_STATE) || !pfsync_has(message, PFSYNC_F_DST_STATE))
		return;
	json_object_set_new(object, "src_peer",
	    peer_of(state->src.state, pfsync_has(message, PFSYNC_F_SRC_SEQLO), state->src.seqlo));
	json_object_set_new(object, "dst_peer",
	    peer_of(state->dst.state, pfsync_has(message, PFSYNC_F_DST_SEQLO), state->dst.seqlo));
	if (pfsync_has(message, PFSYNC_F_TIMEOUT))
		json_set_count(object, "timeout_number", state->timeout);
}

static json_t *
results_of(const struct pfreplay_step *step, const struct report_names *names)
{
	json_t *list = json_array();

	for (size_t i = 0; i < step->result_count; i++) {
		json_t *entry = json_object();

		set_node(entry, "node", names, step->results[i].node);
		json_set_string(entry, "outcome", step->results[i].outcome);
		if (step->results[i].src_back_bytes > 0)
			json_set_count(entry, "src_back_bytes", step->results[i].src_back_bytes);
		if (step->results[i].dst_back_bytes > 0)
			json_set_count(entry, "dst_back_bytes", step->results[i].dst_back_bytes);
		json_array_append_new(list, entry);
	}
	return list;
}

static json_t *
beliefs_of(const struct pfreplay_step *step, const struct report_names *names)
{
	json_t *list = json_array();

	for (size_t i = 0; i < step->belief_count; i++) {
		const struct pfreplay_belief *belief = &step->beliefs[i];
		json_t *entry = json_object();

		set_node(entry, "node", names, belief->node);
		json_object_set_new(entry, "held", json_boolean(belief->has));
		if (belief->has) {
			json_set_string(
			    entry, "standing", pfreplay_standing_name(belief->standing));
			json_object_set_new(
			    entry, "src_peer", peer_of(belief->src_state, true, belief->src_seqlo));
			json_object_set_new(
			    entry, "dst_peer", peer_of(belief->dst_state, true, belief->dst_seqlo));
			json_set_count(entry, "timeout_number", belief->timeout);
			json_set_time(entry, "due", belief->due_ns);
		}
		json_array_append_new(list, entry);
	}
	return list;
}

json_t *
json_step(struct pfreplay *replay, const struct pfreplay_step *step,
    const struct report_names *names, bool many_files)
{
	json_t *object = json_begin("trace", &step->time_ns);
	struct pfreplay_traced traced;

	if (pfreplay_traced(replay, &traced))
		json_set_ids(object, traced.id, traced.creatorid);
	set_frame(object, many_files, step->frame, step->file);
	if (step->sender >= 0) {
		set_node(object, "sender", names, (size_t)step->sender);
		set_message(object, &step->message);
	}
	if (step->proof != NULL)
		json_set_string(object, "proof", step->proof);
	json_object_set_new(object, "results", results_of(step, names));
	json_object_set_new(object, "beliefs", beliefs_of(step, names));
	return object;
}

/* ------------------------------------------------------------------------
 * --nat
 */

json_t *
json_mapping(const struct pfreplay_mapping *mapping, bool many_files)
{
	static const char *const sides[] = {"inside", "mapped", "direct"};
	json_t *object = json_begin("mapping", &mapping->last_ns);
	char text[512];

	json_set_ids(object, mapping->message.id, mapping->message.creatorid);
	json_set_string(object, "side", sides[mapping->side]);
	json_set_connection(object, &mapping->message);
	pfsync_text_state(text, sizeof(text), &mapping->message);
	json_set_string(object, "text", text);
	if (mapping->created_ns != 0)
		json_set_time(object, "created", mapping->created_ns);
	json_set_time(object, "first", mapping->first_ns);
	json_set_time(object, "last", mapping->last_ns);
	set_frame(object, many_files, mapping->first_frame, mapping->first_file);
	if (mapping->ended_ns != 0) {
		json_set_time(object, "ended", mapping->ended_ns);
		json_set_count(object, "ended_frame", mapping->ended_frame);
	}
	json_object_set_new(object, "open", json_boolean(mapping->open));
	return object;
}

/* ------------------------------------------------------------------------
 * --as-peer
 */

json_t *
json_discard(const struct pfreplay_node *peer, const struct pfreplay_discard *discard,
    bool many_files, const int64_t *as_of_ns)
{
	json_t *object = json_begin("discard", as_of_ns), *list = json_array();

	json_set_string(object, "family", pfreplay_family_name(peer->family));
	json_set_string(object, "reason", discard->reason);
	json_set_string(object, "unit", discard->packets ? "packets" : "messages");
	json_set_count(object, "count", discard->count);
	for (size_t i = 0; i < discard->example_count; i++) {
		const struct pfreplay_example *example = &discard->examples[i];
		json_t *entry = json_object();

		set_frame(entry, many_files, example->frame, example->file);
		json_set_time(entry, "time", example->time_ns);
		if (!discard->packets)
			json_set_ids(entry, example->id, example->creatorid);
		json_array_append_new(list, entry);
	}
	json_object_set_new(object, "examples", list);
	return object;
}
