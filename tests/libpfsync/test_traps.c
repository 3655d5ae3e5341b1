/*
 * test_traps.c - the traps 1 to 12 of OB 19, one function each: bytes that fall
 * into the trap, and what the decoder must make of them.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "handstate.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A raw buffer of `full` bytes with one INS; what follows is old memory. */
static void
raw_frame(struct handmade *hand, size_t record, size_t full)
{
	memset(hand, 0, sizeof(*hand));
	hand_header(hand, 1, 1, 1);
	hand_fill(hand, 0, record);
	hand_fill(hand, 0xdb, full - 4 - record);
}

static void
raw_host(struct handmade *hand, size_t offset, uint8_t last, unsigned port)
{
	const uint8_t addr[4] = {10, 0, 0, last};

	memcpy(hand->bytes + 4 + offset, addr, sizeof(addr));
	hand_put(hand->bytes + 4 + offset + 16, 2, port);
}

/* One version byte, ten formats. */
static void
trap_ob_01_version_one(void **state)
{
	/* Full buffers at the default MTU (OB 5.3); af's offset by OB 5.2. */
	static const struct {
		const char *layouts; /* common part of the dialects' names */
		size_t record, full, af;
	} raws[] = {
	    {"1r1-ilp32", 140, 1964, 132},
	    {"1r1-lp64", 152, 1980, 144},
	    {"1r2-ilp32", 144, 2020, 136},
	    {"1r2-lp64", 160, 1924, 152},
	    {"1r3-ilp32", 148, 1928, 140},
	    {"1r3-lp64", 168, 2020, 160},
	    {"1r4-ilp32", 156, 2032, 148},
	    {"1r4-lp64", 184, 2028, 176},
	    {"1r6-ilp32", 164, 1972, 156},
	    {"1r6-lp64", 200, 2004, 192},
	    {"1r7-ilp32", 172, 1896, 164},
	    {"1r7-lp64", 208, 1876, 200},
	    {"1r8-ilp32", 204, 2044, 196},
	    {"1r8-lp64", 272, 1908, 264},
	    {"1r9-ilp32", 212, 1912, 204},
	    {"1r9-lp64", 288, 2020, 280},
	};
	struct hand_walk walk;
	struct handmade hand = {.len = 0};

	(void)state;
	for (size_t i = 0; i < COUNT(raws); i++) {
		struct handmade raw;
		raw_frame(&raw, raws[i].record, raws[i].full);
		assert_int_equal(raws[i].full, 4 + (2048 - 4) / raws[i].record * raws[i].record);
		raw.bytes[4 + raws[i].af] = 2;
		raw.bytes[4 + raws[i].af + 1] = 17;
		raw.bytes[4 + raws[i].af + 2] = 1;
		hand_clean_walk(&walk, &raw, NULL);
		assert_int_equal(walk.message_count, 1);
		assert_int_equal(walk.messages[0].record, PFSYNC_REC_V1RAW);
		if (walk.first.stride_bytes != raws[i].record)
			fail_msg("%s was taken for %s", raws[i].layouts, walk.dialect->name);
		assert_int_equal(walk.messages[0].u.state.proto, 17);
	}
	/* Cut by the capture, the length still tells (OB 2): 3.3 and 3.4. */
	for (size_t i = 2; i < 12; i += i == 3 ? 7 : 1) {
		struct hand_open open;
		struct handmade raw;
		raw_frame(&raw, raws[i].record, raws[i].full);
		hand_open_cut(&open, &raw, NULL, 96, raws[i].full);
		assert_memory_equal(open.frame.dialect->name, "openbsd-", 8);
		assert_string_equal(open.frame.dialect->name + 8, raws[i].layouts);
		assert_int_equal(open.frame.certainty, PFSYNC_LIKELY);
		hand_close(&open);
	}
	hand_header(&hand, 1, 1, 2);
	handstate_208(&hand, 1);
	handstate_208(&hand, 2);
	hand_clean_walk(&walk, &hand, "openbsd-1n2-be");
	assert_int_equal(walk.message_count, 2);
	handstate_check(&walk.messages[0], 1);
	handstate_check(&walk.messages[1], 2);
	hand_clean_walk(&walk, &hand, NULL);
	assert_int_equal(walk.messages[0].record, PFSYNC_REC_V1);
}

