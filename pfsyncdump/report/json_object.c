/*
 * json_object.c - the lines of JSON that are made with jansson.
 *
 * SPDX-License-Identifier: ISC
 */
#include "json_object.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_divergence.h"
#include "json_set.h"

json_t *
json_file(const struct capture_file *file, unsigned number, bool many_files)
{
	json_t *object = json_begin("file", file->has_time ? &file->last_ns : NULL);

	if (many_files)
		json_set_count(object, "file", number);
	json_set_name(object, "name", file->name);
	json_set_count(object, "linktype", (uint64_t)file->linktype);
	json_set_string(object, "linktype_name", file->linktype_name);
	if (file->compression[0] != '\0')
		json_set_string(object, "compression", file->compression);
	json_set_count(object, "snaplen", file->snaplen);
	if (file->sha256[0] != '\0')
		json_set_string(object, "sha256", file->sha256);
	json_set_count(object, "packet_count", file->packets);
	json_set_count(object, "pfsync_packet_count", file->pfsync_packets);
	if (file->dropped > 0)
		json_set_count(object, "dropped", file->dropped);
	if (file->has_time) {
		json_set_time(object, "first", file->first_ns);
		json_set_time(object, "last", file->last_ns);
	}
	return object;
}

static json_t *
sections_of(const struct pfsync_frame *frame)
{
	/* A walk of its own over a copy: the caller's is still to come. */
	struct pfsync_frame copy = *frame;
	struct pfsync_section section;
	json_t *array = json_array();
	int status;

	while ((status = pfsync_section_next(&copy, &section)) != PFSYNC_END) {
		json_t *entry;

		if (status != PFSYNC_OK && status != PFSYNC_BADACT)
			continue;
		entry = json_object();
		if (section.action != PFSYNC_ACT_UNKNOWN)
			json_set_string(entry, "action", pfsync_action_name(section.action));
		json_set_count(entry, "action_number", section.action_number);
		json_set_count(entry, "count", section.count_wire);
		json_set_count(entry, "offset", section.offset);
		json_array_append_new(array, entry);
	}
	return array;
}

static void
set_cksum(json_t *object, const uint8_t cksum[16])
{
	char text[33];

	for (size_t i = 0; i < 16; i++)
		snprintf(text + 2 * i, 3, "%02x", cksum[i]);
	json_set_string(object, "pfcksum", text);
}

/* What else the sender may speak, when that is not certain. */
static json_t *
candidates_of(const struct pfsync_frame *frame)
{
	json_t *names = json_array();

	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		if (pfsync_set_has(&frame->candidates, i))
			json_array_append_new(names, json_string(pfsync_dialect_at(i)->name));
	}
	return names;
}

json_t *
json_frame(const struct report_frame *frame, bool many_files)
{
	const struct capture_packet *packet = frame->packet;
	const struct pfsync_frame *f = frame->frame;
	json_t *object = json_begin("frame", &packet->time_ns);

	json_set_count(object, "frame", packet->frame);
	if (many_files)
		json_set_count(object, "file", packet->file);
	if (frame->src[0] != '\0')
		json_set_string(object, "ip_src", frame->src);
	if (frame->dst[0] != '\0')
		json_set_string(object, "ip_dst", frame->dst);
	if (packet->has_ttl)
		json_set_count(object, "ttl", packet->ttl);
	json_set_count(object, "length", packet->wirelen);
	if (packet->caplen > 0)
		json_set_count(object, "version", packet->bytes[0]);
	if (f->dialect != NULL) {
		json_set_string(object, "dialect", f->dialect->name);
		json_set_string(object, "dialect_certainty", pfsync_certainty_name(f->certainty));
		if (f->certainty != PFSYNC_CERTAIN)
			json_object_set_new(object, "dialect_candidates", candidates_of(f));
		if (f->header.has_cksum)
			set_cksum(object, f->header.cksum);
		json_object_set_new(object, "sections", sections_of(f));
	}
	return object;
}

json_t *
json_anomaly(const struct report_anomaly *anomaly, bool many_files)
{
	json_t *object = json_begin("anomaly", &anomaly->time_ns);

	json_set_count(object, "frame", anomaly->frame);
	if (many_files)
		json_set_count(object, "file", anomaly->file);
	if (anomaly->src[0] != '\0')
		json_set_string(object, "ip_src", anomaly->src);
	json_set_string(object, "counter", anomaly->counter);
	json_set_count(object, "offset", anomaly->offset);
	if (anomaly->lost_bytes > 0)
		json_set_count(object, "lost_bytes", anomaly->lost_bytes);
	if (anomaly->has_values) {
		json_set_count(object, "found", anomaly->found);
		if (anomaly->expected != 0)
			json_set_count(object, "expected", anomaly->expected);
	}
	json_set_string(object, "text", anomaly->text);
	return object;
}

