/*
 * test_refuse.c - states that a receiver does not take in, by family (SEM 2.1, 2.2).
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

static const char *const em0[] = {"em0"};

static void
begin(struct scene *scene, const char *dialect, const struct pfreplay_setup *setup)
{
	const struct pfreplay_options options = {.setups = setup, .setup_count = 1};

	scene_begin(scene, dialect, &options);
	scene_say(scene, A, scene_bus(CA, PFSYNC_BUS_END, 0));
	scene_say(scene, B, scene_bus(CB, PFSYNC_BUS_END, 0));
}

static struct pfsync_message
on(struct pfsync_message message, const char *ifname)
{
	memset(message.u.state.ifname, 0, sizeof(message.u.state.ifname));
	memcpy(message.u.state.ifname, ifname, strlen(ifname));
	return message;
}

static void
an_interface_that_is_not_there(void **state)
{
	static const struct {
		const char *dialect;
		bool taken;
	} cases[] = {
	    {"openbsd-3b", true}, {"freebsd-9", true}, {"freebsd-10", false}, {"openbsd-6k", true}};
	const struct pfreplay_setup setup = {
	    .node = "192.0.2.2", .ifnames = em0, .ifname_count = 1};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene scene;

		begin(&scene, cases[i].dialect, &setup);
		/* its full records tell the dialect */
		scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 90, CB));
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
		scene_say(&scene, A, on(scene_full(PFSYNC_ACT_INS, 2, CA), "igb0"));
		scene_say(&scene, A, on(scene_full(PFSYNC_ACT_INS, 3, CA), "all"));
		scene_say(&scene, A, on(scene_full(PFSYNC_ACT_UPD, 4, CA), "igb0"));
		assert_true(scene_has(&scene, B, 1, CA, NULL));
		assert_int_equal(scene_has(&scene, B, 2, CA, NULL), cases[i].taken);
		assert_true(scene_has(&scene, B, 3, CA, NULL));
		assert_int_equal(scene_has(&scene, B, 4, CA, NULL), cases[i].taken);
		/* without any counter */
		assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADSTATE], 0);
		assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADACT], 0);
		scene_end(&scene);
	}
}

/* A full table gives up what follows: of the section, of the packet, or nothing. */
static void
a_full_table(void **state)
{
	static const struct {
		const char *dialect;
		enum pfsync_record_kind record;
		bool next;  /* the next record of the section */
		bool later; /* the update behind it */
		uint64_t badact;
	} cases[] = {{"openbsd-5b", PFSYNC_REC_NONE, false, true, 0},
	    {"openbsd-6k", PFSYNC_REC_NONE, false, true, 0},
	    {"freebsd-15", PFSYNC_REC_1500, false, true, 2}};
	const struct pfreplay_setup setup = {.node = "192.0.2.2", .state_limit = 2};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene scene;
		struct pfsync_message all[3];
		struct pfreplay_state s;

		begin(&scene, cases[i].dialect, &setup);
		for (uint64_t id = 90; id < 92; id++) {
			all[0] = scene_full(PFSYNC_ACT_INS, id, CB);
			all[0].record = cases[i].record;
			scene_say(&scene, B, all[0]);
		}
		all[0] = scene_full(PFSYNC_ACT_INS, 1, CA);
		all[1] = scene_full(PFSYNC_ACT_INS, 2, CA);
		all[0].record = all[1].record = cases[i].record;
		all[2] = scene_upd_c(90, CB, 4, 777, 4, 777);
		scene_send(&scene, A, SCENE_ALL, all, 3);
		assert_false(scene_has(&scene, B, 1, CA, NULL));
		assert_int_equal(scene_has(&scene, B, 2, CA, NULL), cases[i].next);
		assert_true(scene_has(&scene, B, 90, CB, &s));
		assert_int_equal(s.message.u.state.src.seqlo == 777, cases[i].later);
		assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADACT], cases[i].badact);
		scene_end(&scene);
	}
}

static void
creatorid_zero(void **state)
{
	static const struct {
		const char *dialect;
		bool taken;
	} cases[] = {{"openbsd-3b", true}, {"openbsd-5b", true}, {"freebsd-10", false},
	    {"openbsd-6k", false}};
	const struct pfreplay_setup setup = {.node = "nobody"};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene scene;

		begin(&scene, cases[i].dialect, &setup);
		scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 90, CB));
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, 0));
		assert_int_equal(scene_has(&scene, B, 1, 0, NULL), cases[i].taken);
		assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADVAL], 0);
		scene_end(&scene);
	}
}

