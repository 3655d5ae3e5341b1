/*
 * differences.h - the tables of all firewalls beside each other.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_DIVERGENCE_DIFFERENCES_H
#define PFREPLAY_DIVERGENCE_DIFFERENCES_H

#include "divergence.h"
#include "pfverdict.h"

struct differences {
	GArray *list; /* struct pfreplay_difference */
	uint64_t comparable;
	uint64_t compared;
};

/* Of the tables as they are; by divergence_judge(). */
void differences_find(struct divergence *d, struct differences *differences);

/* The firewalls that are compared: bit n for node n. */
uint64_t differences_nodes(const struct pfreplay *r);

/* `node` lacks the state for sure: a capture at its end or its own listing shows it. */
void differences_absent(
    struct divergence *d, const struct node *node, uint64_t id, uint32_t creatorid);

#endif
