/*
 * run_listings.c - listings of the firewalls compared (see run_listings.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "run_listings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "json_dump.h"
#include "json_object.h"
#include "json_set.h"
#include "run_internal.h"
#include "tables.h"
#include "text_style.h"

#define LISTINGS_MAX PFREPLAY_NODES_MAX

struct listings_run {
	const struct options *options;
	struct out *out;
	struct witness *witness;
	const struct listing *listings[LISTINGS_MAX]; /* as they were named */
	size_t count;
	struct tables *tables;
};

static bool
complain(struct out *out, const char *text)
{
	out_flush(out);
	fprintf(stderr, "pfsyncdump: %s\n", text);
	return false;
}

/* In the order of the command line, each firewall once. */
static bool
choose(struct listings_run *run)
{
	const struct options *options = run->options;

	for (size_t i = 0; i < options->pfctl.count; i++) {
		const char *node = options->pfctl.list[i].node;
		char shown[128], text[OPTIONS_ERROR_MAX];

		pfsync_text_name(shown, sizeof(shown), node, strlen(node));
		for (size_t k = 0; k < run->count; k++) {
			if (strcmp(run->listings[k]->node, node) != 0)
				continue;
			snprintf(text, sizeof(text),
			    "--pfctl: two listings of %s; without a capture give one of each "
			    "firewall",
			    shown);
			return complain(run->out, text);
		}
		if (run->count == LISTINGS_MAX)
			return complain(run->out, "--pfctl: too many firewalls");
		for (size_t k = 0; k < run->witness->listing_count; k++) {
			if (run->witness->listings[k].node == node)
				run->listings[run->count] = &run->witness->listings[k];
		}
		run->count++;
	}
	return true;
}

/* ------------------------------------------------------------------------
 * Text
 */

static void
put_verdict(const struct listings_run *run)
{
	const struct tables *tables = run->tables;
	const struct difference_list *list = tables_differences(tables);
	const bool diverged = tables_diverged(tables);
	struct out *out = run->out;
	char number[28];

	text_put(out, options_colour(run->options), diverged ? TEXT_RED : TEXT_GREEN,
	    diverged ? "DIVERGED" : "IN SYNC", 0);
	out_printf(out, ": %s", text_count(number, tables_same(tables)));
	out_printf(out, " of %s states are the same in all listings",
	    text_count(number, list->comparable));
	for (size_t n = 0; n < run->count; n++) {
		if (tables_only_on(tables, n) == 0)
			continue;
		out_printf(out, "; %s on ", text_count(number, tables_only_on(tables, n)));
		text_put_name(out, run->listings[n]->node);
		out_text(out, " only");
	}
	if (tables_peers_differ(tables) > 0)
		out_printf(out, "; %s would break at a takeover",
		    text_count(number, tables_peers_differ(tables)));
	out_char(out, '\n');
}

static void
put_listing(const struct listings_run *run, size_t n)
{
	const struct listing *listing = run->listings[n];
	char time[TIME_TEXT_MAX], number[28];
	int64_t later_ns;

	out_text(run->out, "  ");
	text_put_name(run->out, listing->node);
	out_text(run->out, ": ");
	text_put_name(run->out, listing->path);
	out_printf(run->out, ", %s states", text_count(number, listing->read->states->len));
	if (listing->has_time && !listing->relative) {
		time_page(time, listing->time_ns);
		out_printf(run->out, ", of %s", time);
	} else if (n > 0 && tables_apart(run->tables, n, &later_ns) && later_ns == 0) {
		out_text(run->out, ", of the same second, as ages show");
	} else if (n > 0 && tables_apart(run->tables, n, &later_ns)) {
		time_span(time, later_ns < 0 ? -later_ns : later_ns);
		out_printf(run->out, ", %s %s than the first, as ages show", time,
		    later_ns < 0 ? "earlier" : "later");
	} else if (n > 0) {
		out_text(run->out, ", how long before or after the first is not known: without "
				   "ages (pfctl -vss) what came or went in between differs, too");
	}
	out_char(run->out, '\n');
}

