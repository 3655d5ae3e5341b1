/*
 * walk.c - a packet at once, with the tables fetched ahead (see pfreplay.h).
 *
 * SPDX-License-Identifier: ISC
 *
 * A state's entry is hardly ever in the cache when there are a million, and a
 * look-up is two dependent misses.  So the keys of many records are read
 * first: the places in the hash table are asked for, then, a few records
 * ahead of the one being applied, the entries they lead to.
 */
#include "fast.h"
#include "internal.h"

#define BATCH 128
/*
 * How many messages lie between decoding one, asking for its entry and
 * applying it.  The places in the hash table were asked for when the records
 * were walked.  A power of two holds all that are decoded and not applied.
 */
#define TO_FETCH 2
#define TO_APPLY 14
#define RING 16

struct batch {
	struct pfsync_record records[BATCH];
	uint64_t hashes[BATCH];
	uint32_t numbers[BATCH]; /* guesses */
	bool keyed[BATCH];
	size_t count;
	struct pfsync_message messages[RING];
	bool decoded[RING];
};

static void
decode(struct batch *batch, size_t i)
{
	if (i < batch->count)
		batch->decoded[i % RING] = pfsync_message_decode(&batch->records[i],
					       &batch->messages[i % RING]) == PFSYNC_OK;
}

static void
fetch(const struct pfreplay *r, struct batch *batch, size_t i)
{
	if (i < batch->count)
		batch->numbers[i] =
		    batch->keyed[i] ? table_prefetch_entry(&r->table, batch->hashes[i]) : 0;
}

static void
apply_one(struct pfreplay *r, const struct pfsync_message *message, uint32_t guess)
{
	if (!fast_update(r, message, guess))
		apply_message(r, message, guess);
}

static void
apply_batch(struct pfreplay *r, struct batch *batch)
{
	for (size_t i = 0; i < batch->count + TO_APPLY; i++) {
		size_t applied = i - TO_APPLY;

		/* Below their start the numbers wrap to far beyond the count. */
		if (applied < batch->count && batch->decoded[applied % RING])
			apply_one(r, &batch->messages[applied % RING], batch->numbers[applied]);
		decode(batch, i);
		fetch(r, batch, i - TO_FETCH);
	}
	batch->count = 0;
}

static void
take_record(struct pfreplay *r, struct batch *batch, const struct pfsync_record *record)
{
	uint64_t id;
	uint32_t creatorid;
	size_t i = batch->count++;

	batch->records[i] = *record;
	batch->keyed[i] = pfsync_record_key(record, &id, &creatorid);
	if (batch->keyed[i]) {
		batch->hashes[i] = table_hash(&r->table, id, creatorid);
		table_prefetch_slot(&r->table, batch->hashes[i]);
	}
	if (batch->count == BATCH)
		apply_batch(r, batch);
}

static void
problem(struct pfreplay *r, struct batch *batch, const struct pfsync_frame *frame)
{
	/* What came before it was received. */
	apply_batch(r, batch);
	pfreplay_problem(r, &frame->problem);
}

/* Where the layout has the creatorid; 0 if it has no key, which begins it. */
static size_t
creatorid_offset(const struct pfsync_layout *layout)
{
	if (layout == NULL || layout->row_count == 0 || layout->rows[0].field != PFSYNC_F_ID)
		return 0;
	for (size_t i = 0; i < layout->row_count; i++)
		if (layout->rows[i].field == PFSYNC_F_CREATORID)
			return layout->rows[i].offset;
	return 0;
}

static uint64_t
big_endian(const uint8_t *p, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value = value << 8 | p[i];
	return value;
}

/*
 * The records of a section that is whole (pfsync_section_whole()): what pfsync_next()
 * would find, by stepping on.
 */
static void
walk_whole(struct pfreplay *r, struct batch *batch, struct pfsync_frame *frame,
    const struct pfsync_section *section)
{
	size_t creatorid = creatorid_offset(section->layout), stride = section->stride_bytes;
	struct pfsync_record record;
	int status = pfsync_record_first(frame, section, &record);

	while (status == PFSYNC_OK) {
		size_t i = batch->count++;

		batch->records[i] = record;
		batch->keyed[i] = creatorid != 0;
		if (batch->keyed[i]) {
			batch->hashes[i] = table_hash(&r->table, big_endian(record.bytes, 8),
			    (uint32_t)big_endian(record.bytes + creatorid, 4));
			table_prefetch_slot(&r->table, batch->hashes[i]);
		}
		if (batch->count == BATCH)
			apply_batch(r, batch);
		if (++record.index == section->count)
			status = PFSYNC_END;
		record.bytes += stride;
		record.offset += stride;
	}
}

static void
walk_frame(struct pfreplay *r, struct batch *batch, struct pfsync_frame *frame)
{
	struct pfsync_reader reader;
	struct pfsync_message bare;
	enum pfsync_step step;

	pfsync_reader_begin(&reader, frame);
	while ((step = pfsync_next(&reader)) != PFSYNC_STEP_END) {
		switch (step) {
		case PFSYNC_STEP_SECTION:
			if (!pfsync_section_whole(frame, &reader.section))
				break;
			walk_whole(r, batch, frame, &reader.section);
			pfsync_reader_skip(&reader);
			break;
		case PFSYNC_STEP_RECORD:
			take_record(r, batch, &reader.record);
			break;
		case PFSYNC_STEP_BARE:
			apply_batch(r, batch);
			pfsync_bare_message(&reader.section, &bare);
			pfreplay_message(r, &bare);
			break;
		default:
			problem(r, batch, frame);
			break;
		}
	}
	apply_batch(r, batch);
}

int
pfreplay_packet_bytes(struct pfreplay *r, const struct pfreplay_packet *packet,
    const uint8_t *bytes, size_t caplen, size_t wirelen)
{
	struct pfsync_hint *hint = pfreplay_packet_begin(r, packet);
	struct pfsync_frame frame;
	struct batch batch;
	int opened = pfsync_frame_open(&frame, bytes, caplen, wirelen, hint);

	batch.count = 0;
	if (pfreplay_packet_frame(r, &frame, opened))
		walk_frame(r, &batch, &frame);
	pfreplay_packet_end(r);
	return opened;
}

bool
pfreplay_section(
    struct pfreplay *r, struct pfsync_frame *frame, const struct pfsync_section *section)
{
	struct batch batch;

	if (!pfsync_section_whole(frame, section))
		return false;
	batch.count = 0;
	walk_whole(r, &batch, frame, section);
	apply_batch(r, &batch);
	return true;
}

void
pfreplay_expect_section(const struct pfreplay *r, const struct pfsync_frame *frame,
    const struct pfsync_section *section)
{
	/* A copy, so that nothing the walk finds is kept: it is found again. */
	struct pfsync_frame look = *frame;
	struct pfsync_record record;
	uint64_t hashes[BATCH], id;
	uint32_t creatorid;
	size_t count = 0;
	int status = pfsync_record_first(&look, section, &record);

	for (; status == PFSYNC_OK && count < BATCH;
	     status = pfsync_record_next(&look, section, &record)) {
		if (!pfsync_record_key(&record, &id, &creatorid))
			continue;
		hashes[count] = table_hash(&r->table, id, creatorid);
		table_prefetch_slot(&r->table, hashes[count++]);
	}
	for (size_t i = 0; i < count; i++)
		(void)table_prefetch_entry(&r->table, hashes[i]);
}
