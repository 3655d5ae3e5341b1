/*
 * test_keys.c - key collisions: another state with the same addresses (SEM 1.5).
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "internal.h"
#include "scene.h"

#define A 1
#define B 2
#define CA 0xaaaa0001U
#define CB 0xbbbb0002U

/* FreeBSD 15 is known by its records only. */
static enum pfsync_record_kind record;

/* The state of that id with the key of id 7. */
static struct pfsync_message
same_key(enum pfsync_action action, uint64_t id, uint32_t creatorid)
{
	struct pfsync_message message = scene_full(action, 7, creatorid);

	message.id = id;
	message.record = record;
	return message;
}

static void
meet(struct scene *scene, const char *dialect)
{
	struct pfsync_message ins = scene_full(PFSYNC_ACT_INS, 1, CA);

	record = strcmp(dialect, "freebsd-15") == 0 ? PFSYNC_REC_1500 : PFSYNC_REC_NONE;
	scene_begin(scene, dialect, NULL);
	ins.record = record;
	scene_say(scene, A, ins);
	assert_true(scene->r->keys.on);
	ins = scene_full(PFSYNC_ACT_INS, 2, CB);
	ins.record = record;
	scene_say(scene, B, ins);
	assert_true(scene->r->keys.on);
}

static void
the_second_state_is_refused(void **state)
{
	static const struct {
		const char *dialect;
		uint64_t badact;
	} cases[] = {{"openbsd-3b", 0}, {"openbsd-6k", 0}, {"freebsd-10", 0}, {"freebsd-15", 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene scene;

		meet(&scene, cases[i].dialect);
		scene_say(&scene, B, same_key(PFSYNC_ACT_INS, 21, CB));
		scene_say(&scene, A, same_key(PFSYNC_ACT_INS, 11, CA));
		/* A's own is there; whatever it had of B is over */
		assert_true(scene_has(&scene, A, 11, CA, NULL));
		assert_false(scene_has(&scene, B, 11, CA, NULL));
		assert_true(scene_has(&scene, B, 21, CB, NULL));
		assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADACT], cases[i].badact);
		assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADSTATE], 0);
		/* sent as an answer, it is a failed insert (SEM 2.3) */
		scene_say(&scene, A, same_key(PFSYNC_ACT_UPD, 11, CA));
		assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADSTATE], 1);
		scene_end(&scene);
	}
}

static void
a_connection_that_ended_gives_way(void **state)
{
	struct scene scene;
	struct pfreplay_state s;

	(void)state;
	meet(&scene, "freebsd-10");
	scene_say(&scene, B, same_key(PFSYNC_ACT_INS, 21, CB));
	scene_say(&scene, B, scene_upd_c(21, CB, 10, 900, 10, 900));
	scene_say(&scene, A, same_key(PFSYNC_ACT_INS, 11, CA));
	assert_true(scene_has(&scene, B, 11, CA, NULL));
	assert_true(scene_has(&scene, B, 21, CB, &s));
	assert_int_equal(s.standing, PFREPLAY_DUE);
	scene_end(&scene);
}

static void
direction_interface_and_protocol_count(void **state)
{
	struct scene scene;
	struct pfsync_message other;

	(void)state;
	meet(&scene, "openbsd-6k");
	scene_say(&scene, B, same_key(PFSYNC_ACT_INS, 21, CB));
	other = same_key(PFSYNC_ACT_INS, 11, CA);
	other.u.state.direction = PFSYNC_OUT;
	scene_say(&scene, A, other);
	assert_true(scene_has(&scene, B, 11, CA, NULL));
	other = same_key(PFSYNC_ACT_INS, 12, CA);
	memcpy(other.u.state.ifname, "em1", 4);
	scene_say(&scene, A, other);
	assert_true(scene_has(&scene, B, 12, CA, NULL));
	other = same_key(PFSYNC_ACT_INS, 13, CA);
	other.u.state.proto = other.u.state.stack_proto = 17;
	scene_say(&scene, A, other);
	assert_true(scene_has(&scene, B, 13, CA, NULL));
	scene_end(&scene);
}

/* Translated states collide on the side that is the same. */
static void
the_stack_key_collides_too(void **state)
{
	struct scene scene;
	struct pfsync_message one, two;

	(void)state;
	meet(&scene, "openbsd-6k");
	one = same_key(PFSYNC_ACT_INS, 21, CB);
	one.u.state.wire.port[1] = 50001;
	two = same_key(PFSYNC_ACT_INS, 11, CA);
	two.u.state.wire.port[1] = 50002;
	scene_say(&scene, B, one);
	scene_say(&scene, A, two);
	assert_false(scene_has(&scene, B, 11, CA, NULL));
	two.id = 12;
	two.u.state.stack.port[0] = 3;
	scene_say(&scene, A, two);
	assert_true(scene_has(&scene, B, 12, CA, NULL));
	scene_end(&scene);
}

static void
the_index_stays_whole(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "freebsd-10");
	/* more of one key than pf could have, then many, then none */
	for (uint64_t id = 100; id < 200; id++)
		scene_say(&scene, A, same_key(PFSYNC_ACT_INS, id, CA));
	assert_true(scene.r->keys.left_out > 0);
	assert_true(keys_complete(scene.r));
	for (uint64_t id = 1000; id < 3000; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	assert_true(keys_complete(scene.r));
	for (uint64_t id = 100; id < 3000; id++)
		scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, id, CA));
	assert_true(keys_complete(scene.r));
	assert_int_equal(scene.r->keys.left_out, 0);
	scene_say(&scene, A, scene_clr(CA, ""));
	scene_say(&scene, B, scene_clr(CB, ""));
	assert_true(keys_complete(scene.r));
	assert_int_equal(scene.r->keys.count, 0);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_second_state_is_refused),
	    cmocka_unit_test(a_connection_that_ended_gives_way),
	    cmocka_unit_test(direction_interface_and_protocol_count),
	    cmocka_unit_test(the_stack_key_collides_too),
	    cmocka_unit_test(the_index_stays_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
