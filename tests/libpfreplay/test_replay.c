/*
 * test_replay.c - packets: who receives them, what is counted, restarts and bulks.
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

static void
meet(struct scene *scene, const char *dialect)
{
	scene_begin(scene, dialect, NULL);
	scene_say(scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(scene, B, scene_full(PFSYNC_ACT_INS, 2, CB));
	scene_wait(scene, 5);
}

static void
nothing_is_fine(void **state)
{
	struct pfreplay *r = pfreplay_new(NULL);
	struct pfreplay_node node;
	struct pfreplay_state s;
	struct pfreplay_bulk bulk;
	struct pfreplay_cursor cursor = {.node = PFREPLAY_ALL_NODES};
	struct pfreplay_totals totals;

	(void)state;
	assert_false(pfreplay_node_at(r, 0, &node));
	assert_false(pfreplay_state_next(r, &cursor, &s));
	assert_false(pfreplay_state_get(r, 0, 1, 1, &s));
	assert_false(pfreplay_bulk_at(r, 0, &bulk));
	pfreplay_totals(r, &totals);
	assert_int_equal(totals.packets, 0);
	assert_true(totals.max_states >= 100000);
	assert_int_equal(pfreplay_now(r), 0);
	assert_int_equal(pfreplay_timeout_s(r, 0, 0), 0);
	pfreplay_free(r);
	pfreplay_free(NULL);
}

static void
a_wrong_ttl_reaches_nobody(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "freebsd-10");
	scene.ttl = 64;
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	assert_true(scene_has(&scene, A, 3, CA, NULL));
	assert_false(scene_has(&scene, B, 3, CA, NULL));
	assert_int_equal(scene_info(&scene, A).anomalies[PFREPLAY_BADTTL], 1);
	assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADTTL], 1);
	/* this one and the one before it was first heard */
	assert_int_equal(scene_info(&scene, B).received, 2);
	scene_end(&scene);
}

static void
another_version_reaches_nobody(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "openbsd-6k");
	scene.dialect = pfsync_dialect_by_name("openbsd-5b");
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	assert_false(scene_has(&scene, B, 3, CA, NULL));
	assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADVER], 1);
	assert_int_equal(scene_info(&scene, A).family, PFREPLAY_V5O);
	scene_end(&scene);
}

static void
the_silent_one_is_credited(void **state)
{
	struct scene scene;
	struct pfreplay_node node;
	struct pfreplay_state s;

	(void)state;
	scene_begin(&scene, "freebsd-10", NULL);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 2, CA));
	/* as long as it is silent nobody shows it */
	assert_true(pfreplay_node_at(scene.r, 0, &node));
	assert_false(pfreplay_node_at(scene.r, 1, &node));
	scene_wait(&scene, 600);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_DEL_C, 1, CA));
	assert_true(scene_has(&scene, B, 2, CA, &s));
	assert_int_equal(s.standing, PFREPLAY_UNKNOWN);
	assert_false(scene_has(&scene, A, 1, CA, NULL));
	assert_int_equal(scene_info(&scene, B).received, 2);
	/* a third one is credited with nothing */
	scene_say(&scene, 3, scene_full(PFSYNC_ACT_INS, 9, 0xcccc0003U));
	assert_false(scene_has(&scene, 3, 2, CA, NULL));
	assert_true(scene_has(&scene, B, 9, 0xcccc0003U, NULL));
	scene_end(&scene);
}

static void
who_begins_with_a_bulk_request_had_nothing(void **state)
{
	struct scene scene;
	struct pfreplay_state s;

	(void)state;
	scene_begin(&scene, "freebsd-10", NULL);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_wait(&scene, 1);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	assert_false(scene_has(&scene, B, 1, CA, NULL));
	assert_true(scene_info(&scene, B).unreliable);
	assert_int_equal(scene_info(&scene, B).received, 0);
	scene_wait(&scene, 1);
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_START, 0));
	scene_say(&scene, A, scene_full(PFSYNC_ACT_UPD, 1, CA));
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_END, 1));
	assert_true(scene_has(&scene, B, 1, CA, &s));
	assert_int_equal(s.standing, PFREPLAY_PREDICTED);
	assert_false(scene_info(&scene, B).unreliable);
	scene_end(&scene);
}

