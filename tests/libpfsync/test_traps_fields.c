/*
 * test_traps_fields.c - the traps 13 to 25 of OB 19: bytes that nobody wrote,
 * fields that died or changed their meaning.
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

static void
trap_ob_13_version_5_is_shared(void **state)
{
	struct handmade hand;
	struct hand_walk walk;

	(void)state;
	hand_frame(&hand, 5, 3, 0, 1);
	handstate_240k(&hand, 1);
	hand_frame_end(&hand);
	hand_clean_walk(&walk, &hand, NULL);
	assert_memory_equal(walk.dialect->name, "openbsd-5", 9);
	handstate_check(&walk.messages[0], 1);
	hand_frame(&hand, 5, 3, 0, 1);
	handstate_1301(&hand, 1);
	hand_frame_end(&hand);
	hand_clean_walk(&walk, &hand, NULL);
	assert_memory_equal(walk.dialect->name, "freebsd-", 8);
	handstate_check(&walk.messages[0], 1);
}

/* Bytes that senders never wrote: no anomaly, and not part of the message. */
static void
trap_ob_14_old_memory(void **state)
{
	struct pfsync_message clean, dirty;
	struct handmade hand = {.len = 0};
	struct hand_walk walk;
	char text[32];

	(void)state;
	/* CLR and BUS padding of v2. */
	hand_header(&hand, 2, 9, 0);
	hand_be32(&hand, 0x2a);
	hand_be32(&hand, 5);
	hand_fill(&hand, 1, 1);
	hand_fill(&hand, 0xdb, 7);
	hand_one(&dirty, &hand, "openbsd-2e");
	assert_int_equal(dirty.u.bus.status, PFSYNC_BUS_START);
	assert_int_equal(dirty.u.bus.endtime_s, 5);
	hand = (struct handmade){.len = 0};
	hand_header(&hand, 2, 0, 0);
	hand_bytes(&hand, "em0\0\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb", 16);
	hand_be32(&hand, 0x2a);
	hand_fill(&hand, 0xdb, 4);
	hand_one(&dirty, &hand, NULL);
	assert_int_equal(dirty.creatorid, 0x2a);
	assert_int_equal(pfsync_text_name(text, sizeof(text), dirty.u.clr.ifname, 16), 3);
	assert_string_equal(text, "em0");
	/* Checksum of a TDB packet of v3 and v4. */
	for (unsigned version = 3; version <= 4; version++) {
		hand = (struct handmade){.len = 0};
		hand_header(&hand, version, 10, 1);
		hand_fill(&hand, 1, 48);
		hand_clean_walk(&walk, &hand, version == 3 ? "openbsd-3b" : "openbsd-4");
		assert_false(walk.header.has_cksum);
		hand.bytes[2] = 8;
		hand.len = 20 + 16;
		hand_clean_walk(&walk, &hand, version == 3 ? "openbsd-3b" : "openbsd-4");
		assert_true(walk.header.has_cksum);
	}
	/* UPD_C of 4.5 to 4.7: scrub bytes, peer padding, state_flags. */
	for (unsigned i = 0; i < 3; i++) {
		static const char *const dialects[] = {"openbsd-5b", "openbsd-6b", "openbsd-6c"};
		for (unsigned junk = 0; junk < 2; junk++) {
			uint8_t *p;
			hand_frame(&hand, i == 0 ? 5 : 6, 4, i == 0 ? 0 : 21, 1);
			handstate_upd_c84(&hand, 1);
			p = handstate_last(&hand, 84);
			if (junk) {
				memset(p + 8, 0xdb, 8);
				memset(p + 40, 0xdb, 8);
				memset(p + 8 + 26, 0xdb, 6);
				memset(p + 40 + 26, 0xdb, 6);
				memset(p + 81, 0xdb, 3);
			}
			if (i == 1)
				hand_section(&hand, 12, 0, 1);
			hand_frame_end(&hand);
			hand_one(junk ? &dirty : &clean, &hand, dialects[i]);
		}
		handstate_check(&dirty, 1);
		assert_memory_equal(&clean.has, &dirty.has, sizeof(clean.has));
		assert_false(pfsync_has(&dirty, PFSYNC_F_SRC_TS_MOD));
		assert_false(pfsync_has(&dirty, PFSYNC_F_STATE_FLAGS));
	}
	/* Interface tail of a CLR since 7.4. */
	hand_frame(&hand, 6, 0, 5, 1);
	hand_bytes(&hand, "\0\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb", 16);
	hand_be32(&hand, 0x2a);
	hand_frame_end(&hand);
	hand_one(&dirty, &hand, "openbsd-6k");
	assert_int_equal(pfsync_text_name(text, sizeof(text), dirty.u.clr.ifname, 16), 0);
}

