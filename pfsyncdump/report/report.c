/*
 * report.c - all writers of a run together.
 *
 * SPDX-License-Identifier: ISC
 */
#include "report.h"

#include <string.h>

#include "replay_differences.h"
#include "witness.h"

typedef bool make_writer(struct report_writer *, struct out *, const struct report_style *);

static bool
add(struct report *report, make_writer *make, struct out *out, const struct report_style *style)
{
	struct report_writer *writer = &report->writers[report->count];

	if (!make(writer, out, style))
		return false;
	report->count++;
	report->frames = report->frames || writer->frame != NULL || writer->frame_end != NULL;
	report->messages = report->messages || writer->message != NULL;
	report->anomalies = report->anomalies || writer->anomaly != NULL;
	report->states = report->states || writer->state != NULL;
	report->events = report->events || writer->event != NULL;
	report->replay = report->replay || writer->wants_replay;
	report->verdict = report->verdict || writer->wants_verdict || writer->divergences != NULL;
	return true;
}

bool
report_open(struct report *report, struct out *out, const struct report_style *style, bool json)
{
	static const struct {
		enum report_view view;
		make_writer *make;
	} views[] = {
	    {REPORT_VIEW_MESSAGES, text_messages_writer},
	    {REPORT_VIEW_FOLLOW, text_follow_writer},
	    {REPORT_VIEW_STATES, text_states_writer},
	    {REPORT_VIEW_BULK, text_bulk_writer},
	    {REPORT_VIEW_LINK, text_vantage_writer},
	    {REPORT_VIEW_LISTINGS, text_witness_writer},
	    {REPORT_VIEW_TRACE, text_trace_writer},
	    {REPORT_VIEW_NAT, text_nat_writer},
	    {REPORT_VIEW_AS_PEER, text_as_peer_writer},
	    {REPORT_VIEW_ROLES, text_roles_writer},
	    {REPORT_VIEW_DIVERGENCES, text_divergence_writer},
	    {REPORT_VIEW_DIFF, text_difference_writer},
	    {REPORT_VIEW_STATS, text_stats_writer},
	    {REPORT_VIEW_METRICS, metrics_writer},
	};

	memset(report, 0, sizeof(*report));
	report->style = *style;
	if (json)
		return add(report, json_writer, out, style);
	if (style->views == 0)
		return add(report, text_verdict_writer, out, style);
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		if ((style->views & views[i].view) != 0 && !add(report, views[i].make, out, style))
			return false;
	}
	return true;
}

bool
report_open_none(struct report *report, const struct report_style *style)
{
	memset(report, 0, sizeof(*report));
	report->style = *style;
	return true;
}

void
report_close(struct report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		if (report->writers[i].free != NULL)
			report->writers[i].free(report->writers[i].self);
	}
	report->count = 0;
}

void
report_file(struct report *report, const struct capture_file *file, unsigned number)
{
	for (size_t i = 0; i < report->count; i++) {
		if (report->writers[i].file != NULL)
			report->writers[i].file(report->writers[i].self, file, number);
	}
}

void
report_frame(struct report *report, const struct report_frame *frame)
{
	for (size_t i = 0; i < report->count; i++) {
		if (report->writers[i].frame != NULL)
			report->writers[i].frame(report->writers[i].self, frame);
	}
}

void
report_message(
    struct report *report, const struct report_frame *frame, const struct report_message *message)
{
	for (size_t i = 0; i < report->count; i++) {
		if (report->writers[i].message != NULL)
			report->writers[i].message(report->writers[i].self, frame, message);
	}
}

void
report_anomaly(struct report *report, const struct report_anomaly *anomaly)
{
	for (size_t i = 0; i < report->count; i++) {
		if (report->writers[i].anomaly != NULL)
			report->writers[i].anomaly(report->writers[i].self, anomaly);
	}
}

void
report_event(struct report *report, const struct report_event *event)
{
	for (size_t i = 0; i < report->count; i++) {
		if (report->writers[i].event != NULL)
			report->writers[i].event(report->writers[i].self, event);
	}
}

void
report_summary(struct report *report, const struct report_summary *summary)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct report_writer *writer = &report->writers[i];

		if (writer->headline != NULL)
			writer->headline(writer->self, summary);
		if (writer->summary != NULL)
			writer->summary(writer->self, summary);
	}
}

void
report_frame_end(struct report *report, const struct report_frame *frame)
{
	for (size_t i = 0; i < report->count; i++) {
		if (report->writers[i].frame_end != NULL)
			report->writers[i].frame_end(report->writers[i].self, frame);
	}
}

