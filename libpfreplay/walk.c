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
 * All of the section was captured and its records are whole: what
 * pfsync_record_next() would find, by stepping on.  False if that is not so.
 */
static bool
walk_whole(struct pfreplay *r, struct batch *batch, struct pfsync_frame *frame,
    const struct pfsync_section *section)
{
	size_t present = frame->end < frame->caplen ? frame->end : frame->caplen;
	size_t creatorid = creatorid_offset(section->layout), stride = section->stride_bytes;
	struct pfsync_record record;

	if (creatorid == 0 || stride < section->layout->size_bytes ||
	    section->count > (present - section->body_offset) / stride ||
	    pfsync_record_first(frame, section, &record) != PFSYNC_OK)
		return false;
	for (;;) {
		size_t i = batch->count++;

		batch->records[i] = record;
		batch->keyed[i] = true;
		batch->hashes[i] = table_hash(&r->table, big_endian(record.bytes, 8),
		    (uint32_t)big_endian(record.bytes + creatorid, 4));
		table_prefetch_slot(&r->table, batch->hashes[i]);
		if (batch->count == BATCH)
			apply_batch(r, batch);
		if (++record.index == section->count)
			return true;
		record.bytes += stride;
		record.offset += stride;
	}
}

static void
walk_section(struct pfreplay *r, struct batch *batch, struct pfsync_frame *frame,
    const struct pfsync_section *section)
{
	struct pfsync_record record;
	int status;

	if (walk_whole(r, batch, frame, section))
		return;
	status = pfsync_record_first(frame, section, &record);
	while (status != PFSYNC_END) {
		if (status == PFSYNC_OK)
			take_record(r, batch, &record);
		else {
			problem(r, batch, frame);
			/* A record that is cut short may still be of use. */
			if (record.layout != NULL && record.avail != 0)
				take_record(r, batch, &record);
			break;
		}
		status = pfsync_record_next(frame, section, &record);
	}
}

int
pfreplay_packet_bytes(struct pfreplay *r, const struct pfreplay_packet *packet,
    const uint8_t *bytes, size_t caplen, size_t wirelen)
{
	struct pfsync_hint *hint = pfreplay_packet_begin(r, packet);
	struct pfsync_frame frame;
	struct pfsync_section section;
	struct batch batch;
	int opened = pfsync_frame_open(&frame, bytes, caplen, wirelen, hint), status;

	batch.count = 0;
	if (pfreplay_packet_frame(r, &frame, opened) &&
	    (opened == PFSYNC_OK || (opened == PFSYNC_BADLEN && !frame.done))) {
		while ((status = pfsync_section_next(&frame, &section)) != PFSYNC_END) {
			if (status != PFSYNC_OK)
				problem(r, &batch, &frame);
			if (status == PFSYNC_OK ||
			    (status == PFSYNC_BADLEN && section.stride_bytes > 0))
				walk_section(r, &batch, &frame, &section);
		}
		apply_batch(r, &batch);
	}
	pfreplay_packet_end(r);
	return opened;
}

void
pfreplay_section(
    struct pfreplay *r, struct pfsync_frame *frame, const struct pfsync_section *section)
{
	struct batch batch;

	batch.count = 0;
	walk_section(r, &batch, frame, section);
	apply_batch(r, &batch);
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
