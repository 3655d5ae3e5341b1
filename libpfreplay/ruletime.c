/*
 * ruletime.c - timeouts that single rules have of their own (see ruletime.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "internal.h"

/* More rules than anybody has; input may name any number. */
#define RULETIMES_MAX 65536

/* Compared byte by byte: always made from zeroed memory. */
struct rule_key {
	uint8_t cksum[16];
	uint32_t rule;
	uint32_t timeout_class;
};

struct ruletime {
	struct rule_key key;
	struct expiry_evidence evidence; /* of that class only */
};

static guint
key_hash(gconstpointer pointer)
{
	const struct rule_key *key = pointer;
	uint64_t words[3], h = 0;

	_Static_assert(sizeof(words) == sizeof(*key), "all of it");
	memcpy(words, key, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		h = (h ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return (guint)(h >> 32);
}

static gboolean
key_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, sizeof(struct rule_key)) == 0;
}

void
ruletimes_clear(struct ruletimes *times)
{
	if (times->by_rule != NULL)
		g_hash_table_destroy(times->by_rule);
	memset(times, 0, sizeof(*times));
}

static struct rule_key
key_of(const struct node *node, uint32_t rule, unsigned timeout_class)
{
	struct rule_key key;

	memset(&key, 0, sizeof(key));
	memcpy(key.cksum, node->cksum, sizeof(key.cksum));
	key.rule = rule;
	key.timeout_class = timeout_class;
	return key;
}

static uint32_t
class_timeout_s(const struct pfreplay *r, const struct node *node, unsigned timeout_class)
{
	return expiry_timeout_s(node->given_s, &node->timeouts, &r->timeouts, timeout_class);
}

/* What the rule proves to have of its own; 0 = the timeout of the class will do. */
static uint32_t
own_timeout_s(const struct pfreplay *r, const struct node *node, const struct ruletime *time)
{
	unsigned timeout_class = time->key.timeout_class;
	const struct expiry_bounds *bounds = &time->evidence.bounds[timeout_class];
	uint32_t class_s = class_timeout_s(r, node, timeout_class);

	if (bounds->least_s == 0 || (class_s >= bounds->least_s && class_s <= bounds->most_s))
		return 0;
	/* A young state pins it down to a second; then the record is right. */
	return class_s < bounds->least_s || bounds->most_s - bounds->least_s <= 1 ? bounds->least_s
										  : bounds->most_s;
}

void
ruletime_learn(struct event *event)
{
	struct ruletimes *times = &event->r->ruletimes;
	const struct node *node = event->sender;
	const struct pfsync_state *state = &event->message->u.state;
	struct rule_key key;
	struct ruletime *time;

	if (!node->has_cksum || !pfsync_has(event->message, PFSYNC_F_RULE) ||
	    state->rule == PFSYNC_RULE_NONE || event->timeout >= PFREPLAY_TIMEOUTS)
		return;
	key = key_of(node, state->rule, event->timeout);
	if (times->by_rule == NULL)
		times->by_rule = g_hash_table_new_full(key_hash, key_equal, NULL, g_free);
	time = g_hash_table_lookup(times->by_rule, &key);
	if (time == NULL) {
		if (g_hash_table_size(times->by_rule) == RULETIMES_MAX)
			return;
		time = g_new0(struct ruletime, 1);
		time->key = key;
		g_hash_table_insert(times->by_rule, &time->key, time);
	}
	expiry_learn(&time->evidence, event->timeout, event->expire_s, state->creation_s);
	times->any = times->any || own_timeout_s(event->r, node, time) != 0;
}

static uint32_t
timeout_of(
    const struct pfreplay *r, const struct entry *entry, uint32_t number, const struct view *view)
{
	const struct node *node = r->nodes.list[view->node];
	uint32_t facts = odd_facts(r, entry, view, number);
	const struct ruletime *time;
	struct rule_key key;

	if (!r->ruletimes.any || !node->has_cksum || facts == 0 ||
	    (view->bits & (VIEW_IMPORTED | VIEW_BOUND)) == VIEW_IMPORTED)
		return 0;
	key = key_of(node, facts_at(&r->facts, facts)->shared->traits.rule, view->timeout);
	time = g_hash_table_lookup(r->ruletimes.by_rule, &key);
	return time != NULL ? own_timeout_s(r, node, time) : 0;
}

void
ruletime_refresh(const struct pfreplay *r, const struct entry *entry, uint32_t number,
    struct view *view, uint32_t ahead_s)
{
	uint32_t timeout_s = timeout_of(r, entry, number, view);

	if (timeout_s != 0)
		view_live_stated(view, timeout_s + ahead_s);
	else
		view_live_fresh(view, ahead_s);
}
