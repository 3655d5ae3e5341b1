/*
 * fields.c - what each field is called, how it is held, and its value.
 *
 * SPDX-License-Identifier: ISC
 */
#include "pfsync.h"

static const struct pfsync_field_info infos[PFSYNC_FIELD_COUNT] = {
#define PFSYNC_FIELD(ID, member, KIND, path, UNIT, description)                                    \
	[PFSYNC_F_##ID] = {                                                                        \
	    .id = #ID,                                                                             \
	    .name = (path),                                                                        \
	    .text = (description),                                                                 \
	    .kind = PFSYNC_KIND_##KIND,                                                            \
	    .unit = PFSYNC_UNIT_##UNIT,                                                            \
	    .member_offset = (uint16_t)offsetof(struct pfsync_message, member),                    \
	    .size_bytes = (uint8_t)sizeof(((struct pfsync_message *)0)->member),                   \
	},
#include "fields.def"
#undef PFSYNC_FIELD
};

const struct pfsync_field_info *
pfsync_field_info(int field)
{
	return field >= 0 && field < PFSYNC_FIELD_COUNT ? &infos[field] : NULL;
}

const void *
pfsync_field_ptr(const struct pfsync_message *message, enum pfsync_field field)
{
	return (const char *)message + infos[field].member_offset;
}

uint64_t
pfsync_field_number(const struct pfsync_message *message, enum pfsync_field field)
{
	const void *member = pfsync_field_ptr(message, field);

	/* The members are declared with exactly these types (fields.def), so the
	 * pointers are of the members' own type and alignment. */
	switch (infos[field].kind) {
	case PFSYNC_KIND_U8:
		return *(const uint8_t *)member;
	case PFSYNC_KIND_U16:
		return *(const uint16_t *)member;
	case PFSYNC_KIND_U32:
		return *(const uint32_t *)member;
	case PFSYNC_KIND_U64:
		return *(const uint64_t *)member;
	case PFSYNC_KIND_S32:
		return (uint64_t)(int64_t) * (const int32_t *)member;
	default:
		return 0;
	}
}
