/*
 * expect.c - compare what was read from a sample with what was put in.
 *
 * SPDX-License-Identifier: ISC
 */
#include "expect.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

/* The row that decides about a field: the last one (OB 11.3, 6e). */
static const struct pfsync_row *
deciding_row(const struct pfsync_layout *layout, unsigned field)
{
	const struct pfsync_row *found = NULL;

	for (size_t i = 0; i < layout->row_count; i++) {
		if (layout->rows[i].field == field)
			found = &layout->rows[i];
	}
	return found;
}

static bool
set_has(const struct pfsync_fields *set, unsigned field)
{
	return (set->bits[field / 64] >> (field % 64)) & 1;
}

static const struct pfsync_fields *
absent(const struct pfsync_dialect *dialect, const struct pfsync_message *message)
{
	if (message->record != PFSYNC_REC_NONE)
		return &dialect->absent_state;
	return message->action == PFSYNC_ACT_UPD_C ? &dialect->absent_upd_c
						   : &dialect->absent_other;
}

/* Scrub fields without the marker mean nothing (OB 4.4). */
static bool
scrub_of_nothing(const struct pfsync_message *message, unsigned field)
{
	switch (field) {
	case PFSYNC_F_SRC_SCRUB_FLAGS:
	case PFSYNC_F_SRC_SCRUB_TTL:
	case PFSYNC_F_SRC_TS_MOD:
		return message->u.state.src.scrub_valid == 0;
	case PFSYNC_F_DST_SCRUB_FLAGS:
	case PFSYNC_F_DST_SCRUB_TTL:
	case PFSYNC_F_DST_TS_MOD:
		return message->u.state.dst.scrub_valid == 0;
	default:
		return false;
	}
}

static bool
is_number(const struct pfsync_field_info *info)
{
	return info->kind <= PFSYNC_KIND_S32;
}

static void
expect_field(const struct pfsync_message *told, const struct pfsync_message *found,
    const struct pfsync_row *row)
{
	const struct pfsync_field_info *info = pfsync_field_info(row->field);
	uint64_t mask = row->width < 8 ? (UINT64_C(1) << (8 * row->width)) - 1 : UINT64_MAX;

	if (is_number(info)) {
		uint64_t a = pfsync_field_number(told, row->field) & mask;
		uint64_t b = pfsync_field_number(found, row->field) & mask;
		if (a != b)
			print_error("%s: told %#llx, read %#llx\n", info->id, (unsigned long long)a,
			    (unsigned long long)b);
		assert_true(a == b);
	} else if (info->kind == PFSYNC_KIND_TEXT16 || info->kind == PFSYNC_KIND_TEXT64) {
		/* Behind the NUL there may be old memory (OB 11.4). */
		if (strncmp(pfsync_field_ptr(told, row->field), pfsync_field_ptr(found, row->field),
			info->size_bytes) != 0)
			fail_msg("%s differs", info->id);
	} else if (memcmp(pfsync_field_ptr(told, row->field), pfsync_field_ptr(found, row->field),
		       info->size_bytes) != 0) {
		fail_msg("%s differs", info->id);
	}
}

void
expect_message(const struct pfsync_record *record, const struct pfsync_message *told,
    const struct pfsync_message *found)
{
	const struct pfsync_layout *layout = record->layout;
	const struct pfsync_fields *never = absent(record->frame->dialect, found);

	assert_int_equal(found->action, told->action);
	assert_int_equal(found->record, told->record);
	for (unsigned field = 0; field < PFSYNC_FIELD_COUNT; field++) {
		const struct pfsync_row *row = deciding_row(layout, field);
		bool due = row != NULL && !set_has(never, field) &&
			   (size_t)row->offset + row->width <= record->avail &&
			   !scrub_of_nothing(found, field);
		if (due != pfsync_has(found, field))
			fail_msg("%s is %s", pfsync_field_info((int)field)->id,
			    due ? "missing" : "there");
		if (due)
			expect_field(told, found, row);
	}
}
