/*
 * test_import.c - which states are taken, and what becomes of the rest (SEM 2.2).
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "pair.h"

static struct pair pair;

static const struct fw_counters *
counters(unsigned node)
{
	return fw_counters(pair.nodes[node].fw);
}

/* A receiver (A) of that configuration, and a sender (B) of the same dialect. */
static void
begin(struct fw_config *receiver, struct fw_config *sender)
{
	pair_init(&pair);
	pair_add(&pair, receiver);
	pair_add(&pair, sender);
	fw_up(pair.nodes[A].fw, pair.now_ns);
	fw_up(pair.nodes[B].fw, pair.now_ns);
	pair_run(&pair, 400 * S);
	pair_forget(&pair);
}

static struct pfsync_message
message(unsigned n, enum pfsync_action action)
{
	struct fw_flow flow = pair_flow(6, n);
	const struct fw_state *st = pair_create(&pair, B, &flow);

	return pair_as(&pair, B, st, action);
}

/* SEM 2.2: an unknown interface: created, or skipped in silence. */
static void
unknown_interfaces(void **state)
{
	static const struct {
		enum fw_family family;
		enum fw_outcome outcome;
	} cases[] = {
	    {FW_V2B, FW_OUT_INSERTED},
	    {FW_V4B, FW_OUT_INSERTED},
	    {FW_V5F9, FW_OUT_INSERTED},
	    {FW_V5F10, FW_OUT_NO_INTERFACE},
	    {FW_V5F14, FW_OUT_NO_INTERFACE},
	    {FW_V5F15, FW_OUT_NO_INTERFACE},
	    {FW_V6A, FW_OUT_INSERTED},
	    {FW_V6B, FW_OUT_INSERTED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config a = pair_config(cases[i].family, A);
		struct fw_config b = pair_config(cases[i].family, B);
		struct pfsync_message m;
		a.bind_states = b.bind_states = true;
		begin(&a, &b);
		m = message(1, PFSYNC_ACT_INS);
		strcpy(m.u.state.ifname, "igb7");
		strcpy(m.u.state.orig_ifname, "igb7");
		assert_int_equal(pair_tell(&pair, A, &m), cases[i].outcome);
		m.action = PFSYNC_ACT_UPD;
		if (cases[i].outcome == FW_OUT_NO_INTERFACE)
			assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_NO_INTERFACE);
		else
			assert_string_equal(fw_state_ifname(pair.nodes[A].fw,
						fw_lookup(pair.nodes[A].fw, m.id, m.creatorid)),
			    "igb7");
		/* No counter moves. */
		assert_int_equal(counters(A)->badact + counters(A)->badval + counters(A)->badstate +
				     counters(A)->stale,
		    0);
		pair_free(&pair);
	}
}

static void
floating_states_need_no_interface(void **state)
{
	struct fw_config a = pair_config(FW_V5F15, A);
	struct fw_config b = pair_config(FW_V5F15, B);
	struct pfsync_message m;

	(void)state;
	begin(&a, &b);
	m = message(1, PFSYNC_ACT_INS);
	assert_string_equal(m.u.state.ifname, "all");
	strcpy(m.u.state.orig_ifname, "igb7");
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_INSERTED);
	m = message(2, PFSYNC_ACT_INS);
	strcpy(m.u.state.ifname, "em0");
	strcpy(m.u.state.orig_ifname, "igb7");
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_NO_ORIG_IFNAME);
	memset(m.u.state.ifname, 'x', sizeof(m.u.state.ifname));
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_BAD_IFNAME);
	assert_int_equal(counters(A)->badact, 1);
	m = message(3, PFSYNC_ACT_INS);
	m.u.state.rtableid[0] = 5;
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_NO_RTABLE);
	assert_int_equal(counters(A)->badact, 2);
	pair_free(&pair);
}

