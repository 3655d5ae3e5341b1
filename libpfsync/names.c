/*
 * names.c - every enumeration, both ways, in the words of pfctl and netstat.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "pfsync.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *
name_at(const char *const *table, size_t count, size_t index)
{
	return index < count ? table[index] : NULL;
}

static int
index_of(const char *const *table, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (table[i] != NULL && strcmp(table[i], name) == 0)
			return (int)i;
	}
	return -1;
}

const char *
pfsync_status_name(int status)
{
	switch ((enum pfsync_status)status) {
	case PFSYNC_OK:
		return "ok";
	case PFSYNC_END:
		return "end";
	case PFSYNC_TRUNCATED:
		return "truncated";
	case PFSYNC_HDROPS:
		return "hdrops";
	case PFSYNC_BADVER:
		return "badver";
	case PFSYNC_BADACT:
		return "badact";
	case PFSYNC_BADLEN:
		return "badlen";
	case PFSYNC_BADVAL:
		return "badval";
	case PFSYNC_TRAILING:
		return "trailing";
	case PFSYNC_NOSPACE:
		return "nospace";
	case PFSYNC_NOTSUPP:
		return "notsupp";
	}
	return "?";
}

static const char *const actions[PFSYNC_ACT_COUNT] = {
    [PFSYNC_ACT_CLR] = "CLR",
    [PFSYNC_ACT_INS] = "INS",
    [PFSYNC_ACT_INS_ACK] = "INS_ACK",
    [PFSYNC_ACT_UPD] = "UPD",
    [PFSYNC_ACT_UPD_C] = "UPD_C",
    [PFSYNC_ACT_UPD_REQ] = "UPD_REQ",
    [PFSYNC_ACT_DEL] = "DEL",
    [PFSYNC_ACT_DEL_C] = "DEL_C",
    [PFSYNC_ACT_INS_F] = "INS_F",
    [PFSYNC_ACT_DEL_F] = "DEL_F",
    [PFSYNC_ACT_BUS] = "BUS",
    [PFSYNC_ACT_TDB] = "TDB",
    [PFSYNC_ACT_EOF] = "EOF",
    [PFSYNC_ACT_UNKNOWN] = "UNKNOWN",
};

/* OB 12: the names OpenBSD's tcpdump prints. */
static const char *const labels[PFSYNC_ACT_COUNT] = {
    [PFSYNC_ACT_CLR] = "CLR ST",
    [PFSYNC_ACT_INS] = "INS ST",
    [PFSYNC_ACT_INS_ACK] = "INS ST ACK",
    [PFSYNC_ACT_UPD] = "UPD ST",
    [PFSYNC_ACT_UPD_C] = "UPD ST COMP",
    [PFSYNC_ACT_UPD_REQ] = "UPD ST REQ",
    [PFSYNC_ACT_DEL] = "DEL ST",
    [PFSYNC_ACT_DEL_C] = "DEL ST COMP",
    [PFSYNC_ACT_INS_F] = "INS FR",
    [PFSYNC_ACT_DEL_F] = "DEL FR",
    [PFSYNC_ACT_BUS] = "BULK UPD STAT",
    [PFSYNC_ACT_TDB] = "TDB UPD",
    [PFSYNC_ACT_EOF] = "EOF",
    [PFSYNC_ACT_UNKNOWN] = "UNKNOWN",
};

const char *
pfsync_action_name(enum pfsync_action action)
{
	const char *name = name_at(actions, COUNT(actions), (size_t)action);

	return name != NULL ? name : "UNKNOWN";
}

int
pfsync_action_by_name(const char *name)
{
	return index_of(actions, COUNT(actions), name);
}

const char *
pfsync_action_label(enum pfsync_action action)
{
	const char *label = name_at(labels, COUNT(labels), (size_t)action);

	return label != NULL ? label : "UNKNOWN";
}

static const char *const records[PFSYNC_REC_COUNT] = {
    [PFSYNC_REC_NONE] = "none",
    [PFSYNC_REC_V1RAW] = "v1raw",
    [PFSYNC_REC_V1] = "v1",
    [PFSYNC_REC_V2] = "v2",
    [PFSYNC_REC_V3] = "v3",
    [PFSYNC_REC_V4] = "v4",
    [PFSYNC_REC_V6] = "v6",
    [PFSYNC_REC_1301] = "1301",
    [PFSYNC_REC_1400] = "1400",
    [PFSYNC_REC_1500] = "1500",
};

const char *
pfsync_record_name(enum pfsync_record_kind record)
{
	const char *name = name_at(records, COUNT(records), (size_t)record);

	return name != NULL ? name : "none";
}

