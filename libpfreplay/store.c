/*
 * store.c - entries and views, and their end.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "families/rules.h"
#include "held.h"
#include "internal.h"

/* How many entries one new state may look at when it needs room, and how long
 * a state must be due on every node before it may go. */
#define EVICT_LOOKS 64
#define EVICT_DUE_NS (60 * EXPIRY_NS_PER_S)

uint32_t
store_find(const struct pfreplay *r, uint64_t id, uint32_t creatorid)
{
	return table_find(&r->table, id, creatorid, table_hash(&r->table, id, creatorid));
}

static struct entry *
entry_of(const struct pfreplay *r, uint32_t number)
{
	return table_entry(&r->table, number);
}

static void
entry_remove(struct pfreplay *r, uint32_t number)
{
	keys_remove(r, number);
	facts_drop(&r->facts, entry_of(r, number)->facts);
	creators_unlink(&r->creators, &r->table, number);
	table_remove(&r->table, number);
}

bool
store_tidy(struct pfreplay *r, uint32_t number)
{
	if (number == 0 || !view_none(entry_of(r, number)))
		return false;
	entry_remove(r, number);
	return true;
}

static bool
long_due(const struct pfreplay *r, uint32_t number)
{
	struct entry *entry = entry_of(r, number);
	const struct view *view;
	uint32_t position = 0;

	while ((view = view_next(&r->spill, entry, &position)) != NULL)
		if (r->now_ns - store_due_ns(r, view) < EVICT_DUE_NS)
			return false;
	return true;
}

static void
entry_evict(struct pfreplay *r, uint32_t number)
{
	struct entry *entry = entry_of(r, number);

	while (!view_none(entry))
		store_view_remove(r, entry, number, r->nodes.list[entry->view[0].node]);
	entry_remove(r, number);
	r->totals.states_evicted++;
}

/* Make room for one entry, in bounded time.  False if there is none. */
static bool
evict(struct pfreplay *r)
{
	uint32_t used = r->table.entries.used;

	for (uint32_t looks = 0; looks < EVICT_LOOKS && looks < used; looks++) {
		uint32_t number = r->evict_next % used + 1;

		r->evict_next = number;
		if (entry_of(r, number)->live && long_due(r, number)) {
			entry_evict(r, number);
			return true;
		}
	}
	return false;
}

bool
store_make(struct event *event)
{
	struct pfreplay *r = event->r;
	uint64_t id = event->message->id;
	uint32_t creatorid = event->message->creatorid;
	uint64_t hash;

	if (event->entry != NULL)
		return true;
	hash = table_hash(&r->table, id, creatorid);
	event->number = table_add(&r->table, id, creatorid, hash);
	if (event->number == 0 && evict(r))
		event->number = table_add(&r->table, id, creatorid, hash);
	if (event->number == 0) {
		r->totals.states_refused++;
		return false;
	}
	creators_link(&r->creators, &r->table, event->number);
	event->entry = entry_of(r, event->number);
	event->created = true;
	return true;
}

struct view *
store_view_add(struct pfreplay *r, struct entry *entry, struct node *node)
{
	struct view *view = view_add(&r->spill, entry, node->index);

	if (view == NULL) {
		r->totals.states_refused++;
		return NULL;
	}
	node->views++;
	return view;
}

bool
store_view_remove(struct pfreplay *r, struct entry *entry, uint32_t number, struct node *node)
{
	struct view *view = entry != NULL ? store_view(r, entry, node) : NULL;

	if (view == NULL)
		return false;
	odd_drop(r, view, number);
	view_remove(&r->spill, entry, node->index);
	node->views--;
	return true;
}

enum match { MATCHES, MATCHES_NOT, MATCHES_PERHAPS };

static bool
is_floating(const char *ifname)
{
	return strcmp(ifname, "all") == 0;
}

static enum match
matches_interface(const struct traits *traits, const struct store_filter *filter)
{
	const char *ifname = traits->ifname;

	if (filter->by_origin && is_floating(ifname)) {
		if (traits->orig_ifname[0] == '\0')
			return MATCHES_PERHAPS;
		ifname = traits->orig_ifname;
	}
	return strncmp(ifname, filter->ifname, sizeof(traits->ifname)) == 0 ? MATCHES : MATCHES_NOT;
}

