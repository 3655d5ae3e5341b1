/*
 * test_meaning.c - families, keys and SA destinations that follow from fields;
 * values that kernels refuse (SEM 2.2, 2.3, 2.11).
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "handstate.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* One record of every layout, under a dialect that has it. */
static const struct full {
	const char *dialect;
	unsigned version, action, words;
	void (*append)(struct handmade *, unsigned);
} fulls[] = {
    {"openbsd-1n2-be", 1, 1, 0, handstate_208},
    {"openbsd-2e", 2, 1, 0, handstate_224},
    {"openbsd-3b", 3, 1, 0, handstate_240h},
    {"openbsd-4", 4, 1, 0, handstate_240k},
    {"openbsd-5b", 5, 1, 0, handstate_240k},
    {"freebsd-10", 5, 1, 0, handstate_1301},
    {"freebsd-14", 5, 13, 0, handstate_1400},
    {"freebsd-15", 5, 15, 0, handstate_1500},
    {"openbsd-6k", 6, 13, 66, handstate_264},
};

static void
read_full(struct pfsync_message *message, const struct full *full)
{
	struct handmade hand = {.len = 0};

	if (full->version < 5) {
		hand_header(&hand, full->version, full->action, 1);
		full->append(&hand, 1);
	} else {
		hand_frame(&hand, full->version, full->action, full->words, 1);
		full->append(&hand, 1);
		hand_frame_end(&hand);
	}
	hand_one(message, &hand, full->dialect);
}

/* ------------------------------------------------------------------------
 * Keys
 */

static void
test_keys_of_every_record(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(fulls); i++) {
		struct pfsync_message message;
		read_full(&message, &fulls[i]);
		handstate_check(&message, 1); /* wire and stack key among others */
		assert_int_equal(pfsync_key_af(&message, false), PFSYNC_AF_INET);
		assert_int_equal(pfsync_key_af(&message, true), PFSYNC_AF_INET);
	}
}

/*
 * Three hosts as keys: the wire side has ext and gwy, the stack side ext and
 * lan; ext is index 0 whichever way the state was created, since it is the
 * initiator inbound and the responder outbound (OB 4.3).
 */
static void
test_derived_keys(void **state)
{
	struct pfsync_message message;
	struct pfsync_state *st = &message.u.state;

	(void)state;
	read_full(&message, &fulls[1]);
	st->lan = (struct pfsync_host){{{10, 1, 0, 5}}, 1111};
	st->gwy = (struct pfsync_host){{{192, 0, 2, 9}}, 2222};
	st->ext = (struct pfsync_host){{{198, 51, 100, 20}}, 3333};
	for (uint8_t direction = 0; direction <= PFSYNC_OUT; direction++) {
		struct pfsync_key wire, stack;
		memset(&wire, 0xa5, sizeof(wire));
		memset(&stack, 0xa5, sizeof(stack));
		st->direction = direction;
		assert_true(pfsync_state_keys(&message, &wire, &stack));
		assert_memory_equal(&wire.addr[0], &st->ext.addr, 16);
		assert_memory_equal(&wire.addr[1], &st->gwy.addr, 16);
		assert_memory_equal(&stack.addr[0], &st->ext.addr, 16);
		assert_memory_equal(&stack.addr[1], &st->lan.addr, 16);
		assert_true(wire.port[0] == 3333 && wire.port[1] == 2222);
		assert_true(stack.port[0] == 3333 && stack.port[1] == 1111);
		assert_true(wire.rdomain == 0 && stack.rdomain == 0);
		assert_true(wire.af_number == 0 && stack.af_number == 0);
	}
}

/* What a layout lacks is 0 in the keys, not what was there before. */
static void
test_keys_without_domain(void **state)
{
	static const struct {
		size_t full;
		bool rdomain, af;
	} cases[] = {{3, false, false}, {5, false, false}, {7, false, true}, {8, true, true}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pfsync_message message;
		struct pfsync_key wire, stack;
		read_full(&message, &fulls[cases[i].full]);
		message.u.state.wire.rdomain = message.u.state.stack.rdomain = 9;
		message.u.state.wire.af_number = message.u.state.stack.af_number = 2;
		assert_true(pfsync_state_keys(&message, &wire, &stack));
		assert_int_equal(wire.rdomain, cases[i].rdomain ? 9 : 0);
		assert_int_equal(stack.rdomain, cases[i].rdomain ? 9 : 0);
		assert_int_equal(wire.af_number, cases[i].af ? 2 : 0);
		assert_int_equal(stack.af_number, cases[i].af ? 2 : 0);
	}
}

