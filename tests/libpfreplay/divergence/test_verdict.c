/*
 * test_verdict.c - the verdict and the order of findings.
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
a_healthy_pair(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint32_t i = 0; i < 600; i++) {
		uint64_t id = 100 + i;

		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
		scene_say(&scene, A, scene_upd_c(1, CA, 4, 1000 + i, 4, 1000 + i));
		scene_say(&scene, B, scene_upd_c(2, CB, 4, 1000 + i, 4, 1000 + i));
		if (i >= 30)
			scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, id - 30, CA));
		scene_wait(&scene, 1);
	}
	found_nothing(&scene);
	assert_int_equal(found_now(&scene), PFREPLAY_IN_SYNC);
	scene_end(&scene);
}

static void
nothing_at_all(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	assert_int_equal(found_now(&scene), PFREPLAY_CANNOT_TELL);
	assert_int_equal(pfreplay_divergence_count(scene.r), 0);
	scene_end(&scene);
}

/* The worst one first, each with frames of its own; asking changes nothing. */
static void
worst_first_and_repeatable(void **state)
{
	struct pfreplay_divergence first, second, again;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	scene_say(&scene, A, scene_upd_c(1, CA, 77, 1, 4, 1));
	scene.ttl = 64;
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	scene.ttl = 255;
	assert_int_equal(pfreplay_divergence_count(scene.r), 2);
	assert_true(pfreplay_divergence_at(scene.r, 0, &first));
	assert_string_equal(first.code, "D-05");
	assert_true(pfreplay_divergence_at(scene.r, 1, &second));
	assert_string_equal(second.code, "D-26");
	assert_false(pfreplay_divergence_at(scene.r, 2, &again));
	assert_true(pfreplay_divergence_at(scene.r, 0, &again));
	assert_ptr_equal(first.text, again.text);
	assert_int_equal(found_now(&scene), PFREPLAY_DIVERGED);
	/* and goes on counting */
	scene_say(&scene, A, scene_upd_c(1, CA, 77, 1, 4, 1));
	assert_true(pfreplay_divergence_at(scene.r, 1, &again));
	assert_int_equal(again.count, second.count + 1);
	scene_end(&scene);
}

static void
ignored_ones(void **state)
{
	struct pfreplay_options options = {.ignored = UINT64_C(1) << 5};
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", &options);
	scene.ttl = 64;
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	found_nothing(&scene);
	/* What is this young is still under way, so there is nothing to compare. */
	assert_int_equal(found_now(&scene), PFREPLAY_CANNOT_TELL);
	scene_wait(&scene, 5);
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 1000, 4, 1000));
	scene_say(&scene, B, scene_upd_c(2, CB, 4, 1000, 4, 1000));
	scene.ttl = 255;
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	scene_wait(&scene, 5);
	scene_say(&scene, A, scene_upd_c(3, CA, 4, 1000, 4, 1000));
	found_nothing(&scene);
	assert_int_equal(found_now(&scene), PFREPLAY_IN_SYNC);
	scene_end(&scene);
}

static void
unjudged(void **state)
{
	struct pfreplay_options options = {.unjudged = true};
	struct pfreplay_pair pair;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", &options);
	scene.ttl = 64;
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	found_nothing(&scene);
	assert_false(pfreplay_pair_at(scene.r, 0, &pair));
	assert_int_equal(found_now(&scene), PFREPLAY_CANNOT_TELL);
	scene_end(&scene);
}

static void
words(void **state)
{
	(void)state;
	for (unsigned number = 1; number <= PFREPLAY_DIVERGENCES; number++)
		assert_non_null(pfreplay_divergence_name(number));
	assert_null(pfreplay_divergence_name(0));
	assert_null(pfreplay_divergence_name(30));
	assert_string_equal(pfreplay_severity_name(PFREPLAY_CRITICAL), "critical");
	assert_string_equal(pfreplay_now_name(PFREPLAY_IN_SYNC), "in-sync");
	assert_string_equal(pfreplay_risk_name(PFREPLAY_RISK_NAT), "nat");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_healthy_pair),
	    cmocka_unit_test(nothing_at_all),
	    cmocka_unit_test(worst_first_and_repeatable),
	    cmocka_unit_test(ignored_ones),
	    cmocka_unit_test(unjudged),
	    cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
