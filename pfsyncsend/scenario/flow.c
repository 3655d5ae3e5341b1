/*
 * flow.c - from a connection as people see it to a full state.
 *
 * SPDX-License-Identifier: ISC
 */
#include "flow.h"

#include <string.h>

enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_ICMP6 = 58, PROTO_SCTP = 132 };
/* FreeBSD's numbers; those of a shutdown are refused by every receiver (FB, SCTP). */
enum { SCTP_CLOSED = 0, SCTP_COOKIE_WAIT = 2, SCTP_ESTABLISHED = 8 };
enum { ICMP_ECHO = 8, ICMP6_ECHO = 128, AF_INET_WIRE = 2 };
enum { SINGLE = 1, MULTIPLE = 2 };

/* How far the connection is when that is said of it. */
enum phase { PHASE_NEW, PHASE_OPEN, PHASE_END, PHASE_COUNT };

struct kind {
	uint8_t proto;                  /* 0: all others */
	uint8_t levels[PHASE_COUNT][2]; /* src, dst */
	uint8_t timeouts[PHASE_COUNT];  /* OB 14.4 */
};

static const struct kind kinds[] = {
    {PROTO_TCP,
	{{PFSYNC_TCPS_SYN_SENT, PFSYNC_TCPS_CLOSED},
	    {PFSYNC_TCPS_ESTABLISHED, PFSYNC_TCPS_ESTABLISHED},
	    {PFSYNC_TCPS_TIME_WAIT, PFSYNC_TCPS_TIME_WAIT}},
	{0, 2, 5}},
    {PROTO_UDP, {{SINGLE, 0}, {MULTIPLE, MULTIPLE}, {MULTIPLE, MULTIPLE}}, {6, 8, 8}},
    {PROTO_ICMP, {{0, 0}, {0, 0}, {0, 0}}, {9, 10, 10}},
    {PROTO_ICMP6, {{0, 0}, {0, 0}, {0, 0}}, {9, 10, 10}},
    {0, {{SINGLE, 0}, {MULTIPLE, MULTIPLE}, {MULTIPLE, MULTIPLE}}, {11, 13, 13}},
};

/* Where SCTP has classes of its own (FreeBSD 14); elsewhere it is one of the others. */
static const struct kind sctp = {PROTO_SCTP,
    {{SCTP_COOKIE_WAIT, SCTP_CLOSED}, {SCTP_ESTABLISHED, SCTP_ESTABLISHED},
	{SCTP_CLOSED, SCTP_CLOSED}},
    {20, 22, 24}};

static const struct kind *
kind_of(uint8_t proto, const struct pfsync_dialect *dialect)
{
	const struct kind *kind = kinds;

	if (proto == PROTO_SCTP && dialect->timeout_max > sctp.timeouts[PHASE_END])
		return &sctp;
	while (kind->proto != 0 && kind->proto != proto)
		kind++;
	return kind;
}

static bool
is_icmp(uint8_t proto)
{
	return proto == PROTO_ICMP || proto == PROTO_ICMP6;
}

static void
set_host(struct pfsync_host *host, const struct endpoint *endpoint)
{
	host->addr = endpoint->address.addr;
	host->port = endpoint->port;
}

/*
 * ICMP has one number, its id.  It stands at the inside; the other place is empty
 * in v1 .. v3, holds the id again in v4 and v5, and the type in v6.
 */
static void
set_icmp_ports(
    const struct flow *flow, const struct pfsync_dialect *dialect, struct pfsync_key *key)
{
	uint16_t type = flow->proto == PROTO_ICMP ? ICMP_ECHO : ICMP6_ECHO;

	if (key->port[1] == 0)
		key->port[1] = key->port[0];
	key->port[0] = dialect->version == 6 ? type : dialect->version < 4 ? 0 : key->port[1];
}

