/*
 * test_traffic.c - states that local packets make and move (SEM 1.3, 5).
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "pair.h"

static struct pair pair;

static enum fw_passed
pass(const struct fw_state *st, bool from_dst, uint8_t flags, uint32_t seq, uint32_t ack,
    uint32_t len)
{
	const struct fw_segment segment = {.from_dst = from_dst,
	    .flags = flags,
	    .seq = seq,
	    .ack = ack,
	    .len_bytes = len,
	    .win = 500,
	    .wscale = (flags & FW_SEG_SYN) != 0 ? PFSYNC_WSCALE_FLAG | 6 : 0};

	return fw_traffic(pair.nodes[A].fw, pair.now_ns, st->id, st->creatorid, &segment);
}

static void
check_levels(const struct fw_state *st, unsigned src, unsigned dst, const char *class)
{
	assert_int_equal(st->src.state, src);
	assert_int_equal(st->dst.state, dst);
	assert_string_equal(pfsync_timeout_name(st->timeout), class);
}

static void
a_tcp_connection(void **state)
{
	struct fw_config config = pair_config(FW_V6B, A);
	struct fw_flow flow = pair_flow(6, 1);
	const struct fw_state *st;
	const uint32_t c = flow.seq + 1; /* next of the client */

	(void)state;
	pair_one(&pair, &config);
	st = pair_create(&pair, A, &flow);
	check_levels(st, 2, 0, "tcp.first");
	assert_int_equal(st->dst.seqlo, 0);
	assert_int_equal(st->dst.seqhi, 1);
	assert_int_equal(pass(st, true, FW_SEG_SYN | FW_SEG_ACK, 9000, c, 0), FW_PASSED);
	check_levels(st, 4, 2, "tcp.opening");
	assert_int_equal(pass(st, false, FW_SEG_ACK, c, 9001, 0), FW_PASSED);
	check_levels(st, 4, 4, "tcp.established");
	/* seqlo: highest sent; seqhi: what the other's ack and window allow. */
	assert_int_equal(pass(st, false, FW_SEG_ACK, c, 9001, 100), FW_PASSED);
	assert_int_equal(st->src.seqlo, c + 100);
	assert_int_equal(st->dst.seqhi, 9001 + (500 << 7));
	assert_int_equal(pass(st, true, FW_SEG_ACK, 9001, c + 100, 0), FW_PASSED);
	assert_int_equal(st->src.seqhi, c + 100 + (500 << 6));
	/* Far outside. */
	assert_int_equal(pass(st, true, FW_SEG_ACK, 9001 + 3000000, c + 100, 10), FW_OUT_OF_WINDOW);
	check_levels(st, 4, 4, "tcp.established");
	assert_int_equal(pass(st, false, FW_SEG_FIN | FW_SEG_ACK, c + 100, 9001, 0), FW_PASSED);
	check_levels(st, 7, 4, "tcp.closing");
	assert_int_equal(pass(st, true, FW_SEG_FIN | FW_SEG_ACK, 9001, c + 101, 0), FW_PASSED);
	check_levels(st, 9, 7, "tcp.finwait");
	assert_int_equal(pass(st, false, FW_SEG_ACK, c + 101, 9002, 0), FW_PASSED);
	check_levels(st, 9, 9, "tcp.closed");
	pair_free(&pair);

	pair_one(&pair, &config);
	st = pair_established(&pair, A, 1);
	assert_int_equal(pass(st, false, FW_SEG_RST, st->src.seqlo, 0, 0), FW_PASSED);
	check_levels(st, 10, 10, "tcp.closed");
	pair_free(&pair);
}

