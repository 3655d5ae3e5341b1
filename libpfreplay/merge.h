/*
 * merge.h - what a receiver does with an update of a state that it knows.
 *
 * SPDX-License-Identifier: ISC
 *
 * SEM 2.5 in full, as a pure function of the two peers held and the two that
 * arrive.
 */
#ifndef PFREPLAY_MERGE_H
#define PFREPLAY_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include "pfsync.h"

enum merge_era {
	MERGE_NO_TEST, /* V2a: the last writer wins */
	/* All or nothing; the first match rejects. */
	MERGE_A_V4, /* V2b, V3, V4: UPD_C is tested in another order than UPD */
	MERGE_A_V5, /* V5o, V5f9: both like UPD */
	MERGE_B,    /* V5f10 and later, V6a: per peer, dst copied twice */
	MERGE_C     /* V6b: per peer */
};

/* What is merged, in bits. */
enum {
	MERGE_TCP = 0x01,
	MERGE_COMPRESSED = 0x02 /* UPD_C */
};

/* What the receiver does, in bits. */
enum {
	MERGE_TAKE_SRC = 0x01, /* src of the message replaces the local one */
	MERGE_TAKE_DST = 0x02,
	MERGE_TAKE_BOTH = 0x03,
	MERGE_REFRESH = 0x04, /* timeout class and time of last refresh are taken over */
	MERGE_STALE = 0x08,   /* counted as stale (V2 - V4: badstate), a correction is sent */
	/* A destination peer that was older was taken (D-06): only era B. */
	MERGE_ROLLED_BACK = 0x10
};

/*
 * The number of the test that matched in era A, else 0.  Corrections for codes
 * below 7 carry the STALE bit.
 */
#define MERGE_CODE(result) ((result) >> 8)

/* Bits and code.  `how` are MERGE_TCP, MERGE_COMPRESSED. */
unsigned merge_judge(enum merge_era era, unsigned how, const struct pfsync_peer *local_src,
    const struct pfsync_peer *local_dst, const struct pfsync_peer *in_src,
    const struct pfsync_peer *in_dst);

#endif
