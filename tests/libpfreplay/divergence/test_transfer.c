/*
 * test_transfer.c - D-12, D-13, D-14, D-24: bulk transfers.
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

/* A sequence number that grows. */
static uint32_t
now(const struct scene *scene)
{
	return 1000 + (uint32_t)((scene->now_ns - SCENE_START) / SCENE_S);
}

/* Both update a state each, once a second. */
static void
talk(struct scene *scene, unsigned seconds)
{
	for (uint32_t i = 0; i < seconds; i++) {
		scene_say(scene, A, scene_upd_c(1, CA, 4, now(scene), 4, now(scene)));
		scene_say(scene, B, scene_upd_c(2, CB, 4, now(scene), 4, now(scene)));
		scene_wait(scene, 1);
	}
}

static void
ask(struct scene *scene)
{
	scene_say(scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	scene_wait(scene, 0.01);
}

/* A answers with the states `first` to `last`. */
static void
answer(struct scene *scene, uint64_t first, uint64_t last)
{
	scene_say(scene, A, scene_bus(CA, PFSYNC_BUS_START, 0));
	for (uint64_t id = first; id <= last; id++)
		scene_say(scene, A, scene_full(PFSYNC_ACT_UPD, id, CA));
	scene_say(scene, A, scene_bus(CA, PFSYNC_BUS_END, 0));
	scene_wait(scene, 0.1);
}

static void
fill(struct scene *scene, uint64_t count)
{
	for (uint64_t id = 10; id < 10 + count; id++)
		scene_say(scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
}

static void
a_good_transfer(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	fill(&scene, 40);
	talk(&scene, 5);
	ask(&scene);
	answer(&scene, 10, 49);
	talk(&scene, 30);
	found_nothing(&scene);
	assert_int_equal(found_now(&scene), PFREPLAY_IN_SYNC);
	scene_end(&scene);
}

static void
nobody_answers_though_heard(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (unsigned i = 0; i < 12; i++) {
		talk(&scene, 2);
		ask(&scene);
	}
	talk(&scene, 20);
	d = found_one(&scene, "D-12");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(found_number(&d, "tries"), 12);
	scene_end(&scene);
}

/* The first firewall of a pair that comes up. */
static void
nobody_is_there(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	for (unsigned i = 0; i < 12; i++) {
		ask(&scene);
		scene_wait(&scene, 2);
	}
	scene_wait(&scene, 300);
	talk(&scene, 20);
	assert_int_equal(found(&scene, "D-12"), 0);
	scene_end(&scene);
}

/* One request, no answer for over a minute, by one that spoke before. */
static void
one_request_and_silence(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6j", NULL);
	scene_wait(&scene, 10);
	scene_say(&scene, A, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	for (uint32_t i = 0; i < 50; i++) {
		scene_wait(&scene, 1);
		scene_say(&scene, A, scene_upd_c(1, CA, 4, 1000 + i, 4, 1000 + i));
	}
	/* it may come yet */
	assert_int_equal(found(&scene, "D-03"), 0);
	for (uint32_t i = 50; i < 70; i++) {
		scene_wait(&scene, 1);
		scene_say(&scene, A, scene_upd_c(1, CA, 4, 1000 + i, 4, 1000 + i));
	}
	d = found_one(&scene, "D-03");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(d.nodes[0], scene_node(&scene, B));
	/* it still waits */
	assert_int_equal(found(&scene, "D-12"), 0);
	scene_end(&scene);
}

/* The request was lost: the other one goes on. */
static void
one_request_that_was_lost(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6j", NULL);
	scene_wait(&scene, 10);
	scene_say(&scene, A, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	for (uint32_t i = 0; i < 70; i++) {
		scene_wait(&scene, 1);
		scene_say(&scene, A, scene_upd_c(1, CA, 4, 1000 + i, 4, 1000 + i));
		if (i == 40)
			scene_say(&scene, B, scene_upd_c(2, CB, 4, 1000, 4, 1000));
	}
	assert_int_equal(found(&scene, "D-03"), 0);
	scene_end(&scene);
}

/* opnsense/core 4540: START, and no END; the requester stays demoted. */
static void
no_end(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	fill(&scene, 40);
	talk(&scene, 5);
	ask(&scene);
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_START, 0));
	for (uint64_t id = 10; id < 20; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_UPD, id, CA));
	talk(&scene, 60);
	d = found_one(&scene, "D-12");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(found_number(&d, "states"), 10);
	scene_end(&scene);
}

/* The capture ends while it goes on. */
static void
not_ended_yet(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	talk(&scene, 5);
	ask(&scene);
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_START, 0));
	talk(&scene, 3);
	found_nothing(&scene);
	scene_end(&scene);
}

