/*
 * encode.c - message -> record -> frame, the inverse of message.c and frame.c.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "pfsync.h"

#include "layouts/layouts.h"
#include "wire.h"

/* ------------------------------------------------------------------------
 * One store a kind of member.  width and codec are constants where they are
 * called, so the branches go away, as in message.c.
 */

static inline void
store_number(uint8_t *p, unsigned width, int codec, unsigned quirks, uint64_t value)
{
	if (codec == PFSYNC_CODEC_SWAPPED && (quirks & PFSYNC_QUIRK_SWAPPED) != 0) {
		wire_put_le(p, width, value);
		return;
	}
	switch (width) {
	case 1:
		p[0] = (uint8_t)value;
		break;
	case 2:
		wire_put_be16(p, (uint16_t)value);
		break;
	case 4:
		wire_put_be32(p, (uint32_t)value);
		break;
	default:
		wire_put_be32(p, (uint32_t)(value >> 32));
		wire_put_be32(p + 4, (uint32_t)value);
		break;
	}
}

static inline void
store_U8(const uint8_t *member, uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	uint8_t value = *member;

	/* Not a mirror image of the decoder at the ends (OB 14.3): there was no
	 * number for "both". */
	if (codec == PFSYNC_CODEC_DIRECTION && (quirks & PFSYNC_QUIRK_DIR01) != 0 && value > 0 &&
	    value < UINT8_MAX)
		value--;
	store_number(p, width, codec, quirks, value);
}

static inline void
store_U16(const uint16_t *member, uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	store_number(p, width, codec, quirks, *member);
}

static inline void
store_U32(const uint32_t *member, uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	store_number(p, width, codec, quirks, *member);
}

static inline void
store_S32(const int32_t *member, uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	store_number(p, width, codec, quirks, (uint64_t)(int64_t)*member);
}

static inline void
store_U64(const uint64_t *member, uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	uint64_t value = *member;

	if (codec == PFSYNC_CODEC_RPL && (quirks & PFSYNC_QUIRK_RPL_SHIFT) != 0)
		value <<= 32;
	store_number(p, width, codec, quirks, value);
}

static inline void
store_ADDR(const struct pfsync_addr *member, uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	(void)codec, (void)quirks;
	memcpy(p, member->b, width);
}

static inline void
store_TEXT16(const char *member, uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	(void)codec, (void)quirks;
	memcpy(p, member, width);
}

static inline void
store_TEXT64(const char *member, uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	(void)codec, (void)quirks;
	memcpy(p, member, width);
}

static inline void
store_SOCKADDR28(const uint8_t *member, uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	memcpy(p, member, width);
	if (codec == PFSYNC_CODEC_SWAPPED && (quirks & PFSYNC_QUIRK_SWAPPED) != 0 && p[1] == 2)
		wire_put_le(p + 4, 4, wire_be32(p + 4));
}

/* What "not given" looks like on the wire where it is not zero. */
static inline void
store_none(enum pfsync_field field, uint8_t *p)
{
	switch (field) {
	case PFSYNC_F_RULE:
	case PFSYNC_F_ANCHOR:
	case PFSYNC_F_NAT_RULE:
		wire_put_be32(p, PFSYNC_RULE_NONE);
		break;
	case PFSYNC_F_RTABLEID0:
	case PFSYNC_F_RTABLEID1:
		wire_put_be32(p, UINT32_MAX);
		break;
	default:
		break;
	}
}

static inline bool
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

/* store_field_<FIELD>(): the store of the field's kind from the field's member. */
#define ADDRESS_U8(member) &(member)
#define ADDRESS_U16(member) &(member)
#define ADDRESS_U32(member) &(member)
#define ADDRESS_U64(member) &(member)
#define ADDRESS_S32(member) &(member)
#define ADDRESS_ADDR(member) &(member)
#define ADDRESS_TEXT16(member) (member)
#define ADDRESS_TEXT64(member) (member)
#define ADDRESS_SOCKADDR28(member) (member)
#define PFSYNC_FIELD(ID, member, KIND, name, unit, text)                                           \
	static inline void store_field_##ID(const struct pfsync_message *m, uint8_t *p,            \
	    unsigned width, int codec, unsigned quirks)                                            \
	{                                                                                          \
		store_##KIND(ADDRESS_##KIND(m->member), p, width, codec, quirks);                  \
	}
#include "fields.def"
#undef PFSYNC_FIELD

/* Three sets: fields to be written, and to be written as "none"; the rest stays zero. */
#define R(FIELD, offset, width, CODEC)                                                             \
	if (set_has(put, PFSYNC_F_##FIELD))                                                        \
		store_field_##FIELD(m, p + (offset), (width), PFSYNC_CODEC_##CODEC, quirks);       \
	else if (set_has(none, PFSYNC_F_##FIELD))                                                  \
		store_none(PFSYNC_F_##FIELD, p + (offset));
#define X(name, kind, size, text)                                                                  \
	static void encode_##name(const struct pfsync_message *m, const struct pfsync_fields *put, \
	    const struct pfsync_fields *none, uint8_t *p, unsigned quirks)                         \
	{                                                                                          \
		(void)quirks;                                                                      \
		ROWS_##name(R)                                                                     \
	}
LAYOUTS(X)
#undef X
#undef R

typedef void encode_fn(const struct pfsync_message *, const struct pfsync_fields *,
    const struct pfsync_fields *, uint8_t *, unsigned);

static encode_fn *const encoders[LAYOUT_COUNT] = {
#define X(name, kind, size, text) [LAYOUT_##name] = encode_##name,
    LAYOUTS(X)
#undef X
};

/* Before 2005-08-16 there is room for scrub data and nothing in it (OB 4.5). */
static void
drop_scrub(struct pfsync_fields *fields)
{
	static const uint8_t scrub[] = {PFSYNC_F_SRC_SCRUB_FLAGS, PFSYNC_F_SRC_SCRUB_TTL,
	    PFSYNC_F_SRC_SCRUB_VALID, PFSYNC_F_SRC_TS_MOD, PFSYNC_F_DST_SCRUB_FLAGS,
	    PFSYNC_F_DST_SCRUB_TTL, PFSYNC_F_DST_SCRUB_VALID, PFSYNC_F_DST_TS_MOD};

	for (size_t i = 0; i < sizeof(scrub); i++)
		fields->bits[scrub[i] / 64] &= ~(UINT64_C(1) << (scrub[i] % 64));
}

static int
encode_record(const struct pfsync_dialect *dialect, const struct pfsync_layout *layout,
    const struct pfsync_message *message, uint8_t *out, size_t size)
{
	const struct pfsync_fields *absent =
	    layout->record != PFSYNC_REC_NONE     ? &dialect->absent_state
	    : message->action == PFSYNC_ACT_UPD_C ? &dialect->absent_upd_c
						  : &dialect->absent_other;
	struct pfsync_fields put, none;

	if (size < layout->size_bytes)
		return PFSYNC_NOSPACE;
	memset(out, 0, layout->size_bytes);
	for (size_t i = 0; i < 2; i++) {
		/* Never filled by this dialect: zero. */
		put.bits[i] = message->has.bits[i] & ~absent->bits[i];
		none.bits[i] = ~message->has.bits[i] & ~absent->bits[i];
	}
	if ((dialect->quirks & PFSYNC_QUIRK_NO_SCRUB) != 0)
		drop_scrub(&put);
	encoders[layout - pfsync_layouts](message, &put, &none, out, dialect->quirks);
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
