/*
 * test_odd.c - one id, two states: ids that are used again (D-18, D-29).
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "check.h"
#include "scene.h"

#define A 1
#define B 2
#define CA 0xaaaa0001U
#define CB 0xbbbb0002U

static struct pfsync_message
with_port(struct pfsync_message message, uint16_t port)
{
	message.u.state.wire.port[0] = message.u.state.stack.port[0] = port;
	return message;
}

static uint16_t
port_at(const struct scene *scene, uint8_t node)
{
	struct pfreplay_state s;

	assert_true(scene_has(scene, node, 5, CA, &s));
	return s.message.u.state.wire.port[0];
}

/* A restarts with its host id and uses id 5 again while B has the old state. */
static void
reuse(struct scene *scene)
{
	scene_begin(scene, "freebsd-10", NULL);
	scene_say(scene, B, scene_full(PFSYNC_ACT_INS, 9, CB));
	scene_say(scene, A, with_port(scene_full(PFSYNC_ACT_INS, 5, CA), 1111));
	scene_say(scene, A, with_port(scene_full(PFSYNC_ACT_INS, 5, CA), 2222));
}

static void
each_keeps_what_it_means_by_the_id(void **state)
{
	struct scene scene;

	(void)state;
	reuse(&scene);
	assert_int_equal(port_at(&scene, A), 2222);
	assert_int_equal(port_at(&scene, B), 1111);
	assert_null(replay_check(scene.r));
	/* B speaks of the old one by its own key */
	scene_say(&scene, B, with_port(scene_full(PFSYNC_ACT_UPD, 5, CA), 1111));
	assert_int_equal(port_at(&scene, A), 2222);
	assert_int_equal(port_at(&scene, B), 1111);
	assert_null(replay_check(scene.r));
	scene_end(&scene);
}

static void
when_one_goes_the_other_stays(void **state)
{
	struct scene scene;

	(void)state;
	reuse(&scene);
	/* B asks, so it lacks it; then it gets the new one */
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 5, CA));
	scene_say(&scene, A, with_port(scene_full(PFSYNC_ACT_UPD, 5, CA), 2222));
	assert_int_equal(port_at(&scene, A), 2222);
	assert_int_equal(port_at(&scene, B), 2222);
	assert_null(replay_check(scene.r));
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 5, CA));
	assert_null(replay_check(scene.r));
	assert_false(scene_has(&scene, B, 5, CA, NULL));
	scene_end(&scene);
}

static void
a_third_takes_the_senders(void **state)
{
	struct scene scene;

	(void)state;
	reuse(&scene);
	scene_say(&scene, 3, scene_full(PFSYNC_ACT_INS, 8, 0xcccc0003U));
	scene_say(&scene, A, with_port(scene_full(PFSYNC_ACT_UPD, 5, CA), 2222));
	assert_int_equal(port_at(&scene, 3), 2222);
	assert_int_equal(port_at(&scene, B), 1111);
	assert_null(replay_check(scene.r));
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_keeps_what_it_means_by_the_id),
	    cmocka_unit_test(when_one_goes_the_other_stays),
	    cmocka_unit_test(a_third_takes_the_senders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
