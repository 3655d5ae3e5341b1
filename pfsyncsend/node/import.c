/*
 * import.c - a full state from the wire becomes one of the table (SEM 2.2, 4.2).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "internal.h"

/* Wire values of 32 bits, kept far from the ends of ours. */
#define SECONDS_FAR INT64_C(1000000000)
/* net.fibs of an unchanged FreeBSD. */
#define FIBS 1

static int32_t
seconds(int64_t value)
{
	if (value > 2 * SECONDS_FAR)
		value = 2 * SECONDS_FAR;
	if (value < -2 * SECONDS_FAR)
		value = -2 * SECONDS_FAR;
	return (int32_t)value;
}

static bool
addr_is_zero(const struct pfsync_addr *addr)
{
	static const struct pfsync_addr zero;

	return memcmp(addr, &zero, sizeof(zero)) == 0;
}

static bool
name_ends(const char *name, size_t size)
{
	return memchr(name, '\0', size) != NULL;
}

struct importing {
	const struct pfsync_message *message;
	uint32_t rule; /* bound to, or PFSYNC_RULE_NONE */
	int ifindex, orig_ifindex;
};

static enum import_error
refuse(enum fw_outcome *outcome, enum fw_outcome why, enum import_error error)
{
	*outcome = why;
	return error;
}

/* The number is trusted only with equal checksums, outside anchors (SEM 2.1). */
static uint32_t
bind_rule(const struct fw *fw, const struct pfsync_message *message, bool trusted)
{
	const struct pfsync_state *in = &message->u.state;

	if (!trusted || !pfsync_has(message, PFSYNC_F_RULE) || in->rule == PFSYNC_RULE_NONE ||
	    (pfsync_has(message, PFSYNC_F_ANCHOR) && in->anchor != PFSYNC_RULE_NONE) ||
	    in->rule >= fw->config.rule_count)
		return PFSYNC_RULE_NONE;
	return in->rule;
}

static enum import_error
check_names(struct fw *fw, struct importing *im, enum fw_outcome *outcome)
{
	const struct pfsync_state *in = &im->message->u.state;
	const enum fw_import rules = fw->traits.import;

	if (im->message->creatorid == 0 && !fw->traits.creator_zero_ok)
		return refuse(outcome, FW_OUT_BAD_CREATOR, IMPORT_INVALID);
	if (rules == FW_IMPORT_OLD) {
		im->ifindex = fw_ifname_add(fw, in->ifname);
		if (im->ifindex < 0)
			return refuse(outcome, FW_OUT_NO_INTERFACE, IMPORT_NO_MEMORY);
		im->orig_ifindex = im->ifindex;
		return IMPORT_OK;
	}
	if (rules == FW_IMPORT_F15 && !name_ends(in->ifname, sizeof(in->ifname)))
		return refuse(outcome, FW_OUT_BAD_IFNAME, IMPORT_INVALID);
	im->ifindex = im->orig_ifindex = fw_ifname_find(fw, in->ifname);
	if (im->ifindex < 0)
		return refuse(outcome, FW_OUT_NO_INTERFACE, IMPORT_SKIPPED);
	if (rules == FW_IMPORT_F15 && im->message->record == PFSYNC_REC_1500) {
		im->orig_ifindex = fw_ifname_find(fw, in->orig_ifname);
		if (im->orig_ifindex < 0 && im->ifindex != 0)
			return refuse(outcome, FW_OUT_NO_ORIG_IFNAME, IMPORT_SKIPPED);
		if (im->orig_ifindex < 0)
			im->orig_ifindex = 0;
	}
	return IMPORT_OK;
}

static enum import_error
check_route(struct fw *fw, const struct importing *im, enum fw_outcome *outcome)
{
	const struct pfsync_state *in = &im->message->u.state;
	const enum fw_import rules = fw->traits.import;

	if (rules == FW_IMPORT_F15 && im->message->record == PFSYNC_REC_1301) {
		/* Read literally, an ordinary rule has an "empty pool" (SEM 2.2). */
		if (im->rule != PFSYNC_RULE_NONE && fw->rules[im->rule].route_pool != 1)
			return refuse(outcome, FW_OUT_ROUTE_POOL, IMPORT_SKIPPED);
		if (im->rule == PFSYNC_RULE_NONE && !addr_is_zero(&in->rt_addr))
			return refuse(outcome, FW_OUT_ROUTE_UNBOUND, IMPORT_SKIPPED);
	}
	if ((rules == FW_IMPORT_F14 || rules == FW_IMPORT_F15) &&
	    im->message->record != PFSYNC_REC_1301 && in->rt != 0 &&
	    fw_ifname_find(fw, in->rt_ifname) < 0)
		return refuse(outcome, FW_OUT_NO_ROUTE_IF, IMPORT_SKIPPED);
	return IMPORT_OK;
}

