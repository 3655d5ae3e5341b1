/*
 * test_held.c - what a kernel keeps of a record beside peers and life.
 *
 * SPDX-License-Identifier: ISC
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
#define NONE PFSYNC_RULE_NONE
#define ACK 0x10

/* A state of `creatorid` with rule 7, an anchor's rule, a rule of NAT and the ACK flag. */
static struct pfsync_message
with_rules(enum pfsync_action action, uint64_t id, uint32_t creatorid, uint32_t anchor)
{
	struct pfsync_message message = scene_full(action, id, creatorid);

	pfsync_has_set(&message, PFSYNC_F_ANCHOR);
	pfsync_has_set(&message, PFSYNC_F_NAT_RULE);
	pfsync_has_set(&message, PFSYNC_F_STATE_FLAGS);
	message.u.state.anchor = anchor;
	message.u.state.nat_rule = 3;
	message.u.state.state_flags = ACK | 1;
	return message;
}

/* Both have said something; B with the checksum of its rules. */
static void
meet(struct scene *scene, const char *dialect, uint8_t cksum_of_b)
{
	scene_begin(scene, dialect, NULL);
	scene_say(scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene->cksum = cksum_of_b;
	scene_say(scene, B, scene_full(PFSYNC_ACT_INS, 2, CB));
	scene->cksum = 0;
	scene_wait(scene, 5);
}

static struct pfsync_message
held(const struct scene *scene, uint8_t node, uint64_t id, uint32_t creatorid)
{
	struct pfreplay_state state;

	assert_true(scene_has(scene, node, id, creatorid, &state));
	return state.message;
}

/* captures of FreeBSD 14.3 and 15: rule as sent, nat_rule always -1 */
static void
an_imported_state_has_the_rule_of_equal_rulesets(void **state)
{
	struct pfsync_message at_a, at_b;
	struct scene scene;

	(void)state;
	meet(&scene, "freebsd-14", 0);
	scene_say(&scene, A, with_rules(PFSYNC_ACT_INS, 10, CA, NONE));
	at_a = held(&scene, A, 10, CA);
	at_b = held(&scene, B, 10, CA);
	assert_int_equal(at_a.u.state.rule, 7);
	assert_int_equal(at_a.u.state.nat_rule, 3);
	assert_int_equal(at_b.u.state.rule, 7);
	assert_int_equal(at_b.u.state.nat_rule, NONE);
	assert_null(replay_check(scene.r));
	scene_end(&scene);
}

static void
other_rules_leave_none(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "freebsd-14", 0x77);
	scene_say(&scene, A, with_rules(PFSYNC_ACT_INS, 10, CA, NONE));
	assert_int_equal(held(&scene, A, 10, CA).u.state.rule, 7);
	assert_int_equal(held(&scene, B, 10, CA).u.state.rule, NONE);
	assert_int_equal(held(&scene, B, 10, CA).u.state.nat_rule, NONE);
	scene_end(&scene);
}

/* The number of a rule inside an anchor names another rule outside of it. */
static void
a_rule_inside_an_anchor_is_not_bound(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "freebsd-14", 0);
	scene_say(&scene, A, with_rules(PFSYNC_ACT_INS, 10, CA, 2));
	assert_int_equal(held(&scene, A, 10, CA).u.state.anchor, 2);
	assert_int_equal(held(&scene, B, 10, CA).u.state.anchor, NONE);
	assert_int_equal(held(&scene, B, 10, CA).u.state.rule, NONE);
	scene_end(&scene);
}

/* OpenBSD of 2023 and later: imported states have no rule, whatever the checksums. */
static void
v6b_binds_no_rule(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "openbsd-7.4", 0);
	assert_int_equal(scene_info(&scene, B).family, PFREPLAY_V6B);
	scene_say(&scene, A, with_rules(PFSYNC_ACT_INS, 10, CA, NONE));
	assert_int_equal(held(&scene, A, 10, CA).u.state.rule, 7);
	assert_int_equal(held(&scene, B, 10, CA).u.state.rule, NONE);
	scene_end(&scene);
}

/* captures of FreeBSD 14.3, frame 61: the requester's rule of NAT stays what it was */
static void
what_a_peer_says_of_it_changes_nothing_at_its_maker(void **state)
{
	struct pfsync_message upd;
	struct scene scene;

	(void)state;
	meet(&scene, "freebsd-14", 0);
	scene_say(&scene, A, with_rules(PFSYNC_ACT_INS, 10, CA, NONE));
	scene_wait(&scene, 1);
	/* B answers a bulk request with what it holds itself. */
	upd = with_rules(PFSYNC_ACT_UPD, 10, CA, NONE);
	upd.u.state.nat_rule = upd.u.state.rule = NONE;
	upd.u.state.creation_s = 1;
	scene_say(&scene, B, upd);
	assert_int_equal(held(&scene, A, 10, CA).u.state.rule, 7);
	assert_int_equal(held(&scene, A, 10, CA).u.state.nat_rule, 3);
	/* and of B it says that the rule is not bound there */
	assert_int_equal(held(&scene, B, 10, CA).u.state.rule, NONE);
	scene_end(&scene);
}

/* Set as long as the INS waits for its answer; on both sides the answer is through. */
static void
the_ack_flag_is_not_kept(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene, "freebsd-15", 0);
	scene_say(&scene, A, with_rules(PFSYNC_ACT_INS, 10, CA, NONE));
	scene_say(&scene, B, scene_id(PFSYNC_ACT_INS_ACK, 10, CA));
	assert_int_equal(held(&scene, A, 10, CA).u.state.state_flags, 1);
	assert_int_equal(held(&scene, B, 10, CA).u.state.state_flags, 1);
	scene_end(&scene);
}

/* Since 4.7 the record of a state's maker says -1, whatever the rule of NAT was. */
static void
openbsd_does_not_tell_the_rule_of_nat(void **state)
{
	struct pfsync_message at_a, at_b;
	struct scene scene;

	(void)state;
	meet(&scene, "openbsd-6e", 0);
	scene_say(&scene, A, with_rules(PFSYNC_ACT_INS, 10, CA, NONE));
	at_a = held(&scene, A, 10, CA);
	at_b = held(&scene, B, 10, CA);
	assert_false(pfsync_has(&at_a, PFSYNC_F_NAT_RULE));
	assert_true(pfsync_has(&at_b, PFSYNC_F_NAT_RULE));
	assert_int_equal(at_b.u.state.nat_rule, NONE);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_imported_state_has_the_rule_of_equal_rulesets),
	    cmocka_unit_test(other_rules_leave_none),
	    cmocka_unit_test(a_rule_inside_an_anchor_is_not_bound),
	    cmocka_unit_test(v6b_binds_no_rule),
	    cmocka_unit_test(what_a_peer_says_of_it_changes_nothing_at_its_maker),
	    cmocka_unit_test(the_ack_flag_is_not_kept),
	    cmocka_unit_test(openbsd_does_not_tell_the_rule_of_nat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
