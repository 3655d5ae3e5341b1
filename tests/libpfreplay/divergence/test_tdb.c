/*
 * test_tdb.c - D-28: IPsec replay counters that go back.
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
tdb(uint32_t spi, uint64_t rpl, uint64_t cur_bytes)
{
	struct pfsync_message message = {.action = PFSYNC_ACT_TDB};

	message.u.tdb.spi = spi;
	message.u.tdb.rpl = rpl;
	message.u.tdb.cur_bytes = cur_bytes;
	message.u.tdb.sproto = 50;
	message.u.tdb.dst_sockaddr[0] = 16;
	message.u.tdb.dst_sockaddr[1] = 2;
	pfsync_has_set(&message, PFSYNC_F_TDB_SPI);
	pfsync_has_set(&message, PFSYNC_F_TDB_RPL);
	pfsync_has_set(&message, PFSYNC_F_TDB_CUR_BYTES);
	pfsync_has_set(&message, PFSYNC_F_TDB_SPROTO);
	pfsync_has_set(&message, PFSYNC_F_TDB_DST);
	return message;
}

static void
a_counter_goes_back(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_say(&scene, A, tdb(0x1000, 50000, 700));
	scene_say(&scene, B, tdb(0x1000, 20000, 800));
	d = found_one(&scene, "D-28");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(d.count, 1);
	assert_int_equal(d.nodes[0], scene_node(&scene, B));
	assert_int_equal(found_number(&d, "replay_back_max"), 30000);
	scene_end(&scene);
}

/* Jumps of 16384 are what senders add; other SAs have counters of their own. */
static void
counters_that_go_on(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_say(&scene, A, tdb(0x1000, 50000, 700));
	scene_say(&scene, A, tdb(0x1000, 50000 + 16384, 700));
	scene_say(&scene, A, tdb(0x1001, 3, 10));
	scene_say(&scene, B, tdb(0x1000, 50000 + 16384, 900));
	found_nothing(&scene);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_counter_goes_back),
	    cmocka_unit_test(counters_that_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
