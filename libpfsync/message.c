/*
 * message.c - record -> message, straight from the layouts' rows.
 *
 * SPDX-License-Identifier: ISC
 *
 * Each row becomes one load with constant offset and width, so that a record is
 * decoded without looking anything up.
 */
#include <string.h>

#include "pfsync.h"

#include "layouts/layouts.h"
#include "wire.h"

/* One loader a kind of member.  width and codec are constants where they are
 * called, so the branches go away. */

static inline void
load_U8(uint8_t *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	(void)width;
	*member = *p;
	/* Before 2003-01-02: 0 in, 1 out (OB 14.3).  What was no direction then
	 * must not become one. */
	if (codec == PFSYNC_CODEC_DIRECTION && (quirks & PFSYNC_QUIRK_DIR01) != 0)
		*member = *p < UINT8_MAX ? (uint8_t)(*p + 1) : *p;
}

static inline void
load_U16(uint16_t *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	if (width == 1)
		*member = *p;
	else if (codec == PFSYNC_CODEC_SWAPPED && (quirks & PFSYNC_QUIRK_SWAPPED) != 0)
		*member = wire_le16(p);
	else
		*member = wire_be16(p);
}

static inline void
load_U32(uint32_t *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	(void)width;
	if (codec == PFSYNC_CODEC_SWAPPED && (quirks & PFSYNC_QUIRK_SWAPPED) != 0)
		*member = wire_le32(p);
	else
		*member = wire_be32(p);
}

static inline void
load_S32(int32_t *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	uint32_t value = wire_be32(p);

	(void)width, (void)codec, (void)quirks;
	memcpy(member, &value, sizeof(*member));
}

static inline void
load_U64(uint64_t *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	*member = width == 4 ? wire_be32(p) : wire_be64(p);
	/* OB 11.6: the low half came first, then zeros. */
	if (codec == PFSYNC_CODEC_RPL && (quirks & PFSYNC_QUIRK_RPL_SHIFT) != 0)
		*member >>= 32;
}

static inline void
load_ADDR(struct pfsync_addr *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	(void)width, (void)codec, (void)quirks;
	memcpy(member->b, p, sizeof(member->b));
}

static inline void
load_TEXT16(char *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	(void)width, (void)codec, (void)quirks;
	memcpy(member, p, PFSYNC_IFNAMSIZ);
}

static inline void
load_TEXT64(char *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	(void)width, (void)codec, (void)quirks;
	memcpy(member, p, PFSYNC_TAGSIZ);
}

static inline void
load_SOCKADDR28(uint8_t *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	memcpy(member, p, width);
	/* OB 7.3: only the IPv4 address word was swapped, at 4 .. 7. */
	if (codec == PFSYNC_CODEC_SWAPPED && (quirks & PFSYNC_QUIRK_SWAPPED) != 0 && p[1] == 2) {
		member[4] = p[7];
		member[5] = p[6];
		member[6] = p[5];
		member[7] = p[4];
	}
}

/* load_field_<FIELD>(): the loader of the field's kind on the field's member. */
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
	static inline void load_field_##ID(struct pfsync_message *m, const uint8_t *p,             \
	    unsigned width, int codec, unsigned quirks)                                            \
	{                                                                                          \
		load_##KIND(ADDRESS_##KIND(m->member), p, width, codec, quirks);                   \
	}
#include "fields.def"
#undef PFSYNC_FIELD

#define R(FIELD, offset, width, CODEC)                                                             \
	load_field_##FIELD(m, p + (offset), (width), PFSYNC_CODEC_##CODEC, quirks);
#define X(name, kind, size, text)                                                                  \
	static void decode_##name(struct pfsync_message *m, const uint8_t *p, unsigned quirks)     \
	{                                                                                          \
		(void)quirks;                                                                      \
		ROWS_##name(R)                                                                     \
	}
LAYOUTS(X)
#undef X
#undef R

typedef void decode_fn(struct pfsync_message *, const uint8_t *, unsigned);

static decode_fn *const decoders[LAYOUT_COUNT] = {
#define X(name, kind, size, text) [LAYOUT_##name] = decode_##name,
    LAYOUTS(X)
#undef X
};

