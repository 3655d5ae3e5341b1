/*
 * witness.c - all that the user brought along besides captures.
 *
 * SPDX-License-Identifier: ISC
 */
#include "witness.h"

#include <stdlib.h>
#include <string.h>

/* "FILE@TIME"; a file's own name may have an @ in it. */
static char *
split_time(const char *value, struct listing *listing)
{
	const char *at = strrchr(value, '@');

	if (at == NULL || at == value || !time_parse(at + 1, &listing->time_ns, &listing->relative))
		return g_strdup(value);
	listing->has_time = true;
	return g_strndup(value, (gsize)(at - value));
}

static bool
is_named(const struct options *options, const char *node, char error[LINES_ERROR_MAX],
    const char *option)
{
	char text[REPORT_ADDR_MAX], shown[128];
	struct pfsync_addr addr;
	enum pfsync_af af;

	for (size_t i = 0; i < options->name_count; i++) {
		pfsync_text_addr(text, sizeof(text), options->names[i].af, &options->names[i].addr);
		if (strcmp(options->names[i].name, node) == 0 || strcmp(text, node) == 0)
			return true;
	}
	if (options_addr(node, &af, &addr))
		return true;
	pfsync_text_name(shown, sizeof(shown), node, strlen(node));
	g_snprintf(error, LINES_ERROR_MAX,
	    "%s: no firewall is called %s; give an address, or its addresses with "
	    "--node NAME=ADDR",
	    option, shown);
	return false;
}

static gint
by_time(gconstpointer a, gconstpointer b)
{
	const struct listing *x = a, *y = b;

	if (x->has_time != y->has_time)
		return x->has_time ? -1 : 1;
	return (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
}

static bool
add_listings(struct witness *witness, const struct options *options, char error[LINES_ERROR_MAX])
{
	witness->listings = g_new0(struct listing, options->pfctl.count);
	for (size_t i = 0; i < options->pfctl.count; i++) {
		const struct options_pair *pair = &options->pfctl.list[i];
		struct listing *listing = &witness->listings[witness->listing_count++];

		listing->node = pair->node;
		listing->path = split_time(pair->value, listing);
		/* Without a capture a name is all that is needed. */
		if ((options->file_count > 0 && !is_named(options, pair->node, error, "--pfctl")) ||
		    !listing_load(listing, error))
			return false;
	}
	return true;
}

static bool
add_counters(struct witness *witness, const struct options *options, char error[LINES_ERROR_MAX])
{
	witness->counters = g_new0(struct counters, options->netstat.count);
	for (size_t i = 0; i < options->netstat.count; i++) {
		const struct options_pair *pair = &options->netstat.list[i];
		struct counters *counters = &witness->counters[witness->counters_count++];
		const char *comma = strchr(pair->value, ',');

		counters->node = pair->node;
		counters->after = comma != NULL ? comma + 1 : pair->value;
		if (comma != NULL)
			counters->before = g_strndup(pair->value, (gsize)(comma - pair->value));
		if (!is_named(options, pair->node, error, "--netstat") ||
		    !counters_load(counters, error))
			return false;
	}
	return true;
}

struct witness *
witness_new(const struct options *options, char error[LINES_ERROR_MAX])
{
	struct witness *witness = g_new0(struct witness, 1);

	if (add_listings(witness, options, error) && add_counters(witness, options, error))
		return witness;
	witness_free(witness);
	return NULL;
}

void
witness_free(struct witness *witness)
{
	if (witness == NULL)
		return;
	for (size_t i = 0; i < witness->listing_count; i++) {
		listing_clear(&witness->listings[i]);
		g_free((gpointer)(uintptr_t)witness->listings[i].path);
	}
	for (size_t i = 0; i < witness->counters_count; i++)
		g_free((gpointer)(uintptr_t)witness->counters[i].before);
	g_free(witness->listings);
	g_free(witness->counters);
	g_free(witness);
}

bool
witness_wants_counts(const struct witness *witness)
{
	return witness->counters_count > 0;
}

/* Times that count from the start become moments, once. */
static void
place(struct witness *witness, int64_t began_ns)
{
	bool any = false;

	for (size_t i = 0; i < witness->listing_count; i++) {
		struct listing *listing = &witness->listings[i];

		if (!listing->relative)
			continue;
		any = true;
		listing->relative = false;
		listing->time_ns = listing->time_ns > INT64_MAX - began_ns
				       ? INT64_MAX
				       : began_ns + listing->time_ns;
	}
	if (witness->listing_count > 0 && (any || witness->next == 0))
		qsort(
		    witness->listings, witness->listing_count, sizeof(*witness->listings), by_time);
}

void
witness_reach(struct witness *witness, struct pfreplay *replay, int64_t began_ns, int64_t time_ns)
{
	if (witness->next == witness->listing_count)
		return;
	if (witness->next == 0)
		place(witness, began_ns);
	while (witness->next < witness->listing_count) {
		struct listing *listing = &witness->listings[witness->next];

		if (!listing->has_time ||
		    (listing->time_ns >= time_ns && listing->time_ns > began_ns))
			return;
		listing_apply(listing, replay, began_ns);
		witness->next++;
	}
}

void
witness_end(struct witness *witness, struct pfreplay *replay, int64_t began_ns)
{
	const int64_t now_ns = pfreplay_now(replay);

	if (witness->next == 0)
		place(witness, began_ns);
	for (; witness->next < witness->listing_count; witness->next++) {
		struct listing *listing = &witness->listings[witness->next];

		if (!listing->has_time) {
			listing->has_time = true;
			listing->time_ns = now_ns;
		}
		/* What is later than the capture, or --at, cannot be compared. */
		if (listing->time_ns <= now_ns)
			listing_apply(listing, replay, began_ns);
	}
	for (size_t i = 0; i < witness->counters_count; i++)
		counters_compare(&witness->counters[i], replay);
}
