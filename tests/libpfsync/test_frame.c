/*
 * test_frame.c - walking frames, whole and damaged.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "generate.h"
#include "pfsync.h"

/* What a walk over a frame found. */
struct walk {
	size_t problems[16]; /* by -status */
	size_t messages;
	size_t whole; /* messages with nothing cut off */
	size_t sections;
	size_t lost_bytes;
	struct pfsync_problem last;
	uint64_t ids[64];
};

static void
note(struct walk *walk, const struct pfsync_frame *frame)
{
	walk->problems[-(int)frame->problem.status]++;
	walk->lost_bytes += frame->problem.lost_bytes;
	walk->last = frame->problem;
	assert_true(frame->problem.offset <= frame->wirelen);
	assert_true(frame->problem.lost_bytes <= frame->wirelen);
	assert_non_null(frame->problem.text);
}

static struct walk
walk_frame(const char *dialect, const uint8_t *bytes, size_t caplen, size_t wirelen)
{
	struct pfsync_hint hint = {.forced = dialect ? pfsync_dialect_by_name(dialect) : NULL};
	struct walk walk;
	struct pfsync_frame frame;
	struct pfsync_section section;
	/* An exact copy on the heap, so that a sanitizer sees one byte too many. */
	uint8_t *copy = malloc(caplen > 0 ? caplen : 1);
	int status;

	memset(&walk, 0, sizeof(walk));
	memcpy(copy, bytes, caplen);
	if (pfsync_frame_open(&frame, copy, caplen, wirelen, &hint) < 0)
		note(&walk, &frame);
	while ((status = pfsync_section_next(&frame, &section)) != PFSYNC_END) {
		struct pfsync_record record;
		assert_true(walk.sections++ < 70000);
		if (status < 0)
			note(&walk, &frame);
		if (status < 0 && status != PFSYNC_BADLEN)
			continue;
		for (status = pfsync_record_first(&frame, &section, &record); status != PFSYNC_END;
		     status = pfsync_record_next(&frame, &section, &record)) {
			struct pfsync_message message;
			const char *text = NULL;
			if (status < 0)
				note(&walk, &frame);
			assert_true(record.avail <= record.layout->size_bytes);
			assert_int_equal(pfsync_message_decode(&record, &message), PFSYNC_OK);
			(void)pfsync_message_check(&message, frame.dialect, &text);
			if (walk.whole < 64 && status == PFSYNC_OK)
				walk.ids[walk.whole] = message.id;
			walk.messages += record.avail > 0;
			walk.whole += status == PFSYNC_OK;
		}
	}
	assert_int_equal(pfsync_section_next(&frame, &section), PFSYNC_END);
	free(copy);
	return walk;
}

/* v6, three DEL_C with ids 1, 2, 3. */
static size_t
three_deletes(const char *dialect, uint8_t *out, size_t size)
{
	struct pfsync_builder b;
	struct pfsync_message m;

	pfsync_build_begin(&b, pfsync_dialect_by_name(dialect), NULL, out, size);
	for (uint64_t id = 1; id <= 3; id++) {
		memset(&m, 0, sizeof(m));
		m.action = PFSYNC_ACT_DEL_C;
		m.id = id;
		m.creatorid = 7;
		pfsync_has_set(&m, PFSYNC_F_ID);
		pfsync_has_set(&m, PFSYNC_F_CREATORID);
		pfsync_build_add(&b, &m);
	}
	return (size_t)pfsync_build_end(&b);
}

static void
whole_frames(void **state)
{
	struct generate g = {1};
	uint8_t out[16384];
	size_t frames = 0;

	(void)state;
	for (size_t d = 0; d < pfsync_dialect_count(); d++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(d);
		for (unsigned n = 0; n <= PFSYNC_ACTION_NUMBERS; n++) {
			struct walk walk;
			size_t length;
			if (n == PFSYNC_ACTION_NUMBERS && dialect->version < 5)
				continue;
			length = generate_frame(&g, dialect, n, 3, true, out, sizeof(out));
			if (length == 0)
				continue;
			frames++;
			walk = walk_frame(dialect->name, out, length, length);
			for (size_t i = 0; i < 16; i++) {
				if (walk.problems[i] != 0)
					fail_msg("%s action %u: %s: %s", dialect->name, n,
					    pfsync_status_name(-(int)i), walk.last.text);
			}
			assert_true(walk.whole > 0 && walk.whole == walk.messages);
		}
	}
	print_message("%zu frames\n", frames);
	assert_true(frames > 300);
}

