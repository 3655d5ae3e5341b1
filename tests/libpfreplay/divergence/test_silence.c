/*
 * test_silence.c - D-03, D-04: a firewall that says nothing, or speaks to nobody.
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

/* A goes on for that long. */
static void
a_goes_on(struct scene *scene, unsigned seconds)
{
	for (uint32_t i = 0; i < seconds; i++) {
		scene_wait(scene, 1);
		scene_say(scene, A, scene_upd_c(1, CA, 4, now(scene), 4, now(scene)));
	}
}

static void
states_of_a_silent_one_end(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 100; id < 120; id++)
		scene_say(&scene, B, udp(id, CB));
	a_goes_on(&scene, 62);
	for (uint64_t id = 100; id < 120; id++)
		scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, id, CB));
	a_goes_on(&scene, 60);
	d = found_one(&scene, "D-03");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(d.count, 20);
	assert_int_equal(d.nodes[0], scene_node(&scene, B));
	scene_end(&scene);
}

/* It is a backup: nothing of it ends. */
static void
a_silent_backup(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 100; id < 120; id++)
		scene_say(&scene, A, udp(id, CA));
	a_goes_on(&scene, 62);
	for (uint64_t id = 100; id < 120; id++)
		scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, id, CA));
	a_goes_on(&scene, 300);
	found_nothing(&scene);
	scene_end(&scene);
}

/* Its few states happened to be expired by the other. */
static void
a_few_states_end(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 100; id < 103; id++)
		scene_say(&scene, B, udp(id, CB));
	a_goes_on(&scene, 62);
	for (uint64_t id = 100; id < 103; id++)
		scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, id, CB));
	a_goes_on(&scene, 60);
	assert_int_equal(found(&scene, "D-03"), 0);
	scene_end(&scene);
}

static void
only_one_is_heard(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	a_goes_on(&scene, 100);
	/* silence alone is weak (SEM 7.2) */
	found_nothing(&scene);
	for (unsigned i = 0; i < 12; i++) {
		scene_say(&scene, A, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
		a_goes_on(&scene, 2);
	}
	d = found_one(&scene, "D-03");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(found_now(&scene), PFREPLAY_CANNOT_TELL);
	scene_end(&scene);
}

/* pfsync0 shows only its own firewall (SEM 7.5). */
static void
not_from_pfsync0(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	scene.tap = true;
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	a_goes_on(&scene, 100);
	found_nothing(&scene);
	assert_int_equal(found_now(&scene), PFREPLAY_CANNOT_TELL);
	scene_end(&scene);
}

static void
unicast(struct scene *scene, uint8_t from, uint8_t to, unsigned count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct pfsync_message message = scene_upd_c(
		    from == A ? 1 : 2, from == A ? CA : CB, 4, now(scene), 4, now(scene));

		scene_wait(scene, 1);
		scene_send(scene, from, to, &message, 1);
	}
}

/* A sends to 192.0.2.9, where nobody is; B is at 192.0.2.2. */
static void
a_wrong_syncpeer(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 2, CB));
	unicast(&scene, A, 9, 20);
	d = found_one(&scene, "D-04");
	assert_int_equal(d.severity, PFREPLAY_CRITICAL);
	assert_int_equal(d.nodes[0], scene_node(&scene, A));
	assert_int_equal(d.nodes[1], scene_node(&scene, 9));
	scene_end(&scene);
}

/* Its peer may be a silent backup. */
static void
a_quiet_syncpeer(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	unicast(&scene, A, B, 20);
	assert_int_equal(found(&scene, "D-04"), 0);
	assert_int_equal(found_now(&scene), PFREPLAY_CANNOT_TELL);
	scene_end(&scene);
}

/* A backup that has no reason to speak: what it was sent it should have. */
static void
a_quiet_backup(void **state)
{
	struct pfreplay_verdict verdict;
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 1; id <= 20; id++) {
		struct pfsync_message insert = scene_full(PFSYNC_ACT_INS, id, CA);

		scene_send(&scene, A, B, &insert, 1);
	}
	unicast(&scene, A, B, 20);
	pfreplay_verdict(scene.r, &verdict);
	assert_int_equal(verdict.now, PFREPLAY_IN_SYNC);
	assert_true(verdict.quiet);
	assert_int_equal(verdict.comparable, 20);
	assert_int_equal(verdict.compared, 20);
	scene_end(&scene);
}

