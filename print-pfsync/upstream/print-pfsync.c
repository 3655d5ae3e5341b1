/*
 * Copyright (c) 2026 The pfsync toolkit authors
 *
 * Permission to use, copy, modify, and/or distribute this software for any
 * purpose with or without fee is hereby granted, provided that the above
 * copyright notice and this permission notice appear in all copies.
 *
 * THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
 * WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
 * MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR
 * ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
 * WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
 * ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
 * OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
 */

/* \summary: pfsync (state synchronisation of the pf packet filter) printer */

/*
 * specification: the kernels of OpenBSD, FreeBSD, NetBSD and DragonFly BSD; there is
 * no other.  Six version numbers are on record, and behind each stand several
 * formats that differ in their records: libpfsync tells them apart.
 *
 *   none  version, length; a line a section: action and count
 *   -q    the first line only
 *   -v    a line a record: states as in "pfctl -ss", ids with both peers' levels
 *   -vv   windows, ages, counters, rules and flags, ids of states
 *   -vvv  every field of the record
 *
 * Bounds: netdissect confirms [bp, bp + caplen) once (ND_TCHECK_LEN), libpfsync
 * reads nothing outside it and says so when the packet goes on behind it; that is
 * when this printer leaves with nd_trunc_longjmp(), with everything that was
 * captured printed.  What libpfsync gives out is decoded and copied, and names are
 * escaped there.
 */

#include <config.h>

#include "netdissect-stdinc.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define ND_LONGJMP_FROM_TCHECK
#include "netdissect.h"
#include "addrtoname.h"
#include "extract.h"

/*
 * The decoder.  This part is generated from libpfsync of the pfsync toolkit by
 * scripts/make-upstream-printer, which takes what the printer at the end needs.
 * Sections cited as OB, FB and SEM are those of the toolkit's protocol notes.
 */

/* Every field: id, member, kind, name, unit, meaning. */
#define PFSYNC_FIELDS                                                                              \
	PFSYNC_FIELD(ID, id, U64, "id", NONE, "State id, unique for each creator")                 \
	PFSYNC_FIELD(CREATORID, creatorid, U32, "creatorid", NONE,                                 \
	    "Host id of the firewall that created the state")                                      \
	PFSYNC_FIELD(IFNAME, u.state.ifname, TEXT16, "ifname", NONE,                               \
	    "Interface the state is bound to, or all")                                             \
	PFSYNC_FIELD(AF, u.state.af_number, U8, "af", NONE, "Address family, the sender's number") \
	PFSYNC_FIELD(PROTO, u.state.proto, U8, "proto", NONE, "IP protocol of the wire key")       \
	PFSYNC_FIELD(STACK_PROTO, u.state.stack_proto, U8, "stack_proto", NONE,                    \
	    "IP protocol of the stack key")                                                        \
	PFSYNC_FIELD(                                                                              \
	    DIRECTION, u.state.direction, U8, "direction", NONE, "Direction of the first packet")  \
	PFSYNC_FIELD(WIRE_AF, u.state.wire.af_number, U8, "wire.af", NONE,                         \
	    "Address family of the wire key, the sender's number")                                 \
	PFSYNC_FIELD(                                                                              \
	    WIRE_ADDR0, u.state.wire.addr[0], ADDR, "wire.addr.0", NONE, "Wire side address 0")    \
	PFSYNC_FIELD(                                                                              \
	    WIRE_ADDR1, u.state.wire.addr[1], ADDR, "wire.addr.1", NONE, "Wire side address 1")    \
	PFSYNC_FIELD(                                                                              \
	    WIRE_PORT0, u.state.wire.port[0], U16, "wire.port.0", NONE, "Wire side port 0")        \
	PFSYNC_FIELD(                                                                              \
	    WIRE_PORT1, u.state.wire.port[1], U16, "wire.port.1", NONE, "Wire side port 1")        \
	PFSYNC_FIELD(WIRE_RDOMAIN, u.state.wire.rdomain, U16, "wire.rdomain", NONE,                \
	    "Routing domain of the wire side")                                                     \
	PFSYNC_FIELD(STACK_AF, u.state.stack.af_number, U8, "stack.af", NONE,                      \
	    "Address family of the stack key, the sender's number")                                \
	PFSYNC_FIELD(STACK_ADDR0, u.state.stack.addr[0], ADDR, "stack.addr.0", NONE,               \
	    "Stack side address 0")                                                                \
	PFSYNC_FIELD(STACK_ADDR1, u.state.stack.addr[1], ADDR, "stack.addr.1", NONE,               \
	    "Stack side address 1")                                                                \
	PFSYNC_FIELD(                                                                              \
	    STACK_PORT0, u.state.stack.port[0], U16, "stack.port.0", NONE, "Stack side port 0")    \
	PFSYNC_FIELD(                                                                              \
	    STACK_PORT1, u.state.stack.port[1], U16, "stack.port.1", NONE, "Stack side port 1")    \
	PFSYNC_FIELD(STACK_RDOMAIN, u.state.stack.rdomain, U16, "stack.rdomain", NONE,             \
	    "Routing domain of the stack side")                                                    \
	PFSYNC_FIELD(                                                                              \
	    LAN_ADDR, u.state.lan.addr, ADDR, "lan.addr", NONE, "Inside address, untranslated")    \
	PFSYNC_FIELD(                                                                              \
	    LAN_PORT, u.state.lan.port, U16, "lan.port", NONE, "Inside port, untranslated")        \
	PFSYNC_FIELD(                                                                              \
	    GWY_ADDR, u.state.gwy.addr, ADDR, "gwy.addr", NONE, "Inside address, translated")      \
	PFSYNC_FIELD(GWY_PORT, u.state.gwy.port, U16, "gwy.port", NONE, "Inside port, translated") \
	PFSYNC_FIELD(EXT_ADDR, u.state.ext.addr, ADDR, "ext.addr", NONE, "Outside address")        \
	PFSYNC_FIELD(EXT_PORT, u.state.ext.port, U16, "ext.port", NONE, "Outside port")            \
	PFSYNC_FIELD(SRC_STATE, u.state.src.state, U8, "src.state_number", NONE,                   \
	    "Source peer: state level")                                                            \
	PFSYNC_FIELD(SRC_SEQLO, u.state.src.seqlo, U32, "src.seqlo", NONE,                         \
	    "Source peer: highest sequence number sent")                                           \
	PFSYNC_FIELD(SRC_SEQHI, u.state.src.seqhi, U32, "src.seqhi", NONE,                         \
	    "Source peer: highest acknowledged plus window")                                       \
	PFSYNC_FIELD(SRC_SEQDIFF, u.state.src.seqdiff, U32, "src.seqdiff", NONE,                   \
	    "Source peer: sequence modulator")                                                     \
	PFSYNC_FIELD(SRC_MAX_WIN, u.state.src.max_win, U16, "src.max_win", BYTES,                  \
	    "Source peer: largest window, unscaled")                                               \
	PFSYNC_FIELD(                                                                              \
	    SRC_MSS, u.state.src.mss, U16, "src.mss", BYTES, "Source peer: maximum segment size")  \
	PFSYNC_FIELD(SRC_WSCALE, u.state.src.wscale, U8, "src.wscale", NONE,                       \
	    "Source peer: window shift, 0x80 when the option was seen")                            \
	PFSYNC_FIELD(SRC_SCRUB_FLAGS, u.state.src.scrub_flags, U16, "src.scrub.flags", NONE,       \
	    "Source peer: scrub flags, 1 when timestamps are modulated")                           \
	PFSYNC_FIELD(SRC_SCRUB_TTL, u.state.src.scrub_ttl, U8, "src.scrub.ttl", NONE,              \
	    "Source peer: lowest TTL seen")                                                        \
	PFSYNC_FIELD(SRC_SCRUB_VALID, u.state.src.scrub_valid, U8, "src.scrub.valid", NONE,        \
	    "Source peer: 1 when the scrub fields mean something")                                 \
	PFSYNC_FIELD(SRC_TS_MOD, u.state.src.ts_mod, U32, "src.scrub.ts_mod", NONE,                \
	    "Source peer: timestamp modulator, or SCTP verification tag")                          \
	PFSYNC_FIELD(DST_STATE, u.state.dst.state, U8, "dst.state_number", NONE,                   \
	    "Destination peer: state level")                                                       \
	PFSYNC_FIELD(DST_SEQLO, u.state.dst.seqlo, U32, "dst.seqlo", NONE,                         \
	    "Destination peer: highest sequence number sent")                                      \
	PFSYNC_FIELD(DST_SEQHI, u.state.dst.seqhi, U32, "dst.seqhi", NONE,                         \
	    "Destination peer: highest acknowledged plus window")                                  \
	PFSYNC_FIELD(DST_SEQDIFF, u.state.dst.seqdiff, U32, "dst.seqdiff", NONE,                   \
	    "Destination peer: sequence modulator")                                                \
	PFSYNC_FIELD(DST_MAX_WIN, u.state.dst.max_win, U16, "dst.max_win", BYTES,                  \
	    "Destination peer: largest window, unscaled")                                          \
	PFSYNC_FIELD(DST_MSS, u.state.dst.mss, U16, "dst.mss", BYTES,                              \
	    "Destination peer: maximum segment size")                                              \
	PFSYNC_FIELD(DST_WSCALE, u.state.dst.wscale, U8, "dst.wscale", NONE,                       \
	    "Destination peer: window shift, 0x80 when the option was seen")                       \
	PFSYNC_FIELD(DST_SCRUB_FLAGS, u.state.dst.scrub_flags, U16, "dst.scrub.flags", NONE,       \
	    "Destination peer: scrub flags, 1 when timestamps are modulated")                      \
	PFSYNC_FIELD(DST_SCRUB_TTL, u.state.dst.scrub_ttl, U8, "dst.scrub.ttl", NONE,              \
	    "Destination peer: lowest TTL seen")                                                   \
	PFSYNC_FIELD(DST_SCRUB_VALID, u.state.dst.scrub_valid, U8, "dst.scrub.valid", NONE,        \
	    "Destination peer: 1 when the scrub fields mean something")                            \
	PFSYNC_FIELD(DST_TS_MOD, u.state.dst.ts_mod, U32, "dst.scrub.ts_mod", NONE,                \
	    "Destination peer: timestamp modulator, or SCTP verification tag")                     \
	PFSYNC_FIELD(RT, u.state.rt, U8, "rt", NONE, "Kind of route-to")                           \
	PFSYNC_FIELD(RT_AF, u.state.rt_af_number, U8, "rt_af", NONE,                               \
	    "Address family of rt_addr, the sender's number")                                      \
	PFSYNC_FIELD(RT_ADDR, u.state.rt_addr, ADDR, "rt_addr", NONE,                              \
	    "Next hop of a route-to, zero if none")                                                \
	PFSYNC_FIELD(                                                                              \
	    RT_IFNAME, u.state.rt_ifname, TEXT16, "rt_ifname", NONE, "Interface of a route-to")    \
	PFSYNC_FIELD(ORIG_IFNAME, u.state.orig_ifname, TEXT16, "orig_ifname", NONE,                \
	    "Interface on which the state was created")                                            \
	PFSYNC_FIELD(TAGNAME, u.state.tagname, TEXT64, "tagname", NONE, "Tag of the rule")         \
	PFSYNC_FIELD(RULE, u.state.rule, U32, "rule", NONE, "Rule number in the sender's ruleset") \
	PFSYNC_FIELD(ANCHOR, u.state.anchor, U32, "anchor", NONE, "Number of the anchor rule")     \
	PFSYNC_FIELD(                                                                              \
	    NAT_RULE, u.state.nat_rule, U32, "nat_rule", NONE, "Number of the translation rule")   \
	PFSYNC_FIELD(CREATION, u.state.creation_s, U32, "creation_s", S, "Age of the state")       \
	PFSYNC_FIELD(EXPIRE, u.state.expire_s, U32, "expire_s", S, "Time left until expiry")       \
	PFSYNC_FIELD(PACKETS0, u.state.packets[0], U64, "packets.0", PACKETS,                      \
	    "Packets in the direction that created the state")                                     \
	PFSYNC_FIELD(PACKETS1, u.state.packets[1], U64, "packets.1", PACKETS,                      \
	    "Packets in the opposite direction")                                                   \
	PFSYNC_FIELD(BYTES0, u.state.bytes[0], U64, "bytes.0", BYTES,                              \
	    "Bytes in the direction that created the state")                                       \
	PFSYNC_FIELD(                                                                              \
	    BYTES1, u.state.bytes[1], U64, "bytes.1", BYTES, "Bytes in the opposite direction")    \
	PFSYNC_FIELD(LOG, u.state.log, U8, "log", NONE, "Log flags")                               \
	PFSYNC_FIELD(                                                                              \
	    ALLOW_OPTS, u.state.allow_opts, U8, "allow_opts", NONE, "IP options are allowed")      \
	PFSYNC_FIELD(                                                                              \
	    STATE_FLAGS, u.state.state_flags, U16, "state_flags_raw", NONE, "State flags")         \
	PFSYNC_FIELD(TIMEOUT, u.state.timeout, U8, "timeout_number", NONE, "Timeout class")        \
	PFSYNC_FIELD(                                                                              \
	    SYNC_FLAGS, u.state.sync_flags, U8, "sync_flags_raw", NONE, "Synchronisation flags")   \
	PFSYNC_FIELD(                                                                              \
	    UPDATES, u.state.updates, U8, "updates", NONE, "Updates merged into this record")      \
	PFSYNC_FIELD(                                                                              \
	    MIN_TTL, u.state.min_ttl, U8, "min_ttl", NONE, "Scrub: smallest TTL, 0 when off")      \
	PFSYNC_FIELD(SET_TOS, u.state.set_tos, U8, "set_tos", NONE, "Type of service to set")      \
	PFSYNC_FIELD(MAX_MSS, u.state.max_mss, U16, "max_mss", BYTES,                              \
	    "Scrub: largest segment size, 0 when off")                                             \
	PFSYNC_FIELD(SET_PRIO0, u.state.set_prio[0], U8, "set_prio.0", NONE, "Priority to set")    \
	PFSYNC_FIELD(SET_PRIO1, u.state.set_prio[1], U8, "set_prio.1", NONE,                       \
	    "Priority to set on low-delay packets")                                                \
	PFSYNC_FIELD(RTABLEID0, u.state.rtableid[0], S32, "rtableid.0", NONE,                      \
	    "Routing table, -1 for none (OpenBSD: of the wire side)")                              \
	PFSYNC_FIELD(RTABLEID1, u.state.rtableid[1], S32, "rtableid.1", NONE,                      \
	    "Routing table of the stack side, -1 for none")                                        \
	PFSYNC_FIELD(QID, u.state.qid, U16, "qid", NONE, "ALTQ queue")                             \
	PFSYNC_FIELD(PQID, u.state.pqid, U16, "pqid", NONE, "ALTQ priority queue")                 \
	PFSYNC_FIELD(                                                                              \
	    DNPIPE, u.state.dnpipe, U16, "dnpipe", NONE, "Dummynet pipe or queue, forward")        \
	PFSYNC_FIELD(                                                                              \
	    DNRPIPE, u.state.dnrpipe, U16, "dnrpipe", NONE, "Dummynet pipe or queue, reverse")     \
	PFSYNC_FIELD(                                                                              \
	    CLR_IFNAME, u.clr.ifname, TEXT16, "ifname", NONE, "Interface to clear, empty for all") \
	PFSYNC_FIELD(BUS_ENDTIME, u.bus.endtime_s, U32, "endtime_s", S,                            \
	    "Time since the sender received the request")                                          \
	PFSYNC_FIELD(                                                                              \
	    BUS_STATUS, u.bus.status, U8, "status", NONE, "1 start, 2 end of a bulk transfer")     \
	PFSYNC_FIELD(TDB_SPI, u.tdb.spi, U32, "spi", NONE, "Security parameter index")             \
	PFSYNC_FIELD(TDB_DST, u.tdb.dst_sockaddr, SOCKADDR28, "dst", NONE,                         \
	    "Destination of the SA, a BSD socket address")                                         \
	PFSYNC_FIELD(TDB_RPL, u.tdb.rpl, U64, "rpl", NONE, "Replay counter")                       \
	PFSYNC_FIELD(                                                                              \
	    TDB_CUR_BYTES, u.tdb.cur_bytes, U64, "cur_bytes", BYTES, "Bytes processed by the SA")  \
	PFSYNC_FIELD(TDB_SPROTO, u.tdb.sproto, U8, "sproto", NONE,                                 \
	    "Protocol of the SA: 50 ESP, 51 AH, 108 IPComp")                                       \
	PFSYNC_FIELD(                                                                              \
	    TDB_UPDATES, u.tdb.updates, U8, "updates", NONE, "Updates merged into this record")    \
	PFSYNC_FIELD(TDB_RDOMAIN, u.tdb.rdomain, U16, "rdomain", NONE, "Routing domain of the SA")

/* Bytes of a raw v1 packet at the default MTU, by the size of its record: the
 * whole buffer was sent, as many records as fit 2048 bytes (OB 5.3). */
static inline size_t
wire_raw_buffer_bytes(size_t record_bytes)
{
	return 4 + (2048 - 4) / record_bytes * record_bytes;
}

/* IP protocol number, link types and groups (OB 3.1, 3.2; FB 3.1, 3.2). */
#define PFSYNC_IPPROTO 240

#define PFSYNC_TTL 255

#define PFSYNC_IFNAMSIZ 16

#define PFSYNC_TAGSIZ 64

/* Largest record of any dialect, bytes (FreeBSD 1500: 360, FB 9.4). */
#define PFSYNC_RECORD_MAX 360

/* No rule: rule, anchor and nat_rule hold this for "none" (OB 13.5). */
#define PFSYNC_RULE_NONE 0xffffffffU

/* ------------------------------------------------------------------------
 * Results
 */

/*
 * What a call found.  Values below zero name something wrong with the packet;
 * where the kernels count the same thing the name is their counter's
 * (struct pfsyncstats, OB 15, FB 12.1).  pfsync_status_name() gives the word.
 */
enum pfsync_status {
	PFSYNC_OK = 0,         /* the result was filled in */
	PFSYNC_END = 1,        /* nothing is left to read; not an error */
	PFSYNC_TRUNCATED = -1, /* the capture ends here, the packet did not */
	PFSYNC_HDROPS = -2,    /* shorter than its header */
	PFSYNC_BADVER = -3,    /* version byte of no known or of another dialect */
	PFSYNC_BADACT = -4,    /* action unknown, reserved or retired */
	PFSYNC_BADLEN = -5,    /* a length or count promises more than there is */
	PFSYNC_BADVAL = -6,    /* a record holds values no kernel accepts */
	PFSYNC_TRAILING = -7,  /* bytes after the last section or record */
	PFSYNC_NOSPACE = -8,   /* encode: the buffer is too small */
	PFSYNC_NOTSUPP = -9    /* encode: this dialect has no such message */
};

/* "truncated", "badver", ...; "?" for a number that is none. Static string. */
static const char *pfsync_status_name(int status);

/*
 * What exactly was wrong: filled by the walking calls below whenever they
 * return a status below zero.
 */
struct pfsync_problem {
	enum pfsync_status status;
	size_t offset;     /* of the first byte concerned, from the frame's start */
	size_t lost_bytes; /* bytes of the packet that could not be decoded */
	const char *text;  /* static sentence without numbers, for people */
	uint32_t found;    /* the offending value (version, action, length ...) */
	uint32_t expected; /* what was needed instead, 0 if that makes no sense */
};

/* ------------------------------------------------------------------------
 * Enumerations
 */

/*
 * Actions, independent of a dialect's numbering (OB 12, FB 8.3).  v2 .. v4
 * call UPD_REQ "UREQ" and TDB "TDB_UPD".  FreeBSD's INS_1301, INS_1400 and
 * INS_1500 are all INS here; their record tells them apart.
 */
enum pfsync_action {
	PFSYNC_ACT_CLR,
	PFSYNC_ACT_INS,
	PFSYNC_ACT_INS_ACK,
	PFSYNC_ACT_UPD,
	PFSYNC_ACT_UPD_C,
	PFSYNC_ACT_UPD_REQ,
	PFSYNC_ACT_DEL,
	PFSYNC_ACT_DEL_C,
	PFSYNC_ACT_INS_F,
	PFSYNC_ACT_DEL_F,
	PFSYNC_ACT_BUS,
	PFSYNC_ACT_TDB,
	PFSYNC_ACT_EOF,
	PFSYNC_ACT_UNKNOWN, /* a number this dialect does not define */
	PFSYNC_ACT_COUNT
};

/* Which full-state record a message carries (json.md, "record"). */
enum pfsync_record_kind {
	PFSYNC_REC_NONE, /* not a full state */
	PFSYNC_REC_V1RAW,
	PFSYNC_REC_V1,
	PFSYNC_REC_V2,
	PFSYNC_REC_V3,
	PFSYNC_REC_V4,
	PFSYNC_REC_V6,
	PFSYNC_REC_1301,
	PFSYNC_REC_1400,
	PFSYNC_REC_1500,
	PFSYNC_REC_COUNT
};

/* Address families.  The wire carries the sender's own AF numbers. */
enum pfsync_af { PFSYNC_AF_UNSPEC, PFSYNC_AF_INET, PFSYNC_AF_INET6 };

/* Direction as on the wire since 2003-01-02 (OB 14.3). */
enum { PFSYNC_INOUT = 0, PFSYNC_IN = 1, PFSYNC_OUT = 2 };

/* Peer states that matter to code; pfsync_peer_state_name() knows all. */
enum {
	PFSYNC_TCPS_CLOSED = 0,
	PFSYNC_TCPS_SYN_SENT = 2,
	PFSYNC_TCPS_ESTABLISHED = 4,
	PFSYNC_TCPS_CLOSING = 7,
	PFSYNC_TCPS_FIN_WAIT_2 = 9,
	PFSYNC_TCPS_TIME_WAIT = 10,
	PFSYNC_TCPS_PROXY_SRC = 11,
	PFSYNC_TCPS_PROXY_DST = 12
};

/* wscale byte (FB 3.7): shift in the low nibble, flag "option was seen". */
#define PFSYNC_WSCALE_MASK 0x0f

/* BUS status (OB 14.9). */
enum { PFSYNC_BUS_START = 1, PFSYNC_BUS_END = 2 };

/* Scrub marker: the peer's scrub fields mean something (OB 4.4). */
#define PFSYNC_SCRUB_FLAG_VALID 0x01

/* ------------------------------------------------------------------------
 * Messages
 */
struct pfsync_addr {
	uint8_t b[16]; /* network order; IPv4 in the first four bytes (OB 4.1) */
};

/* lan, gwy or ext of v1 .. v3 (OB 4.2). */
struct pfsync_host {
	struct pfsync_addr addr;
	uint16_t port; /* ICMP: the id */
};

/*
 * A state key (OB 4.3).  Index 0 is the initiator of a state created inbound
 * and the responder of one created outbound.
 */
struct pfsync_key {
	struct pfsync_addr addr[2];
	uint16_t port[2];
	uint16_t rdomain;
	uint8_t af_number; /* the sender's AF number; absent in most dialects */
};

/* One end of a connection (OB 4.4, 4.5). */
struct pfsync_peer {
	uint32_t seqlo;   /* highest sequence number sent */
	uint32_t seqhi;   /* highest the other end allowed */
	uint32_t seqdiff; /* sequence modulator, 0 = none */
	uint32_t ts_mod;  /* timestamp modulator; SCTP: verification tag */
	uint16_t max_win; /* largest window, unscaled */
	uint16_t mss;
	uint16_t scrub_flags;
	uint8_t state; /* level, see pfsync_peer_state_name() */
	uint8_t wscale;
	uint8_t scrub_ttl;
	uint8_t scrub_valid; /* as sent; PFSYNC_SCRUB_FLAG_VALID matters */
};

/*
 * A full state, and the part of it that UPD_C, DEL_C and the id-only messages
 * carry.  A member is meaningful only if pfsync_has() says so.
 */
struct pfsync_state {
	struct pfsync_peer src; /* the peer that created the state */
	struct pfsync_peer dst;
	struct pfsync_key wire;  /* v4 and later */
	struct pfsync_key stack; /* v4 and later */
	struct pfsync_host lan;  /* v1 .. v3 */
	struct pfsync_host gwy;
	struct pfsync_host ext;
	struct pfsync_addr rt_addr;
	uint64_t packets[2]; /* [0] in the direction that created the state */
	uint64_t bytes[2];
	uint32_t rule; /* PFSYNC_RULE_NONE = none or default */
	uint32_t anchor;
	uint32_t nat_rule;
	uint32_t creation_s; /* age in seconds */
	uint32_t expire_s;   /* seconds left; see OB 13.4 for when it is 0 */
	int32_t rtableid[2]; /* OpenBSD: wire, stack; FreeBSD: [0] only */
	uint16_t state_flags;
	uint16_t max_mss;
	uint16_t qid;
	uint16_t pqid;
	uint16_t dnpipe;
	uint16_t dnrpipe;
	uint8_t af_number; /* the sender's AF number */
	uint8_t rt_af_number;
	uint8_t proto; /* IP protocol of the wire key */
	uint8_t stack_proto;
	uint8_t direction; /* PFSYNC_IN, PFSYNC_OUT, already in today's numbering */
	uint8_t log;
	uint8_t allow_opts;
	uint8_t timeout; /* class, see pfsync_timeout_name() */
	uint8_t sync_flags;
	uint8_t updates;
	uint8_t min_ttl;
	uint8_t set_tos;
	uint8_t set_prio[2];
	uint8_t rt;
	char ifname[PFSYNC_IFNAMSIZ];
	char rt_ifname[PFSYNC_IFNAMSIZ];
	char orig_ifname[PFSYNC_IFNAMSIZ];
	char tagname[PFSYNC_TAGSIZ];
};

struct pfsync_clr {
	char ifname[PFSYNC_IFNAMSIZ]; /* empty = all interfaces */
};

struct pfsync_bus {
	uint32_t endtime_s; /* seconds since the request reached the sender */
	uint8_t status;     /* PFSYNC_BUS_START or PFSYNC_BUS_END */
};

struct pfsync_tdb {
	uint64_t rpl;       /* replay counter */
	uint64_t cur_bytes; /* bytes processed by the SA */
	uint32_t spi;
	uint16_t rdomain;
	uint8_t sproto; /* 50 ESP, 51 AH, 108 IPComp */
	uint8_t updates;
	uint8_t dst_sockaddr[28]; /* as sent, see pfsync_tdb_dst() */
};

/*
 * Every field that any message can carry.  The rows of fields.def give the
 * name (as in JSON), the type, the unit and a sentence for each.
 */
enum pfsync_field {
#define PFSYNC_FIELD(ID, member, kind, name, unit, text) PFSYNC_F_##ID,
	PFSYNC_FIELDS
#undef PFSYNC_FIELD
	    PFSYNC_FIELD_COUNT
};

