/*
 * test_traps_freebsd.c - the traps 1 to 12 of FB 16, one function each, and what
 * real kernels confirmed about decoding.
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

/* Version 5, nine release lines, three records: the action tells. */
static void
trap_fb_01_action_tells_the_record(void **state)
{
	static const struct {
		unsigned action;
		size_t size;
		enum pfsync_action means;
		enum pfsync_record_kind record;
		void (*append)(struct handmade *, unsigned);
	} cases[] = {
	    {1, 242, PFSYNC_ACT_INS, PFSYNC_REC_1301, handstate_1301},
	    {3, 242, PFSYNC_ACT_UPD, PFSYNC_REC_1301, handstate_1301},
	    {6, 242, PFSYNC_ACT_DEL, PFSYNC_REC_1301, handstate_1301},
	    {13, 277, PFSYNC_ACT_INS, PFSYNC_REC_1400, handstate_1400},
	    {14, 277, PFSYNC_ACT_UPD, PFSYNC_REC_1400, handstate_1400},
	    {15, 360, PFSYNC_ACT_INS, PFSYNC_REC_1500, handstate_1500},
	    {16, 360, PFSYNC_ACT_UPD, PFSYNC_REC_1500, handstate_1500},
	};
	struct handmade all;
	struct hand_walk walk;

	(void)state;
	hand_frame(&all, 5, 7, 0, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct handmade hand;
		hand_frame(&hand, 5, cases[i].action, 0, 2);
		cases[i].append(&hand, 1);
		cases[i].append(&hand, 2);
		hand_frame_end(&hand);
		hand_clean_walk(&walk, &hand, NULL); /* nobody says which FreeBSD */
		assert_int_equal(walk.message_count, 2);
		assert_int_equal(walk.first.stride_bytes, cases[i].size);
		assert_int_equal(walk.messages[1].action, cases[i].means);
		assert_int_equal(walk.messages[1].record, cases[i].record);
		handstate_check(&walk.messages[0], 1);
		handstate_check(&walk.messages[1], 2);
		hand_section(&all, cases[i].action, 0, 1);
		cases[i].append(&all, (unsigned)i);
	}
	/* All in one frame, as FreeBSD 15 would read it. */
	hand_frame_end(&all);
	hand_clean_walk(&walk, &all, "freebsd-15");
	assert_int_equal(walk.message_count, COUNT(cases));
	for (unsigned i = 0; i < COUNT(cases); i++)
		handstate_check(&walk.messages[i], i);
	/* Elsewhere these numbers are bad actions, and the rest is lost. */
	hand_walk(&walk, &all, "freebsd-10");
	assert_int_equal(walk.message_count, 3);
	assert_int_equal(walk.problem.status, PFSYNC_BADACT);
	assert_int_equal(walk.problem.found, 13);
	hand_walk(&walk, &all, "freebsd-14");
	assert_int_equal(walk.message_count, 5);
	assert_int_equal(walk.problem.found, 15);
}

/* Sizes that land on EOF at exactly len, 20 bytes earlier for 9.x. */
static void
trap_fb_02_walk_to_the_eof(void **state)
{
	struct handmade hand;
	struct hand_walk walk;

	(void)state;
	for (unsigned count = 1; count <= 6; count++) {
		hand_frame(&hand, 5, 1, 0, count);
		for (unsigned i = 0; i < count; i++)
			handstate_1301(&hand, i);
		hand_frame_end(&hand);
		hand_clean_walk(&walk, &hand, NULL);
		assert_int_equal(walk.message_count, count);
		assert_int_equal(walk.messages[0].record, PFSYNC_REC_1301);
		hand_frame(&hand, 5, 1, 0, count);
		for (unsigned i = 0; i < count; i++)
			handstate_240k(&hand, i);
		hand_frame_end(&hand);
		hand_clean_walk(&walk, &hand, NULL);
		assert_int_equal(walk.message_count, count);
		assert_int_equal(walk.messages[0].record, PFSYNC_REC_V4);
		handstate_check(&walk.messages[count - 1], count - 1);
	}
}

