/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "queue.h"
#include "rng.h"

#define SECOND INT64_C(1000000000)

static void
test_order_of_time_then_of_adding(void **state)
{
	struct queue *queue = queue_new(5);
	struct queue_event event;

	(void)state;
	queue_add(queue, 20, 1, 0, 0);
	queue_add(queue, 10, 2, 0, 0);
	queue_add(queue, 20, 3, 0, 0);
	queue_add(queue, 1, 4, 7, 9); /* in the past: now */
	assert_int_equal(queue_length(queue), 4);
	assert_true(queue_take(queue, 100, &event));
	assert_int_equal(event.kind, 4);
	assert_int_equal(event.at_ns, 5);
	assert_int_equal(event.a, 7);
	assert_int_equal(event.b, 9);
	assert_true(queue_take(queue, 100, &event));
	assert_int_equal(event.kind, 2);
	assert_false(queue_take(queue, 19, &event));
	assert_true(queue_take(queue, 20, &event));
	assert_int_equal(event.kind, 1);
	assert_true(queue_take(queue, 20, &event));
	assert_int_equal(event.kind, 3);
	assert_false(queue_take(queue, INT64_MAX, &event));
	assert_int_equal(queue_length(queue), 0);
	queue_free(queue);
}

/* Looking ahead must not lose what is added behind. */
static void
test_add_after_looking_far_ahead(void **state)
{
	struct queue *queue = queue_new(0);
	struct queue_event event;

	(void)state;
	queue_add(queue, 5000 * SECOND, 1, 0, 0);
	assert_false(queue_take(queue, SECOND, &event));
	queue_add(queue, 2 * SECOND, 2, 0, 0);
	queue_add(queue, 3 * SECOND / 2, 3, 0, 0);
	assert_true(queue_take(queue, INT64_MAX, &event));
	assert_int_equal(event.kind, 3);
	assert_true(queue_take(queue, INT64_MAX, &event));
	assert_int_equal(event.kind, 2);
	assert_true(queue_take(queue, INT64_MAX, &event));
	assert_int_equal(event.kind, 1);
	queue_free(queue);
}

/* Every distance from nanoseconds to days, adding while taking. */
static void
test_random_distances(void **state)
{
	struct queue *queue = queue_new(1767600000 * SECOND);
	struct queue_event event, last = {.at_ns = 0};
	struct rng rng;
	uint64_t added = 0, taken = 0;

	(void)state;
	rng_init(&rng, 1, "queue", 0);
	for (; added < 1000; added++)
		queue_add(queue, 1767600000 * SECOND + (int64_t)rng_below(&rng, 100), 0, 0, 0);
	while (queue_take(queue, INT64_MAX, &event)) {
		assert_true(
		    event.at_ns > last.at_ns ||
		    (event.at_ns == last.at_ns && (taken == 0 || event.order > last.order)));
		last = event;
		taken++;
		if (added < 60000) {
			int64_t far = (int64_t)(rng_u64(&rng) >> (16 + rng_below(&rng, 48)));
			queue_add(queue, event.at_ns + far, 0, 0, 0);
			added++;
		}
	}
	assert_int_equal(taken, added);
	queue_free(queue);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_order_of_time_then_of_adding),
	    cmocka_unit_test(test_add_after_looking_far_ahead),
	    cmocka_unit_test(test_random_distances),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
