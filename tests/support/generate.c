/*
 * generate.c - random messages for round trips, sweeps and seed corpora.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "generate.h"

uint64_t
generate_next(struct generate *g)
{
	g->state ^= g->state >> 12;
	g->state ^= g->state << 25;
	g->state ^= g->state >> 27;
	return g->state * UINT64_C(2685821657736338717);
}

static uint64_t
below(struct generate *g, uint64_t limit)
{
	return generate_next(g) % limit;
}

/* A value that kernels accept for the fields they test; else `value`. */
static uint64_t
plausible_value(struct generate *g, const struct pfsync_dialect *dialect, unsigned field,
    const struct pfsync_row *row, uint64_t value)
{
	switch (field) {
	case PFSYNC_F_AF:
	case PFSYNC_F_WIRE_AF:
	case PFSYNC_F_STACK_AF:
	case PFSYNC_F_RT_AF:
		return below(g, 2) ? 2 : dialect->af_inet6;
	case PFSYNC_F_DIRECTION:
		return 1 + below(g, 2);
	case PFSYNC_F_SRC_STATE:
	case PFSYNC_F_DST_STATE:
		return below(g, 13);
	case PFSYNC_F_TIMEOUT:
		return below(g, dialect->timeout_max);
	case PFSYNC_F_ALLOW_OPTS:
		return below(g, 2);
	case PFSYNC_F_RT:
		return below(g, 4);
	case PFSYNC_F_CREATORID:
		return value | 1;
	case PFSYNC_F_BUS_STATUS:
		return 1 + below(g, 2);
	case PFSYNC_F_TDB_SPI:
		return value | 0x100;
	case PFSYNC_F_TDB_RPL:
		return row->width == 8 ? value & UINT32_MAX : value;
	case PFSYNC_F_SRC_SCRUB_VALID:
	case PFSYNC_F_DST_SCRUB_VALID:
		return (dialect->quirks & PFSYNC_QUIRK_NO_SCRUB) != 0 ? 0 : below(g, 2);
	default:
		return value;
	}
}

static void
set_number(struct pfsync_message *message, unsigned field, uint64_t value)
{
	const struct pfsync_field_info *info = pfsync_field_info((int)field);
	void *member = (char *)message + info->member_offset;
	uint8_t u8 = (uint8_t)value;
	uint16_t u16 = (uint16_t)value;
	uint32_t u32 = (uint32_t)value;

	switch (info->size_bytes) {
	case 1:
		memcpy(member, &u8, 1);
		break;
	case 2:
		memcpy(member, &u16, 2);
		break;
	case 4:
		memcpy(member, &u32, 4);
		break;
	default:
		memcpy(member, &value, 8);
		break;
	}
}

static bool
in_set(const struct pfsync_fields *fields, unsigned field)
{
	return (fields->bits[field / 64] >> (field % 64)) & 1;
}

static void
drop(struct pfsync_message *message, unsigned field)
{
	message->has.bits[field / 64] &= ~(UINT64_C(1) << (field % 64));
}

static void
fill_row(struct generate *g, const struct pfsync_dialect *dialect, const struct pfsync_row *row,
    bool plausible, struct pfsync_message *message)
{
	const struct pfsync_field_info *info = pfsync_field_info(row->field);
	uint8_t *member = (uint8_t *)message + info->member_offset;
	uint64_t value = generate_next(g);

	switch (info->kind) {
	case PFSYNC_KIND_ADDR:
	case PFSYNC_KIND_TEXT16:
	case PFSYNC_KIND_TEXT64:
	case PFSYNC_KIND_SOCKADDR28:
		for (size_t i = 0; i < info->size_bytes; i++)
			member[i] = (uint8_t)generate_next(g);
		if (info->kind == PFSYNC_KIND_SOCKADDR28 && plausible)
			member[1] = below(g, 2) ? 2 : dialect->af_inet6;
		break;
	default:
		if (row->width < 8)
			value &= (UINT64_C(1) << (8 * row->width)) - 1;
		if (plausible)
			value = plausible_value(g, dialect, row->field, row, value);
		if ((dialect->quirks & PFSYNC_QUIRK_NO_SCRUB) != 0 &&
		    strstr(info->name, ".scrub.") != NULL)
			value = 0; /* there is room, and nothing in it (OB 4.5) */
		/* What a codec cannot carry there and back (OB 11.6, 14.3). */
		if (row->codec == PFSYNC_CODEC_RPL &&
		    (dialect->quirks & PFSYNC_QUIRK_RPL_SHIFT) != 0)
			value &= UINT32_MAX;
		if (row->codec == PFSYNC_CODEC_DIRECTION &&
		    (dialect->quirks & PFSYNC_QUIRK_DIR01) != 0 && !plausible)
			value = 1 + value % 254;
		set_number(message, row->field, value);
		break;
	}
	pfsync_has_set(message, (enum pfsync_field)row->field);
}

