/*
 * test_pairs.c - two nodes of every family stay alike.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "pair.h"

static struct pair pair;

static void
check_equal(const char *when, enum fw_family family)
{
	unsigned differences = pair_differences(&pair, A, B);

	if (differences != 0)
		fail_msg("%s, %s: %u differences, %u against %u states", fw_family_name(family),
		    when, differences, (unsigned)fw_state_count(pair.nodes[A].fw),
		    (unsigned)fw_state_count(pair.nodes[B].fw));
}

static void
check_no_errors(const struct fw *fw)
{
	const struct fw_counters *c = fw_counters(fw);

	assert_int_equal(c->badif + c->badttl + c->hdrops + c->badver + c->badact, 0);
	assert_int_equal(c->badlen + c->badval + c->stale + c->badstate, 0);
	assert_int_equal(c->onomem + c->oerrors, 0);
}

static void
touch_all(unsigned node, bool from_dst)
{
	struct fw *fw = pair.nodes[node].fw;
	const struct fw_state *st;
	uint64_t cursor = 0;

	while ((st = fw_next(fw, &cursor)) != NULL) {
		struct fw_segment segment = {.from_dst = from_dst, .len_bytes = 100};
		if (st->proto == 6) {
			const struct fw_peer *me = from_dst ? &st->dst : &st->src;
			const struct fw_peer *other = from_dst ? &st->src : &st->dst;
			segment.flags = FW_SEG_ACK;
			segment.seq = me->seqlo;
			segment.ack = other->seqlo;
			segment.win = 400;
		}
		assert_int_equal(
		    fw_traffic(fw, pair.now_ns, st->id, st->creatorid, &segment), FW_PASSED);
	}
}

/* Inserts, updates on one and then on the other side, deletes. */
static void
each_family_keeps_tables_alike(void **state)
{
	(void)state;
	for (int family = 0; family < FW_FAMILY_COUNT; family++) {
		static const uint8_t protos[] = {6, 17, 1, 47};
		struct fw *a, *b;
		pair_two(&pair, (enum fw_family)family);
		a = pair.nodes[A].fw;
		b = pair.nodes[B].fw;
		for (unsigned n = 0; n < 100; n++) {
			struct fw_flow flow = pair_flow(protos[n % 4], n);
			if (n % 4 == 0)
				pair_established(&pair, n % 3 == 0 ? B : A, n);
			else
				pair_create(&pair, n % 3 == 0 ? B : A, &flow);
		}
		pair_run(&pair, 2 * S);
		assert_int_equal(fw_state_count(a), 100);
		check_equal("after inserts", (enum fw_family)family);
		touch_all(A, false);
		pair_run(&pair, 3 * S);
		check_equal("after updates on A", (enum fw_family)family);
		touch_all(B, true);
		pair_run(&pair, 3 * S);
		check_equal("after updates on B", (enum fw_family)family);
		for (unsigned k = 0; k < 30; k++) {
			uint64_t cursor = 0;
			const struct fw_state *st = fw_next(a, &cursor);
			/* V3, V4: only the creator tells (SEM 4.4). */
			assert_true(fw_kill(st->creatorid == fw_hostid(a) ? a : b, pair.now_ns,
			    st->id, st->creatorid));
			pair_run(&pair, 10 * MS);
		}
		pair_run(&pair, 2 * S);
		assert_int_equal(fw_state_count(a), 70);
		check_equal("after deletes", (enum fw_family)family);
		check_no_errors(a);
		check_no_errors(b);
		pair_free(&pair);
	}
}

/* A node comes up beside one with 1000 states. */
static void
each_family_fills_a_new_node(void **state)
{
	(void)state;
	for (int family = 0; family < FW_FAMILY_COUNT; family++) {
		struct fw_config config;
		pair_init(&pair);
		for (unsigned n = A; n <= B; n++) {
			config = pair_config((enum fw_family)family, n);
			pair_add(&pair, &config);
		}
		fw_up(pair.nodes[A].fw, pair.now_ns);
		pair_run(&pair, 100 * S);
		for (unsigned n = 0; n < 1000; n++) {
			struct fw_flow flow = pair_flow(6, n);
			if (n % 2 == 0)
				pair_established(&pair, A, n);
			else
				pair_create(&pair, A, &flow);
		}
		pair_run(&pair, 5 * S);
		assert_int_equal(fw_state_count(pair.nodes[B].fw), 0);
		fw_up(pair.nodes[B].fw, pair.now_ns);
		pair_run(&pair, 20 * S);
		if (pair.nodes[B].bulk[FW_BULK_COMPLETE] != 1)
			fail_msg("%s: no end of bulk", fw_family_name((enum fw_family)family));
		assert_false(fw_bulk_waiting(pair.nodes[B].fw));
		assert_int_equal(fw_demotion(pair.nodes[B].fw), 0);
		check_equal("after bulk", (enum fw_family)family);
		pair_free(&pair);
	}
}

static void
a_restarted_node_is_filled_again(void **state)
{
	(void)state;
	for (int family = 0; family < FW_FAMILY_COUNT; family++) {
		pair_two(&pair, (enum fw_family)family);
		for (unsigned n = 0; n < 200; n++)
			pair_established(&pair, n % 2 == 0 ? A : B, n);
		pair_run(&pair, 3 * S);
		check_equal("before", (enum fw_family)family);
		fw_restart(pair.nodes[B].fw, pair.now_ns, 0x77);
		assert_int_equal(fw_state_count(pair.nodes[B].fw), 0);
		pair_run(&pair, 3 * S);
		fw_up(pair.nodes[B].fw, pair.now_ns);
		pair_run(&pair, 20 * S);
		assert_int_equal(fw_state_count(pair.nodes[B].fw), 200);
		check_equal("after restart", (enum fw_family)family);
		assert_int_equal(fw_hostid(pair.nodes[B].fw), 0x77);
		pair_free(&pair);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_family_keeps_tables_alike),
	    cmocka_unit_test(each_family_fills_a_new_node),
	    cmocka_unit_test(a_restarted_node_is_filled_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