static void
trap_fb_03_trailer_of_9(void **state)
{
	struct handmade hand;
	struct hand_walk walk;

	(void)state;
	hand_frame(&hand, 5, 1, 0, 1);
	handstate_1301(&hand, 1);
	hand_section(&hand, 12, 0, 1);
	hand_fill(&hand, 0xdb, 20);
	hand_end(&hand);
	hand_clean_walk(&walk, &hand, "freebsd-9");
	assert_int_equal(walk.message_count, 1);
	hand_clean_walk(&walk, &hand, NULL);
	assert_string_equal(walk.dialect->name, "freebsd-9");
	assert_int_equal(walk.message_count, 1);
	/* CLR: 48 bytes, and 68 with the trailer (FB 8.5). */
	hand_frame(&hand, 5, 0, 0, 1);
	hand_fill(&hand, 0, 16);
	hand_be32(&hand, 0x2a);
	hand_frame_end(&hand);
	assert_int_equal(hand.len, 48);
	hand_clean_walk(&walk, &hand, "freebsd-10");
	hand_fill(&hand, 0xdb, 20);
	hand_end(&hand);
	assert_int_equal(hand.bytes[3], 0x44);
	hand_clean_walk(&walk, &hand, "freebsd-9");
}

static void
trap_fb_04_count_zero(void **state)
{
	static const struct {
		const char *dialect;
		unsigned version;
	} cases[] = {{"freebsd-6", 2}, {"freebsd-7", 3}, {"freebsd-8", 3}, {"netbsd-3", 3},
	    {"dragonfly-4", 4}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct handmade hand = {.len = 0};
		struct pfsync_message message;
		hand_header(&hand, cases[i].version, 0, 0);
		hand_bytes(&hand, "em1\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
		hand_be64(&hand, UINT64_C(0x0000002a00000000));
		hand_one(&message, &hand, cases[i].dialect);
		assert_int_equal(message.creatorid, 0x2a);
		assert_string_equal(message.u.clr.ifname, "em1");
		hand = (struct handmade){.len = 0};
		hand_header(&hand, cases[i].version, 9, 0);
		hand_be32(&hand, 0x2a);
		hand_be32(&hand, 7);
		hand_be64(&hand, UINT64_C(0x0200000000000000));
		hand_one(&message, &hand, cases[i].dialect);
		assert_int_equal(message.u.bus.endtime_s, 7);
		assert_int_equal(message.u.bus.status, PFSYNC_BUS_END);
	}
}

/* Version first: bytes 2 and 3 are action and count, or a length. */
static void
trap_fb_05_headers(void **state)
{
	struct handmade hand = {.len = 0};
	struct hand_walk walk;

	(void)state;
	hand_header(&hand, 2, 5, 3);
	hand_fill(&hand, 1, 48);
	hand_clean_walk(&walk, &hand, "freebsd-6");
	assert_int_equal(walk.header.header_bytes, 4);
	assert_false(walk.header.has_len);
	assert_false(walk.header.has_cksum);
	assert_int_equal(walk.header.action, 5);
	assert_int_equal(walk.header.count, 3);
	hand = (struct handmade){.len = 0};
	hand_header(&hand, 3, 5, 3);
	hand_fill(&hand, 1, 48);
	hand_clean_walk(&walk, &hand, "freebsd-7");
	assert_int_equal(walk.header.header_bytes, 20);
	assert_false(walk.header.has_len);
	assert_true(walk.header.has_cksum);
	assert_int_equal(walk.message_count, 3);
	/* The synthetic bulk request of FB 8.5. */
	hand_frame(&hand, 5, 5, 0, 1);
	hand_fill(&hand, 0, 12);
	hand_frame_end(&hand);
	memset(hand.bytes + 4, 0, 16);
	assert_memory_equal(hand.bytes, "\x05\x00\x00\x28", 4);
	hand_clean_walk(&walk, &hand, "freebsd-10");
	assert_true(walk.header.has_len);
	assert_int_equal(walk.header.len, 40);
	assert_int_equal(walk.messages[0].action, PFSYNC_ACT_UPD_REQ);
	assert_true(walk.messages[0].id == 0 && walk.messages[0].creatorid == 0);
}

static void
trap_fb_06_v3_and_v4_of_one_size(void **state)
{
	struct handmade hand = {.len = 0};
	struct pfsync_message message;

	(void)state;
	hand_header(&hand, 3, 1, 1);
	handstate_240h(&hand, 1);
	hand_one(&message, &hand, NULL);
	assert_int_equal(message.record, PFSYNC_REC_V3);
	assert_false(pfsync_has(&message, PFSYNC_F_WIRE_ADDR0));
	handstate_check(&message, 1);
	hand = (struct handmade){.len = 0};
	hand_header(&hand, 4, 1, 1);
	handstate_240k(&hand, 1);
	hand_one(&message, &hand, NULL);
	assert_int_equal(message.record, PFSYNC_REC_V4);
	assert_false(pfsync_has(&message, PFSYNC_F_LAN_ADDR));
	handstate_check(&message, 1);
}

/* Under UBSan a misaligned load of any of these would stop the test. */
static void
trap_fb_07_unaligned(void **state)
{
	for (unsigned shift = 0; shift < 8; shift++) {
		uint8_t room[20 + 4 + 2 * 277 + 4 + 8];
		struct pfsync_hint hint = {.forced = hand_dialect("freebsd-14")};
		struct pfsync_section section;
		struct pfsync_record record;
		struct pfsync_message message;
		struct pfsync_frame frame;
		struct handmade hand;

		(void)state;
		hand_frame(&hand, 5, 13, 0, 2);
		for (unsigned i = 0; i < 2; i++) {
			handstate_1400(&hand, i);
			hand_put(handstate_last(&hand, 277) + 235, 2, 0x4102);
			hand_put(handstate_last(&hand, 277) + 250, 4, 0xfffffffe);
		}
		hand_frame_end(&hand);
		memcpy(room + shift, hand.bytes, hand.len);
		assert_int_equal(
		    pfsync_frame_open(&frame, room + shift, hand.len, hand.len, &hint), 0);
		assert_int_equal(pfsync_section_next(&frame, &section), 0);
		assert_int_equal(pfsync_record_first(&frame, &section, &record), 0);
		for (unsigned i = 0; i < 2; i++) {
			uint64_t id;
			uint32_t creatorid;
			assert_int_equal(pfsync_message_decode(&record, &message), 0);
			handstate_check(&message, i);
			assert_int_equal(message.u.state.state_flags, 0x4102);
			assert_int_equal(message.u.state.rtableid[0], -2);
			assert_true(pfsync_record_key(&record, &id, &creatorid));
			assert_true(id == HANDSTATE_ID + i && creatorid == HANDSTATE_CREATOR);
			assert_int_equal(pfsync_record_next(&frame, &section, &record),
			    i == 0 ? PFSYNC_OK : PFSYNC_END);
		}
	}
}

static void
trap_fb_08_text_where_af_was(void **state)
{
	struct handmade hand;
	struct pfsync_message message;

	(void)state;
	hand_frame(&hand, 5, 15, 0, 1);
	handstate_1500(&hand, 1);
	memcpy(handstate_last(&hand, 360) + 232, "\x1c\x11tag", 5);
	hand_frame_end(&hand);
	hand_one(&message, &hand, NULL);
	handstate_check(&message, 1);
	assert_false(pfsync_has(&message, PFSYNC_F_AF));
	assert_memory_equal(message.u.state.tagname, "\x1c\x11tag", 6);
}

/* 28 of FreeBSD, 24 of NetBSD; the number is kept. */
static void
trap_fb_09_inet6_number(void **state)
{
	static const struct {
		unsigned af;
		const char *name;
	} cases[] = {{28, "freebsd-"}, {24, "openbsd-"}, {30, ""}};
	struct pfsync_message message;
	struct hand_walk walk;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct handmade hand = {.len = 0};
		hand_header(&hand, 2, 1, 1);
		handstate_224(&hand, 1);
		handstate_last(&hand, 224)[216] = (uint8_t)cases[i].af;
		hand_clean_walk(&walk, &hand, NULL);
		message = walk.messages[0];
		assert_memory_equal(walk.dialect->name, cases[i].name, strlen(cases[i].name));
		assert_int_equal(message.u.state.af_number, cases[i].af);
		assert_int_equal(pfsync_state_af(&message), PFSYNC_AF_INET6);
	}
	struct handmade v3 = {.len = 0};
	hand_header(&v3, 3, 1, 1);
	handstate_240h(&v3, 1);
	handstate_last(&v3, 240)[232] = 28;
	hand_clean_walk(&walk, &v3, NULL);
	assert_memory_equal(walk.dialect->name, "freebsd-", 8);
}