bool
generate_message(struct generate *g, const struct pfsync_dialect *dialect, unsigned number,
    bool plausible, struct pfsync_message *message)
{
	const struct pfsync_action_row *action = &dialect->actions[number];
	const struct pfsync_layout *layout = dialect->layouts[action->slot];
	const struct pfsync_fields *absent;

	if (layout == NULL || action->slot == PFSYNC_SLOT_RETIRED)
		return false;
	memset(message, 0, sizeof(*message));
	message->action = (enum pfsync_action)action->action;
	message->action_number = (uint8_t)number;
	message->record = layout->record;
	absent = layout->record != PFSYNC_REC_NONE     ? &dialect->absent_state
		 : message->action == PFSYNC_ACT_UPD_C ? &dialect->absent_upd_c
						       : &dialect->absent_other;
	for (size_t i = 0; i < layout->row_count; i++) {
		if (!in_set(absent, layout->rows[i].field))
			fill_row(g, dialect, &layout->rows[i], plausible, message);
	}
	/* Without the marker the scrub fields are absent (OB 4.4). */
	if ((message->u.state.src.scrub_valid & 1) == 0 ||
	    !pfsync_has(message, PFSYNC_F_SRC_SCRUB_VALID)) {
		drop(message, PFSYNC_F_SRC_SCRUB_FLAGS);
		drop(message, PFSYNC_F_SRC_SCRUB_TTL);
		drop(message, PFSYNC_F_SRC_TS_MOD);
	}
	if ((message->u.state.dst.scrub_valid & 1) == 0 ||
	    !pfsync_has(message, PFSYNC_F_DST_SCRUB_VALID)) {
		drop(message, PFSYNC_F_DST_SCRUB_FLAGS);
		drop(message, PFSYNC_F_DST_SCRUB_TTL);
		drop(message, PFSYNC_F_DST_TS_MOD);
	}
	return true;
}

static bool
single_message(const struct pfsync_dialect *dialect, unsigned number)
{
	uint8_t action = dialect->actions[number].action;

	return (dialect->quirks & PFSYNC_QUIRK_COUNT0) != 0 &&
	       (action == PFSYNC_ACT_CLR || action == PFSYNC_ACT_BUS);
}

size_t
generate_frame(struct generate *g, const struct pfsync_dialect *dialect, unsigned number,
    unsigned records, bool plausible, uint8_t *out, size_t size)
{
	struct pfsync_builder builder;
	uint8_t cksum[16];
	bool any = false;
	int length;

	for (size_t i = 0; i < sizeof(cksum); i++)
		cksum[i] = (uint8_t)(generate_next(g) | 1);
	pfsync_build_begin(&builder, dialect, cksum, out, size);
	for (unsigned n = 0; n < PFSYNC_ACTION_NUMBERS; n++) {
		struct pfsync_message message;
		unsigned count = single_message(dialect, n) ? 1 : records;
		if (number != PFSYNC_ACTION_NUMBERS && n != number)
			continue;
		for (unsigned i = 0; i < count; i++) {
			if (!generate_message(g, dialect, n, plausible, &message))
				break;
			if (pfsync_build_add(&builder, &message) != PFSYNC_OK)
				return 0;
			any = true;
		}
	}
	length = pfsync_build_end(&builder);
	return any && length > 0 ? (size_t)length : 0;
}

bool
generate_equal(
    const struct pfsync_message *a, const struct pfsync_message *b, const char **difference)
{
	*difference = "";
	if (a->action != b->action || a->record != b->record ||
	    a->action_number != b->action_number) {
		*difference = "action, record or number";
		return false;
	}
	for (unsigned f = 0; f < PFSYNC_FIELD_COUNT; f++) {
		const struct pfsync_field_info *info = pfsync_field_info((int)f);
		*difference = info->id;
		if (in_set(&a->has, f) != in_set(&b->has, f))
			return false;
		if (in_set(&a->has, f) &&
		    memcmp(pfsync_field_ptr(a, (enum pfsync_field)f),
			pfsync_field_ptr(b, (enum pfsync_field)f), info->size_bytes) != 0)
			return false;
	}
	return true;
}
