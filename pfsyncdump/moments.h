/*
 * moments.h - when a listing was taken that comes without its time.
 *
 * SPDX-License-Identifier: ISC
 *
 * The capture is read once before: it tells when states were made and ended.  A
 * listing with ages was taken that long after its states were made; one without ages
 * when most of its states were there and most others were not.
 */
#ifndef PFSYNCDUMP_MOMENTS_H
#define PFSYNCDUMP_MOMENTS_H

#include "options.h"
#include "witness.h"

/*
 * Give the listings of `witness` that have no time the one where they fit best.  Those
 * of which too little is in the capture, or that fit its end as well, stay without,
 * as do all if the inputs can be read once only.
 */
void moments_find(const struct options *options, struct witness *witness);

#endif
