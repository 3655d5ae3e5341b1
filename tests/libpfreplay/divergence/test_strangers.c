/*
 * test_strangers.c - D-22, D-27: firewalls that nobody expects.
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

#define C 3
#define CC 0xcccc0003U

static void
three(struct scene *scene, uint8_t cksum_c)
{
	found_meet(scene, "freebsd-10", NULL);
	scene->cksum = cksum_c;
	scene_say(scene, C, scene_full(PFSYNC_ACT_INS, 3, CC));
	scene->cksum = 0;
	scene_say(scene, A, scene_full(PFSYNC_ACT_INS, 4, CA));
}

static void
another_cluster(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	three(&scene, 0x77);
	d = found_one(&scene, "D-22");
	assert_int_equal(d.severity, PFREPLAY_MEDIUM);
	assert_int_equal(d.nodes[0], scene_node(&scene, C));
	scene_end(&scene);
}

static void
a_cluster_of_three(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	three(&scene, 0);
	d = found_one(&scene, "D-22");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(d.count, 3);
	scene_end(&scene);
}

static void
two_are_a_pair(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 1, CA));
	found_nothing(&scene);
	scene_end(&scene);
}

static void
somebody_only_deletes(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	scene_say(&scene, 66, scene_id(PFSYNC_ACT_DEL_C, 1, CA));
	d = found_one(&scene, "D-27");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(d.nodes[0], scene_node(&scene, 66));
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(another_cluster),
	    cmocka_unit_test(a_cluster_of_three),
	    cmocka_unit_test(two_are_a_pair),
	    cmocka_unit_test(somebody_only_deletes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
