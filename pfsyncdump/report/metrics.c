/*
 * metrics.c - what the replay knows, as numbers for Prometheus.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "exposition.h"
#include "writer.h"

enum metric {
	BUILD_INFO,
	VERDICT,
	COMPARABLE,
	COMPARED,
	ONLY_ON,
	ONLY_ON_ESTABLISHED,
	PEERS_DIFFER,
	OTHER_ID,
	FINDINGS,
	DIVERGENCES,
	PAIR_STATES,
	PAIR_COVERED,
	PAIR_UNKNOWN,
	PAIR_ESTABLISHED,
	PAIR_ESTABLISHED_AT_RISK,
	PAIR_AT_RISK,
	PAIR_PACKETS,
	SILENCE,
	SILENCE_MAX,
	ACKS_WANTED,
	ACK_LATENCY,
	PACKETS_SENT,
	MESSAGES_SENT,
	STATES,
	STATES_DUE,
	PREDICTED,
	LAST_HEARD,
	BULKS,
	LINK_PACKETS,
	LINK_DELAY,
	CARP_MASTER,
	CARP_DEMOTION,
	CARP_ADVSKEW,
	CARP_SPLITS,
	CAPTURED,
	CAPTURE_DROPPED,
	ANOMALIES,
	AS_OF,
	METRIC_COUNT
};

static const struct exposition_metric metrics[METRIC_COUNT] = {
    [BUILD_INFO] = {"pfsync_build_info", "gauge", "1, with the version of pfsyncdump."},
    [VERDICT] = {"pfsync_verdict", "gauge", "1 for the verdict that holds, 0 for the others."},
    [COMPARABLE] = {"pfsync_comparable_states", "gauge",
	"States that at least one firewall has, that travel and are not under way."},
    [COMPARED] = {"pfsync_compared_states", "gauge",
	"Of the comparable states those of which every firewall's part is known."},
    [ONLY_ON] = {"pfsync_only_on_states", "gauge", "States that this firewall alone has."},
    [ONLY_ON_ESTABLISHED] = {"pfsync_only_on_established_states", "gauge",
	"Established TCP states that this firewall alone has."},
    [PEERS_DIFFER] = {"pfsync_peers_differ_states", "gauge",
	"States that all firewalls have, but which a takeover would break."},
    [OTHER_ID] = {"pfsync_other_id_states", "gauge",
	"Connections that the firewalls know under different ids."},
    [FINDINGS] = {"pfsync_findings", "gauge", "How many findings there are, by severity."},
    [DIVERGENCES] = {"pfsync_divergences", "gauge",
	"What findings of this code and severity count: states, packets or times."},
    [PAIR_STATES] = {"pfsync_takeover_states", "gauge",
	"States of one firewall that count if the other has to take over."},
    [PAIR_COVERED] = {"pfsync_takeover_covered_states", "gauge",
	"Of these the ones that the other firewall has."},
    [PAIR_UNKNOWN] = {"pfsync_takeover_unknown_states", "gauge",
	"States, not among these, of which nothing tells whether the other firewall has them."},
    [PAIR_ESTABLISHED] = {"pfsync_takeover_established_states", "gauge",
	"Established TCP states of one firewall that count if the other has to take over."},
    [PAIR_ESTABLISHED_AT_RISK] = {"pfsync_takeover_established_at_risk_states", "gauge",
	"Of these the ones that the other firewall lacks."},
    [PAIR_AT_RISK] = {"pfsync_takeover_at_risk_states", "gauge",
	"States that would not survive if the other firewall took over now, by reason."},
    [PAIR_PACKETS] = {"pfsync_received_packets_total", "counter",
	"Packets of one firewall that reach the other, as far as the capture tells."},
    [SILENCE] = {"pfsync_silence_seconds", "gauge",
	"Time since the latest packet of one firewall that reaches the other."},
    [SILENCE_MAX] = {"pfsync_silence_max_seconds", "gauge",
	"The longest time between two such packets."},
    [ACKS_WANTED] = {"pfsync_acks_wanted_total", "counter",
	"Inserts that wanted an acknowledgement."},
    [ACK_LATENCY] = {"pfsync_ack_latency_seconds", "histogram",
	"Time from an insert (INS) to its acknowledgement (INS_ACK)."},
    [PACKETS_SENT] = {"pfsync_packets_sent_total", "counter", "Packets that a firewall sent."},
    [MESSAGES_SENT] = {"pfsync_messages_sent_total", "counter",
	"Messages that a firewall sent, by action."},
    [STATES] = {"pfsync_states", "gauge", "States in a firewall's replayed table."},
    [STATES_DUE] = {"pfsync_states_due", "gauge", "States there that are past their timeout."},
    [PREDICTED] = {"pfsync_predicted_total", "counter",
	"What a firewall's own netstat should have counted."},
    [LAST_HEARD] = {"pfsync_last_packet_timestamp_seconds", "gauge",
	"When a firewall sent its latest packet."},
    [BULKS] = {"pfsync_bulk_transfers", "gauge", "Bulk transfers, by how they stand or ended."},
    [LINK_PACKETS] = {"pfsync_link_packets_total", "counter",
	"Packets between two ends of the sync link, by what became of them."},
    [LINK_DELAY] = {"pfsync_link_delay_seconds", "summary", "How long they took."},
    [CARP_MASTER] = {"pfsync_carp_master", "gauge", "1 for who is master of a virtual host."},
    [CARP_DEMOTION] = {"pfsync_carp_demotion", "gauge",
	"Demotion counter in a speaker's latest advert (OpenBSD; 0 elsewhere)."},
    [CARP_ADVSKEW] = {"pfsync_carp_advskew", "gauge", "advskew in a speaker's latest advert."},
    [CARP_SPLITS] = {"pfsync_carp_splits_total", "counter",
	"How often two were master of a virtual host at once."},
    [CAPTURED] = {"pfsync_captured_packets_total", "counter", "pfsync packets of the capture."},
    [CAPTURE_DROPPED] = {"pfsync_capture_dropped_packets_total", "counter",
	"Packets that the capture says it lost."},
    [ANOMALIES] = {"pfsync_anomalies_total", "counter", "Packets with something wrong."},
    [AS_OF] = {"pfsync_as_of_timestamp_seconds", "gauge",
	"The moment of which all of this is told."},
};

struct metrics {
	struct out *out;
	struct exposition *text;
	uint64_t bulks[PFREPLAY_OUTCOME_COUNT];
};

static void
metrics_node(void *user, const struct pfreplay_node *node, const struct sender *sender)
{
	struct metrics *self = user;
	struct exposition_label labels[] = {{"node", node->name}, {NULL, NULL}, {NULL, NULL}};

	(void)sender;
	exposition_count(self->text, PACKETS_SENT, labels, node->frames);
	exposition_count(self->text, STATES, labels, node->states);
	exposition_count(self->text, STATES_DUE, labels, node->due);
	if (!node->silent)
		exposition_seconds(self->text, LAST_HEARD, labels, node->last_ns);
	labels[1].name = "action";
	for (int i = 0; i < PFSYNC_ACT_COUNT; i++) {
		labels[1].value = pfsync_action_name((enum pfsync_action)i);
		if (node->messages[i] > 0 && labels[1].value != NULL)
			exposition_count(self->text, MESSAGES_SENT, labels, node->messages[i]);
	}
	labels[1].name = "counter";
	for (int i = 0; i < PFREPLAY_TRUNCATED; i++) {
		labels[1].value = pfreplay_counter_name((enum pfreplay_counter)i);
		exposition_count(self->text, PREDICTED, labels, node->predicted[i]);
	}
}

static void
metrics_bulk(
    void *user, const struct pfreplay_bulk *bulk, const char *requester, const char *sender)
{
	struct metrics *self = user;

	(void)requester;
	(void)sender;
	if (bulk->outcome < PFREPLAY_OUTCOME_COUNT)
		self->bulks[bulk->outcome]++;
}

/* Inputs are named, because two pairs of them may show the same direction. */
static void
metrics_direction(void *user, const struct pfreplay_direction *direction, const char *sender,
    const char *receiver)
{
	struct metrics *self = user;
	char from[8], to[8];
	struct exposition_label labels[] = {{"sender", sender}, {"receiver", receiver},
	    {"from_input", from}, {"to_input", to}, {"fate", "delivered"}, {NULL, NULL}};

	g_snprintf(from, sizeof(from), "%u", direction->from_file);
	g_snprintf(to, sizeof(to), "%u", direction->to_file);
	exposition_count(self->text, LINK_PACKETS, labels, direction->delivered);
	labels[4].value = "lost";
	exposition_count(self->text, LINK_PACKETS, labels, direction->lost);
	labels[4].value = "reordered";
	exposition_count(self->text, LINK_PACKETS, labels, direction->reordered);
	if (direction->delivered == 0)
		return;
	labels[4] = (struct exposition_label){"quantile", "0.5"};
	exposition_seconds(self->text, LINK_DELAY, labels, direction->delay_p50_ns);
	labels[4].value = "0.99";
	exposition_seconds(self->text, LINK_DELAY, labels, direction->delay_p99_ns);
	labels[4].value = "1";
	exposition_seconds(self->text, LINK_DELAY, labels, direction->delay_max_ns);
}

