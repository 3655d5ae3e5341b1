/*
 * pair.c - a link between nodes: constant delay, cuts, a record of everything.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pair.h"

static void
on_packet(void *context, const struct fw_packet_out *out)
{
	struct pair_node *node = context;
	struct pair *pair = node->pair;
	struct pair_packet packet = {.at_ns = pair->now_ns + pair->delay_ns,
	    .from = (unsigned)(node - pair->nodes),
	    .len = out->len_bytes,
	    .why = out->why,
	    .bucket = out->bucket,
	    .dst = out->dst};

	node->packets++;
	node->messages += out->messages;
	node->flushes[out->why]++;
	assert_true(out->len_bytes <= sizeof(packet.bytes));
	assert_int_equal(out->ttl, 255);
	memcpy(packet.bytes, out->bytes, out->len_bytes);
	if (pair->keep) {
		if (pair->seen_count == pair->seen_room) {
			pair->seen_room = pair->seen_room == 0 ? 64 : pair->seen_room * 2;
			pair->seen = realloc(pair->seen, pair->seen_room * sizeof(*pair->seen));
			assert_non_null(pair->seen);
		}
		pair->seen[pair->seen_count++] = packet;
	}
	if (pair->cut[packet.from])
		return;
	if (pair->flying_count == pair->flying_room) {
		pair->flying_room = pair->flying_room == 0 ? 64 : pair->flying_room * 2;
		pair->flying = realloc(pair->flying, pair->flying_room * sizeof(*pair->flying));
		assert_non_null(pair->flying);
	}
	pair->flying[pair->flying_count++] = packet;
}

static void
on_change(void *context, enum fw_change change, enum fw_source source, enum fw_why why,
    const struct fw_state *state)
{
	struct pair_node *node = context;

	(void)source;
	assert_non_null(state);
	switch (change) {
	case FW_CHANGE_INSERTED:
		node->inserted++;
		break;
	case FW_CHANGE_UPDATED:
		node->updated++;
		break;
	case FW_CHANGE_REMOVED:
		node->removed++;
		node->removed_why = why;
		break;
	}
}

static void
on_message(void *context, const struct fw_message_told *told)
{
	struct pair_node *node = context;

	node->outcomes[told->outcome]++;
	node->last = told->outcome;
	node->last_number = told->number;
}

static void
on_bulk(void *context, enum fw_bulk_step step, uint64_t number)
{
	struct pair_node *node = context;

	node->bulk[step]++;
	node->bulk_number = number;
}

static void
on_demotion(void *context, int before, int after)
{
	struct pair_node *node = context;

	assert_int_not_equal(before, after);
	if (after > node->demotion_most)
		node->demotion_most = after;
}

static void
on_release(void *context, const struct fw_state *state, bool acknowledged)
{
	struct pair_node *node = context;

	assert_non_null(state);
	node->released++;
	node->acknowledged += acknowledged;
}

struct fw_config
pair_config(enum fw_family family, unsigned n)
{
	static const char *const ifnames[] = {"em0", "em1", "lan0"};
	struct fw_config config;

	fw_config_init(&config, family);
	config.hostid = 0x0a000001 + n;
	config.seed = n + 1;
	/* Counters of two nodes must not coincide (SEM 1.5). */
	config.id_seed_s = (uint64_t)(T0 / S) + n * 1000000;
	config.address = (struct fw_address){PFSYNC_AF_INET, {{10, 0, 0, (uint8_t)(n + 1)}}};
	config.ifnames = ifnames;
	config.ifname_count = 3;
	config.state_limit = 100000;
	config.adaptive_end = 0;
	config.uptime_s = 5000;
	return config;
}

void
pair_init(struct pair *pair)
{
	memset(pair, 0, sizeof(*pair));
	pair->now_ns = T0;
	pair->delay_ns = 200000;
	pair->keep = true;
}