/* The host's layout, numbers big-endian, rule in the first half of its slot. */
static void
trap_ob_02_raw_slots(void **state)
{
	struct pfsync_message message;
	struct handmade hand;

	(void)state;
	raw_frame(&hand, 208, 1876); /* 3.4, LP64 */
	hand_put(hand.bytes + 4 + 128, 4, 7);
	hand_put(hand.bytes + 4 + 64, 4, 0x01020304);
	hand.bytes[4 + 200] = 2;
	hand_one(&message, &hand, "openbsd-1r7-lp64"); /* no word of the garbage */
	assert_int_equal(message.u.state.rule, 7);
	assert_int_equal(message.u.state.src.seqlo, 0x01020304);
	raw_frame(&hand, 172, 1896); /* 3.4, ILP32 */
	hand_put(hand.bytes + 4 + 108, 4, 7);
	hand_one(&message, &hand, "openbsd-1r7-ilp32");
	assert_int_equal(message.u.state.rule, 7);
}

static void
trap_ob_03_direction_before_2003(void **state)
{
	struct pfsync_message message;
	struct handmade hand;

	(void)state;
	for (unsigned wire = 0; wire <= 1; wire++) {
		raw_frame(&hand, 140, 1964);
		hand.bytes[4 + 134] = (uint8_t)wire;
		hand_one(&message, &hand, "openbsd-1r1-ilp32");
		assert_int_equal(message.u.state.direction, wire == 0 ? PFSYNC_IN : PFSYNC_OUT);
		raw_frame(&hand, 144, 2020);
		hand.bytes[4 + 138] = (uint8_t)wire;
		hand_one(&message, &hand, "openbsd-1r2-early-ilp32");
		assert_int_equal(message.u.state.direction, wire == 0 ? PFSYNC_IN : PFSYNC_OUT);
		hand.bytes[4 + 138] = (uint8_t)(wire + 1);
		hand_one(&message, &hand, "openbsd-1r2-ilp32");
		assert_int_equal(message.u.state.direction, wire == 0 ? PFSYNC_IN : PFSYNC_OUT);
	}
}

static void
trap_ob_04_reversed_ports(void **state)
{
	struct pfsync_message message;
	struct handmade hand;

	(void)state;
	raw_frame(&hand, 140, 1964);
	raw_host(&hand, 40, 9, 80);
	hand_one(&message, &hand, "openbsd-1r1-ilp32-be");
	assert_int_equal(message.u.state.ext.port, 80);
	hand_one(&message, &hand, "openbsd-1r1-ilp32");
	assert_int_equal(message.u.state.ext.port, 80 << 8);

	hand = (struct handmade){.len = 0};
	hand_header(&hand, 1, 1, 1);
	handstate_208(&hand, 1);
	hand_one(&message, &hand, "openbsd-1n1-be");
	assert_int_equal(message.u.state.lan.port, 443);
	hand_one(&message, &hand, "openbsd-1n1");
	assert_int_equal(message.u.state.lan.port, 0xbb01);

	hand = (struct handmade){.len = 0};
	hand_header(&hand, 2, 1, 1);
	handstate_224(&hand, 1);
	hand_one(&message, &hand, "openbsd-2a");
	assert_int_equal(message.u.state.lan.port, 0xbb01);
	hand_one(&message, &hand, "openbsd-2a-be");
	assert_int_equal(message.u.state.lan.port, 443);
	hand_one(&message, &hand, "openbsd-2b");
	assert_int_equal(message.u.state.lan.port, 443);
}

