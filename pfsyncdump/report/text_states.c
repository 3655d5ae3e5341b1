/*
 * text_states.c - the state table of each firewall, as pfctl -vvss lists it.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text_style.h"
#include "writer.h"

#define LINE_MAX_BYTES 1024

struct text_states {
	struct out *out;
	struct report_style style;
	int64_t as_of_ns;
	bool any_node;
};

static void
text_states_headline(void *self, const struct report_summary *summary)
{
	struct text_states *view = self;

	view->as_of_ns = summary->as_of_ns;
}

static void
text_states_node(void *self, const struct pfreplay_node *node, const struct sender *sender)
{
	struct text_states *view = self;
	char time[TIME_TEXT_MAX], states[28], due[28];

	(void)sender;
	if (view->any_node)
		out_char(view->out, '\n');
	view->any_node = true;
	if (view->style.colour)
		out_text(view->out, "\033[1m");
	out_text(view->out, "States of ");
	text_put_name(view->out, node->name);
	if (view->style.colour)
		out_text(view->out, "\033[0m");
	time_page(time, view->as_of_ns);
	out_printf(view->out, " at %s: %s", time, text_count(states, node->states));
	if (node->due > 0)
		out_printf(view->out, ", and %s past their timeout", text_count(due, node->due));
	out_char(view->out, '\n');
}

static void
put_line(struct text_states *view, const char *text)
{
	if (text[0] != '\0')
		out_printf(view->out, "   %s\n", text);
}

/* What -v adds: how we know. */
static void
put_standing(struct text_states *view, const struct pfreplay_state *state)
{
	char time[TIME_TEXT_MAX];

	time_page(time, state->evidence_ns);
	out_printf(view->out, "   %s: ", pfreplay_standing_name(state->standing));
	switch (state->standing) {
	case PFREPLAY_ASSERTED:
		out_text(view->out, "the firewall itself said so");
		break;
	case PFREPLAY_PREDICTED:
		out_text(view->out, "it should have learnt it from its peer");
		break;
	case PFREPLAY_DUE:
		out_text(view->out, "its timeout has passed, so it may be gone");
		break;
	default:
		out_text(view->out, "nothing proves that it has it");
		break;
	}
	out_printf(view->out, "; last heard of in frame ");
	if (view->style.many_files)
		out_printf(view->out, "#%u ", state->evidence_file);
	out_printf(view->out, "%" PRIu64 " at %s\n", state->evidence_frame, time);
}

static void
text_states_state(void *self, const struct pfreplay_node *node, const struct pfreplay_state *state)
{
	struct text_states *view = self;
	const struct pfsync_message *message = &state->message;
	char text[LINE_MAX_BYTES];

	(void)node;
	if (state->keyless) {
		/* Listed all the same: the firewall has it. */
		out_text(view->out, "(addresses not seen) ");
		if (pfsync_has(message, PFSYNC_F_SRC_STATE) &&
		    pfsync_has(message, PFSYNC_F_DST_STATE))
			out_printf(view->out, "%u:%u", message->u.state.src.state,
			    message->u.state.dst.state);
		out_char(view->out, '\n');
	} else {
		pfsync_text_state(text, sizeof(text), message);
		out_printf(view->out, "%s\n", text);
	}
	pfsync_text_windows(text, sizeof(text), message);
	put_line(view, text);
	pfsync_text_age(text, sizeof(text), message);
	put_line(view, text);
	pfsync_text_id(text, sizeof(text), message);
	put_line(view, text);
	pfsync_text_origif(text, sizeof(text), message);
	put_line(view, text);
	if (view->style.verbose > 0)
		put_standing(view, state);
}

bool
text_states_writer(struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct text_states *view = calloc(1, sizeof(*view));

	if (view == NULL)
		return false;
	view->out = out;
	view->style = *style;
	memset(writer, 0, sizeof(*writer));
	writer->self = view;
	writer->free = free;
	writer->headline = text_states_headline;
	writer->node = text_states_node;
	writer->state = text_states_state;
	writer->wants_replay = true;
	writer->node_is_heading = true;
	return true;
}
