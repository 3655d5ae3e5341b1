/*
 * test_rollback.c - D-06, D-07: peers that go backwards.
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

/* A state of A's with these sequence numbers, both peers established. */
static void
begins(struct scene *scene, uint64_t id, uint32_t src_seq, uint32_t dst_seq)
{
	struct pfsync_message message = scene_full(PFSYNC_ACT_INS, id, CA);

	message.u.state.src.seqlo = src_seq;
	message.u.state.dst.seqlo = dst_seq;
	scene_say(scene, A, message);
}

/*
 * B says that dst is at `b_dst`; A, which does not know, says less, with a newer
 * src; B answers what it has now.
 */
static void
half_stale(struct scene *scene, uint32_t b_dst, uint32_t a_dst, bool answer)
{
	begins(scene, 9, 500, a_dst);
	scene_say(scene, B, scene_upd_c(9, CA, 4, 1000, 4, b_dst));
	scene_wait(scene, 0.001);
	scene_say(scene, A, scene_upd_c(9, CA, 4, 2000, 4, a_dst));
	scene_wait(scene, 0.001);
	if (answer)
		scene_say(scene, B, scene_upd_c(9, CA, 4, 2000, 4, a_dst));
}

/* The numbers of opnsense/src issue 327. */
static void
a_destination_peer_is_rolled_back(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-14", NULL);
	half_stale(&scene, 3016315118U, 3016208802U, true);
	d = found_one(&scene, "D-06");
	assert_int_equal(d.severity, PFREPLAY_CRITICAL);
	assert_int_equal(d.count, 1);
	assert_int_equal(d.nodes[0], scene_node(&scene, A));
	assert_int_equal(d.nodes[1], scene_node(&scene, B));
	assert_int_equal(found_number(&d, "rollback_bytes_max"), 106316);
	assert_int_equal(found_number(&d, "beyond_window"), 1);
	assert_int_equal(found_number(&d, "confirmed"), 1);
	assert_int_equal(d.states[0].id, 9);
	assert_int_equal(d.states[0].creatorid, CA);
	/* B's answer is no rollback of its own making. */
	assert_int_equal(found(&scene, "D-07"), 0);
	scene_end(&scene);
}

static void
a_little_is_less_bad(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6j", NULL);
	half_stale(&scene, 50000, 40000, false);
	assert_int_equal(found_one(&scene, "D-06").severity, PFREPLAY_LOW);
	for (uint32_t i = 1; i < 3; i++) {
		scene_say(&scene, B, scene_upd_c(9, CA, 4, 2000 + i, 4, 50000));
		scene_say(&scene, A, scene_upd_c(9, CA, 4, 3000 + i, 4, 40000));
	}
	d = found_one(&scene, "D-06");
	assert_int_equal(d.severity, PFREPLAY_MEDIUM);
	assert_int_equal(d.count, 3);
	assert_int_equal(found_number(&d, "rollback_bytes_max"), 10000);
	scene_end(&scene);
}

/* OpenBSD 7.4 and later, and era A, keep what they have. */
static void
others_do_not_roll_back(void **state)
{
	static const char *const dialects[] = {
	    "openbsd-6k", "openbsd-5a", "freebsd-9", "openbsd-4"};

	(void)state;
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
		struct scene scene;

		found_meet(&scene, dialects[i], NULL);
		half_stale(&scene, 3016315118U, 3016208802U, false);
		assert_int_equal(found(&scene, "D-06"), 0);
		found_nothing_bad(&scene);
		scene_end(&scene);
	}
}

static void
a_sender_says_less_than_before(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 500000, 4, 200));
	scene_wait(&scene, 1);
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 400000, 4, 200));
	d = found_one(&scene, "D-07");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(found_number(&d, "rollback_bytes_max"), 100000);
	assert_int_equal(d.nodes[0], scene_node(&scene, A));
	scene_end(&scene);
}

