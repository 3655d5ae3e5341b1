/*
 * test_rules.c - the receive rules of SEM 2, family by family.
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
#define CB 0xbbbb0002U

static const char *const v5v6[] = {
    "freebsd-10", "freebsd-15", "openbsd-5b", "openbsd-6j", "openbsd-6k"};

/* Both firewalls have been heard, so each receives what the other multicasts. */
static void
meet(struct scene *scene, const char *dialect)
{
	scene_begin(scene, dialect, NULL);
	scene_say(scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(scene, B, scene_full(PFSYNC_ACT_INS, 2, CB));
	scene_wait(scene, 5);
}

static void
insert_asserts_and_predicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(v5v6) / sizeof(v5v6[0]); i++) {
		struct scene scene;
		struct pfreplay_state s;

		meet(&scene, v5v6[i]);
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
		assert_true(scene_has(&scene, A, 3, CA, &s));
		assert_int_equal(s.standing, PFREPLAY_ASSERTED);
		assert_true(scene_has(&scene, B, 3, CA, &s));
		assert_int_equal(s.standing, PFREPLAY_PREDICTED);
		assert_false(s.keyless);
		assert_int_equal(s.message.u.state.src.seqlo, 100);
		assert_int_equal(s.evidence_frame, 3);
		/* an INS of what is there changes nothing at the receiver */
		scene_say(&scene, B, scene_upd_c(3, CA, 4, 500, 4, 600));
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
		assert_true(scene_has(&scene, B, 3, CA, &s));
		assert_int_equal(s.message.u.state.src.seqlo, 500);
		scene_end(&scene);
	}
}

static void
updates_merge_at_the_receiver(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(v5v6) / sizeof(v5v6[0]); i++) {
		struct scene scene;
		struct pfreplay_state s;

		meet(&scene, v5v6[i]);
		scene_say(&scene, A, scene_upd_c(1, CA, 9, 150, 9, 250));
		assert_true(scene_has(&scene, A, 1, CA, &s));
		assert_int_equal(s.message.u.state.src.state, 9);
		assert_false(scene_has(&scene, B, 1, CB, NULL));
		assert_true(scene_has(&scene, B, 1, CA, &s));
		assert_int_equal(s.message.u.state.dst.seqlo, 250);
		assert_int_equal(s.message.u.state.src.state, 9);
		assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_STALE], 0);
		scene_end(&scene);
	}
}

/* Only dst is behind: era A keeps all, B rolls back, C keeps dst (SEM 2.5). */
static void
a_stale_destination_by_era(void **state)
{
	static const struct {
		const char *dialect;
		uint32_t src;
		uint32_t dst;
		enum pfreplay_counter counter;
	} expected[] = {
	    {"openbsd-3b", 300, 900, PFREPLAY_BADSTATE},
	    {"openbsd-5a", 300, 900, PFREPLAY_STALE},
	    {"openbsd-5b", 310, 800, PFREPLAY_STALE},
	    {"freebsd-9", 300, 900, PFREPLAY_STALE},
	    {"freebsd-10", 310, 800, PFREPLAY_STALE},
	    {"freebsd-15", 310, 800, PFREPLAY_STALE},
	    {"openbsd-6j", 310, 800, PFREPLAY_STALE},
	    {"openbsd-6k", 310, 900, PFREPLAY_STALE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct scene scene;
		struct pfreplay_state s;

		meet(&scene, expected[i].dialect);
		scene_say(&scene, B, scene_upd_c(1, CA, 4, 300, 4, 900));
		scene_say(&scene, A, scene_upd_c(1, CA, 4, 310, 4, 800));
		assert_true(scene_has(&scene, B, 1, CA, &s));
		assert_int_equal(s.message.u.state.src.seqlo, expected[i].src);
		assert_int_equal(s.message.u.state.dst.seqlo, expected[i].dst);
		assert_int_equal(scene_info(&scene, B).predicted[expected[i].counter], 1);
		/* what A itself holds is what A said */
		assert_true(scene_has(&scene, A, 1, CA, &s));
		assert_int_equal(s.message.u.state.dst.seqlo, 800);
		scene_end(&scene);
	}
}

static void
deletes_go_everywhere_and_crossing_ones_count(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "freebsd-10");
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 1, CA));
	assert_false(scene_has(&scene, A, 1, CA, NULL));
	assert_false(scene_has(&scene, B, 1, CA, NULL));
	assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADSTATE], 0);
	scene_wait(&scene, 0.4);
	/* B had expired it by itself: each missed the other's */
	scene_say(&scene, B, scene_id(PFSYNC_ACT_DEL_C, 1, CA));
	assert_int_equal(scene_info(&scene, A).predicted[PFREPLAY_BADSTATE], 1);
	assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADSTATE], 1);
	/* a state of which nothing is known may be older than the capture */
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 999, CA));
	assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADSTATE], 1);
	scene_end(&scene);
}

