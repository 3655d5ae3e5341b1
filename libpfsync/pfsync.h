/*
 * pfsync.h - read and write pfsync, the state synchronisation protocol of pf.
 *
 * SPDX-License-Identifier: ISC
 *
 * This header is the manual of libpfsync.  Where a fact comes from is cited as
 * OB (docs of OpenBSD's formats), FB (FreeBSD and others) and SEM (semantics)
 * with a section number; docs/protocol-notes.md maps those to the operating
 * systems' files and revisions.
 *
 * Rules that hold for every function here:
 *
 *  - nothing is allocated, printed or remembered; all state is in structures
 *    that the caller owns.  Every function may be called from several threads
 *    at once as long as they do not share such a structure;
 *  - input bytes are only ever read inside [bytes, bytes + caplen).  Structures
 *    that point into the input (frame, section, record) are valid as long as
 *    the input is; a decoded message holds no pointers and may be kept;
 *  - numbers in structures are in host order, addresses are bytes in network
 *    order, names are bytes that may lack a NUL and hold anything: use
 *    pfsync_text_name() before showing one to a person.
 */
#ifndef PFSYNC_H
#define PFSYNC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* IP protocol number, link types and groups (OB 3.1, 3.2; FB 3.1, 3.2). */
#define PFSYNC_IPPROTO 240
#define PFSYNC_LINKTYPE 246         /* savefiles of libpcap on every platform */
#define PFSYNC_LINKTYPE_OPENBSD 18  /* DLT of OpenBSD, NetBSD, DragonFly */
#define PFSYNC_LINKTYPE_FREEBSD 121 /* DLT of FreeBSD; also DLT_HHDLC */
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
const char *pfsync_status_name(int status);

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
#define PFSYNC_WSCALE_FLAG 0x80

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
#include "fields.def"
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
pfsync_has_clear(struct pfsync_message *message, enum pfsync_field field)
{
	message->has.bits[(unsigned)field / 64] &= ~(UINT64_C(1) << ((unsigned)field % 64));
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
size_t pfsync_dialect_count(void);
/* The dialect of that index, NULL if index >= pfsync_dialect_count(). */
const struct pfsync_dialect *pfsync_dialect_at(size_t index);
/* By name or by alias ("mirbsd-2"), exact; NULL if there is none. */
const struct pfsync_dialect *pfsync_dialect_by_name(const char *name);
/* Its index. `dialect` must come from this library. */
size_t pfsync_dialect_index(const struct pfsync_dialect *dialect);
/* The aliases: row i, or false when i is past the last. */
bool pfsync_dialect_alias(size_t i, const char **alias, const char **name);

/* Number of layouts of records, and each of them. */
size_t pfsync_layout_count(void);
const struct pfsync_layout *pfsync_layout_at(size_t index);

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
/* Layouts of headers and subheaders; NULL if index is past the last. */
size_t pfsync_header_layout_count(void);
const struct pfsync_layout *pfsync_header_layout_at(size_t index);
/* The dialect's header, and its subheader: NULL before version 5. */
const struct pfsync_layout *pfsync_header_layout(const struct pfsync_dialect *dialect);
const struct pfsync_layout *pfsync_subheader_layout(const struct pfsync_dialect *dialect);
/*
 * Description of such a field; NULL if `field` is not one.  member_offset is
 * that in struct pfsync_header, of a SECTION_ field in struct pfsync_section.
 */
const struct pfsync_field_info *pfsync_header_field_info(int field);

/* Description of a field; NULL if `field` is not one. */
const struct pfsync_field_info *pfsync_field_info(int field);
/*
 * The path of a field in JSON, its steps joined by dots ("src_peer.seqlo",
 * "wire.addr.0"; a number is an index), at most PFSYNC_FIELD_KEY_MAX bytes with
 * its NUL.  It is the name of the table, but: a line may also tell who sent it to
 * whom, so the peers are src_peer and dst_peer and an SA's destination is sa_dst;
 * and where the plain name is a word's ("in", "inet6"), the number's ends in
 * "_number".  Returns its length; 0, and "", if `field` is not one.
 */
#define PFSYNC_FIELD_KEY_MAX 48
/* "schema_version" of the lines that these keys stand in. */
#define PFSYNC_JSON_SCHEMA 2
size_t pfsync_field_key(int field, char out[PFSYNC_FIELD_KEY_MAX]);
/* The member of the message that holds `field`: bytes as in field_info. */
const void *pfsync_field_ptr(const struct pfsync_message *message, enum pfsync_field field);
/*
 * The value of a number field (any KIND_U or KIND_S32, sign-extended).
 * Other kinds give 0.
 */
uint64_t pfsync_field_number(const struct pfsync_message *message, enum pfsync_field field);

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
const char *pfsync_certainty_name(enum pfsync_certainty certainty);

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
size_t pfsync_tap_ip_header(const uint8_t *bytes, size_t caplen);

/*
 * How much a packet of a shared link type (18, 121) looks like pfsync:
 * true if version, lengths and actions are those of some dialect (FB 3.2).
 */
bool pfsync_plausible(const uint8_t *bytes, size_t caplen, size_t wirelen);

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
int pfsync_frame_open(struct pfsync_frame *frame, const uint8_t *bytes, size_t caplen,
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
int pfsync_section_next(struct pfsync_frame *frame, struct pfsync_section *section);

/*
 * The record of `section` that follows record->index; start with
 * pfsync_record_first().  Returns PFSYNC_OK, PFSYNC_END, PFSYNC_TRUNCATED (the
 * record is cut by the capture: it may be decoded, fields beyond avail are
 * absent) or PFSYNC_BADLEN (the packet ends inside the section; likewise).
 * Every record that is missing altogether is counted in problem.lost_bytes.
 */
int pfsync_record_first(
    struct pfsync_frame *frame, const struct pfsync_section *section, struct pfsync_record *record);
int pfsync_record_next(
    struct pfsync_frame *frame, const struct pfsync_section *section, struct pfsync_record *record);

/*
 * Record -> message.  All of `message` is written: what `has` lacks is zero, with
 * every member of the union.  Fields that do not fit into record->avail are absent.
 * Returns PFSYNC_OK, or PFSYNC_END for a record with no layout (nothing to decode).
 */
int pfsync_message_decode(const struct pfsync_record *record, struct pfsync_message *message);

/*
 * id and creatorid of a record without decoding it: for fetching tables
 * ahead.  False if the record has none or they are cut off.
 */
bool pfsync_record_key(const struct pfsync_record *record, uint64_t *id, uint32_t *creatorid);

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
void pfsync_reader_begin(struct pfsync_reader *reader, struct pfsync_frame *frame);
enum pfsync_step pfsync_next(struct pfsync_reader *reader);
/* After SECTION or RECORD: go on behind the records of this section. */
void pfsync_reader_skip(struct pfsync_reader *reader);
/* The message of BARE: its action, and nothing else. */
void pfsync_bare_message(const struct pfsync_section *section, struct pfsync_message *message);

/*
 * Is every record of the section there as a whole, `stride_bytes` apart from
 * body_offset on, with nothing wrong about the section's lengths?  A caller that
 * has a faster way with such a section takes it at SECTION and calls
 * pfsync_reader_skip().  False for a section without records.
 */
bool pfsync_section_whole(const struct pfsync_frame *frame, const struct pfsync_section *section);

/*
 * Would a kernel of that dialect accept the values (SEM 2.2, 2.3)?  Names must
 * end, which only FreeBSD 15 asks for.  PFSYNC_OK,
 * or PFSYNC_BADVAL with `text` (may be NULL) set to a static sentence.
 */
int pfsync_message_check(
    const struct pfsync_message *message, const struct pfsync_dialect *dialect, const char **text);

/* Bytes of a record that are looked at: numbers, and ends of names. */
#define PFSYNC_VALUE_SPOTS 8
#define PFSYNC_VALUE_NAMES 4

/* Where a layout has what pfsync_message_check() looks at.  Zero it first. */
struct pfsync_value_spots {
	const struct pfsync_layout *layout; /* that the rest was made for */
	const struct pfsync_dialect *dialect;
	struct {
		uint16_t offset;
		uint8_t largest; /* good value; 0: must be an address family */
	} spots[PFSYNC_VALUE_SPOTS];
	unsigned spot_count;
	uint16_t name_ends[PFSYNC_VALUE_NAMES]; /* last bytes of names: NUL is good */
	unsigned name_count;
	int creatorid_offset; /* of a full state; -1 = not looked at */
};

/*
 * For a caller that only counts: true if pfsync_section_whole() and
 * pfsync_message_check() would find nothing wrong with any message of the section.
 * A handful of bytes of each record tell.  False if it might: then decode them.
 * `spots` remembers the last layout.
 */
bool pfsync_section_values_good(struct pfsync_value_spots *spots, const struct pfsync_frame *frame,
    const struct pfsync_section *section);

/* ------------------------------------------------------------------------
 * Encoding: the inverse
 */

/*
 * Message -> record of `dialect`, at most `size` bytes into `out`.  Padding and
 * fields that the message does not have are written as zero (rule, anchor,
 * nat_rule and rtableid as their "none").  `action_number` of the message is
 * used if it means message->action in that dialect, else the dialect's first
 * number for the action and message->record.  Returns the record's size,
 * PFSYNC_NOSPACE or PFSYNC_NOTSUPP.
 */
int pfsync_message_encode(const struct pfsync_dialect *dialect,
    const struct pfsync_message *message, uint8_t *out, size_t size);

/*
 * Write a frame step by step.  v1 .. v4 allow one section.  Nothing is
 * written past `size`; the first failure is kept in `status` and all later
 * calls give it again.
 */
struct pfsync_builder {
	const struct pfsync_dialect *dialect;
	uint8_t *out;
	size_t size;
	size_t used;
	size_t section; /* offset of the open subheader or header */
	uint32_t count; /* records in the open section */
	int status;
	uint8_t action_number; /* of the open section */
	bool open;
};

/* Begin with `cksum` (16 bytes, NULL = zeros; ignored where there is none). */
int pfsync_build_begin(struct pfsync_builder *builder, const struct pfsync_dialect *dialect,
    const uint8_t *cksum, uint8_t *out, size_t size);
/* Append one message, opening a section when its action number changes. */
int pfsync_build_add(struct pfsync_builder *builder, const struct pfsync_message *message);
/*
 * Finish: counts, len, EOF.  Returns the frame's bytes, or the first failure.
 * v1 raw frames are padded to the default buffer length (OB 5.3) if it fits.
 */
int pfsync_build_end(struct pfsync_builder *builder);

/* The wire number for an action (and record) in a dialect, or -1. */
int pfsync_action_number(const struct pfsync_dialect *dialect, enum pfsync_action action,
    enum pfsync_record_kind record);

/* ------------------------------------------------------------------------
 * Names, both ways.  All strings are static.
 */

const char *pfsync_action_name(enum pfsync_action action);      /* "UPD_C" */
int pfsync_action_by_name(const char *name);                    /* or -1 */
const char *pfsync_action_label(enum pfsync_action action);     /* tcpdump: "UPD ST COMP" */
const char *pfsync_record_name(enum pfsync_record_kind record); /* "1400" */
int pfsync_record_by_name(const char *name);                    /* or -1 */
/* "tcp.established"; NULL if the number is of no class of any system. */
const char *pfsync_timeout_name(unsigned timeout);
int pfsync_timeout_by_name(const char *name); /* or -1 */
/*
 * The same for a number seen in that dialect, which may be one of the internal
 * classes behind the last: "purge", "unlinked", "until-packet" (OB 14.4).  20 is
 * "sctp.first" on FreeBSD 14 and nothing elsewhere.  NULL for no class.
 */
const char *pfsync_dialect_timeout_name(const struct pfsync_dialect *dialect, unsigned timeout);
/* Default of that class in seconds (SEM 4.3); 0 if it is no class. */
uint32_t pfsync_timeout_default_s(unsigned timeout);
/* "ESTABLISHED", "SINGLE", by protocol; NULL when numbers are customary. */
const char *pfsync_peer_state_name(unsigned proto, unsigned state);
int pfsync_peer_state_by_name(unsigned proto, const char *name); /* or -1 */
/*
 * As pfsync_peer_state_name(), for a peer of this message: FreeBSD 14 and later
 * have levels of their own for SCTP (class 20 and above, SEM 5.2), everybody
 * else treats SCTP as "other".  NULL when numbers are customary or the protocol
 * is not in the message.
 */
const char *pfsync_message_level_name(const struct pfsync_message *message, unsigned level);
/*
 * The same where the caller knows the protocol: `proto` counts if the message does
 * not say (pfsync_message_proto(), PFSYNC_PROTO_OTHER and -1 included).
 */
const char *pfsync_message_level_name_as(
    const struct pfsync_message *message, int proto, unsigned level);
/* "tcp"; NULL if pf listings would print the number. */
const char *pfsync_proto_name(unsigned proto);
int pfsync_proto_by_name(const char *name);            /* or -1 */
const char *pfsync_direction_name(unsigned direction); /* "in", "out", "inout"; or NULL */
const char *pfsync_state_flag_name(unsigned bit);      /* 0 .. 15: "sloppy"; or NULL */
/* rt kind; numbering differs between OpenBSD and FreeBSD (OB 14.6, FB 3.7). */
const char *pfsync_rt_name(enum pfsync_record_kind record, unsigned rt);
const char *pfsync_bus_status_name(unsigned status); /* "start", "end"; or NULL */

/* 2 -> INET; 24, 28, 30 -> INET6; all else UNSPEC (FB 3.4). */
enum pfsync_af pfsync_af_of(uint8_t af_number);

/* ------------------------------------------------------------------------
 * Meaning
 */

/* The state's family: record af, else the wire key's; UNSPEC if unknown. */
enum pfsync_af pfsync_state_af(const struct pfsync_message *message);
/* The family of one key: its own, else the state's (OB 19 no. 25). */
enum pfsync_af pfsync_key_af(const struct pfsync_message *message, bool stack);
/* The family of rt_addr: its own, else the state's (FB 13). */
enum pfsync_af pfsync_rt_af(const struct pfsync_message *message);

/*
 * Wire and stack key, also for v1 .. v3 where they follow from lan, gwy, ext:
 * wire = {ext, gwy}, stack = {ext, lan}.  False if the message has none.
 */
bool pfsync_state_keys(
    const struct pfsync_message *message, struct pfsync_key *wire, struct pfsync_key *stack);

/* pfsync_message_proto(): one that is not TCP, UDP, ICMP or SCTP; no protocol has it. */
#define PFSYNC_PROTO_OTHER 255
/*
 * The protocol of the state that a message is about: as it says, else as its
 * timeout class tells (OB 14.4), which IP version's ICMP it is aside.  -1 if
 * neither does.  `dialect` is the sender's; NULL takes every class.
 */
int pfsync_message_proto(
    const struct pfsync_message *message, const struct pfsync_dialect *dialect);

/* Destination of an SA.  UNSPEC if the family is unknown. */
enum pfsync_af pfsync_tdb_dst(const struct pfsync_message *message, struct pfsync_addr *addr);

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
size_t pfsync_text_name(char *out, size_t size, const char *name, size_t max);
/* An address, RFC 5952 for IPv6; UNSPEC gives 32 hex digits. */
size_t pfsync_text_addr(char *out, size_t size, enum pfsync_af af, const struct pfsync_addr *addr);
/* "all tcp 10.0.0.1:80 (192.0.2.1:80) <- 10.0.0.2:4711       ESTABLISHED:..." */
size_t pfsync_text_state(char *out, size_t size, const struct pfsync_message *message);
size_t pfsync_text_state_named(
    char *out, size_t size, const struct pfsync_message *message, const struct pfsync_namer *namer);
/* "[100 + 16384](+77) wscale 7  [0 + 1]"; empty unless TCP with peers. */
size_t pfsync_text_windows(char *out, size_t size, const struct pfsync_message *message);
/* "age 00:00:01, expires in 00:01:59, 1:0 pkts, 60:0 bytes, rule 3, flags". */
size_t pfsync_text_age(char *out, size_t size, const struct pfsync_message *message);
/* "id: %016x creatorid: %08x" and what FreeBSD 14 adds behind it. */
size_t pfsync_text_id(char *out, size_t size, const struct pfsync_message *message);
size_t pfsync_text_id_named(
    char *out, size_t size, const struct pfsync_message *message, const struct pfsync_namer *namer);
/* "origif: em0" of FreeBSD 15's record if that is not the bound interface; else empty. */
size_t pfsync_text_origif(char *out, size_t size, const struct pfsync_message *message);
/* "hh:mm:ss"; hours as many digits as they need. */
size_t pfsync_text_duration(char *out, size_t size, uint64_t seconds);
/* "ESTABLISHED:SYN_SENT", "0:0", "PROXY:SRC" ... of the message's two peers; with
 * `swap`, dst before src.  Numbers if the protocol is not in the message. */
size_t pfsync_text_levels(char *out, size_t size, const struct pfsync_message *message, bool swap);
/* One peer as in the windows line: "[100 + 16384](+77) wscale 7". */
size_t pfsync_text_window(char *out, size_t size, const struct pfsync_peer *peer, bool wscale);
/*
 * The value of one field that the message has, with the word for a number where
 * there is one: "6 tcp", "10.0.0.1", "\"em0\"", "none".  `dialect` is the sender's (it
 * names timeout classes), `proto` the state's protocol (it names peer states) or -1.
 */
size_t pfsync_text_field(char *out, size_t size, const struct pfsync_message *message,
    enum pfsync_field field, const struct pfsync_dialect *dialect, int proto);

#ifdef __cplusplus
}
#endif

#endif
