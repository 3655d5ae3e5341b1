/*
 * others.h - messages that are not about a state.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SAMPLES_OTHERS_H
#define SAMPLES_OTHERS_H

#include "cast.h"

/* The request for everything: id 0, creatorid 0 (OB 7.2). */
void others_bulk_request(struct pfsync_message *message);
/* Clear states of a firewall, 0 (A) or 1 (B); `ifname` NULL for all of them. */
void others_clear(unsigned node, const char *ifname, struct pfsync_message *message);
/* Begin or end of a bulk transfer, `endtime_s` seconds after its request. */
void others_bulk(
    unsigned node, uint32_t endtime_s, unsigned status, struct pfsync_message *message);
/* Counters of an outbound SA: number 0 goes to an IPv4 address, 1 to an IPv6 one. */
void others_tdb(const struct cast *cast, unsigned number, struct pfsync_message *message);

#endif