/* The decoder never sees the group; that it can be printed is its part. */
static void
trap_fb_10_group(void **state)
{
	static const struct pfsync_addr group = {{0xff, 0x12, [15] = 0xf0}};
	char text[64];

	(void)state;
	pfsync_text_addr(text, sizeof(text), PFSYNC_AF_INET6, &group);
	assert_string_equal(text, "ff12::f0");
}

static void
trap_fb_11_tap_shows_full_records(void **state)
{
	struct handmade hand = {.len = 0};
	struct pfsync_message message;

	(void)state;
	hand_header(&hand, 3, 3, 1); /* a full DEL on pfsync0 of FreeBSD 8 */
	handstate_240h(&hand, 1);
	handstate_last(&hand, 240)[237] = 21; /* the internal class "purge" */
	hand_one(&message, &hand, "freebsd-8");
	assert_int_equal(message.action, PFSYNC_ACT_DEL);
	handstate_check(&message, 1);
	assert_int_equal(pfsync_message_check(&message, hand_dialect("freebsd-8"), NULL), 0);
	hand = (struct handmade){.len = 0};
	hand_header(&hand, 3, 5, 1); /* the same on the wire */
	hand_be64(&hand, HANDSTATE_ID + 1);
	hand_be64(&hand, UINT64_C(0x0000002a00000000));
	hand_one(&message, &hand, "freebsd-8");
	assert_int_equal(message.action, PFSYNC_ACT_DEL_C);
	assert_true(message.id == HANDSTATE_ID + 1);
}