/* Counts of a node's packets: those of the first of its addresses that has any. */
static const struct sender *
sender_of(const struct senders *senders, const struct pfreplay_node *node)
{
	for (size_t i = 0; i < node->address_count; i++) {
		const struct sender *sender =
		    senders_find(senders, node->addresses[i].af, &node->addresses[i].addr);

		if (sender != NULL)
			return sender;
	}
	return NULL;
}

static void
put_states(
    const struct report_writer *writer, struct pfreplay *replay, const struct pfreplay_node *node)
{
	struct pfreplay_cursor cursor = {.node = node->index};
	struct pfreplay_state state;

	while (pfreplay_state_next(replay, &cursor, &state))
		writer->state(writer->self, node, &state);
}

static void
put_nodes(const struct report_writer *writer, struct pfreplay *replay,
    const struct senders *senders, size_t states_node)
{
	struct pfreplay_node node;

	for (size_t n = 0; pfreplay_node_at(replay, n, &node); n++) {
		bool listed = states_node == PFREPLAY_ALL_NODES || states_node == node.index;

		if (writer->node != NULL && (listed || !writer->node_is_heading))
			writer->node(writer->self, &node, sender_of(senders, &node));
		if (writer->state != NULL && listed)
			put_states(writer, replay, &node);
	}
}

static const char *
name_of(const struct report_names *names, int index)
{
	return index >= 0 && index < PFREPLAY_NODES_MAX ? names->name[index] : NULL;
}

static void
put_bulks(const struct report_writer *writer, const struct report_style *style,
    struct pfreplay *replay, const struct report_names *names)
{
	struct pfreplay_bulk bulk;

	for (size_t n = 0; pfreplay_bulk_at(replay, n, &bulk); n++) {
		int64_t begun_ns = bulk.requested_ns != 0 ? bulk.requested_ns : bulk.started_ns;
		int64_t ended_ns = bulk.ended_ns != 0 ? bulk.ended_ns : INT64_MAX;

		if (report_overlaps(style, begun_ns, ended_ns))
			writer->bulk(writer->self, &bulk, name_of(names, bulk.requester),
			    name_of(names, bulk.sender));
	}
}

static void
put_directions(
    const struct report_writer *writer, struct pfreplay *replay, const struct report_names *names)
{
	struct pfreplay_direction direction;
	const char *sender, *receiver;

	for (size_t n = 0; pfreplay_direction_at(replay, n, &direction); n++) {
		sender = name_of(names, direction.sender);
		receiver = name_of(names, direction.receiver);
		if (sender != NULL && receiver != NULL)
			writer->direction(writer->self, &direction, sender, receiver);
	}
}

void
report_names_get(struct report_names *names, struct pfreplay *replay)
{
	struct pfreplay_node node;

	memset(names, 0, sizeof(*names));
	for (size_t n = 0; replay != NULL && pfreplay_node_at(replay, n, &node); n++)
		names->name[node.index] = node.name;
}

static void
put_differences(const struct report_writer *writer, struct pfreplay *replay,
    const struct report_summary *summary)
{
	struct difference_list list;

	replay_differences(&list, replay, summary);
	writer->differences(writer->self, &list);
	replay_differences_clear(&list);
}

void
report_end(struct report *report, const struct report_summary *summary, struct pfreplay *replay,
    const struct senders *senders, const struct witness *witness, size_t states_node)
{
	const struct report_names names = summary->names;

	for (size_t i = 0; i < report->count; i++) {
		const struct report_writer *writer = &report->writers[i];

		if (writer->headline != NULL)
			writer->headline(writer->self, summary);
		if (replay != NULL && (writer->node != NULL || writer->state != NULL))
			put_nodes(writer, replay, senders, states_node);
		if (replay != NULL && writer->bulk != NULL)
			put_bulks(writer, &report->style, replay, &names);
		if (replay != NULL && writer->direction != NULL)
			put_directions(writer, replay, &names);
		if (replay != NULL && writer->witness != NULL &&
		    witness->listing_count + witness->counters_count > 0)
			writer->witness(writer->self, witness);
		if (replay != NULL && writer->trace != NULL)
			writer->trace(writer->self, replay, &names);
		if (replay != NULL && writer->nat != NULL)
			writer->nat(writer->self, replay);
		if (replay != NULL && writer->as_peer != NULL)
			writer->as_peer(writer->self, replay);
		if (replay != NULL && writer->roles != NULL &&
		    pfreplay_carp_count(replay, PFREPLAY_CARP_ADVERT) > 0)
			writer->roles(writer->self, replay);
		if (replay != NULL && writer->divergences != NULL)
			writer->divergences(writer->self, replay, &names);
		if (replay != NULL && writer->differences != NULL)
			put_differences(writer, replay, summary);
		if (writer->summary != NULL)
			writer->summary(writer->self, summary);
	}
}