static enum import_error
check_limits(struct fw *fw, const struct importing *im, enum fw_outcome *outcome)
{
	const struct pfsync_state *in = &im->message->u.state;

	if (im->rule != PFSYNC_RULE_NONE && fw_rule_full(fw, im->rule))
		return refuse(outcome, FW_OUT_RULE_LIMIT, IMPORT_NO_MEMORY);
	if (fw->table.live >= fw->config.state_limit)
		return refuse(outcome, FW_OUT_STATE_LIMIT, IMPORT_NO_MEMORY);
	if (fw->traits.import == FW_IMPORT_F15 && pfsync_has(im->message, PFSYNC_F_RTABLEID0) &&
	    (in->rtableid[0] < -1 || in->rtableid[0] >= FIBS))
		return refuse(outcome, FW_OUT_NO_RTABLE, IMPORT_NO_MEMORY);
	if (fw->traits.clr == FW_CLR_LEAKING && in->proto == 132 &&
	    (in->src.scrub_valid != PFSYNC_SCRUB_FLAG_VALID ||
		in->dst.scrub_valid != PFSYNC_SCRUB_FLAG_VALID))
		return refuse(outcome, FW_OUT_NO_SCRUB, IMPORT_NO_MEMORY);
	return IMPORT_OK;
}

static void
key_in(struct fw_key *to, const struct pfsync_key *from, enum pfsync_af af)
{
	memcpy(to->addr, from->addr, sizeof(to->addr));
	to->port[0] = from->port[0];
	to->port[1] = from->port[1];
	/* Only four bytes are an IPv4 address. */
	if (af == PFSYNC_AF_INET) {
		memset(to->addr[0].b + 4, 0, 12);
		memset(to->addr[1].b + 4, 0, 12);
	}
}

