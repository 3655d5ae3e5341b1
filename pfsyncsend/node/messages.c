/*
 * messages.c - one received message, by action (SEM 2.2 .. 2.11).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "internal.h"

void
fw_tell_message(struct fw *fw, const struct receiving *rx, const struct pfsync_message *message,
    uint32_t index, bool misread, enum fw_outcome outcome, int64_t number)
{
	const struct fw_message_told told = {.message = message,
	    .outcome = outcome,
	    .number = number,
	    .section = rx->section.index,
	    .index = index,
	    .misread = misread};

	if (fw->callbacks.message != NULL)
		fw->callbacks.message(fw->callbacks.context, &told);
}

/* What this handler ends with. */
struct verdict {
	enum fw_outcome outcome;
	int64_t number;
};

#define VERDICT(...) ((struct verdict){__VA_ARGS__})

/* ------------------------------------------------------------------------
 * Values
 */

static bool
peers_plausible(const struct fw *fw, const struct pfsync_message *message)
{
	const struct pfsync_state *in = &message->u.state;

	return !(pfsync_has(message, PFSYNC_F_TIMEOUT) &&
		   in->timeout >= fw->dialect->timeout_max) &&
	       in->src.state <= PFSYNC_TCPS_PROXY_DST && in->dst.state <= PFSYNC_TCPS_PROXY_DST;
}

static bool
af_is_ours(const struct fw *fw, const struct pfsync_message *message, enum pfsync_field field,
    uint8_t number)
{
	return !pfsync_has(message, field) || number == 2 || number == fw->dialect->af_inet6;
}

static bool
insert_plausible(const struct fw *fw, const struct pfsync_message *message)
{
	const struct pfsync_state *in = &message->u.state;

	return peers_plausible(fw, message) && in->direction <= PFSYNC_OUT &&
	       af_is_ours(fw, message, PFSYNC_F_AF, in->af_number) &&
	       af_is_ours(fw, message, PFSYNC_F_WIRE_AF, in->wire.af_number) &&
	       af_is_ours(fw, message, PFSYNC_F_STACK_AF, in->stack.af_number);
}

static struct verdict
bad_values(struct fw *fw)
{
	if (fw->traits.badval)
		fw->counters.badval++;
	else
		fw->counters.badstate++;
	return VERDICT(FW_OUT_BAD_VALUES, 0);
}

/* ------------------------------------------------------------------------
 * Inserts
 */

/* OpenBSD 7.3/7.4: imported or already known, it is announced again (D-21). */
static void
reannounce(struct fw *fw, const struct pfsync_message *message)
{
	uint32_t index = table_find(&fw->table, message->id, message->creatorid);
	const struct fw_state *st;

	if (!fw->config.reannounce || !fw->up || fw->dialect->version != 6 || index == TABLE_NONE)
		return;
	st = table_at(&fw->table, index);
	if (st->queue == FW_Q_NONE)
		fw_enqueue(fw, index, FW_Q_INS);
}

static struct verdict
on_ins(struct fw *fw, struct receiving *rx, const struct pfsync_message *message)
{
	struct verdict verdict = {FW_OUT_INSERTED, 0};
	enum import_error error;
	uint32_t index;

	if (!insert_plausible(fw, message))
		return bad_values(fw);
	error = fw_import(fw, message, rx->trusted, &verdict.outcome, &index);
	if (error == IMPORT_OK) {
		if (fw->traits.sections && pfsync_has(message, PFSYNC_F_STATE_FLAGS) &&
		    (message->u.state.state_flags & FW_FLAG_ACK) != 0)
			fw_sync_ack(fw, index);
		reannounce(fw, message);
		return verdict;
	}
	if (error == IMPORT_EXISTS)
		reannounce(fw, message);
	if (error == IMPORT_SKIPPED)
		return verdict;
	if (fw->traits.import == FW_IMPORT_F15)
		fw->counters.badact++;
	else if (error == IMPORT_NO_MEMORY)
		rx->abandon = true;
	return verdict;
}

static struct verdict
on_ack(struct fw *fw, const struct pfsync_message *message)
{
	uint32_t index = table_find(&fw->table, message->id, message->creatorid);

	if (index == TABLE_NONE)
		return VERDICT(FW_OUT_NOT_FOUND, 0);
	if ((table_at(&fw->table, index)->marks & MARK_DEFERRED) == 0)
		return VERDICT(FW_OUT_IGNORED, 0);
	fw_release(fw, index, true);
	return VERDICT(FW_OUT_ACKNOWLEDGED, 0);
}

