/*
 * simple.c - receive rules that fit every family (SEM 2, 10), steered by the
 * family's row of family.c.
 *
 * SPDX-License-Identifier: ISC
 *
 * What is left out here: rejection by interface, limits and key collisions
 * (SEM 1.5, 2.2), corrections and other answers.
 */
#include "rules.h"

/* The receiver's view and the sender's are the two of the entry itself. */
static bool
both_inline(const struct event *event, const struct entry *entry, const struct view *view)
{
	return event->said_view != NULL && view_is_inline(entry, event->said_view) &&
	       view_is_inline(entry, view);
}

/* It takes the state in as new. */
static void
import(struct event *event, struct node *receiver)
{
	struct view *view = store_view_add(event->r, event->entry, receiver);
	struct entry *entry = event->entry;
	struct peers *peers;

	if (view == NULL)
		return;
	peers = view_own_peers(entry, view);
	peer_take(&peers->src, event->src);
	peer_take(&peers->dst, event->dst);
	event->followed |= both_inline(event, entry, view);
	view->timeout = event->timeout;
	view->evidence_ns = event->time_ns;
	view->evidence = event->evidence;
	view_stand(view, PFREPLAY_PREDICTED);
	/* SEM 4.2: an import lives for what was stated, or, before, for that
	 * and the whole timeout once more. */
	if (receiver->traits->life == LIFE_AS_STATED && event->expire_s != 0)
		view_live_stated(view, event->expire_s);
	else if (receiver->traits->life == LIFE_PLUS_TIMEOUT)
		view_live_fresh(view, event->expire_s);
	else
		view_live_fresh(view, 0);
}

/* Move the reference of the life that is left to the event's time. */
static void
keep_due(struct view *view, int64_t time_ns)
{
	int64_t passed_ns = time_ns - view->evidence_ns;
	int64_t life_ns = (int64_t)view->life_ms * (EXPIRY_NS_PER_S / 1000);

	if ((view->bits & VIEW_LIFE_STATED) != 0)
		view->life_ms = expiry_ms(life_ns - passed_ns);
	else
		view->life_ms = expiry_ms(life_ns + passed_ns);
}

static void
refresh(struct event *event, struct node *receiver, struct view *view)
{
	view->timeout = event->timeout;
	view_live_fresh(view, receiver->traits->life == LIFE_PLUS_TIMEOUT ? event->expire_s : 0);
}

/* Take over the peers that the verdict allows. */
static void
take(struct event *event, struct view *view, unsigned result)
{
	struct entry *entry = event->entry;
	struct peers *peers;

	if ((result & MERGE_TAKE_BOTH) == MERGE_TAKE_BOTH && both_inline(event, entry, view)) {
		event->followed = true;
		/* What both had and what both get is the same. */
		if (!entry->apart)
			return;
	}
	peers = view_own_peers(entry, view);
	if ((result & MERGE_TAKE_SRC) != 0)
		peer_take(&peers->src, event->src);
	if ((result & MERGE_TAKE_DST) != 0)
		peer_take(&peers->dst, event->dst);
}

static void
merge(struct event *event, struct node *receiver, struct view *view)
{
	const struct entry *entry = event->entry;
	const struct peers *local = view_peers(entry, view);
	const unsigned how = (entry->proto == 6 ? MERGE_TCP : 0) |
			     (event->message->action == PFSYNC_ACT_UPD_C ? MERGE_COMPRESSED : 0);
	const unsigned result = merge_judge(
	    receiver->traits->era, how, &local->src, &local->dst, event->src, event->dst);

	if ((result & MERGE_STALE) != 0)
		receiver->predicted[receiver->traits->stale]++;
	if ((result & (MERGE_TAKE_BOTH | MERGE_REFRESH)) == 0)
		return;
	if ((result & MERGE_TAKE_BOTH) != 0)
		take(event, view, result);
	if ((result & MERGE_REFRESH) != 0)
		refresh(event, receiver, view);
	else
		keep_due(view, event->time_ns);
	view->evidence_ns = event->time_ns;
	view->evidence = event->evidence;
	if ((view->bits & VIEW_STANDING) == PFREPLAY_ASSERTED)
		view_stand(view, PFREPLAY_PREDICTED);
}

