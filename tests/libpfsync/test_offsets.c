/*
 * test_offsets.c - every full-state record at its documented offsets, v1 packed
 * to v6 and FreeBSD's three (OB 6 to 11, FB 5 to 9), written down here a second
 * time on purpose: nothing in this file comes from the library's layouts.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "wirespec.h"

/* ------------------------------------------------------------------------
 * v1 packed, v2, v3
 */

/* OB 6.1: af and what follows, eight single bytes. */
static void
tail_bytes(struct spec *e, size_t af, bool flags)
{
	SPEC(e, BE, af, 1, AF, u.state.af_number);
	SPEC(e, BE, af + 1, 1, PROTO, u.state.proto);
	SPEC(e, BE, af + 2, 1, DIRECTION, u.state.direction);
	SPEC(e, BE, af + 3, 1, LOG, u.state.log);
	if (flags)
		SPEC(e, BE, af + 4, 1, STATE_FLAGS, u.state.state_flags);
	else
		SPEC(e, BE, af + 4, 1, ALLOW_OPTS, u.state.allow_opts);
	SPEC(e, BE, af + 5, 1, TIMEOUT, u.state.timeout);
	SPEC(e, BE, af + 6, 1, SYNC_FLAGS, u.state.sync_flags);
	SPEC(e, BE, af + 7, 1, UPDATES, u.state.updates);
}

static void
rules_and_times(struct spec *e, size_t rt_addr)
{
	SPEC(e, BYTES, rt_addr, 16, RT_ADDR, u.state.rt_addr);
	SPEC(e, BE, rt_addr + 16, 4, RULE, u.state.rule);
	SPEC(e, BE, rt_addr + 20, 4, ANCHOR, u.state.anchor);
	SPEC(e, BE, rt_addr + 24, 4, NAT_RULE, u.state.nat_rule);
	SPEC(e, BE, rt_addr + 28, 4, CREATION, u.state.creation_s);
	SPEC(e, BE, rt_addr + 32, 4, EXPIRE, u.state.expire_s);
}

static void
counters(struct spec *e, size_t packets, unsigned width)
{
	SPEC(e, BE, packets, width, PACKETS0, u.state.packets[0]);
	SPEC(e, BE, packets + width, width, PACKETS1, u.state.packets[1]);
	SPEC(e, BE, packets + 2 * width, width, BYTES0, u.state.bytes[0]);
	SPEC(e, BE, packets + 3 * width, width, BYTES1, u.state.bytes[1]);
}

