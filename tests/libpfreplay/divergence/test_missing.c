/*
 * test_missing.c - D-15: what is still missing when all is said.
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
#include "pfevidence.h"

static void
asked_for_and_not_given(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_wait(&scene, 20);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 1, CA));
	scene_wait(&scene, 10);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 10, CA));
	scene_wait(&scene, 10);
	assert_true(found(&scene, "D-15") >= 1);
	d = found_one(&scene, "D-15");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(d.states[0].id, 1);
	scene_end(&scene);
}

static void
nothing_is_missing(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 10; id < 50; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	scene_wait(&scene, 10);
	found_nothing(&scene);
	scene_end(&scene);
}

/* It will come in a moment. */
static void
just_asked_for(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 10, CA));
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 10, CA));
	scene_wait(&scene, 1);
	found_nothing(&scene);
	scene_end(&scene);
}

/* Captures of both ends show no loss: then it is none. */
static void
not_lost(void **state)
{
	const struct pfreplay_direction direction = {
	    .sender = 0, .receiver = 1, .from_file = 0, .to_file = 1, .delivered = 10};
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_wait(&scene, 20);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 1, CA));
	scene_wait(&scene, 10);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 10, CA));
	scene_wait(&scene, 10);
	pfreplay_direction_add(scene.r, &direction);
	assert_int_equal(found(&scene, "D-15"), 0);
	d = found_one(&scene, "D-11");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(d.states[0].id, 1);
	assert_non_null(strstr(d.text, "no packet to it was lost"));
	scene_end(&scene);
}

/* Both made a state for each connection: pf keeps one by key. */
static void
own_states_with_the_key(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 10; id < 14; id++) {
		struct pfsync_message one = scene_full(PFSYNC_ACT_INS, id, CA), other;

		one.u.state.wire.port[0] = (uint16_t)(2000 + id);
		one.u.state.stack.port[0] = (uint16_t)(2000 + id);
		other = one;
		other.id = 100 + id;
		other.creatorid = CB;
		scene_say(&scene, A, one);
		scene_say(&scene, B, other);
		scene_wait(&scene, 2);
	}
	scene_wait(&scene, 10);
	assert_int_equal(found(&scene, "D-15"), 0);
	d = found_one(&scene, "D-11");
	assert_non_null(strstr(d.text, "states of its own with the same addresses"));
	assert_int_equal(d.count, 4);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(asked_for_and_not_given),
	    cmocka_unit_test(nothing_is_missing),
	    cmocka_unit_test(just_asked_for),
	    cmocka_unit_test(not_lost),
	    cmocka_unit_test(own_states_with_the_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