static void
a_bulk_is_listed(void **state)
{
	struct scene scene;
	struct pfreplay_bulk bulk;

	(void)state;
	meet(&scene, "openbsd-6k");
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	scene_wait(&scene, 2);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_START, 0));
	scene_say(&scene, A, scene_full(PFSYNC_ACT_UPD, 1, CA));
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_END, 0));
	assert_true(pfreplay_bulk_at(scene.r, 0, &bulk));
	assert_false(pfreplay_bulk_at(scene.r, 1, &bulk) && bulk.tries != 0);
	assert_true(pfreplay_bulk_at(scene.r, 0, &bulk));
	assert_int_equal(bulk.requester, scene_node(&scene, B));
	assert_int_equal(bulk.sender, scene_node(&scene, A));
	assert_int_equal(bulk.tries, 2);
	assert_int_equal(bulk.states, 1);
	assert_int_equal(bulk.outcome, PFREPLAY_BULK_COMPLETE);
	assert_string_equal(pfreplay_outcome_name(bulk.outcome), "complete");
	scene_end(&scene);
}

/* What it held before is unsure until it says so itself: who updates a state of its own
 * making did not start anew.  What was sent while it was silent may have passed it by. */
static void
a_restart_makes_the_table_unsure(void **state)
{
	struct scene scene;
	struct pfreplay_state s;

	(void)state;
	meet(&scene, "freebsd-10");
	scene_wait(&scene, 1);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	scene_wait(&scene, 1);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	assert_true(scene_has(&scene, B, 2, CB, &s));
	assert_int_equal(s.standing, PFREPLAY_UNKNOWN);
	assert_true(scene_has(&scene, B, 1, CA, &s));
	assert_int_equal(s.standing, PFREPLAY_UNKNOWN);
	scene_wait(&scene, 1);
	scene_say(&scene, B, scene_upd_c(2, CB, 4, 300, 4, 300));
	assert_true(scene_has(&scene, B, 2, CB, &s));
	assert_int_equal(s.standing, PFREPLAY_ASSERTED);
	assert_true(scene_has(&scene, B, 1, CA, &s));
	assert_int_equal(s.standing, PFREPLAY_PREDICTED);
	assert_true(scene_has(&scene, B, 3, CA, &s));
	assert_int_equal(s.standing, PFREPLAY_UNKNOWN);
	/* The next one makes it unsure again, and a state of others proves nothing. */
	scene_wait(&scene, 60);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	scene_wait(&scene, 1);
	scene_say(&scene, B, scene_upd_c(3, CA, 4, 300, 4, 300));
	assert_true(scene_has(&scene, B, 1, CA, &s));
	assert_int_equal(s.standing, PFREPLAY_UNKNOWN);
	scene_end(&scene);
}

/* A new host id after it proves that the system came up anew. */
static void
a_reboot_empties_the_table(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "freebsd-10");
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	scene_wait(&scene, 1);
	scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 77, 0xbbbb9999U));
	assert_false(scene_has(&scene, B, 2, CB, NULL));
	assert_false(scene_has(&scene, B, 1, CA, NULL));
	assert_true(scene_has(&scene, B, 77, 0xbbbb9999U, NULL));
	assert_true(scene_has(&scene, A, 2, CB, NULL));
	scene_end(&scene);
}

/* Without a request a new host id is a reload of the rules (SEM 1.2). */
static void
a_new_host_id_alone_removes_nothing(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "freebsd-10");
	scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 77, 0xbbbb9999U));
	assert_true(scene_has(&scene, B, 2, CB, NULL));
	assert_int_equal(scene_info(&scene, B).creatorid_count, 2);
	scene_end(&scene);
}

