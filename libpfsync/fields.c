/*
 * fields.c - what each field is called, how it is held, and its value.
 *
 * SPDX-License-Identifier: ISC
 */
#include "pfsync.h"

#include <string.h>

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

/* What stands behind the plain name, which is the word's. */
static const char *
number_suffix(int field)
{
	switch (field) {
	case PFSYNC_F_AF:
	case PFSYNC_F_WIRE_AF:
	case PFSYNC_F_STACK_AF:
	case PFSYNC_F_RT_AF:
	case PFSYNC_F_DIRECTION:
	case PFSYNC_F_RT:
	case PFSYNC_F_BUS_STATUS:
		return "_number";
	default:
		return "";
	}
}

static size_t
append(char out[PFSYNC_FIELD_KEY_MAX], size_t at, const char *text)
{
	const size_t length = strlen(text);

	/* Names of the table leave room enough; a longer one would be cut. */
	if (at + length >= PFSYNC_FIELD_KEY_MAX)
		return at;
	memcpy(out + at, text, length + 1);
	return at + length;
}

size_t
pfsync_field_key(int field, char out[PFSYNC_FIELD_KEY_MAX])
{
	const struct pfsync_field_info *info = pfsync_field_info(field);
	const char *name;
	size_t at = 0;

	out[0] = '\0';
	if (info == NULL)
		return 0;
	name = field == PFSYNC_F_TDB_DST ? "sa_dst" : info->name;
	if (strncmp(name, "src.", 4) == 0 || strncmp(name, "dst.", 4) == 0) {
		at = append(out, at, name[0] == 's' ? "src_peer" : "dst_peer");
		name += 3;
	}
	at = append(out, at, name);
	return append(out, at, number_suffix(field));
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
