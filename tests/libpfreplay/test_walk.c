/*
 * test_walk.c - whole packets, damaged ones too.
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

#include "internal.h"
#include "scene.h"

#define CA 0xaaaa0001U

/* A frame with most kinds of messages. */
static size_t
make(const char *dialect, uint8_t *bytes, size_t size)
{
	struct pfsync_builder builder;
	struct pfsync_message messages[220];
	size_t count = 0;

	for (uint64_t id = 1; id <= 3; id++)
		messages[count++] = scene_full(PFSYNC_ACT_INS, id, CA);
	for (uint64_t id = 1; id <= 200; id++)
		messages[count++] = scene_upd_c(id, CA, 4, 900, 4, 900);
	messages[count++] = scene_id(PFSYNC_ACT_DEL_C, 1, CA);
	messages[count++] = scene_id(PFSYNC_ACT_UPD_REQ, 2, CA);
	messages[count++] = scene_clr(CA, "em0");
	messages[count++] = scene_bus(CA, PFSYNC_BUS_START, 0);
	pfsync_build_begin(&builder, pfsync_dialect_by_name(dialect), NULL, bytes, size);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(pfsync_build_add(&builder, &messages[i]), PFSYNC_OK);
	return (size_t)pfsync_build_end(&builder);
}

/* A few messages, UPD_C last; in raw v1 a CLR, which is one that has no record. */
static size_t
make_short(const char *dialect, uint8_t *bytes, size_t size)
{
	struct pfsync_builder builder;
	const struct pfsync_dialect *spoken = pfsync_dialect_by_name(dialect);
	const struct pfsync_message messages[] = {
	    scene_full(PFSYNC_ACT_INS, 1, CA),
	    scene_id(PFSYNC_ACT_DEL_C, 1, CA),
	    scene_upd_c(1, CA, 4, 900, 4, 900),
	    scene_upd_c(1, CA, 4, 900, 4, 900),
	};

	if (spoken->version == 1) {
		memcpy(bytes, (const uint8_t[]){1, 0, 0, 0}, 4); /* CLR */
		return 4;
	}
	pfsync_build_begin(&builder, spoken, NULL, bytes, size);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pfsync_build_add(&builder, &messages[i]), PFSYNC_OK);
	return (size_t)pfsync_build_end(&builder);
}

static struct pfreplay_packet
packet(uint8_t from)
{
	return (struct pfreplay_packet){.time_ns = SCENE_START,
	    .frame = 1,
	    .af = PFSYNC_AF_INET,
	    .src = {{192, 0, 2, from}},
	    .dst = {{224, 0, 0, 240}}};
}

/* By message, the tables asked for first, or by section. */
static void
step_by_step(bool sections, struct pfreplay *r, const struct pfreplay_packet *p,
    const uint8_t *bytes, size_t caplen, size_t wirelen)
{
	struct pfsync_hint *hint = pfreplay_packet_begin(r, p);
	struct pfsync_frame frame;
	struct pfsync_section section;
	struct pfsync_record record;
	struct pfsync_message message;
	int status = pfsync_frame_open(&frame, bytes, caplen, wirelen, hint);

	/* By the single calls, not by pfsync_next(), which is what is tested. */
	pfreplay_packet_frame(r, &frame, status);
	while ((status = pfsync_section_next(&frame, &section)) != PFSYNC_END) {
		int read;

		if (status != PFSYNC_OK) {
			pfreplay_problem(r, &frame.problem);
			if (status != PFSYNC_BADLEN || section.stride_bytes == 0)
				continue;
		}
		if (section.layout == NULL) {
			const struct pfsync_message bare = {
			    .action = section.action,
			    .action_number = section.action_number,
			};

			pfreplay_message(r, &bare);
			continue;
		}
		if (sections && pfreplay_section(r, &frame, &section))
			continue;
		pfreplay_expect_section(r, &frame, &section);
		for (read = pfsync_record_first(&frame, &section, &record); read != PFSYNC_END;
		     read = pfsync_record_next(&frame, &section, &record)) {
			if ((read == PFSYNC_OK || record.avail > 0) &&
			    pfsync_message_decode(&record, &message) == PFSYNC_OK)
				pfreplay_message(r, &message);
			if (read != PFSYNC_OK)
				pfreplay_problem(r, &frame.problem);
		}
	}
	pfreplay_packet_end(r);
}

