/*
 * streams.c - all states of a file, by id and creatorid.
 *
 * SPDX-License-Identifier: ISC
 *
 * Looked at once for each message, in files of millions: a table with open
 * addressing touches the memory of one slot and one stream, where wmem_map
 * follows two pointers more (bench/wireshark).
 */
#include "streams.h"

#define SLOTS_FIRST 1024 /* a power of two */

struct slot {
	uint32_t hash;
	struct stream *stream; /* NULL = free */
};

struct streams {
	wmem_allocator_t *scope;
	struct slot *slots;
	uint32_t slot_count;
	uint32_t count;
};

static uint32_t
hash_of(uint64_t id, uint32_t creatorid)
{
	/* Ids count up from a time in the high word (SEM 1.1): both halves must
	 * reach the bits that choose a slot. */
	uint64_t mixed = (id ^ (uint64_t)creatorid << 20) * UINT64_C(0x9e3779b97f4a7c15);

	return (uint32_t)(mixed >> 32);
}

struct streams *
streams_new(wmem_allocator_t *scope)
{
	struct streams *streams = wmem_new0(scope, struct streams);

	streams->scope = scope;
	streams->slot_count = SLOTS_FIRST;
	streams->slots = wmem_alloc0_array(scope, struct slot, SLOTS_FIRST);
	return streams;
}

/* The slot of that stream, or the free one where it belongs. */
static struct slot *
find(const struct streams *streams, uint32_t hash, uint64_t id, uint32_t creatorid)
{
	uint32_t mask = streams->slot_count - 1;

	for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
		struct slot *slot = &streams->slots[i];

		if (slot->stream == NULL || (slot->hash == hash && slot->stream->id == id &&
						slot->stream->creatorid == creatorid))
			return slot;
	}
}

static void
grow(struct streams *streams)
{
	struct slot *old = streams->slots;
	uint32_t old_count = streams->slot_count;

	streams->slot_count *= 2;
	streams->slots = wmem_alloc0_array(streams->scope, struct slot, streams->slot_count);
	for (uint32_t i = 0; i < old_count; i++) {
		const struct stream *stream = old[i].stream;

		if (stream != NULL)
			*find(streams, old[i].hash, stream->id, stream->creatorid) = old[i];
	}
	wmem_free(streams->scope, old);
}

struct stream *
streams_get(struct streams *streams, uint64_t id, uint32_t creatorid)
{
	uint32_t hash = hash_of(id, creatorid);
	struct slot *slot = find(streams, hash, id, creatorid);

	if (slot->stream != NULL)
		return slot->stream;
	if (streams->count >= streams->slot_count / 2) {
		grow(streams);
		slot = find(streams, hash, id, creatorid);
	}
	slot->hash = hash;
	slot->stream = wmem_new0(streams->scope, struct stream);
	slot->stream->id = id;
	slot->stream->creatorid = creatorid;
	slot->stream->number = streams->count++;
	slot->stream->proto = -1;
	return slot->stream;
}