/* 18 and 121 are other protocols' numbers too: bytes decide. */
static void
trap_fb_12_shared_link_types(void **state)
{
	static const uint8_t hdlc[] = {0x0f, 0x00, 0x08, 0x00, 0x45, 0x00, 0x00, 0x54, 0x12};
	static const uint8_t cip[] = {0x00, 0x00, 0x45, 0x00, 0x00, 0x54, 0x12, 0x34, 0x40};
	struct handmade hand = {.len = 0};

	(void)state;
	assert_false(pfsync_plausible(hdlc, sizeof(hdlc), 88));
	assert_false(pfsync_plausible(cip, sizeof(cip), 88));
	for (unsigned version = 2; version <= 4; version++) {
		hand.len = 0;
		hand_header(&hand, version, 8, 1);
		hand_fill(&hand, 0, 16);
		assert_true(pfsync_plausible(hand.bytes, hand.len, hand.len));
		assert_false(pfsync_plausible(hand.bytes, hand.len - 1, hand.len - 1));
		assert_true(pfsync_plausible(hand.bytes, 8, hand.len)); /* snapped */
		hand.bytes[2] = 99;
		assert_false(pfsync_plausible(hand.bytes, hand.len, hand.len));
	}
	hand_frame(&hand, 5, 1, 0, 1);
	handstate_1301(&hand, 1);
	hand_frame_end(&hand);
	assert_true(pfsync_plausible(hand.bytes, hand.len, hand.len));
	hand.bytes[3]++;
	assert_false(pfsync_plausible(hand.bytes, hand.len, hand.len));
}