/* OB 6.1. */
static void
test_1n(void **state)
{
	static const struct {
		const char *dialect;
		bool swapped;
	} cases[] = {{"openbsd-1n1", true}, {"openbsd-1n1-be", false}, {"openbsd-1n2", true},
	    {"openbsd-1n2-be", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (unsigned action = 1; action <= 3; action++) {
			struct spec e = {cases[i].dialect, action, 0, 208, 0, {{0}}};
			SPEC(&e, BE, 0, 8, ID, id);
			spec_host(&e, 8, 32, 56, cases[i].swapped);
			spec_peers(&e, 80, 112);
			rules_and_times(&e, 144);
			counters(&e, 180, 4);
			SPEC(&e, BE, 196, 4, CREATORID, creatorid);
			tail_bytes(&e, 200, false);
			spec_unfilled(&e, PFSYNC_F_NAT_RULE);
			spec_unfilled(&e, PFSYNC_F_TIMEOUT);
			spec_scrub_zero(&e);
			spec_check(&e);
		}
	}
}

/* OB 7.1, FB 5.3; also 3a (OB 8.2). */
static void
rows_224(struct spec *e, bool swapped)
{
	SPEC(e, BE, 0, 8, ID, id);
	SPEC(e, BYTES, 8, 16, IFNAME, u.state.ifname);
	spec_host(e, 24, 48, 72, swapped);
	spec_peers(e, 96, 128);
	rules_and_times(e, 160);
	counters(e, 196, 4);
	SPEC(e, BE, 212, 4, CREATORID, creatorid);
	tail_bytes(e, 216, false);
	spec_unfilled(e, PFSYNC_F_NAT_RULE);
}

static void
test_v2(void **state)
{
	/* timeout is filled from 2c on, scrub from 2g on (OB 1). */
	static const struct {
		const char *dialect;
		bool swapped, timeout, scrub;
	} cases[] = {
	    {"openbsd-2a", true, false, false},
	    {"openbsd-2a-be", false, false, false},
	    {"openbsd-2b", false, false, false},
	    {"openbsd-2c", false, true, false},
	    {"openbsd-2d", false, true, false},
	    {"openbsd-2e", false, true, false},
	    {"openbsd-2f", false, true, false},
	    {"openbsd-2f-be", false, true, false},
	    {"openbsd-2g", false, true, true},
	    {"openbsd-2g-be", false, true, true},
	    {"freebsd-6", false, true, false},
	    {"mirbsd-2", false, true, false},
	    {"dragonfly-2", false, true, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (unsigned action = 1; action <= 3; action++) {
			struct spec e = {cases[i].dialect, action, 0, 224, 0, {{0}}};
			rows_224(&e, cases[i].swapped);
			if (!cases[i].timeout)
				spec_unfilled(&e, PFSYNC_F_TIMEOUT);
			if (!cases[i].scrub)
				spec_scrub_zero(&e);
			spec_check(&e);
		}
	}
}

static void
test_3a(void **state)
{
	struct spec e = {"openbsd-3a", 2, 0, 224, 0, {{0}}};

	(void)state;
	rows_224(&e, false);
	spec_check(&e);
	e.dialect = "openbsd-3a-be";
	spec_check(&e);
}

/* OB 8.2 (3b), FB 6.3; byte 236 is flags on FreeBSD 8. */
static void
test_3b(void **state)
{
	static const struct {
		const char *dialect;
		bool flags;
	} cases[] = {{"openbsd-3b", false}, {"openbsd-3b-early", false}, {"freebsd-7", false},
	    {"freebsd-8", true}, {"netbsd-3", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (unsigned action = 1; action <= 3; action++) {
			struct spec e = {cases[i].dialect, action, 0, 240, 0, {{0}}};
			SPEC(&e, BE, 0, 8, ID, id);
			SPEC(&e, BYTES, 8, 16, IFNAME, u.state.ifname);
			spec_host(&e, 24, 48, 72, false);
			spec_peers(&e, 96, 128);
			rules_and_times(&e, 160);
			counters(&e, 196, 8);
			SPEC(&e, BE, 228, 4, CREATORID, creatorid);
			tail_bytes(&e, 232, cases[i].flags);
			spec_unfilled(&e, PFSYNC_F_NAT_RULE);
			spec_check(&e);
		}
	}
}

/* ------------------------------------------------------------------------
 * v3c, v4, v5: two keys of 36 bytes
 */

/* OB 9, FB 7.2, 9.1: up to creatorid. */
static void
rows_keys36(struct spec *e)
{
	SPEC(e, BE, 0, 8, ID, id);
	SPEC(e, BYTES, 8, 16, IFNAME, u.state.ifname);
	spec_keys(e, 24, 60);
	spec_peers(e, 96, 128);
	rules_and_times(e, 160);
	counters(e, 196, 8);
	SPEC(e, BE, 228, 4, CREATORID, creatorid);
}

/* OB 8.2: 240 bytes, and 244 for fifteen hours; nat_rule is not filled yet. */
static void
test_3c(void **state)
{
	struct spec e = {"openbsd-3c", 1, 0, 240, 0, {{0}}};

	(void)state;
	rows_keys36(&e);
	tail_bytes(&e, 232, false);
	spec_unfilled(&e, PFSYNC_F_NAT_RULE);
	spec_check(&e);
	e.dialect = "openbsd-3c-244";
	e.size = 244;
	spec_check(&e);
}

static void
test_240_keys(void **state)
{
	static const struct {
		const char *dialect;
		unsigned actions[3];
	} cases[] = {
	    {"openbsd-4", {1, 2, 3}},
	    {"dragonfly-4", {1, 2, 3}},
	    {"openbsd-5a", {1, 3, 6}},
	    {"openbsd-5b", {1, 3, 6}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (unsigned k = 0; k < 3; k++) {
			struct spec e = {cases[i].dialect, cases[i].actions[k], 0, 240, 0, {{0}}};
			rows_keys36(&e);
			tail_bytes(&e, 232, true);
			spec_check(&e);
		}
	}
}

/* FB 9.2: 235 and 236 are spare. */
static void
test_1301(void **state)
{
	static const char *const dialects[] = {"freebsd-9", "freebsd-10", "freebsd-14",
	    "freebsd-15", "midnightbsd-5", "hardenedbsd-5", "freebsd-13"};
	static const unsigned actions[] = {1, 3, 6};

	(void)state;
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
		for (unsigned k = 0; k < 3; k++) {
			struct spec e = {dialects[i], actions[k], 0, 242, 0, {{0}}};
			rows_keys36(&e);
			SPEC(&e, BE, 232, 1, AF, u.state.af_number);
			SPEC(&e, BE, 233, 1, PROTO, u.state.proto);
			SPEC(&e, BE, 234, 1, DIRECTION, u.state.direction);
			SPEC(&e, BE, 237, 1, LOG, u.state.log);
			SPEC(&e, BE, 238, 1, STATE_FLAGS, u.state.state_flags);
			SPEC(&e, BE, 239, 1, TIMEOUT, u.state.timeout);
			SPEC(&e, BE, 240, 1, SYNC_FLAGS, u.state.sync_flags);
			SPEC(&e, BE, 241, 1, UPDATES, u.state.updates);
			spec_check(&e);
		}
	}
}

/* FB 9.3. */
static void
test_1400(void **state)
{
	static const char *const dialects[] = {"freebsd-14", "freebsd-15"};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct spec e = {dialects[i / 2], 13 + i % 2, 0, 277, 0, {{0}}};
		rows_keys36(&e);
		SPEC(&e, BE, 232, 1, AF, u.state.af_number);
		SPEC(&e, BE, 233, 1, PROTO, u.state.proto);
		SPEC(&e, BE, 234, 1, DIRECTION, u.state.direction);
		SPEC(&e, BE, 235, 2, STATE_FLAGS, u.state.state_flags);
		SPEC(&e, BE, 237, 1, LOG, u.state.log);
		SPEC(&e, BE, 239, 1, TIMEOUT, u.state.timeout);
		SPEC(&e, BE, 240, 1, SYNC_FLAGS, u.state.sync_flags);
		SPEC(&e, BE, 241, 1, UPDATES, u.state.updates);
		SPEC(&e, BE, 242, 2, QID, u.state.qid);
		SPEC(&e, BE, 244, 2, PQID, u.state.pqid);
		SPEC(&e, BE, 246, 2, DNPIPE, u.state.dnpipe);
		SPEC(&e, BE, 248, 2, DNRPIPE, u.state.dnrpipe);
		SPEC(&e, BE, 250, 4, RTABLEID0, u.state.rtableid[0]);
		SPEC(&e, BE, 254, 1, MIN_TTL, u.state.min_ttl);
		SPEC(&e, BE, 255, 1, SET_TOS, u.state.set_tos);
		SPEC(&e, BE, 256, 2, MAX_MSS, u.state.max_mss);
		SPEC(&e, BE, 258, 1, SET_PRIO0, u.state.set_prio[0]);
		SPEC(&e, BE, 259, 1, SET_PRIO1, u.state.set_prio[1]);
		SPEC(&e, BE, 260, 1, RT, u.state.rt);
		SPEC(&e, BYTES, 261, 16, RT_IFNAME, u.state.rt_ifname);
		spec_check(&e);
	}
}

/* FB 9.4. */
static void
test_1500(void **state)
{
	(void)state;
	for (unsigned action = 15; action <= 16; action++) {
		struct spec e = {"freebsd-15", action, 0, 360, 0, {{0}}};
		rows_keys36(&e);
		SPEC(&e, BYTES, 232, 64, TAGNAME, u.state.tagname);
		SPEC(&e, BYTES, 296, 16, RT_IFNAME, u.state.rt_ifname);
		SPEC(&e, BYTES, 312, 16, ORIG_IFNAME, u.state.orig_ifname);
		SPEC(&e, BE, 328, 4, RTABLEID0, u.state.rtableid[0]);
		SPEC(&e, BE, 332, 2, STATE_FLAGS, u.state.state_flags);
		SPEC(&e, BE, 334, 2, QID, u.state.qid);
		SPEC(&e, BE, 336, 2, PQID, u.state.pqid);
		SPEC(&e, BE, 338, 2, DNPIPE, u.state.dnpipe);
		SPEC(&e, BE, 340, 2, DNRPIPE, u.state.dnrpipe);
		SPEC(&e, BE, 342, 2, MAX_MSS, u.state.max_mss);
		SPEC(&e, BE, 344, 1, WIRE_AF, u.state.wire.af_number);
		SPEC(&e, BE, 345, 1, STACK_AF, u.state.stack.af_number);
		SPEC(&e, BE, 346, 1, RT_AF, u.state.rt_af_number);
		SPEC(&e, BE, 347, 1, PROTO, u.state.proto);
		SPEC(&e, BE, 348, 1, STACK_PROTO, u.state.stack_proto);
		SPEC(&e, BE, 349, 1, LOG, u.state.log);
		SPEC(&e, BE, 350, 1, TIMEOUT, u.state.timeout);
		SPEC(&e, BE, 351, 1, DIRECTION, u.state.direction);
		SPEC(&e, BE, 352, 1, RT, u.state.rt);
		SPEC(&e, BE, 353, 1, MIN_TTL, u.state.min_ttl);
		SPEC(&e, BE, 354, 1, SET_TOS, u.state.set_tos);
		SPEC(&e, BE, 355, 1, SET_PRIO0, u.state.set_prio[0]);
		SPEC(&e, BE, 356, 1, SET_PRIO1, u.state.set_prio[1]);
		spec_check(&e);
	}
}

/* ------------------------------------------------------------------------
 * 264 bytes
 */

/* OB 11.3, the part that never changed. */
static void
rows_264(struct spec *e)
{
	SPEC(e, BE, 0, 8, ID, id);
	SPEC(e, BYTES, 8, 16, IFNAME, u.state.ifname);
	spec_keys(e, 24, 64);
	SPEC(e, BE, 60, 2, WIRE_RDOMAIN, u.state.wire.rdomain);
	SPEC(e, BE, 100, 2, STACK_RDOMAIN, u.state.stack.rdomain);
	spec_peers(e, 104, 136);
	rules_and_times(e, 168);
	counters(e, 204, 8);
	SPEC(e, BE, 236, 4, CREATORID, creatorid);
	SPEC(e, BE, 240, 4, RTABLEID0, u.state.rtableid[0]);
	SPEC(e, BE, 244, 4, RTABLEID1, u.state.rtableid[1]);
	SPEC(e, BE, 248, 2, MAX_MSS, u.state.max_mss);
	SPEC(e, BE, 250, 1, AF, u.state.af_number);
	SPEC(e, BE, 251, 1, PROTO, u.state.proto);
	SPEC(e, BE, 252, 1, DIRECTION, u.state.direction);
	SPEC(e, BE, 253, 1, LOG, u.state.log);
	SPEC(e, BE, 255, 1, TIMEOUT, u.state.timeout);
	SPEC(e, BE, 256, 1, SYNC_FLAGS, u.state.sync_flags);
	SPEC(e, BE, 257, 1, UPDATES, u.state.updates);
	SPEC(e, BE, 258, 1, MIN_TTL, u.state.min_ttl);
	SPEC(e, BE, 259, 1, SET_TOS, u.state.set_tos);
}

static void
test_264(void **state)
{
	/* What moved (OB 4.3, 11.3): af in the keys, byte 254, 260, 262. */
	static const struct {
		const char *dialect;
		bool length, key_af, key_af_filled, flags8, flags16, prio, rt;
	} cases[] = {
	    {"openbsd-5c", false, false, false, true, false, false, false},
	    {"openbsd-6a", false, false, false, true, false, false, false},
	    {"openbsd-6b", true, false, false, true, false, false, false},
	    {"openbsd-6c", true, false, false, true, false, false, false},
	    {"openbsd-6d", true, false, false, true, false, false, false},
	    {"openbsd-6e", true, true, false, true, true, false, false},
	    {"openbsd-6f", true, true, true, true, true, false, false},
	    {"openbsd-6g", true, true, true, false, true, false, false},
	    {"openbsd-6g-be", true, true, true, false, true, false, false},
	    {"openbsd-6h", true, true, true, false, true, false, false},
	    {"openbsd-6i", true, true, true, false, true, true, false},
	    {"openbsd-6j", true, true, true, false, true, true, true},
	    {"openbsd-6k", true, true, true, false, true, true, true},
	    {"openbsd-6l", true, true, true, false, true, true, true},
	};
	static const unsigned actions[] = {13, 14, 6};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (unsigned k = 0; k < 3; k++) {
			struct spec e = {
			    cases[i].dialect, actions[k], cases[i].length ? 66 : 0, 264, 0, {{0}}};
			rows_264(&e);
			if (cases[i].key_af) {
				SPEC(&e, BE, 62, 1, WIRE_AF, u.state.wire.af_number);
				SPEC(&e, BE, 102, 1, STACK_AF, u.state.stack.af_number);
			}
			if (cases[i].key_af && !cases[i].key_af_filled) {
				spec_unfilled(&e, PFSYNC_F_WIRE_AF);
				spec_unfilled(&e, PFSYNC_F_STACK_AF);
			}
			if (cases[i].flags8 && cases[i].flags16)
				SPEC(&e, SHADOWED, 254, 1, STATE_FLAGS, u.state.state_flags);
			else if (cases[i].flags8)
				SPEC(&e, BE, 254, 1, STATE_FLAGS, u.state.state_flags);
			if (cases[i].flags16)
				SPEC(&e, BE, 260, 2, STATE_FLAGS, u.state.state_flags);
			if (cases[i].rt)
				SPEC(&e, BE, 254, 1, RT, u.state.rt);
			if (cases[i].prio) {
				SPEC(&e, BE, 262, 1, SET_PRIO0, u.state.set_prio[0]);
				SPEC(&e, BE, 263, 1, SET_PRIO1, u.state.set_prio[1]);
			}
			spec_check(&e);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_1n),
	    cmocka_unit_test(test_v2),
	    cmocka_unit_test(test_3a),
	    cmocka_unit_test(test_3b),
	    cmocka_unit_test(test_3c),
	    cmocka_unit_test(test_240_keys),
	    cmocka_unit_test(test_1301),
	    cmocka_unit_test(test_1400),
	    cmocka_unit_test(test_1500),
	    cmocka_unit_test(test_264),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
