/*
 * effects.h - what went wrong inside the nodes, by D-code (SEM 7).
 *
 * SPDX-License-Identifier: ISC
 *
 * A fault is what was done to the firewalls; an effect is what came of it.  Effects of one
 * kind at one node are one entry with times, a count and examples.
 */
#ifndef PFSYNCSEND_SIMULATE_EFFECTS_H
#define PFSYNCSEND_SIMULATE_EFFECTS_H

#include <stddef.h>
#include <stdint.h>

#define EFFECT_EXAMPLES 16

struct effect_example {
	uint64_t id;
	uint32_t creatorid;
	int64_t at_ns;
	int64_t number;
};

struct effect {
	const char *code; /* "D-06" */
	const char *what; /* "rolled-back" */
	int node;         /* -1: none in particular */
	uint64_t count;
	int64_t first_ns, last_ns;
	int64_t number_max; /* bytes rolled back, codes, ...: depends on `what` */
	struct effect_example examples[EFFECT_EXAMPLES];
	size_t example_count;
};

struct effects;

struct effects *effects_new(void);
void effects_free(struct effects *effects);
/* `code` and `what` must outlive the effects. */
void effects_add(struct effects *effects, const char *code, const char *what, int node,
    int64_t now_ns, uint64_t id, uint32_t creatorid, int64_t number);
size_t effects_count(const struct effects *effects);
/* In the order in which they first came. */
const struct effect *effects_at(const struct effects *effects, size_t index);

/*
 * A correction was sent for a stale update: counts those of one state by alternating nodes
 * less than a second apart.  Returns how many there are in a row now (SEM 7.2, D-08: 3 and more).
 */
unsigned effects_correction(
    struct effects *effects, int64_t now_ns, unsigned node, uint64_t id, uint32_t creatorid);

#endif
