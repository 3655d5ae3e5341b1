/*
 * fuzz_frame.c - libFuzzer: detection, header, sections, records, messages.
 *
 * SPDX-License-Identifier: ISC
 *
 * Two bytes choose a dialect to force (or none) and how much longer the packet
 * was than its capture; the rest is the frame.  It is walked twice with one
 * hint, as a second frame of the same sender.
 */
#include <stdlib.h>

#include "pfsync.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool kept)
{
	if (!kept)
		abort();
}

static void
check_problem(const struct pfsync_frame *frame)
{
	require(frame->problem.status < 0 && frame->problem.text != NULL);
	require(frame->problem.offset <= frame->wirelen);
	require(frame->problem.lost_bytes <= frame->wirelen);
}

static void
walk_records(struct pfsync_frame *frame, const struct pfsync_section *section)
{
	struct pfsync_record record;
	size_t records = 0;
	int status;

	for (status = pfsync_record_first(frame, section, &record); status != PFSYNC_END;
	     status = pfsync_record_next(frame, section, &record)) {
		struct pfsync_message message;
		const char *text;
		char line[256];
		uint64_t id;
		uint32_t creatorid;
		if (status < 0)
			check_problem(frame);
		require(++records <= section->count);
		require(record.avail <= record.layout->size_bytes);
		require(record.avail == 0 ||
			(size_t)(record.bytes - frame->bytes) + record.avail <= frame->caplen);
		require(pfsync_message_decode(&record, &message) == PFSYNC_OK);
		(void)pfsync_record_key(&record, &id, &creatorid);
		(void)pfsync_message_check(&message, frame->dialect, &text);
		(void)pfsync_text_state(line, sizeof(line), &message);
	}
}

static void
walk(const uint8_t *data, size_t size, size_t wirelen, struct pfsync_hint *hint)
{
	struct pfsync_frame frame;
	struct pfsync_section section;
	size_t sections = 0;
	int status;

	if (pfsync_frame_open(&frame, data, size, wirelen, hint) < 0)
		check_problem(&frame);
	while ((status = pfsync_section_next(&frame, &section)) != PFSYNC_END) {
		require(++sections <= size + 2);
		if (status < 0)
			check_problem(&frame);
		if (status == PFSYNC_OK || status == PFSYNC_BADLEN)
			walk_records(&frame, &section);
	}
	require(pfsync_section_next(&frame, &section) == PFSYNC_END);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pfsync_hint hint = {.forced = NULL};

	if (size < 2)
		return 0;
	hint.forced = pfsync_dialect_at(data[0]);
	hint.tap = data[1] & 1;
	size -= 2;
	walk(data + 2, size, size + (data[1] >> 1) * 8U, &hint);
	walk(data + 2, size, size, &hint);
	walk(data + 2, size, size, NULL);
	(void)pfsync_plausible(data + 2, size, size);
	return 0;
}
