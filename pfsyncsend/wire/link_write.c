/*
 * link_write.c - link layers around an IP packet.
 *
 * SPDX-License-Identifier: ISC
 */
#include "link_write.h"

#include <string.h>

enum { TYPE_IP = 0x0800, TYPE_IP6 = 0x86dd, TYPE_VLAN = 0x8100, TYPE_QINQ = 0x88a8 };
enum { ETHERNET_MIN = 60, ARPHRD_ETHERNET = 1, COOKED_IFINDEX = 3 };
enum { COOKED_BROADCAST = 1, COOKED_MULTICAST = 2, COOKED_OTHER = 3 };
enum { AF_INET_EVERYWHERE = 2 };

const char *const link_kind_names[LINK_KIND_COUNT + 1] = {"ethernet", "vlan", "qinq", "sll", "sll2",
    "raw", "null", "null-be", "loop", "pfsync0", "pfsync0-121", "pfsync0-18", NULL};

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
	case LINK_TAP_FREEBSD:
		return PFSYNC_LINKTYPE_FREEBSD;
	case LINK_TAP_OPENBSD:
		return PFSYNC_LINKTYPE_OPENBSD;
	default:
		return PFSYNC_LINKTYPE;
	}
}

struct link_mac
link_group_mac(bool ip6, const struct pfsync_addr *addr)
{
	const uint8_t *a = addr->b;

	if (ip6)
		return (struct link_mac){{0x33, 0x33, a[12], a[13], a[14], a[15]}};
	return (struct link_mac){{0x01, 0x00, 0x5e, a[1] & 0x7f, a[2], a[3]}};
}

static int
hex_digit(char c)
{
	const char digits[] = "0123456789abcdef";
	const char *at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c != '\0' ? strchr(digits, c) : NULL;
	return at != NULL ? (int)(at - digits) : -1;
}

bool
link_mac_parse(const char *text, struct link_mac *mac)
{
	for (size_t i = 0; i < LINK_MAC_BYTES; i++) {
		int high = hex_digit(text[0]);
		int low = high >= 0 ? hex_digit(text[1]) : -1;
		if (low < 0 || text[2] != (i + 1 < LINK_MAC_BYTES ? ':' : '\0'))
			return false;
		mac->b[i] = (uint8_t)(high << 4 | low);
		text += 3;
	}
	return true;
}

static unsigned
ether_type(const struct link_frame *frame)
{
	return frame->ip6 ? TYPE_IP6 : TYPE_IP;
}

static void
ethernet(struct buffer *out, const struct link_frame *frame)
{
	buffer_add(out, frame->dst.b, LINK_MAC_BYTES);
	buffer_add(out, frame->src.b, LINK_MAC_BYTES);
	if (frame->kind == LINK_QINQ) {
		buffer_be16(out, TYPE_QINQ);
		buffer_be16(out, frame->outer_vlan);
	}
	if (frame->kind != LINK_ETHERNET) {
		buffer_be16(out, TYPE_VLAN);
		buffer_be16(out, frame->vlan);
	}
	buffer_be16(out, ether_type(frame));
}

/* As a third machine that listens sees it. */
static unsigned
cooked_type(const struct link_frame *frame)
{
	static const struct link_mac broadcast = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

	if (memcmp(&frame->dst, &broadcast, sizeof(broadcast)) == 0)
		return COOKED_BROADCAST;
	return (frame->dst.b[0] & 1) != 0 ? COOKED_MULTICAST : COOKED_OTHER;
}

static void
cooked(struct buffer *out, const struct link_frame *frame)
{
	buffer_be16(out, cooked_type(frame));
	buffer_be16(out, ARPHRD_ETHERNET);
	buffer_be16(out, LINK_MAC_BYTES);
	buffer_add(out, frame->src.b, LINK_MAC_BYTES);
	buffer_be16(out, 0);
	buffer_be16(out, ether_type(frame));
}

static void
cooked2(struct buffer *out, const struct link_frame *frame)
{
	buffer_be16(out, ether_type(frame));
	buffer_be16(out, 0);
	buffer_be32(out, COOKED_IFINDEX);
	buffer_be16(out, ARPHRD_ETHERNET);
	buffer_u8(out, cooked_type(frame));
	buffer_u8(out, LINK_MAC_BYTES);
	buffer_add(out, frame->src.b, LINK_MAC_BYTES);
	buffer_be16(out, 0);
}

void
link_write(struct buffer *out, const struct link_frame *frame, const uint8_t *packet, size_t len)
{
	size_t start = out->len;
	uint8_t family = frame->ip6 ? frame->af_inet6 : AF_INET_EVERYWHERE;

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
	case LINK_TAP_FREEBSD:
	case LINK_TAP_OPENBSD:
	case LINK_KIND_COUNT:
		break;
	}
	buffer_add(out, packet, len);
	if (frame->padded && out->len - start < ETHERNET_MIN)
		buffer_fill(out, 0, ETHERNET_MIN - (out->len - start));
}
