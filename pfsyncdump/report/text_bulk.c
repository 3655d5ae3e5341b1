/*
 * text_bulk.c - bulk transfers: a firewall that starts asks for all states.
 *
 * SPDX-License-Identifier: ISC
 */
#include "text_bulk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text_style.h"
#include "time_text.h"
#include "writer.h"

static const char *
outcome_text(enum pfreplay_outcome outcome)
{
	switch (outcome) {
	case PFREPLAY_BULK_COMPLETE:
		return "complete";
	case PFREPLAY_BULK_NO_ANSWER:
		return "nobody answered";
	case PFREPLAY_BULK_NO_END:
		return "began, but did not end";
	case PFREPLAY_BULK_REJECTED_END:
		return "ended, but the end is one that the requester refuses";
	case PFREPLAY_BULK_BEGAN_LATER:
		return "the capture began after the request";
	default:
		return "unknown";
	}
}

void
text_bulk_line(struct out *out, bool colour, const struct pfreplay_bulk *bulk,
    const char *requester, const char *sender)
{
	char text[TIME_TEXT_MAX], count[28];
	int64_t begin_ns = bulk->requested_ns;

	if (begin_ns == 0)
		begin_ns = bulk->started_ns != 0 ? bulk->started_ns : bulk->ended_ns;
	time_page(text, begin_ns);
	out_printf(out, "  %s  ", text);
	text_put_name(out, requester != NULL ? requester : "(somebody)");
	out_text(out, " asked");
	if (bulk->tries > 1)
		out_printf(out, " %" PRIu32 " times", bulk->tries);
	if (sender != NULL) {
		out_text(out, ", ");
		text_put_name(out, sender);
		out_printf(out, " sent %s state%s", text_count(count, bulk->states),
		    bulk->states == 1 ? "" : "s");
		if (bulk->started_ns != 0 && bulk->ended_ns != 0) {
			time_span(text, bulk->ended_ns - bulk->started_ns);
			out_printf(out, " in %s", text);
		}
		/* An answer takes milliseconds; more is worth knowing. */
		if (bulk->started_ns - begin_ns > INT64_C(1000000000)) {
			time_span(text, bulk->started_ns - begin_ns);
			out_printf(out, " after waiting %s", text);
		}
	}
	out_text(out, ": ");
	text_put(out, colour,
	    bulk->outcome == PFREPLAY_BULK_COMPLETE      ? TEXT_GREEN
	    : bulk->outcome == PFREPLAY_BULK_BEGAN_LATER ? TEXT_PLAIN
							 : TEXT_YELLOW,
	    outcome_text(bulk->outcome), 0);
	out_char(out, '\n');
}

struct text_bulk {
	struct out *out;
	bool colour;
	bool any;
};

static void
text_bulk_bulk(
    void *self, const struct pfreplay_bulk *bulk, const char *requester, const char *sender)
{
	struct text_bulk *view = self;

	if (!view->any)
		out_text(
		    view->out, "Bulk transfers (a firewall that starts asks for all states)\n");
	view->any = true;
	text_bulk_line(view->out, view->colour, bulk, requester, sender);
}

static void
text_bulk_summary(void *self, const struct report_summary *summary)
{
	struct text_bulk *view = self;

	(void)summary;
	if (!view->any)
		out_text(view->out, "No bulk transfers.\n");
}

bool
text_bulk_writer(struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct text_bulk *view = calloc(1, sizeof(*view));

	if (view == NULL)
		return false;
	view->out = out;
	view->colour = style->colour;
	memset(writer, 0, sizeof(*writer));
	writer->self = view;
	writer->free = free;
	writer->bulk = text_bulk_bulk;
	writer->summary = text_bulk_summary;
	writer->wants_replay = true;
	return true;
}
