/*
 * test_bulk.c - bulk transfers: who asks, who waits, who gives up (SEM 2.9, 3.6).
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
alone(enum fw_family family, struct fw_config *config)
{
	pair_init(&pair);
	*config = pair_config(family, A);
	pair_add(&pair, config);
	fw_up(pair.nodes[A].fw, pair.now_ns);
}

static struct pfsync_message
bus(unsigned status, uint32_t endtime_s)
{
	struct pfsync_message m;

	memset(&m, 0, sizeof(m));
	memset(&m.has, 0xff, sizeof(m.has));
	m.action = PFSYNC_ACT_BUS;
	m.action_number = UINT8_MAX;
	m.creatorid = 7;
	m.u.bus.status = (uint8_t)status;
	m.u.bus.endtime_s = endtime_s;
	return m;
}

/* Nobody answers: 12 tries, then success is pretended. */
static void
gives_up_after_twelve_tries(void **state)
{
	static const struct {
		enum fw_family family;
		int waits_s; /* in all */
		int demotion;
	} cases[] = {
	    {FW_V2B, 60, 1},
	    {FW_V3, 60, 0},
	    {FW_V4B, 60, 1},
	    {FW_V5F9, 60, 0},
	    {FW_V5F10, 60, 240},
	    {FW_V5F15, 60, 240},
	    /* 4 s and 100000 states / 5 a packet ticks of 10 ms, then 11 times 5 s */
	    {FW_V6A, 4 + 200 + 55, 32},
	    {FW_V6B, 24, 32},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config config;
		alone(cases[i].family, &config);
		assert_int_equal(fw_demotion(pair.nodes[A].fw), cases[i].demotion);
		pair_run(&pair, cases[i].waits_s * S - 1 * S);
		assert_true(fw_bulk_waiting(pair.nodes[A].fw));
		pair_run(&pair, 2 * S);
		assert_false(fw_bulk_waiting(pair.nodes[A].fw));
		assert_int_equal(pair.nodes[A].bulk[FW_BULK_ASKED], 12);
		assert_int_equal(pair.nodes[A].bulk[FW_BULK_GAVE_UP], 1);
		assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_UPD_REQ), 12);
		assert_int_equal(fw_demotion(pair.nodes[A].fw), 0);
		pair_free(&pair);
	}
}

/* An END that began before my request is not the answer to it. */
static void
an_older_end_is_refused(void **state)
{
	static const enum fw_family families[] = {FW_V2B, FW_V4B, FW_V5O, FW_V5F14, FW_V6A};

	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		struct fw_config config;
		struct pfsync_message m = bus(PFSYNC_BUS_END, 3);
		alone(families[i], &config);
		pair_run(&pair, 2 * S);
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_BAD_TIMESTAMP);
		assert_true(fw_bulk_waiting(pair.nodes[A].fw));
		m = bus(PFSYNC_BUS_END, 2);
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_BULK_END);
		assert_false(fw_bulk_waiting(pair.nodes[A].fw));
		/* Nobody waits any more. */
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_IGNORED);
		pair_free(&pair);
	}
}

/* V5o, V5f9, V6a with empty tables: END alone, counted from no request: too old. */
static void
an_empty_table_says_only_end(void **state)
{
	static const enum fw_family families[] = {FW_V5O, FW_V5F9, FW_V6A};

	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		struct fw_config config;
		struct pfsync_message m;
		pair_init(&pair);
		for (unsigned n = A; n <= B; n++) {
			config = pair_config(families[i], n);
			pair_add(&pair, &config);
		}
		fw_up(pair.nodes[A].fw, pair.now_ns);
		pair_run(&pair, 400 * S);
		pair_forget(&pair);
		fw_up(pair.nodes[B].fw, pair.now_ns);
		pair_run(&pair, 1 * S);
		assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_BUS), 1);
		assert_true(pair_message(&pair, A, PFSYNC_ACT_BUS, 0, &m));
		assert_int_equal(m.u.bus.status, PFSYNC_BUS_END);
		assert_int_equal(m.u.bus.endtime_s, 5000 + 400); /* the uptime */
		assert_int_equal(pair.nodes[B].outcomes[FW_OUT_BAD_TIMESTAMP], 1);
		assert_true(fw_bulk_waiting(pair.nodes[B].fw));
		pair_free(&pair);
	}
}

