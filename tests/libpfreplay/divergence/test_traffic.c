/*
 * test_traffic.c - packets, silences and acknowledgements.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "found.h"

static struct pfreplay_pair
a_to_b(const struct scene *scene)
{
	struct pfreplay_pair pair;

	pfreplay_advance(scene->r, scene->now_ns);
	for (size_t n = 0; pfreplay_pair_at(scene->r, n, &pair); n++)
		if (pair.from == scene_node(scene, A) && pair.to == scene_node(scene, B))
			return pair;
	fail_msg("no such pair");
	return pair;
}

static struct pfsync_message
wants_ack(uint64_t id)
{
	struct pfsync_message message = scene_full(PFSYNC_ACT_INS, id, CA);

	message.u.state.state_flags = 0x10;
	pfsync_has_set(&message, PFSYNC_F_STATE_FLAGS);
	return message;
}

static void
acknowledgements(void **state)
{
	struct pfreplay_pair pair;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t i = 0; i < 101; i++) {
		scene_say(&scene, A, wants_ack(10 + i));
		scene_wait(&scene, i == 100 ? 0.5 : 0.002);
		if (i != 50)
			scene_say(&scene, B, scene_id(PFSYNC_ACT_INS_ACK, 10 + i, CA));
		scene_wait(&scene, 0.1);
	}
	pair = a_to_b(&scene);
	assert_int_equal(pair.acks_wanted, 101);
	assert_int_equal(pair.acks_seen, 100);
	assert_true(pair.ack_p50_ns == 2000000);
	assert_true(pair.ack_p99_ns == 2000000);
	assert_true(pair.ack_max_ns == 500000000);
	scene_end(&scene);
}

/* Nobody asked for these. */
static void
acknowledgements_unasked(void **state)
{
	struct pfreplay_pair pair;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 10, CA));
	scene_say(&scene, B, scene_id(PFSYNC_ACT_INS_ACK, 10, CA));
	scene_say(&scene, A, wants_ack(11));
	scene_wait(&scene, 5);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_INS_ACK, 11, CA));
	pair = a_to_b(&scene);
	assert_int_equal(pair.acks_wanted, 1);
	assert_int_equal(pair.acks_seen, 0);
	assert_true(pair.ack_max_ns == 0);
	scene_end(&scene);
}

static void
silences(void **state)
{
	struct pfreplay_pair pair;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_wait(&scene, 50);
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 300, 4, 300));
	scene_wait(&scene, 7);
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 400, 4, 400));
	scene_wait(&scene, 3);
	pair = a_to_b(&scene);
	assert_int_equal(pair.packets, 3);
	assert_true(pair.silence_max_ns == 50 * SCENE_S);
	assert_true(pair.silence_ns == 3 * SCENE_S);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(acknowledgements),
	    cmocka_unit_test(acknowledgements_unasked),
	    cmocka_unit_test(silences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
