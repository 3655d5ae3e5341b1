/*
 * cast.c - who appears in the samples: two firewalls and the states they hold.
 *
 * SPDX-License-Identifier: ISC
 */
#include "cast.h"

#include <sys/socket.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_ESP = 50, PROTO_SCTP = 132 };
enum { AF_INET_WIRE = 2 };
enum { SINGLE = 1, MULTIPLE = 2, SCTP_COOKIE_WAIT = 3, SCTP_ESTABLISHED = 5, SCTP_SHUTDOWN = 8 };
enum { FLAG_ALLOWOPTS = 0x0001, FLAG_SLOPPY = 0x0002, FLAG_ACK = 0x0010, FLAG_NODF = 0x0020 };
enum { FLAG_SETTOS = 0x0040, FLAG_SETPRIO = 0x0200, FLAG_PIPE = 0x4000 };
enum { SYNC_SOURCE_NODE = 0x04, LOG_ALL = 0x02, ICMP_ECHO = 8 };

/* What tells one connection from the other. */
static const struct part {
	uint8_t proto;
	uint8_t node; /* whose state it is */
	uint8_t direction;
	bool ip6;
	const char *ifname;
	const char *lan, *gwy, *ext; /* inside, inside translated, outside */
	uint16_t lan_port, gwy_port, ext_port;
	uint32_t rule;
	uint8_t levels[PHASE_COUNT][2]; /* src, dst */
	uint8_t timeouts[PHASE_COUNT];
} parts[ROLE_COUNT] = {
    [ROLE_NAT] = {PROTO_TCP, 0, PFSYNC_OUT, false, "em0", "10.1.0.5", "192.0.2.9", "198.51.100.20",
	40001, 61000, 80, 3,
	{{PFSYNC_TCPS_SYN_SENT, PFSYNC_TCPS_CLOSED},
	    {PFSYNC_TCPS_ESTABLISHED, PFSYNC_TCPS_ESTABLISHED},
	    {PFSYNC_TCPS_FIN_WAIT_2, PFSYNC_TCPS_FIN_WAIT_2}},
	{0, 2, 5}},
    [ROLE_RDR] = {PROTO_TCP, 0, PFSYNC_IN, false, "all", "10.1.1.8", "192.0.2.9", "203.0.113.7",
	443, 443, 51514, 4,
	{{PFSYNC_TCPS_SYN_SENT, PFSYNC_TCPS_CLOSED},
	    {PFSYNC_TCPS_ESTABLISHED, PFSYNC_TCPS_ESTABLISHED},
	    {PFSYNC_TCPS_TIME_WAIT, PFSYNC_TCPS_TIME_WAIT}},
	{0, 2, 5}},
    [ROLE_DNS] = {PROTO_UDP, 0, PFSYNC_OUT, false, "all", "10.1.0.6", "10.1.0.6", "198.51.100.53",
	53124, 53124, 53, 5, {{SINGLE, 0}, {MULTIPLE, SINGLE}, {MULTIPLE, MULTIPLE}}, {6, 7, 8}},
    [ROLE_PING] = {PROTO_ICMP, 0, PFSYNC_OUT, false, "all", "10.1.0.5", "192.0.2.9",
	"198.51.100.20", 4660, 53851, 0, 6, {{0, 0}, {0, 0}, {0, 0}}, {9, 10, 10}},
    [ROLE_SSH6] = {PROTO_TCP, 0, PFSYNC_OUT, true, "em0", "2001:db8:1::5", "2001:db8:1::5",
	"2001:db8:2::20", 40022, 40022, 22, 7,
	{{PFSYNC_TCPS_SYN_SENT, PFSYNC_TCPS_CLOSED},
	    {PFSYNC_TCPS_ESTABLISHED, PFSYNC_TCPS_ESTABLISHED},
	    {PFSYNC_TCPS_CLOSING, PFSYNC_TCPS_ESTABLISHED}},
	{0, 2, 3}},
    [ROLE_PROXY] = {PROTO_TCP, 0, PFSYNC_IN, false, "all", "10.1.1.9", "192.0.2.10", "203.0.113.66",
	25, 25, 2525, 8,
	{{PFSYNC_TCPS_PROXY_SRC, PFSYNC_TCPS_CLOSED}, {PFSYNC_TCPS_PROXY_DST, PFSYNC_TCPS_CLOSED},
	    {PFSYNC_TCPS_ESTABLISHED, PFSYNC_TCPS_ESTABLISHED}},
	{0, 0, 2}},
    [ROLE_ROUTED] = {PROTO_TCP, 0, PFSYNC_IN, false, "em1", "192.0.2.77", "192.0.2.77", "10.1.0.7",
	8080, 8080, 45678, 9,
	{{PFSYNC_TCPS_SYN_SENT, PFSYNC_TCPS_CLOSED},
	    {PFSYNC_TCPS_ESTABLISHED, PFSYNC_TCPS_SYN_SENT},
	    {PFSYNC_TCPS_ESTABLISHED, PFSYNC_TCPS_ESTABLISHED}},
	{0, 1, 2}},
    [ROLE_RDOMAIN] = {PROTO_UDP, 1, PFSYNC_IN, false, "em1", "10.3.0.53", "10.3.0.53", "10.3.1.4",
	5060, 5060, 5061, 10, {{SINGLE, 0}, {MULTIPLE, SINGLE}, {MULTIPLE, MULTIPLE}}, {6, 7, 8}},
    [ROLE_NAT64] = {PROTO_TCP, 0, PFSYNC_IN, true, "all", "64:ff9b::c633:6414",
	"64:ff9b::c633:6414", "2001:db8:1::64", 443, 443, 40064, 11,
	{{PFSYNC_TCPS_SYN_SENT, PFSYNC_TCPS_CLOSED},
	    {PFSYNC_TCPS_ESTABLISHED, PFSYNC_TCPS_ESTABLISHED},
	    {PFSYNC_TCPS_TIME_WAIT, PFSYNC_TCPS_TIME_WAIT}},
	{0, 2, 5}},
    [ROLE_SCTP] = {PROTO_SCTP, 0, PFSYNC_OUT, false, "all", "10.1.0.8", "10.1.0.8", "198.51.100.99",
	36412, 36412, 38412, 12,
	{{SCTP_COOKIE_WAIT, 0}, {SCTP_ESTABLISHED, SCTP_ESTABLISHED},
	    {SCTP_SHUTDOWN, SCTP_SHUTDOWN}},
	{21, 22, 23}},
    [ROLE_OTHER] = {PROTO_ESP, 0, PFSYNC_OUT, false, "all", "192.0.2.1", "192.0.2.1",
	"203.0.113.200", 0, 0, 0, 13, {{SINGLE, 0}, {MULTIPLE, SINGLE}, {MULTIPLE, MULTIPLE}},
	{11, 12, 13}},
};

