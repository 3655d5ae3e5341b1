/*
 * json_report.c - the writer of JSON Lines.
 *
 * SPDX-License-Identifier: ISC
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "difference.h"
#include "json_asked.h"
#include "json_dump.h"
#include "json_event.h"
#include "json_evidence.h"
#include "json_divergence.h"
#include "json_object.h"
#include "json_plan.h"
#include "json_stream.h"
#include "json_words.h"
#include "writer.h"

/* What all messages of a frame begin with. */
#define HEAD_MAX 512
/* The rest of a message's head: action, record, section, index. */
#define TAIL_MAX 256

struct json_report {
	struct out *out;
	struct report_style style;
	struct json_plans *message_plans;
	struct json_plans *state_plans;
	bool has_as_of;
	int64_t as_of_ns;   /* the moment of the tables */
	size_t head_length; /* 0 = to be made */
	char head[HEAD_MAX];
};

static const int64_t *
as_of(const struct json_report *report)
{
	return report->has_as_of ? &report->as_of_ns : NULL;
}

static void
write_object(struct json_report *report, json_t *object)
{
	if (object == NULL) {
		report->out->error = report->out->error != 0 ? report->out->error : ENOMEM;
		return;
	}
	json_dump(report->out, object);
	out_char(report->out, '\n');
	json_decref(object);
}

static void
json_report_file(void *self, const struct capture_file *file, unsigned number)
{
	struct json_report *report = self;

	write_object(report, json_file(file, number, report->style.many_files));
}

static void
json_report_frame(void *self, const struct report_frame *frame)
{
	struct json_report *report = self;

	report->head_length = 0;
	if (report->style.verbose > 0)
		write_object(report, json_frame(frame, report->style.many_files));
}

static void
make_head(struct json_report *report, const struct report_frame *frame)
{
	const struct capture_packet *packet = frame->packet;
	char *at = json_put_begin(report->head, "message", &packet->time_ns);

	at = json_put_u64(json_put_text(at, ",\"frame\":"), packet->frame);
	if (report->style.many_files)
		at = json_put_u64(json_put_text(at, ",\"file\":"), packet->file);
	if (frame->src[0] != '\0')
		at = json_put_string(json_put_text(at, ",\"ip_src\":"), frame->src);
	if (frame->dst[0] != '\0')
		at = json_put_string(json_put_text(at, ",\"ip_dst\":"), frame->dst);
	at = json_put_string(json_put_text(at, ",\"dialect\":"), frame->frame->dialect->name);
	at = json_put_text(at, ",\"action\":\"");
	report->head_length = (size_t)(at - report->head);
}

static void
json_report_message(void *self, const struct report_frame *frame, const struct report_message *m)
{
	struct json_report *report = self;
	const struct pfsync_message *message = m->message;
	char *room, *at;

	if (report->head_length == 0)
		make_head(report, frame);
	room = out_reserve(report->out, HEAD_MAX + TAIL_MAX + json_plan_room());
	memcpy(room, report->head, report->head_length);
	at = room + report->head_length;
	at = json_put_text(at, pfsync_action_name(message->action));
	at = json_put_u64(json_put_text(at, "\",\"action_number\":"), message->action_number);
	if (message->record != PFSYNC_REC_NONE)
		at = json_put_string(
		    json_put_text(at, ",\"record\":"), pfsync_record_name(message->record));
	at = json_put_u64(json_put_text(at, ",\"section\":"), m->section);
	at = json_put_u64(json_put_text(at, ",\"index\":"), m->index);
	at = json_plan_write(
	    report->message_plans, at, message, frame->frame->dialect, m->proto, true);
	*at++ = '}';
	*at++ = '\n';
	out_commit(report->out, (size_t)(at - room));
}

static void
json_report_anomaly(void *self, const struct report_anomaly *anomaly)
{
	struct json_report *report = self;

	write_object(report, json_anomaly(anomaly, report->style.many_files));
}

static void
json_report_headline(void *self, const struct report_summary *summary)
{
	struct json_report *report = self;

	report->has_as_of = summary->has_time;
	report->as_of_ns = summary->as_of_ns;
}