unsigned
pair_add(struct pair *pair, const struct fw_config *config)
{
	struct pair_node *node = &pair->nodes[pair->count];
	const struct fw_callbacks callbacks = {.context = node,
	    .packet = on_packet,
	    .change = on_change,
	    .message = on_message,
	    .bulk = on_bulk,
	    .demotion = on_demotion,
	    .release = on_release};
	const char *problem = NULL;

	node->pair = pair;
	node->address = config->address;
	node->fw = fw_new(config, &callbacks, pair->now_ns, &problem);
	if (node->fw == NULL)
		fail_msg("fw_new: %s", problem);
	return pair->count++;
}

void
pair_two(struct pair *pair, enum fw_family family)
{
	pair_init(pair);
	for (unsigned n = A; n <= B; n++) {
		struct fw_config config = pair_config(family, n);
		pair_add(pair, &config);
		fw_up(pair->nodes[n].fw, pair->now_ns);
	}
	/* Empty tables: some wait for all their tries, the first limit-based (SEM 3.6). */
	pair_run(pair, 400 * S);
	assert_false(fw_bulk_waiting(pair->nodes[A].fw));
	assert_false(fw_bulk_waiting(pair->nodes[B].fw));
	pair_forget(pair);
}

void
pair_free(struct pair *pair)
{
	for (unsigned n = 0; n < pair->count; n++)
		fw_free(pair->nodes[n].fw);
	free(pair->flying);
	free(pair->seen);
}

static bool
meant_for(const struct pair_node *node, const struct fw_address *dst)
{
	const bool group =
	    dst->af == PFSYNC_AF_INET6 ? dst->addr.b[0] == 0xff : dst->addr.b[0] == 224;

	return group || (dst->af == node->address.af &&
			    memcmp(&dst->addr, &node->address.addr, sizeof(dst->addr)) == 0);
}

static void
deliver(struct pair *pair)
{
	struct pair_packet packet = pair->flying[pair->flying_first++];

	if (pair->flying_first == pair->flying_count)
		pair->flying_first = pair->flying_count = 0;
	for (unsigned n = 0; n < pair->count; n++) {
		const struct fw_packet_in in = {.bytes = packet.bytes,
		    .len_bytes = packet.len,
		    .src = pair->nodes[packet.from].address,
		    .ttl = 255};
		if (n != packet.from && meant_for(&pair->nodes[n], &packet.dst))
			fw_receive(pair->nodes[n].fw, pair->now_ns, &in);
	}
}

void
pair_run(struct pair *pair, int64_t ns)
{
	const int64_t end_ns = pair->now_ns + ns;

	for (;;) {
		int64_t at_ns = INT64_MAX;
		int due = -1;
		if (pair->flying_first < pair->flying_count)
			at_ns = pair->flying[pair->flying_first].at_ns;
		for (unsigned n = 0; n < pair->count; n++) {
			if (fw_deadline_ns(pair->nodes[n].fw) < at_ns) {
				at_ns = fw_deadline_ns(pair->nodes[n].fw);
				due = (int)n;
			}
		}
		if (at_ns > end_ns)
			break;
		if (at_ns > pair->now_ns)
			pair->now_ns = at_ns;
		if (due >= 0)
			fw_tick(pair->nodes[due].fw, pair->now_ns);
		else
			deliver(pair);
	}
	pair->now_ns = end_ns;
	for (unsigned n = 0; n < pair->count; n++)
		fw_tick(pair->nodes[n].fw, end_ns);
}

void
pair_forget(struct pair *pair)
{
	for (unsigned n = 0; n < pair->count; n++) {
		struct pair_node *node = &pair->nodes[n];
		const struct pair_node kept = *node;
		memset(node, 0, sizeof(*node));
		node->pair = kept.pair;
		node->fw = kept.fw;
		node->address = kept.address;
	}
	pair->seen_count = 0;
}

