/*
 * test_merge.c - the merge rules of SEM 2.5 with their numbers.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "pair.h"

static struct pair pair;

/* The numbers reported in opnsense/src 327. */
#define LOCAL_DST 3016315118U
#define OLD_DST 3016208802U
#define DISTANCE 106316

/* A node whose connection is at src 5000, dst LOCAL_DST. */
static const struct fw_state *
begin_as(enum fw_family family, bool era_a)
{
	struct fw_config config = pair_config(family, A);
	const struct fw_state *st;
	struct pfsync_message m;

	if (era_a && family == FW_V5O)
		config.dialect = pfsync_dialect_by_name("openbsd-5a");
	pair_one(&pair, &config);
	st = pair_established(&pair, A, 1);
	pair_run(&pair, 5 * S);
	/* Brought there by a message: both peers fresh. */
	m = pair_as(&pair, A, st, PFSYNC_ACT_UPD_C);
	m.u.state.src.seqlo = 5000;
	m.u.state.dst.seqlo = OLD_DST / 2; /* no step may reach 2^31 (SEM 5.3) */
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_MERGED);
	m.u.state.dst.seqlo = OLD_DST;
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_MERGED);
	m.u.state.dst.seqlo = LOCAL_DST;
	m.u.state.dst.seqhi = LOCAL_DST + 1000;
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_MERGED);
	pair_run(&pair, 5 * S);
	pair_forget(&pair);
	return st;
}

static const struct fw_state *
begin(enum fw_family family)
{
	return begin_as(family, false);
}

static struct pfsync_message
update(const struct fw_state *st, uint32_t src, uint32_t dst)
{
	struct pfsync_message m = pair_as(&pair, A, st, PFSYNC_ACT_UPD_C);

	m.u.state.src.seqlo = src;
	m.u.state.dst.seqlo = dst;
	m.u.state.timeout = 3;
	return m;
}

/* Era B: src fresh, dst stale: dst goes back, and the correction says so, too. */
static void
era_b_rolls_back(void **state)
{
	static const enum fw_family families[] = {FW_V5O, FW_V5F10, FW_V5F14, FW_V5F15, FW_V6A};

	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const struct fw_state *st = begin(families[i]);
		struct pfsync_message m = update(st, 6000, OLD_DST), answer;
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_ROLLED_BACK);
		assert_int_equal(pair.nodes[A].last_number, DISTANCE);
		assert_int_equal(st->dst.seqlo, OLD_DST);
		assert_int_equal(st->src.seqlo, 6000);
		assert_int_equal(st->timeout, 3);
		assert_int_equal(fw_counters(pair.nodes[A].fw)->stale, 1);
		assert_int_equal(pair.nodes[A].flushes[FW_FLUSH_STALE], 1);
		assert_true(pair_message(&pair, A, PFSYNC_ACT_UPD_C, 0, &answer));
		assert_int_equal(answer.u.state.dst.seqlo, OLD_DST);
		pair_free(&pair);
	}
}

/* ... and live traffic is then outside the window, as 106316 > 67035 (SEM 5.3). */
static void
a_far_rollback_stops_traffic(void **state)
{
	const struct fw_state *st = begin(FW_V5F14);
	struct fw_segment ack = {.flags = FW_SEG_ACK, .seq = 5000, .ack = LOCAL_DST, .win = 500};
	struct pfsync_message m = update(st, 5000, OLD_DST);

	(void)state;
	assert_int_equal(
	    fw_traffic(pair.nodes[A].fw, pair.now_ns, st->id, st->creatorid, &ack), FW_PASSED);
	m.u.state.src.wscale = m.u.state.dst.wscale = 0;
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_ROLLED_BACK);
	assert_int_equal(fw_traffic(pair.nodes[A].fw, pair.now_ns, st->id, st->creatorid, &ack),
	    FW_OUT_OF_WINDOW);
	pair_free(&pair);
}

static void
era_b_both_stale_changes_nothing(void **state)
{
	const struct fw_state *st = begin(FW_V5F10);
	const int64_t refreshed = fw_state_refresh_s(pair.nodes[A].fw, st);
	struct pfsync_message m = update(st, 4000, OLD_DST);

	(void)state;
	pair_run(&pair, 3 * S);
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_STALE);
	assert_int_equal(st->src.seqlo, 5000);
	assert_int_equal(st->dst.seqlo, LOCAL_DST);
	assert_int_equal(st->timeout, 2);
	assert_int_equal(fw_state_refresh_s(pair.nodes[A].fw, st), refreshed);
	assert_int_equal(pair.nodes[A].updated, 0);
	pair_free(&pair);
}

