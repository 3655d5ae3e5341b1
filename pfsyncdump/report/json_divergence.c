/*
 * json_divergence.c - findings and coverage as JSON (see json_divergence.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "json_divergence.h"

#include <stdio.h>
#include <string.h>

#include "json_connection.h"
#include "json_set.h"

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

/* All the packets that prove it, and the input of each where there are several. */
static void
set_frames(json_t *object, struct pfreplay *replay, size_t n, bool many_files)
{
	json_t *frames = json_array(), *files = json_array();
	struct pfreplay_frame frame;

	for (size_t i = 0; pfreplay_divergence_frame_at(replay, n, i, &frame); i++) {
		json_array_append_new(frames, json_integer((json_int_t)frame.frame));
		json_array_append_new(files, json_integer(frame.file));
	}
	json_object_set_new(object, "frames", frames);
	if (many_files)
		json_object_set(object, "files", files);
	json_decref(files);
}

static void
set_states(json_t *object, struct pfreplay *replay, size_t n)
{
	json_t *states = json_array();
	struct pfsync_message message;

	for (size_t i = 0; pfreplay_divergence_state_at(replay, n, i, &message); i++) {
		json_t *state = json_object();

		json_set_ids(state, message.id, message.creatorid);
		json_set_connection(state, &message);
		json_array_append_new(states, state);
	}
	if (json_array_size(states) > 0)
		json_object_set(object, "states", states);
	json_decref(states);
}

json_t *
json_divergence(struct pfreplay *replay, size_t n, const struct pfreplay_divergence *divergence,
    const struct report_names *names, bool many_files)
{
	json_t *object = json_begin("divergence", &divergence->last_ns);
	uint64_t frames, states;

	json_set_string(object, "code", divergence->code);
	json_set_string(object, "name", divergence->name);
	json_set_string(object, "severity", pfreplay_severity_name(divergence->severity));
	json_set_time(object, "first", divergence->first_ns);
	json_set_time(object, "last", divergence->last_ns);
	json_set_count(object, "count", divergence->count);
	set_frames(object, replay, n, many_files);
	json_object_set_new(object, "nodes", nodes_of(divergence, names));
	set_states(object, replay, n);
	pfreplay_divergence_left_off(replay, n, &frames, &states);
	if (frames > 0)
		json_set_count(object, "frames_left_off", frames);
	if (states > 0)
		json_set_count(object, "states_left_off", states);
	if (divergence->detail_count > 0) {
		json_t *detail = json_object();

		for (size_t i = 0; i < divergence->detail_count; i++)
			set_detail(
			    detail, divergence->details[i].name, divergence->details[i].value);
		json_object_set_new(object, "detail", detail);
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

		json_set_ids(state, pair->risks[i].id, pair->risks[i].creatorid);
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
	json_set_count(object, "presumed", pair->presumed);
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

/* Counts by severity above low, as far as there are any. */
static json_t *
severities_of(const uint64_t counts[])
{
	json_t *object = json_object();

	for (int severity = PFREPLAY_CRITICAL; severity > PFREPLAY_LOW; severity--) {
		if (counts[severity] == 0)
			continue;
		if (json_object_get(object, "worst") == NULL)
			json_set_string(object, "worst",
			    pfreplay_severity_name((enum pfreplay_severity)severity));
		json_set_count(object, pfreplay_severity_name((enum pfreplay_severity)severity),
		    counts[severity]);
	}
	return object;
}

static void
set_verdict(json_t *summary, const struct report_summary *of)
{
	const struct pfreplay_verdict *verdict = &of->verdict;
	json_t *now = json_object(), *only = json_object(), *established = json_object();
	json_t *evidence = json_object();
	char code[8];

	json_set_string(summary, "verdict", pfreplay_now_name(verdict->now));
	json_set_count(now, "comparable", verdict->comparable);
	json_set_count(now, "compared", verdict->compared);
	for (size_t n = 0; n < PFREPLAY_NODES_MAX; n++) {
		const char *name = of->names.name[n];
		char shown[4 * REPORT_ADDR_MAX + 1];

		if (name == NULL)
			continue;
		pfsync_text_name(shown, sizeof(shown), name, REPORT_ADDR_MAX);
		json_set_count(only, shown, verdict->only_on[n]);
		json_set_count(established, shown, verdict->only_on_established[n]);
	}
	json_object_set_new(now, "only_on", only);
	json_object_set_new(now, "only_on_established", established);
	json_set_count(now, "peers_differ", verdict->peers_differ);
	json_set_count(now, "other_id", verdict->other_id);
	if (verdict->fault != 0) {
		snprintf(code, sizeof(code), "D-%02u", verdict->fault % 100);
		json_set_string(now, "fault", code);
	}
	json_object_set_new(summary, "now", now);
	json_object_set_new(summary, "lasting", severities_of(verdict->lasting));
	json_object_set_new(summary, "earlier", severities_of(verdict->earlier));
	json_set_count(evidence, "packet_count", verdict->packets);
	json_set_count(evidence, "cut", verdict->cut);
	json_set_count(evidence, "dropped", verdict->dropped);
	json_set_count(evidence, "ends", verdict->both_ends ? 2 : 1);
	json_set_count(evidence, "lost", verdict->lost);
	json_set_count(evidence, "unheard", verdict->unheard);
	if (verdict->hole_ns != 0)
		json_set_seconds(evidence, "hole_s", verdict->hole_ns);
	json_object_set_new(summary, "evidence", evidence);
}

void
json_verdict(json_t *summary, const struct report_summary *of)
{
	json_t *list = json_object();
	char code[8];

	set_verdict(summary, of);
	for (unsigned number = 1; number <= PFREPLAY_DIVERGENCES; number++) {
		if (of->divergences[number] == 0)
			continue;
		snprintf(code, sizeof(code), "D-%02u", number % 100);
		json_set_count(list, code, of->divergences[number]);
	}
	json_object_set_new(summary, "divergences", list);
}