struct fw_flow
pair_flow(uint8_t proto, unsigned n)
{
	struct fw_flow flow = {.af = PFSYNC_AF_INET,
	    .proto = proto,
	    .direction = PFSYNC_IN,
	    .ifname = "em0",
	    .rule = PFSYNC_RULE_NONE,
	    .seq = 1000 + n,
	    .win = 64000,
	    .mss = 1460,
	    .wscale = PFSYNC_WSCALE_FLAG | 7};

	flow.wire.addr[0] =
	    (struct pfsync_addr){{10, (uint8_t)(1 + (n >> 16)), (uint8_t)(n >> 8), (uint8_t)n}};
	flow.wire.addr[1] = (struct pfsync_addr){{192, 0, 2, 1}};
	flow.wire.port[0] = (uint16_t)(1024 + n % 60000);
	flow.wire.port[1] = proto == 1 ? 0 : 80;
	flow.stack = flow.wire;
	return flow;
}

const struct fw_state *
pair_create(struct pair *pair, unsigned node, const struct fw_flow *flow)
{
	uint64_t id;
	uint32_t creatorid;

	assert_int_equal(
	    fw_create(pair->nodes[node].fw, pair->now_ns, flow, &id, &creatorid), FW_CREATED);
	return fw_lookup(pair->nodes[node].fw, id, creatorid);
}

const struct fw_state *
pair_established(struct pair *pair, unsigned node, unsigned n)
{
	const struct fw_flow flow = pair_flow(6, n);
	const struct fw_state *st = pair_create(pair, node, &flow);
	const struct fw_segment syn_ack = {.from_dst = true,
	    .flags = FW_SEG_SYN | FW_SEG_ACK,
	    .seq = 500000,
	    .ack = flow.seq + 1,
	    .win = 65000,
	    .mss = 1460,
	    .wscale = PFSYNC_WSCALE_FLAG | 6};
	const struct fw_segment ack = {
	    .flags = FW_SEG_ACK, .seq = flow.seq + 1, .ack = 500001, .win = 500};

	assert_int_equal(
	    fw_traffic(pair->nodes[node].fw, pair->now_ns, st->id, st->creatorid, &syn_ack),
	    FW_PASSED);
	assert_int_equal(
	    fw_traffic(pair->nodes[node].fw, pair->now_ns, st->id, st->creatorid, &ack), FW_PASSED);
	assert_int_equal(st->src.state, PFSYNC_TCPS_ESTABLISHED);
	assert_int_equal(st->dst.state, PFSYNC_TCPS_ESTABLISHED);
	return st;
}

struct pfsync_message
pair_as(
    const struct pair *pair, unsigned node, const struct fw_state *st, enum pfsync_action action)
{
	struct pfsync_message message;

	fw_state_message(pair->nodes[node].fw, pair->now_ns, st, &message);
	message.action = action;
	message.action_number = UINT8_MAX; /* whatever the dialect has for it */
	memset(&message.has, 0xff, sizeof(message.has));
	if (action != PFSYNC_ACT_INS && action != PFSYNC_ACT_UPD && action != PFSYNC_ACT_DEL)
		message.record = PFSYNC_REC_NONE;
	return message;
}

enum fw_outcome
pair_tell(struct pair *pair, unsigned node, const struct pfsync_message *message)
{
	const struct fw_config *config = fw_config(pair->nodes[node].fw);

	pair->nodes[node].last = FW_OUT_COUNT;
	pair_feed(pair, node, config->dialect, config->cksum, message, 1);
	return pair->nodes[node].last;
}

void
pair_one(struct pair *pair, const struct fw_config *config)
{
	pair_init(pair);
	pair_add(pair, config);
	fw_up(pair->nodes[A].fw, pair->now_ns);
	pair_run(pair, 400 * S);
	assert_false(fw_bulk_waiting(pair->nodes[A].fw));
	pair_forget(pair);
}