static void
era_b_keeps_a_newer_source(void **state)
{
	const struct fw_state *st = begin(FW_V6A);
	struct pfsync_message m = update(st, 4000, LOCAL_DST + 7);

	(void)state;
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_MERGED_DST);
	assert_int_equal(st->src.seqlo, 5000);
	assert_int_equal(st->dst.seqlo, LOCAL_DST + 7);
	assert_int_equal(fw_counters(pair.nodes[A].fw)->stale, 1);
	pair_free(&pair);
}

static void
era_c_keeps_the_newer_peer(void **state)
{
	const struct fw_state *st = begin(FW_V6B);
	struct pfsync_message m = update(st, 6000, OLD_DST), answer;

	(void)state;
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_MERGED_SRC);
	assert_int_equal(st->src.seqlo, 6000);
	assert_int_equal(st->dst.seqlo, LOCAL_DST);
	assert_int_equal(st->timeout, 3);
	assert_true(pair_message(&pair, A, PFSYNC_ACT_UPD_C, 0, &answer));
	assert_int_equal(answer.u.state.dst.seqlo, LOCAL_DST);
	/* A later level of dst makes an older seqlo acceptable; era B would refuse it. */
	m = update(st, 6000, OLD_DST);
	m.u.state.dst.state = PFSYNC_TCPS_CLOSING;
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_MERGED);
	assert_int_equal(st->dst.seqlo, OLD_DST);
	pair_free(&pair);
}

/* Era A: the first test that fails decides; code 7 takes src alone. */
static void
era_a_codes(void **state)
{
	static const struct {
		enum fw_family family;
		enum pfsync_action action;
		uint32_t src, dst;
		uint8_t src_state, dst_state;
		int code;
	} cases[] = {
	    {FW_V5O, PFSYNC_ACT_UPD_C, 6000, LOCAL_DST, 2, 4, 1},
	    {FW_V5O, PFSYNC_ACT_UPD_C, 4000, LOCAL_DST, 4, 4, 3},
	    {FW_V5O, PFSYNC_ACT_UPD_C, 6000, LOCAL_DST, 4, 2, 7},
	    {FW_V5O, PFSYNC_ACT_UPD_C, 6000, OLD_DST, 4, 4, 4},
	    {FW_V5F9, PFSYNC_ACT_UPD, 6000, LOCAL_DST, 4, 2, 7},
	    {FW_V2B, PFSYNC_ACT_UPD, 6000, LOCAL_DST, 4, 2, 7},
	    {FW_V3, PFSYNC_ACT_UPD_C, 6000, LOCAL_DST, 4, 2, 2},
	    {FW_V4B, PFSYNC_ACT_UPD_C, 6000, OLD_DST, 4, 4, 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct fw_state *st = begin_as(cases[i].family, true);
		const int64_t refreshed = fw_state_refresh_s(pair.nodes[A].fw, st);
		const bool sections = cases[i].family >= FW_V5O;
		struct pfsync_message m = update(st, cases[i].src, cases[i].dst), answer;
		m.action = cases[i].action;
		m.record =
		    m.action == PFSYNC_ACT_UPD
			? fw_family_dialect(cases[i].family)->layouts[PFSYNC_SLOT_STATE]->record
			: PFSYNC_REC_NONE;
		m.u.state.src.state = cases[i].src_state;
		m.u.state.dst.state = cases[i].dst_state;
		m.u.state.sync_flags = 0;
		assert_int_equal(
		    pair_tell(&pair, A, &m), cases[i].code == 7 ? FW_OUT_MERGED_SRC : FW_OUT_STALE);
		assert_int_equal(pair.nodes[A].last_number, cases[i].code);
		assert_int_equal(st->src.seqlo, cases[i].code == 7 ? 6000 : 5000);
		assert_int_equal(st->dst.seqlo, LOCAL_DST);
		assert_int_equal(st->timeout, 2);
		assert_int_equal(fw_state_refresh_s(pair.nodes[A].fw, st), refreshed);
		assert_int_equal(fw_counters(pair.nodes[A].fw)->stale, sections);
		assert_int_equal(fw_counters(pair.nodes[A].fw)->badstate, !sections);
		/* V5: UPD_C; before: a full update that says STALE, but not for code 7. */
		assert_true(pair_message(
		    &pair, A, sections ? PFSYNC_ACT_UPD_C : PFSYNC_ACT_UPD, 0, &answer));
		if (!sections)
			assert_int_equal(
			    answer.u.state.sync_flags & 0x04, cases[i].code == 7 ? 0 : 0x04);
		pair_free(&pair);
	}
}

static void
a_stale_answer_is_not_answered(void **state)
{
	const struct fw_state *st = begin(FW_V2B);
	struct pfsync_message m = pair_as(&pair, A, st, PFSYNC_ACT_UPD);

	(void)state;
	m.u.state.src.seqlo = 4000;
	m.u.state.sync_flags = 0x04;
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_STALE);
	pair_run(&pair, 2 * S);
	assert_int_equal(pair.nodes[A].packets, 0);
	assert_int_equal(fw_counters(pair.nodes[A].fw)->badstate, 1);
	pair_free(&pair);
}

