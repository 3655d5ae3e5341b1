/*
 * trace.c - the life of one state (see pfevidence.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "../internal.h"
#include "pfevidence.h"

struct trace {
	struct pfreplay *r;
	struct pfreplay_traced traced;
	GArray *steps; /* struct pfreplay_step */
	/* Steps of the open packet begin there. */
	guint packet_steps;
	/* What the open packet does to whole tables: static text, or NULL. */
	const char *why;
	/* What was believed after the packet before. */
	struct pfreplay_belief beliefs[PFREPLAY_STEP_NODES];
	size_t belief_count;
};

static bool
is_it(struct trace *trace, const struct pfsync_message *message)
{
	struct pfreplay_traced *traced = &trace->traced;

	if (message->id != traced->id || !pfsync_has(message, PFSYNC_F_ID) ||
	    !pfsync_has(message, PFSYNC_F_CREATORID))
		return false;
	if (!traced->found && traced->creatorid == 0)
		traced->creatorid = message->creatorid;
	if (message->creatorid != traced->creatorid) {
		traced->namesakes++;
		return false;
	}
	traced->found = true;
	return true;
}

static struct pfreplay_step *
last_step(const struct trace *trace)
{
	if (trace->steps->len == trace->packet_steps)
		return NULL;
	return &g_array_index(trace->steps, struct pfreplay_step, trace->steps->len - 1);
}

static struct pfreplay_step *
add_step(struct trace *trace, const struct open_packet *open)
{
	struct pfreplay_step fresh = {.time_ns = open->time_ns, .sender = -1};

	if (trace->steps->len == PFREPLAY_STEPS_MAX) {
		trace->traced.unlisted++;
		return NULL;
	}
	fresh.frame = open->packet->frame;
	fresh.file = open->packet->file;
	g_array_append_val(trace->steps, fresh);
	return last_step(trace);
}

static void
add_missed(const struct trace *trace, struct pfreplay_step *step, uint64_t missed)
{
	for (size_t n = 0; n < trace->r->nodes.count; n++) {
		if ((missed >> n & 1) == 0 || step->result_count == PFREPLAY_STEP_NODES)
			continue;
		step->results[step->result_count].node = n;
		step->results[step->result_count].outcome = "lost on the way";
		step->results[step->result_count++].missed = true;
	}
}

static void
on_said(void *user, const struct watch_said *said)
{
	struct trace *trace = user;
	const struct event *event = said->event;
	struct pfreplay_step *step;

	if (!is_it(trace, event->message))
		return;
	step = add_step(trace, &trace->r->open);
	if (step == NULL)
		return;
	step->sender = event->sender->index;
	step->message = *event->message;
	if (said->bad_value)
		step->proof = "its values are impossible, so nobody takes it";
	else if (said->other_key)
		step->proof = "its addresses are not those known under this id";
	add_missed(trace, step, trace->r->open.packet->missed);
}

static void
on_outcome(void *user, const struct watch_result *result)
{
	struct trace *trace = user;
	struct pfreplay_step *step = last_step(trace);

	if (step == NULL || step->sender < 0 || result->event->message->id != trace->traced.id ||
	    result->event->message->creatorid != trace->traced.creatorid ||
	    step->result_count == PFREPLAY_STEP_NODES || node_is_hidden(result->receiver))
		return;
	step->results[step->result_count].node = result->receiver->index;
	step->results[step->result_count].outcome = watch_outcome_name(result->outcome);
	step->results[step->result_count].src_back_bytes = result->src_back_bytes;
	step->results[step->result_count++].dst_back_bytes = result->dst_back_bytes;
}

static void
on_proof(void *user, const struct watch_proof *proof)
{
	static const char *const texts[] = {
	    [WATCH_CONFIRMED] = "it has the state, as was predicted",
	    [WATCH_ACKNOWLEDGED] = "it took the state in",
	    [WATCH_LACKS] = "it lacks the state, though it should have it",
	    [WATCH_HAS] = "it has the state, though it should not",
	    [WATCH_CORRECTION] = "it corrects the other, being further along",
	    [WATCH_ASKED] = "it asks for the state, as was predicted",
	};
	struct trace *trace = user;
	struct pfreplay_step *step = last_step(trace);

	if (step != NULL && proof->event != NULL && proof->event->message->id == trace->traced.id &&
	    proof->event->message->creatorid == trace->traced.creatorid)
		step->proof = texts[proof->kind];
}

/* ------------------------------------------------------------------------
 * What is believed
 */

static size_t
believed(const struct trace *trace, struct pfreplay_belief beliefs[PFREPLAY_STEP_NODES])
{
	struct pfreplay *r = trace->r;
	const uint32_t number = store_find(r, trace->traced.id, trace->traced.creatorid);
	struct entry *entry;
	size_t count = 0;

	if (number == 0)
		return 0;
	entry = table_entry(&r->table, number);
	for (size_t n = 0; n < r->nodes.count && count < PFREPLAY_STEP_NODES; n++) {
		const struct node *node = r->nodes.list[n];
		const struct view *view = store_view(r, entry, node);
		const struct peers *peers;

		if (view == NULL || node_is_hidden(node))
			continue;
		peers = view_peers(entry, view);
		beliefs[count++] = (struct pfreplay_belief){
		    .node = n,
		    .has = true,
		    .standing = store_standing(r, view),
		    .src_state = peers->src.state,
		    .dst_state = peers->dst.state,
		    .timeout = view->timeout,
		    .src_seqlo = peers->src.seqlo,
		    .dst_seqlo = peers->dst.seqlo,
		    .due_ns = store_due_ns(r, view),
		};
	}
	return count;
}

