/*
 * metrics.c - numbers in the text format of Prometheus.
 *
 * SPDX-License-Identifier: ISC
 *
 * All samples of a metric must stand together, so each has a text of its own
 * that grows while nodes, transfers and so on come by.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "writer.h"

enum metric {
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
	CARP_SPLITS,
	DIVERGENCES,
	VERDICT,
	CAPTURED,
	ANOMALIES,
	METRIC_COUNT
};

static const struct {
	const char *name;
	const char *type;
	const char *help;
} metrics[METRIC_COUNT] = {
    [PACKETS_SENT] = {"pfsync_packets_sent_total", "counter", "Packets that a firewall sent."},
    [MESSAGES_SENT] = {"pfsync_messages_sent_total", "counter",
	"Messages that a firewall sent, by action."},
    [STATES] = {"pfsync_states", "gauge", "States in a firewall's replayed table."},
    [STATES_DUE] = {"pfsync_states_due", "gauge", "States there that are past their timeout."},
    [PREDICTED] = {"pfsync_predicted_total", "counter",
	"What a firewall's own netstat should have counted."},
    [LAST_HEARD] = {"pfsync_last_packet_timestamp_seconds", "gauge",
	"When a firewall sent its latest packet."},
    [BULKS] = {"pfsync_bulk_transfers_total", "counter", "Bulk transfers, by how they ended."},
    [LINK_PACKETS] = {"pfsync_link_packets_total", "counter",
	"Packets between two ends of the sync link, by what became of them."},
    [LINK_DELAY] = {"pfsync_link_delay_seconds", "gauge", "How long they took, by quantile."},
    [CARP_MASTER] = {"pfsync_carp_master", "gauge", "1 for who is master of a virtual host."},
    [CARP_SPLITS] = {"pfsync_carp_splits_total", "counter",
	"How often two were master of a virtual host at once."},
    [DIVERGENCES] = {"pfsync_divergences", "gauge", "How often each divergence was found."},
    [VERDICT] = {"pfsync_verdict", "gauge", "1 for the verdict."},
    [CAPTURED] = {"pfsync_captured_packets_total", "counter", "pfsync packets of the capture."},
    [ANOMALIES] = {"pfsync_anomalies_total", "counter", "Packets with something wrong."},
};

struct metrics {
	struct out *out;
	GString *text[METRIC_COUNT];
	uint64_t bulks[PFREPLAY_OUTCOME_COUNT];
};

/* A label's value: printable, and quoted as the format wants it. */
static void
put_value(GString *text, const char *value)
{
	char shown[4 * REPORT_ADDR_MAX + 1];

	pfsync_text_name(shown, sizeof(shown), value, REPORT_ADDR_MAX);
	g_string_append_c(text, '"');
	for (const char *c = shown; *c != '\0'; c++) {
		if (*c == '\\' || *c == '"')
			g_string_append_c(text, '\\');
		g_string_append_c(text, *c);
	}
	g_string_append_c(text, '"');
}

/* A label and its value; the last one of a list that ends in NULL is the end. */
struct label {
	const char *name;
	const char *value;
};

static void
begin_sample(struct metrics *self, enum metric metric, const struct label *labels)
{
	GString *text = self->text[metric];

	g_string_append(text, metrics[metric].name);
	for (size_t i = 0; labels[i].name != NULL; i++) {
		g_string_append_printf(text, "%s%s=", i == 0 ? "{" : ",", labels[i].name);
		put_value(text, labels[i].value);
	}
	g_string_append(text, labels[0].name != NULL ? "} " : " ");
}

static void
put_count(struct metrics *self, enum metric metric, const struct label *labels, uint64_t count)
{
	begin_sample(self, metric, labels);
	g_string_append_printf(self->text[metric], "%" PRIu64 "\n", count);
}

static void
put_seconds(struct metrics *self, enum metric metric, const struct label *labels, int64_t ns)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];

	begin_sample(self, metric, labels);
	g_ascii_dtostr(number, sizeof(number), (double)ns / (double)TIME_NS_PER_S);
	g_string_append_printf(self->text[metric], "%s\n", number);
}

