/*
 * keys.c - which states have the same addresses (see keys.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define SLOTS_MIN 1024

/* One of a state's two keys, as pf compares them. */
struct one_key {
	struct pfsync_addr addr[2];
	uint16_t port[2];
	uint8_t proto;
	uint8_t v4;
};

struct both_keys {
	struct one_key key[2];
	unsigned count; /* 1 if wire and stack are the same, 0 if there are none */
};

static void
copy_addr(struct pfsync_addr *to, const struct pfsync_addr *from, bool v4)
{
	memset(to, 0, sizeof(*to));
	memcpy(to->b, from->b, v4 ? 4 : sizeof(to->b));
}

/* Indexes are those of facts.addr and facts.port. */
static void
take_key(struct one_key *key, const struct facts *facts, unsigned first, unsigned second)
{
	const struct traits *traits = &facts->shared->traits;
	unsigned af = traits->af_number != 0 ? traits->af_number : traits->wire_af;

	memset(key, 0, sizeof(*key));
	key->v4 = pfsync_af_of((uint8_t)af) == PFSYNC_AF_INET;
	key->proto = traits->proto;
	copy_addr(&key->addr[0], &facts->addr[first], key->v4);
	copy_addr(&key->addr[1], &facts->addr[second], key->v4);
	key->port[0] = facts->port[first];
	key->port[1] = facts->port[second];
}

static struct both_keys
keys_of(const struct pfreplay *r, const struct entry *entry)
{
	const struct facts *facts;
	struct both_keys keys = {.count = 0};

	if (entry->facts == 0)
		return keys;
	facts = facts_at(&r->facts, entry->facts);
	if (facts_have_hosts(facts)) {
		/* lan, gwy, ext: wire = {ext, gwy}, stack = {ext, lan} */
		take_key(&keys.key[0], facts, 2, 1);
		take_key(&keys.key[1], facts, 2, 0);
	} else {
		take_key(&keys.key[0], facts, 0, 1);
		take_key(&keys.key[1], facts, 2, 3);
	}
	keys.count = memcmp(&keys.key[0], &keys.key[1], sizeof(keys.key[0])) == 0 ? 1 : 2;
	return keys;
}

