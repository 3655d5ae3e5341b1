/*
 * ip_write.h - IP headers as pf firewalls write them around pfsync.
 *
 * SPDX-License-Identifier: ISC
 *
 * The two firewalls are 10.9.0.1 and 10.9.0.2 (fd09::1 and fd09::2), the group
 * is 224.0.0.240 (ff12::f0): OB 3.1, FB 3.1.
 */
#ifndef SAMPLES_IP_WRITE_H
#define SAMPLES_IP_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

enum { IP_NODES = 2, IP_FIREWALL_A = 0, IP_FIREWALL_B = 1 };

struct ip_packet {
	const uint8_t *payload;
	size_t len;
	unsigned node;     /* the sender: IP_FIREWALL_A or IP_FIREWALL_B */
	bool unicast;      /* to the other firewall instead of the group */
	uint8_t ttl;       /* 0 = 255 */
	uint16_t id;       /* IPv4 identification */
	bool tap;          /* OpenBSD 7.4's pfsync0: source 0.0.0.0, checksum 0 (OB 3.3) */
	bool hop_by_hop;   /* IPv6: an extension header in front */
	bool may_fragment; /* IPv4: DF clear, as a router may have done */
};

/* Append header and payload. */
void ip4_write(struct buffer *out, const struct ip_packet *packet);
void ip6_write(struct buffer *out, const struct ip_packet *packet);

/*
 * Append a fragment: header and the payload's bytes [at, at + len).  `at` must
 * be a multiple of 8, and so must `len` unless the payload ends there.
 */
void ip4_write_fragment(struct buffer *out, const struct ip_packet *packet, size_t at, size_t len);
void ip6_write_fragment(struct buffer *out, const struct ip_packet *packet, size_t at, size_t len);

#endif
