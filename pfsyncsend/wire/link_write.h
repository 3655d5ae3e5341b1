/*
 * link_write.h - link layers around an IP packet.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_LINK_WRITE_H
#define PFSYNCSEND_LINK_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "ip_write.h"

enum link_kind {
	LINK_ETHERNET,
	LINK_VLAN, /* one tag, 802.1Q */
	LINK_QINQ, /* two tags, 802.1ad and 802.1Q */
	LINK_SLL,  /* Linux cooked, version 1 */
	LINK_SLL2, /* version 2 */
	LINK_RAW,
	LINK_NULL_LITTLE, /* BSD loopback of a little-endian machine */
	LINK_NULL_BIG,
	LINK_LOOP,        /* OpenBSD loopback: network order */
	LINK_TAP,         /* pfsync0: nothing in front; the packet is pfsync, or IPv4 (OB 3.3) */
	LINK_TAP_FREEBSD, /* the same under FreeBSD's own number, 121 */
	LINK_TAP_OPENBSD, /* OpenBSD's, 18 */
	LINK_KIND_COUNT
};

/* Does it show pfsync0, not a wire? */
static inline bool
link_is_tap(enum link_kind kind)
{
	return kind >= LINK_TAP;
}

enum { LINK_MAC_BYTES = 6 };

struct link_mac {
	uint8_t b[LINK_MAC_BYTES];
};

struct link_frame {
	enum link_kind kind;
	bool ip6; /* what the packet is */
	struct link_mac src;
	struct link_mac dst;
	uint16_t vlan;       /* VLAN, QINQ: the (inner) tag */
	uint16_t outer_vlan; /* QINQ */
	bool padded;         /* Ethernet: at least 60 bytes, as a receiver sees it */
	uint8_t af_inet6;    /* NULL, LOOP: the machine's number for IPv6: 24, 28, 30 */
};

/* The link type of such frames in a file. */
uint32_t link_type(enum link_kind kind);
/* "ethernet", "vlan" ... "pfsync0-18"; in the order of enum link_kind, NULL behind the last. */
extern const char *const link_kind_names[LINK_KIND_COUNT + 1];

/* The group's MAC address (RFC 1112, RFC 2464); `addr` must be multicast. */
struct link_mac link_group_mac(bool ip6, const struct pfsync_addr *addr);
/* Read "02:00:0a:09:00:01".  False if it is none. */
bool link_mac_parse(const char *text, struct link_mac *mac);

/* Append link header and packet. */
void link_write(
    struct buffer *out, const struct link_frame *frame, const uint8_t *packet, size_t len);

#endif