int
pfsync_record_by_name(const char *name)
{
	return index_of(records, COUNT(records), name);
}

const char *
pfsync_certainty_name(enum pfsync_certainty certainty)
{
	switch (certainty) {
	case PFSYNC_GUESS:
		return "guess";
	case PFSYNC_LIKELY:
		return "likely";
	case PFSYNC_CERTAIN:
		return "certain";
	}
	return "guess";
}

/* OB 14.4, FB 3.7, SEM 4.3.  20 .. 24 mean something on FreeBSD 14+ only. */
static const char *const timeouts[] = {
    "tcp.first",
    "tcp.opening",
    "tcp.established",
    "tcp.closing",
    "tcp.finwait",
    "tcp.closed",
    "udp.first",
    "udp.single",
    "udp.multiple",
    "icmp.first",
    "icmp.error",
    "other.first",
    "other.single",
    "other.multiple",
    "frag",
    "interval",
    "adaptive.start",
    "adaptive.end",
    "src.track",
    "tcp.tsdiff",
    "sctp.first",
    "sctp.opening",
    "sctp.established",
    "sctp.closing",
    "sctp.closed",
};

/* SEM 4.3.  0 for what is no lifetime of a state. */
static const uint32_t timeout_defaults_s[COUNT(timeouts)] = {
    120, 30, 86400, 900, 45, 90, /* tcp */
    60, 30, 60,                  /* udp */
    20, 10,                      /* icmp */
    60, 30, 60,                  /* other */
    60, 10, 0, 0, 0, 30,         /* frag interval adaptive src.track tsdiff */
    120, 30, 86400, 900, 90,     /* sctp */
};

const char *
pfsync_timeout_name(unsigned timeout)
{
	return name_at(timeouts, COUNT(timeouts), timeout);
}

const char *
pfsync_dialect_timeout_name(const struct pfsync_dialect *dialect, unsigned timeout)
{
	/* OB 14.4: behind the first invalid number; "unlinked" was put between
	 * the two on 2005-09-28, just before version 3. */
	static const char *const early[] = {"purge", "until-packet"};
	static const char *const late[] = {"purge", "unlinked", "until-packet"};

	if (timeout < dialect->timeout_max)
		return pfsync_timeout_name(timeout);
	timeout -= dialect->timeout_max + 1U;
	return dialect->version < 3 ? name_at(early, COUNT(early), timeout)
				    : name_at(late, COUNT(late), timeout);
}

int
pfsync_timeout_by_name(const char *name)
{
	return index_of(timeouts, COUNT(timeouts), name);
}

uint32_t
pfsync_timeout_default_s(unsigned timeout)
{
	return timeout < COUNT(timeouts) ? timeout_defaults_s[timeout] : 0;
}

/* ------------------------------------------------------------------------ */

enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_SCTP = 132 };

static const char *const tcp_levels[] = {
    "CLOSED",
    "LISTEN",
    "SYN_SENT",
    "SYN_RCVD",
    "ESTABLISHED",
    "CLOSE_WAIT",
    "FIN_WAIT_1",
    "CLOSING",
    "LAST_ACK",
    "FIN_WAIT_2",
    "TIME_WAIT",
    "PROXY_SRC",
    "PROXY_DST",
};
static const char *const other_levels[] = {"NO_TRAFFIC", "SINGLE", "MULTIPLE"};

const char *
pfsync_peer_state_name(unsigned proto, unsigned state)
{
	if (proto == PROTO_TCP)
		return name_at(tcp_levels, COUNT(tcp_levels), state);
	if (proto == PROTO_ICMP)
		return NULL; /* pfctl prints numbers (OB 14.2) */
	return name_at(other_levels, COUNT(other_levels), state);
}

int
pfsync_peer_state_by_name(unsigned proto, const char *name)
{
	if (proto == PROTO_TCP)
		return index_of(tcp_levels, COUNT(tcp_levels), name);
	return index_of(other_levels, COUNT(other_levels), name);
}

/* SEM 9.1 names them; the numbers are those of FreeBSD's <netinet/sctp.h>. */
static const char *
sctp_level_name(unsigned level)
{
	switch (level) {
	case 0x00:
		return "CLOSED";
	case 0x02:
		return "COOKIE_WAIT";
	case 0x04:
		return "COOKIE_ECHOED";
	case 0x08:
		return "ESTABLISHED";
	case 0x10:
		return "SHUTDOWN_SENT";
	case 0x20:
		return "SHUTDOWN_RECEIVED";
	case 0x40:
		return "SHUTDOWN_ACK_SENT";
	case 0x80:
		return "SHUTDOWN_PENDING";
	default:
		return NULL;
	}
}

