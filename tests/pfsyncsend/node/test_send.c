/*
 * test_send.c - what leaves, when, in which packet and order (SEM 3).
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
begin(enum fw_family family)
{
	struct fw_config config = pair_config(family, A);

	pair_one(&pair, &config);
}

/* Actions of the sections of a packet, in order; returns how many. */
static unsigned
sections(const struct pair_packet *packet, enum pfsync_action *actions)
{
	struct pfsync_hint hint = {.forced = fw_config(pair.nodes[A].fw)->dialect};
	struct pfsync_frame frame;
	struct pfsync_section section;
	unsigned count = 0;

	assert_int_equal(
	    pfsync_frame_open(&frame, packet->bytes, packet->len, packet->len, &hint), PFSYNC_OK);
	while (pfsync_section_next(&frame, &section) == PFSYNC_OK)
		actions[count++] = section.action;
	return count;
}

static void
check_order(const enum pfsync_action *wanted, unsigned count)
{
	enum pfsync_action found[16];

	assert_int_equal(pair.seen_count, 1);
	assert_int_equal(sections(&pair.seen[0], found), count);
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(found[i], wanted[i]);
}

/* One of each in one packet: flows 1 .. 5 play the parts. */
static void
one_of_each(enum fw_family family, bool one_bucket)
{
	struct fw_config config = pair_config(family, A);
	const struct fw_state *st[6];
	struct fw_segment data = {.len_bytes = 10};
	struct pfsync_message m;
	struct fw *fw;

	config.cpus = 1;
	config.freebsd_release = one_bucket && family == FW_V5F10 ? 11 : 0;
	pair_one(&pair, &config);
	fw = pair.nodes[A].fw;
	for (unsigned n = 1; n <= 3; n++) {
		struct fw_flow flow = pair_flow(17, n * 8); /* one slice of V6b */
		st[n] = pair_create(&pair, A, &flow);
	}
	pair_run(&pair, 5 * S);
	pair_forget(&pair);
	fw_traffic(fw, pair.now_ns, st[1]->id, st[1]->creatorid, &data); /* UPD_C */
	fw_kill(fw, pair.now_ns, st[2]->id, st[2]->creatorid);           /* DEL_C */
	{
		struct fw_flow flow = pair_flow(17, 4 * 8);
		pair_create(&pair, A, &flow); /* INS */
	}
	m = pair_as(&pair, A, st[3], PFSYNC_ACT_UPD_REQ);
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_ANSWERED); /* UPD; all leaves */
}

static void
order_of_sections(void **state)
{
	static const enum pfsync_action v5[] = {
	    PFSYNC_ACT_INS, PFSYNC_ACT_UPD, PFSYNC_ACT_UPD_C, PFSYNC_ACT_DEL_C, PFSYNC_ACT_EOF};
	static const enum pfsync_action v6[] = {
	    PFSYNC_ACT_UPD_C, PFSYNC_ACT_DEL_C, PFSYNC_ACT_INS, PFSYNC_ACT_UPD};

	(void)state;
	one_of_each(FW_V5O, true);
	check_order(v5, 5);
	pair_free(&pair);
	one_of_each(FW_V5F10, true);
	check_order(v5, 5);
	assert_int_equal(fw_counters(pair.nodes[A].fw)->oacts[12] > 0, true);
	pair_free(&pair);
	one_of_each(FW_V6A, true);
	check_order(v6, 4);
	pair_free(&pair);
	one_of_each(FW_V6B, true);
	check_order(v6, 4);
	pair_free(&pair);
}

