/*
 * quick.h - are the values of a whole section surely good?
 *
 * SPDX-License-Identifier: ISC
 *
 * Counting needs no decoded messages, only the certainty that none of them
 * holds a value that a kernel refuses.  A handful of bytes of each record tell.
 */
#ifndef PFSYNCDUMP_QUICK_H
#define PFSYNCDUMP_QUICK_H

#include <stdbool.h>

#include "pfsync.h"

/* Bytes of a record that are looked at: where, and the largest good value. */
#define QUICK_SPOTS 8
/* Names of a record. */
#define QUICK_NAMES 4

struct quick {
	const struct pfsync_layout *layout; /* that the rest was made for */
	const struct pfsync_dialect *dialect;
	struct {
		uint16_t offset;
		uint8_t largest;
	} spots[QUICK_SPOTS];
	unsigned spot_count;
	uint16_t name_ends[QUICK_NAMES]; /* last bytes of names: NUL is good */
	unsigned name_count;
	int creatorid_offset; /* of a full state; -1 = not looked at */
};

/*
 * True if all records of the section are there as a whole and
 * pfsync_message_check() would find nothing wrong with any of them.  False if
 * it might: then decode them.  `quick` remembers the last layout; zero it first.
 */
bool quick_section_good(
    struct quick *quick, const struct pfsync_frame *frame, const struct pfsync_section *section);

#endif