json_t *
json_node(const struct pfreplay_node *node, const int64_t *as_of_ns)
{
	json_t *object = json_begin("node", as_of_ns);
	json_t *list = json_array();
	char text[REPORT_ADDR_MAX];

	json_set_name(object, "node", node->name);
	for (size_t i = 0; i < node->address_count; i++) {
		pfsync_text_addr(
		    text, sizeof(text), node->addresses[i].af, &node->addresses[i].addr);
		json_array_append_new(list, json_string(text));
	}
	json_object_set_new(object, "addresses", list);
	list = json_array();
	for (size_t i = 0; i < node->creatorid_count; i++) {
		snprintf(text, sizeof(text), "%08" PRIx32, node->creatorids[i]);
		json_array_append_new(list, json_string(text));
	}
	json_object_set_new(object, "creatorids", list);
	if (node->dialect != NULL) {
		json_set_string(object, "dialect", node->dialect->name);
		json_set_string(
		    object, "dialect_certainty", pfsync_certainty_name(node->certainty));
	}
	if (node->family != PFREPLAY_FAMILY_UNKNOWN)
		json_set_string(object, "family", pfreplay_family_name(node->family));
	if (!node->silent) {
		json_set_time(object, "first", node->first_ns);
		json_set_time(object, "last", node->last_ns);
	}
	json_set_count(object, "frame_count", node->frames);
	list = json_object();
	for (int action = 0; action < PFSYNC_ACT_COUNT; action++) {
		if (node->messages[action] > 0 && action != PFSYNC_ACT_UNKNOWN)
			json_set_count(list, pfsync_action_name((enum pfsync_action)action),
			    node->messages[action]);
	}
	json_object_set_new(object, "messages", list);
	list = json_object();
	json_set_count(list, "ipackets", node->received);
	for (int counter = 0; counter < PFREPLAY_TRUNCATED; counter++)
		json_set_count(list, pfreplay_counter_name((enum pfreplay_counter)counter),
		    node->predicted[counter]);
	json_object_set_new(object, "predicted", list);
	list = json_object();
	json_set_count(list, pfreplay_counter_name(PFREPLAY_STALE), node->stale_most);
	json_set_count(list, pfreplay_counter_name(PFREPLAY_BADSTATE), node->badstate_most);
	json_object_set_new(object, "predicted_most", list);
	json_set_count(object, "state_count", node->states);
	json_set_count(object, "due_count", node->due);
	return object;
}

json_t *
json_bulk(const struct pfreplay_bulk *bulk, const char *requester, const char *sender)
{
	const int64_t *time_ns = bulk->requested_ns != 0 ? &bulk->requested_ns
				 : bulk->started_ns != 0 ? &bulk->started_ns
							 : &bulk->ended_ns;
	json_t *object = json_begin("bulk", *time_ns != 0 ? time_ns : NULL);

	if (requester != NULL)
		json_set_name(object, "requester", requester);
	if (sender != NULL)
		json_set_name(object, "sender", sender);
	if (bulk->requested_ns != 0)
		json_set_time(object, "requested", bulk->requested_ns);
	if (bulk->started_ns != 0)
		json_set_time(object, "started", bulk->started_ns);
	if (bulk->ended_ns != 0)
		json_set_time(object, "ended", bulk->ended_ns);
	json_set_count(object, "state_count", bulk->states);
	json_set_count(object, "try_count", bulk->tries);
	json_set_string(object, "outcome", pfreplay_outcome_name(bulk->outcome));
	return object;
}

json_t *
json_summary(const struct report_summary *summary, const int64_t *as_of_ns)
{
	json_t *object = json_begin("summary", as_of_ns);
	json_t *list = json_object();

	json_verdict(object, summary);
	json_set_count(object, "packet_count", summary->packets);
	json_set_count(object, "pfsync_packet_count", summary->pfsync_packets);
	json_set_count(object, "message_count", summary->messages);
	json_set_count(object, "node_count", summary->nodes);
	for (size_t i = 0; i < summary->count_count; i++)
		json_set_count(list, summary->counts[i].counter, summary->counts[i].count);
	json_object_set_new(object, "anomalies", list);
	list = json_array();
	for (size_t i = 0; i < summary->reason_count; i++)
		json_array_append_new(list, json_string(summary->reasons[i]));
	json_object_set_new(object, "reasons", list);
	return object;
}