/* The tail of a section is lost where the limit is met; 15 counts each instead. */
static void
limits_abandon_the_section(void **state)
{
	static const struct {
		enum fw_family family;
		unsigned inserted, badact;
	} cases[] = {{FW_V2B, 3, 0}, {FW_V5F10, 3, 0}, {FW_V5F15, 3, 2}, {FW_V6B, 3, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config a = pair_config(cases[i].family, A);
		struct fw_config b = pair_config(cases[i].family, B);
		struct pfsync_message m[5];
		a.state_limit = 3;
		begin(&a, &b);
		for (unsigned n = 0; n < 5; n++)
			m[n] = message(n, PFSYNC_ACT_INS);
		pair_feed(&pair, A, fw_config(pair.nodes[A].fw)->dialect, NULL, m, 5);
		assert_int_equal(fw_state_count(pair.nodes[A].fw), cases[i].inserted);
		assert_int_equal(counters(A)->badact, cases[i].badact);
		assert_int_equal(
		    pair.nodes[A].outcomes[FW_OUT_STATE_LIMIT], cases[i].badact != 0 ? 2 : 1);
		assert_int_equal(
		    pair.nodes[A].outcomes[FW_OUT_ABANDONED], cases[i].badact != 0 ? 0 : 1);
		/* From an UPD it is a failed insert everywhere. */
		m[4].action = PFSYNC_ACT_UPD;
		assert_int_equal(pair_tell(&pair, A, &m[4]), FW_OUT_STATE_LIMIT);
		assert_int_equal(counters(A)->badstate, 1);
		pair_free(&pair);
	}
}

static void
rules_are_bound_by_checksum(void **state)
{
	static const struct fw_rule rules[] = {{.max_states = 1}, {.max_states = 2}};
	/* Does an UPD bind, too? (SEM 2.1) */
	static const struct {
		enum fw_family family;
		uint8_t release;
		bool by_upd;
	} cases[] = {{FW_V3, 0, true}, {FW_V5O, 0, false}, {FW_V5F10, 10, false},
	    {FW_V5F10, 13, true}, {FW_V5F14, 0, true}, {FW_V6A, 0, false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config a = pair_config(cases[i].family, A);
		struct fw_config b = pair_config(cases[i].family, B);
		struct pfsync_message m;
		a.freebsd_release = b.freebsd_release = cases[i].release;
		a.rules = b.rules = rules;
		a.rule_count = b.rule_count = 2;
		memset(a.cksum, 0x11, 16);
		begin(&a, &b);
		for (unsigned n = 0; n < 3; n++) {
			m = message(n, PFSYNC_ACT_INS);
			m.u.state.rule = 1;
			assert_int_equal(
			    pair_tell(&pair, A, &m), n < 2 ? FW_OUT_INSERTED : FW_OUT_RULE_LIMIT);
		}
		m.u.state.anchor = 4; /* inside an anchor: the default rule */
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_INSERTED);
		m = message(5, PFSYNC_ACT_UPD);
		m.u.state.rule = 1;
		assert_int_equal(
		    pair_tell(&pair, A, &m), cases[i].by_upd ? FW_OUT_RULE_LIMIT : FW_OUT_INSERTED);
		/* Another checksum: not bound, so not limited. */
		m = message(6, PFSYNC_ACT_INS);
		m.u.state.rule = 1;
		pair_feed(&pair, A, fw_config(pair.nodes[A].fw)->dialect, b.cksum, &m, 1);
		assert_int_equal(pair.nodes[A].last, FW_OUT_INSERTED);
		assert_int_equal(
		    fw_lookup(pair.nodes[A].fw, m.id, m.creatorid)->rule, PFSYNC_RULE_NONE);
		pair_free(&pair);
	}
}

/* OpenBSD 7.4 sends zeros and trusts none, even if they are equal. */
static void
v6b_binds_no_rule(void **state)
{
	static const struct fw_rule rules[] = {{.max_states = 1}};
	struct fw_config a = pair_config(FW_V6B, A);
	struct fw_config b = pair_config(FW_V6B, B);
	struct pfsync_message m;

	(void)state;
	a.rules = b.rules = rules;
	a.rule_count = b.rule_count = 1;
	begin(&a, &b);
	m = message(1, PFSYNC_ACT_INS);
	m.u.state.rule = 0;
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_INSERTED);
	assert_int_equal(fw_lookup(pair.nodes[A].fw, m.id, m.creatorid)->rule, PFSYNC_RULE_NONE);
	pair_free(&pair);
}

