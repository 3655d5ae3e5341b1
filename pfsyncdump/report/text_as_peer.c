/*
 * text_as_peer.c - what a firewall of another release would discard.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text_style.h"
#include "writer.h"

struct text_as_peer {
	struct out *out;
	struct report_style style;
};

static void
put_examples(struct text_as_peer *view, const struct pfreplay_discard *discard)
{
	for (size_t i = 0; i < discard->example_count; i++) {
		const struct pfreplay_example *example = &discard->examples[i];
		char text[TIME_TEXT_MAX];

		time_page(text, example->time_ns);
		out_printf(view->out, "      %s  frame ", text);
		if (view->style.many_files)
			out_printf(view->out, "#%u ", example->file);
		out_printf(view->out, "%" PRIu64, example->frame);
		if (!discard->packets)
			out_printf(view->out, "  state %016" PRIx64 "/%08" PRIx32, example->id,
			    example->creatorid);
		out_char(view->out, '\n');
	}
}

static void
text_as_peer_as_peer(void *self, struct pfreplay *replay)
{
	struct text_as_peer *view = self;
	struct pfreplay_discard discard;
	struct pfreplay_node peer;
	char count[28];
	size_t n = 0;

	if (!pfreplay_peer(replay, &peer))
		return;
	out_printf(view->out, "A firewall of family %s would receive %s packets",
	    pfreplay_family_name(peer.family), text_count(count, peer.received));
	out_printf(view->out, " and have %s states\n", text_count(count, peer.states));
	for (; pfreplay_discard_at(replay, n, &discard); n++) {
		out_text(view->out, "  ");
		text_put(view->out, view->style.colour, TEXT_YELLOW, discard.reason, 0);
		out_printf(view->out, ": %s %s%s\n", text_count(count, discard.count),
		    discard.packets ? "packet" : "message", discard.count == 1 ? "" : "s");
		put_examples(view, &discard);
	}
	if (n == 0)
		out_text(view->out, "  and discard none of them\n");
}

bool
text_as_peer_writer(struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct text_as_peer *view = calloc(1, sizeof(*view));

	if (view == NULL)
		return false;
	view->out = out;
	view->style = *style;
	memset(writer, 0, sizeof(*writer));
	writer->self = view;
	writer->free = free;
	writer->as_peer = text_as_peer_as_peer;
	writer->wants_replay = true;
	return true;
}
