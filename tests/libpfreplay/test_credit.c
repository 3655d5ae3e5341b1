/*
 * test_credit.c - was it there before it was heard?
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

#include "scene.h"

#define A 1
#define B 2
#define CA 0xaaaa0001U

static uint64_t
states_after(int asked_for, int silently_held)
{
	struct scene scene;
	uint64_t states;

	scene_begin(&scene, "openbsd-5b", NULL);
	for (uint64_t id = 1; id <= 40; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	scene_wait(&scene, 60);
	/* what A updates now, B must know or ask for */
	for (int i = 0; i < asked_for + silently_held; i++)
		scene_say(&scene, A, scene_upd_c((uint64_t)i + 1, CA, 4, 900, 4, 900));
	scene_wait(&scene, 0.5);
	for (int i = 0; i < asked_for; i++)
		scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, (uint64_t)i + 1, CA));
	scene_wait(&scene, 0.1);
	states = scene_info(&scene, B).states;
	scene_end(&scene);
	return states;
}

static void
who_asks_for_all_was_not_there(void **state)
{
	(void)state;
	assert_int_equal(states_after(16, 0), 0);
}

static void
a_lost_packet_is_no_proof(void **state)
{
	(void)state;
	assert_int_equal(states_after(3, 0), 37);
	assert_int_equal(states_after(6, 10), 34);
}

static void
later_requests_prove_nothing_of_the_past(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-5b", NULL);
	for (uint64_t id = 1; id <= 40; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 1, 0xbbbb0002U));
	scene_wait(&scene, 10);
	for (uint64_t id = 1; id <= 16; id++)
		scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, id, CA));
	assert_int_equal(scene_info(&scene, B).states, 25);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_asks_for_all_was_not_there),
	    cmocka_unit_test(a_lost_packet_is_no_proof),
	    cmocka_unit_test(later_requests_prove_nothing_of_the_past),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
