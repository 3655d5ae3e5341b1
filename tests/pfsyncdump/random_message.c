/*
 * random_message.c - messages with arbitrary values, for each layout there is.
 *
 * SPDX-License-Identifier: ISC
 */
#include "random_message.h"

#include <string.h>

uint64_t
random_next(uint64_t *seed)
{
	/* xorshift64 */
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static const struct pfsync_fields *
never_filled(const struct pfsync_dialect *dialect, const struct pfsync_message *message)
{
	if (message->record != PFSYNC_REC_NONE)
		return &dialect->absent_state;
	return message->action == PFSYNC_ACT_UPD_C ? &dialect->absent_upd_c
						   : &dialect->absent_other;
}

static void
fill(uint64_t *seed, struct pfsync_message *message, const struct pfsync_field_info *info)
{
	uint8_t *member = (uint8_t *)message + info->member_offset;
	uint64_t number;

	for (size_t i = 0; i < info->size_bytes; i++)
		member[i] = (uint8_t)random_next(seed);
	if (info->kind == PFSYNC_KIND_U64) {
		memcpy(&number, member, sizeof(number));
		number >>= 1;
		memcpy(member, &number, sizeof(number));
	}
}

bool
random_message(uint64_t *seed, const struct pfsync_dialect *dialect, unsigned action_number,
    struct pfsync_message *message)
{
	const struct pfsync_action_row *row = &dialect->actions[action_number];
	const struct pfsync_layout *layout = dialect->layouts[row->slot];
	const struct pfsync_fields *absent;

	if (action_number >= dialect->action_max || layout == NULL ||
	    row->slot == PFSYNC_SLOT_RETIRED)
		return false;
	memset(message, 0, sizeof(*message));
	message->action = (enum pfsync_action)row->action;
	message->action_number = (uint8_t)action_number;
	message->record = layout->record;
	absent = never_filled(dialect, message);
	message->has.bits[0] = layout->fields.bits[0] & ~absent->bits[0];
	message->has.bits[1] = layout->fields.bits[1] & ~absent->bits[1];
	for (int field = 0; field < PFSYNC_FIELD_COUNT; field++) {
		if (pfsync_has(message, (enum pfsync_field)field))
			fill(seed, message, pfsync_field_info(field));
	}
	return true;
}
