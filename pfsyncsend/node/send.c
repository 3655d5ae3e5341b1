/*
 * send.c - packets of V5 and V6, and handing bytes to IP (SEM 3.3 .. 3.5).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "internal.h"

#define SUBHEADER_BYTES 4
/* FreeBSD before main builds a packet in one buffer of a page, less the room
 * for a link header (SEM 3.5). */
#define FREEBSD_BUFFER 4096
#define FREEBSD_LINK_HEADER 16

size_t
fw_min_packet(const struct fw *fw)
{
	const bool ip6 = fw->config.syncpeer.af == PFSYNC_AF_INET6 ||
			 (fw->config.syncpeer.af == PFSYNC_AF_UNSPEC && fw->config.group6);
	size_t bytes = (ip6 ? 40 : 20) + (size_t)fw->dialect->header_bytes;

	if ((fw->dialect->quirks & PFSYNC_QUIRK_EOF) != 0)
		bytes += SUBHEADER_BYTES;
	if ((fw->dialect->quirks & PFSYNC_QUIRK_EOF_HMAC) != 0)
		bytes += 20;
	return bytes;
}

uint32_t
fw_states_per_packet(const struct fw *fw)
{
	size_t used =
	    fw->traits.sections ? fw_min_packet(fw) + SUBHEADER_BYTES : fw->dialect->header_bytes;
	size_t each = fw->record_bytes[PFSYNC_ACT_UPD];

	return fw->config.mtu <= used ? 0 : (uint32_t)((fw->config.mtu - used) / each);
}

struct fw_address
fw_destination(const struct fw *fw)
{
	static const struct fw_address group = {PFSYNC_AF_INET, {{224, 0, 0, 240}}};
	static const struct fw_address group6 = {PFSYNC_AF_INET6, {{0xff, 0x12, [15] = 0xf0}}};

	if (fw->config.syncpeer.af != PFSYNC_AF_UNSPEC)
		return fw->config.syncpeer;
	return fw->config.group6 ? group6 : group;
}

void
fw_output(struct fw *fw, size_t len_bytes, const struct fw_address *dst, unsigned bucket,
    enum fw_flush why, uint32_t messages)
{
	const struct fw_packet_out packet = {.bytes = fw->packet,
	    .len_bytes = len_bytes,
	    .dst = dst != NULL ? *dst : fw_destination(fw),
	    .ttl = PFSYNC_TTL,
	    .bucket = (uint8_t)bucket,
	    .why = why,
	    .messages = messages};

	/* V2 .. V4 count the attempt, later ones what IP took (OB 15). */
	if (!fw->link) {
		fw->counters.oerrors++;
		if (!fw->traits.sections)
			fw->counters.opackets++;
		return;
	}
	if (packet.dst.af == PFSYNC_AF_INET6 && !fw->traits.freebsd)
		fw->counters.opackets6++;
	else
		fw->counters.opackets++;
	if (fw->callbacks.packet != NULL)
		fw->callbacks.packet(fw->callbacks.context, &packet);
}

void
fw_send_one(struct fw *fw, const struct pfsync_message *message, enum fw_flush why)
{
	struct pfsync_builder builder;
	int len;

	pfsync_build_begin(&builder, fw->dialect, fw->config.cksum, fw->packet, PACKET_MAX);
	pfsync_build_add(&builder, message);
	len = pfsync_build_end(&builder);
	if (len > 0)
		fw_output(fw, (size_t)len, NULL, 0, why, 1);
}

void
fw_bucket_reset(struct fw *fw, struct bucket *b)
{
	for (int q = 0; q < FW_Q_COUNT; q++) {
		b->queues[q].head = b->queues[q].tail = TABLE_NONE;
		b->queues[q].count = 0;
	}
	b->request_count = 0;
	b->has_plus = b->has_tdb = b->push = false;
	b->len_bytes = fw_min_packet(fw);
	b->timer_ns = NEVER;
}

void
fw_bucket_push(struct fw *fw, uint32_t bucket, enum fw_flush why)
{
	struct bucket *b = &fw->buckets[bucket];

	if (!b->push)
		b->why = why;
	b->push = true;
	fw->push_wanted = true;
}

/* ------------------------------------------------------------------------
 * Building
 */

struct build {
	struct fw *fw;
	struct pfsync_builder builder;
	uint32_t messages;
};

static void
add(struct build *build, const struct pfsync_message *message)
{
	struct fw *fw = build->fw;

	if (pfsync_build_add(&build->builder, message) < 0)
		return;
	build->messages++;
	fw->counters.oacts[build->builder.action_number]++;
}

