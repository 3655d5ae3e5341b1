/*
 * take.c - INS, UPD and UPD_C at a receiver (SEM 2.2 - 2.5).
 *
 * SPDX-License-Identifier: ISC
 */
#include "doubt.h"
#include "held.h"
#include "rules.h"

/* The receiver's view and the sender's are the two of the entry itself. */
static bool
both_inline(const struct event *event, const struct entry *entry, const struct view *view)
{
	return event->said_view != NULL && view_is_inline(entry, event->said_view) &&
	       view_is_inline(entry, view);
}

/* --- as new --------------------------------------------------------------- */

/* It takes the state in as new.  NULL if there is no room for it here. */
static struct view *
import(struct event *event, struct node *receiver)
{
	struct view *view = store_view_add(event->r, event->entry, receiver);
	struct entry *entry = event->entry;
	struct peers *peers;

	if (view == NULL)
		return NULL;
	peers = view_own_peers(entry, view);
	peer_take(&peers->src, event->src);
	peer_take(&peers->dst, event->dst);
	event->followed |= both_inline(event, entry, view);
	view->timeout = event->timeout;
	view->evidence_ns = event->time_ns;
	view->evidence = event->evidence;
	view_stand(view, PFREPLAY_PREDICTED);
	held_imported(event, receiver, view);
	/* SEM 4.2: an import lives for what was stated, or, before, for that
	 * and the whole timeout once more. */
	if (receiver->rules->life == LIFE_AS_STATED && event->expire_s != 0)
		view_live_stated(view, event->expire_s);
	else
		ruletime_refresh(event->r, entry, event->number, view,
		    receiver->rules->life == LIFE_PLUS_TIMEOUT ? event->expire_s : 0);
	doubt_imported(event, receiver, view);
	odd_follow(event, receiver, view);
	return view;
}

/*
 * States of pfsync itself: the receiver has its own with that key, most likely,
 * which never travels and would be in the way.
 */
static void
import_own_protocol(struct event *event, struct node *receiver)
{
	struct view *view = store_view(event->r, event->entry, receiver);

	if (view == NULL || event->entry->proto != PFSYNC_IPPROTO)
		return;
	view_stand(view, PFREPLAY_UNKNOWN);
	receiver->badstate_maybe += event->message->action == PFSYNC_ACT_UPD;
}

/* No room: what comes behind it is given up as well (SEM 2.2). */
static void
full(struct event *event, struct node *receiver)
{
	switch (receiver->rules->full) {
	case FULL_ENDS_PACKET:
		deliver_stop(event, receiver);
		break;
	case FULL_ENDS_SECTION:
		deliver_stop_section(event, receiver);
		break;
	case FULL_GOES_ON:
		break;
	}
}

/* FreeBSD skips these and calls it success (SEM 2.2). */
static bool
is_silent(enum watch_outcome why)
{
	return why == WATCH_REFUSED_IFNAME || why == WATCH_REFUSED_ROUTE;
}

void
take_insert(struct event *event, struct node *receiver)
{
	struct view *view = store_view(event->r, event->entry, receiver);
	enum watch_outcome why;

	if (view != NULL) {
		/* "exists" (SEM 1.5) */
		outcome(event, receiver, view,
		    odd_differs(event, receiver, view) ? WATCH_REFUSED_ID : WATCH_EXISTS,
		    receiver->rules->insert_fails);
		return;
	}
	why = receiver->rules->refuses(event, receiver);
	if (why == WATCH_IMPORTED) {
		outcome(event, receiver, NULL, why, NOT_COUNTED);
		(void)import(event, receiver);
		import_own_protocol(event, receiver);
		return;
	}
	outcome(event, receiver, NULL, why,
	    is_silent(why) ? NOT_COUNTED : receiver->rules->insert_fails);
	if (why == WATCH_REFUSED_LIMIT)
		full(event, receiver);
}

/* --- known ---------------------------------------------------------------- */

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
	ruletime_refresh(event->r, event->entry, event->number, view,
	    receiver->rules->life == LIFE_PLUS_TIMEOUT ? event->expire_s : 0);
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

static bool
goes_back(const struct event *event, const struct peers *local, unsigned how)
{
	return (merge_judge(MERGE_C, how, &local->src, &local->dst, event->src, event->dst) &
		   MERGE_STALE) != 0;
}

