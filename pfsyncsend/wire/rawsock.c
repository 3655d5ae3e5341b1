/*
 * rawsock.c - real packets on a real interface.
 *
 * SPDX-License-Identifier: ISC
 */
#include "rawsock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rawsock_compat.h"

struct rawsock {
	int fd;
	bool ip6;
	bool whole;
	struct netif netif;
};

bool
netif_look(const char *name, struct netif *netif, char error[RAWSOCK_ERROR_MAX])
{
	char shown[RAWSOCK_ERROR_MAX / 2];
	int status = sys_netif(name, netif);

	if (status == 0)
		return true;
	pfsync_text_name(shown, sizeof(shown), name, sizeof(netif->name));
	if (status == ENXIO)
		snprintf(error, RAWSOCK_ERROR_MAX,
		    "%s: no such interface; \"ip link\" or \"ifconfig\" lists them", shown);
	else
		snprintf(error, RAWSOCK_ERROR_MAX, "%s: %s", shown, strerror(status));
	return false;
}

struct rawsock *
rawsock_open(const struct netif *netif, bool ip6, uint8_t proto, char error[RAWSOCK_ERROR_MAX])
{
	struct rawsock *sock = calloc(1, sizeof(*sock));
	int status;

	if (sock == NULL) {
		snprintf(error, RAWSOCK_ERROR_MAX, "%s", strerror(errno));
		return NULL;
	}
	sock->netif = *netif;
	sock->ip6 = ip6;
	status = sys_raw_open(netif, ip6, proto, &sock->fd, &sock->whole);
	if (status == 0)
		return sock;
	free(sock);
	if (status == EPERM || status == EACCES)
		snprintf(error, RAWSOCK_ERROR_MAX,
		    "%s: raw sockets are for root (Linux: CAP_NET_RAW); run with more privileges",
		    netif->name);
	else
		snprintf(error, RAWSOCK_ERROR_MAX, "%s: cannot open a raw socket: %s", netif->name,
		    strerror(status));
	return NULL;
}

void
rawsock_close(struct rawsock *sock)
{
	if (sock == NULL)
		return;
	close(sock->fd);
	free(sock);
}

int
rawsock_fd(const struct rawsock *sock)
{
	return sock->fd;
}

bool
rawsock_join(struct rawsock *sock, const struct pfsync_addr *group, char error[RAWSOCK_ERROR_MAX])
{
	int status = sys_raw_join(sock->fd, &sock->netif, sock->ip6, group);

	if (status != 0)
		snprintf(error, RAWSOCK_ERROR_MAX, "%s: cannot join the group: %s",
		    sock->netif.name, strerror(status));
	return status == 0;
}

/* What to do about the usual reasons. */
static const char *
hint(int status)
{
	switch (status) {
	case ENETUNREACH:
	case EHOSTUNREACH:
	case EADDRNOTAVAIL:
		return "; does the interface have an address of that family?";
	case ENETDOWN:
		return "; bring the interface up";
	case EMSGSIZE:
		return "; the packet is larger than the interface's MTU";
	default:
		return "";
	}
}

bool
rawsock_send(struct rawsock *sock, const uint8_t *packet, size_t len, char error[RAWSOCK_ERROR_MAX])
{
	int status;

	if (len < (sock->ip6 ? IP6_HEADER_BYTES : IP4_HEADER_BYTES)) {
		snprintf(error, RAWSOCK_ERROR_MAX, "%s: no IP packet", sock->netif.name);
		return false;
	}
	status = sys_raw_send(sock->fd, &sock->netif, sock->ip6, sock->whole, packet, len);
	if (status != 0)
		snprintf(error, RAWSOCK_ERROR_MAX, "%s: sending %zu bytes: %s%s", sock->netif.name,
		    len, strerror(status), hint(status));
	return status == 0;
}

/* Take the IPv4 header off.  False if there is none. */
static bool
open_ip4(const uint8_t *bytes, size_t len, struct rawsock_packet *packet)
{
	size_t header = len > 0 ? (size_t)(bytes[0] & 0x0f) * 4 : 0;

	if (header < IP4_HEADER_BYTES || len < header)
		return false;
	packet->ttl = bytes[8];
	memcpy(packet->src.b, bytes + 12, 4);
	memcpy(packet->dst.b, bytes + 16, 4);
	packet->payload = bytes + header;
	packet->len = len - header;
	return true;
}

enum rawsock_result
rawsock_receive(struct rawsock *sock, uint8_t *buffer, size_t size, struct rawsock_packet *packet,
    char error[RAWSOCK_ERROR_MAX])
{
	size_t len = 0;
	int status;

	*packet = (struct rawsock_packet){.ip6 = sock->ip6};
	status = sys_raw_receive(sock->fd, sock->ip6, buffer, size, &len, packet);
	if (status == EAGAIN || status == EWOULDBLOCK || status == EINTR)
		return RAWSOCK_NOTHING;
	if (status != 0) {
		snprintf(error, RAWSOCK_ERROR_MAX, "%s: receiving: %s", sock->netif.name,
		    strerror(status));
		return RAWSOCK_FAILED;
	}
	if (sock->ip6) {
		packet->payload = buffer;
		packet->len = len;
		return RAWSOCK_PACKET;
	}
	return open_ip4(buffer, len, packet) ? RAWSOCK_PACKET : RAWSOCK_NOTHING;
}
