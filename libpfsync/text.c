/*
 * text.c - states and their parts in the words of pfctl and tcpdump (SEM 9.1).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "pfsync.h"

#include "text_put.h"

size_t
pfsync_text_name(char *out, size_t size, const char *name, size_t max)
{
	struct text t = text_begin(out, size);

	put_name(&t, name, max);
	return t.len;
}

size_t
pfsync_text_addr(char *out, size_t size, enum pfsync_af af, const struct pfsync_addr *addr)
{
	struct text t = text_begin(out, size);

	put_addr(&t, af, addr);
	return t.len;
}

size_t
pfsync_text_duration(char *out, size_t size, uint64_t seconds)
{
	struct text t = text_begin(out, size);

	put_duration(&t, seconds);
	return t.len;
}

/* ------------------------------------------------------------------------
 * Peers
 */

enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_ICMPV6 = 58 };

static bool
has_proto(const struct pfsync_message *message, unsigned proto)
{
	return pfsync_has(message, PFSYNC_F_PROTO) && message->u.state.proto == proto;
}

static void
put_levels(struct text *t, const struct pfsync_message *message, bool swap)
{
	const struct pfsync_state *state = &message->u.state;
	unsigned a = swap ? state->dst.state : state->src.state;
	unsigned b = swap ? state->src.state : state->dst.state;
	const char *name_a = pfsync_message_level_name(message, a);
	const char *name_b = pfsync_message_level_name(message, b);
	const bool tcp = has_proto(message, PROTO_TCP);

	if (tcp && (a == PFSYNC_TCPS_PROXY_SRC || b == PFSYNC_TCPS_PROXY_SRC)) {
		put(t, "PROXY:SRC");
	} else if (tcp && (a == PFSYNC_TCPS_PROXY_DST || b == PFSYNC_TCPS_PROXY_DST)) {
		put(t, "PROXY:DST");
	} else if (name_a != NULL && name_b != NULL) {
		put(t, name_a);
		put_char(t, ':');
		put(t, name_b);
	} else {
		put(t, tcp ? "<BAD STATE LEVELS " : "");
		put_unsigned(t, a);
		put_char(t, ':');
		put_unsigned(t, b);
		put(t, tcp ? ">" : "");
	}
}

size_t
pfsync_text_levels(char *out, size_t size, const struct pfsync_message *message, bool swap)
{
	struct text t = text_begin(out, size);

	put_levels(&t, message, swap);
	return t.len;
}

static void
put_window(struct text *t, const struct pfsync_peer *peer, bool wscale)
{
	put_char(t, '[');
	put_unsigned(t, peer->seqlo);
	put(t, " + ");
	put_unsigned(t, (uint32_t)(peer->seqhi - peer->seqlo));
	put_char(t, ']');
	if (peer->seqdiff != 0) {
		put(t, "(+");
		put_unsigned(t, peer->seqdiff);
		put_char(t, ')');
	}
	if (wscale) {
		put(t, " wscale ");
		put_unsigned(t, peer->wscale & PFSYNC_WSCALE_MASK);
	}
}

size_t
pfsync_text_window(char *out, size_t size, const struct pfsync_peer *peer, bool wscale)
{
	struct text t = text_begin(out, size);

	put_window(&t, peer, wscale);
	return t.len;
}

/* SEM 9.1: inbound states are printed destination first. */
static bool
printed_swapped(const struct pfsync_message *message)
{
	return pfsync_has(message, PFSYNC_F_DIRECTION) && message->u.state.direction != PFSYNC_OUT;
}

size_t
pfsync_text_windows(char *out, size_t size, const struct pfsync_message *message)
{
	struct text t = text_begin(out, size);
	const struct pfsync_state *state = &message->u.state;
	const struct pfsync_peer *first = &state->src, *second = &state->dst;
	bool wscale;

	if (!has_proto(message, PROTO_TCP) || !pfsync_has(message, PFSYNC_F_SRC_SEQLO) ||
	    !pfsync_has(message, PFSYNC_F_DST_SEQLO))
		return 0;
	if (printed_swapped(message)) {
		first = &state->dst;
		second = &state->src;
	}
	wscale =
	    pfsync_has(message, PFSYNC_F_DST_WSCALE) && first->wscale != 0 && second->wscale != 0;
	put_window(&t, first, wscale);
	put(&t, "  ");
	put_window(&t, second, wscale);
	return t.len;
}

/* ------------------------------------------------------------------------
 * The first line of a state
 */

