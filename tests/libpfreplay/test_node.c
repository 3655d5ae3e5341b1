/*
 * test_node.c - who is who.
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

#define CA 0xaaaa0001U
#define CB 0xbbbb0002U

static size_t
count(const struct scene *scene)
{
	struct pfreplay_node node;
	size_t n = 0;

	while (pfreplay_node_at(scene->r, n, &node))
		n++;
	return n;
}

static void
host_ids_come_from_ins_clr_and_bus_only(void **state)
{
	struct scene scene;
	struct pfreplay_node a;

	(void)state;
	scene_begin(&scene, "openbsd-6j", NULL);
	scene_say(&scene, 1, scene_full(PFSYNC_ACT_UPD, 1, CB));
	scene_say(&scene, 1, scene_upd_c(2, CB, 4, 1, 4, 1));
	scene_say(&scene, 1, scene_id(PFSYNC_ACT_DEL_C, 1, CB));
	assert_int_equal(scene_info(&scene, 1).creatorid_count, 0);
	scene_say(&scene, 1, scene_full(PFSYNC_ACT_INS, 3, CA));
	scene_say(&scene, 1, scene_clr(0xaaaa0002U, ""));
	scene_say(&scene, 1, scene_bus(0xaaaa0003U, PFSYNC_BUS_START, 0));
	scene_say(&scene, 1, scene_full(PFSYNC_ACT_INS, 4, CA));
	a = scene_info(&scene, 1);
	assert_int_equal(a.creatorid_count, 3);
	assert_int_equal(a.creatorids[0], CA);
	assert_int_equal(a.creatorids[2], 0xaaaa0003U);
	for (uint32_t i = 0; i < 2 * PFREPLAY_NODE_CREATORS; i++)
		scene_say(&scene, 1, scene_clr(i + 1, ""));
	a = scene_info(&scene, 1);
	assert_int_equal(a.creatorid_count, PFREPLAY_NODE_CREATORS);
	assert_true(a.creatorids_more);
	scene_end(&scene);
}

/* SEM 1.4: OpenBSD 7.3 announced imported states by INS. */
static void
an_ins_of_anothers_state_proves_nothing(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6j", NULL);
	scene_say(&scene, 1, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(&scene, 2, scene_full(PFSYNC_ACT_INS, 2, CB));
	scene_say(&scene, 2, scene_full(PFSYNC_ACT_INS, 1, CA));
	assert_int_equal(scene_info(&scene, 2).creatorid_count, 1);
	scene_end(&scene);
}

static void
a_mac_joins_addresses(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6j", NULL);
	scene.mac_last = 1;
	scene_say(&scene, 1, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(&scene, 11, scene_full(PFSYNC_ACT_INS, 2, CA));
	scene.mac_last = 2;
	scene_say(&scene, 2, scene_full(PFSYNC_ACT_INS, 3, CB));
	assert_int_equal(count(&scene), 2);
	assert_int_equal(scene_node(&scene, 1), scene_node(&scene, 11));
	assert_int_equal(scene_info(&scene, 1).address_count, 2);
	assert_string_equal(scene_info(&scene, 11).name, "192.0.2.1");
	scene_end(&scene);
}

static void
names_join_addresses_and_name_taps(void **state)
{
	const struct pfreplay_name names[] = {
	    {"alpha", PFSYNC_AF_INET, {{192, 0, 2, 1}}},
	    {"alpha", PFSYNC_AF_INET, {{192, 0, 2, 11}}},
	    {"beta", PFSYNC_AF_INET, {{192, 0, 2, 2}}},
	};
	const struct pfreplay_options options = {.names = names, .name_count = 3};
	struct scene scene;

	(void)state;
	scene_begin(&scene, "freebsd-10", &options);
	scene.tap = true;
	scene.tap_owner = 7;
	scene.tap_name = "beta";
	scene_say(&scene, 0, scene_full(PFSYNC_ACT_INS, 3, CB));
	scene.tap = false;
	scene_say(&scene, 1, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(&scene, 11, scene_full(PFSYNC_ACT_INS, 2, CA));
	scene_say(&scene, 2, scene_full(PFSYNC_ACT_INS, 4, CB));
	assert_int_equal(count(&scene), 2);
	assert_string_equal(scene_info(&scene, 11).name, "alpha");
	assert_string_equal(scene_info(&scene, 2).name, "beta");
	assert_int_equal(
	    pfreplay_node_by_name(scene.r, "beta"), pfreplay_node_by_name(scene.r, "192.0.2.2"));
	assert_int_equal(pfreplay_node_by_name(scene.r, "gamma"), -1);
	scene_end(&scene);
}

/* pfsync0 of a firewall that is on the wire too: found by its host id. */
static void
a_tap_is_joined_by_host_id(void **state)
{
	const struct pfreplay_options options = {.wire_present = true};
	struct scene scene;
	struct pfreplay_node a;
	struct pfreplay_state s;

	(void)state;
	scene_begin(&scene, "freebsd-10", &options);
	scene_say(&scene, 1, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(&scene, 2, scene_full(PFSYNC_ACT_INS, 2, CB));
	scene.tap = true;
	scene.tap_owner = 3;
	scene_say(&scene, 0, scene_upd_c(1, CA, 4, 300, 4, 300));
	assert_int_equal(count(&scene), 3);
	scene_say(&scene, 0, scene_full(PFSYNC_ACT_INS, 3, CA));
	assert_int_equal(count(&scene), 2);
	a = scene_info(&scene, 1);
	assert_int_equal(a.frames, 1); /* those on the wire */
	assert_int_equal(a.messages[PFSYNC_ACT_UPD_C], 0);
	/* what the wire said stands, and pfsync0 changes nothing from now on */
	assert_true(scene_has(&scene, 1, 1, CA, &s));
	assert_int_equal(s.message.u.state.src.seqlo, 100);
	scene_say(&scene, 0, scene_id(PFSYNC_ACT_DEL_C, 1, CA));
	assert_true(scene_has(&scene, 1, 1, CA, NULL));
	assert_int_equal(count(&scene), 2);
	scene_end(&scene);
}

/* Until v4 pfsync0 has full records where the wire has UPD_C (SEM 3.1). */
static void
a_tap_gives_keys_to_what_the_wire_leaves_out(void **state)
{
	struct scene scene;
	struct pfreplay_state s;

	(void)state;
	scene_begin(&scene, "openbsd-3b", NULL);
	scene_say(&scene, 1, scene_bus(CA, PFSYNC_BUS_START, 0));
	scene_say(&scene, 1, scene_upd_c(5, CB, 4, 300, 4, 300));
	assert_true(scene_has(&scene, 1, 5, CB, &s));
	assert_true(s.keyless);
	scene.tap = true;
	scene_say(&scene, 0, scene_bus(CA, PFSYNC_BUS_START, 0));
	scene_say(&scene, 0, scene_full(PFSYNC_ACT_UPD, 5, CB));
	assert_int_equal(count(&scene), 1);
	assert_true(scene_has(&scene, 1, 5, CB, &s));
	assert_false(s.keyless);
	assert_int_equal(s.message.u.state.src.seqlo, 300);
	scene_end(&scene);
}

static void
taps_alone_are_two_firewalls(void **state)
{
	struct scene scene;
	struct pfreplay_node a, b;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	scene.tap = true;
	scene_say(&scene, 0, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene.tap_owner = 1;
	scene_say(&scene, 0, scene_full(PFSYNC_ACT_INS, 2, CB));
	scene.tap_owner = 0;
	scene_say(&scene, 0, scene_full(PFSYNC_ACT_INS, 3, CA));
	assert_true(pfreplay_node_at(scene.r, 0, &a));
	assert_true(pfreplay_node_at(scene.r, 1, &b));
	assert_string_equal(a.name, "tap0");
	assert_string_equal(b.name, "tap1");
	assert_int_equal(a.frames, 2);
	assert_int_equal(a.messages[PFSYNC_ACT_INS], 2);
	/* each has its own and the other's */
	assert_int_equal(a.states, 3);
	assert_int_equal(b.states, 3);
	scene_end(&scene);
}

static void
a_unicast_destination_becomes_known(void **state)
{
	struct scene scene;
	struct pfsync_message ins = scene_full(PFSYNC_ACT_INS, 1, CA);

	(void)state;
	scene_begin(&scene, "freebsd-10", NULL);
	scene_send(&scene, 1, 2, &ins, 1);
	assert_true(scene_info(&scene, 2).silent);
	assert_int_equal(scene_info(&scene, 2).states, 1);
	assert_int_equal(scene_info(&scene, 2).received, 1);
	/* a third node gets nothing of it */
	ins = scene_full(PFSYNC_ACT_INS, 2, CA);
	scene_say(&scene, 3, scene_full(PFSYNC_ACT_INS, 9, CB));
	scene_send(&scene, 1, 2, &ins, 1);
	assert_false(scene_has(&scene, 3, 2, CA, NULL));
	assert_true(scene_has(&scene, 2, 2, CA, NULL));
	scene_end(&scene);
}

static void
too_many_nodes_are_counted(void **state)
{
	struct scene scene;
	struct pfreplay_totals totals;

	(void)state;
	scene_begin(&scene, "freebsd-10", NULL);
	for (uint8_t i = 1; i <= 100; i++)
		scene_say(&scene, i, scene_full(PFSYNC_ACT_INS, i, i));
	pfreplay_totals(scene.r, &totals);
	assert_int_equal(count(&scene), PFREPLAY_NODES_MAX);
	assert_int_equal(totals.nodes_refused, 100 - PFREPLAY_NODES_MAX);
	assert_int_equal(totals.packets, 100);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(host_ids_come_from_ins_clr_and_bus_only),
	    cmocka_unit_test(an_ins_of_anothers_state_proves_nothing),
	    cmocka_unit_test(a_mac_joins_addresses),
	    cmocka_unit_test(names_join_addresses_and_name_taps),
	    cmocka_unit_test(a_tap_is_joined_by_host_id),
	    cmocka_unit_test(a_tap_gives_keys_to_what_the_wire_leaves_out),
	    cmocka_unit_test(taps_alone_are_two_firewalls),
	    cmocka_unit_test(a_unicast_destination_becomes_known),
	    cmocka_unit_test(too_many_nodes_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
