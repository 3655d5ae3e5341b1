/*
 * test_ghost.c - D-25: states that one keeps after the other deleted them.
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
a_delete_that_was_lost(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 1, CA));
	scene_wait(&scene, 40);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_DEL_C, 1, CA));
	d = found_one(&scene, "D-25");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(d.count, 1);
	assert_int_equal(d.nodes[0], scene_node(&scene, A));
	assert_int_equal(d.nodes[1], scene_node(&scene, B));
	assert_true(found_number(&d, "late_ns") == 40 * SCENE_S);
	assert_non_null(strstr(d.text, "missed the delete"));
	/* one cause, one finding */
	assert_int_equal(found(&scene, "D-15"), 0);
	scene_end(&scene);
}

static void
many_of_them(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 10; id < 25; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	for (uint64_t id = 10; id < 25; id++)
		scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, id, CA));
	scene_wait(&scene, 40);
	for (uint64_t id = 10; id < 25; id++)
		scene_say(&scene, B, scene_id(PFSYNC_ACT_DEL_C, id, CA));
	assert_int_equal(found_one(&scene, "D-25").severity, PFREPLAY_MEDIUM);
	assert_int_equal(found(&scene, "D-25"), 1);
	assert_int_equal(found(&scene, "D-15"), 0);
	scene_end(&scene);
}

/* Both expire it: normal (SEM 4.4, 7.5). */
static void
deletes_that_cross(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 10; id < 40; id++) {
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
		scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, id, CA));
		scene_wait(&scene, 1.5);
		scene_say(&scene, B, scene_id(PFSYNC_ACT_DEL_C, id, CA));
	}
	found_nothing(&scene);
	scene_end(&scene);
}

static void
a_ghost(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 1, CA));
	scene_wait(&scene, 10);
	/* a bulk reply, say */
	scene_say(&scene, B, scene_full(PFSYNC_ACT_UPD, 1, CA));
	d = found_one(&scene, "D-25");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(d.nodes[1], scene_node(&scene, B));
	assert_null(strstr(d.text, "missed the delete"));
	scene_end(&scene);
}

/* SEM 4.2: until V5f9 an import lives for its rest and the timeout. */
static void
twice_as_long(void **state)
{
	static const struct {
		const char *dialect;
		bool longer;
	} cases[] = {{"freebsd-9", true}, {"openbsd-6k", false}, {"openbsd-3b", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene scene;

		found_meet(&scene, cases[i].dialect, NULL);
		for (uint64_t id = 10; id < 25; id++) {
			struct pfsync_message message = scene_full(PFSYNC_ACT_INS, id, CA);

			message.u.state.expire_s = 600;
			if (strcmp(cases[i].dialect, "openbsd-3b") == 0)
				message.u.state.expire_s = 0;
			scene_say(&scene, A, message);
		}
		scene_wait(&scene, 10);
		assert_int_equal(found(&scene, "D-25"), cases[i].longer);
		found_nothing_bad(&scene);
		scene_end(&scene);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_delete_that_was_lost),
	    cmocka_unit_test(many_of_them),
	    cmocka_unit_test(deletes_that_cross),
	    cmocka_unit_test(a_ghost),
	    cmocka_unit_test(twice_as_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