/* A state is in one queue at most; what was never told needs no end. */
static void
queues_merge_events(void **state)
{
	struct fw_segment data = {.len_bytes = 10};
	struct fw_flow flow = pair_flow(17, 1);
	const struct fw_state *st;
	struct fw *fw;

	(void)state;
	begin(FW_V6B);
	fw = pair.nodes[A].fw;
	/* Created, updated, gone within a second: nothing. */
	st = pair_create(&pair, A, &flow);
	assert_true(fw_state_queued(fw, st));
	fw_traffic(fw, pair.now_ns, st->id, st->creatorid, &data);
	fw_kill(fw, pair.now_ns, st->id, st->creatorid);
	pair_run(&pair, 3 * S);
	assert_int_equal(pair.nodes[A].packets, 0);
	/* INS holds the state at the time of sending. */
	st = pair_create(&pair, A, &flow);
	data.from_dst = true;
	fw_traffic(fw, pair.now_ns, st->id, st->creatorid, &data);
	pair_run(&pair, 999 * MS);
	assert_int_equal(pair.nodes[A].packets, 0);
	pair_run(&pair, 2 * MS);
	assert_int_equal(pair.nodes[A].packets, 1);
	assert_int_equal(pair.nodes[A].flushes[FW_FLUSH_TIMER], 1);
	assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_INS), 1);
	assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_UPD_C), 0);
	assert_false(fw_state_queued(fw, st));
	{
		struct pfsync_message m;
		assert_true(pair_message(&pair, A, PFSYNC_ACT_INS, 0, &m));
		assert_int_equal(m.u.state.src.state, 2);
	}
	/* Updated and gone: only the end is told. */
	fw_traffic(fw, pair.now_ns, st->id, st->creatorid, &data);
	fw_kill(fw, pair.now_ns, st->id, st->creatorid);
	pair_run(&pair, 2 * S);
	assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_UPD_C), 0);
	assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_DEL_C), 1);
	pair_free(&pair);
}

static struct fw_segment
ack_of(const struct fw_state *st)
{
	return (struct fw_segment){
	    .flags = FW_SEG_ACK, .seq = st->src.seqlo, .ack = st->dst.seqlo, .win = 500};
}

/* maxupd counts updates of TCP only. */
static void
maxupd_forces_a_packet(void **state)
{
	static const enum fw_family families[] = {FW_V3, FW_V5F14, FW_V6B};

	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		struct fw_config config = pair_config(families[i], A);
		const struct fw_state *st;
		struct fw_segment ack;
		config.maxupd = 10;
		pair_one(&pair, &config);
		st = pair_established(&pair, A, 1);
		pair_run(&pair, 5 * S);
		pair_forget(&pair);
		ack = ack_of(st);
		for (int n = 0; n < 10; n++)
			fw_traffic(pair.nodes[A].fw, pair.now_ns, st->id, st->creatorid, &ack);
		assert_int_equal(pair.nodes[A].packets, 0);
		fw_traffic(pair.nodes[A].fw, pair.now_ns, st->id, st->creatorid, &ack);
		assert_int_equal(pair.nodes[A].packets, 1);
		assert_int_equal(pair.nodes[A].flushes[FW_FLUSH_MAXUPD], 1);
		if (families[i] == FW_V3) {
			struct pfsync_message m;
			assert_true(pair_message(&pair, A, PFSYNC_ACT_UPD_C, 0, &m));
			assert_int_equal(m.u.state.updates, 10);
		}
		pair_free(&pair);
	}
}

/* The peer had it less than 2 s ago: an update leaves at once. */
static void
asymmetric_traffic_is_not_queued(void **state)
{
	static const enum fw_family families[] = {FW_V5O, FW_V5F10, FW_V6A, FW_V6B};

	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const struct fw_state *st;
		struct pfsync_message m;
		struct fw_segment ack;
		begin(families[i]);
		st = pair_established(&pair, A, 1);
		pair_run(&pair, 5 * S);
		ack = ack_of(st);
		m = pair_as(&pair, A, st, PFSYNC_ACT_UPD_C);
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_MERGED);
		pair_forget(&pair);
		fw_traffic(pair.nodes[A].fw, pair.now_ns, st->id, st->creatorid, &ack);
		assert_int_equal(pair.nodes[A].flushes[FW_FLUSH_TOUCHED], 1);
		pair_run(&pair, 2 * S);
		fw_traffic(pair.nodes[A].fw, pair.now_ns, st->id, st->creatorid, &ack);
		assert_int_equal(pair.nodes[A].packets, 1);
		pair_free(&pair);
	}
}