static void
trap_ob_05_count_zero_one_message(void **state)
{
	static const struct {
		const char *dialect;
		unsigned version, clr, bus;
	} cases[] = {{"openbsd-1n1", 1, 8, 0}, {"openbsd-2a", 2, 8, 0}, {"openbsd-2d", 2, 24, 0},
	    {"openbsd-2e", 2, 24, 16}, {"openbsd-3b", 3, 24, 16}, {"openbsd-4", 4, 24, 16}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (unsigned action = 0; action <= 9; action += 9) {
			const unsigned size = action == 0 ? cases[i].clr : cases[i].bus;
			struct handmade hand = {.len = 0};
			struct hand_walk walk;
			if (size == 0)
				continue;
			hand_header(&hand, cases[i].version, action, 0);
			hand_fill(&hand, 0, size);
			hand_put(handstate_last(&hand, size) + (size == 24 ? 16 : 0), 4, 0x2a);
			hand_clean_walk(&walk, &hand, cases[i].dialect);
			assert_int_equal(walk.message_count, 1);
			assert_int_equal(walk.first.count_wire, 0);
			assert_int_equal(walk.first.count, 1);
			assert_int_equal(walk.messages[0].creatorid, 0x2a);
			hand_clean_walk(&walk, &hand, NULL);
			assert_int_equal(walk.message_count, 1);
		}
	}
}

static void
trap_ob_06_v2_clear_and_update(void **state)
{
	struct pfsync_message message;
	struct handmade hand = {.len = 0};

	(void)state;
	/* CLR: the length decides, without being told the dialect. */
	hand_header(&hand, 2, 0, 0);
	hand_be64(&hand, UINT64_C(0x0000002a00000000));
	hand_one(&message, &hand, NULL);
	assert_int_equal(message.creatorid, 0x2a);
	assert_false(pfsync_has(&message, PFSYNC_F_CLR_IFNAME));
	hand = (struct handmade){.len = 0};
	hand_header(&hand, 2, 0, 0);
	hand_bytes(&hand, "fxp0\0\0\0\0\0\0\0\0\0\0\0", 16);
	hand_be64(&hand, UINT64_C(0x0000002a00000000));
	hand_one(&message, &hand, NULL);
	assert_int_equal(message.creatorid, 0x2a);
	assert_true(pfsync_has(&message, PFSYNC_F_CLR_IFNAME));
	assert_string_equal(message.u.clr.ifname, "fxp0");
	/* UPD_C: nothing but the dialect decides. */
	hand = (struct handmade){.len = 0};
	hand_header(&hand, 2, 4, 1);
	handstate_upd_c88(&hand, 1);
	memcpy(handstate_last(&hand, 88) + 80, "\x03\x05", 2);
	hand_one(&message, &hand, "openbsd-2b");
	assert_int_equal(message.u.state.updates, 3);
	assert_false(pfsync_has(&message, PFSYNC_F_TIMEOUT));
	hand_one(&message, &hand, "openbsd-2c");
	assert_int_equal(message.u.state.timeout, 3);
	assert_int_equal(message.u.state.updates, 5);
	/* 2a and 2b leave 81 as padding: something there is no 2b. */
	hand_one(&message, &hand, NULL);
	assert_int_equal(message.u.state.timeout, 3);
}

static void
trap_ob_07_v3_records(void **state)
{
	struct handmade hand = {.len = 0};
	struct hand_walk walk;

	(void)state;
	hand_header(&hand, 3, 1, 2);
	handstate_224(&hand, 1);
	handstate_224(&hand, 2);
	hand_clean_walk(&walk, &hand, NULL);
	assert_int_equal(walk.first.stride_bytes, 224);
	handstate_check(&walk.messages[1], 2);

	hand = (struct handmade){.len = 0};
	hand_header(&hand, 3, 1, 2);
	handstate_240h(&hand, 1);
	handstate_240h(&hand, 2);
	hand_clean_walk(&walk, &hand, NULL);
	assert_int_equal(walk.messages[0].record, PFSYNC_REC_V3);
	assert_true(pfsync_has(&walk.messages[0], PFSYNC_F_LAN_ADDR));
	handstate_check(&walk.messages[1], 2);

	/* 3c: keys.  Ports stand where hosts have padding. */
	hand = (struct handmade){.len = 0};
	hand_header(&hand, 3, 1, 2);
	handstate_240k(&hand, 1);
	handstate_240k(&hand, 2);
	hand_clean_walk(&walk, &hand, NULL);
	assert_string_equal(walk.dialect->name, "openbsd-3c");
	handstate_check(&walk.messages[1], 2);
	hand_fill(&hand, 0, 4);
	memmove(hand.bytes + 20 + 244, hand.bytes + 20 + 240, 240);
	memset(hand.bytes + 20 + 240, 0, 4);
	hand_fill(&hand, 0, 4);
	hand_clean_walk(&walk, &hand, NULL);
	assert_string_equal(walk.dialect->name, "openbsd-3c-244");
	assert_int_equal(walk.message_count, 2);
	handstate_check(&walk.messages[1], 2);
}

