/*
 * test_pingpong.c - D-08: answers that never end.
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

/* Era A takes nothing of what is half stale, so neither ever catches up. */
static void
exchange(struct scene *scene, uint64_t id, unsigned turns, double gap_s)
{
	for (unsigned i = 0; i < turns; i++) {
		scene_say(scene, i % 2 == 0 ? A : B,
		    i % 2 == 0 ? scene_upd_c(id, CA, 4, 9000, 4, 100)
			       : scene_upd_c(id, CA, 4, 100, 4, 9000));
		scene_wait(scene, gap_s);
	}
}

static void
corrections_without_end(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-9", NULL);
	for (uint64_t id = 10; id < 14; id++) {
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
		exchange(&scene, id, 8, 0.002);
	}
	d = found_one(&scene, "D-08");
	assert_int_equal(d.count, 4);
	assert_int_equal(d.severity, PFREPLAY_MEDIUM);
	assert_true(found_number(&d, "turns_max") >= 4);
	scene_end(&scene);
}

/* One correction is how it should be. */
static void
one_correction(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	exchange(&scene, 1, 2, 0.002);
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 9000, 4, 9000));
	assert_int_equal(found(&scene, "D-08"), 0);
	scene_end(&scene);
}

/* Now and then is no exchange. */
static void
slow_ones(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-9", NULL);
	exchange(&scene, 1, 10, 2);
	assert_int_equal(found(&scene, "D-08"), 0);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(corrections_without_end),
	    cmocka_unit_test(one_correction),
	    cmocka_unit_test(slow_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
