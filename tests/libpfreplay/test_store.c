/*
 * test_store.c - limits: what does not fit is counted, what is long due makes room.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "internal.h"
#include "scene.h"

#define A 1
#define B 2
#define CA 0xaaaa0001U

static void
the_limit_is_never_silent(void **state)
{
	const struct pfreplay_options options = {.max_states = 10};
	struct scene scene;
	struct pfreplay_totals totals;

	(void)state;
	scene_begin(&scene, "freebsd-10", &options);
	for (uint64_t id = 1; id <= 25; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	pfreplay_totals(scene.r, &totals);
	assert_int_equal(totals.max_states, 10);
	assert_int_equal(totals.entries, 10);
	assert_int_equal(totals.states_refused, 15);
	assert_int_equal(totals.states_evicted, 0);
	/* those that are kept go on living */
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 3, CA));
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 99, CA));
	assert_true(scene_has(&scene, A, 99, CA, NULL));
	scene_end(&scene);
}

static void
what_is_long_due_makes_room(void **state)
{
	const struct pfreplay_options options = {.max_states = 10};
	struct scene scene;
	struct pfreplay_totals totals;

	(void)state;
	scene_begin(&scene, "freebsd-10", &options);
	for (uint64_t id = 1; id <= 10; id++) {
		struct pfsync_message ins = scene_full(PFSYNC_ACT_INS, id, CA);

		ins.u.state.expire_s = id <= 5 ? 30 : 86400;
		ins.u.state.timeout = id <= 5 ? 1 : 2;
		scene_say(&scene, A, ins);
	}
	scene_wait(&scene, 1000);
	for (uint64_t id = 11; id <= 20; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	pfreplay_totals(scene.r, &totals);
	assert_int_equal(totals.entries, 10);
	assert_int_equal(totals.states_evicted, 5);
	assert_int_equal(totals.states_refused, 5);
	for (uint64_t id = 6; id <= 15; id++)
		assert_true(scene_has(&scene, A, id, CA, NULL));
	assert_int_equal(scene_info(&scene, A).states, 10);
	scene_end(&scene);
}

/* Views beyond two a state have a limit of their own. */
static void
many_nodes_are_bounded_too(void **state)
{
	const struct pfreplay_options options = {.max_states = 8};
	struct scene scene;
	struct pfreplay_totals totals;

	(void)state;
	scene_begin(&scene, "freebsd-10", &options);
	for (uint8_t node = 1; node <= 6; node++)
		scene_say(&scene, node, scene_full(PFSYNC_ACT_INS, node, node));
	for (uint64_t id = 100; id < 110; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, 1));
	pfreplay_totals(scene.r, &totals);
	assert_int_equal(totals.entries, 8);
	assert_true(totals.states_refused > 8);
	scene_end(&scene);
}

/* Every CLR would walk all that the other node has. */
static void
clears_cannot_take_for_ever(void **state)
{
	struct scene scene;
	struct pfreplay_totals totals;
	struct pfreplay_state s;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_START, 0));
	scene_say(&scene, B, scene_bus(9, PFSYNC_BUS_START, 0));
	for (uint64_t id = 1; id <= 2000; id++)
		scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, id, (uint32_t)id));
	scene_say(&scene, A, scene_clr(CA, ""));
	scene.r->credit = 10000;
	for (uint64_t i = 0; i < 100; i++) {
		scene_wait(&scene, 0.1);
		scene_say(&scene, A, scene_upd_c(1 + i, (uint32_t)(1 + i), 4, 1, 4, 1));
		scene_wait(&scene, 0.1);
		scene_say(&scene, A, scene_clr(CA, ""));
	}
	pfreplay_totals(scene.r, &totals);
	assert_true(totals.clears_refused > 80);
	assert_int_equal(totals.entries, 2000);
	/* what could not be removed is not claimed either */
	scene_say(&scene, A, scene_upd_c(200, 200, 4, 1, 4, 1));
	scene.r->credit = 0;
	scene_wait(&scene, 0.1);
	scene_say(&scene, A, scene_clr(CA, ""));
	assert_true(scene_has(&scene, A, 200, 200, &s));
	assert_int_equal(s.standing, PFREPLAY_UNKNOWN);
	scene_end(&scene);
}

/* Everything that was taken is given back when nobody has the state. */
static void
nothing_is_left_behind(void **state)
{
	struct scene scene;
	struct pfreplay_totals totals;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	for (uint8_t node = 1; node <= 4; node++)
		scene_say(&scene, node, scene_bus(node, PFSYNC_BUS_START, 0));
	for (uint64_t id = 1; id <= 500; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	assert_int_equal(scene.r->spill.live, 1000);
	assert_int_equal(scene.r->facts.slab.live, 500);
	assert_int_equal(g_hash_table_size(scene.r->facts.traits), 1);
	for (uint64_t id = 1; id <= 499; id++)
		scene_say(&scene, id % 2 != 0 ? A : B, scene_id(PFSYNC_ACT_DEL_C, id, CA));
	scene_say(&scene, A, scene_clr(CA, ""));
	pfreplay_totals(scene.r, &totals);
	assert_int_equal(totals.entries, 0);
	assert_int_equal(scene.r->spill.live, 0);
	assert_int_equal(scene.r->facts.slab.live, 0);
	assert_int_equal(g_hash_table_size(scene.r->facts.traits), 0);
	for (uint8_t node = 1; node <= 4; node++)
		assert_int_equal(scene.r->nodes.list[scene_node(&scene, node)]->views, 0);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_limit_is_never_silent),
	    cmocka_unit_test(what_is_long_due_makes_room),
	    cmocka_unit_test(many_nodes_are_bounded_too),
	    cmocka_unit_test(clears_cannot_take_for_ever),
	    cmocka_unit_test(nothing_is_left_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
