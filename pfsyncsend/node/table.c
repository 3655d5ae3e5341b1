/*
 * table.c - chunks of states and the two hash tables over them.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "table.h"

#define SLOTS_FIRST 256U

static inline uint64_t
mix(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

uint32_t
table_hash_id(const struct table *table, uint64_t id, uint32_t creatorid)
{
	return (uint32_t)mix((id ^ table->seed) + creatorid * UINT64_C(0x9e3779b97f4a7c15));
}

/* ------------------------------------------------------------------------
 * Index tables
 */

static bool
index_resize(struct table_index *index, uint32_t slots)
{
	struct table_slot *old = index->slots;
	uint32_t old_slots = old == NULL ? 0 : index->mask + 1;
	struct table_slot *fresh = malloc(slots * sizeof(*fresh));

	if (fresh == NULL)
		return false;
	memset(fresh, 0xff, slots * sizeof(*fresh));
	index->slots = fresh;
	index->mask = slots - 1;
	for (uint32_t i = 0; i < old_slots; i++) {
		uint32_t at;
		if (old[i].ref == TABLE_NONE)
			continue;
		at = old[i].hash & index->mask;
		while (fresh[at].ref != TABLE_NONE)
			at = (at + 1) & index->mask;
		fresh[at] = old[i];
	}
	free(old);
	return true;
}

static bool
index_reserve(struct table_index *index, uint32_t more)
{
	uint64_t slots = (uint64_t)index->mask + 1;

	if ((uint64_t)index->used + more <= slots / 4 * 3)
		return true;
	if (slots * 2 > UINT32_C(0x80000000))
		return false;
	return index_resize(index, (uint32_t)(slots * 2));
}

static void
index_add(struct table_index *index, uint32_t hash, uint32_t ref)
{
	uint32_t at = hash & index->mask;

	while (index->slots[at].ref != TABLE_NONE)
		at = (at + 1) & index->mask;
	index->slots[at] = (struct table_slot){.ref = ref, .hash = hash};
	index->used++;
}

static void
index_remove(struct table_index *index, uint32_t hash, uint32_t ref)
{
	uint32_t at = hash & index->mask;
	uint32_t hole;

	while (index->slots[at].ref != ref) {
		if (index->slots[at].ref == TABLE_NONE)
			return;
		at = (at + 1) & index->mask;
	}
	/* Close the gap, so that no probe ends early. */
	hole = at;
	for (;;) {
		uint32_t home;
		at = (at + 1) & index->mask;
		if (index->slots[at].ref == TABLE_NONE)
			break;
		home = index->slots[at].hash & index->mask;
		if (((at - home) & index->mask) < ((at - hole) & index->mask))
			continue;
		index->slots[hole] = index->slots[at];
		hole = at;
	}
	index->slots[hole].ref = TABLE_NONE;
	index->used--;
}

/* ------------------------------------------------------------------------
 * States
 */

void
table_init(struct table *table, uint64_t seed)
{
	*table = (struct table){.free = TABLE_NONE, .seed = mix(seed + 1)};
}

void
table_free(struct table *table)
{
	for (uint32_t i = 0; i < table->chunk_count; i++)
		free(table->chunks[i]);
	free(table->chunks);
	free(table->ids.slots);
	free(table->keys.slots);
	*table = (struct table){.free = TABLE_NONE};
}

static void
index_clear(struct table_index *index)
{
	if (index->slots != NULL)
		memset(index->slots, 0xff, ((size_t)index->mask + 1) * sizeof(*index->slots));
	index->used = 0;
}

void
table_clear(struct table *table)
{
	/* Unused states must say so: walks look at every index below `high`. */
	for (uint32_t i = 0; i < table->high; i++)
		table_at(table, i)->marks = 0;
	table->high = 0;
	table->free = TABLE_NONE;
	table->live = 0;
	index_clear(&table->ids);
	index_clear(&table->keys);
}

static bool
add_chunk(struct table *table)
{
	struct fw_state **chunks = table->chunks;

	/* A power of two of pointers at a time. */
	if ((table->chunk_count & (table->chunk_count - 1)) == 0) {
		size_t room = table->chunk_count == 0 ? 1 : (size_t)table->chunk_count * 2;
		chunks = realloc(table->chunks, room * sizeof(struct fw_state *));
		if (chunks == NULL)
			return false;
		table->chunks = chunks;
	}
	chunks[table->chunk_count] = malloc(TABLE_CHUNK * sizeof(struct fw_state));
	if (chunks[table->chunk_count] == NULL)
		return false;
	table->chunk_count++;
	return true;
}

uint32_t
table_new(struct table *table)
{
	uint32_t index = table->free;

	if (index != TABLE_NONE) {
		table->free = table_at(table, index)->next;
	} else {
		if (table->high >> TABLE_CHUNK_SHIFT >= table->chunk_count && !add_chunk(table))
			return TABLE_NONE;
		index = table->high++;
	}
	*table_at(table, index) = (struct fw_state){
	    .marks = MARK_USED, .prev = TABLE_NONE, .next = TABLE_NONE, .extra = TABLE_NONE};
	return index;
}

void
table_drop(struct table *table, uint32_t index)
{
	struct fw_state *st = table_at(table, index);

	st->marks = 0;
	st->next = table->free;
	table->free = index;
}