/* V6b: END without START is not heard; 12 x 2 s of demotion follow. */
static void
v6b_waits_beside_an_empty_table(void **state)
{
	struct fw_config config;

	(void)state;
	pair_init(&pair);
	for (unsigned n = A; n <= B; n++) {
		config = pair_config(FW_V6B, n);
		pair_add(&pair, &config);
	}
	fw_up(pair.nodes[A].fw, pair.now_ns);
	pair_run(&pair, 30 * S);
	fw_up(pair.nodes[B].fw, pair.now_ns);
	pair_run(&pair, 23 * S);
	assert_true(fw_bulk_waiting(pair.nodes[B].fw));
	assert_int_equal(fw_demotion(pair.nodes[B].fw), 32);
	assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_BUS), 12);
	pair_run(&pair, 2 * S);
	assert_false(fw_bulk_waiting(pair.nodes[B].fw));
	assert_int_equal(fw_demotion(pair.nodes[B].fw), 0);
	assert_int_equal(pair.nodes[B].bulk[FW_BULK_COMPLETE], 0);
	pair_free(&pair);
}

/* V2 .. V4 do not say START and END while they wait themselves. */
static void
old_ones_in_doubt_are_silent(void **state)
{
	struct fw_config config;

	(void)state;
	pair_init(&pair);
	for (unsigned n = A; n <= B; n++) {
		config = pair_config(FW_V3, n);
		pair_add(&pair, &config);
		fw_up(pair.nodes[n].fw, pair.now_ns);
	}
	pair_run(&pair, 50 * S);
	assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_BUS), 0);
	assert_int_equal(pair_sent(&pair, B, PFSYNC_ACT_BUS), 0);
	assert_true(fw_bulk_waiting(pair.nodes[A].fw));
	pair_free(&pair);
}

struct answer {
	enum fw_family family;
	unsigned packets; /* with states, for 12 states at MTU 1500 */
	unsigned updates;
	int64_t first_ms, pace_ms; /* of the first packet with states, of the others */
};

static void
answers_in_its_own_way(void **state)
{
	static const struct answer answers[] = {
	    {FW_V2B, 2, 12, 1000, 10},
	    {FW_V3, 2, 12, 1000, 1},
	    {FW_V5O, 2, 12, 0, 10},
	    /* 6 a packet, the last of each again: 6, 5 new, 1 new */
	    {FW_V5F10, 0, 14, 1, 1},
	    {FW_V6A, 3, 12, 0, 10},
	    {FW_V6B, 3, 12, 0, 20},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		const struct answer *want = &answers[i];
		struct fw_config config = pair_config(want->family, A);
		struct pfsync_message m;
		int64_t asked_ns, last_ns = 0;
		unsigned packets = 0;
		pair_one(&pair, &config);
		for (unsigned n = 0; n < 12; n++) {
			struct fw_flow flow = pair_flow(6, n);
			pair_create(&pair, A, &flow);
		}
		pair_run(&pair, 5 * S);
		pair_forget(&pair);
		memset(&m, 0, sizeof(m));
		memset(&m.has, 0xff, sizeof(m.has));
		m.action = PFSYNC_ACT_UPD_REQ;
		m.action_number = UINT8_MAX;
		asked_ns = pair.now_ns;
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_BULK_BEGINS);
		pair_run(&pair, 5 * S);
		assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_UPD), want->updates);
		assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_BUS), 2);
		assert_true(pair_message(&pair, A, PFSYNC_ACT_BUS, 0, &m));
		assert_int_equal(m.u.bus.status, PFSYNC_BUS_START);
		assert_int_equal(m.creatorid, config.hostid);
		assert_true(pair_message(&pair, A, PFSYNC_ACT_BUS, 1, &m));
		assert_int_equal(m.u.bus.status, PFSYNC_BUS_END);
		for (size_t p = 0; p < pair.seen_count; p++) {
			int64_t at_ns = pair.seen[p].at_ns - pair.delay_ns;
			if (pair.seen[p].len < 400)
				continue;
			if (packets == 0)
				assert_int_equal((at_ns - asked_ns) / MS, want->first_ms);
			else if (at_ns != last_ns)
				assert_int_equal((at_ns - last_ns) / MS, want->pace_ms);
			last_ns = at_ns;
			packets++;
			assert_true(pair.seen[p].len <= 1500 - 20);
		}
		if (want->packets != 0)
			assert_int_equal(packets, want->packets);
		pair_free(&pair);
	}
}

