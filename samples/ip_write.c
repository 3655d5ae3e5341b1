/*
 * ip_write.c - IP headers as pf firewalls write them around pfsync.
 *
 * SPDX-License-Identifier: ISC
 */
#include "ip_write.h"

#include "pfsync.h"

enum { IP4_HEADER = 20, IP4_TOS = 0x10, IP4_DF = 0x4000, IP4_MF = 0x2000 };
enum { IP6_HEADER = 40, IP6_HOP_BY_HOP = 0, IP6_FRAGMENT = 44 };

static uint8_t
ttl_of(const struct ip_packet *packet)
{
	return packet->ttl != 0 ? packet->ttl : PFSYNC_TTL;
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
ip4_header(struct buffer *out, const struct ip_packet *packet, size_t payload, unsigned fragment)
{
	size_t at = out->len;
	const uint8_t nobody[4] = {0, 0, 0, 0};
	const uint8_t group[4] = {224, 0, 0, 240};
	const uint8_t nodes[IP_NODES][4] = {{10, 9, 0, 1}, {10, 9, 0, 2}};

	buffer_u8(out, 0x45);
	buffer_u8(out, IP4_TOS);
	buffer_be16(out, (unsigned)(IP4_HEADER + payload));
	buffer_be16(out, packet->id);
	buffer_be16(out, fragment);
	buffer_u8(out, ttl_of(packet));
	buffer_u8(out, PFSYNC_IPPROTO);
	buffer_be16(out, 0);
	buffer_add(out, packet->tap ? nobody : nodes[packet->node], 4);
	buffer_add(out, packet->unicast ? nodes[1 - packet->node] : group, 4);
	if (!packet->tap) {
		uint16_t sum = checksum(out->bytes + at, IP4_HEADER);
		out->bytes[at + 10] = (uint8_t)(sum >> 8);
		out->bytes[at + 11] = (uint8_t)sum;
	}
}

void
ip4_write(struct buffer *out, const struct ip_packet *packet)
{
	ip4_header(out, packet, packet->len, packet->may_fragment ? 0 : IP4_DF);
	buffer_add(out, packet->payload, packet->len);
}

void
ip4_write_fragment(struct buffer *out, const struct ip_packet *packet, size_t at, size_t len)
{
	unsigned more = at + len < packet->len ? IP4_MF : 0;

	ip4_header(out, packet, len, more | (unsigned)(at / 8));
	buffer_add(out, packet->payload + at, len);
}

static void
ip6_header(struct buffer *out, const struct ip_packet *packet, size_t payload, unsigned next)
{
	uint8_t nodes[IP_NODES][16] = {{0xfd, 0x09, [15] = 1}, {0xfd, 0x09, [15] = 2}};
	const uint8_t group[16] = {0xff, 0x12, [15] = 0xf0};

	buffer_be32(out, UINT32_C(6) << 28);
	buffer_be16(out, (unsigned)payload);
	buffer_u8(out, next);
	buffer_u8(out, ttl_of(packet));
	buffer_add(out, nodes[packet->node], 16);
	buffer_add(out, packet->unicast ? nodes[1 - packet->node] : group, 16);
}

void
ip6_write(struct buffer *out, const struct ip_packet *packet)
{
	if (packet->hop_by_hop) {
		ip6_header(out, packet, 8 + packet->len, IP6_HOP_BY_HOP);
		buffer_u8(out, PFSYNC_IPPROTO);
		buffer_u8(out, 0);        /* eight bytes in all */
		buffer_be16(out, 0x0104); /* PadN, four bytes of it */
		buffer_be32(out, 0);
	} else {
		ip6_header(out, packet, packet->len, PFSYNC_IPPROTO);
	}
	buffer_add(out, packet->payload, packet->len);
}

void
ip6_write_fragment(struct buffer *out, const struct ip_packet *packet, size_t at, size_t len)
{
	unsigned more = at + len < packet->len ? 1 : 0;

	ip6_header(out, packet, 8 + len, IP6_FRAGMENT);
	buffer_u8(out, PFSYNC_IPPROTO);
	buffer_u8(out, 0);
	buffer_be16(out, (unsigned)at | more);
	buffer_be32(out, UINT32_C(0x60000000) | packet->id);
	buffer_add(out, packet->payload + at, len);
}
