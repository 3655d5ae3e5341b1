/*
 * events.c - what is told to peers when something happens to a state.
 *
 * SPDX-License-Identifier: ISC
 *
 * Tables of SEM 3.1 (V2 .. V4) and 3.2 (V5, V6).
 */
#include "internal.h"

/* An update within that many seconds of the peer's leaves at once. */
#define TOUCHED_S 2
/* FreeBSD chooses buckets by the row of the id hash, 32768 rows by default. */
#define ID_ROWS 0x7fff

void
fw_choose_bucket(const struct fw *fw, struct fw_state *st)
{
	uint32_t h = 0;

	if (fw->traits.freebsd) {
		st->bucket = (uint8_t)((st->id & ID_ROWS) % fw->bucket_count);
		return;
	}
	/* Both nodes need not agree: any hash of the key does. */
	for (int i = 0; i < 16; i++)
		h += (uint32_t)st->wire.addr[0].b[i] + st->wire.addr[1].b[i];
	h += st->wire.port[0] + (uint32_t)st->wire.port[1] + st->proto;
	st->bucket = (uint8_t)((h ^ h >> 3) % fw->bucket_count);
}

static bool
may_sync(const struct fw *fw, const struct fw_state *st)
{
	return fw->up && (st->marks & MARK_NO_SYNC) == 0;
}

void
fw_sync_insert(struct fw *fw, uint32_t index, bool hold)
{
	struct fw_state *st = table_at(&fw->table, index);

	if ((st->rule < fw->config.rule_count && fw->rules[st->rule].no_sync) ||
	    st->proto == PFSYNC_IPPROTO)
		st->marks |= MARK_NO_SYNC;
	if (!may_sync(fw, st))
		return;
	if (!fw->traits.sections) {
		fw_plain_pack(fw, PFSYNC_ACT_INS, index, PLAIN_COMPRESS);
		return;
	}
	if (hold && fw->config.defer) {
		st->marks |= MARK_PLUS_ACK;
		fw_enqueue(fw, index, FW_Q_INS);
		fw_hold(fw, index);
		fw_bucket_push(fw, st->bucket, FW_FLUSH_DEFER);
		return;
	}
	fw_enqueue(fw, index, FW_Q_INS);
}

/* The queueing of an update; true if it must leave for maxupd. */
static bool
queue_update(struct fw *fw, uint32_t index)
{
	struct fw_state *st = table_at(&fw->table, index);

	switch (st->queue) {
	case FW_Q_INS:
	case FW_Q_UPD:
	case FW_Q_UPD_C:
		if (st->proto != 6 || st->updates == UINT8_MAX)
			return false;
		return ++st->updates >= fw->config.maxupd;
	case FW_Q_ACK:
		fw_dequeue(fw, index);
		break;
	default:
		break;
	}
	fw_enqueue(fw, index, FW_Q_UPD_C);
	st->updates = 0;
	return false;
}

void
fw_sync_update(struct fw *fw, uint32_t index)
{
	struct fw_state *st = table_at(&fw->table, index);

	if (!may_sync(fw, st))
		return;
	if (!fw->traits.sections) {
		if ((st->marks & MARK_FROM_SYNC) == 0)
			fw_plain_pack(fw, PFSYNC_ACT_UPD, index, PLAIN_COMPRESS);
		st->marks &= (uint8_t)~MARK_FROM_SYNC;
		return;
	}
	if (queue_update(fw, index))
		fw_bucket_push(fw, st->bucket, FW_FLUSH_MAXUPD);
	else if (fw_rel_s(fw, fw->now_s) - st->pfsync_s < TOUCHED_S)
		fw_bucket_push(fw, st->bucket, FW_FLUSH_TOUCHED);
}

void
fw_sync_correct(struct fw *fw, uint32_t index)
{
	struct fw_state *st = table_at(&fw->table, index);

	if (!may_sync(fw, st))
		return;
	(void)queue_update(fw, index);
	fw_bucket_push(fw, st->bucket, FW_FLUSH_STALE);
}

void
fw_sync_answer(struct fw *fw, uint32_t index)
{
	struct fw_state *st = table_at(&fw->table, index);

	if (!fw->up)
		return;
	if (!fw->traits.sections) {
		fw_plain_pack(fw, PFSYNC_ACT_UPD, index, 0);
		return;
	}
	switch (st->queue) {
	case FW_Q_UPD_C:
	case FW_Q_ACK:
		fw_dequeue(fw, index);
		break;
	case FW_Q_NONE:
		break;
	default:
		return; /* on its way already */
	}
	fw_enqueue(fw, index, FW_Q_UPD);
	fw_bucket_push(fw, st->bucket, FW_FLUSH_REQUEST);
}

static void
plain_delete(struct fw *fw, uint32_t index)
{
	const struct fw_state *st = table_at(&fw->table, index);

	if (may_sync(fw, st) && (st->marks & MARK_FROM_SYNC) == 0 &&
	    (!fw->traits.delete_by_creator || st->creatorid == fw->hostid))
		fw_plain_pack(fw, PFSYNC_ACT_DEL, index, PLAIN_COMPRESS);
	fw_plain_forget(fw, index);
	table_drop(&fw->table, index);
}

/* The state has left the tables; it lives on until its end has been told. */
void
fw_sync_delete(struct fw *fw, uint32_t index)
{
	struct fw_state *st = table_at(&fw->table, index);
	const bool untold = st->queue == FW_Q_INS;

	if (!fw->traits.sections) {
		plain_delete(fw, index);
		return;
	}
	fw_dequeue(fw, index);
	if (untold || !may_sync(fw, st))
		table_drop(&fw->table, index);
	else
		fw_enqueue(fw, index, FW_Q_DEL);
}

void
fw_sync_clear(struct fw *fw, const char *ifname)
{
	struct pfsync_message *message = &fw->scratch;

	if (!fw->up)
		return;
	fw_export_clr(fw, ifname, message);
	if (!fw->traits.sections)
		fw_plain_one(fw, message, FW_FLUSH_CLEAR);
	else if (fw->traits.request_alone)
		fw_send_one(fw, message, FW_FLUSH_CLEAR);
	else
		fw_queue_plus(fw, message, FW_FLUSH_CLEAR);
}

void
fw_sync_request(struct fw *fw, uint64_t id, uint32_t creatorid)
{
	if (!fw->up)
		return;
	if (!fw->traits.sections) {
		const struct request request = {.id = id, .creatorid = creatorid};
		fw_plain_requests(fw, &request, 1, NULL);
		return;
	}
	fw_queue_request(fw, id, creatorid);
}

void
fw_sync_ack(struct fw *fw, uint32_t index)
{
	const struct fw_state *st = table_at(&fw->table, index);

	if (!fw->up || st->queue != FW_Q_NONE)
		return;
	fw_enqueue(fw, index, FW_Q_ACK);
	fw_bucket_push(fw, st->bucket, FW_FLUSH_ACK);
}