static void
packets_fit_the_mtu(void **state)
{
	(void)state;
	for (int family = 0; family < FW_FAMILY_COUNT; family++) {
		struct fw_config config = pair_config((enum fw_family)family, A);
		/* V2 .. V4 leave out the IP header when they count (OB 16). */
		const size_t ip = family < FW_V5O ? 0 : 20;
		size_t longest = 0;
		config.mtu = 1000;
		pair_one(&pair, &config);
		for (unsigned n = 0; n < 300; n++) {
			struct fw_flow flow = pair_flow(17, n);
			pair_create(&pair, A, &flow);
		}
		pair_run(&pair, 3 * S);
		assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_INS), 300);
		for (size_t i = 0; i < pair.seen_count; i++) {
			if (pair.seen[i].len > longest)
				longest = pair.seen[i].len;
		}
		assert_true(longest + ip <= 1000);
		assert_true(longest > 650);
		assert_true(pair.nodes[A].flushes[FW_FLUSH_FULL] > 50);
		pair_free(&pair);
	}
}

/* More than a page: the buffer cannot be had, nothing leaves any more (SEM 3.5). */
static void
freebsd_goes_mute_with_a_large_mtu(void **state)
{
	static const struct {
		enum fw_family family;
		uint8_t release;
		bool mute;
	} cases[] = {
	    {FW_V5F10, 13, true}, {FW_V5F15, 15, true}, {FW_V5F15, 16, false}, {FW_V6B, 0, false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config config = pair_config(cases[i].family, A);
		config.freebsd_release = cases[i].release;
		config.cpus = 1;
		config.mtu = 8930;
		pair_init(&pair);
		pair.keep = false; /* packets are larger than what the record takes */
		pair.cut[A] = true;
		{
			const struct fw_callbacks none = {0};
			const char *problem;
			uint64_t sent;
			struct fw *fw = fw_new(&config, &none, pair.now_ns, &problem);
			int64_t now_ns = pair.now_ns;
			assert_non_null(fw);
			fw_up(fw, now_ns);
			now_ns += 400 * S;
			fw_tick(fw, now_ns);
			for (unsigned n = 0; n < 200; n++) {
				struct fw_flow flow = pair_flow(17, n);
				assert_int_equal(
				    fw_create(fw, now_ns, &flow, NULL, NULL), FW_CREATED);
			}
			fw_tick(fw, now_ns + 2 * S);
			assert_int_equal(fw_counters(fw)->onomem > 0, cases[i].mute);
			sent = fw_counters(fw)->opackets;
			for (unsigned n = 200; n < 210; n++) {
				struct fw_flow flow = pair_flow(17, n);
				fw_create(fw, now_ns + 3 * S, &flow, NULL, NULL);
			}
			fw_tick(fw, now_ns + 10 * S);
			assert_int_equal(fw_counters(fw)->opackets == sent, cases[i].mute);
			fw_free(fw);
		}
		pair_free(&pair);
	}
}

/* FreeBSD 12 and later: 2 buckets a CPU, by id; OpenBSD 7.4: 2 slices, by key. */
static void
buckets_by_family(void **state)
{
	static const struct {
		enum fw_family family;
		uint8_t release;
		unsigned buckets;
	} cases[] = {
	    {FW_V5F10, 11, 1}, {FW_V5F10, 12, 4}, {FW_V5F14, 0, 4}, {FW_V6A, 0, 1}, {FW_V6B, 0, 2}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config config = pair_config(cases[i].family, A);
		unsigned seen = 0, count = 0;
		config.freebsd_release = cases[i].release;
		pair_one(&pair, &config);
		for (unsigned n = 0; n < 64; n++) {
			struct fw_flow flow = pair_flow(17, n);
			pair_create(&pair, A, &flow);
		}
		pair_run(&pair, 2 * S);
		for (size_t p = 0; p < pair.seen_count; p++)
			seen |= 1U << pair.seen[p].bucket;
		for (; seen != 0; seen >>= 1)
			count += seen & 1;
		assert_int_equal(count, cases[i].buckets);
		pair_free(&pair);
	}
}

/* V2 .. V4: another action sends what is there; INS full, the rest compressed. */
static void
old_packets_hold_one_action(void **state)
{
	struct fw_flow flow = pair_flow(6, 1);
	const struct fw_state *st;
	struct fw_segment ack;
	struct pfsync_message m;

	(void)state;
	begin(FW_V4B);
	pair_create(&pair, A, &flow);
	st = pair_established(&pair, A, 2); /* INS, then two updates of it */
	assert_int_equal(pair.nodes[A].packets, 1);
	assert_int_equal(pair.nodes[A].flushes[FW_FLUSH_ACTION], 1);
	assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_INS), 2);
	/* What was sent is what was when it was made. */
	assert_true(pair_message(&pair, A, PFSYNC_ACT_INS, 1, &m));
	assert_int_equal(m.u.state.src.state, 2);
	assert_int_equal(m.u.state.expire_s, 120);
	ack = ack_of(st);
	fw_traffic(pair.nodes[A].fw, pair.now_ns, st->id, st->creatorid, &ack);
	fw_kill(pair.nodes[A].fw, pair.now_ns, st->id, st->creatorid);
	assert_true(pair_message(&pair, A, PFSYNC_ACT_UPD_C, 0, &m));
	assert_int_equal(m.u.state.updates, 2);
	assert_int_equal(m.u.state.expire_s, 0); /* overwritten in place (SEM 4.1) */
	pair_run(&pair, 2 * S);
	assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_DEL_C), 1);
	assert_int_equal(pair.nodes[A].packets, 3);
	pair_free(&pair);
}

