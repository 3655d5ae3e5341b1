/*
 * spread.h - how values spread: quantiles in little memory.
 *
 * SPDX-License-Identifier: ISC
 *
 * Values are counted in classes that are a sixteenth of their distance from the
 * first value wide, so a quantile is right within 6 % of that distance.
 */
#ifndef PFSYNCDUMP_SPREAD_H
#define PFSYNCDUMP_SPREAD_H

#include <stdint.h>

/* Sixteen classes for each power of two, on both sides of the first value. */
#define SPREAD_CLASSES (64 * 16)

/* Zero-initialise. */
struct spread {
	uint64_t count;
	int64_t base; /* the first value */
	int64_t min;
	int64_t max;
	uint32_t above[SPREAD_CLASSES];
	uint32_t below[SPREAD_CLASSES];
};

void spread_add(struct spread *spread, int64_t value);

/*
 * The value that `part` of `whole` values do not exceed: 50 of 100 for the
 * median.  0 if there are none.
 */
int64_t spread_quantile(const struct spread *spread, unsigned part, unsigned whole);

#endif
