/*
 * assert.c - what a message says of its sender's own table (SEM 10).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "credit.h"
#include "doubt.h"
#include "families/rules.h"
#include "held.h"
#include "internal.h"

/* Classes tell the protocol of a state whose keys are not known (SEM 4.3). */
static uint8_t
proto_of_class(unsigned timeout_class)
{
	if (timeout_class <= 5)
		return 6;
	return timeout_class <= 8 ? 17 : 0;
}

static void
tell_proof(const struct event *event, enum watch_proof_kind kind)
{
	const struct watch_proof proof = {.kind = kind, .event = event, .node = event->sender};

	if (event->r->watchers.wants_proof)
		watch_tell_proof(event->r, &proof);
}

static void
confirmed(struct event *event, const struct view *view)
{
	tell_proof(event, WATCH_CONFIRMED);
	note_answer(event->sender, event->message->action, event->time_ns - view->evidence_ns);
}

/* A message about a state that somebody found stale: is this the answer? */
static void
corrected(const struct event *event)
{
	struct pfreplay *r = event->r;
	struct watch_proof proof = {
	    .kind = WATCH_CORRECTION, .event = event, .node = event->sender};
	const struct stale *stale =
	    side_find(r->stales, event->message->id, event->message->creatorid);

	if (stale != NULL && stale->node != event->sender->index)
		return;
	event->entry->marks &= (uint8_t)~WATCH_MARK_STALE;
	if (stale == NULL || event->message->action == PFSYNC_ACT_INS ||
	    event->time_ns - stale->time_ns > WATCH_ANSWER_NS)
		return;
	proof.cause_ns = stale->time_ns;
	watch_tell_proof(r, &proof);
}

/* The sender has this state, as the message says. */
static struct view *
assert_view(struct event *event)
{
	struct pfreplay *r = event->r;
	struct view *view;

	/* It was made before, unless there was no room or it comes too late. */
	if (event->entry == NULL || event->late)
		return NULL;
	view = store_view(r, event->entry, event->sender);
	if (view == NULL) {
		doubt_ifname_proven(event);
		if (!event->created && event->message->action != PFSYNC_ACT_INS)
			tell_proof(event, WATCH_HAS);
		view = store_view_add(r, event->entry, event->sender);
		if (view == NULL)
			return NULL;
	} else if ((view->bits & VIEW_STANDING) == PFREPLAY_PREDICTED)
		confirmed(event, view);
	if ((view->bits & VIEW_MISREAD) != 0) {
		event->sender->reads_1301 = true;
		view->bits &= (uint8_t)~VIEW_MISREAD;
	}
	if ((event->entry->marks & WATCH_MARK_STALE) != 0)
		corrected(event);
	view->evidence_ns = event->time_ns;
	view->evidence = event->evidence;
	view_stand(view, PFREPLAY_ASSERTED);
	event->said_view = view;
	view->timeout = event->timeout;
	return view;
}

static void
learn_timeout(struct event *event)
{
	const struct pfsync_message *message = event->message;
	const struct pfsync_state *state = &message->u.state;

	/* An imported state may live longer than the timeout (SEM 4.2). */
	if (!pfsync_has(message, PFSYNC_F_CREATION) ||
	    !node_owns(event->sender, message->creatorid))
		return;
	expiry_learn(&event->sender->timeouts, event->timeout, event->expire_s, state->creation_s);
	expiry_learn(&event->r->timeouts, event->timeout, event->expire_s, state->creation_s);
	ruletime_learn(event);
}

/* A full record of a state that the sender itself made. */
static void
inserted(struct event *event)
{
	struct pfreplay *r = event->r;
	struct node *node = event->sender;
	const struct pfsync_message *message = event->message;

	if (!node_owns(node, message->creatorid))
		return;
	if (!node->inserts) {
		node->inserts = true;
		/* From now on two states may have one key (SEM 1.5). */
		keys_build(r);
	}
	keys_give_way(event, node);
	if (!pfsync_has(message, PFSYNC_F_IFNAME))
		return;
	if (node->ifnames == NULL)
		node->ifnames = ifnames_new();
	(void)ifnames_use(node->ifnames, message->u.state.ifname);
}

