/*
 * craft.h - packets that no healthy firewall would send.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_SIMULATE_CRAFT_H
#define PFSYNCSEND_SIMULATE_CRAFT_H

#include "engine.h"

/* Up to `number` states of a node's table, by chance: an array of struct sim_id to be freed. */
GArray *craft_pick(struct sim *sim, size_t node, uint64_t number);
/* A node sends UPD_C with levels and classes that do not exist. */
void craft_bad_values(struct sim *sim, size_t node, uint64_t number);
/* Somebody else sends a message; `step` tells one packet of a fault from the next. */
void craft_inject(struct sim *sim, const struct sim_fault *fault, uint64_t step);

#endif
