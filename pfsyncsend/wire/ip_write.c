/*
 * ip_write.c - IP packets as pf firewalls write them.
 *
 * SPDX-License-Identifier: ISC
 */
#include "ip_write.h"

#include <sys/socket.h>
#include <arpa/inet.h>
#include <string.h>

enum { IP4_TOS_LOWDELAY = 0x10, IP4_DF = 0x4000, IP4_MF = 0x2000 };
enum { IP6_HOP_BY_HOP = 0, IP6_FRAGMENT = 44, IP6_HOP_BY_HOP_BYTES = 8 };

struct ip_address
ip_pfsync_group(bool ip6)
{
	static const struct ip_address group4 = {false, {{224, 0, 0, 240}}};
	static const struct ip_address group6 = {true, {{0xff, 0x12, [15] = 0xf0}}};

	return ip6 ? group6 : group4;
}

struct ip_address
ip_carp_group(bool ip6)
{
	static const struct ip_address group4 = {false, {{224, 0, 0, 18}}};
	static const struct ip_address group6 = {true, {{0xff, 0x02, [15] = 0x12}}};

	return ip6 ? group6 : group4;
}

struct ip_packet
ip_pfsync(bool ip6)
{
	return (struct ip_packet){
	    .ip6 = ip6,
	    .dst = ip_pfsync_group(ip6).addr,
	    .proto = PFSYNC_IPPROTO,
	    .ttl = PFSYNC_TTL,
	    .tos = ip6 ? 0 : IP4_TOS_LOWDELAY,
	};
}

bool
ip_address_parse(const char *text, struct ip_address *address)
{
	*address = (struct ip_address){0};
	if (inet_pton(AF_INET, text, address->addr.b) == 1)
		return true;
	address->ip6 = true;
	return inet_pton(AF_INET6, text, address->addr.b) == 1;
}

bool
ip_is_multicast(bool ip6, const struct pfsync_addr *addr)
{
	return ip6 ? addr->b[0] == 0xff : (addr->b[0] & 0xf0) == 0xe0;
}

static uint16_t
checksum(const uint8_t *header, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i += 2)
		sum += (uint32_t)header[i] << 8 | header[i + 1];
	while (sum > 0xffff)
		sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)~sum;
}

static void
put16(uint8_t *p, unsigned value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static void
ip4_header(struct buffer *out, const struct ip_packet *packet, size_t payload, unsigned fragment)
{
	uint8_t header[IP4_HEADER_BYTES] = {0x45, packet->tos};

	put16(header + 2, (unsigned)(IP4_HEADER_BYTES + payload));
	put16(header + 4, packet->id);
	put16(header + 6, fragment);
	header[8] = packet->ttl;
	header[9] = packet->proto;
	memcpy(header + 12, packet->src.b, 4);
	memcpy(header + 16, packet->dst.b, 4);
	if (!packet->zero_checksum)
		put16(header + 10, checksum(header, sizeof(header)));
	buffer_add(out, header, sizeof(header));
}

static void
ip6_header(struct buffer *out, const struct ip_packet *packet, size_t payload, unsigned next)
{
	uint8_t header[IP6_HEADER_BYTES] = {0x60};

	put16(header, 0x6000 | (unsigned)packet->tos << 4);
	put16(header + 4, (unsigned)payload);
	header[6] = (uint8_t)next;
	header[7] = packet->ttl;
	memcpy(header + 8, packet->src.b, 16);
	memcpy(header + 24, packet->dst.b, 16);
	buffer_add(out, header, sizeof(header));
}

static void
ip6_hop_by_hop(struct buffer *out, const struct ip_packet *packet)
{
	ip6_header(out, packet, IP6_HOP_BY_HOP_BYTES + packet->len, IP6_HOP_BY_HOP);
	buffer_u8(out, packet->proto);
	buffer_u8(out, 0);        /* eight bytes in all */
	buffer_be16(out, 0x0104); /* PadN, four bytes of it */
	buffer_be32(out, 0);
}

void
ip_write(struct buffer *out, const struct ip_packet *packet)
{
	if (!packet->ip6)
		ip4_header(out, packet, packet->len, packet->may_fragment ? 0 : IP4_DF);
	else if (packet->hop_by_hop)
		ip6_hop_by_hop(out, packet);
	else
		ip6_header(out, packet, packet->len, packet->proto);
	buffer_add(out, packet->payload, packet->len);
}

static void
ip6_fragment_header(struct buffer *out, const struct ip_packet *packet, size_t at, size_t len)
{
	unsigned more = at + len < packet->len ? 1 : 0;

	ip6_header(out, packet, IP6_FRAGMENT_BYTES + len, IP6_FRAGMENT);
	buffer_u8(out, packet->proto);
	buffer_u8(out, 0);
	buffer_be16(out, (unsigned)at | more);
	buffer_be32(out, UINT32_C(0x60000000) | packet->id);
}

void
ip_write_fragment(struct buffer *out, const struct ip_packet *packet, size_t at, size_t len)
{
	unsigned more = at + len < packet->len ? IP4_MF : 0;

	if (packet->ip6)
		ip6_fragment_header(out, packet, at, len);
	else
		ip4_header(out, packet, len, more | (unsigned)(at / 8));
	buffer_add(out, packet->payload + at, len);
}

size_t
ip_fragment_bytes(bool ip6, size_t mtu)
{
	size_t headers = ip6 ? IP6_HEADER_BYTES + IP6_FRAGMENT_BYTES : IP4_HEADER_BYTES;

	return mtu >= headers + 8 ? (mtu - headers) / 8 * 8 : 8;
}
