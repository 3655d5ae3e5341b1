/*
 * test_claims.c - D-18, D-20, D-21: host ids that two claim, or one changes.
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
two_with_one_hostid(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 100, CA));
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 10, CA));
	scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 101, CA));
	d = found_one(&scene, "D-18");
	assert_int_equal(d.severity, PFREPLAY_CRITICAL);
	assert_non_null(strstr(d.text, "aaaa0001"));
	assert_int_equal(d.node_count, 2);
	assert_int_equal(found(&scene, "D-21"), 0);
	scene_end(&scene);
}

/* It moved to another address: the old one is silent. */
static void
a_new_address(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	for (uint64_t id = 10; id < 15; id++)
		scene_say(&scene, 9, scene_full(PFSYNC_ACT_INS, id, CA));
	assert_int_equal(found(&scene, "D-18"), 0);
	scene_end(&scene);
}

/* Updates, deletes and bulk replies may name anybody's host id (SEM 1.5). */
static void
others_states_may_be_updated(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	scene_say(&scene, B, scene_upd_c(1, CA, 4, 200, 4, 300));
	scene_wait(&scene, 5);
	scene_say(&scene, A, scene_upd_c(2, CB, 4, 200, 4, 300));
	found_nothing_bad(&scene);
	assert_int_equal(found(&scene, "D-18"), 0);
	scene_end(&scene);
}

static void
a_new_hostid(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	scene_wait(&scene, 10);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 5, 0xaaaa7777U));
	d = found_one(&scene, "D-20");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_non_null(strstr(d.text, "aaaa7777"));
	assert_int_equal(found_now(&scene), PFREPLAY_IN_SYNC);
	scene_end(&scene);
}

/* After a restart a new one is to be expected. */
static void
a_new_hostid_after_a_restart(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	scene_wait(&scene, 10);
	scene_say(&scene, A, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	scene_say(&scene, B, scene_bus(CB, PFSYNC_BUS_START, 0));
	scene_say(&scene, B, scene_bus(CB, PFSYNC_BUS_END, 0));
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 5, 0xaaaa7777U));
	assert_int_equal(found(&scene, "D-20"), 0);
	scene_end(&scene);
}

/* The defect of OpenBSD 7.3 and 7.4. */
static void
inserts_of_the_others_states(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (unsigned i = 0; i < 4; i++) {
		scene_wait(&scene, 1);
		scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 1, CA));
		scene_wait(&scene, 1);
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	}
	d = found_one(&scene, "D-21");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(d.count, 4);
	assert_int_equal(d.nodes[0], scene_node(&scene, B));
	assert_int_equal(found(&scene, "D-18"), 0);
	scene_end(&scene);
}

/* One deletes a state and, in the same packet, repeats the other's echo of it. */
static void
an_echo_after_the_end_is_no_second_hostid(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 10, CA));
	for (unsigned i = 0; i < 4; i++) {
		const struct pfsync_message again[] = {scene_id(PFSYNC_ACT_DEL_C, 10, CA),
		    scene_full(PFSYNC_ACT_INS, 20 + i, CA), scene_full(PFSYNC_ACT_INS, 10, CA)};

		scene_wait(&scene, 1);
		scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 10, CA));
		scene_wait(&scene, 1);
		scene_send(&scene, A, SCENE_ALL, again, 3);
	}
	assert_int_equal(found(&scene, "D-18"), 0);
	assert_int_equal(found(&scene, "D-21"), 1);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_with_one_hostid),
	    cmocka_unit_test(a_new_address),
	    cmocka_unit_test(others_states_may_be_updated),
	    cmocka_unit_test(a_new_hostid),
	    cmocka_unit_test(a_new_hostid_after_a_restart),
	    cmocka_unit_test(inserts_of_the_others_states),
	    cmocka_unit_test(an_echo_after_the_end_is_no_second_hostid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
