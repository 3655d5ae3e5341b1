/*
 * ip_write.h - IP packets as pf firewalls write them.
 *
 * SPDX-License-Identifier: ISC
 *
 * OB 3.1, FB 3.1: pfsync is protocol 240, TTL 255, DF and "low delay" over
 * IPv4, to 224.0.0.240; FreeBSD 14 and later also speak over IPv6, to ff12::f0.
 * Any other protocol can be carried as well (CARP is 112).
 */
#ifndef PFSYNCSEND_IP_WRITE_H
#define PFSYNCSEND_IP_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "pfsync.h"

/* An IPv4 address stands in the first four bytes of `addr`. */
struct ip_address {
	bool ip6;
	struct pfsync_addr addr;
};

struct ip_packet {
	const uint8_t *payload;
	size_t len;
	bool ip6; /* what src and dst are */
	struct pfsync_addr src;
	struct pfsync_addr dst;
	uint8_t proto;
	uint8_t ttl;        /* or hop limit */
	uint8_t tos;        /* or traffic class */
	uint16_t id;        /* IPv4 identification; low bits of that of an IPv6 fragment */
	bool may_fragment;  /* IPv4: DF clear */
	bool zero_checksum; /* IPv4: as on OpenBSD 7.4's pfsync0 (OB 3.3) */
	bool hop_by_hop;    /* IPv6: an extension header in front */
};

/* Bytes that ip_write() puts in front of the payload. */
enum { IP4_HEADER_BYTES = 20, IP6_HEADER_BYTES = 40, IP6_FRAGMENT_BYTES = 8 };

/*
 * A packet of pfsync without payload: to the group, with everything as the
 * kernels have it.  The caller sets payload, len, src, id.
 */
struct ip_packet ip_pfsync(bool ip6);
/* 224.0.0.240 or ff12::f0. */
struct ip_address ip_pfsync_group(bool ip6);
/* 224.0.0.18 or ff02::12. */
struct ip_address ip_carp_group(bool ip6);

/*
 * Read "10.0.0.1" or "fe80::1".  False if it is neither.  A zone ("%em0") is no
 * part of an address here.
 */
bool ip_address_parse(const char *text, struct ip_address *address);
bool ip_is_multicast(bool ip6, const struct pfsync_addr *addr);

/* Append header and payload. */
void ip_write(struct buffer *out, const struct ip_packet *packet);
/*
 * Append a fragment: header and the payload's bytes [at, at + len).  `at` must
 * be a multiple of 8, and so must `len` unless the payload ends there.
 */
void ip_write_fragment(struct buffer *out, const struct ip_packet *packet, size_t at, size_t len);
/* The most payload of a fragment, a multiple of 8, if packets have at most `mtu` bytes. */
size_t ip_fragment_bytes(bool ip6, size_t mtu);

#endif