static void
json_report_node(void *self, const struct pfreplay_node *node, const struct sender *sender)
{
	(void)sender;
	write_object(self, json_node(node, as_of(self)));
}

static void
json_report_state(void *self, const struct pfreplay_node *node, const struct pfreplay_state *state)
{
	struct json_report *report = self;
	char *room = out_reserve(report->out, HEAD_MAX + TAIL_MAX + json_plan_room());
	char *at = json_put_begin(room, "state", as_of(report));

	at = json_put_name(json_put_text(at, ",\"node\":"), node->name, REPORT_ADDR_MAX);
	at = json_put_string(
	    json_put_text(at, ",\"standing\":"), pfreplay_standing_name(state->standing));
	at = json_put_text(at, ",\"as_of\":\"");
	at += time_rfc3339(at, state->evidence_ns);
	at = json_put_u64(json_put_text(at, "\",\"frame\":"), state->evidence_frame);
	if (report->style.many_files)
		at = json_put_u64(json_put_text(at, ",\"file\":"), state->evidence_file);
	at = json_plan_write(report->state_plans, at, &state->message, node->dialect, -1, false);
	*at++ = '}';
	*at++ = '\n';
	out_commit(report->out, (size_t)(at - room));
}

static void
json_report_bulk(
    void *self, const struct pfreplay_bulk *bulk, const char *requester, const char *sender)
{
	write_object(self, json_bulk(bulk, requester, sender));
}

static void
json_report_direction(void *self, const struct pfreplay_direction *direction, const char *sender,
    const char *receiver)
{
	write_object(self, json_vantage(direction, sender, receiver, as_of(self)));
}

static void
json_report_witness(void *self, const struct witness *witness)
{
	for (size_t i = 0; i < witness->listing_count; i++) {
		if (witness->listings[i].done && !witness->listings[i].no_node)
			write_object(self, json_listing(&witness->listings[i]));
	}
	for (size_t i = 0; i < witness->counters_count; i++) {
		if (!witness->counters[i].no_node)
			write_object(self, json_counters(&witness->counters[i], as_of(self)));
	}
}

static void
json_report_trace(void *self, struct pfreplay *replay, const struct report_names *names)
{
	struct json_report *report = self;
	struct pfreplay_step step;

	for (size_t n = 0; pfreplay_step_at(replay, n, &step); n++) {
		if (report_in_window(&report->style, step.time_ns))
			write_object(
			    report, json_step(replay, &step, names, report->style.many_files));
	}
}

static void
json_report_nat(void *self, struct pfreplay *replay)
{
	struct json_report *report = self;
	struct pfreplay_mapping mapping;

	for (size_t n = 0; pfreplay_mapping_at(replay, n, &mapping); n++) {
		if (report_mapping_shown(&report->style, &mapping))
			write_object(report, json_mapping(&mapping, report->style.many_files));
	}
}

static void
json_report_as_peer(void *self, struct pfreplay *replay)
{
	struct json_report *report = self;
	struct pfreplay_discard discard;
	struct pfreplay_node peer;

	if (!pfreplay_peer(replay, &peer))
		return;
	for (size_t n = 0; pfreplay_discard_at(replay, n, &discard); n++)
		write_object(
		    report, json_discard(&peer, &discard, report->style.many_files, as_of(report)));
}

static void
json_report_roles(void *self, const struct pfreplay *replay)
{
	struct json_report *report = self;
	struct pfreplay_vhid vhid;

	for (size_t n = 0; pfreplay_vhid_at(replay, n, &vhid); n++)
		write_object(report, json_carp(replay, n, report->style.many_files, as_of(report)));
}

static void
json_report_divergences(void *self, struct pfreplay *replay, const struct report_names *names)
{
	struct json_report *report = self;
	struct pfreplay_divergence divergence;
	struct pfreplay_pair pair;

	for (size_t n = 0; pfreplay_divergence_at(replay, n, &divergence); n++) {
		if (report_overlaps(&report->style, divergence.first_ns, divergence.last_ns))
			write_object(report, json_divergence(replay, n, &divergence, names,
						 report->style.many_files));
	}
	for (size_t n = 0; pfreplay_pair_at(replay, n, &pair); n++)
		write_object(report, json_coverage(&pair, names, as_of(report)));
}

