/*
 * text_headline.c - the first line of the page: how it stands now.
 *
 * SPDX-License-Identifier: ISC
 */
#include "text_headline.h"

#include <inttypes.h>
#include <stdio.h>

#include "text_table.h"

static void
put_word(struct out *out, bool colour, enum pfreplay_now now)
{
	static const struct {
		const char *text;
		enum text_colour colour;
	} words[] = {
	    [PFREPLAY_CANNOT_TELL] = {"CANNOT TELL", TEXT_YELLOW},
	    [PFREPLAY_IN_SYNC] = {"IN SYNC NOW", TEXT_GREEN},
	    [PFREPLAY_DIVERGED] = {"DIVERGED NOW", TEXT_RED},
	};

	text_put(out, colour, words[now].colour, words[now].text, 0);
}

/* "; trouble earlier: 1 critical, 2 medium" */
static void
put_severities(struct out *out, const char *before, const uint64_t counts[])
{
	bool any = false;

	for (int severity = PFREPLAY_CRITICAL; severity > PFREPLAY_LOW; severity--) {
		if (counts[severity] == 0)
			continue;
		out_printf(out, "%s%" PRIu64 " %s", any ? ", " : before, counts[severity],
		    pfreplay_severity_name((enum pfreplay_severity)severity));
		any = true;
	}
}

static void
put_in_sync(struct out *out, const struct pfreplay_verdict *verdict)
{
	char compared[28], comparable[28];

	out_printf(out, "%s of %s state%s compared, all the same",
	    text_count(compared, verdict->compared), text_count(comparable, verdict->comparable),
	    verdict->comparable == 1 ? "" : "s");
	if (verdict->other_id != 0)
		out_printf(out, ", %s under another id", text_count(compared, verdict->other_id));
	if (verdict->peers_differ != 0)
		out_printf(out, ", but for %s that will not last",
		    text_count(compared, verdict->peers_differ));
	if (verdict->quiet)
		out_text(out, "; backup quiet, nothing against it");
}

/* "234 states are on 10.0.0.11 only (12 established)" */
static bool
put_only_on(struct out *out, const struct report_summary *summary, const char *before)
{
	const struct pfreplay_verdict *verdict = &summary->verdict;
	char count[28];
	bool any = false;

	for (size_t n = 0; n < PFREPLAY_NODES_MAX; n++) {
		if (verdict->only_on[n] == 0 || summary->names.name[n] == NULL)
			continue;
		out_printf(out, "%s%s state%s on ", any ? ", " : before,
		    text_count(count, verdict->only_on[n]),
		    verdict->only_on[n] == 1 ? " is" : "s are");
		text_put_name(out, summary->names.name[n]);
		out_text(out, " only");
		if (verdict->only_on_established[n] != 0)
			out_printf(out, " (%s established)",
			    text_count(count, verdict->only_on_established[n]));
		any = true;
	}
	return any;
}

static void
put_diverged(struct out *out, const struct report_summary *summary)
{
	const struct pfreplay_verdict *verdict = &summary->verdict;
	char count[28];
	bool any = false;

	if (verdict->fault != 0) {
		out_printf(
		    out, "D-%02u, %s", verdict->fault, pfreplay_divergence_name(verdict->fault));
		any = true;
	}
	any = put_only_on(out, summary, any ? "; " : "") || any;
	if (verdict->peers_differ != 0)
		out_printf(out, "%s%s would break at a takeover", any ? ", " : "",
		    text_count(count, verdict->peers_differ));
}

void
text_headline_put(struct out *out, bool colour, const struct report_summary *summary)
{
	const struct pfreplay_verdict *verdict = &summary->verdict;

	put_word(out, colour, verdict->now);
	out_text(out, ": ");
	if (verdict->now == PFREPLAY_IN_SYNC)
		put_in_sync(out, verdict);
	else if (verdict->now == PFREPLAY_DIVERGED)
		put_diverged(out, summary);
	else
		out_text(
		    out, summary->reason_count > 0 ? summary->reasons[0] : "not enough was seen");
	put_severities(out, "; trouble that lasts: ", verdict->lasting);
	put_severities(out, "; trouble earlier: ", verdict->earlier);
	out_char(out, '\n');
}