/* V3, V4: only the creator tells of an end (SEM 4.4). */
static void
who_announces_the_end(void **state)
{
	static const struct {
		enum fw_family family;
		unsigned told;
	} cases[] = {{FW_V2B, 1}, {FW_V3, 0}, {FW_V4B, 0}, {FW_V5O, 1}, {FW_V5F15, 1}, {FW_V6B, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_flow flow = pair_flow(6, 1);
		const struct fw_state *st;
		pair_two(&pair, cases[i].family);
		st = pair_create(&pair, A, &flow);
		pair_run(&pair, 3 * S);
		assert_int_equal(fw_state_count(pair.nodes[B].fw), 1);
		assert_true(fw_kill(pair.nodes[B].fw, pair.now_ns, st->id, st->creatorid));
		pair_run(&pair, 3 * S);
		assert_int_equal(pair_sent(&pair, B, PFSYNC_ACT_DEL_C), cases[i].told);
		assert_int_equal(fw_state_count(pair.nodes[A].fw), 1 - cases[i].told);
		pair_free(&pair);
	}
}

/* UPD_C of an unknown id: where the request goes, and when (SEM 2.4). */
static void
requests_for_unknown_states(void **state)
{
	static const struct {
		enum fw_family family;
		bool at_once, unicast;
	} cases[] = {{FW_V2B, true, true}, {FW_V4B, true, true}, {FW_V5O, true, false},
	    {FW_V5F10, false, false}, {FW_V5F14, true, false}, {FW_V6A, true, false},
	    {FW_V6B, true, false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_flow flow = pair_flow(6, 1);
		const struct fw_state *st;
		struct pfsync_message m;
		begin(cases[i].family);
		st = pair_create(&pair, A, &flow);
		pair_run(&pair, 2 * S);
		m = pair_as(&pair, A, st, PFSYNC_ACT_UPD_C);
		m.id++;
		pair_forget(&pair);
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_REQUESTED);
		assert_int_equal(pair.nodes[A].packets, cases[i].at_once);
		pair_run(&pair, 1 * S);
		assert_int_equal(pair.nodes[A].packets, 1);
		assert_int_equal(pair.seen[0].dst.addr.b[3], cases[i].unicast ? 99 : 240);
		assert_true(pair_message(&pair, A, PFSYNC_ACT_UPD_REQ, 0, &m));
		assert_int_equal(m.id, st->id + 1);
		assert_int_equal(fw_counters(pair.nodes[A].fw)->badstate, cases[i].unicast);
		pair_free(&pair);
	}
}

static void
no_sync_never_leaves(void **state)
{
	static const struct fw_rule rules[] = {{.no_sync = true}};

	(void)state;
	for (int family = 0; family < FW_FAMILY_COUNT; family++) {
		struct fw_config config = pair_config((enum fw_family)family, A);
		struct fw_segment data = {.len_bytes = 1};
		struct fw_flow flow = pair_flow(17, 1);
		const struct fw_state *st;
		config.rules = rules;
		config.rule_count = 1;
		pair_one(&pair, &config);
		flow.rule = 0;
		st = pair_create(&pair, A, &flow);
		fw_traffic(pair.nodes[A].fw, pair.now_ns, st->id, st->creatorid, &data);
		flow = pair_flow(PFSYNC_IPPROTO, 2); /* pfsync's own packets */
		pair_create(&pair, A, &flow);
		fw_kill(pair.nodes[A].fw, pair.now_ns, st->id, st->creatorid);
		pair_run(&pair, 3 * S);
		assert_int_equal(pair.nodes[A].packets, 0);
		pair_free(&pair);
	}
}

/* The address family and the peer's address decide where packets go. */
static void
destinations(void **state)
{
	struct fw_config config = pair_config(FW_V5F14, A);
	struct fw_flow flow = pair_flow(17, 1);

	(void)state;
	config.group6 = true;
	pair_one(&pair, &config);
	pair_create(&pair, A, &flow);
	pair_run(&pair, 2 * S);
	assert_int_equal(pair.seen[0].dst.af, PFSYNC_AF_INET6);
	assert_int_equal(pair.seen[0].dst.addr.b[0], 0xff);
	assert_int_equal(pair.seen[0].dst.addr.b[15], 0xf0);
	pair_free(&pair);
	config.syncpeer = (struct fw_address){PFSYNC_AF_INET, {{10, 0, 0, 2}}};
	pair_one(&pair, &config);
	pair_create(&pair, A, &flow);
	pair_run(&pair, 2 * S);
	assert_memory_equal(&pair.seen[0].dst, &config.syncpeer, sizeof(config.syncpeer));
	pair_free(&pair);
}

static void
a_dead_link_counts_errors(void **state)
{
	struct fw_flow flow = pair_flow(17, 1);
	const struct fw_counters *c;

	(void)state;
	begin(FW_V6A);
	c = fw_counters(pair.nodes[A].fw);
	fw_link(pair.nodes[A].fw, pair.now_ns, false);
	assert_int_equal(fw_demotion(pair.nodes[A].fw), 1);
	pair_create(&pair, A, &flow);
	pair_run(&pair, 2 * S);
	assert_int_equal(pair.nodes[A].packets, 0);
	assert_int_equal(c->oerrors, 1);
	fw_link(pair.nodes[A].fw, pair.now_ns, true);
	assert_int_equal(pair.nodes[A].bulk[FW_BULK_ASKED], 1);
	pair_free(&pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(order_of_sections),
	    cmocka_unit_test(queues_merge_events),
	    cmocka_unit_test(maxupd_forces_a_packet),
	    cmocka_unit_test(asymmetric_traffic_is_not_queued),
	    cmocka_unit_test(packets_fit_the_mtu),
	    cmocka_unit_test(freebsd_goes_mute_with_a_large_mtu),
	    cmocka_unit_test(buckets_by_family),
	    cmocka_unit_test(old_packets_hold_one_action),
	    cmocka_unit_test(who_announces_the_end),
	    cmocka_unit_test(requests_for_unknown_states),
	    cmocka_unit_test(no_sync_never_leaves),
	    cmocka_unit_test(destinations),
	    cmocka_unit_test(a_dead_link_counts_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