/* ------------------------------------------------------------------------
 * Updates
 */

/* Something newer is here: say so to the sender. */
static void
correct(struct fw *fw, struct receiving *rx, const struct pfsync_message *message, uint32_t index,
    int64_t code)
{
	if (fw->traits.badval)
		fw->counters.stale++;
	else
		fw->counters.badstate++;
	if (fw->traits.sections) {
		fw_sync_correct(fw, index);
		return;
	}
	if (!rx->corrected) {
		fw_plain_send(fw, FW_FLUSH_STALE);
		rx->corrected = true;
	}
	/* A full update that says STALE is not answered: it was one itself. */
	if (message->action == PFSYNC_ACT_UPD && (message->u.state.sync_flags & FW_SYNC_STALE) != 0)
		return;
	if (fw->up)
		fw_plain_pack(fw, PFSYNC_ACT_UPD, index, code < 7 ? PLAIN_STALE : 0);
}

static struct verdict
merge_known(
    struct fw *fw, struct receiving *rx, const struct pfsync_message *message, uint32_t index)
{
	struct fw_state *st = table_at(&fw->table, index);
	struct merged merged;

	if ((st->marks & MARK_DEFERRED) != 0) {
		if (fw->traits.bulk == FW_BULK_V6B)
			fw_release(fw, index, false);
		else
			fw_hold_forget(fw, index);
	}
	merged = fw_merge(fw, st, message);
	if (merged.changed)
		fw_tell_change(fw, FW_CHANGE_UPDATED, FW_PEER, FW_WHY_MESSAGE, index);
	if (merged.stale)
		correct(fw, rx, message, index, merged.number);
	return VERDICT(merged.outcome, merged.number);
}

static struct verdict
on_upd(struct fw *fw, struct receiving *rx, const struct pfsync_message *message)
{
	struct verdict verdict = {FW_OUT_INSERTED, 0};
	enum import_error error;
	uint32_t index;

	if (!peers_plausible(fw, message))
		return bad_values(fw);
	index = table_find(&fw->table, message->id, message->creatorid);
	if (index != TABLE_NONE)
		return merge_known(fw, rx, message, index);
	error = fw_import(
	    fw, message, rx->trusted && fw->traits.upd_binds_rule, &verdict.outcome, &index);
	if (error != IMPORT_OK && error != IMPORT_SKIPPED)
		fw->counters.badstate++;
	return verdict;
}

static struct verdict
on_upd_c(struct fw *fw, struct receiving *rx, const struct pfsync_message *message)
{
	uint32_t index;

	if (!peers_plausible(fw, message))
		return bad_values(fw);
	index = table_find(&fw->table, message->id, message->creatorid);
	if (index != TABLE_NONE)
		return merge_known(fw, rx, message, index);
	if (fw->traits.sections) {
		fw_sync_request(fw, message->id, message->creatorid);
		return VERDICT(FW_OUT_REQUESTED, 0);
	}
	fw->counters.badstate++;
	if (rx->ask_count < PLAIN_MAX)
		fw->asks[rx->ask_count++] = (struct request){message->id, message->creatorid};
	return VERDICT(FW_OUT_REQUESTED, 0);
}

/* ------------------------------------------------------------------------
 * Removals
 */

static struct verdict
on_del(struct fw *fw, const struct pfsync_message *message)
{
	uint32_t index = table_find(&fw->table, message->id, message->creatorid);

	if (index == TABLE_NONE) {
		fw->counters.badstate++;
		return VERDICT(FW_OUT_NOT_FOUND, 0);
	}
	fw_remove(fw, index, FW_PEER, FW_WHY_MESSAGE, false);
	return VERDICT(FW_OUT_REMOVED, 0);
}