void
flow_keys(const struct flow *flow, const struct pfsync_dialect *dialect, struct pfsync_state *state)
{
	const bool in = flow->direction == PFSYNC_IN;
	const uint8_t af = flow->from.address.ip6 ? dialect->af_inet6 : AF_INET_WIRE;

	/* lan is the near end of the state, ext the far one (OB 4.2). */
	set_host(&state->lan, in ? &flow->to : &flow->from);
	set_host(&state->ext, in ? &flow->from : &flow->to);
	state->gwy = state->lan;
	if (!in && flow->has_nat)
		set_host(&state->gwy, &flow->nat);
	if (in && flow->has_rdr)
		set_host(&state->gwy, &flow->rdr);
	state->wire = (struct pfsync_key){{state->ext.addr, state->gwy.addr},
	    {state->ext.port, state->gwy.port}, state->wire.rdomain, af};
	state->stack = (struct pfsync_key){{state->ext.addr, state->lan.addr},
	    {state->ext.port, state->lan.port}, state->stack.rdomain, af};
	if (is_icmp(flow->proto)) {
		set_icmp_ports(flow, dialect, &state->wire);
		set_icmp_ports(flow, dialect, &state->stack);
		state->lan.port = state->stack.port[1];
		state->gwy.port = state->wire.port[1];
		state->ext.port = 0;
	}
	state->af_number = af;
	state->proto = state->stack_proto = flow->proto;
	state->direction = flow->direction;
}

static void
tcp_peers(enum phase phase, struct pfsync_state *state)
{
	struct pfsync_peer *src = &state->src, *dst = &state->dst;

	src->seqlo = 1000000 + (uint32_t)phase * 1460;
	src->seqhi = src->seqlo + (phase == PHASE_NEW ? 1 : 65535);
	src->max_win = phase == PHASE_NEW ? 65535 : 32768;
	src->mss = 1460;
	src->wscale = PFSYNC_WSCALE_FLAG | 7;
	/* Until it answers, the destination is "sequence 0, window 1". */
	dst->seqhi = 1;
	dst->max_win = 1;
	if (phase != PHASE_NEW) {
		dst->seqlo = 2000000 + (uint32_t)phase * 1460;
		dst->seqhi = dst->seqlo + 64240;
		dst->max_win = 32120;
		dst->mss = 1460;
		dst->wscale = PFSYNC_WSCALE_FLAG | 7;
	}
}

/* The scrub data that a receiver insists on: each end's verification tag. */
static void
sctp_peers(struct pfsync_state *state)
{
	state->src.scrub_valid = state->dst.scrub_valid = PFSYNC_SCRUB_FLAG_VALID;
	state->src.ts_mod = 0x5c700001;
	state->dst.ts_mod = 0x5c700002;
}

static enum phase
phase_of(enum pfsync_action action)
{
	switch (action) {
	case PFSYNC_ACT_INS:
		return PHASE_NEW;
	case PFSYNC_ACT_DEL:
		return PHASE_END;
	default:
		return PHASE_OPEN;
	}
}

void
flow_defaults(uint8_t proto, const struct pfsync_dialect *dialect, enum pfsync_action action,
    struct pfsync_state *state)
{
	const struct kind *kind = kind_of(proto, dialect);
	enum phase phase = phase_of(action);

	state->src = state->dst = (struct pfsync_peer){0};
	if (proto == PROTO_TCP)
		tcp_peers(phase, state);
	else if (kind == &sctp)
		sctp_peers(state);
	state->src.state = kind->levels[phase][0];
	state->dst.state = kind->levels[phase][1];
	state->timeout = kind->timeouts[phase];
	state->expire_s = pfsync_timeout_default_s(state->timeout);
	state->creation_s = phase == PHASE_NEW ? 0 : 10;
	state->packets[0] = phase == PHASE_NEW ? 1 : 6;
	state->packets[1] = phase == PHASE_NEW ? 0 : 5;
	state->bytes[0] = state->packets[0] * 60;
	state->bytes[1] = state->packets[1] * 60;
	state->rule = 0;
	state->anchor = PFSYNC_RULE_NONE;
	state->nat_rule = PFSYNC_RULE_NONE;
	state->rtableid[0] = state->rtableid[1] = -1;
	memset(state->ifname, 0, sizeof(state->ifname));
	memcpy(state->ifname, "all", 3);
	memset(state->orig_ifname, 0, sizeof(state->orig_ifname));
	memcpy(state->orig_ifname, "em0", 3);
}
