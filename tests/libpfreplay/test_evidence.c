/*
 * test_evidence.c - lost packets, listings taken over, messages counted, the life
 * of a state, who was behind an address.
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

#include "pfevidence.h"
#include "scene.h"

#define A 1
#define B 2
#define CA 0xaaaa0001U
#define CB 0xbbbb0002U

static void
meet(struct scene *scene)
{
	scene_begin(scene, "openbsd-6k", NULL);
	scene_say(scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(scene, B, scene_full(PFSYNC_ACT_INS, 2, CB));
	scene_wait(scene, 5);
}

/* ------------------------------------------------------------------------
 * Lost packets
 */

static void
what_was_missed_is_not_there(void **state)
{
	struct scene scene;

	(void)state;
	meet(&scene);
	scene.missed = UINT64_C(1) << scene_node(&scene, B);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	scene.missed = 0;
	assert_true(scene_has(&scene, A, 3, CA, NULL));
	assert_false(scene_has(&scene, B, 3, CA, NULL));
	assert_int_equal(scene_info(&scene, B).received, 1);
	scene_end(&scene);
}

/* ------------------------------------------------------------------------
 * Listings
 */

static void
a_listing_is_believed(void **state)
{
	static const struct pfreplay_name names[] = {
	    {.name = "fw", .af = PFSYNC_AF_INET, .addr = {.b = {192, 0, 2, A}}}};
	const struct pfreplay_options options = {.names = names, .name_count = 1};
	struct pfsync_message full = scene_full(PFSYNC_ACT_INS, 7, CA);
	struct pfreplay_totals totals;
	struct pfreplay_state found;
	struct scene scene;
	int node;

	(void)state;
	scene_begin(&scene, "openbsd-6k", &options);
	assert_int_equal(pfreplay_node_known(scene.r, "nobody"), -1);
	node = pfreplay_node_known(scene.r, "fw");
	assert_int_equal(node, 0);
	assert_int_equal(pfreplay_node_known(scene.r, "192.0.2.1"), node);
	assert_int_equal(pfreplay_node_known(scene.r, "192.0.2.2"), 1);
	assert_true(pfreplay_seed(scene.r, (size_t)node, &full, SCENE_START - SCENE_S));
	/* It happened before: nothing was sent or received. */
	pfreplay_totals(scene.r, &totals);
	assert_int_equal(totals.messages, 0);
	assert_int_equal(totals.packets, 0);
	assert_int_equal(scene_info(&scene, A).messages[PFSYNC_ACT_UPD], 0);

	scene_say(&scene, A, scene_upd_c(7, CA, 4, 5000, 4, 6000));
	assert_true(scene_has(&scene, A, 7, CA, &found));
	assert_int_equal(found.standing, PFREPLAY_ASSERTED);
	assert_false(found.keyless);
	assert_int_equal(found.message.u.state.src.seqlo, 5000);
	scene_end(&scene);
}

static void
what_cannot_be_seeded(void **state)
{
	struct pfsync_message full = scene_full(PFSYNC_ACT_INS, 7, CA);
	struct scene scene;

	(void)state;
	meet(&scene);
	assert_false(pfreplay_seed(scene.r, 99, &full, SCENE_START));
	full.has.bits[PFSYNC_F_SRC_STATE / 64] &= ~(UINT64_C(1) << PFSYNC_F_SRC_STATE % 64);
	assert_false(pfreplay_seed(scene.r, 0, &full, SCENE_START));
	scene_end(&scene);
}

static void
messages_are_counted_where_they_arrive(void **state)
{
	struct scene scene;
	size_t a, b;

	(void)state;
	meet(&scene);
	pfreplay_received_count(scene.r);
	a = scene_node(&scene, A);
	b = scene_node(&scene, B);
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 3, CA));
	scene.missed = UINT64_C(1) << b;
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 1, CA));
	scene.missed = 0;
	assert_int_equal(pfreplay_received(scene.r, b, PFSYNC_ACT_INS), 1);
	assert_int_equal(pfreplay_received(scene.r, b, PFSYNC_ACT_DEL_C), 1);
	assert_int_equal(pfreplay_received(scene.r, a, PFSYNC_ACT_INS), 0);
	assert_int_equal(pfreplay_received(scene.r, 99, PFSYNC_ACT_INS), 0);
	scene_end(&scene);
}

/* ------------------------------------------------------------------------
 * The life of a state
 */

static const struct pfreplay_belief *
belief_of(const struct pfreplay_step *step, size_t node)
{
	for (size_t i = 0; i < step->belief_count; i++) {
		if (step->beliefs[i].node == node)
			return &step->beliefs[i];
	}
	return NULL;
}

