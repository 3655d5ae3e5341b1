/*
 * quick.c - are the values of a whole section surely good?
 *
 * SPDX-License-Identifier: ISC
 */
#include "quick.h"

#include <string.h>

/* Rows of a layout never ask for more than there is room for: test_quick runs all. */
static void
spot(struct quick *quick, const struct pfsync_row *row, unsigned largest)
{
	quick->spots[quick->spot_count].offset = row->offset;
	quick->spots[quick->spot_count].largest = (uint8_t)largest;
	quick->spot_count++;
}

/* What pfsync_message_check() looks at (SEM 2.2). */
static void
add_row(struct quick *quick, const struct pfsync_row *row, bool full)
{
	switch (row->field) {
	case PFSYNC_F_TIMEOUT:
		spot(quick, row, quick->dialect->timeout_max - 1U);
		break;
	case PFSYNC_F_SRC_STATE:
	case PFSYNC_F_DST_STATE:
		spot(quick, row, PFSYNC_TCPS_PROXY_DST);
		break;
	case PFSYNC_F_DIRECTION:
		if (full)
			spot(quick, row, PFSYNC_OUT);
		break;
	case PFSYNC_F_AF:
	case PFSYNC_F_WIRE_AF:
	case PFSYNC_F_STACK_AF:
		/* Few numbers are a family; 0 stands for that test in record_good(). */
		if (full)
			spot(quick, row, 0);
		break;
	case PFSYNC_F_CREATORID:
		if (full)
			quick->creatorid_offset = row->offset;
		break;
	case PFSYNC_F_IFNAME:
	case PFSYNC_F_RT_IFNAME:
	case PFSYNC_F_ORIG_IFNAME:
	case PFSYNC_F_TAGNAME:
		quick->name_ends[quick->name_count++] = (uint16_t)(row->offset + row->width - 1);
		break;
	default:
		break;
	}
}

static void
prepare(struct quick *quick, const struct pfsync_frame *frame, const struct pfsync_section *section)
{
	const struct pfsync_layout *layout = section->layout;

	quick->layout = layout;
	quick->dialect = frame->dialect;
	quick->spot_count = 0;
	quick->name_count = 0;
	quick->creatorid_offset = -1;
	for (unsigned i = 0; i < layout->row_count; i++)
		add_row(quick, &layout->rows[i], layout->record != PFSYNC_REC_NONE);
}

static bool
record_good(const struct quick *quick, const uint8_t *record)
{
	static const uint8_t zero[4];

	for (unsigned i = 0; i < quick->spot_count; i++) {
		uint8_t value = record[quick->spots[i].offset];

		if (quick->spots[i].largest == 0) {
			if (pfsync_af_of(value) == PFSYNC_AF_UNSPEC)
				return false;
		} else if (value > quick->spots[i].largest) {
			return false;
		}
	}
	for (unsigned i = 0; i < quick->name_count; i++) {
		if (record[quick->name_ends[i]] != 0)
			return false; /* it may have ended before */
	}
	return quick->creatorid_offset < 0 ||
	       memcmp(record + quick->creatorid_offset, zero, sizeof(zero)) != 0;
}

bool
quick_section_good(
    struct quick *quick, const struct pfsync_frame *frame, const struct pfsync_section *section)
{
	const struct pfsync_layout *layout = section->layout;
	size_t present = frame->end < frame->caplen ? frame->end : frame->caplen;
	size_t stride = section->stride_bytes;
	const uint8_t *record;

	/* Raw v1 counts directions otherwise; nobody needs it fast. */
	if (layout == NULL || stride < layout->size_bytes || section->body_offset > present ||
	    section->count > (present - section->body_offset) / stride ||
	    (frame->dialect->quirks & PFSYNC_QUIRK_DIR01) != 0 ||
	    section->action == PFSYNC_ACT_TDB || section->action == PFSYNC_ACT_CLR)
		return false;
	if (layout->record == PFSYNC_REC_NONE && section->action != PFSYNC_ACT_UPD_C)
		return true;
	if (quick->layout != layout || quick->dialect != frame->dialect)
		prepare(quick, frame, section);
	record = frame->bytes + section->body_offset;
	for (uint32_t i = 0; i < section->count; i++, record += stride) {
		if (!record_good(quick, record))
			return false;
	}
	return true;
}
