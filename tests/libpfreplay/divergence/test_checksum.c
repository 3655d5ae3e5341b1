/*
 * test_checksum.c - D-09: different rules.
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

/* A sequence number that grows. */
static uint32_t
now(const struct scene *scene)
{
	return 1000 + (uint32_t)((scene->now_ns - SCENE_START) / SCENE_S);
}

static void
speak(struct scene *scene, uint8_t cksum_a, uint8_t cksum_b, unsigned seconds)
{
	for (unsigned i = 0; i < seconds; i++) {
		scene->cksum = cksum_a;
		scene_say(scene, A, scene_upd_c(1, CA, 4, now(scene), 4, now(scene)));
		scene->cksum = cksum_b;
		scene_say(scene, B, scene_upd_c(2, CB, 4, now(scene), 4, now(scene)));
		scene_wait(scene, 1);
	}
}

static void
different_rules(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	speak(&scene, 1, 2, 90);
	d = found_one(&scene, "D-09");
	assert_int_equal(d.severity, PFREPLAY_MEDIUM);
	assert_true(found_number(&d, "apart_ns") > 80 * SCENE_S);
	scene_end(&scene);
}

/* One node loads its rules, the other follows. */
static void
a_reload(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	speak(&scene, 1, 1, 20);
	speak(&scene, 2, 1, 30);
	speak(&scene, 2, 2, 70);
	found_nothing(&scene);
	scene_end(&scene);
}

static void
different_for_a_while(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	speak(&scene, 1, 1, 20);
	speak(&scene, 2, 1, 100);
	speak(&scene, 2, 2, 20);
	assert_int_equal(found_one(&scene, "D-09").severity, PFREPLAY_MEDIUM);
	scene_end(&scene);
}

static void
too_short_to_say(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene, "freebsd-10", NULL);
	speak(&scene, 1, 2, 15);
	found_nothing(&scene);
	speak(&scene, 1, 2, 20);
	assert_int_equal(found_one(&scene, "D-09").severity, PFREPLAY_LOW);
	scene_end(&scene);
}

/* OpenBSD 7.4 and later: sixteen zeros are "not available". */
static void
no_checksum(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	speak(&scene, 1, 2, 90);
	found_nothing(&scene);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(different_rules),
	    cmocka_unit_test(a_reload),
	    cmocka_unit_test(different_for_a_while),
	    cmocka_unit_test(too_short_to_say),
	    cmocka_unit_test(no_checksum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
