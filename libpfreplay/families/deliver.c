/*
 * deliver.c - a message to all that receive it, as far as they read it (SEM 2.1).
 *
 * SPDX-License-Identifier: ISC
 */
#include "counters.h"
#include "rules.h"

bool
deliver_values_good(const struct pfsync_message *message, const struct pfsync_dialect *dialect)
{
	const struct pfsync_state *state = &message->u.state;
	struct pfsync_message named;

	/* Of an update only class and levels are looked at. */
	if (message->action != PFSYNC_ACT_INS)
		return (!pfsync_has(message, PFSYNC_F_TIMEOUT) ||
			   state->timeout < dialect->timeout_max) &&
		       state->src.state <= PFSYNC_TCPS_PROXY_DST &&
		       state->dst.state <= PFSYNC_TCPS_PROXY_DST;
	if (message->creatorid != 0)
		return pfsync_message_check(message, dialect, NULL) == PFSYNC_OK;
	named = *message;
	named.creatorid = 1;
	return pfsync_message_check(&named, dialect, NULL) == PFSYNC_OK;
}

/* SEM: numbers of FreeBSD's <netinet/sctp.h>. */
#define PROTO_SCTP 132
#define CLASS_SCTP_FIRST 20

bool
deliver_is_sctp_level(const struct event *event)
{
	const struct pfsync_dialect *dialect = event->sender->dialect;

	if (event->src == NULL || event->timeout < CLASS_SCTP_FIRST || dialect == NULL ||
	    event->timeout >= dialect->timeout_max ||
	    (event->entry != NULL && event->entry->proto != PROTO_SCTP))
		return false;
	return event->src->state > PFSYNC_TCPS_PROXY_DST ||
	       event->dst->state > PFSYNC_TCPS_PROXY_DST;
}

/* What a receiver of another release makes of an action number. */
enum reading { READS, SKIPS, ENDS };

static uint64_t
bit_of(const struct node *node)
{
	return UINT64_C(1) << node->index;
}

void
deliver_stop(struct event *event, const struct node *receiver)
{
	struct open_packet *open = &event->r->open;

	open->fast = NULL;
	for (size_t i = 0; i < open->receiver_count; i++) {
		if (open->receivers[i] != receiver->index)
			continue;
		open->receivers[i] = open->receivers[--open->receiver_count];
		open->gave_up |= bit_of(receiver);
		return;
	}
}

void
deliver_stop_section(struct event *event, const struct node *receiver)
{
	event->r->open.section_given_up |= bit_of(receiver);
	event->r->open.fast = NULL;
}

static enum reading
as_policy(enum rules_unknown policy)
{
	return policy == UNKNOWN_ENDS ? ENDS : SKIPS;
}

static const struct pfsync_layout *
layout_of(const struct pfsync_dialect *dialect, unsigned number)
{
	return dialect->layouts[dialect->actions[number].slot];
}

/*
 * Sections of v5 tell no length: one of another size cannot be read, nor what
 * follows.  v6 tells it: what is longer than needed is taken, shorter skipped.
 */
static enum reading
reads_size(const struct event *event, const struct node *receiver, unsigned number)
{
	const struct pfsync_layout *theirs = layout_of(event->sender->dialect, number);
	const struct pfsync_layout *mine = layout_of(receiver->takes, number);

	if (theirs == NULL || mine == NULL || theirs->size_bytes == mine->size_bytes)
		return READS;
	if (receiver->rules->version == 6)
		return theirs->size_bytes > mine->size_bytes ? READS : SKIPS;
	return ENDS;
}

static enum reading
reads(const struct event *event, const struct node *receiver)
{
	unsigned number = event->message->action_number;
	const struct pfsync_action_row *row;

	if (number >= receiver->takes->action_max || number >= PFSYNC_ACTION_NUMBERS)
		return as_policy(receiver->rules->unknown);
	row = &receiver->takes->actions[number];
	if (row->slot == PFSYNC_SLOT_NONE)
		return as_policy(receiver->rules->unknown);
	if (row->slot == PFSYNC_SLOT_RESERVED || row->slot == PFSYNC_SLOT_RETIRED)
		return as_policy(receiver->rules->reserved);
	if (row->action != event->message->action)
		return as_policy(receiver->rules->unknown);
	return reads_size(event, receiver, number);
}

static const struct view *
view_of(const struct event *event, const struct node *receiver)
{
	return event->entry != NULL ? store_view(event->r, event->entry, receiver) : NULL;
}

/*
 * A receiver of another release may know fewer actions, records and classes
 * (D-01, D-02).  False if it does not come to look at the message.
 */
