/*
 * reasons.c - what could not be judged, and why.
 *
 * SPDX-License-Identifier: ISC
 */
#include "reasons.h"
#include "report/time_text.h"

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
	bool tap = false, wire = false;

	for (size_t i = 0; i < capture_file_count(capture); i++) {
		const struct capture_file *file = capture_file(capture, (unsigned)i);

		if (file->pfsync_packets == 0 && file->filtered_tagged > 0)
			add(summary,
			    "the filter refused all of %" PRIu64
			    " frames with VLAN tags, which it does not look into; write "
			    "\"vlan and (...)\", or no filter: pfsync is found without one",
			    file->filtered_tagged);
		tap = tap || file->tap;
		wire = wire || !file->tap;
	}
	if (tap && !wire)
		add(summary, "a capture of pfsync0 shows only what its own firewall sent; "
			     "capture the sync interface to see both");
}

static void
of_cuts(struct report_summary *summary, struct capture *capture)
{
	const struct pfreplay_verdict *verdict = &summary->verdict;
	uint32_t snaplen = 0;
	double share = 100.0 * (double)verdict->cut / (double)verdict->packets;
	char where[32] = "";

	for (size_t i = 0; i < capture_file_count(capture); i++) {
		const struct capture_file *file = capture_file(capture, (unsigned)i);

		if (snaplen == 0 || (file->snaplen != 0 && file->snaplen < snaplen))
			snaplen = file->snaplen;
	}
	if (snaplen != 0 && snaplen < 65535)
		snprintf(where, sizeof(where), " at %" PRIu32 " bytes", snaplen);
	add(summary, "%.0f %% of the packets are cut%s; capture again with -s 0",
	    share < 1 ? 1 : share, where);
}

static void
of_losses(struct report_summary *summary, const struct pfreplay_verdict *verdict)
{
	if (verdict->lost >= verdict->unheard)
		add(summary,
		    "packets get lost behind this capture (%" PRIu64
		    " states were announced and asked for again), so quiet states may be missing "
		    "without a trace; capture at both ends",
		    verdict->lost);
	else
		add(summary,
		    "packets get lost before this capture (%" PRIu64
		    " states ended that it never showed), so quiet states may be missing "
		    "without a trace; capture at both ends",
		    verdict->unheard);
}

/* Why the verdict is what it is, the gravest first. */
static void
of_verdict(struct report_summary *summary, struct capture *capture)
{
	const struct pfreplay_verdict *verdict = &summary->verdict;
	const unsigned why = verdict->reasons;

	if ((why & PFREPLAY_WHY_CUT) != 0)
		of_cuts(summary, capture);
	if ((why & PFREPLAY_WHY_DROPPED) != 0)
		add(summary,
		    "the capture itself lost %" PRIu64
		    " packets; capture again with a larger buffer (-B), or nearer to the link",
		    verdict->dropped);
	if ((why & PFREPLAY_WHY_TIMELESS) != 0)
		add(summary, "the packets have no times that can be trusted, and nothing can be "
			     "said of what happened when; capture to a file with times");
	if ((why & PFREPLAY_WHY_UNREAD) != 0)
		add(summary, "an input could not be read to its end; what followed is unknown");
	if ((why & PFREPLAY_WHY_UNREPLAYED) != 0)
		add(summary, "version 1 of pfsync names no states by id, so there are no tables, "
			     "no --nat and no --trace for it; --messages shows what was said");
	if ((why & PFREPLAY_WHY_ONE) != 0)
		add(summary, "only one firewall was heard, and nothing shows another; capture the "
			     "sync interface, and long enough that both speak");
	if ((why & PFREPLAY_WHY_HOLE) != 0) {
		char span[TIME_TEXT_MAX], from[TIME_TEXT_MAX];

		time_span(span, verdict->hole_ns);
		time_page(from, verdict->hole_from_ns);
		add(summary,
		    "there is no packet at all for %s from %s, far longer than usual "
		    "here; was the capture, or the link, interrupted?",
		    span, from);
	}
	if ((why & PFREPLAY_WHY_LOSSY) != 0)
		of_losses(summary, verdict);
	if ((why & PFREPLAY_WHY_FEW) != 0 && verdict->comparable == 0)
		add(summary, "no state is known that could be compared: none that lasts was "
			     "announced or updated; capture for longer");
	else if ((why & PFREPLAY_WHY_FEW) != 0)
		add(summary,
		    "only %" PRIu64 " of %" PRIu64
		    " states can be compared; capture for longer, or give listings with --pfctl",
		    verdict->compared, verdict->comparable);
}

static void
of_nodes(struct report_summary *summary, struct pfreplay *replay)
{
	struct pfreplay_node node;
	size_t guessed = 0, unreliable = 0;

	for (size_t n = 0; pfreplay_node_at(replay, n, &node); n++) {
		unreliable += node.unreliable;
		guessed += node.dialect != NULL && node.certainty == PFSYNC_GUESS;
	}
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
	if (replay != NULL && summary->pfsync_packets != 0 && summary->has_verdict)
		of_verdict(summary, capture);
	of_inputs(summary, capture);
	if (replay == NULL || summary->pfsync_packets == 0)
		return;
	of_nodes(summary, replay);
	of_replay(summary);
	add(summary,
	    "states that began before the capture are known only once they were sent again");
}