static void
freebsd_15_and_1301(void **state)
{
	static const struct fw_rule rules[] = {{.route_pool = 0}, {.route_pool = 1}};
	struct fw_config a = pair_config(FW_V5F15, A);
	struct fw_config b = pair_config(FW_V5F15, B);
	struct pfsync_message m;

	(void)state;
	a.rules = b.rules = rules;
	a.rule_count = b.rule_count = 2;
	b.message_version = 1301;
	begin(&a, &b);
	/* Equal checksums: an ordinary rule counts as an empty pool. */
	m = message(1, PFSYNC_ACT_INS);
	assert_int_equal(m.record, PFSYNC_REC_1301);
	m.u.state.rule = 0;
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_ROUTE_POOL);
	m.u.state.rule = 1;
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_INSERTED);
	/* Not bound: only a route address hurts. */
	m = message(2, PFSYNC_ACT_INS);
	m.u.state.rt_addr.b[0] = 192;
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_ROUTE_UNBOUND);
	m.u.state.rt_addr.b[0] = 0;
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_INSERTED);
	assert_int_equal(counters(A)->badact, 0);
	pair_free(&pair);
}

static void
route_interfaces(void **state)
{
	static const struct {
		enum fw_family family;
		enum fw_outcome outcome;
	} cases[] = {{FW_V5F14, FW_OUT_NO_ROUTE_IF}, {FW_V5F15, FW_OUT_NO_ROUTE_IF}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config a = pair_config(cases[i].family, A);
		struct fw_config b = pair_config(cases[i].family, B);
		struct pfsync_message m;
		begin(&a, &b);
		m = message(1, PFSYNC_ACT_INS);
		m.u.state.rt = 1;
		strcpy(m.u.state.rt_ifname, "wan9");
		assert_int_equal(pair_tell(&pair, A, &m), cases[i].outcome);
		strcpy(m.u.state.rt_ifname, "em1");
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_INSERTED);
		/* It is kept and sent on. */
		fw_state_message(pair.nodes[A].fw, pair.now_ns,
		    fw_lookup(pair.nodes[A].fw, m.id, m.creatorid), &m);
		assert_string_equal(m.u.state.rt_ifname, "em1");
		assert_int_equal(m.u.state.rt, 1);
		pair_free(&pair);
	}
}

static void
collisions(void **state)
{
	static const struct {
		enum fw_family family;
		unsigned badact;
	} cases[] = {{FW_V3, 0}, {FW_V5F14, 0}, {FW_V5F15, 2}, {FW_V6B, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config a = pair_config(cases[i].family, A);
		struct fw_config b = pair_config(cases[i].family, B);
		struct fw_flow flow = pair_flow(6, 1);
		const struct fw_state *mine;
		struct pfsync_message m, other;
		begin(&a, &b);
		mine = pair_create(&pair, A, &flow);
		m = message(1, PFSYNC_ACT_INS); /* same addresses, B's id */
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_KEY_COLLISION);
		other = message(2, PFSYNC_ACT_INS); /* other addresses, A's id */
		other.id = mine->id;
		other.creatorid = mine->creatorid;
		assert_int_equal(pair_tell(&pair, A, &other), FW_OUT_ID_COLLISION);
		assert_int_equal(counters(A)->badact, cases[i].badact);
		assert_int_equal(counters(A)->badstate, 0);
		m.action = PFSYNC_ACT_UPD;
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_KEY_COLLISION);
		assert_int_equal(counters(A)->badstate, 1);
		/* Another direction does not collide. */
		m.u.state.direction = PFSYNC_OUT;
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_INSERTED);
		pair_free(&pair);
	}
}