static void
trap_ob_08_counters_high_word_first(void **state)
{
	struct pfsync_message message;
	struct handmade hand = {.len = 0};

	(void)state;
	hand_header(&hand, 3, 2, 1);
	handstate_240h(&hand, 1);
	hand_put(handstate_last(&hand, 240) + 196, 4, 1); /* high word */
	hand_put(handstate_last(&hand, 240) + 200, 4, 2);
	hand_one(&message, &hand, "openbsd-3b");
	assert_true(message.u.state.packets[0] == UINT64_C(0x100000002));
	assert_true(message.u.state.packets[1] == 9);
}

static void
trap_ob_09_update_numbers(void **state)
{
	static const struct {
		const char *dialect;
		int ins, upd, del, ack;
	} cases[] = {{"openbsd-2e", 1, 2, 3, -1}, {"openbsd-4", 1, 2, 3, -1},
	    {"openbsd-5b", 1, 3, 6, 2}, {"openbsd-5c", 13, 14, 6, 2}, {"openbsd-6c", 13, 14, 6, 2},
	    {"openbsd-6k", 13, 14, 6, 2}};
	struct pfsync_message message;
	struct handmade hand;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct pfsync_dialect *d = hand_dialect(cases[i].dialect);
		const enum pfsync_record_kind any = PFSYNC_REC_NONE;
		assert_int_equal(pfsync_action_number(d, PFSYNC_ACT_INS, any), cases[i].ins);
		assert_int_equal(pfsync_action_number(d, PFSYNC_ACT_UPD, any), cases[i].upd);
		assert_int_equal(pfsync_action_number(d, PFSYNC_ACT_DEL, any), cases[i].del);
		assert_int_equal(pfsync_action_number(d, PFSYNC_ACT_INS_ACK, any), cases[i].ack);
	}
	hand_frame(&hand, 5, 2, 0, 1);
	hand_be64(&hand, 1);
	hand_be32(&hand, 0x2a);
	hand_frame_end(&hand);
	hand_one(&message, &hand, NULL);
	assert_int_equal(message.action, PFSYNC_ACT_INS_ACK);
}

static void
trap_ob_10_eof_of_v5(void **state)
{
	struct handmade hand;
	struct hand_walk walk;

	(void)state;
	hand_frame(&hand, 5, 1, 0, 1); /* 4.6: count 1, no bytes */
	handstate_240k(&hand, 1);
	hand_frame_end(&hand);
	hand_clean_walk(&walk, &hand, "openbsd-5b");
	assert_int_equal(walk.message_count, 1);
	assert_int_equal(walk.last.action, PFSYNC_ACT_EOF);
	assert_int_equal(walk.last.count_wire, 1);
	hand_clean_walk(&walk, &hand, NULL);
	assert_string_equal(walk.dialect->name, "openbsd-5b");

	hand_frame(&hand, 5, 1, 0, 1); /* 4.5: count 1, 20 bytes that nobody wrote */
	handstate_240k(&hand, 1);
	hand_section(&hand, 12, 0, 1);
	hand_fill(&hand, 0xdb, 20);
	hand_end(&hand);
	hand_clean_walk(&walk, &hand, "openbsd-5a");
	assert_int_equal(walk.message_count, 1);
	hand_clean_walk(&walk, &hand, NULL);
	assert_string_equal(walk.dialect->name, "openbsd-5a");
}

