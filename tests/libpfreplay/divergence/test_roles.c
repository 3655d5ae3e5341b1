/*
 * test_roles.c - D-23, D-13: what CARP says of the firewalls.
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
#include "pfevidence.h"

/* An advert of vhid 1 from 192.0.2.`from`: SEM 8. */
static void
advert(struct scene *scene, uint8_t from, uint8_t advskew, uint64_t counter)
{
	struct pfreplay_packet packet = {.time_ns = scene->now_ns,
	    .frame = ++scene->frame,
	    .af = PFSYNC_AF_INET,
	    .src = {{192, 0, 2, from}},
	    .dst = {{224, 0, 0, 18}},
	    .has_ip = true,
	    .ttl = 255};
	uint8_t bytes[36] = {0x21, 1, advskew, 7, 0, 1};
	uint32_t sum = 0;

	for (unsigned i = 0; i < 8; i++)
		bytes[8 + i] = (uint8_t)(counter >> (56 - 8 * i));
	for (size_t i = 0; i < sizeof(bytes); i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	bytes[6] = (uint8_t)(~sum >> 8);
	bytes[7] = (uint8_t)~sum;
	assert_int_equal(pfreplay_carp(scene->r, &packet, 0, bytes, sizeof(bytes), sizeof(bytes)),
	    PFREPLAY_CARP_ADVERT);
}

static void
seconds(struct scene *scene, unsigned count, int skew_a, int skew_b, bool inserts)
{
	for (unsigned i = 0; i < count; i++) {
		if (skew_a >= 0)
			advert(scene, A, (uint8_t)skew_a, scene->frame);
		if (skew_b >= 0)
			advert(scene, B, (uint8_t)skew_b, scene->frame);
		scene_say(scene, A, scene_full(PFSYNC_ACT_INS, 1000 + scene->frame, CA));
		if (inserts)
			scene_say(scene, B, scene_full(PFSYNC_ACT_INS, 9000 + scene->frame, CB));
		scene_wait(scene, 1);
	}
}

static void
two_masters_that_make_states(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	seconds(&scene, 20, 0, 100, true);
	d = found_one(&scene, "D-23");
	assert_int_equal(d.severity, PFREPLAY_CRITICAL);
	assert_true(found_number(&d, "split_ns") > 10 * SCENE_S);
	assert_int_equal(found_number(&d, "both_insert"), 1);
	assert_int_equal(d.node_count, 2);
	scene_end(&scene);
}

static void
two_masters_one_of_them_idle(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_wait(&scene, 60);
	seconds(&scene, 20, 0, 100, false);
	assert_int_equal(found_one(&scene, "D-23").severity, PFREPLAY_HIGH);
	scene_end(&scene);
}

static void
a_change_of_masters(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	seconds(&scene, 20, 0, -1, true);
	seconds(&scene, 20, -1, 100, true);
	seconds(&scene, 20, 0, -1, true);
	assert_int_equal(found(&scene, "D-23"), 0);
	scene_end(&scene);
}

static void
bulk(struct scene *scene)
{
	scene_say(scene, A, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	scene_say(scene, B, scene_bus(CB, PFSYNC_BUS_START, 0));
	scene_say(scene, B, scene_full(PFSYNC_ACT_UPD, 2, CB));
	scene_say(scene, B, scene_bus(CB, PFSYNC_BUS_END, 0));
}

/* opnsense/core 10858: the transfer is over, the demotion stays. */
static void
a_demotion_that_stays(void **state)
{
	struct pfreplay_divergence d;
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	bulk(&scene);
	seconds(&scene, 100, 240, -1, false);
	d = found_one(&scene, "D-13");
	assert_int_equal(d.severity, PFREPLAY_HIGH);
	assert_int_equal(d.nodes[0], scene_node(&scene, A));
	assert_int_equal(found_number(&d, "advskew_max"), 240);
	scene_end(&scene);
}

static void
a_demotion_that_ends(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "freebsd-10", NULL);
	bulk(&scene);
	seconds(&scene, 10, 240, -1, false);
	seconds(&scene, 100, 0, -1, false);
	assert_int_equal(found(&scene, "D-13"), 0);
	scene_end(&scene);
}

/* Only half of the adverts are in the capture, so nobody is master for long. */
static void
masters_that_interleave(void **state)
{
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (unsigned i = 0; i < 3; i++) {
		seconds(&scene, 5, 0, -1, true);
		seconds(&scene, 1, -1, 100, true);
		seconds(&scene, 5, 0, -1, true);
	}
	assert_true(found_one(&scene, "D-23").severity >= PFREPLAY_HIGH);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_masters_that_make_states),
	    cmocka_unit_test(two_masters_one_of_them_idle),
	    cmocka_unit_test(a_change_of_masters),
	    cmocka_unit_test(masters_that_interleave),
	    cmocka_unit_test(a_demotion_that_stays),
	    cmocka_unit_test(a_demotion_that_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