/* FreeBSD 15 takes the route of a 1301 record from the rule. */
static void
routes_of_1301(void **state)
{
	const struct pfreplay_setup setup = {.node = "192.0.2.2", .family = PFREPLAY_V5F15};

	(void)state;
	for (int route = 0; route < 2; route++) {
		for (int known = 0; known < 2; known++) {
			struct pfsync_message ins = scene_full(PFSYNC_ACT_INS, 1, CA);
			struct scene scene;

			begin(&scene, "freebsd-10", &setup);
			if (route) {
				pfsync_has_set(&ins, PFSYNC_F_RT_ADDR);
				ins.u.state.rt_addr.b[0] = 10;
			}
			/* bound to a rule if there is one and the rulesets agree */
			if (!known)
				ins.u.state.rule = PFSYNC_RULE_NONE;
			scene_say(&scene, A, ins);
			assert_int_equal(scene_has(&scene, B, 1, CA, NULL), route == known);
			scene_end(&scene);
		}
	}
}

/*
 * FreeBSD 14 of before October 2024 reads every 1301 after the first of a section
 * from the wrong place, 14.3 does not: which of the two it is shows by what the
 * firewall asks for, or speaks of.
 */
static void
the_stride_of_freebsd_14(void **state)
{
	const struct pfreplay_setup setup = {.node = "192.0.2.2", .family = PFREPLAY_V5F14};
	struct pfsync_message both[2];
	struct pfreplay_state s;
	struct scene scene;

	(void)state;
	for (int asks = 0; asks < 2; asks++) {
		bool known = false; /* that it reads them */

		begin(&scene, "freebsd-10", &setup);
		for (uint64_t id = 1; id <= 5; id += 2) {
			both[0] = scene_full(PFSYNC_ACT_INS, id, CA);
			both[1] = scene_full(PFSYNC_ACT_INS, id + 1, CA);
			scene_send(&scene, A, SCENE_ALL, both, 2);
			assert_true(scene_has(&scene, B, id, CA, &s));
			assert_int_equal(s.standing, PFREPLAY_PREDICTED);
			assert_true(scene_has(&scene, B, id + 1, CA, &s));
			assert_int_equal(s.standing, known ? PFREPLAY_PREDICTED : PFREPLAY_UNKNOWN);
			if (asks)
				scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, id + 1, CA));
			else
				scene_say(&scene, B, scene_upd_c(id + 1, CA, 4, 101, 4, 201));
			known = !asks;
		}
		assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADVAL], 0);
		both[0] = scene_full(PFSYNC_ACT_INS, 7, CA);
		both[1] = scene_full(PFSYNC_ACT_INS, 8, CA);
		scene_send(&scene, A, SCENE_ALL, both, 2);
		assert_true(scene_has(&scene, B, 7, CA, NULL));
		assert_int_equal(scene_has(&scene, B, 8, CA, NULL), !asks);
		assert_int_equal(scene_info(&scene, B).predicted[PFREPLAY_BADVAL], asks);
		scene_end(&scene);
	}
}

/* What is forced counts for the rules, whatever the traffic looks like. */
static void
a_forced_family(void **state)
{
	const struct pfreplay_setup setup = {.node = "192.0.2.2", .family = PFREPLAY_V6A};
	struct pfreplay_state s;
	struct scene scene;

	(void)state;
	begin(&scene, "openbsd-6k", &setup);
	assert_int_equal(scene_info(&scene, B).family, PFREPLAY_V6A);
	assert_true(scene_info(&scene, B).family_given);
	assert_int_equal(scene_info(&scene, A).family, PFREPLAY_V6B);
	scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, 1, CB));
	scene_say(&scene, B, scene_upd_c(1, CB, 4, 300, 4, 900));
	scene_say(&scene, A, scene_upd_c(1, CB, 4, 310, 4, 800));
	/* era B, not C */
	assert_true(scene_has(&scene, B, 1, CB, &s));
	assert_int_equal(s.message.u.state.dst.seqlo, 800);
	scene_end(&scene);
}

/* One that said nothing telling reads what its peer writes. */
static void
like_its_peer(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-5b", NULL);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	assert_true(scene_has(&scene, B, 1, CA, NULL));
	assert_int_equal(scene_info(&scene, B).family, PFREPLAY_V5O);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_interface_that_is_not_there),
	    cmocka_unit_test(a_full_table),
	    cmocka_unit_test(creatorid_zero),
	    cmocka_unit_test(routes_of_1301),
	    cmocka_unit_test(the_stride_of_freebsd_14),
	    cmocka_unit_test(a_forced_family),
	    cmocka_unit_test(like_its_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