static void
put_text(const struct listings_run *run)
{
	char number[28];

	if (run->options->views == 0) {
		put_verdict(run);
		out_text(run->out, "\nListings\n");
		for (size_t n = 0; n < run->count; n++)
			put_listing(run, n);
		if (tables_young(run->tables) > 0)
			out_printf(run->out,
			    "  %s left out: made, or due to end, between the listings or just "
			    "before\n",
			    text_count(number, tables_young(run->tables)));
		if (tables_never_travel(run->tables) > 0)
			out_printf(run->out,
			    "  %s left out: never travel (no-sync, or pfsync's own)\n",
			    text_count(number, tables_never_travel(run->tables)));
		out_char(run->out, '\n');
	}
	text_differences(run->out, options_colour(run->options), run->options->verbose,
	    tables_differences(run->tables));
}

/* ------------------------------------------------------------------------
 * JSON
 */

static void
write_object(struct out *out, json_t *object)
{
	json_dump(out, object);
	out_char(out, '\n');
	json_decref(object);
}

static void
put_listing_line(const struct listings_run *run, size_t n)
{
	const struct listing *listing = run->listings[n];
	json_t *object = json_begin(
	    "listing", listing->has_time && !listing->relative ? &listing->time_ns : NULL);
	int64_t later_ns;

	json_set_name(object, "node", listing->node);
	json_set_name(object, "name", listing->path);
	json_set_count(object, "listed", tables_listed(run->tables, n));
	json_set_count(
	    object, "never_travels", listing->read->states->len - tables_listed(run->tables, n));
	if (tables_apart(run->tables, n, &later_ns))
		json_set_seconds(object, "later_s", later_ns);
	write_object(run->out, object);
}

static void
put_summary(const struct listings_run *run)
{
	const struct difference_list *list = tables_differences(run->tables);
	struct report_summary summary = {.nodes = run->count,
	    .has_time = list->has_moment,
	    .as_of_ns = list->moment_ns,
	    .has_verdict = true};
	struct pfreplay_verdict *verdict = &summary.verdict;

	verdict->now = tables_diverged(run->tables) ? PFREPLAY_DIVERGED : PFREPLAY_IN_SYNC;
	verdict->comparable = list->comparable;
	verdict->compared = list->compared;
	verdict->peers_differ = tables_peers_differ(run->tables);
	for (size_t n = 0; n < run->count; n++) {
		summary.names.name[n] = run->listings[n]->node;
		verdict->only_on[n] = tables_only_on(run->tables, n);
		verdict->only_on_established[n] = tables_only_on_established(run->tables, n);
	}
	write_object(run->out, json_summary(&summary, list->has_moment ? &list->moment_ns : NULL));
}

static void
put_json(const struct listings_run *run)
{
	const struct difference_list *list = tables_differences(run->tables);

	for (size_t n = 0; run->options->views == 0 && n < run->count; n++)
		put_listing_line(run, n);
	for (guint i = 0; i < list->ranks->len; i++) {
		struct difference difference;

		difference_at(list, i, &difference);
		write_object(run->out, json_difference(list, &difference));
	}
	put_summary(run);
}

int
run_listings(const struct options *options, struct out *out)
{
	struct listings_run run = {.options = options, .out = out};
	char error[LINES_ERROR_MAX];
	int status = EXIT_TROUBLE;

	run.witness = witness_new(options, error);
	if (run.witness == NULL) {
		complain(out, error);
		return EXIT_TROUBLE;
	}
	if (choose(&run)) {
		run.tables = tables_compare(run.listings, run.count);
		if (options->json)
			put_json(&run);
		else
			put_text(&run);
		status = options->check && tables_diverged(run.tables) ? EXIT_DIVERGED : EXIT_OK;
	}
	tables_free(run.tables);
	witness_free(run.witness);
	return status;
}