enum fw_verdict
pair_feed_bytes(struct pair *pair, unsigned node, const uint8_t *bytes, size_t len)
{
	const struct fw_packet_in in = {.bytes = bytes,
	    .len_bytes = len,
	    .src = {PFSYNC_AF_INET, {{10, 0, 0, 99}}},
	    .ttl = 255};

	return fw_receive(pair->nodes[node].fw, pair->now_ns, &in);
}

enum fw_verdict
pair_feed(struct pair *pair, unsigned node, const struct pfsync_dialect *dialect,
    const uint8_t *cksum, const struct pfsync_message *messages, size_t count)
{
	struct pfsync_builder builder;
	uint8_t bytes[8192];
	int len;

	assert_int_equal(
	    pfsync_build_begin(&builder, dialect, cksum, bytes, sizeof(bytes)), PFSYNC_OK);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(pfsync_build_add(&builder, &messages[i]), PFSYNC_OK);
	len = pfsync_build_end(&builder);
	assert_true(len > 0);
	return pair_feed_bytes(pair, node, bytes, (size_t)len);
}

/* ------------------------------------------------------------------------ */

static bool
same_peer(const struct fw_peer *a, const struct fw_peer *b)
{
	return a->seqlo == b->seqlo && a->seqhi == b->seqhi && a->seqdiff == b->seqdiff &&
	       a->max_win == b->max_win && a->mss == b->mss && a->state == b->state &&
	       a->wscale == b->wscale;
}

static bool
same_state(const struct fw_state *a, const struct fw_state *b)
{
	return same_peer(&a->src, &b->src) && same_peer(&a->dst, &b->dst) &&
	       a->timeout == b->timeout && a->proto == b->proto && a->direction == b->direction &&
	       memcmp(&a->wire, &b->wire, sizeof(a->wire)) == 0 &&
	       memcmp(&a->stack, &b->stack, sizeof(a->stack)) == 0;
}

static unsigned
missing(const struct fw *from, const struct fw *in, bool compare)
{
	const struct fw_state *st;
	uint64_t cursor = 0;
	unsigned count = 0;

	while ((st = fw_next(from, &cursor)) != NULL) {
		const struct fw_state *other = fw_lookup(in, st->id, st->creatorid);
		if (other == NULL || (compare && !same_state(st, other)))
			count++;
	}
	return count;
}

unsigned
pair_differences(const struct pair *pair, unsigned a, unsigned b)
{
	return missing(pair->nodes[a].fw, pair->nodes[b].fw, true) +
	       missing(pair->nodes[b].fw, pair->nodes[a].fw, false);
}

/* Walks all seen messages; stops at the n-th of that action. */
static unsigned
scan(const struct pair *pair, unsigned from, enum pfsync_action action, unsigned n,
    struct pfsync_message *found)
{
	unsigned count = 0;

	for (size_t i = 0; i < pair->seen_count; i++) {
		const struct pair_packet *packet = &pair->seen[i];
		struct pfsync_hint hint = {.forced = fw_config(pair->nodes[from].fw)->dialect};
		struct pfsync_frame frame;
		struct pfsync_section section;
		if (packet->from != from)
			continue;
		assert_int_equal(
		    pfsync_frame_open(&frame, packet->bytes, packet->len, packet->len, &hint),
		    PFSYNC_OK);
		while (pfsync_section_next(&frame, &section) == PFSYNC_OK) {
			struct pfsync_record record;
			int status = pfsync_record_first(&frame, &section, &record);
			for (; status == PFSYNC_OK;
			     status = pfsync_record_next(&frame, &section, &record)) {
				if (section.action != action)
					continue;
				if (found != NULL && count == n)
					pfsync_message_decode(&record, found);
				count++;
			}
		}
	}
	return count;
}

unsigned
pair_sent(const struct pair *pair, unsigned from, enum pfsync_action action)
{
	return scan(pair, from, action, 0, NULL);
}

bool
pair_message(const struct pair *pair, unsigned from, enum pfsync_action action, unsigned n,
    struct pfsync_message *message)
{
	return scan(pair, from, action, n, message) > n;
}
