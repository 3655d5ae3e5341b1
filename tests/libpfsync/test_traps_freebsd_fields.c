/*
 * test_traps_freebsd_fields.c - the traps 13 to 20 of FB 16: fields that mean
 * nothing or several things, bytes that nobody wrote, names without an end.
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
trap_fb_13_expire_not_given(void **state)
{
	static const struct {
		const char *dialect;
		bool expire;
	} cases[] = {{"freebsd-9", true}, {"freebsd-10", false}, {"freebsd-14", false},
	    {"freebsd-15", false}};
	struct handmade hand;
	struct pfsync_message message;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		hand_frame(&hand, 5, 4, 0, 1);
		handstate_upd_c84(&hand, 1);
		hand_frame_end(&hand);
		if (i == 0) {
			hand_fill(&hand, 0xdb, 20);
			hand_end(&hand);
		}
		hand_one(&message, &hand, cases[i].dialect);
		assert_int_equal(pfsync_has(&message, PFSYNC_F_EXPIRE), cases[i].expire);
	}
}

static void
trap_fb_14_no_rule(void **state)
{
	struct handmade hand = {.len = 0};
	struct pfsync_message message;
	char text[256];

	(void)state;
	hand_header(&hand, 3, 1, 1);
	handstate_240h(&hand, 1);
	hand_one(&message, &hand, NULL);
	assert_false(pfsync_has(&message, PFSYNC_F_NAT_RULE)); /* 0 means nothing here */
	hand_put(handstate_last(&hand, 240) + 176, 4, 0xffffffff);
	hand_one(&message, &hand, NULL);
	assert_true(message.u.state.rule == PFSYNC_RULE_NONE);
	pfsync_text_age(text, sizeof(text), &message);
	assert_null(strstr(text, "rule"));
	assert_null(strstr(text, "anchor"));
	hand = (struct handmade){.len = 0};
	hand_header(&hand, 4, 1, 1);
	handstate_240k(&hand, 1);
	hand_one(&message, &hand, NULL);
	assert_true(pfsync_has(&message, PFSYNC_F_NAT_RULE));
	assert_true(message.u.state.nat_rule == PFSYNC_RULE_NONE);
}

static void
trap_fb_15_dragonfly_checksum(void **state)
{
	struct handmade hand = {.len = 0};
	struct hand_walk walk;

	(void)state;
	hand_header(&hand, 4, 1, 1);
	handstate_240k(&hand, 1);
	hand_clean_walk(&walk, &hand, "dragonfly-4");
	assert_false(walk.header.has_cksum);
	hand_clean_walk(&walk, &hand, "openbsd-4");
	assert_true(walk.header.has_cksum);
}

/* 0x04: stale in v3, source node in v5, either in DragonFly's v4. */
static void
trap_fb_16_sync_flags_4(void **state)
{
	struct handmade hand = {.len = 0};
	struct pfsync_message message;
	char text[256];

	(void)state;
	hand_header(&hand, 3, 2, 1);
	handstate_240h(&hand, 1);
	handstate_last(&hand, 240)[238] = 4;
	hand_one(&message, &hand, "freebsd-8");
	assert_int_equal(message.u.state.sync_flags, 4);
	pfsync_text_age(text, sizeof(text), &message);
	assert_null(strstr(text, "source-track"));
	hand = (struct handmade){.len = 0};
	hand_header(&hand, 4, 2, 1);
	handstate_240k(&hand, 1);
	handstate_last(&hand, 240)[238] = 4;
	hand_one(&message, &hand, "dragonfly-4");
	assert_int_equal(message.u.state.sync_flags, 4);
	hand_frame(&hand, 5, 3, 0, 1);
	handstate_1301(&hand, 1);
	handstate_last(&hand, 242)[240] = 4;
	hand_frame_end(&hand);
	hand_one(&message, &hand, "freebsd-10");
	assert_int_equal(message.u.state.sync_flags, 4);
	pfsync_text_age(text, sizeof(text), &message);
	assert_non_null(strstr(text, ", source-track"));
}

