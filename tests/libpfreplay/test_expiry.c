/*
 * test_expiry.c - timeouts given, proven, adapted.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "expiry.h"

#define S EXPIRY_NS_PER_S
#define UDP_FIRST 6 /* 60 s by default */

static const uint32_t none[PFREPLAY_TIMEOUTS];
static const struct expiry_evidence nothing;

static void
defaults_and_given_values(void **state)
{
	uint32_t given[PFREPLAY_TIMEOUTS] = {[UDP_FIRST] = 17};

	(void)state;
	assert_int_equal(expiry_timeout_s(none, &nothing, &nothing, UDP_FIRST), 60);
	assert_int_equal(expiry_timeout_s(none, &nothing, &nothing, 2), 86400);
	assert_int_equal(expiry_timeout_s(given, &nothing, &nothing, UDP_FIRST), 17);
	assert_int_equal(expiry_timeout_s(none, &nothing, &nothing, 200), 0);
}

static void
a_young_state_proves_a_short_timeout(void **state)
{
	struct expiry_evidence own = {0};
	uint32_t given[PFREPLAY_TIMEOUTS] = {[UDP_FIRST] = 60};

	(void)state;
	expiry_learn(&own, UDP_FIRST, 19, 1);
	expiry_learn(&own, UDP_FIRST, 20, 0);
	assert_int_equal(expiry_timeout_s(none, &own, &nothing, UDP_FIRST), 20);
	/* what the user says stands */
	assert_int_equal(expiry_timeout_s(given, &own, &nothing, UDP_FIRST), 60);
	/* another node has no evidence of its own, but pairs are alike */
	assert_int_equal(expiry_timeout_s(none, &nothing, &own, UDP_FIRST), 20);
}

static void
a_longer_timeout_is_proven_by_what_is_left(void **state)
{
	struct expiry_evidence own = {0};

	(void)state;
	expiry_learn(&own, UDP_FIRST, 290, 1000);
	assert_int_equal(expiry_timeout_s(none, &own, &nothing, UDP_FIRST), 290);
}

static void
an_old_state_proves_little(void **state)
{
	struct expiry_evidence own = {0};

	(void)state;
	expiry_learn(&own, UDP_FIRST, 5, 3600);
	assert_int_equal(expiry_timeout_s(none, &own, &nothing, UDP_FIRST), 60);
	expiry_learn(&own, UDP_FIRST, 0, 1); /* past due: says nothing */
	assert_int_equal(own.bounds[UDP_FIRST].most_s, 3606);
	expiry_learn(&own, 77, 5, 0); /* no such class */
	expiry_learn(&own, 2, UINT32_MAX, UINT32_MAX);
	assert_int_equal(own.bounds[2].most_s, UINT32_MAX);
}

static void
rules_that_contradict_give_the_longer_one(void **state)
{
	struct expiry_evidence own = {0};

	(void)state;
	expiry_learn(&own, UDP_FIRST, 10, 0);
	expiry_learn(&own, UDP_FIRST, 30, 0);
	assert_int_equal(expiry_timeout_s(none, &own, &nothing, UDP_FIRST), 30);
}

static void
all_nodes_narrow_what_one_says(void **state)
{
	struct expiry_evidence own = {0}, all = {0}, other = {0};

	(void)state;
	expiry_learn(&own, UDP_FIRST, 8, 4);
	expiry_learn(&all, UDP_FIRST, 8, 4);
	expiry_learn(&all, UDP_FIRST, 9, 0);
	assert_int_equal(expiry_timeout_s(none, &own, &all, UDP_FIRST), 9);
	expiry_learn(&other, UDP_FIRST, 40, 0); /* configured otherwise */
	assert_int_equal(expiry_timeout_s(none, &own, &other, UDP_FIRST), 13);
}

static void
due_is_counted_from_refresh_or_as_stated(void **state)
{
	struct view view = {.evidence_ns = 100 * S};

	(void)state;
	assert_true(expiry_due_ns(&view, 60, none, 1) == 160 * S);
	view.life_ms = 5000; /* refreshed five seconds before */
	assert_true(expiry_due_ns(&view, 60, none, 1) == 155 * S);
	view.bits = VIEW_LIFE_STATED;
	assert_true(expiry_due_ns(&view, 60, none, 1) == 105 * S);
}

static void
adaptive_timeouts_shrink(void **state)
{
	struct view view = {.evidence_ns = 0};
	uint32_t given[PFREPLAY_TIMEOUTS] = {
	    [EXPIRY_ADAPTIVE_START] = 6000, [EXPIRY_ADAPTIVE_END] = 12000};

	(void)state;
	assert_true(expiry_due_ns(&view, 100, given, 6000) == 100 * S);
	assert_true(expiry_due_ns(&view, 100, given, 9000) == 50 * S);
	assert_true(expiry_due_ns(&view, 100, given, 12000) == 0);
	/* no 32-bit wrap, and nothing without both ends */
	assert_true(expiry_due_ns(&view, 86400, given, 6001) == 86385 * S);
	given[EXPIRY_ADAPTIVE_END] = 0;
	assert_true(expiry_due_ns(&view, 100, given, 9000) == 100 * S);
	/* a stated life shrinks by what the timeout shrinks */
	given[EXPIRY_ADAPTIVE_END] = 12000;
	view.bits = VIEW_LIFE_STATED;
	view.life_ms = 70000;
	assert_true(expiry_due_ns(&view, 100, given, 9000) == 20 * S);
}

static void
classes_follow_from_the_peers(void **state)
{
	static const struct {
		unsigned proto, src, dst;
		const char *name;
	} rows[] = {{6, 4, 4, "tcp.established"}, {6, 2, 0, "tcp.opening"},
	    {6, 9, 2, "tcp.opening"}, {6, 7, 4, "tcp.closing"}, {6, 4, 9, "tcp.closing"},
	    {6, 7, 9, "tcp.finwait"}, {6, 9, 9, "tcp.closed"}, {6, 10, 10, "tcp.closed"},
	    {17, 2, 1, "udp.single"}, {17, 2, 2, "udp.multiple"}, {1, 0, 0, "icmp.first"},
	    {58, 0, 0, "icmp.first"}, {47, 1, 0, "other.single"}, {47, 2, 2, "other.multiple"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(
		    pfsync_timeout_name(expiry_class(rows[i].proto, rows[i].src, rows[i].dst)),
		    rows[i].name);
}

static void
lives_are_cut_to_what_fits(void **state)
{
	(void)state;
	assert_int_equal(expiry_ms(1500 * INT64_C(1000000)), 1500);
	assert_int_equal(expiry_ms(INT64_MAX), INT32_MAX);
	assert_int_equal(expiry_ms(INT64_MIN), INT32_MIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(defaults_and_given_values),
	    cmocka_unit_test(a_young_state_proves_a_short_timeout),
	    cmocka_unit_test(a_longer_timeout_is_proven_by_what_is_left),
	    cmocka_unit_test(an_old_state_proves_little),
	    cmocka_unit_test(rules_that_contradict_give_the_longer_one),
	    cmocka_unit_test(all_nodes_narrow_what_one_says),
	    cmocka_unit_test(due_is_counted_from_refresh_or_as_stated),
	    cmocka_unit_test(adaptive_timeouts_shrink),
	    cmocka_unit_test(classes_follow_from_the_peers),
	    cmocka_unit_test(lives_are_cut_to_what_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
