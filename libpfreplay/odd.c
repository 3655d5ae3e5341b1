/*
 * odd.c - views that go by the same id and are another state (see odd.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "held.h"
#include "internal.h"

static gint64
key_of(uint32_t number, uint16_t node)
{
	return (gint64)number << 16 | node;
}

void
odd_init(struct odd *odd)
{
	odd->facts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	odd->count = 0;
}

void
odd_clear(struct odd *odd)
{
	g_hash_table_destroy(odd->facts);
}

static uint32_t
own_facts(const struct pfreplay *r, const struct view *view, uint32_t number)
{
	gint64 key = key_of(number, view->node);

	return GPOINTER_TO_UINT(g_hash_table_lookup(r->odd.facts, &key));
}

uint32_t
odd_facts(
    const struct pfreplay *r, const struct entry *entry, const struct view *view, uint32_t number)
{
	return (view->bits & VIEW_ODD) != 0 ? own_facts(r, view, number) : entry->facts;
}

void
odd_drop(struct pfreplay *r, struct view *view, uint32_t number)
{
	gint64 key = key_of(number, view->node);

	if ((view->bits & VIEW_ODD) == 0)
		return;
	facts_drop(&r->facts, own_facts(r, view, number));
	g_hash_table_remove(r->odd.facts, &key);
	r->odd.count--;
	view->bits &= (uint8_t)~VIEW_ODD;
}

void
odd_set(struct pfreplay *r, struct view *view, uint32_t number, uint32_t facts)
{
	gint64 key = key_of(number, view->node);

	odd_drop(r, view, number);
	if (facts == 0)
		return;
	g_hash_table_insert(r->odd.facts, g_memdup2(&key, sizeof(key)), GUINT_TO_POINTER(facts));
	r->odd.count++;
	view->bits |= VIEW_ODD;
}

bool
odd_differs(const struct event *event, const struct node *receiver, const struct view *view)
{
	const struct pfreplay *r = event->r;
	const struct view *said = event->said_view;

	(void)receiver;
	if (r->odd.count == 0 || said == NULL || ((said->bits | view->bits) & VIEW_ODD) == 0)
		return false;
	return !facts_same(&r->facts, odd_facts(r, event->entry, said, event->number),
	    odd_facts(r, event->entry, view, event->number));
}

void
odd_follow(struct event *event, const struct node *receiver, struct view *view)
{
	const struct view *said = event->said_view;

	(void)receiver;
	if (said == NULL || (said->bits & VIEW_ODD) == 0 ||
	    !pfsync_has(event->message, PFSYNC_F_PROTO))
		return;
	odd_set(event->r, view, event->number,
	    facts_put(&event->r->facts, 0, event->message, event->time_ns));
}

/* Has a node besides the sender a view of it? */
static bool
others_have_it(const struct event *event, const struct view *view)
{
	const struct view *other;
	uint32_t position = 0;

	while ((other = view_next(&event->r->spill, event->entry, &position)) != NULL)
		if (other != view && (other->bits & VIEW_ODD) == 0)
			return true;
	return false;
}

static void
put_for_all(struct event *event)
{
	struct pfreplay *r = event->r;
	struct entry *entry = event->entry;
	struct keys_at before = {.count = 0};

	if (r->keys.on && entry->facts != 0)
		before = keys_where(r, event->number);
	entry->facts = facts_put(&r->facts, entry->facts, event->message, event->time_ns);
	if (r->keys.on)
		keys_move(r, event->number, &before);
	if (pfsync_has(event->message, PFSYNC_F_PROTO))
		entry->proto = event->message->u.state.proto;
}

/*
 * Does the record say other things of the state than those who hold it know by
 * its id: another connection, or other fields beside the peers, which a full
 * update changes at its sender only (SEM 2.3)?
 */
static bool
says_other(const struct event *event)
{
	const struct facts_store *store = &event->r->facts;
	uint32_t facts = event->entry->facts;

	if (facts == 0)
		return false;
	return facts_differ(store, facts, event->message) ||
	       (event->message->action == PFSYNC_ACT_UPD &&
		   facts_traits_differ(store, facts, event->message));
}

/* What its maker said of the state stands: see held.h. */
static bool
is_of_a_taker(const struct event *event, const struct view *view)
{
	return view != NULL && held_is_imported(view) && event->entry->facts != 0 &&
	       !facts_differ(&event->r->facts, event->entry->facts, event->message);
}

void
odd_put_facts(struct event *event, struct view *view)
{
	struct pfreplay *r = event->r;
	struct entry *entry = event->entry;
	bool differs;

	if (entry == NULL)
		return;
	if (is_of_a_taker(event, view)) {
		odd_drop(r, view, event->number);
		facts_count(&r->facts, entry->facts, event->message);
		return;
	}
	differs = view != NULL && says_other(event);

	if (view != NULL && (view->bits & VIEW_ODD) != 0) {
		odd_drop(r, view, event->number);
		differs = differs && others_have_it(event, view);
	} else if (!differs || !others_have_it(event, view))
		differs = false;
	if (differs)
		odd_set(r, view, event->number,
		    facts_put(&r->facts, 0, event->message, event->time_ns));
	else
		put_for_all(event);
}
