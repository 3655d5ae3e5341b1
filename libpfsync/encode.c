/*
 * encode.c - message -> record -> frame, the inverse of message.c and frame.c.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "pfsync.h"

#include "layouts/layouts.h"
#include "wire.h"

static bool
swapped(const struct pfsync_row *row, unsigned quirks)
{
	return row->codec == PFSYNC_CODEC_SWAPPED && (quirks & PFSYNC_QUIRK_SWAPPED) != 0;
}

static void
store_number(const struct pfsync_row *row, uint8_t *p, uint64_t value, unsigned quirks)
{
	/* Not a mirror image of the decoder at the ends (OB 14.3): there was no
	 * number for "both". */
	if (row->codec == PFSYNC_CODEC_DIRECTION && (quirks & PFSYNC_QUIRK_DIR01) != 0 &&
	    value > 0 && value < UINT8_MAX)
		value--;
	if (row->codec == PFSYNC_CODEC_RPL && (quirks & PFSYNC_QUIRK_RPL_SHIFT) != 0)
		value <<= 32;
	if (swapped(row, quirks))
		wire_put_le(p, row->width, value);
	else
		wire_put_be(p, row->width, value);
}

static void
store_row(const struct pfsync_row *row, uint8_t *record, const struct pfsync_message *message,
    unsigned quirks)
{
	const struct pfsync_field_info *info = pfsync_field_info(row->field);
	uint8_t *p = record + row->offset;

	switch (info->kind) {
	case PFSYNC_KIND_ADDR:
	case PFSYNC_KIND_TEXT16:
	case PFSYNC_KIND_TEXT64:
	case PFSYNC_KIND_SOCKADDR28:
		memcpy(p, pfsync_field_ptr(message, row->field), row->width);
		if (info->kind == PFSYNC_KIND_SOCKADDR28 && swapped(row, quirks) && p[1] == 2)
			wire_put_le(p + 4, 4, wire_be32(p + 4));
		break;
	default:
		store_number(row, p, pfsync_field_number(message, row->field), quirks);
		break;
	}
}

/* What "not given" looks like on the wire where it is not zero. */
static void
store_none(const struct pfsync_row *row, uint8_t *record)
{
	switch (row->field) {
	case PFSYNC_F_RULE:
	case PFSYNC_F_ANCHOR:
	case PFSYNC_F_NAT_RULE:
		wire_put_be(record + row->offset, 4, PFSYNC_RULE_NONE);
		break;
	case PFSYNC_F_RTABLEID0:
	case PFSYNC_F_RTABLEID1:
		wire_put_be(record + row->offset, 4, UINT32_MAX);
		break;
	default:
		break;
	}
}

static bool
set_has(const struct pfsync_fields *fields, unsigned field)
{
	return (fields->bits[field / 64] >> (field % 64)) & 1;
}

int
pfsync_action_number(
    const struct pfsync_dialect *dialect, enum pfsync_action action, enum pfsync_record_kind record)
{
	for (int number = 0; number < PFSYNC_ACTION_NUMBERS; number++) {
		const struct pfsync_action_row *row = &dialect->actions[number];
		const struct pfsync_layout *layout = dialect->layouts[row->slot];
		if (row->action != action || row->slot == PFSYNC_SLOT_NONE ||
		    row->slot == PFSYNC_SLOT_RETIRED)
			continue;
		if (record == PFSYNC_REC_NONE || layout == NULL ||
		    layout->record == PFSYNC_REC_NONE || layout->record == record)
			return number;
	}
	return -1;
}

/* The wire number for this message: its own if that means the same here. */
static int
choose_number(const struct pfsync_dialect *dialect, const struct pfsync_message *message)
{
	if (message->action_number < PFSYNC_ACTION_NUMBERS) {
		const struct pfsync_action_row *row = &dialect->actions[message->action_number];
		const struct pfsync_layout *layout = dialect->layouts[row->slot];
		if (row->action == message->action && row->slot != PFSYNC_SLOT_RETIRED &&
		    layout != NULL &&
		    (message->record == PFSYNC_REC_NONE || layout->record == message->record))
			return message->action_number;
	}
	return pfsync_action_number(dialect, message->action, message->record);
}

