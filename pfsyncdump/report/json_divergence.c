/*
 * json_divergence.c - findings and coverage as JSON (see json_divergence.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "json_divergence.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json_set.h"

static void
set_id(json_t *object, uint64_t id, uint32_t creatorid)
{
	char text[20];

	snprintf(text, sizeof(text), "%016" PRIx64, id);
	json_set_string(object, "id", text);
	snprintf(text, sizeof(text), "%08" PRIx32, creatorid);
	json_set_string(object, "creatorid", text);
}

static json_t *
nodes_of(const struct pfreplay_divergence *divergence, const struct report_names *names)
{
	json_t *list = json_array();

	for (size_t i = 0; i < divergence->node_count; i++) {
		const char *name = names->name[divergence->nodes[i]];
		char text[4 * REPORT_ADDR_MAX + 1];

		pfsync_text_name(
		    text, sizeof(text), name != NULL ? name : "unknown", REPORT_ADDR_MAX);
		json_array_append_new(list, json_string(text));
	}
	return list;
}

/* Spans are nanoseconds within, and seconds in JSON. */
static void
set_detail(json_t *detail, const char *name, int64_t value)
{
	size_t length = strlen(name);
	char seconds[64];

	if (length > 3 && strcmp(name + length - 3, "_ns") == 0) {
		snprintf(seconds, sizeof(seconds), "%.*s_s", (int)(length - 3), name);
		json_set_seconds(detail, seconds, value);
	} else
		json_object_set_new(detail, name, json_integer((json_int_t)value));
}

json_t *
json_divergence(
    const struct pfreplay_divergence *divergence, const struct report_names *names, bool many_files)
{
	json_t *object = json_begin("divergence", &divergence->last_ns);
	json_t *list = json_array(), *files = json_array();

	json_set_string(object, "code", divergence->code);
	json_set_string(object, "name", divergence->name);
	json_set_string(object, "severity", pfreplay_severity_name(divergence->severity));
	json_set_time(object, "first", divergence->first_ns);
	json_set_time(object, "last", divergence->last_ns);
	json_set_count(object, "count", divergence->count);
	for (size_t i = 0; i < divergence->frame_count; i++) {
		json_array_append_new(list, json_integer((json_int_t)divergence->frames[i].frame));
		json_array_append_new(files, json_integer(divergence->frames[i].file));
	}
	json_object_set_new(object, "frames", list);
	if (many_files)
		json_object_set(object, "files", files);
	json_decref(files);
	json_object_set_new(object, "nodes", nodes_of(divergence, names));
	if (divergence->state_count > 0) {
		list = json_array();
		for (size_t i = 0; i < divergence->state_count; i++) {
			json_t *state = json_object();

			set_id(state, divergence->states[i].id, divergence->states[i].creatorid);
			json_array_append_new(list, state);
		}
		json_object_set_new(object, "states", list);
	}
	if (divergence->detail_count > 0) {
		list = json_object();
		for (size_t i = 0; i < divergence->detail_count; i++)
			set_detail(list, divergence->details[i].name, divergence->details[i].value);
		json_object_set_new(object, "detail", list);
	}
	json_set_string(object, "text", divergence->text);
	json_set_string(object, "advice", divergence->advice);
	return object;
}

static void
set_node(json_t *object, const char *key, const struct report_names *names, size_t index)
{
	if (names->name[index] != NULL)
		json_set_name(object, key, names->name[index]);
}

static json_t *
history_of(const struct pfreplay_pair *pair)
{
	json_t *list = json_array();

	for (size_t i = 0; i < pair->sample_count; i++) {
		json_t *sample = json_object();

		json_set_time(sample, "time", pair->samples[i].time_ns);
		json_set_count(sample, "state_count", pair->samples[i].states);
		json_set_count(sample, "covered", pair->samples[i].covered);
		json_array_append_new(list, sample);
	}
	return list;
}

static void
set_risks(json_t *object, const struct pfreplay_pair *pair)
{
	json_t *counts = json_object(), *list = json_array();

	for (int risk = 0; risk < PFREPLAY_RISK_COUNT; risk++)
		json_set_count(
		    counts, pfreplay_risk_name((enum pfreplay_risk)risk), pair->at_risk[risk]);
	json_object_set_new(object, "at_risk", counts);
	for (size_t i = 0; i < pair->risk_count; i++) {
		json_t *state = json_object();

		set_id(state, pair->risks[i].id, pair->risks[i].creatorid);
		json_set_string(state, "risk", pfreplay_risk_name(pair->risks[i].risk));
		json_array_append_new(list, state);
	}
	if (pair->risk_count > 0)
		json_object_set(object, "risks", list);
	json_decref(list);
}

json_t *
json_coverage(
    const struct pfreplay_pair *pair, const struct report_names *names, const int64_t *as_of_ns)
{
	json_t *object = json_begin("coverage", as_of_ns);

	set_node(object, "from", names, pair->from);
	set_node(object, "to", names, pair->to);
	json_set_count(object, "state_count", pair->states);
	json_set_count(object, "covered", pair->covered);
	json_set_count(object, "unknown", pair->unknown);
	json_set_count(object, "established_count", pair->established);
	json_set_count(object, "established_covered_count", pair->established_covered);
	if (pair->oldest_missing_ns != 0)
		json_set_time(object, "oldest_missing", pair->oldest_missing_ns);
	set_risks(object, pair);
	if (pair->sample_count > 0)
		json_object_set_new(object, "history", history_of(pair));
	json_set_count(object, "packet_count", pair->packets);
	if (pair->packets > 0) {
		json_set_seconds(object, "silence_s", pair->silence_ns);
		json_set_seconds(object, "silence_max_s", pair->silence_max_ns);
	}
	if (pair->acks_wanted > 0) {
		json_set_count(object, "acks_wanted", pair->acks_wanted);
		json_set_count(object, "acks_seen", pair->acks_seen);
	}
	if (pair->acks_seen > 0) {
		json_set_seconds(object, "ack_p50_s", pair->ack_p50_ns);
		json_set_seconds(object, "ack_p99_s", pair->ack_p99_ns);
		json_set_seconds(object, "ack_max_s", pair->ack_max_ns);
	}
	return object;
}

void
json_verdict(json_t *summary, const struct report_summary *of)
{
	json_t *list = json_object();
	char code[8];

	json_set_string(summary, "verdict", pfreplay_verdict_name(of->verdict));
	for (unsigned number = 1; number <= PFREPLAY_DIVERGENCES; number++) {
		if (of->divergences[number] == 0)
			continue;
		snprintf(code, sizeof(code), "D-%02u", number % 100);
		json_set_count(list, code, of->divergences[number]);
	}
	json_object_set_new(summary, "divergences", list);
}