/* A set of fields. */
struct pfsync_fields {
	uint64_t bits[2];
};

/*
 * One message in host form.  `id` and `creatorid` are read big-endian, as all
 * listings print them (SEM 1.1).  CLR and BUS have no id.
 */
struct pfsync_message {
	enum pfsync_action action;
	enum pfsync_record_kind record;
	uint8_t action_number; /* as on the wire */
	/* 0, or how many records its section announced of which the packet has not
	 * all: kernels take none of them in (badlen, SEM 2.1). */
	uint32_t cut_of;
	struct pfsync_fields has; /* which members below are meaningful */
	uint64_t id;
	uint32_t creatorid;
	union {
		struct pfsync_state state; /* INS UPD DEL UPD_C; DEL_C: peer states */
		struct pfsync_clr clr;
		struct pfsync_bus bus;
		struct pfsync_tdb tdb;
	} u;
};

/* True if the message carries that field (and the dialect really fills it). */
static inline bool
pfsync_has(const struct pfsync_message *message, enum pfsync_field field)
{
	return (message->has.bits[(unsigned)field / 64] >> ((unsigned)field % 64)) & 1;
}

static inline void
pfsync_has_set(struct pfsync_message *message, enum pfsync_field field)
{
	message->has.bits[(unsigned)field / 64] |= UINT64_C(1) << ((unsigned)field % 64);
}

/* ------------------------------------------------------------------------
 * Layouts and dialects: the census of the wire
 */

/* How a field is kept in memory. */
enum pfsync_kind {
	PFSYNC_KIND_U8,
	PFSYNC_KIND_U16,
	PFSYNC_KIND_U32,
	PFSYNC_KIND_U64,
	PFSYNC_KIND_S32,
	PFSYNC_KIND_ADDR,   /* struct pfsync_addr */
	PFSYNC_KIND_TEXT16, /* char[16] */
	PFSYNC_KIND_TEXT64, /* char[64] */
	PFSYNC_KIND_SOCKADDR28,
	PFSYNC_KIND_BYTES16, /* uint8_t[16]; in headers only */
	PFSYNC_KIND_COUNT
};

/* Units, for documentation and for names. */
enum pfsync_unit {
	PFSYNC_UNIT_NONE,
	PFSYNC_UNIT_S,
	PFSYNC_UNIT_BYTES,
	PFSYNC_UNIT_PACKETS,
	PFSYNC_UNIT_COUNT
};

/* How a field is put on the wire. */
enum pfsync_codec {
	PFSYNC_CODEC_BE,        /* big-endian, the width says how wide */
	PFSYNC_CODEC_SWAPPED,   /* little-endian if the dialect has the quirk */
	PFSYNC_CODEC_DIRECTION, /* 0/1 instead of 1/2 if the dialect has the quirk */
	PFSYNC_CODEC_RPL        /* 64-bit, shifted by OpenBSD 5.2 (OB 11.6) */
};

/* What a field is called and how it is held; one for each pfsync_field. */
struct pfsync_field_info {
	const char *id;   /* "SRC_SEQLO" */
	const char *name; /* path: "src.seqlo", "wire.addr.0"; in JSON: pfsync_field_key() */
	const char *text; /* one sentence */
	enum pfsync_kind kind;
	enum pfsync_unit unit;
	uint16_t member_offset; /* in struct pfsync_message */
	uint8_t size_bytes;     /* in struct pfsync_message */
};

/* One row of a layout: where a field stands on the wire. */
struct pfsync_row {
	uint16_t field; /* enum pfsync_field */
	uint16_t offset;
	uint8_t width;
	uint8_t codec; /* enum pfsync_codec */
};

/*
 * A record as it stands on the wire.  Bytes that no row covers are padding or
 * were never filled: the encoder writes zeros there.  A field may stand in two
 * places; the later row wins (6e, OB 11.3).
 */
struct pfsync_layout {
	const char *name; /* "state264_6j" */
	const char *text; /* what it is, one line */
	enum pfsync_record_kind record;
	uint16_t size_bytes;
	uint16_t row_count;
	const struct pfsync_row *rows;
	struct pfsync_fields fields; /* all fields of the rows */
};

/* Historical oddities of a dialect, each cited in dialects.c. */
enum {
	PFSYNC_QUIRK_SWAPPED = 0x0001,    /* little-endian sender swapped ports / TDB */
	PFSYNC_QUIRK_DIR01 = 0x0002,      /* direction 0 in, 1 out */
	PFSYNC_QUIRK_RPL_SHIFT = 0x0004,  /* OpenBSD 5.2 replay counter */
	PFSYNC_QUIRK_COUNT0 = 0x0008,     /* CLR and BUS: count 0, one body */
	PFSYNC_QUIRK_EOF = 0x0010,        /* frames end with an EOF section */
	PFSYNC_QUIRK_EOF_HMAC = 0x0020,   /* 20 unwritten bytes after it */
	PFSYNC_QUIRK_LENGTH = 0x0040,     /* subheader byte 1 is a message length */
	PFSYNC_QUIRK_RAW_BUFFER = 0x0080, /* v1 raw: whole buffer sent, tail is junk */
	PFSYNC_QUIRK_CKSUM_ZERO = 0x0100, /* ruleset checksum is always zero */
	PFSYNC_QUIRK_CKSUM_JUNK = 0x0200, /* ruleset checksum is never written */
	PFSYNC_QUIRK_NO_SCRUB = 0x0400    /* scrub bytes of the peers are zero */
};

/* The place of a record in a dialect's set. */
enum pfsync_slot {
	PFSYNC_SLOT_NONE,     /* number not defined */
	PFSYNC_SLOT_RESERVED, /* INS_F, DEL_F: defined, never implemented */
	PFSYNC_SLOT_RETIRED,  /* once meant something, receivers refuse it */
	PFSYNC_SLOT_EOF,
	PFSYNC_SLOT_STATE,  /* the only or oldest full record */
	PFSYNC_SLOT_STATE2, /* FreeBSD 1400 */
	PFSYNC_SLOT_STATE3, /* FreeBSD 1500 */
	PFSYNC_SLOT_UPD_C,
	PFSYNC_SLOT_DEL_C,
	PFSYNC_SLOT_REQ,
	PFSYNC_SLOT_ACK,
	PFSYNC_SLOT_CLR,
	PFSYNC_SLOT_BUS,
	PFSYNC_SLOT_TDB,
	PFSYNC_SLOT_COUNT
};

#define PFSYNC_ACTION_NUMBERS 17 /* one more than the largest of any dialect */

/* What an action number means in a numbering. */
struct pfsync_action_row {
	uint8_t action; /* enum pfsync_action */
	uint8_t slot;   /* enum pfsync_slot */
};

/* One wire format, as one or several systems speak it.  All are static. */
struct pfsync_dialect {
	const char *name;    /* "openbsd-6k"; what --dialect takes */
	const char *systems; /* "OpenBSD 7.4 and later" */
	const char *source;  /* the section that specifies it: "OB 11" */
	uint8_t version;     /* first byte of the header */
	uint8_t header_bytes;
	uint8_t af_inet6;    /* the sender's number for IPv6: 24 or 28 */
	uint8_t timeout_max; /* first class that its receivers refuse */
	uint8_t action_max;  /* first invalid action number */
	uint8_t rank;        /* how common: decides among equals, higher wins */
	uint16_t quirks;
	const struct pfsync_action_row *actions; /* [PFSYNC_ACTION_NUMBERS] */
	const struct pfsync_layout *layouts[PFSYNC_SLOT_COUNT];
	/* Fields that have room in the record but are never filled, by kind of
	 * message: full states, UPD_C, and everything else (OB 13, 19; FB 16). */
	struct pfsync_fields absent_state;
	struct pfsync_fields absent_upd_c;
	struct pfsync_fields absent_other;
};

/* Number of dialects; the index of one is stable within a build only. */
static size_t pfsync_dialect_count(void);

/* The dialect of that index, NULL if index >= pfsync_dialect_count(). */
static const struct pfsync_dialect *pfsync_dialect_at(size_t index);

/* Its index. `dialect` must come from this library. */
static size_t pfsync_dialect_index(const struct pfsync_dialect *dialect);

/*
 * Fields of headers and subheaders: what `field` of the rows of their layouts
 * means.  Those named SECTION_ are of subheaders.
 */
enum pfsync_header_field {
	PFSYNC_H_VERSION,
	PFSYNC_H_AF,
	PFSYNC_H_ACTION,
	PFSYNC_H_COUNT,
	PFSYNC_H_LEN,
	PFSYNC_H_CKSUM,
	PFSYNC_H_SECTION_ACTION,
	PFSYNC_H_SECTION_LENGTH,
	PFSYNC_H_SECTION_COUNT,
	PFSYNC_HEADER_FIELD_COUNT
};

/* Description of a field; NULL if `field` is not one. */
static const struct pfsync_field_info *pfsync_field_info(int field);

/* The member of the message that holds `field`: bytes as in field_info. */
static const void *pfsync_field_ptr(const struct pfsync_message *message, enum pfsync_field field);

/*
 * The value of a number field (any KIND_U or KIND_S32, sign-extended).
 * Other kinds give 0.
 */
static uint64_t pfsync_field_number(const struct pfsync_message *message, enum pfsync_field field);

/* ------------------------------------------------------------------------
 * Which dialect a frame speaks
 */
#define PFSYNC_DIALECT_MAX 128

/* A set of dialects, by index. */
struct pfsync_dialect_set {
	uint64_t bits[PFSYNC_DIALECT_MAX / 64];
};

static inline bool
pfsync_set_has(const struct pfsync_dialect_set *set, size_t index)
{
	return (set->bits[index / 64] >> (index % 64)) & 1;
}

enum pfsync_certainty {
	PFSYNC_GUESS,  /* others fit that would read the frame differently */
	PFSYNC_LIKELY, /* others fit; they read it alike or are rarely met */
	PFSYNC_CERTAIN /* no other wire format fits */
};

/* "guess", "likely", "certain". */
static const char *pfsync_certainty_name(enum pfsync_certainty certainty);

/*
 * What is known of one sender from its earlier frames.  Zero-initialise one
 * per sender and capture; pass it to pfsync_frame_open(), which narrows it.
 */
struct pfsync_hint {
	struct pfsync_dialect_set candidates;
	const struct pfsync_dialect *forced; /* set by --dialect: no detection */
	const struct pfsync_dialect *last;   /* chosen for the last frame */
	enum pfsync_certainty certainty;
	uint32_t frames;  /* seen so far; 0: candidates is not set */
	bool tap;         /* set by the caller: frames come from pfsync0 */
	uint32_t changes; /* how often the sender contradicted itself (upgrade) */
};

/*
 * Bytes to skip before the pfsync header of a packet captured on pfsync0:
 * 0, or the length of an IPv4 header of protocol 240 (OpenBSD 7.4 and later,
 * OB 3.3, confirmed on 7.6).  Never more than caplen.
 */
static size_t pfsync_tap_ip_header(const uint8_t *bytes, size_t caplen);

/*
 * How much a packet of a shared link type (18, 121) looks like pfsync:
 * true if version, lengths and actions are those of some dialect (FB 3.2).
 */
static bool pfsync_plausible(const uint8_t *bytes, size_t caplen, size_t wirelen);

/* ------------------------------------------------------------------------
 * Frame -> sections -> records -> messages
 */
struct pfsync_header {
	uint8_t version;
	uint8_t header_bytes;
	bool has_len;      /* v5, v6 */
	bool has_cksum;    /* v3 and later, and the dialect writes it */
	uint16_t len;      /* v5, v6: bytes from the header's start to the end */
	uint8_t af;        /* v1 .. v4: always 0 */
	uint8_t action;    /* v1 .. v4 */
	uint8_t count;     /* v1 .. v4 */
	uint8_t cksum[16]; /* MD5 of the sender's ruleset, not of the packet */
};

struct pfsync_frame {
	const uint8_t *bytes;
	size_t caplen;
	size_t wirelen;
	const struct pfsync_dialect *dialect;
	struct pfsync_dialect_set candidates; /* all that fit this frame and hint */
	enum pfsync_certainty certainty;
	struct pfsync_header header;
	struct pfsync_problem problem; /* of the last call that went wrong */
	/* private */
	size_t end;  /* of the pfsync data, by header len or wirelen */
	size_t next; /* offset of the next section */
	uint32_t section_index;
	bool done;
	bool rest_told;
};

struct pfsync_section {
	enum pfsync_action action;
	uint8_t action_number;
	uint8_t length_words;               /* v6: as transmitted; else 0 */
	uint16_t count_wire;                /* as transmitted */
	uint32_t count;                     /* records that follow: 1 for CLR/BUS with count 0 */
	uint32_t index;                     /* 0-based within the frame */
	size_t offset;                      /* of the subheader; v1 .. v4: of the header */
	size_t body_offset;                 /* of the first record */
	size_t stride_bytes;                /* from record to record; 0 if there are none */
	const struct pfsync_layout *layout; /* NULL if nothing can be decoded */
};

struct pfsync_record {
	const struct pfsync_frame *frame;
	const struct pfsync_layout *layout;
	const uint8_t *bytes;
	size_t offset;  /* from the frame's start */
	size_t avail;   /* captured bytes of it, at most layout->size_bytes */
	uint32_t index; /* 0-based within the section */
	enum pfsync_action action;
	uint8_t action_number;
	uint32_t cut_of; /* as in struct pfsync_message */
	bool last;       /* private: nothing follows */
};

/*
 * Begin a frame.
 *   bytes, caplen  what was captured, from the pfsync header on
 *   wirelen        bytes the packet had on the wire from there on (IP total
 *                  length less IP header); at least caplen is assumed
 *   hint           NULL, or what is known of the sender; updated
 * Returns PFSYNC_OK, or a problem after which nothing can be read:
 * PFSYNC_TRUNCATED, PFSYNC_HDROPS (too short for a header), PFSYNC_BADVER.
 * PFSYNC_BADLEN: the header's len is not that of the packet, but the frame can
 * be walked on (frame->done is false).
 */
static int pfsync_frame_open(struct pfsync_frame *frame, const uint8_t *bytes, size_t caplen,
    size_t wirelen, struct pfsync_hint *hint);

/*
 * The next section.  Returns PFSYNC_OK with `section` filled in; PFSYNC_END;
 * or a problem, reported once each, after which the call may be repeated: it
 * goes on behind the trouble if a stride or length allows, else gives
 * PFSYNC_END.  `section` is filled in as far as known for PFSYNC_BADACT (unknown
 * or reserved action; count records of it were skipped).  After PFSYNC_BADLEN
 * with section->stride_bytes above zero (v6: messages that are shorter than their
 * record, or say nothing of their length) the records can be walked.
 * PFSYNC_TRAILING tells of bytes after the last section.
 */
static int pfsync_section_next(struct pfsync_frame *frame, struct pfsync_section *section);

/*
 * The record of `section` that follows record->index; start with
 * pfsync_record_first().  Returns PFSYNC_OK, PFSYNC_END, PFSYNC_TRUNCATED (the
 * record is cut by the capture: it may be decoded, fields beyond avail are
 * absent) or PFSYNC_BADLEN (the packet ends inside the section; likewise).
 * Every record that is missing altogether is counted in problem.lost_bytes.
 */
static int pfsync_record_first(
    struct pfsync_frame *frame, const struct pfsync_section *section, struct pfsync_record *record);

static int pfsync_record_next(
    struct pfsync_frame *frame, const struct pfsync_section *section, struct pfsync_record *record);

/*
 * Record -> message.  All of `message` is written: what `has` lacks is zero, with
 * every member of the union.  Fields that do not fit into record->avail are absent.
 * Returns PFSYNC_OK, or PFSYNC_END for a record with no layout (nothing to decode).
 */
static int pfsync_message_decode(
    const struct pfsync_record *record, struct pfsync_message *message);

/*
 * All of the above in one order, which every reader of a frame shares:
 *
 *	status = pfsync_frame_open(&frame, bytes, caplen, wirelen, &hint);
 *	... tell of frame.problem if status is below zero
 *	pfsync_reader_begin(&reader, &frame);
 *	while ((step = pfsync_next(&reader)) != PFSYNC_STEP_END)
 *		...
 *
 * A frame is sections; a section is its SECTION, the PROBLEM of its subheader if
 * there is one, then either one BARE or its RECORDs.  A record that was cut is a
 * RECORD as far as it is there (not at all if nothing is), then the PROBLEM that cut
 * it.  A PROBLEM between sections belongs to none (in_section is false).
 */
enum pfsync_step {
	PFSYNC_STEP_END,     /* nothing is left; not an error */
	PFSYNC_STEP_SECTION, /* `section` is filled in, also for an unknown action */
	PFSYNC_STEP_RECORD,  /* `record` is filled in: pfsync_message_decode() */
	PFSYNC_STEP_BARE,    /* an action without a record: EOF, CLR of raw v1 */
	PFSYNC_STEP_PROBLEM  /* frame->problem is filled in */
};

struct pfsync_reader {
	struct pfsync_frame *frame;
	struct pfsync_section section; /* of the last SECTION */
	struct pfsync_record record;   /* of the last RECORD */
	bool in_section;               /* what was given last belongs to `section` */
	/* private */
	int state;
	int status; /* of `section` */
};

/*
 * Read `frame`, which was given to pfsync_frame_open() and must stay as long as
 * the reader; whatever that call returned, pfsync_next() gives what can be read.
 */
static void pfsync_reader_begin(struct pfsync_reader *reader, struct pfsync_frame *frame);

static enum pfsync_step pfsync_next(struct pfsync_reader *reader);

/*
 * Would a kernel of that dialect accept the values (SEM 2.2, 2.3)?  Names must
 * end, which only FreeBSD 15 asks for.  PFSYNC_OK,
 * or PFSYNC_BADVAL with `text` (may be NULL) set to a static sentence.
 */
static int pfsync_message_check(
    const struct pfsync_message *message, const struct pfsync_dialect *dialect, const char **text);

static const char *pfsync_action_label(enum pfsync_action action); /* tcpdump: "UPD ST COMP" */

static const char *pfsync_record_name(enum pfsync_record_kind record); /* "1400" */

/* "tcp.established"; NULL if the number is of no class of any system. */
static const char *pfsync_timeout_name(unsigned timeout);

/*
 * The same for a number seen in that dialect, which may be one of the internal
 * classes behind the last: "purge", "unlinked", "until-packet" (OB 14.4).  20 is
 * "sctp.first" on FreeBSD 14 and nothing elsewhere.  NULL for no class.
 */
static const char *pfsync_dialect_timeout_name(
    const struct pfsync_dialect *dialect, unsigned timeout);

/* "ESTABLISHED", "SINGLE", by protocol; NULL when numbers are customary. */
static const char *pfsync_peer_state_name(unsigned proto, unsigned state);

/*
 * As pfsync_peer_state_name(), for a peer of this message: FreeBSD 14 and later
 * have levels of their own for SCTP (class 20 and above, SEM 5.2), everybody
 * else treats SCTP as "other".  NULL when numbers are customary or the protocol
 * is not in the message.
 */
static const char *pfsync_message_level_name(const struct pfsync_message *message, unsigned level);

/*
 * The same where the caller knows the protocol: `proto` counts if the message does
 * not say (pfsync_message_proto(), PFSYNC_PROTO_OTHER and -1 included).
 */
static const char *pfsync_message_level_name_as(
    const struct pfsync_message *message, int proto, unsigned level);

/* "tcp"; NULL if pf listings would print the number. */
static const char *pfsync_proto_name(unsigned proto);

static const char *pfsync_direction_name(unsigned direction); /* "in", "out", "inout"; or NULL */

static const char *pfsync_state_flag_name(unsigned bit); /* 0 .. 15: "sloppy"; or NULL */

/* rt kind; numbering differs between OpenBSD and FreeBSD (OB 14.6, FB 3.7). */
static const char *pfsync_rt_name(enum pfsync_record_kind record, unsigned rt);

static const char *pfsync_bus_status_name(unsigned status); /* "start", "end"; or NULL */

/* 2 -> INET; 24, 28, 30 -> INET6; all else UNSPEC (FB 3.4). */
static enum pfsync_af pfsync_af_of(uint8_t af_number);

/* ------------------------------------------------------------------------
 * Meaning
 */

/* The state's family: record af, else the wire key's; UNSPEC if unknown. */
static enum pfsync_af pfsync_state_af(const struct pfsync_message *message);

/* The family of one key: its own, else the state's (OB 19 no. 25). */
static enum pfsync_af pfsync_key_af(const struct pfsync_message *message, bool stack);

/* The family of rt_addr: its own, else the state's (FB 13). */
static enum pfsync_af pfsync_rt_af(const struct pfsync_message *message);

/*
 * Wire and stack key, also for v1 .. v3 where they follow from lan, gwy, ext:
 * wire = {ext, gwy}, stack = {ext, lan}.  False if the message has none.
 */
static bool pfsync_state_keys(
    const struct pfsync_message *message, struct pfsync_key *wire, struct pfsync_key *stack);

/* pfsync_message_proto(): one that is not TCP, UDP, ICMP or SCTP; no protocol has it. */
#define PFSYNC_PROTO_OTHER 255

/*
 * The protocol of the state that a message is about: as it says, else as its
 * timeout class tells (OB 14.4), which IP version's ICMP it is aside.  -1 if
 * neither does.  `dialect` is the sender's; NULL takes every class.
 */
static int pfsync_message_proto(
    const struct pfsync_message *message, const struct pfsync_dialect *dialect);

/* Destination of an SA.  UNSPEC if the family is unknown. */
static enum pfsync_af pfsync_tdb_dst(
    const struct pfsync_message *message, struct pfsync_addr *addr);

/* ------------------------------------------------------------------------
 * Text in the words of pfctl and tcpdump.  Each writes at most `size` bytes
 * including a NUL (nothing if size is 0) and returns the length the whole text has,
 * like snprintf().  Nothing outside printable ASCII is ever written.
 */

/*
 * Gives addresses a name in the calls below that take one: name() returns the text
 * for an address of family INET or INET6 (it may say the number), NULL for the
 * number as pfsync_text_addr() writes it.  The text is copied before the next
 * call, escaped like every name.
 */
struct pfsync_namer {
	const char *(*name)(void *context, enum pfsync_af af, const struct pfsync_addr *addr);
	void *context;
};

/* A name of at most `max` bytes; the odd byte as \ooo (vis style). */
static size_t pfsync_text_name(char *out, size_t size, const char *name, size_t max);

/* An address, RFC 5952 for IPv6; UNSPEC gives 32 hex digits. */
static size_t pfsync_text_addr(
    char *out, size_t size, enum pfsync_af af, const struct pfsync_addr *addr);

static size_t pfsync_text_state_named(
    char *out, size_t size, const struct pfsync_message *message, const struct pfsync_namer *namer);

/* "[100 + 16384](+77) wscale 7  [0 + 1]"; empty unless TCP with peers. */
static size_t pfsync_text_windows(char *out, size_t size, const struct pfsync_message *message);

/* "age 00:00:01, expires in 00:01:59, 1:0 pkts, 60:0 bytes, rule 3, flags". */
static size_t pfsync_text_age(char *out, size_t size, const struct pfsync_message *message);

static size_t pfsync_text_id_named(
    char *out, size_t size, const struct pfsync_message *message, const struct pfsync_namer *namer);

/* "origif: em0" of FreeBSD 15's record if that is not the bound interface; else empty. */
static size_t pfsync_text_origif(char *out, size_t size, const struct pfsync_message *message);

/* "hh:mm:ss"; hours as many digits as they need. */
static size_t pfsync_text_duration(char *out, size_t size, uint64_t seconds);

/* "ESTABLISHED:SYN_SENT", "0:0", "PROXY:SRC" ... of the message's two peers; with
 * `swap`, dst before src.  Numbers if the protocol is not in the message. */
static size_t pfsync_text_levels(
    char *out, size_t size, const struct pfsync_message *message, bool swap);

/*
 * The value of one field that the message has, with the word for a number where
 * there is one: "6 tcp", "10.0.0.1", "\"em0\"", "none".  `dialect` is the sender's (it
 * names timeout classes), `proto` the state's protocol (it names peer states) or -1.
 */
static size_t pfsync_text_field(char *out, size_t size, const struct pfsync_message *message,
    enum pfsync_field field, const struct pfsync_dialect *dialect, int proto);

/* OB 4.2, FB 4.2: host, 24 bytes.  PORTS is SWAPPED where little-endian senders
 * reversed the port (1N and 2a). */
