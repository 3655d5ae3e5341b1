/*
 * test_asymmetric.c - D-16: both firewalls see packets of one connection.
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

/* The same connection, seen from the other side. */
static struct pfsync_message
reversed(uint64_t id, uint32_t creatorid, uint64_t of)
{
	struct pfsync_message message = scene_full(PFSYNC_ACT_INS, of, creatorid);
	struct pfsync_key *key = &message.u.state.wire;
	struct pfsync_addr addr = key->addr[0];
	uint16_t port = key->port[0];

	message.id = id;
	key->addr[0] = key->addr[1];
	key->port[0] = key->port[1];
	key->addr[1] = addr;
	key->port[1] = port;
	message.u.state.stack = *key;
	message.u.state.direction = PFSYNC_OUT;
	return message;
}

static void
both_insert(struct scene *scene, uint64_t first, uint64_t last, double apart_s)
{
	for (uint64_t id = first; id <= last; id++) {
		scene_say(scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
		scene_wait(scene, apart_s);
		scene_say(scene, B, reversed(id + 1000, CB, id));
		scene_wait(scene, 1);
	}
}

static void
both_make_states(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	both_insert(&scene, 10, 15, 0.05);
	d = found_one(&scene, "D-16");
	assert_int_equal(d.severity, PFREPLAY_MEDIUM);
	assert_int_equal(d.count, 6);
	assert_int_equal(found(&scene, "D-16"), 1);
	both_insert(&scene, 16, 50, 0.05);
	assert_int_equal(found_one(&scene, "D-16").severity, PFREPLAY_HIGH);
	scene_end(&scene);
}

/* Seconds apart it is another connection, or a failover. */
static void
seconds_apart(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	both_insert(&scene, 10, 20, 3);
	assert_int_equal(found(&scene, "D-16"), 0);
	scene_end(&scene);
}

/* Both firewalls get what goes to a group. */
static void
multicast(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 10; id < 20; id++)
		for (unsigned node = A; node <= B; node++) {
			struct pfsync_message message =
			    scene_full(PFSYNC_ACT_INS, id, node == A ? CA : CB);

			message.u.state.wire.addr[0].b[0] = 224;
			message.u.state.stack.addr[0].b[0] = 224;
			scene_say(&scene, (uint8_t)node, message);
		}
	assert_int_equal(found(&scene, "D-16"), 0);
	scene_end(&scene);
}

static void
both_update(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 10; id < 14; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	for (uint32_t i = 0; i < 8; i++)
		for (uint64_t id = 10; id < 14; id++) {
			scene_wait(&scene, 0.1);
			scene_say(&scene, i % 2 == 0 ? A : B,
			    scene_upd_c(id, CA, 4, 1000 + i, 4, 1000 + i));
		}
	d = found_one(&scene, "D-16");
	assert_int_equal(d.severity, PFREPLAY_MEDIUM);
	assert_int_equal(d.count, 4);
	scene_end(&scene);
}

/* Everything moves to B, and later back. */
static void
a_failover(void **state)
{
	static const uint8_t who[] = {A, B, A};
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint64_t id = 10; id < 60; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	for (uint32_t i = 0; i < 60; i++) {
		for (uint64_t id = 10; id < 60; id++)
			scene_say(
			    &scene, who[i / 20], scene_upd_c(id, CA, 4, 1000 + i, 4, 1000 + i));
		scene_wait(&scene, 1);
	}
	found_nothing(&scene);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_make_states),
	    cmocka_unit_test(seconds_apart),
	    cmocka_unit_test(multicast),
	    cmocka_unit_test(both_update),
	    cmocka_unit_test(a_failover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
