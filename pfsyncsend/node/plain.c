/*
 * plain.c - packets of V2 .. V4: one action, one second, maxcount records (SEM 3.1).
 *
 * SPDX-License-Identifier: ISC
 *
 * A record holds the state as it was at its last event here, not at the moment
 * of sending, so the messages are kept.
 */
#include <stdlib.h>

#include "internal.h"

bool
fw_plain_init(struct fw *fw)
{
	struct plain *plain = &fw->plain;

	if (fw->traits.sections)
		return true;
	plain->max = fw_states_per_packet(fw);
	if (plain->max > PLAIN_MAX)
		plain->max = PLAIN_MAX;
	plain->messages = calloc(plain->max, sizeof(*plain->messages));
	plain->indexes = calloc(plain->max, sizeof(*plain->indexes));
	return plain->messages != NULL && plain->indexes != NULL;
}

void
fw_plain_drop(struct fw *fw)
{
	free(fw->plain.messages);
	free(fw->plain.indexes);
}

void
fw_plain_send(struct fw *fw, enum fw_flush why)
{
	struct plain *plain = &fw->plain;
	struct pfsync_builder builder;
	const uint32_t count = plain->count;
	int len;

	plain->timer_ns = NEVER;
	plain->count = 0;
	if (count == 0)
		return;
	pfsync_build_begin(&builder, fw->dialect, fw->config.cksum, fw->packet, PACKET_MAX);
	for (uint32_t i = 0; i < count; i++)
		pfsync_build_add(&builder, &plain->messages[i]);
	len = pfsync_build_end(&builder);
	if (len > 0)
		fw_output(fw, (size_t)len, NULL, 0, why, count);
}

void
fw_plain_forget(struct fw *fw, uint32_t index)
{
	for (uint32_t i = 0; i < fw->plain.count; i++) {
		if (fw->plain.indexes[i] == index)
			fw->plain.indexes[i] = TABLE_NONE;
	}
}

static void
fill(struct fw *fw, enum pfsync_action action, const struct fw_state *st, unsigned flags,
    struct pfsync_message *message)
{
	switch (action) {
	case PFSYNC_ACT_UPD_C:
		fw_export_upd_c(fw, st, message);
		break;
	case PFSYNC_ACT_DEL_C:
		fw_export_id(fw, action, st->id, st->creatorid, message);
		break;
	default:
		fw_export_full(fw, st, action, message);
		if ((flags & PLAIN_STALE) != 0)
			message->u.state.sync_flags |= FW_SYNC_STALE;
		break;
	}
}

/* The entry of that state in the pending packet, if it is an update. */
static struct pfsync_message *
pending(struct fw *fw, enum pfsync_action action, uint32_t index)
{
	if (action != PFSYNC_ACT_UPD && action != PFSYNC_ACT_UPD_C)
		return NULL;
	for (uint32_t i = 0; i < fw->plain.count; i++) {
		if (fw->plain.indexes[i] == index)
			return &fw->plain.messages[i];
	}
	return NULL;
}

void
fw_plain_pack(struct fw *fw, enum pfsync_action action, uint32_t index, unsigned flags)
{
	struct plain *plain = &fw->plain;
	struct fw_state *st = table_at(&fw->table, index);
	struct pfsync_message *message;
	uint8_t updates = 0;

	if ((flags & PLAIN_COMPRESS) != 0)
		action = action == PFSYNC_ACT_UPD   ? PFSYNC_ACT_UPD_C
			 : action == PFSYNC_ACT_DEL ? PFSYNC_ACT_DEL_C
						    : action;
	if (plain->count > 0 && plain->action != action)
		fw_plain_send(fw, FW_FLUSH_ACTION);
	message = pending(fw, action, index);
	if (message != NULL) {
		updates = message->u.state.updates;
		if (updates < UINT8_MAX)
			updates++;
		fill(fw, action, st, flags, message);
		message->u.state.updates = updates;
		message->u.state.expire_s =
		    fw_export_expire(fw, st, action == PFSYNC_ACT_UPD_C, true);
	} else {
		if (plain->count == 0)
			fw_arm(fw, &plain->timer_ns, fw->now_ns + NS_PER_S);
		plain->action = action;
		plain->indexes[plain->count] = index;
		fill(fw, action, st, flags, &plain->messages[plain->count++]);
	}
	st->pfsync_s = fw_rel_s(fw, fw->now_s);
	if (plain->count >= plain->max)
		fw_plain_send(fw, FW_FLUSH_FULL);
	else if (updates >= fw->config.maxupd)
		fw_plain_send(fw, FW_FLUSH_MAXUPD);
}

void
fw_plain_one(struct fw *fw, const struct pfsync_message *message, enum fw_flush why)
{
	fw_plain_send(fw, FW_FLUSH_ACTION);
	fw_send_one(fw, message, why);
}

void
fw_plain_requests(
    struct fw *fw, const struct request *requests, uint32_t count, const struct fw_address *dst)
{
	struct pfsync_builder builder;
	uint32_t at = 0;

	if (count > 0)
		fw_plain_send(fw, FW_FLUSH_ACTION);
	while (at < count) {
		uint32_t messages = 0;
		int len;
		pfsync_build_begin(&builder, fw->dialect, fw->config.cksum, fw->packet, PACKET_MAX);
		while (at < count && messages < fw->plain.max) {
			fw_export_id(fw, PFSYNC_ACT_UPD_REQ, requests[at].id,
			    requests[at].creatorid, &fw->scratch);
			pfsync_build_add(&builder, &fw->scratch);
			messages++;
			at++;
		}
		len = pfsync_build_end(&builder);
		if (len > 0)
			fw_output(fw, (size_t)len, dst, 0, FW_FLUSH_REQUEST, messages);
	}
}
