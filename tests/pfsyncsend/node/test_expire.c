/*
 * test_expire.c - the end of states by time (SEM 4.2 .. 4.4).
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "pair.h"

static struct pair pair;

/* Due after its timeout; gone within one interval more, told by a DEL. */
static void
purged_within_the_interval(void **state)
{
	(void)state;
	for (int family = 0; family < FW_FAMILY_COUNT; family++) {
		struct fw_config config = pair_config((enum fw_family)family, A);
		struct fw_flow flow = pair_flow(17, 1);
		pair_one(&pair, &config);
		pair_create(&pair, A, &flow);
		pair_run(&pair, 59 * S);
		assert_int_equal(fw_state_count(pair.nodes[A].fw), 1);
		pair_run(&pair, 12 * S);
		assert_int_equal(fw_state_count(pair.nodes[A].fw), 0);
		assert_int_equal(pair.nodes[A].removed_why, FW_WHY_EXPIRED);
		pair_run(&pair, 2 * S);
		assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_DEL_C), 1);
		pair_free(&pair);
	}
}

/* FreeBSD looks at a hundredth of the table each 100 ms, so states go one by one. */
static void
purged_in_slices(void **state)
{
	static const struct {
		enum fw_family family;
		unsigned at_once_max;
	} cases[] = {{FW_V2B, 1000}, {FW_V6A, 100}, {FW_V5F14, 10}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config config = pair_config(cases[i].family, A);
		unsigned most = 0;
		pair_one(&pair, &config);
		for (unsigned n = 0; n < 1000; n++) {
			struct fw_flow flow = pair_flow(17, n);
			pair_create(&pair, A, &flow);
		}
		pair_run(&pair, 59 * S);
		pair.keep = false;
		for (int step = 0; step < 130; step++) {
			const uint64_t before = fw_state_count(pair.nodes[A].fw);
			uint64_t gone;
			pair_run(&pair, 100 * MS);
			gone = before - fw_state_count(pair.nodes[A].fw);
			if (gone > most)
				most = (unsigned)gone;
		}
		assert_int_equal(fw_state_count(pair.nodes[A].fw), 0);
		assert_int_equal(most, cases[i].at_once_max);
		pair_free(&pair);
	}
}

/* On V4b, V5o and V5f9 a copy lives up to twice as long (D-25). */
static void
copies_live_twice_as_long(void **state)
{
	static const struct {
		enum fw_family family;
		int lives_s; /* A's copy, B is lost after the INS; of 60 s */
	} cases[] = {{FW_V2B, 60}, {FW_V4B, 120}, {FW_V5O, 120}, {FW_V5F9, 120}, {FW_V5F10, 60},
	    {FW_V6B, 60}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_flow flow = pair_flow(17, 1);
		pair_two(&pair, cases[i].family);
		pair_create(&pair, A, &flow);
		pair_run(&pair, 2 * S);
		assert_int_equal(fw_state_count(pair.nodes[B].fw), 1);
		pair.cut[A] = true;
		pair_run(&pair, (cases[i].lives_s - 4) * S);
		assert_int_equal(fw_state_count(pair.nodes[B].fw), 1);
		pair_run(&pair, 16 * S);
		assert_int_equal(fw_state_count(pair.nodes[B].fw), 0);
		pair_free(&pair);
	}
}

/* SEM 4.2: linear between start and end, by one count or the other. */
static void
adaptive_timeouts(void **state)
{
	static const struct {
		enum fw_family family;
		uint8_t release;
		int wanted_s; /* 60 states, start 40, end 80: half of 86400, see below */
	} cases[] = {{FW_V5F14, 0, 43200}, {FW_V6B, 0, 43200}, {FW_V3, 0, 43200}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config config = pair_config(cases[i].family, A);
		const struct fw_state *st;
		config.adaptive_start = 40;
		config.adaptive_end = 80;
		pair_one(&pair, &config);
		st = pair_established(&pair, A, 0);
		assert_int_equal(fw_state_expires_s(pair.nodes[A].fw, st) - pair.now_ns / S, 86400);
		for (unsigned n = 1; n < 60; n++) {
			struct fw_flow flow = pair_flow(17, n);
			pair_create(&pair, A, &flow);
		}
		assert_int_equal(
		    fw_state_expires_s(pair.nodes[A].fw, st) - pair.now_ns / S, cases[i].wanted_s);
		for (unsigned n = 60; n < 80; n++) {
			struct fw_flow flow = pair_flow(17, n);
			pair_create(&pair, A, &flow);
		}
		/* Full: everything is due. */
		assert_int_equal(fw_state_expires_s(pair.nodes[A].fw, st), pair.now_ns / S);
		pair_free(&pair);
	}
}