#define BIT_IN(FIELD, word)                                                                        \
	((unsigned)PFSYNC_F_##FIELD / 64 == (word)                                                 \
		? UINT64_C(1) << ((unsigned)PFSYNC_F_##FIELD % 64)                                 \
		: UINT64_C(0))
#define SCRUB_BITS(WHO, word)                                                                      \
	(BIT_IN(WHO##_SCRUB_FLAGS, word) | BIT_IN(WHO##_SCRUB_TTL, word) |                         \
	    BIT_IN(WHO##_TS_MOD, word))

static const struct pfsync_fields *
absent_fields(const struct pfsync_dialect *dialect, const struct pfsync_layout *layout,
    enum pfsync_action action)
{
	if (layout->record != PFSYNC_REC_NONE)
		return &dialect->absent_state;
	if (action == PFSYNC_ACT_UPD_C)
		return &dialect->absent_upd_c;
	return &dialect->absent_other;
}

/* The fields of the layout that end within `avail` bytes. */
static struct pfsync_fields
fields_within(const struct pfsync_layout *layout, size_t avail)
{
	struct pfsync_fields fields = layout->fields;

	for (size_t i = 0; i < layout->row_count; i++) {
		const struct pfsync_row *row = &layout->rows[i];
		if ((size_t)row->offset + row->width > avail)
			fields.bits[row->field / 64] &= ~(UINT64_C(1) << (row->field % 64));
	}
	return fields;
}

/* What the layout has, but the message has not, becomes zero as if it were not there. */
static void
clear_absent(struct pfsync_message *message, const struct pfsync_layout *layout)
{
	for (size_t word = 0; word < sizeof(message->has.bits) / sizeof(message->has.bits[0]);
	     word++) {
		uint64_t left = layout->fields.bits[word] & ~message->has.bits[word];

		for (int field = (int)(64 * word); left != 0; field++, left >>= 1) {
			const struct pfsync_field_info *info;

			/* Few are set, and this is done for nearly every message. */
			for (; (left & 0xff) == 0; field += 8)
				left >>= 8;
			if ((left & 1) == 0)
				continue;
			info = pfsync_field_info(field);
			memset((char *)message + info->member_offset, 0, info->size_bytes);
		}
	}
}

static void
clear_scrub(struct pfsync_peer *peer)
{
	peer->scrub_flags = 0;
	peer->scrub_ttl = 0;
	peer->ts_mod = 0;
}

/*
 * All of it becomes zero.  A size that the compiler does not know makes this a call of
 * memset(), which is faster than what it would put in its place.
 */
static void
clear(struct pfsync_message *message)
{
	static const volatile size_t size = sizeof(*message);

	memset(message, 0, size);
}

int
pfsync_message_decode(const struct pfsync_record *record, struct pfsync_message *message)
{
	const struct pfsync_layout *layout = record->layout;
	const struct pfsync_dialect *dialect = record->frame->dialect;
	decode_fn *decode;
	struct pfsync_fields fields;
	const struct pfsync_fields *absent;

	/* No member keeps what was in the caller's memory. */
	clear(message);
	message->action = record->action;
	message->action_number = record->action_number;
	message->cut_of = record->cut_of;
	if (layout == NULL) {
		message->record = PFSYNC_REC_NONE;
		return PFSYNC_END;
	}
	message->record = layout->record;
	decode = decoders[layout - pfsync_layouts];
	if (record->avail >= layout->size_bytes) {
		fields = layout->fields;
		decode(message, record->bytes, dialect->quirks);
	} else {
		uint8_t padded[PFSYNC_RECORD_MAX] = {0};
		if (record->avail > 0)
			memcpy(padded, record->bytes, record->avail);
		fields = fields_within(layout, record->avail);
		decode(message, padded, dialect->quirks);
	}
	absent = absent_fields(dialect, layout, record->action);
	fields.bits[0] &= ~absent->bits[0];
	fields.bits[1] &= ~absent->bits[1];

	message->has = fields;
	if (((layout->fields.bits[0] & ~fields.bits[0]) |
		(layout->fields.bits[1] & ~fields.bits[1])) != 0)
		clear_absent(message, layout);

	/* OB 4.4: without the marker the other three scrub fields mean nothing. */
	if ((fields.bits[0] & SCRUB_BITS(SRC, 0)) != 0 ||
	    (fields.bits[1] & SCRUB_BITS(SRC, 1)) != 0) {
		if (!pfsync_has(message, PFSYNC_F_SRC_SCRUB_VALID) ||
		    (message->u.state.src.scrub_valid & PFSYNC_SCRUB_FLAG_VALID) == 0) {
			message->has.bits[0] &= ~SCRUB_BITS(SRC, 0);
			message->has.bits[1] &= ~SCRUB_BITS(SRC, 1);
			clear_scrub(&message->u.state.src);
		}
	}
	if ((fields.bits[0] & SCRUB_BITS(DST, 0)) != 0 ||
	    (fields.bits[1] & SCRUB_BITS(DST, 1)) != 0) {
		if (!pfsync_has(message, PFSYNC_F_DST_SCRUB_VALID) ||
		    (message->u.state.dst.scrub_valid & PFSYNC_SCRUB_FLAG_VALID) == 0) {
			message->has.bits[0] &= ~SCRUB_BITS(DST, 0);
			message->has.bits[1] &= ~SCRUB_BITS(DST, 1);
			clear_scrub(&message->u.state.dst);
		}
	}
	return PFSYNC_OK;
}

bool
pfsync_record_key(const struct pfsync_record *record, uint64_t *id, uint32_t *creatorid)
{
	const struct pfsync_layout *layout = record->layout;

	if (layout == NULL || record->avail < layout->size_bytes)
		return false;
	/* id stands first wherever there is one; only creatorid moves. */
	for (size_t i = layout->row_count; i-- > 0;) {
		const struct pfsync_row *row = &layout->rows[i];
		if (row->field == PFSYNC_F_CREATORID) {
			if (layout->rows[0].field != PFSYNC_F_ID)
				return false;
			*id = wire_be64(record->bytes);
			*creatorid = wire_be32(record->bytes + row->offset);
			return true;
		}
	}
	return false;
}
