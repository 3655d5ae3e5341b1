/*
 * test_state.c - states given out.
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

static void
a_cursor_sees_each_state_and_node_once(void **state)
{
	struct scene scene;
	struct pfreplay_state s;
	struct pfreplay_cursor all = {.node = PFREPLAY_ALL_NODES}, one = {0};
	unsigned seen[3] = {0}, alone = 0;

	(void)state;
	scene_begin(&scene, "freebsd-10", NULL);
	for (uint8_t node = 1; node <= 3; node++)
		scene_say(&scene, node, scene_bus(node, PFSYNC_BUS_START, 0));
	for (uint64_t id = 1; id <= 10; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 5, CA));
	while (pfreplay_state_next(scene.r, &all, &s)) {
		for (uint8_t node = 1; node <= 3; node++)
			seen[node - 1] += s.node == scene_node(&scene, node);
		assert_int_equal(s.message.action, PFSYNC_ACT_UPD);
	}
	assert_int_equal(seen[0], 10);
	assert_int_equal(seen[1], 9);
	assert_int_equal(seen[2], 10);
	one.node = scene_node(&scene, B);
	while (pfreplay_state_next(scene.r, &one, &s))
		alone += s.node == one.node && s.message.id != 5;
	assert_int_equal(alone, 9);
	assert_false(pfreplay_state_next(scene.r, &one, &s));
	scene_end(&scene);
}

static void
it_can_be_printed_by_libpfsync(void **state)
{
	struct scene scene;
	struct pfreplay_state s;
	char text[256];

	(void)state;
	scene_begin(&scene, "freebsd-10", NULL);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(&scene, A, scene_upd_c(1, CA, 9, 111, 4, 222));
	scene_wait(&scene, 61.5);
	assert_true(scene_has(&scene, A, 1, CA, &s));
	pfsync_text_state(text, sizeof(text), &s.message);
	assert_string_equal(
	    text, "em0 tcp 10.2.0.2:80 <- 10.1.0.1:1025       ESTABLISHED:FIN_WAIT_2");
	assert_int_equal(s.message.u.state.creation_s, 61);
	assert_int_equal(s.message.u.state.expire_s, 86400 - 62);
	assert_int_equal(s.message.u.state.rule, 7);
	assert_int_equal(s.message.record, PFSYNC_REC_1301);
	assert_true(s.evidence_frame == 2 && s.evidence_file == 0);
	assert_true(s.evidence_ns == SCENE_START);
	scene_end(&scene);
}

static void
names(void **state)
{
	(void)state;
	assert_string_equal(pfreplay_standing_name(PFREPLAY_ASSERTED), "asserted");
	assert_string_equal(pfreplay_standing_name(PFREPLAY_PREDICTED), "predicted");
	assert_string_equal(pfreplay_standing_name(PFREPLAY_DUE), "due");
	assert_string_equal(pfreplay_standing_name(PFREPLAY_UNKNOWN), "unknown");
	assert_string_equal(pfreplay_standing_name((enum pfreplay_standing)9), "?");
	assert_string_equal(
	    pfreplay_outcome_name(PFREPLAY_BULK_BEGAN_LATER), "capture-began-later");
	assert_string_equal(pfreplay_outcome_name((enum pfreplay_outcome)9), "?");
}

static void
timeouts_are_proven_by_the_messages(void **state)
{
	struct pfsync_message ins = scene_full(PFSYNC_ACT_INS, 1, CA);
	const struct pfreplay_options given = {.timeout_s = {[2] = 1000}};
	struct scene scene;

	(void)state;
	ins.u.state.expire_s = 3600;
	scene_begin(&scene, "freebsd-10", NULL);
	scene_say(&scene, A, ins);
	assert_int_equal(pfreplay_timeout_s(scene.r, scene_node(&scene, A), 2), 3600);
	assert_int_equal(pfreplay_timeout_s(scene.r, scene_node(&scene, A), 3), 900);
	/* an imported state proves nothing of its sender's */
	ins.creatorid++;
	ins.action = PFSYNC_ACT_UPD;
	ins.u.state.expire_s = 7200;
	scene_say(&scene, A, ins);
	assert_int_equal(pfreplay_timeout_s(scene.r, scene_node(&scene, A), 2), 3600);
	scene_end(&scene);
	scene_begin(&scene, "freebsd-10", &given);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	assert_int_equal(pfreplay_timeout_s(scene.r, scene_node(&scene, A), 2), 1000);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_cursor_sees_each_state_and_node_once),
	    cmocka_unit_test(it_can_be_printed_by_libpfsync),
	    cmocka_unit_test(names),
	    cmocka_unit_test(timeouts_are_proven_by_the_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