/* Seconds since the state was made and since its last packet, by phase. */
static const uint32_t ages_s[PHASE_COUNT] = {0, 12, 75};

struct cast
cast_of(const struct pfsync_dialect *dialect)
{
	return (struct cast){dialect, era_of(dialect)};
}

uint32_t
cast_hostid(unsigned node)
{
	return node == 0 ? 0x0000000a : 0x0000000b;
}

static bool
layout_has(const struct pfsync_dialect *dialect, enum pfsync_field field)
{
	const struct pfsync_fields *absent = &dialect->absent_state;
	unsigned f = (unsigned)field;

	for (int slot = PFSYNC_SLOT_STATE; slot <= PFSYNC_SLOT_STATE3; slot++) {
		const struct pfsync_layout *layout = dialect->layouts[slot];
		if (layout != NULL &&
		    (layout->fields.bits[f / 64] & ~absent->bits[f / 64]) >> (f % 64) & 1)
			return true;
	}
	return false;
}

bool
cast_has(const struct cast *cast, enum role role)
{
	switch (role) {
	case ROLE_PROXY:
		return cast->era.proxy;
	case ROLE_NAT64:
		return layout_has(cast->dialect, PFSYNC_F_STACK_AF);
	case ROLE_SCTP:
		return cast->dialect->timeout_max > 20;
	default:
		return true;
	}
}

enum pfsync_record_kind
cast_newest_record(const struct pfsync_dialect *dialect)
{
	for (int slot = PFSYNC_SLOT_STATE3; slot >= PFSYNC_SLOT_STATE; slot--) {
		if (dialect->layouts[slot] != NULL)
			return dialect->layouts[slot]->record;
	}
	return PFSYNC_REC_NONE;
}

static void
address(struct pfsync_addr *addr, const char *text)
{
	if (inet_pton(strchr(text, ':') != NULL ? AF_INET6 : AF_INET, text, addr->b) != 1) {
		fprintf(stderr, "make_samples: %s is no address\n", text);
		exit(2);
	}
}

static void
name(char *out, size_t size, const char *text)
{
	memset(out, 0, size);
	memcpy(out, text, strlen(text));
}

/* Boot of the creator: A days ago, B just before the capture began. */
static int64_t
boot_s(const struct cast *cast, unsigned node)
{
	return node == 0 ? cast->era.start_s - 5 * 86400 : cast->era.start_s - 30;
}