struct end {
	enum pfsync_af af;
	struct pfsync_addr addr;
	uint16_t port;
	uint16_t rdomain;
};

static void
put_end(struct text *t, const struct end *end)
{
	if (end->rdomain != 0) {
		put_char(t, '(');
		put_unsigned(t, end->rdomain);
		put(t, ") ");
	}
	put_addr(t, end->af, &end->addr);
	if (end->port == 0)
		return;
	put_char(t, end->af == PFSYNC_AF_INET6 ? '[' : ':');
	put_unsigned(t, end->port);
	if (end->af == PFSYNC_AF_INET6)
		put_char(t, ']');
}

static bool
same_end(const struct end *a, const struct end *b)
{
	size_t n = a->af == PFSYNC_AF_INET ? 4 : sizeof(a->addr.b);

	return a->af == b->af && a->port == b->port && a->rdomain == b->rdomain &&
	       memcmp(a->addr.b, b->addr.b, n) == 0;
}

static struct end
end_of_key(const struct pfsync_key *key, enum pfsync_af af, unsigned i)
{
	return (struct end){af, key->addr[i], key->port[i], key->rdomain};
}

static struct end
end_of_host(const struct pfsync_host *host, enum pfsync_af af)
{
	return (struct end){af, host->addr, host->port, 0};
}

/* One end and, in parentheses, what translation makes of it. */
static void
put_pair(struct text *t, const struct end *lead, const struct end *other)
{
	put_end(t, lead);
	if (!same_end(lead, other)) {
		put(t, " (");
		put_end(t, other);
		put_char(t, ')');
	}
}

/* OpenBSD shows the next hop behind the end that it belongs to. */
static void
put_next_hop(struct text *t, const struct pfsync_message *message)
{
	static const struct pfsync_addr none;
	const struct pfsync_state *state = &message->u.state;

	if (message->record != PFSYNC_REC_V6 || !pfsync_has(message, PFSYNC_F_RT_ADDR) ||
	    memcmp(&state->rt_addr, &none, sizeof(none)) == 0)
		return;
	put(t, " {");
	put_addr(t, pfsync_state_af(message), &state->rt_addr);
	put_char(t, '}');
}

static void
put_keys(struct text *t, const struct pfsync_message *message)
{
	const struct pfsync_state *state = &message->u.state;
	const bool out = state->direction == PFSYNC_OUT;
	struct pfsync_key wire, stack, *lead, *other;
	enum pfsync_af lead_af, other_af;
	struct end ends[2][2];

	if (!pfsync_state_keys(message, &wire, &stack))
		return;
	lead = out ? &wire : &stack;
	other = out ? &stack : &wire;
	lead_af = pfsync_key_af(message, !out);
	other_af = pfsync_key_af(message, out);
	/* Only one port of an ICMP state is its id; the listing shows the leading
	 * key's on both sides (SEM 9.1). */
	if (has_proto(message, PROTO_ICMP) || has_proto(message, PROTO_ICMPV6))
		other->port[out ? 0 : 1] = lead->port[out ? 0 : 1];
	for (unsigned i = 0; i < 2; i++) {
		ends[0][i] = end_of_key(lead, lead_af, i);
		/* With af-to the other key's roles are exchanged (OB 4.3). */
		ends[1][i] = end_of_key(other, other_af, lead_af == other_af ? i : 1 - i);
	}
	put_pair(t, &ends[0][1], &ends[1][1]);
	if (!out)
		put_next_hop(t, message);
	put(t, out || lead_af != other_af ? " -> " : " <- ");
	put_pair(t, &ends[0][0], &ends[1][0]);
	if (out)
		put_next_hop(t, message);
}

/* Version 1 to 3: lan, gwy if translated, ext (SEM 9.1, OB 17.1). */
static void
put_hosts(struct text *t, const struct pfsync_message *message)
{
	const struct pfsync_state *state = &message->u.state;
	const char *arrow = state->direction == PFSYNC_OUT ? " -> " : " <- ";
	enum pfsync_af af = pfsync_state_af(message);
	struct end lan = end_of_host(&state->lan, af);
	struct end gwy = end_of_host(&state->gwy, af);
	struct end ext = end_of_host(&state->ext, af);

	put_end(t, &lan);
	if (!same_end(&lan, &gwy)) {
		put(t, arrow);
		put_end(t, &gwy);
	}
	put(t, arrow);
	put_end(t, &ext);
}

