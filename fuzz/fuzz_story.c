/*
 * fuzz_story.c - libFuzzer: stories of several firewalls, well formed and wild.
 *
 * SPDX-License-Identifier: ISC
 *
 * fuzz_replay feeds bytes; here every message is one that its sender could
 * have sent, so that all of the input goes into what the rules do: few ids,
 * keys and creators, any order, restarts, clears, names, limits, receivers of
 * other releases.  After each packet the structures are looked through.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "judge.h"
#include "pfreplay.h"

#define NODES 5
#define FRAME_BYTES 2048

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct source {
	const uint8_t *data;
	size_t size;
};

static uint8_t
next(struct source *source)
{
	if (source->size == 0)
		return 0;
	source->size--;
	return *source->data++;
}

/* Fields of a full record that matter to the rules. */
static void
fill_state(struct source *source, struct pfsync_message *message)
{
	struct pfsync_state *state = &message->u.state;
	uint8_t a = next(source), b = next(source), c = next(source);

	message->has = (struct pfsync_fields){{UINT64_MAX, UINT64_MAX}};
	state->src.state = a & 15;
	state->dst.state = a >> 4;
	state->src.seqlo = (uint32_t)(b & 15) * 100000;
	state->dst.seqlo = (uint32_t)(b >> 4) * 100000;
	state->timeout = c & 31;
	state->proto = state->stack_proto = (c & 32) != 0 ? 6 : 17;
	state->direction = (c & 64) != 0 ? PFSYNC_IN : PFSYNC_OUT;
	state->af_number = state->wire.af_number = state->stack.af_number = 2;
	state->expire_s = (uint32_t)(c & 7) * 20;
	state->creation_s = c & 15;
	c = next(source);
	state->wire.port[0] = state->ext.port = state->stack.port[0] = c & 3;
	state->wire.port[1] = state->gwy.port = (c >> 2) & 1;
	state->stack.port[1] = state->lan.port = (c >> 3) & 1;
	memcpy(state->ifname, (c & 16) != 0 ? "em0" : (c & 32) != 0 ? "em1" : "all", 4);
	memcpy(state->rt_ifname, "em2", 4);
	state->rt = c >> 7;
	state->rt_addr.b[0] = (c & 64) != 0;
	state->rule = (c & 128) != 0 ? PFSYNC_RULE_NONE : 3;
	state->anchor = PFSYNC_RULE_NONE;
	state->sync_flags = c & 4;
	state->state_flags = c & 16;
}

static struct pfsync_message
make_message(struct source *source)
{
	static const enum pfsync_action actions[] = {PFSYNC_ACT_INS, PFSYNC_ACT_UPD,
	    PFSYNC_ACT_UPD_C, PFSYNC_ACT_UPD_C, PFSYNC_ACT_DEL, PFSYNC_ACT_DEL_C,
	    PFSYNC_ACT_UPD_REQ, PFSYNC_ACT_CLR, PFSYNC_ACT_BUS, PFSYNC_ACT_INS_ACK, PFSYNC_ACT_TDB,
	    PFSYNC_ACT_INS};
	static const enum pfsync_record_kind records[] = {
	    PFSYNC_REC_1301, PFSYNC_REC_1400, PFSYNC_REC_1500, PFSYNC_REC_NONE};
	uint8_t what = next(source), which = next(source);
	struct pfsync_message message = {
	    .action = actions[what % (sizeof(actions) / sizeof(actions[0]))],
	    .record = records[what >> 6]};

	message.id = which & 7;
	message.creatorid = (which >> 3) & 7;
	switch (message.action) {
	case PFSYNC_ACT_CLR:
		message.has = (struct pfsync_fields){{UINT64_MAX, UINT64_MAX}};
		if ((which & 64) != 0)
			memcpy(message.u.clr.ifname, "em0", 4);
		break;
	case PFSYNC_ACT_BUS:
		message.has = (struct pfsync_fields){{UINT64_MAX, UINT64_MAX}};
		message.u.bus.status = (which & 64) != 0 ? PFSYNC_BUS_START : PFSYNC_BUS_END;
		message.u.bus.endtime_s = which >> 7;
		break;
	case PFSYNC_ACT_TDB:
		message.has = (struct pfsync_fields){{UINT64_MAX, UINT64_MAX}};
		message.u.tdb.spi = (uint32_t)which * 4;
		break;
	default:
		fill_state(source, &message);
		break;
	}
	return message;
}

