/*
 * test_flow.c - from a connection to a full state.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow.h"

static struct endpoint
at(const char *text)
{
	struct endpoint endpoint;

	assert_true(endpoint_parse(text, &endpoint));
	return endpoint;
}

/* "wire0 wire1 stack0 stack1", as a listing would show them. */
static void
assert_keys(const struct flow *flow, const char *dialect, const char *expected)
{
	struct pfsync_state state = {0};
	char text[256] = "", addr[64];
	const struct pfsync_key *keys[] = {&state.wire, &state.stack};

	flow_keys(flow, pfsync_dialect_by_name(dialect), &state);
	for (size_t i = 0; i < 4; i++) {
		const struct pfsync_key *key = keys[i / 2];
		pfsync_text_addr(
		    addr, sizeof(addr), pfsync_af_of(key->af_number), &key->addr[i % 2]);
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s,%u",
		    i > 0 ? " " : "", addr, key->port[i % 2]);
	}
	assert_string_equal(text, expected);
	/* Hosts and keys say the same (OB 4.3). */
	assert_memory_equal(&state.ext.addr, &state.wire.addr[0], sizeof(state.ext.addr));
	assert_memory_equal(&state.gwy.addr, &state.wire.addr[1], sizeof(state.gwy.addr));
	assert_memory_equal(&state.lan.addr, &state.stack.addr[1], sizeof(state.lan.addr));
	assert_int_equal(state.gwy.port, state.wire.port[1]);
	assert_int_equal(state.lan.port, state.stack.port[1]);
}

static void
index_0_is_the_far_end(void **state)
{
	struct flow flow = {.proto = 6,
	    .direction = PFSYNC_OUT,
	    .from = at("10.0.0.5:51000"),
	    .to = at("192.0.2.9:443")};

	(void)state;
	assert_keys(
	    &flow, "openbsd-6k", "192.0.2.9,443 10.0.0.5,51000 192.0.2.9,443 10.0.0.5,51000");
	flow.has_nat = true;
	flow.nat = at("198.51.100.1:61000");
	assert_keys(
	    &flow, "openbsd-6k", "192.0.2.9,443 198.51.100.1,61000 192.0.2.9,443 10.0.0.5,51000");
	flow.has_nat = false;
	flow.direction = PFSYNC_IN;
	flow.has_rdr = true;
	flow.rdr = at("203.0.113.1:80");
	assert_keys(
	    &flow, "openbsd-2e", "10.0.0.5,51000 203.0.113.1,80 10.0.0.5,51000 192.0.2.9,443");
}

static void
icmp_has_one_number(void **state)
{
	struct flow flow = {.proto = 1,
	    .direction = PFSYNC_OUT,
	    .from = at("10.0.0.5:4711"),
	    .to = at("192.0.2.9")};

	(void)state;
	assert_keys(&flow, "openbsd-2e", "192.0.2.9,0 10.0.0.5,4711 192.0.2.9,0 10.0.0.5,4711");
	assert_keys(
	    &flow, "freebsd-10", "192.0.2.9,4711 10.0.0.5,4711 192.0.2.9,4711 10.0.0.5,4711");
	assert_keys(&flow, "openbsd-6k", "192.0.2.9,8 10.0.0.5,4711 192.0.2.9,8 10.0.0.5,4711");
	flow.direction = PFSYNC_IN;
	assert_keys(&flow, "openbsd-6k", "10.0.0.5,8 192.0.2.9,4711 10.0.0.5,8 192.0.2.9,4711");
}

static void
families_have_the_senders_numbers(void **state)
{
	const struct flow flow = {.proto = 6,
	    .direction = PFSYNC_OUT,
	    .from = at("[2001:db8::1]:1"),
	    .to = at("[2001:db8::2]:2")};
	struct pfsync_state s = {0};

	(void)state;
	flow_keys(&flow, pfsync_dialect_by_name("freebsd-14"), &s);
	assert_int_equal(s.af_number, 28);
	assert_int_equal(s.wire.af_number, 28);
	flow_keys(&flow, pfsync_dialect_by_name("openbsd-6k"), &s);
	assert_int_equal(s.af_number, 24);
	assert_int_equal(s.stack.af_number, 24);
}

