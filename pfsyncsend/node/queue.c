/*
 * queue.c - what waits for the next packet (SEM 3.2).
 *
 * SPDX-License-Identifier: ISC
 *
 * A state is in at most one queue, of the bucket that its id (FreeBSD) or key
 * (OpenBSD) chose when it was made.
 */
#include "internal.h"

#define SUBHEADER_BYTES 4

const enum pfsync_action fw_queue_actions[FW_Q_COUNT] = {
    [FW_Q_NONE] = PFSYNC_ACT_UNKNOWN,
    [FW_Q_INS] = PFSYNC_ACT_INS,
    [FW_Q_ACK] = PFSYNC_ACT_INS_ACK,
    [FW_Q_UPD] = PFSYNC_ACT_UPD,
    [FW_Q_UPD_C] = PFSYNC_ACT_UPD_C,
    [FW_Q_DEL] = PFSYNC_ACT_DEL_C,
};

/* Room for `bytes` more and maybe a subheader: else what is there leaves first. */
static void
make_room(struct fw *fw, uint32_t bucket, size_t bytes, bool subheader)
{
	struct bucket *b = &fw->buckets[bucket];

	if (b->len_bytes + bytes + (subheader ? SUBHEADER_BYTES : 0) > fw->config.mtu) {
		fw_bucket_send(fw, bucket, FW_FLUSH_FULL);
		subheader = true;
	}
	b->len_bytes += bytes + (subheader ? SUBHEADER_BYTES : 0);
}

static void
start_timer(struct fw *fw, struct bucket *b)
{
	if (b->timer_ns == NEVER)
		fw_arm(fw, &b->timer_ns, fw->now_ns + NS_PER_S);
}

static void
append(struct fw *fw, uint32_t index, enum fw_queue queue)
{
	struct fw_state *st = table_at(&fw->table, index);
	struct bucket *b = &fw->buckets[st->bucket];

	st->queue = (uint8_t)queue;
	st->prev = b->queues[queue].tail;
	st->next = TABLE_NONE;
	if (st->prev != TABLE_NONE)
		table_at(&fw->table, st->prev)->next = index;
	else
		b->queues[queue].head = index;
	b->queues[queue].tail = index;
	b->queues[queue].count++;
}

void
fw_enqueue(struct fw *fw, uint32_t index, enum fw_queue queue)
{
	struct fw_state *st = table_at(&fw->table, index);
	struct bucket *b = &fw->buckets[st->bucket];

	make_room(fw, st->bucket, fw->record_bytes[fw_queue_actions[queue]],
	    b->queues[queue].head == TABLE_NONE);
	append(fw, index, queue);
	start_timer(fw, b);
}

void
fw_dequeue(struct fw *fw, uint32_t index)
{
	struct fw_state *st = table_at(&fw->table, index);
	struct bucket *b = &fw->buckets[st->bucket];
	const unsigned queue = st->queue;

	if (queue == FW_Q_NONE)
		return;
	if (st->prev != TABLE_NONE)
		table_at(&fw->table, st->prev)->next = st->next;
	else
		b->queues[queue].head = st->next;
	if (st->next != TABLE_NONE)
		table_at(&fw->table, st->next)->prev = st->prev;
	else
		b->queues[queue].tail = st->prev;
	b->queues[queue].count--;
	st->prev = st->next = TABLE_NONE;
	st->queue = FW_Q_NONE;
	b->len_bytes -= fw->record_bytes[fw_queue_actions[queue]];
	if (b->queues[queue].head == TABLE_NONE)
		b->len_bytes -= SUBHEADER_BYTES;
}

/* V6b: a packet of its own with all of this call (SEM 2.4, OB 11.7). */
static void
request_alone(struct fw *fw, uint64_t id, uint32_t creatorid)
{
	size_t room = fw->config.mtu - fw_min_packet(fw) - SUBHEADER_BYTES;
	uint32_t max = (uint32_t)(room / fw->record_bytes[PFSYNC_ACT_UPD_REQ]);

	if (fw->request_count >= max || fw->request_count >= REQUESTS_MAX)
		fw_requests_send(fw);
	fw->requests[fw->request_count++] = (struct request){.id = id, .creatorid = creatorid};
}

void
fw_queue_request(struct fw *fw, uint64_t id, uint32_t creatorid)
{
	struct bucket *b = &fw->buckets[0];
	bool first;

	if (fw->traits.request_alone) {
		request_alone(fw, id, creatorid);
		return;
	}
	for (uint32_t i = 0; i < b->request_count; i++) {
		if (b->requests[i].id == id && b->requests[i].creatorid == creatorid)
			return;
	}
	if (b->request_count >= REQUESTS_MAX)
		fw_bucket_send(fw, 0, FW_FLUSH_FULL);
	first = b->request_count == 0;
	make_room(fw, 0, fw->record_bytes[PFSYNC_ACT_UPD_REQ], first);
	/* A mute FreeBSD keeps what it has, and has no room for more (SEM 3.5). */
	if (b->request_count >= REQUESTS_MAX)
		return;
	b->requests[b->request_count++] = (struct request){.id = id, .creatorid = creatorid};
	start_timer(fw, b);
	if (fw->traits.request_pushed)
		fw_bucket_push(fw, 0, FW_FLUSH_REQUEST);
}

void
fw_queue_plus(struct fw *fw, const struct pfsync_message *message, enum fw_flush why)
{
	struct bucket *b = &fw->buckets[0];
	/* The caller's may be the scratch message that sending uses. */
	const struct pfsync_message plus = *message;

	if (b->has_plus)
		fw_bucket_send(fw, 0, why);
	make_room(fw, 0, fw->record_bytes[plus.action], true);
	b->plus = plus;
	b->has_plus = true;
	/* One at a time: the kernels send it before anything can follow. */
	fw_bucket_send(fw, 0, why);
}

void
fw_queue_tdbs(struct fw *fw, uint32_t count)
{
	struct bucket *b = &fw->buckets[0];

	make_room(fw, 0, count * fw->record_bytes[PFSYNC_ACT_TDB], true);
	b->has_tdb = true;
	start_timer(fw, b);
}