/* 0: nothing to keep aside, or kept; -1: no memory. */
static int
keep_extra(struct fw *fw, struct fw_state *st, const struct pfsync_message *message)
{
	const struct pfsync_state *in = &message->u.state;
	struct extra extra = {.rtableid = {-1, -1}};
	struct extra *to;

#define TAKE(FIELD, member)                                                                        \
	if (pfsync_has(message, PFSYNC_F_##FIELD))                                                 \
	extra.member = in->member
	TAKE(RT, rt);
	TAKE(RT_AF, rt_af_number);
	TAKE(RT_ADDR, rt_addr);
	TAKE(RTABLEID0, rtableid[0]);
	TAKE(RTABLEID1, rtableid[1]);
	TAKE(MAX_MSS, max_mss);
	TAKE(QID, qid);
	TAKE(PQID, pqid);
	TAKE(DNPIPE, dnpipe);
	TAKE(DNRPIPE, dnrpipe);
	TAKE(LOG, log);
	TAKE(MIN_TTL, min_ttl);
	TAKE(SET_TOS, set_tos);
	TAKE(SET_PRIO0, set_prio[0]);
	TAKE(SET_PRIO1, set_prio[1]);
#undef TAKE
	if (pfsync_has(message, PFSYNC_F_RT_IFNAME))
		memcpy(extra.rt_ifname, in->rt_ifname, sizeof(extra.rt_ifname));
	if (pfsync_has(message, PFSYNC_F_TAGNAME))
		memcpy(extra.tagname, in->tagname, sizeof(extra.tagname));
	if (extra.rt == 0 && addr_is_zero(&extra.rt_addr) && extra.rtableid[0] <= 0 &&
	    extra.rtableid[1] <= 0 && extra.tagname[0] == '\0' &&
	    (extra.max_mss | extra.qid | extra.pqid | extra.dnpipe | extra.dnrpipe | extra.log |
		extra.min_ttl | extra.set_tos | extra.set_prio[0] | extra.set_prio[1]) == 0)
		return 0;
	st->extra = fw_extra_new(fw);
	if (st->extra == TABLE_NONE)
		return -1;
	to = &fw->extras[st->extra];
	*to = extra;
	return 0;
}

static void
set_times(const struct fw *fw, struct fw_state *st, const struct pfsync_state *in)
{
	const int64_t now = fw_rel_s(fw, fw->now_s);
	const struct fw_rule *rule = st->rule < fw->config.rule_count ? &fw->rules[st->rule] : NULL;

	/* OpenBSD 3.5 added the age, so that what it sends on looks unborn (SEM 2.2). */
	if (fw->traits.era == FW_ERA_LAST_WRITER)
		st->creation_s = seconds(now + in->creation_s);
	else
		st->creation_s = seconds(now - (int64_t)in->creation_s);
	st->pfsync_s = (int32_t)now;
	if (!fw->traits.expire_remaining) {
		st->expire_s = seconds(now + in->expire_s);
		return;
	}
	st->expire_s = (int32_t)now;
	if (in->expire_s != 0 && st->timeout < FW_TIMEOUT_CLASSES) {
		int64_t timeout_s = rule != NULL && rule->timeout_s[st->timeout] != 0
					? rule->timeout_s[st->timeout]
					: fw->config.timeout_s[st->timeout];
		st->expire_s = seconds(now - (timeout_s - (int64_t)in->expire_s));
	}
}

static bool
fill_state(struct fw *fw, struct fw_state *st, const struct importing *im)
{
	const struct pfsync_message *message = im->message;
	const struct pfsync_state *in = &message->u.state;
	struct pfsync_key wire, stack;

	if (!pfsync_state_keys(message, &wire, &stack))
		return false;
	st->id = message->id;
	st->creatorid = message->creatorid;
	st->af = (uint8_t)pfsync_key_af(message, false);
	st->stack_af = (uint8_t)pfsync_key_af(message, true);
	if (st->af == PFSYNC_AF_UNSPEC || st->stack_af == PFSYNC_AF_UNSPEC)
		return false;
	key_in(&st->wire, &wire, (enum pfsync_af)st->af);
	key_in(&st->stack, &stack, (enum pfsync_af)st->stack_af);
	st->proto = in->proto;
	st->direction = in->direction;
	st->timeout = pfsync_has(message, PFSYNC_F_TIMEOUT) ? in->timeout : 0;
	fw_peer_in(&st->src, &in->src);
	fw_peer_in(&st->dst, &in->dst);
	st->packets[0] = (uint32_t)in->packets[0];
	st->packets[1] = (uint32_t)in->packets[1];
	st->bytes[0] = in->bytes[0];
	st->bytes[1] = in->bytes[1];
	st->rule = im->rule;
	if (pfsync_has(message, PFSYNC_F_STATE_FLAGS))
		st->state_flags = (uint16_t)(in->state_flags & ~(FW_FLAG_ACK | FW_FLAG_NOSYNC));
	else if (pfsync_has(message, PFSYNC_F_ALLOW_OPTS) && in->allow_opts != 0)
		st->state_flags = FW_FLAG_ALLOWOPTS;
	if (fw->dialect->version >= 4 && pfsync_has(message, PFSYNC_F_SYNC_FLAGS))
		st->sync_flags = in->sync_flags;
	st->ifindex = (uint16_t)im->ifindex;
	st->orig_ifindex = (uint16_t)im->orig_ifindex;
	set_times(fw, st, in);
	return true;
}

enum import_error
fw_import(struct fw *fw, const struct pfsync_message *message, bool trusted,
    enum fw_outcome *outcome, uint32_t *index)
{
	struct importing im = {.message = message, .rule = bind_rule(fw, message, trusted)};
	enum import_error error = check_names(fw, &im, outcome);
	struct fw_state *st;

	if (error == IMPORT_OK)
		error = check_route(fw, &im, outcome);
	if (error == IMPORT_OK)
		error = check_limits(fw, &im, outcome);
	if (error != IMPORT_OK)
		return error;
	*index = table_new(&fw->table);
	if (*index == TABLE_NONE)
		return refuse(outcome, FW_OUT_STATE_LIMIT, IMPORT_NO_MEMORY);
	st = table_at(&fw->table, *index);
	if (!fill_state(fw, st, &im)) {
		error = refuse(outcome, FW_OUT_BAD_VALUES, IMPORT_INVALID);
	} else if (keep_extra(fw, st, message) < 0) {
		error = refuse(outcome, FW_OUT_STATE_LIMIT, IMPORT_NO_MEMORY);
	} else {
		switch (fw_store(fw, *index)) {
		case STORED:
			*outcome = FW_OUT_INSERTED;
			fw_tell_change(fw, FW_CHANGE_INSERTED, FW_PEER, FW_WHY_MESSAGE, *index);
			return IMPORT_OK;
		case STORED_KEY_TAKEN:
			error = refuse(outcome, FW_OUT_KEY_COLLISION, IMPORT_EXISTS);
			break;
		case STORED_ID_TAKEN:
			error = refuse(outcome, FW_OUT_ID_COLLISION, IMPORT_EXISTS);
			break;
		default:
			error = refuse(outcome, FW_OUT_STATE_LIMIT, IMPORT_NO_MEMORY);
			break;
		}
	}
	fw_extra_drop(fw, st->extra);
	table_drop(&fw->table, *index);
	return error;
}
