/*
 * test_encode.c - frames as the senders built them, oddities included.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "generate.h"
#include "pfsync.h"

static const uint8_t cksum[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

static struct pfsync_message
id_message(enum pfsync_action action, uint64_t id, uint32_t creatorid)
{
	struct pfsync_message m;

	memset(&m, 0, sizeof(m));
	m.action = action;
	m.id = id;
	m.creatorid = creatorid;
	pfsync_has_set(&m, PFSYNC_F_ID);
	pfsync_has_set(&m, PFSYNC_F_CREATORID);
	return m;
}

/* FB 8.5: the bulk request of FreeBSD 10, byte by byte. */
static void
bulk_request_of_freebsd(void **state)
{
	static const uint8_t want[40] = {
	    0x05, 0x00, 0x00, 0x28, [20] = 0x05, 0x00, 0x00, 0x01, [36] = 0x0c, 0x00, 0x00, 0x01};
	const struct pfsync_message request = id_message(PFSYNC_ACT_UPD_REQ, 0, 0);
	struct pfsync_builder b;
	uint8_t out[64];

	(void)state;
	pfsync_build_begin(&b, pfsync_dialect_by_name("freebsd-10"), NULL, out, sizeof(out));
	assert_int_equal(pfsync_build_add(&b, &request), PFSYNC_OK);
	assert_int_equal(pfsync_build_end(&b), 40);
	assert_memory_equal(out, want, sizeof(want));
}

/* FB 8.5, OB 10.4: 20 unwritten bytes counted in len, behind an EOF of count 1. */
static void
eof_with_room_for_an_hmac(void **state)
{
	static const char *const names[] = {"freebsd-9", "openbsd-5a"};
	const struct pfsync_message request = id_message(PFSYNC_ACT_UPD_REQ, 0, 0);
	struct pfsync_builder b;
	uint8_t out[64];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		pfsync_build_begin(&b, pfsync_dialect_by_name(names[i]), cksum, out, sizeof(out));
		pfsync_build_add(&b, &request);
		assert_int_equal(pfsync_build_end(&b), 60);
		assert_int_equal(out[3], 60);
		assert_memory_equal(out + 4, cksum, 16);
		assert_memory_equal(out + 36, "\x0c\x00\x00\x01", 4);
	}
}

/* OB 7.2: CLR and BUS carry one message under count 0. */
static void
clear_and_bulk_count_zero(void **state)
{
	static const struct {
		const char *dialect;
		enum pfsync_action action;
		int length;
		uint8_t number, count;
	} cases[] = {
	    {"openbsd-1n1", PFSYNC_ACT_CLR, 12, 0, 0},
	    {"openbsd-2c", PFSYNC_ACT_CLR, 12, 0, 0},
	    {"openbsd-2d", PFSYNC_ACT_CLR, 28, 0, 0},
	    {"openbsd-2e", PFSYNC_ACT_BUS, 20, 9, 0},
	    {"openbsd-3b", PFSYNC_ACT_BUS, 36, 9, 0},
	    {"openbsd-4", PFSYNC_ACT_CLR, 44, 0, 0},
	    {"openbsd-4", PFSYNC_ACT_DEL_C, 36, 5, 1},
	};
	struct pfsync_builder b;
	uint8_t out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct pfsync_message m = id_message(cases[i].action, 1, 2);
		pfsync_build_begin(
		    &b, pfsync_dialect_by_name(cases[i].dialect), NULL, out, sizeof(out));
		assert_int_equal(pfsync_build_add(&b, &m), PFSYNC_OK);
		assert_int_equal(pfsync_build_end(&b), cases[i].length);
		assert_int_equal(out[2], cases[i].number);
		assert_int_equal(out[3], cases[i].count);
	}
}