/* Before 2005-08-16 there is room for scrub data and nothing in it (OB 4.5). */
static bool
never_scrubbed(const struct pfsync_dialect *dialect, unsigned field)
{
	if ((dialect->quirks & PFSYNC_QUIRK_NO_SCRUB) == 0)
		return false;
	switch (field) {
	case PFSYNC_F_SRC_SCRUB_FLAGS:
	case PFSYNC_F_SRC_SCRUB_TTL:
	case PFSYNC_F_SRC_SCRUB_VALID:
	case PFSYNC_F_SRC_TS_MOD:
	case PFSYNC_F_DST_SCRUB_FLAGS:
	case PFSYNC_F_DST_SCRUB_TTL:
	case PFSYNC_F_DST_SCRUB_VALID:
	case PFSYNC_F_DST_TS_MOD:
		return true;
	default:
		return false;
	}
}

static int
encode_record(const struct pfsync_dialect *dialect, const struct pfsync_layout *layout,
    const struct pfsync_message *message, uint8_t *out, size_t size)
{
	const struct pfsync_fields *absent =
	    layout->record != PFSYNC_REC_NONE     ? &dialect->absent_state
	    : message->action == PFSYNC_ACT_UPD_C ? &dialect->absent_upd_c
						  : &dialect->absent_other;

	if (size < layout->size_bytes)
		return PFSYNC_NOSPACE;
	memset(out, 0, layout->size_bytes);
	for (size_t i = 0; i < layout->row_count; i++) {
		const struct pfsync_row *row = &layout->rows[i];
		if (set_has(absent, row->field) || never_scrubbed(dialect, row->field))
			continue; /* never filled by this dialect: zero */
		if (pfsync_has(message, row->field))
			store_row(row, out, message, dialect->quirks);
		else
			store_none(row, out);
	}
	return (int)layout->size_bytes;
}

int
pfsync_message_encode(const struct pfsync_dialect *dialect, const struct pfsync_message *message,
    uint8_t *out, size_t size)
{
	int number = choose_number(dialect, message);
	const struct pfsync_layout *layout;

	if (number < 0)
		return PFSYNC_NOTSUPP;
	layout = dialect->layouts[dialect->actions[number].slot];
	if (layout == NULL)
		return PFSYNC_NOTSUPP;
	return encode_record(dialect, layout, message, out, size);
}

/* ------------------------------------------------------------------------ */

static bool
has_subheaders(const struct pfsync_dialect *dialect)
{
	return dialect->version >= 5;
}

static uint8_t *
reserve(struct pfsync_builder *b, size_t bytes)
{
	uint8_t *p;

	if (b->status < 0)
		return NULL;
	if (b->size - b->used < bytes) {
		b->status = PFSYNC_NOSPACE;
		return NULL;
	}
	p = b->out + b->used;
	memset(p, 0, bytes);
	b->used += bytes;
	return p;
}

int
pfsync_build_begin(struct pfsync_builder *builder, const struct pfsync_dialect *dialect,
    const uint8_t *cksum, uint8_t *out, size_t size)
{
	uint8_t *header;

	*builder = (struct pfsync_builder){
	    .dialect = dialect, .out = out, .size = size, .status = PFSYNC_OK};
	header = reserve(builder, dialect->header_bytes);
	if (header == NULL)
		return builder->status;
	header[0] = dialect->version;
	if (dialect->header_bytes >= 20 && cksum != NULL &&
	    (dialect->quirks & PFSYNC_QUIRK_CKSUM_ZERO) == 0)
		memcpy(header + 4, cksum, 16);
	return PFSYNC_OK;
}

