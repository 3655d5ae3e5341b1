/*
 * test_lost.c - D-15: what captures at both ends prove to be lost.
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

static void
lost_inserts_and_deletes(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_wait(&scene, 20);
	scene.missed = UINT64_C(1) << scene_node(&scene, B);
	for (uint64_t id = 10; id < 22; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 1, CA));
	scene.missed = 0;
	scene_wait(&scene, 10);
	assert_int_equal(found(&scene, "D-15"), 2);
	d = found_one(&scene, "D-15");
	assert_int_equal(d.severity, PFREPLAY_MEDIUM);
	assert_int_equal(d.count, 12);
	assert_int_equal(d.nodes[0], scene_node(&scene, A));
	assert_int_equal(d.nodes[1], scene_node(&scene, B));
	scene_end(&scene);
}

/* That the state was kept until it expired has the same cause. */
static void
a_lost_delete_is_told_once(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene.missed = UINT64_C(1) << scene_node(&scene, B);
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 1, CA));
	scene.missed = 0;
	scene_wait(&scene, 40);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_DEL_C, 1, CA));
	assert_int_equal(found(&scene, "D-15"), 1);
	assert_int_equal(found(&scene, "D-25"), 0);
	scene_end(&scene);
}

/* The next update says it all. */
static void
lost_updates(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene.missed = UINT64_C(1) << scene_node(&scene, B);
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 500, 4, 500));
	scene.missed = 0;
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 600, 4, 600));
	found_nothing(&scene);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lost_inserts_and_deletes),
	    cmocka_unit_test(a_lost_delete_is_told_once),
	    cmocka_unit_test(lost_updates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