static void
full(struct event *event)
{
	struct view *view = assert_view(event);

	if (view != NULL)
		held_said(event, view);
	if (view != NULL || event->late)
		odd_put_facts(event, view);
	if (view == NULL)
		return;
	if (event->message->action == PFSYNC_ACT_INS)
		inserted(event);
	/* Until v4, 0 is what was never filled in; later it is "past due". */
	if (event->expire_s != 0 || event->sender->rules->version >= 5)
		view_live_stated(view, event->expire_s);
	else
		ruletime_refresh(event->r, event->entry, event->number, view, 0);
	learn_timeout(event);
}

/*
 * Who starts with an empty table cannot update a state of its own that it had before:
 * its bulk request came from pfsync being configured again, and its table stayed.
 */
static void
kept_its_table(const struct event *event)
{
	struct node *node = event->sender;
	const struct view *view;

	if (!node->restarted || node->kept_ns != 0 || node->clear_not_done ||
	    event->entry == NULL || !node_owns(node, event->message->creatorid))
		return;
	view = store_view(event->r, event->entry, node);
	if (view != NULL && (view->bits & VIEW_STANDING) == PFREPLAY_ASSERTED &&
	    view->evidence_ns < node->restarted_ns)
		node->kept_ns = node->quiet_since_ns;
}

static void
compressed(struct event *event)
{
	struct view *view;
	struct entry *entry;

	kept_its_table(event);
	view = assert_view(event);
	if (view == NULL)
		return;
	entry = event->entry;
	if (entry->facts == 0)
		entry->proto = proto_of_class(view->timeout);
	/* Sent because the state saw a packet; the few dialects that fill
	 * expire_s state the rest. */
	if (event->expire_s != 0)
		view_live_stated(view, event->expire_s);
	else
		ruletime_refresh(event->r, entry, event->number, view, 0);
}

/* INS_ACK: the sender took the state in.  Its values are those of the INS. */
static void
acknowledged(struct event *event)
{
	struct pfreplay *r = event->r;
	struct entry *entry;
	struct view *view;

	if (event->entry == NULL)
		return;
	entry = event->entry;
	tell_proof(event, WATCH_ACKNOWLEDGED);
	view = store_view(r, event->entry, event->sender);
	if (view == NULL) {
		view = store_view_add(r, event->entry, event->sender);
		if (view == NULL)
			return;
		*view = entry->view[0];
		view->bits &= (uint8_t)~VIEW_ODD;
		held_imported(event, event->sender, view);
		view->node = event->sender->index;
		view->evidence_ns = event->time_ns;
		*view_own_peers(entry, view) = *view_peers(entry, &entry->view[0]);
	}
	view->evidence = event->evidence;
	view_stand(view, PFREPLAY_ASSERTED);
}

/* pfctl -F states removes other creators' states as well (SEM 3.8). */
static void
flushed(struct event *event)
{
	struct store_filter filter = {.before_ns = INT64_MAX};
	struct watch_clear told = {.event = event, .node = event->sender, .sender = true};

	if (pfsync_has(event->message, PFSYNC_F_CLR_IFNAME))
		filter.ifname = event->message->u.clr.ifname;
	filter.by_origin = event->sender->rules->clears_own_by_origin;
	/* Its own first: most often these are all it has. */
	filter.creatorid = &event->message->creatorid;
	told.own = store_remove(event->r, event->sender, &filter, &told.not_done);
	filter.creatorid = NULL;
	told.others = store_remove(event->r, event->sender, &filter, &told.not_done);
	/* Whatever a bulk transfer still owed it: the table is known again. */
	if (filter.ifname == NULL || filter.ifname[0] == '\0')
		event->sender->unreliable = false;
	watch_tell_clear(event->r, &told);
}