static void
trap_ob_15_ruleset_checksum(void **state)
{
	struct handmade hand;
	struct hand_walk walk;

	(void)state;
	hand_frame(&hand, 6, 7, 3, 1);
	hand_fill(&hand, 1, 12);
	hand_frame_end(&hand);
	hand_clean_walk(&walk, &hand, "openbsd-6j"); /* any value is right */
	assert_true(walk.header.has_cksum);
	assert_int_equal(walk.header.cksum[0], 0xc0);
	assert_int_equal(walk.header.cksum[15], 0xcf);
	memset(hand.bytes + 4, 0, 16);
	hand_clean_walk(&walk, &hand, "openbsd-6k");
	assert_false(walk.header.has_cksum);
	hand_clean_walk(&walk, &hand, NULL); /* zeros: 7.4 or later */
	assert_true((walk.dialect->quirks & PFSYNC_QUIRK_CKSUM_ZERO) != 0);
}

static void
trap_ob_16_dead_fields(void **state)
{
	static const struct {
		const char *dialect;
		bool expire;
	} cases[] = {{"openbsd-6c", true}, {"openbsd-6e", true}, {"openbsd-6f", false},
	    {"openbsd-6k", false}};
	struct pfsync_message message;
	struct handmade hand;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		hand_frame(&hand, 6, 4, 21, 1);
		handstate_upd_c84(&hand, 1);
		handstate_last(&hand, 84)[81] = 0xff;
		hand_frame_end(&hand);
		hand_one(&message, &hand, cases[i].dialect);
		assert_int_equal(pfsync_has(&message, PFSYNC_F_EXPIRE), cases[i].expire);
		assert_false(pfsync_has(&message, PFSYNC_F_STATE_FLAGS));
	}
}

static void
trap_ob_17_byte_254(void **state)
{
	static const struct {
		const char *dialect;
		bool rt, flags, prio;
		unsigned value;
	} cases[] = {
	    {"openbsd-6c", false, true, false, 0x01},
	    {"openbsd-6e", false, true, false, 0x0201},
	    {"openbsd-6f", false, true, false, 0x0201},
	    {"openbsd-6h", false, true, false, 0x0201},
	    {"openbsd-6i", false, true, true, 0x0201},
	    {"openbsd-6j", true, true, true, 0x0201},
	};
	struct pfsync_message message;
	struct handmade hand;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t *p;
		hand_frame(&hand, 6, 13, 66, 1);
		handstate_264(&hand, 1);
		p = handstate_last(&hand, 264);
		p[254] = 1;
		hand_put(p + 260, 2, 0x0201);
		p[262] = 5;
		hand_frame_end(&hand);
		hand_one(&message, &hand, cases[i].dialect);
		assert_int_equal(pfsync_has(&message, PFSYNC_F_RT), cases[i].rt);
		assert_int_equal(pfsync_has(&message, PFSYNC_F_STATE_FLAGS), cases[i].flags);
		assert_int_equal(message.u.state.state_flags, cases[i].value);
		assert_int_equal(pfsync_has(&message, PFSYNC_F_SET_PRIO0), cases[i].prio);
	}
}

/* The number is kept; only where it is certain do words follow. */
static void
trap_ob_18_sync_flags_4(void **state)
{
	struct pfsync_message message;
	struct handmade hand = {.len = 0};
	char text[256];

	(void)state;
	hand_header(&hand, 3, 2, 1);
	handstate_240h(&hand, 1);
	handstate_last(&hand, 240)[238] = 0x04;
	hand_one(&message, &hand, "openbsd-3b");
	assert_int_equal(message.u.state.sync_flags, 0x04);
	pfsync_text_age(text, sizeof(text), &message);
	assert_null(strstr(text, "source-track"));
	hand_frame(&hand, 5, 3, 0, 1);
	handstate_240k(&hand, 1);
	handstate_last(&hand, 240)[238] = 0x04;
	hand_frame_end(&hand);
	hand_one(&message, &hand, "openbsd-5b");
	assert_int_equal(message.u.state.sync_flags, 0x04);
	pfsync_text_age(text, sizeof(text), &message);
	assert_non_null(strstr(text, ", source-track"));
}

static void
tdb_body(struct handmade *hand)
{
	static const uint8_t dst[28] = {16, 2, 0, 0, 192, 0, 2, 9};

	hand_be32(hand, 0x00001000);
	hand_bytes(hand, dst, sizeof(dst));
}

