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
		return "no answer was seen";
	case PFREPLAY_BULK_NO_END:
		return "began, but did not end";
	case PFREPLAY_BULK_REJECTED_END:
		return "ended, but the end is one that the requester refuses";
	case PFREPLAY_BULK_BEGAN_LATER:
		return "the request was not seen";
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

static void
put_moment(struct out *out, const char *what, int64_t time_ns, int64_t begin_ns)
{
	char text[TIME_TEXT_MAX];

	if (time_ns == 0)
		return;
	time_page(text, time_ns);
	out_printf(out, "      %-9s %s", what, text);
	if (time_ns > begin_ns) {
		time_span(text, time_ns - begin_ns);
		out_printf(out, ", %s later", text);
	}
	out_char(out, '\n');
}

/* What -v adds: each step, and how fast it went. */
static void
put_details(struct out *out, const struct pfreplay_bulk *bulk)
{
	const int64_t took_ns = bulk->ended_ns - bulk->started_ns;

	put_moment(out, "requested", bulk->requested_ns, bulk->requested_ns);
	put_moment(out, "started", bulk->started_ns,
	    bulk->requested_ns != 0 ? bulk->requested_ns : bulk->started_ns);
	put_moment(out, "ended", bulk->ended_ns,
	    bulk->started_ns != 0 ? bulk->started_ns : bulk->ended_ns);
	if (bulk->started_ns != 0 && bulk->ended_ns != 0 && took_ns > 0 && bulk->states > 0)
		out_printf(out, "      %.0f states a second\n",
		    (double)bulk->states * (double)TIME_NS_PER_S / (double)took_ns);
}

struct text_bulk {
	struct out *out;
	bool colour;
	bool verbose;
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
	if (view->verbose)
		put_details(view->out, bulk);
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
	view->verbose = style->verbose > 0;
	memset(writer, 0, sizeof(*writer));
	writer->self = view;
	writer->free = free;
	writer->bulk = text_bulk_bulk;
	writer->summary = text_bulk_summary;
	writer->wants_replay = true;
	return true;
}
