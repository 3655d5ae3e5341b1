/*
 * keys.h - which states have the same addresses: key collisions (SEM 1.5).
 *
 * SPDX-License-Identifier: ISC
 *
 * Only a state that two firewalls made independently, or one whose end was
 * lost, stands in another's way.  So the index is built when a second firewall
 * creates states, and costs nothing before.
 */
#ifndef PFREPLAY_KEYS_H
#define PFREPLAY_KEYS_H

#include <stdbool.h>
#include <stdint.h>

struct event;
struct node;
struct pfreplay;

/* The whole hash is kept: places are found again though facts have changed. */
struct key_slot {
	uint32_t number; /* of the entry, 0 = empty */
	uint32_t hash;
};

/* Where an entry is found. */
struct keys_at {
	uint32_t hash[2];
	unsigned count; /* 0 without facts */
};
struct keys {
	bool on;
	uint32_t mask;
	uint32_t count;    /* places in use: one or two an entry */
	uint32_t left_out; /* too many alike: nobody needs to find them all */
	struct key_slot *slots;
	/* Where the entry that was placed last is; latest 0 = none. */
	uint32_t latest;
	struct keys_at latest_at;
	/* What keys_collide() found last. */
	uint64_t in_the_way_id;
	uint32_t in_the_way_creatorid;
};

/* Index all entries that have facts, and from now on keep it so. */
void keys_build(struct pfreplay *r);
void keys_clear(struct keys *keys);

/* Before an entry loses its facts.  No effect when off. */
void keys_remove(struct pfreplay *r, uint32_t number);

struct keys_at keys_where(const struct pfreplay *r, uint32_t number);
/* Its facts have changed, perhaps: `before` is what keys_where() gave. */
void keys_move(struct pfreplay *r, uint32_t number, const struct keys_at *before);

/*
 * Does another state at `node` keep it from inserting the state of `event`?
 * A TCP state that has ended gives way: it is due from now on.
 */
bool keys_collide(struct event *event, struct node *node);
/* `node` itself inserted the state: what has the same key there is over. */
void keys_give_way(struct event *event, struct node *node);

/*
 * The nodes that have, for certain, another state with a key of entry `number` in
 * the same place: bit n for node n.  None before a second firewall makes states.
 */
uint64_t keys_elsewhere(const struct pfreplay *r, uint32_t number);

/* Memory held, bytes. */
uint64_t keys_bytes(const struct keys *keys);

/* For replay_check(): true if each entry with facts is found. */
bool keys_complete(const struct pfreplay *r);

#endif