/* Both ends beyond FIN_WAIT_2: the old state makes way (SEM 1.5). */
static void
a_finished_connection_is_retired(void **state)
{
	struct fw_config a = pair_config(FW_V6B, A);
	struct fw_config b = pair_config(FW_V6B, B);
	struct fw_segment rst = {.flags = FW_SEG_RST | FW_SEG_ACK};
	const struct fw_state *mine;
	struct pfsync_message m;

	(void)state;
	begin(&a, &b);
	mine = pair_established(&pair, A, 1);
	rst.seq = mine->src.seqlo;
	rst.ack = mine->dst.seqlo;
	assert_int_equal(
	    fw_traffic(pair.nodes[A].fw, pair.now_ns, mine->id, mine->creatorid, &rst), FW_PASSED);
	assert_int_equal(mine->timeout, 5);
	m = message(1, PFSYNC_ACT_INS);
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_INSERTED);
	assert_int_equal(pair.nodes[A].removed, 1);
	assert_int_equal(pair.nodes[A].removed_why, FW_WHY_RETIRED);
	assert_int_equal(fw_state_count(pair.nodes[A].fw), 1);
	pair_free(&pair);
}

static void
creatorid_zero(void **state)
{
	static const struct {
		enum fw_family family;
		enum fw_outcome outcome;
	} cases[] = {
	    {FW_V2B, FW_OUT_INSERTED},
	    {FW_V5F9, FW_OUT_INSERTED},
	    {FW_V5F10, FW_OUT_BAD_CREATOR},
	    {FW_V6B, FW_OUT_BAD_CREATOR},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config a = pair_config(cases[i].family, A);
		struct fw_config b = pair_config(cases[i].family, B);
		struct pfsync_message m;
		begin(&a, &b);
		m = message(1, PFSYNC_ACT_INS);
		m.creatorid = 0;
		assert_int_equal(pair_tell(&pair, A, &m), cases[i].outcome);
		pair_free(&pair);
	}
}

/* SEM 4.2: what is left of the life of an imported state. */
static void
expiry_of_imports(void **state)
{
	static const struct {
		enum fw_family family;
		int left_s; /* of 100 s sent, class tcp.first of 120 s */
	} cases[] = {
	    {FW_V4B, 220},
	    {FW_V5O, 220},
	    {FW_V5F9, 220},
	    {FW_V5F10, 100},
	    {FW_V6A, 100},
	    {FW_V6B, 100},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config a = pair_config(cases[i].family, A);
		struct fw_config b = pair_config(cases[i].family, B);
		const struct fw_state *st;
		struct pfsync_message m;
		begin(&a, &b);
		m = message(1, PFSYNC_ACT_INS);
		m.u.state.expire_s = 100;
		m.u.state.creation_s = 20;
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_INSERTED);
		st = fw_lookup(pair.nodes[A].fw, m.id, m.creatorid);
		assert_int_equal(
		    fw_state_expires_s(pair.nodes[A].fw, st) - pair.now_ns / S, cases[i].left_s);
		assert_int_equal(pair.now_ns / S - fw_state_created_s(pair.nodes[A].fw, st), 20);
		pair_free(&pair);
	}
}

/* OpenBSD 3.5 adds the age: sent on, it has wrapped (SEM 2.2). */
static void
v2a_makes_states_unborn(void **state)
{
	struct fw_config a = pair_config(FW_V2A, A);
	struct fw_config b = pair_config(FW_V2A, B);
	struct pfsync_message m;

	(void)state;
	begin(&a, &b);
	m = message(1, PFSYNC_ACT_INS);
	m.u.state.creation_s = 20;
	assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_INSERTED);
	fw_state_message(
	    pair.nodes[A].fw, pair.now_ns, fw_lookup(pair.nodes[A].fw, m.id, m.creatorid), &m);
	assert_int_equal(m.u.state.creation_s, UINT32_MAX - 19);
	pair_free(&pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(unknown_interfaces),
	    cmocka_unit_test(floating_states_need_no_interface),
	    cmocka_unit_test(limits_abandon_the_section),
	    cmocka_unit_test(rules_are_bound_by_checksum),
	    cmocka_unit_test(v6b_binds_no_rule),
	    cmocka_unit_test(freebsd_15_and_1301),
	    cmocka_unit_test(route_interfaces),
	    cmocka_unit_test(collisions),
	    cmocka_unit_test(a_finished_connection_is_retired),
	    cmocka_unit_test(creatorid_zero),
	    cmocka_unit_test(expiry_of_imports),
	    cmocka_unit_test(v2a_makes_states_unborn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
