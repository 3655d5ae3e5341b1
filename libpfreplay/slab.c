/*
 * slab.c - items of one size, named by a number (see slab.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "memory.h"
#include "slab.h"

void
slab_init(struct slab *slab, size_t item_bytes, uint32_t limit)
{
	memset(slab, 0, sizeof(*slab));
	slab->item_bytes = item_bytes;
	slab->limit = limit;
}

void
slab_clear(struct slab *slab)
{
	for (uint32_t i = 0; i < slab->chunk_count; i++)
		free(slab->chunks[i]);
	g_free(slab->chunks);
	slab_init(slab, slab->item_bytes, slab->limit);
}

static void
grow(struct slab *slab)
{
	slab->chunks = g_renew(unsigned char *, slab->chunks, slab->chunk_count + 1);
	slab->chunks[slab->chunk_count++] = memory_pages(slab->item_bytes * SLAB_CHUNK_ITEMS);
}

uint32_t
slab_take(struct slab *slab)
{
	uint32_t number = slab->free;
	void *item;

	if (slab->live >= slab->limit)
		return 0;
	if (number != 0) {
		item = slab_at(slab, number);
		memcpy(&slab->free, item, sizeof(slab->free));
	} else {
		if (slab->used == slab->chunk_count * SLAB_CHUNK_ITEMS)
			grow(slab);
		number = ++slab->used;
		item = slab_at(slab, number);
	}
	memset(item, 0, slab->item_bytes);
	slab->live++;
	return number;
}

void
slab_give(struct slab *slab, uint32_t number)
{
	memcpy(slab_at(slab, number), &slab->free, sizeof(slab->free));
	slab->free = number;
	slab->live--;
}

uint64_t
slab_bytes(const struct slab *slab)
{
	return (uint64_t)slab->chunk_count * slab->item_bytes * SLAB_CHUNK_ITEMS +
	       slab->chunk_count * sizeof(*slab->chunks);
}
