/*
 * text_verdict.c - the page that is shown when no view is asked for.
 *
 * SPDX-License-Identifier: ISC
 *
 * One line that says how it stands; a line a firewall; bulk transfers; what
 * diverged, worst first; who could take over; what was wrong with packets; and
 * what could not be judged, and why.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text_bulk.h"
#include "text_divergence.h"
#include "text_headline.h"
#include "text_roles.h"
#include "text_style.h"
#include "text_table.h"
#include "text_vantage.h"
#include "text_witness.h"
#include "writer.h"

#define CELL_MAX 512

struct text_verdict {
	struct out *out;
	struct report_style style;
	struct text_table nodes;
	bool any_node;
	bool any_bulk;
	bool any_direction;
};

static void
put_heading(struct text_verdict *view, const char *text)
{
	out_char(view->out, '\n');
	text_put(view->out, view->style.colour, TEXT_BOLD, text, 0);
	out_char(view->out, '\n');
}

/* "; 1 critical, 2 low" */
static void
put_severities(struct out *out, const struct report_summary *summary)
{
	bool any = false;

	for (int severity = PFREPLAY_CRITICAL; severity >= PFREPLAY_LOW; severity--) {
		if (summary->severities[severity] == 0)
			continue;
		out_printf(out, "%s %zu %s",
		    any ? "," : "; findings:", summary->severities[severity],
		    pfreplay_severity_name((enum pfreplay_severity)severity));
		any = true;
	}
}

static void
text_verdict_headline(void *self, const struct report_summary *summary)
{
	struct text_verdict *view = self;
	char count[28], text[TIME_TEXT_MAX];

	text_headline_put(view->out, view->style.colour, summary);
	if (summary->pfsync_packets == 0) {
		out_printf(view->out, "no pfsync packets among %s packet%s\n",
		    text_count(count, summary->packets), summary->packets == 1 ? "" : "s");
		return;
	}
	out_printf(view->out, "%zu firewall%s", summary->nodes, summary->nodes == 1 ? "" : "s");
	out_printf(view->out, ", %s pfsync packet%s", text_count(count, summary->pfsync_packets),
	    summary->pfsync_packets == 1 ? "" : "s");
	out_printf(view->out, ", %s message%s", text_count(count, summary->messages),
	    summary->messages == 1 ? "" : "s");
	if (summary->has_time) {
		time_span(text, summary->last_ns - summary->first_ns);
		out_printf(view->out, " in %s", text);
	}
	put_severities(view->out, summary);
	out_char(view->out, '\n');
	if (summary->has_time) {
		time_page(text, summary->first_ns);
		out_printf(view->out, "from %s", text);
		time_page(text, summary->as_of_ns);
		out_printf(view->out, ", tables as of %s", text);
		if (summary->totals != NULL && summary->totals->duplicates > 0)
			out_printf(view->out,
			    "; %s packets were seen in two inputs, below they count once",
			    text_count(count, summary->totals->duplicates));
		out_char(view->out, '\n');
	}
}

/* Append ", text" or "text" to a cell, as far as it fits. */
static void
add(char *cell, const char *separator, const char *text)
{
	size_t used = strlen(cell);

	snprintf(cell + used, CELL_MAX - used, "%s%s", used > 0 ? separator : "", text);
}

static void
begin_nodes(struct text_verdict *view)
{
	static const char *const titles[] = {"firewall", "address", "host id", "dialect", "family",
	    "states", "due", "sends to", "packets", "messages sent"};

	view->nodes.columns = sizeof(titles) / sizeof(titles[0]);
	view->nodes.right[5] = view->nodes.right[6] = view->nodes.right[8] = true;
	for (size_t i = 0; i < view->nodes.columns; i++)
		text_table_cell(&view->nodes, titles[i]);
}

static void
creatorid_cell(char *cell, const struct pfreplay_node *node)
{
	char text[16];

	cell[0] = '\0';
	for (size_t i = 0; i < node->creatorid_count; i++) {
		snprintf(text, sizeof(text), "%08" PRIx32, node->creatorids[i]);
		add(cell, ",", text);
	}
	if (node->creatorids_more)
		add(cell, ",", "...");
	if (cell[0] == '\0')
		add(cell, "", "unknown");
}

static void
messages_cell(char *cell, const struct pfreplay_node *node)
{
	char text[64], count[28];

	cell[0] = '\0';
	for (int action = 0; action < PFSYNC_ACT_COUNT; action++) {
		/* EOF only closes a packet. */
		if (node->messages[action] == 0 || action == PFSYNC_ACT_EOF)
			continue;
		snprintf(text, sizeof(text), "%s %s",
		    pfsync_action_name((enum pfsync_action)action),
		    text_count(count, node->messages[action]));
		add(cell, ", ", text);
	}
	if (node->silent)
		add(cell, "", "none seen");
}

