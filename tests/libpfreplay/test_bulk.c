/*
 * test_bulk.c - bulk transfers.
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

#include "bulk.h"

#define S INT64_C(1000000000)

static int accepted_by;
static bool start_needed;

static bool
needs_start(void *user, int node)
{
	(void)user, (void)node;
	return start_needed;
}

static void
told(void *user, enum bulk_step step, int requester, int sender)
{
	(void)user, (void)sender;
	if (step == BULK_ENDED)
		accepted_by = requester;
}

static void
end(struct bulks *bulks, int sender, int requester, int64_t time_ns, uint32_t endtime_s)
{
	const struct bulk_end what = {true, endtime_s, needs_start, NULL};

	accepted_by = -1;
	bulks_end(bulks, sender, requester, time_ns, &what);
}

static const struct pfreplay_bulk *
at(const struct bulks *bulks, guint i)
{
	assert_true(i < bulks->list->len);
	return &g_array_index(bulks->list, struct bulk, i).pub;
}

static int
setup(void **state)
{
	struct bulks *bulks = malloc(sizeof(*bulks));

	if (bulks == NULL)
		return -1;
	bulks_init(bulks);
	bulks->told = told;
	start_needed = false;
	*state = bulks;
	return 0;
}

static int
teardown(void **state)
{
	bulks_clear(*state);
	free(*state);
	return 0;
}

static void
request_start_states_end(void **state)
{
	struct bulks *bulks = *state;

	assert_true(bulks_request(bulks, 1, 10 * S));
	assert_int_equal(at(bulks, 0)->outcome, PFREPLAY_BULK_NO_ANSWER);
	bulks_start(bulks, 0, -1, 11 * S);
	assert_int_equal(at(bulks, 0)->outcome, PFREPLAY_BULK_NO_END);
	bulks_state(bulks, 0, 11 * S, false);
	bulks_state(bulks, 0, 11 * S, false);
	bulks_state(bulks, 1, 11 * S, false);
	end(bulks, 0, -1, 12 * S, 1);
	assert_int_equal(accepted_by, 1);
	assert_int_equal(bulks->list->len, 1);
	assert_int_equal(at(bulks, 0)->outcome, PFREPLAY_BULK_COMPLETE);
	assert_int_equal(at(bulks, 0)->requester, 1);
	assert_int_equal(at(bulks, 0)->sender, 0);
	assert_int_equal(at(bulks, 0)->states, 2);
	assert_true(at(bulks, 0)->started_ns == 11 * S && at(bulks, 0)->ended_ns == 12 * S);
	assert_int_equal(bulks->open->len, 0);
}

static void
retries_belong_to_one_transfer_until_given_up(void **state)
{
	struct bulks *bulks = *state;

	for (int i = 0; i < BULK_TRIES; i++)
		assert_int_equal(bulks_request(bulks, 1, (10 + 5 * i) * S), i == 0);
	assert_int_equal(at(bulks, 0)->tries, BULK_TRIES);
	assert_true(bulks_request(bulks, 1, 100 * S));
	assert_int_equal(at(bulks, 1)->tries, 1);
	/* and after a long pause */
	assert_true(bulks_request(bulks, 1, 100 * S + BULK_RETRY_NS));
	assert_int_equal(bulks->list->len, 3);
	assert_int_equal(bulks->open->len, 1);
}

/* An END that claims an earlier request than the requester made (SEM 2.9). */
static void
an_end_with_a_large_endtime_is_rejected(void **state)
{
	struct bulks *bulks = *state;

	bulks_request(bulks, 1, 100 * S);
	end(bulks, 0, -1, 101 * S, 5000);
	assert_int_equal(accepted_by, -1);
	assert_int_equal(at(bulks, 0)->outcome, PFREPLAY_BULK_REJECTED_END);
	bulks_request(bulks, 1, 105 * S);
	bulks_start(bulks, 0, -1, 106 * S);
	end(bulks, 0, -1, 107 * S, 2);
	assert_int_equal(at(bulks, 0)->outcome, PFREPLAY_BULK_COMPLETE);
	assert_int_equal(at(bulks, 0)->tries, 2);
}

static void
v6b_wants_a_start(void **state)
{
	struct bulks *bulks = *state;

	start_needed = true;
	bulks_request(bulks, 1, 100 * S);
	end(bulks, 0, -1, 101 * S, 0);
	assert_int_equal(at(bulks, 0)->outcome, PFREPLAY_BULK_REJECTED_END);
	bulks_start(bulks, 0, -1, 102 * S);
	end(bulks, 0, -1, 103 * S, 0);
	assert_int_equal(at(bulks, 0)->outcome, PFREPLAY_BULK_COMPLETE);
}

