/*
 * rawsock_compat.c - what systems do differently, for raw sockets.
 *
 * SPDX-License-Identifier: ISC
 *
 * Raw sockets and interfaces are beyond POSIX, so this file alone asks for
 * everything its system has.
 */
#undef _POSIX_C_SOURCE
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE
#define _NETBSD_SOURCE
#define __APPLE_USE_RFC_3542

#include "rawsock_compat.h"

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if_arp.h>
#else
#include <net/if_dl.h>
#endif

/* ------------------------------------------------------------------------
 * Interfaces
 */

static void
copy_name(struct ifreq *request, const char *name)
{
	memset(request, 0, sizeof(*request));
	strncpy(request->ifr_name, name, sizeof(request->ifr_name) - 1);
}

#ifdef __linux__

/* The driver says what it is, also in a network namespace without its own /sys. */
static enum netif_kind
kind_of(int fd, const char *name)
{
	struct ethtool_drvinfo driver = {.cmd = ETHTOOL_GDRVINFO};
	struct ifreq request;

	copy_name(&request, name);
	request.ifr_data = (void *)&driver;
	if (ioctl(fd, SIOCETHTOOL, &request) != 0)
		return NETIF_OTHER;
	if (strcmp(driver.driver, "veth") == 0)
		return NETIF_VETH;
	if (strcmp(driver.driver, "dummy") == 0)
		return NETIF_DUMMY;
	if (strcmp(driver.driver, "tun") == 0) {
		copy_name(&request, name);
		if (ioctl(fd, SIOCGIFHWADDR, &request) == 0 &&
		    request.ifr_hwaddr.sa_family == ARPHRD_ETHER)
			return NETIF_TAP;
	}
	return NETIF_OTHER;
}

static void
take_mac(const struct sockaddr *sa, struct netif *netif)
{
	struct sockaddr_ll link;

	if (sa->sa_family != AF_PACKET)
		return;
	memcpy(&link, sa, sizeof(link));
	if (link.sll_halen == LINK_MAC_BYTES)
		memcpy(netif->mac.b, link.sll_addr, LINK_MAC_BYTES);
}

#else

/* On the BSDs the name is the driver's and a number. */
static enum netif_kind
kind_of(int fd, const char *name)
{
	static const struct {
		const char *driver;
		enum netif_kind kind;
	} drivers[] = {{"epair", NETIF_VETH}, {"pair", NETIF_VETH}, {"tap", NETIF_TAP},
	    {"disc", NETIF_DUMMY}, {"vether", NETIF_DUMMY}};

	(void)fd;
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		size_t length = strlen(drivers[i].driver);
		if (strncmp(name, drivers[i].driver, length) == 0 && name[length] >= '0' &&
		    name[length] <= '9')
			return drivers[i].kind;
	}
	return NETIF_OTHER;
}

static void
take_mac(const struct sockaddr *sa, struct netif *netif)
{
	const struct sockaddr_dl *link = (const void *)sa;

	if (sa->sa_family == AF_LINK && link->sdl_alen == LINK_MAC_BYTES)
		memcpy(netif->mac.b, LLADDR(link), LINK_MAC_BYTES);
}

#endif

static void
take_address(const struct sockaddr *sa, struct netif *netif)
{
	if (sa->sa_family == AF_INET && !netif->has_ip4) {
		struct sockaddr_in in;
		memcpy(&in, sa, sizeof(in));
		memcpy(netif->ip4.b, &in.sin_addr, 4);
		netif->has_ip4 = true;
	} else if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;
		memcpy(&in6, sa, sizeof(in6));
		if (netif->has_ip6 && !IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr))
			return;
		memcpy(netif->ip6.b, &in6.sin6_addr, 16);
#ifndef __linux__
		/* KAME keeps the zone inside the address. */
		if (IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr))
			netif->ip6.b[2] = netif->ip6.b[3] = 0;
#endif
		netif->has_ip6 = true;
	}
}

static int
take_addresses(struct netif *netif)
{
	struct ifaddrs *list;

	if (getifaddrs(&list) != 0)
		return errno;
	for (struct ifaddrs *i = list; i != NULL; i = i->ifa_next) {
		if (i->ifa_addr == NULL || strcmp(i->ifa_name, netif->name) != 0)
			continue;
		take_address(i->ifa_addr, netif);
		take_mac(i->ifa_addr, netif);
	}
	freeifaddrs(list);
	return 0;
}

