/*
 * test_facts.c - what a full record says, kept and given back.
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

#include "facts.h"
#include "scene.h"

#define S INT64_C(1000000000)

static void
all_fields_of_every_record_come_back(void **state)
{
	static const struct {
		const char *dialect;
		enum pfsync_record_kind record;
	} records[] = {{"openbsd-2g", PFSYNC_REC_V2}, {"openbsd-3b", PFSYNC_REC_V3},
	    {"openbsd-4", PFSYNC_REC_V4}, {"openbsd-6k", PFSYNC_REC_V6},
	    {"freebsd-10", PFSYNC_REC_1301}, {"freebsd-14", PFSYNC_REC_1400},
	    {"freebsd-15", PFSYNC_REC_1500}};
	uint32_t random = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_by_name(records[i].dialect);
		int number = pfsync_action_number(dialect, PFSYNC_ACT_INS, records[i].record);
		const struct pfsync_layout *layout =
		    dialect->layouts[dialect->actions[number].slot];
		struct pfsync_message in, out = {0};
		struct pfsync_record record = {
		    .layout = layout, .action = PFSYNC_ACT_INS, .action_number = (uint8_t)number};
		struct pfsync_frame frame = {.dialect = dialect};
		struct facts_store store;
		uint8_t bytes[PFSYNC_RECORD_MAX];
		uint32_t facts;

		for (size_t b = 0; b < sizeof(bytes); b++) {
			random = random * 1664525U + 1013904223U;
			bytes[b] = (uint8_t)(random >> 24) & 0x7f;
		}
		record.frame = &frame;
		record.bytes = bytes;
		record.avail = layout->size_bytes;
		assert_int_equal(pfsync_message_decode(&record, &in), PFSYNC_OK);
		facts_init(&store, 10);
		facts = facts_put(&store, 0, &in, 1000 * S);
		assert_int_not_equal(facts, 0);
		facts_get(&store, facts, &out);
		/* these are the views' and the entry's */
		out.id = in.id;
		out.creatorid = in.creatorid;
		out.u.state.src = in.u.state.src;
		out.u.state.dst = in.u.state.dst;
		out.u.state.timeout = in.u.state.timeout;
		out.u.state.creation_s = in.u.state.creation_s;
		out.u.state.expire_s = in.u.state.expire_s;
		assert_memory_equal(&out.has, &in.has, sizeof(in.has));
		for (int f = 0; f < PFSYNC_FIELD_COUNT; f++) {
			const struct pfsync_field_info *info = pfsync_field_info(f);
			size_t size = info->size_bytes;

			if (!pfsync_has(&in, (enum pfsync_field)f))
				continue;
			if (info->kind == PFSYNC_KIND_TEXT16 || info->kind == PFSYNC_KIND_TEXT64)
				size = strnlen(pfsync_field_ptr(&in, (enum pfsync_field)f), size);
			assert_memory_equal(pfsync_field_ptr(&in, (enum pfsync_field)f),
			    pfsync_field_ptr(&out, (enum pfsync_field)f), size);
		}
		facts_drop(&store, facts);
		assert_int_equal(store.slab.live, 0);
		facts_clear(&store);
	}
}

static void
equal_traits_are_kept_once(void **state)
{
	struct pfsync_message a = scene_full(PFSYNC_ACT_INS, 1, 1), b = a;
	struct facts_store store;
	uint32_t x, y;

	(void)state;
	facts_init(&store, 10);
	memcpy(b.u.state.ifname, "em0\0junk", 8); /* behind the NUL */
	b.u.state.wire.port[1]++;
	x = facts_put(&store, 0, &a, 0);
	y = facts_put(&store, 0, &b, 0);
	assert_int_equal(g_hash_table_size(store.traits), 1);
	b.u.state.rule = 99;
	assert_int_equal(facts_put(&store, y, &b, 0), y);
	assert_int_equal(g_hash_table_size(store.traits), 2);
	facts_drop(&store, x);
	assert_int_equal(g_hash_table_size(store.traits), 1);
	facts_drop(&store, y);
	facts_drop(&store, 0);
	assert_int_equal(g_hash_table_size(store.traits), 0);
	assert_int_equal(sizeof(struct facts), 2 * SLAB_LINE);
	facts_clear(&store);
}

/* Ages are whole seconds; of several the earliest creation is nearest. */
static void
creation_is_the_earliest_that_ages_give(void **state)
{
	struct pfsync_message m = scene_full(PFSYNC_ACT_INS, 1, 1);
	struct facts_store store;
	uint32_t x;

	(void)state;
	facts_init(&store, 10);
	m.u.state.creation_s = 0;
	x = facts_put(&store, 0, &m, 1000 * S + S / 2);
	m.u.state.creation_s = 10;
	facts_put(&store, x, &m, 1010 * S);
	assert_true(facts_at(&store, x)->creation_ns == 1000 * S);
	facts_put(&store, x, &m, 1010 * S + S / 4);
	assert_true(facts_at(&store, x)->creation_ns == 1000 * S);
	/* another key: another state */
	m.u.state.wire.port[0]++;
	facts_put(&store, x, &m, 1010 * S + S / 4);
	assert_true(facts_at(&store, x)->creation_ns == 1000 * S + S / 4);
	/* OpenBSD 3.5 wraps: minus one second (SEM 2.2) */
	m.u.state.wire.port[0]++;
	m.u.state.creation_s = UINT32_MAX;
	facts_put(&store, x, &m, 1010 * S);
	assert_true(facts_at(&store, x)->creation_ns == 1011 * S);
	facts_drop(&store, x);
	facts_clear(&store);
}

static void
the_limit_holds(void **state)
{
	struct pfsync_message m = scene_full(PFSYNC_ACT_INS, 1, 1);
	struct facts_store store;

	(void)state;
	facts_init(&store, 1);
	assert_int_equal(facts_put(&store, 0, &m, 0), 1);
	assert_int_equal(facts_put(&store, 0, &m, 0), 0);
	assert_int_equal(facts_put(&store, 1, &m, 0), 1);
	assert_true(facts_bytes(&store) > 0);
	facts_drop(&store, 1);
	facts_clear(&store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_fields_of_every_record_come_back),
	    cmocka_unit_test(equal_traits_are_kept_once),
	    cmocka_unit_test(creation_is_the_earliest_that_ages_give),
	    cmocka_unit_test(the_limit_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
