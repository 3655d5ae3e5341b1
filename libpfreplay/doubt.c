/*
 * doubt.c - a firewall that does not take in what it is sent (see doubt.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "doubt.h"

/* States that were asked for lately. */
#define ROUNDS_MAX 4096
/*
 * One lost packet is one round; of a thousand states under 5 % loss hardly one
 * is asked for three times.  Three that were, or one that was five times, are
 * no accident.
 */
#define ROUNDS_LEAST 3
#define ROUNDS_SURE 5
#define STATES_LEAST 3
/* So long after the latest such round it is thought to go on. */
#define REJECTS_NS (30 * EXPIRY_NS_PER_S)

struct round {
	uint16_t node;
	uint16_t rounds;
};

/* The interface that the entry is bound to; NULL if it is not known. */
static const char *
ifname_of(const struct event *event)
{
	if (event->entry == NULL || event->entry->facts == 0)
		return NULL;
	return facts_at(&event->r->facts, event->entry->facts)->shared->traits.ifname;
}

void
doubt_ifname_proven(const struct event *event)
{
	struct node *node = event->sender;
	const char *ifname = ifname_of(event);

	if (node->ifnames != NULL && ifname != NULL && ifnames_lacking(node->ifnames, ifname))
		(void)ifnames_use(node->ifnames, ifname);
}

/* How often it asked for this state after it was sent. */
static unsigned
count_round(const struct event *event)
{
	struct pfreplay *r = event->r;
	struct round *round;

	if (r->rounds == NULL)
		r->rounds = side_new(sizeof(struct round), ROUNDS_MAX);
	round = side_make(r->rounds, event->message->id, event->message->creatorid, NULL);
	if (round->node != event->sender->index)
		round->rounds = 0;
	round->node = event->sender->index;
	if (round->rounds < UINT16_MAX)
		round->rounds++;
	return round->rounds;
}

/* FreeBSD 10 and later: perhaps it lacks the interface. */
static void
doubt_ifname(struct event *event, const char *ifname, unsigned rounds)
{
	struct node *node = event->sender;
	struct store_filter gone = {.before_ns = INT64_MAX, .unasserted_only = true};
	char name[PFSYNC_IFNAMSIZ];

	if (node->family < PFREPLAY_V5F10 || node->family > PFREPLAY_V5F15)
		return;
	if (node->ifnames == NULL)
		node->ifnames = ifnames_new();
	if (!ifnames_doubt(node->ifnames, ifname, rounds))
		return;
	/* It has others there: the reason is another (D-11). */
	if (store_held(event->r, node, ifname) >= STATES_LEAST) {
		(void)ifnames_use(node->ifnames, ifname);
		return;
	}
	/* The entry may go with the first view that does. */
	memcpy(name, ifname, sizeof(name));
	gone.ifname = name;
	(void)store_remove(event->r, node, &gone, NULL);
}

/* Since when it may have refused states: when the first of them was made. */
static void
date_back(struct event *event)
{
	struct node *node = event->sender;
	int64_t made_ns = event->time_ns;

	if (event->entry != NULL && event->entry->facts != 0)
		made_ns = facts_at(&event->r->facts, event->entry->facts)->creation_ns;
	if (node->rejects_from_ns == 0 || made_ns < node->rejects_from_ns)
		node->rejects_from_ns = made_ns;
}

/*
 * It was taken for another release than it is: by its own dialect from now on,
 * and what it was thought to have read is not there.
 */
static void
give_back_family(struct pfreplay *r, struct node *node)
{
	const struct store_filter all = {.before_ns = INT64_MAX, .unasserted_only = true};

	node->family_settled = true;
	node_set_dialect(node, node->dialect);
	(void)store_remove(r, node, &all, NULL);
}

void
doubt_asked_again(struct event *event)
{
	struct node *node = event->sender;
	unsigned rounds = count_round(event);
	const char *ifname = ifname_of(event);
	uint64_t held = 0;

	if (rounds < ROUNDS_LEAST)
		return;
	if (ifname != NULL)
		doubt_ifname(event, ifname, rounds);
	date_back(event);
	node->rejected_states += rounds == ROUNDS_LEAST;
	if (node->rejected_states < STATES_LEAST && rounds < ROUNDS_SURE)
		return;
	if (event->time_ns >= node->rejects_until_ns) {
		if (node->family_borrowed)
			held = store_held(event->r, node, NULL);
		store_doubt(event->r, node, node->rejects_from_ns);
		if (node->family_borrowed && held < node->rejected_states)
			give_back_family(event->r, node);
	}
	node->rejects_until_ns = event->time_ns + REJECTS_NS;
}