static void
require_whole(const struct pfreplay *r)
{
	const char *wrong = replay_check(r);

	if (wrong == NULL)
		return;
	fprintf(stderr, "not whole: %s\n", wrong);
	abort();
}

static void
send(struct pfreplay *r, struct source *source, const struct pfsync_dialect *const *dialects,
    int64_t *now_ns, uint64_t frame)
{
	uint8_t head = next(source), flags = next(source), cksum[16], bytes[FRAME_BYTES];
	struct pfreplay_packet packet = {.frame = frame,
	    .has_ip = true,
	    .ttl = (flags & 0x70) == 0x70 ? 64 : PFSYNC_TTL,
	    .af = PFSYNC_AF_INET,
	    .src = {{10, 0, 0, (uint8_t)(head % NODES + 1)}},
	    .dst = {{224, 0, 0, 240}},
	    .tap = (flags & 0x0f) == 0x0f,
	    .tap_owner = head % NODES};
	struct pfsync_builder builder;
	int used;

	if ((flags & 0x80) != 0)
		packet.dst = (struct pfsync_addr){{10, 0, 0, (uint8_t)((head >> 4) % NODES + 1)}};
	if (packet.tap)
		packet.af = PFSYNC_AF_UNSPEC;
	*now_ns += (int64_t)(flags & 7) * (flags & 8 ? 20 : 1) * INT64_C(500000000);
	packet.time_ns = *now_ns;
	memset(cksum, head % NODES == 4, sizeof(cksum));
	pfsync_build_begin(&builder, dialects[head % NODES], cksum, bytes, sizeof(bytes));
	for (unsigned i = 0; i <= (unsigned)(head >> 6); i++) {
		struct pfsync_message message = make_message(source);

		if (pfsync_build_add(&builder, &message) != PFSYNC_OK)
			break;
	}
	builder.status = PFSYNC_OK;
	used = pfsync_build_end(&builder);
	if (used > 0)
		pfreplay_packet_bytes(r, &packet, bytes, (size_t)used, (size_t)used);
}

/* All that can be asked must be answerable, and agree with itself. */
static void
look(struct pfreplay *r)
{
	struct pfreplay_cursor cursor = {.node = PFREPLAY_ALL_NODES};
	struct pfreplay_state state, again;
	struct pfreplay_node node;
	struct pfreplay_discard discard;

	for (size_t n = 0; pfreplay_node_at(r, n, &node); n++)
		if (node.name == NULL)
			abort();
	while (pfreplay_state_next(r, &cursor, &state))
		if (!pfreplay_state_get(
			r, state.node, state.message.id, state.message.creatorid, &again) ||
		    again.standing != state.standing)
			abort();
	for (size_t n = 0; pfreplay_discard_at(r, n, &discard); n++)
		if (discard.count == 0)
			abort();
	(void)pfreplay_peer(r, &node);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const ifnames[] = {"em0"};
	struct source source = {data, size};
	const struct pfreplay_setup setups[] = {
	    {.node = "10.0.0.1", .state_limit = 3},
	    {.node = "10.0.0.2", .ifnames = ifnames, .ifname_count = 1},
	    {.node = "10.0.0.3", .family = next(&source) % PFREPLAY_FAMILY_COUNT},
	};
	const struct pfreplay_options options = {.max_states = 24,
	    .setups = setups,
	    .setup_count = next(&source) % 4,
	    .as_peer = next(&source) % (2 * PFREPLAY_FAMILY_COUNT) % PFREPLAY_FAMILY_COUNT};
	struct pfreplay *r = pfreplay_new(&options);
	const struct pfsync_dialect *dialects[NODES];
	int64_t now_ns = INT64_C(1795000000000000000);
	uint8_t version = next(&source);

	for (size_t i = 0; i < NODES; i++) {
		/* mostly of one release */
		size_t which = (version & 0x80) != 0 ? next(&source) : version;

		dialects[i] = pfsync_dialect_at(which % pfsync_dialect_count());
	}
	for (uint64_t frame = 1; source.size > 0; frame++) {
		send(r, &source, dialects, &now_ns, frame);
		require_whole(r);
	}
	look(r);
	pfreplay_advance(r, now_ns + INT64_C(200000000000));
	judge(r);
	look(r);
	pfreplay_free(r);
	return 0;
}
