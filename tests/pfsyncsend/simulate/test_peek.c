/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "peek.h"

struct list {
	struct peek_message messages[16];
	size_t count, stop_after;
};

static bool
note(void *context, const struct peek_message *message)
{
	struct list *list = context;

	list->messages[list->count++] = *message;
	return list->count != list->stop_after;
}

static void
add(struct pfsync_builder *builder, enum pfsync_action action, uint64_t id)
{
	struct pfsync_message message = {
	    .action = action, .action_number = UINT8_MAX, .id = id, .creatorid = 9};

	pfsync_has_set(&message, PFSYNC_F_ID);
	pfsync_has_set(&message, PFSYNC_F_CREATORID);
	if (action == PFSYNC_ACT_BUS) {
		pfsync_has_set(&message, PFSYNC_F_BUS_STATUS);
		message.u.bus.status = PFSYNC_BUS_END;
	}
	assert_int_equal(pfsync_build_add(builder, &message), PFSYNC_OK);
}

static size_t
build(const struct pfsync_dialect *dialect, uint8_t *bytes, size_t size)
{
	struct pfsync_builder builder;

	pfsync_build_begin(&builder, dialect, NULL, bytes, size);
	add(&builder, PFSYNC_ACT_UPD_C, 1);
	add(&builder, PFSYNC_ACT_UPD_C, 2);
	add(&builder, PFSYNC_ACT_INS, 3);
	add(&builder, PFSYNC_ACT_DEL_C, 4);
	add(&builder, PFSYNC_ACT_BUS, 0);
	return (size_t)pfsync_build_end(&builder);
}

static void
test_all_and_full_only(void **state)
{
	static const char *const names[] = {"openbsd-6k", "freebsd-14", "freebsd-9"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_by_name(names[i]);
		struct list all = {.count = 0}, few = {.count = 0};
		uint8_t bytes[2000];
		size_t len = build(dialect, bytes, sizeof(bytes));
		peek(dialect, bytes, len, false, note, &all);
		assert_int_equal(all.count, 5);
		assert_int_equal(all.messages[1].id, 2);
		assert_int_equal(all.messages[1].creatorid, 9);
		assert_false(all.messages[1].full);
		assert_true(all.messages[2].full);
		assert_int_equal(all.messages[4].bus_status, PFSYNC_BUS_END);
		peek(dialect, bytes, len, true, note, &few);
		assert_int_equal(few.count, 3);
		assert_int_equal(few.messages[0].id, 3);
	}
}

static void
test_visitor_can_stop(void **state)
{
	const struct pfsync_dialect *dialect = pfsync_dialect_by_name("openbsd-6k");
	struct list list = {.stop_after = 2};
	uint8_t bytes[2000];

	(void)state;
	peek(dialect, bytes, build(dialect, bytes, sizeof(bytes)), false, note, &list);
	assert_int_equal(list.count, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all_and_full_only),
	    cmocka_unit_test(test_visitor_can_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
