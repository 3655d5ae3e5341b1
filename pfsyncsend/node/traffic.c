/*
 * traffic.c - packets that pass this firewall, and what its operator removes.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "internal.h"

enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_ICMP6 = 58, PROTO_SCTP = 132 };
enum { NO_TRAFFIC, SINGLE, MULTIPLE };
/* First class of each kind (SEM 4.3). */
enum { CLASS_UDP = 6, CLASS_ICMP = 9, CLASS_OTHER = 11, CLASS_SCTP = 20 };
/* Levels of FreeBSD's SCTP, as pf keeps them. */
enum { SCTP_COOKIE_WAIT = 2, SCTP_COOKIE_ECHOED = 4, SCTP_ESTABLISHED = 8 };

#define LONG_AGO (-1000000)

/* FreeBSD 14 and later follow SCTP; elsewhere it is "other". */
static bool
knows_sctp(const struct fw *fw, uint8_t proto)
{
	return proto == PROTO_SCTP && fw->dialect->timeout_max > CLASS_SCTP;
}

static uint8_t
first_class(uint8_t proto)
{
	return proto == PROTO_UDP ? CLASS_UDP : CLASS_OTHER;
}

static void
first_packet(const struct fw *fw, struct fw_state *st, const struct fw_flow *flow)
{
	switch (st->proto) {
	case PROTO_TCP:
		fw_tcp_first(st, flow);
		return;
	case PROTO_ICMP:
	case PROTO_ICMP6:
		st->timeout = CLASS_ICMP;
		return;
	default:
		break;
	}
	if (knows_sctp(fw, st->proto)) {
		st->src.state = SCTP_COOKIE_WAIT;
		st->timeout = CLASS_SCTP;
		st->src.scrub_valid = st->dst.scrub_valid = PFSYNC_SCRUB_FLAG_VALID;
		st->src.ts_mod = flow->seq; /* verification tag (FB 13) */
		return;
	}
	st->src.state = SINGLE;
	st->timeout = first_class(st->proto);
}

static int
keep_extra(struct fw *fw, struct fw_state *st, const struct fw_flow *flow)
{
	struct extra *extra;

	if (flow->rt == 0 && flow->tagname == NULL)
		return 0;
	st->extra = fw_extra_new(fw);
	if (st->extra == TABLE_NONE)
		return -1;
	extra = &fw->extras[st->extra];
	extra->rt = flow->rt;
	extra->rt_addr = flow->rt_addr;
	extra->rt_af_number = flow->af == PFSYNC_AF_INET6 ? fw->dialect->af_inet6 : 2;
	if (flow->rt_ifname != NULL)
		fw_ifname_copy(extra->rt_ifname, flow->rt_ifname);
	if (flow->tagname != NULL)
		memcpy(extra->tagname, flow->tagname, strnlen(flow->tagname, PFSYNC_TAGSIZ - 1));
	return 0;
}

static bool
fill(struct fw *fw, struct fw_state *st, const struct fw_flow *flow)
{
	char name[PFSYNC_IFNAMSIZ];
	int ifindex;

	fw_ifname_copy(name, flow->ifname != NULL ? flow->ifname : "all");
	ifindex = fw_ifname_add(fw, name);
	if (ifindex < 0)
		return false;
	st->wire = flow->wire;
	st->stack = flow->stack;
	st->af = (uint8_t)flow->af;
	st->stack_af = (uint8_t)(flow->stack_af != PFSYNC_AF_UNSPEC ? flow->stack_af : flow->af);
	st->proto = flow->proto;
	st->direction = flow->direction;
	st->rule = flow->rule < fw->config.rule_count ? flow->rule : PFSYNC_RULE_NONE;
	st->state_flags = (uint16_t)(flow->state_flags & ~(FW_FLAG_ACK | FW_FLAG_NOSYNC));
	if (flow->source_node)
		st->sync_flags = FW_SYNC_STALE; /* the same bit, from v4 on (SEM 5.5) */
	if (flow->no_sync)
		st->marks |= MARK_NO_SYNC;
	st->marks |= MARK_LOCAL;
	st->ifindex = fw->config.bind_states ? (uint16_t)ifindex : 0;
	st->orig_ifindex = (uint16_t)ifindex;
	st->creation_s = st->expire_s = fw_rel_s(fw, fw->now_s);
	st->pfsync_s = LONG_AGO;
	st->packets[0] = 1;
	st->bytes[0] = flow->len_bytes;
	first_packet(fw, st, flow);
	return keep_extra(fw, st, flow) == 0;
}

static enum fw_create
create(struct fw *fw, const struct fw_flow *flow, uint32_t *index)
{
	struct fw_state *st;
	enum fw_create result = FW_CREATE_NO_MEMORY;

	if (fw->table.live >= fw->config.state_limit || fw_rule_full(fw, flow->rule))
		return FW_CREATE_LIMIT;
	*index = table_new(&fw->table);
	if (*index == TABLE_NONE)
		return result;
	st = table_at(&fw->table, *index);
	if (fill(fw, st, flow)) {
		switch (fw_store(fw, *index)) {
		case STORED:
			return FW_CREATED;
		case STORED_NO_MEMORY:
			break;
		default:
			result = FW_CREATE_EXISTS;
			break;
		}
	}
	fw_extra_drop(fw, st->extra);
	table_drop(&fw->table, *index);
	return result;
}