static void
trap_ob_11_second_byte_of_a_subheader(void **state)
{
	struct handmade hand;
	struct hand_walk walk;

	(void)state;
	/* v5: padding, whatever it says. */
	hand_frame(&hand, 5, 7, 0x55, 1);
	hand_fill(&hand, 1, 12);
	hand_frame_end(&hand);
	hand_clean_walk(&walk, &hand, "openbsd-5b");
	assert_int_equal(walk.first.stride_bytes, 12);
	/* v6: a length. */
	hand_frame(&hand, 6, 7, 3, 2);
	hand_fill(&hand, 1, 24);
	hand_frame_end(&hand);
	hand_clean_walk(&walk, &hand, "openbsd-6k");
	assert_int_equal(walk.first.length_words, 3);
	assert_int_equal(walk.message_count, 2);
	/* v6 of late 2009: zero there, built-in sizes, EOF. */
	hand_frame(&hand, 6, 7, 0, 2);
	hand_fill(&hand, 1, 24);
	hand_section(&hand, 12, 0, 1);
	hand_end(&hand);
	hand_clean_walk(&walk, &hand, NULL);
	assert_string_equal(walk.dialect->name, "openbsd-6a");
	assert_int_equal(walk.message_count, 2);
	assert_int_equal(walk.first.stride_bytes, 12);
	/* A length of zero in a dialect that sends one: the built-in size too. */
	hand_frame(&hand, 6, 7, 0, 2);
	hand_fill(&hand, 1, 24);
	hand_frame_end(&hand);
	hand_walk(&walk, &hand, "openbsd-6k");
	assert_int_equal(walk.message_count, 2);
	assert_int_equal(walk.first.stride_bytes, 12);
}

static void
trap_ob_12_longer_messages(void **state)
{
	struct handmade hand;
	struct hand_walk walk;

	(void)state;
	hand_frame(&hand, 6, 13, 68, 2); /* 272 bytes each */
	handstate_264(&hand, 1);
	hand_fill(&hand, 0xee, 8);
	handstate_264(&hand, 2);
	hand_fill(&hand, 0xee, 8);
	hand_section(&hand, 77, 2, 3); /* unknown: skipped by its length */
	hand_fill(&hand, 0xee, 24);
	hand_section(&hand, 7, 3, 1);
	hand_be64(&hand, HANDSTATE_ID + 3);
	hand_be32(&hand, 0x2a);
	hand_frame_end(&hand);
	hand_walk(&walk, &hand, "openbsd-6k");
	assert_int_equal(walk.message_count, 3);
	handstate_check(&walk.messages[0], 1);
	handstate_check(&walk.messages[1], 2);
	assert_int_equal(walk.messages[2].action, PFSYNC_ACT_DEL_C);
	assert_true(walk.messages[2].id == HANDSTATE_ID + 3);
	assert_int_equal(walk.problems, 1);
	assert_int_equal(walk.problem.status, PFSYNC_BADACT);
	assert_int_equal(walk.problem.lost_bytes, 24);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(trap_ob_01_version_one),
	    cmocka_unit_test(trap_ob_02_raw_slots),
	    cmocka_unit_test(trap_ob_03_direction_before_2003),
	    cmocka_unit_test(trap_ob_04_reversed_ports),
	    cmocka_unit_test(trap_ob_05_count_zero_one_message),
	    cmocka_unit_test(trap_ob_06_v2_clear_and_update),
	    cmocka_unit_test(trap_ob_07_v3_records),
	    cmocka_unit_test(trap_ob_08_counters_high_word_first),
	    cmocka_unit_test(trap_ob_09_update_numbers),
	    cmocka_unit_test(trap_ob_10_eof_of_v5),
	    cmocka_unit_test(trap_ob_11_second_byte_of_a_subheader),
	    cmocka_unit_test(trap_ob_12_longer_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
