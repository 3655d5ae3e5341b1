/*
 * link.c - from a captured frame to the IP header in it.
 *
 * SPDX-License-Identifier: ISC
 */
#include "link.h"

#include <stdbool.h>

#include "bytes.h"
#include "pfsync.h"

enum {
	ETHERNET_SOURCE = 6,
	ETHERNET_TYPE = 12,
	COOKED_ADDR_BYTES = 4,
	COOKED_ADDR = 6,
	COOKED_TYPE = 14,
	COOKED2_TYPE = 0,
	COOKED2_INTERFACE = 4,
	COOKED2_ADDR_BYTES = 11,
	COOKED2_ADDR = 12,
	COOKED2_PAYLOAD = 20,
	NULL_PAYLOAD = 4,
	MAC_BYTES = 6,
	/* Two are customary; more would be an attack or garbage. */
	VLAN_DEPTH_MAX = 8
};

enum { TYPE_IP = 0x0800, TYPE_IP6 = 0x86dd, TYPE_VLAN = 0x8100 };
enum { VLAN_BITS = 12, VLAN_MASK = 0xfff };
enum { TYPE_QINQ = 0x88a8, TYPE_QINQ_OLD = 0x9100 };

enum link_type
link_type_of(int dlt)
{
	switch (dlt) {
	case 1:
		return LINK_TYPE_ETHERNET;
	case 113:
		return LINK_TYPE_COOKED;
	case 276:
		return LINK_TYPE_COOKED2;
	case 14:  /* OpenBSD's DLT_RAW */
	case 101: /* LINKTYPE_RAW */
	case 228: /* DLT_IPV4 */
	case 229: /* DLT_IPV6 */
		return LINK_TYPE_RAW;
	case 0:
	case 108: /* DLT_LOOP */
		return LINK_TYPE_NULL;
	case 12: /* DLT_RAW, but DLT_LOOP on OpenBSD */
		return LINK_TYPE_RAW_OR_NULL;
	case PFSYNC_LINKTYPE:
		return LINK_TYPE_PFSYNC;
	case PFSYNC_LINKTYPE_OPENBSD:
	case PFSYNC_LINKTYPE_FREEBSD:
		return LINK_TYPE_PFSYNC_MAYBE;
	default:
		return LINK_TYPE_UNKNOWN;
	}
}

static enum link_status
cut_at(struct link_view *view, size_t caplen, size_t wirelen)
{
	view->offset = caplen;
	return caplen < wirelen ? LINK_CUT : LINK_RUNT;
}

/*
 * Walk VLAN tags.  `type` is the offset of an Ethernet type and `payload` of
 * what it describes; both are within the capture.
 */
static enum link_status
strip_ethertype(const uint8_t *bytes, size_t caplen, size_t wirelen, size_t type, size_t payload,
    struct link_view *view)
{
	for (unsigned depth = 0; depth <= VLAN_DEPTH_MAX; depth++) {
		switch (bytes_be16(bytes + type)) {
		case TYPE_IP:
			view->offset = payload;
			view->version = 4;
			return LINK_IP;
		case TYPE_IP6:
			view->offset = payload;
			view->version = 6;
			return LINK_IP;
		case TYPE_VLAN:
		case TYPE_QINQ:
		case TYPE_QINQ_OLD:
			/* Two bytes of tag, then the type of what follows. */
			if (caplen - payload < 4)
				return cut_at(view, caplen, wirelen);
			view->link =
			    view->link << VLAN_BITS | (bytes_be16(bytes + payload) & VLAN_MASK);
			type = payload + 2;
			payload += 4;
			break;
		default:
			return LINK_OTHER;
		}
	}
	return LINK_OTHER;
}

/* Address families of IP as the BSDs, macOS and Linux number them (FB 3.4). */
static unsigned
version_of_family(uint32_t family)
{
	switch (family) {
	case 2:
		return 4;
	case 10: /* Linux */
	case 24: /* OpenBSD, NetBSD */
	case 28: /* FreeBSD, DragonFly */
	case 30: /* macOS */
		return 6;
	default:
		return 0;
	}
}

static enum link_status
strip_null(const uint8_t *bytes, size_t caplen, size_t wirelen, struct link_view *view)
{
	uint32_t family;

	if (caplen < NULL_PAYLOAD)
		return cut_at(view, caplen, wirelen);
	family = bytes_be32(bytes);
	view->offset = NULL_PAYLOAD;
	view->version = version_of_family(family);
	if (view->version == 0) {
		/* DLT_NULL has the byte order of the capturing machine. */
		view->version = version_of_family(family >> 24);
		if ((family & 0xffffff) != 0)
			view->version = 0;
	}
	return view->version != 0 ? LINK_IP : LINK_OTHER;
}

static enum link_status
strip_raw(const uint8_t *bytes, size_t caplen, size_t wirelen, struct link_view *view)
{
	if (caplen == 0)
		return cut_at(view, caplen, wirelen);
	view->version = bytes[0] >> 4;
	return view->version == 4 || view->version == 6 ? LINK_IP : LINK_OTHER;
}

enum link_status
link_strip(enum link_type type, const uint8_t *bytes, size_t caplen, size_t wirelen,
    struct link_view *view)
{
	view->offset = 0;
	view->version = 0;
	view->mac = NULL;
	view->link = 0;
	view->link_unknown = false;
	switch (type) {
	case LINK_TYPE_ETHERNET:
		if (caplen < ETHERNET_TYPE + 2)
			return cut_at(view, caplen, wirelen);
		view->mac = bytes + ETHERNET_SOURCE;
		return strip_ethertype(
		    bytes, caplen, wirelen, ETHERNET_TYPE, ETHERNET_TYPE + 2, view);
	case LINK_TYPE_COOKED:
		if (caplen < COOKED_TYPE + 2)
			return cut_at(view, caplen, wirelen);
		if (bytes_be16(bytes + COOKED_ADDR_BYTES) == MAC_BYTES)
			view->mac = bytes + COOKED_ADDR;
		view->link_unknown = true;
		return strip_ethertype(bytes, caplen, wirelen, COOKED_TYPE, COOKED_TYPE + 2, view);
	case LINK_TYPE_COOKED2:
		if (caplen < COOKED2_PAYLOAD)
			return cut_at(view, caplen, wirelen);
		if (bytes[COOKED2_ADDR_BYTES] == MAC_BYTES)
			view->mac = bytes + COOKED2_ADDR;
		view->link = bytes_be32(bytes + COOKED2_INTERFACE);
		return strip_ethertype(bytes, caplen, wirelen, COOKED2_TYPE, COOKED2_PAYLOAD, view);
	case LINK_TYPE_RAW:
		return strip_raw(bytes, caplen, wirelen, view);
	case LINK_TYPE_NULL:
		return strip_null(bytes, caplen, wirelen, view);
	case LINK_TYPE_RAW_OR_NULL:
		/* A family number is small, so its first byte is 0 or 2 to 30. */
		if (caplen > 0 && bytes[0] < 0x40)
			return strip_null(bytes, caplen, wirelen, view);
		return strip_raw(bytes, caplen, wirelen, view);
	default:
		return LINK_OTHER;
	}
}
