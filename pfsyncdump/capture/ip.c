/*
 * ip.c - from an IP header to the pfsync datagram behind it.
 *
 * SPDX-License-Identifier: ISC
 */
#include "ip.h"

#include <string.h>

#include "bytes.h"

enum {
	IP4_LENGTH = 2,
	IP4_ID = 4,
	IP4_FRAGMENT = 6,
	IP4_TTL = 8,
	IP4_PROTO = 9,
	IP4_CHECKSUM = 10,
	IP4_SRC = 12,
	IP4_DST = 16,
	IP4_HEADER = 20,
	IP4_MORE = 0x2000,
	IP4_PART_MASK = 0x1fff
};

enum {
	IP6_LENGTH = 4,
	IP6_NEXT = 6,
	IP6_HOPS = 7,
	IP6_SRC = 8,
	IP6_DST = 24,
	IP6_HEADER = 40,
	IP6_MORE = 1,
	IP6_PART_MASK = 0xfff8,
	/* Each kind is due once, destination options twice. */
	IP6_EXTENSIONS_MAX = 8
};

enum { NEXT_HOPBYHOP = 0, NEXT_ROUTING = 43, NEXT_FRAGMENT = 44, NEXT_OPTIONS = 60 };
enum { PROTO_CARP = 112 };

static void
trouble(struct ip_view *view, const char *counter, const char *text, size_t offset)
{
	if (view->trouble_count < IP_TROUBLE_MAX)
		view->trouble[view->trouble_count++] =
		    (struct ip_trouble){.counter = counter, .text = text, .offset = offset};
}

static enum ip_status
bad(struct ip_view *view, const char *counter, const char *text, size_t offset)
{
	trouble(view, counter, text, offset);
	return IP_BAD;
}

/* The header goes on behind what there is: whose fault is it? */
static enum ip_status
ends_early(struct ip_view *view, size_t caplen, size_t wirelen)
{
	if (caplen < wirelen)
		return bad(view, "truncated", "the capture ends inside the IP header", caplen);
	return bad(view, "hdrops", "the packet ends inside its IP header", caplen);
}

static enum ip_status
foreign(uint8_t proto)
{
	return proto == PROTO_CARP ? IP_CARP : IP_OTHER;
}

/* The sum over an intact header, its checksum included, is 0xffff. */
static bool
checksum_holds(const uint8_t *bytes, size_t header)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < header; i += 2)
		sum += bytes_be16(bytes + i);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

/*
 * Payload bounds from the packet's total length, which includes `header`
 * bytes up to the payload.  0 stands for a length that is not known before
 * the network card has cut the packet (segmentation offload).
 */
static void
set_payload(struct ip_view *view, size_t header, size_t total, size_t caplen, size_t wirelen)
{
	if (total == 0 || total > wirelen)
		total = wirelen;
	view->offset = header;
	view->wirelen = total - header;
	view->caplen = (caplen < total ? caplen : total) - header;
}

static enum ip_status
parse4(const uint8_t *bytes, size_t caplen, size_t wirelen, uint8_t wanted, struct ip_view *view)
{
	size_t header, total;
	uint16_t fragment;

	if (caplen > IP4_PROTO && bytes[IP4_PROTO] != wanted)
		return foreign(bytes[IP4_PROTO]);
	if (caplen < IP4_HEADER)
		return ends_early(view, caplen, wirelen);

	view->af = PFSYNC_AF_INET;
	memset(&view->src, 0, sizeof(view->src));
	memset(&view->dst, 0, sizeof(view->dst));
	memcpy(view->src.b, bytes + IP4_SRC, 4);
	memcpy(view->dst.b, bytes + IP4_DST, 4);
	view->ttl = bytes[IP4_TTL];
	view->id = bytes_be16(bytes + IP4_ID);

	if (bytes[0] >> 4 != 4)
		return bad(view, "badlen", "the IP header is not of version 4", 0);
	header = (size_t)(bytes[0] & 0x0f) * 4;
	if (header < IP4_HEADER)
		return bad(view, "badlen", "the IP header claims less than 20 bytes", 0);
	if (caplen < header)
		return ends_early(view, caplen, wirelen);
	total = bytes_be16(bytes + IP4_LENGTH);
	if (total != 0 && total < header)
		return bad(
		    view, "badlen", "the IP total length is less than the header's", IP4_LENGTH);
	if (total > wirelen)
		trouble(view, "badlen", "the IP total length goes beyond the frame", IP4_LENGTH);
	/* 0: left to the network card, or pfsync0 of OpenBSD 7.4 (OB 3.3). */
	if (bytes_be16(bytes + IP4_CHECKSUM) != 0 && !checksum_holds(bytes, header))
		trouble(view, "checksum", "the IP header checksum is wrong", IP4_CHECKSUM);

	set_payload(view, header, total, caplen, wirelen);
	fragment = bytes_be16(bytes + IP4_FRAGMENT);
	view->part_at = (uint32_t)(fragment & IP4_PART_MASK) * 8;
	view->more = (fragment & IP4_MORE) != 0;
	view->fragment = view->more || view->part_at != 0;
	return IP_PFSYNC;
}

