/*
 * text_nat.c - who was behind an address, and when.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text_style.h"
#include "writer.h"

#define LINE_MAX_BYTES 1024

struct text_nat {
	struct out *out;
	struct report_style style;
};

static const char *
side_text(enum pfreplay_side side)
{
	switch (side) {
	case PFREPLAY_INSIDE:
		return "behind the translation";
	case PFREPLAY_MAPPED:
		return "stands for another address";
	default:
		return "not translated";
	}
}

static void
put_times(struct text_nat *view, const struct pfreplay_mapping *mapping)
{
	char text[TIME_TEXT_MAX];

	if (mapping->created_ns != 0) {
		time_page(text, mapping->created_ns);
		out_printf(view->out, "   since %s", text);
	} else {
		time_page(text, mapping->first_ns);
		out_printf(view->out, "   since %s or before", text);
	}
	if (mapping->ended_ns != 0) {
		time_page(text, mapping->ended_ns);
		out_printf(view->out, " until %s", text);
	} else if (mapping->open) {
		out_text(view->out, ", ");
		text_put(view->out, view->style.colour, TEXT_GREEN, "open", 0);
	} else {
		time_page(text, mapping->last_ns);
		out_printf(view->out, ", last heard of at %s, its timeout has passed", text);
	}
	out_text(view->out, "; first in frame ");
	if (view->style.many_files)
		out_printf(view->out, "#%u ", mapping->first_file);
	out_printf(view->out, "%" PRIu64, mapping->first_frame);
	if (mapping->ended_ns != 0) {
		out_text(view->out, ", ended in frame ");
		if (view->style.many_files)
			out_printf(view->out, "#%u ", mapping->ended_file);
		out_printf(view->out, "%" PRIu64, mapping->ended_frame);
	}
	out_char(view->out, '\n');
}

static void
text_nat_nat(void *self, struct pfreplay *replay)
{
	struct text_nat *view = self;
	struct pfreplay_mapping mapping;
	char text[LINE_MAX_BYTES];
	size_t shown = 0;

	for (size_t n = 0; pfreplay_mapping_at(replay, n, &mapping); n++) {
		if (!report_mapping_shown(&view->style, &mapping))
			continue;
		shown++;
		pfsync_text_state(text, sizeof(text), &mapping.message);
		out_printf(view->out, "%s\n", text);
		put_times(view, &mapping);
		pfsync_text_id(text, sizeof(text), &mapping.message);
		out_printf(view->out, "   %s; %s\n", text, side_text(mapping.side));
	}
	if (shown == 0)
		out_text(view->out,
		    view->style.at_given
			? "Nobody: no state that the capture shows had that address then.\n"
			: "Nobody: no state that the capture shows has that address.\n");
	if (pfreplay_mappings_unlisted(replay) > 0)
		out_printf(view->out, "%" PRIu64 " more, too many to keep\n",
		    pfreplay_mappings_unlisted(replay));
}

bool
text_nat_writer(struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct text_nat *view = calloc(1, sizeof(*view));

	if (view == NULL)
		return false;
	view->out = out;
	view->style = *style;
	memset(writer, 0, sizeof(*writer));
	writer->self = view;
	writer->free = free;
	writer->nat = text_nat_nat;
	writer->wants_replay = true;
	return true;
}
