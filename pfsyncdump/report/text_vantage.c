/*
 * text_vantage.c - what the sync link did to packets, a paragraph a direction.
 *
 * SPDX-License-Identifier: ISC
 */
#include "text_vantage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text_style.h"
#include "time_text.h"
#include "writer.h"

/* Delays are mostly below the millisecond that time_span() goes down to. */
static void
put_ms(struct out *out, const char *what, int64_t span_ns)
{
	out_printf(out, "%s %.3f ms", what, (double)span_ns / 1e6);
}

static void
put_losses(struct out *out, bool colour, const struct pfreplay_direction *direction)
{
	char count[28], text[TIME_TEXT_MAX];

	snprintf(text, sizeof(text), "%s lost", text_count(count, direction->lost));
	text_put(out, colour, direction->lost > 0 ? TEXT_RED : TEXT_PLAIN, text, 0);
	out_printf(out, " (%.2f %%)",
	    100.0 * (double)direction->lost / (double)(direction->lost + direction->delivered));
}

static void
put_frames(struct out *out, const struct pfreplay_direction *direction)
{
	char text[TIME_TEXT_MAX];

	time_page(text, direction->first_lost_ns);
	out_printf(out, "      lost from %s", text);
	time_page(text, direction->last_lost_ns);
	out_printf(out, " to %s: frames #%u", text, direction->from_file);
	for (size_t i = 0; i < direction->frame_count; i++)
		out_printf(out, " %" PRIu64, direction->frames[i]);
	out_text(out, direction->lost > direction->frame_count ? " ...\n" : "\n");
}

static void
put_delays(struct out *out, const struct pfreplay_direction *direction)
{
	put_ms(out, "      delay", direction->delay_p50_ns);
	put_ms(out, " (half of them),", direction->delay_p99_ns);
	put_ms(out, " (99 %),", direction->delay_max_ns);
	out_text(out, " (all)");
	if (direction->offset_known)
		put_ms(out, "; clocks differ by", direction->offset_ns);
	else
		out_text(out, "; the clocks' difference is not known and is in it");
	out_char(out, '\n');
}

void
text_vantage_put(struct out *out, bool colour, const struct pfreplay_direction *direction,
    const char *sender, const char *receiver)
{
	char count[28];

	out_text(out, "  ");
	text_put_name(out, sender);
	out_printf(out, " (input #%u) to ", direction->from_file);
	text_put_name(out, receiver);
	out_printf(out, " (input #%u): %s delivered, ", direction->to_file,
	    text_count(count, direction->delivered));
	put_losses(out, colour, direction);
	if (direction->reordered > 0)
		out_printf(out, ", %s out of order", text_count(count, direction->reordered));
	if (direction->appeared > 0)
		out_printf(
		    out, ", %s seen at the receiver only", text_count(count, direction->appeared));
	out_char(out, '\n');
	if (direction->delivered > 0)
		put_delays(out, direction);
	if (direction->lost > 0)
		put_frames(out, direction);
	if (direction->cut_off_lost > 0)
		out_printf(out,
		    "      nothing above %" PRIu32 " bytes came through: %s of %" PRIu32
		    " bytes or more were lost\n",
		    direction->largest_delivered_bytes, text_count(count, direction->cut_off_lost),
		    direction->cut_off_bytes);
}

struct text_vantage {
	struct out *out;
	bool colour;
	bool any;
};

static void
text_vantage_direction(void *self, const struct pfreplay_direction *direction, const char *sender,
    const char *receiver)
{
	struct text_vantage *view = self;

	if (!view->any)
		out_text(view->out, "Sync link (what its two ends saw)\n");
	view->any = true;
	text_vantage_put(view->out, view->colour, direction, sender, receiver);
}

static void
text_vantage_summary(void *self, const struct report_summary *summary)
{
	struct text_vantage *view = self;

	(void)summary;
	if (!view->any)
		out_text(view->out, "No two inputs show both ends of a sync link.\n");
}

bool
text_vantage_writer(struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct text_vantage *view = calloc(1, sizeof(*view));

	if (view == NULL)
		return false;
	view->out = out;
	view->colour = style->colour;
	memset(writer, 0, sizeof(*writer));
	writer->self = view;
	writer->free = free;
	writer->direction = text_vantage_direction;
	writer->summary = text_vantage_summary;
	writer->wants_replay = true;
	return true;
}
