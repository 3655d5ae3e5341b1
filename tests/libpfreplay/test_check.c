/*
 * test_check.c - does replay_check() find what is broken?
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "check.h"
#include "internal.h"
#include "scene.h"

#define CA 0xaaaa0001U
#define CB 0xbbbb0002U

static struct entry *
setup(struct scene *scene)
{
	scene_begin(scene, "freebsd-10", NULL);
	scene_say(scene, 1, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(scene, 2, scene_full(PFSYNC_ACT_INS, 2, CB));
	scene_say(scene, 3, scene_full(PFSYNC_ACT_INS, 3, 0xcccc0003U));
	scene_say(scene, 1, scene_full(PFSYNC_ACT_INS, 4, CA));
	assert_null(replay_check(scene->r));
	return table_entry(&scene->r->table, store_find(scene->r, 4, CA));
}

#define BREAKS(scene, type, member, value, words)                                                  \
	do {                                                                                       \
		type kept_ = (member);                                                             \
		(member) = (value);                                                                \
		assert_string_equal(replay_check((scene)->r), words);                              \
		(member) = kept_;                                                                  \
		assert_null(replay_check((scene)->r));                                             \
	} while (0)

static void
what_is_broken_is_found(void **state)
{
	struct scene scene;
	struct entry *entry = setup(&scene);
	struct pfreplay *r = scene.r;

	(void)state;
	BREAKS(&scene, uint64_t, r->nodes.list[0]->views, 99,
	    "a node's views are not as many as it counts");
	BREAKS(&scene, uint64_t, entry->id, 77, "an entry that is not found");
	BREAKS(&scene, uint16_t, entry->view[1].node, entry->view[0].node, "two views of one node");
	BREAKS(&scene, uint16_t, entry->view[0].node, 60, "a view of no node");
	BREAKS(&scene, bool, r->nodes.list[2]->joined, true,
	    "a view of a node that was joined to another");
	BREAKS(
	    &scene, uint8_t, entry->view[0].bits, PFREPLAY_DUE, "a view that is due by evidence");
	BREAKS(&scene, uint8_t, entry->view[0].bits, VIEW_ODD, "an odd view without facts");
	BREAKS(&scene, uint32_t, entry->facts, 0, "facts too many or few");
	BREAKS(&scene, uint32_t, entry->prev, 1, "a creator's list that is broken");
	BREAKS(&scene, uint32_t, r->keys.count, 1, "the index of keys is not complete");
	BREAKS(&scene, uint32_t, r->facts.slab.live, 1, "facts too many or few");
	BREAKS(&scene, uint32_t, r->odd.count, 1, "odd views too many or few");
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_broken_is_found)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
