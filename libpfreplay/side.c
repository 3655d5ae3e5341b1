/*
 * side.c - a few bytes remembered about some of the states (see side.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include <glib.h>

#include "side.h"

/* What a record is found by, followed by the caller's bytes. */
struct item {
	uint64_t id;
	uint32_t creatorid;
	GList link; /* in the order of making */
};

struct side {
	GHashTable *items; /* set of struct item */
	GQueue order;
	size_t offset; /* of the caller's bytes in an item */
	size_t bytes;
	uint32_t max;
	uint64_t pushed_out;
};

static guint
item_hash(gconstpointer p)
{
	const struct item *item = p;
	guint64 h = (item->id ^ item->creatorid) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

	return (guint)(h >> 32);
}

static gboolean
item_equal(gconstpointer a, gconstpointer b)
{
	const struct item *x = a, *y = b;

	return x->id == y->id && x->creatorid == y->creatorid;
}

struct side *
side_new(size_t bytes, uint32_t max)
{
	struct side *side = g_new0(struct side, 1);
	const size_t align = _Alignof(max_align_t);

	side->items = g_hash_table_new_full(item_hash, item_equal, g_free, NULL);
	g_queue_init(&side->order);
	side->offset = (sizeof(struct item) + align - 1) / align * align;
	side->bytes = bytes;
	side->max = max > 0 ? max : 1;
	return side;
}

void
side_free(struct side *side)
{
	if (side == NULL)
		return;
	g_hash_table_destroy(side->items);
	g_free(side);
}

static struct item *
find(const struct side *side, uint64_t id, uint32_t creatorid)
{
	const struct item key = {.id = id, .creatorid = creatorid};

	return g_hash_table_lookup(side->items, &key);
}

static void *
record_of(const struct side *side, struct item *item)
{
	return (unsigned char *)item + side->offset;
}

static void
drop(struct side *side, struct item *item)
{
	g_queue_unlink(&side->order, &item->link);
	g_hash_table_remove(side->items, item);
}

void *
side_find(struct side *side, uint64_t id, uint32_t creatorid)
{
	struct item *item = find(side, id, creatorid);

	return item != NULL ? record_of(side, item) : NULL;
}

void *
side_make(struct side *side, uint64_t id, uint32_t creatorid, bool *fresh)
{
	struct item *item = find(side, id, creatorid);

	if (fresh != NULL)
		*fresh = item == NULL;
	if (item != NULL)
		return record_of(side, item);
	if (g_hash_table_size(side->items) == side->max) {
		drop(side, g_queue_peek_head(&side->order));
		side->pushed_out++;
	}
	item = g_malloc0(side->offset + side->bytes);
	item->id = id;
	item->creatorid = creatorid;
	item->link.data = item;
	g_queue_push_tail_link(&side->order, &item->link);
	g_hash_table_add(side->items, item);
	return record_of(side, item);
}

void
side_drop(struct side *side, uint64_t id, uint32_t creatorid)
{
	struct item *item = find(side, id, creatorid);

	if (item != NULL)
		drop(side, item);
}

uint32_t
side_count(const struct side *side)
{
	return g_hash_table_size(side->items);
}

uint64_t
side_pushed_out(const struct side *side)
{
	return side->pushed_out;
}

void
side_each(struct side *side, void (*fn)(void *user, uint64_t id, uint32_t creatorid, void *record),
    void *user)
{
	for (GList *l = side->order.head; l != NULL; l = l->next) {
		struct item *item = l->data;

		fn(user, item->id, item->creatorid, record_of(side, item));
	}
}