const char *
pfsync_message_level_name(const struct pfsync_message *message, unsigned level)
{
	const struct pfsync_state *state = &message->u.state;

	if (!pfsync_has(message, PFSYNC_F_PROTO))
		return NULL;
	if (state->proto == PROTO_SCTP && pfsync_has(message, PFSYNC_F_TIMEOUT) &&
	    state->timeout >= 20)
		return sctp_level_name(level);
	return pfsync_peer_state_name(state->proto, level);
}

const char *
pfsync_message_level_name_as(const struct pfsync_message *message, int proto, unsigned level)
{
	struct pfsync_message named;

	if (pfsync_has(message, PFSYNC_F_PROTO))
		return pfsync_message_level_name(message, level);
	if (proto < 0)
		return NULL;
	/* A message that has just what the name depends on. */
	named.has = (struct pfsync_fields){{0, 0}};
	named.u.state.proto = (uint8_t)proto;
	pfsync_has_set(&named, PFSYNC_F_PROTO);
	if (pfsync_has(message, PFSYNC_F_TIMEOUT)) {
		named.u.state.timeout = message->u.state.timeout;
		pfsync_has_set(&named, PFSYNC_F_TIMEOUT);
	}
	return pfsync_message_level_name(&named, level);
}

/* As in the BSDs' /etc/protocols, which their pfctl reads. */
static const struct {
	uint8_t number;
	const char *name;
} protos[] = {
    {1, "icmp"},
    {2, "igmp"},
    {4, "ipencap"},
    {6, "tcp"},
    {8, "egp"},
    {17, "udp"},
    {41, "ipv6"},
    {46, "rsvp"},
    {47, "gre"},
    {50, "esp"},
    {51, "ah"},
    {58, "ipv6-icmp"},
    {88, "eigrp"},
    {89, "ospf"},
    {94, "ipip"},
    {97, "etherip"},
    {103, "pim"},
    {108, "ipcomp"},
    {112, "carp"},
    {132, "sctp"},
    {136, "udplite"},
    {137, "mpls-in-ip"},
    {240, "pfsync"},
};

const char *
pfsync_proto_name(unsigned proto)
{
	for (size_t i = 0; i < COUNT(protos); i++) {
		if (protos[i].number == proto)
			return protos[i].name;
	}
	return NULL;
}

int
pfsync_proto_by_name(const char *name)
{
	for (size_t i = 0; i < COUNT(protos); i++) {
		if (strcmp(protos[i].name, name) == 0)
			return protos[i].number;
	}
	return -1;
}

const char *
pfsync_direction_name(unsigned direction)
{
	static const char *const names[] = {"inout", "in", "out"};

	return name_at(names, COUNT(names), direction);
}

/* OB 14.7, FB 9.5; in the words of FreeBSD's pfctl where it prints them. */
const char *
pfsync_state_flag_name(unsigned bit)
{
	static const char *const names[16] = {"allow-opts", "sloppy", "pflow", "no-sync",
	    "psync-ack", "no-df", "set-tos", "random-id", "reassemble-tcp", "set-prio",
	    "inp-unlinked", NULL, NULL, NULL, "dummynet-pipe", "dummynet-queue"};

	return name_at(names, COUNT(names), bit);
}

const char *
pfsync_rt_name(enum pfsync_record_kind record, unsigned rt)
{
	static const char *const openbsd[] = {"none", "route-to", "dup-to", "reply-to"};
	static const char *const freebsd[] = {
	    "none", "fastroute", "route-to", "dup-to", "reply-to"};

	if (record == PFSYNC_REC_1400 || record == PFSYNC_REC_1500)
		return name_at(freebsd, COUNT(freebsd), rt);
	return name_at(openbsd, COUNT(openbsd), rt);
}

const char *
pfsync_bus_status_name(unsigned status)
{
	switch (status) {
	case PFSYNC_BUS_START:
		return "start";
	case PFSYNC_BUS_END:
		return "end";
	default:
		return NULL;
	}
}

enum pfsync_af
pfsync_af_of(uint8_t af_number)
{
	switch (af_number) {
	case 2:
		return PFSYNC_AF_INET;
	case 24: /* OpenBSD, NetBSD */
	case 28: /* FreeBSD, DragonFly */
	case 30: /* macOS; never sent, accepted out of caution (FB 16 no. 9) */
		return PFSYNC_AF_INET6;
	default:
		return PFSYNC_AF_UNSPEC;
	}
}