static void
empty_and_short(void **state)
{
	static const uint8_t v6[20] = {6, 0, 0, 20};
	struct walk walk;

	(void)state;
	walk = walk_frame(NULL, v6, 0, 0);
	assert_int_equal(walk.last.status, PFSYNC_HDROPS);
	walk = walk_frame(NULL, v6, 0, 100);
	assert_int_equal(walk.last.status, PFSYNC_TRUNCATED);
	for (size_t n = 1; n < 20; n++) {
		walk = walk_frame(NULL, v6, n, n);
		assert_int_equal(walk.last.status, PFSYNC_HDROPS);
		walk = walk_frame(NULL, v6, n, 20);
		assert_int_equal(walk.last.status, PFSYNC_TRUNCATED);
		assert_int_equal(walk.last.offset, n);
	}
	walk = walk_frame("openbsd-6k", v6, 20, 20);
	assert_int_equal(walk.lost_bytes + walk.messages + walk.sections, 0);
}

static void
unknown_versions(void **state)
{
	uint8_t bytes[64] = {0};
	struct walk walk;

	(void)state;
	for (unsigned version = 0; version < 256; version++) {
		if (version >= 1 && version <= 6)
			continue;
		bytes[0] = (uint8_t)version;
		walk = walk_frame(NULL, bytes, sizeof(bytes), sizeof(bytes));
		assert_int_equal(walk.last.status, PFSYNC_BADVER);
		assert_int_equal(walk.last.found, version);
		assert_int_equal(walk.lost_bytes, sizeof(bytes));
	}
	bytes[0] = 5;
	walk = walk_frame("openbsd-6k", bytes, sizeof(bytes), sizeof(bytes));
	assert_int_equal(walk.last.status, PFSYNC_BADVER);
	assert_int_equal(walk.last.expected, 6);
}

static void
count_larger_than_the_packet(void **state)
{
	uint8_t out[128];
	struct walk walk;
	size_t length;

	(void)state;
	length = three_deletes("openbsd-6k", out, sizeof(out));
	out[23] = 200;
	walk = walk_frame("openbsd-6k", out, length, length);
	assert_int_equal(walk.problems[-PFSYNC_BADLEN], 1);
	assert_int_equal(walk.whole, 3);
	assert_int_equal(walk.ids[2], 3);

	length = three_deletes("openbsd-3b", out, sizeof(out));
	out[3] = 255;
	walk = walk_frame("openbsd-3b", out, length, length);
	assert_int_equal(walk.problems[-PFSYNC_BADLEN], 1);
	assert_int_equal(walk.whole, 3);
}

static void
count_smaller_than_the_packet(void **state)
{
	uint8_t out[128];
	struct walk walk;
	size_t length;

	(void)state;
	length = three_deletes("openbsd-3b", out, sizeof(out));
	out[3] = 1;
	walk = walk_frame("openbsd-3b", out, length, length);
	assert_int_equal(walk.problems[-PFSYNC_TRAILING], 1);
	assert_int_equal(walk.last.lost_bytes, 32);
	assert_int_equal(walk.whole, 1);
}

