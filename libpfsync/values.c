/*
 * values.c - are the values of a whole section surely good?
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "pfsync.h"

/* Rows of a layout never ask for more than there is room for: test_section_values runs all. */
static void
spot(struct pfsync_value_spots *spots, const struct pfsync_row *row, unsigned largest)
{
	spots->spots[spots->spot_count].offset = row->offset;
	spots->spots[spots->spot_count].largest = (uint8_t)largest;
	spots->spot_count++;
}

/* What pfsync_message_check() looks at (SEM 2.2). */
static void
add_row(struct pfsync_value_spots *spots, const struct pfsync_row *row, bool full)
{
	switch (row->field) {
	case PFSYNC_F_TIMEOUT:
		spot(spots, row, spots->dialect->timeout_max - 1U);
		break;
	case PFSYNC_F_SRC_STATE:
	case PFSYNC_F_DST_STATE:
		spot(spots, row, PFSYNC_TCPS_PROXY_DST);
		break;
	case PFSYNC_F_DIRECTION:
		if (full)
			spot(spots, row, PFSYNC_OUT);
		break;
	case PFSYNC_F_AF:
	case PFSYNC_F_WIRE_AF:
	case PFSYNC_F_STACK_AF:
		/* Few numbers are a family; 0 stands for that test in record_good(). */
		if (full)
			spot(spots, row, 0);
		break;
	case PFSYNC_F_CREATORID:
		if (full)
			spots->creatorid_offset = row->offset;
		break;
	case PFSYNC_F_IFNAME:
	case PFSYNC_F_RT_IFNAME:
	case PFSYNC_F_ORIG_IFNAME:
	case PFSYNC_F_TAGNAME:
		spots->name_ends[spots->name_count++] = (uint16_t)(row->offset + row->width - 1);
		break;
	default:
		break;
	}
}

static void
prepare(struct pfsync_value_spots *spots, const struct pfsync_frame *frame,
    const struct pfsync_section *section)
{
	const struct pfsync_layout *layout = section->layout;

	spots->layout = layout;
	spots->dialect = frame->dialect;
	spots->spot_count = 0;
	spots->name_count = 0;
	spots->creatorid_offset = -1;
	for (unsigned i = 0; i < layout->row_count; i++)
		add_row(spots, &layout->rows[i], layout->record != PFSYNC_REC_NONE);
}

static bool
record_good(const struct pfsync_value_spots *spots, const uint8_t *record)
{
	static const uint8_t zero[4];

	for (unsigned i = 0; i < spots->spot_count; i++) {
		uint8_t value = record[spots->spots[i].offset];

		if (spots->spots[i].largest == 0) {
			if (pfsync_af_of(value) == PFSYNC_AF_UNSPEC)
				return false;
		} else if (value > spots->spots[i].largest) {
			return false;
		}
	}
	for (unsigned i = 0; i < spots->name_count; i++) {
		if (record[spots->name_ends[i]] != 0)
			return false; /* it may have ended before */
	}
	return spots->creatorid_offset < 0 ||
	       memcmp(record + spots->creatorid_offset, zero, sizeof(zero)) != 0;
}

bool
pfsync_section_values_good(struct pfsync_value_spots *spots, const struct pfsync_frame *frame,
    const struct pfsync_section *section)
{
	const struct pfsync_layout *layout = section->layout;
	size_t stride = section->stride_bytes;
	const uint8_t *record;

	/* Raw v1 counts directions otherwise; nobody needs it fast. */
	if (!pfsync_section_whole(frame, section) ||
	    (frame->dialect->quirks & PFSYNC_QUIRK_DIR01) != 0 ||
	    section->action == PFSYNC_ACT_TDB || section->action == PFSYNC_ACT_CLR)
		return false;
	if (layout->record == PFSYNC_REC_NONE && section->action != PFSYNC_ACT_UPD_C)
		return true;
	if (spots->layout != layout || spots->dialect != frame->dialect)
		prepare(spots, frame, section);
	record = frame->bytes + section->body_offset;
	for (uint32_t i = 0; i < section->count; i++, record += stride) {
		if (!record_good(spots, record))
			return false;
	}
	return true;
}
