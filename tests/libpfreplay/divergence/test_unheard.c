/*
 * test_unheard.c - losses in front of the capture, by what ends without a beginning.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "found.h"

static uint64_t
unheard(const struct scene *scene)
{
	struct pfreplay_verdict verdict;

	pfreplay_verdict(scene->r, &verdict);
	return verdict.unheard;
}

static void
begin(struct scene *scene)
{
	found_meet(scene, "openbsd-6k", NULL);
	scene_wait(scene, 1);
	scene_say(scene, A, scene_full(PFSYNC_ACT_INS, 10, CA));
	scene_wait(scene, 5);
	scene_say(scene, A, scene_upd_c(10, CA, 4, 1000, 4, 1000));
	scene_say(scene, B, scene_upd_c(2, CB, 4, 1000, 4, 1000));
}

/* States 11 to 13 were made after 10, and the capture did not see them. */
static void
ended_without_a_beginning(void **state)
{
	struct pfreplay_verdict verdict;
	struct scene scene;

	(void)state;
	begin(&scene);
	assert_int_equal(found_now(&scene), PFREPLAY_IN_SYNC);
	for (uint64_t id = 11; id < 14; id++)
		scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, id, CA));
	assert_int_equal(unheard(&scene), 3);
	assert_int_equal(found_now(&scene), PFREPLAY_CANNOT_TELL);
	pfreplay_verdict(scene.r, &verdict);
	assert_int_equal(verdict.reasons, PFREPLAY_WHY_LOSSY);
	/* With captures of both ends losses are seen, not inferred. */
	pfreplay_limit(scene.r, &(struct pfreplay_limits){.both_ends = true});
	assert_int_equal(found_now(&scene), PFREPLAY_IN_SYNC);
	scene_end(&scene);
}

/* Older ones than the first that was announced, those of others, those that were known,
 * and ids of another counter prove nothing. */
static void
no_proof(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_DEL_C, 1, CB));
	for (uint64_t id = 11; id < 20; id++)
		scene_say(&scene, B, scene_id(PFSYNC_ACT_DEL_C, id, CA));
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 10, CA));
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 10, CA));
	for (uint64_t id = 11; id < 20; id++)
		scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, id << 32, CA));
	assert_int_equal(unheard(&scene), 0);
	scene_end(&scene);
}

/* Both directions are in doubt, until each has brought all. */
static void
settled_by_a_bulk_transfer(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	for (uint64_t id = 11; id < 16; id++)
		scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, id, CA));
	assert_int_equal(unheard(&scene), 5);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_START, 0));
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_END, 0));
	assert_int_equal(unheard(&scene), 5);
	scene_say(&scene, A, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	scene_say(&scene, B, scene_bus(CB, PFSYNC_BUS_START, 0));
	scene_say(&scene, B, scene_bus(CB, PFSYNC_BUS_END, 0));
	assert_int_equal(unheard(&scene), 0);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ended_without_a_beginning),
	    cmocka_unit_test(no_proof),
	    cmocka_unit_test(settled_by_a_bulk_transfer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