static void
metrics_node(void *user, const struct pfreplay_node *node, const struct sender *sender)
{
	struct metrics *self = user;
	struct label labels[] = {{"node", node->name}, {NULL, NULL}, {NULL, NULL}};

	(void)sender;
	put_count(self, PACKETS_SENT, labels, node->frames);
	put_count(self, STATES, labels, node->states);
	put_count(self, STATES_DUE, labels, node->due);
	if (!node->silent)
		put_seconds(self, LAST_HEARD, labels, node->last_ns);
	labels[1].name = "action";
	for (int i = 0; i < PFSYNC_ACT_COUNT; i++) {
		labels[1].value = pfsync_action_name((enum pfsync_action)i);
		if (node->messages[i] > 0 && labels[1].value != NULL)
			put_count(self, MESSAGES_SENT, labels, node->messages[i]);
	}
	labels[1].name = "counter";
	for (int i = 0; i < PFREPLAY_TRUNCATED; i++) {
		labels[1].value = pfreplay_counter_name((enum pfreplay_counter)i);
		put_count(self, PREDICTED, labels, node->predicted[i]);
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

static void
metrics_direction(void *user, const struct pfreplay_direction *direction, const char *sender,
    const char *receiver)
{
	struct metrics *self = user;
	struct label labels[] = {
	    {"sender", sender}, {"receiver", receiver}, {"fate", "delivered"}, {NULL, NULL}};

	put_count(self, LINK_PACKETS, labels, direction->delivered);
	labels[2].value = "lost";
	put_count(self, LINK_PACKETS, labels, direction->lost);
	labels[2].value = "reordered";
	put_count(self, LINK_PACKETS, labels, direction->reordered);
	if (direction->delivered == 0)
		return;
	labels[2] = (struct label){"quantile", "0.5"};
	put_seconds(self, LINK_DELAY, labels, direction->delay_p50_ns);
	labels[2].value = "0.99";
	put_seconds(self, LINK_DELAY, labels, direction->delay_p99_ns);
	labels[2].value = "1";
	put_seconds(self, LINK_DELAY, labels, direction->delay_max_ns);
}

static void
metrics_roles(void *user, const struct pfreplay *replay)
{
	struct metrics *self = user;
	struct pfreplay_vhid vhid;
	struct pfreplay_speaker speaker;
	char number[8], file[8], addr[REPORT_ADDR_MAX];
	struct label labels[] = {{"vhid", number}, {"input", file}, {NULL, addr}, {NULL, NULL}};

	for (size_t n = 0; pfreplay_vhid_at(replay, n, &vhid); n++) {
		g_snprintf(number, sizeof(number), "%u", vhid.vhid);
		g_snprintf(file, sizeof(file), "%u", vhid.file);
		labels[2].name = NULL;
		put_count(self, CARP_SPLITS, labels, vhid.splits);
		labels[2].name = "address";
		for (size_t i = 0; pfreplay_speaker_at(replay, n, i, &speaker); i++) {
			pfsync_text_addr(addr, sizeof(addr), vhid.af, &speaker.addr);
			put_count(self, CARP_MASTER, labels,
			    pfreplay_role_at(replay, n, i, pfreplay_now(replay)) ==
				PFREPLAY_ROLE_MASTER);
		}
	}
}

static void
metrics_divergences(void *user, struct pfreplay *replay, const struct report_names *names)
{
	static const char *const severities[] = {"low", "medium", "high", "critical"};
	struct metrics *self = user;
	struct pfreplay_divergence d;

	(void)names;
	/* One sample a finding, told apart by its number: codes come several times. */
	for (size_t n = 0; pfreplay_divergence_at(replay, n, &d); n++) {
		char number[24];
		const struct label labels[] = {{"code", d.code},
		    {"severity", severities[d.severity]}, {"finding", number}, {NULL, NULL}};

		g_snprintf(number, sizeof(number), "%zu", n + 1);
		put_count(self, DIVERGENCES, labels, d.count);
	}
}

static void
metrics_summary(void *user, const struct report_summary *summary)
{
	struct metrics *self = user;
	struct label labels[] = {{NULL, NULL}, {NULL, NULL}};

	put_count(self, CAPTURED, labels, summary->pfsync_packets);
	labels[0].name = "outcome";
	for (int i = 0; i < PFREPLAY_OUTCOME_COUNT; i++) {
		labels[0].value = pfreplay_outcome_name((enum pfreplay_outcome)i);
		put_count(self, BULKS, labels, self->bulks[i]);
	}
	labels[0].name = "counter";
	for (size_t i = 0; i < summary->count_count; i++) {
		labels[0].value = summary->counts[i].counter;
		put_count(self, ANOMALIES, labels, summary->counts[i].count);
	}
	labels[0].name = "verdict";
	labels[0].value = pfreplay_now_name(summary->verdict.now);
	put_count(self, VERDICT, labels, 1);
	for (int i = 0; i < METRIC_COUNT; i++) {
		if (self->text[i]->len == 0)
			continue;
		out_printf(self->out, "# HELP %s %s\n# TYPE %s %s\n", metrics[i].name,
		    metrics[i].help, metrics[i].name, metrics[i].type);
		out_bytes(self->out, self->text[i]->str, self->text[i]->len);
	}
}

static void
metrics_free(void *user)
{
	struct metrics *self = user;

	for (int i = 0; i < METRIC_COUNT; i++)
		g_string_free(self->text[i], TRUE);
	g_free(self);
}

bool
metrics_writer(struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct metrics *self = g_new0(struct metrics, 1);

	(void)style;
	self->out = out;
	for (int i = 0; i < METRIC_COUNT; i++)
		self->text[i] = g_string_new(NULL);
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
