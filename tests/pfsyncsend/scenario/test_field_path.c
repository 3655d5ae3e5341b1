/*
 * test_field_path.c - where the fields of a message stand in its JSON.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "field_path.h"

static void
joined(enum pfsync_field field, char *out)
{
	struct field_path path = field_path(field);

	out[0] = '\0';
	for (size_t i = 0; i < path.count; i++) {
		if (i > 0)
			strcat(out, ".");
		strcat(out, path.steps[i]);
	}
}

static void
names_are_those_of_pfsyncdump(void **state)
{
	static const struct {
		enum pfsync_field field;
		const char *path;
	} rows[] = {
	    {PFSYNC_F_ID, "id"},
	    {PFSYNC_F_AF, "af_number"},
	    {PFSYNC_F_WIRE_AF, "wire.af_number"},
	    {PFSYNC_F_WIRE_ADDR1, "wire.addr.1"},
	    {PFSYNC_F_LAN_PORT, "lan.port"},
	    {PFSYNC_F_SRC_STATE, "src_peer.state_number"},
	    {PFSYNC_F_DST_TS_MOD, "dst_peer.scrub.ts_mod"},
	    {PFSYNC_F_RT, "rt_number"},
	    {PFSYNC_F_RT_ADDR, "rt_addr"},
	    {PFSYNC_F_DIRECTION, "direction_number"},
	    {PFSYNC_F_PACKETS0, "packets.0"},
	    {PFSYNC_F_BUS_STATUS, "status_number"},
	    {PFSYNC_F_TDB_DST, "sa_dst"},
	    {PFSYNC_F_TIMEOUT, "timeout_number"},
	};
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		joined(rows[i].field, path);
		assert_string_equal(path, rows[i].path);
	}
}

static void
every_field_belongs_to_one_kind_of_message(void **state)
{
	const enum pfsync_action actions[] = {
	    PFSYNC_ACT_INS, PFSYNC_ACT_CLR, PFSYNC_ACT_BUS, PFSYNC_ACT_TDB};
	int next = PFSYNC_F_IFNAME;

	(void)state;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		struct field_range range = field_range(actions[i]);
		assert_int_equal(range.first, next);
		assert_true(range.end > range.first);
		next = range.end;
	}
	assert_int_equal(next, PFSYNC_FIELD_COUNT);
	assert_int_equal(field_range(PFSYNC_ACT_UPD_C).first, PFSYNC_F_IFNAME);
}

static void
keys_of_objects(void **state)
{
	const char *const expected[] = {"flags", "ttl", "valid", "ts_mod", NULL};
	struct field_names names = {.count = 0};

	(void)state;
	field_names_inside(&names, field_range(PFSYNC_ACT_INS), "src_peer.scrub");
	for (size_t i = 0; expected[i] != NULL; i++)
		assert_string_equal(names.names[i], expected[i]);
	assert_int_equal(names.count, 4);
	assert_null(names.names[4]);
	field_names_add(&names, "ttl");
	assert_int_equal(names.count, 4);
	for (int i = 0; i < 2 * FIELD_NAMES_MAX; i++) {
		char name[FIELD_STEP_MAX];
		snprintf(name, sizeof(name), "n%d", i);
		field_names_add(&names, name);
	}
	assert_int_equal(names.count, FIELD_NAMES_MAX);
	assert_null(names.names[FIELD_NAMES_MAX]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_those_of_pfsyncdump),
	    cmocka_unit_test(every_field_belongs_to_one_kind_of_message),
	    cmocka_unit_test(keys_of_objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