/* FreeBSD 5 stops after the first batch (SEM 3.6). */
static void
freebsd_5_never_ends(void **state)
{
	struct fw_config config = pair_config(FW_V2A, A);
	struct pfsync_message m;

	(void)state;
	config.dialect = pfsync_dialect_by_name("freebsd-6");
	pair_one(&pair, &config);
	for (unsigned n = 0; n < 12; n++) {
		struct fw_flow flow = pair_flow(6, n);
		pair_create(&pair, A, &flow);
	}
	pair_run(&pair, 5 * S);
	pair_forget(&pair);
	memset(&m, 0, sizeof(m));
	memset(&m.has, 0xff, sizeof(m.has));
	m.action = PFSYNC_ACT_UPD_REQ;
	m.action_number = UINT8_MAX;
	pair_tell(&pair, A, &m);
	pair_run(&pair, 20 * S);
	assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_BUS), 1);
	assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_UPD), 6);
	pair_free(&pair);
}

/* Asked again while busy, V6b begins once more when it is done. */
static void
v6b_remembers_the_second_request(void **state)
{
	struct fw_config config = pair_config(FW_V6B, A);
	struct pfsync_message m;

	(void)state;
	pair_one(&pair, &config);
	for (unsigned n = 0; n < 12; n++) {
		struct fw_flow flow = pair_flow(6, n);
		pair_create(&pair, A, &flow);
	}
	pair_run(&pair, 5 * S);
	pair_forget(&pair);
	memset(&m, 0, sizeof(m));
	memset(&m.has, 0xff, sizeof(m.has));
	m.action = PFSYNC_ACT_UPD_REQ;
	m.action_number = UINT8_MAX;
	pair_tell(&pair, A, &m);
	pair_tell(&pair, A, &m);
	pair_run(&pair, 2 * S);
	assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_UPD), 24);
	assert_int_equal(pair_sent(&pair, A, PFSYNC_ACT_BUS), 4);
	pair_free(&pair);
}

/* FreeBSD asks when the sync interface is set; others at every up (confirmed on 10.1). */
static void
up_asks_again_or_not(void **state)
{
	static const struct {
		enum fw_family family;
		unsigned asked;
	} cases[] = {{FW_V5F10, 0}, {FW_V5F15, 0}, {FW_V6B, 1}, {FW_V3, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config config = pair_config(cases[i].family, A);
		pair_one(&pair, &config);
		fw_down(pair.nodes[A].fw, pair.now_ns);
		pair_run(&pair, 1 * S);
		fw_up(pair.nodes[A].fw, pair.now_ns);
		assert_int_equal(pair.nodes[A].bulk[FW_BULK_ASKED], cases[i].asked);
		pair_free(&pair);
	}
}

/* V6b waits up to 30 s for the link. */
static void
v6b_waits_for_the_link(void **state)
{
	struct fw_config config = pair_config(FW_V6B, A);

	(void)state;
	pair_init(&pair);
	pair_add(&pair, &config);
	fw_link(pair.nodes[A].fw, pair.now_ns, false);
	assert_int_equal(fw_demotion(pair.nodes[A].fw), 1);
	fw_up(pair.nodes[A].fw, pair.now_ns);
	assert_int_equal(fw_demotion(pair.nodes[A].fw), 33);
	pair_run(&pair, 10 * S);
	assert_int_equal(pair.nodes[A].bulk[FW_BULK_ASKED], 0);
	fw_link(pair.nodes[A].fw, pair.now_ns, true);
	assert_int_equal(pair.nodes[A].bulk[FW_BULK_ASKED], 1);
	assert_int_equal(fw_demotion(pair.nodes[A].fw), 32);
	pair_free(&pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gives_up_after_twelve_tries),
	    cmocka_unit_test(an_older_end_is_refused),
	    cmocka_unit_test(an_empty_table_says_only_end),
	    cmocka_unit_test(v6b_waits_beside_an_empty_table),
	    cmocka_unit_test(old_ones_in_doubt_are_silent),
	    cmocka_unit_test(answers_in_its_own_way),
	    cmocka_unit_test(freebsd_5_never_ends),
	    cmocka_unit_test(v6b_remembers_the_second_request),
	    cmocka_unit_test(up_asks_again_or_not),
	    cmocka_unit_test(v6b_waits_for_the_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
