/*
 * text_witness.c - what the firewalls themselves say, against the capture.
 *
 * SPDX-License-Identifier: ISC
 */
#include "text_witness.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text_style.h"
#include "text_table.h"
#include "time_text.h"

/* So many differences of each listing fit a page. */
#define EXAMPLES_SHOWN 4

static void
put_examples(struct out *out, const struct report_style *style, const struct listing *listing)
{
	static const char *const kinds[] = {
	    "only listed:  ", "only replayed:", "other levels: ", "other keys:   "};
	size_t shown = listing->example_count;

	if (style->verbose == 0 && shown > EXAMPLES_SHOWN)
		shown = EXAMPLES_SHOWN;
	for (size_t i = 0; i < shown; i++) {
		const struct listing_example *example = &listing->examples[i];

		out_printf(out, "      %s ", kinds[example->kind]);
		if (example->has_id)
			out_printf(
			    out, "%016" PRIx64 "/%08" PRIx32 " ", example->id, example->creatorid);
		out_text(out, example->text);
		if (example->reason[0] != '\0')
			out_printf(out, " (%s)", example->reason);
		out_char(out, '\n');
	}
	if (shown < listing->example_count)
		out_text(out, "      and others; -v shows more\n");
}

static void
put_part(struct out *out, uint64_t count, const char *what)
{
	char text[28];

	if (count > 0)
		out_printf(out, ", %s %s", text_count(text, count), what);
}

static void
put_compared(struct out *out, const struct report_style *style, const struct listing *listing)
{
	const bool good = listing_precision(listing) >= 1 && listing_recall(listing) >= 1;
	char text[28];

	out_printf(out, "%s states", text_count(text, listing->listed));
	out_printf(out, ", %s of them in the replayed table", text_count(text, listing->both));
	put_part(out, listing->missing_older, "older than the capture");
	put_part(out, listing->missing_young, "just made");
	put_part(out, listing->missing - listing->missing_older - listing->missing_young,
	    "missing there");
	put_part(out, listing->extra_young, "just gone");
	put_part(out, listing->extra - listing->extra_young, "there only");
	put_part(out, listing->peers_differ, "with other levels");
	put_part(out, listing->keys_differ, "with other addresses");
	snprintf(text, sizeof(text), "%.4f", listing_precision(listing));
	out_text(out, ": precision ");
	text_put(out, style->colour, good ? TEXT_GREEN : TEXT_YELLOW, text, 0);
	snprintf(text, sizeof(text), "%.4f", listing_recall(listing));
	out_text(out, ", recall ");
	text_put(out, style->colour, good ? TEXT_GREEN : TEXT_YELLOW, text, 0);
	out_char(out, '\n');
	if (listing->hostid_known && !listing->hostid_agrees)
		out_text(out, "      its host id is another one than its messages prove\n");
	if (listing->cksum_known && !listing->cksum_agrees)
		out_text(out, "      its ruleset checksum is another one than its packets have\n");
	put_examples(out, style, listing);
}

static void
put_listing(struct out *out, const struct report_style *style, const struct listing *listing)
{
	char text[TIME_TEXT_MAX], count[28];

	out_text(out, "  pfctl of ");
	text_put_name(out, listing->node);
	if (listing->has_time) {
		time_page(text, listing->time_ns);
		out_printf(out, " at %s", text);
	}
	if (listing->placed != LISTING_AS_GIVEN)
		out_printf(out, " (where it fits best, by %s)",
		    listing->placed == LISTING_BY_AGES ? "the ages in it" : "what is in it");
	out_text(out, ": ");
	if (!listing->done)
		out_text(out, "later than the tables, so not compared\n");
	else if (listing->no_node)
		out_text(out, "the capture does not show that firewall before\n");
	else if (listing->seeds)
		out_printf(out, "its table begins with these %s states\n",
		    text_count(count, listing->adopted));
	else
		put_compared(out, style, listing);
}

static void
put_counters(struct out *out, const struct report_style *style, const struct counters *counters)
{
	struct text_table table = {.columns = 4, .right = {false, false, true, true}};
	size_t agree, compared = counters_compared(counters, &agree);
	char text[32];

	out_text(out, "  netstat of ");
	text_put_name(out, counters->node);
	if (counters->no_node) {
		out_text(out, ": the capture does not show that firewall\n");
		return;
	}
	out_printf(out, ": %zu of %zu counters as the capture predicts\n", agree, compared);
	if (counters->restarted)
		out_text(out, "      a counter went back: the firewall was restarted between\n");
	for (size_t i = 0; i < counters->row_count; i++) {
		const struct counters_row *row = &counters->rows[i];

		if (row->has_predicted ? counters_row_agrees(row) && style->verbose == 0
				       : row->counted == 0)
			continue;
		text_table_cell(&table, "   ");
		snprintf(text, sizeof(text), "%s%s%s", row->name,
		    strcmp(row->group, "counters") == 0 ? "" : " ",
		    strcmp(row->group, "counters") == 0 ? "" : row->group);
		text_table_cell(&table, text);
		snprintf(text, sizeof(text), "%" PRIu64 " counted", row->counted);
		text_table_cell(&table, text);
		if (row->has_predicted && row->predicted_most != row->predicted)
			snprintf(text, sizeof(text), "%" PRIu64 " to %" PRIu64 " predicted",
			    row->predicted, row->predicted_most);
		else if (row->has_predicted)
			snprintf(text, sizeof(text), "%" PRIu64 " predicted", row->predicted);
		text_table_cell(&table, row->has_predicted ? text : "no capture tells");
	}
	text_table_put(out, &table, false);
	text_table_clear(&table);
}

void
text_witness_put(struct out *out, const struct report_style *style, const struct witness *witness)
{
	for (size_t i = 0; i < witness->listing_count; i++)
		put_listing(out, style, &witness->listings[i]);
	for (size_t i = 0; i < witness->counters_count; i++)
		put_counters(out, style, &witness->counters[i]);
}

struct text_witness {
	struct out *out;
	struct report_style style;
	bool any;
};

static void
text_witness_witness(void *self, const struct witness *witness)
{
	struct text_witness *view = self;

	view->any = true;
	out_text(view->out, "Listings (what the firewalls themselves say)\n");
	text_witness_put(view->out, &view->style, witness);
}

static void
text_witness_summary(void *self, const struct report_summary *summary)
{
	struct text_witness *view = self;

	(void)summary;
	if (!view->any)
		out_text(view->out, "No listings; give them with --pfctl or --netstat.\n");
}

bool
text_witness_writer(struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct text_witness *view = calloc(1, sizeof(*view));

	if (view == NULL)
		return false;
	view->out = out;
	view->style = *style;
	memset(writer, 0, sizeof(*writer));
	writer->self = view;
	writer->free = free;
	writer->witness = text_witness_witness;
	writer->summary = text_witness_summary;
	writer->wants_replay = true;
	return true;
}