static void
len_smaller_and_larger(void **state)
{
	uint8_t out[128];
	struct walk walk;
	size_t length = three_deletes("openbsd-6k", out, sizeof(out));

	(void)state;
	out[3] = (uint8_t)(length + 8);
	walk = walk_frame("openbsd-6k", out, length, length);
	assert_int_equal(walk.problems[-PFSYNC_BADLEN], 1);
	assert_int_equal(walk.last.found, length + 8);
	assert_int_equal(walk.whole, 3);

	out[3] = (uint8_t)(length - 12); /* the third is outside len */
	walk = walk_frame("openbsd-6k", out, length, length);
	assert_int_equal(walk.problems[-PFSYNC_BADLEN], 1);
	assert_int_equal(walk.problems[-PFSYNC_TRAILING], 1);
	assert_int_equal(walk.whole, 2);

	out[3] = 7; /* less than the header: ignored, all is still read */
	walk = walk_frame("openbsd-6k", out, length, length);
	assert_int_equal(walk.problems[-PFSYNC_BADLEN], 1);
	assert_int_equal(walk.whole, 3);

	out[3] = (uint8_t)length; /* bytes that no len covers */
	memset(out + length, 0xee, 9);
	walk = walk_frame("openbsd-6k", out, length + 9, length + 9);
	assert_int_equal(walk.problems[-PFSYNC_TRAILING], 1);
	assert_int_equal(walk.last.lost_bytes, 9);
	assert_int_equal(walk.whole, 3);
}

/* v6 steps over what it does not know; v5 cannot (SEM 2.1). */
static void
unknown_action(void **state)
{
	uint8_t out[256], v5[256];
	size_t length = three_deletes("openbsd-6k", out, sizeof(out));
	struct walk walk;

	(void)state;
	/* 2 messages of 8 bytes of action 77 in front of the deletes */
	memmove(out + 20 + 4 + 16, out + 20, length - 20);
	memcpy(out + 20, "\x4d\x02\x00\x02", 4);
	length += 20;
	out[3] = (uint8_t)length;
	walk = walk_frame("openbsd-6k", out, length, length);
	assert_int_equal(walk.problems[-PFSYNC_BADACT], 1);
	assert_int_equal(walk.lost_bytes, 16);
	assert_int_equal(walk.whole, 3);
	out[21] = 0; /* stride 0: nothing says where it ends */
	walk = walk_frame("openbsd-6k", out, length, length);
	assert_int_equal(walk.problems[-PFSYNC_BADACT], 1);
	assert_int_equal(walk.whole, 0);
	assert_int_equal(walk.lost_bytes, length - 24);

	length = three_deletes("freebsd-10", v5, sizeof(v5));
	v5[20] = 77;
	walk = walk_frame("freebsd-10", v5, length, length);
	assert_int_equal(walk.problems[-PFSYNC_BADACT], 1);
	assert_int_equal(walk.lost_bytes, length - 24);
}

static void
reserved_and_retired_actions(void **state)
{
	uint8_t out[256] = {6, 0, 0, 0};
	struct walk walk;

	(void)state;
	/* INS_F of two words, then a retired INS of 60 words */
	memcpy(out + 20, "\x08\x02\x00\x01", 4);
	out[3] = 32;
	walk = walk_frame("openbsd-6k", out, 32, 32);
	assert_int_equal(walk.problems[-PFSYNC_BADACT], 1);
	assert_int_equal(walk.lost_bytes, 8);
	memcpy(out + 20, "\x01\x02\x00\x01", 4);
	walk = walk_frame("openbsd-6k", out, 32, 32);
	assert_int_equal(walk.problems[-PFSYNC_BADACT], 1);
	assert_int_equal(walk.messages, 0);

	out[0] = 2; /* v2: DEL_F */
	out[2] = 7;
	out[3] = 1;
	walk = walk_frame("openbsd-2e", out, 20, 20);
	assert_int_equal(walk.problems[-PFSYNC_BADACT], 1);
	assert_int_equal(walk.lost_bytes, 16);
}

/* OB 11.2: longer messages are stepped through by the transmitted stride. */
static void
longer_and_shorter_messages(void **state)
{
	static const uint8_t longer[] = {
	    6, 0, 0, 56, [20] = 7, 4, 0, 2, [31] = 1, [35] = 9, [36] = 0xee, [47] = 2, [51] = 9};
	static const uint8_t shorter[] = {6, 0, 0, 40, [20] = 7, 2, 0, 2, [31] = 1, [39] = 2};
	struct walk walk;

	(void)state;
	walk = walk_frame("openbsd-6k", longer, sizeof(longer), 56);
	/* only bytes that no row knows are missing */
	assert_int_equal(walk.lost_bytes, 0);
	assert_int_equal(walk.ids[1], 2);
	walk = walk_frame("openbsd-6k", longer, 52, 52);
	assert_int_equal(walk.ids[0], 1);
	assert_int_equal(walk.ids[1], 2);
	walk = walk_frame("openbsd-6k", shorter, sizeof(shorter), 40);
	assert_int_equal(walk.problems[-PFSYNC_BADLEN], 1);
	assert_int_equal(walk.messages, 2);
	assert_int_equal(walk.ids[1], 2);
}