static void
test_no_keys(void **state)
{
	struct handmade hand;
	struct pfsync_message message;
	struct pfsync_key wire, stack;

	(void)state;
	hand_frame(&hand, 6, 4, 21, 1);
	handstate_upd_c84(&hand, 1);
	hand_frame_end(&hand);
	hand_one(&message, &hand, "openbsd-6k");
	assert_false(pfsync_state_keys(&message, &wire, &stack));
	assert_int_equal(pfsync_state_af(&message), PFSYNC_AF_UNSPEC);
	assert_int_equal(pfsync_key_af(&message, true), PFSYNC_AF_UNSPEC);
}

/* A record that the capture cut inside its keys has none. */
static void
test_cut_keys(void **state)
{
	struct handmade hand;

	(void)state;
	hand_frame(&hand, 6, 13, 66, 1);
	handstate_264(&hand, 1);
	hand_frame_end(&hand);
	for (size_t avail = 0; avail <= 264; avail++) {
		struct pfsync_section section;
		struct pfsync_record record;
		struct pfsync_message message;
		struct pfsync_key wire, stack;
		struct hand_open open;
		uint64_t id;
		uint32_t creatorid;
		hand_open_cut(&open, &hand, "openbsd-6k", 24 + avail, hand.len);
		assert_int_equal(pfsync_section_next(&open.frame, &section), PFSYNC_OK);
		assert_int_equal(pfsync_record_first(&open.frame, &section, &record),
		    avail == 264 ? PFSYNC_OK : PFSYNC_TRUNCATED);
		assert_int_equal(pfsync_message_decode(&record, &message), PFSYNC_OK);
		/* key[1] stack ends with its ports at 64 + 36. */
		assert_int_equal(pfsync_state_keys(&message, &wire, &stack), avail >= 100);
		assert_int_equal(pfsync_has(&message, PFSYNC_F_ID), avail >= 8);
		assert_int_equal(pfsync_has(&message, PFSYNC_F_CREATORID), avail >= 240);
		assert_int_equal(
		    pfsync_state_af(&message), avail >= 63 ? PFSYNC_AF_INET : PFSYNC_AF_UNSPEC);
		assert_int_equal(pfsync_record_key(&record, &id, &creatorid), avail == 264);
		hand_close(&open);
	}
}

/* ------------------------------------------------------------------------
 * Families
 */

/* OB 19 no. 25, FB 9.4: the key's own, else the record's. */
static void
test_families(void **state)
{
	struct pfsync_message message;
	struct pfsync_state *st = &message.u.state;

	(void)state;
	read_full(&message, &fulls[8]); /* 264 bytes: all three */
	st->wire.af_number = st->af_number = 24;
	st->stack.af_number = 2;
	assert_int_equal(pfsync_state_af(&message), PFSYNC_AF_INET6);
	assert_int_equal(pfsync_key_af(&message, false), PFSYNC_AF_INET6);
	assert_int_equal(pfsync_key_af(&message, true), PFSYNC_AF_INET);
	st->wire.af_number = st->stack.af_number = 0; /* room, but not filled */
	assert_int_equal(pfsync_key_af(&message, false), PFSYNC_AF_INET6);
	assert_int_equal(pfsync_key_af(&message, true), PFSYNC_AF_INET6);
	st->af_number = 99;
	assert_int_equal(pfsync_state_af(&message), PFSYNC_AF_UNSPEC);

	read_full(&message, &fulls[7]); /* 1500: two, none for the record */
	st->wire.af_number = 28;
	st->stack.af_number = 2;
	assert_int_equal(pfsync_state_af(&message), PFSYNC_AF_INET6);
	assert_int_equal(pfsync_key_af(&message, false), PFSYNC_AF_INET6);
	assert_int_equal(pfsync_key_af(&message, true), PFSYNC_AF_INET);
}