static bool
understands(struct event *event, struct node *receiver, bool *bad_value)
{
	const struct pfsync_dialect *takes = receiver->takes;

	if (takes == NULL || event->sender->dialect == NULL)
		return true;
	switch (reads(event, receiver)) {
	case SKIPS:
		outcome(
		    event, receiver, view_of(event, receiver), WATCH_REFUSED_ACTION, NOT_COUNTED);
		return false;
	case ENDS:
		outcome(event, receiver, view_of(event, receiver), WATCH_REFUSED_ACTION,
		    PFREPLAY_BADACT);
		watch_tell_refused(
		    event->r, receiver, PFREPLAY_BADACT, true, event->message->action_number);
		/* It cannot find what follows either. */
		deliver_stop(event, receiver);
		return false;
	case READS:
		break;
	}
	*bad_value |= event->src != NULL && !deliver_values_good(event->message, takes);
	return true;
}

static void
tell_skipped(struct event *event)
{
	struct open_packet *open = &event->r->open;

	for (size_t n = 0; n < event->r->nodes.count; n++) {
		struct node *node = event->r->nodes.list[n];

		if ((open->gave_up & bit_of(node)) != 0)
			outcome(event, node, view_of(event, node), WATCH_SKIPPED, NOT_COUNTED);
	}
}

/* The packet lacks some of what the section announced: nobody takes any of it
 * in, and the announced number is what is counted (SEM 2.1). */
static void
reject_section(struct event *event)
{
	struct open_packet *open = &event->r->open;
	unsigned number = event->message->action_number;

	for (size_t i = 0; i < open->receiver_count; i++) {
		struct node *receiver = event->r->nodes.list[open->receivers[i]];

		open->section_given_up |= bit_of(receiver);
		if (open->in_section == 1 && number < PFSYNC_ACTION_NUMBERS)
			receiver->heard[number] += event->message->cut_of;
	}
	open->fast = NULL;
}

void
deliver(struct event *event, bool bad_value)
{
	struct pfreplay *r = event->r;
	struct open_packet *open = &r->open;
	const enum pfsync_action action = event->message->action;
	const unsigned number = event->message->action_number;

	if (event->message->cut_of != 0)
		reject_section(event);
	if (open->gave_up != 0)
		tell_skipped(event);
	for (size_t i = open->receiver_count; i-- > 0;) {
		struct node *receiver = r->nodes.list[open->receivers[i]];
		rule_fn *rule = receiver->rules->on[action];
		bool refused = bad_value;

		if (receiver->takes != event->sender->dialect &&
		    !understands(event, receiver, &refused))
			continue;
		if (number < PFSYNC_ACTION_NUMBERS && event->message->cut_of == 0)
			receiver->heard[number]++;
		if ((open->section_given_up & bit_of(receiver)) != 0)
			outcome(
			    event, receiver, view_of(event, receiver), WATCH_SKIPPED, NOT_COUNTED);
		else if (refused)
			take_bad_value(event, receiver);
		else if (rule != NULL)
			rule(event, receiver);
	}
}

/* What that receiver counts for it; ..._COUNT: nothing.  *ends: it reads no further. */
static enum pfreplay_counter
judge_problem(const struct pfreplay *r, const struct node *receiver,
    const struct pfsync_problem *problem, bool *ends)
{
	enum pfreplay_counter counter = counter_of_status(problem->status);
	enum rules_unknown policy;

	*ends = r->open.version == 5;
	/* An end of frame that does not end the packet. */
	if (problem->status == PFSYNC_TRAILING)
		return r->open.version == 5 ? PFREPLAY_BADLEN : NOT_COUNTED;
	if (!counter_is_real(counter))
		return NOT_COUNTED;
	if (problem->status != PFSYNC_BADACT)
		return counter;
	policy = problem->found >= receiver->rules->action_max ? receiver->rules->unknown
							       : receiver->rules->reserved;
	/* Without a length it cannot skip anything either. */
	if (problem->lost_bytes == 0)
		policy = UNKNOWN_ENDS;
	*ends = policy == UNKNOWN_ENDS;
	return policy == UNKNOWN_ENDS ? counter : NOT_COUNTED;
}

void
deliver_problem(struct pfreplay *r, const struct pfsync_problem *problem)
{
	struct open_packet *open = &r->open;

	for (size_t i = open->receiver_count; i-- > 0;) {
		struct node *receiver = r->nodes.list[open->receivers[i]];
		bool ends;
		enum pfreplay_counter counter = judge_problem(r, receiver, problem, &ends);

		if (counter != NOT_COUNTED) {
			receiver->predicted[counter]++;
			watch_tell_refused(r, receiver, counter, true, (uint8_t)problem->found);
		}
		if (!ends)
			continue;
		open->receivers[i] = open->receivers[--open->receiver_count];
		open->gave_up |= bit_of(receiver);
		open->fast = NULL;
	}
}
