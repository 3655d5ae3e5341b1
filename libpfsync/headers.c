/*
 * headers.c - headers and subheaders: from the wire, and as tables.
 *
 * SPDX-License-Identifier: ISC
 */
#include "headers.h"

#include <string.h>

#include "layouts/headers.def"
#include "wire.h"

/* ------------------------------------------------------------------------
 * From the wire
 */

static inline void
load_U8(uint8_t *member, const uint8_t *p)
{
	*member = *p;
}

static inline void
load_U16(uint16_t *member, const uint8_t *p)
{
	*member = wire_be16(p);
}

static inline void
load_BYTES16(uint8_t *member, const uint8_t *p)
{
	memcpy(member, p, 16);
}

#define ADDRESS_U8(member) &(member)
#define ADDRESS_U16(member) &(member)
#define ADDRESS_BYTES16(member) (member)
#define F(ID, owner, member, KIND, name, text)                                                     \
	static inline void load_field_##ID(struct owner *into, const uint8_t *p)                   \
	{                                                                                          \
		load_##KIND(ADDRESS_##KIND(into->member), p);                                      \
	}
HEADER_FIELDS(F)
#undef F

#define R(FIELD, offset, width, CODEC) load_field_##FIELD(into, p + (offset));

void
headers_load(struct pfsync_header *into, const struct pfsync_dialect *dialect, const uint8_t *p)
{
	if (dialect->version >= 5) {
		ROWS_header20_len(R)
	} else if (dialect->header_bytes >= 20) {
		ROWS_header20(R)
	} else {
		ROWS_header4(R)
	}
}

void
headers_load_section(
    struct pfsync_section *into, const struct pfsync_dialect *dialect, const uint8_t *p)
{
	if ((dialect->quirks & PFSYNC_QUIRK_LENGTH) != 0) {
		ROWS_subheader4_length(R)
	} else {
		ROWS_subheader4(R)
	}
}
#undef R

/* ------------------------------------------------------------------------
 * As tables
 */

static const struct pfsync_field_info infos[PFSYNC_HEADER_FIELD_COUNT] = {
#define F(ID, owner, member_, KIND, name_, text_)                                                  \
	[PFSYNC_H_##ID] = {                                                                        \
	    .id = #ID,                                                                             \
	    .name = (name_),                                                                       \
	    .text = (text_),                                                                       \
	    .kind = PFSYNC_KIND_##KIND,                                                            \
	    .unit = PFSYNC_UNIT_NONE,                                                              \
	    .member_offset = (uint16_t)offsetof(struct owner, member_),                            \
	    .size_bytes = (uint8_t)sizeof(((struct owner *)0)->member_),                           \
	},
    HEADER_FIELDS(F)
#undef F
};

#define R(FIELD, offset, width, CODEC) {PFSYNC_H_##FIELD, (offset), (width), PFSYNC_CODEC_##CODEC},
#define X(name, size, text) static const struct pfsync_row rows_##name[] = {ROWS_##name(R)};
HEADER_LAYOUTS(X)
#undef X
#undef R

#define R(FIELD, offset, width, CODEC) | UINT64_C(1) << PFSYNC_H_##FIELD

enum header_layout {
#define X(name, size, text) HEADER_##name,
	HEADER_LAYOUTS(X)
#undef X
	    HEADER_LAYOUT_COUNT
};

static const struct pfsync_layout layouts[HEADER_LAYOUT_COUNT] = {
#define X(name_, size, text_)                                                                      \
	[HEADER_##name_] = {                                                                       \
	    .name = #name_,                                                                        \
	    .text = (text_),                                                                       \
	    .record = PFSYNC_REC_NONE,                                                             \
	    .size_bytes = (size),                                                                  \
	    .row_count = sizeof(rows_##name_) / sizeof(rows_##name_[0]),                           \
	    .rows = rows_##name_,                                                                  \
	    .fields = {{0 ROWS_##name_(R), 0}},                                                    \
	},
    HEADER_LAYOUTS(X)
#undef X
};

size_t
pfsync_header_layout_count(void)
{
	return HEADER_LAYOUT_COUNT;
}

const struct pfsync_layout *
pfsync_header_layout_at(size_t index)
{
	return index < HEADER_LAYOUT_COUNT ? &layouts[index] : NULL;
}

const struct pfsync_layout *
pfsync_header_layout(const struct pfsync_dialect *dialect)
{
	if (dialect->version >= 5)
		return &layouts[HEADER_header20_len];
	return &layouts[dialect->header_bytes >= 20 ? HEADER_header20 : HEADER_header4];
}

const struct pfsync_layout *
pfsync_subheader_layout(const struct pfsync_dialect *dialect)
{
	if (dialect->version < 5)
		return NULL;
	return &layouts[(dialect->quirks & PFSYNC_QUIRK_LENGTH) != 0 ? HEADER_subheader4_length
								     : HEADER_subheader4];
}

const struct pfsync_field_info *
pfsync_header_field_info(int field)
{
	return field >= 0 && field < PFSYNC_HEADER_FIELD_COUNT ? &infos[field] : NULL;
}