static void
an_unknown_update_makes_a_keyless_state(void **state)
{
	struct scene scene;
	struct pfreplay_state s;
	struct pfreplay_known known;

	(void)state;
	meet(&scene, "openbsd-6k");
	scene_say(&scene, A, scene_upd_c(50, CA, 4, 1, 4, 1));
	assert_true(scene_has(&scene, A, 50, CA, &s));
	assert_true(s.keyless);
	assert_int_equal(s.standing, PFREPLAY_ASSERTED);
	assert_false(pfsync_has(&s.message, PFSYNC_F_PROTO));
	assert_true(scene_has(&scene, B, 50, CA, &s));
	assert_int_equal(s.standing, PFREPLAY_UNKNOWN);
	assert_true(pfreplay_lookup(scene.r, 50, CA, &known));
	assert_int_equal(known.proto, 0);
	/* B asks: it has none; A answers: now it does */
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 50, CA));
	assert_false(scene_has(&scene, B, 50, CA, NULL));
	assert_int_equal(scene_info(&scene, B).contradicted, 1);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_UPD, 50, CA));
	assert_true(scene_has(&scene, B, 50, CA, &s));
	assert_int_equal(s.standing, PFREPLAY_PREDICTED);
	assert_false(s.keyless);
	assert_true(pfreplay_lookup(scene.r, 50, CA, &known));
	assert_int_equal(known.proto, 6);
	assert_int_equal(known.af, PFSYNC_AF_INET);
	assert_false(pfreplay_lookup(scene.r, 51, CA, &known));
	scene_end(&scene);
}

/* The receiver lost it by a DEL of its own: it will ask, nothing is assumed. */
static void
an_update_of_a_state_that_only_the_receiver_lacks(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "openbsd-3b");
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 1, CA));
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 300, 4, 300));
	assert_false(scene_has(&scene, B, 1, CA, NULL));
	assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADSTATE], 1);
	scene_end(&scene);
}

/* SEM 3.8, D-19: the flusher loses all, the peer what the flusher created. */
static void
a_flush(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "freebsd-10");
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 4, CB));
	assert_true(scene_has(&scene, A, 4, CB, NULL));
	scene_say(&scene, A, scene_clr(CA, ""));
	assert_false(scene_has(&scene, A, 3, CA, NULL));
	assert_false(scene_has(&scene, A, 4, CB, NULL));
	assert_false(scene_has(&scene, B, 3, CA, NULL));
	assert_true(scene_has(&scene, B, 4, CB, NULL));
	assert_int_equal(scene_info(&scene, A).states, 0);
	assert_int_equal(scene_info(&scene, B).states, 2);
	scene_end(&scene);
}

/* SEM 2.7: who heeds the interface of a CLR. */
static void
a_flush_of_one_interface(void **state)
{
	static const struct {
		const char *dialect;
		bool heeded;
	} expected[] = {{"openbsd-3b", true}, {"openbsd-4", false}, {"openbsd-5b", false},
	    {"freebsd-10", false}, {"openbsd-6j", true}, {"openbsd-6k", true}};

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct scene scene;

		meet(&scene, expected[i].dialect);
		scene_say(&scene, A, scene_clr(CA, "em1"));
		assert_true(scene_has(&scene, A, 1, CA, NULL));
		assert_int_equal(scene_has(&scene, B, 1, CA, NULL), expected[i].heeded);
		scene_say(&scene, A, scene_clr(CA, "em0"));
		assert_false(scene_has(&scene, A, 1, CA, NULL));
		assert_false(scene_has(&scene, B, 1, CA, NULL));
		scene_end(&scene);
	}
}

/* SEM 4.2: what an import has left to live. */
static void
life_after_import(void **state)
{
	static const struct {
		const char *dialect;
		int64_t due_s;
	} expected[] = {{"freebsd-9", 100 + 86400}, {"openbsd-5b", 100 + 86400},
	    {"freebsd-10", 100}, {"openbsd-6k", 100}};

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct pfsync_message ins = scene_full(PFSYNC_ACT_INS, 9, CA);
		struct scene scene;
		struct pfreplay_state s;

		ins.u.state.expire_s = 100;
		ins.u.state.creation_s = 90000;
		meet(&scene, expected[i].dialect);
		scene_say(&scene, A, ins);
		assert_true(scene_has(&scene, A, 9, CA, &s));
		assert_true(s.due_ns == scene.now_ns + 100 * SCENE_S);
		assert_true(scene_has(&scene, B, 9, CA, &s));
		assert_true(s.due_ns == scene.now_ns + expected[i].due_s * SCENE_S);
		scene_wait(&scene, 200);
		assert_true(scene_has(&scene, A, 9, CA, &s));
		assert_int_equal(s.standing, PFREPLAY_DUE);
		assert_int_equal(s.message.u.state.expire_s, 0);
		assert_int_equal(s.message.u.state.creation_s, 90200);
		/* an update brings it back to life for the class's timeout */
		scene_say(&scene, A, scene_upd_c(9, CA, 4, 400, 4, 400));
		assert_true(scene_has(&scene, A, 9, CA, &s));
		assert_true(s.due_ns == scene.now_ns + 86400 * SCENE_S);
		assert_int_equal(s.message.u.state.expire_s, 86400);
		scene_end(&scene);
	}
}