/* ------------------------------------------------------------------------
 * Seen on real kernels
 */

/* 508 bytes: two records of 240 with EOF, or two of 242 without. */
static void
two_states_of_508_bytes(void **state)
{
	struct handmade hand;
	struct hand_walk walk;

	(void)state;
	hand_frame(&hand, 5, 1, 0, 2);
	handstate_240k(&hand, 1);
	handstate_240k(&hand, 2);
	hand_frame_end(&hand);
	assert_int_equal(hand.len, 508);
	assert_int_equal(hand.len, 20 + 4 + 2 * 242);
	hand_clean_walk(&walk, &hand, NULL);
	assert_memory_equal(walk.dialect->name, "openbsd-5", 9);
	assert_int_equal(walk.first.stride_bytes, 240);
	handstate_check(&walk.messages[0], 1);
	handstate_check(&walk.messages[1], 2);
}

/* Header 5 with records of 264 bytes under actions 13 and 14. */
static void
late_2009(void **state)
{
	struct handmade hand;
	struct hand_walk walk;

	(void)state;
	for (unsigned action = 13; action <= 14; action++) {
		hand_frame(&hand, 5, action, 0, 2);
		for (unsigned i = 0; i < 2; i++) {
			handstate_264(&hand, i);
			handstate_last(&hand, 264)[62] = handstate_last(&hand, 264)[102] = 0;
		}
		hand_frame_end(&hand);
		hand_clean_walk(&walk, &hand, NULL);
		assert_string_equal(walk.dialect->name, "openbsd-5c");
		assert_int_equal(walk.certainty, PFSYNC_CERTAIN);
		handstate_check(&walk.messages[1], 1);
	}
}

/* The tap of 7.6: IP header, source 0.0.0.0, checksum 0, then v6. */
static void
tap_of_openbsd_7_6(void **state)
{
	static const uint8_t ip[20] = {
	    0x45, 0x10, 1, 52, 0x12, 0x34, 0x40, 0, 255, 240, 0, 0, 0, 0, 0, 0, 224, 0, 0, 240};
	struct handmade tap = {.len = 0}, hand;
	struct pfsync_message message;
	size_t skip;

	(void)state;
	hand_frame(&hand, 6, 13, 66, 1);
	handstate_264(&hand, 1);
	hand_frame_end(&hand);
	memset(hand.bytes + 4, 0, 16);
	hand_bytes(&tap, ip, sizeof(ip));
	hand_bytes(&tap, hand.bytes, hand.len);
	skip = pfsync_tap_ip_header(tap.bytes, tap.len);
	assert_int_equal(skip, 20);
	memmove(tap.bytes, tap.bytes + skip, tap.len - skip);
	tap.len -= skip;
	hand_one(&message, &tap, NULL);
	handstate_check(&message, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(trap_fb_01_action_tells_the_record),
	    cmocka_unit_test(trap_fb_02_walk_to_the_eof),
	    cmocka_unit_test(trap_fb_03_trailer_of_9),
	    cmocka_unit_test(trap_fb_04_count_zero),
	    cmocka_unit_test(trap_fb_05_headers),
	    cmocka_unit_test(trap_fb_06_v3_and_v4_of_one_size),
	    cmocka_unit_test(trap_fb_07_unaligned),
	    cmocka_unit_test(trap_fb_08_text_where_af_was),
	    cmocka_unit_test(trap_fb_09_inet6_number),
	    cmocka_unit_test(trap_fb_10_group),
	    cmocka_unit_test(trap_fb_11_tap_shows_full_records),
	    cmocka_unit_test(trap_fb_12_shared_link_types),
	    cmocka_unit_test(two_states_of_508_bytes),
	    cmocka_unit_test(late_2009),
	    cmocka_unit_test(tap_of_openbsd_7_6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
