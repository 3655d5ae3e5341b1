/*
 * test_version.c - D-01, D-02, D-26: firewalls of different releases.
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

static void
two_header_versions(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	scene.dialect = pfsync_dialect_by_name("openbsd-6k");
	for (uint64_t id = 10; id < 13; id++)
		scene_say(&scene, B, scene_full(PFSYNC_ACT_INS, id, CB));
	scene.dialect = pfsync_dialect_by_name("freebsd-10");
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	assert_int_equal(found(&scene, "D-01"), 1);
	d = found_one(&scene, "D-01");
	assert_int_equal(d.severity, PFREPLAY_CRITICAL);
	assert_int_equal(d.count, 4);
	assert_int_equal(found_number(&d, "version_a"), 5);
	assert_int_equal(found_number(&d, "version_b"), 6);
	scene_end(&scene);
}

/* A single one is damaged, or astray. */
static void
one_packet_of_another_version(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	scene.dialect = pfsync_dialect_by_name("openbsd-6k");
	scene_say(&scene, 9, scene_full(PFSYNC_ACT_INS, 10, 0xcccc0003U));
	assert_int_equal(found(&scene, "D-01"), 0);
	scene_end(&scene);
}

static struct pfsync_message
ins_1500(uint64_t id, uint32_t creatorid)
{
	struct pfsync_message message = scene_full(PFSYNC_ACT_INS, id, creatorid);

	message.record = PFSYNC_REC_1500;
	return message;
}

static void
newer_freebsd_messages(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	scene.dialect = pfsync_dialect_by_name("freebsd-15");
	for (uint64_t id = 10; id < 14; id++)
		scene_say(&scene, A, ins_1500(id, CA));
	d = found_one(&scene, "D-02");
	assert_int_equal(d.severity, PFREPLAY_CRITICAL);
	assert_int_equal(d.count, 4);
	assert_int_equal(d.nodes[0], scene_node(&scene, A));
	assert_int_equal(d.nodes[1], scene_node(&scene, B));
	assert_int_equal(found(&scene, "D-01"), 0);
	scene_end(&scene);
}

/* A quiet node's requests look the same in all releases. */
static void
a_backup_that_only_asks_may_be_new(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene, "freebsd-15", NULL);
	scene_say(&scene, A, ins_1500(1, CA));
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 77, CA));
	scene_say(&scene, A, ins_1500(2, CA));
	assert_int_equal(found(&scene, "D-02"), 0);
	scene_end(&scene);
}

static void
bad_values_by_their_number(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	for (uint32_t i = 0; i < 100; i++)
		scene_say(&scene, A, scene_upd_c(1, CA, 4, 100 + i, 4, 200));
	scene_say(&scene, A, scene_upd_c(1, CA, 77, 1, 4, 1));
	d = found_one(&scene, "D-26");
	assert_int_equal(d.severity, PFREPLAY_LOW);
	assert_int_equal(d.count, 1);
	for (uint32_t i = 0; i < 9; i++)
		scene_say(&scene, A, scene_upd_c(1, CA, 77, 1, 4, 1));
	assert_int_equal(found_one(&scene, "D-26").severity, PFREPLAY_MEDIUM);
	for (uint32_t i = 0; i < 30; i++)
		scene_say(&scene, A, scene_upd_c(1, CA, 77, 1, 4, 1));
	d = found_one(&scene, "D-26");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(d.count, 40);
	assert_int_equal(found_number(&d, "messages"), 141);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_header_versions),
	    cmocka_unit_test(one_packet_of_another_version),
	    cmocka_unit_test(newer_freebsd_messages),
	    cmocka_unit_test(a_backup_that_only_asks_may_be_new),
	    cmocka_unit_test(bad_values_by_their_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
