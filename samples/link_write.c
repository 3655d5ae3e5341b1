/*
 * link_write.c - link layers around an IP packet.
 *
 * SPDX-License-Identifier: ISC
 */
#include "link_write.h"

#include <string.h>

#include "pfsync.h"

enum { TYPE_IP = 0x0800, TYPE_IP6 = 0x86dd, TYPE_VLAN = 0x8100, TYPE_QINQ = 0x88a8 };
enum { VLAN_SYNC = 9, VLAN_OUTER = 100 };
enum { ETHERNET_MIN = 60, MAC_BYTES = 6 };
enum { ARPHRD_ETHERNET = 1, COOKED_MULTICAST = 2, COOKED_OTHER = 3 };

/* Locally administered addresses that end like the IPv4 ones. */
static const uint8_t macs[2][MAC_BYTES] = {
    {0x02, 0x00, 0x0a, 0x09, 0x00, 0x01},
    {0x02, 0x00, 0x0a, 0x09, 0x00, 0x02},
};

uint32_t
link_type(enum link_kind kind)
{
	switch (kind) {
	case LINK_ETHERNET:
	case LINK_VLAN:
	case LINK_QINQ:
		return 1;
	case LINK_SLL:
		return 113;
	case LINK_SLL2:
		return 276;
	case LINK_RAW:
		return 101;
	case LINK_NULL_LITTLE:
	case LINK_NULL_BIG:
		return 0;
	case LINK_LOOP:
		return 108;
	default:
		return PFSYNC_LINKTYPE;
	}
}

static unsigned
ether_type(const struct link_frame *frame)
{
	return frame->ip6 ? TYPE_IP6 : TYPE_IP;
}

static void
ethernet(struct buffer *out, const struct link_frame *frame)
{
	/* RFC 1112, RFC 2464. */
	const uint8_t group4[MAC_BYTES] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0xf0};
	const uint8_t group6[MAC_BYTES] = {0x33, 0x33, 0x00, 0x00, 0x00, 0xf0};

	buffer_add(out,
	    frame->unicast ? macs[1 - frame->node]
	    : frame->ip6   ? group6
			   : group4,
	    MAC_BYTES);
	buffer_add(out, macs[frame->node], MAC_BYTES);
	if (frame->kind == LINK_QINQ) {
		buffer_be16(out, TYPE_QINQ);
		buffer_be16(out, VLAN_OUTER);
	}
	if (frame->kind != LINK_ETHERNET) {
		buffer_be16(out, TYPE_VLAN);
		buffer_be16(out, VLAN_SYNC);
	}
	buffer_be16(out, ether_type(frame));
}

static void
cooked(struct buffer *out, const struct link_frame *frame)
{
	buffer_be16(out, frame->unicast ? COOKED_OTHER : COOKED_MULTICAST);
	buffer_be16(out, ARPHRD_ETHERNET);
	buffer_be16(out, MAC_BYTES);
	buffer_add(out, macs[frame->node], MAC_BYTES);
	buffer_be16(out, 0);
	buffer_be16(out, ether_type(frame));
}

static void
cooked2(struct buffer *out, const struct link_frame *frame)
{
	buffer_be16(out, ether_type(frame));
	buffer_be16(out, 0);
	buffer_be32(out, 3); /* interface index */
	buffer_be16(out, ARPHRD_ETHERNET);
	buffer_u8(out, frame->unicast ? COOKED_OTHER : COOKED_MULTICAST);
	buffer_u8(out, MAC_BYTES);
	buffer_add(out, macs[frame->node], MAC_BYTES);
	buffer_be16(out, 0);
}

void
link_write(struct buffer *out, const struct link_frame *frame, const uint8_t *packet, size_t len)
{
	size_t start = out->len;
	uint8_t family = frame->ip6 ? frame->af_inet6 : 2;

	switch (frame->kind) {
	case LINK_ETHERNET:
	case LINK_VLAN:
	case LINK_QINQ:
		ethernet(out, frame);
		break;
	case LINK_SLL:
		cooked(out, frame);
		break;
	case LINK_SLL2:
		cooked2(out, frame);
		break;
	case LINK_NULL_LITTLE:
		buffer_number(out, family, 4, false);
		break;
	case LINK_NULL_BIG:
	case LINK_LOOP:
		buffer_be32(out, family);
		break;
	case LINK_RAW:
	case LINK_TAP:
		break;
	}
	buffer_add(out, packet, len);
	if (frame->padded && out->len - start < ETHERNET_MIN)
		buffer_fill(out, 0, ETHERNET_MIN - (out->len - start));
}