static void
text_verdict_node(void *self, const struct pfreplay_node *node, const struct sender *sender)
{
	struct text_verdict *view = self;
	char cell[CELL_MAX], text[4 * REPORT_ADDR_MAX + 1];

	if (!view->any_node)
		begin_nodes(view);
	view->any_node = true;
	pfsync_text_name(text, sizeof(text), node->name, REPORT_ADDR_MAX);
	text_table_cell(&view->nodes, text);
	cell[0] = '\0';
	for (size_t i = 0; i < node->address_count; i++) {
		pfsync_text_addr(
		    text, sizeof(text), node->addresses[i].af, &node->addresses[i].addr);
		add(cell, ",", text);
	}
	text_table_cell(&view->nodes, cell[0] != '\0' ? cell : "unknown");
	creatorid_cell(cell, node);
	text_table_cell(&view->nodes, cell);
	if (node->dialect != NULL)
		snprintf(cell, sizeof(cell), "%s (%s)", node->dialect->name,
		    pfsync_certainty_name(node->certainty));
	text_table_cell(&view->nodes, node->dialect != NULL ? cell : "unknown");
	text_table_cell(&view->nodes, pfreplay_family_name(node->family));
	text_table_cell(&view->nodes, text_count(cell, node->states));
	text_table_cell(&view->nodes, text_count(cell, node->due));
	cell[0] = '\0';
	if (sender != NULL && sender->dst_af != PFSYNC_AF_UNSPEC) {
		pfsync_text_addr(text, sizeof(text), sender->dst_af, &sender->dst);
		add(cell, "", text);
		if (sender->more_dsts)
			add(cell, "", " and others");
	}
	text_table_cell(&view->nodes, cell[0] != '\0' ? cell : "unknown");
	text_table_cell(&view->nodes, text_count(cell, node->frames));
	messages_cell(cell, node);
	text_table_cell(&view->nodes, cell);
}

static void
flush_nodes(struct text_verdict *view)
{
	if (view->nodes.count == 0)
		return;
	put_heading(view, "Firewalls");
	text_table_put(view->out, &view->nodes, false);
	text_table_clear(&view->nodes);
}

static void
text_verdict_bulk(
    void *self, const struct pfreplay_bulk *bulk, const char *requester, const char *sender)
{
	struct text_verdict *view = self;

	flush_nodes(view);
	if (!view->any_bulk)
		put_heading(view, "Bulk transfers (a firewall that starts asks for all states)");
	view->any_bulk = true;
	text_bulk_line(view->out, view->style.colour, bulk, requester, sender);
}

static void
text_verdict_direction(void *self, const struct pfreplay_direction *direction, const char *sender,
    const char *receiver)
{
	struct text_verdict *view = self;

	flush_nodes(view);
	if (!view->any_direction)
		put_heading(view, "Sync link (what its two ends saw)");
	view->any_direction = true;
	text_vantage_put(view->out, view->style.colour, direction, sender, receiver);
}

static void
text_verdict_witness(void *self, const struct witness *witness)
{
	struct text_verdict *view = self;

	flush_nodes(view);
	put_heading(view, "Listings (what the firewalls themselves say)");
	text_witness_put(view->out, &view->style, witness);
}

static void
text_verdict_roles(void *self, const struct pfreplay *replay)
{
	struct text_verdict *view = self;

	flush_nodes(view);
	put_heading(view, "Roles (who is master, by CARP)");
	text_roles_put(view->out, &view->style, replay);
}

static void
text_verdict_divergences(void *self, struct pfreplay *replay, const struct report_names *names)
{
	struct text_verdict *view = self;
	const struct report_style *style = &view->style;

	flush_nodes(view);
	if (pfreplay_divergence_count(replay) > 0)
		put_heading(view, "Divergences (worst first)");
	text_divergence_put(view->out, style, replay, names);
	if (pfreplay_pair_count(replay) > 0)
		put_heading(view, "Takeover (what each would have if the other went down now)");
	text_takeover_put(view->out, style, replay, names);
}

static void
put_anomalies(struct text_verdict *view, const struct report_summary *summary)
{
	struct text_table table = {.columns = 4, .right = {false, true, false, false}};
	char cell[CELL_MAX];

	put_heading(view, "Anomalies (wrong packets, by the counter of netstat)");
	for (size_t i = 0; i < summary->count_count; i++) {
		const struct report_count *entry = &summary->counts[i];

		text_table_cell(&table, entry->counter);
		text_table_cell(&table, text_count(cell, entry->count));
		if (view->style.many_files)
			snprintf(cell, sizeof(cell), "first in frame #%u %" PRIu64,
			    entry->first_file, entry->first_frame);
		else
			snprintf(cell, sizeof(cell), "first in frame %" PRIu64, entry->first_frame);
		text_table_cell(&table, cell);
		text_table_cell(&table, entry->text);
	}
	text_table_put(view->out, &table, false);
	text_table_clear(&table);
}

static void
text_verdict_summary(void *self, const struct report_summary *summary)
{
	struct text_verdict *view = self;

	flush_nodes(view);
	if (summary->count_count > 0)
		put_anomalies(view, summary);
	if (summary->reason_count > 0)
		put_heading(view, "What limits this");
	for (size_t i = 0; i < summary->reason_count; i++)
		out_printf(view->out, "  %s\n", summary->reasons[i]);
}

static void
text_verdict_free(void *self)
{
	struct text_verdict *view = self;

	text_table_clear(&view->nodes);
	free(view);
}

bool
text_verdict_writer(struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct text_verdict *view = calloc(1, sizeof(*view));

	if (view == NULL)
		return false;
	view->out = out;
	view->style = *style;
	memset(writer, 0, sizeof(*writer));
	writer->self = view;
	writer->free = text_verdict_free;
	writer->headline = text_verdict_headline;
	writer->node = text_verdict_node;
	writer->bulk = text_verdict_bulk;
	writer->direction = text_verdict_direction;
	writer->witness = text_verdict_witness;
	writer->roles = text_verdict_roles;
	writer->divergences = text_verdict_divergences;
	writer->summary = text_verdict_summary;
	writer->wants_replay = true;
	writer->wants_verdict = true;
	return true;
}