size_t
pfsync_text_state(char *out, size_t size, const struct pfsync_message *message)
{
	return pfsync_text_state_named(out, size, message, NULL);
}

size_t
pfsync_text_state_named(
    char *out, size_t size, const struct pfsync_message *message, const struct pfsync_namer *namer)
{
	struct text t = text_begin_named(out, size, namer);
	const struct pfsync_state *state = &message->u.state;
	const char *proto;

	if (pfsync_has(message, PFSYNC_F_IFNAME)) {
		put_name(&t, state->ifname, sizeof(state->ifname));
		put_char(&t, ' ');
	}
	if (pfsync_has(message, PFSYNC_F_PROTO)) {
		proto = pfsync_proto_name(state->proto);
		if (proto != NULL)
			put(&t, proto);
		else
			put_unsigned(&t, state->proto);
		put_char(&t, ' ');
	}
	if (pfsync_has(message, PFSYNC_F_WIRE_ADDR0) && pfsync_has(message, PFSYNC_F_STACK_PORT1))
		put_keys(&t, message);
	else if (pfsync_has(message, PFSYNC_F_LAN_ADDR) && pfsync_has(message, PFSYNC_F_EXT_PORT))
		put_hosts(&t, message);
	else
		put(&t, "(addresses not known)");
	if (pfsync_has(message, PFSYNC_F_SRC_STATE) && pfsync_has(message, PFSYNC_F_DST_STATE)) {
		put(&t, "       ");
		put_levels(&t, message, printed_swapped(message));
	}
	return t.len;
}

/* ------------------------------------------------------------------------
 * The lines below it
 */

/* What FreeBSD 14 and later add (SEM 9.1); its records say 1400 or 1500. */
static void
put_flags_freebsd(struct text *t, const struct pfsync_message *message)
{
	/* Its pfctl does not keep to the order of the bits: no-sync, then pflow. */
	static const uint8_t order[] = {0, 1, 3, 2, 4, 5, 6, 7, 8, 9};
	const struct pfsync_state *state = &message->u.state;
	const unsigned flags = state->state_flags;

	for (size_t i = 0; i < sizeof(order); i++) {
		const unsigned bit = order[i];
		if ((flags >> bit & 1) == 0)
			continue;
		put(t, ", ");
		put(t, pfsync_state_flag_name(bit));
		if (bit == 6) {
			put_char(t, ' ');
			put_hex_byte(t, state->set_tos);
		} else if (bit == 9) {
			put(t, " (");
			put_hex_byte(t, state->set_prio[0]);
			put_char(t, ' ');
			put_hex_byte(t, state->set_prio[1]);
			put_char(t, ')');
		}
	}
	if ((flags & 0xc000) != 0) {
		put(t, flags & 0x4000 ? ", dummynet pipe (" : ", dummynet queue (");
		put_unsigned(t, state->dnpipe);
		put_char(t, ' ');
		put_unsigned(t, state->dnrpipe);
		put_char(t, ')');
	}
	if (pfsync_has(message, PFSYNC_F_SYNC_FLAGS)) {
		put(t, state->sync_flags & 0x04 ? ", source-track" : "");
		put(t, state->sync_flags & 0x08 ? ", sticky-address" : "");
	}
	put(t, state->log != 0 ? ", log" : "");
	put(t, state->log & 0x02 ? " (all)" : "");
	if (state->min_ttl != 0) {
		put(t, ", min-ttl ");
		put_unsigned(t, state->min_ttl);
	}
	if (state->max_mss != 0) {
		put(t, ", max-mss ");
		put_unsigned(t, state->max_mss);
	}
}

/* sync_flags 0x04 was "stale" before version 4 (OB 14.8). */
static void
put_flags_older(struct text *t, const struct pfsync_message *message)
{
	const struct pfsync_state *state = &message->u.state;

	if (pfsync_has(message, PFSYNC_F_STATE_FLAGS)) {
		put(t, state->state_flags & 0x02 ? ", sloppy" : "");
		put(t, state->state_flags & 0x04 ? ", pflow" : "");
	}
	if (pfsync_has(message, PFSYNC_F_SYNC_FLAGS) && pfsync_has(message, PFSYNC_F_WIRE_ADDR0)) {
		put(t, state->sync_flags & 0x04 ? ", source-track" : "");
		put(t, state->sync_flags & 0x08 ? ", sticky-address" : "");
	}
}

