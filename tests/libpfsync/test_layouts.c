/*
 * test_layouts.c - the tables themselves: rows fit, do not overlap, are named.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "pfsync.h"

static void
rows_fit_and_do_not_overlap(void **state)
{
	(void)state;
	for (size_t l = 0; l < pfsync_layout_count(); l++) {
		const struct pfsync_layout *layout = pfsync_layout_at(l);
		uint8_t owner[PFSYNC_RECORD_MAX] = {0};
		assert_true(layout->size_bytes <= PFSYNC_RECORD_MAX);
		for (size_t i = 0; i < layout->row_count; i++) {
			const struct pfsync_row *row = &layout->rows[i];
			assert_true(row->field < PFSYNC_FIELD_COUNT);
			assert_true(row->width > 0);
			assert_true(row->offset + row->width <= layout->size_bytes);
			for (size_t k = 0; k < row->width; k++) {
				assert_int_equal(owner[row->offset + k], 0);
				owner[row->offset + k] = 1;
			}
		}
	}
	assert_null(pfsync_layout_at(pfsync_layout_count()));
}

static void
widths_match_kinds(void **state)
{
	(void)state;
	for (size_t l = 0; l < pfsync_layout_count(); l++) {
		const struct pfsync_layout *layout = pfsync_layout_at(l);
		for (size_t i = 0; i < layout->row_count; i++) {
			const struct pfsync_row *row = &layout->rows[i];
			const struct pfsync_field_info *info = pfsync_field_info(row->field);
			if (info->kind == PFSYNC_KIND_U64)
				assert_true(row->width == 4 || row->width == 8);
			else if (info->kind == PFSYNC_KIND_U16)
				assert_true(row->width == 1 || row->width == 2);
			else
				assert_int_equal(row->width, info->size_bytes);
		}
	}
}

static void
field_sets_are_those_of_the_rows(void **state)
{
	(void)state;
	for (size_t l = 0; l < pfsync_layout_count(); l++) {
		const struct pfsync_layout *layout = pfsync_layout_at(l);
		struct pfsync_fields fields = {{0, 0}};
		for (size_t i = 0; i < layout->row_count; i++)
			fields.bits[layout->rows[i].field / 64] |= UINT64_C(1)
								   << (layout->rows[i].field % 64);
		assert_memory_equal(&fields, &layout->fields, sizeof(fields));
	}
}

static void
every_field_and_layout_is_used(void **state)
{
	bool field_used[PFSYNC_FIELD_COUNT] = {false};

	(void)state;
	for (size_t l = 0; l < pfsync_layout_count(); l++) {
		const struct pfsync_layout *layout = pfsync_layout_at(l);
		bool used = false;
		for (size_t i = 0; i < layout->row_count; i++)
			field_used[layout->rows[i].field] = true;
		for (size_t d = 0; d < pfsync_dialect_count(); d++) {
			for (size_t s = 0; s < PFSYNC_SLOT_COUNT; s++)
				used |= pfsync_dialect_at(d)->layouts[s] == layout;
		}
		if (!used)
			fail_msg("layout %s belongs to no dialect", layout->name);
	}
	for (int f = 0; f < PFSYNC_FIELD_COUNT; f++) {
		if (!field_used[f])
			fail_msg("field %s stands in no layout", pfsync_field_info(f)->id);
	}
}

static void
members_lie_in_the_message(void **state)
{
	(void)state;
	for (int f = 0; f < PFSYNC_FIELD_COUNT; f++) {
		const struct pfsync_field_info *info = pfsync_field_info(f);
		assert_true(info->member_offset + (size_t)info->size_bytes <=
			    sizeof(struct pfsync_message));
		assert_true(strlen(info->name) > 0 && strlen(info->text) > 0);
	}
	assert_null(pfsync_field_info(-1));
	assert_null(pfsync_field_info(PFSYNC_FIELD_COUNT));
}

static void
numbers_are_read_by_kind(void **state)
{
	struct pfsync_message message;

	(void)state;
	memset(&message, 0, sizeof(message));
	message.id = UINT64_C(0x0102030405060708);
	message.creatorid = 0xdeadbeef;
	message.u.state.rtableid[0] = -1;
	message.u.state.max_mss = 1400;
	message.u.state.proto = 6;
	assert_true(pfsync_field_number(&message, PFSYNC_F_ID) == UINT64_C(0x0102030405060708));
	assert_int_equal(pfsync_field_number(&message, PFSYNC_F_CREATORID), 0xdeadbeef);
	assert_true(pfsync_field_number(&message, PFSYNC_F_RTABLEID0) == UINT64_MAX);
	assert_int_equal(pfsync_field_number(&message, PFSYNC_F_MAX_MSS), 1400);
	assert_int_equal(pfsync_field_number(&message, PFSYNC_F_PROTO), 6);
	assert_int_equal(pfsync_field_number(&message, PFSYNC_F_IFNAME), 0);
}

static void
dialects_are_found_by_name_and_alias(void **state)
{
	const char *alias, *name;
	size_t i;

	(void)state;
	for (i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		assert_ptr_equal(pfsync_dialect_by_name(dialect->name), dialect);
		assert_int_equal(pfsync_dialect_index(dialect), i);
		assert_true(strlen(dialect->systems) > 0 && strlen(dialect->source) > 0);
	}
	assert_null(pfsync_dialect_at(i));
	assert_null(pfsync_dialect_by_name("openbsd-99"));
	assert_null(pfsync_dialect_by_name(""));
	for (i = 0; pfsync_dialect_alias(i, &alias, &name); i++) {
		assert_non_null(pfsync_dialect_by_name(name));
		assert_ptr_equal(pfsync_dialect_by_name(alias), pfsync_dialect_by_name(name));
	}
	assert_true(i > 0);
}

static void
header_rows_fit_and_are_used(void **state)
{
	bool field_used[PFSYNC_HEADER_FIELD_COUNT] = {false};

	(void)state;
	for (size_t l = 0; l < pfsync_header_layout_count(); l++) {
		const struct pfsync_layout *layout = pfsync_header_layout_at(l);
		struct pfsync_fields fields = {{0, 0}};
		bool used = false;
		size_t end = 0;
		for (size_t i = 0; i < layout->row_count; i++) {
			const struct pfsync_row *row = &layout->rows[i];
			const struct pfsync_field_info *info = pfsync_header_field_info(row->field);
			assert_non_null(info);
			assert_true(row->offset >= end);
			end = (size_t)row->offset + row->width;
			assert_true(end <= layout->size_bytes);
			assert_int_equal(row->width, info->size_bytes);
			fields.bits[0] |= UINT64_C(1) << row->field;
			field_used[row->field] = true;
		}
		assert_memory_equal(&fields, &layout->fields, sizeof(fields));
		for (size_t d = 0; d < pfsync_dialect_count(); d++)
			used |= pfsync_header_layout(pfsync_dialect_at(d)) == layout ||
				pfsync_subheader_layout(pfsync_dialect_at(d)) == layout;
		assert_true(used);
	}
	for (int f = 0; f < PFSYNC_HEADER_FIELD_COUNT; f++)
		assert_true(field_used[f]);
	assert_null(pfsync_header_layout_at(pfsync_header_layout_count()));
	assert_null(pfsync_header_field_info(-1));
	assert_null(pfsync_header_field_info(PFSYNC_HEADER_FIELD_COUNT));
}

static void
header_layouts_are_as_long_as_headers(void **state)
{
	(void)state;
	for (size_t d = 0; d < pfsync_dialect_count(); d++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(d);
		const struct pfsync_layout *sub = pfsync_subheader_layout(dialect);
		assert_int_equal(pfsync_header_layout(dialect)->size_bytes, dialect->header_bytes);
		assert_int_equal(sub != NULL, dialect->version >= 5);
		assert_true(sub == NULL || sub->size_bytes == 4);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_fit_and_do_not_overlap),
	    cmocka_unit_test(widths_match_kinds),
	    cmocka_unit_test(field_sets_are_those_of_the_rows),
	    cmocka_unit_test(every_field_and_layout_is_used),
	    cmocka_unit_test(members_lie_in_the_message),
	    cmocka_unit_test(numbers_are_read_by_kind),
	    cmocka_unit_test(dialects_are_found_by_name_and_alias),
	    cmocka_unit_test(header_rows_fit_and_are_used),
	    cmocka_unit_test(header_layouts_are_as_long_as_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