int
sys_netif(const char *name, struct netif *netif)
{
	struct ifreq request;
	int fd, flags;

	*netif = (struct netif){0};
	if (strlen(name) >= sizeof(request.ifr_name) || strlen(name) >= sizeof(netif->name))
		return ENXIO;
	strcpy(netif->name, name);
	netif->index = if_nametoindex(name);
	if (netif->index == 0)
		return ENXIO;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0)
		return errno;
	copy_name(&request, name);
	if (ioctl(fd, SIOCGIFFLAGS, &request) != 0) {
		int error = errno;
		close(fd);
		return error;
	}
	flags = request.ifr_flags;
	netif->up = (flags & IFF_UP) != 0;
	netif->kind = (flags & IFF_LOOPBACK) != 0 ? NETIF_LOOPBACK : kind_of(fd, name);
	copy_name(&request, name);
	if (ioctl(fd, SIOCGIFMTU, &request) == 0)
		netif->mtu = (unsigned)request.ifr_mtu;
	close(fd);
	return take_addresses(netif);
}

/* ------------------------------------------------------------------------
 * Sockets
 */

static int
set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) == 0 ? 0 : errno;
}

static int
bind_to(int fd, const struct netif *netif)
{
#ifdef SO_BINDTODEVICE
	if (setsockopt(
		fd, SOL_SOCKET, SO_BINDTODEVICE, netif->name, (socklen_t)strlen(netif->name)) != 0)
		return errno;
#else
	(void)fd;
	(void)netif;
#endif
	return 0;
}

static int
prepare4(int fd, const struct netif *netif)
{
	struct in_addr from;
	uint8_t no_loop = 0;
	int error = set_int(fd, IPPROTO_IP, IP_HDRINCL, 1);

	if (error != 0)
		return error;
	if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &no_loop, sizeof(no_loop)) != 0)
		return errno;
	/* Linux is bound to the device already, the others go by its address. */
	memcpy(&from, netif->ip4.b, 4);
	if (netif->has_ip4 && setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &from, sizeof(from)) != 0)
		return errno;
	return 0;
}

static int
prepare6(int fd, const struct netif *netif, bool *whole)
{
	const int options[] = {IPV6_RECVHOPLIMIT, IPV6_RECVPKTINFO};
	int error;

#if defined(__linux__) && defined(IPV6_HDRINCL)
	*whole = set_int(fd, IPPROTO_IPV6, IPV6_HDRINCL, 1) == 0;
#else
	*whole = false;
#endif
	error = set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);
	if (error == 0)
		error = set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)netif->index);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]) && error == 0; i++)
		error = set_int(fd, IPPROTO_IPV6, options[i], 1);
	return error;
}

int
sys_raw_open(const struct netif *netif, bool ip6, uint8_t proto, int *fd, bool *whole)
{
	int error;

	*fd = socket(ip6 ? AF_INET6 : AF_INET, SOCK_RAW, proto);
	if (*fd < 0)
		return errno;
	*whole = true;
	error = bind_to(*fd, netif);
	if (error == 0)
		error = ip6 ? prepare6(*fd, netif, whole) : prepare4(*fd, netif);
	if (error != 0)
		close(*fd);
	return error;
}

int
sys_raw_join(int fd, const struct netif *netif, bool ip6, const struct pfsync_addr *group)
{
	if (ip6) {
		struct ipv6_mreq request = {.ipv6mr_interface = netif->index};
		memcpy(&request.ipv6mr_multiaddr, group->b, 16);
		return setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof(request)) == 0
			   ? 0
			   : errno;
	} else {
#ifdef __linux__
		struct ip_mreqn request = {.imr_ifindex = (int)netif->index};
#else
		struct ip_mreq request = {0};
		memcpy(&request.imr_interface, netif->ip4.b, 4);
#endif
		memcpy(&request.imr_multiaddr, group->b, 4);
		return setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(request)) == 0
			   ? 0
			   : errno;
	}
}