/* OB 4.6: BSD socket addresses. */
static void
test_tdb_dst(void **state)
{
	static const struct {
		uint8_t sa[28];
		enum pfsync_af af;
		uint8_t addr[16];
	} cases[] = {
	    {{16, 2, 1, 2, 192, 0, 2, 9, 0xdb, 0xdb}, PFSYNC_AF_INET, {192, 0, 2, 9}},
	    {{28, 24, 0, 0, 1, 2, 3, 4, 0x20, 1, 0x0d, 0xb8, [23] = 7, [24] = 1}, PFSYNC_AF_INET6,
		{0x20, 1, 0x0d, 0xb8, [15] = 7}},
	    {{28, 28, 0, 0, 0, 0, 0, 0, 0xfd, [23] = 7}, PFSYNC_AF_INET6, {0xfd, [15] = 7}},
	    {{28, 0, 0, 0, 1, 2, 3, 4}, PFSYNC_AF_UNSPEC, {0}},
	    {{0}, PFSYNC_AF_UNSPEC, {0}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct handmade hand;
		struct pfsync_message message;
		struct pfsync_addr addr;
		hand_frame(&hand, 6, 15, 13, 1);
		hand_be32(&hand, 0x1000);
		hand_bytes(&hand, cases[i].sa, 28);
		hand_fill(&hand, 0, 20);
		hand_frame_end(&hand);
		hand_one(&message, &hand, "openbsd-6k");
		memset(&addr, 0xa5, sizeof(addr));
		assert_int_equal(pfsync_tdb_dst(&message, &addr), cases[i].af);
		assert_memory_equal(addr.b, cases[i].addr, 16);
		assert_int_equal(pfsync_message_check(&message, hand_dialect("openbsd-6k"), NULL),
		    cases[i].af == PFSYNC_AF_UNSPEC ? PFSYNC_BADVAL : PFSYNC_OK);
		message.has = (struct pfsync_fields){{0, 0}};
		assert_int_equal(pfsync_tdb_dst(&message, &addr), PFSYNC_AF_UNSPEC);
	}
}

/* ------------------------------------------------------------------------
 * Values that receivers refuse
 */

static int
check(const struct pfsync_message *message, const char *dialect)
{
	const char *text = NULL;
	int status = pfsync_message_check(message, hand_dialect(dialect), &text);

	assert_int_equal(pfsync_message_check(message, hand_dialect(dialect), NULL), status);
	if (status == PFSYNC_OK) {
		assert_null(text);
	} else {
		assert_int_equal(status, PFSYNC_BADVAL);
		assert_non_null(text);
		assert_true(strlen(text) > 0);
	}
	return status;
}

/* SEM 2.2: timeout, levels, direction, family, creatorid. */
static void
test_check_states(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(fulls); i++) {
		const char *dialect = fulls[i].dialect;
		struct pfsync_message good, bad;
		read_full(&good, &fulls[i]);
		assert_int_equal(check(&good, dialect), PFSYNC_OK);
		for (unsigned value = 0; value < 256; value++) {
			const uint8_t byte = (uint8_t)value;
			bad = good;
			bad.u.state.src.state = byte;
			assert_int_equal(check(&bad, dialect) == PFSYNC_OK, value <= 12);
			bad = good;
			bad.u.state.dst.state = byte;
			assert_int_equal(check(&bad, dialect) == PFSYNC_OK, value <= 12);
			bad = good;
			bad.u.state.direction = byte;
			assert_int_equal(check(&bad, dialect) == PFSYNC_OK, value <= 2);
		}
		bad = good;
		bad.creatorid = 0;
		assert_int_equal(check(&bad, dialect), PFSYNC_BADVAL);
		bad = good;
		bad.u.state.af_number = 0;
		bad.u.state.wire.af_number = 0;
		assert_int_equal(check(&bad, dialect), PFSYNC_BADVAL);
	}
}

/* OB 14.4, SEM 2.2: the first class that is refused. */
static void
test_check_timeouts(void **state)
{
	static const struct {
		const char *dialect;
		unsigned version, action, words;
		void (*append)(struct handmade *, unsigned);
		unsigned max;
	} cases[] = {
	    {"openbsd-2c", 2, 1, 0, handstate_224, 19},
	    {"openbsd-2e", 2, 1, 0, handstate_224, 20},
	    {"openbsd-3b", 3, 1, 0, handstate_240h, 20},
	    {"openbsd-4", 4, 1, 0, handstate_240k, 20},
	    {"freebsd-9", 5, 1, 0, handstate_1301, 20},
	    {"freebsd-10", 5, 1, 0, handstate_1301, 20},
	    {"freebsd-14", 5, 1, 0, handstate_1301, 25},
	    {"freebsd-14", 5, 13, 0, handstate_1400, 25},
	    {"freebsd-15", 5, 15, 0, handstate_1500, 25},
	    {"openbsd-6k", 6, 13, 66, handstate_264, 20},
	    {"openbsd-6k", 6, 4, 21, handstate_upd_c84, 20},
	    {"freebsd-14", 5, 4, 0, handstate_upd_c84, 25},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct full full = {cases[i].dialect, cases[i].version, cases[i].action,
		    cases[i].words, cases[i].append};
		struct pfsync_message message;
		if (strcmp(cases[i].dialect, "freebsd-9") == 0) {
			struct handmade hand;
			hand_frame(&hand, 5, 1, 0, 1);
			handstate_1301(&hand, 1);
			hand_section(&hand, 12, 0, 1);
			hand_fill(&hand, 0, 20);
			hand_end(&hand);
			hand_one(&message, &hand, "freebsd-9");
		} else {
			read_full(&message, &full);
		}
		for (unsigned value = 0; value < 256; value++) {
			message.u.state.timeout = (uint8_t)value;
			assert_int_equal(
			    check(&message, cases[i].dialect) == PFSYNC_OK, value < cases[i].max);
		}
	}
}