static void
a_packet_at_two_places_counts_once(void **state)
{
	const struct pfreplay_options options = {.several_files = true};
	struct scene scene;
	struct pfreplay_totals totals;

	(void)state;
	scene_begin(&scene, "freebsd-10", &options);
	scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 2, CB));
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 2, CB));
	scene.file = 1;
	scene.frame--; /* the IP id follows it */
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 2, CB));
	pfreplay_totals(scene.r, &totals);
	assert_int_equal(totals.duplicates, 1);
	assert_int_equal(totals.packets, 3);
	assert_int_equal(totals.messages, 2);
	assert_int_equal(scene_info(&scene, A).frames, 1);
	assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADSTATE], 0);
	/* the same contents under another IP id are another packet */
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 2, CB));
	assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADSTATE], 1);
	scene_end(&scene);
}

/* With the wire at hand pfsync0 speaks of its owner only. */
static void
a_tap_beside_the_wire_predicts_nothing(void **state)
{
	const struct pfreplay_options options = {.wire_present = true};
	struct scene scene;
	struct pfreplay_totals totals;

	(void)state;
	scene_begin(&scene, "freebsd-10", &options);
	scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 2, CB));
	scene.tap = true;
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	assert_false(scene_has(&scene, B, 1, CA, NULL));
	assert_int_equal(scene_info(&scene, B).received, 0);
	scene.tap = false;
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	assert_true(scene_has(&scene, B, 1, CA, NULL));
	pfreplay_totals(scene.r, &totals);
	assert_int_equal(totals.entries, 2);
	scene_end(&scene);
}

static void
time_may_step_back(void **state)
{
	struct scene scene;
	struct pfreplay_totals totals;
	int64_t latest;

	(void)state;
	meet(&scene, "freebsd-10");
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 300, 4, 300));
	latest = scene.now_ns;
	scene.now_ns -= 3600 * SCENE_S;
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 400, 4, 400));
	assert_true(pfreplay_now(scene.r) == latest);
	pfreplay_totals(scene.r, &totals);
	assert_int_equal(totals.backwards, 1);
	scene.now_ns = INT64_MIN;
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 500, 4, 500));
	scene.now_ns = INT64_MAX;
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 600, 4, 600));
	assert_int_equal(scene_info(&scene, A).messages[PFSYNC_ACT_UPD_C], 4);
	scene_end(&scene);
}

static void
messages_without_ids_are_counted_only(void **state)
{
	struct scene scene;
	struct pfreplay_totals totals;
	struct pfsync_message raw = scene_full(PFSYNC_ACT_INS, 1, CA);

	(void)state;
	scene_begin(&scene, "openbsd-1r2-lp64", NULL);
	scene_say(&scene, A, raw);
	pfreplay_totals(scene.r, &totals);
	assert_int_equal(totals.entries, 0);
	assert_int_equal(totals.messages, 0);
	assert_true(totals.unreplayed >= 1);
	assert_true(scene_info(&scene, A).messages[PFSYNC_ACT_INS] >= 1);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_fine),
	    cmocka_unit_test(a_wrong_ttl_reaches_nobody),
	    cmocka_unit_test(another_version_reaches_nobody),
	    cmocka_unit_test(the_silent_one_is_credited),
	    cmocka_unit_test(who_begins_with_a_bulk_request_had_nothing),
	    cmocka_unit_test(a_bulk_is_listed),
	    cmocka_unit_test(a_restart_makes_the_table_unsure),
	    cmocka_unit_test(a_reboot_empties_the_table),
	    cmocka_unit_test(a_new_host_id_alone_removes_nothing),
	    cmocka_unit_test(a_packet_at_two_places_counts_once),
	    cmocka_unit_test(a_tap_beside_the_wire_predicts_nothing),
	    cmocka_unit_test(time_may_step_back),
	    cmocka_unit_test(messages_without_ids_are_counted_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