/* OB 11.2: word counts of every message of v6. */
static void
subheader_lengths_of_v6(void **state)
{
	static const struct {
		enum pfsync_action action;
		uint8_t number, words;
	} cases[] = {{PFSYNC_ACT_CLR, 0, 5}, {PFSYNC_ACT_INS_ACK, 2, 3}, {PFSYNC_ACT_UPD_C, 4, 21},
	    {PFSYNC_ACT_UPD_REQ, 5, 3}, {PFSYNC_ACT_DEL, 6, 66}, {PFSYNC_ACT_DEL_C, 7, 3},
	    {PFSYNC_ACT_BUS, 10, 3}, {PFSYNC_ACT_INS, 13, 66}, {PFSYNC_ACT_UPD, 14, 66},
	    {PFSYNC_ACT_TDB, 15, 13}};
	struct pfsync_builder b;
	uint8_t out[320];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct pfsync_message m = id_message(cases[i].action, 1, 2);
		pfsync_build_begin(
		    &b, pfsync_dialect_by_name("openbsd-6k"), cksum, out, sizeof(out));
		pfsync_build_add(&b, &m);
		assert_int_equal(pfsync_build_end(&b), 24 + cases[i].words * 4);
		assert_int_equal(out[20], cases[i].number);
		assert_int_equal(out[21], cases[i].words);
		assert_int_equal(out[23], 1);
		assert_int_equal(out[4], 0); /* no checksum since 7.4 */
	}
	/* 6a still has padding there (OB 11.2). */
	const struct pfsync_message m = id_message(PFSYNC_ACT_DEL_C, 1, 2);
	pfsync_build_begin(&b, pfsync_dialect_by_name("openbsd-6a"), cksum, out, sizeof(out));
	pfsync_build_add(&b, &m);
	assert_int_equal(pfsync_build_end(&b), 40);
	assert_int_equal(out[21], 0);
}

/* OB 5.3: the whole buffer, whatever count says. */
static void
raw_frames_fill_the_buffer(void **state)
{
	static const struct {
		const char *dialect;
		int length;
	} cases[] = {{"openbsd-1r1-ilp32", 1964}, {"openbsd-1r1-lp64", 1980},
	    {"openbsd-1r2-ilp32", 2020}, {"openbsd-1r2-lp64", 1924}, {"openbsd-1r3-ilp32", 1928},
	    {"openbsd-1r3-lp64", 2020}, {"openbsd-1r4-ilp32", 2032}, {"openbsd-1r4-lp64", 2028},
	    {"openbsd-1r6-ilp32", 1972}, {"openbsd-1r6-lp64", 2004}, {"openbsd-1r7-ilp32", 1896},
	    {"openbsd-1r7-lp64", 1876}, {"openbsd-1r8-ilp32", 2044}, {"openbsd-1r8-lp64", 1908},
	    {"openbsd-1r9-ilp32", 1912}, {"openbsd-1r9-lp64", 2020}};
	struct generate g = {3};
	uint8_t out[2048];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_by_name(cases[i].dialect);
		assert_int_equal(
		    generate_frame(&g, dialect, 1, 2, true, out, sizeof(out)), cases[i].length);
		assert_int_equal(out[3], 2);
	}
}

static void
nothing_is_written_past_the_end(void **state)
{
	struct generate g = {99};
	uint8_t whole[16384], out[16384];

	(void)state;
	for (size_t d = 0; d < pfsync_dialect_count(); d++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(d);
		for (unsigned n = 0; n <= PFSYNC_ACTION_NUMBERS; n++) {
			const struct generate before = g;
			size_t length;
			if (n == PFSYNC_ACTION_NUMBERS && dialect->version < 5)
				continue;
			length = generate_frame(&g, dialect, n, 2, true, whole, sizeof(whole));
			for (size_t size = 0; length > 0 && size < length; size += 7) {
				struct generate again = before;
				size_t got;
				memset(out, 0x5a, sizeof(out));
				got = generate_frame(&again, dialect, n, 2, true, out, size);
				/* a raw frame only loses its padding */
				if ((dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) == 0)
					assert_int_equal(got, 0);
				assert_int_equal(out[size], 0x5a);
			}
		}
	}
}