/* A stale update refreshes nothing. */
static void
a_rejected_update_keeps_the_due_time(void **state)
{
	struct scene scene;
	struct pfreplay_state before, after;

	(void)state;
	meet(&scene, "openbsd-5a");
	scene_say(&scene, B, scene_upd_c(1, CA, 9, 900, 4, 900));
	assert_true(scene_has(&scene, B, 1, CA, &before));
	scene_wait(&scene, 10);
	/* era A, code 7: src is imported, nothing else (SEM 2.5) */
	scene_say(&scene, A, scene_upd_c(1, CA, 9, 950, 2, 900));
	assert_true(scene_has(&scene, B, 1, CA, &after));
	assert_int_equal(after.message.u.state.src.seqlo, 950);
	assert_true(after.due_ns == before.due_ns);
	assert_int_equal(after.message.u.state.timeout, before.message.u.state.timeout);
	scene_end(&scene);
}

/* D-02: FreeBSD 10 - 13 stop at the first action of FreeBSD 15. */
static void
an_older_receiver_stops_at_an_unknown_action(void **state)
{
	struct scene scene;
	struct pfsync_message both[2];

	(void)state;
	meet(&scene, "freebsd-10");
	both[0] = scene_full(PFSYNC_ACT_INS, 3, CA);
	both[1] = scene_upd_c(1, CA, 9, 900, 9, 900);
	scene.dialect = pfsync_dialect_by_name("freebsd-15");
	both[0].record = PFSYNC_REC_1500;
	scene_send(&scene, A, SCENE_ALL, both, 2);
	assert_true(scene_has(&scene, A, 3, CA, NULL));
	assert_false(scene_has(&scene, B, 3, CA, NULL));
	assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADACT], 1);
	scene_end(&scene);
}

static void
full_deletes_are_refused_since_freebsd_14(void **state)
{
	struct pfsync_message ins = scene_full(PFSYNC_ACT_INS, 8, CB);
	struct scene scene;

	(void)state;
	meet(&scene, "freebsd-10");
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	scene_say(&scene, A, scene_full(PFSYNC_ACT_DEL, 1, CA));
	assert_false(scene_has(&scene, B, 1, CA, NULL));
	/* B is upgraded */
	scene.dialect = pfsync_dialect_by_name("freebsd-14");
	ins.record = PFSYNC_REC_1400;
	scene_say(&scene, B, ins);
	assert_int_equal(scene_info(&scene, B).family, PFREPLAY_V5F14);
	scene.dialect = pfsync_dialect_by_name("freebsd-10");
	scene_say(&scene, A, scene_full(PFSYNC_ACT_DEL, 3, CA));
	assert_true(scene_has(&scene, B, 3, CA, NULL));
	assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADACT], 1);
	scene_end(&scene);
}

static void
an_acknowledgement_asserts(void **state)
{
	struct scene scene;
	struct pfreplay_state s;

	(void)state;
	meet(&scene, "openbsd-6k");
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	scene_say(&scene, B, scene_id(PFSYNC_ACT_INS_ACK, 3, CA));
	assert_true(scene_has(&scene, B, 3, CA, &s));
	assert_int_equal(s.standing, PFREPLAY_ASSERTED);
	scene_end(&scene);
}

static void
impossible_values_are_counted_and_kept_out(void **state)
{
	struct scene scene;
	struct pfsync_message bad = scene_upd_c(1, CA, 77, 1, 4, 1);
	struct pfreplay_state s;

	(void)state;
	meet(&scene, "freebsd-10");
	scene_say(&scene, A, bad);
	assert_true(scene_has(&scene, A, 1, CA, &s));
	assert_int_equal(s.message.u.state.src.state, 4);
	assert_int_equal(scene_info(&scene, A).anomalies[PFREPLAY_BADVAL], 1);
	assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADVAL], 1);
	scene_end(&scene);
	meet(&scene, "openbsd-3b");
	scene_say(&scene, A, bad);
	assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADSTATE], 1);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(insert_asserts_and_predicts),
	    cmocka_unit_test(updates_merge_at_the_receiver),
	    cmocka_unit_test(a_stale_destination_by_era),
	    cmocka_unit_test(deletes_go_everywhere_and_crossing_ones_count),
	    cmocka_unit_test(an_unknown_update_makes_a_keyless_state),
	    cmocka_unit_test(an_update_of_a_state_that_only_the_receiver_lacks),
	    cmocka_unit_test(a_flush),
	    cmocka_unit_test(a_flush_of_one_interface),
	    cmocka_unit_test(life_after_import),
	    cmocka_unit_test(a_rejected_update_keeps_the_due_time),
	    cmocka_unit_test(an_older_receiver_stops_at_an_unknown_action),
	    cmocka_unit_test(full_deletes_are_refused_since_freebsd_14),
	    cmocka_unit_test(an_acknowledgement_asserts),
	    cmocka_unit_test(impossible_values_are_counted_and_kept_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