/* `ifindex` -1: on all interfaces. */
static int64_t
clear(struct fw *fw, uint32_t creatorid, int ifindex)
{
	/* V2a only sets the purge class; the purge then tells of each (SEM 2.7). */
	const bool announce = fw->traits.era == FW_ERA_LAST_WRITER;
	const uint32_t high = fw->table.high;
	int64_t removed = 0;

	for (uint32_t i = 0; i < high; i++) {
		const struct fw_state *st = table_at(&fw->table, i);
		if ((st->marks & MARK_LIVE) == 0 || st->creatorid != creatorid ||
		    (ifindex >= 0 && st->ifindex != ifindex))
			continue;
		fw_remove(fw, i, FW_PEER, FW_WHY_MESSAGE, announce);
		removed++;
	}
	return removed;
}

static struct verdict
on_clr(struct fw *fw, struct receiving *rx, const struct pfsync_message *message)
{
	char name[PFSYNC_IFNAMSIZ];
	int ifindex;

	memcpy(name, message->u.clr.ifname, sizeof(name));
	name[sizeof(name) - 1] = '\0';
	if (fw->traits.clr == FW_CLR_LEAKING) {
		if (name[0] != '\0')
			memcpy(rx->clr_filter, name, sizeof(name));
		else
			memcpy(name, rx->clr_filter, sizeof(name));
	}
	if (name[0] == '\0')
		return VERDICT(FW_OUT_CLEARED, clear(fw, message->creatorid, -1));
	switch (fw->traits.clr) {
	case FW_CLR_ALL:
		(void)fw_ifname_add(fw, name);
		return VERDICT(FW_OUT_CLEARED, clear(fw, message->creatorid, -1));
	case FW_CLR_ALL_IF_KNOWN:
		if (fw_ifname_find(fw, name) < 0)
			return VERDICT(FW_OUT_NO_INTERFACE, 0);
		return VERDICT(FW_OUT_CLEARED, clear(fw, message->creatorid, -1));
	default:
		ifindex = fw_ifname_find(fw, name);
		if (ifindex < 0)
			return VERDICT(FW_OUT_NO_INTERFACE, 0);
		return VERDICT(FW_OUT_CLEARED, clear(fw, message->creatorid, ifindex));
	}
}

/* ------------------------------------------------------------------------
 * Requests
 */

static struct verdict
on_request(struct fw *fw, struct receiving *rx, const struct pfsync_message *message)
{
	uint32_t index;
	const struct fw_state *st;

	if (message->id == 0 && message->creatorid == 0) {
		fw_bulk_asked(fw);
		return VERDICT(FW_OUT_BULK_BEGINS, 0);
	}
	index = table_find(&fw->table, message->id, message->creatorid);
	if (index == TABLE_NONE) {
		fw->counters.badstate++;
		return VERDICT(FW_OUT_NOT_FOUND, 0);
	}
	st = table_at(&fw->table, index);
	if ((st->marks & MARK_NO_SYNC) != 0 && fw->traits.era != FW_ERA_LAST_WRITER) {
		if (fw->traits.bulk == FW_BULK_V6B)
			fw->counters.badstate++;
		return VERDICT(FW_OUT_IGNORED, 0);
	}
	fw_sync_answer(fw, index);
	rx->answered = true;
	return VERDICT(FW_OUT_ANSWERED, 0);
}

void
fw_handle(struct fw *fw, struct receiving *rx, const struct pfsync_message *message, uint32_t index,
    bool misread)
{
	struct verdict verdict = {FW_OUT_IGNORED, 0};

	switch (message->action) {
	case PFSYNC_ACT_CLR:
		verdict = on_clr(fw, rx, message);
		break;
	case PFSYNC_ACT_INS:
		verdict = on_ins(fw, rx, message);
		break;
	case PFSYNC_ACT_INS_ACK:
		verdict = on_ack(fw, message);
		break;
	case PFSYNC_ACT_UPD:
		verdict = on_upd(fw, rx, message);
		break;
	case PFSYNC_ACT_UPD_C:
		verdict = on_upd_c(fw, rx, message);
		break;
	case PFSYNC_ACT_UPD_REQ:
		verdict = on_request(fw, rx, message);
		break;
	case PFSYNC_ACT_DEL:
	case PFSYNC_ACT_DEL_C:
		verdict = on_del(fw, message);
		break;
	case PFSYNC_ACT_BUS:
		verdict.outcome = fw_bulk_status(fw, message);
		break;
	case PFSYNC_ACT_TDB:
		verdict.outcome = fw_tdb_receive(fw, message);
		break;
	default:
		break;
	}
	fw_tell_message(fw, rx, message, index, misread, verdict.outcome, verdict.number);
}
