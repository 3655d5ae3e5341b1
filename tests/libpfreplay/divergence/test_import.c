/*
 * test_import.c - D-10, D-11, D-15, D-03: states that one asks for.
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

/* A updates, B asks, A answers. */
static void
rounds(struct scene *scene, struct pfsync_message full, unsigned count)
{
	for (uint32_t i = 0; i < count; i++) {
		scene_wait(scene, 1);
		scene_say(scene, A, scene_upd_c(full.id, full.creatorid, 4, 1000 + i, 4, 1000 + i));
		scene_wait(scene, 0.01);
		scene_say(scene, B, scene_id(PFSYNC_ACT_UPD_REQ, full.id, full.creatorid));
		scene_wait(scene, 0.01);
		full.u.state.src.seqlo = full.u.state.dst.seqlo = 1000 + i;
		scene_say(scene, A, full);
	}
}

static struct pfsync_message
bound_to(uint64_t id, const char *ifname)
{
	struct pfsync_message message = scene_full(PFSYNC_ACT_UPD, id, CA);

	memset(message.u.state.ifname, 0, sizeof(message.u.state.ifname));
	memcpy(message.u.state.ifname, ifname, strlen(ifname));
	return message;
}

static void
settle(struct scene *scene)
{
	scene_wait(scene, 20);
	scene_say(scene, A, scene_upd_c(1, CA, 4, 101, 4, 201));
	scene_say(scene, B, scene_upd_c(2, CB, 4, 101, 4, 201));
}

static void
a_lost_insert_heals(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	settle(&scene);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 10, CA));
	rounds(&scene, scene_full(PFSYNC_ACT_UPD, 10, CA), 1);
	scene_say(&scene, A, scene_upd_c(10, CA, 4, 2000, 4, 2000));
	d = found_one(&scene, "D-15");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(d.count, 1);
	assert_int_equal(d.nodes[0], scene_node(&scene, A));
	assert_int_equal(d.nodes[1], scene_node(&scene, B));
	assert_int_equal(found(&scene, "D-11"), 0);
	scene_end(&scene);
}

static void
many_lost_inserts(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	settle(&scene);
	for (uint64_t id = 10; id < 25; id++) {
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
		rounds(&scene, scene_full(PFSYNC_ACT_UPD, id, CA), 1);
	}
	d = found_one(&scene, "D-15");
	assert_int_equal(d.count, 15);
	assert_int_equal(d.severity, PFREPLAY_MEDIUM);
	scene_end(&scene);
}

/* Requests after a start are how a table fills. */
static void
requests_after_a_start(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	settle(&scene);
	for (uint64_t id = 10; id < 40; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_START, 0));
	for (uint64_t id = 10; id < 40; id++)
		scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, id, CA));
	for (uint64_t id = 10; id < 40; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_UPD, id, CA));
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_END, 0));
	found_nothing(&scene);
	scene_end(&scene);
}

static struct pfsync_message
aged(struct pfsync_message message, uint32_t seconds)
{
	message.u.state.creation_s = seconds;
	pfsync_has_set(&message, PFSYNC_F_CREATION);
	return message;
}

/* A state from before the capture: unknown, not lost (SEM 7.5). */
static void
a_state_from_before(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	settle(&scene);
	for (uint64_t id = 50; id < 80; id++)
		rounds(&scene, aged(scene_full(PFSYNC_ACT_UPD, id, CA), 3600), 1);
	found_nothing(&scene);
	scene_end(&scene);
}

/* Made while the capture ran, its insert not in it: lost before the capture's place. */
static void
an_insert_that_was_not_captured(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	settle(&scene);
	rounds(&scene, aged(scene_full(PFSYNC_ACT_UPD, 50, CA), 1), 1);
	d = found_one(&scene, "D-15");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(d.count, 1);
	assert_int_equal(d.states[0].id, 50);
	scene_end(&scene);
}

static void
refused_again_and_again(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	settle(&scene);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 10, CA));
	rounds(&scene, scene_full(PFSYNC_ACT_UPD, 10, CA), 4);
	d = found_one(&scene, "D-11");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(d.count, 1);
	assert_int_equal(found_number(&d, "rounds_max"), 3);
	/* one cause, one finding */
	assert_int_equal(found(&scene, "D-15"), 0);
	scene_end(&scene);
}

/* What is refused after all is in no count, list or time of what was lost. */
static void
a_loss_that_was_a_refusal(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;
	int64_t begun_ns;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	settle(&scene);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 10, CA));
	rounds(&scene, scene_full(PFSYNC_ACT_UPD, 10, CA), 1);
	assert_int_equal(found(&scene, "D-15"), 1);
	begun_ns = scene.now_ns;
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 11, CA));
	rounds(&scene, scene_full(PFSYNC_ACT_UPD, 11, CA), 1);
	rounds(&scene, scene_full(PFSYNC_ACT_UPD, 10, CA), 3);
	d = found_one(&scene, "D-15");
	assert_int_equal(d.count, 1);
	assert_int_equal(d.state_count, 1);
	assert_int_equal(d.states[0].id, 11);
	assert_int_equal(d.frame_count, 1);
	assert_true(d.first_ns > begun_ns && d.first_ns == d.last_ns);
	d = found_one(&scene, "D-11");
	assert_int_equal(d.count, 1);
	assert_int_equal(d.states[0].id, 10);
	scene_end(&scene);
}