/* A group is told by input, link inside it, family and vhid: see pfevidence.h. */
static void
metrics_roles(void *user, const struct pfreplay *replay)
{
	struct metrics *self = user;
	struct pfreplay_vhid vhid;
	struct pfreplay_speaker speaker;
	char number[8], file[8], link[16], addr[REPORT_ADDR_MAX];
	struct exposition_label labels[] = {{"vhid", number}, {"input", file}, {"link", link},
	    {"af", NULL}, {NULL, addr}, {"node", NULL}, {NULL, NULL}};

	for (size_t n = 0; pfreplay_vhid_at(replay, n, &vhid); n++) {
		g_snprintf(number, sizeof(number), "%u", vhid.vhid);
		g_snprintf(file, sizeof(file), "%u", vhid.file);
		g_snprintf(link, sizeof(link), "%u", vhid.link);
		labels[3].value = vhid.af == PFSYNC_AF_INET ? "inet" : "inet6";
		labels[4].name = NULL;
		exposition_count(self->text, CARP_SPLITS, labels, vhid.splits);
		labels[4].name = "address";
		for (size_t i = 0; pfreplay_speaker_at(replay, n, i, &speaker); i++) {
			pfsync_text_addr(addr, sizeof(addr), vhid.af, &speaker.addr);
			labels[5].value = speaker.name != NULL ? speaker.name : "";
			exposition_count(self->text, CARP_MASTER, labels,
			    pfreplay_role_at(replay, n, i, pfreplay_now(replay)) ==
				PFREPLAY_ROLE_MASTER);
			exposition_count(self->text, CARP_DEMOTION, labels, speaker.demote);
			exposition_count(self->text, CARP_ADVSKEW, labels, speaker.advskew);
		}
	}
}

