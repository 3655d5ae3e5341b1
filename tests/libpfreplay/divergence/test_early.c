/*
 * test_early.c - D-17: a firewall that deletes what another one still uses.
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

static struct pfsync_message
udp(uint64_t id, uint32_t creatorid)
{
	struct pfsync_message message = scene_full(PFSYNC_ACT_INS, id, creatorid);

	message.u.state.proto = message.u.state.stack_proto = 17;
	message.u.state.src.state = message.u.state.dst.state = 2;
	message.u.state.timeout = 8;
	message.u.state.expire_s = 60;
	return message;
}

/* A makes states, `who` deletes each so long after. */
static void
deleted_after(struct scene *scene, uint8_t who, uint64_t first, uint64_t last, double seconds)
{
	for (uint64_t id = first; id <= last; id++) {
		scene_say(scene, A, udp(id, CA));
		scene_wait(scene, seconds);
		scene_say(scene, who, scene_id(PFSYNC_ACT_DEL_C, id, CA));
	}
}

static void
shorter_timeouts(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	deleted_after(&scene, B, 10, 15, 20);
	d = found_one(&scene, "D-17");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(d.count, 6);
	assert_int_equal(d.nodes[0], scene_node(&scene, A));
	assert_int_equal(d.nodes[1], scene_node(&scene, B));
	assert_true(found_number(&d, "early_ns") == 40 * SCENE_S);
	scene_end(&scene);
}

/* One every two seconds, all the time: that is no single command. */
static void
a_steady_stream(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 100; id < 140; id++) {
		scene_say(&scene, A, udp(id, CA));
		if (id >= 110)
			scene_say(&scene, B, scene_id(PFSYNC_ACT_DEL_C, id - 10, CA));
		scene_wait(&scene, 2);
	}
	d = found_one(&scene, "D-17");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(d.count, 30);
	/* 60 seconds, and each time is longer than 5. */
	assert_int_equal(found_number(&d, "times"), 10);
	scene_end(&scene);
}

/* Two deletes that are far apart are not "all at once". */
static void
two_times(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	deleted_after(&scene, B, 10, 10, 20);
	scene_wait(&scene, 100);
	deleted_after(&scene, B, 11, 11, 20);
	d = found_one(&scene, "D-17");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(found_number(&d, "times"), 2);
	assert_null(strstr(d.text, "all at once"));
	assert_non_null(strstr(d.text, "2 different times"));
	scene_end(&scene);
}

/* Adaptive timeouts of both: each ends some early, the makers fewer of all they delete. */
static void
both_end_them_early(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	deleted_after(&scene, A, 100, 139, 61);
	for (uint64_t id = 200; id < 220; id += 2) {
		deleted_after(&scene, A, id, id, 30);
		deleted_after(&scene, B, id + 1, id + 1, 30);
	}
	assert_int_equal(found(&scene, "D-17"), 0);
	scene_end(&scene);
}

/* The first that expires a state deletes it, whoever made it (SEM 4.4). */
static void
in_time(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	deleted_after(&scene, B, 10, 15, 61);
	found_nothing(&scene);
	scene_end(&scene);
}

/* The makers' rules have short timeouts, too. */
static void
as_the_maker_does(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 10; id < 30; id += 2) {
		deleted_after(&scene, A, id, id, 20);
		deleted_after(&scene, B, id + 1, id + 1, 20);
	}
	found_nothing(&scene);
	scene_end(&scene);
}

/* pfctl -k: many at one moment. */
static void
a_kill(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 10; id < 40; id++)
		scene_say(&scene, A, udp(id, CA));
	scene_wait(&scene, 5);
	for (uint64_t id = 10; id < 40; id++)
		scene_say(&scene, B, scene_id(PFSYNC_ACT_DEL_C, id, CA));
	d = found_one(&scene, "D-17");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(d.count, 30);
	scene_end(&scene);
}

/* B forwards it now. */
static void
by_who_uses_it(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 10; id < 20; id++) {
		struct pfsync_message update = scene_upd_c(id, CA, 2, 0, 2, 0);

		update.u.state.timeout = 8;
		scene_say(&scene, A, udp(id, CA));
		scene_wait(&scene, 5);
		scene_say(&scene, B, update);
		scene_wait(&scene, 10);
		scene_say(&scene, B, scene_id(PFSYNC_ACT_DEL_C, id, CA));
	}
	found_nothing_bad(&scene);
	assert_int_equal(found(&scene, "D-17"), 0);
	scene_end(&scene);
}

/* A new SYN retires what is finished (SEM 4.4). */
static void
finished_connections(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 10; id < 20; id++) {
		struct pfsync_message closed = scene_upd_c(id, CA, 10, 100, 10, 100);

		closed.u.state.timeout = 5;
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
		scene_say(&scene, A, closed);
		scene_wait(&scene, 10);
		scene_say(&scene, B, scene_id(PFSYNC_ACT_DEL_C, id, CA));
	}
	found_nothing(&scene);
	scene_end(&scene);
}

static void
the_maker_still_uses_it(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	deleted_after(&scene, B, 10, 10, 20);
	scene_wait(&scene, 5);
	scene_say(&scene, A, scene_upd_c(10, CA, 2, 0, 2, 0));
	d = found_one(&scene, "D-17");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(found_number(&d, "revived"), 1);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shorter_timeouts),
	    cmocka_unit_test(a_steady_stream),
	    cmocka_unit_test(two_times),
	    cmocka_unit_test(both_end_them_early),
	    cmocka_unit_test(in_time),
	    cmocka_unit_test(as_the_maker_does),
	    cmocka_unit_test(a_kill),
	    cmocka_unit_test(by_who_uses_it),
	    cmocka_unit_test(finished_connections),
	    cmocka_unit_test(the_maker_still_uses_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