/*
 * Two that expire a state together delete it on both sides, and each misses it
 * when the other's DEL arrives (SEM 4.4).  The second DEL shows that the first
 * one had found nothing at its sender, else it would be silent; however late
 * it comes: an idle FreeBSD 10 keeps it for the next flush, minutes perhaps.
 */
static void
deleted(struct event *event)
{
	struct tomb *tomb;

	if (event->entry != NULL) {
		doubt_ifname_proven(event);
		store_view_remove(event->r, event->entry, event->number, event->sender);
		return;
	}
	tomb = tombs_find(&event->r->tombs, event->message->id, event->message->creatorid);
	if (tomb == NULL || tomb->node == event->sender->index)
		return;
	event->sender->predicted[PFREPLAY_BADSTATE]++;
	tomb->node = event->sender->index;
}

/* The sender asks for a state: it has none. */
static void
lacking(struct event *event)
{
	const struct view *view =
	    event->entry != NULL ? store_view(event->r, event->entry, event->sender) : NULL;
	bool lacks_again = false;

	if (view == NULL) {
		if (event->entry != NULL)
			tell_proof(event, WATCH_ASKED);
		return;
	}
	if (store_standing(event->r, view) != PFREPLAY_UNKNOWN)
		tell_proof(event, WATCH_LACKS);
	event->sender->misread_1301 += (view->bits & VIEW_MISREAD) != 0;
	lacks_again = (view->bits & VIEW_STANDING) != PFREPLAY_ASSERTED &&
		      !credit_is_open(event->sender, event->time_ns);
	credit_contradicted(event->sender, view);
	store_view_remove(event->r, event->entry, event->number, event->sender);
	event->sender->contradicted++;
	if (lacks_again)
		doubt_asked_again(event);
}

/*
 * `latest` has just started, with an empty table.  Who asked for all states when
 * there was nobody else but such ones lacks nothing that they could have given.
 */
static void
nothing_was_owed(struct pfreplay *r, const struct node *latest)
{
	for (size_t n = 0; n < r->nodes.count; n++) {
		struct node *node = r->nodes.list[n];
		bool alone = node != latest && node->unreliable;

		for (size_t m = 0; alone && m < r->nodes.count; m++) {
			const struct node *other = r->nodes.list[m];

			alone = other == node || node_is_hidden(other) ||
				(other->from_start && other->first_ns > node->restarted_ns);
		}
		if (alone)
			node->unreliable = false;
	}
}

static void
bulk_requested(struct event *event)
{
	struct node *node = event->sender;
	const struct watch_node told = {
	    .kind = WATCH_NODE_RESTARTED, .node = node, .time_ns = event->time_ns};

	if (seen_on_wire(event->r))
		return;
	/* The first that is heard of it: it has just started with an empty
	 * table, and what was multicast before did not reach it. */
	node->from_start |= node->first_ns == event->time_ns;
	if (node->from_start)
		nothing_was_owed(event->r, node);
	if (node->credited)
		credit_revoke(event->r, node);
	if (bulks_request(&event->r->bulks, node->index, event->time_ns)) {
		node->restarted = true;
		node->unreliable = true;
		node->restarted_ns = event->time_ns;
		node->quiet_since_ns = node->before_ns;
		node->kept_ns = 0;
		node->restarts++;
		watch_tell_node(event->r, &told);
	}
}

void
assert_message(struct event *event)
{
	const struct pfsync_message *message = event->message;

	switch (message->action) {
	case PFSYNC_ACT_INS:
	case PFSYNC_ACT_UPD:
		full(event);
		break;
	case PFSYNC_ACT_UPD_C:
		compressed(event);
		break;
	case PFSYNC_ACT_DEL:
	case PFSYNC_ACT_DEL_C:
		deleted(event);
		break;
	case PFSYNC_ACT_INS_ACK:
		acknowledged(event);
		break;
	case PFSYNC_ACT_UPD_REQ:
		if (message->id == 0 && message->creatorid == 0)
			bulk_requested(event);
		else
			lacking(event);
		break;
	case PFSYNC_ACT_CLR:
		flushed(event);
		break;
	default:
		break;
	}
}