/*
 * Step over extension headers from `next` on.  Sets `*header` to the offset of
 * what follows them and view's fragment members.  Returns the protocol there,
 * or -1 if the packet or the capture ends before that can be told.
 */
static int
walk6(const uint8_t *bytes, size_t caplen, uint8_t next, size_t *header, struct ip_view *view)
{
	size_t at = IP6_HEADER;

	for (unsigned i = 0; i < IP6_EXTENSIONS_MAX; i++) {
		size_t length = 8;

		if (next != NEXT_HOPBYHOP && next != NEXT_ROUTING && next != NEXT_OPTIONS &&
		    next != NEXT_FRAGMENT)
			break;
		if (caplen - at < 8)
			return -1;
		if (next == NEXT_FRAGMENT) {
			uint16_t fragment = bytes_be16(bytes + at + 2);

			view->part_at = fragment & IP6_PART_MASK;
			view->more = (fragment & IP6_MORE) != 0;
			view->fragment = view->more || view->part_at != 0;
			view->id = bytes_be32(bytes + at + 4);
		} else {
			length += (size_t)bytes[at + 1] * 8;
		}
		next = bytes[at];
		if (caplen - at < length)
			return -1;
		at += length;
		if (view->fragment)
			break; /* what follows is known to the first part only */
	}
	*header = at;
	return next;
}

static enum ip_status
parse6(const uint8_t *bytes, size_t caplen, size_t wirelen, uint8_t wanted, struct ip_view *view)
{
	size_t header = IP6_HEADER, total;
	int proto;

	if (caplen > IP6_NEXT && bytes[IP6_NEXT] != wanted && bytes[IP6_NEXT] != NEXT_HOPBYHOP &&
	    bytes[IP6_NEXT] != NEXT_ROUTING && bytes[IP6_NEXT] != NEXT_OPTIONS &&
	    bytes[IP6_NEXT] != NEXT_FRAGMENT)
		return foreign(bytes[IP6_NEXT]);
	if (caplen < IP6_HEADER)
		return ends_early(view, caplen, wirelen);

	view->af = PFSYNC_AF_INET6;
	memcpy(view->src.b, bytes + IP6_SRC, 16);
	memcpy(view->dst.b, bytes + IP6_DST, 16);
	view->ttl = bytes[IP6_HOPS];
	view->id = 0;
	view->part_at = 0;
	view->more = false;
	view->fragment = false;

	if (bytes[0] >> 4 != 6)
		return bad(view, "badlen", "the IP header is not of version 6", 0);
	total = bytes_be16(bytes + IP6_LENGTH);
	if (total != 0)
		total += IP6_HEADER;
	/* Padding of the link layer is no extension header. */
	if (total != 0 && total < caplen)
		caplen = total;
	proto = bytes[IP6_NEXT];
	if (proto != wanted)
		proto = walk6(bytes, caplen, bytes[IP6_NEXT], &header, view);
	if (proto == -1)
		return ends_early(view, caplen, total != 0 && total < wirelen ? total : wirelen);
	if (proto != wanted)
		return foreign((uint8_t)proto);
	if (total > wirelen)
		trouble(view, "badlen", "the IP payload length goes beyond the frame", IP6_LENGTH);
	set_payload(view, header, total, caplen, wirelen);
	return IP_PFSYNC;
}

static enum ip_status
parse(unsigned version, const uint8_t *bytes, size_t caplen, size_t wirelen, uint8_t wanted,
    struct ip_view *view)
{
	view->af = PFSYNC_AF_UNSPEC;
	view->trouble_count = 0;
	return version == 4 ? parse4(bytes, caplen, wirelen, wanted, view)
			    : parse6(bytes, caplen, wirelen, wanted, view);
}

enum ip_status
ip_parse(
    unsigned version, const uint8_t *bytes, size_t caplen, size_t wirelen, struct ip_view *view)
{
	return parse(version, bytes, caplen, wirelen, PFSYNC_IPPROTO, view);
}

bool
ip_parse_carp(
    unsigned version, const uint8_t *bytes, size_t caplen, size_t wirelen, struct ip_view *view)
{
	/* Whatever is wanted is found under that name. */
	return parse(version, bytes, caplen, wirelen, PROTO_CARP, view) == IP_PFSYNC &&
	       !view->fragment;
}