enum fw_create
fw_create(
    struct fw *fw, int64_t now_ns, const struct fw_flow *flow, uint64_t *id, uint32_t *creatorid)
{
	enum fw_create result;
	uint32_t index;

	fw_begin(fw, now_ns);
	result = create(fw, flow, &index);
	if (result == FW_CREATED) {
		const struct fw_state *st = table_at(&fw->table, index);
		if (id != NULL)
			*id = st->id;
		if (creatorid != NULL)
			*creatorid = st->creatorid;
		fw_tell_change(fw, FW_CHANGE_INSERTED, FW_LOCAL, FW_WHY_TRAFFIC, index);
		fw_sync_insert(fw, index, flow->hold);
	}
	fw_end(fw);
	return result;
}

static void
sctp_packet(struct fw_state *st, bool from_dst)
{
	struct fw_peer *peer = from_dst ? &st->dst : &st->src;

	/* INIT, INIT ACK, COOKIE ECHO, COOKIE ACK and data, by their order. */
	if (peer->state < SCTP_COOKIE_ECHOED)
		peer->state = SCTP_COOKIE_ECHOED;
	else
		peer->state = SCTP_ESTABLISHED;
	st->timeout = st->src.state >= SCTP_ESTABLISHED && st->dst.state >= SCTP_ESTABLISHED
			  ? CLASS_SCTP + 2
			  : CLASS_SCTP + 1;
}

/* SEM 5.2 */
static void
other_packet(struct fw_state *st, bool from_dst)
{
	struct fw_peer *src = from_dst ? &st->dst : &st->src;
	struct fw_peer *dst = from_dst ? &st->src : &st->dst;

	if (src->state < SINGLE)
		src->state = SINGLE;
	if (dst->state == SINGLE)
		dst->state = MULTIPLE;
	st->timeout = (uint8_t)(first_class(st->proto) +
				(src->state == MULTIPLE && dst->state == MULTIPLE ? 2 : 1));
}

enum fw_passed
fw_traffic(struct fw *fw, int64_t now_ns, uint64_t id, uint32_t creatorid,
    const struct fw_segment *segment)
{
	const unsigned side = segment->from_dst ? 1 : 0;
	struct fw_state *st;
	uint32_t index;

	fw_begin(fw, now_ns);
	index = table_find(&fw->table, id, creatorid);
	if (index == TABLE_NONE)
		return FW_NO_STATE;
	st = table_at(&fw->table, index);
	if (st->proto == PROTO_TCP) {
		if (!fw_tcp_segment(st, segment))
			return FW_OUT_OF_WINDOW;
	} else if (st->proto == PROTO_ICMP || st->proto == PROTO_ICMP6) {
		st->timeout = CLASS_ICMP + 1;
	} else if (knows_sctp(fw, st->proto)) {
		sctp_packet(st, segment->from_dst);
	} else {
		other_packet(st, segment->from_dst);
	}
	st->expire_s = fw_rel_s(fw, fw->now_s);
	st->packets[side]++;
	st->bytes[side] += segment->len_bytes;
	fw_tell_change(fw, FW_CHANGE_UPDATED, FW_LOCAL, FW_WHY_TRAFFIC, index);
	fw_sync_update(fw, index);
	fw_end(fw);
	return FW_PASSED;
}

const struct fw_state *
fw_find_flow(const struct fw *fw, const struct fw_flow *flow)
{
	struct fw_state like = {.wire = flow->wire,
	    .stack = flow->wire,
	    .af = (uint8_t)flow->af,
	    .stack_af = (uint8_t)flow->af,
	    .proto = flow->proto,
	    .direction = flow->direction};
	char name[PFSYNC_IFNAMSIZ];
	uint32_t index = table_key_taken(&fw->table, &like);
	int ifindex;

	fw_ifname_copy(name, flow->ifname != NULL ? flow->ifname : "all");
	ifindex = fw_ifname_find(fw, name);
	if (index == TABLE_NONE && ifindex > 0) {
		like.ifindex = (uint16_t)ifindex;
		index = table_key_taken(&fw->table, &like);
	}
	return index == TABLE_NONE ? NULL : table_at(&fw->table, index);
}

bool
fw_kill(struct fw *fw, int64_t now_ns, uint64_t id, uint32_t creatorid)
{
	uint32_t index;

	fw_begin(fw, now_ns);
	index = table_find(&fw->table, id, creatorid);
	if (index == TABLE_NONE)
		return false;
	fw_remove(fw, index, FW_LOCAL, FW_WHY_KILLED, true);
	fw_end(fw);
	return true;
}

uint64_t
fw_flush_states(struct fw *fw, int64_t now_ns, const char *ifname)
{
	char name[PFSYNC_IFNAMSIZ];
	int ifindex = -1;
	uint64_t removed = 0;

	fw_begin(fw, now_ns);
	if (ifname != NULL) {
		fw_ifname_copy(name, ifname);
		ifindex = fw_ifname_find(fw, name);
		if (ifindex < 0)
			return 0;
	}
	for (uint32_t i = 0; i < fw->table.high; i++) {
		const struct fw_state *st = table_at(&fw->table, i);
		if ((st->marks & MARK_LIVE) == 0 || (ifindex >= 0 && st->ifindex != ifindex))
			continue;
		fw_remove(fw, i, FW_LOCAL, FW_WHY_FLUSHED, false);
		removed++;
	}
	fw_sync_clear(fw, ifname);
	fw_end(fw);
	return removed;
}