static void
assert_alike(struct pfreplay *a, struct pfreplay *b)
{
	struct pfreplay_node x, y;
	struct pfreplay_totals s, t;

	for (size_t n = 0; pfreplay_node_at(a, n, &x); n++) {
		assert_true(pfreplay_node_at(b, n, &y));
		assert_memory_equal(x.messages, y.messages, sizeof(x.messages));
		assert_memory_equal(x.anomalies, y.anomalies, sizeof(x.anomalies));
		assert_memory_equal(x.predicted, y.predicted, sizeof(x.predicted));
		assert_int_equal(x.states, y.states);
	}
	pfreplay_totals(a, &s);
	pfreplay_totals(b, &t);
	assert_int_equal(s.messages, t.messages);
	assert_int_equal(s.unreplayed, t.unreplayed);
	assert_int_equal(s.entries, t.entries);
}

static void
all_ways_of_feeding_agree(void **state)
{
	static const char *const dialects[] = {"freebsd-10", "openbsd-5b", "openbsd-6k"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct pfreplay *a = pfreplay_new(NULL), *b = pfreplay_new(NULL);
		struct pfreplay *c = pfreplay_new(NULL);
		uint8_t bytes[20000];
		size_t size = make(dialects[i], bytes, sizeof(bytes));
		struct pfreplay_packet p = packet(1), q = packet(2);

		assert_int_equal(pfreplay_packet_bytes(a, &p, bytes, size, size), PFSYNC_OK);
		assert_int_equal(pfreplay_packet_bytes(a, &q, bytes, size, size), PFSYNC_OK);
		step_by_step(false, b, &p, bytes, size, size);
		step_by_step(false, b, &q, bytes, size, size);
		assert_alike(a, b);
		step_by_step(true, c, &p, bytes, size, size);
		step_by_step(true, c, &q, bytes, size, size);
		assert_alike(a, c);
		pfreplay_free(c);
		pfreplay_free(a);
		pfreplay_free(b);
	}
}

/* Cuts of the frame, by the capture and by the packet by turns, in all three ways: each
 * byte of the headers and the first record, then one in three. */
static void
every_truncation_is_fed_alike(void **state)
{
	static const char *const dialects[] = {
	    "openbsd-1r2-ilp32", "openbsd-5a", "freebsd-10", "openbsd-6k"};
	/* Thousands of replays are made: small ones. */
	static const struct pfreplay_options small = {.max_states = 100, .unjudged = true};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		uint8_t bytes[4000];
		size_t size = make_short(dialects[i], bytes, sizeof(bytes));

		for (size_t cut = 0; cut < 2 * size; cut += cut < 600 ? 1 : 3) {
			size_t caplen = cut / 2, wirelen = cut % 2 != 0 ? caplen : size;
			struct pfreplay *a = pfreplay_new(&small), *b = pfreplay_new(&small);
			struct pfreplay *c = pfreplay_new(&small);
			struct pfreplay_packet p = packet(1), q = packet(2);

			/* A whole one before, so that the cut one finds states. */
			step_by_step(false, a, &p, bytes, size, size);
			step_by_step(false, b, &p, bytes, size, size);
			step_by_step(false, c, &p, bytes, size, size);
			pfreplay_packet_bytes(a, &q, bytes, caplen, wirelen);
			step_by_step(false, b, &q, bytes, caplen, wirelen);
			step_by_step(true, c, &q, bytes, caplen, wirelen);
			assert_alike(a, b);
			assert_alike(a, c);
			pfreplay_free(a);
			pfreplay_free(b);
			pfreplay_free(c);
		}
	}
}

static void
messages_without_a_record_are_fed(void **state)
{
	struct pfreplay *r = pfreplay_new(NULL);
	struct pfreplay_packet p = packet(1);
	struct pfreplay_node node;
	struct pfsync_builder builder;
	struct pfsync_message message = scene_id(PFSYNC_ACT_UPD_REQ, 2, CA);
	uint8_t bytes[100];
	int size;

	(void)state;
	pfsync_build_begin(
	    &builder, pfsync_dialect_by_name("openbsd-5b"), NULL, bytes, sizeof(bytes));
	pfsync_build_add(&builder, &message);
	size = pfsync_build_end(&builder);
	assert_true(size > 0);
	pfreplay_packet_bytes(r, &p, bytes, (size_t)size, (size_t)size);
	assert_true(pfreplay_node_at(r, 0, &node));
	assert_int_equal(node.messages[PFSYNC_ACT_UPD_REQ], 1);
	assert_int_equal(node.messages[PFSYNC_ACT_EOF], 1);
	pfreplay_free(r);
}