static enum watch_outcome
merge_outcome(const struct event *event, const struct node *receiver, const struct view *view,
    unsigned how, unsigned result)
{
	if ((result & MERGE_TAKE_BOTH) != 0 && odd_differs(event, receiver, view))
		return WATCH_MIXED;
	if ((result & MERGE_ROLLED_BACK) != 0)
		return WATCH_ROLLED_BACK;
	switch (result & MERGE_TAKE_BOTH) {
	case 0:
		return WATCH_STALE;
	case MERGE_TAKE_SRC:
		return WATCH_MERGED_SRC;
	case MERGE_TAKE_DST:
		return WATCH_MERGED_DST;
	default:
		break;
	}
	if (receiver->era == MERGE_NO_TEST && receiver->family != PFREPLAY_FAMILY_UNKNOWN &&
	    goes_back(event, view_peers(event->entry, view), how))
		return WATCH_OVERWRITTEN;
	return WATCH_MERGED;
}

/* Is it anything but the merge of nearly all messages, or are all wanted? */
static bool
is_told(const struct event *event, const struct node *receiver, unsigned result)
{
	const struct pfreplay *r = event->r;

	return (result & MERGE_STALE) != 0 || r->odd.count != 0 || receiver->discards != NULL ||
	       (r->watchers.outcomes & WATCH_OUTCOME(WATCH_MERGED)) != 0 ||
	       (receiver->era == MERGE_NO_TEST &&
		   (r->watchers.outcomes & WATCH_OUTCOME(WATCH_OVERWRITTEN)) != 0);
}

static void
tell_merge(
    struct event *event, struct node *receiver, struct view *view, unsigned how, unsigned result)
{
	outcome(event, receiver, view, merge_outcome(event, receiver, view, how, result),
	    (result & MERGE_STALE) != 0 ? receiver->rules->stale : NOT_COUNTED);
}

/* So that its answer is known for what it is. */
static void
remember_stale(struct event *event, const struct node *receiver)
{
	struct pfreplay *r = event->r;
	struct stale *stale;

	if (r->stales == NULL)
		r->stales = side_new(sizeof(struct stale), STALES_MAX);
	stale = side_make(r->stales, event->message->id, event->message->creatorid, NULL);
	stale->node = receiver->index;
	stale->time_ns = event->time_ns;
	event->entry->marks |= WATCH_MARK_STALE;
}

static void
merge(struct event *event, struct node *receiver, struct view *view)
{
	const struct entry *entry = event->entry;
	const struct peers *local = view_peers(entry, view);
	const unsigned how = (entry->proto == 6 ? MERGE_TCP : 0) |
			     (event->message->action == PFSYNC_ACT_UPD_C ? MERGE_COMPRESSED : 0);
	const unsigned result =
	    merge_judge(receiver->era, how, &local->src, &local->dst, event->src, event->dst);

	if ((result & MERGE_STALE) != 0 && event->r->watchers.wants_proof)
		remember_stale(event, receiver);
	if (is_told(event, receiver, result))
		tell_merge(event, receiver, view, how, result);
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

void
take_update(struct event *event, struct node *receiver)
{
	struct view *view = store_view(event->r, event->entry, receiver);
	enum watch_outcome why;

	if (view != NULL) {
		bool unsure = store_standing(event->r, view) == PFREPLAY_UNKNOWN;

		merge(event, receiver, view);
		if (unsure)
			import_own_protocol(event, receiver);
		return;
	}
	why = receiver->rules->refuses(event, receiver);
	outcome(event, receiver, NULL, why,
	    why == WATCH_IMPORTED || is_silent(why) ? NOT_COUNTED : PFREPLAY_BADSTATE);
	if (why != WATCH_IMPORTED)
		return;
	(void)import(event, receiver);
	import_own_protocol(event, receiver);
}

void
take_update_compressed(struct event *event, struct node *receiver)
{
	struct view *view =
	    event->entry != NULL ? store_view(event->r, event->entry, receiver) : NULL;

	if (view != NULL) {
		merge(event, receiver, view);
		return;
	}
	if (!event->created) {
		/* It does not have it, and will ask. */
		outcome(event, receiver, NULL, WATCH_ASKED_FOR,
		    receiver->rules->unknown_upd_c_counts ? PFREPLAY_BADSTATE : NOT_COUNTED);
		return;
	}
	/* Nobody spoke of this state before: the capture began later than the
	 * state.  If the receiver lacks it, it will ask for it. */
	outcome(event, receiver, NULL, WATCH_ASSUMED, NOT_COUNTED);
	view = import(event, receiver);
	if (view != NULL)
		view_stand(view, PFREPLAY_UNKNOWN);
}

void
take_bad_value(struct event *event, struct node *receiver)
{
	const struct view *view =
	    event->entry != NULL ? store_view(event->r, event->entry, receiver) : NULL;

	outcome(event, receiver, view, WATCH_REFUSED_VALUE, receiver->rules->bad_value);
}