/* CLR and BUS say count 0 before v5 (OB 7.2); EOF says 1 (OB 10.4). */
static void
close_section(struct pfsync_builder *b)
{
	const struct pfsync_action_row *row;
	uint32_t count = b->count;

	if (!b->open)
		return;
	row = &b->dialect->actions[b->action_number];
	if (has_subheaders(b->dialect)) {
		wire_put_be(b->out + b->section + 2, 2, count);
	} else {
		if ((b->dialect->quirks & PFSYNC_QUIRK_COUNT0) != 0 &&
		    (row->action == PFSYNC_ACT_CLR || row->action == PFSYNC_ACT_BUS))
			count = 0;
		b->out[2] = b->action_number;
		b->out[3] = (uint8_t)count;
	}
	b->open = false;
}

static int
open_section(struct pfsync_builder *b, uint8_t number)
{
	const struct pfsync_layout *layout = b->dialect->layouts[b->dialect->actions[number].slot];

	if (has_subheaders(b->dialect)) {
		uint8_t *subheader;
		close_section(b);
		b->section = b->used;
		subheader = reserve(b, 4);
		if (subheader == NULL)
			return b->status;
		subheader[0] = number;
		if ((b->dialect->quirks & PFSYNC_QUIRK_LENGTH) != 0 && layout != NULL)
			subheader[1] = (uint8_t)(layout->size_bytes / 4);
	} else if (b->used != b->dialect->header_bytes) {
		return b->status = PFSYNC_NOTSUPP; /* one action a packet (OB 2) */
	}
	b->action_number = number;
	b->count = 0;
	b->open = true;
	return PFSYNC_OK;
}

int
pfsync_build_add(struct pfsync_builder *builder, const struct pfsync_message *message)
{
	const struct pfsync_dialect *dialect = builder->dialect;
	uint32_t count_max = has_subheaders(dialect) ? UINT16_MAX : 254;
	const struct pfsync_layout *layout;
	uint8_t *record;
	int number;

	if (builder->status < 0)
		return builder->status;
	number = choose_number(dialect, message);
	if (number < 0 || (layout = dialect->layouts[dialect->actions[number].slot]) == NULL)
		return builder->status = PFSYNC_NOTSUPP;
	if (!builder->open || builder->action_number != number) {
		int status = open_section(builder, (uint8_t)number);
		if (status < 0)
			return status;
	}
	if (builder->count >= count_max)
		return builder->status = PFSYNC_NOSPACE;
	record = reserve(builder, layout->size_bytes);
	if (record == NULL)
		return builder->status;
	encode_record(dialect, layout, message, record, layout->size_bytes);
	builder->count++;
	return PFSYNC_OK;
}

/* OB 5.3: raw frames are 4 + n records long, whatever count says. */
static void
pad_raw(struct pfsync_builder *b)
{
	size_t full = wire_raw_buffer_bytes(b->dialect->layouts[PFSYNC_SLOT_STATE]->size_bytes);

	if (b->used < full)
		(void)reserve(b, full - b->used);
}

int
pfsync_build_end(struct pfsync_builder *builder)
{
	const struct pfsync_dialect *dialect = builder->dialect;
	uint8_t *eof;

	if (builder->status < 0)
		return builder->status;
	close_section(builder);
	if ((dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) != 0)
		pad_raw(builder);
	if ((dialect->quirks & PFSYNC_QUIRK_EOF) != 0) {
		eof = reserve(builder, (dialect->quirks & PFSYNC_QUIRK_EOF_HMAC) != 0 ? 4 + 20 : 4);
		if (eof != NULL) {
			eof[0] =
			    (uint8_t)pfsync_action_number(dialect, PFSYNC_ACT_EOF, PFSYNC_REC_NONE);
			wire_put_be(eof + 2, 2, 1);
		}
	}
	if (builder->status < 0)
		return builder->status;
	if (builder->used > UINT16_MAX)
		return builder->status = PFSYNC_NOSPACE;
	if (has_subheaders(dialect))
		wire_put_be(builder->out + 2, 2, builder->used);
	return (int)builder->used;
}
