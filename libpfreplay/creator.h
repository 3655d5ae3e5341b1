/*
 * creator.h - the states of each creator, for CLR.
 *
 * SPDX-License-Identifier: ISC
 *
 * Lists through the entries, newest first: a CLR costs as much as it removes,
 * however large the table is.
 */
#ifndef PFREPLAY_CREATOR_H
#define PFREPLAY_CREATOR_H

#include <stdint.h>

#include <glib.h>

#include "table.h"

struct creator {
	uint32_t id;
	uint32_t first; /* entry number, 0 = none */
	uint64_t entries;
};

struct creators {
	GHashTable *by_id; /* set of struct creator; none without entries */
	struct creator *latest;
};

void creators_init(struct creators *creators);
void creators_clear(struct creators *creators);

/* Take an entry in, by its creatorid; and out before it is removed. */
void creators_link(struct creators *creators, struct table *table, uint32_t number);
void creators_unlink(struct creators *creators, struct table *table, uint32_t number);

/* How many entries that creator has. */
uint64_t creators_count(const struct creators *creators, uint32_t creatorid);
/* The first entry of that creator, or 0; go on with entry->next. */
uint32_t creators_first(const struct creators *creators, uint32_t creatorid);

#endif