/* It was lost, as it speaks of it later: that stays told when it is asked for no more. */
static void
a_lost_insert_that_it_proves_to_have(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	settle(&scene);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 10, CA));
	rounds(&scene, scene_full(PFSYNC_ACT_UPD, 10, CA), 1);
	scene_say(&scene, B, scene_upd_c(10, CA, 4, 5000, 4, 5000));
	d = found_one(&scene, "D-15");
	assert_int_equal(d.count, 1);
	assert_int_equal(d.states[0].id, 10);
	scene_end(&scene);
}

/* Two rounds may be a lost answer. */
static void
two_rounds(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	settle(&scene);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 10, CA));
	rounds(&scene, scene_full(PFSYNC_ACT_UPD, 10, CA), 2);
	scene_say(&scene, A, scene_upd_c(10, CA, 4, 3000, 4, 3000));
	assert_int_equal(found(&scene, "D-11"), 0);
	scene_end(&scene);
}

/* But not if it is so with nearly all of many. */
static void
two_rounds_of_many(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	settle(&scene);
	for (uint64_t id = 10; id < 20; id++) {
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
		rounds(&scene, scene_full(PFSYNC_ACT_UPD, id, CA), 2);
	}
	d = found_one(&scene, "D-11");
	assert_int_equal(d.count, 10);
	scene_end(&scene);
}

/* It has it in the end. */
static void
taken_in_at_last(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	settle(&scene);
	rounds(&scene, scene_full(PFSYNC_ACT_UPD, 10, CA), 5);
	scene_wait(&scene, 1);
	scene_say(&scene, B, scene_upd_c(10, CA, 4, 9000, 4, 9000));
	d = found_one(&scene, "D-11");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(found_number(&d, "recovered"), 1);
	scene_end(&scene);
}

static void
an_unknown_interface(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	settle(&scene);
	for (uint64_t id = 10; id < 13; id++)
		rounds(&scene, bound_to(id, "igb0"), 4);
	d = found_one(&scene, "D-10");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(d.count, 3);
	assert_non_null(strstr(d.text, "igb0"));
	assert_int_equal(found(&scene, "D-11"), 0);
	scene_end(&scene);
}

/* em0 is where B makes states itself, so it is not the interface. */
static void
a_known_interface(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	settle(&scene);
	rounds(&scene, bound_to(10, "em0"), 4);
	assert_int_equal(found(&scene, "D-10"), 0);
	assert_int_equal(found(&scene, "D-11"), 1);
	scene_end(&scene);
}

/* OpenBSD makes the interface on the fly, floating states need none. */
static void
where_the_interface_does_not_matter(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	settle(&scene);
	rounds(&scene, bound_to(10, "igb0"), 4);
	assert_int_equal(found(&scene, "D-10"), 0);
	scene_end(&scene);
	found_meet(&scene, "freebsd-10", NULL);
	settle(&scene);
	rounds(&scene, bound_to(10, "all"), 4);
	assert_int_equal(found(&scene, "D-10"), 0);
	scene_end(&scene);
}

static void
a_name_from_a_packet_is_made_printable(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	settle(&scene);
	rounds(&scene, bound_to(10, "\033[2Jx"), 4);
	d = found_one(&scene, "D-10");
	assert_null(strchr(d.text, '\033'));
	assert_non_null(strstr(d.text, "\\033[2Jx"));
	scene_end(&scene);
}

static void
asked_but_never_answered(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	settle(&scene);
	for (uint32_t i = 0; i < 5; i++) {
		scene_wait(&scene, 2);
		scene_say(&scene, A, scene_upd_c(50, CA, 4, 1000 + i, 4, 1000 + i));
		scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 50, CA));
	}
	d = found_one(&scene, "D-03");
	assert_int_equal(d.severity, PFREPLAY_CRITICAL);
	assert_int_equal(d.nodes[0], scene_node(&scene, A));
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_lost_insert_heals),
	    cmocka_unit_test(many_lost_inserts),
	    cmocka_unit_test(requests_after_a_start),
	    cmocka_unit_test(a_state_from_before),
	    cmocka_unit_test(an_insert_that_was_not_captured),
	    cmocka_unit_test(refused_again_and_again),
	    cmocka_unit_test(a_loss_that_was_a_refusal),
	    cmocka_unit_test(a_lost_insert_that_it_proves_to_have),
	    cmocka_unit_test(two_rounds),
	    cmocka_unit_test(two_rounds_of_many),
	    cmocka_unit_test(taken_in_at_last),
	    cmocka_unit_test(an_unknown_interface),
	    cmocka_unit_test(a_known_interface),
	    cmocka_unit_test(where_the_interface_does_not_matter),
	    cmocka_unit_test(a_name_from_a_packet_is_made_printable),
	    cmocka_unit_test(asked_but_never_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
