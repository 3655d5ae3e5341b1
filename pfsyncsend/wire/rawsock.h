/*
 * rawsock.h - real packets on a real interface.
 *
 * SPDX-License-Identifier: ISC
 *
 * A socket is bound to one interface and one protocol.  What is sent is a whole
 * IP packet as ip_write() makes it, so that TTL, DF, TOS and identification are
 * the caller's.  Two things the kernel insists on: the IPv4 checksum is always
 * right, and an IPv4 identification of 0 is replaced.  Where a system has no
 * way to send a whole IPv6 packet (only Linux has), hop limit, traffic class
 * and source are asked for instead.
 *
 * Errors are sentences for the user: what, where, what to do; one line, without
 * a line end.
 */
#ifndef PFSYNCSEND_RAWSOCK_H
#define PFSYNCSEND_RAWSOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ip_write.h"
#include "link_write.h"

enum { RAWSOCK_ERROR_MAX = 256 };

/* What kind of interface it is: where nobody else can be hurt, and the rest. */
enum netif_kind { NETIF_OTHER, NETIF_LOOPBACK, NETIF_DUMMY, NETIF_VETH, NETIF_TAP };

/* Facts about an interface. */
struct netif {
	char name[64];
	unsigned index;
	bool up;
	bool has_ip4;
	bool has_ip6; /* a link-local address, else any other */
	struct pfsync_addr ip4;
	struct pfsync_addr ip6;
	struct link_mac mac; /* zero if it has none */
	unsigned mtu;
	enum netif_kind kind;
};

/* Look up an interface by name.  False with the reason in `error`. */
bool netif_look(const char *name, struct netif *netif, char error[RAWSOCK_ERROR_MAX]);

struct rawsock;

/*
 * Open a socket for protocol `proto` on `netif`.  Multicast is sent there and
 * not looped back, as the kernels do.  NULL with the reason in `error`.
 */
struct rawsock *rawsock_open(
    const struct netif *netif, bool ip6, uint8_t proto, char error[RAWSOCK_ERROR_MAX]);
void rawsock_close(struct rawsock *sock);
/* Join a group to hear it.  False with the reason in `error`. */
bool rawsock_join(
    struct rawsock *sock, const struct pfsync_addr *group, char error[RAWSOCK_ERROR_MAX]);
/* For poll(): readable when a packet has come. */
int rawsock_fd(const struct rawsock *sock);

/* Send one whole IP packet to its destination address.  False with the reason. */
bool rawsock_send(
    struct rawsock *sock, const uint8_t *packet, size_t len, char error[RAWSOCK_ERROR_MAX]);

struct rawsock_packet {
	bool ip6;
	struct pfsync_addr src;
	struct pfsync_addr dst;
	uint8_t ttl;
	const uint8_t *payload; /* behind the IP header, in the caller's buffer */
	size_t len;
};

enum rawsock_result { RAWSOCK_PACKET, RAWSOCK_NOTHING, RAWSOCK_FAILED };

/*
 * Take the next packet, if one has come; never waits.  `buffer` should have
 * 65535 bytes; what does not fit is cut off.  RAWSOCK_FAILED: reason in `error`.
 */
enum rawsock_result rawsock_receive(struct rawsock *sock, uint8_t *buffer, size_t size,
    struct rawsock_packet *packet, char error[RAWSOCK_ERROR_MAX]);

#endif
