/*
 * test_clear.c - D-19: flushes that leave the tables different.
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
fill(struct scene *scene)
{
	found_meet(scene, "openbsd-6k", NULL);
	for (uint64_t id = 10; id < 15; id++)
		scene_say(scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	for (uint64_t id = 20; id < 23; id++)
		scene_say(scene, B, scene_full(PFSYNC_ACT_INS, id, CB));
	scene_wait(scene, 5);
}

static void
a_flush_leaves_the_others(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	fill(&scene);
	scene_say(&scene, A, scene_clr(CA, ""));
	scene_wait(&scene, 30);
	d = found_one(&scene, "D-19");
	assert_int_equal(d.severity, PFREPLAY_MEDIUM);
	/* 20, 21, 22 and the 2 of meeting */
	assert_int_equal(d.count, 4);
	assert_int_equal(found_number(&d, "flushed_of_others"), 4);
	assert_int_equal(found_number(&d, "left_now"), 4);
	assert_int_equal(d.nodes[0], scene_node(&scene, A));
	assert_int_equal(d.nodes[1], scene_node(&scene, B));
	/* the same states are not lost besides */
	assert_int_equal(found(&scene, "D-15"), 0);
	scene_end(&scene);
}

static void
flushed_on_both(void **state)
{
	struct scene scene;

	(void)state;
	fill(&scene);
	scene_say(&scene, A, scene_clr(CA, ""));
	scene_wait(&scene, 1);
	scene_say(&scene, B, scene_clr(CB, ""));
	scene_wait(&scene, 30);
	assert_int_equal(found(&scene, "D-19"), 0);
	scene_end(&scene);
}

/* It asked for what it had flushed, and has all of it before anybody misses it. */
static void
repaired_at_once(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	fill(&scene);
	scene_say(&scene, A, scene_clr(CA, ""));
	scene_wait(&scene, 1);
	for (uint64_t id = 20; id < 24; id++) {
		uint64_t known = id < 23 ? id : 2;

		scene_say(&scene, B, scene_upd_c(known, CB, 4, 5000, 4, 5000));
		scene_say(&scene, A, scene_id(PFSYNC_ACT_UPD_REQ, known, CB));
		scene_say(&scene, B, scene_full(PFSYNC_ACT_UPD, known, CB));
	}
	scene_wait(&scene, 1);
	/* too early to tell */
	assert_int_equal(found(&scene, "D-19"), 0);
	scene_wait(&scene, 10);
	scene_say(&scene, B, scene_upd_c(20, CB, 4, 6000, 4, 6000));
	d = found_one(&scene, "D-19");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(d.count, 4);
	assert_int_equal(d.nodes[0], scene_node(&scene, A));
	scene_end(&scene);
}

/* There was nothing of others. */
static void
only_its_own(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(&scene, B, scene_upd_c(1, CA, 4, 200, 4, 300));
	scene_say(&scene, A, scene_clr(CA, ""));
	scene_wait(&scene, 30);
	assert_int_equal(found(&scene, "D-19"), 0);
	scene_end(&scene);
}

/* What was left went with its timeout, or was deleted. */
static void
gone_by_now(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	fill(&scene);
	scene_say(&scene, A, scene_clr(CA, ""));
	scene_wait(&scene, 10);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 50, CA));
	for (uint64_t id = 20; id < 23; id++)
		scene_say(&scene, B, scene_id(PFSYNC_ACT_DEL_C, id, CB));
	scene_say(&scene, B, scene_id(PFSYNC_ACT_DEL_C, 2, CB));
	d = found_one(&scene, "D-19");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(d.count, 4);
	scene_end(&scene);
}

/* FreeBSD up to 15 and OpenBSD until 2014 remove all (SEM 2.7). */
static void
a_flush_of_one_interface(void **state)
{
	static const struct {
		const char *dialect;
		bool broad;
	} cases[] = {{"freebsd-10", true}, {"openbsd-5b", true}, {"openbsd-6k", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene scene;

		found_meet(&scene, cases[i].dialect, NULL);
		for (uint64_t id = 10; id < 15; id++)
			scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
		scene_wait(&scene, 5);
		scene_say(&scene, A, scene_clr(CA, "em1"));
		scene_wait(&scene, 30);
		assert_int_equal(found(&scene, "D-19"), cases[i].broad);
		if (cases[i].broad) {
			struct pfreplay_divergence d = found_one(&scene, "D-19");

			assert_int_equal(d.count, 6);
			assert_int_equal(d.nodes[0], scene_node(&scene, A));
		}
		scene_end(&scene);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_flush_leaves_the_others),
	    cmocka_unit_test(flushed_on_both),
	    cmocka_unit_test(repaired_at_once),
	    cmocka_unit_test(only_its_own),
	    cmocka_unit_test(gone_by_now),
	    cmocka_unit_test(a_flush_of_one_interface),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