/* Findings of one code and severity are one sample: their number may change. */
static void
put_findings(struct metrics *self, struct pfreplay *replay)
{
	uint64_t counts[PFREPLAY_DIVERGENCES + 1][PFREPLAY_CRITICAL + 1] = {{0}};
	uint64_t findings[PFREPLAY_CRITICAL + 1] = {0};
	struct pfreplay_divergence divergence;
	char code[8];
	struct exposition_label labels[] = {{"severity", NULL}, {NULL, code}, {NULL, NULL}};

	for (size_t n = 0; pfreplay_divergence_at(replay, n, &divergence); n++) {
		const int number = atoi(divergence.code + strlen("D-"));

		counts[number][divergence.severity] += divergence.count;
		findings[divergence.severity]++;
	}
	for (int s = 0; s <= PFREPLAY_CRITICAL; s++) {
		labels[0].value = pfreplay_severity_name((enum pfreplay_severity)s);
		labels[1].name = NULL;
		exposition_count(self->text, FINDINGS, labels, findings[s]);
		labels[1].name = "code";
		for (int number = 1; number <= PFREPLAY_DIVERGENCES; number++) {
			g_snprintf(code, sizeof(code), "D-%02d", number);
			if (counts[number][s] > 0)
				exposition_count(
				    self->text, DIVERGENCES, labels, counts[number][s]);
		}
	}
}

static void
put_pair(struct metrics *self, const struct pfreplay_pair *pair, const struct report_names *names)
{
	struct exposition_label labels[] = {{"from", names->name[pair->from]},
	    {"to", names->name[pair->to]}, {NULL, NULL}, {NULL, NULL}};

	exposition_count(self->text, PAIR_STATES, labels, pair->states);
	exposition_count(self->text, PAIR_COVERED, labels, pair->covered);
	exposition_count(self->text, PAIR_UNKNOWN, labels, pair->unknown);
	exposition_count(self->text, PAIR_ESTABLISHED, labels, pair->established);
	exposition_count(self->text, PAIR_ESTABLISHED_AT_RISK, labels,
	    pair->established - pair->established_covered);
	exposition_count(self->text, PAIR_PACKETS, labels, pair->packets);
	if (pair->packets > 0) {
		exposition_seconds(self->text, SILENCE, labels, pair->silence_ns);
		exposition_seconds(self->text, SILENCE_MAX, labels, pair->silence_max_ns);
	}
	exposition_count(self->text, ACKS_WANTED, labels, pair->acks_wanted);
	exposition_histogram(self->text, ACK_LATENCY, labels, pfreplay_ack_bounds_ns,
	    pair->ack_counts, PFREPLAY_ACK_BOUNDS, pair->ack_sum_ns);
	labels[2].name = "reason";
	for (int risk = 0; risk < PFREPLAY_RISK_COUNT; risk++) {
		labels[2].value = pfreplay_risk_name((enum pfreplay_risk)risk);
		exposition_count(self->text, PAIR_AT_RISK, labels, pair->at_risk[risk]);
	}
}

