/*
 * effects.c - what went wrong inside the nodes, by D-code (SEM 7).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include <glib.h>

#include "effects.h"

#define SECOND INT64_C(1000000000)
#define RECENT 4096 /* corrections remembered, by a hash of the state */

struct correction {
	uint64_t id;
	uint32_t creatorid;
	unsigned node, in_a_row;
	int64_t at_ns;
};

struct effects {
	GArray *list;
	struct correction recent[RECENT];
};

struct effects *
effects_new(void)
{
	struct effects *effects = g_new0(struct effects, 1);

	effects->list = g_array_new(FALSE, TRUE, sizeof(struct effect));
	return effects;
}

void
effects_free(struct effects *effects)
{
	if (effects == NULL)
		return;
	g_array_free(effects->list, TRUE);
	g_free(effects);
}

void
effects_add(struct effects *effects, const char *code, const char *what, int node, int64_t now_ns,
    uint64_t id, uint32_t creatorid, int64_t number)
{
	struct effect *effect = NULL;

	for (size_t i = 0; i < effects->list->len; i++) {
		struct effect *e = &g_array_index(effects->list, struct effect, i);
		if (e->node == node && strcmp(e->code, code) == 0 && strcmp(e->what, what) == 0) {
			effect = e;
			break;
		}
	}
	if (effect == NULL) {
		struct effect fresh = {
		    .code = code, .what = what, .node = node, .first_ns = now_ns};
		g_array_append_val(effects->list, fresh);
		effect = &g_array_index(effects->list, struct effect, effects->list->len - 1);
	}
	effect->count++;
	effect->last_ns = now_ns;
	if (number > effect->number_max)
		effect->number_max = number;
	if (effect->example_count < EFFECT_EXAMPLES)
		effect->examples[effect->example_count++] = (struct effect_example){
		    .id = id, .creatorid = creatorid, .at_ns = now_ns, .number = number};
}

size_t
effects_count(const struct effects *effects)
{
	return effects->list->len;
}

const struct effect *
effects_at(const struct effects *effects, size_t index)
{
	return &g_array_index(effects->list, struct effect, index);
}

unsigned
effects_correction(
    struct effects *effects, int64_t now_ns, unsigned node, uint64_t id, uint32_t creatorid)
{
	struct correction *c = &effects->recent[(id * UINT64_C(0x9e3779b97f4a7c15)) >> 52];

	if (c->id != id || c->creatorid != creatorid || now_ns - c->at_ns > SECOND ||
	    c->node == node)
		c->in_a_row = 0;
	*c = (struct correction){.id = id,
	    .creatorid = creatorid,
	    .node = node,
	    .in_a_row = c->in_a_row + 1,
	    .at_ns = now_ns};
	return c->in_a_row;
}