static void
trap_ob_19_tdb(void **state)
{
	struct pfsync_message message;
	struct pfsync_addr dst;
	struct handmade hand = {.len = 0};

	(void)state;
	hand_header(&hand, 2, 10, 1);
	tdb_body(&hand);
	hand_fill(&hand, 0, 16);
	hand_one(&message, &hand, "openbsd-2g-be");
	assert_int_equal(message.u.tdb.spi, 0x1000);
	assert_int_equal(pfsync_tdb_dst(&message, &dst), PFSYNC_AF_INET);
	assert_memory_equal(dst.b, "\xc0\x00\x02\x09", 4);
	/* The same bytes from a little-endian 3.8 and 3.9. */
	hand_one(&message, &hand, "openbsd-2g");
	assert_int_equal(message.u.tdb.spi, 0x00100000);
	(void)pfsync_tdb_dst(&message, &dst);
	assert_memory_equal(dst.b, "\x09\x02\x00\xc0", 4);
	/* An IPv6 address was never swapped. */
	hand.bytes[4 + 5] = 24;
	hand.bytes[4 + 4 + 8] = 0x20;
	hand_one(&message, &hand, "openbsd-2g");
	assert_int_equal(pfsync_tdb_dst(&message, &dst), PFSYNC_AF_INET6);
	assert_int_equal(dst.b[0], 0x20);
	/* 5.2: the counter's low half came first. */
	hand_frame(&hand, 6, 15, 13, 1);
	tdb_body(&hand);
	hand_be32(&hand, 16384 + 7);
	hand_fill(&hand, 0, 4);
	hand_fill(&hand, 0, 12);
	hand_frame_end(&hand);
	hand_one(&message, &hand, "openbsd-6g");
	assert_true(message.u.tdb.rpl == 16384 + 7);
	hand_one(&message, &hand, "openbsd-6h");
	assert_true(message.u.tdb.rpl == (uint64_t)(16384 + 7) << 32);
	/* Action 11 of 48 bytes became 15 of 52. */
	assert_int_equal(pfsync_action_number(hand_dialect("openbsd-6f"), PFSYNC_ACT_TDB, 0), 11);
	assert_int_equal(pfsync_action_number(hand_dialect("openbsd-6g"), PFSYNC_ACT_TDB, 0), 15);
}

/* The decoder's part of the link types: an IP header in front. */
static void
trap_ob_20_ip_header_on_the_tap(void **state)
{
	static const uint8_t ip[20] = {
	    0x45, 0x10, 0, 60, 0x12, 0x34, 0x40, 0, 255, 240, 0, 0, 0, 0, 0, 0, 224, 0, 0, 240};
	struct handmade hand = {.len = 0};

	(void)state;
	hand_bytes(&hand, ip, sizeof(ip));
	assert_int_equal(pfsync_tap_ip_header(hand.bytes, hand.len), 20);
	for (size_t caplen = 0; caplen < 20; caplen++)
		assert_int_equal(pfsync_tap_ip_header(hand.bytes, caplen), 0);
	hand.bytes[0] = 0x46; /* options */
	assert_int_equal(pfsync_tap_ip_header(hand.bytes, 20), 0);
	hand_fill(&hand, 0, 4);
	assert_int_equal(pfsync_tap_ip_header(hand.bytes, 24), 24);
	hand.bytes[0] = 0x44; /* no IP header is that short */
	assert_int_equal(pfsync_tap_ip_header(hand.bytes, 24), 0);
	hand.bytes[0] = 0x45;
	hand.bytes[9] = 6;
	assert_int_equal(pfsync_tap_ip_header(hand.bytes, 24), 0);
	for (unsigned version = 1; version <= 6; version++) {
		hand.bytes[0] = (uint8_t)version; /* pfsync first */
		hand.bytes[9] = 240;
		assert_int_equal(pfsync_tap_ip_header(hand.bytes, 24), 0);
	}
}

/* One update, as pfsync0 shows it and as the wire carries it. */
static void
trap_ob_21_tap_and_wire_differ(void **state)
{
	struct pfsync_message tap, wire;
	struct handmade hand = {.len = 0};

	(void)state;
	hand_header(&hand, 2, 2, 1);
	handstate_224(&hand, 1);
	hand_one(&tap, &hand, NULL);
	hand = (struct handmade){.len = 0};
	hand_header(&hand, 2, 4, 1);
	handstate_upd_c88(&hand, 1);
	hand_one(&wire, &hand, NULL);
	assert_int_equal(tap.action, PFSYNC_ACT_UPD);
	assert_int_equal(wire.action, PFSYNC_ACT_UPD_C);
	handstate_check(&tap, 1);
	handstate_check(&wire, 1);
}