static void
v2a_believes_the_last_writer(void **state)
{
	const struct fw_state *st = begin(FW_V2A);
	struct pfsync_message m = update(st, 1, 2);

	(void)state;
	m.u.state.src.state = m.u.state.dst.state = 0;
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_MERGED);
	assert_int_equal(st->src.seqlo, 1);
	assert_int_equal(st->dst.seqlo, 2);
	assert_int_equal(st->src.state, 0);
	assert_int_equal(fw_counters(pair.nodes[A].fw)->badstate, 0);
	pair_free(&pair);
}

/* A SYN proxy's levels are above all others and may go down. */
static void
proxy_levels_go_down(void **state)
{
	static const enum fw_family families[] = {FW_V2B, FW_V5O, FW_V5F10, FW_V6B};

	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const struct fw_state *st = begin(families[i]);
		struct pfsync_message m = update(st, 5000, LOCAL_DST);
		m.u.state.src.state = PFSYNC_TCPS_PROXY_DST;
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_MERGED);
		m.u.state.src.state = PFSYNC_TCPS_ESTABLISHED;
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_MERGED);
		assert_int_equal(st->src.state, PFSYNC_TCPS_ESTABLISHED);
		pair_free(&pair);
	}
}

static void
other_protocols_compare_levels(void **state)
{
	static const struct {
		enum fw_family family;
		enum fw_outcome src_old, dst_old;
	} cases[] = {
	    {FW_V2B, FW_OUT_STALE, FW_OUT_STALE},
	    {FW_V5F9, FW_OUT_STALE, FW_OUT_STALE},
	    {FW_V5F15, FW_OUT_MERGED_DST, FW_OUT_ROLLED_BACK},
	    {FW_V6B, FW_OUT_MERGED_DST, FW_OUT_MERGED_SRC},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config config = pair_config(cases[i].family, A);
		struct fw_flow flow = pair_flow(17, 3);
		const struct fw_state *st;
		struct pfsync_message m;
		pair_one(&pair, &config);
		st = pair_create(&pair, A, &flow);
		pair_run(&pair, 3 * S);
		m = pair_as(&pair, A, st, PFSYNC_ACT_UPD_C);
		m.u.state.src.state = m.u.state.dst.state = 2;
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_MERGED);
		/* Equal levels always apply, whatever the numbers. */
		m.u.state.src.seqlo = 0;
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_MERGED);
		m.u.state.src.state = 1;
		assert_int_equal(pair_tell(&pair, A, &m), cases[i].src_old);
		m.u.state.src.state = 2;
		m.u.state.dst.state = 1;
		assert_int_equal(pair_tell(&pair, A, &m), cases[i].dst_old);
		pair_free(&pair);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(era_b_rolls_back),
	    cmocka_unit_test(a_far_rollback_stops_traffic),
	    cmocka_unit_test(era_b_both_stale_changes_nothing),
	    cmocka_unit_test(era_b_keeps_a_newer_source),
	    cmocka_unit_test(era_c_keeps_the_newer_peer),
	    cmocka_unit_test(era_a_codes),
	    cmocka_unit_test(a_stale_answer_is_not_answered),
	    cmocka_unit_test(v2a_believes_the_last_writer),
	    cmocka_unit_test(proxy_levels_go_down),
	    cmocka_unit_test(other_protocols_compare_levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
