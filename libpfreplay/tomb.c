/*
 * tomb.c - the states that went last (see tomb.h).
 *
 * SPDX-License-Identifier: ISC
 *
 * One place an id, the later one stays: what is asked for went a second ago.
 */
#include "tomb.h"
#include "view.h"

static struct tomb *
place(struct tombs *tombs, uint64_t id, uint32_t creatorid)
{
	return &tombs->places[(id * 2654435761U + creatorid) % TOMB_PLACES];
}

void
tombs_init(struct tombs *tombs)
{
	for (unsigned i = 0; i < TOMB_PLACES; i++)
		tombs->places[i].node = VIEW_NOBODY;
}

void
tombs_put(struct tombs *tombs, uint64_t id, uint32_t creatorid, uint16_t node, int64_t time_ns)
{
	struct tomb *tomb = place(tombs, id, creatorid);

	tomb->id = id;
	tomb->creatorid = creatorid;
	tomb->node = node;
	tomb->time_ns = time_ns;
}

struct tomb *
tombs_find(struct tombs *tombs, uint64_t id, uint32_t creatorid)
{
	struct tomb *tomb = place(tombs, id, creatorid);

	return tomb->node != VIEW_NOBODY && tomb->id == id && tomb->creatorid == creatorid ? tomb
											   : NULL;
}
