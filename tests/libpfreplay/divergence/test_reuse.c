/*
 * test_reuse.c - D-29, D-18: an id that stands for two states.
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

static struct pfsync_message
with_port(enum pfsync_action action, uint64_t id, uint32_t creatorid, uint16_t port)
{
	struct pfsync_message message = scene_full(action, id, creatorid);

	message.u.state.wire.port[0] = message.u.state.stack.port[0] = port;
	message.u.state.ext.port = port;
	return message;
}

static void
an_id_is_used_again(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	scene_wait(&scene, 10);
	scene_say(&scene, A, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	scene_wait(&scene, 1);
	scene_say(&scene, A, with_port(PFSYNC_ACT_INS, 1, CA, 5555));
	d = found_one(&scene, "D-29");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(d.count, 1);
	assert_int_equal(d.states[0].id, 1);
	scene_end(&scene);
}

static void
the_same_state_again(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(&scene, A, scene_full(PFSYNC_ACT_UPD, 1, CA));
	scene_say(&scene, B, scene_full(PFSYNC_ACT_UPD, 1, CA));
	found_nothing(&scene);
	scene_end(&scene);
}

/* After its delete an id is free, though no system does that at once. */
static void
after_a_delete(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 1, CA));
	scene_say(&scene, A, with_port(PFSYNC_ACT_INS, 1, CA, 5555));
	assert_int_equal(found(&scene, "D-29"), 0);
	assert_int_equal(found(&scene, "D-18"), 0);
	scene_end(&scene);
}

static void
two_firewalls_one_id(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	scene_say(&scene, B, with_port(PFSYNC_ACT_INS, 1, CA, 5555));
	assert_int_equal(found_one(&scene, "D-18").severity, PFREPLAY_CRITICAL);
	assert_int_equal(found(&scene, "D-29"), 0);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_id_is_used_again),
	    cmocka_unit_test(the_same_state_again),
	    cmocka_unit_test(after_a_delete),
	    cmocka_unit_test(two_firewalls_one_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
