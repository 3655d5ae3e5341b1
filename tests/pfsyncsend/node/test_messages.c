/*
 * test_messages.c - orders and answers: CLR, DEL, UPD_REQ, INS_ACK, TDB (SEM 2.6 .. 2.11).
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "pair.h"

static struct pair pair;

static struct pfsync_message
clr(uint32_t creatorid, const char *ifname)
{
	struct pfsync_message m;

	memset(&m, 0, sizeof(m));
	memset(&m.has, 0xff, sizeof(m.has));
	m.action = PFSYNC_ACT_CLR;
	m.action_number = UINT8_MAX;
	m.creatorid = creatorid;
	strcpy(m.u.clr.ifname, ifname);
	return m;
}

/* Which states a CLR with an interface takes (table of SEM 2.7). */
static void
clr_by_interface(void **state)
{
	static const struct {
		enum fw_family family;
		const char *dialect; /* NULL: default */
		uint8_t release;
		int known, unknown; /* removed of 3 on em0 and 2 on em1, "em0" or "igb9" named */
	} cases[] = {
	    {FW_V2B, NULL, 0, 3, 0},
	    {FW_V3, NULL, 0, 3, 0},
	    {FW_V4B, NULL, 0, 5, 5},
	    {FW_V5O, NULL, 0, 5, 5},
	    {FW_V5F9, NULL, 0, 5, 5},
	    {FW_V5F10, NULL, 0, 5, 0},
	    {FW_V5F15, NULL, 15, 5, 0},
	    {FW_V5F15, NULL, 16, 3, 0},
	    {FW_V6A, "openbsd-6h", 0, 5, 5},
	    {FW_V6A, "openbsd-6j", 0, 3, 0},
	    {FW_V6B, NULL, 0, 3, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int named = 0; named < 3; named++) {
			const int wanted = named == 0   ? cases[i].known
					   : named == 1 ? cases[i].unknown
							: 5;
			struct fw_config config = pair_config(cases[i].family, A);
			struct pfsync_message m;
			config.bind_states = true;
			config.freebsd_release = cases[i].release;
			if (cases[i].dialect != NULL)
				config.dialect = pfsync_dialect_by_name(cases[i].dialect);
			pair_one(&pair, &config);
			for (unsigned n = 0; n < 5; n++) {
				struct fw_flow flow = pair_flow(6, n);
				flow.ifname = n < 3 ? "em0" : "em1";
				pair_create(&pair, A, &flow);
			}
			pair_run(&pair, 2 * S);
			pair_forget(&pair);
			m = clr(12345, "");
			assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_CLEARED);
			assert_int_equal(fw_state_count(pair.nodes[A].fw), 5);
			m = clr(config.hostid, named == 0 ? "em0" : named == 1 ? "igb9" : "");
			pair_tell(&pair, A, &m);
			assert_int_equal(fw_state_count(pair.nodes[A].fw), 5 - wanted);
			assert_int_equal(pair.nodes[A].removed, wanted);
			/* Nothing is echoed. */
			pair_run(&pair, 3 * S);
			assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_DEL_C), 0);
			pair_free(&pair);
		}
	}
}

/* V2a only sets the class, so its purge tells of each. */
static void
v2a_echoes_a_clr(void **state)
{
	struct fw_config config = pair_config(FW_V2A, A);
	struct fw_flow flow = pair_flow(6, 1);
	struct pfsync_message m;

	(void)state;
	pair_one(&pair, &config);
	pair_create(&pair, A, &flow);
	pair_run(&pair, 2 * S);
	m = clr(config.hostid, "");
	pair_tell(&pair, A, &m);
	pair_run(&pair, 2 * S);
	assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_DEL_C), 1);
	pair_free(&pair);
}