static uint64_t
state_id(const struct cast *cast, enum role role)
{
	uint64_t boot = (uint64_t)boot_s(cast, parts[role].node);
	uint64_t number = (uint64_t)role + 1;

	switch (cast->era.ids) {
	case ID_CPU_HIGH:
		return number % 2 << 56 | (boot + number);
	case ID_SECONDS:
		return boot + number;
	default:
		return boot << 32 | number;
	}
}

static void
set_peers(const struct cast *cast, struct pfsync_state *state, enum role role, enum phase phase)
{
	const struct part *part = &parts[role];
	struct pfsync_peer *src = &state->src, *dst = &state->dst;

	src->state = part->levels[phase][0];
	dst->state = part->levels[phase][1];
	if (part->proto != PROTO_TCP)
		return;
	src->seqlo = UINT32_C(0x10000000) * ((uint32_t)role + 1) + (uint32_t)phase * 1460;
	src->seqhi = src->seqlo + (phase == PHASE_NEW ? 1 : 65535);
	src->max_win = phase == PHASE_NEW ? 0xffff : 0x8000;
	src->mss = 1460;
	src->wscale = PFSYNC_WSCALE_FLAG | 7;
	dst->max_win = 1;
	dst->seqhi = 1;
	if (phase != PHASE_NEW) {
		dst->seqlo =
		    UINT32_C(0x9a000000) + (uint32_t)role * 0x10000 + (uint32_t)phase * 7300;
		dst->seqhi = dst->seqlo + 64240;
		dst->max_win = 0x7d78;
		dst->mss = 1440;
		dst->wscale = PFSYNC_WSCALE_FLAG | 6;
	}
	if (role == ROLE_NAT)
		src->seqdiff = 0xd1ff0001;
	if (role == ROLE_NAT && (cast->dialect->quirks & PFSYNC_QUIRK_NO_SCRUB) == 0) {
		src->scrub_valid = dst->scrub_valid = PFSYNC_SCRUB_FLAG_VALID;
		src->scrub_flags = 1;
		src->scrub_ttl = 63;
		src->ts_mod = 0x3c6ef35f;
		dst->scrub_ttl = 54;
	}
}

static void
set_keys(const struct cast *cast, struct pfsync_state *state, const struct part *part)
{
	uint8_t af = part->ip6 ? cast->dialect->af_inet6 : AF_INET_WIRE;

	address(&state->lan.addr, part->lan);
	address(&state->gwy.addr, part->gwy);
	address(&state->ext.addr, part->ext);
	state->lan.port = part->lan_port;
	state->gwy.port = part->gwy_port;
	state->ext.port = part->ext_port;
	state->af_number = af;
	state->wire = (struct pfsync_key){
	    {state->ext.addr, state->gwy.addr}, {state->ext.port, state->gwy.port}, 0, af};
	state->stack = (struct pfsync_key){
	    {state->ext.addr, state->lan.addr}, {state->ext.port, state->lan.port}, 0, af};
	if (part->proto == PROTO_ICMP) {
		/* v6 puts the ICMP type where there is no id, v4 and v5 the id itself. */
		bool type = cast->dialect->version == 6;
		state->wire.port[0] = type ? ICMP_ECHO : state->wire.port[1];
		state->stack.port[0] = type ? ICMP_ECHO : state->stack.port[1];
	}
}

static void
set_routed(const struct cast *cast, struct pfsync_state *state)
{
	address(&state->rt_addr, "192.0.2.254");
	state->rt = cast->era.freebsd ? 2 : 1; /* route-to: FB 3.7, OB 14.6 */
	state->rt_af_number = AF_INET_WIRE;
	name(state->rt_ifname, sizeof(state->rt_ifname), "em3");
	name(state->tagname, sizeof(state->tagname), "UPLINK2");
	state->set_tos = 0xb8;
	state->set_prio[0] = 5;
	state->set_prio[1] = 6;
	state->min_ttl = 64;
	state->max_mss = 1380;
	state->log = LOG_ALL;
	if (layout_has(cast->dialect, PFSYNC_F_SET_TOS))
		state->state_flags |= FLAG_NODF | FLAG_SETTOS;
	if (layout_has(cast->dialect, PFSYNC_F_SET_PRIO0))
		state->state_flags |= FLAG_SETPRIO;
}