#define BLOCK_HOST(R, WHO, at, PORTS)                                                              \
	R(WHO##_ADDR, (at) + 0, 16, BE)                                                            \
	R(WHO##_PORT, (at) + 16, 2, PORTS)

/* OB 4.3, FB 4.3: state key, 36 bytes. */
#define BLOCK_KEY36(R, WHO, at)                                                                    \
	R(WHO##_ADDR0, (at) + 0, 16, BE)                                                           \
	R(WHO##_ADDR1, (at) + 16, 16, BE)                                                          \
	R(WHO##_PORT0, (at) + 32, 2, BE)                                                           \
	R(WHO##_PORT1, (at) + 34, 2, BE)

/* OB 4.3: 5c and v6, 40 bytes; `af` has room from 6e on. */
#define BLOCK_KEY40(R, WHO, at)                                                                    \
	BLOCK_KEY36(R, WHO, at)                                                                    \
	R(WHO##_RDOMAIN, (at) + 36, 2, BE)

#define BLOCK_KEY40_AF(R, WHO, at)                                                                 \
	BLOCK_KEY40(R, WHO, at)                                                                    \
	R(WHO##_AF, (at) + 38, 1, BE)

/* OB 4.4, 4.5; FB 4.4, 4.5: peer, 32 bytes. */
#define BLOCK_PEER(R, WHO, at)                                                                     \
	R(WHO##_SCRUB_FLAGS, (at) + 0, 2, BE)                                                      \
	R(WHO##_SCRUB_TTL, (at) + 2, 1, BE)                                                        \
	R(WHO##_SCRUB_VALID, (at) + 3, 1, BE)                                                      \
	R(WHO##_TS_MOD, (at) + 4, 4, BE)                                                           \
	R(WHO##_SEQLO, (at) + 8, 4, BE)                                                            \
	R(WHO##_SEQHI, (at) + 12, 4, BE)                                                           \
	R(WHO##_SEQDIFF, (at) + 16, 4, BE)                                                         \
	R(WHO##_MAX_WIN, (at) + 20, 2, BE)                                                         \
	R(WHO##_MSS, (at) + 22, 2, BE)                                                             \
	R(WHO##_STATE, (at) + 24, 1, BE)                                                           \
	R(WHO##_WSCALE, (at) + 25, 1, BE)

/* Rule numbers and times, in this order in every packed record. */
#define BLOCK_RULES_AND_TIMES(R, at)                                                               \
	R(RULE, (at) + 0, 4, BE)                                                                   \
	R(ANCHOR, (at) + 4, 4, BE)                                                                 \
	R(NAT_RULE, (at) + 8, 4, BE)                                                               \
	R(CREATION, (at) + 12, 4, BE)                                                              \
	R(EXPIRE, (at) + 16, 4, BE)

/* Counters of `width` bytes each.  The 64-bit ones are declared as pairs of
 * 32-bit words, high first: plain big-endian numbers (OB 19 no. 8). */
#define BLOCK_COUNTERS(R, at, width)                                                               \
	R(PACKETS0, (at), width, BE)                                                               \
	R(PACKETS1, (at) + (width), width, BE)                                                     \
	R(BYTES0, (at) + 2 * (width), width, BE)                                                   \
	R(BYTES1, (at) + 3 * (width), width, BE)

#define BLOCK_1R_HOST(R, WHO, at, PORTS)                                                           \
	R(WHO##_ADDR, (at) + 0, 16, BE)                                                            \
	R(WHO##_PORT, (at) + 16, 2, PORTS)

#define BLOCK_1R_PEER(R, WHO, at)                                                                  \
	R(WHO##_SEQLO, (at) + 0, 4, BE)                                                            \
	R(WHO##_SEQHI, (at) + 4, 4, BE)                                                            \
	R(WHO##_SEQDIFF, (at) + 8, 4, BE)                                                          \
	R(WHO##_MAX_WIN, (at) + 12, 2, BE)                                                         \
	R(WHO##_STATE, (at) + 14, 1, BE)

#define BLOCK_1R_ENDS(R, lan, src, dst, PORTS)                                                     \
	BLOCK_1R_HOST(R, LAN, lan, PORTS)                                                          \
	BLOCK_1R_HOST(R, GWY, (lan) + 20, PORTS)                                                   \
	BLOCK_1R_HOST(R, EXT, (lan) + 40, PORTS)                                                   \
	BLOCK_1R_PEER(R, SRC, src)                                                                 \
	BLOCK_1R_PEER(R, DST, dst)

#define BLOCK_1R_TIMES(R, at)                                                                      \
	R(CREATION, (at) + 0, 4, BE)                                                               \
	R(EXPIRE, (at) + 4, 4, BE)

/* 1R-1 .. 1R-6: one counter a state; from 1R-7 a pair. */
#define BLOCK_1R_COUNTERS1(R, at)                                                                  \
	R(PACKETS0, (at) + 0, 4, BE)                                                               \
	R(BYTES0, (at) + 4, 4, BE)

#define BLOCK_1R_TAIL(R, at)                                                                       \
	R(AF, (at) + 0, 1, BE)                                                                     \
	R(PROTO, (at) + 1, 1, BE)                                                                  \
	R(DIRECTION, (at) + 2, 1, DIRECTION)                                                       \
	R(LOG, (at) + 3, 1, BE)                                                                    \
	R(ALLOW_OPTS, (at) + 4, 1, BE)

#define ROWS_1R1(R, W)                                                                             \
	BLOCK_1R_ENDS(R, W(0, 0), W(60, 60), W(76, 76), SWAPPED)                                   \
	R(RULE, W(92, 96), 4, BE)                                                                  \
	R(RT_ADDR, W(96, 104), 16, BE)                                                             \
	BLOCK_1R_TIMES(R, W(116, 128))                                                             \
	BLOCK_1R_COUNTERS1(R, W(124, 136))                                                         \
	BLOCK_1R_TAIL(R, W(132, 144))

#define ROWS_1R2(R, W)                                                                             \
	BLOCK_1R_ENDS(R, W(0, 0), W(60, 60), W(76, 76), BE)                                        \
	R(RULE, W(92, 96), 4, BE)                                                                  \
	R(RT_ADDR, W(100, 112), 16, BE)                                                            \
	BLOCK_1R_TIMES(R, W(120, 136))                                                             \
	BLOCK_1R_COUNTERS1(R, W(128, 144))                                                         \
	BLOCK_1R_TAIL(R, W(136, 152))

#define ROWS_1R3(R, W)                                                                             \
	BLOCK_1R_ENDS(R, W(0, 0), W(60, 60), W(76, 76), BE)                                        \
	R(RULE, W(92, 96), 4, BE)                                                                  \
	R(ANCHOR, W(96, 104), 4, BE)                                                               \
	R(RT_ADDR, W(104, 120), 16, BE)                                                            \
	BLOCK_1R_TIMES(R, W(124, 144))                                                             \
	BLOCK_1R_COUNTERS1(R, W(132, 152))                                                         \
	BLOCK_1R_TAIL(R, W(140, 160))

/* 1R-4; 1R-5 only names the pad byte behind allow_opts. */
#define ROWS_1R4(R, W)                                                                             \
	BLOCK_1R_ENDS(R, W(0, 0), W(60, 64), W(80, 88), BE)                                        \
	R(RULE, W(100, 112), 4, BE)                                                                \
	R(ANCHOR, W(104, 120), 4, BE)                                                              \
	R(RT_ADDR, W(112, 136), 16, BE)                                                            \
	BLOCK_1R_TIMES(R, W(132, 160))                                                             \
	BLOCK_1R_COUNTERS1(R, W(140, 168))                                                         \
	BLOCK_1R_TAIL(R, W(148, 176))

#define ROWS_1R6(R, W)                                                                             \
	BLOCK_1R_ENDS(R, W(0, 0), W(60, 64), W(84, 96), BE)                                        \
	R(RULE, W(108, 128), 4, BE)                                                                \
	R(ANCHOR, W(112, 136), 4, BE)                                                              \
	R(RT_ADDR, W(120, 152), 16, BE)                                                            \
	BLOCK_1R_TIMES(R, W(140, 176))                                                             \
	BLOCK_1R_COUNTERS1(R, W(148, 184))                                                         \
	BLOCK_1R_TAIL(R, W(156, 192))

#define ROWS_1R7(R, W)                                                                             \
	BLOCK_1R_ENDS(R, W(0, 0), W(60, 64), W(84, 96), BE)                                        \
	R(RULE, W(108, 128), 4, BE)                                                                \
	R(ANCHOR, W(112, 136), 4, BE)                                                              \
	R(RT_ADDR, W(120, 152), 16, BE)                                                            \
	BLOCK_1R_TIMES(R, W(140, 176))                                                             \
	BLOCK_COUNTERS(R, W(148, 184), 4)                                                          \
	BLOCK_1R_TAIL(R, W(164, 200))

#define ROWS_1R8(R, W)                                                                             \
	BLOCK_1R_ENDS(R, W(32, 64), W(92, 128), W(116, 160), BE)                                   \
	R(RULE, W(140, 192), 4, BE)                                                                \
	R(ANCHOR, W(144, 200), 4, BE)                                                              \
	R(RT_ADDR, W(152, 216), 16, BE)                                                            \
	BLOCK_1R_TIMES(R, W(172, 240))                                                             \
	BLOCK_COUNTERS(R, W(180, 248), 4)                                                          \
	BLOCK_1R_TAIL(R, W(196, 264))

#define ROWS_1R9(R, W)                                                                             \
	BLOCK_1R_ENDS(R, W(32, 64), W(92, 128), W(116, 160), BE)                                   \
	R(RULE, W(140, 192), 4, BE)                                                                \
	R(ANCHOR, W(144, 200), 4, BE)                                                              \
	R(RT_ADDR, W(152, 216), 16, BE)                                                            \
	BLOCK_1R_TIMES(R, W(180, 256))                                                             \
	BLOCK_COUNTERS(R, W(188, 264), 4)                                                          \
	BLOCK_1R_TAIL(R, W(204, 280))

#define W_ILP32(ilp32, lp64) ilp32

#define W_LP64(ilp32, lp64) lp64

#define ROWS_state_1r1_ilp32(R) ROWS_1R1(R, W_ILP32)

#define ROWS_state_1r1_lp64(R) ROWS_1R1(R, W_LP64)

#define ROWS_state_1r2_ilp32(R) ROWS_1R2(R, W_ILP32)

#define ROWS_state_1r2_lp64(R) ROWS_1R2(R, W_LP64)

#define ROWS_state_1r3_ilp32(R) ROWS_1R3(R, W_ILP32)

#define ROWS_state_1r3_lp64(R) ROWS_1R3(R, W_LP64)

#define ROWS_state_1r4_ilp32(R) ROWS_1R4(R, W_ILP32)

#define ROWS_state_1r4_lp64(R) ROWS_1R4(R, W_LP64)

#define ROWS_state_1r6_ilp32(R) ROWS_1R6(R, W_ILP32)

#define ROWS_state_1r6_lp64(R) ROWS_1R6(R, W_LP64)

#define ROWS_state_1r7_ilp32(R) ROWS_1R7(R, W_ILP32)

#define ROWS_state_1r7_lp64(R) ROWS_1R7(R, W_LP64)

#define ROWS_state_1r8_ilp32(R) ROWS_1R8(R, W_ILP32)

#define ROWS_state_1r8_lp64(R) ROWS_1R8(R, W_LP64)

#define ROWS_state_1r9_ilp32(R) ROWS_1R9(R, W_ILP32)

#define ROWS_state_1r9_lp64(R) ROWS_1R9(R, W_LP64)

#define LAYOUTS_V1RAW(X)                                                                           \
	X(state_1r1_ilp32, V1RAW, 140, "State, OpenBSD snapshots to 2002-12-18, 32-bit sender")    \
	X(state_1r1_lp64, V1RAW, 152, "State, OpenBSD snapshots to 2002-12-18, 64-bit sender")     \
	X(state_1r2_ilp32, V1RAW, 144, "State, OpenBSD 3.3, 32-bit sender")                        \
	X(state_1r2_lp64, V1RAW, 160, "State, OpenBSD 3.3, 64-bit sender")                         \
	X(state_1r3_ilp32, V1RAW, 148, "State, OpenBSD snapshots to 2003-05-11, 32-bit sender")    \
	X(state_1r3_lp64, V1RAW, 168, "State, OpenBSD snapshots to 2003-05-11, 64-bit sender")     \
	X(state_1r4_ilp32, V1RAW, 156, "State, OpenBSD snapshots to 2003-06-20, 32-bit sender")    \
	X(state_1r4_lp64, V1RAW, 184, "State, OpenBSD snapshots to 2003-06-20, 64-bit sender")     \
	X(state_1r6_ilp32, V1RAW, 164, "State, OpenBSD snapshots of 2003-06-20, 32-bit sender")    \
	X(state_1r6_lp64, V1RAW, 200, "State, OpenBSD snapshots of 2003-06-20, 64-bit sender")     \
	X(state_1r7_ilp32, V1RAW, 172, "State, OpenBSD 3.4, 32-bit sender")                        \
	X(state_1r7_lp64, V1RAW, 208, "State, OpenBSD 3.4, 64-bit sender")                         \
	X(state_1r8_ilp32, V1RAW, 204, "State, OpenBSD snapshots to 2003-12-15, 32-bit sender")    \
	X(state_1r8_lp64, V1RAW, 272, "State, OpenBSD snapshots to 2003-12-15, 64-bit sender")     \
	X(state_1r9_ilp32, V1RAW, 212, "State, OpenBSD snapshots of 2003-12-15, 32-bit sender")    \
	X(state_1r9_lp64, V1RAW, 288, "State, OpenBSD snapshots of 2003-12-15, 64-bit sender")

/* OB 6.1: 208 bytes, no interface name. */
#define ROWS_state208(R)                                                                           \
	R(ID, 0, 8, BE)                                                                            \
	BLOCK_HOST(R, LAN, 8, SWAPPED)                                                             \
	BLOCK_HOST(R, GWY, 32, SWAPPED)                                                            \
	BLOCK_HOST(R, EXT, 56, SWAPPED)                                                            \
	BLOCK_PEER(R, SRC, 80)                                                                     \
	BLOCK_PEER(R, DST, 112)                                                                    \
	R(RT_ADDR, 144, 16, BE)                                                                    \
	BLOCK_RULES_AND_TIMES(R, 160)                                                              \
	BLOCK_COUNTERS(R, 180, 4)                                                                  \
	R(CREATORID, 196, 4, BE)                                                                   \
	R(AF, 200, 1, BE)                                                                          \
	R(PROTO, 201, 1, BE)                                                                       \
	R(DIRECTION, 202, 1, BE)                                                                   \
	R(LOG, 203, 1, BE)                                                                         \
	R(ALLOW_OPTS, 204, 1, BE)                                                                  \
	R(TIMEOUT, 205, 1, BE)                                                                     \
	R(SYNC_FLAGS, 206, 1, BE)                                                                  \
	R(UPDATES, 207, 1, BE)

/* What v2 (OB 7.1, FB 5.3) and v3 (OB 8.2, FB 6.3) have in common: 0 .. 195. */
#define BLOCK_HOSTS_HEAD(R, PORTS)                                                                 \
	R(ID, 0, 8, BE)                                                                            \
	R(IFNAME, 8, 16, BE)                                                                       \
	BLOCK_HOST(R, LAN, 24, PORTS)                                                              \
	BLOCK_HOST(R, GWY, 48, PORTS)                                                              \
	BLOCK_HOST(R, EXT, 72, PORTS)                                                              \
	BLOCK_PEER(R, SRC, 96)                                                                     \
	BLOCK_PEER(R, DST, 128)                                                                    \
	R(RT_ADDR, 160, 16, BE)                                                                    \
	BLOCK_RULES_AND_TIMES(R, 176)

/* The end of v2, v3 and v4 records.  FLAGS is ALLOW_OPTS or STATE_FLAGS. */
#define BLOCK_TAIL12(R, at, FLAGS)                                                                 \
	R(CREATORID, (at) + 0, 4, BE)                                                              \
	R(AF, (at) + 4, 1, BE)                                                                     \
	R(PROTO, (at) + 5, 1, BE)                                                                  \
	R(DIRECTION, (at) + 6, 1, BE)                                                              \
	R(LOG, (at) + 7, 1, BE)                                                                    \
	R(FLAGS, (at) + 8, 1, BE)                                                                  \
	R(TIMEOUT, (at) + 9, 1, BE)                                                                \
	R(SYNC_FLAGS, (at) + 10, 1, BE)                                                            \
	R(UPDATES, (at) + 11, 1, BE)

#define ROWS_state224_2a(R)                                                                        \
	BLOCK_HOSTS_HEAD(R, SWAPPED)                                                               \
	BLOCK_COUNTERS(R, 196, 4)                                                                  \
	BLOCK_TAIL12(R, 212, ALLOW_OPTS)

#define ROWS_state224(R)                                                                           \
	BLOCK_HOSTS_HEAD(R, BE)                                                                    \
	BLOCK_COUNTERS(R, 196, 4)                                                                  \
	BLOCK_TAIL12(R, 212, ALLOW_OPTS)

#define ROWS_state240_hosts(R)                                                                     \
	BLOCK_HOSTS_HEAD(R, BE)                                                                    \
	BLOCK_COUNTERS(R, 196, 8)                                                                  \
	BLOCK_TAIL12(R, 228, ALLOW_OPTS)

/* FreeBSD 8 reads byte 236 as state_flags (FB 6.3). */
#define ROWS_state240_hosts_flags(R)                                                               \
	BLOCK_HOSTS_HEAD(R, BE)                                                                    \
	BLOCK_COUNTERS(R, 196, 8)                                                                  \
	BLOCK_TAIL12(R, 228, STATE_FLAGS)

#define LAYOUTS_HOSTS(X)                                                                           \
	X(state208, V1, 208, "State, first network format (version 1 packed)")                     \
	X(state224_2a, V2, 224, "State, version 2 before 2004-01-18")                              \
	X(state224, V2, 224, "State, version 2 and first version 3")                               \
	X(state240_hosts, V3, 240, "State, version 3")                                             \
	X(state240_hosts_flags, V3, 240, "State, version 3 of FreeBSD 8")

/* Bytes 0 .. 231 of all records with 36-byte keys (OB 9, FB 9.1). */
#define BLOCK_KEYS_HEAD(R)                                                                         \
	R(ID, 0, 8, BE)                                                                            \
	R(IFNAME, 8, 16, BE)                                                                       \
	BLOCK_KEY36(R, WIRE, 24)                                                                   \
	BLOCK_KEY36(R, STACK, 60)                                                                  \
	BLOCK_PEER(R, SRC, 96)                                                                     \
	BLOCK_PEER(R, DST, 128)                                                                    \
	R(RT_ADDR, 160, 16, BE)                                                                    \
	BLOCK_RULES_AND_TIMES(R, 176)                                                              \
	BLOCK_COUNTERS(R, 196, 8)

/* OB 8.2 (3c): keys came before the flags byte. */
#define ROWS_state240_3c(R)                                                                        \
	BLOCK_KEYS_HEAD(R)                                                                         \
	BLOCK_TAIL12(R, 228, ALLOW_OPTS)

#define ROWS_state244_3c(R) ROWS_state240_3c(R)

/* OB 9 and 10.3; FB 7.2 (DragonFly). */
#define ROWS_state240(R)                                                                           \
	BLOCK_KEYS_HEAD(R)                                                                         \
	BLOCK_TAIL12(R, 228, STATE_FLAGS)

/* FB 9.2.  Bytes 235 and 236 are spare; FreeBSD 9 leaks a kernel flag there. */
#define ROWS_state1301(R)                                                                          \
	BLOCK_KEYS_HEAD(R)                                                                         \
	R(CREATORID, 228, 4, BE)                                                                   \
	R(AF, 232, 1, BE)                                                                          \
	R(PROTO, 233, 1, BE)                                                                       \
	R(DIRECTION, 234, 1, BE)                                                                   \
	R(LOG, 237, 1, BE)                                                                         \
	R(STATE_FLAGS, 238, 1, BE)                                                                 \
	R(TIMEOUT, 239, 1, BE)                                                                     \
	R(SYNC_FLAGS, 240, 1, BE)                                                                  \
	R(UPDATES, 241, 1, BE)

/* FB 9.3. */
#define ROWS_state1400(R)                                                                          \
	BLOCK_KEYS_HEAD(R)                                                                         \
	R(CREATORID, 228, 4, BE)                                                                   \
	R(AF, 232, 1, BE)                                                                          \
	R(PROTO, 233, 1, BE)                                                                       \
	R(DIRECTION, 234, 1, BE)                                                                   \
	R(STATE_FLAGS, 235, 2, BE)                                                                 \
	R(LOG, 237, 1, BE)                                                                         \
	R(TIMEOUT, 239, 1, BE)                                                                     \
	R(SYNC_FLAGS, 240, 1, BE)                                                                  \
	R(UPDATES, 241, 1, BE)                                                                     \
	R(QID, 242, 2, BE)                                                                         \
	R(PQID, 244, 2, BE)                                                                        \
	R(DNPIPE, 246, 2, BE)                                                                      \
	R(DNRPIPE, 248, 2, BE)                                                                     \
	R(RTABLEID0, 250, 4, BE)                                                                   \
	R(MIN_TTL, 254, 1, BE)                                                                     \
	R(SET_TOS, 255, 1, BE)                                                                     \
	R(MAX_MSS, 256, 2, BE)                                                                     \
	R(SET_PRIO0, 258, 1, BE)                                                                   \
	R(SET_PRIO1, 259, 1, BE)                                                                   \
	R(RT, 260, 1, BE)                                                                          \
	R(RT_IFNAME, 261, 16, BE)

/* FB 9.4: no af, proto, sync_flags or updates of the old kind. */
#define ROWS_state1500(R)                                                                          \
	BLOCK_KEYS_HEAD(R)                                                                         \
	R(CREATORID, 228, 4, BE)                                                                   \
	R(TAGNAME, 232, 64, BE)                                                                    \
	R(RT_IFNAME, 296, 16, BE)                                                                  \
	R(ORIG_IFNAME, 312, 16, BE)                                                                \
	R(RTABLEID0, 328, 4, BE)                                                                   \
	R(STATE_FLAGS, 332, 2, BE)                                                                 \
	R(QID, 334, 2, BE)                                                                         \
	R(PQID, 336, 2, BE)                                                                        \
	R(DNPIPE, 338, 2, BE)                                                                      \
	R(DNRPIPE, 340, 2, BE)                                                                     \
	R(MAX_MSS, 342, 2, BE)                                                                     \
	R(WIRE_AF, 344, 1, BE)                                                                     \
	R(STACK_AF, 345, 1, BE)                                                                    \
	R(RT_AF, 346, 1, BE)                                                                       \
	R(PROTO, 347, 1, BE)                                                                       \
	R(STACK_PROTO, 348, 1, BE)                                                                 \
	R(LOG, 349, 1, BE)                                                                         \
	R(TIMEOUT, 350, 1, BE)                                                                     \
	R(DIRECTION, 351, 1, BE)                                                                   \
	R(RT, 352, 1, BE)                                                                          \
	R(MIN_TTL, 353, 1, BE)                                                                     \
	R(SET_TOS, 354, 1, BE)                                                                     \
	R(SET_PRIO0, 355, 1, BE)                                                                   \
	R(SET_PRIO1, 356, 1, BE)

/* OB 11.3: 264 bytes.  KEY is the 40-byte key with or without af. */
#define BLOCK_264_HEAD(R, KEY)                                                                     \
	R(ID, 0, 8, BE)                                                                            \
	R(IFNAME, 8, 16, BE)                                                                       \
	KEY(R, WIRE, 24)                                                                           \
	KEY(R, STACK, 64)                                                                          \
	BLOCK_PEER(R, SRC, 104)                                                                    \
	BLOCK_PEER(R, DST, 136)                                                                    \
	R(RT_ADDR, 168, 16, BE)                                                                    \
	BLOCK_RULES_AND_TIMES(R, 184)                                                              \
	BLOCK_COUNTERS(R, 204, 8)                                                                  \
	R(CREATORID, 236, 4, BE)                                                                   \
	R(RTABLEID0, 240, 4, BE)                                                                   \
	R(RTABLEID1, 244, 4, BE)                                                                   \
	R(MAX_MSS, 248, 2, BE)                                                                     \
	R(AF, 250, 1, BE)                                                                          \
	R(PROTO, 251, 1, BE)                                                                       \
	R(DIRECTION, 252, 1, BE)                                                                   \
	R(LOG, 253, 1, BE)                                                                         \
	R(TIMEOUT, 255, 1, BE)                                                                     \
	R(SYNC_FLAGS, 256, 1, BE)                                                                  \
	R(UPDATES, 257, 1, BE)                                                                     \
	R(MIN_TTL, 258, 1, BE)                                                                     \
	R(SET_TOS, 259, 1, BE)

/* Byte 254 is the flags' low byte, nothing, or rt; bytes 260 .. 263 were
 * padding (OB 19 no. 17).  6e and 6f send the low byte in both places; the
 * 16-bit field is the one that receivers of that era use, so it comes last. */
#define ROWS_state264_5c(R)                                                                        \
	BLOCK_264_HEAD(R, BLOCK_KEY40)                                                             \
	R(STATE_FLAGS, 254, 1, BE)

#define ROWS_state264_6e(R)                                                                        \
	BLOCK_264_HEAD(R, BLOCK_KEY40_AF)                                                          \
	R(STATE_FLAGS, 254, 1, BE)                                                                 \
	R(STATE_FLAGS, 260, 2, BE)

#define ROWS_state264_6g(R)                                                                        \
	BLOCK_264_HEAD(R, BLOCK_KEY40_AF)                                                          \
	R(STATE_FLAGS, 260, 2, BE)

#define ROWS_state264_6i(R)                                                                        \
	BLOCK_264_HEAD(R, BLOCK_KEY40_AF)                                                          \
	R(STATE_FLAGS, 260, 2, BE)                                                                 \
	R(SET_PRIO0, 262, 1, BE)                                                                   \
	R(SET_PRIO1, 263, 1, BE)

#define ROWS_state264_6j(R)                                                                        \
	BLOCK_264_HEAD(R, BLOCK_KEY40_AF)                                                          \
	R(RT, 254, 1, BE)                                                                          \
	R(STATE_FLAGS, 260, 2, BE)                                                                 \
	R(SET_PRIO0, 262, 1, BE)                                                                   \
	R(SET_PRIO1, 263, 1, BE)

#define LAYOUTS_KEYS(X)                                                                            \
	X(state240_3c, V4, 240, "State, version 3 snapshots of 2008 with two keys")                \
	X(state244_3c, V4, 244, "State, version 3 snapshots of 2008-06-10")                        \
	X(state240, V4, 240, "State, version 4, OpenBSD's version 5, DragonFly")                   \
	X(state1301, 1301, 242, "State, FreeBSD 9 to 13 and version 1301")                         \
	X(state1400, 1400, 277, "State, FreeBSD 14 and version 1400")                              \
	X(state1500, 1500, 360, "State, FreeBSD 15 and version 1500")                              \
	X(state264_5c, V6, 264, "State, late version 5 and version 6 to OpenBSD 4.9")              \
	X(state264_6e, V6, 264, "State, version 6, OpenBSD 5.0 and 5.1")                           \
	X(state264_6g, V6, 264, "State, version 6, OpenBSD 5.2 to 5.6")                            \
	X(state264_6i, V6, 264, "State, version 6, OpenBSD 5.7 to 6.8")                            \
	X(state264_6j, V6, 264, "State, version 6, OpenBSD 6.9 and later")

/* UPD_C: OB 6.2 (1N, 2a, 2b), OB 7.2 / FB 5.4 (v2c .. v4), OB 10.3 / FB 8.4.
 * state_flags in the 84-byte form was never filled by any release (OB 10.3)
 * and is padding on FreeBSD; it has no row. */
#define BLOCK_UPD_C(R)                                                                             \
	R(ID, 0, 8, BE)                                                                            \
	BLOCK_PEER(R, SRC, 8)                                                                      \
	BLOCK_PEER(R, DST, 40)                                                                     \
	R(CREATORID, 72, 4, BE)                                                                    \
	R(EXPIRE, 76, 4, BE)

#define ROWS_upd_c88_1n(R)                                                                         \
	BLOCK_UPD_C(R)                                                                             \
	R(UPDATES, 80, 1, BE)

#define ROWS_upd_c88(R)                                                                            \
	BLOCK_UPD_C(R)                                                                             \
	R(TIMEOUT, 80, 1, BE)                                                                      \
	R(UPDATES, 81, 1, BE)

#define ROWS_upd_c84(R)                                                                            \
	BLOCK_UPD_C(R)                                                                             \
	R(TIMEOUT, 80, 1, BE)

/* DEL_C of 1N .. v4; the peer states are always sent as 0 (OB 6.2). */
#define ROWS_del_c16(R)                                                                            \
	R(ID, 0, 8, BE)                                                                            \
	R(CREATORID, 8, 4, BE)                                                                     \
	R(SRC_STATE, 12, 1, BE)                                                                    \
	R(DST_STATE, 13, 1, BE)

#define ROWS_id16(R)                                                                               \
	R(ID, 0, 8, BE)                                                                            \
	R(CREATORID, 8, 4, BE)

#define ROWS_id12(R) ROWS_id16(R)

#define ROWS_clr8(R) R(CREATORID, 0, 4, BE)

#define ROWS_clr24(R)                                                                              \
	R(CLR_IFNAME, 0, 16, BE)                                                                   \
	R(CREATORID, 16, 4, BE)

#define ROWS_clr20(R) ROWS_clr24(R)

#define ROWS_bus16(R)                                                                              \
	R(CREATORID, 0, 4, BE)                                                                     \
	R(BUS_ENDTIME, 4, 4, BE)                                                                   \
	R(BUS_STATUS, 8, 1, BE)

#define ROWS_bus12(R) ROWS_bus16(R)

/* OB 7.3, FB 6.4.  Until 2006-05-06 little-endian senders reversed SPI and
 * IPv4 address (OB 19 no. 19). */
#define BLOCK_TDB48(R)                                                                             \
	R(TDB_SPI, 0, 4, SWAPPED)                                                                  \
	R(TDB_DST, 4, 28, SWAPPED)                                                                 \
	R(TDB_RPL, 32, 4, BE)                                                                      \
	R(TDB_CUR_BYTES, 36, 8, BE)                                                                \
	R(TDB_SPROTO, 44, 1, BE)                                                                   \
	R(TDB_UPDATES, 45, 1, BE)

#define ROWS_tdb48(R) BLOCK_TDB48(R)

#define ROWS_tdb48_6d(R)                                                                           \
	BLOCK_TDB48(R)                                                                             \
	R(TDB_RDOMAIN, 46, 2, BE)

/* OB 11.5; OB 11.6 for the replay counter of 5.2. */
#define ROWS_tdb52(R)                                                                              \
	R(TDB_SPI, 0, 4, BE)                                                                       \
	R(TDB_DST, 4, 28, BE)                                                                      \
	R(TDB_RPL, 32, 8, RPL)                                                                     \
	R(TDB_CUR_BYTES, 40, 8, BE)                                                                \
	R(TDB_SPROTO, 48, 1, BE)                                                                   \
	R(TDB_UPDATES, 49, 1, BE)                                                                  \
	R(TDB_RDOMAIN, 50, 2, BE)

#define LAYOUTS_SMALL(X)                                                                           \
	X(upd_c88_1n, NONE, 88, "Compressed update, version 1 and first version 2")                \
	X(upd_c88, NONE, 88, "Compressed update, version 2 to 4")                                  \
	X(upd_c84, NONE, 84, "Compressed update, version 5 and 6")                                 \
	X(del_c16, NONE, 16, "Compressed delete, version 1 to 4")                                  \
	X(id16, NONE, 16, "Update request, version 1 to 4")                                        \
	X(id12, NONE, 12, "Update request, insert ack, compressed delete, version 5 and 6")        \
	X(clr8, NONE, 8, "Clear, version 1 and first version 2")                                   \
	X(clr24, NONE, 24, "Clear, version 2 to 4")                                                \
	X(clr20, NONE, 20, "Clear, version 5 and 6")                                               \
	X(bus16, NONE, 16, "Bulk update status, version 2 to 4")                                   \
	X(bus12, NONE, 12, "Bulk update status, version 5 and 6")                                  \
	X(tdb48, NONE, 48, "SA counters, version 2 to 5 and first version 6")                      \
	X(tdb48_6d, NONE, 48, "SA counters, version 6, OpenBSD 4.8 to 5.1")                        \
	X(tdb52, NONE, 52, "SA counters, version 6, OpenBSD 5.2 and later")

#define LAYOUTS(X)                                                                                 \
	LAYOUTS_V1RAW(X)                                                                           \
	LAYOUTS_HOSTS(X)                                                                           \
	LAYOUTS_KEYS(X)                                                                            \
	LAYOUTS_SMALL(X)

/* LAYOUT_state264_6j and so on: index into pfsync_layouts[]. */
enum pfsync_layout_index {
#define X(name, kind, size, text) LAYOUT_##name,
	LAYOUTS(X)
#undef X
	    LAYOUT_COUNT
};

static const struct pfsync_layout pfsync_layouts[LAYOUT_COUNT];

struct detect_input {
	const uint8_t *bytes; /* from the pfsync header on */
	size_t caplen;
	size_t wirelen; /* at least caplen */
};

struct detect_result {
	const struct pfsync_dialect *dialect;
	struct pfsync_dialect_set candidates;
	enum pfsync_certainty certainty;
};

/*
 * Choose the dialect of a frame; `hint` may be NULL and is updated.  False if
 * the version byte is of no known dialect, or not of the forced one.
 */
static bool pfsync_detect(
    const struct detect_input *in, struct pfsync_hint *hint, struct detect_result *out);

/*
 * True if the frame holds something that a sender of this dialect never says.
 * The frame's lengths must fit the dialect.  Looks at the first record of each
 * section, at all records of version 1 raw.
 */
static bool evidence_against(const struct pfsync_dialect *dialect, const struct detect_input *in);

/* The same, by the ruleset checksum alone: cheap enough for every frame. */
static bool evidence_against_cksum(
    const struct pfsync_dialect *dialect, const struct detect_input *in);

/* `p` holds dialect->header_bytes; members without a row are left alone. */
static void headers_load(
    struct pfsync_header *into, const struct pfsync_dialect *dialect, const uint8_t *p);

/* `p` holds a subheader; likewise. */
static void headers_load_section(
    struct pfsync_section *into, const struct pfsync_dialect *dialect, const uint8_t *p);

struct text {
	char *out;
	size_t size;
	size_t len;
	const struct pfsync_namer *namer; /* of addresses; NULL: numbers */
};

static inline struct text
text_begin_named(char *out, size_t size, const struct pfsync_namer *namer)
{
	if (size > 0)
		out[0] = '\0';
	return (struct text){out, size, 0, namer};
}

static inline struct text
text_begin(char *out, size_t size)
{
	return text_begin_named(out, size, NULL);
}

static inline void
put_char(struct text *t, char c)
{
	if (t->len + 1 < t->size) {
		t->out[t->len] = c;
		t->out[t->len + 1] = '\0';
	}
	t->len++;
}

static inline void
put_bytes(struct text *t, const char *bytes, size_t count)
{
	if (t->len < t->size && count < t->size - t->len) {
		memcpy(t->out + t->len, bytes, count);
		t->out[t->len + count] = '\0';
		t->len += count;
		return;
	}
	while (count-- > 0)
		put_char(t, *bytes++);
}

static inline void
put(struct text *t, const char *string)
{
	put_bytes(t, string, strlen(string));
}

static inline void
put_number(struct text *t, uint64_t value, unsigned base, unsigned min_digits)
{
	char digits[24];
	size_t at = sizeof(digits);

	/* Listings are mostly numbers, and a division is slow. */
	if (base == 16) {
		do {
			digits[--at] = "0123456789abcdef"[value & 0x0f];
			value >>= 4;
		} while (value != 0);
	} else {
		do {
			digits[--at] = (char)('0' + value % base);
			value /= base;
		} while (value != 0);
	}
	while (sizeof(digits) - at < min_digits)
		digits[--at] = '0';
	put_bytes(t, digits + at, sizeof(digits) - at);
}

static inline void
put_unsigned(struct text *t, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	put_bytes(t, digits + at, sizeof(digits) - at);
}

static inline void
put_hex_byte(struct text *t, unsigned value)
{
	put(t, "0x");
	put_number(t, value, 16, 2);
}

static inline void
put_name(struct text *t, const char *name, size_t max)
{
	for (size_t i = 0; i < max && name[i] != '\0'; i++) {
		unsigned char c = (unsigned char)name[i];
		if (c > 0x20 && c < 0x7f && c != '\\') {
			put_char(t, (char)c);
		} else {
			put_char(t, '\\');
			put_number(t, c, 8, 3);
		}
	}
}

static inline void
put_addr(struct text *t, enum pfsync_af af, const struct pfsync_addr *addr)
{
	char buffer[INET6_ADDRSTRLEN];
	const char *name;

	if (af == PFSYNC_AF_UNSPEC) {
		for (size_t i = 0; i < sizeof(addr->b); i++)
			put_number(t, addr->b[i], 16, 2);
		return;
	}
	name = t->namer != NULL ? t->namer->name(t->namer->context, af, addr) : NULL;
	if (name != NULL) {
		put_name(t, name, SIZE_MAX); /* what a name server says is not trusted */
		return;
	}
	if (af == PFSYNC_AF_INET) {
		for (size_t i = 0; i < 4; i++) {
			if (i > 0)
				put_char(t, '.');
			put_unsigned(t, addr->b[i]);
		}
	} else if (inet_ntop(AF_INET6, addr->b, buffer, sizeof(buffer)) != NULL) {
		put(t, buffer);
	}
}

static inline void
put_duration(struct text *t, uint64_t seconds)
{
	put_number(t, seconds / 3600, 10, 2);
	put_char(t, ':');
	put_number(t, seconds / 60 % 60, 10, 2);
	put_char(t, ':');
	put_number(t, seconds % 60, 10, 2);
}

#define R(FIELD, offset, width, CODEC) {PFSYNC_F_##FIELD, (offset), (width), PFSYNC_CODEC_##CODEC},

#define X(name, kind, size, text)                                                                  \
	static const struct pfsync_row layouts_rows_##name[] = {ROWS_##name(R)};
LAYOUTS(X)
#undef X

#undef R

#define WORD(FIELD, word)                                                                          \
	((unsigned)PFSYNC_F_##FIELD / 64 == (word)                                                 \
		? UINT64_C(1) << ((unsigned)PFSYNC_F_##FIELD % 64)                                 \
		: UINT64_C(0))

#define R0(FIELD, offset, width, CODEC) | WORD(FIELD, 0)

#define R1(FIELD, offset, width, CODEC) | WORD(FIELD, 1)

static const struct pfsync_layout pfsync_layouts[LAYOUT_COUNT] = {
#define X(layout, kind, size, description)                                                         \
	[LAYOUT_##layout] = {                                                                      \
	    .name = #layout,                                                                       \
	    .text = (description),                                                                 \
	    .record = PFSYNC_REC_##kind,                                                           \
	    .size_bytes = (size),                                                                  \
	    .row_count = sizeof(layouts_rows_##layout) / sizeof(layouts_rows_##layout[0]),         \
	    .rows = layouts_rows_##layout,                                                         \
	    .fields = {{0 ROWS_##layout(R0), 0 ROWS_##layout(R1)}},                                \
	},
    LAYOUTS(X)
#undef X
};

static const struct pfsync_field_info fields_infos[PFSYNC_FIELD_COUNT] = {
#define PFSYNC_FIELD(ID, member, KIND, path, UNIT, description)                                    \
	[PFSYNC_F_##ID] = {                                                                        \
	    .id = #ID,                                                                             \
	    .name = (path),                                                                        \
	    .text = (description),                                                                 \
	    .kind = PFSYNC_KIND_##KIND,                                                            \
	    .unit = PFSYNC_UNIT_##UNIT,                                                            \
	    .member_offset = (uint16_t)offsetof(struct pfsync_message, member),                    \
	    .size_bytes = (uint8_t)sizeof(((struct pfsync_message *)0)->member),                   \
	},
    PFSYNC_FIELDS
#undef PFSYNC_FIELD
};

static const struct pfsync_field_info *
pfsync_field_info(int field)
{
	return field >= 0 && field < PFSYNC_FIELD_COUNT ? &fields_infos[field] : NULL;
}

static const void *
pfsync_field_ptr(const struct pfsync_message *message, enum pfsync_field field)
{
	return (const char *)message + fields_infos[field].member_offset;
}

static uint64_t
pfsync_field_number(const struct pfsync_message *message, enum pfsync_field field)
{
	const void *member = pfsync_field_ptr(message, field);

	/* The members are declared with exactly these types (fields.def), so the
	 * pointers are of the members' own type and alignment. */
	switch (fields_infos[field].kind) {
	case PFSYNC_KIND_U8:
		return *(const uint8_t *)member;
	case PFSYNC_KIND_U16:
		return *(const uint16_t *)member;
	case PFSYNC_KIND_U32:
		return *(const uint32_t *)member;
	case PFSYNC_KIND_U64:
		return *(const uint64_t *)member;
	case PFSYNC_KIND_S32:
		return (uint64_t)(int64_t) * (const int32_t *)member;
	default:
		return 0;
	}
}

/* ------------------------------------------------------------------------
 * Action numbers (OB 12, FB 5.2, 6.2, 8.3).
 */
#define A(action, slot)                                                                            \
	{                                                                                          \
		PFSYNC_ACT_##action, PFSYNC_SLOT_##slot                                            \
	}

#define A_NONE A(UNKNOWN, NONE)

#define A_HEAD_V4 [0] = A(CLR, CLR), [1] = A(INS, STATE), [2] = A(UPD, STATE), [3] = A(DEL, STATE)

#define A_REST_V4                                                                                  \
	[4] = A(UPD_C, UPD_C), [5] = A(DEL_C, DEL_C), [6] = A(INS_F, RESERVED),                    \
	[7] = A(DEL_F, RESERVED)

#define A_MIDDLE_V5                                                                                \
	[0] = A(CLR, CLR), [2] = A(INS_ACK, ACK), [4] = A(UPD_C, UPD_C), [5] = A(UPD_REQ, REQ),    \
	[6] = A(DEL, STATE), [7] = A(DEL_C, DEL_C), [8] = A(INS_F, RESERVED),                      \
	[9] = A(DEL_F, RESERVED), [10] = A(BUS, BUS), [12] = A(EOF, EOF)

typedef const struct pfsync_action_row numbering[PFSYNC_ACTION_NUMBERS];

/* Numbers that a numbering leaves undefined. */
#define N4 [4] = A_NONE, [5] = A_NONE, [6] = A_NONE, [7] = A_NONE

#define N8 [8] = A_NONE

#define N9 [9] = A_NONE

#define N10 [10] = A_NONE

#define N11 [11] = A_NONE, [12] = A_NONE

#define N13 [13] = A_NONE, [14] = A_NONE

#define N15 [15] = A_NONE, [16] = A_NONE

static numbering actions_1r = {A_HEAD_V4, N4, N8, N9, N10, N11, N13, N15};

static numbering actions_1n1 = {A_HEAD_V4, A_REST_V4, N8, N9, N10, N11, N13, N15};

static numbering actions_1n2 = {
    A_HEAD_V4, A_REST_V4, [8] = A(UPD_REQ, REQ), N9, N10, N11, N13, N15};

static numbering actions_2e = {
    A_HEAD_V4, A_REST_V4, [8] = A(UPD_REQ, REQ), [9] = A(BUS, BUS), N10, N11, N13, N15};

static numbering actions_2f = {A_HEAD_V4,
    A_REST_V4, [8] = A(UPD_REQ, REQ), [9] = A(BUS, BUS), [10] = A(TDB, TDB), N11, N13, N15};

static numbering actions_v5 = {
    A_MIDDLE_V5, [1] = A(INS, STATE), [3] = A(UPD, STATE), [11] = A(TDB, TDB), N13, N15};

static numbering actions_5c = {A_MIDDLE_V5, [1] = A(INS, RETIRED), [3] = A(UPD, RETIRED),
    [11] = A(TDB, TDB), [13] = A(INS, STATE), [14] = A(UPD, STATE), N15};

static numbering actions_6g = {
    A_MIDDLE_V5, [1] = A(INS, RETIRED), [3] = A(UPD, RETIRED), [11] = A(TDB, RETIRED),
    [13] = A(INS, STATE), [14] = A(UPD, STATE), [15] = A(TDB, TDB), [16] = A_NONE};

static numbering actions_f14 = {A_MIDDLE_V5, [1] = A(INS, STATE), [3] = A(UPD, STATE),
    [11] = A(TDB, TDB), [13] = A(INS, STATE2), [14] = A(UPD, STATE2), N15};

static numbering actions_f15 = {
    A_MIDDLE_V5, [1] = A(INS, STATE), [3] = A(UPD, STATE), [11] = A(TDB, TDB),
    [13] = A(INS, STATE2), [14] = A(UPD, STATE2), [15] = A(INS, STATE3), [16] = A(UPD, STATE3)};

/* ------------------------------------------------------------------------
 * Fields that have room on the wire but are never filled.
 */
#define WORD(FIELD, word)                                                                          \
	((unsigned)PFSYNC_F_##FIELD / 64 == (word)                                                 \
		? UINT64_C(1) << ((unsigned)PFSYNC_F_##FIELD % 64)                                 \
		: UINT64_C(0))

#define FIELDS(LIST)                                                                               \
	{                                                                                          \
		{                                                                                  \
			0 LIST(LIST_WORD0), 0 LIST(LIST_WORD1)                                     \
		}                                                                                  \
	}

#define LIST_WORD0(FIELD) | WORD(FIELD, 0)

#define LIST_WORD1(FIELD) | WORD(FIELD, 1)

#define NOTHING(F)

#define SCRUB(F)                                                                                   \
	F(SRC_SCRUB_FLAGS)                                                                         \
	F(SRC_SCRUB_TTL)                                                                           \
	F(SRC_SCRUB_VALID)                                                                         \
	F(SRC_TS_MOD) F(DST_SCRUB_FLAGS) F(DST_SCRUB_TTL) F(DST_SCRUB_VALID) F(DST_TS_MOD)

#define EXPIRE(F) F(EXPIRE)

#define NAT_RULE(F) F(NAT_RULE)

#define ANCHOR(F) F(ANCHOR)

#define KEY_AF(F) F(WIRE_AF) F(STACK_AF)

/* Before 2004-01-22 timeout is always 0 (OB 6.1, 7.1). */
#define NAT_RULE_TIMEOUT(F) NAT_RULE(F) F(TIMEOUT)

/* DEL_C carries two peer states that are always 0 (OB 6.2). */
#define DEL_C_STATES(F) F(SRC_STATE) F(DST_STATE)

#define ENDTIME(F) F(BUS_ENDTIME)

/* ------------------------------------------------------------------------
 * Layout sets.
 */
#define L(slot, layout) [PFSYNC_SLOT_##slot] = &pfsync_layouts[LAYOUT_##layout]

#define SMALL_V2 L(DEL_C, del_c16), L(REQ, id16)

#define SMALL_1N SMALL_V2, L(CLR, clr8)

#define SMALL_V4 SMALL_V2, L(UPD_C, upd_c88), L(CLR, clr24), L(BUS, bus16), L(TDB, tdb48)

#define SMALL_V5                                                                                   \
	L(UPD_C, upd_c84), L(DEL_C, id12), L(REQ, id12), L(ACK, id12), L(CLR, clr20), L(BUS, bus12)

#define Q(flag) PFSYNC_QUIRK_##flag

#define Q_RAW (Q(RAW_BUFFER) | Q(COUNT0))

/* One v1 raw row: everything but name, layout and quirks is alike. */
#define RAW(id, layout, max, rank_, quirks_, absent, systems_)                                     \
	{                                                                                          \
		.name = "openbsd-" id, .systems = systems_, .source = "OB 5", .version = 1,        \
		.header_bytes = 4, .af_inet6 = 24, .timeout_max = max, .action_max = 4,            \
		.rank = rank_, .quirks = Q_RAW | (quirks_), .actions = actions_1r,                 \
		.layouts = {L(STATE, layout)}, .absent_state = FIELDS(absent)                      \
	}

#define V1N(id, numbers, max, rank_, quirks_, systems_)                                            \
	{                                                                                          \
		.name = "openbsd-" id, .systems = systems_, .source = "OB 6", .version = 1,        \
		.header_bytes = 4, .af_inet6 = 24, .timeout_max = 19, .action_max = max,           \
		.rank = rank_, .quirks = Q(COUNT0) | Q(NO_SCRUB) | (quirks_), .actions = numbers,  \
		.layouts = {L(STATE, state208), L(UPD_C, upd_c88_1n), SMALL_1N},                   \
		.absent_state = FIELDS(NAT_RULE_TIMEOUT), .absent_other = FIELDS(DEL_C_STATES)     \
	}

/* v2 .. v4: one action a packet. */
#define PLAIN(name_, source_, version_, header, af6, tmax, numbers, amax, rank_, quirks_, absent,  \
    systems_, ...)                                                                                 \
	{                                                                                          \
		.name = name_, .systems = systems_, .source = source_, .version = version_,        \
		.header_bytes = header, .af_inet6 = af6, .timeout_max = tmax, .action_max = amax,  \
		.rank = rank_, .quirks = Q(COUNT0) | (quirks_), .actions = numbers,                \
		.layouts = {__VA_ARGS__}, .absent_state = FIELDS(absent),                          \
		.absent_other = FIELDS(DEL_C_STATES)                                               \
	}

/* v5 and v6: sections. */
#define SECTIONS(name_, source_, version_, af6, tmax, numbers, amax, rank_, quirks_, absent,       \
    absent_c, absent_o, systems_, ...)                                                             \
	{                                                                                          \
		.name = name_, .systems = systems_, .source = source_, .version = version_,        \
		.header_bytes = 20, .af_inet6 = af6, .timeout_max = tmax, .action_max = amax,      \
		.rank = rank_, .quirks = (quirks_), .actions = numbers,                            \
		.layouts = {SMALL_V5, __VA_ARGS__}, .absent_state = FIELDS(absent),                \
		.absent_upd_c = FIELDS(absent_c), .absent_other = FIELDS(absent_o)                 \
	}

/*
 * timeout_max: OB 14.4.  1R-1: ports reversed by little-endian senders until
 * 2002-12-23, direction 0/1 until 2003-01-02 (OB 19 no. 3, 4): the names
 * without -be are the little-endian senders'.  Rank: how likely such a sender is
 * met, among formats that a packet cannot tell apart.
 */
static const struct pfsync_dialect dialects[] = {
    RAW("1r1-ilp32", state_1r1_ilp32, 16, 3, Q(SWAPPED) | Q(DIR01), NOTHING,
	"OpenBSD snapshots 2002-11-29 to 2002-12-18, 32-bit"),
    RAW("1r1-ilp32-be", state_1r1_ilp32, 16, 2, Q(DIR01), NOTHING,
	"OpenBSD snapshots 2002-11-29 to 2002-12-18, 32-bit big-endian"),
    RAW("1r1-lp64", state_1r1_lp64, 16, 2, Q(SWAPPED) | Q(DIR01), NOTHING,
	"OpenBSD snapshots 2002-11-29 to 2002-12-18, 64-bit"),
    RAW("1r1-lp64-be", state_1r1_lp64, 16, 1, Q(DIR01), NOTHING,
	"OpenBSD snapshots 2002-11-29 to 2002-12-18, 64-bit big-endian"),
    RAW("1r2-early-ilp32", state_1r2_ilp32, 16, 2, Q(DIR01), NOTHING,
	"OpenBSD snapshots 2002-12-23 to 2003-01-02, 32-bit"),
    RAW("1r2-early-lp64", state_1r2_lp64, 16, 1, Q(DIR01), NOTHING,
	"OpenBSD snapshots 2002-12-23 to 2003-01-02, 64-bit"),
    RAW("1r2-ilp32", state_1r2_ilp32, 16, 9, 0, NOTHING, "OpenBSD 3.3, 32-bit"),
    RAW("1r2-lp64", state_1r2_lp64, 16, 8, 0, NOTHING, "OpenBSD 3.3, 64-bit"),
    RAW("1r3-ilp32", state_1r3_ilp32, 16, 3, 0, ANCHOR,
	"OpenBSD snapshots 2003-04-09 to 2003-05-11, 32-bit"),
    RAW("1r3-lp64", state_1r3_lp64, 16, 2, 0, ANCHOR,
	"OpenBSD snapshots 2003-04-09 to 2003-05-11, 64-bit"),
    RAW("1r4-ilp32", state_1r4_ilp32, 16, 2, 0, ANCHOR, "OpenBSD snapshots of 2003-05-11, 32-bit"),
    RAW("1r4-lp64", state_1r4_lp64, 16, 1, 0, ANCHOR, "OpenBSD snapshots of 2003-05-11, 64-bit"),
    RAW("1r5-ilp32", state_1r4_ilp32, 18, 3, 0, ANCHOR,
	"OpenBSD snapshots 2003-05-12 to 2003-06-20, 32-bit"),
    RAW("1r5-lp64", state_1r4_lp64, 18, 2, 0, ANCHOR,
	"OpenBSD snapshots 2003-05-12 to 2003-06-20, 64-bit"),
    RAW("1r6-ilp32", state_1r6_ilp32, 18, 2, 0, ANCHOR, "OpenBSD snapshots of 2003-06-20, 32-bit"),
    RAW("1r6-lp64", state_1r6_lp64, 18, 1, 0, ANCHOR, "OpenBSD snapshots of 2003-06-20, 64-bit"),
    RAW("1r7-ilp32", state_1r7_ilp32, 18, 9, 0, ANCHOR, "OpenBSD 3.4, 32-bit"),
    RAW("1r7-lp64", state_1r7_lp64, 18, 8, 0, ANCHOR, "OpenBSD 3.4, 64-bit"),
    RAW("1r8-ilp32", state_1r8_ilp32, 18, 3, 0, NOTHING,
	"OpenBSD snapshots 2003-10-25 to 2003-12-15, 32-bit"),
    RAW("1r8-lp64", state_1r8_lp64, 18, 2, 0, NOTHING,
	"OpenBSD snapshots 2003-10-25 to 2003-12-15, 64-bit"),
    RAW("1r9-ilp32", state_1r9_ilp32, 19, 2, 0, NOTHING, "OpenBSD snapshots of 2003-12-15, 32-bit"),
    RAW("1r9-lp64", state_1r9_lp64, 19, 1, 0, NOTHING, "OpenBSD snapshots of 2003-12-15, 64-bit"),

    V1N("1n1", actions_1n1, 8, 4, Q(SWAPPED), "OpenBSD snapshots 2003-12-15 to 2003-12-28"),
    V1N("1n1-be", actions_1n1, 8, 2, 0, "OpenBSD snapshots 2003-12-15 to 2003-12-28, big-endian"),
    V1N("1n2", actions_1n2, 9, 3, Q(SWAPPED), "OpenBSD snapshots 2003-12-28 to 2003-12-31"),
    V1N("1n2-be", actions_1n2, 9, 1, 0, "OpenBSD snapshots 2003-12-28 to 2003-12-31, big-endian"),

    PLAIN("openbsd-2a", "OB 7", 2, 4, 24, 19, actions_1n2, 9, 2, Q(SWAPPED) | Q(NO_SCRUB),
	NAT_RULE_TIMEOUT, "OpenBSD snapshots 2003-12-31 to 2004-01-18", SMALL_V2,
	L(STATE, state224_2a), L(UPD_C, upd_c88_1n), L(CLR, clr8)),
    PLAIN("openbsd-2a-be", "OB 7", 2, 4, 24, 19, actions_1n2, 9, 1, Q(NO_SCRUB), NAT_RULE_TIMEOUT,
	"OpenBSD snapshots 2003-12-31 to 2004-01-18, big-endian", SMALL_V2, L(STATE, state224_2a),
	L(UPD_C, upd_c88_1n), L(CLR, clr8)),
    PLAIN("openbsd-2b", "OB 7", 2, 4, 24, 19, actions_1n2, 9, 3, Q(NO_SCRUB), NAT_RULE_TIMEOUT,
	"OpenBSD snapshots 2004-01-18 to 2004-01-22", SMALL_V2, L(STATE, state224),
	L(UPD_C, upd_c88_1n), L(CLR, clr8)),
    PLAIN("openbsd-2c", "OB 7", 2, 4, 24, 19, actions_1n2, 9, 4, Q(NO_SCRUB), NAT_RULE,
	"OpenBSD snapshots 2004-01-22 to 2004-02-20", SMALL_V2, L(STATE, state224),
	L(UPD_C, upd_c88), L(CLR, clr8)),
    PLAIN("openbsd-2d", "OB 7", 2, 4, 24, 19, actions_1n2, 9, 5, Q(NO_SCRUB), NAT_RULE,
	"OpenBSD snapshots 2004-02-20 to 2004-03-22", SMALL_V2, L(STATE, state224),
	L(UPD_C, upd_c88), L(CLR, clr24)),
    PLAIN("openbsd-2e", "OB 7", 2, 4, 24, 20, actions_2e, 10, 9, Q(NO_SCRUB), NAT_RULE,
	"OpenBSD 3.5 to 3.7, MirBSD", SMALL_V2, L(STATE, state224), L(UPD_C, upd_c88),
	L(CLR, clr24), L(BUS, bus16)),
    PLAIN("openbsd-2f", "OB 7", 2, 4, 24, 20, actions_2f, 11, 6, Q(SWAPPED) | Q(NO_SCRUB), NAT_RULE,
	"OpenBSD snapshots 2005-05-28 to 2005-08-16", SMALL_V4, L(STATE, state224)),
    PLAIN("openbsd-2f-be", "OB 7", 2, 4, 24, 20, actions_2f, 11, 2, Q(NO_SCRUB), NAT_RULE,
	"OpenBSD snapshots 2005-05-28 to 2005-08-16, big-endian", SMALL_V4, L(STATE, state224)),
    PLAIN("openbsd-2g", "OB 7", 2, 4, 24, 20, actions_2f, 11, 8, Q(SWAPPED), NAT_RULE,
	"OpenBSD 3.8", SMALL_V4, L(STATE, state224)),
    PLAIN("openbsd-2g-be", "OB 7", 2, 4, 24, 20, actions_2f, 11, 3, 0, NAT_RULE,
	"OpenBSD 3.8, big-endian", SMALL_V4, L(STATE, state224)),
    PLAIN("freebsd-6", "FB 5", 2, 4, 28, 20, actions_2e, 10, 7, Q(NO_SCRUB), NAT_RULE,
	"FreeBSD 5.3 to 6.4, DragonFly 1.2 to 2.6", SMALL_V2, L(STATE, state224), L(UPD_C, upd_c88),
	L(CLR, clr24), L(BUS, bus16)),

    PLAIN("openbsd-3a", "OB 8", 3, 20, 24, 20, actions_2f, 11, 4, Q(SWAPPED), NAT_RULE,
	"OpenBSD snapshots 2005-10-27 to 2005-11-04", SMALL_V4, L(STATE, state224)),
    PLAIN("openbsd-3a-be", "OB 8", 3, 20, 24, 20, actions_2f, 11, 1, 0, NAT_RULE,
	"OpenBSD snapshots 2005-10-27 to 2005-11-04, big-endian", SMALL_V4, L(STATE, state224)),
    PLAIN("openbsd-3b-early", "OB 8", 3, 20, 24, 20, actions_2f, 11, 5, Q(SWAPPED), NAT_RULE,
	"OpenBSD 3.9, little-endian", SMALL_V4, L(STATE, state240_hosts)),
    PLAIN("openbsd-3b", "OB 8", 3, 20, 24, 20, actions_2f, 11, 9, 0, NAT_RULE, "OpenBSD 4.0 to 4.3",
	SMALL_V4, L(STATE, state240_hosts)),
    PLAIN("openbsd-3c", "OB 8", 3, 20, 24, 20, actions_2f, 11, 3, 0, NAT_RULE,
	"OpenBSD snapshots 2008-05-29 to 2008-06-17", SMALL_V4, L(STATE, state240_3c)),
    PLAIN("openbsd-3c-244", "OB 8", 3, 20, 24, 20, actions_2f, 11, 2, 0, NAT_RULE,
	"OpenBSD snapshots of 2008-06-10", SMALL_V4, L(STATE, state244_3c)),
    PLAIN("freebsd-7", "FB 6", 3, 20, 28, 20, actions_2f, 11, 7, 0, NAT_RULE,
	"FreeBSD 7, MidnightBSD", SMALL_V4, L(STATE, state240_hosts)),
    PLAIN("freebsd-8", "FB 6", 3, 20, 28, 20, actions_2f, 11, 6, 0, NAT_RULE, "FreeBSD 8", SMALL_V4,
	L(STATE, state240_hosts_flags)),
    PLAIN("netbsd-3", "FB 6.5", 3, 20, 24, 20, actions_2f, 11, 8, 0, NAT_RULE, "NetBSD 6 to 9",
	SMALL_V4, L(STATE, state240_hosts)),

    PLAIN("openbsd-4", "OB 9", 4, 20, 24, 20, actions_2f, 11, 9, 0, NOTHING, "OpenBSD 4.4",
	SMALL_V4, L(STATE, state240)),
    PLAIN("dragonfly-4", "FB 7", 4, 20, 28, 20, actions_2f, 11, 8, Q(CKSUM_JUNK), NOTHING,
	"DragonFly 2.8 and later", SMALL_V4, L(STATE, state240)),

    /* UPD_C scrub bytes of 4.5 .. 4.7 are old memory unless there is scrub
     * state, and nothing says which (OB 10.3). */
    SECTIONS("openbsd-5a", "OB 10", 5, 24, 20, actions_v5, 13, 5, Q(EOF) | Q(EOF_HMAC), NOTHING,
	SCRUB, NOTHING, "OpenBSD 4.5", L(STATE, state240), L(TDB, tdb48)),
    SECTIONS("openbsd-5b", "OB 10", 5, 24, 20, actions_v5, 13, 6, Q(EOF), NOTHING, SCRUB, NOTHING,
	"OpenBSD 4.6", L(STATE, state240), L(TDB, tdb48)),
    SECTIONS("openbsd-5c", "OB 10", 5, 24, 20, actions_5c, 15, 2, Q(EOF), NOTHING, SCRUB, NOTHING,
	"OpenBSD snapshots 2009-11-03 to 2009-11-09", L(STATE, state264_5c), L(TDB, tdb48),
	L(RETIRED, state240)),
    SECTIONS("freebsd-9", "FB 8", 5, 28, 20, actions_v5, 13, 7, Q(EOF) | Q(EOF_HMAC), NOTHING,
	NOTHING, NOTHING, "FreeBSD 9, MidnightBSD", L(STATE, state1301), L(TDB, tdb48)),
    SECTIONS("freebsd-10", "FB 8", 5, 28, 20, actions_v5, 13, 9, Q(EOF), NOTHING, EXPIRE, NOTHING,
	"FreeBSD 10 to 13, and their pfSense, OPNsense, HardenedBSD", L(STATE, state1301),
	L(TDB, tdb48)),
    SECTIONS("freebsd-14", "FB 8", 5, 28, 25, actions_f14, 15, 8, Q(EOF), NOTHING, EXPIRE, NOTHING,
	"FreeBSD 14, and its pfSense, OPNsense", L(STATE, state1301), L(STATE2, state1400),
	L(TDB, tdb48)),
    SECTIONS("freebsd-15", "FB 8", 5, 28, 25, actions_f15, 17, 7, Q(EOF), NOTHING, EXPIRE, NOTHING,
	"FreeBSD 15 and later, OPNsense 26.7", L(STATE, state1301), L(STATE2, state1400),
	L(STATE3, state1500), L(TDB, tdb48)),

    SECTIONS("openbsd-6a", "OB 11", 6, 24, 20, actions_5c, 15, 2, Q(EOF), NOTHING, SCRUB, NOTHING,
	"OpenBSD snapshots 2009-11-09 to 2010-01-10", L(STATE, state264_5c), L(TDB, tdb48),
	L(RETIRED, state240)),
    SECTIONS("openbsd-6b", "OB 11", 6, 24, 20, actions_5c, 15, 1, Q(EOF) | Q(LENGTH), NOTHING,
	SCRUB, NOTHING, "OpenBSD snapshots 2010-01-10 to 2010-01-12", L(STATE, state264_5c),
	L(TDB, tdb48), L(RETIRED, state240)),
    SECTIONS("openbsd-6c", "OB 11", 6, 24, 20, actions_5c, 15, 3, Q(LENGTH), NOTHING, SCRUB,
	NOTHING, "OpenBSD 4.7", L(STATE, state264_5c), L(TDB, tdb48), L(RETIRED, state240)),
    SECTIONS("openbsd-6d", "OB 11", 6, 24, 20, actions_5c, 15, 4, Q(LENGTH), NOTHING, NOTHING,
	NOTHING, "OpenBSD 4.8 and 4.9", L(STATE, state264_5c), L(TDB, tdb48_6d),
	L(RETIRED, state240)),
    SECTIONS("openbsd-6e", "OB 11", 6, 24, 20, actions_5c, 15, 5, Q(LENGTH), KEY_AF, NOTHING,
	NOTHING, "OpenBSD 5.0", L(STATE, state264_6e), L(TDB, tdb48_6d), L(RETIRED, state240)),
    SECTIONS("openbsd-6f", "OB 11", 6, 24, 20, actions_5c, 15, 6, Q(LENGTH), NOTHING, EXPIRE,
	NOTHING, "OpenBSD 5.1", L(STATE, state264_6e), L(TDB, tdb48_6d), L(RETIRED, state240)),
    SECTIONS("openbsd-6g", "OB 11", 6, 24, 20, actions_6g, 16, 4, Q(LENGTH) | Q(RPL_SHIFT), NOTHING,
	EXPIRE, NOTHING, "OpenBSD 5.2, little-endian", L(STATE, state264_6g), L(TDB, tdb52),
	L(RETIRED, state240)),
    SECTIONS("openbsd-6g-be", "OB 11", 6, 24, 20, actions_6g, 16, 2, Q(LENGTH), NOTHING, EXPIRE,
	NOTHING, "OpenBSD 5.2, big-endian", L(STATE, state264_6g), L(TDB, tdb52),
	L(RETIRED, state240)),
    SECTIONS("openbsd-6h", "OB 11", 6, 24, 20, actions_6g, 16, 7, Q(LENGTH), NOTHING, EXPIRE,
	NOTHING, "OpenBSD 5.3 to 5.6", L(STATE, state264_6g), L(TDB, tdb52), L(RETIRED, state240)),
    SECTIONS("openbsd-6i", "OB 11", 6, 24, 20, actions_6g, 16, 8, Q(LENGTH), NOTHING, EXPIRE,
	NOTHING, "OpenBSD 5.7 to 6.8", L(STATE, state264_6i), L(TDB, tdb52), L(RETIRED, state240)),
    SECTIONS("openbsd-6j", "OB 11", 6, 24, 20, actions_6g, 16, 9, Q(LENGTH), NOTHING, EXPIRE,
	NOTHING, "OpenBSD 6.9 to 7.3", L(STATE, state264_6j), L(TDB, tdb52), L(RETIRED, state240)),
    SECTIONS("openbsd-6k", "OB 11", 6, 24, 20, actions_6g, 16, 11, Q(LENGTH) | Q(CKSUM_ZERO),
	NOTHING, EXPIRE, ENDTIME, "OpenBSD 7.4 and later", L(STATE, state264_6j), L(TDB, tdb52),
	L(RETIRED, state240)),
    SECTIONS("openbsd-6l", "OB 11", 6, 24, 20, actions_6g, 16, 10, Q(LENGTH) | Q(CKSUM_ZERO),
	NOTHING, EXPIRE, ENDTIME, "OpenBSD-current 2026 (same wire as 6k)", L(STATE, state264_6j),
	L(TDB, tdb52), L(RETIRED, state240)),
};

#define DIALECT_COUNT (sizeof(dialects) / sizeof(dialects[0]))

static size_t
pfsync_dialect_count(void)
{
	return DIALECT_COUNT;
}

static const struct pfsync_dialect *
pfsync_dialect_at(size_t index)
{
	return index < DIALECT_COUNT ? &dialects[index] : NULL;
}

static size_t
pfsync_dialect_index(const struct pfsync_dialect *dialect)
{
	return (size_t)(dialect - dialects);
}

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *
name_at(const char *const *table, size_t count, size_t index)
{
	return index < count ? table[index] : NULL;
}

static const char *
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

static const char *
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

static const char *
pfsync_record_name(enum pfsync_record_kind record)
{
	const char *name = name_at(records, COUNT(records), (size_t)record);

	return name != NULL ? name : "none";
}

static const char *
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

static const char *
pfsync_timeout_name(unsigned timeout)
{
	return name_at(timeouts, COUNT(timeouts), timeout);
}

static const char *
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

/* ------------------------------------------------------------------------ */
enum { names_PROTO_ICMP = 1, names_PROTO_TCP = 6, names_PROTO_SCTP = 132 };

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

static const char *
pfsync_peer_state_name(unsigned proto, unsigned state)
{
	if (proto == names_PROTO_TCP)
		return name_at(tcp_levels, COUNT(tcp_levels), state);
	if (proto == names_PROTO_ICMP)
		return NULL; /* pfctl prints numbers (OB 14.2) */
	return name_at(other_levels, COUNT(other_levels), state);
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

static const char *
pfsync_message_level_name(const struct pfsync_message *message, unsigned level)
{
	const struct pfsync_state *state = &message->u.state;

	if (!pfsync_has(message, PFSYNC_F_PROTO))
		return NULL;
	if (state->proto == names_PROTO_SCTP && pfsync_has(message, PFSYNC_F_TIMEOUT) &&
	    state->timeout >= 20)
		return sctp_level_name(level);
	return pfsync_peer_state_name(state->proto, level);
}

static const char *
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

static const char *
pfsync_proto_name(unsigned proto)
{
	for (size_t i = 0; i < COUNT(protos); i++) {
		if (protos[i].number == proto)
			return protos[i].name;
	}
	return NULL;
}

static const char *
pfsync_direction_name(unsigned direction)
{
	static const char *const names[] = {"inout", "in", "out"};

	return name_at(names, COUNT(names), direction);
}

/* OB 14.7, FB 9.5; in the words of FreeBSD's pfctl where it prints them. */
static const char *
pfsync_state_flag_name(unsigned bit)
{
	static const char *const names[16] = {"allow-opts", "sloppy", "pflow", "no-sync",
	    "psync-ack", "no-df", "set-tos", "random-id", "reassemble-tcp", "set-prio",
	    "inp-unlinked", NULL, NULL, NULL, "dummynet-pipe", "dummynet-queue"};

	return name_at(names, COUNT(names), bit);
}

static const char *
pfsync_rt_name(enum pfsync_record_kind record, unsigned rt)
{
	static const char *const openbsd[] = {"none", "route-to", "dup-to", "reply-to"};
	static const char *const freebsd[] = {
	    "none", "fastroute", "route-to", "dup-to", "reply-to"};

	if (record == PFSYNC_REC_1400 || record == PFSYNC_REC_1500)
		return name_at(freebsd, COUNT(freebsd), rt);
	return name_at(openbsd, COUNT(openbsd), rt);
}

static const char *
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

static enum pfsync_af
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

static enum pfsync_af
pfsync_state_af(const struct pfsync_message *message)
{
	if (pfsync_has(message, PFSYNC_F_AF))
		return pfsync_af_of(message->u.state.af_number);
	if (pfsync_has(message, PFSYNC_F_WIRE_AF))
		return pfsync_af_of(message->u.state.wire.af_number);
	return PFSYNC_AF_UNSPEC;
}

static enum pfsync_af
pfsync_key_af(const struct pfsync_message *message, bool stack)
{
	const struct pfsync_state *state = &message->u.state;
	enum pfsync_af af = PFSYNC_AF_UNSPEC;

	if (pfsync_has(message, stack ? PFSYNC_F_STACK_AF : PFSYNC_F_WIRE_AF))
		af = pfsync_af_of(stack ? state->stack.af_number : state->wire.af_number);
	return af != PFSYNC_AF_UNSPEC ? af : pfsync_state_af(message);
}

static enum pfsync_af
pfsync_rt_af(const struct pfsync_message *message)
{
	enum pfsync_af af = PFSYNC_AF_UNSPEC;

	if (pfsync_has(message, PFSYNC_F_RT_AF))
		af = pfsync_af_of(message->u.state.rt_af_number);
	return af != PFSYNC_AF_UNSPEC ? af : pfsync_state_af(message);
}

static bool
pfsync_state_keys(
    const struct pfsync_message *message, struct pfsync_key *wire, struct pfsync_key *stack)
{
	const struct pfsync_state *state = &message->u.state;

	if (pfsync_has(message, PFSYNC_F_WIRE_ADDR0) && pfsync_has(message, PFSYNC_F_STACK_PORT1)) {
		*wire = state->wire;
		*stack = state->stack;
		if (!pfsync_has(message, PFSYNC_F_WIRE_AF))
			wire->af_number = stack->af_number = 0;
		if (!pfsync_has(message, PFSYNC_F_WIRE_RDOMAIN))
			wire->rdomain = stack->rdomain = 0;
		return true;
	}
	if (!pfsync_has(message, PFSYNC_F_LAN_ADDR) || !pfsync_has(message, PFSYNC_F_EXT_PORT))
		return false;
	*wire = (struct pfsync_key){
	    .addr = {state->ext.addr, state->gwy.addr}, .port = {state->ext.port, state->gwy.port}};
	*stack = (struct pfsync_key){
	    .addr = {state->ext.addr, state->lan.addr}, .port = {state->ext.port, state->lan.port}};
	return true;
}

/* First timeout class of each group (OB 14.4, FB 3.7). */
enum {
	CLASS_UDP_FIRST = 6,
	CLASS_ICMP_FIRST = 9,
	CLASS_OTHER_FIRST = 11,
	CLASS_FRAG = 14,
	CLASS_SCTP_FIRST = 20,
	CLASS_SCTP_END = 25
};

enum { meaning_PROTO_ICMP = 1, meaning_PROTO_TCP = 6, PROTO_UDP = 17, meaning_PROTO_SCTP = 132 };

static int
pfsync_message_proto(const struct pfsync_message *message, const struct pfsync_dialect *dialect)
{
	unsigned timeout;

	if (pfsync_has(message, PFSYNC_F_PROTO))
		return message->u.state.proto;
	if (!pfsync_has(message, PFSYNC_F_TIMEOUT))
		return -1;
	timeout = message->u.state.timeout;
	if (dialect != NULL && timeout >= dialect->timeout_max)
		return -1;
	if (timeout < CLASS_UDP_FIRST)
		return meaning_PROTO_TCP;
	if (timeout < CLASS_ICMP_FIRST)
		return PROTO_UDP;
	if (timeout < CLASS_OTHER_FIRST)
		return meaning_PROTO_ICMP;
	if (timeout < CLASS_FRAG)
		return PFSYNC_PROTO_OTHER;
	if (timeout >= CLASS_SCTP_FIRST && timeout < CLASS_SCTP_END)
		return meaning_PROTO_SCTP;
	return -1;
}

/* OB 4.6: length, family, port, then by family. */
static enum pfsync_af
pfsync_tdb_dst(const struct pfsync_message *message, struct pfsync_addr *addr)
{
	const uint8_t *sa = message->u.tdb.dst_sockaddr;
	enum pfsync_af af;

	memset(addr, 0, sizeof(*addr));
	if (!pfsync_has(message, PFSYNC_F_TDB_DST))
		return PFSYNC_AF_UNSPEC;
	af = pfsync_af_of(sa[1]);
	if (af == PFSYNC_AF_INET)
		memcpy(addr->b, sa + 4, 4);
	else if (af == PFSYNC_AF_INET6)
		memcpy(addr->b, sa + 8, 16);
	return af;
}

static int
bad(const char **text, const char *why)
{
	if (text != NULL)
		*text = why;
	return PFSYNC_BADVAL;
}

/* A name without a NUL would be read on into the next field by a careless
 * receiver; FreeBSD 15 refuses it (SEM 2.2). */
static bool
unterminated(const struct pfsync_message *message, enum pfsync_field field)
{
	const struct pfsync_field_info *info = pfsync_field_info((int)field);

	return pfsync_has(message, field) &&
	       memchr(pfsync_field_ptr(message, field), '\0', info->size_bytes) == NULL;
}

static bool
names_end(const struct pfsync_message *message)
{
	return !unterminated(message, PFSYNC_F_IFNAME) &&
	       !unterminated(message, PFSYNC_F_RT_IFNAME) &&
	       !unterminated(message, PFSYNC_F_ORIG_IFNAME) &&
	       !unterminated(message, PFSYNC_F_TAGNAME);
}

static int
pfsync_message_check(
    const struct pfsync_message *message, const struct pfsync_dialect *dialect, const char **text)
{
	const struct pfsync_state *state = &message->u.state;
	/* Deletes are obeyed whatever they say (SEM 2.6); the full ones of v2 on
	 * pfsync0 carry the class "purge". */
	const bool full = message->record != PFSYNC_REC_NONE && message->action != PFSYNC_ACT_DEL;

	if (message->action == PFSYNC_ACT_TDB) {
		struct pfsync_addr addr;
		if (pfsync_has(message, PFSYNC_F_TDB_SPI) && message->u.tdb.spi <= 255)
			return bad(text, "SPI in the reserved range 0 to 255");
		if (pfsync_has(message, PFSYNC_F_TDB_DST) &&
		    pfsync_tdb_dst(message, &addr) == PFSYNC_AF_UNSPEC)
			return bad(text, "unknown address family of an SA");
		return PFSYNC_OK;
	}
	if (message->action == PFSYNC_ACT_CLR && unterminated(message, PFSYNC_F_CLR_IFNAME))
		return bad(text, "interface name without an end");
	if (!full && message->action != PFSYNC_ACT_UPD_C)
		return PFSYNC_OK;
	if (pfsync_has(message, PFSYNC_F_TIMEOUT) && state->timeout >= dialect->timeout_max)
		return bad(text, "unknown timeout class");
	if (pfsync_has(message, PFSYNC_F_SRC_STATE) && state->src.state > PFSYNC_TCPS_PROXY_DST)
		return bad(text, "unknown level of the source peer");
	if (pfsync_has(message, PFSYNC_F_DST_STATE) && state->dst.state > PFSYNC_TCPS_PROXY_DST)
		return bad(text, "unknown level of the destination peer");
	if (!full)
		return PFSYNC_OK;
	if (!names_end(message))
		return bad(text, "name without an end");
	if (pfsync_has(message, PFSYNC_F_DIRECTION) && state->direction > PFSYNC_OUT)
		return bad(text, "unknown direction");
	if (pfsync_has(message, PFSYNC_F_AF) && pfsync_af_of(state->af_number) == PFSYNC_AF_UNSPEC)
		return bad(text, "unknown address family");
	if (pfsync_has(message, PFSYNC_F_WIRE_AF) &&
	    pfsync_af_of(state->wire.af_number) == PFSYNC_AF_UNSPEC)
		return bad(text, "unknown address family of the wire key");
	if (pfsync_has(message, PFSYNC_F_STACK_AF) &&
	    pfsync_af_of(state->stack.af_number) == PFSYNC_AF_UNSPEC)
		return bad(text, "unknown address family of the stack key");
	if (pfsync_has(message, PFSYNC_F_CREATORID) && message->creatorid == 0)
		return bad(text, "creatorid 0 in a state");
	return PFSYNC_OK;
}

/* One loader a kind of member.  width and codec are constants where they are
 * called, so the branches go away. */
static inline void
message_load_U8(uint8_t *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	(void)width;
	*member = *p;
	/* Before 2003-01-02: 0 in, 1 out (OB 14.3).  What was no direction then
	 * must not become one. */
	if (codec == PFSYNC_CODEC_DIRECTION && (quirks & PFSYNC_QUIRK_DIR01) != 0)
		*member = *p < UINT8_MAX ? (uint8_t)(*p + 1) : *p;
}

static inline void
message_load_U16(uint16_t *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	if (width == 1)
		*member = *p;
	else if (codec == PFSYNC_CODEC_SWAPPED && (quirks & PFSYNC_QUIRK_SWAPPED) != 0)
		*member = EXTRACT_LE_U_2(p);
	else
		*member = EXTRACT_BE_U_2(p);
}

static inline void
message_load_U32(uint32_t *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	(void)width;
	if (codec == PFSYNC_CODEC_SWAPPED && (quirks & PFSYNC_QUIRK_SWAPPED) != 0)
		*member = EXTRACT_LE_U_4(p);
	else
		*member = EXTRACT_BE_U_4(p);
}

static inline void
message_load_S32(int32_t *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	uint32_t value = EXTRACT_BE_U_4(p);

	(void)width, (void)codec, (void)quirks;
	memcpy(member, &value, sizeof(*member));
}

static inline void
message_load_U64(uint64_t *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	*member = width == 4 ? EXTRACT_BE_U_4(p) : EXTRACT_BE_U_8(p);
	/* OB 11.6: the low half came first, then zeros. */
	if (codec == PFSYNC_CODEC_RPL && (quirks & PFSYNC_QUIRK_RPL_SHIFT) != 0)
		*member >>= 32;
}

static inline void
message_load_ADDR(
    struct pfsync_addr *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	(void)width, (void)codec, (void)quirks;
	memcpy(member->b, p, sizeof(member->b));
}

static inline void
message_load_TEXT16(char *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	(void)width, (void)codec, (void)quirks;
	memcpy(member, p, PFSYNC_IFNAMSIZ);
}

static inline void
message_load_TEXT64(char *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	(void)width, (void)codec, (void)quirks;
	memcpy(member, p, PFSYNC_TAGSIZ);
}

static inline void
message_load_SOCKADDR28(
    uint8_t *member, const uint8_t *p, unsigned width, int codec, unsigned quirks)
{
	memcpy(member, p, width);
	/* OB 7.3: only the IPv4 address word was swapped, at 4 .. 7. */
	if (codec == PFSYNC_CODEC_SWAPPED && (quirks & PFSYNC_QUIRK_SWAPPED) != 0 && p[1] == 2) {
		member[4] = p[7];
		member[5] = p[6];
		member[6] = p[5];
		member[7] = p[4];
	}
}

/* load_field_<FIELD>(): the loader of the field's kind on the field's member. */
#define message_ADDRESS_U8(member) &(member)

#define message_ADDRESS_U16(member) &(member)

#define message_ADDRESS_U32(member) &(member)

#define message_ADDRESS_U64(member) &(member)

#define message_ADDRESS_S32(member) &(member)

#define message_ADDRESS_ADDR(member) &(member)

#define message_ADDRESS_TEXT16(member) (member)

#define message_ADDRESS_TEXT64(member) (member)

#define message_ADDRESS_SOCKADDR28(member) (member)

#define PFSYNC_FIELD(ID, member, KIND, name, unit, text)                                           \
	static inline void message_load_field_##ID(struct pfsync_message *m, const uint8_t *p,     \
	    unsigned width, int codec, unsigned quirks)                                            \
	{                                                                                          \
		message_load_##KIND(message_ADDRESS_##KIND(m->member), p, width, codec, quirks);   \
	}
PFSYNC_FIELDS
#undef PFSYNC_FIELD

#define R(FIELD, offset, width, CODEC)                                                             \
	message_load_field_##FIELD(m, p + (offset), (width), PFSYNC_CODEC_##CODEC, quirks);

#define X(name, kind, size, text)                                                                  \
	static void decode_##name(struct pfsync_message *m, const uint8_t *p, unsigned quirks)     \
	{                                                                                          \
		(void)quirks;                                                                      \
		ROWS_##name(R)                                                                     \
	}
LAYOUTS(X)
#undef X

#undef R

typedef void decode_fn(struct pfsync_message *, const uint8_t *, unsigned);

static decode_fn *const decoders[LAYOUT_COUNT] = {
#define X(name, kind, size, text) [LAYOUT_##name] = decode_##name,
    LAYOUTS(X)
#undef X
};

#define BIT_IN(FIELD, word)                                                                        \
	((unsigned)PFSYNC_F_##FIELD / 64 == (word)                                                 \
		? UINT64_C(1) << ((unsigned)PFSYNC_F_##FIELD % 64)                                 \
		: UINT64_C(0))

#define SCRUB_BITS(WHO, word)                                                                      \
	(BIT_IN(WHO##_SCRUB_FLAGS, word) | BIT_IN(WHO##_SCRUB_TTL, word) |                         \
	    BIT_IN(WHO##_TS_MOD, word))

static const struct pfsync_fields *
absent_fields(const struct pfsync_dialect *dialect, const struct pfsync_layout *layout,
    enum pfsync_action action)
{
	if (layout->record != PFSYNC_REC_NONE)
		return &dialect->absent_state;
	if (action == PFSYNC_ACT_UPD_C)
		return &dialect->absent_upd_c;
	return &dialect->absent_other;
}

/* The fields of the layout that end within `avail` bytes. */
static struct pfsync_fields
fields_within(const struct pfsync_layout *layout, size_t avail)
{
	struct pfsync_fields fields = layout->fields;

	for (size_t i = 0; i < layout->row_count; i++) {
		const struct pfsync_row *row = &layout->rows[i];
		if ((size_t)row->offset + row->width > avail)
			fields.bits[row->field / 64] &= ~(UINT64_C(1) << (row->field % 64));
	}
	return fields;
}

/* What the layout has, but the message has not, becomes zero as if it were not there. */
static void
clear_absent(struct pfsync_message *message, const struct pfsync_layout *layout)
{
	for (size_t word = 0; word < sizeof(message->has.bits) / sizeof(message->has.bits[0]);
	     word++) {
		uint64_t left = layout->fields.bits[word] & ~message->has.bits[word];

		for (int field = (int)(64 * word); left != 0; field++, left >>= 1) {
			const struct pfsync_field_info *info;

			/* Few are set, and this is done for nearly every message. */
			for (; (left & 0xff) == 0; field += 8)
				left >>= 8;
			if ((left & 1) == 0)
				continue;
			info = pfsync_field_info(field);
			memset((char *)message + info->member_offset, 0, info->size_bytes);
		}
	}
}

static void
clear_scrub(struct pfsync_peer *peer)
{
	peer->scrub_flags = 0;
	peer->scrub_ttl = 0;
	peer->ts_mod = 0;
}

/*
 * All of it becomes zero.  A size that the compiler does not know makes this a call of
 * memset(), which is faster than what it would put in its place.
 */
static void
clear(struct pfsync_message *message)
{
	static const volatile size_t size = sizeof(*message);

	memset(message, 0, size);
}

static int
pfsync_message_decode(const struct pfsync_record *record, struct pfsync_message *message)
{
	const struct pfsync_layout *layout = record->layout;
	const struct pfsync_dialect *dialect = record->frame->dialect;
	decode_fn *decode;
	struct pfsync_fields fields;
	const struct pfsync_fields *absent;

	/* No member keeps what was in the caller's memory. */
	clear(message);
	message->action = record->action;
	message->action_number = record->action_number;
	message->cut_of = record->cut_of;
	if (layout == NULL) {
		message->record = PFSYNC_REC_NONE;
		return PFSYNC_END;
	}
	message->record = layout->record;
	decode = decoders[layout - pfsync_layouts];
	if (record->avail >= layout->size_bytes) {
		fields = layout->fields;
		decode(message, record->bytes, dialect->quirks);
	} else {
		uint8_t padded[PFSYNC_RECORD_MAX] = {0};
		if (record->avail > 0)
			memcpy(padded, record->bytes, record->avail);
		fields = fields_within(layout, record->avail);
		decode(message, padded, dialect->quirks);
	}
	absent = absent_fields(dialect, layout, record->action);
	fields.bits[0] &= ~absent->bits[0];
	fields.bits[1] &= ~absent->bits[1];

	message->has = fields;
	if (((layout->fields.bits[0] & ~fields.bits[0]) |
		(layout->fields.bits[1] & ~fields.bits[1])) != 0)
		clear_absent(message, layout);

	/* OB 4.4: without the marker the other three scrub fields mean nothing. */
	if ((fields.bits[0] & SCRUB_BITS(SRC, 0)) != 0 ||
	    (fields.bits[1] & SCRUB_BITS(SRC, 1)) != 0) {
		if (!pfsync_has(message, PFSYNC_F_SRC_SCRUB_VALID) ||
		    (message->u.state.src.scrub_valid & PFSYNC_SCRUB_FLAG_VALID) == 0) {
			message->has.bits[0] &= ~SCRUB_BITS(SRC, 0);
			message->has.bits[1] &= ~SCRUB_BITS(SRC, 1);
			clear_scrub(&message->u.state.src);
		}
	}
	if ((fields.bits[0] & SCRUB_BITS(DST, 0)) != 0 ||
	    (fields.bits[1] & SCRUB_BITS(DST, 1)) != 0) {
		if (!pfsync_has(message, PFSYNC_F_DST_SCRUB_VALID) ||
		    (message->u.state.dst.scrub_valid & PFSYNC_SCRUB_FLAG_VALID) == 0) {
			message->has.bits[0] &= ~SCRUB_BITS(DST, 0);
			message->has.bits[1] &= ~SCRUB_BITS(DST, 1);
			clear_scrub(&message->u.state.dst);
		}
	}
	return PFSYNC_OK;
}

#define HEADER_FIELDS(F)                                                                           \
	F(VERSION, pfsync_header, version, U8, "version", "Version, first byte of every packet")   \
	F(AF, pfsync_header, af, U8, "header.af", "Address family, always 0")                      \
	F(ACTION, pfsync_header, action, U8, "action_number",                                      \
	    "Action of all records of the packet")                                                 \
	F(COUNT, pfsync_header, count, U8, "count",                                                \
	    "Number of records; 0 in CLR and BUS, which have one")                                 \
	F(LEN, pfsync_header, len, U16, "len", "Bytes from the start of this header to the end")   \
	F(CKSUM, pfsync_header, cksum, BYTES16, "pfcksum",                                         \
	    "MD5 of the sender's ruleset, not of the packet")                                      \
	F(SECTION_ACTION, pfsync_section, action_number, U8, "action_number",                      \
	    "Action of all records of the section")                                                \
	F(SECTION_LENGTH, pfsync_section, length_words, U8, "message_length",                      \
	    "Length of a record in words of 4 bytes")                                              \
	F(SECTION_COUNT, pfsync_section, count_wire, U16, "count",                                 \
	    "Number of records in the section")

/* OB 5.1, 6, 7.1; FB 5.1: version 1 and 2. */
#define ROWS_header4(R)                                                                            \
	R(VERSION, 0, 1, BE)                                                                       \
	R(AF, 1, 1, BE)                                                                            \
	R(ACTION, 2, 1, BE)                                                                        \
	R(COUNT, 3, 1, BE)

/* OB 8.1, 9; FB 6.1: version 3 and 4. */
#define ROWS_header20(R) ROWS_header4(R) R(CKSUM, 4, 16, BE)

/* OB 10.1, 11.1; FB 8.1: version 5 and 6. */
#define ROWS_header20_len(R)                                                                       \
	R(VERSION, 0, 1, BE)                                                                       \
	R(LEN, 2, 2, BE)                                                                           \
	R(CKSUM, 4, 16, BE)

/* OB 10.2, FB 8.2.  Byte 1 is padding until the first version 6 (OB 11.2). */
#define ROWS_subheader4(R)                                                                         \
	R(SECTION_ACTION, 0, 1, BE)                                                                \
	R(SECTION_COUNT, 2, 2, BE)

/* OB 11.2. */
#define ROWS_subheader4_length(R)                                                                  \
	R(SECTION_ACTION, 0, 1, BE)                                                                \
	R(SECTION_LENGTH, 1, 1, BE)                                                                \
	R(SECTION_COUNT, 2, 2, BE)

/* ------------------------------------------------------------------------
 * From the wire
 */
static inline void
headers_load_U8(uint8_t *member, const uint8_t *p)
{
	*member = *p;
}

static inline void
headers_load_U16(uint16_t *member, const uint8_t *p)
{
	*member = EXTRACT_BE_U_2(p);
}

static inline void
headers_load_BYTES16(uint8_t *member, const uint8_t *p)
{
	memcpy(member, p, 16);
}

#define headers_ADDRESS_U8(member) &(member)

#define headers_ADDRESS_U16(member) &(member)

#define headers_ADDRESS_BYTES16(member) (member)

#define F(ID, owner, member, KIND, name, text)                                                     \
	static inline void headers_load_field_##ID(struct owner *into, const uint8_t *p)           \
	{                                                                                          \
		headers_load_##KIND(headers_ADDRESS_##KIND(into->member), p);                      \
	}
HEADER_FIELDS(F)
#undef F

#define R(FIELD, offset, width, CODEC) headers_load_field_##FIELD(into, p + (offset));

static void
headers_load(struct pfsync_header *into, const struct pfsync_dialect *dialect, const uint8_t *p)
{
	if (dialect->version >= 5) {
		ROWS_header20_len(R)
	} else if (dialect->header_bytes >= 20) {
		ROWS_header20(R)
	} else {
		ROWS_header4(R)
	}
}

static void
headers_load_section(
    struct pfsync_section *into, const struct pfsync_dialect *dialect, const uint8_t *p)
{
	if ((dialect->quirks & PFSYNC_QUIRK_LENGTH) != 0) {
		ROWS_subheader4_length(R)
	} else {
		ROWS_subheader4(R)
	}
}

#undef R

#define R(FIELD, offset, width, CODEC) {PFSYNC_H_##FIELD, (offset), (width), PFSYNC_CODEC_##CODEC},

#undef R

#define R(FIELD, offset, width, CODEC) | UINT64_C(1) << PFSYNC_H_##FIELD

/* What the next step does: pfsync_reader.state. */
enum {
	READ_SECTION,         /* look for a section */
	READ_SECTION_PROBLEM, /* tell what is wrong with the one that was given */
	READ_BARE,            /* give its message, which has no record */
	READ_FIRST,           /* give its first record */
	READ_NEXT,            /* give another one */
	READ_RECORD_PROBLEM,  /* tell what cut the record that was given */
	READ_NOTHING          /* the frame has come to its end */
};

static void
pfsync_reader_begin(struct pfsync_reader *reader, struct pfsync_frame *frame)
{
	*reader = (struct pfsync_reader){.frame = frame, .state = READ_SECTION};
}

/* Are the records of a section readable although something was said of it? */
static bool
has_records(const struct pfsync_section *section, int status)
{
	return status == PFSYNC_OK || (status == PFSYNC_BADLEN && section->stride_bytes > 0);
}

static enum pfsync_step
next_section(struct pfsync_reader *reader)
{
	int status = pfsync_section_next(reader->frame, &reader->section);

	reader->in_section = false;
	if (status == PFSYNC_END) {
		reader->state = READ_NOTHING;
		return PFSYNC_STEP_END;
	}
	if (!has_records(&reader->section, status) && status != PFSYNC_BADACT)
		return PFSYNC_STEP_PROBLEM;
	reader->in_section = true;
	reader->status = status;
	if (status != PFSYNC_OK)
		reader->state = READ_SECTION_PROBLEM;
	else
		reader->state = reader->section.layout != NULL ? READ_FIRST : READ_BARE;
	return PFSYNC_STEP_SECTION;
}

/* What was found of the section itself; unknown actions end with it. */
static enum pfsync_step
section_problem(struct pfsync_reader *reader)
{
	if (!has_records(&reader->section, reader->status))
		reader->state = READ_SECTION;
	else
		reader->state = reader->section.layout != NULL ? READ_FIRST : READ_BARE;
	return PFSYNC_STEP_PROBLEM;
}

/* A record that was cut comes first, as far as it is there, then what cut it. */
static enum pfsync_step
give_record(struct pfsync_reader *reader, int status)
{
	if (status == PFSYNC_END) {
		reader->state = READ_SECTION;
		return next_section(reader);
	}
	if (status == PFSYNC_OK) {
		reader->state = READ_NEXT;
		return PFSYNC_STEP_RECORD;
	}
	if (reader->record.avail == 0) {
		reader->state = READ_SECTION;
		return PFSYNC_STEP_PROBLEM;
	}
	reader->state = READ_RECORD_PROBLEM;
	return PFSYNC_STEP_RECORD;
}

static enum pfsync_step
pfsync_next(struct pfsync_reader *reader)
{
	switch (reader->state) {
	case READ_NEXT:
		return give_record(
		    reader, pfsync_record_next(reader->frame, &reader->section, &reader->record));
	case READ_FIRST:
		return give_record(
		    reader, pfsync_record_first(reader->frame, &reader->section, &reader->record));
	case READ_SECTION:
		return next_section(reader);
	case READ_SECTION_PROBLEM:
		return section_problem(reader);
	case READ_RECORD_PROBLEM:
		/* Nothing follows a record that was cut. */
		reader->state = READ_SECTION;
		return PFSYNC_STEP_PROBLEM;
	case READ_BARE:
		reader->state = READ_SECTION;
		return PFSYNC_STEP_BARE;
	default:
		return PFSYNC_STEP_END;
	}
}

static bool
all_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] != 0)
			return false;
	}
	return true;
}

static const struct pfsync_row *
find_row(const struct pfsync_layout *layout, unsigned field)
{
	for (size_t i = layout->row_count; i-- > 0;) {
		if (layout->rows[i].field == field)
			return &layout->rows[i];
	}
	return NULL;
}

/* The byte of a one-byte field, or `missing`. */
static unsigned
byte_of(const struct pfsync_layout *layout, const uint8_t *record, unsigned field, unsigned missing)
{
	const struct pfsync_row *row = find_row(layout, field);

	return row != NULL ? record[row->offset] : missing;
}

/* An AF number that this dialect's systems do not use (FB 3.4). */
static bool
foreign_af(const struct pfsync_dialect *dialect, unsigned af)
{
	return af != 2 && af != dialect->af_inet6;
}

static bool
absent_in(const struct pfsync_fields *absent, unsigned field)
{
	return (absent->bits[field / 64] >> (field % 64)) & 1;
}

/* OB 2: what every state record of every kernel has. */
static bool
implausible_state(const struct pfsync_dialect *dialect, const struct pfsync_layout *layout,
    enum pfsync_action action, const uint8_t *record)
{
	unsigned direction = byte_of(layout, record, PFSYNC_F_DIRECTION, 1);

	if (foreign_af(dialect, byte_of(layout, record, PFSYNC_F_AF, 2)))
		return true;
	if (byte_of(layout, record, PFSYNC_F_SRC_STATE, 0) > PFSYNC_TCPS_PROXY_DST ||
	    byte_of(layout, record, PFSYNC_F_DST_STATE, 0) > PFSYNC_TCPS_PROXY_DST)
		return true;
	if ((dialect->quirks & PFSYNC_QUIRK_DIR01) != 0 ? direction > 1
	    : dialect->version == 1                     ? direction < 1 || direction > 2
							: direction > 2)
		return true;
	return action != PFSYNC_ACT_DEL &&
	       byte_of(layout, record, PFSYNC_F_TIMEOUT, 0) >= dialect->timeout_max;
}

/*
 * v1 raw: the record was cleared before a few members were copied (OB 5.2), so
 * whatever no row covers is zero.  This tells the eighteen layouts apart.
 */
static bool
gaps_not_zero(const struct pfsync_layout *layout, const uint8_t *record)
{
	uint8_t covered[PFSYNC_RECORD_MAX] = {0};

	for (size_t i = 0; i < layout->row_count; i++) {
		const struct pfsync_row *row = &layout->rows[i];
		for (size_t k = 0; k < row->width; k++)
			covered[row->offset + k] = 1;
	}
	for (size_t i = 0; i < layout->size_bytes; i++) {
		if (!covered[i] && record[i] != 0)
			return true;
	}
	return false;
}

/* v1 .. v3: the six bytes behind each port are zero (OB 2, 4.2). */
static bool
host_padding_set(const struct pfsync_layout *layout, const uint8_t *record)
{
	static const unsigned ports[] = {PFSYNC_F_LAN_PORT, PFSYNC_F_GWY_PORT, PFSYNC_F_EXT_PORT};

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		const struct pfsync_row *row = find_row(layout, ports[i]);
		if (row != NULL && !all_zero(record + row->offset + 2, 6))
			return true;
	}
	return false;
}

/* 3c: two keys of 36 bytes; hosts read as keys have zeros in their ports. */
static bool
keys_look_like_hosts(const uint8_t *record)
{
	return all_zero(record + 42, 6) && all_zero(record + 66, 6) && all_zero(record + 90, 6);
}

/* OB 4.3, 11.3: what tells the 264-byte layouts apart. */
static bool
contradicts_264(
    const struct pfsync_dialect *dialect, const struct pfsync_layout *layout, const uint8_t *record)
{
	const bool sends_key_af = find_row(layout, PFSYNC_F_WIRE_AF) != NULL &&
				  !absent_in(&dialect->absent_state, PFSYNC_F_WIRE_AF);

	if (sends_key_af == (record[24 + 38] == 0))
		return true;
	if (find_row(layout, PFSYNC_F_SET_PRIO0) == NULL && !all_zero(record + 262, 2))
		return true;
	if (find_row(layout, PFSYNC_F_RT) != NULL)
		/* Also the flags of 6e and 6f stand here; a route has an address. */
		return record[254] > 3 || (record[254] != 0 && all_zero(record + 168, 16));
	/* 6e, 6f: low byte in both places; 6g .. 6i: nothing at 254. */
	if (layout->row_count > 0 && find_row(layout, PFSYNC_F_STATE_FLAGS)->width == 2) {
		bool copied = false;
		for (size_t i = 0; i < layout->row_count; i++)
			copied |= layout->rows[i].offset == 254;
		return copied ? record[254] != record[261] : record[254] != 0;
	}
	return !all_zero(record + 260, 2); /* 5c .. 6d: padding */
}

static bool
has_scrub(const struct pfsync_layout *layout, const uint8_t *record)
{
	return byte_of(layout, record, PFSYNC_F_SRC_SCRUB_VALID, 0) != 0 ||
	       byte_of(layout, record, PFSYNC_F_DST_SCRUB_VALID, 0) != 0;
}

/*
 * A class that is filled is one of the protocol's (OB 14.4).  Where it is not
 * (before 2004-01-22) every class reads 0, a class of TCP.
 */
static bool
class_never_filled(const struct pfsync_layout *layout, const uint8_t *record)
{
	enum { ICMP = 1, TCP = 6, UDP = 17, UDP_FIRST = 6 };
	unsigned proto = byte_of(layout, record, PFSYNC_F_PROTO, TCP);

	return (proto == ICMP || proto == UDP) &&
	       byte_of(layout, record, PFSYNC_F_TIMEOUT, UDP_FIRST) < UDP_FIRST;
}

static bool
contradicts_state(const struct pfsync_dialect *dialect, const struct pfsync_layout *layout,
    enum pfsync_action action, const uint8_t *record)
{
	const struct pfsync_fields *absent = &dialect->absent_state;
	unsigned flags;

	if (implausible_state(dialect, layout, action, record))
		return true;
	switch (layout->record) {
	case PFSYNC_REC_V1RAW:
		return gaps_not_zero(layout, record);
	case PFSYNC_REC_V1:
	case PFSYNC_REC_V2:
	case PFSYNC_REC_V3:
		if (host_padding_set(layout, record))
			return true;
		if (absent_in(absent, PFSYNC_F_TIMEOUT) &&
		    byte_of(layout, record, PFSYNC_F_TIMEOUT, 0) != 0)
			return true;
		if (!absent_in(absent, PFSYNC_F_TIMEOUT) && class_never_filled(layout, record))
			return true;
		if ((dialect->quirks & PFSYNC_QUIRK_NO_SCRUB) != 0 && has_scrub(layout, record))
			return true;
		flags = byte_of(layout, record, PFSYNC_F_ALLOW_OPTS, 0);
		return flags > 1;
	case PFSYNC_REC_V4:
		return dialect->version == 3 && keys_look_like_hosts(record);
	case PFSYNC_REC_V6:
		return contradicts_264(dialect, layout, record);
	case PFSYNC_REC_1500:
		return foreign_af(dialect, byte_of(layout, record, PFSYNC_F_WIRE_AF, 2)) ||
		       foreign_af(dialect, byte_of(layout, record, PFSYNC_F_STACK_AF, 2));
	default:
		return false;
	}
}

/* OB 10.3: from 6d on UPD_C is cleared before it is filled. */
static bool
upd_c_padding_set(const struct pfsync_dialect *dialect, const uint8_t *record)
{
	enum { SRC_PADDING = 8 + 26, DST_PADDING = 40 + 26, TAIL = 81 };

	if (dialect->version < 6 || absent_in(&dialect->absent_upd_c, PFSYNC_F_SRC_SCRUB_VALID))
		return false;
	return !all_zero(record + SRC_PADDING, 6) || !all_zero(record + DST_PADDING, 6) ||
	       !all_zero(record + TAIL, 3);
}

/* OB 11.6: 5.2's counter fills the first half only, all others fill the second
 * long before the first. */
static bool
contradicts_rpl(
    const struct pfsync_dialect *dialect, const struct pfsync_row *row, const uint8_t *record)
{
	const uint8_t *rpl = record + row->offset;

	if (row->width != 8)
		return false;
	if ((dialect->quirks & PFSYNC_QUIRK_RPL_SHIFT) != 0)
		return !all_zero(rpl + 4, 4);
	return all_zero(rpl + 4, 4) && !all_zero(rpl, 4);
}

static bool
contradicts_record(const struct pfsync_dialect *dialect, const struct pfsync_layout *layout,
    enum pfsync_action action, const uint8_t *record)
{
	if (layout->record != PFSYNC_REC_NONE)
		return contradicts_state(dialect, layout, action, record);
	switch (action) {
	case PFSYNC_ACT_UPD_C:
		if ((dialect->quirks & PFSYNC_QUIRK_NO_SCRUB) != 0 && has_scrub(layout, record))
			return true;
		if (absent_in(&dialect->absent_upd_c, PFSYNC_F_EXPIRE) && !all_zero(record + 76, 4))
			return true;
		if (upd_c_padding_set(dialect, record))
			return true;
		if (byte_of(layout, record, PFSYNC_F_SRC_STATE, 0) > PFSYNC_TCPS_PROXY_DST ||
		    byte_of(layout, record, PFSYNC_F_DST_STATE, 0) > PFSYNC_TCPS_PROXY_DST)
			return true;
		/* OB 19 no. 6: updates at 80 leaves 81 .. 87 as padding. */
		if (find_row(layout, PFSYNC_F_TIMEOUT) == NULL)
			return !all_zero(record + 81, 1);
		return byte_of(layout, record, PFSYNC_F_TIMEOUT, 0) >= dialect->timeout_max;
	case PFSYNC_ACT_BUS:
		return absent_in(&dialect->absent_other, PFSYNC_F_BUS_ENDTIME) &&
		       !all_zero(record + 4, 4);
	case PFSYNC_ACT_TDB:
		return contradicts_rpl(dialect, find_row(layout, PFSYNC_F_TDB_RPL), record);
	default:
		return false;
	}
}

/* Ruleset checksum: nothing but zeros since 7.4, never zeros before (OB 11.1). */
static bool
evidence_against_cksum(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	if (dialect->version < 6 || in->caplen < 20)
		return false;
	return ((dialect->quirks & PFSYNC_QUIRK_CKSUM_ZERO) != 0) != all_zero(in->bytes + 4, 16);
}

/* Any of `count` records from `at` on, as far as they are there. */
static bool
contradicts_any(const struct pfsync_dialect *dialect, const struct pfsync_action_row *row,
    const struct detect_input *in, size_t at, size_t end, size_t count, size_t stride)
{
	const struct pfsync_layout *layout = dialect->layouts[row->slot];

	for (; count > 0 && stride > 0 && at <= end && layout->size_bytes <= end - at; count--) {
		if (contradicts_record(
			dialect, layout, (enum pfsync_action)row->action, in->bytes + at))
			return true;
		at += stride;
	}
	return false;
}

static bool
evidence_in_plain(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	const struct pfsync_action_row *row = &dialect->actions[in->bytes[2]];
	const struct pfsync_layout *layout = dialect->layouts[row->slot];
	size_t count = in->bytes[3] > 0 ? in->bytes[3] : 1; /* OB 19 no. 5 */

	return layout != NULL && contradicts_any(dialect, row, in, dialect->header_bytes,
				     in->caplen, count, layout->size_bytes);
}

static bool
evidence_in_sections(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	size_t end = EXTRACT_BE_U_2(in->bytes + 2);

	if (end > in->caplen)
		end = in->caplen;
	for (size_t at = 20; at + 4 <= end;) {
		const struct pfsync_action_row *row;
		const struct pfsync_layout *layout;
		size_t stride, count = EXTRACT_BE_U_2(in->bytes + at + 2);
		if (in->bytes[at] >= dialect->action_max)
			return true;
		row = &dialect->actions[in->bytes[at]];
		layout = dialect->layouts[row->slot];
		if (layout == NULL || row->slot == PFSYNC_SLOT_RETIRED)
			return layout != NULL; /* EOF or reserved: the walk ends */
		stride = layout->size_bytes;
		if ((dialect->quirks & PFSYNC_QUIRK_LENGTH) != 0)
			stride = (size_t)in->bytes[at + 1] * 4;
		at += 4;
		if (contradicts_any(dialect, row, in, at, end, count, stride))
			return true;
		at += count * stride;
	}
	return false;
}

static bool
evidence_against(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	if (evidence_against_cksum(dialect, in))
		return true;
	return dialect->version < 5 ? evidence_in_plain(dialect, in)
				    : evidence_in_sections(dialect, in);
}

/*
 * A sender's candidates are narrowed by each of its first frames and by one in
 * RECHECK_FRAMES later; in between a frame only has to fit what was chosen.
 */
#define NARROW_FRAMES 64

#define RECHECK_FRAMES 1024

/* ------------------------------------------------------------------------
 * Does the frame end where it should?
 */
static size_t
plain_body_bytes(const struct pfsync_dialect *dialect, unsigned action, unsigned count)
{
	const struct pfsync_action_row *row = &dialect->actions[action];
	const struct pfsync_layout *layout = dialect->layouts[row->slot];

	if (layout == NULL)
		return 0;
	if (count == 0 && (row->action == PFSYNC_ACT_CLR || row->action == PFSYNC_ACT_BUS))
		count = 1; /* OB 19 no. 5 */
	return (size_t)count * layout->size_bytes;
}

/* v1 .. v4: one action, `count` records, no length. */
static bool
plain_fits(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	size_t body;

	if (in->caplen < 4 || in->wirelen < dialect->header_bytes)
		return false;
	if (in->bytes[2] >= dialect->action_max)
		return false;
	body = plain_body_bytes(dialect, in->bytes[2], in->bytes[3]);
	if ((dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) != 0)
		/* OB 5.3: the buffer's length, and only INS and DEL were sent. */
		return dialect->header_bytes + body <= in->wirelen &&
		       (in->bytes[2] == 1 || in->bytes[2] == 3) && in->bytes[3] > 0;
	return dialect->header_bytes + body == in->wirelen;
}

/*
 * v5 and v6: walk the subheaders.  A v5 frame must have its EOF where the
 * packet ends, or a frame of 240-byte records also fits 242-byte ones
 * (confirmed on OpenBSD of 2009).  A snapped capture is judged by what is
 * there.
 */
static bool
sections_fit(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	const bool wants_eof = (dialect->quirks & PFSYNC_QUIRK_EOF) != 0;
	size_t end, at = 20;

	if (in->caplen < 4)
		return false;
	end = EXTRACT_BE_U_2(in->bytes + 2);
	if (end < 20 || end > in->wirelen)
		return false;
	while (at < end) {
		const struct pfsync_action_row *row;
		const struct pfsync_layout *layout;
		size_t stride, count;
		unsigned length;

		if (end - at < 4)
			return false;
		if (at + 4 > in->caplen)
			return true; /* snapped: no objection so far */
		length = in->bytes[at + 1];
		count = EXTRACT_BE_U_2(in->bytes + at + 2);
		if (in->bytes[at] >= dialect->action_max)
			return false;
		row = &dialect->actions[in->bytes[at]];
		layout = dialect->layouts[row->slot];
		if ((dialect->quirks & PFSYNC_QUIRK_LENGTH) == 0 && length != 0)
			return false; /* padding there (OB 19 no. 11) */
		if (row->slot == PFSYNC_SLOT_EOF) {
			size_t trailer = (dialect->quirks & PFSYNC_QUIRK_EOF_HMAC) != 0 ? 20 : 0;
			return wants_eof && at + 4 + trailer == end;
		}
		stride = layout != NULL ? layout->size_bytes : 0;
		if ((dialect->quirks & PFSYNC_QUIRK_LENGTH) != 0) {
			/* Longer is allowed (OB 11.2), shorter and zero are not. */
			if ((size_t)length * 4 < stride || length == 0)
				return false;
			stride = (size_t)length * 4;
		}
		if (stride == 0 || count == 0 || count * stride > end - at - 4)
			return false;
		at += 4 + count * stride;
	}
	return !wants_eof;
}

static bool
fits(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	return dialect->version >= 5 ? sections_fit(dialect, in) : plain_fits(dialect, in);
}

/* ------------------------------------------------------------------------
 * Do two dialects read the frame alike?
 */
static bool
same_fields(const struct pfsync_fields *a, const struct pfsync_fields *b)
{
	return a->bits[0] == b->bits[0] && a->bits[1] == b->bits[1];
}

static bool
same_slot(const struct pfsync_dialect *a, const struct pfsync_dialect *b, unsigned number)
{
	const unsigned reading = PFSYNC_QUIRK_SWAPPED | PFSYNC_QUIRK_DIR01 | PFSYNC_QUIRK_RPL_SHIFT;
	const struct pfsync_action_row *x = &a->actions[number], *y = &b->actions[number];
	const struct pfsync_layout *layout = a->layouts[x->slot];
	bool codec = false;

	if (x->action != y->action || layout != b->layouts[y->slot])
		return false;
	if (layout == NULL)
		return true;
	for (size_t i = 0; i < layout->row_count; i++)
		codec |= layout->rows[i].codec != PFSYNC_CODEC_BE;
	if (codec && ((a->quirks ^ b->quirks) & reading) != 0)
		return false;
	if (layout->record != PFSYNC_REC_NONE)
		return same_fields(&a->absent_state, &b->absent_state);
	if (x->action == PFSYNC_ACT_UPD_C)
		return same_fields(&a->absent_upd_c, &b->absent_upd_c);
	if (x->action == PFSYNC_ACT_BUS || x->action == PFSYNC_ACT_DEL_C)
		return same_fields(&a->absent_other, &b->absent_other);
	return true;
}

static bool
read_alike(
    const struct pfsync_dialect *a, const struct pfsync_dialect *b, const struct detect_input *in)
{
	size_t at, end;

	if (a->version < 5)
		return in->caplen < 4 || in->bytes[2] >= PFSYNC_ACTION_NUMBERS ||
		       same_slot(a, b, in->bytes[2]);
	if (in->caplen < 4)
		return true;
	end = EXTRACT_BE_U_2(in->bytes + 2);
	if (end > in->caplen)
		end = in->caplen;
	for (at = 20; at + 4 <= end;) {
		const struct pfsync_layout *layout;
		size_t stride = (size_t)in->bytes[at + 1] * 4;
		if (in->bytes[at] >= PFSYNC_ACTION_NUMBERS)
			return false;
		if (!same_slot(a, b, in->bytes[at]))
			return false;
		layout = a->layouts[a->actions[in->bytes[at]].slot];
		if (layout == NULL)
			return true;
		if ((a->quirks & PFSYNC_QUIRK_LENGTH) == 0)
			stride = layout->size_bytes;
		at += 4 + stride * EXTRACT_BE_U_2(in->bytes + at + 2);
	}
	return true;
}

/* ------------------------------------------------------------------------ */
static void
set_add(struct pfsync_dialect_set *set, size_t index)
{
	set->bits[index / 64] |= UINT64_C(1) << (index % 64);
}

static bool
set_empty(const struct pfsync_dialect_set *set)
{
	return (set->bits[0] | set->bits[1]) == 0;
}

/* All of `version` that fit and are not contradicted; failing that, that fit. */
static struct pfsync_dialect_set
candidates_among(const struct detect_input *in, bool with_raw)
{
	struct pfsync_dialect_set fit = {{0, 0}}, good = {{0, 0}};

	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		if (dialect->version != in->bytes[0] || !fits(dialect, in))
			continue;
		if (!with_raw && (dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) != 0)
			continue;
		set_add(&fit, i);
		if (!evidence_against(dialect, in))
			set_add(&good, i);
	}
	return set_empty(&good) ? fit : good;
}

/* Raw v1 was seen on pfsync0 only, never on a network (OB 5). */
static struct pfsync_dialect_set
candidates_of(const struct detect_input *in, const struct pfsync_hint *hint)
{
	struct pfsync_dialect_set set = candidates_among(in, hint == NULL || hint->tap);

	return set_empty(&set) ? candidates_among(in, true) : set;
}

static struct pfsync_dialect_set
all_of_version(unsigned version)
{
	struct pfsync_dialect_set all = {{0, 0}};

	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		if (pfsync_dialect_at(i)->version == version)
			set_add(&all, i);
	}
	return all;
}

/*
 * How likely such a sender is met.  A raw v1 packet of just the length that a
 * layout has at the default MTU is nearly proof of it, also where the capture
 * cut the record that would tell more (OB 2, 5.3).
 */
static unsigned
rank_of(const struct pfsync_dialect *dialect, const struct detect_input *in)
{
	const size_t size = (dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) != 0
				? dialect->layouts[PFSYNC_SLOT_STATE]->size_bytes
				: 0;

	if (size == 0 || in->wirelen != wire_raw_buffer_bytes(size))
		return dialect->rank;
	return dialect->rank + UINT8_MAX;
}

static const struct pfsync_dialect *
highest_rank(const struct pfsync_dialect_set *set, const struct detect_input *in)
{
	const struct pfsync_dialect *best = NULL;

	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		if (pfsync_set_has(set, i) &&
		    (best == NULL || rank_of(dialect, in) > rank_of(best, in)))
			best = dialect;
	}
	return best;
}

/* Two rows of the census that write the same bytes (6k and 6l). */
static bool
same_wire(const struct pfsync_dialect *a, const struct pfsync_dialect *b)
{
	for (size_t slot = 0; slot < PFSYNC_SLOT_COUNT; slot++) {
		if (a->layouts[slot] != b->layouts[slot])
			return false;
	}
	return a->version == b->version && a->actions == b->actions && a->quirks == b->quirks &&
	       a->af_inet6 == b->af_inet6 && a->timeout_max == b->timeout_max &&
	       same_fields(&a->absent_state, &b->absent_state) &&
	       same_fields(&a->absent_upd_c, &b->absent_upd_c) &&
	       same_fields(&a->absent_other, &b->absent_other);
}

/* A guess only if one that is met as often would read the frame differently. */
static enum pfsync_certainty
judge(const struct pfsync_dialect_set *set, const struct pfsync_dialect *chosen,
    const struct detect_input *in)
{
	enum pfsync_certainty certainty = PFSYNC_CERTAIN;

	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *other = pfsync_dialect_at(i);
		if (!pfsync_set_has(set, i) || other == chosen || same_wire(chosen, other))
			continue;
		if (rank_of(other, in) + 1 >= rank_of(chosen, in) && !read_alike(chosen, other, in))
			return PFSYNC_GUESS;
		certainty = PFSYNC_LIKELY;
	}
	return certainty;
}

static void
use(struct detect_result *out, const struct pfsync_dialect *dialect,
    const struct pfsync_dialect_set *set, enum pfsync_certainty certainty)
{
	out->dialect = dialect;
	out->candidates = *set;
	out->certainty = certainty;
}

static void
detect_fresh(const struct detect_input *in, struct pfsync_hint *hint, struct detect_result *out)
{
	struct pfsync_dialect_set set = candidates_of(in, hint);
	const struct pfsync_dialect *chosen;

	if (set_empty(&set)) {
		/* Damaged: the hint is the best guess, and learns nothing. */
		set = all_of_version(in->bytes[0]);
		chosen = hint != NULL && hint->last != NULL && hint->last->version == in->bytes[0]
			     ? hint->last
			     : highest_rank(&set, in);
		use(out, chosen, &set,
		    chosen != NULL && hint != NULL && chosen == hint->last ? hint->certainty
									   : PFSYNC_GUESS);
		return;
	}
	if (hint != NULL && hint->frames > 0) {
		struct pfsync_dialect_set both = {{set.bits[0] & hint->candidates.bits[0],
		    set.bits[1] & hint->candidates.bits[1]}};
		if (set_empty(&both)) {
			hint->changes++; /* upgraded, or two senders behind one address */
			hint->frames = 0;
		} else {
			set = both;
		}
	}
	chosen = highest_rank(&set, in);
	use(out, chosen, &set, judge(&set, chosen, in));
	if (hint != NULL) {
		hint->candidates = set;
		hint->last = chosen;
		hint->certainty = out->certainty;
		hint->frames++;
	}
}

static bool
single(const struct pfsync_dialect_set *set)
{
	uint64_t a = set->bits[0], b = set->bits[1];

	return (a & (a - 1)) == 0 && (b & (b - 1)) == 0 && (a == 0) != (b == 0);
}

static bool
pfsync_detect(const struct detect_input *in, struct pfsync_hint *hint, struct detect_result *out)
{
	out->dialect = NULL;
	if (in->caplen == 0)
		return false;
	if (hint != NULL && hint->forced != NULL) {
		struct pfsync_dialect_set only = {{0, 0}};
		if (hint->forced->version != in->bytes[0])
			return false;
		set_add(&only, pfsync_dialect_index(hint->forced));
		use(out, hint->forced, &only, PFSYNC_CERTAIN);
		return true;
	}
	if (hint != NULL && hint->frames % RECHECK_FRAMES != 0 &&
	    hint->last->version == in->bytes[0] &&
	    (hint->frames >= NARROW_FRAMES || single(&hint->candidates)) && fits(hint->last, in) &&
	    !evidence_against_cksum(hint->last, in)) {
		use(out, hint->last, &hint->candidates, hint->certainty);
		hint->frames += hint->frames < UINT32_MAX;
		return true;
	}
	detect_fresh(in, hint, out);
	return out->dialect != NULL;
}

static bool
pfsync_plausible(const uint8_t *bytes, size_t caplen, size_t wirelen)
{
	struct detect_input in = {bytes, caplen, wirelen > caplen ? wirelen : caplen};

	if (caplen < 4)
		return false;
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		if (dialect->version == bytes[0] && fits(dialect, &in))
			return true;
	}
	return false;
}

static size_t
pfsync_tap_ip_header(const uint8_t *bytes, size_t caplen)
{
	size_t header;

	if (caplen < 20 || bytes[0] >> 4 != 4 || bytes[9] != PFSYNC_IPPROTO)
		return 0;
	header = (size_t)(bytes[0] & 0x0f) * 4;
	return header >= 20 && header <= caplen ? header : 0;
}

/* Bytes in front of the records of a v5 or v6 section (OB 10.2). */
#define SUBHEADER_BYTES 4

static int
problem(struct pfsync_frame *frame, enum pfsync_status status, size_t offset, size_t lost,
    uint32_t found, uint32_t expected, const char *text)
{
	frame->problem = (struct pfsync_problem){
	    .status = status,
	    .offset = offset,
	    .lost_bytes = lost,
	    .text = text,
	    .found = found,
	    .expected = expected,
	};
	return status;
}

static bool
has_subheaders(const struct pfsync_frame *frame)
{
	return frame->dialect->version >= 5;
}

static void
read_header(struct pfsync_frame *frame)
{
	struct pfsync_header *header = &frame->header;
	const struct pfsync_dialect *dialect = frame->dialect;

	header->header_bytes = dialect->header_bytes;
	header->has_len = dialect->version >= 5;
	headers_load(header, dialect, frame->bytes);
	if (dialect->header_bytes >= 20) {
		/* Never written by DragonFly (FB 16 no. 15), nor in the TDB packets
		 * of v3 and v4 (OB 8.1); not there since OpenBSD 7.4 (OB 11.1). */
		header->has_cksum =
		    (dialect->quirks & (PFSYNC_QUIRK_CKSUM_JUNK | PFSYNC_QUIRK_CKSUM_ZERO)) == 0 &&
		    (dialect->version >= 5 || header->action >= PFSYNC_ACTION_NUMBERS ||
			dialect->actions[header->action].action != PFSYNC_ACT_TDB);
	}
}

static int
pfsync_frame_open(struct pfsync_frame *frame, const uint8_t *bytes, size_t caplen, size_t wirelen,
    struct pfsync_hint *hint)
{
	struct detect_result found;
	size_t header_bytes;

	if (wirelen < caplen)
		wirelen = caplen;
	*frame = (struct pfsync_frame){.bytes = bytes,
	    .caplen = caplen,
	    .wirelen = wirelen,
	    .end = wirelen,
	    .done = true,
	    .rest_told = true};
	if (caplen == 0)
		return wirelen == 0 ? problem(frame, PFSYNC_HDROPS, 0, 0, 0, 4,
					  "packet shorter than its header")
				    : problem(frame, PFSYNC_TRUNCATED, 0, wirelen, 0, 4,
					  "nothing of the packet was captured");
	frame->header.version = bytes[0];
	if (!pfsync_detect(&(struct detect_input){bytes, caplen, wirelen}, hint, &found))
		return problem(frame, PFSYNC_BADVER, 0, wirelen, bytes[0],
		    hint != NULL && hint->forced != NULL ? hint->forced->version : 0,
		    hint != NULL && hint->forced != NULL
			? "version is not that of the dialect asked for"
			: "unknown version");
	frame->dialect = found.dialect;
	frame->candidates = found.candidates;
	frame->certainty = found.certainty;

	header_bytes = frame->dialect->header_bytes;
	if (wirelen < header_bytes)
		return problem(frame, PFSYNC_HDROPS, 0, wirelen, (uint32_t)wirelen,
		    (uint32_t)header_bytes, "packet shorter than its header");
	if (caplen < header_bytes)
		return problem(frame, PFSYNC_TRUNCATED, caplen, wirelen, (uint32_t)caplen,
		    (uint32_t)header_bytes, "capture ends inside the header");
	read_header(frame);
	frame->next = header_bytes;
	frame->done = frame->rest_told = false;
	if (!has_subheaders(frame)) {
		frame->next = 0;
		return PFSYNC_OK;
	}
	if (frame->header.len < header_bytes)
		return problem(frame, PFSYNC_BADLEN, 2, 0, frame->header.len,
		    (uint32_t)header_bytes, "length is less than the header; ignored");
	if (frame->header.len > wirelen)
		return problem(frame, PFSYNC_BADLEN, 2, 0, frame->header.len, (uint32_t)wirelen,
		    "length is more than the packet");
	frame->end = frame->header.len;
	return PFSYNC_OK;
}

/* ------------------------------------------------------------------------
 * Sections
 */

/* Bytes behind what was decoded, told once. */
static int
finish(struct pfsync_frame *frame, size_t at)
{
	size_t end = frame->wirelen;

	frame->done = true;
	if (frame->rest_told || at >= end)
		return PFSYNC_END;
	/* Raw v1 sends its whole buffer; the tail is old memory (OB 5.3). */
	if ((frame->dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) != 0)
		return PFSYNC_END;
	frame->rest_told = true;
	return problem(frame, PFSYNC_TRAILING, at, end - at, (uint32_t)(end - at), 0,
	    "bytes after the last message");
}

static void
describe_action(const struct pfsync_frame *frame, struct pfsync_section *section)
{
	const struct pfsync_dialect *dialect = frame->dialect;
	const struct pfsync_action_row *row;

	section->action = PFSYNC_ACT_UNKNOWN;
	section->layout = NULL;
	if (section->action_number >= dialect->action_max ||
	    section->action_number >= PFSYNC_ACTION_NUMBERS)
		return;
	row = &dialect->actions[section->action_number];
	section->action = (enum pfsync_action)row->action;
	section->layout = dialect->layouts[row->slot];
	section->stride_bytes = section->layout != NULL ? section->layout->size_bytes : 0;
}

static enum pfsync_slot
slot_of(const struct pfsync_frame *frame, const struct pfsync_section *section)
{
	if (section->action == PFSYNC_ACT_UNKNOWN)
		return PFSYNC_SLOT_NONE;
	return (enum pfsync_slot)frame->dialect->actions[section->action_number].slot;
}

/* v1 .. v4: the header is the only section. */
static int
plain_section(struct pfsync_frame *frame, struct pfsync_section *section)
{
	const struct pfsync_header *header = &frame->header;
	size_t body = frame->dialect->header_bytes;
	size_t after;

	if (frame->section_index > 0)
		return finish(frame, frame->next);
	frame->section_index = 1;
	section->offset = 0;
	section->body_offset = body;
	section->action_number = header->action;
	section->count_wire = header->count;
	section->count = header->count;
	describe_action(frame, section);
	switch (slot_of(frame, section)) {
	case PFSYNC_SLOT_NONE:
		frame->done = frame->rest_told = true;
		return problem(frame, PFSYNC_BADACT, 2, frame->end - body, header->action, 0,
		    "unknown action");
	case PFSYNC_SLOT_RESERVED:
		frame->done = frame->rest_told = true;
		return problem(frame, PFSYNC_BADACT, 2, frame->end - body, header->action, 0,
		    "reserved action that no release implements");
	default:
		break;
	}
	/* OB 19 no. 5: one message although count is 0.  Raw v1 has no CLR body. */
	if (section->count == 0 && section->layout != NULL &&
	    (section->action == PFSYNC_ACT_CLR || section->action == PFSYNC_ACT_BUS))
		section->count = 1;
	after = body + section->count * section->stride_bytes;
	frame->next = after < frame->end ? after : frame->end;
	return PFSYNC_OK;
}

static int
unknown_section(struct pfsync_frame *frame, const struct pfsync_section *section, const char *text)
{
	size_t stride = (size_t)section->length_words * 4;
	size_t body = section->body_offset;
	size_t lost = frame->end - body;

	/* v6 tells the length of what it does not define (OB 11.2); of a
	 * retired action the size is known. */
	if (stride == 0 && section->layout != NULL)
		stride = section->layout->size_bytes;
	if (stride > 0 && section->count_wire > 0 && stride * section->count_wire <= lost) {
		lost = stride * section->count_wire;
		frame->next = body + lost;
	} else {
		frame->done = frame->rest_told = true;
	}
	return problem(
	    frame, PFSYNC_BADACT, section->offset, lost, section->action_number, 0, text);
}

/* v5 ends with EOF, behind which 4.5 and FreeBSD 9 left room (OB 10.4, FB 8.5). */
static int
eof_section(struct pfsync_frame *frame, struct pfsync_section *section)
{
	const unsigned quirks = frame->dialect->quirks;
	size_t after = section->body_offset;

	section->count = 0;
	section->stride_bytes = 0;
	if ((quirks & PFSYNC_QUIRK_EOF_HMAC) != 0 && frame->end - after >= 20)
		after += 20;
	frame->next = after;
	frame->done = true;
	return PFSYNC_OK;
}

static int
known_section(struct pfsync_frame *frame, struct pfsync_section *section)
{
	size_t stride = (size_t)section->length_words * 4;
	size_t body = section->body_offset;
	size_t room = frame->end - body;
	bool shorter = false;

	if (stride != 0) {
		shorter = stride < section->stride_bytes;
		section->stride_bytes = stride;
	}
	section->count = section->count_wire;
	if (section->count * section->stride_bytes <= room)
		frame->next = body + section->count * section->stride_bytes;
	else
		frame->next = frame->end; /* told when the records run out */
	if (shorter)
		return problem(frame, PFSYNC_BADLEN, section->offset + 1, 0, (uint32_t)stride,
		    section->layout->size_bytes, "messages are shorter than their record");
	/* Receivers count this and stop (OB 15); what is meant is known. */
	if (stride == 0 && (frame->dialect->quirks & PFSYNC_QUIRK_LENGTH) != 0)
		return problem(frame, PFSYNC_BADLEN, section->offset + 1, 0, 0,
		    section->layout->size_bytes, "message length is zero; the known one is used");
	return PFSYNC_OK;
}

static int
pfsync_section_next(struct pfsync_frame *frame, struct pfsync_section *section)
{
	size_t at = frame->next;

	if (frame->done) {
		/* After EOF there may be bytes; a lost rest was told already. */
		return frame->dialect == NULL ? PFSYNC_END : finish(frame, at);
	}
	*section = (struct pfsync_section){.offset = at, .index = frame->section_index};
	if (!has_subheaders(frame))
		return plain_section(frame, section);
	if (at >= frame->end)
		return finish(frame, frame->end);
	if (frame->end - at < SUBHEADER_BYTES) {
		frame->done = frame->rest_told = true;
		return problem(frame, PFSYNC_BADLEN, at, frame->wirelen - at,
		    (uint32_t)(frame->end - at), SUBHEADER_BYTES, "no room for a subheader");
	}
	if (at + SUBHEADER_BYTES > frame->caplen) {
		frame->done = frame->rest_told = true;
		return problem(frame, PFSYNC_TRUNCATED, at < frame->caplen ? at : frame->caplen,
		    frame->end - at, 0, 0, "capture ends before this section");
	}
	headers_load_section(section, frame->dialect, frame->bytes + at);
	section->body_offset = at + SUBHEADER_BYTES;
	frame->section_index++;
	describe_action(frame, section);
	switch (slot_of(frame, section)) {
	case PFSYNC_SLOT_NONE:
		return unknown_section(frame, section, "unknown action");
	case PFSYNC_SLOT_RESERVED:
		return unknown_section(
		    frame, section, "reserved action that no release implements");
	case PFSYNC_SLOT_RETIRED: {
		int status =
		    unknown_section(frame, section, "retired action that receivers refuse");
		section->layout = NULL;
		return status;
	}
	case PFSYNC_SLOT_EOF:
		return eof_section(frame, section);
	default:
		return known_section(frame, section);
	}
}

/* ------------------------------------------------------------------------
 * Records
 */

/* A record that does not fit any more: give what is there, and stop. */
static int
cut_record(
    struct pfsync_frame *frame, const struct pfsync_section *section, struct pfsync_record *record)
{
	size_t present = frame->end < frame->caplen ? frame->end : frame->caplen;
	size_t announced = section->count * section->stride_bytes;
	/* With a long stride the end may lie in the bytes behind a record. */
	size_t at = record->offset < frame->end ? record->offset : frame->end;

	record->avail = at < present ? present - at : 0;
	record->last = true;
	if (at + record->layout->size_bytes > frame->end && frame->caplen >= frame->end)
		return problem(frame, PFSYNC_BADLEN, at, frame->end - at,
		    (uint32_t)(frame->end - section->body_offset), (uint32_t)announced,
		    "packet ends before the records that were announced");
	/* Nothing behind this can have been captured, either. */
	frame->done = frame->rest_told = true;
	return problem(frame, PFSYNC_TRUNCATED, at < frame->caplen ? at : frame->caplen,
	    frame->end - at, 0, 0, "capture ends inside this section");
}

static int
place_record(
    struct pfsync_frame *frame, const struct pfsync_section *section, struct pfsync_record *record)
{
	size_t size = section->layout->size_bytes;
	size_t at = section->body_offset + record->index * section->stride_bytes;
	size_t present = frame->end < frame->caplen ? frame->end : frame->caplen;

	if (size > section->stride_bytes)
		size = section->stride_bytes; /* shorter than known; already told */
	record->offset = at;
	record->avail = size;
	record->bytes = frame->bytes + (at < frame->caplen ? at : frame->caplen);
	if (at > present || size > present - at)
		return cut_record(frame, section, record);
	return PFSYNC_OK;
}

/* By the packet; what the capture cut off says nothing of that. */
static bool
is_cut(const struct pfsync_frame *frame, const struct pfsync_section *section)
{
	return section->count * section->stride_bytes > frame->end - section->body_offset;
}

static int
pfsync_record_first(
    struct pfsync_frame *frame, const struct pfsync_section *section, struct pfsync_record *record)
{
	record->frame = frame;
	record->layout = section->layout;
	record->action = section->action;
	record->action_number = section->action_number;
	record->index = 0;
	record->avail = 0;
	record->cut_of = is_cut(frame, section) ? section->count : 0;
	record->last = false;
	if (section->layout == NULL || section->count == 0 || section->stride_bytes == 0)
		return PFSYNC_END;
	return place_record(frame, section, record);
}

static int
pfsync_record_next(
    struct pfsync_frame *frame, const struct pfsync_section *section, struct pfsync_record *record)
{
	if (record->last || ++record->index >= section->count) {
		record->last = true;
		return PFSYNC_END;
	}
	return place_record(frame, section, record);
}

static size_t
pfsync_text_name(char *out, size_t size, const char *name, size_t max)
{
	struct text t = text_begin(out, size);

	put_name(&t, name, max);
	return t.len;
}

static size_t
pfsync_text_addr(char *out, size_t size, enum pfsync_af af, const struct pfsync_addr *addr)
{
	struct text t = text_begin(out, size);

	put_addr(&t, af, addr);
	return t.len;
}

static size_t
pfsync_text_duration(char *out, size_t size, uint64_t seconds)
{
	struct text t = text_begin(out, size);

	put_duration(&t, seconds);
	return t.len;
}

/* ------------------------------------------------------------------------
 * Peers
 */
enum { text_PROTO_ICMP = 1, text_PROTO_TCP = 6, PROTO_ICMPV6 = 58 };

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
	const bool tcp = has_proto(message, text_PROTO_TCP);

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

static size_t
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

/* SEM 9.1: inbound states are printed destination first. */
static bool
printed_swapped(const struct pfsync_message *message)
{
	return pfsync_has(message, PFSYNC_F_DIRECTION) && message->u.state.direction != PFSYNC_OUT;
}

static size_t
pfsync_text_windows(char *out, size_t size, const struct pfsync_message *message)
{
	struct text t = text_begin(out, size);
	const struct pfsync_state *state = &message->u.state;
	const struct pfsync_peer *first = &state->src, *second = &state->dst;
	bool wscale;

	if (!has_proto(message, text_PROTO_TCP) || !pfsync_has(message, PFSYNC_F_SRC_SEQLO) ||
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
	if (has_proto(message, text_PROTO_ICMP) || has_proto(message, PROTO_ICMPV6))
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

static size_t
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

static size_t
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

static size_t
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

static size_t
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

static enum pfsync_af
field_af(const struct pfsync_message *message, enum pfsync_field field)
{
	switch (field) {
	case PFSYNC_F_WIRE_ADDR0:
	case PFSYNC_F_WIRE_ADDR1:
		return pfsync_key_af(message, false);
	case PFSYNC_F_STACK_ADDR0:
	case PFSYNC_F_STACK_ADDR1:
		return pfsync_key_af(message, true);
	case PFSYNC_F_RT_ADDR:
		return pfsync_rt_af(message);
	default:
		return pfsync_state_af(message);
	}
}

static const char *
af_name(unsigned number)
{
	switch (pfsync_af_of((uint8_t)number)) {
	case PFSYNC_AF_INET:
		return "inet";
	case PFSYNC_AF_INET6:
		return "inet6";
	default:
		return NULL;
	}
}

/* The word for a number, or NULL. */
static const char *
word(const struct pfsync_message *message, const struct pfsync_dialect *dialect,
    enum pfsync_field field, unsigned number, int proto)
{
	switch (field) {
	case PFSYNC_F_AF:
	case PFSYNC_F_WIRE_AF:
	case PFSYNC_F_STACK_AF:
	case PFSYNC_F_RT_AF:
		return af_name(number);
	case PFSYNC_F_PROTO:
	case PFSYNC_F_STACK_PROTO:
		return pfsync_proto_name(number);
	case PFSYNC_F_DIRECTION:
		return pfsync_direction_name(number);
	case PFSYNC_F_SRC_STATE:
	case PFSYNC_F_DST_STATE:
		return pfsync_message_level_name_as(message, proto, number);
	case PFSYNC_F_TIMEOUT:
		return dialect != NULL ? pfsync_dialect_timeout_name(dialect, number)
				       : pfsync_timeout_name(number);
	case PFSYNC_F_RT:
		return pfsync_rt_name(message->record, number);
	case PFSYNC_F_BUS_STATUS:
		return pfsync_bus_status_name(number);
	default:
		return NULL;
	}
}

static void
put_flags(struct text *t, unsigned flags)
{
	put(t, "0x");
	put_number(t, flags, 16, 4);
	for (unsigned bit = 0; bit < 16; bit++) {
		const char *name = pfsync_state_flag_name(bit);

		if ((flags >> bit & 1) == 0 || name == NULL)
			continue;
		put_char(t, ' ');
		put(t, name);
	}
}

static void
put_signed(struct text *t, int64_t value)
{
	if (value < 0)
		put_char(t, '-');
	put_unsigned(t, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

static void
put_value(struct text *t, const struct pfsync_message *message,
    const struct pfsync_dialect *dialect, enum pfsync_field field, int proto)
{
	const uint64_t number = pfsync_field_number(message, field);
	const char *name = NULL;

	switch (field) {
	case PFSYNC_F_ID:
		put_number(t, number, 16, 16);
		return;
	case PFSYNC_F_CREATORID:
		put_number(t, number, 16, 8);
		return;
	case PFSYNC_F_TDB_SPI:
		put(t, "0x");
		put_number(t, number, 16, 8);
		return;
	case PFSYNC_F_STATE_FLAGS:
		put_flags(t, (unsigned)number);
		return;
	case PFSYNC_F_RULE:
	case PFSYNC_F_ANCHOR:
	case PFSYNC_F_NAT_RULE:
		if (number == PFSYNC_RULE_NONE) {
			put(t, "none");
			return;
		}
		break;
	default:
		break;
	}
	if (pfsync_field_info((int)field)->kind == PFSYNC_KIND_S32) {
		put_signed(t, (int64_t)number);
		return;
	}
	put_unsigned(t, number);
	if (number <= UINT8_MAX)
		name = word(message, dialect, field, (unsigned)number, proto);
	if (name != NULL) {
		put_char(t, ' ');
		put(t, name);
	}
}

static void
put_sockaddr(struct text *t, const struct pfsync_message *message, size_t size)
{
	struct pfsync_addr addr;
	enum pfsync_af af = pfsync_tdb_dst(message, &addr);

	if (af != PFSYNC_AF_UNSPEC) {
		put_addr(t, af, &addr);
		return;
	}
	for (size_t i = 0; i < size; i++)
		put_number(t, message->u.tdb.dst_sockaddr[i], 16, 2);
}

static size_t
pfsync_text_field(char *out, size_t size, const struct pfsync_message *message,
    enum pfsync_field field, const struct pfsync_dialect *dialect, int proto)
{
	const struct pfsync_field_info *info = pfsync_field_info((int)field);
	struct text t = text_begin(out, size);

	switch (info->kind) {
	case PFSYNC_KIND_ADDR:
		put_addr(&t, field_af(message, field), pfsync_field_ptr(message, field));
		break;
	case PFSYNC_KIND_TEXT16:
	case PFSYNC_KIND_TEXT64:
		put_char(&t, '"');
		put_name(&t, pfsync_field_ptr(message, field), info->size_bytes);
		put_char(&t, '"');
		break;
	case PFSYNC_KIND_SOCKADDR28:
		put_sockaddr(&t, message, info->size_bytes);
		break;
	default:
		put_value(&t, message, dialect, field, proto);
		break;
	}
	return t.len;
}

/* The printer. */

/* Where a field listing starts a new line, and what stands before the lines. */
#define FIELDS_COLUMNS 100
#define SECTION_LINE "\n    "
#define RECORD_LINE "\n\t"
#define DETAIL_LINE "\n\t   "
#define FIELDS_LINE "\n\t     "
#define FIELDS_INDENT 13

#define LINE_TEXT_MAX 2048 /* a state line whose host names are all escapes */
#define FIELD_TEXT_MAX (4 * PFSYNC_TAGSIZ + 3)

/*
 * One frame does not always tell the format; several of one sender do.  Few
 * firewalls are seen in one capture: the oldest entry makes room.
 */
#define PFSYNC_SENDERS 16

struct pfsync_sender {
	u_int ver; /* 4, 6, 0 for pfsync0, which names no source */
	u_char addr[16];
	struct pfsync_hint hint;
};

static struct {
	struct pfsync_sender list[PFSYNC_SENDERS];
	u_int used;
	u_int next;
} pfsync_senders;

struct pfsync_packet {
	netdissect_options *ndo;
	struct pfsync_frame frame;
	const struct pfsync_namer *namer; /* of addresses; NULL with -n */
	int fragmented;
};

static struct pfsync_sender *
pfsync_sender(u_int ver, const u_char addr[16])
{
	struct pfsync_sender *sender;

	for (u_int i = 0; i < pfsync_senders.used; i++) {
		sender = &pfsync_senders.list[i];
		if (sender->ver == ver && memcmp(sender->addr, addr, 16) == 0)
			return sender;
	}
	sender = &pfsync_senders.list[pfsync_senders.next];
	pfsync_senders.next = (pfsync_senders.next + 1) % PFSYNC_SENDERS;
	if (pfsync_senders.used < PFSYNC_SENDERS)
		pfsync_senders.used++;
	memset(sender, 0, sizeof(*sender));
	sender->ver = ver;
	memcpy(sender->addr, addr, 16);
	sender->hint.tap = ver == 0;
	return sender;
}

/* Names of hosts as everywhere in tcpdump. */
static const char *
pfsync_addr_name(void *context, enum pfsync_af af, const struct pfsync_addr *addr)
{
	netdissect_options *ndo = context;

	return af == PFSYNC_AF_INET ? ipaddr_string(ndo, addr->b) : ip6addr_string(ndo, addr->b);
}

static void
pfsync_addr_print(
    const struct pfsync_packet *packet, enum pfsync_af af, const struct pfsync_addr *addr)
{
	netdissect_options *ndo = packet->ndo;
	char text[64];

	if (af == PFSYNC_AF_UNSPEC) {
		pfsync_text_addr(text, sizeof(text), af, addr);
		ND_PRINT("%s", text);
	} else {
		ND_PRINT("%s", pfsync_addr_name(ndo, af, addr));
	}
}

/* ------------------------------------------------------------------------
 * What is wrong
 */

static void
pfsync_problem_print(const struct pfsync_packet *packet)
{
	netdissect_options *ndo = packet->ndo;
	const struct pfsync_problem *problem = &packet->frame.problem;

	/* Of a fragmented packet the rest is not here, either. */
	if (problem->status == PFSYNC_TRUNCATED || (packet->fragmented && problem->lost_bytes > 0))
		nd_trunc_longjmp(ndo);
	ND_PRINT(SECTION_LINE "[%s at %zu: %s", pfsync_status_name((int)problem->status),
	    problem->offset, problem->text);
	if (problem->found != 0 || problem->expected != 0) {
		ND_PRINT(" (found %u", problem->found);
		if (problem->expected != 0)
			ND_PRINT(", expected %u", problem->expected);
		ND_PRINT(")");
	}
	if (problem->lost_bytes > 0)
		ND_PRINT(", %zu bytes not decoded", problem->lost_bytes);
	ND_PRINT("]");
	nd_print_invalid(ndo);
}

/* ------------------------------------------------------------------------
 * Records
 */

/* Each record begins with one of these two, or with that of an SA. */
static void
pfsync_id_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;
	char text[LINE_TEXT_MAX];

	pfsync_text_id_named(text, sizeof(text), message, packet->namer);
	ND_PRINT(RECORD_LINE "%s", text);
}

static const char *
pfsync_line_before(const char *text)
{
	return text[0] != '\0' ? DETAIL_LINE : "";
}

/* In one call: there are five lines to most states. */
static void
pfsync_state_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;
	char state[LINE_TEXT_MAX], windows[LINE_TEXT_MAX], age[LINE_TEXT_MAX], id[LINE_TEXT_MAX],
	    origif[LINE_TEXT_MAX];

	/* The family stands near the end of most records: cut, it says little. */
	if (pfsync_state_af(message) == PFSYNC_AF_UNSPEC && !pfsync_has(message, PFSYNC_F_AF) &&
	    !pfsync_has(message, PFSYNC_F_WIRE_AF)) {
		pfsync_id_print(packet, message);
		return;
	}
	pfsync_text_state_named(state, sizeof(state), message, packet->namer);
	if (ndo->ndo_vflag < 2) {
		ND_PRINT(RECORD_LINE "%s", state);
		return;
	}
	pfsync_text_windows(windows, sizeof(windows), message);
	pfsync_text_age(age, sizeof(age), message);
	pfsync_text_id_named(id, sizeof(id), message, packet->namer);
	pfsync_text_origif(origif, sizeof(origif), message);
	ND_PRINT(RECORD_LINE "%s%s%s%s%s%s%s%s%s", state, pfsync_line_before(windows), windows,
	    pfsync_line_before(age), age, pfsync_line_before(id), id, pfsync_line_before(origif),
	    origif);
}

static void
pfsync_timeout_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;
	const unsigned timeout = message->u.state.timeout;
	const char *name = pfsync_dialect_timeout_name(packet->frame.dialect, timeout);
	char text[32];

	if (name != NULL)
		ND_PRINT(DETAIL_LINE "timeout %s", name);
	else
		ND_PRINT(DETAIL_LINE "timeout %u", timeout);
	if (pfsync_has(message, PFSYNC_F_EXPIRE)) {
		pfsync_text_duration(text, sizeof(text), message->u.state.expire_s);
		ND_PRINT(", expires in %s", text);
	}
}

/*
 * UPD_C and DEL_C: id and both peers.  Nothing in them tells protocol or direction,
 * which the text functions ask for: it is given as an outbound state's, so that
 * the peers stand in the order of the wire.
 */
static void
pfsync_compressed_print(
    const struct pfsync_packet *packet, const struct pfsync_message *message, int proto)
{
	netdissect_options *ndo = packet->ndo;
	struct pfsync_message named = *message;
	char text[LINE_TEXT_MAX];

	pfsync_id_print(packet, message);
	if (proto >= 0) {
		named.u.state.proto = (uint8_t)proto;
		pfsync_has_set(&named, PFSYNC_F_PROTO);
	}
	named.u.state.direction = PFSYNC_OUT;
	pfsync_has_set(&named, PFSYNC_F_DIRECTION);
	if (pfsync_has(message, PFSYNC_F_SRC_STATE) && pfsync_has(message, PFSYNC_F_DST_STATE)) {
		pfsync_text_levels(text, sizeof(text), &named, false);
		ND_PRINT("  %s", text);
	}
	if (ndo->ndo_vflag < 2)
		return;
	pfsync_text_windows(text, sizeof(text), &named);
	ND_PRINT("%s%s", pfsync_line_before(text), text);
	if (pfsync_has(message, PFSYNC_F_TIMEOUT))
		pfsync_timeout_print(packet, message);
}

static void
pfsync_request_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;

	pfsync_id_print(packet, message);
	if (pfsync_has(message, PFSYNC_F_CREATORID) && message->id == 0 && message->creatorid == 0)
		ND_PRINT(" (bulk update of all states)");
}

static void
pfsync_clr_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;
	char name[4 * PFSYNC_IFNAMSIZ + 1];

	pfsync_id_print(packet, message);
	if (!pfsync_has(message, PFSYNC_F_CLR_IFNAME) || message->u.clr.ifname[0] == '\0')
		return;
	pfsync_text_name(name, sizeof(name), message->u.clr.ifname, PFSYNC_IFNAMSIZ);
	ND_PRINT(" interface: %s", name);
}

static void
pfsync_bus_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;
	const char *status;
	char text[32];

	pfsync_id_print(packet, message);
	if (pfsync_has(message, PFSYNC_F_BUS_ENDTIME)) {
		pfsync_text_duration(text, sizeof(text), message->u.bus.endtime_s);
		ND_PRINT(" age: %s", text);
	}
	if (!pfsync_has(message, PFSYNC_F_BUS_STATUS))
		return;
	status = pfsync_bus_status_name(message->u.bus.status);
	if (status != NULL)
		ND_PRINT(" status: %s", status);
	else
		ND_PRINT(" status: UNKNOWN (%u)", message->u.bus.status);
}

static void
pfsync_tdb_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;
	const struct pfsync_tdb *tdb = &message->u.tdb;
	struct pfsync_addr addr;
	enum pfsync_af af = pfsync_tdb_dst(message, &addr);

	ND_PRINT(RECORD_LINE);
	if (pfsync_has(message, PFSYNC_F_TDB_SPI))
		ND_PRINT("spi: 0x%08x", tdb->spi);
	if (af != PFSYNC_AF_UNSPEC) {
		ND_PRINT(" dst: ");
		pfsync_addr_print(packet, af, &addr);
	}
	if (pfsync_has(message, PFSYNC_F_TDB_SPROTO))
		ND_PRINT(" sproto: %u", tdb->sproto);
	if (pfsync_has(message, PFSYNC_F_TDB_RPL))
		ND_PRINT(" rpl: %" PRIu64, tdb->rpl);
	if (pfsync_has(message, PFSYNC_F_TDB_CUR_BYTES))
		ND_PRINT(" cur_bytes: %" PRIu64, tdb->cur_bytes);
}

static const char *
pfsync_unit(enum pfsync_unit unit)
{
	switch (unit) {
	case PFSYNC_UNIT_S:
		return " s";
	case PFSYNC_UNIT_BYTES:
		return " bytes";
	case PFSYNC_UNIT_PACKETS:
		return " packets";
	default:
		return "";
	}
}

/* Every field: "name value, name value", as many as fit a line. */
static void
pfsync_fields_print(
    const struct pfsync_packet *packet, const struct pfsync_message *message, int proto)
{
	netdissect_options *ndo = packet->ndo;
	size_t column = FIELDS_COLUMNS;
	bool first = true;

	for (int f = 0; f < PFSYNC_FIELD_COUNT; f++) {
		const struct pfsync_field_info *info = pfsync_field_info(f);
		char text[FIELD_TEXT_MAX];
		const char *unit;
		size_t width;

		if (!pfsync_has(message, (enum pfsync_field)f))
			continue;
		unit = pfsync_unit(info->unit);
		width = pfsync_text_field(text, sizeof(text), message, (enum pfsync_field)f,
		    packet->frame.dialect, proto);
		width += strlen(info->name) + 1 + strlen(unit);
		if (column + 2 + width > FIELDS_COLUMNS) {
			ND_PRINT("%s" FIELDS_LINE, first ? "" : ",");
			column = FIELDS_INDENT + width;
		} else {
			ND_PRINT(", ");
			column += 2 + width;
		}
		first = false;
		ND_PRINT("%s %s%s", info->name, text, unit);
	}
}

static void
pfsync_message_print(const struct pfsync_packet *packet, const struct pfsync_message *message)
{
	netdissect_options *ndo = packet->ndo;
	const int proto = pfsync_message_proto(message, packet->frame.dialect);
	const char *text = NULL;

	switch (message->action) {
	case PFSYNC_ACT_INS:
	case PFSYNC_ACT_UPD:
	case PFSYNC_ACT_DEL:
		pfsync_state_print(packet, message);
		break;
	case PFSYNC_ACT_CLR:
		pfsync_clr_print(packet, message);
		break;
	case PFSYNC_ACT_BUS:
		pfsync_bus_print(packet, message);
		break;
	case PFSYNC_ACT_TDB:
		pfsync_tdb_print(packet, message);
		break;
	case PFSYNC_ACT_UPD_REQ:
		pfsync_request_print(packet, message);
		break;
	default:
		pfsync_compressed_print(packet, message, proto);
		break;
	}
	if (pfsync_message_check(message, packet->frame.dialect, &text) != PFSYNC_OK) {
		ND_PRINT(DETAIL_LINE "[badval: %s]", text);
		nd_print_invalid(ndo);
	}
	if (ndo->ndo_vflag > 2)
		pfsync_fields_print(packet, message, proto);
}

/* ------------------------------------------------------------------------
 * Sections
 */

static void
pfsync_section_print(const struct pfsync_packet *packet, const struct pfsync_section *section)
{
	netdissect_options *ndo = packet->ndo;
	const struct pfsync_layout *layout = section->layout;

	if (section->action == PFSYNC_ACT_UNKNOWN)
		ND_PRINT(SECTION_LINE "act UNKNOWN id %u count %u", section->action_number,
		    section->count_wire);
	else
		ND_PRINT(SECTION_LINE "act %s count %u", pfsync_action_label(section->action),
		    section->count_wire);
	/* FreeBSD 14 and later send one action in several records. */
	if (ndo->ndo_vflag > 0 && layout != NULL && layout->record >= PFSYNC_REC_1301)
		ND_PRINT(", record %s", pfsync_record_name(layout->record));
}

static void
pfsync_sections_print(struct pfsync_packet *packet)
{
	struct pfsync_reader reader;
	struct pfsync_message message;
	enum pfsync_step step;

	pfsync_reader_begin(&reader, &packet->frame);
	while ((step = pfsync_next(&reader)) != PFSYNC_STEP_END) {
		switch (step) {
		case PFSYNC_STEP_SECTION:
			pfsync_section_print(packet, &reader.section);
			break;
		case PFSYNC_STEP_RECORD:
			if (packet->ndo->ndo_vflag > 0 &&
			    pfsync_message_decode(&reader.record, &message) == PFSYNC_OK)
				pfsync_message_print(packet, &message);
			break;
		case PFSYNC_STEP_PROBLEM:
			pfsync_problem_print(packet);
			break;
		default:
			break;
		}
	}
}

/* ------------------------------------------------------------------------
 * Frames
 */

static void
pfsync_dialect_print(const struct pfsync_packet *packet)
{
	netdissect_options *ndo = packet->ndo;
	const struct pfsync_frame *frame = &packet->frame;

	if (frame->dialect == NULL)
		return;
	if (frame->certainty != PFSYNC_CERTAIN)
		ND_PRINT(
		    ", %s (%s)", frame->dialect->name, pfsync_certainty_name(frame->certainty));
	else if (ndo->ndo_vflag > 0)
		ND_PRINT(", %s", frame->dialect->name);
	if (ndo->ndo_vflag > 1 && frame->header.has_cksum) {
		ND_PRINT(", ruleset ");
		for (size_t i = 0; i < sizeof(frame->header.cksum); i++)
			ND_PRINT("%02x", frame->header.cksum[i]);
	}
}

static void
pfsync_frame_print(netdissect_options *ndo, const u_char *bp, u_int length,
    struct pfsync_sender *sender, int fragmented)
{
	const struct pfsync_namer namer = {.name = pfsync_addr_name, .context = ndo};
	struct pfsync_packet packet = {
	    .ndo = ndo,
	    .namer = ndo->ndo_nflag ? NULL : &namer,
	    .fragmented = fragmented,
	};
	u_int caplen, wirelen = length;
	int status;

	if (length == 0) {
		ND_PRINT("PFSYNC len 0");
		nd_print_invalid(ndo);
		return;
	}
	ND_PRINT("PFSYNCv%u len %u", GET_U_1(bp), length);
	caplen = ND_MIN(length, ND_BYTES_AVAILABLE_AFTER(bp));
	ND_TCHECK_LEN(bp, caplen);
	if (fragmented) {
		ND_PRINT(" (first fragment)");
		/* Versions 5 and 6 tell how long the whole is. */
		if (GET_U_1(bp) >= 5)
			wirelen = ND_MAX(length, GET_BE_U_2(bp + 2));
	}
	status = pfsync_frame_open(&packet.frame, bp, caplen, wirelen, &sender->hint);
	pfsync_dialect_print(&packet);
	if (ndo->ndo_qflag)
		return;
	if (status != PFSYNC_OK)
		pfsync_problem_print(&packet);
	pfsync_sections_print(&packet);
}

/* An IP packet of protocol 240; `iph` is its IPv4 or IPv6 header. */
void
pfsync_print(netdissect_options *ndo, const u_char *bp, u_int length, const u_char *iph, u_int ver,
    int fragmented, u_int ttl)
{
	static const u_char none[16];
	u_char source[16] = {0};
	int tap;

	ndo->ndo_protocol = "pfsync";
	if (ver == 4)
		GET_CPY_BYTES(source, iph + 12, 4);
	else
		GET_CPY_BYTES(source, iph + 8, 16);
	/* OpenBSD 7.4 and later: the header on pfsync0 has no source yet. */
	tap = memcmp(source, none, sizeof(source)) == 0;
	/* Receivers drop all else: it was routed, or forged. */
	if (ttl != PFSYNC_TTL && !tap)
		ND_PRINT("[ttl=%u!] ", ttl);
	pfsync_frame_print(ndo, bp, length, pfsync_sender(tap ? 0 : ver, source), fragmented);
}

static void
pfsync_tap_print(netdissect_options *ndo, const struct pcap_pkthdr *h, const u_char *p)
{
	static const u_char none[16];

	if (ndo->ndo_eflag)
		ND_PRINT("pfsync: ");
	pfsync_frame_print(ndo, p, h->len, pfsync_sender(0, none), 0);
}

/* DLT_PFSYNC: the pfsync header, or from OpenBSD 7.4 on the IPv4 header before it. */
void
pfsync_if_print(netdissect_options *ndo, const struct pcap_pkthdr *h, const u_char *p)
{
	ndo->ndo_protocol = "pfsync";
	ND_TCHECK_LEN(p, h->caplen);
	if (pfsync_tap_ip_header(p, h->caplen) == 0) {
		pfsync_tap_print(ndo, h, p);
		return;
	}
	if (ndo->ndo_eflag)
		ND_PRINT("IP ");
	ip_print(ndo, p, h->len);
}

/*
 * Link types that mean pfsync on some systems and something else on others: 18 (also
 * Classical IP in old Linux files) and 121 (also DLT_HHDLC).
 */
void
pfsync_shared_if_print(netdissect_options *ndo, const struct pcap_pkthdr *h, const u_char *p)
{
	size_t skip;

	ND_TCHECK_LEN(p, h->caplen);
	skip = pfsync_tap_ip_header(p, h->caplen);
	if (skip > 0 || pfsync_plausible(p, h->caplen, h->len))
		pfsync_if_print(ndo, h, p);
	else
		unsupported_if_print(ndo, h, p);
}
