/*
 * test_discards.c - what a receiver of another release would discard.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

#define A 1
#define CA 0xaaaa0001U

static struct pfreplay_discard
reason(const struct scene *scene, const char *name)
{
	struct pfreplay_discard discard;

	for (size_t n = 0; pfreplay_discard_at(scene->r, n, &discard); n++)
		if (strcmp(discard.reason, name) == 0)
			return discard;
	fail_msg("no reason \"%s\"", name);
	return discard;
}

static void
freebsd_15_to_13(void **state)
{
	const struct pfreplay_options options = {.as_peer = PFREPLAY_V5F10};
	struct pfsync_message messages[2];
	struct pfreplay_discard discard;
	struct pfreplay_node peer;
	struct scene scene;

	(void)state;
	scene_begin(&scene, "freebsd-15", &options);
	messages[0] = scene_full(PFSYNC_ACT_INS, 1, CA);
	messages[0].record = PFSYNC_REC_1500;
	messages[1] = scene_upd_c(1, CA, 4, 300, 4, 300);
	for (int i = 0; i < 20; i++)
		scene_send(&scene, A, SCENE_ALL, messages, 2);
	/* the first action ends the packet */
	discard = reason(&scene, "badact");
	assert_true(discard.packets);
	assert_int_equal(discard.count, 20);
	discard = reason(&scene, "refused: action");
	assert_false(discard.packets);
	assert_int_equal(discard.count, 20);
	assert_int_equal(discard.example_count, PFREPLAY_EXAMPLES);
	assert_int_equal(discard.examples[1].frame, 2);
	assert_int_equal(discard.examples[1].id, 1);
	assert_int_equal(discard.examples[1].creatorid, CA);
	assert_int_equal(reason(&scene, "skipped").count, 20);
	assert_true(pfreplay_peer(scene.r, &peer));
	assert_string_equal(peer.name, "as-peer V5f10");
	assert_int_equal(peer.states, 0);
	assert_int_equal(peer.received, 20);
	/* it is not one of the firewalls */
	assert_true(pfreplay_node_at(scene.r, 0, &peer));
	assert_string_equal(peer.name, "192.0.2.1");
	assert_false(pfreplay_node_at(scene.r, 1, &peer));
	scene_end(&scene);
}

static void
of_another_version(void **state)
{
	const struct pfreplay_options options = {.as_peer = PFREPLAY_V6B};
	struct scene scene;

	(void)state;
	scene_begin(&scene, "freebsd-10", &options);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	assert_int_equal(reason(&scene, "badver").count, 1);
	scene_end(&scene);
}

static void
what_it_takes_is_no_reason(void **state)
{
	const struct pfreplay_options options = {.as_peer = PFREPLAY_V5F15};
	struct pfreplay_discard discard;
	struct pfreplay_node peer;
	struct scene scene;

	(void)state;
	scene_begin(&scene, "freebsd-10", &options);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 300, 4, 300));
	assert_false(pfreplay_discard_at(scene.r, 0, &discard));
	assert_true(pfreplay_peer(scene.r, &peer));
	assert_int_equal(peer.states, 1);
	/* none was asked for */
	scene_end(&scene);
	scene_begin(&scene, "freebsd-10", NULL);
	assert_false(pfreplay_peer(scene.r, &peer));
	assert_false(pfreplay_discard_at(scene.r, 0, &discard));
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(freebsd_15_to_13),
	    cmocka_unit_test(of_another_version),
	    cmocka_unit_test(what_it_takes_is_no_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