/* SEM 2.3, 2.4, 2.6, 2.8: what else is checked, and what is not. */
static void
test_check_others(void **state)
{
	struct pfsync_message message;
	struct handmade hand;

	(void)state;
	/* UPD_C: class and levels only; its creatorid names a state to look up. */
	hand_frame(&hand, 6, 4, 21, 1);
	handstate_upd_c84(&hand, 1);
	hand_frame_end(&hand);
	hand_one(&message, &hand, "openbsd-6k");
	message.u.state.src.state = 13;
	assert_int_equal(check(&message, "openbsd-6k"), PFSYNC_BADVAL);
	message.u.state.src.state = 0;
	message.u.state.dst.state = 13;
	assert_int_equal(check(&message, "openbsd-6k"), PFSYNC_BADVAL);
	/* A request for everything is 0, 0. */
	hand_frame(&hand, 6, 5, 3, 1);
	hand_fill(&hand, 0, 12);
	hand_frame_end(&hand);
	hand_one(&message, &hand, "openbsd-6k");
	assert_int_equal(check(&message, "openbsd-6k"), PFSYNC_OK);
	/* A delete is obeyed whatever it says. */
	hand_frame(&hand, 6, 6, 66, 1);
	hand_fill(&hand, 0xff, 264);
	hand_frame_end(&hand);
	hand_one(&message, &hand, "openbsd-6k");
	assert_int_equal(check(&message, "openbsd-6k"), PFSYNC_OK);
}

/* SEM 2.11: SPI above 255. */
static void
test_check_tdb(void **state)
{
	static const uint32_t spis[] = {0, 1, 255, 256, 0xffffffff};

	(void)state;
	for (size_t i = 0; i < COUNT(spis); i++) {
		struct handmade hand;
		struct pfsync_message message;
		hand_frame(&hand, 6, 15, 13, 1);
		hand_be32(&hand, spis[i]);
		hand_bytes(&hand, "\x10\x02\0\0\xc0\0\x02\x09", 8);
		hand_fill(&hand, 0, 40);
		hand_frame_end(&hand);
		hand_one(&message, &hand, "openbsd-6k");
		assert_int_equal(check(&message, "openbsd-6k") == PFSYNC_OK, spis[i] > 255);
	}
}

/* The name fields of FreeBSD 15's record and of CLR: an end is asked for. */
static void
test_names_must_end(void **state)
{
	static const enum pfsync_field names[] = {
	    PFSYNC_F_IFNAME, PFSYNC_F_RT_IFNAME, PFSYNC_F_ORIG_IFNAME, PFSYNC_F_TAGNAME};
	const struct pfsync_dialect *dialect = pfsync_dialect_by_name("freebsd-15");
	const char *text = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct pfsync_field_info *info = pfsync_field_info((int)names[i]);
		struct pfsync_message message;
		memset(&message, 0, sizeof(message));
		message.action = PFSYNC_ACT_INS;
		message.record = PFSYNC_REC_1500;
		memset((char *)&message + info->member_offset, 'i', info->size_bytes);
		assert_int_equal(pfsync_message_check(&message, dialect, &text), PFSYNC_OK);
		pfsync_has_set(&message, names[i]);
		assert_int_equal(pfsync_message_check(&message, dialect, &text), PFSYNC_BADVAL);
		assert_string_equal(text, "name without an end");
		((char *)&message)[info->member_offset + info->size_bytes - 1] = 0;
		assert_int_equal(pfsync_message_check(&message, dialect, &text), PFSYNC_OK);
	}
	struct pfsync_message clear;
	memset(&clear, 0, sizeof(clear));
	clear.action = PFSYNC_ACT_CLR;
	pfsync_has_set(&clear, PFSYNC_F_CLR_IFNAME);
	assert_int_equal(pfsync_message_check(&clear, dialect, NULL), PFSYNC_OK);
	memset(clear.u.clr.ifname, 'x', sizeof(clear.u.clr.ifname));
	assert_int_equal(pfsync_message_check(&clear, dialect, NULL), PFSYNC_BADVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_keys_of_every_record),
	    cmocka_unit_test(test_derived_keys),
	    cmocka_unit_test(test_keys_without_domain),
	    cmocka_unit_test(test_no_keys),
	    cmocka_unit_test(test_cut_keys),
	    cmocka_unit_test(test_families),
	    cmocka_unit_test(test_tdb_dst),
	    cmocka_unit_test(test_check_states),
	    cmocka_unit_test(test_check_timeouts),
	    cmocka_unit_test(test_check_others),
	    cmocka_unit_test(test_names_must_end),
	    cmocka_unit_test(test_check_tdb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