/* Padding and spare bytes hold anything; no message changes by it. */
static void
trap_fb_17_spare_bytes(void **state)
{
	static const struct {
		const char *dialect;
		unsigned action;
		void (*append)(struct handmade *, unsigned);
		size_t size;
		unsigned spare[8];
	} cases[] = {
	    {"freebsd-9", 1, handstate_1301, 242, {235, 236, 122, 127, 154, 159}},
	    {"freebsd-14", 13, handstate_1400, 277, {238, 122, 127, 154, 159}},
	    {"freebsd-15", 15, handstate_1500, 360, {357, 358, 359, 122, 127, 154}},
	    {"freebsd-10", 4, handstate_upd_c84, 84, {81, 82, 83, 34, 39, 66, 71}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pfsync_message messages[2];
		for (unsigned junk = 0; junk < 2; junk++) {
			struct handmade hand;
			struct hand_walk walk;
			hand_frame(&hand, 5, cases[i].action, 0, 1);
			cases[i].append(&hand, 1);
			for (unsigned k = 0; k < 8 && cases[i].spare[k] != 0; k++)
				handstate_last(&hand, cases[i].size)[cases[i].spare[k]] =
				    (uint8_t)(junk * 0xdb);
			hand_frame_end(&hand);
			if (i == 0) {
				hand_fill(&hand, 0xdb, 20);
				hand_end(&hand);
			}
			hand_clean_walk(&walk, &hand, cases[i].dialect);
			messages[junk] = walk.messages[0];
		}
		assert_memory_equal(&messages[0], &messages[1], sizeof(messages[0]));
	}
}

/* Names without an end. */
static void
trap_fb_18_names_without_nul(void **state)
{
	struct handmade hand;
	struct pfsync_message message;
	char text[512];

	(void)state;
	hand_frame(&hand, 5, 15, 0, 1);
	handstate_1500(&hand, 1);
	memset(handstate_last(&hand, 360) + 8, 'i', 16);
	memset(handstate_last(&hand, 360) + 232, 't', 64);
	memset(handstate_last(&hand, 360) + 296, 'r', 16);
	memset(handstate_last(&hand, 360) + 312, 'o', 16);
	hand_frame_end(&hand);
	hand_one(&message, &hand, NULL);
	assert_int_equal(pfsync_text_name(text, sizeof(text), message.u.state.ifname, 16), 16);
	assert_string_equal(text, "iiiiiiiiiiiiiiii");
	assert_int_equal(pfsync_text_name(text, sizeof(text), message.u.state.tagname, 64), 64);
	assert_int_equal(pfsync_text_name(text, sizeof(text), message.u.state.rt_ifname, 16), 16);
	assert_int_equal(pfsync_text_name(text, sizeof(text), message.u.state.orig_ifname, 16), 16);
	pfsync_text_state(text, sizeof(text), &message);
	assert_memory_equal(text, "iiiiiiiiiiiiiiii tcp ", 21);
}

/* FreeBSD 10 to 12 put the CPU's number in front; all 64 bits are the id. */
static void
trap_fb_19_opaque_ids(void **state)
{
	struct handmade hand;
	struct pfsync_message message;
	char text[64];

	(void)state;
	hand_frame(&hand, 5, 7, 0, 1);
	hand_be64(&hand, UINT64_C(0x0300000066aa0001));
	hand_be32(&hand, 0x9c1d22aa);
	hand_frame_end(&hand);
	hand_one(&message, &hand, "freebsd-10");
	assert_true(message.id == UINT64_C(0x0300000066aa0001));
	pfsync_text_id(text, sizeof(text), &message);
	assert_string_equal(text, "id: 0300000066aa0001 creatorid: 9c1d22aa");
}

/* What the systems' own printers step over wrongly (FB 15.1). */
static void
trap_fb_20_printers_are_wrong(void **state)
{
	struct handmade hand;
	struct hand_walk walk;

	(void)state;
	hand_frame(&hand, 5, 3, 0, 2); /* not 12 bytes apart */
	handstate_1301(&hand, 1);
	handstate_1301(&hand, 2);
	hand_section(&hand, 11, 0, 2); /* not 0 bytes apart; a counter of 32 bits */
	for (unsigned i = 0; i < 2; i++) {
		hand_be32(&hand, 0x1000 + i);
		hand_fill(&hand, 0, 28);
		hand_be32(&hand, 5 + i);
		hand_be64(&hand, 4000);
		hand_be32(&hand, 0x32000000);
	}
	hand_section(&hand, 7, 0, 1);
	hand_be64(&hand, HANDSTATE_ID + 3);
	hand_be32(&hand, 0x2a);
	hand_frame_end(&hand);
	hand_clean_walk(&walk, &hand, "freebsd-10");
	assert_int_equal(walk.message_count, 5);
	handstate_check(&walk.messages[1], 2);
	assert_int_equal(walk.messages[3].u.tdb.spi, 0x1001);
	assert_true(walk.messages[3].u.tdb.rpl == 6);
	assert_true(walk.messages[3].u.tdb.cur_bytes == 4000);
	assert_int_equal(walk.messages[3].u.tdb.sproto, 50);
	assert_true(walk.messages[4].id == HANDSTATE_ID + 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(trap_fb_13_expire_not_given),
	    cmocka_unit_test(trap_fb_14_no_rule),
	    cmocka_unit_test(trap_fb_15_dragonfly_checksum),
	    cmocka_unit_test(trap_fb_16_sync_flags_4),
	    cmocka_unit_test(trap_fb_17_spare_bytes),
	    cmocka_unit_test(trap_fb_18_names_without_nul),
	    cmocka_unit_test(trap_fb_19_opaque_ids),
	    cmocka_unit_test(trap_fb_20_printers_are_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