static void
a_life(void **state)
{
	const uint32_t creatorid = CA;
	struct pfreplay_traced traced;
	struct pfreplay_step step;
	struct scene scene;
	size_t a, b, n = 0;

	(void)state;
	meet(&scene);
	a = scene_node(&scene, A);
	b = scene_node(&scene, B);
	assert_true(pfreplay_trace(scene.r, 3, &creatorid));
	assert_false(pfreplay_trace(scene.r, 4, &creatorid));
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	scene_say(&scene, A, scene_upd_c(3, CA, 4, 5000, 4, 6000));
	scene.missed = UINT64_C(1) << b;
	scene_say(&scene, A, scene_upd_c(3, CA, 4, 7000, 4, 8000));
	scene.missed = 0;
	scene_say(&scene, B, scene_upd_c(3, CB, 4, 1, 4, 1)); /* another creator's */
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 3, CA));
	scene_say(&scene, A, scene_clr(CA, ""));

	assert_true(pfreplay_traced(scene.r, &traced));
	assert_true(traced.found);
	assert_int_equal(traced.namesakes, 1);

	assert_true(pfreplay_step_at(scene.r, n++, &step));
	assert_int_equal(step.sender, a);
	assert_int_equal(step.message.action, PFSYNC_ACT_INS);
	assert_int_equal(step.result_count, 1);
	assert_int_equal(step.results[0].node, b);
	assert_string_equal(step.results[0].outcome, "imported");
	assert_int_equal(step.belief_count, 2);
	assert_int_equal(belief_of(&step, a)->standing, PFREPLAY_ASSERTED);
	assert_int_equal(belief_of(&step, b)->standing, PFREPLAY_PREDICTED);

	assert_true(pfreplay_step_at(scene.r, n++, &step));
	assert_string_equal(step.results[0].outcome, "merged");
	assert_int_equal(belief_of(&step, b)->src_seqlo, 5000);

	assert_true(pfreplay_step_at(scene.r, n++, &step));
	assert_int_equal(step.result_count, 1);
	assert_true(step.results[0].missed);
	assert_int_equal(belief_of(&step, a)->dst_seqlo, 8000);
	assert_int_equal(belief_of(&step, b)->dst_seqlo, 6000);

	assert_true(pfreplay_step_at(scene.r, n++, &step));
	assert_int_equal(step.sender, b);
	assert_int_equal(step.message.action, PFSYNC_ACT_UPD_REQ);
	assert_non_null(step.proof);
	assert_false(belief_of(&step, b)->has);

	/* Not a word of it in a CLR, and still it is gone. */
	assert_true(pfreplay_step_at(scene.r, n++, &step));
	assert_int_equal(step.sender, -1);
	assert_non_null(step.proof);
	assert_false(belief_of(&step, a)->has);
	assert_false(pfreplay_step_at(scene.r, n, &step));
	scene_end(&scene);
}

static void
a_long_life_is_cut(void **state)
{
	struct pfreplay_traced traced;
	struct pfreplay_step step;
	struct scene scene;

	(void)state;
	meet(&scene);
	assert_true(pfreplay_trace(scene.r, 1, NULL));
	for (unsigned i = 0; i < PFREPLAY_STEPS_MAX + 5; i++)
		scene_say(&scene, A, scene_upd_c(1, CA, 4, 5000 + i, 4, 6000));
	assert_true(pfreplay_traced(scene.r, &traced));
	assert_int_equal(traced.creatorid, CA);
	assert_int_equal(traced.unlisted, 5);
	assert_true(pfreplay_step_at(scene.r, PFREPLAY_STEPS_MAX - 1, &step));
	assert_false(pfreplay_step_at(scene.r, PFREPLAY_STEPS_MAX, &step));
	scene_end(&scene);
}

/* ------------------------------------------------------------------------
 * Who was behind an address
 */

/* 10.1.0.2:4700 + id goes out to 10.2.0.2:80 as 10.2.0.10:50000 + id. */
static struct pfsync_message
translated(enum pfsync_action action, uint64_t id)
{
	struct pfsync_message message = scene_full(action, id, CA);
	struct pfsync_state *s = &message.u.state;
	static const uint8_t server[4] = {10, 2, 0, 2}, inside[4] = {10, 1, 0, 2},
			     outside[4] = {10, 2, 0, 10};

	s->direction = PFSYNC_OUT;
	memcpy(s->wire.addr[0].b, server, 4);
	memcpy(s->wire.addr[1].b, outside, 4);
	memcpy(s->stack.addr[0].b, server, 4);
	memcpy(s->stack.addr[1].b, inside, 4);
	s->wire.port[0] = s->stack.port[0] = 80;
	s->wire.port[1] = (uint16_t)(50000 + id);
	/* No two states have the same key (SEM 1.5). */
	s->stack.port[1] = (uint16_t)(4700 + id);
	return message;
}

