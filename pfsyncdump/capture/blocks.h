/*
 * blocks.h - what a pcapng file says of packets that its capture lost.
 *
 * SPDX-License-Identifier: ISC
 *
 * libpcap reads over the statistics of interfaces (block type 5), so they are picked out
 * of the bytes on their way to it.  Layout: the pcapng specification,
 * draft-ietf-opsawg-pcapng, "Interface Statistics Block"; isb_ifdrop is option 5,
 * isb_osdrop 7, both counted since the capture began.
 */
#ifndef PFSYNCDUMP_CAPTURE_BLOCKS_H
#define PFSYNCDUMP_CAPTURE_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Interfaces beyond that are not counted, nor options behind so many bytes of a block. */
#define BLOCKS_INTERFACES_MAX 64
#define BLOCKS_KEPT_BYTES 512

/* All zero to begin with. */
struct blocks {
	bool told; /* whether it is pcapng: `other` is set */
	bool other;
	bool swapped; /* big-endian numbers */
	uint32_t at;  /* bytes of the block taken */
	uint32_t length;
	uint32_t kept;
	uint8_t bytes[BLOCKS_KEPT_BYTES];
	uint64_t dropped[BLOCKS_INTERFACES_MAX]; /* by interface of this section */
	uint64_t dropped_before;                 /* of the sections before */
};

/* The next bytes of the file, unpacked; any number. */
void blocks_feed(struct blocks *blocks, const uint8_t *bytes, size_t len);

/* Packets that the capture says it lost, so far; 0 if it says nothing. */
uint64_t blocks_dropped(const struct blocks *blocks);

#endif
