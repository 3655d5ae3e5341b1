/*
 * test_ruletime.c - timeouts that single rules have of their own.
 *
 * SPDX-License-Identifier: ISC
 *
 * Class tcp.established, a day by default; rule 7 has 300 s here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "check.h"
#include "scene.h"

#define A 1
#define B 2
#define CA 0xaaaa0001U
#define CB 0xbbbb0002U
#define DAY 86400

static struct pfsync_message
of_rule(enum pfsync_action action, uint64_t id, uint32_t rule, uint32_t expire_s)
{
	struct pfsync_message message = scene_full(action, id, CA);

	message.u.state.rule = rule;
	message.u.state.expire_s = expire_s;
	return message;
}

static void
meet(struct scene *scene, uint8_t cksum_of_b)
{
	struct pfsync_message of_b;

	scene_begin(scene, "freebsd-14", NULL);
	scene_say(scene, A, of_rule(PFSYNC_ACT_INS, 1, 5, DAY));
	scene->cksum = cksum_of_b;
	of_b = of_rule(PFSYNC_ACT_INS, 2, 5, DAY);
	of_b.creatorid = CB;
	scene_say(scene, B, of_b);
	scene->cksum = 0;
	scene_wait(scene, 5);
}

/* Seconds left of the state at that node. */
static uint32_t
left(const struct scene *scene, uint8_t node, uint64_t id)
{
	struct pfreplay_state state;

	assert_true(scene_has(scene, node, id, CA, &state));
	return state.message.u.state.expire_s;
}

/* After a UPD_C of A both have refreshed it, each by what governs it there. */
static void
refresh(struct scene *scene, uint64_t id, uint32_t seq)
{
	scene_wait(scene, 1);
	scene_say(scene, A, scene_upd_c(id, CA, 4, seq, 4, seq));
}

static void
the_class_governs_what_no_rule_excludes(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, 0);
	scene_say(&scene, A, of_rule(PFSYNC_ACT_INS, 10, 7, DAY));
	refresh(&scene, 10, 500);
	assert_int_equal(left(&scene, A, 10), DAY);
	assert_int_equal(left(&scene, B, 10), DAY);
	scene_end(&scene);
}

/* captures of FreeBSD 14.3, frames 10 and 66: 297 s where the class has a day */
static void
a_young_state_shows_the_time_of_its_rule(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, 0);
	scene_say(&scene, A, of_rule(PFSYNC_ACT_INS, 10, 7, 300));
	refresh(&scene, 10, 500);
	assert_int_equal(left(&scene, A, 10), 300);
	/* at B, too: equal checksums, so it is bound to the same rule */
	assert_int_equal(left(&scene, B, 10), 300);
	/* a state of another rule keeps that of the class */
	scene_say(&scene, A, of_rule(PFSYNC_ACT_INS, 11, 5, DAY));
	refresh(&scene, 11, 500);
	assert_int_equal(left(&scene, A, 11), DAY);
	assert_int_equal(left(&scene, B, 11), DAY);
	assert_null(replay_check(scene.r));
	scene_end(&scene);
}

static void
other_rules_do_not_govern_an_imported_state(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, 0x77);
	scene_say(&scene, A, of_rule(PFSYNC_ACT_INS, 10, 7, 300));
	refresh(&scene, 10, 500);
	assert_int_equal(left(&scene, A, 10), 300);
	assert_int_equal(left(&scene, B, 10), DAY);
	scene_end(&scene);
}

/* A rule inside an anchor is not bound there, so the default governs the state. */
static void
an_unbound_state_has_the_time_of_its_class(void **state)
{
	struct pfsync_message ins = of_rule(PFSYNC_ACT_INS, 10, 7, 300);
	struct scene scene;

	(void)state;
	meet(&scene, 0);
	pfsync_has_set(&ins, PFSYNC_F_ANCHOR);
	ins.u.state.anchor = 2;
	scene_say(&scene, A, ins);
	refresh(&scene, 10, 500);
	assert_int_equal(left(&scene, A, 10), 300);
	assert_int_equal(left(&scene, B, 10), DAY);
	scene_end(&scene);
}

/* One of 100 s' age with 200 s left: 200 to 301 s, and a day is excluded. */
static void
an_old_state_bounds_it(void **state)
{
	struct pfsync_message upd;
	struct scene scene;

	(void)state;
	meet(&scene, 0);
	upd = of_rule(PFSYNC_ACT_UPD, 10, 7, 200);
	upd.u.state.creation_s = 100;
	scene_say(&scene, A, upd);
	refresh(&scene, 10, 500);
	assert_in_range(left(&scene, A, 10), 200, 301);
	scene_end(&scene);
}

/* What an imported state has left says nothing of the rule: it came with that (SEM 4.2). */
static void
records_of_others_states_teach_nothing(void **state)
{
	struct pfsync_message upd;
	struct scene scene;

	(void)state;
	meet(&scene, 0);
	scene_say(&scene, A, of_rule(PFSYNC_ACT_INS, 10, 7, DAY));
	upd = of_rule(PFSYNC_ACT_UPD, 10, 7, 300);
	scene_say(&scene, B, upd);
	refresh(&scene, 10, 500);
	assert_int_equal(left(&scene, A, 10), DAY);
	assert_int_equal(left(&scene, B, 10), DAY);
	scene_end(&scene);
}

/* Two states contradict each other: the rule was changed, or its number means another. */
static void
a_default_that_is_proved_again_is_taken_again(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, 0);
	scene_say(&scene, A, of_rule(PFSYNC_ACT_INS, 10, 7, 300));
	scene_say(&scene, A, of_rule(PFSYNC_ACT_INS, 11, 7, DAY));
	refresh(&scene, 11, 500);
	assert_int_equal(left(&scene, A, 11), DAY);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_class_governs_what_no_rule_excludes),
	    cmocka_unit_test(a_young_state_shows_the_time_of_its_rule),
	    cmocka_unit_test(other_rules_do_not_govern_an_imported_state),
	    cmocka_unit_test(an_unbound_state_has_the_time_of_its_class),
	    cmocka_unit_test(an_old_state_bounds_it),
	    cmocka_unit_test(records_of_others_states_teach_nothing),
	    cmocka_unit_test(a_default_that_is_proved_again_is_taken_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