static void
ask(struct scene *scene, uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port)
{
	const struct pfreplay_end asked = {.af = PFSYNC_AF_INET,
	    .addr = {.b = {a, b, c, d}},
	    .prefix_bits = d == 0 ? 22 : 32,
	    .port = port};

	meet(scene);
	assert_true(pfreplay_mappings(scene->r, &asked));
	for (uint64_t id = 10; id < 13; id++)
		scene_say(scene, A, translated(PFSYNC_ACT_INS, id));
	scene_wait(scene, 10);
	scene_say(scene, A, scene_id(PFSYNC_ACT_DEL_C, 11, CA));
}

static void
who_used_a_port(void **state)
{
	struct pfreplay_mapping mapping;
	struct scene scene;

	(void)state;
	ask(&scene, 10, 2, 0, 10, 50011);
	assert_true(pfreplay_mapping_at(scene.r, 0, &mapping));
	assert_false(pfreplay_mapping_at(scene.r, 1, &mapping));
	assert_int_equal(mapping.side, PFREPLAY_MAPPED);
	assert_int_equal(mapping.message.id, 11);
	assert_int_equal(mapping.ended_ns - mapping.first_ns, 10 * SCENE_S);
	assert_false(mapping.open);
	scene_end(&scene);
}

static void
what_a_host_used(void **state)
{
	struct pfreplay_mapping mapping;
	struct scene scene;
	size_t n = 0, open = 0;

	(void)state;
	ask(&scene, 10, 1, 0, 2, 0);
	for (; pfreplay_mapping_at(scene.r, n, &mapping); n++) {
		assert_int_equal(mapping.side, PFREPLAY_INSIDE);
		open += mapping.open;
	}
	assert_int_equal(n, 3);
	assert_int_equal(open, 2);
	/* The id is used again for another state: that is another mapping. */
	scene_say(&scene, A, translated(PFSYNC_ACT_INS, 11));
	assert_true(pfreplay_mapping_at(scene.r, 3, &mapping));
	assert_true(mapping.open);
	scene_say(&scene, A, scene_clr(CA, ""));
	for (n = 0; pfreplay_mapping_at(scene.r, n, &mapping); n++)
		assert_false(mapping.open);
	assert_int_equal(n, 4);
	assert_int_equal(pfreplay_mappings_unlisted(scene.r), 0);
	scene_end(&scene);
}

/* A network: 10.2.0.0/22 has server and translated address, 10.2.4.0/22 nobody. */
static void
who_used_a_network(void **state)
{
	struct pfreplay_mapping mapping;
	struct pfreplay_frame frame;
	struct scene scene;

	(void)state;
	ask(&scene, 10, 2, 3, 0, 0);
	assert_true(pfreplay_mapping_at(scene.r, 2, &mapping));
	assert_false(pfreplay_mapping_at(scene.r, 3, &mapping));
	/* The insert and the delete of the second one. */
	assert_true(pfreplay_mapping_frame_at(scene.r, 1, 0, &frame));
	assert_true(pfreplay_mapping_at(scene.r, 1, &mapping));
	assert_int_equal(frame.frame, mapping.first_frame);
	assert_true(pfreplay_mapping_frame_at(scene.r, 1, 1, &frame));
	assert_int_equal(frame.frame, mapping.ended_frame);
	assert_false(pfreplay_mapping_frame_at(scene.r, 1, 2, &frame));
	scene_end(&scene);
	ask(&scene, 10, 2, 4, 0, 0);
	assert_false(pfreplay_mapping_at(scene.r, 0, &mapping));
	assert_false(pfreplay_mapping_frame_at(scene.r, 0, 0, &frame));
	scene_end(&scene);
}

static void
an_end_that_nobody_translates(void **state)
{
	struct pfreplay_mapping mapping;
	struct scene scene;

	(void)state;
	ask(&scene, 10, 2, 0, 2, 80);
	assert_true(pfreplay_mapping_at(scene.r, 2, &mapping));
	assert_int_equal(mapping.side, PFREPLAY_DIRECT);
	scene_end(&scene);
	ask(&scene, 10, 2, 0, 3, 80);
	assert_false(pfreplay_mapping_at(scene.r, 0, &mapping));
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_missed_is_not_there),
	    cmocka_unit_test(a_listing_is_believed),
	    cmocka_unit_test(what_cannot_be_seeded),
	    cmocka_unit_test(messages_are_counted_where_they_arrive),
	    cmocka_unit_test(a_life),
	    cmocka_unit_test(a_long_life_is_cut),
	    cmocka_unit_test(who_used_a_port),
	    cmocka_unit_test(what_a_host_used),
	    cmocka_unit_test(who_used_a_network),
	    cmocka_unit_test(an_end_that_nobody_translates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