static void
what_a_dialect_lacks(void **state)
{
	const struct pfsync_message ack = id_message(PFSYNC_ACT_INS_ACK, 1, 2);
	const struct pfsync_message request = id_message(PFSYNC_ACT_UPD_REQ, 1, 2);
	const struct pfsync_message delete = id_message(PFSYNC_ACT_DEL_C, 1, 2);
	const struct pfsync_message fragment = id_message(PFSYNC_ACT_INS_F, 1, 2);
	struct pfsync_message state_1500 = id_message(PFSYNC_ACT_INS, 1, 2);
	struct pfsync_builder b;
	uint8_t out[512];

	(void)state;
	state_1500.record = PFSYNC_REC_1500;
	assert_int_equal(
	    pfsync_message_encode(pfsync_dialect_by_name("openbsd-4"), &ack, out, sizeof(out)),
	    PFSYNC_NOTSUPP);
	assert_int_equal(pfsync_message_encode(
			     pfsync_dialect_by_name("openbsd-1n1"), &request, out, sizeof(out)),
	    PFSYNC_NOTSUPP);
	assert_int_equal(pfsync_message_encode(
			     pfsync_dialect_by_name("openbsd-2e"), &fragment, out, sizeof(out)),
	    PFSYNC_NOTSUPP);
	assert_int_equal(pfsync_message_encode(
			     pfsync_dialect_by_name("freebsd-14"), &state_1500, out, sizeof(out)),
	    PFSYNC_NOTSUPP);
	assert_int_equal(pfsync_message_encode(
			     pfsync_dialect_by_name("freebsd-15"), &state_1500, out, sizeof(out)),
	    360);
	assert_int_equal(
	    pfsync_message_encode(pfsync_dialect_by_name("freebsd-15"), &state_1500, out, 359),
	    PFSYNC_NOSPACE);
	/* v1 .. v4: one action a packet, and the first failure stays. */
	pfsync_build_begin(&b, pfsync_dialect_by_name("openbsd-3b"), cksum, out, sizeof(out));
	assert_int_equal(pfsync_build_add(&b, &delete), PFSYNC_OK);
	assert_int_equal(pfsync_build_add(&b, &request), PFSYNC_NOTSUPP);
	assert_int_equal(pfsync_build_add(&b, &delete), PFSYNC_NOTSUPP);
	assert_int_equal(pfsync_build_end(&b), PFSYNC_NOTSUPP);
	pfsync_build_begin(&b, pfsync_dialect_by_name("openbsd-3b"), cksum, out, 19);
	assert_int_equal(pfsync_build_add(&b, &delete), PFSYNC_NOSPACE);
	assert_int_equal(pfsync_build_end(&b), PFSYNC_NOSPACE);
}

/* At most 254 records before v5 (OB 16), 65535 a section later, 65535 bytes. */
static void
counts_have_an_end(void **state)
{
	const struct pfsync_message delete = id_message(PFSYNC_ACT_DEL_C, 1, 2);
	static uint8_t out[200000];
	struct pfsync_builder b;
	int i;

	(void)state;
	pfsync_build_begin(&b, pfsync_dialect_by_name("openbsd-4"), cksum, out, sizeof(out));
	for (i = 0; pfsync_build_add(&b, &delete) == PFSYNC_OK; i++)
		continue;
	assert_int_equal(i, 254);
	pfsync_build_begin(&b, pfsync_dialect_by_name("openbsd-6k"), cksum, out, sizeof(out));
	for (i = 0; i < 6000; i++)
		assert_int_equal(pfsync_build_add(&b, &delete), PFSYNC_OK);
	assert_int_equal(pfsync_build_end(&b), PFSYNC_NOSPACE);
}

/* "None" is not zero for these (OB 13.5, 11.3). */
static void
absent_fields_say_none(void **state)
{
	struct pfsync_message insert = id_message(PFSYNC_ACT_INS, 1, 2);
	uint8_t out[264];

	(void)state;
	insert.record = PFSYNC_REC_V6;
	assert_int_equal(
	    pfsync_message_encode(pfsync_dialect_by_name("openbsd-6j"), &insert, out, sizeof(out)),
	    264);
	for (size_t i = 184; i < 196; i++)
		assert_int_equal(out[i], 0xff);
	for (size_t i = 240; i < 248; i++)
		assert_int_equal(out[i], 0xff);
	assert_int_equal(out[196], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bulk_request_of_freebsd),
	    cmocka_unit_test(eof_with_room_for_an_hmac),
	    cmocka_unit_test(clear_and_bulk_count_zero),
	    cmocka_unit_test(subheader_lengths_of_v6),
	    cmocka_unit_test(raw_frames_fill_the_buffer),
	    cmocka_unit_test(nothing_is_written_past_the_end),
	    cmocka_unit_test(what_a_dialect_lacks),
	    cmocka_unit_test(counts_have_an_end),
	    cmocka_unit_test(absent_fields_say_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