static void
put_rule(struct text *t, const struct pfsync_message *message, enum pfsync_field field,
    const char *name, uint32_t rule)
{
	if (!pfsync_has(message, field) || rule == PFSYNC_RULE_NONE)
		return;
	put(t, t->len > 0 ? ", " : ""); /* a cut record may begin here */
	put(t, name);
	put_unsigned(t, rule);
}

size_t
pfsync_text_age(char *out, size_t size, const struct pfsync_message *message)
{
	struct text t = text_begin(out, size);
	const struct pfsync_state *state = &message->u.state;
	const char *comma = "";

	if (pfsync_has(message, PFSYNC_F_CREATION)) {
		put(&t, "age ");
		put_duration(&t, state->creation_s);
		comma = ", ";
	}
	if (pfsync_has(message, PFSYNC_F_EXPIRE)) {
		put(&t, comma);
		put(&t, "expires in ");
		put_duration(&t, state->expire_s);
		comma = ", ";
	}
	if (pfsync_has(message, PFSYNC_F_BYTES0)) {
		/* 3.3 had one counter where later kernels have two (OB 5.2). */
		const bool pairs = pfsync_has(message, PFSYNC_F_BYTES1);
		put(&t, comma);
		put_unsigned(&t, state->packets[0]);
		if (pairs) {
			put_char(&t, ':');
			put_unsigned(&t, state->packets[1]);
		}
		put(&t, " pkts, ");
		put_unsigned(&t, state->bytes[0]);
		if (pairs) {
			put_char(&t, ':');
			put_unsigned(&t, state->bytes[1]);
		}
		put(&t, " bytes");
	}
	put_rule(&t, message, PFSYNC_F_ANCHOR, "anchor ", state->anchor);
	put_rule(&t, message, PFSYNC_F_RULE, "rule ", state->rule);
	if (message->record == PFSYNC_REC_1400 || message->record == PFSYNC_REC_1500)
		put_flags_freebsd(&t, message);
	else
		put_flags_older(&t, message);
	return t.len;
}

size_t
pfsync_text_id(char *out, size_t size, const struct pfsync_message *message)
{
	return pfsync_text_id_named(out, size, message, NULL);
}

size_t
pfsync_text_id_named(
    char *out, size_t size, const struct pfsync_message *message, const struct pfsync_namer *namer)
{
	struct text t = text_begin_named(out, size, namer);
	const struct pfsync_state *state = &message->u.state;
	const char *rt;

	if (pfsync_has(message, PFSYNC_F_ID)) {
		put(&t, "id: ");
		put_number(&t, message->id, 16, 16);
	}
	if (pfsync_has(message, PFSYNC_F_CREATORID)) {
		put(&t, t.len > 0 ? " creatorid: " : "creatorid: ");
		put_number(&t, message->creatorid, 16, 8);
	}
	if (message->record != PFSYNC_REC_1400 && message->record != PFSYNC_REC_1500)
		return t.len;
	if (pfsync_has(message, PFSYNC_F_RT) && state->rt != 0) {
		rt = pfsync_rt_name(message->record, state->rt);
		put_char(&t, ' ');
		put(&t, rt != NULL && state->rt >= 2 ? rt : "gateway");
		put(&t, ": ");
		put_addr(&t,
		    pfsync_has(message, PFSYNC_F_RT_AF) ? pfsync_af_of(state->rt_af_number)
							: pfsync_state_af(message),
		    &state->rt_addr);
		if (pfsync_has(message, PFSYNC_F_RT_IFNAME) && state->rt_ifname[0] != '\0') {
			put_char(&t, '@');
			put_name(&t, state->rt_ifname, sizeof(state->rt_ifname));
		}
	}
	if (pfsync_has(message, PFSYNC_F_RTABLEID0) && state->rtableid[0] >= 0) {
		put(&t, " rtable: ");
		put_unsigned(&t, (uint64_t)state->rtableid[0]);
	}
	return t.len;
}

size_t
pfsync_text_origif(char *out, size_t size, const struct pfsync_message *message)
{
	struct text t = text_begin(out, size);
	const struct pfsync_state *state = &message->u.state;

	if (!pfsync_has(message, PFSYNC_F_ORIG_IFNAME) || state->orig_ifname[0] == '\0' ||
	    (pfsync_has(message, PFSYNC_F_IFNAME) &&
		memcmp(state->orig_ifname, state->ifname, PFSYNC_IFNAMSIZ) == 0))
		return 0;
	put(&t, "origif: ");
	put_name(&t, state->orig_ifname, sizeof(state->orig_ifname));
	return t.len;
}
