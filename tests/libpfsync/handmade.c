/*
 * handmade.c - pfsync frames written byte by byte from the specification.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "handmade.h"

void
hand_bytes(struct handmade *hand, const void *bytes, size_t len)
{
	assert_true(sizeof(hand->bytes) - hand->len >= len);
	if (len > 0)
		memcpy(hand->bytes + hand->len, bytes, len);
	hand->len += len;
}

void
hand_fill(struct handmade *hand, uint8_t byte, size_t len)
{
	assert_true(sizeof(hand->bytes) - hand->len >= len);
	memset(hand->bytes + hand->len, byte, len);
	hand->len += len;
}

void
hand_put(uint8_t *at, unsigned width, uint64_t value)
{
	while (width-- > 0) {
		at[width] = (uint8_t)(value & 0xff);
		value >>= 8;
	}
}

static void
hand_number(struct handmade *hand, unsigned width, uint64_t value)
{
	uint8_t bytes[8];

	hand_put(bytes, width, value);
	hand_bytes(hand, bytes, width);
}

void
hand_be16(struct handmade *hand, unsigned value)
{
	hand_number(hand, 2, value);
}

void
hand_be32(struct handmade *hand, uint32_t value)
{
	hand_number(hand, 4, value);
}

void
hand_be64(struct handmade *hand, uint64_t value)
{
	hand_number(hand, 8, value);
}

static void
hand_checksum(struct handmade *hand)
{
	for (unsigned i = 0; i < 16; i++)
		hand_fill(hand, (uint8_t)(0xc0 + i), 1);
}

void
hand_header(struct handmade *hand, unsigned version, unsigned action, unsigned count)
{
	const uint8_t head[4] = {(uint8_t)version, 0, (uint8_t)action, (uint8_t)count};

	hand_bytes(hand, head, sizeof(head));
	if (version >= 3)
		hand_checksum(hand);
}

void
hand_header5(struct handmade *hand, unsigned version)
{
	const uint8_t head[4] = {(uint8_t)version, 0, 0, 0};

	hand_bytes(hand, head, sizeof(head));
	hand_checksum(hand);
}

void
hand_section(struct handmade *hand, unsigned action, unsigned byte1, unsigned count)
{
	const uint8_t head[2] = {(uint8_t)action, (uint8_t)byte1};

	hand_bytes(hand, head, sizeof(head));
	hand_be16(hand, count);
}

void
hand_end(struct handmade *hand)
{
	hand_put(hand->bytes + 2, 2, hand->len);
}

void
hand_frame(struct handmade *hand, unsigned version, unsigned action, unsigned byte1, unsigned count)
{
	hand->len = 0;
	hand_header5(hand, version);
	hand_section(hand, action, byte1, count);
}

void
hand_frame_end(struct handmade *hand)
{
	if (hand->bytes[0] == 5)
		hand_section(hand, 12, 0, 1);
	hand_end(hand);
}

const struct pfsync_dialect *
hand_dialect(const char *name)
{
	const struct pfsync_dialect *dialect = pfsync_dialect_by_name(name);

	if (dialect == NULL)
		fail_msg("no dialect %s", name);
	return dialect;
}

void
hand_open_cut(struct hand_open *open, const struct handmade *hand, const char *dialect,
    size_t caplen, size_t wirelen)
{
	assert_true(caplen <= hand->len);
	memset(open, 0, sizeof(*open));
	if (dialect != NULL)
		open->hint.forced = hand_dialect(dialect);
	open->copy = malloc(caplen > 0 ? caplen : 1);
	assert_non_null(open->copy);
	if (caplen > 0)
		memcpy(open->copy, hand->bytes, caplen);
	open->status = pfsync_frame_open(
	    &open->frame, open->copy, caplen, wirelen > 0 ? wirelen : caplen, &open->hint);
}

void
hand_open(struct hand_open *open, const struct handmade *hand, const char *dialect)
{
	hand_open_cut(open, hand, dialect, hand->len, 0);
}

void
hand_close(struct hand_open *open)
{
	free(open->copy);
	open->copy = NULL;
}

static void
note_problem(struct hand_walk *walk, const struct pfsync_frame *frame, int status)
{
	if (status >= 0)
		return;
	if (walk->problems++ == 0)
		walk->problem = frame->problem;
}

static void
walk_section(
    struct hand_walk *walk, struct pfsync_frame *frame, const struct pfsync_section *section)
{
	struct pfsync_record record;
	int status;

	for (status = pfsync_record_first(frame, section, &record); status != PFSYNC_END;
	     status = pfsync_record_next(frame, section, &record)) {
		struct pfsync_message message;
		note_problem(walk, frame, status);
		memset(&message, 0, sizeof(message));
		assert_int_equal(pfsync_message_decode(&record, &message), PFSYNC_OK);
		if (walk->message_count < sizeof(walk->messages) / sizeof(walk->messages[0]))
			walk->messages[walk->message_count] = message;
		walk->message_count++;
	}
}

void
hand_walk(struct hand_walk *walk, const struct handmade *hand, const char *dialect)
{
	struct pfsync_section section;
	struct hand_open open;
	int status;

	memset(walk, 0, sizeof(*walk));
	hand_open(&open, hand, dialect);
	note_problem(walk, &open.frame, open.status);
	walk->dialect = open.frame.dialect;
	walk->certainty = open.frame.certainty;
	walk->header = open.frame.header;
	for (unsigned steps = 0;
	     (status = pfsync_section_next(&open.frame, &section)) != PFSYNC_END; steps++) {
		assert_true(steps < sizeof(hand->bytes));
		note_problem(walk, &open.frame, status);
		if (status != PFSYNC_OK && status != PFSYNC_BADLEN)
			continue;
		if (walk->sections++ == 0)
			walk->first = section;
		walk->last = section;
		walk_section(walk, &open.frame, &section);
	}
	hand_close(&open);
}

void
hand_clean_walk(struct hand_walk *walk, const struct handmade *hand, const char *dialect)
{
	hand_walk(walk, hand, dialect);
	if (walk->problems != 0)
		fail_msg("%s: %s at %zu", dialect != NULL ? dialect : "detected",
		    walk->problem.text, walk->problem.offset);
}

void
hand_one(struct pfsync_message *message, const struct handmade *hand, const char *dialect)
{
	struct hand_walk walk;

	hand_clean_walk(&walk, hand, dialect);
	assert_int_equal(walk.message_count, 1);
	*message = walk.messages[0];
}
