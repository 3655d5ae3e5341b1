/*
 * test_ttl.c - D-05: packets that were routed, or forged.
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
a_ttl_below_255(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene.ttl = 64;
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	scene.ttl = 63;
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 4, CA));
	d = found_one(&scene, "D-05");
	assert_int_equal(d.severity, PFREPLAY_CRITICAL);
	assert_int_equal(d.count, 2);
	assert_int_equal(d.node_count, 1);
	assert_int_equal(d.nodes[0], scene_node(&scene, A));
	assert_int_equal(found_number(&d, "ttl_min"), 63);
	assert_int_equal(found_number(&d, "ttl_max"), 64);
	assert_int_equal(d.frames[0].frame, 3);
	scene_end(&scene);
}

static void
pfsync0_has_no_ttl(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	scene.tap = true;
	scene.ttl = 64;
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	found_nothing(&scene);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_ttl_below_255),
	    cmocka_unit_test(pfsync0_has_no_ttl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
