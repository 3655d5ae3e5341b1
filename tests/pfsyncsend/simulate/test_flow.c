/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow.h"

#define SECOND INT64_C(1000000000)
#define SEED 42

static const struct flow_class tcp = {.proto = 6,
    .lifetime_ns = 10 * SECOND,
    .gap_ns = SECOND,
    .rtt_ns = 20000000,
    .request_bytes = 300,
    .reply_bytes = 5000,
    .window = 65535,
    .wscale = 7};

/* Sequence numbers follow on, acknowledgements name what was said. */
static void
test_tcp_conversation(void **state)
{
	(void)state;
	for (uint64_t number = 0; number < 50; number++) {
		uint32_t next[2] = {0, 0};
		bool begun[2] = {false, false};
		unsigned fins = 0, packets = 0;
		struct flow_packet p;
		struct flow flow;
		int64_t now = 0, wait = 0;
		flow_begin(&flow, &tcp, SEED, number, now);
		while (wait >= 0) {
			unsigned me;
			now += wait;
			flow_next(&flow, &tcp, SEED, now, &p, &wait);
			me = p.from_client ? 0 : 1;
			assert_int_equal(p.first, packets == 0);
			assert_int_equal((p.flags & FLOW_SYN) != 0, !begun[me]);
			if (begun[me])
				assert_int_equal(p.seq, next[me]);
			if ((p.flags & FLOW_ACK) != 0)
				assert_int_equal(p.ack, next[1 - me]);
			assert_int_equal(p.wscale, (p.flags & FLOW_SYN) != 0 ? 7 : -1);
			assert_int_equal(p.window, (p.flags & FLOW_SYN) != 0 ? 65535 : 511);
			begun[me] = true;
			next[me] = p.seq + p.len + ((p.flags & FLOW_SYN) != 0) +
				   ((p.flags & FLOW_FIN) != 0);
			fins += (p.flags & FLOW_FIN) != 0;
			packets++;
			assert_true(packets < 10000);
		}
		assert_int_equal(fins, 2);
		assert_true(now >= flow.end_ns);
	}
}

static void
test_shares(void **state)
{
	struct flow_class kind = tcp;
	unsigned unanswered = 0, reset = 0, vanish = 0;

	(void)state;
	kind.unanswered = 0.2;
	kind.reset = 0.3;
	kind.vanish = 0.1;
	for (uint64_t number = 0; number < 10000; number++) {
		struct flow flow;
		flow_begin(&flow, &kind, SEED, number, 0);
		unanswered += flow.unanswered;
		reset += flow.reset;
		vanish += flow.vanish;
		assert_false(flow.reset && flow.vanish);
	}
	assert_in_range(unanswered, 1800, 2200);
	assert_in_range(reset, 2800, 3200);
	assert_in_range(vanish, 850, 1150);
}

static void
test_unanswered_and_reset_end(void **state)
{
	struct flow_class kind = tcp;
	struct flow_packet p;
	struct flow flow;
	int64_t now = 0, wait = 0;

	(void)state;
	kind.unanswered = 1;
	flow_begin(&flow, &kind, SEED, 1, 0);
	flow_next(&flow, &kind, SEED, 0, &p, &wait);
	assert_int_equal(wait, -1);
	kind.unanswered = 0;
	kind.reset = 1;
	flow_begin(&flow, &kind, SEED, 1, 0);
	for (wait = 0; wait >= 0; now += wait)
		flow_next(&flow, &kind, SEED, now, &p, &wait);
	assert_true((p.flags & FLOW_RST) != 0);
}

static void
test_udp_goes_to_and_fro(void **state)
{
	struct flow_class kind = {.proto = 17,
	    .lifetime_ns = 5 * SECOND,
	    .lifetime_fixed = true,
	    .gap_ns = SECOND,
	    .gap_fixed = true,
	    .rtt_ns = 1000};
	struct flow_packet p;
	struct flow flow;
	int64_t now = 0, wait = 0;
	bool from_client = true;
	unsigned packets = 0;

	(void)state;
	flow_begin(&flow, &kind, SEED, 1, 0);
	for (; wait >= 0; now += wait) {
		flow_next(&flow, &kind, SEED, now, &p, &wait);
		assert_int_equal(p.from_client, from_client);
		from_client = !from_client;
		packets++;
	}
	assert_int_equal(packets, 10); /* rounds at 0 .. 4 s */
}

static void
test_other_flows_do_not_matter(void **state)
{
	struct flow a, b, other;
	struct flow_packet p, q;
	int64_t wait_a, wait_b, wait;

	(void)state;
	flow_begin(&a, &tcp, SEED, 1, 0);
	flow_begin(&other, &tcp, SEED, 2, 0);
	flow_next(&other, &tcp, SEED, 0, &p, &wait);
	flow_begin(&b, &tcp, SEED, 1, 0);
	for (int i = 0; i < 5; i++) {
		flow_next(&a, &tcp, SEED, i, &p, &wait_a);
		flow_next(&b, &tcp, SEED, i, &q, &wait_b);
		assert_int_equal(p.seq, q.seq);
		assert_int_equal(p.len, q.len);
		assert_int_equal(wait_a, wait_b);
	}
	assert_int_not_equal(a.seq[0], other.seq[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_tcp_conversation),
	    cmocka_unit_test(test_shares),
	    cmocka_unit_test(test_unanswered_and_reset_end),
	    cmocka_unit_test(test_udp_goes_to_and_fro),
	    cmocka_unit_test(test_other_flows_do_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
