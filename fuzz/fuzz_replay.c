/*
 * fuzz_replay.c - libFuzzer: the replay, fed with packets of hostile firewalls.
 *
 * SPDX-License-Identifier: ISC
 *
 * The input is a row of packets, each behind five bytes: sender and receiver,
 * seconds since the last packet (signed), flags, and the length in two bytes.
 * Few senders and few states are allowed, so that limits are reached.
 */
#include <stdlib.h>

#include "check.h"
#include "judge.h"
#include "pfreplay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool kept)
{
	if (!kept)
		abort();
}

static struct pfreplay_packet
packet_of(const uint8_t *head, uint64_t frame, int64_t *now_ns)
{
	struct pfreplay_packet packet = {.frame = frame, .file = head[2] & 1};

	*now_ns += (int64_t)(int8_t)head[1] * INT64_C(1000000000);
	packet.time_ns = *now_ns;
	packet.tap = (head[2] & 2) != 0;
	packet.tap_owner = head[0] & 3;
	packet.has_ip = (head[2] & 4) == 0;
	packet.ttl = 255;
	packet.ip_id = (uint16_t)frame;
	packet.has_mac = (head[2] & 8) != 0;
	packet.mac[5] = head[0] & 1;
	packet.af = (head[2] & 16) != 0 ? PFSYNC_AF_UNSPEC : PFSYNC_AF_INET;
	packet.src.b[0] = 10;
	packet.src.b[3] = head[0] & 7;
	packet.dst.b[0] = (head[2] & 32) != 0 ? 10 : 224;
	packet.dst.b[3] = (head[2] & 32) != 0 ? head[0] >> 4 & 7 : 240;
	return packet;
}

static void
look_at_everything(struct pfreplay *r, uint64_t max_states)
{
	struct pfreplay_node node;
	struct pfreplay_totals totals;

	require(replay_check(r) == NULL);
	pfreplay_totals(r, &totals);
	for (size_t n = 0; pfreplay_node_at(r, n, &node); n++) {
		require(node.states <= max_states);
		require(node.name != NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct pfreplay_options options = {.max_states = 64,
	    .several_files = true,
	    .wire_present = size % 2 == 0,
	    .as_peer = (int)(size % 5 == 0 ? size % PFREPLAY_FAMILY_COUNT : 0)};
	struct pfreplay *r = pfreplay_new(&options);
	int64_t now_ns = INT64_C(1795000000000000000);

	for (uint64_t frame = 1; size > 5; frame++) {
		struct pfreplay_packet packet = packet_of(data, frame, &now_ns);
		size_t length = (size_t)data[3] << 8 | data[4];
		size_t wirelen;
		data += 5;
		size -= 5;
		wirelen = length;
		if (length > size)
			length = size;
		pfreplay_packet_bytes(r, &packet, data, length, wirelen);
		data += length;
		size -= length;
	}
	look_at_everything(r, options.max_states);
	pfreplay_advance(r, now_ns + INT64_C(100000000000000));
	judge(r);
	look_at_everything(r, options.max_states);
	pfreplay_free(r);
	return 0;
}