static void
every_truncation_is_survived(void **state)
{
	uint8_t bytes[20000];
	size_t size = make("freebsd-10", bytes, sizeof(bytes));
	struct pfreplay *r = pfreplay_new(NULL);
	struct pfreplay_packet p = packet(1);
	struct pfreplay_node node;

	(void)state;
	for (size_t caplen = 0; caplen < size; caplen += caplen < 1000 ? 1 : 37) {
		uint8_t *copy = malloc(caplen + 1); /* so that over-reads are seen */

		assert_non_null(copy);
		memcpy(copy, bytes, caplen);
		pfreplay_packet_bytes(r, &p, copy, caplen, size);
		pfreplay_packet_bytes(r, &p, copy, caplen, caplen);
		free(copy);
	}
	assert_true(pfreplay_node_at(r, 0, &node));
	assert_true(node.anomalies[PFREPLAY_TRUNCATED] > 100);
	assert_true(node.anomalies[PFREPLAY_BADLEN] > 0);
	/* the capture's own faults are nobody's counters */
	pfreplay_free(r);
}

/* Counts agree with what is there, however it came about. */
static void
assert_whole(const struct pfreplay *r)
{
	uint64_t views[PFREPLAY_NODES_MAX] = {0}, live = 0, facts = 0, spilled = 0;

	for (uint32_t number = 1; number <= r->table.entries.used; number++) {
		struct entry *entry = table_entry(&r->table, number);
		const struct view *view;
		uint32_t position = 0;

		if (!entry->live)
			continue;
		live++;
		facts += entry->facts != 0;
		assert_false(view_none(entry));
		assert_int_equal(store_find(r, entry->id, entry->creatorid), number);
		while ((view = view_next(&r->spill, entry, &position)) != NULL) {
			assert_true(view->node < r->nodes.count);
			views[view->node]++;
			spilled += !view_is_inline(entry, view);
		}
	}
	assert_int_equal(r->table.entries.live, live);
	assert_int_equal(r->facts.slab.live, facts);
	assert_int_equal(r->spill.live, spilled);
	for (size_t n = 0; n < r->nodes.count; n++)
		assert_int_equal(r->nodes.list[n]->views, views[n]);
}

static void
random_damage_is_survived(void **state)
{
	static const char *const dialects[] = {"freebsd-10", "openbsd-6k"};
	uint32_t random = 7;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct pfreplay_options options = {.max_states = 500};
		struct pfreplay *r = pfreplay_new(&options);
		uint8_t bytes[20000], copy[20000];
		size_t size = make(dialects[i], bytes, sizeof(bytes));
		struct pfreplay_cursor cursor = {.node = PFREPLAY_ALL_NODES};
		struct pfreplay_state s;
		struct pfreplay_totals totals;

		for (int round = 0; round < 2000; round++) {
			struct pfreplay_packet p = packet((uint8_t)(1 + round % 5));

			memcpy(copy, bytes, size);
			for (int k = 0; k < 1 + round % 40; k++) {
				random = random * 1664525U + 1013904223U;
				copy[(random >> 8) % size] = (uint8_t)random;
			}
			p.time_ns += (int64_t)round * 100000000;
			pfreplay_packet_bytes(r, &p, copy, size, size);
		}
		while (pfreplay_state_next(r, &cursor, &s))
			assert_true(s.standing < PFREPLAY_STANDING_COUNT);
		pfreplay_totals(r, &totals);
		assert_true(totals.entries <= 500);
		assert_whole(r);
		pfreplay_free(r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_ways_of_feeding_agree),
	    cmocka_unit_test(every_truncation_is_fed_alike),
	    cmocka_unit_test(messages_without_a_record_are_fed),
	    cmocka_unit_test(every_truncation_is_survived),
	    cmocka_unit_test(random_damage_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