/* A known action whose length byte is 0 (OB 11.2, 15). */
static void
stride_zero(void **state)
{
	uint8_t out[128];
	size_t length = three_deletes("openbsd-6k", out, sizeof(out));
	struct walk walk;

	(void)state;
	out[21] = 0;
	walk = walk_frame("openbsd-6k", out, length, length);
	assert_int_equal(walk.problems[-PFSYNC_BADLEN], 1);
	assert_int_equal(walk.last.offset, 21);
	assert_int_equal(walk.whole, 3);
	assert_int_equal(walk.lost_bytes, 0);
	/* in 6a the byte is padding */
	length = three_deletes("openbsd-6a", out, sizeof(out));
	walk = walk_frame("openbsd-6a", out, length, length);
	assert_int_equal(walk.problems[-PFSYNC_BADLEN], 0);
	assert_int_equal(walk.whole, 3);
}

/* Every truncation by the capture: all whole records before the cut are read. */
static void
every_truncation(void **state)
{
	struct generate g = {5};
	uint8_t out[16384];

	(void)state;
	for (size_t d = 0; d < pfsync_dialect_count(); d++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(d);
		size_t last = 0, length;
		unsigned number = dialect->version < 5 ? 1 : PFSYNC_ACTION_NUMBERS;
		length = generate_frame(&g, dialect, number, 2, true, out, sizeof(out));
		assert_true(length > 0);
		for (size_t cut = 0; cut <= length; cut++) {
			struct walk walk = walk_frame(dialect->name, out, cut, length);
			assert_true(walk.whole >= last);
			last = walk.whole;
			if (cut < length && (dialect->quirks & (PFSYNC_QUIRK_RAW_BUFFER |
								   PFSYNC_QUIRK_EOF_HMAC)) == 0)
				assert_int_equal(walk.problems[-PFSYNC_TRUNCATED], 1);
			(void)walk_frame(dialect->name, out, cut, cut);
			(void)walk_frame(NULL, out, cut, length);
		}
	}
}

/* Every byte of a frame of every dialect, flipped in several ways. */
static void
byte_flips(void **state)
{
	static const uint8_t flips[] = {0x01, 0x80, 0xff, 0x5a};
	struct generate g = {6};
	uint8_t out[16384];
	size_t walks = 0;

	(void)state;
	for (size_t d = 0; d < pfsync_dialect_count(); d++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(d);
		unsigned number = dialect->version < 5 ? 1 : PFSYNC_ACTION_NUMBERS;
		size_t length = generate_frame(&g, dialect, number, 1, true, out, sizeof(out));
		for (size_t i = 0; i < length; i++) {
			for (size_t f = 0; f < sizeof(flips); f++) {
				out[i] ^= flips[f];
				(void)walk_frame(NULL, out, length, length);
				(void)walk_frame(dialect->name, out, length, length);
				out[i] ^= flips[f];
				walks += 2;
			}
		}
	}
	print_message("%zu damaged frames\n", walks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_frames),
	    cmocka_unit_test(empty_and_short),
	    cmocka_unit_test(unknown_versions),
	    cmocka_unit_test(count_larger_than_the_packet),
	    cmocka_unit_test(count_smaller_than_the_packet),
	    cmocka_unit_test(len_smaller_and_larger),
	    cmocka_unit_test(unknown_action),
	    cmocka_unit_test(reserved_and_retired_actions),
	    cmocka_unit_test(longer_and_shorter_messages),
	    cmocka_unit_test(stride_zero),
	    cmocka_unit_test(every_truncation),
	    cmocka_unit_test(byte_flips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
