/*
 * export.c - states and orders as messages of the node's dialect (SEM 4.1).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "internal.h"

/* Which actions a dialect can send, how long their records are, what they carry. */
void
fw_export_init(struct fw *fw)
{
	const struct pfsync_dialect *dialect = fw->dialect;

	for (int action = 0; action < PFSYNC_ACT_COUNT; action++) {
		const bool full = action == PFSYNC_ACT_INS || action == PFSYNC_ACT_UPD ||
				  action == PFSYNC_ACT_DEL;
		const struct pfsync_fields *absent = full ? &dialect->absent_state
						     : action == PFSYNC_ACT_UPD_C
							 ? &dialect->absent_upd_c
							 : &dialect->absent_other;
		const struct pfsync_layout *layout;
		int number = pfsync_action_number(
		    dialect, (enum pfsync_action)action, full ? fw->record : PFSYNC_REC_NONE);
		fw->record_bytes[action] = 0;
		if (number < 0)
			continue;
		fw->numbers[action] = (uint8_t)number;
		layout = dialect->layouts[dialect->actions[number].slot];
		if (layout == NULL)
			continue;
		fw->record_bytes[action] = layout->size_bytes;
		for (int i = 0; i < 2; i++)
			fw->has[action].bits[i] = layout->fields.bits[i] & ~absent->bits[i];
	}
}

static void
head(const struct fw *fw, enum pfsync_action action, uint64_t id, uint32_t creatorid,
    struct pfsync_message *message)
{
	message->action = action;
	message->record = PFSYNC_REC_NONE;
	message->action_number = fw->numbers[action];
	message->has = fw->has[action];
	message->id = id;
	message->creatorid = creatorid;
}

static uint8_t
af_number(const struct fw *fw, uint8_t af)
{
	return af == PFSYNC_AF_INET6 ? fw->dialect->af_inet6 : af == PFSYNC_AF_INET ? 2 : 0;
}

static uint32_t
refresh_left_s(const struct fw *fw, const struct fw_state *st, int64_t now_s)
{
	int32_t now = fw_rel_s(fw, now_s);

	return st->expire_s <= now ? 0 : (uint32_t)(st->expire_s - now);
}

static uint32_t
expire_at(const struct fw *fw, const struct fw_state *st, int64_t now_s, bool compressed,
    bool overwritten)
{
	switch (fw->traits.expire_wire) {
	case FW_EXPIRE_REFRESH:
		return refresh_left_s(fw, st, now_s);
	case FW_EXPIRE_ONCE:
		return overwritten ? refresh_left_s(fw, st, now_s) : fw_remaining_s(fw, st, now_s);
	case FW_EXPIRE_RIGHT:
		return compressed ? 0 : fw_remaining_s(fw, st, now_s);
	default:
		return fw_remaining_s(fw, st, now_s);
	}
}

uint32_t
fw_export_expire(const struct fw *fw, const struct fw_state *st, bool compressed, bool overwritten)
{
	return expire_at(fw, st, fw->now_s, compressed, overwritten);
}

static void
key_out(struct pfsync_key *to, const struct fw_key *from, uint8_t number, int32_t rtableid)
{
	memcpy(to->addr, from->addr, sizeof(to->addr));
	to->port[0] = from->port[0];
	to->port[1] = from->port[1];
	to->af_number = number;
	to->rdomain = rtableid > 0 ? (uint16_t)rtableid : 0;
}

static void
extra_out(const struct fw *fw, const struct fw_state *st, struct pfsync_state *to)
{
	static const struct extra none = {.rtableid = {-1, -1}};
	const struct extra *extra = st->extra == TABLE_NONE ? &none : &fw->extras[st->extra];

	to->rt = extra->rt;
	to->rt_addr = extra->rt_addr;
	to->rt_af_number = extra->rt != 0 ? extra->rt_af_number : 0;
	memcpy(to->rt_ifname, extra->rt_ifname, sizeof(to->rt_ifname));
	memcpy(to->tagname, extra->tagname, sizeof(to->tagname));
	memcpy(to->rtableid, extra->rtableid, sizeof(to->rtableid));
	to->max_mss = extra->max_mss;
	to->qid = extra->qid;
	to->pqid = extra->pqid;
	to->dnpipe = extra->dnpipe;
	to->dnrpipe = extra->dnrpipe;
	to->log = extra->log;
	to->min_ttl = extra->min_ttl;
	to->set_tos = extra->set_tos;
	to->set_prio[0] = extra->set_prio[0];
	to->set_prio[1] = extra->set_prio[1];
}