static void
set_rdomain(const struct cast *cast, struct pfsync_state *state)
{
	state->wire.rdomain = state->stack.rdomain = 1;
	state->rtableid[0] = state->rtableid[1] = 1;
	state->allow_opts = 1;
	state->qid = 3;
	state->pqid = 4;
	state->dnpipe = 1;
	state->dnrpipe = 2;
	if (cast->era.sloppy)
		state->state_flags |= FLAG_ALLOWOPTS;
	if (layout_has(cast->dialect, PFSYNC_F_DNPIPE))
		state->state_flags |= FLAG_PIPE;
}

/* Stack side of af-to: the other family, index roles exchanged (OB 4.3). */
static void
set_nat64(struct pfsync_state *state)
{
	memset(state->stack.addr, 0, sizeof(state->stack.addr));
	address(&state->stack.addr[0], "198.51.100.20");
	address(&state->stack.addr[1], "192.0.2.9");
	state->stack.port[0] = 443;
	state->stack.port[1] = 61064;
	state->stack.af_number = AF_INET_WIRE;
}

static void
set_special(const struct cast *cast, struct pfsync_state *state, enum role role, enum phase phase)
{
	switch (role) {
	case ROLE_NAT:
	case ROLE_RDR:
		if (cast->era.nat_rule)
			state->nat_rule = role == ROLE_NAT ? 1 : 2;
		break;
	case ROLE_DNS:
		/* The packet is held until the peer acknowledges (OB 16). */
		if (cast->era.deferral && phase == PHASE_NEW)
			state->state_flags |= FLAG_ACK;
		break;
	case ROLE_PROXY:
		if (cast->dialect->version >= 5)
			state->sync_flags = SYNC_SOURCE_NODE;
		break;
	case ROLE_ROUTED:
		set_routed(cast, state);
		if (cast->era.sloppy)
			state->state_flags |= FLAG_SLOPPY;
		break;
	case ROLE_RDOMAIN:
		set_rdomain(cast, state);
		break;
	case ROLE_NAT64:
		set_nat64(state);
		break;
	case ROLE_SCTP:
		/* The verification tags (FB 4.4). */
		state->src.scrub_valid = state->dst.scrub_valid = PFSYNC_SCRUB_FLAG_VALID;
		state->src.ts_mod = 0x51c70001;
		state->dst.ts_mod = 0x51c70002;
		break;
	default:
		break;
	}
}

static void
fill_state(const struct cast *cast, enum role role, enum phase phase, struct pfsync_state *state)
{
	const struct part *part = &parts[role];
	uint32_t life_s = pfsync_timeout_default_s(part->timeouts[phase]);

	state->proto = state->stack_proto = part->proto;
	state->direction = part->direction;
	state->rule = part->rule;
	state->anchor = PFSYNC_RULE_NONE;
	state->nat_rule = PFSYNC_RULE_NONE;
	state->rtableid[0] = state->rtableid[1] = -1;
	state->timeout = part->timeouts[phase];
	state->creation_s = ages_s[phase];
	state->expire_s = cast->era.expire && phase != PHASE_NEW ? life_s - 2 : 0;
	if (cast->era.expire && phase == PHASE_NEW)
		state->expire_s = life_s;
	state->packets[0] = 1 + (uint64_t)phase * 10;
	state->bytes[0] = 60 + (uint64_t)phase * 1234;
	state->packets[1] = (uint64_t)phase * 9;
	state->bytes[1] = (uint64_t)phase * 8765;
	if (cast->dialect->version < 5 && phase != PHASE_NEW)
		state->updates = 3; /* merged since the last packet (OB 13.8) */
	name(state->ifname, sizeof(state->ifname), part->ifname);
	name(state->orig_ifname, sizeof(state->orig_ifname),
	    part->direction == PFSYNC_OUT ? "em0" : "em1");
	set_peers(cast, state, role, phase);
	set_keys(cast, state, part);
	set_special(cast, state, role, phase);
}

/* Everything; the encoder leaves out what the dialect has no room for. */
static void
has_all(struct pfsync_message *message)
{
	memset(&message->has, 0xff, sizeof(message->has));
}

void
cast_state(const struct cast *cast, enum role role, enum phase phase, enum pfsync_action action,
    enum pfsync_record_kind record, struct pfsync_message *message)
{
	bool full =
	    action == PFSYNC_ACT_INS || action == PFSYNC_ACT_UPD || action == PFSYNC_ACT_DEL;

	memset(message, 0, sizeof(*message));
	has_all(message);
	message->action = action;
	message->action_number = UINT8_MAX;
	message->id = state_id(cast, role);
	message->creatorid = cast_hostid(parts[role].node);
	if (full)
		message->record =
		    record != PFSYNC_REC_NONE ? record : cast_newest_record(cast->dialect);
	if (full || action == PFSYNC_ACT_UPD_C)
		fill_state(cast, role, phase, &message->u.state);
}