/* FreeBSD main: the first entry's interface also limits the next, which names none. */
static void
main_leaks_the_filter(void **state)
{
	struct fw_config config = pair_config(FW_V5F15, A);
	struct pfsync_message m[2];

	(void)state;
	config.bind_states = true;
	config.freebsd_release = 16;
	pair_one(&pair, &config);
	for (unsigned n = 0; n < 5; n++) {
		struct fw_flow flow = pair_flow(6, n);
		flow.ifname = n < 3 ? "em0" : "em1";
		pair_create(&pair, A, &flow);
	}
	m[0] = clr(config.hostid, "em0");
	m[1] = clr(config.hostid, "");
	pair_feed(&pair, A, fw_family_dialect(FW_V5F15), NULL, m, 2);
	assert_int_equal(fw_state_count(pair.nodes[A].fw), 2);
	pair_free(&pair);
}

/* pfctl -F states: all go here, one CLR with the own id; others' states stay there (D-19). */
static void
flush_leaves_foreign_states_on_the_peer(void **state)
{
	(void)state;
	for (int family = 0; family < FW_FAMILY_COUNT; family++) {
		struct pfsync_message m;
		pair_two(&pair, (enum fw_family)family);
		for (unsigned n = 0; n < 10; n++) {
			struct fw_flow flow = pair_flow(6, n);
			pair_create(&pair, n < 6 ? A : B, &flow);
		}
		pair_run(&pair, 3 * S);
		pair_forget(&pair);
		assert_int_equal(fw_flush_states(pair.nodes[A].fw, pair.now_ns, NULL), 10);
		pair_run(&pair, 3 * S);
		assert_int_equal(fw_state_count(pair.nodes[A].fw), 0);
		assert_int_equal(fw_state_count(pair.nodes[B].fw), 4);
		assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_CLR), 1);
		assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_DEL_C), 0);
		assert_true(pair_message(&pair, A, PFSYNC_ACT_CLR, 0, &m));
		assert_int_equal(m.creatorid, fw_hostid(pair.nodes[A].fw));
		pair_free(&pair);
	}
}

static void
deletes(void **state)
{
	static const enum fw_family families[] = {FW_V2B, FW_V5F10, FW_V6B};

	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		struct fw_config config = pair_config(families[i], A);
		struct fw_flow flow = pair_flow(6, 1);
		struct pfsync_message m;
		pair_one(&pair, &config);
		m = pair_as(&pair, A, pair_create(&pair, A, &flow), PFSYNC_ACT_DEL_C);
		pair_run(&pair, 2 * S);
		pair_forget(&pair);
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_REMOVED);
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_NOT_FOUND);
		assert_int_equal(fw_counters(pair.nodes[A].fw)->badstate, 1);
		pair_run(&pair, 2 * S);
		assert_int_equal(pair.nodes[A].packets, 0); /* not echoed */
		pair_free(&pair);
	}
}

/* Both expire it together: crossing DEL_C, one badstate each: normal (SEM 4.4). */
static void
crossing_deletes(void **state)
{
	struct fw_flow flow = pair_flow(17, 1);
	const struct fw_state *st;

	(void)state;
	pair_two(&pair, FW_V6B);
	st = pair_create(&pair, A, &flow);
	pair_run(&pair, 2 * S);
	fw_kill(pair.nodes[B].fw, pair.now_ns, st->id, st->creatorid);
	fw_kill(pair.nodes[A].fw, pair.now_ns, st->id, st->creatorid);
	pair_run(&pair, 3 * S);
	assert_int_equal(fw_counters(pair.nodes[A].fw)->badstate, 1);
	assert_int_equal(fw_counters(pair.nodes[B].fw)->badstate, 1);
	pair_free(&pair);
}

static void
requests(void **state)
{
	static const struct {
		enum fw_family family;
		enum fw_outcome no_sync;
		unsigned badstate; /* for the no-sync one */
	} cases[] = {{FW_V2A, FW_OUT_ANSWERED, 0}, {FW_V2B, FW_OUT_IGNORED, 0},
	    {FW_V5F15, FW_OUT_IGNORED, 0}, {FW_V6A, FW_OUT_IGNORED, 0},
	    {FW_V6B, FW_OUT_IGNORED, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config config = pair_config(cases[i].family, A);
		struct fw_flow flow = pair_flow(6, 1);
		struct pfsync_message m;
		pair_one(&pair, &config);
		m = pair_as(&pair, A, pair_create(&pair, A, &flow), PFSYNC_ACT_UPD_REQ);
		pair_run(&pair, 2 * S);
		pair_forget(&pair);
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_ANSWERED);
		assert_int_equal(pair.nodes[A].packets, 1); /* at once */
		assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_UPD), 1);
		m.id += 100;
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_NOT_FOUND);
		assert_int_equal(fw_counters(pair.nodes[A].fw)->badstate, 1);
		flow = pair_flow(6, 2);
		flow.no_sync = true;
		m = pair_as(&pair, A, pair_create(&pair, A, &flow), PFSYNC_ACT_UPD_REQ);
		assert_int_equal(pair_tell(&pair, A, &m), cases[i].no_sync);
		assert_int_equal(fw_counters(pair.nodes[A].fw)->badstate, 1 + cases[i].badstate);
		pair_free(&pair);
	}
}

