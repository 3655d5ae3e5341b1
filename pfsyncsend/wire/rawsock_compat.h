/*
 * rawsock_compat.h - what systems do differently, for raw sockets.
 *
 * SPDX-License-Identifier: ISC
 *
 * Everything here returns 0 or an errno unless it says otherwise.
 */
#ifndef PFSYNCSEND_RAWSOCK_COMPAT_H
#define PFSYNCSEND_RAWSOCK_COMPAT_H

#include "rawsock.h"

/* Facts about an interface; ENXIO if there is none of that name. */
int sys_netif(const char *name, struct netif *netif);

/*
 * A raw socket bound to the interface.  `whole` tells whether packets are sent
 * with their IP header.
 */
int sys_raw_open(const struct netif *netif, bool ip6, uint8_t proto, int *fd, bool *whole);
int sys_raw_join(int fd, const struct netif *netif, bool ip6, const struct pfsync_addr *group);
/* Send `packet`, which begins with its IP header. */
int sys_raw_send(
    int fd, const struct netif *netif, bool ip6, bool whole, const uint8_t *packet, size_t len);
/*
 * Receive without waiting; EAGAIN when there is nothing.  IPv4: the bytes begin
 * with the IP header.  IPv6: they do not; src, dst and ttl are filled in.
 */
int sys_raw_receive(
    int fd, bool ip6, uint8_t *buffer, size_t size, size_t *len, struct rawsock_packet *packet);

#endif
