/*
 * detect.h - which dialect a frame speaks.  Private to libpfsync.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNC_DETECT_H
#define PFSYNC_DETECT_H

#include "pfsync.h"

struct detect_input {
	const uint8_t *bytes; /* from the pfsync header on */
	size_t caplen;
	size_t wirelen; /* at least caplen */
};

struct detect_result {
	const struct pfsync_dialect *dialect;
	struct pfsync_dialect_set candidates;
	enum pfsync_certainty certainty;
};

/*
 * Choose the dialect of a frame; `hint` may be NULL and is updated.  False if
 * the version byte is of no known dialect, or not of the forced one.
 */
bool pfsync_detect(
    const struct detect_input *in, struct pfsync_hint *hint, struct detect_result *out);

#endif