static void
trap_ob_22_inet6_numbers(void **state)
{
	struct pfsync_message message;
	struct handmade hand;

	(void)state;
	for (unsigned af = 0; af < 256; af++) {
		const enum pfsync_af wanted = af == 2                            ? PFSYNC_AF_INET
					      : af == 24 || af == 28 || af == 30 ? PFSYNC_AF_INET6
										 : PFSYNC_AF_UNSPEC;
		assert_int_equal(pfsync_af_of((uint8_t)af), wanted);
	}
	hand_frame(&hand, 6, 13, 66, 1);
	handstate_264(&hand, 1);
	handstate_last(&hand, 264)[250] = 24;
	handstate_last(&hand, 264)[62] = handstate_last(&hand, 264)[102] = 24;
	hand_frame_end(&hand);
	hand_one(&message, &hand, NULL);
	assert_int_equal(message.u.state.af_number, 24);
	assert_int_equal(pfsync_state_af(&message), PFSYNC_AF_INET6);
}

/* len starts at the pfsync header; below 20 it is nonsense. */
static void
trap_ob_23_header_length(void **state)
{
	struct handmade hand;
	struct hand_walk walk;

	(void)state;
	for (unsigned len = 0; len < 20; len++) {
		hand_frame(&hand, 6, 7, 3, 1);
		hand_fill(&hand, 1, 12);
		hand_put(hand.bytes + 2, 2, len);
		hand_walk(&walk, &hand, "openbsd-6k");
		assert_int_equal(walk.problem.status, PFSYNC_BADLEN);
		assert_int_equal(walk.problem.offset, 2);
		assert_int_equal(walk.problem.found, len);
		assert_int_equal(walk.message_count, 1); /* all the same */
	}
	hand_frame_end(&hand);
	hand_clean_walk(&walk, &hand, "openbsd-6k");
	assert_int_equal(walk.header.len, 20 + 4 + 12);
}

static void
trap_ob_24_key_roles(void **state)
{
	struct pfsync_message message;
	struct handmade hand;
	char text[256];

	(void)state;
	hand_frame(&hand, 6, 13, 66, 1);
	handstate_264(&hand, 1);
	hand_frame_end(&hand);
	hand_one(&message, &hand, "openbsd-6k");
	/* Inbound: the stack key leads, its index 1 is the responder. */
	memcpy(message.u.state.stack.addr[1].b, "\x0a\x02\x00\x08", 4);
	pfsync_text_state(text, sizeof(text), &message);
	assert_string_equal(text, "em0 tcp 10.2.0.8:443 (198.51.100.20:443) <- 10.1.0.5:40001"
				  "       ESTABLISHED:ESTABLISHED");
	/* Outbound: the wire key leads, its index 1 is the initiator. */
	message.u.state.direction = PFSYNC_OUT;
	pfsync_text_state(text, sizeof(text), &message);
	assert_string_equal(text, "em0 tcp 198.51.100.20:443 (10.2.0.8:443) -> 10.1.0.5:40001"
				  "       ESTABLISHED:ESTABLISHED");
}

static void
trap_ob_25_keys_without_family(void **state)
{
	struct pfsync_message message;
	struct handmade hand;
	uint8_t *p;

	(void)state;
	hand_frame(&hand, 6, 13, 66, 1);
	handstate_264(&hand, 1);
	p = handstate_last(&hand, 264);
	p[62] = p[102] = 0;
	p[250] = 24;
	hand_frame_end(&hand);
	for (unsigned i = 0; i < 2; i++) {
		hand_one(&message, &hand, i == 0 ? "openbsd-6c" : "openbsd-6e");
		assert_false(pfsync_has(&message, PFSYNC_F_WIRE_AF));
		assert_int_equal(pfsync_key_af(&message, false), PFSYNC_AF_INET6);
		assert_int_equal(pfsync_key_af(&message, true), PFSYNC_AF_INET6);
		assert_int_equal(
		    pfsync_message_check(&message, hand_dialect("openbsd-6e"), NULL), PFSYNC_OK);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(trap_ob_13_version_5_is_shared),
	    cmocka_unit_test(trap_ob_14_old_memory),
	    cmocka_unit_test(trap_ob_15_ruleset_checksum),
	    cmocka_unit_test(trap_ob_16_dead_fields),
	    cmocka_unit_test(trap_ob_17_byte_254),
	    cmocka_unit_test(trap_ob_18_sync_flags_4),
	    cmocka_unit_test(trap_ob_19_tdb),
	    cmocka_unit_test(trap_ob_20_ip_header_on_the_tap),
	    cmocka_unit_test(trap_ob_21_tap_and_wire_differ),
	    cmocka_unit_test(trap_ob_22_inet6_numbers),
	    cmocka_unit_test(trap_ob_23_header_length),
	    cmocka_unit_test(trap_ob_24_key_roles),
	    cmocka_unit_test(trap_ob_25_keys_without_family),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