static void
json_report_differences(void *self, const struct difference_list *list)
{
	struct json_report *report = self;

	for (guint i = 0; i < list->ranks->len; i++) {
		struct difference difference;

		difference_at(list, i, &difference);
		if (report_overlaps(&report->style, difference.rank.since_ns, INT64_MAX))
			write_object(report, json_difference(list, &difference));
	}
}

static void
json_report_summary(void *self, const struct report_summary *summary)
{
	write_object(self, json_summary(summary, as_of(self)));
}

static void
json_report_event(void *self, const struct report_event *event)
{
	static const unsigned views[] = {
	    [REPORT_ABOUT_FINDING] = REPORT_VIEW_DIVERGENCES,
	    [REPORT_ABOUT_VERDICT] = REPORT_VIEW_DIVERGENCES,
	    [REPORT_ABOUT_BULK] = REPORT_VIEW_BULK,
	    [REPORT_ABOUT_ROLE] = REPORT_VIEW_ROLES,
	};
	const struct json_report *report = self;
	const unsigned wanted = views[event->about] | REPORT_VIEW_FOLLOW;

	if (report->style.views == 0 || (report->style.views & wanted) != 0)
		write_object(self, json_event(event));
}

static void
json_report_free(void *self)
{
	struct json_report *report = self;

	json_plans_free(report->message_plans);
	json_plans_free(report->state_plans);
	free(report);
}

bool
json_writer(struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct json_report *report = calloc(1, sizeof(*report));
	unsigned views = style->views;
	bool all = views == 0;

	if (report == NULL)
		return false;
	report->out = out;
	report->style = *style;
	report->message_plans = json_plans_new();
	report->state_plans = json_plans_new();
	if (report->message_plans == NULL || report->state_plans == NULL) {
		json_report_free(report);
		return false;
	}
	memset(writer, 0, sizeof(*writer));
	writer->self = report;
	writer->free = json_report_free;
	writer->headline = json_report_headline;
	writer->summary = json_report_summary;
	if (all || (views & REPORT_VIEW_MESSAGES) != 0) {
		writer->frame = json_report_frame;
		writer->message = json_report_message;
		writer->anomaly = json_report_anomaly;
	}
	if (all)
		writer->file = json_report_file;
	if (all || (views & REPORT_VIEW_STATS) != 0)
		writer->node = json_report_node;
	if (all || (views & REPORT_VIEW_STATES) != 0)
		writer->state = json_report_state;
	if (all || (views & REPORT_VIEW_BULK) != 0)
		writer->bulk = json_report_bulk;
	if (all || (views & REPORT_VIEW_LINK) != 0)
		writer->direction = json_report_direction;
	if (all || (views & REPORT_VIEW_LISTINGS) != 0)
		writer->witness = json_report_witness;
	if (all || (views & (REPORT_VIEW_FOLLOW | REPORT_VIEW_DIVERGENCES | REPORT_VIEW_BULK |
				REPORT_VIEW_ROLES)) != 0)
		writer->event = json_report_event;
	if ((views & REPORT_VIEW_TRACE) != 0)
		writer->trace = json_report_trace;
	if ((views & REPORT_VIEW_NAT) != 0)
		writer->nat = json_report_nat;
	if ((views & REPORT_VIEW_AS_PEER) != 0)
		writer->as_peer = json_report_as_peer;
	if (all || (views & REPORT_VIEW_ROLES) != 0)
		writer->roles = json_report_roles;
	if (all || (views & REPORT_VIEW_DIVERGENCES) != 0)
		writer->divergences = json_report_divergences;
	if (all || (views & REPORT_VIEW_DIFF) != 0)
		writer->differences = json_report_differences;
	writer->wants_verdict = true;
	/* A message's "proto" comes from the tables, so all of it needs them. */
	writer->wants_replay = true;
	return true;
}