static void
check_defaults(const char *dialect_name, uint8_t record, uint8_t proto, enum pfsync_action action)
{
	const struct pfsync_dialect *dialect = pfsync_dialect_by_name(dialect_name);
	struct pfsync_message message = {.action = action, .creatorid = 1};
	struct pfsync_state *s = &message.u.state;
	const struct flow flow = {.proto = proto,
	    .direction = PFSYNC_OUT,
	    .from = at("10.0.0.1:1"),
	    .to = at("10.0.0.2:2")};

	assert_non_null(dialect);
	memset(&message.has, 0xff, sizeof(message.has));
	message.record = record;
	flow_defaults(proto, dialect, action, s);
	flow_keys(&flow, dialect, s);
	assert_int_equal(pfsync_message_check(&message, dialect, NULL), PFSYNC_OK);
	assert_true(s->timeout < dialect->timeout_max);
	assert_true(s->expire_s > 0);
	assert_int_equal(s->anchor, PFSYNC_RULE_NONE);
	assert_int_equal(s->rtableid[0], -1);
}

/* Whatever is said by default is something every kernel accepts. */
static void
defaults_are_plausible(void **state)
{
	const enum pfsync_action actions[] = {PFSYNC_ACT_INS, PFSYNC_ACT_UPD, PFSYNC_ACT_DEL};

	(void)state;
	for (unsigned proto = 0; proto < 256; proto++) {
		for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
			check_defaults("openbsd-6k", PFSYNC_REC_V6, (uint8_t)proto, actions[i]);
			check_defaults("freebsd-10", PFSYNC_REC_1301, (uint8_t)proto, actions[i]);
			check_defaults("freebsd-14", PFSYNC_REC_1400, (uint8_t)proto, actions[i]);
			check_defaults("freebsd-15", PFSYNC_REC_1500, (uint8_t)proto, actions[i]);
		}
	}
}

/* captures of FreeBSD 14.3: INS COOKIE_WAIT:CLOSED, sctp.first; UPD sctp.established */
static void
sctp_has_classes_of_its_own_on_freebsd_14(void **state)
{
	enum { SCTP = 132 };
	const struct pfsync_dialect *dialect = pfsync_dialect_by_name("freebsd-14");
	struct pfsync_state s = {0};

	(void)state;
	flow_defaults(SCTP, dialect, PFSYNC_ACT_INS, &s);
	assert_int_equal(s.timeout, pfsync_timeout_by_name("sctp.first"));
	assert_int_equal(s.expire_s, 120);
	assert_int_equal(s.src.state, 2);
	assert_int_equal(s.dst.state, 0);
	assert_int_equal(s.src.scrub_valid, PFSYNC_SCRUB_FLAG_VALID);
	assert_int_equal(s.dst.scrub_valid, PFSYNC_SCRUB_FLAG_VALID);
	assert_int_not_equal(s.dst.ts_mod, 0);
	flow_defaults(SCTP, dialect, PFSYNC_ACT_UPD, &s);
	assert_int_equal(s.timeout, pfsync_timeout_by_name("sctp.established"));
	assert_int_equal(s.expire_s, 86400);
	flow_defaults(SCTP, dialect, PFSYNC_ACT_DEL, &s);
	assert_int_equal(s.timeout, pfsync_timeout_by_name("sctp.closed"));
	flow_defaults(SCTP, pfsync_dialect_by_name("freebsd-10"), PFSYNC_ACT_INS, &s);
	assert_int_equal(s.timeout, pfsync_timeout_by_name("other.first"));
	assert_int_equal(s.src.scrub_valid, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(index_0_is_the_far_end),
	    cmocka_unit_test(icmp_has_one_number),
	    cmocka_unit_test(families_have_the_senders_numbers),
	    cmocka_unit_test(defaults_are_plausible),
	    cmocka_unit_test(sctp_has_classes_of_its_own_on_freebsd_14),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