static void
metrics_divergences(void *user, struct pfreplay *replay, const struct report_names *names)
{
	struct metrics *self = user;
	struct pfreplay_pair pair;

	put_findings(self, replay);
	for (size_t n = 0; pfreplay_pair_at(replay, n, &pair); n++) {
		if (names->name[pair.from] != NULL && names->name[pair.to] != NULL)
			put_pair(self, &pair, names);
	}
}

static void
put_verdict(struct metrics *self, const struct report_summary *summary)
{
	const struct pfreplay_verdict *verdict = &summary->verdict;
	struct exposition_label labels[] = {{NULL, NULL}, {NULL, NULL}};

	exposition_count(self->text, COMPARABLE, labels, verdict->comparable);
	exposition_count(self->text, COMPARED, labels, verdict->compared);
	exposition_count(self->text, PEERS_DIFFER, labels, verdict->peers_differ);
	exposition_count(self->text, OTHER_ID, labels, verdict->other_id);
	exposition_count(self->text, CAPTURE_DROPPED, labels, verdict->dropped);
	labels[0].name = "node";
	for (size_t i = 0; i < PFREPLAY_NODES_MAX; i++) {
		labels[0].value = summary->names.name[i];
		if (labels[0].value == NULL)
			continue;
		exposition_count(self->text, ONLY_ON, labels, verdict->only_on[i]);
		exposition_count(
		    self->text, ONLY_ON_ESTABLISHED, labels, verdict->only_on_established[i]);
	}
	labels[0].name = "verdict";
	for (int now = PFREPLAY_CANNOT_TELL; now <= PFREPLAY_DIVERGED; now++) {
		labels[0].value = pfreplay_now_name((enum pfreplay_now)now);
		exposition_count(
		    self->text, VERDICT, labels, (enum pfreplay_now)now == verdict->now);
	}
}

static void
metrics_summary(void *user, const struct report_summary *summary)
{
	struct metrics *self = user;
	struct exposition_label labels[] = {{NULL, NULL}, {NULL, NULL}};

	exposition_count(self->text, CAPTURED, labels, summary->pfsync_packets);
	if (summary->has_time)
		exposition_seconds(self->text, AS_OF, labels, summary->as_of_ns);
	labels[0] = (struct exposition_label){"version", PFSYNCDUMP_VERSION};
	exposition_count(self->text, BUILD_INFO, labels, 1);
	labels[0].name = "outcome";
	for (int i = 0; i < PFREPLAY_OUTCOME_COUNT; i++) {
		labels[0].value = pfreplay_outcome_name((enum pfreplay_outcome)i);
		exposition_count(self->text, BULKS, labels, self->bulks[i]);
	}
	labels[0].name = "counter";
	for (size_t i = 0; i < summary->count_count; i++) {
		labels[0].value = summary->counts[i].counter;
		exposition_count(self->text, ANOMALIES, labels, summary->counts[i].count);
	}
	if (summary->has_verdict)
		put_verdict(self, summary);
	exposition_write(self->text, self->out);
}

static void
metrics_free(void *user)
{
	struct metrics *self = user;

	exposition_free(self->text);
	g_free(self);
}

bool
metrics_writer(struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct metrics *self = g_new0(struct metrics, 1);

	self->out = out;
	self->text = exposition_new(metrics, METRIC_COUNT, style->pair);
	memset(writer, 0, sizeof(*writer));
	writer->self = self;
	writer->free = metrics_free;
	writer->node = metrics_node;
	writer->bulk = metrics_bulk;
	writer->direction = metrics_direction;
	writer->roles = metrics_roles;
	writer->divergences = metrics_divergences;
	writer->summary = metrics_summary;
	writer->wants_replay = true;
	writer->wants_verdict = true;
	return true;
}
