/*
 * compat.h - what systems do differently, for the peer.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_PEER_COMPAT_H
#define PFSYNCSEND_PEER_COMPAT_H

/*
 * Asks for room for bursts on a socket: what the system grants is enough, as pfsync
 * survives losses; so there is no result.
 */
void peer_receive_buffer(int fd, int bytes);

#endif
