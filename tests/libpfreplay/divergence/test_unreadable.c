/*
 * test_unreadable.c - D-02: a backup that cannot read what a newer FreeBSD sends.
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

static struct pfsync_message
ins_1500(uint64_t id)
{
	struct pfsync_message message = scene_full(PFSYNC_ACT_INS, id, CA);

	message.record = PFSYNC_REC_1500;
	return message;
}

/*
 * A makes states and updates those made before: in the same packets, and `bare_of_ten`
 * of ten times in a packet of their own.  B asks for so many of those named there.
 */
static void
rounds(struct scene *scene, unsigned bare_of_ten, unsigned asks_for_bare, unsigned asks_for_all)
{
	struct pfsync_message messages[6];
	uint64_t id = 100;

	scene_begin(scene, "freebsd-15", NULL);
	scene_say(scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	scene_wait(scene, 20);
	for (unsigned round = 0; round < 100; round++) {
		bool bare = round % 10 >= 10 - bare_of_ten;
		size_t count = 0;

		if (!bare)
			messages[count++] = ins_1500(++id);
		for (unsigned i = 1; i <= 5; i++)
			messages[count++] =
			    scene_upd_c(id - i, CA, 4, 1000 + round, 4, 1000 + round);
		scene_send(scene, A, SCENE_ALL, messages, count);
		scene_wait(scene, 0.1);
		for (unsigned i = 1; i <= (bare ? asks_for_bare : asks_for_all); i++)
			scene_say(scene, B, scene_id(PFSYNC_ACT_UPD_REQ, id - i, CA));
		scene_wait(scene, 0.9);
	}
}

static void
it_asks_where_it_can_read(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	rounds(&scene, 1, 5, 0);
	d = found_one(&scene, "D-02");
	assert_int_equal(d.severity, PFREPLAY_CRITICAL);
	assert_int_equal(d.count, 50);
	assert_int_equal(d.nodes[0], scene_node(&scene, A));
	assert_int_equal(d.nodes[1], scene_node(&scene, B));
	assert_int_equal(found(&scene, "D-11"), 0);
	assert_int_equal(found(&scene, "D-15"), 0);
	scene_end(&scene);
}

/* Nearly all packets are without records: it is quiet. */
static void
it_asks_where_nearly_all_can_be_read(void **state)
{
	struct scene scene;

	(void)state;
	rounds(&scene, 7, 5, 0);
	assert_int_equal(found_one(&scene, "D-02").severity, PFREPLAY_CRITICAL);
	assert_int_equal(found(&scene, "D-11"), 0);
	assert_int_equal(found(&scene, "D-15"), 0);
	scene_end(&scene);
}

/* The same, but records make no difference: it is refused. */
static void
it_refuses_what_it_can_read(void **state)
{
	struct scene scene;

	(void)state;
	rounds(&scene, 7, 5, 4);
	assert_int_equal(found(&scene, "D-02"), 0);
	scene_end(&scene);
}

/* What it has is from before the other one was upgraded: no record was seen. */
static void
it_speaks_of_older_states(void **state)
{
	struct scene scene;

	(void)state;
	rounds(&scene, 1, 5, 0);
	scene_say(&scene, A, scene_upd_c(900, CA, 4, 2000, 4, 2000));
	scene_say(&scene, B, scene_id(PFSYNC_ACT_DEL_C, 900, CA));
	assert_int_equal(found_one(&scene, "D-02").severity, PFREPLAY_CRITICAL);
	scene_end(&scene);
}

/* A lost packet now and then. */
static void
it_asks_for_few(void **state)
{
	struct scene scene;

	(void)state;
	rounds(&scene, 1, 1, 0);
	assert_int_equal(found(&scene, "D-02"), 0);
	scene_end(&scene);
}

/* It reads everything and takes nothing in. */
static void
it_asks_for_all(void **state)
{
	struct scene scene;

	(void)state;
	rounds(&scene, 1, 5, 5);
	assert_int_equal(found(&scene, "D-02"), 0);
	scene_end(&scene);
}

/* It speaks of a state that came in such a record. */
static void
it_proves_to_read_them(void **state)
{
	struct scene scene;

	(void)state;
	rounds(&scene, 1, 5, 0);
	scene_say(&scene, A, ins_1500(900));
	scene_say(&scene, B, scene_id(PFSYNC_ACT_INS_ACK, 900, CA));
	assert_int_equal(found(&scene, "D-02"), 0);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_asks_where_it_can_read),
	    cmocka_unit_test(it_asks_where_nearly_all_can_be_read),
	    cmocka_unit_test(it_refuses_what_it_can_read),
	    cmocka_unit_test(it_speaks_of_older_states),
	    cmocka_unit_test(it_asks_for_few),
	    cmocka_unit_test(it_asks_for_all),
	    cmocka_unit_test(it_proves_to_read_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
