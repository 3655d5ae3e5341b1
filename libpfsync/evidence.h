/*
 * evidence.h - bytes that a dialect never sends.  Private to libpfsync.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNC_EVIDENCE_H
#define PFSYNC_EVIDENCE_H

#include "detect.h"

/*
 * True if the frame holds something that a sender of this dialect never says.
 * The frame's lengths must fit the dialect.  Looks at the first record of each
 * section, at all records of version 1 raw.
 */
bool evidence_against(const struct pfsync_dialect *dialect, const struct detect_input *in);

/* The same, by the ruleset checksum alone: cheap enough for every frame. */
bool evidence_against_cksum(const struct pfsync_dialect *dialect, const struct detect_input *in);

#endif
