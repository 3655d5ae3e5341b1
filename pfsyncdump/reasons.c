/*
 * reasons.c - what could not be judged, and why.
 *
 * SPDX-License-Identifier: ISC
 */
#include "reasons.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static void
add(struct report_summary *summary, const char *format, ...)
{
	va_list arguments;

	if (summary->reason_count == REPORT_REASONS_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(summary->reasons[summary->reason_count++], REPORT_REASON_MAX, format, arguments);
	va_end(arguments);
}

static void
of_inputs(struct report_summary *summary, struct capture *capture)
{
	bool tap = false, wire = false, failed = false;

	for (size_t i = 0; i < capture_file_count(capture); i++) {
		const struct capture_file *file = capture_file(capture, (unsigned)i);

		tap = tap || file->tap;
		wire = wire || !file->tap;
		failed = failed || file->failed;
	}
	if (failed)
		add(summary, "an input could not be read to its end; what followed is unknown");
	if (tap && !wire)
		add(summary, "a capture of pfsync0 shows only what its own firewall sent; "
			     "capture the sync interface to see both");
}

static void
of_nodes(struct report_summary *summary, struct pfreplay *replay)
{
	struct pfreplay_node node;
	size_t silent = 0, guessed = 0, unreliable = 0;

	for (size_t n = 0; pfreplay_node_at(replay, n, &node); n++) {
		silent += node.silent;
		unreliable += node.unreliable;
		guessed += node.dialect != NULL && node.certainty == PFSYNC_GUESS;
	}
	if (summary->nodes - silent == 1)
		add(summary, "only one firewall was heard, so there is nothing to compare with");
	if (guessed > 0)
		add(summary,
		    "the wire format of %zu firewall%s is a guess; force it with --dialect NAME",
		    guessed, guessed == 1 ? "" : "s");
	if (unreliable > 0)
		add(summary,
		    "a bulk transfer was under way at the end, so a table may be incomplete");
}

static void
of_replay(struct report_summary *summary)
{
	const struct pfreplay_totals *totals = summary->totals;

	if (totals->states_refused > 0)
		add(summary,
		    "%" PRIu64 " states were not kept, the limit is %" PRIu64
		    "; raise it with --max-states",
		    totals->states_refused, totals->max_states);
	if (totals->nodes_refused > 0)
		add(summary, "%" PRIu64 " packets came from more firewalls than can be followed",
		    totals->nodes_refused);
	if (totals->bulks_refused > 0)
		add(summary, "%" PRIu64 " bulk transfers are not listed: there were too many",
		    totals->bulks_refused);
	if (totals->backwards > 0)
		add(summary, "%" PRIu64 " packets are older than the packet before them",
		    totals->backwards);
}

void
reasons_find(struct report_summary *summary, struct capture *capture, struct pfreplay *replay)
{
	if (summary->pfsync_packets == 0)
		add(summary, "no pfsync packet was seen; capture the sync interface, protocol 240");
	of_inputs(summary, capture);
	if (replay == NULL || summary->pfsync_packets == 0)
		return;
	of_nodes(summary, replay);
	of_replay(summary);
	add(summary,
	    "states that began before the capture are known only once they were sent again");
}
