/*
 * family.h - what one family does differently, as a row of traits (SEM 0).
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_NODE_FAMILY_H
#define PFSYNCSEND_NODE_FAMILY_H

#include "node.h"

/* How an update is merged (SEM 2.5). */
enum fw_era {
	FW_ERA_LAST_WRITER, /* V2a: no test */
	FW_ERA_A,           /* all or nothing, with the half-stale code 7 */
	FW_ERA_B,           /* per peer; a stale dst is overwritten all the same */
	FW_ERA_C            /* per peer */
};

/* What an import checks (table of SEM 2.2). */
enum fw_import {
	FW_IMPORT_OLD, /* OpenBSD, FreeBSD <= 9: unknown interfaces are created */
	FW_IMPORT_F10,
	FW_IMPORT_F14,
	FW_IMPORT_F15
};

/* Whose states a CLR with an interface name removes (SEM 2.7). */
enum fw_clr {
	FW_CLR_INTERFACE, /* those on it; unknown: none */
	FW_CLR_ALL,       /* all, even if the interface is unknown (it is created) */
	FW_CLR_ALL_IF_KNOWN,
	FW_CLR_LEAKING /* as INTERFACE, but the filter stays for later entries (FreeBSD main) */
};

/* What `expire` says on the wire (SEM 4.1). */
enum fw_expire_wire {
	FW_EXPIRE_REFRESH, /* last refresh - now, so 0 */
	FW_EXPIRE_ONCE,    /* V4b: right when packed, then as REFRESH */
	FW_EXPIRE_RIGHT,   /* full states only; UPD_C has 0 */
	FW_EXPIRE_RIGHT_C  /* UPD_C, too */
};

enum fw_purge {
	FW_PURGE_WHOLE,  /* the table each interval */
	FW_PURGE_SECOND, /* its share each second */
	FW_PURGE_TENTH_S /* its share each 100 ms */
};

enum fw_id_scheme {
	FW_ID_SHIFTED, /* seconds << 32, set once */
	FW_ID_CPU,     /* plain seconds, CPU in the top octet, at every pf start */
	FW_ID_PLAIN    /* plain seconds at every pf start */
};

enum fw_demote {
	FW_DEMOTE_NONE,
	FW_DEMOTE_PREEMPT, /* V2: preemption suppressed; adverts unchanged */
	FW_DEMOTE_ONE,     /* group demotion +1 */
	FW_DEMOTE_240,     /* net.pfsync.carp_demotion_factor */
	FW_DEMOTE_32       /* +32 from start until done */
};

enum fw_bulk_rule {
	FW_BULK_OLD, /* V2, V3, V4 */
	FW_BULK_V5O, /* V5o, V5f9, V6a: an empty table sends END alone */
	FW_BULK_F10,
	FW_BULK_V6B
};

/* Queues of V5 and V6 (SEM 3.2). */
enum fw_queue { FW_Q_NONE, FW_Q_INS, FW_Q_ACK, FW_Q_UPD, FW_Q_UPD_C, FW_Q_DEL, FW_Q_COUNT };

struct fw_traits {
	const char *name;
	const char *dialect; /* default */
	enum fw_era era;
	enum fw_import import;
	enum fw_clr clr;
	enum fw_expire_wire expire_wire;
	enum fw_purge purge;
	enum fw_id_scheme ids;
	enum fw_demote demote;
	enum fw_bulk_rule bulk;
	bool sections;          /* V5, V6 */
	bool freebsd;           /* this family is FreeBSD's alone */
	bool histogram;         /* iacts, oacts */
	bool badval;            /* own counters for bad values and stale (V5, V6) */
	bool full_stale_del;    /* V2 .. V4: correction is a full UPD */
	bool upd_binds_rule;    /* UPD passes the checksum flag (SEM 2.1) */
	bool creator_zero_ok;   /* creatorid 0 refused only in debug mode (SEM 1.2) */
	bool expire_remaining;  /* import: remaining life as sent (SEM 4.2) */
	bool delete_by_creator; /* V3, V4: DEL only by the creator (SEM 4.4) */
	bool request_pushed;    /* UPD_REQ leaves at once (SEM 2.4) */
	bool request_alone;     /* V6b: in a packet of its own */
	bool ticks_1000;        /* hz 1000 */
	bool adaptive32;        /* 32-bit product (SEM 4.2) */
	bool adaptive_total;    /* default rule scales with the total count */
	uint8_t first_wait_s;   /* bulk requester's first timeout */
	uint8_t retry_s;
	uint8_t slices; /* packets under construction, at least 1 (0: 2 per CPU) */
	uint16_t defer_ms;
	uint32_t state_limit;
	uint32_t frag_s; /* default of class 14 */
	bool adaptive;   /* on by default */
};

/* Never NULL for a family. */
const struct fw_traits *fw_traits_of(enum fw_family family);

#endif
