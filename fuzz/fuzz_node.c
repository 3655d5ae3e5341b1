/*
 * fuzz_node.c - libFuzzer: the firewall model, fed with hostile packets.
 *
 * SPDX-License-Identifier: ISC
 *
 * The first byte chooses the family, the second its settings.  Then come packets, each
 * behind four bytes: time that passes, what else happens, and the length in
 * two bytes.  The version byte is made right, so that most get past it.
 */
#include <stdlib.h>

#include "node/node.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define T0 (INT64_C(1700000000) * 1000000000)
#define PACKET_MAX_BYTES 2048

static void
require(bool kept)
{
	if (!kept)
		abort();
}

/* What a node sends must be a whole packet of its own dialect. */
static void
on_packet(void *context, const struct fw_packet_out *packet)
{
	const struct pfsync_dialect *dialect = context;
	struct pfsync_hint hint = {.forced = dialect};
	struct pfsync_frame frame;
	struct pfsync_section section;
	int status;

	require(pfsync_frame_open(&frame, packet->bytes, packet->len_bytes, packet->len_bytes,
		    &hint) == PFSYNC_OK);
	do {
		status = pfsync_section_next(&frame, &section);
		require(status == PFSYNC_OK || status == PFSYNC_END);
	} while (status == PFSYNC_OK);
}

static void
look_at_everything(const struct fw *fw, int64_t now_ns)
{
	const struct fw_state *st;
	uint64_t cursor = 0, count = 0;
	struct pfsync_message message;
	char text[64];

	while ((st = fw_next(fw, &cursor)) != NULL) {
		require(fw_lookup(fw, st->id, st->creatorid) == st);
		fw_state_message(fw, now_ns, st, &message);
		require(message.id == st->id);
		count++;
	}
	require(count == fw_state_count(fw));
	require(count <= fw_config(fw)->state_limit);
	fw_counters_text(fw, text, sizeof(text));
}

/* Local traffic between the packets: a flow, a packet on some state, an order. */
static void
local_event(struct fw *fw, int64_t now_ns, uint8_t what)
{
	struct fw_flow flow = {.af = PFSYNC_AF_INET,
	    .proto = what & 1 ? 6 : 17,
	    .direction = PFSYNC_IN,
	    .ifname = "em0",
	    .rule = PFSYNC_RULE_NONE,
	    .hold = true};
	struct fw_segment segment = {.from_dst = (what & 2) != 0, .flags = what};
	const struct fw_state *st;
	uint64_t cursor = 0;

	switch (what >> 5) {
	case 1:
		flow.wire.port[0] = what;
		flow.stack = flow.wire;
		fw_create(fw, now_ns, &flow, NULL, NULL);
		break;
	case 2:
		st = fw_next(fw, &cursor);
		if (st != NULL)
			fw_traffic(fw, now_ns, st->id, st->creatorid, &segment);
		break;
	case 3:
		st = fw_next(fw, &cursor);
		if (st != NULL)
			fw_kill(fw, now_ns, st->id, st->creatorid);
		break;
	case 4:
		fw_ask_bulk(fw, now_ns);
		break;
	case 5:
		if (what & 1)
			fw_flush_states(fw, now_ns, what & 2 ? "em0" : NULL);
		break;
	case 6:
		fw_link(fw, now_ns, (what & 1) != 0);
		break;
	case 7:
		fw_down(fw, now_ns);
		fw_up(fw, now_ns);
		break;
	default:
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const ifnames[] = {"em0"};
	static const struct fw_rule rules[] = {{.max_states = 2}, {.route_pool = 1}};
	struct fw_callbacks callbacks = {.packet = on_packet};
	struct fw_config config;
	int64_t now_ns = T0;
	uint8_t packet[PACKET_MAX_BYTES];
	struct fw *fw;

	if (size < 2)
		return 0;
	fw_config_init(&config, (enum fw_family)(data[0] % FW_FAMILY_COUNT));
	config.hostid = 0x0a;
	config.state_limit = 8;
	config.defer = (data[1] & 1) != 0;
	config.bind_states = (data[1] & 2) != 0;
	config.freebsd_release = (data[1] & 4) != 0 ? 16 : (data[1] & 8) != 0 ? 10 : 0;
	config.reannounce = (data[1] & 16) != 0;
	config.ifnames = ifnames;
	config.ifname_count = 1;
	config.rules = rules;
	config.rule_count = 2;
	callbacks.context = (void *)(uintptr_t)fw_family_dialect(config.family);
	fw = fw_new(&config, &callbacks, now_ns, NULL);
	if (fw == NULL)
		return 0;
	fw_up(fw, now_ns);
	for (size_t at = 2; size - at >= 4;) {
		size_t len = (size_t)data[at + 2] << 8 | data[at + 3];
		struct fw_packet_in in = {
		    .bytes = packet, .ttl = 255, .src = {.af = PFSYNC_AF_INET}};
		now_ns += data[at] * INT64_C(100000000);
		local_event(fw, now_ns, data[at + 1]);
		at += 4;
		if (len > size - at)
			len = size - at;
		if (len > sizeof(packet))
			len = sizeof(packet);
		for (size_t i = 0; i < len; i++)
			packet[i] = data[at + i];
		at += len;
		if (len > 0)
			packet[0] = fw_config(fw)->dialect->version;
		in.len_bytes = len;
		fw_receive(fw, now_ns, &in);
		look_at_everything(fw, now_ns);
	}
	fw_tick(fw, now_ns + INT64_C(200) * 1000000000);
	look_at_everything(fw, now_ns + INT64_C(200) * 1000000000);
	fw_free(fw);
	return 0;
}
