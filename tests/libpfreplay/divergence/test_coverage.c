/*
 * test_coverage.c - who could take over from whom.
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

/* A to B */
static struct pfreplay_pair
pair_of(const struct scene *scene, uint8_t from, uint8_t to)
{
	struct pfreplay_pair pair;
	size_t n = 0;

	pfreplay_advance(scene->r, scene->now_ns);
	while (pfreplay_pair_at(scene->r, n, &pair)) {
		if (pair.from == scene_node(scene, from) && pair.to == scene_node(scene, to))
			return pair;
		n++;
	}
	fail_msg("no such pair");
	return pair;
}

static void
counts(void **state)
{
	struct pfreplay_pair pair;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	assert_int_equal(pfreplay_pair_count(scene.r), 2);
	for (uint64_t id = 10; id < 19; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	scene_wait(&scene, 20);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 12, CA));
	scene_wait(&scene, 3600);
	pair = pair_of(&scene, A, B);
	assert_int_equal(pair.states, 11);
	assert_int_equal(pair.covered, 10);
	assert_int_equal(pair.established, 11);
	assert_int_equal(pair.established_covered, 10);
	assert_true(pair.oldest_missing_ns == SCENE_START);
	assert_int_equal(pair.at_risk[PFREPLAY_RISK_MISSING], 1);
	assert_int_equal(pair.risk_count, 1);
	assert_int_equal(pair.risks[0].id, 12);
	pair = pair_of(&scene, B, A);
	assert_int_equal(pair.states, 10);
	assert_int_equal(pair.covered, 10);
	assert_int_equal(pair.oldest_missing_ns, 0);
	scene_end(&scene);
}

/* Younger than 3 s, or about to end: lag (SEM 5.4, 7.5). */
static void
what_does_not_count(void **state)
{
	struct pfsync_message brief = scene_full(PFSYNC_ACT_INS, 11, CA);
	struct pfreplay_pair pair;
	struct scene scene;

	(void)state;
	brief.u.state.expire_s = 10;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_say(&scene, A, brief);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 11, CA));
	scene_wait(&scene, 8);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 10, CA));
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 10, CA));
	scene_wait(&scene, 1);
	pair = pair_of(&scene, A, B);
	assert_int_equal(pair.states, 2);
	assert_int_equal(pair.covered, 2);
	scene_end(&scene);
}

/* What B keeps when A's update is stale for it, 3 s later. */
static enum pfreplay_risk
risk_after(const char *dialect, struct pfsync_message of_b, struct pfsync_message of_a)
{
	struct pfreplay_pair pair;
	struct scene scene;

	found_meet(&scene, dialect, NULL);
	scene_say(&scene, A, of_a);
	scene_wait(&scene, 1);
	scene_say(&scene, B, of_b);
	scene_wait(&scene, 30);
	pair = pair_of(&scene, A, B);
	scene_end(&scene);
	return pair.risk_count > 0 ? pair.risks[0].risk : PFREPLAY_RISK_COUNT;
}

static void
reasons_not_to_survive(void **state)
{
	struct pfsync_message a = scene_upd_c(1, CA, 4, 500000, 4, 500000), b = a;

	(void)state;
	/* era A: A takes nothing of what is older */
	b.u.state.dst.seqlo -= 67036;
	assert_int_equal(risk_after("freebsd-9", b, a), PFREPLAY_RISK_WINDOW);
	b.u.state.dst.seqlo += 1;
	assert_int_equal(risk_after("freebsd-9", b, a), PFREPLAY_RISK_COUNT);
	b = a;
	b.u.state.dst.state = 2;
	assert_int_equal(risk_after("freebsd-9", b, a), PFREPLAY_RISK_LEVEL);
	b = a;
	b.u.state.src.seqlo -= 10;
	b.u.state.src.seqdiff = 77;
	pfsync_has_set(&b, PFSYNC_F_SRC_SEQDIFF);
	assert_int_equal(risk_after("freebsd-9", b, a), PFREPLAY_RISK_NAT);
	b = a;
	b.u.state.src.seqlo -= 10;
	b.u.state.src.wscale = 0x87;
	pfsync_has_set(&b, PFSYNC_F_SRC_WSCALE);
	assert_int_equal(risk_after("freebsd-9", b, a), PFREPLAY_RISK_WSCALE);
}

/* A updates, B asks, A answers. */
static void
asked_for(struct scene *scene, uint64_t id, unsigned rounds)
{
	for (uint32_t i = 0; i < rounds; i++) {
		scene_say(scene, A, scene_upd_c(id, CA, 4, 1000 + i, 4, 1000 + i));
		scene_wait(scene, 0.1);
		scene_say(scene, B, scene_id(PFSYNC_ACT_UPD_REQ, id, CA));
		scene_say(scene, A, scene_full(PFSYNC_ACT_UPD, id, CA));
		scene_wait(scene, 1);
	}
}

/* Asked for again and again is missing; asked for once may be there since. */
static void
what_is_refused_is_missing(void **state)
{
	struct pfreplay_pair pair;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	scene_wait(&scene, 20);
	for (uint64_t id = 10; id < 14; id++)
		scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, id, CA));
	scene_wait(&scene, 5);
	asked_for(&scene, 10, 4);
	asked_for(&scene, 11, 1);
	asked_for(&scene, 12, 4);
	scene_say(&scene, B, scene_upd_c(12, CA, 4, 9000, 4, 9000));
	pair = pair_of(&scene, A, B);
	assert_int_equal(pair.at_risk[PFREPLAY_RISK_MISSING], 1);
	assert_int_equal(pair.risks[0].id, 10);
	assert_int_equal(pair.states - pair.covered, 1);
	/* what B was refused is nothing that A lacks */
	pair = pair_of(&scene, B, A);
	assert_int_equal(pair.at_risk[PFREPLAY_RISK_MISSING], 0);
	scene_end(&scene);
}

/* The sync link in numbers: SEM 2.10. */
static void
coverage_over_time(void **state)
{
	struct pfreplay_pair pair;
	struct scene scene;

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	for (uint32_t i = 0; i < 2000; i++) {
		scene_say(&scene, A, scene_upd_c(1, CA, 4, 1000 + i, 4, 1000 + i));
		scene_wait(&scene, 1);
	}
	pair = pair_of(&scene, A, B);
	assert_in_range(pair.sample_count, 20, PFREPLAY_SAMPLES_MAX);
	for (size_t i = 0; i < pair.sample_count; i++) {
		assert_true(i == 0 || pair.samples[i].time_ns > pair.samples[i - 1].time_ns);
		assert_int_equal(pair.samples[i].covered, pair.samples[i].states);
	}
	scene_end(&scene);
}

static void
nobody_to_compare_with(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene, "openbsd-6k", NULL);
	assert_int_equal(pfreplay_pair_count(scene.r), 0);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	assert_int_equal(pfreplay_pair_count(scene.r), 0);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts),
	    cmocka_unit_test(what_does_not_count),
	    cmocka_unit_test(reasons_not_to_survive),
	    cmocka_unit_test(what_is_refused_is_missing),
	    cmocka_unit_test(coverage_over_time),
	    cmocka_unit_test(nobody_to_compare_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