static enum match
matches(const struct pfreplay *r, const struct entry *entry, const struct view *view,
    const struct store_filter *filter)
{
	if (view->evidence_ns >= filter->before_ns)
		return MATCHES_NOT;
	if (filter->unasserted_only && (view->bits & VIEW_STANDING) == PFREPLAY_ASSERTED)
		return MATCHES_NOT;
	if (filter->ifname == NULL || filter->ifname[0] == '\0')
		return MATCHES;
	/* A state of which only UPD_C was seen may be bound to anything. */
	if (entry->facts == 0)
		return filter->by_origin ? MATCHES_PERHAPS : MATCHES_NOT;
	return matches_interface(&facts_at(&r->facts, entry->facts)->shared->traits, filter);
}

static uint64_t
remove_of_creator(
    struct pfreplay *r, struct node *node, uint32_t creatorid, const struct store_filter *filter)
{
	uint32_t number = creators_first(&r->creators, creatorid), next;
	uint64_t removed = 0;

	for (; number != 0 && node->views != 0; number = next) {
		struct entry *entry = entry_of(r, number);
		struct view *view = store_view(r, entry, node);

		next = entry->next;
		if (view == NULL)
			continue;
		switch (matches(r, entry, view, filter)) {
		case MATCHES:
			store_view_remove(r, entry, number, node);
			store_tidy(r, number);
			removed++;
			break;
		case MATCHES_PERHAPS:
			view_stand(view, PFREPLAY_UNKNOWN);
			break;
		case MATCHES_NOT:
			break;
		}
	}
	return removed;
}

/*
 * A CLR may walk the whole table and remove next to nothing.  What messages
 * earn pays for that, so that no capture takes longer than its length allows.
 */
static bool
can_pay(struct pfreplay *r, struct node *node, uint64_t cost)
{
	if (cost <= r->credit) {
		r->credit -= cost;
		return true;
	}
	r->totals.clears_refused++;
	node->restarted = true;
	node->clear_not_done = true;
	node->kept_ns = 0;
	node->restarted_ns = r->now_ns;
	return false;
}

uint64_t
store_remove(
    struct pfreplay *r, struct node *node, const struct store_filter *filter, bool *refused)
{
	GList *creators;
	uint64_t removed = 0, cost = r->table.entries.live;

	if (node->views == 0)
		return 0;
	if (filter->creatorid != NULL)
		cost = creators_count(&r->creators, *filter->creatorid);
	if (!can_pay(r, node, cost)) {
		if (refused != NULL)
			*refused = true;
		return 0;
	}
	if (filter->creatorid != NULL)
		return remove_of_creator(r, node, *filter->creatorid, filter);
	/* A copy: a creator without states leaves the set. */
	creators = g_hash_table_get_keys(r->creators.by_id);
	for (GList *l = creators; l != NULL; l = l->next)
		l->data = GUINT_TO_POINTER(((const struct creator *)l->data)->id);
	for (GList *l = creators; l != NULL && node->views != 0; l = l->next)
		removed += remove_of_creator(r, node, GPOINTER_TO_UINT(l->data), filter);
	g_list_free(creators);
	return removed;
}

/* A request leaves within a second; with some slack. */
#define ASKS_NS (2 * EXPIRY_NS_PER_S)

/* The node's view of entry `number` if it is a prediction and has facts. */
static struct view *
predicted(struct pfreplay *r, uint32_t number, const struct node *node)
{
	struct entry *entry = entry_of(r, number);
	struct view *view;

	if (!entry->live || entry->facts == 0)
		return NULL;
	view = store_view(r, entry, node);
	return view != NULL && (view->bits & VIEW_STANDING) == PFREPLAY_PREDICTED ? view : NULL;
}

void
store_doubt(struct pfreplay *r, struct node *node, int64_t made_since_ns)
{
	if (!can_pay(r, node, r->table.entries.live))
		return;
	for (uint32_t number = 1; number <= r->table.entries.used; number++) {
		struct view *view = predicted(r, number, node);

		if (view != NULL &&
		    facts_at(&r->facts, entry_of(r, number)->facts)->creation_ns >= made_since_ns)
			view_stand(view, PFREPLAY_UNKNOWN);
	}
}

uint64_t
store_held(struct pfreplay *r, struct node *node, const char *ifname)
{
	const struct store_filter filter = {.ifname = ifname, .before_ns = INT64_MAX};
	uint64_t held = 0;

	if (!can_pay(r, node, r->table.entries.live))
		return 0;
	for (uint32_t number = 1; number <= r->table.entries.used; number++) {
		const struct view *view = predicted(r, number, node);
		const struct facts *facts;

		if (view == NULL || matches(r, entry_of(r, number), view, &filter) != MATCHES)
			continue;
		facts = facts_at(&r->facts, entry_of(r, number)->facts);
		held += view->evidence_ns - facts->creation_ns > ASKS_NS &&
			r->now_ns - view->evidence_ns > ASKS_NS;
	}
	return held;
}