/* A queue's states in order; those that were told of their end are freed. */
static void
add_queue(struct build *build, struct bucket *b, enum fw_queue queue)
{
	struct fw *fw = build->fw;
	struct pfsync_message *message = &fw->scratch;
	uint32_t index = b->queues[queue].head;

	while (index != TABLE_NONE) {
		struct fw_state *st = table_at(&fw->table, index);
		const uint32_t next = st->next;
		if (next != TABLE_NONE) {
			const char *near = (const char *)table_at(&fw->table, next);
			fw_prefetch(near);
			fw_prefetch(near + 64);
		}
		switch (queue) {
		case FW_Q_INS:
		case FW_Q_UPD:
			fw_export_full(fw, st, fw_queue_actions[queue], message);
			break;
		case FW_Q_UPD_C:
			fw_export_upd_c(fw, st, message);
			break;
		default:
			fw_export_id(fw, fw_queue_actions[queue], st->id, st->creatorid, message);
			break;
		}
		add(build, message);
		st->queue = FW_Q_NONE;
		st->prev = st->next = TABLE_NONE;
		if ((st->marks & MARK_LIVE) == 0)
			table_drop(&fw->table, index);
		index = next;
	}
}

static void
add_request(struct build *build, const struct request *request)
{
	struct fw *fw = build->fw;

	fw_export_id(fw, PFSYNC_ACT_UPD_REQ, request->id, request->creatorid, &fw->scratch);
	add(build, &fw->scratch);
}

static void
add_requests(struct build *build, const struct bucket *b)
{
	for (uint32_t i = 0; i < b->request_count; i++)
		add_request(build, &b->requests[i]);
}

void
fw_requests_send(struct fw *fw)
{
	struct build build = {.fw = fw};
	uint32_t count = fw->request_count;
	int len;

	if (count == 0)
		return;
	pfsync_build_begin(&build.builder, fw->dialect, fw->config.cksum, fw->packet, PACKET_MAX);
	/* Newest first (OB 11.7). */
	while (count > 0)
		add_request(&build, &fw->requests[--count]);
	fw->request_count = 0;
	len = pfsync_build_end(&build.builder);
	if (len > 0)
		fw_output(fw, (size_t)len, NULL, 0, FW_FLUSH_REQUEST, build.messages);
}

static void
add_tdbs(struct build *build, const struct bucket *b)
{
	struct fw *fw = build->fw;

	if (!b->has_tdb)
		return;
	for (uint32_t i = 0; i < fw->tdb_count; i++) {
		if ((fw->tdb_changed & 1U << i) == 0)
			continue;
		fw_tdb_message(fw, &fw->tdbs[i], &fw->scratch);
		add(build, &fw->scratch);
	}
	fw->tdb_changed = 0;
}

/* SEM 3.3; OpenBSD 4.5 and 4.6 are V5o, TDB last (OB 10.5). */
static void
add_v5(struct build *build, struct bucket *b)
{
	add_queue(build, b, FW_Q_INS);
	add_queue(build, b, FW_Q_ACK);
	add_queue(build, b, FW_Q_UPD);
	add_queue(build, b, FW_Q_UPD_C);
	add_queue(build, b, FW_Q_DEL);
	add_requests(build, b);
	if (b->has_plus)
		add(build, &b->plus);
	add_tdbs(build, b);
}

static void
add_v6(struct build *build, struct bucket *b)
{
	const bool v6b = build->fw->traits.bulk == FW_BULK_V6B;

	if (!v6b) {
		add_requests(build, b);
		if (b->has_plus)
			add(build, &b->plus);
		add_tdbs(build, b);
	}
	add_queue(build, b, FW_Q_ACK);
	add_queue(build, b, FW_Q_UPD_C);
	add_queue(build, b, FW_Q_DEL);
	add_queue(build, b, FW_Q_INS);
	add_queue(build, b, FW_Q_UPD);
	if (v6b)
		add_tdbs(build, b);
}

static bool
empty(const struct bucket *b)
{
	for (int q = 0; q < FW_Q_COUNT; q++) {
		if (b->queues[q].head != TABLE_NONE)
			return false;
	}
	return b->request_count == 0 && !b->has_plus && !b->has_tdb;
}

void
fw_bucket_send(struct fw *fw, uint32_t bucket, enum fw_flush why)
{
	struct bucket *b = &fw->buckets[bucket];
	struct build build = {.fw = fw};
	int len;

	b->timer_ns = NEVER;
	b->push = false;
	if (empty(b))
		return;
	/* The buffer is too small: nothing leaves, nothing is given up (opnsense/src 316). */
	if (fw->traits.histogram && fw->config.freebsd_release < 16 &&
	    b->len_bytes + FREEBSD_LINK_HEADER > FREEBSD_BUFFER) {
		fw->counters.onomem++;
		return;
	}
	pfsync_build_begin(&build.builder, fw->dialect, fw->config.cksum, fw->packet, PACKET_MAX);
	if (fw->dialect->version >= 6)
		add_v6(&build, b);
	else
		add_v5(&build, b);
	len = pfsync_build_end(&build.builder);
	if (fw->dialect->version == 5)
		fw->counters.oacts[fw->numbers[PFSYNC_ACT_EOF]]++;
	fw_bucket_reset(fw, b);
	if (len > 0)
		fw_output(fw, (size_t)len, NULL, bucket, why, build.messages);
}