static void
unanswered_requests_to_a_syncpeer(void **state)
{
	struct pfsync_message ask = scene_id(PFSYNC_ACT_UPD_REQ, 0, 0);
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	for (unsigned i = 0; i < 12; i++) {
		scene_send(&scene, A, 9, &ask, 1);
		scene_wait(&scene, 2);
	}
	assert_int_equal(found_one(&scene, "D-04").severity, PFREPLAY_CRITICAL);
	scene_end(&scene);
}

static void
both_syncpeers(void **state)
{
	struct pfreplay_verdict verdict;
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	unicast(&scene, A, B, 20);
	unicast(&scene, B, A, 20);
	/* By now A would have asked for what it lacks of B's; nothing tells
	 * whether B has what A updates. */
	unicast(&scene, A, B, 5);
	found_nothing(&scene);
	pfreplay_verdict(scene.r, &verdict);
	assert_int_equal(verdict.now, PFREPLAY_CANNOT_TELL);
	assert_int_equal(verdict.comparable, 2);
	assert_int_equal(verdict.compared, 1);
	scene_end(&scene);
}

static void
one_syncpeer_only(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	unicast(&scene, A, B, 20);
	unicast(&scene, B, SCENE_ALL, 20);
	d = found_one(&scene, "D-04");
	assert_int_equal(d.severity, PFREPLAY_CRITICAL);
	assert_int_equal(d.nodes[0], scene_node(&scene, A));
	scene_end(&scene);
}

/* A over its group, B over another: by family, or by the last octet. */
static void
two_groups(bool ipv6, uint8_t group_last)
{
	struct pfreplay_divergence d;
	struct scene scene;

	scene_begin(&scene, "freebsd-14", NULL);
	for (unsigned i = 0; i < 20; i++) {
		scene.ipv6 = ipv6;
		scene.group_last = group_last;
		scene_say(&scene, A, udp(100 + i, CA));
		scene.ipv6 = false;
		scene.group_last = 0;
		scene_say(&scene, B, udp(200 + i, CB));
		scene_wait(&scene, 1);
	}
	d = found_one(&scene, "D-04");
	assert_int_equal(d.severity, PFREPLAY_CRITICAL);
	assert_int_equal(found_now(&scene), PFREPLAY_DIVERGED);
	/* What A says is nothing that B could have taken in. */
	assert_false(scene_has(&scene, B, 115, CA, NULL));
	scene_end(&scene);
}

static void
groups_of_two_families(void **state)
{
	(void)state;
	two_groups(true, 0);
}

static void
groups_of_one_family(void **state)
{
	(void)state;
	two_groups(false, 239);
}

/* Two pairs share a capture: each has its group. */
static void
two_pairs(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene, "freebsd-14", NULL);
	for (unsigned i = 0; i < 20; i++) {
		scene_say(&scene, A, udp(100 + i, CA));
		scene_say(&scene, B, udp(200 + i, CB));
		scene.ipv6 = true;
		scene_say(&scene, 11, udp(300 + i, 0xc1));
		scene_say(&scene, 12, udp(400 + i, 0xc2));
		scene.ipv6 = false;
		scene_wait(&scene, 1);
	}
	assert_int_equal(found(&scene, "D-04"), 0);
	assert_true(scene_has(&scene, B, 115, CA, NULL));
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(states_of_a_silent_one_end),
	    cmocka_unit_test(a_silent_backup),
	    cmocka_unit_test(a_few_states_end),
	    cmocka_unit_test(only_one_is_heard),
	    cmocka_unit_test(not_from_pfsync0),
	    cmocka_unit_test(a_wrong_syncpeer),
	    cmocka_unit_test(a_quiet_syncpeer),
	    cmocka_unit_test(a_quiet_backup),
	    cmocka_unit_test(unanswered_requests_to_a_syncpeer),
	    cmocka_unit_test(both_syncpeers),
	    cmocka_unit_test(one_syncpeer_only),
	    cmocka_unit_test(groups_of_two_families),
	    cmocka_unit_test(groups_of_one_family),
	    cmocka_unit_test(two_pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