/* Who sent what the view follows from, as long as that was the last it said. */
static const struct view *
source_of(const struct pfreplay *r, struct entry *entry, const struct view *view)
{
	const struct view *other;
	uint32_t position = 0;

	while ((other = view_next(&r->spill, entry, &position)) != NULL)
		if (other != view && other->evidence == view->evidence &&
		    (other->bits & VIEW_STANDING) == PFREPLAY_ASSERTED)
			return other;
	return NULL;
}

void
store_reborn(struct pfreplay *r, struct node *node)
{
	if (!can_pay(r, node, r->table.entries.live))
		return;
	for (uint32_t number = 1; number <= r->table.entries.used; number++) {
		struct entry *entry = entry_of(r, number);
		struct view *view = entry->live ? store_view(r, entry, node) : NULL;
		const struct view *source;

		if (view == NULL || (view->bits & VIEW_STANDING) == PFREPLAY_ASSERTED)
			continue;
		source = source_of(r, entry, view);
		held_taken(r, view, source);
		/* Of several requests, which one was it that found the table empty? */
		if (node->restarts > 1 || source == NULL ||
		    (source->bits & VIEW_LIFE_STATED) == 0 || node->rules->life != LIFE_AS_STATED)
			continue;
		view->bits |= VIEW_LIFE_STATED;
		view->life_ms = source->life_ms;
	}
}

/* Move the view of `from`, unless `into` has one that counts for more. */
static void
view_hand_over(struct pfreplay *r, uint32_t number, struct node *into, struct node *from)
{
	struct entry *entry = entry_of(r, number);
	struct view *view = store_view(r, entry, from), copy;
	uint32_t odd = 0;
	struct peers peers;

	if (view == NULL)
		return;
	peers = *view_peers(entry, view);
	if ((view->bits & VIEW_ODD) != 0)
		odd = facts_copy(&r->facts, odd_facts(r, entry, view, number));
	copy = *view;
	copy.bits &= (uint8_t)~VIEW_ODD;
	store_view_remove(r, entry, number, from);
	view = store_view(r, entry, into);
	/* What the wire said stands: see apply_beside_wire(). */
	if (view != NULL && (into->on_wire || view->evidence_ns > copy.evidence_ns)) {
		facts_drop(&r->facts, odd);
		return;
	}
	if (view == NULL)
		view = store_view_add(r, entry, into);
	if (view == NULL) {
		facts_drop(&r->facts, odd);
		return;
	}
	odd_drop(r, view, number);
	*view = copy;
	view->node = into->index;
	odd_set(r, view, number, odd);
	*view_own_peers(entry, view) = peers;
}

void
store_join(struct pfreplay *r, struct node *into, struct node *from)
{
	for (uint32_t number = 1; number <= r->table.entries.used && from->views != 0; number++)
		if (entry_of(r, number)->live)
			view_hand_over(r, number, into, from);
}

void
store_said(struct event *event)
{
	struct entry *entry = event->entry;
	struct peers *peers = &entry->peers;

	/* Sharing views follow together. */
	if (entry->apart || !event->followed)
		peers = view_own_peers(entry, event->said_view);
	peer_take(&peers->src, event->src);
	peer_take(&peers->dst, event->dst);
	if (event->followed)
		view_try_share(entry);
}

int64_t
store_due_ns(const struct pfreplay *r, const struct view *view)
{
	const struct node *node = r->nodes.list[view->node];

	return expiry_due_ns(view,
	    expiry_timeout_s(node->given_s, &node->timeouts, &r->timeouts, view->timeout),
	    node->given_s, node->views);
}

enum pfreplay_standing
store_standing(const struct pfreplay *r, const struct view *view)
{
	const struct node *node = r->nodes.list[view->node];

	if (r->now_ns >= store_due_ns(r, view))
		return PFREPLAY_DUE;
	if (node->restarted && view->evidence_ns < node->restarted_ns &&
	    view->evidence_ns > node->kept_ns)
		return PFREPLAY_UNKNOWN;
	/* Credited to it: it may not have been there to receive it. */
	if (node->was_credited && view->evidence_ns < node->first_ns &&
	    (view->bits & VIEW_STANDING) == PFREPLAY_PREDICTED)
		return PFREPLAY_UNKNOWN;
	return (enum pfreplay_standing)(view->bits & VIEW_STANDING);
}