static const struct pfreplay_belief *
belief_of(const struct pfreplay_belief *beliefs, size_t count, size_t node)
{
	for (size_t i = 0; i < count; i++) {
		if (beliefs[i].node == node)
			return &beliefs[i];
	}
	return NULL;
}

/* Did a node get, lose or doubt the state?  Values change by messages only. */
static bool
has_changed(const struct trace *trace, const struct pfreplay_belief *beliefs, size_t count)
{
	if (count != trace->belief_count)
		return true;
	for (size_t i = 0; i < count; i++) {
		const struct pfreplay_belief *before =
		    belief_of(trace->beliefs, trace->belief_count, beliefs[i].node);

		if (before == NULL || before->standing != beliefs[i].standing)
			return true;
	}
	return false;
}

static void
put_beliefs(const struct trace *trace, struct pfreplay_step *step,
    const struct pfreplay_belief *beliefs, size_t count)
{
	memcpy(step->beliefs, beliefs, count * sizeof(*beliefs));
	step->belief_count = count;
	/* And who had it before, but no longer. */
	for (size_t i = 0; i < trace->belief_count; i++) {
		size_t node = trace->beliefs[i].node;

		if (step->belief_count < PFREPLAY_STEP_NODES &&
		    belief_of(beliefs, count, node) == NULL)
			step->beliefs[step->belief_count++] =
			    (struct pfreplay_belief){.node = node};
	}
}

static void
packet_end(void *user, const struct open_packet *open)
{
	struct trace *trace = user;
	struct pfreplay_belief beliefs[PFREPLAY_STEP_NODES];
	struct pfreplay_step *step = last_step(trace);
	size_t count;

	if (!trace->traced.found)
		return;
	count = believed(trace, beliefs);
	if (step == NULL && has_changed(trace, beliefs, count))
		step = add_step(trace, open);
	if (step != NULL && step->sender < 0)
		step->proof = trace->why;
	if (step != NULL)
		put_beliefs(trace, step, beliefs, count);
	memcpy(trace->beliefs, beliefs, count * sizeof(*beliefs));
	trace->belief_count = count;
	trace->packet_steps = trace->steps->len;
	trace->why = NULL;
}

static void
on_clear(void *user, const struct watch_clear *clear)
{
	struct trace *trace = user;

	(void)clear;
	trace->why = "a flush (CLR) removes it";
}

static void
on_node(void *user, const struct watch_node *node)
{
	struct trace *trace = user;

	if (node->kind == WATCH_NODE_RESTARTED)
		trace->why = "somebody asks for all states: what it had before is unsure";
	else if (node->kind == WATCH_NODE_REBOOTED)
		trace->why = "somebody came up anew: what it had before is gone";
	else if (node->kind == WATCH_NODE_CREDIT)
		trace->why = "what was sent before its first packet did not reach it";
}

static void
release(void *user)
{
	struct trace *trace = user;

	g_array_free(trace->steps, TRUE);
	g_free(trace);
}

/* ------------------------------------------------------------------------
 * For the caller
 */

bool
pfreplay_trace(struct pfreplay *r, uint64_t id, const uint32_t *creatorid)
{
	static const struct watcher watcher = {
	    .said = WATCH_SAID(WATCH_KIND_COUNT) - 1,
	    .outcomes = WATCH_OUTCOME(WATCH_OUTCOME_COUNT) - 1,
	    .on_said = on_said,
	    .on_outcome = on_outcome,
	    .on_proof = on_proof,
	    .on_clear = on_clear,
	    .on_node = on_node,
	    .packet_end = packet_end,
	    .release = release,
	};

	if (r->trace != NULL || r->watchers.count == WATCHERS_MAX)
		return false;
	r->trace = g_new0(struct trace, 1);
	r->trace->r = r;
	r->trace->traced.id = id;
	r->trace->traced.creatorid = creatorid != NULL ? *creatorid : 0;
	r->trace->steps = g_array_new(FALSE, TRUE, sizeof(struct pfreplay_step));
	watch_add(r, &watcher, r->trace);
	return true;
}

bool
pfreplay_step_at(const struct pfreplay *r, size_t n, struct pfreplay_step *step)
{
	if (r->trace == NULL || n >= r->trace->steps->len)
		return false;
	*step = g_array_index(r->trace->steps, struct pfreplay_step, n);
	return true;
}

bool
pfreplay_traced(const struct pfreplay *r, struct pfreplay_traced *traced)
{
	if (r->trace == NULL)
		return false;
	*traced = r->trace->traced;
	return true;
}