/* An INS whose state is lost is asked for when it changes (D-15 heals). */
static void
a_lost_insert_heals(void **state)
{
	(void)state;
	for (int family = 0; family < FW_FAMILY_COUNT; family++) {
		struct fw_segment data = {.len_bytes = 1, .from_dst = true};
		struct fw_flow flow = pair_flow(17, 1);
		const struct fw_state *st;
		pair_two(&pair, (enum fw_family)family);
		pair.cut[A] = true;
		st = pair_create(&pair, A, &flow);
		pair_run(&pair, 2 * S);
		pair.cut[A] = false;
		assert_int_equal(fw_state_count(pair.nodes[B].fw), 0);
		fw_traffic(pair.nodes[A].fw, pair.now_ns, st->id, st->creatorid, &data);
		pair_run(&pair, 3 * S);
		assert_int_equal(pair.nodes[B].outcomes[FW_OUT_REQUESTED], 1);
		assert_int_equal(pair.nodes[A].outcomes[FW_OUT_ANSWERED], 1);
		assert_int_equal(pair_differences(&pair, A, B), 0);
		pair_free(&pair);
	}
}

static void
deferral(void **state)
{
	static const struct {
		enum fw_family family;
		int64_t wait_ms;
	} cases[] = {{FW_V5O, 100}, {FW_V5F9, 10}, {FW_V5F10, 10}, {FW_V5F14, 20}, {FW_V6A, 20},
	    {FW_V6B, 20}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_flow flow = pair_flow(17, 1);
		struct pfsync_message m;
		struct fw_config config;
		pair_init(&pair);
		for (unsigned n = A; n <= B; n++) {
			config = pair_config(cases[i].family, n);
			config.defer = true;
			pair_add(&pair, &config);
			fw_up(pair.nodes[n].fw, pair.now_ns);
		}
		pair_run(&pair, 400 * S);
		pair_forget(&pair);
		flow.hold = true;
		pair_create(&pair, A, &flow);
		assert_int_equal(pair.nodes[A].flushes[FW_FLUSH_DEFER], 1);
		assert_true(pair_message(&pair, A, PFSYNC_ACT_INS, 0, &m));
		assert_int_equal(m.u.state.state_flags & 0x10, 0x10);
		pair_run(&pair, 5 * MS);
		assert_int_equal(pair.nodes[A].acknowledged, 1);
		assert_int_equal(pair_sent(&pair, B, PFSYNC_ACT_INS_ACK), 1);
		/* The flag is no part of the state. */
		assert_int_equal(
		    fw_lookup(pair.nodes[B].fw, m.id, m.creatorid)->state_flags & 0x10, 0);
		/* Nobody answers: it goes on when the time is up. */
		pair.cut[B] = true;
		flow = pair_flow(17, 2);
		flow.hold = true;
		pair_create(&pair, A, &flow);
		pair_run(&pair, cases[i].wait_ms * MS - 1 * MS);
		assert_int_equal(pair.nodes[A].released, 1);
		pair_run(&pair, 2 * MS);
		assert_int_equal(pair.nodes[A].released, 2);
		assert_int_equal(pair.nodes[A].acknowledged, 1);
		/* 128 are held; one more lets the oldest go. */
		pair_forget(&pair);
		for (unsigned n = 3; n < 3 + 129 * 8; n += 8) {
			flow = pair_flow(17, n);
			flow.hold = true;
			pair_create(&pair, A, &flow);
		}
		if (cases[i].family != FW_V5F10 && cases[i].family != FW_V5F14)
			assert_true(pair.nodes[A].released >= 1);
		pair_free(&pair);
	}
}