static uint32_t
hash_of(const struct pfreplay *r, const struct one_key *key)
{
	uint64_t words[5] = {0}, h = r->table.seed;

	_Static_assert(sizeof(*key) <= sizeof(words), "all of it");
	memcpy(words, key, sizeof(*key));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		h = (h ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return (uint32_t)((h * UINT64_C(0xd6e8feb86659fd93)) >> 32);
}

struct keys_at
keys_where(const struct pfreplay *r, uint32_t number)
{
	struct both_keys both = keys_of(r, table_entry(&r->table, number));
	struct keys_at at = {.count = both.count};

	for (unsigned i = 0; i < both.count; i++)
		at.hash[i] = hash_of(r, &both.key[i]);
	return at;
}

static struct key_slot *
slots_new(uint32_t count)
{
	struct key_slot *slots = memory_pages(count * sizeof(*slots));

	memset(slots, 0, count * sizeof(*slots));
	return slots;
}

/* pf has two states of one key on each interface at most; more are made up, and
 * would make every step as long as there are of them. */
#define ALIKE_MAX 32

static void
place(struct keys *keys, uint32_t hash, uint32_t number)
{
	uint32_t i = hash & keys->mask;
	unsigned alike = 0;

	for (; keys->slots[i].number != 0; i = (i + 1) & keys->mask)
		alike += keys->slots[i].hash == hash;
	if (alike >= ALIKE_MAX) {
		keys->left_out++;
		return;
	}
	keys->slots[i].number = number;
	keys->slots[i].hash = hash;
	keys->count++;
}

static void
grow(struct keys *keys)
{
	struct key_slot *old = keys->slots;
	uint32_t old_mask = keys->mask;

	keys->mask = old_mask * 2 + 1;
	keys->slots = slots_new(keys->mask + 1);
	keys->count = 0;
	for (uint64_t i = 0; i <= old_mask; i++)
		if (old[i].number != 0)
			place(keys, old[i].hash, old[i].number);
	free(old);
}

static void
add(struct keys *keys, uint32_t number, const struct keys_at *at)
{
	if (keys->count + 2 > keys->mask / 4 * 3)
		grow(keys);
	for (unsigned i = 0; i < at->count; i++)
		place(keys, at->hash[i], number);
	keys->latest = number;
	keys->latest_at = *at;
}

void
keys_build(struct pfreplay *r)
{
	uint32_t slots = SLOTS_MIN;

	if (r->keys.on)
		return;
	while (slots / 4 < r->table.entries.live)
		slots *= 2;
	r->keys.on = true;
	r->keys.slots = slots_new(slots);
	r->keys.mask = slots - 1;
	for (uint32_t number = 1; number <= r->table.entries.used; number++) {
		struct keys_at at;

		if (!table_entry(&r->table, number)->live)
			continue;
		at = keys_where(r, number);
		add(&r->keys, number, &at);
	}
}

void
keys_clear(struct keys *keys)
{
	free(keys->slots);
	memset(keys, 0, sizeof(*keys));
}

static void
close_gap(struct keys *keys, uint32_t gap)
{
	for (uint32_t i = (gap + 1) & keys->mask; keys->slots[i].number != 0;
	     i = (i + 1) & keys->mask) {
		if (((i - keys->slots[i].hash) & keys->mask) < ((i - gap) & keys->mask))
			continue;
		keys->slots[gap] = keys->slots[i];
		gap = i;
	}
	keys->slots[gap].number = 0;
	keys->count--;
}

static void
remove_one(struct keys *keys, uint32_t hash, uint32_t number)
{
	for (uint32_t i = hash & keys->mask; keys->slots[i].number != 0; i = (i + 1) & keys->mask) {
		if (keys->slots[i].number != number || keys->slots[i].hash != hash)
			continue;
		close_gap(keys, i);
		return;
	}
	keys->left_out--;
}

static void
remove_at(struct pfreplay *r, uint32_t number, const struct keys_at *at)
{
	for (unsigned i = 0; i < at->count; i++)
		remove_one(&r->keys, at->hash[i], number);
	if (r->keys.latest == number)
		r->keys.latest = 0;
}

void
keys_remove(struct pfreplay *r, uint32_t number)
{
	struct keys_at at;

	if (!r->keys.on)
		return;
	at = keys_where(r, number);
	remove_at(r, number, &at);
}

void
keys_move(struct pfreplay *r, uint32_t number, const struct keys_at *before)
{
	struct keys_at now = keys_where(r, number);

	if (memcmp(&now, before, sizeof(now)) == 0)
		return;
	remove_at(r, number, before);
	add(&r->keys, number, &now);
}

/* --- who is in the way ---------------------------------------------------- */

static bool
has_key(const struct pfreplay *r, const struct entry *entry, const struct one_key *key)
{
	struct both_keys both = keys_of(r, entry);

	for (unsigned i = 0; i < both.count; i++)
		if (memcmp(&both.key[i], key, sizeof(*key)) == 0)
			return true;
	return false;
}

/* On the same interface, "all" being one, and in the same direction. */
static bool
same_place(const struct pfreplay *r, const struct entry *a, const struct entry *b)
{
	const struct traits *x = &facts_at(&r->facts, a->facts)->shared->traits;
	const struct traits *y = &facts_at(&r->facts, b->facts)->shared->traits;

	return x->direction == y->direction && memcmp(x->ifname, y->ifname, sizeof(x->ifname)) == 0;
}

/* Made by both ends' FINs: a new connection may take its place (SEM 1.5). */
static bool
gives_way(const struct entry *entry, const struct view *view)
{
	const struct peers *peers = view_peers(entry, view);

	return entry->proto == 6 && peers->src.state >= PFSYNC_TCPS_FIN_WAIT_2 &&
	       peers->dst.state >= PFSYNC_TCPS_FIN_WAIT_2;
}

/* Its end is near: pf closes it and the next purge takes it. */
static void
retire(const struct event *event, struct view *view)
{
	view->evidence_ns = event->time_ns;
	view_live_stated(view, 0);
}

/* What is at `node` under this key, or NULL; the slot to go on from in *at. */
static struct view *
resident(struct event *event, const struct one_key *key, uint32_t hash, struct node *node,
    uint32_t *at, struct entry **found)
{
	struct pfreplay *r = event->r;
	const struct keys *keys = &r->keys;

	for (; keys->slots[*at].number != 0; *at = (*at + 1) & keys->mask) {
		const struct key_slot *slot = &keys->slots[*at];
		struct entry *entry;
		struct view *view;

		if (slot->hash != hash || slot->number == event->number)
			continue;
		entry = table_entry(&r->table, slot->number);
		view = store_view(r, entry, node);
		if (view == NULL || (view->bits & VIEW_ODD) != 0 || !has_key(r, entry, key) ||
		    !same_place(r, entry, event->entry))
			continue;
		*at = (*at + 1) & keys->mask;
		*found = entry;
		return view;
	}
	return NULL;
}

/* Only what is certainly there is in the way: not what may have expired, and
 * not what the node may never have had. */
static bool
is_certain(const struct pfreplay *r, const struct view *view)
{
	enum pfreplay_standing standing = store_standing(r, view);

	return standing == PFREPLAY_ASSERTED || standing == PFREPLAY_PREDICTED;
}

/* Enough to look at for one state, whoever made so many alike. */
#define LOOKS_MAX 16

static bool
collides_at(
    struct event *event, const struct one_key *key, uint32_t hash, struct node *node, bool own)
{
	uint32_t at = hash & event->r->keys.mask;
	struct entry *entry;
	struct view *view;

	for (unsigned looks = 0; looks < LOOKS_MAX; looks++) {
		view = resident(event, key, hash, node, &at, &entry);
		if (view == NULL)
			return false;
		if (own || gives_way(entry, view)) {
			retire(event, view);
		} else if (is_certain(event->r, view)) {
			event->r->keys.in_the_way_id = entry->id;
			event->r->keys.in_the_way_creatorid = entry->creatorid;
			return true;
		}
	}
	return false;
}

static bool
collides(struct event *event, struct node *node, bool own)
{
	const struct keys *keys = &event->r->keys;
	struct both_keys both = keys_of(event->r, event->entry);
	struct keys_at at = keys->latest_at;
	bool found = false;

	if (keys->latest != event->number)
		at = keys_where(event->r, event->number);
	for (unsigned i = 0; i < both.count && !found; i++)
		found = collides_at(event, &both.key[i], at.hash[i], node, own);
	return found;
}

bool
keys_collide(struct event *event, struct node *node)
{
	return event->r->keys.on && event->entry != NULL && collides(event, node, false);
}

void
keys_give_way(struct event *event, struct node *node)
{
	if (event->r->keys.on && event->entry != NULL)
		(void)collides(event, node, true);
}

uint64_t
keys_elsewhere(const struct pfreplay *r, uint32_t number)
{
	struct entry *of = table_entry(&r->table, number);
	const struct keys *keys = &r->keys;
	struct both_keys both = {.count = 0};
	uint64_t nodes = 0;
	unsigned looks = 0;

	if (keys->on && of->facts != 0)
		both = keys_of(r, of);
	for (unsigned i = 0; i < both.count; i++) {
		uint32_t hash = hash_of(r, &both.key[i]), at = hash & keys->mask;

		for (; keys->slots[at].number != 0 && looks < LOOKS_MAX;
		     at = (at + 1) & keys->mask) {
			struct entry *entry = table_entry(&r->table, keys->slots[at].number);
			const struct view *view;
			uint32_t position = 0;

			if (keys->slots[at].hash != hash || entry == of ||
			    !has_key(r, entry, &both.key[i]) || !same_place(r, entry, of))
				continue;
			looks++;
			while ((view = view_next(&r->spill, entry, &position)) != NULL)
				if ((view->bits & VIEW_ODD) == 0 && is_certain(r, view))
					nodes |= UINT64_C(1) << view->node;
		}
	}
	return nodes;
}

uint64_t
keys_bytes(const struct keys *keys)
{
	return keys->on ? ((uint64_t)keys->mask + 1) * sizeof(*keys->slots) : 0;
}

bool
keys_complete(const struct pfreplay *r)
{
	const struct keys *keys = &r->keys;
	uint32_t expected = 0, missing = 0;

	for (uint32_t number = 1; keys->on && number <= r->table.entries.used; number++) {
		struct keys_at where;

		if (!table_entry(&r->table, number)->live)
			continue;
		where = keys_where(r, number);
		expected += where.count;
		for (unsigned i = 0; i < where.count; i++) {
			uint32_t at = where.hash[i] & keys->mask;

			while (keys->slots[at].number != 0 &&
			       (keys->slots[at].number != number ||
				   keys->slots[at].hash != where.hash[i]))
				at = (at + 1) & keys->mask;
			missing += keys->slots[at].number == 0;
		}
	}
	return missing == keys->left_out && expected == keys->count + keys->left_out;
}
