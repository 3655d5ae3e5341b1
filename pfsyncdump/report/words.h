/*
 * words.h - small conclusions that text and JSON both need.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_WORDS_H
#define PFSYNCDUMP_WORDS_H

#include "pfsync.h"

/* Stands for any protocol that is not TCP, UDP, ICMP or SCTP. */
#define WORDS_PROTO_OTHER PFSYNC_PROTO_OTHER

/*
 * The protocol by which to name the message's peer states and windows: its
 * own; else `known`, if that is not negative; else that to which its timeout
 * class belongs (OB 14.4, FB 3.7).  -1 if nothing tells.  `dialect` is the one
 * it was sent in, NULL if unknown.
 */
int words_proto(
    const struct pfsync_message *message, const struct pfsync_dialect *dialect, int known);

/*
 * Name of its timeout class; NULL for numbers that are no class in its dialect:
 * OpenBSD's kernel uses 22 within itself (OB 14.4), which is
 * sctp.established on FreeBSD 14.
 */
const char *words_timeout(
    const struct pfsync_message *message, const struct pfsync_dialect *dialect);

/*
 * The name of a peer's level, with `proto` as words_proto() gave it.  NULL when
 * there is none or numbers are customary.
 */
const char *words_level(const struct pfsync_message *message, int proto, unsigned level);

/* Family of rt_addr: its own number's, else the state's (FB 13). */
enum pfsync_af words_rt_af(const struct pfsync_message *message);

#endif
