/*
 * link.h - from a captured frame to the IP header in it.
 *
 * SPDX-License-Identifier: ISC
 *
 * Knows nothing of files and keeps no state.
 */
#ifndef PFSYNCDUMP_CAPTURE_LINK_H
#define PFSYNCDUMP_CAPTURE_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How frames of a capture begin. */
enum link_type {
	LINK_TYPE_UNKNOWN,
	LINK_TYPE_ETHERNET,
	LINK_TYPE_COOKED,  /* Linux cooked, version 1 */
	LINK_TYPE_COOKED2, /* version 2 */
	LINK_TYPE_RAW,     /* an IP header, either version */
	LINK_TYPE_NULL,    /* a BSD address family in either byte order, then IP */
	LINK_TYPE_RAW_OR_NULL,
	LINK_TYPE_PFSYNC,       /* pfsync0; no link layer, see capture.h */
	LINK_TYPE_PFSYNC_MAYBE, /* the same, but the number has other owners too */
};

/*
 * The link type behind libpcap's DLT number.  Several numbers differ between
 * operating systems and files are carried from one to the other, so all
 * meanings are known here regardless of where this runs.
 */
enum link_type link_type_of(int dlt);

/* What a frame holds. */
enum link_status {
	LINK_IP,    /* an IP header is due at `offset` */
	LINK_OTHER, /* something else */
	LINK_CUT,   /* the capture ends inside the link layer */
	LINK_RUNT   /* the frame itself does */
};

struct link_view {
	size_t offset;      /* of the IP header; of the cut otherwise */
	unsigned version;   /* of IP that the link layer promises: 4 or 6 */
	const uint8_t *mac; /* source address, 6 bytes in the frame, or NULL */
	/*
	 * Tells links in one capture apart: made of the numbers of its VLANs and
	 * of the interface (Linux cooked, version 2); 0 without either.
	 */
	uint32_t link;
	/* Several interfaces in one, but nothing says which (Linux cooked, 1). */
	bool link_unknown;
};

/*
 * Find the IP header.  `bytes` holds `caplen` bytes of a frame that had
 * `wirelen` >= caplen on the wire.  Fills in `view`; `view->offset` is never
 * beyond caplen.  Link types of pfsync0 and LINK_TYPE_UNKNOWN give LINK_OTHER.
 */
enum link_status link_strip(enum link_type type, const uint8_t *bytes, size_t caplen,
    size_t wirelen, struct link_view *view);

#endif
