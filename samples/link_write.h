/*
 * link_write.h - link layers around an IP packet.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SAMPLES_LINK_WRITE_H
#define SAMPLES_LINK_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

enum link_kind {
	LINK_ETHERNET,
	LINK_VLAN, /* one tag, 802.1Q */
	LINK_QINQ, /* two tags, 802.1ad and 802.1Q */
	LINK_SLL,  /* Linux cooked, version 1 */
	LINK_SLL2, /* version 2 */
	LINK_RAW,
	LINK_NULL_LITTLE, /* BSD loopback of a little-endian machine */
	LINK_NULL_BIG,
	LINK_LOOP, /* OpenBSD loopback: network order */
	LINK_TAP   /* pfsync0: nothing in front */
};

struct link_frame {
	enum link_kind kind;
	unsigned node;    /* the sender: 0 or 1 */
	bool unicast;     /* to the other firewall instead of the group */
	bool ip6;         /* what the packet is */
	bool padded;      /* Ethernet: at least 60 bytes, as a receiver sees it */
	uint8_t af_inet6; /* NULL, LOOP: the machine's number for IPv6 */
};

/* The link type of such frames in a file; LINK_TAP: PFSYNC_LINKTYPE. */
uint32_t link_type(enum link_kind kind);

/* Append link header and packet. */
void link_write(
    struct buffer *out, const struct link_frame *frame, const uint8_t *packet, size_t len);

#endif
