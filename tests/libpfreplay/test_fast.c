/*
 * test_fast.c - the shortcut for usual updates against the long way.
 *
 * SPDX-License-Identifier: ISC
 *
 * A watcher that wants every update switches the shortcut off: two replays of
 * the same random talk, one with it, must agree in everything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check.h"
#include "internal.h"
#include "scene.h"

#define CA 0xaaaa0001U
#define CB 0xbbbb0002U
#define IDS 12
#define STEPS 4000

static uint32_t seed;

static uint32_t
draw(uint32_t most)
{
	seed = seed * 1664525U + 1013904223U;
	return (seed >> 8) % most;
}

static struct pfsync_message
anything(void)
{
	static const uint8_t levels[] = {2, 4, 4, 4, 4, 7, 9, 10, 11};
	uint64_t id = draw(IDS) + 1;
	uint32_t creatorid = id % 2 == 0 ? CA : CB, what = draw(40);
	struct pfsync_message message;

	if (what == 0)
		return scene_id(PFSYNC_ACT_DEL_C, id, creatorid);
	if (what == 1)
		return scene_id(PFSYNC_ACT_UPD_REQ, id, creatorid);
	if (what < 4)
		return scene_full(what == 2 ? PFSYNC_ACT_INS : PFSYNC_ACT_UPD, id, creatorid);
	message = scene_upd_c(id, creatorid, levels[draw(sizeof(levels))], draw(20) * 100,
	    levels[draw(sizeof(levels))], draw(20) * 100);
	message.u.state.timeout = (uint8_t)(draw(20) == 0 ? 22 : draw(6));
	if (draw(8) == 0) {
		pfsync_has_set(&message, PFSYNC_F_SRC_SCRUB_VALID);
		message.u.state.src.scrub_valid = PFSYNC_SCRUB_FLAG_VALID;
		pfsync_has_set(&message, PFSYNC_F_SRC_SCRUB_TTL);
		message.u.state.src.scrub_ttl = 64;
	}
	return message;
}

static void
ignore(void *user, const struct watch_said *said)
{
	uint64_t *count = user;

	*count += said->event != NULL;
}

static void
same_states(struct pfreplay *a, struct pfreplay *b)
{
	struct pfreplay_cursor cursor = {.node = PFREPLAY_ALL_NODES};
	struct pfreplay_state x, y;
	size_t count = 0;

	while (pfreplay_state_next(a, &cursor, &x)) {
		assert_true(pfreplay_state_get(b, x.node, x.message.id, x.message.creatorid, &y));
		assert_memory_equal(&x, &y, sizeof(x));
		count++;
	}
	cursor = (struct pfreplay_cursor){.node = PFREPLAY_ALL_NODES};
	while (pfreplay_state_next(b, &cursor, &y))
		count--;
	assert_int_equal(count, 0);
}

static void
same_nodes(struct pfreplay *a, struct pfreplay *b)
{
	struct pfreplay_node x, y;

	for (size_t n = 0; pfreplay_node_at(a, n, &x); n++) {
		assert_true(pfreplay_node_at(b, n, &y));
		x.name = y.name = NULL;
		assert_memory_equal(x.predicted, y.predicted, sizeof(x.predicted));
		assert_memory_equal(x.heard, y.heard, sizeof(x.heard));
		assert_memory_equal(x.messages, y.messages, sizeof(x.messages));
		assert_int_equal(x.stale_most, y.stale_most);
		assert_int_equal(x.contradicted, y.contradicted);
		assert_int_equal(x.states, y.states);
	}
}

static void
both_ways_agree(void **state)
{
	static const char *const dialects[] = {
	    "openbsd-2g", "openbsd-3b", "openbsd-5a", "openbsd-5b", "freebsd-10", "openbsd-6k"};
	const struct watcher all = {.said = WATCH_SAID(WATCH_UPD_C), .on_said = ignore};

	(void)state;
	for (size_t d = 0; d < sizeof(dialects) / sizeof(dialects[0]); d++) {
		struct scene fast, slow;
		uint64_t told = 0;

		seed = (uint32_t)d + 1;
		scene_begin(&fast, dialects[d], NULL);
		scene_begin(&slow, dialects[d], NULL);
		watch_add(slow.r, &all, &told);
		for (int step = 0; step < STEPS; step++) {
			struct pfsync_message message = anything();
			uint8_t from = (uint8_t)(draw(2) + 1);
			double wait = draw(10) * 0.004;

			scene_say(&fast, from, message);
			scene_say(&slow, from, message);
			scene_wait(&fast, wait);
			scene_wait(&slow, wait);
		}
		assert_true(told > STEPS / 2);
		same_states(fast.r, slow.r);
		same_nodes(fast.r, slow.r);
		assert_null(replay_check(fast.r));
		assert_null(replay_check(slow.r));
		scene_end(&fast);
		scene_end(&slow);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(both_ways_agree)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
