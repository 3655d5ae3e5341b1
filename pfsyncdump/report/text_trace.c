/*
 * text_trace.c - the life of one state: who said what, who believed what.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text_style.h"
#include "writer.h"

#define LINE_MAX_BYTES 1024

struct text_trace {
	struct out *out;
	struct report_style style;
	const struct report_names *names;
	/* Known of the state so far: compressed updates do not tell. */
	int proto;
	bool swap; /* as pfctl prints it: destination first */
};

static void
put_node(struct text_trace *view, size_t node)
{
	const char *name = node < PFREPLAY_NODES_MAX ? view->names->name[node] : NULL;

	text_put_name(view->out, name != NULL ? name : "(somebody)");
}

static void
put_where(struct text_trace *view, const struct pfreplay_step *step)
{
	char text[TIME_TEXT_MAX];

	time_page(text, step->time_ns);
	out_printf(view->out, "%s  frame ", text);
	if (view->style.many_files)
		out_printf(view->out, "#%u ", step->file);
	out_printf(view->out, "%" PRIu64 "  ", step->frame);
}

/* The state as pfctl would list it, if the message says all of it. */
static void
put_state(struct text_trace *view, const struct pfsync_message *message)
{
	char text[LINE_MAX_BYTES];

	if (!pfsync_has(message, PFSYNC_F_PROTO))
		return;
	view->proto = message->u.state.proto;
	view->swap =
	    pfsync_has(message, PFSYNC_F_DIRECTION) && message->u.state.direction != PFSYNC_OUT;
	pfsync_text_state(text, sizeof(text), message);
	out_printf(view->out, "    %s\n", text);
}

/* Levels and windows of the two peers, source first. */
static void
put_peer(struct text_trace *view, const char *what, uint8_t level, uint32_t seqlo)
{
	const char *name = view->proto >= 0 && view->proto != 1 && view->proto != 58
			       ? pfsync_peer_state_name((unsigned)view->proto, level)
			       : NULL;

	if (name != NULL)
		out_printf(view->out, " %s %s", what, name);
	else
		out_printf(view->out, " %s %u", what, level);
	if (view->proto == 6 || (view->proto < 0 && seqlo != 0))
		out_printf(view->out, " %" PRIu32, seqlo);
}

static void
put_message(struct text_trace *view, const struct pfreplay_step *step)
{
	const struct pfsync_message *message = &step->message;
	const struct pfsync_state *state = &message->u.state;

	put_node(view, (size_t)step->sender);
	out_printf(view->out, " says %s", pfsync_action_name(message->action));
	if (pfsync_has(message, PFSYNC_F_SRC_STATE) && pfsync_has(message, PFSYNC_F_DST_STATE)) {
		if (pfsync_has(message, PFSYNC_F_PROTO))
			view->proto = state->proto;
		out_text(view->out, ":");
		put_peer(view, "source", state->src.state, state->src.seqlo);
		out_char(view->out, ',');
		put_peer(view, "destination", state->dst.state, state->dst.seqlo);
	}
	if (pfsync_has(message, PFSYNC_F_TIMEOUT)) {
		const char *name = pfsync_timeout_name(state->timeout);

		out_printf(view->out, ", %s", name != NULL ? name : "unknown class");
	}
	out_char(view->out, '\n');
	put_state(view, message);
}

static void
put_results(struct text_trace *view, const struct pfreplay_step *step)
{
	for (size_t i = 0; i < step->result_count; i++) {
		out_text(view->out, "    at ");
		put_node(view, step->results[i].node);
		out_printf(view->out, ": %s", step->results[i].outcome);
		if (step->results[i].src_back_bytes > 0)
			out_printf(view->out, ", source %" PRIu32 " bytes behind",
			    step->results[i].src_back_bytes);
		if (step->results[i].dst_back_bytes > 0)
			out_printf(view->out, ", destination %" PRIu32 " bytes behind",
			    step->results[i].dst_back_bytes);
		out_char(view->out, '\n');
	}
}

static void
put_belief(
    struct text_trace *view, const struct pfreplay_step *step, const struct pfreplay_belief *belief)
{
	char text[TIME_TEXT_MAX];

	out_text(view->out, "      ");
	put_node(view, belief->node);
	if (!belief->has) {
		out_text(view->out, " no longer has it\n");
		return;
	}
	out_text(view->out, " has it, ");
	text_put(view->out, view->style.colour,
	    belief->standing == PFREPLAY_ASSERTED ? TEXT_GREEN : TEXT_YELLOW,
	    pfreplay_standing_name(belief->standing), 0);
	out_char(view->out, ':');
	put_peer(view, "source", belief->src_state, belief->src_seqlo);
	out_char(view->out, ',');
	put_peer(view, "destination", belief->dst_state, belief->dst_seqlo);
	if (belief->due_ns > step->time_ns) {
		time_span(text, belief->due_ns - step->time_ns);
		out_printf(view->out, ", due in %s", text);
	}
	out_char(view->out, '\n');
}

/* Findings that name the state. */
static void
put_findings(struct text_trace *view, struct pfreplay *replay, const struct pfreplay_traced *traced)
{
	struct pfreplay_divergence d;

	for (size_t n = 0; pfreplay_divergence_at(replay, n, &d); n++) {
		for (size_t i = 0; i < d.state_count; i++) {
			if (d.states[i].id != traced->id ||
			    d.states[i].creatorid != traced->creatorid)
				continue;
			out_printf(view->out, "%s %s: %s\n", d.code, d.name, d.text);
			break;
		}
	}
}

static void
text_trace_trace(void *self, struct pfreplay *replay, const struct report_names *names)
{
	struct text_trace *view = self;
	struct pfreplay_traced traced;
	struct pfreplay_step step;

	view->names = names;
	view->proto = -1;
	if (!pfreplay_traced(replay, &traced) || !traced.found) {
		out_text(view->out, "No message names that state.\n");
		return;
	}
	out_printf(
	    view->out, "Life of state %016" PRIx64 "/%08" PRIx32 "\n", traced.id, traced.creatorid);
	for (size_t n = 0; pfreplay_step_at(replay, n, &step); n++) {
		if (!report_in_window(&view->style, step.time_ns))
			continue;
		put_where(view, &step);
		if (step.sender >= 0)
			put_message(view, &step);
		else
			out_text(view->out, "changed without a message about it\n");
		if (step.proof != NULL)
			out_printf(view->out, "    %s\n", step.proof);
		put_results(view, &step);
		for (size_t i = 0; i < step.belief_count; i++)
			put_belief(view, &step, &step.beliefs[i]);
	}
	if (traced.unlisted > 0)
		out_printf(
		    view->out, "%" PRIu64 " more messages, too many to keep\n", traced.unlisted);
	if (traced.namesakes > 0)
		out_printf(view->out,
		    "%" PRIu64 " messages are about another creator's state with this id; "
		    "give ID/CREATORID for that\n",
		    traced.namesakes);
	put_findings(view, replay, &traced);
}

bool
text_trace_writer(struct report_writer *writer, struct out *out, const struct report_style *style)
{
	struct text_trace *view = calloc(1, sizeof(*view));

	if (view == NULL)
		return false;
	view->out = out;
	view->style = *style;
	memset(writer, 0, sizeof(*writer));
	writer->self = view;
	writer->free = free;
	writer->trace = text_trace_trace;
	writer->wants_replay = true;
	writer->wants_verdict = true;
	return true;
}
