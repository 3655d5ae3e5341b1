/*
 * tomb.h - the states that went last, for deletes that cross (SEM 4.4).
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_TOMB_H
#define PFREPLAY_TOMB_H

#include <stdbool.h>
#include <stdint.h>

#define TOMB_PLACES 8192

struct tomb {
	uint64_t id;
	int64_t time_ns;
	uint32_t creatorid;
	uint16_t node; /* who deleted it; VIEW_NOBODY = empty */
};

struct tombs {
	struct tomb places[TOMB_PLACES];
};

void tombs_init(struct tombs *tombs);

/* `node` deleted that state at `time_ns` and no table has it any more. */
void tombs_put(
    struct tombs *tombs, uint64_t id, uint32_t creatorid, uint16_t node, int64_t time_ns);

/* The tomb of that state if it is still kept, or NULL. */
struct tomb *tombs_find(struct tombs *tombs, uint64_t id, uint32_t creatorid);

#endif
