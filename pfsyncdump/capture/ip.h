/*
 * ip.h - from an IP header to the pfsync datagram behind it.
 *
 * SPDX-License-Identifier: ISC
 *
 * Knows nothing of files and keeps no state.
 */
#ifndef PFSYNCDUMP_CAPTURE_IP_H
#define PFSYNCDUMP_CAPTURE_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pfsync.h"

/* Whose packet it is. */
enum ip_status {
	IP_PFSYNC, /* protocol 240, its payload is at `offset` */
	IP_CARP,   /* protocol 112 */
	IP_OTHER,  /* any other, and what is not IP at all */
	IP_BAD     /* nothing can be read; a trouble says why */
};

/* Something wrong, see struct capture_problem for the words. */
struct ip_trouble {
	const char *counter;
	const char *text;
	size_t offset; /* from the start of the IP header */
};

enum { IP_TROUBLE_MAX = 2 };

/* The header, as far as it matters here. */
struct ip_view {
	enum pfsync_af af; /* UNSPEC while the addresses are not known */
	struct pfsync_addr src;
	struct pfsync_addr dst;
	uint8_t ttl;
	uint32_t id;      /* IPv4 identification or that of the fragment header */
	size_t offset;    /* of the payload, from the start of the IP header */
	size_t caplen;    /* captured bytes of the payload */
	size_t wirelen;   /* its bytes on the wire, at least caplen */
	bool fragment;    /* payload is a part only */
	bool more;        /* ... and others are behind it */
	uint32_t part_at; /* where in the datagram's payload it belongs, bytes */
	unsigned trouble_count;
	struct ip_trouble trouble[IP_TROUBLE_MAX];
};

/*
 * Read the headers of a packet.
 *   version          4 or 6, as the link layer says
 *   bytes, caplen    what was captured from the IP header on
 *   wirelen          bytes of the frame from there on, at least caplen;
 *                    link-layer padding is included and recognised by the
 *                    packet's own length
 * Fills in `view` for IP_PFSYNC and IP_BAD; otherwise it is undefined.
 * Troubles are noted only for packets that are pfsync or may be.
 * IPv6 extension headers are walked as far as hop-by-hop, routing,
 * destination options and fragment go; no kernel sends pfsync behind one
 * (FB 3.1).  A fragment counts as pfsync if its own next header is 240.
 */
enum ip_status ip_parse(
    unsigned version, const uint8_t *bytes, size_t caplen, size_t wirelen, struct ip_view *view);

/*
 * The same for a packet that ip_parse() called IP_CARP: fills in `view` and
 * returns true if its header is whole and it is no fragment.
 */
bool ip_parse_carp(
    unsigned version, const uint8_t *bytes, size_t caplen, size_t wirelen, struct ip_view *view);

#endif
