/*
 * test_doubt.c - a firewall that does not take in what it is sent.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check.h"
#include "scene.h"

#define A 1
#define B 2
#define CA 0xaaaa0001U
#define CB 0xbbbb0002U

static struct pfsync_message
ins_on(uint64_t id, const char *ifname)
{
	struct pfsync_message message = scene_full(PFSYNC_ACT_INS, id, CA);

	pfsync_has_set(&message, PFSYNC_F_CREATION);
	memset(message.u.state.ifname, 0, sizeof(message.u.state.ifname));
	memcpy(message.u.state.ifname, ifname, strlen(ifname));
	return message;
}

static void
meet(struct scene *scene, const char *dialect)
{
	scene_begin(scene, dialect, NULL);
	scene_say(scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(scene, B, scene_full(PFSYNC_ACT_INS, 2, CB));
	scene_wait(scene, 10);
}

/* A sends it, B asks for it, and so on. */
static void
rounds(struct scene *scene, uint64_t id, int count)
{
	struct pfsync_message full = ins_on(id, id >= 50 ? "igb0" : "em0");

	full.action = PFSYNC_ACT_UPD;
	for (int i = 0; i < count; i++) {
		scene_wait(scene, 0.5);
		scene_say(scene, A, scene_upd_c(id, CA, 4, 500, 4, 500));
		scene_say(scene, B, scene_id(PFSYNC_ACT_UPD_REQ, id, CA));
		scene_say(scene, A, full);
	}
}

static enum pfreplay_standing
standing(struct scene *scene, uint64_t id)
{
	struct pfreplay_state s;

	assert_true(scene_has(scene, B, id, CA, &s));
	return s.standing;
}

static void
a_loss_is_no_refusal(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "openbsd-6k");
	for (uint64_t id = 10; id < 30; id++) {
		scene_say(&scene, A, ins_on(id, "em0"));
		rounds(&scene, id, 2);
	}
	for (uint64_t id = 10; id < 30; id++)
		assert_int_equal(standing(&scene, id), PFREPLAY_PREDICTED);
	scene_end(&scene);
}

static void
a_refusal_makes_later_states_unknown(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "openbsd-6k");
	scene_say(&scene, A, ins_on(5, "em0"));
	scene_wait(&scene, 3);
	for (uint64_t id = 10; id < 13; id++)
		scene_say(&scene, A, ins_on(id, "em0"));
	scene_say(&scene, A, ins_on(20, "em0"));
	for (uint64_t id = 10; id < 13; id++)
		rounds(&scene, id, 3);
	/* what was made before the first that was refused stays */
	assert_int_equal(standing(&scene, 5), PFREPLAY_PREDICTED);
	assert_int_equal(standing(&scene, 12), PFREPLAY_UNKNOWN);
	assert_int_equal(standing(&scene, 20), PFREPLAY_UNKNOWN);
	scene_say(&scene, A, ins_on(21, "em0"));
	assert_int_equal(standing(&scene, 21), PFREPLAY_UNKNOWN);
	/* half a minute of peace later it is trusted again */
	scene_wait(&scene, 31);
	scene_say(&scene, A, ins_on(22, "em0"));
	assert_int_equal(standing(&scene, 22), PFREPLAY_PREDICTED);
	assert_null(replay_check(scene.r));
	scene_end(&scene);
}

static void
an_interface_that_b_lacks(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "freebsd-10");
	for (uint64_t id = 50; id < 60; id++)
		scene_say(&scene, A, ins_on(id, "igb0"));
	for (uint64_t id = 50; id < 53; id++)
		rounds(&scene, id, 3);
	/* none of that interface is there, not even those never asked for */
	for (uint64_t id = 50; id < 60; id++)
		assert_false(scene_has(&scene, B, id, CA, NULL));
	scene_say(&scene, A, ins_on(61, "igb0"));
	assert_false(scene_has(&scene, B, 61, CA, NULL));
	scene_say(&scene, A, ins_on(7, "em0"));
	assert_true(scene_has(&scene, B, 7, CA, NULL));
	/* unless it proves to have one */
	scene_say(&scene, B, scene_upd_c(61, CA, 4, 900, 4, 900));
	scene_say(&scene, A, ins_on(62, "igb0"));
	assert_true(scene_has(&scene, B, 62, CA, NULL));
	assert_null(replay_check(scene.r));
	scene_end(&scene);
}

/* An INS that its sender's DEL overtook (D-07). */
static void
overtaken_by_the_delete(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "openbsd-6k");
	scene_say(&scene, A, ins_on(30, "em0"));
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 30, CA));
	scene_say(&scene, A, ins_on(30, "em0"));
	assert_false(scene_has(&scene, A, 30, CA, NULL));
	/* B takes it: a ghost */
	assert_true(scene_has(&scene, B, 30, CA, NULL));
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 31, CA));
	scene_say(&scene, A, scene_upd_c(31, CA, 4, 900, 4, 900));
	assert_true(scene_has(&scene, A, 31, CA, NULL)); /* never seen before: no tomb */
	assert_null(replay_check(scene.r));
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_loss_is_no_refusal),
	    cmocka_unit_test(a_refusal_makes_later_states_unknown),
	    cmocka_unit_test(an_interface_that_b_lacks),
	    cmocka_unit_test(overtaken_by_the_delete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
