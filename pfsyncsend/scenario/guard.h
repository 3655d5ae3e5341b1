/*
 * guard.h - do not clear the tables of firewalls that nobody meant.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_GUARD_H
#define PFSYNCSEND_GUARD_H

#include "rawsock.h"
#include "scenario.h"

enum { GUARD_TEXT_MAX = 512 };

/*
 * May that be sent there without --yes?  Not if a packet for a group holds CLR,
 * DEL or DEL_C and the interface reaches others: one that is not loopback, dummy,
 * veth or tap.  False with the reason, and what to do, in `text`.
 */
bool guard_allows(
    const struct scenario *scenario, const struct netif *netif, char text[GUARD_TEXT_MAX]);

#endif