static void
a_state_goes_back(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_say(&scene, A, scene_upd_c(1, CA, 9, 500, 9, 200));
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 500, 4, 200));
	d = found_one(&scene, "D-07");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(found_number(&d, "level_back"), 1);
	scene_end(&scene);
}

/* All of them normal: SEM 2.5, 5.1, 7.5. */
static void
what_is_no_rollback(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	/* synproxy counts down */
	scene_say(&scene, A, scene_upd_c(7, CA, 11, 100, 0, 0));
	scene_say(&scene, A, scene_upd_c(7, CA, 4, 100, 4, 200));
	/* the sequence space wraps */
	begins(&scene, 8, 0xfffffff0U, 200);
	scene_say(&scene, A, scene_upd_c(8, CA, 4, 0x10U, 4, 200));
	/* retired */
	scene_say(&scene, A, scene_upd_c(8, CA, 10, 0x10U, 10, 200));
	scene_say(&scene, A, scene_upd_c(8, CA, 0, 0x10U, 0, 200));
	/* B knows less, which is lag */
	scene_say(&scene, B, scene_upd_c(2, CB, 4, 5000, 4, 5000));
	scene_say(&scene, A, scene_upd_c(2, CB, 4, 4000, 4, 4000));
	found_nothing_bad(&scene);
	assert_int_equal(found(&scene, "D-07"), 0);
	scene_end(&scene);
}

/* The network doubles a packet; the copy comes late. */
static void
a_copy_is_no_rollback(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene.ip_id = 7001;
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 5000, 4, 200));
	scene.ip_id = 7002;
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 6000, 4, 200));
	scene_wait(&scene, 0.01);
	scene.ip_id = 7001;
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 5000, 4, 200));
	found_nothing(&scene);
	scene_end(&scene);
}

/* Two captures by different clocks, merged. */
static void
time_that_goes_back_is_no_rollback(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_wait(&scene, 10);
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 6000, 4, 200));
	scene_wait(&scene, -1);
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 5000, 4, 200));
	found_nothing(&scene);
	scene_end(&scene);
}

/* V2a takes everything: SEM 2.5. */
static void
the_last_writer_wins(void **state)
{
	static const struct pfreplay_setup setups[] = {
	    {.node = "192.0.2.1", .family = PFREPLAY_V2A},
	    {.node = "192.0.2.2", .family = PFREPLAY_V2A}};
	const struct pfreplay_options options = {.setups = setups, .setup_count = 2};
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-2a", &options);
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 500000, 4, 200));
	scene_say(&scene, B, scene_upd_c(1, CA, 4, 100000, 4, 200));
	d = found_one(&scene, "D-07");
	assert_int_equal(found_number(&d, "rollback_bytes_max"), 400000);
	assert_int_equal(d.nodes[1], scene_node(&scene, A));
	scene_end(&scene);
}

/* One direction only: what the other one said in between may explain it. */
static void
alone_it_is_little(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	scene_begin(&scene, "freebsd-10", NULL);
	begins(&scene, 1, 500000, 200);
	scene_wait(&scene, 5);
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 100000, 4, 200));
	d = found_one(&scene, "D-07");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(found_number(&d, "alone"), 1);
	/* It is heard: now it is known to have said nothing of it. */
	scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 2, CB));
	d = found_one(&scene, "D-07");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_destination_peer_is_rolled_back),
	    cmocka_unit_test(a_little_is_less_bad),
	    cmocka_unit_test(others_do_not_roll_back),
	    cmocka_unit_test(a_sender_says_less_than_before),
	    cmocka_unit_test(a_state_goes_back),
	    cmocka_unit_test(what_is_no_rollback),
	    cmocka_unit_test(a_copy_is_no_rollback),
	    cmocka_unit_test(time_that_goes_back_is_no_rollback),
	    cmocka_unit_test(the_last_writer_wins),
	    cmocka_unit_test(alone_it_is_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