/* ------------------------------------------------------------------------
 * By id
 */

uint32_t
table_find_hashed(const struct table *table, uint32_t hash, uint64_t id, uint32_t creatorid)
{
	const struct table_index *ids = &table->ids;

	if (ids->slots == NULL)
		return TABLE_NONE;
	for (uint32_t at = hash & ids->mask; ids->slots[at].ref != TABLE_NONE;
	     at = (at + 1) & ids->mask) {
		const struct fw_state *st;
		if (ids->slots[at].hash != hash)
			continue;
		st = table_at(table, ids->slots[at].ref);
		if (st->id == id && st->creatorid == creatorid)
			return ids->slots[at].ref;
	}
	return TABLE_NONE;
}

uint32_t
table_find(const struct table *table, uint64_t id, uint32_t creatorid)
{
	return table_find_hashed(table, table_hash_id(table, id, creatorid), id, creatorid);
}

void
table_prefetch_state(const struct table *table, uint32_t hash)
{
	const struct table_index *ids = &table->ids;

	for (uint32_t at = hash & ids->mask; ids->slots[at].ref != TABLE_NONE;
	     at = (at + 1) & ids->mask) {
		if (ids->slots[at].hash == hash) {
			const char *state = (const char *)table_at(table, ids->slots[at].ref);
			fw_prefetch(state);
			fw_prefetch(state + 64);
			return;
		}
	}
}

/* ------------------------------------------------------------------------
 * By key
 */

static uint64_t
word(const uint8_t *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

static uint32_t
hash_key(const struct table *table, const struct fw_key *key, uint8_t af, uint8_t proto)
{
	uint64_t h = table->seed + af * 256U + proto;

	for (int i = 0; i < 2; i++) {
		h = mix(h ^ word(key->addr[i].b)) + key->port[i];
		if (af == PFSYNC_AF_INET6)
			h = mix(h ^ word(key->addr[i].b + 8));
	}
	return (uint32_t)mix(h);
}

static bool
same_key(const struct fw_key *a, const struct fw_key *b)
{
	return a->port[0] == b->port[0] && a->port[1] == b->port[1] &&
	       memcmp(a->addr, b->addr, sizeof(a->addr)) == 0;
}

/* af-to: a key of the other family stands for the opposite direction (SEM 1.5). */
static bool
faces(const struct fw_state *st, uint8_t af, uint8_t direction)
{
	return (st->af == af) == (st->direction == direction);
}

static uint32_t
taken_by(
    const struct table *table, const struct fw_key *key, uint8_t af, const struct fw_state *state)
{
	const struct table_index *keys = &table->keys;
	uint32_t hash = hash_key(table, key, af, state->proto);

	if (keys->slots == NULL)
		return TABLE_NONE;
	for (uint32_t at = hash & keys->mask; keys->slots[at].ref != TABLE_NONE;
	     at = (at + 1) & keys->mask) {
		uint32_t index = keys->slots[at].ref >> 1;
		const struct fw_state *st;
		bool stack = (keys->slots[at].ref & 1) != 0;
		if (keys->slots[at].hash != hash)
			continue;
		st = table_at(table, index);
		if (st->ifindex == state->ifindex && st->proto == state->proto &&
		    (stack ? st->stack_af : st->af) == af && faces(st, af, state->direction) &&
		    same_key(stack ? &st->stack : &st->wire, key))
			return index;
	}
	return TABLE_NONE;
}

static bool
one_key(const struct fw_state *st)
{
	return st->af == st->stack_af && same_key(&st->wire, &st->stack);
}

uint32_t
table_key_taken(const struct table *table, const struct fw_state *state)
{
	uint32_t index = taken_by(table, &state->wire, state->af, state);

	if (index == TABLE_NONE && !one_key(state))
		index = taken_by(table, &state->stack, state->stack_af, state);
	return index;
}

static bool
reserve(struct table *table)
{
	if (table->ids.slots == NULL && !index_resize(&table->ids, SLOTS_FIRST))
		return false;
	if (table->keys.slots == NULL && !index_resize(&table->keys, SLOTS_FIRST))
		return false;
	return index_reserve(&table->ids, 1) && index_reserve(&table->keys, 2);
}

bool
table_link(struct table *table, uint32_t index)
{
	struct fw_state *st = table_at(table, index);

	if (!reserve(table))
		return false;
	index_add(&table->ids, table_hash_id(table, st->id, st->creatorid), index);
	index_add(&table->keys, hash_key(table, &st->wire, st->af, st->proto), index << 1);
	if (!one_key(st))
		index_add(&table->keys, hash_key(table, &st->stack, st->stack_af, st->proto),
		    index << 1 | 1);
	st->marks |= MARK_LIVE;
	table->live++;
	return true;
}

void
table_unlink(struct table *table, uint32_t index)
{
	struct fw_state *st = table_at(table, index);

	index_remove(&table->ids, table_hash_id(table, st->id, st->creatorid), index);
	index_remove(&table->keys, hash_key(table, &st->wire, st->af, st->proto), index << 1);
	if (!one_key(st))
		index_remove(&table->keys, hash_key(table, &st->stack, st->stack_af, st->proto),
		    index << 1 | 1);
	st->marks &= (uint8_t)~MARK_LIVE;
	table->live--;
}
