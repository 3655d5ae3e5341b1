/*
 * test_names.c - every enumeration, both ways, against OB 12, 14, FB 3.7, 8.3
 * and SEM 4.3, 5: names, gaps, numbers behind the last.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "handmade.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* NULL where a name is not to exist. */
static void
expect_name(const char *name, const char *wanted)
{
	if (wanted == NULL)
		assert_null(name);
	else
		assert_string_equal(name, wanted);
}

static void
test_status(void **state)
{
	static const struct {
		int status;
		const char *name;
	} cases[] = {{PFSYNC_OK, "ok"}, {PFSYNC_END, "end"}, {PFSYNC_TRUNCATED, "truncated"},
	    {PFSYNC_HDROPS, "hdrops"}, {PFSYNC_BADVER, "badver"}, {PFSYNC_BADACT, "badact"},
	    {PFSYNC_BADLEN, "badlen"}, {PFSYNC_BADVAL, "badval"}, {PFSYNC_TRAILING, "trailing"},
	    {PFSYNC_NOSPACE, "nospace"}, {PFSYNC_NOTSUPP, "notsupp"}, {2, "?"}, {-10, "?"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(pfsync_status_name(cases[i].status), cases[i].name);
	assert_string_equal(pfsync_certainty_name(PFSYNC_GUESS), "guess");
	assert_string_equal(pfsync_certainty_name(PFSYNC_LIKELY), "likely");
	assert_string_equal(pfsync_certainty_name(PFSYNC_CERTAIN), "certain");
}

/* The spelling of json.md and the labels of OB 12. */
static void
test_actions(void **state)
{
	static const struct {
		enum pfsync_action action;
		const char *name, *label;
	} cases[] = {
	    {PFSYNC_ACT_CLR, "CLR", "CLR ST"},
	    {PFSYNC_ACT_INS, "INS", "INS ST"},
	    {PFSYNC_ACT_INS_ACK, "INS_ACK", "INS ST ACK"},
	    {PFSYNC_ACT_UPD, "UPD", "UPD ST"},
	    {PFSYNC_ACT_UPD_C, "UPD_C", "UPD ST COMP"},
	    {PFSYNC_ACT_UPD_REQ, "UPD_REQ", "UPD ST REQ"},
	    {PFSYNC_ACT_DEL, "DEL", "DEL ST"},
	    {PFSYNC_ACT_DEL_C, "DEL_C", "DEL ST COMP"},
	    {PFSYNC_ACT_INS_F, "INS_F", "INS FR"},
	    {PFSYNC_ACT_DEL_F, "DEL_F", "DEL FR"},
	    {PFSYNC_ACT_BUS, "BUS", "BULK UPD STAT"},
	    {PFSYNC_ACT_TDB, "TDB", "TDB UPD"},
	    {PFSYNC_ACT_EOF, "EOF", "EOF"},
	    {PFSYNC_ACT_UNKNOWN, "UNKNOWN", "UNKNOWN"},
	};

	(void)state;
	assert_int_equal(COUNT(cases), PFSYNC_ACT_COUNT);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_string_equal(pfsync_action_name(cases[i].action), cases[i].name);
		assert_string_equal(pfsync_action_label(cases[i].action), cases[i].label);
		assert_int_equal(pfsync_action_by_name(cases[i].name), cases[i].action);
	}
	assert_int_equal(pfsync_action_by_name("UREQ"), -1);
	assert_int_equal(pfsync_action_by_name("clr"), -1);
	assert_int_equal(pfsync_action_by_name(""), -1);
	assert_non_null(pfsync_action_name((enum pfsync_action)1000));
	assert_non_null(pfsync_action_label((enum pfsync_action)1000));
}

#define NO PFSYNC_ACT_UNKNOWN
#define V4_HEAD PFSYNC_ACT_CLR, PFSYNC_ACT_INS, PFSYNC_ACT_UPD, PFSYNC_ACT_DEL
#define V4_REST PFSYNC_ACT_UPD_C, PFSYNC_ACT_DEL_C, PFSYNC_ACT_INS_F, PFSYNC_ACT_DEL_F
#define V5_HEAD                                                                                    \
	PFSYNC_ACT_CLR, PFSYNC_ACT_INS, PFSYNC_ACT_INS_ACK, PFSYNC_ACT_UPD, PFSYNC_ACT_UPD_C,      \
	    PFSYNC_ACT_UPD_REQ, PFSYNC_ACT_DEL, PFSYNC_ACT_DEL_C, PFSYNC_ACT_INS_F,                \
	    PFSYNC_ACT_DEL_F, PFSYNC_ACT_BUS, PFSYNC_ACT_TDB, PFSYNC_ACT_EOF

/* OB 12 and FB 8.3 side by side, first invalid number included. */
static void
test_action_numbers(void **state)
{
	static const struct {
		const char *dialect;
		unsigned max;
		enum pfsync_action actions[PFSYNC_ACTION_NUMBERS];
	} cases[] = {
	    {"openbsd-1r2-ilp32", 4, {V4_HEAD}},
	    {"openbsd-1n1", 8, {V4_HEAD, V4_REST}},
	    {"openbsd-1n2", 9, {V4_HEAD, V4_REST, PFSYNC_ACT_UPD_REQ}},
	    {"openbsd-2a", 9, {V4_HEAD, V4_REST, PFSYNC_ACT_UPD_REQ}},
	    {"openbsd-2d", 9, {V4_HEAD, V4_REST, PFSYNC_ACT_UPD_REQ}},
	    {"openbsd-2e", 10, {V4_HEAD, V4_REST, PFSYNC_ACT_UPD_REQ, PFSYNC_ACT_BUS}},
	    {"freebsd-6", 10, {V4_HEAD, V4_REST, PFSYNC_ACT_UPD_REQ, PFSYNC_ACT_BUS}},
	    {"openbsd-2f", 11,
		{V4_HEAD, V4_REST, PFSYNC_ACT_UPD_REQ, PFSYNC_ACT_BUS, PFSYNC_ACT_TDB}},
	    {"openbsd-3b", 11,
		{V4_HEAD, V4_REST, PFSYNC_ACT_UPD_REQ, PFSYNC_ACT_BUS, PFSYNC_ACT_TDB}},
	    {"netbsd-3", 11,
		{V4_HEAD, V4_REST, PFSYNC_ACT_UPD_REQ, PFSYNC_ACT_BUS, PFSYNC_ACT_TDB}},
	    {"openbsd-4", 11,
		{V4_HEAD, V4_REST, PFSYNC_ACT_UPD_REQ, PFSYNC_ACT_BUS, PFSYNC_ACT_TDB}},
	    {"dragonfly-4", 11,
		{V4_HEAD, V4_REST, PFSYNC_ACT_UPD_REQ, PFSYNC_ACT_BUS, PFSYNC_ACT_TDB}},
	    {"openbsd-5b", 13, {V5_HEAD}},
	    {"freebsd-10", 13, {V5_HEAD}},
	    {"freebsd-14", 15, {V5_HEAD, PFSYNC_ACT_INS, PFSYNC_ACT_UPD}},
	    {"freebsd-15", 17,
		{V5_HEAD, PFSYNC_ACT_INS, PFSYNC_ACT_UPD, PFSYNC_ACT_INS, PFSYNC_ACT_UPD}},
	    {"openbsd-5c", 15, {V5_HEAD, PFSYNC_ACT_INS, PFSYNC_ACT_UPD}},
	    {"openbsd-6f", 15, {V5_HEAD, PFSYNC_ACT_INS, PFSYNC_ACT_UPD}},
	    {"openbsd-6g", 16, {V5_HEAD, PFSYNC_ACT_INS, PFSYNC_ACT_UPD, PFSYNC_ACT_TDB}},
	    {"openbsd-6k", 16, {V5_HEAD, PFSYNC_ACT_INS, PFSYNC_ACT_UPD, PFSYNC_ACT_TDB}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct pfsync_dialect *dialect = hand_dialect(cases[i].dialect);
		assert_int_equal(dialect->action_max, cases[i].max);
		for (unsigned n = 0; n < PFSYNC_ACTION_NUMBERS; n++) {
			const enum pfsync_action wanted =
			    n < cases[i].max ? cases[i].actions[n] : NO;
			if (dialect->actions[n].action != wanted)
				fail_msg("%s: %u is %s", cases[i].dialect, n,
				    pfsync_action_name(
					(enum pfsync_action)dialect->actions[n].action));
		}
	}
}

static void
test_records(void **state)
{
	static const char *const names[] = {
	    "v1raw", "v1", "v2", "v3", "v4", "v6", "1301", "1400", "1500"};

	(void)state;
	assert_int_equal(COUNT(names) + 1, PFSYNC_REC_COUNT);
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_string_equal(pfsync_record_name((enum pfsync_record_kind)(i + 1)), names[i]);
		assert_int_equal(pfsync_record_by_name(names[i]), i + 1);
	}
	assert_int_equal(pfsync_record_by_name("v5"), -1);
	assert_non_null(pfsync_record_name((enum pfsync_record_kind)1000));
}

/* OB 14.4, FB 3.7, SEM 4.3; `frag` as current systems have it. */
static void
test_timeouts(void **state)
{
	static const struct {
		const char *name;
		uint32_t seconds;
	} cases[] = {
	    {"tcp.first", 120},
	    {"tcp.opening", 30},
	    {"tcp.established", 86400},
	    {"tcp.closing", 900},
	    {"tcp.finwait", 45},
	    {"tcp.closed", 90},
	    {"udp.first", 60},
	    {"udp.single", 30},
	    {"udp.multiple", 60},
	    {"icmp.first", 20},
	    {"icmp.error", 10},
	    {"other.first", 60},
	    {"other.single", 30},
	    {"other.multiple", 60},
	    {"frag", 60},
	    {"interval", 10},
	    {"adaptive.start", 0},
	    {"adaptive.end", 0},
	    {"src.track", 0},
	    {"tcp.tsdiff", 30},
	    {"sctp.first", 120},
	    {"sctp.opening", 30},
	    {"sctp.established", 86400},
	    {"sctp.closing", 900},
	    {"sctp.closed", 90},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		assert_string_equal(pfsync_timeout_name(i), cases[i].name);
		assert_int_equal(pfsync_timeout_by_name(cases[i].name), i);
		assert_int_equal(pfsync_timeout_default_s(i), cases[i].seconds);
	}
	for (unsigned i = COUNT(cases); i < 300; i++) {
		assert_null(pfsync_timeout_name(i));
		assert_int_equal(pfsync_timeout_default_s(i), 0);
	}
	assert_null(pfsync_timeout_name(UINT32_MAX));
	assert_int_equal(pfsync_timeout_by_name("tcp"), -1);
}

/* OB 14.4: first invalid, + 1 purge, and what follows in each era. */
static void
test_internal_timeouts(void **state)
{
	static const struct {
		const char *dialect;
		unsigned max;
		const char *behind[5]; /* max, max + 1 .. */
	} cases[] = {
	    {"openbsd-1r2-ilp32", 16, {NULL, "purge", "until-packet", NULL}},
	    {"openbsd-1r5-ilp32", 18, {NULL, "purge", "until-packet", NULL}},
	    {"openbsd-1n2", 19, {NULL, "purge", "until-packet", NULL}},
	    {"openbsd-2e", 20, {NULL, "purge", "until-packet", NULL}},
	    {"openbsd-3b", 20, {NULL, "purge", "unlinked", "until-packet", NULL}},
	    {"openbsd-5b", 20, {NULL, "purge", "unlinked", "until-packet", NULL}},
	    {"freebsd-14", 25, {NULL, "purge", "unlinked"}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct pfsync_dialect *dialect = hand_dialect(cases[i].dialect);
		assert_int_equal(dialect->timeout_max, cases[i].max);
		for (unsigned k = 0; k < cases[i].max; k++)
			expect_name(
			    pfsync_dialect_timeout_name(dialect, k), pfsync_timeout_name(k));
		for (unsigned k = 0; k < 3; k++)
			expect_name(pfsync_dialect_timeout_name(dialect, cases[i].max + k),
			    cases[i].behind[k]);
		assert_null(pfsync_dialect_timeout_name(dialect, cases[i].max + 4));
		assert_null(pfsync_dialect_timeout_name(dialect, 255));
	}
}

/* SEM 9.1 gives the names as listings print them. */
static void
test_peer_states(void **state)
{
	static const char *const tcp[] = {"CLOSED", "LISTEN", "SYN_SENT", "SYN_RCVD", "ESTABLISHED",
	    "CLOSE_WAIT", "FIN_WAIT_1", "CLOSING", "LAST_ACK", "FIN_WAIT_2", "TIME_WAIT",
	    "PROXY_SRC", "PROXY_DST"};
	static const char *const other[] = {"NO_TRAFFIC", "SINGLE", "MULTIPLE"};
	static const unsigned others[] = {0, 17, 47, 50, 58, 132, 255};

	(void)state;
	for (unsigned i = 0; i < 256; i++) {
		expect_name(pfsync_peer_state_name(6, i), i < COUNT(tcp) ? tcp[i] : NULL);
		assert_null(pfsync_peer_state_name(1, i)); /* ICMP: numbers */
		for (size_t k = 0; k < COUNT(others); k++)
			expect_name(pfsync_peer_state_name(others[k], i),
			    i < COUNT(other) ? other[i] : NULL);
	}
	for (unsigned i = 0; i < COUNT(tcp); i++)
		assert_int_equal(pfsync_peer_state_by_name(6, tcp[i]), i);
	for (unsigned i = 0; i < COUNT(other); i++)
		assert_int_equal(pfsync_peer_state_by_name(17, other[i]), i);
	assert_int_equal(pfsync_peer_state_by_name(17, "ESTABLISHED"), -1);
	assert_int_equal(pfsync_peer_state_by_name(6, "SINGLE"), -1);
	assert_null(pfsync_peer_state_name(6, UINT32_MAX));
}

/* SEM 5.2, 9.1: SCTP has levels of its own where its classes exist. */
static void
test_sctp_levels(void **state)
{
	struct pfsync_message message = {.action = PFSYNC_ACT_INS, .record = PFSYNC_REC_1400};

	(void)state;
	assert_null(pfsync_message_level_name(&message, 0)); /* no protocol */
	pfsync_has_set(&message, PFSYNC_F_PROTO);
	message.u.state.proto = 132;
	message.u.state.timeout = 22;
	assert_string_equal(pfsync_message_level_name(&message, 1), "SINGLE"); /* no class */
	pfsync_has_set(&message, PFSYNC_F_TIMEOUT);
	assert_string_equal(pfsync_message_level_name(&message, 0), "CLOSED");
	assert_string_equal(pfsync_message_level_name(&message, 8), "ESTABLISHED");
	assert_null(pfsync_message_level_name(&message, 1));
	message.u.state.timeout = 11; /* other.first */
	assert_string_equal(pfsync_message_level_name(&message, 1), "SINGLE");
	message.u.state.proto = 6;
	message.u.state.timeout = 22;
	assert_string_equal(pfsync_message_level_name(&message, 8), "LAST_ACK");
}

static void
test_protocols(void **state)
{
	static const struct {
		unsigned number;
		const char *name;
	} cases[] = {{1, "icmp"}, {2, "igmp"}, {4, "ipencap"}, {6, "tcp"}, {17, "udp"},
	    {41, "ipv6"}, {47, "gre"}, {50, "esp"}, {51, "ah"}, {58, "ipv6-icmp"}, {89, "ospf"},
	    {99, NULL}, {112, "carp"}, {132, "sctp"}, {240, "pfsync"}, {0, NULL}, {255, NULL},
	    {256 + 6, NULL}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		expect_name(pfsync_proto_name(cases[i].number), cases[i].name);
		if (cases[i].name != NULL)
			assert_int_equal(pfsync_proto_by_name(cases[i].name), cases[i].number);
	}
	for (unsigned i = 0; i < 256; i++) {
		if (pfsync_proto_name(i) != NULL)
			assert_int_equal(pfsync_proto_by_name(pfsync_proto_name(i)), i);
	}
	assert_int_equal(pfsync_proto_by_name("TCP"), -1);
	assert_int_equal(pfsync_proto_by_name("6"), -1);
}

/* OB 14.3, 14.9, FB 3.7. */
static void
test_direction_and_bulk(void **state)
{
	(void)state;
	assert_string_equal(pfsync_direction_name(0), "inout");
	assert_string_equal(pfsync_direction_name(1), "in");
	assert_string_equal(pfsync_direction_name(2), "out");
	for (unsigned i = 3; i < 256; i++)
		assert_null(pfsync_direction_name(i));
	assert_null(pfsync_bus_status_name(0));
	assert_string_equal(pfsync_bus_status_name(1), "start");
	assert_string_equal(pfsync_bus_status_name(2), "end");
	for (unsigned i = 3; i < 256; i++)
		assert_null(pfsync_bus_status_name(i));
}

/* OB 14.7, FB 9.5: bits, in the words of FreeBSD's pfctl (SEM 9.1). */
static void
test_state_flags(void **state)
{
	static const struct {
		unsigned flag;
		const char *name;
	} cases[] = {{0x0001, "allow-opts"}, {0x0002, "sloppy"}, {0x0004, "pflow"},
	    {0x0008, "no-sync"}, {0x0010, "psync-ack"}, {0x0020, "no-df"}, {0x0040, "set-tos"},
	    {0x0080, "random-id"}, {0x0100, "reassemble-tcp"}, {0x0200, "set-prio"},
	    {0x0400, "inp-unlinked"}, {0x0800, NULL}, {0x1000, NULL}, {0x2000, NULL},
	    {0x4000, "dummynet-pipe"}, {0x8000, "dummynet-queue"}};

	(void)state;
	for (unsigned bit = 0; bit < COUNT(cases); bit++) {
		assert_int_equal(cases[bit].flag, 1U << bit);
		expect_name(pfsync_state_flag_name(bit), cases[bit].name);
	}
	assert_null(pfsync_state_flag_name(16));
	assert_null(pfsync_state_flag_name(UINT32_MAX));
}

/* OB 14.6 and FB 3.7 differ. */
static void
test_rt(void **state)
{
	static const char *const openbsd[] = {"none", "route-to", "dup-to", "reply-to", NULL};
	static const char *const freebsd[] = {
	    "none", "fastroute", "route-to", "dup-to", "reply-to", NULL};

	(void)state;
	for (unsigned i = 0; i < COUNT(openbsd); i++)
		expect_name(pfsync_rt_name(PFSYNC_REC_V6, i), openbsd[i]);
	for (unsigned i = 0; i < COUNT(freebsd); i++) {
		expect_name(pfsync_rt_name(PFSYNC_REC_1400, i), freebsd[i]);
		expect_name(pfsync_rt_name(PFSYNC_REC_1500, i), freebsd[i]);
	}
	assert_null(pfsync_rt_name(PFSYNC_REC_V6, 255));
	assert_null(pfsync_rt_name(PFSYNC_REC_1500, 255));
}

/* Names, aliases and indices of dialects lead to one another. */
static void
test_dialects(void **state)
{
	const char *alias, *name;
	size_t aliases = 0;

	(void)state;
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		assert_ptr_equal(pfsync_dialect_by_name(dialect->name), dialect);
		assert_int_equal(pfsync_dialect_index(dialect), i);
		assert_true(dialect->af_inet6 == 24 || dialect->af_inet6 == 28);
		assert_true(strlen(dialect->systems) > 0 && strlen(dialect->source) > 0);
	}
	assert_null(pfsync_dialect_at(pfsync_dialect_count()));
	for (; pfsync_dialect_alias(aliases, &alias, &name); aliases++) {
		assert_non_null(pfsync_dialect_by_name(name));
		assert_ptr_equal(pfsync_dialect_by_name(alias), pfsync_dialect_by_name(name));
	}
	assert_true(aliases > 0);
	assert_null(pfsync_dialect_by_name("openbsd-7"));
	assert_null(pfsync_dialect_by_name(""));
	/* FB 2, 3.4: families by system. */
	assert_int_equal(hand_dialect("netbsd-3")->af_inet6, 24);
	assert_int_equal(hand_dialect("mirbsd-2")->af_inet6, 24);
	assert_int_equal(hand_dialect("dragonfly-2")->af_inet6, 28);
	assert_int_equal(hand_dialect("dragonfly-4")->af_inet6, 28);
	assert_int_equal(hand_dialect("midnightbsd-3")->af_inet6, 28);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_status),
	    cmocka_unit_test(test_actions),
	    cmocka_unit_test(test_action_numbers),
	    cmocka_unit_test(test_records),
	    cmocka_unit_test(test_timeouts),
	    cmocka_unit_test(test_internal_timeouts),
	    cmocka_unit_test(test_peer_states),
	    cmocka_unit_test(test_sctp_levels),
	    cmocka_unit_test(test_protocols),
	    cmocka_unit_test(test_direction_and_bulk),
	    cmocka_unit_test(test_state_flags),
	    cmocka_unit_test(test_rt),
	    cmocka_unit_test(test_dialects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
