/*
 * test_size.c - D-14: packets too large for the sync link.
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
fragments(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene.fragmented = true;
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 10, CA));
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 11, CA));
	d = found_one(&scene, "D-14");
	assert_int_equal(d.severity, PFREPLAY_MEDIUM);
	assert_int_equal(d.count, 2);
	scene_end(&scene);
}

static void
nothing_large_arrives(void **state)
{
	struct pfreplay_direction direction = {.largest_delivered_bytes = 1400,
	    .delivered = 1000,
	    .lost = 30,
	    .cut_off_lost = 30,
	    .cut_off_bytes = 1432,
	    .frames = {2},
	    .frame_count = 1};
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	direction.sender = (int)scene_node(&scene, A);
	direction.receiver = (int)scene_node(&scene, B);
	direction.first_lost_ns = direction.last_lost_ns = scene.now_ns;
	pfreplay_direction_add(scene.r, &direction);
	d = found_one(&scene, "D-14");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(d.count, 30);
	assert_int_equal(found_number(&d, "largest_bytes"), 1400);
	assert_int_equal(d.frames[0].frame, 2);
	scene_end(&scene);
}

/* Losses of all sizes are no limit. */
static void
losses_of_any_size(void **state)
{
	struct pfreplay_direction direction = {.largest_delivered_bytes = 1400, .lost = 30};
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	direction.receiver = 1;
	pfreplay_direction_add(scene.r, &direction);
	found_nothing(&scene);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fragments),
	    cmocka_unit_test(nothing_large_arrives),
	    cmocka_unit_test(losses_of_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