static void
full_at(const struct fw *fw, const struct fw_state *st, int64_t now_s, enum pfsync_action action,
    struct pfsync_message *message)
{
	struct pfsync_state *to = &message->u.state;

	head(fw, action, st->id, st->creatorid, message);
	message->record = fw->record;
	extra_out(fw, st, to);
	fw_peer_out(&to->src, &st->src);
	fw_peer_out(&to->dst, &st->dst);
	key_out(&to->wire, &st->wire, af_number(fw, st->af), to->rtableid[0]);
	key_out(&to->stack, &st->stack, af_number(fw, st->stack_af), to->rtableid[1]);
	/* Before v4 the same by sides (SEM 9.1). */
	to->lan = (struct pfsync_host){.addr = st->stack.addr[1], .port = st->stack.port[1]};
	to->gwy = (struct pfsync_host){.addr = st->wire.addr[1], .port = st->wire.port[1]};
	to->ext = (struct pfsync_host){.addr = st->wire.addr[0], .port = st->wire.port[0]};
	to->packets[0] = st->packets[0];
	to->packets[1] = st->packets[1];
	to->bytes[0] = st->bytes[0];
	to->bytes[1] = st->bytes[1];
	to->rule = st->rule;
	to->anchor = PFSYNC_RULE_NONE;
	to->nat_rule = PFSYNC_RULE_NONE;
	to->creation_s = (uint32_t)(fw_rel_s(fw, now_s) - st->creation_s);
	to->expire_s = expire_at(fw, st, now_s, false, false);
	to->state_flags = st->state_flags;
	if ((st->marks & MARK_PLUS_ACK) != 0 && action == PFSYNC_ACT_INS)
		to->state_flags |= FW_FLAG_ACK;
	to->allow_opts = (st->state_flags & FW_FLAG_ALLOWOPTS) != 0;
	to->af_number = af_number(fw, st->af);
	to->proto = st->proto;
	to->stack_proto = st->proto;
	/* ICMP changes with the family (OB 11.3). */
	if (st->af != st->stack_af && (st->proto == 1 || st->proto == 58))
		to->stack_proto = st->proto == 1 ? 58 : 1;
	to->direction = st->direction;
	to->timeout = st->timeout;
	to->sync_flags = fw->dialect->version >= 4 ? st->sync_flags : 0;
	to->updates = 0;
	memcpy(to->ifname, fw->ifnames[st->ifindex].name, sizeof(to->ifname));
	memcpy(to->orig_ifname, fw->ifnames[st->orig_ifindex].name, sizeof(to->orig_ifname));
}

void
fw_export_full(const struct fw *fw, const struct fw_state *st, enum pfsync_action action,
    struct pfsync_message *message)
{
	full_at(fw, st, fw->now_s, action, message);
}

void
fw_export_upd_c(const struct fw *fw, const struct fw_state *st, struct pfsync_message *message)
{
	struct pfsync_state *to = &message->u.state;

	head(fw, PFSYNC_ACT_UPD_C, st->id, st->creatorid, message);
	fw_peer_out(&to->src, &st->src);
	fw_peer_out(&to->dst, &st->dst);
	to->timeout = st->timeout;
	to->expire_s = fw_export_expire(fw, st, true, false);
	to->state_flags = 0;
	to->updates = 0;
}

void
fw_export_id(const struct fw *fw, enum pfsync_action action, uint64_t id, uint32_t creatorid,
    struct pfsync_message *message)
{
	head(fw, action, id, creatorid, message);
	/* DEL_C of v2 .. v4 has room for two levels, always 0 (OB 6.2). */
	message->u.state.src.state = 0;
	message->u.state.dst.state = 0;
}

void
fw_export_clr(const struct fw *fw, const char *ifname, struct pfsync_message *message)
{
	head(fw, PFSYNC_ACT_CLR, 0, fw->hostid, message);
	memset(message->u.clr.ifname, 0, sizeof(message->u.clr.ifname));
	if (ifname != NULL)
		fw_ifname_copy(message->u.clr.ifname, ifname);
}

void
fw_export_bus(
    const struct fw *fw, unsigned status, uint32_t endtime_s, struct pfsync_message *message)
{
	head(fw, PFSYNC_ACT_BUS, 0, fw->hostid, message);
	message->u.bus.status = (uint8_t)status;
	message->u.bus.endtime_s = fw->traits.bulk == FW_BULK_V6B ? 0 : endtime_s;
}

void
fw_state_message(const struct fw *fw, int64_t now_ns, const struct fw_state *state,
    struct pfsync_message *message)
{
	memset(message, 0, sizeof(*message));
	full_at(fw, state, now_ns / NS_PER_S, PFSYNC_ACT_INS, message);
}