static void
other_protocols(void **state)
{
	struct fw_config config = pair_config(FW_V6B, A);
	struct fw_flow flow = pair_flow(17, 1);
	const struct fw_state *st;

	(void)state;
	pair_one(&pair, &config);
	st = pair_create(&pair, A, &flow);
	check_levels(st, 1, 0, "udp.first");
	assert_int_equal(pass(st, true, 0, 0, 0, 10), FW_PASSED);
	check_levels(st, 2, 1, "udp.single");
	assert_int_equal(pass(st, false, 0, 0, 0, 10), FW_PASSED);
	check_levels(st, 2, 2, "udp.multiple");
	flow = pair_flow(1, 2);
	st = pair_create(&pair, A, &flow);
	check_levels(st, 0, 0, "icmp.first");
	assert_int_equal(pass(st, true, 0, 0, 0, 10), FW_PASSED);
	check_levels(st, 0, 0, "icmp.error");
	flow = pair_flow(132, 3); /* SCTP is "other" to OpenBSD */
	st = pair_create(&pair, A, &flow);
	check_levels(st, 1, 0, "other.first");
	assert_int_equal(
	    fw_traffic(pair.nodes[A].fw, pair.now_ns, 1, 2, &(struct fw_segment){.len_bytes = 1}),
	    FW_NO_STATE);
	pair_free(&pair);
	config = pair_config(FW_V5F15, A);
	pair_one(&pair, &config);
	st = pair_create(&pair, A, &flow);
	assert_int_equal(st->timeout, 20);
	assert_int_equal(pass(st, true, 0, 0, 0, 10), FW_PASSED);
	assert_int_equal(st->timeout, 21);
	assert_int_equal(pass(st, false, 0, 0, 0, 10), FW_PASSED);
	assert_int_equal(pass(st, true, 0, 0, 0, 10), FW_PASSED);
	assert_int_equal(pass(st, false, 0, 0, 0, 10), FW_PASSED);
	assert_int_equal(st->timeout, 22);
	pair_free(&pair);
}