static void
tdb_counters(void **state)
{
	static const struct {
		enum fw_family family;
		const char *dialect;
		unsigned badstate; /* for a regress */
	} cases[] = {
	    {FW_V3, "openbsd-3b", 1}, {FW_V5O, NULL, 1}, {FW_V6A, NULL, 1}, {FW_V6B, NULL, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_tdb sa = {.spi = 0x1000,
		    .dst = {PFSYNC_AF_INET, {{198, 51, 100, 9}}},
		    .sproto = 50,
		    .outbound = true,
		    .rpl = 10,
		    .cur_bytes = 1000};
		struct pfsync_message m;
		pair_init(&pair);
		for (unsigned n = A; n <= B; n++) {
			struct fw_config config = pair_config(cases[i].family, n);
			if (cases[i].dialect != NULL)
				config.dialect = pfsync_dialect_by_name(cases[i].dialect);
			pair_add(&pair, &config);
			fw_up(pair.nodes[n].fw, pair.now_ns);
		}
		pair_run(&pair, 400 * S);
		assert_true(fw_tdb_update(pair.nodes[B].fw, pair.now_ns, &sa));
		pair_run(&pair, 2 * S);
		pair_forget(&pair);
		sa.rpl = 20;
		sa.cur_bytes = 2000;
		assert_true(fw_tdb_update(pair.nodes[A].fw, pair.now_ns, &sa));
		pair_run(&pair, 2 * S);
		assert_true(pair_message(&pair, A, PFSYNC_ACT_TDB, 0, &m));
		assert_int_equal(m.u.tdb.rpl, 20 + 16384);
		assert_int_equal(pair.nodes[B].outcomes[FW_OUT_TDB_TAKEN], 1);
		assert_int_equal(fw_tdb_at(pair.nodes[B].fw, 0)->rpl, 20 + 16384);
		m.action_number = UINT8_MAX;
		m.u.tdb.cur_bytes = 1;
		assert_int_equal(pair_tell(&pair, B, &m), FW_OUT_TDB_REFUSED);
		assert_int_equal(fw_counters(pair.nodes[B].fw)->badstate, cases[i].badstate);
		m.u.tdb.spi = 0x1001; /* not here */
		assert_int_equal(pair_tell(&pair, B, &m), FW_OUT_IGNORED);
		m.u.tdb.spi = 255;
		assert_int_equal(pair_tell(&pair, B, &m), FW_OUT_TDB_REFUSED);
		pair_free(&pair);
	}
}

/* OpenBSD 7.3/7.4: two nodes insert the same state to each other without end (D-21). */
static void
reannouncing_never_ends(void **state)
{
	struct fw_flow flow = pair_flow(17, 1);

	(void)state;
	pair_init(&pair);
	for (unsigned n = A; n <= B; n++) {
		struct fw_config config = pair_config(FW_V6B, n);
		config.reannounce = true;
		pair_add(&pair, &config);
		fw_up(pair.nodes[n].fw, pair.now_ns);
	}
	pair_run(&pair, 100 * S);
	pair_forget(&pair);
	pair_create(&pair, A, &flow);
	pair_run(&pair, 20 * S);
	assert_true(pair_sent(&pair, A, PFSYNC_ACT_INS) >= 8);
	assert_true(pair_sent(&pair, B, PFSYNC_ACT_INS) >= 8);
	pair_free(&pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(clr_by_interface),
	    cmocka_unit_test(v2a_echoes_a_clr),
	    cmocka_unit_test(main_leaks_the_filter),
	    cmocka_unit_test(flush_leaves_foreign_states_on_the_peer),
	    cmocka_unit_test(deletes),
	    cmocka_unit_test(crossing_deletes),
	    cmocka_unit_test(requests),
	    cmocka_unit_test(a_lost_insert_heals),
	    cmocka_unit_test(deferral),
	    cmocka_unit_test(tdb_counters),
	    cmocka_unit_test(reannouncing_never_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
