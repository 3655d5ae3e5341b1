/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "network.h"

static void
test_delay_and_order(void **state)
{
	struct network *network = network_new(1, 1000, 500);
	int64_t last = 0;

	(void)state;
	for (int64_t t = 0; t < 100000; t += 10) {
		struct net_verdict v = network_judge(network, t, 0, 1, 100, NULL, NULL);
		assert_int_equal(v.fate, NET_DELIVERED);
		assert_int_equal(v.rule, -1);
		assert_in_range(v.arrive_ns, t + 1000, t + 2000);
		assert_true(v.arrive_ns >= last);
		last = v.arrive_ns;
	}
	network_free(network);
}

static unsigned
lost_of(struct network *network, int from, int to, size_t len, unsigned packets)
{
	unsigned lost = 0;

	for (unsigned i = 0; i < packets; i++)
		lost += network_judge(network, 50, from, to, len, NULL, NULL).fate == NET_LOST;
	return lost;
}

static void
test_loss_is_of_its_path_and_time(void **state)
{
	struct network *network = network_new(1, 0, 0);
	struct net_rule rule = {.kind = NET_LOSS,
	    .from = 0,
	    .to = NETWORK_ANY,
	    .from_ns = 10,
	    .until_ns = 100,
	    .rate = 0.1};
	size_t index = network_add(network, &rule);

	(void)state;
	assert_in_range(lost_of(network, 0, 1, 100, 10000), 900, 1100);
	assert_int_equal(lost_of(network, 1, 0, 100, 1000), 0);
	assert_in_range(network_hits(network, index), 900, 1100);
	assert_int_equal(network_judge(network, 100, 0, 1, 1, NULL, NULL).rule, -1);
	network_free(network);
}

static void
test_nth_packet(void **state)
{
	struct network *network = network_new(1, 0, 0);
	struct net_rule rule = {.kind = NET_NTH,
	    .from = NETWORK_ANY,
	    .to = NETWORK_ANY,
	    .until_ns = INT64_MAX,
	    .n = 3,
	    .repeat = 1};

	(void)state;
	network_add(network, &rule);
	for (int i = 1; i <= 6; i++) {
		bool lost = network_judge(network, i, 0, 1, 100, NULL, NULL).fate == NET_LOST;
		assert_int_equal(lost, i == 3 || i == 4);
	}
	network_free(network);
}

static void
test_mtu_and_down(void **state)
{
	struct network *network = network_new(1, 0, 0);
	struct net_rule mtu = {.kind = NET_MTU,
	    .from = NETWORK_ANY,
	    .to = NETWORK_ANY,
	    .until_ns = 100,
	    .size_bytes = 600};
	struct net_rule down = {
	    .kind = NET_DOWN, .from = 2, .to = 3, .from_ns = 0, .until_ns = 100};

	(void)state;
	network_add(network, &mtu);
	network_add(network, &down);
	assert_int_equal(lost_of(network, 0, 1, 600, 10), 0);
	assert_int_equal(lost_of(network, 0, 1, 601, 10), 10);
	assert_int_equal(lost_of(network, 2, 3, 60, 10), 10);
	network_free(network);
}

static bool
match_second(void *context, size_t rule)
{
	unsigned *calls = context;

	assert_int_equal(rule, 0);
	return ++*calls == 2;
}

static void
test_match_asks_and_counts(void **state)
{
	struct network *network = network_new(1, 0, 0);
	struct net_rule rule = {.kind = NET_MATCH,
	    .from = NETWORK_ANY,
	    .to = NETWORK_ANY,
	    .until_ns = 100,
	    .repeat = 1};
	unsigned calls = 0;

	(void)state;
	network_add(network, &rule);
	for (int i = 1; i <= 5; i++) {
		struct net_verdict v = network_judge(network, i, 0, 1, 100, match_second, &calls);
		assert_int_equal(v.fate == NET_LOST, i == 2);
	}
	assert_int_equal(calls, 2); /* not asked again once it has taken enough */
	network_free(network);
}

static void
test_reorder_and_duplicate(void **state)
{
	struct network *network = network_new(1, 10, 0);
	struct net_rule rule = {.kind = NET_REORDER,
	    .from = NETWORK_ANY,
	    .to = NETWORK_ANY,
	    .until_ns = 1,
	    .rate = 1,
	    .time_ns = 1000};
	struct net_verdict v;

	(void)state;
	network_add(network, &rule);
	rule.kind = NET_DUPLICATE;
	rule.from_ns = 1;
	rule.until_ns = 2;
	rule.time_ns = 5;
	network_add(network, &rule);
	v = network_judge(network, 0, 0, 1, 1, NULL, NULL);
	assert_true(v.overtaken);
	assert_int_equal(v.arrive_ns, 1010);
	v = network_judge(network, 1, 0, 1, 1, NULL, NULL);
	assert_false(v.overtaken);
	assert_int_equal(v.arrive_ns, 11); /* before the one that left earlier */
	assert_int_equal(v.again_ns, 16);
	assert_int_equal(v.rule, 1);
	network_free(network);
}

/* One rule more leaves the other's choices alone. */
static void
test_rules_draw_for_themselves(void **state)
{
	struct network *alone = network_new(9, 0, 0), *both = network_new(9, 0, 0);
	struct net_rule loss = {.kind = NET_LOSS,
	    .from = NETWORK_ANY,
	    .to = NETWORK_ANY,
	    .until_ns = INT64_MAX,
	    .rate = 0.3};
	struct net_rule delay = {.kind = NET_DELAY,
	    .from = NETWORK_ANY,
	    .to = NETWORK_ANY,
	    .until_ns = INT64_MAX,
	    .rate = 0.5,
	    .time_ns = 100};

	(void)state;
	network_add(alone, &loss);
	network_add(both, &loss);
	network_add(both, &delay);
	for (int64_t t = 0; t < 1000; t++)
		assert_int_equal(network_judge(alone, t, 0, 1, 9, NULL, NULL).fate,
		    network_judge(both, t, 0, 1, 9, NULL, NULL).fate);
	network_free(alone);
	network_free(both);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_delay_and_order),
	    cmocka_unit_test(test_loss_is_of_its_path_and_time),
	    cmocka_unit_test(test_nth_packet),
	    cmocka_unit_test(test_mtu_and_down),
	    cmocka_unit_test(test_match_asks_and_counts),
	    cmocka_unit_test(test_reorder_and_duplicate),
	    cmocka_unit_test(test_rules_draw_for_themselves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
