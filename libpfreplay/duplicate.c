/*
 * duplicate.c - the same packet seen at two places (see duplicate.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "duplicate.h"

#define MULTIPLIER UINT64_C(0x9e3779b97f4a7c15)

uint64_t
duplicate_print(uint16_t node, uint16_t ip_id, const uint8_t *bytes, size_t size)
{
	uint64_t h = ((uint64_t)node << 16 | ip_id) * MULTIPLIER ^ size, word;
	size_t i = 0;

	for (; i + sizeof(word) <= size; i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		h = (h ^ word) * MULTIPLIER;
		h ^= h >> 32;
	}
	word = 0;
	for (; i < size; i++)
		word = word << 8 | bytes[i];
	h = (h ^ word) * MULTIPLIER;
	h ^= h >> 32;
	return h != 0 ? h : 1;
}

static bool
is_same(const struct duplicate_place *place, uint64_t print, int64_t time_ns)
{
	int64_t apart_ns = time_ns - place->time_ns;

	return place->print == print && apart_ns < DUPLICATE_NS && apart_ns > -DUPLICATE_NS;
}

bool
duplicate_seen(struct duplicates *duplicates, uint64_t print, int64_t time_ns, uint16_t file)
{
	struct duplicate_set *set = &duplicates->sets[print % DUPLICATE_SETS];
	struct duplicate_place *place = NULL;

	for (unsigned i = 0; i < DUPLICATE_WAYS && place == NULL; i++)
		if (is_same(&set->places[i], print, time_ns))
			place = &set->places[i];
	if (place != NULL && place->file != file)
		return true;
	if (place == NULL)
		place = &set->places[set->next++ % DUPLICATE_WAYS];
	place->print = print;
	place->time_ns = time_ns;
	place->file = file;
	return false;
}