/* Failed, but the next one brought everything. */
static void
made_good(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	fill(&scene, 20);
	ask(&scene);
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_START, 0));
	talk(&scene, 60);
	ask(&scene);
	answer(&scene, 10, 29);
	talk(&scene, 20);
	found_nothing_bad(&scene);
	scene_end(&scene);
}

static void
an_end_that_is_refused(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	talk(&scene, 5);
	ask(&scene);
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_START, 0));
	scene_say(&scene, A, scene_full(PFSYNC_ACT_UPD, 7, CA));
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_END, 100000));
	talk(&scene, 30);
	d = found_one(&scene, "D-12");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	scene_end(&scene);
}

/* B forgot everything and was sent a part. */
static void
an_incomplete_transfer(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	fill(&scene, 40);
	talk(&scene, 5);
	ask(&scene);
	/* a new host id proves the restart */
	scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 3, 0xbbbb0009U));
	answer(&scene, 10, 19);
	talk(&scene, 20);
	d = found_one(&scene, "D-12");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_true(found_number(&d, "missing") >= 30);
	assert_int_equal(found(&scene, "D-14"), 0);
	scene_end(&scene);
}

/* The marks are small, the states are not (SEM 3.5). */
static void
only_the_small_packets_get_through(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	fill(&scene, 40);
	talk(&scene, 5);
	ask(&scene);
	scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 3, 0xbbbb0009U));
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_START, 0));
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_END, 0));
	talk(&scene, 20);
	assert_int_equal(found_one(&scene, "D-14").severity, PFREPLAY_HIGH);
	assert_int_equal(found(&scene, "D-12"), 1);
	scene_end(&scene);
}

static void
again_and_again(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (unsigned i = 0; i < 7; i++) {
		talk(&scene, 60);
		ask(&scene);
		answer(&scene, 10, 12);
	}
	talk(&scene, 10);
	d = found_one(&scene, "D-13");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(d.count, 7);
	assert_int_equal(d.nodes[0], scene_node(&scene, B));
	assert_int_equal(found(&scene, "D-24"), 0);
	scene_end(&scene);
}

static void
twice_is_no_loop(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (unsigned i = 0; i < 2; i++) {
		talk(&scene, 60);
		ask(&scene);
		answer(&scene, 10, 12);
	}
	talk(&scene, 10);
	found_nothing(&scene);
	scene_end(&scene);
}

static void
a_link_that_breaks(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (unsigned i = 0; i < 4; i++) {
		talk(&scene, 50);
		scene_wait(&scene, 8);
		ask(&scene);
		answer(&scene, 10, 12);
	}
	talk(&scene, 10);
	d = found_one(&scene, "D-24");
	assert_int_equal(d.severity, PFREPLAY_MEDIUM);
	assert_int_equal(d.count, 4);
	assert_int_equal(found(&scene, "D-13"), 0);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_transfer),
	    cmocka_unit_test(nobody_answers_though_heard),
	    cmocka_unit_test(nobody_is_there),
	    cmocka_unit_test(one_request_and_silence),
	    cmocka_unit_test(one_request_that_was_lost),
	    cmocka_unit_test(no_end),
	    cmocka_unit_test(not_ended_yet),
	    cmocka_unit_test(made_good),
	    cmocka_unit_test(an_end_that_is_refused),
	    cmocka_unit_test(an_incomplete_transfer),
	    cmocka_unit_test(only_the_small_packets_get_through),
	    cmocka_unit_test(again_and_again),
	    cmocka_unit_test(twice_is_no_loop),
	    cmocka_unit_test(a_link_that_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