static int
send4(int fd, const uint8_t *packet, size_t len)
{
	struct sockaddr_in to = {.sin_family = AF_INET};

	memcpy(&to.sin_addr, packet + 16, 4);
	return sendto(fd, packet, len, 0, (const struct sockaddr *)&to, sizeof(to)) >= 0 ? 0
											 : errno;
}

static void
add_control(struct msghdr *message, int type, const void *data, size_t len)
{
	struct cmsghdr *control =
	    (struct cmsghdr *)(void *)((uint8_t *)message->msg_control + message->msg_controllen);

	control->cmsg_level = IPPROTO_IPV6;
	control->cmsg_type = type;
	control->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(control), data, len);
	message->msg_controllen += CMSG_SPACE(len);
}

/* Header and payload apart: what the header says goes in as wishes. */
static void
ask_for(struct msghdr *message, const struct netif *netif, const uint8_t *packet)
{
	struct in6_pktinfo from = {.ipi6_ifindex = netif->index};
	int hops = packet[7];
	int class = (packet[0] & 0x0f) << 4 | packet[1] >> 4;

	memcpy(&from.ipi6_addr, packet + 8, 16);
	add_control(message, IPV6_PKTINFO, &from, sizeof(from));
	add_control(message, IPV6_HOPLIMIT, &hops, sizeof(hops));
	add_control(message, IPV6_TCLASS, &class, sizeof(class));
}

static int
send6(int fd, const struct netif *netif, bool whole, const uint8_t *packet, size_t len)
{
	union {
		struct cmsghdr align;
		uint8_t bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) + 2 * CMSG_SPACE(sizeof(int))];
	} control = {.bytes = {0}};
	struct sockaddr_in6 to = {.sin6_family = AF_INET6};
	uint8_t copy[UINT16_MAX + 1];
	size_t skip = whole ? 0 : IP6_HEADER_BYTES;
	struct iovec part = {.iov_base = copy, .iov_len = len - skip};
	struct msghdr message = {
	    .msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &part, .msg_iovlen = 1};

	if (len - skip > sizeof(copy))
		return EMSGSIZE;
	memcpy(copy, packet + skip, len - skip); /* iov_base is not const */
	memcpy(&to.sin6_addr, packet + 24, 16);
	if (IN6_IS_ADDR_LINKLOCAL(&to.sin6_addr) || IN6_IS_ADDR_MULTICAST(&to.sin6_addr))
		to.sin6_scope_id = netif->index;
	if (!whole) {
		message.msg_control = control.bytes;
		ask_for(&message, netif, packet);
	}
	return sendmsg(fd, &message, 0) >= 0 ? 0 : errno;
}

int
sys_raw_send(
    int fd, const struct netif *netif, bool ip6, bool whole, const uint8_t *packet, size_t len)
{
	return ip6 ? send6(fd, netif, whole, packet, len) : send4(fd, packet, len);
}

static void
take_control(struct msghdr *message, struct rawsock_packet *packet)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level != IPPROTO_IPV6)
			continue;
		if (c->cmsg_type == IPV6_HOPLIMIT) {
			int hops;
			memcpy(&hops, CMSG_DATA(c), sizeof(hops));
			packet->ttl = (uint8_t)hops;
		} else if (c->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo info;
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			memcpy(packet->dst.b, &info.ipi6_addr, 16);
		}
	}
}

int
sys_raw_receive(
    int fd, bool ip6, uint8_t *buffer, size_t size, size_t *len, struct rawsock_packet *packet)
{
	union {
		struct cmsghdr align;
		uint8_t bytes[256];
	} control;
	struct sockaddr_in6 from = {0};
	struct iovec part = {.iov_base = buffer, .iov_len = size};
	struct msghdr message = {.msg_name = &from,
	    .msg_namelen = sizeof(from),
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control.bytes,
	    .msg_controllen = sizeof(control.bytes)};
	ssize_t got = recvmsg(fd, &message, MSG_DONTWAIT);

	if (got < 0)
		return errno;
	*len = (size_t)got;
	if (ip6) {
		memcpy(packet->src.b, &from.sin6_addr, 16);
		take_control(&message, packet);
	}
	return 0;
}