static void
two_peers_answer_a_multicast(void **state)
{
	struct bulks *bulks = *state;

	bulks_request(bulks, 1, 10 * S);
	bulks_start(bulks, 0, -1, 11 * S);
	bulks_start(bulks, 2, -1, 11 * S);
	bulks_state(bulks, 2, 11 * S, false);
	assert_int_equal(bulks->list->len, 2);
	assert_int_equal(at(bulks, 1)->sender, 2);
	assert_int_equal(at(bulks, 1)->states, 1);
	end(bulks, 0, -1, 12 * S, 1);
	assert_int_equal(at(bulks, 0)->outcome, PFREPLAY_BULK_COMPLETE);
	end(bulks, 2, -1, 13 * S, 1);
	assert_int_equal(at(bulks, 1)->outcome, PFREPLAY_BULK_COMPLETE);
	assert_int_equal(bulks->list->len, 2);
}

static void
unicast_answers_concern_one(void **state)
{
	struct bulks *bulks = *state;

	bulks_request(bulks, 1, 10 * S);
	bulks_request(bulks, 2, 10 * S);
	bulks_start(bulks, 0, 2, 11 * S);
	end(bulks, 0, 2, 12 * S, 1);
	assert_int_equal(at(bulks, 0)->outcome, PFREPLAY_BULK_NO_ANSWER);
	assert_int_equal(at(bulks, 1)->outcome, PFREPLAY_BULK_COMPLETE);
}

static void
without_a_request_the_capture_began_later(void **state)
{
	struct bulks *bulks = *state;

	bulks_start(bulks, 0, -1, 11 * S);
	bulks_state(bulks, 0, 11 * S, false);
	end(bulks, 0, -1, 12 * S, 1);
	assert_int_equal(bulks->list->len, 1);
	assert_int_equal(at(bulks, 0)->outcome, PFREPLAY_BULK_BEGAN_LATER);
	assert_int_equal(at(bulks, 0)->requester, -1);
	assert_int_equal(at(bulks, 0)->states, 1);
	assert_int_equal(bulks->open->len, 0);
}

static void
joined_nodes_take_their_transfers_along(void **state)
{
	struct bulks *bulks = *state;

	bulks_request(bulks, 3, 10 * S);
	bulks_start(bulks, 2, -1, 11 * S);
	bulks_join(bulks, 1, 3);
	bulks_join(bulks, 0, 2);
	assert_int_equal(at(bulks, 0)->requester, 1);
	assert_int_equal(at(bulks, 0)->sender, 0);
}

static void
too_many_are_counted(void **state)
{
	struct bulks *bulks = *state;

	for (int i = 0; i < BULK_MAX + 10; i++)
		bulks_request(bulks, 1, i * BULK_RETRY_NS);
	assert_int_equal(bulks->list->len, BULK_MAX);
	assert_int_equal(bulks->refused, 10);
	end(bulks, 0, -1, 0, 0);
	bulks_start(bulks, 0, -1, 0);
}

/* FreeBSD 14 and 15: the END leaves from the first of several queues. */
static void
updates_that_an_end_overtook_belong_to_the_transfer(void **state)
{
	struct bulks *bulks = *state;

	bulks_request(bulks, 1, 10 * S);
	bulks_start(bulks, 0, -1, 11 * S);
	bulks_state(bulks, 0, 11 * S, true);
	end(bulks, 0, -1, 12 * S, 1);
	assert_int_equal(at(bulks, 0)->outcome, PFREPLAY_BULK_COMPLETE);
	bulks_state(bulks, 0, 12 * S + BULK_TAIL_NS, true);
	bulks_state(bulks, 0, 12 * S + BULK_TAIL_NS, false); /* of a system that keeps the order */
	bulks_state(bulks, 2, 12 * S + BULK_TAIL_NS, true);  /* of another one */
	bulks_state(bulks, 0, 12 * S + BULK_TAIL_NS + 1, true);
	assert_int_equal(at(bulks, 0)->states, 2);
	/* Those of the next transfer are not counted twice. */
	bulks_request(bulks, 1, 20 * S);
	bulks_start(bulks, 0, -1, 20 * S);
	bulks_state(bulks, 0, 20 * S, true);
	end(bulks, 0, -1, 21 * S, 1);
	bulks_state(bulks, 0, 21 * S, true);
	assert_int_equal(at(bulks, 0)->states, 2);
	assert_int_equal(at(bulks, 1)->states, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(request_start_states_end, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		retries_belong_to_one_transfer_until_given_up, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		an_end_with_a_large_endtime_is_rejected, setup, teardown),
	    cmocka_unit_test_setup_teardown(v6b_wants_a_start, setup, teardown),
	    cmocka_unit_test_setup_teardown(two_peers_answer_a_multicast, setup, teardown),
	    cmocka_unit_test_setup_teardown(unicast_answers_concern_one, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		without_a_request_the_capture_began_later, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		joined_nodes_take_their_transfers_along, setup, teardown),
	    cmocka_unit_test_setup_teardown(too_many_are_counted, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		updates_that_an_end_overtook_belong_to_the_transfer, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
