/*
 * slab.h - items of one size, named by a number.
 *
 * SPDX-License-Identifier: ISC
 *
 * Numbers are half as large as pointers and stay valid while the slab grows;
 * items never move.  Items begin on a cache line if their size is a multiple
 * of one.  Free items are used again, the latest first.
 */
#ifndef PFREPLAY_SLAB_H
#define PFREPLAY_SLAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLAB_LINE 64
#define SLAB_CHUNK_SHIFT 15
#define SLAB_CHUNK_ITEMS (1U << SLAB_CHUNK_SHIFT)

struct slab {
	unsigned char **chunks;
	size_t item_bytes;
	uint32_t chunk_count;
	uint32_t used;  /* items ever handed out: numbers 1 .. used exist */
	uint32_t live;  /* of them not free */
	uint32_t limit; /* largest number of live items */
	uint32_t free;  /* first of the free list, 0 = empty */
};

/*
 * `item_bytes` is at least 4; at most `limit` items (below 2^31) live at once.
 * Release with slab_clear().
 */
void slab_init(struct slab *slab, size_t item_bytes, uint32_t limit);
void slab_clear(struct slab *slab);

/* The number of a new item, all bytes zero; 0 when the limit is reached. */
uint32_t slab_take(struct slab *slab);
/* Its first four bytes are overwritten; the rest keeps its value. */
void slab_give(struct slab *slab, uint32_t number);

/* The item of a number in 1 .. used; also of a free one. */
static inline void *
slab_at(const struct slab *slab, uint32_t number)
{
	uint32_t i = number - 1;

	return slab->chunks[i >> SLAB_CHUNK_SHIFT] +
	       (size_t)(i & (SLAB_CHUNK_ITEMS - 1)) * slab->item_bytes;
}

/* Memory held, bytes. */
uint64_t slab_bytes(const struct slab *slab);

#endif