static void
simple_insert(struct event *event, struct node *receiver)
{
	/* Known already: "exists", ignored without a counter (SEM 1.5). */
	if (store_view(event->r, event->entry, receiver) == NULL)
		import(event, receiver);
}

static void
simple_update(struct event *event, struct node *receiver)
{
	struct view *view = store_view(event->r, event->entry, receiver);

	if (view != NULL)
		merge(event, receiver, view);
	else
		import(event, receiver);
}

static void
simple_update_compressed(struct event *event, struct node *receiver)
{
	struct view *view = store_view(event->r, event->entry, receiver);

	if (view != NULL) {
		merge(event, receiver, view);
		return;
	}
	if (!event->created) {
		/* It does not have it, and will ask. */
		if (receiver->traits->unknown_upd_c_counts)
			receiver->predicted[PFREPLAY_BADSTATE]++;
		return;
	}
	/* Nobody spoke of this state before: the capture began later than the
	 * state.  If the receiver lacks it, it will ask for it. */
	import(event, receiver);
	view = store_view(event->r, event->entry, receiver);
	if (view != NULL)
		view_stand(view, PFREPLAY_UNKNOWN);
}

static void
simple_remove(struct event *event, struct node *receiver)
{
	const struct tomb *tomb;
	if (receiver->traits->full_delete_refused && event->message->action == PFSYNC_ACT_DEL) {
		receiver->predicted[PFREPLAY_BADACT]++;
		return;
	}
	if (event->entry != NULL) {
		if (!store_view_remove(event->r, event->entry, receiver))
			receiver->predicted[PFREPLAY_BADSTATE]++;
		return;
	}
	/* A state that no table ever had may have lived since before the
	 * capture; one that went a moment ago is missed by all. */
	tomb = tombs_find(&event->r->tombs, event->message->id, event->message->creatorid);
	if (tomb != NULL)
		receiver->predicted[PFREPLAY_BADSTATE]++;
}

static void
simple_clear(struct event *event, struct node *receiver)
{
	struct store_filter filter = {
	    .creatorid = &event->message->creatorid, .before_ns = INT64_MAX};
	struct watch_clear told = {.event = event, .node = receiver};

	if (receiver->traits->clear_by_ifname && pfsync_has(event->message, PFSYNC_F_CLR_IFNAME))
		filter.ifname = event->message->u.clr.ifname;
	told.own = store_remove(event->r, receiver, &filter, &told.not_done);
	told.ignores_ifname = filter.ifname == NULL &&
			      pfsync_has(event->message, PFSYNC_F_CLR_IFNAME) &&
			      event->message->u.clr.ifname[0] != '\0';
	watch_tell_clear(event->r, &told);
}

static void
simple_request(struct event *event, struct node *receiver)
{
	const struct pfsync_message *message = event->message;
	bool lacks = event->entry != NULL
			 ? store_view(event->r, event->entry, receiver) == NULL
			 : tombs_find(&event->r->tombs, message->id, message->creatorid) != NULL;

	/* (0, 0) asks for a bulk transfer. */
	if (lacks && message->id != 0)
		receiver->predicted[PFREPLAY_BADSTATE]++;
}

static void
simple_bad_value(struct event *event, struct node *receiver)
{
	(void)event;
	receiver->predicted[receiver->traits->bad_value]++;
}

const struct pfreplay_rules rules_simple = {
    .on =
	{
	    [PFSYNC_ACT_INS] = simple_insert,
	    [PFSYNC_ACT_UPD] = simple_update,
	    [PFSYNC_ACT_UPD_C] = simple_update_compressed,
	    [PFSYNC_ACT_DEL] = simple_remove,
	    [PFSYNC_ACT_DEL_C] = simple_remove,
	    [PFSYNC_ACT_CLR] = simple_clear,
	    [PFSYNC_ACT_UPD_REQ] = simple_request,
	},
    .bad_value = simple_bad_value,
};
