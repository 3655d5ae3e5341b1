/*
 * cast.h - who appears in the samples: two firewalls and the states they hold.
 *
 * SPDX-License-Identifier: ISC
 *
 * Every dialect tells of the same connections, as far as it can.  The messages
 * made here carry every field there is; the encoder takes what the dialect has.
 */
#ifndef SAMPLES_CAST_H
#define SAMPLES_CAST_H

#include <stdbool.h>
#include <stdint.h>

#include "eras.h"
#include "pfsync.h"

/* The connections; each is a state of firewall A unless stated otherwise. */
enum role {
	ROLE_NAT,     /* TCP out, translated, sequence numbers modulated, scrubbed */
	ROLE_RDR,     /* TCP in, redirected */
	ROLE_DNS,     /* UDP out */
	ROLE_PING,    /* ICMP out, translated */
	ROLE_SSH6,    /* TCP over IPv6 out */
	ROLE_PROXY,   /* TCP in, synproxy still waits for the client */
	ROLE_ROUTED,  /* TCP in by route-to, tagged, with tos and priority set */
	ROLE_RDOMAIN, /* UDP in a routing domain, through a dummynet pipe; of firewall B */
	ROLE_NAT64,   /* TCP from IPv6 to IPv4 (af-to) */
	ROLE_SCTP,    /* SCTP out (FreeBSD 14 and later) */
	ROLE_OTHER,   /* ESP: neither TCP, UDP nor ICMP */
	ROLE_COUNT
};

/* How far a connection has come. */
enum phase { PHASE_NEW, PHASE_OPEN, PHASE_END, PHASE_COUNT };

/* The firewalls: 10.9.0.1 and 10.9.0.2, fd09::1 and fd09::2. */
enum { CAST_A = 0, CAST_B = 1, CAST_NODES = 2 };

struct cast {
	const struct pfsync_dialect *dialect;
	struct era era;
};

struct cast cast_of(const struct pfsync_dialect *dialect);

/* The host id of a firewall, 0 (A) or 1 (B). */
uint32_t cast_hostid(unsigned node);

/* Is there such a state in this dialect?  NAT64 needs a family a key, say. */
bool cast_has(const struct cast *cast, enum role role);

/*
 * A message about the state: `action` is INS, UPD, DEL, UPD_C, DEL_C, INS_ACK or
 * UPD_REQ.  A full state is of kind `record`; PFSYNC_REC_NONE: the dialect's
 * newest.
 */
void cast_state(const struct cast *cast, enum role role, enum phase phase,
    enum pfsync_action action, enum pfsync_record_kind record, struct pfsync_message *message);

/* The newest full record of a dialect. */
enum pfsync_record_kind cast_newest_record(const struct pfsync_dialect *dialect);

#endif