/* SEM 1.3 */
static void
ids_by_family(void **state)
{
	static const struct {
		enum fw_family family;
		uint64_t first, second, third;
	} cases[] = {
	    {FW_V5F9, UINT64_C(1000) << 32, (UINT64_C(1000) << 32) + 1, (UINT64_C(1000) << 32) + 2},
	    {FW_V5F10, 1000, UINT64_C(1) << 56 | 1000, 1001},
	    {FW_V5F15, 1000, 1001, 1002},
	    {FW_V6B, UINT64_C(1000) << 32, (UINT64_C(1000) << 32) + 1, (UINT64_C(1000) << 32) + 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config config = pair_config(cases[i].family, A);
		uint64_t ids[4];
		config.id_seed_s = 1000;
		pair_one(&pair, &config);
		for (unsigned n = 0; n < 3; n++) {
			struct fw_flow flow = pair_flow(17, n);
			ids[n] = pair_create(&pair, A, &flow)->id;
		}
		assert_int_equal(ids[0], cases[i].first);
		assert_int_equal(ids[1], cases[i].second);
		assert_int_equal(ids[2], cases[i].third);
		/* pfctl -d; pfctl -e seeds anew on FreeBSD 10 and later only. */
		fw_reenable(pair.nodes[A].fw, pair.now_ns);
		{
			struct fw_flow flow = pair_flow(17, 9);
			ids[3] = pair_create(&pair, A, &flow)->id;
		}
		if (cases[i].family == FW_V5F15)
			assert_int_equal(ids[3], pair.now_ns / S);
		else if (cases[i].family == FW_V6B)
			assert_int_equal(ids[3], ids[2] + 1);
		pair_free(&pair);
	}
}

static void
limits_and_duplicates(void **state)
{
	static const struct fw_rule rules[] = {{.max_states = 2}};
	struct fw_config config = pair_config(FW_V6B, A);
	struct fw_flow flow = pair_flow(17, 1);
	struct fw *fw;

	(void)state;
	config.rules = rules;
	config.rule_count = 1;
	config.state_limit = 4;
	pair_one(&pair, &config);
	fw = pair.nodes[A].fw;
	flow.rule = 0;
	assert_int_equal(fw_create(fw, pair.now_ns, &flow, NULL, NULL), FW_CREATED);
	assert_int_equal(fw_create(fw, pair.now_ns, &flow, NULL, NULL), FW_CREATE_EXISTS);
	flow = pair_flow(17, 2);
	flow.rule = 0;
	assert_int_equal(fw_create(fw, pair.now_ns, &flow, NULL, NULL), FW_CREATED);
	flow = pair_flow(17, 3);
	flow.rule = 0;
	assert_int_equal(fw_create(fw, pair.now_ns, &flow, NULL, NULL), FW_CREATE_LIMIT);
	flow.rule = PFSYNC_RULE_NONE;
	assert_int_equal(fw_create(fw, pair.now_ns, &flow, NULL, NULL), FW_CREATED);
	assert_non_null(fw_find_flow(fw, &flow));
	flow = pair_flow(17, 4);
	assert_null(fw_find_flow(fw, &flow));
	assert_int_equal(fw_create(fw, pair.now_ns, &flow, NULL, NULL), FW_CREATED);
	flow = pair_flow(17, 5);
	assert_int_equal(fw_create(fw, pair.now_ns, &flow, NULL, NULL), FW_CREATE_LIMIT);
	pair_free(&pair);
}

static void
reload_and_hostid(void **state)
{
	static const uint8_t cksum[16] = {1, 2, 3};
	static const struct {
		enum fw_family family;
		bool changes;
	} cases[] = {{FW_V6A, false}, {FW_V5F10, true}, {FW_V5F15, true}, {FW_V4B, false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config config = pair_config(cases[i].family, A);
		struct fw_flow flow = pair_flow(17, 1);
		const struct fw_state *old;
		pair_one(&pair, &config);
		old = pair_create(&pair, A, &flow);
		fw_reload(pair.nodes[A].fw, pair.now_ns, cksum, 0);
		assert_int_equal(fw_hostid(pair.nodes[A].fw) != config.hostid, cases[i].changes);
		assert_int_equal(old->creatorid, config.hostid);
		fw_reload(pair.nodes[A].fw, pair.now_ns, cksum, 0x1234);
		assert_int_equal(fw_hostid(pair.nodes[A].fw), 0x1234);
		assert_memory_equal(fw_config(pair.nodes[A].fw)->cksum, cksum, 16);
		pair_free(&pair);
	}
}

static void
configurations_that_make_no_sense(void **state)
{
	struct fw_config config;
	const char *problem;

	(void)state;
#define REFUSED(change)                                                                            \
	config = pair_config(FW_V6B, A);                                                           \
	change;                                                                                    \
	problem = NULL;                                                                            \
	assert_null(fw_new(&config, NULL, T0, &problem));                                          \
	assert_non_null(problem)
	REFUSED(config.family = (enum fw_family)99);
	REFUSED(config.dialect = pfsync_dialect_by_name("freebsd-10"));
	REFUSED(config.mtu = 300);
	REFUSED(config.cpus = 99);
	REFUSED(config.message_version = 1400);
	REFUSED(config.family = FW_V5F14; config.dialect = NULL; config.message_version = 1500);
	REFUSED(config.rule_count = FW_RULES_MAX + 1);
#undef REFUSED
	for (int family = 0; family < FW_FAMILY_COUNT; family++) {
		const char *name = fw_family_name((enum fw_family)family);
		assert_int_equal(fw_family_by_name(name), family);
		assert_non_null(fw_family_dialect((enum fw_family)family));
	}
	assert_int_equal(fw_family_by_name("v6B"), FW_V6B);
	assert_int_equal(fw_family_by_name("V9"), -1);
	assert_int_equal(fw_family_of_dialect(pfsync_dialect_by_name("openbsd-1n1")), -1);
	assert_int_equal(fw_family_of_dialect(pfsync_dialect_by_name("openbsd-2g")), FW_V2B);
	assert_int_equal(fw_family_of_dialect(pfsync_dialect_by_name("openbsd-5a")), FW_V5O);
	assert_int_equal(fw_family_of_dialect(pfsync_dialect_by_name("freebsd-9")), FW_V5F9);
	assert_int_equal(fw_family_of_dialect(pfsync_dialect_by_name("openbsd-6l")), FW_V6B);
}

/* Every dialect of v2 and later can be a pair's. */
static void
every_dialect_is_spoken(void **state)
{
	(void)state;
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		const int family = fw_family_of_dialect(dialect);
		if (family < 0)
			continue;
		pair_init(&pair);
		for (unsigned n = A; n <= B; n++) {
			struct fw_config config = pair_config((enum fw_family)family, n);
			config.dialect = dialect;
			pair_add(&pair, &config);
			fw_up(pair.nodes[n].fw, pair.now_ns);
		}
		pair_run(&pair, 400 * S);
		for (unsigned n = 0; n < 20; n++) {
			struct fw_flow flow = pair_flow(17, n);
			flow.stack.addr[1].b[3] = 77;
			flow.stack.port[1] = 8080;
			pair_create(&pair, n % 2, &flow);
		}
		pair_run(&pair, 2 * S);
		assert_int_equal(fw_state_count(pair.nodes[A].fw), 20);
		/* Some early formats of v2 never fill in the class (OB 7.1). */
		if (dialect->version != 2 && pair_differences(&pair, A, B) != 0)
			fail_msg("%s: tables differ", dialect->name);
		pair_free(&pair);
	}
}

static void
counters_in_netstats_words(void **state)
{
	struct fw_config config = pair_config(FW_V5F15, A);
	struct fw_flow flow = pair_flow(17, 1);
	char text[4096], less[20];
	size_t len;

	(void)state;
	pair_one(&pair, &config);
	pair_create(&pair, A, &flow);
	pair_run(&pair, 2 * S);
	len = fw_counters_text(pair.nodes[A].fw, text, sizeof(text));
	assert_int_equal(len, strlen(text));
	assert_int_equal(strncmp(text, "pfsync:\n\t0 packets received (IPv4)\n", 34), 0);
	assert_non_null(strstr(text, "\t\t1 state insert sent\n"));
	assert_non_null(strstr(text, "\t\t0 13.1 state inserts received\n"));
	assert_non_null(strstr(text, "\t\t12 uncompressed state requests sent\n"));
	assert_non_null(strstr(text, "\t13 packets sent (IPv4)\n"));
	assert_int_equal(fw_counters_text(pair.nodes[A].fw, less, sizeof(less)), len);
	assert_int_equal(strlen(less), sizeof(less) - 1);
	pair_free(&pair);
	config = pair_config(FW_V6B, A);
	pair_one(&pair, &config);
	fw_counters_text(pair.nodes[A].fw, text, sizeof(text));
	assert_null(strstr(text, "insert sent"));
	assert_non_null(strstr(text, "\t\t0 send failed due to mbuf memory error\n"));
	assert_non_null(strstr(text, "\t\t0 stale states\n"));
	pair_free(&pair);
}

static void
carp_shows_the_demotion(void **state)
{
	static const struct {
		enum fw_family family;
		uint8_t skew, demote; /* shown while waiting, of skew 100 */
	} cases[] = {{FW_V3, 100, 0}, {FW_V4B, 100, 1}, {FW_V5F9, 100, 0}, {FW_V5F10, 240, 0},
	    {FW_V6A, 100, 32}, {FW_V6B, 100, 32}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fw_config config = pair_config(cases[i].family, A);
		uint8_t skew, demote;
		pair_init(&pair);
		pair_add(&pair, &config);
		fw_up(pair.nodes[A].fw, pair.now_ns);
		fw_carp_advert(pair.nodes[A].fw, 100, &skew, &demote);
		assert_int_equal(skew, cases[i].skew);
		assert_int_equal(demote, cases[i].demote);
		pair_run(&pair, 400 * S);
		fw_carp_advert(pair.nodes[A].fw, 100, &skew, &demote);
		assert_int_equal(skew, 100);
		assert_int_equal(demote, 0);
		pair_free(&pair);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_tcp_connection),
	    cmocka_unit_test(other_protocols),
	    cmocka_unit_test(ids_by_family),
	    cmocka_unit_test(limits_and_duplicates),
	    cmocka_unit_test(reload_and_hostid),
	    cmocka_unit_test(configurations_that_make_no_sense),
	    cmocka_unit_test(every_dialect_is_spoken),
	    cmocka_unit_test(counters_in_netstats_words),
	    cmocka_unit_test(carp_shows_the_demotion),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