/* The 32-bit product of older kernels wraps. */
static void
the_old_product_wraps(void **state)
{
	static const struct {
		uint8_t release;
		uint32_t wanted_s;
	} cases[] = {/* 86400 * (200001 - 100000) / (200001 - 99999), then the same modulo 2^32 */
	    {13, 86399},
	    {10, (uint32_t)((UINT64_C(86400) * (200001 - 100000)) & UINT32_MAX) / 100002}};
	struct fw_flow flow;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fw_config config = pair_config(FW_V5F10, A);
		const struct fw_state *st;
		config.freebsd_release = cases[i].release;
		config.adaptive_start = 99999;
		config.adaptive_end = 200001;
		config.state_limit = 200000;
		pair_one(&pair, &config);
		st = pair_established(&pair, A, 0);
		pair.cut[A] = true;
		pair.keep = false;
		for (unsigned n = 1; n < 100000; n++) {
			flow = pair_flow(17, n);
			pair_create(&pair, A, &flow);
		}
		assert_int_equal(
		    fw_state_expires_s(pair.nodes[A].fw, st) - pair.now_ns / S, cases[i].wanted_s);
		pair_free(&pair);
	}
}

/* A rule's own timeouts and counts. */
static void
rules_have_their_own(void **state)
{
	struct fw_rule rules[] = {{.timeout_s = {[6] = 7}}};
	struct fw_config config = pair_config(FW_V6A, A);
	struct fw_flow flow = pair_flow(17, 1);
	const struct fw_state *st;

	(void)state;
	config.rules = rules;
	config.rule_count = 1;
	pair_one(&pair, &config);
	flow.rule = 0;
	st = pair_create(&pair, A, &flow);
	assert_int_equal(fw_state_expires_s(pair.nodes[A].fw, st) - pair.now_ns / S, 7);
	pair_run(&pair, 2 * S);
	pair_run(&pair, 16 * S);
	assert_int_equal(fw_state_count(pair.nodes[A].fw), 0);
	pair_free(&pair);
}

/*
 * The first node to expire a state ends it everywhere (D-17); not in V3 and V4.
 * An import lives as long as the sender says, a merge as long as the receiver does.
 */
static void
a_shorter_timeout_kills_elsewhere(void **state)
{
	static const struct {
		enum fw_family family;
		unsigned left;
	} cases[] = {{FW_V3, 1}, {FW_V5F14, 0}, {FW_V6B, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_segment ack = {.flags = FW_SEG_ACK, .win = 500};
		const struct fw_state *st;
		pair_two(&pair, cases[i].family);
		fw_set_timeout(pair.nodes[B].fw, 2, 60);
		st = pair_established(&pair, A, 1);
		pair_run(&pair, 2 * S);
		ack.seq = st->src.seqlo;
		ack.ack = st->dst.seqlo;
		fw_traffic(pair.nodes[A].fw, pair.now_ns, st->id, st->creatorid, &ack);
		pair_run(&pair, 50 * S);
		assert_int_equal(fw_state_count(pair.nodes[B].fw), 1);
		pair_run(&pair, 40 * S);
		assert_int_equal(fw_state_count(pair.nodes[B].fw), 0);
		assert_int_equal(fw_state_count(pair.nodes[A].fw), cases[i].left);
		pair_free(&pair);
	}
}

/* Timers keep step while the table is empty. */
static void
an_idle_node_plans_nothing(void **state)
{
	struct fw_config config = pair_config(FW_V5F15, A);
	struct fw_flow flow = pair_flow(17, 1);

	(void)state;
	pair_one(&pair, &config);
	fw_tick(pair.nodes[A].fw, pair.now_ns);
	assert_int_equal(fw_deadline_ns(pair.nodes[A].fw), INT64_MAX);
	pair_run(&pair, 1234 * S + 567 * MS);
	pair_create(&pair, A, &flow);
	assert_true(fw_deadline_ns(pair.nodes[A].fw) <= pair.now_ns + 100 * MS);
	pair_run(&pair, 75 * S);
	assert_int_equal(fw_state_count(pair.nodes[A].fw), 0);
	pair_free(&pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(purged_within_the_interval),
	    cmocka_unit_test(purged_in_slices),
	    cmocka_unit_test(copies_live_twice_as_long),
	    cmocka_unit_test(adaptive_timeouts),
	    cmocka_unit_test(the_old_product_wraps),
	    cmocka_unit_test(rules_have_their_own),
	    cmocka_unit_test(a_shorter_timeout_kills_elsewhere),
	    cmocka_unit_test(an_idle_node_plans_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
