/*
 * spread.c - how values spread: quantiles in little memory.
 *
 * SPDX-License-Identifier: ISC
 */
#include "spread.h"

#include <stddef.h>

enum { LINEAR = 16, STEP_BITS = 4 };

/* 0 to 15 have a class each; from there on sixteen to each power of two. */
static size_t
class_of(uint64_t distance)
{
	unsigned shift = 0;

	if (distance < LINEAR)
		return (size_t)distance;
	while (distance >> shift >= 2 * LINEAR)
		shift++;
	return (size_t)shift * LINEAR + (size_t)(distance >> shift);
}

/* The middle of a class. */
static uint64_t
middle_of(size_t class)
{
	size_t shift;

	if (class < 2 * LINEAR)
		return class;
	shift = (class >> STEP_BITS) - 1;
	return (((uint64_t)(class & (LINEAR - 1)) + LINEAR) << shift) + (UINT64_C(1) << shift >> 1);
}

void
spread_add(struct spread *spread, int64_t value)
{
	if (spread->count == 0)
		spread->base = spread->min = spread->max = value;
	spread->count++;
	if (value < spread->min)
		spread->min = value;
	if (value > spread->max)
		spread->max = value;
	if (value >= spread->base)
		spread->above[class_of((uint64_t)value - (uint64_t)spread->base)]++;
	else
		spread->below[class_of((uint64_t)spread->base - (uint64_t)value)]++;
}

static int64_t
bounded(const struct spread *spread, int64_t value)
{
	if (value < spread->min)
		return spread->min;
	return value > spread->max ? spread->max : value;
}

int64_t
spread_quantile(const struct spread *spread, unsigned part, unsigned whole)
{
	/* How many are not above it: rounded up, at least one. */
	uint64_t wanted = (spread->count * part + whole - 1) / whole, passed = 0;

	if (spread->count == 0)
		return 0;
	if (wanted == 0)
		wanted = 1;
	for (size_t i = SPREAD_CLASSES; i-- > 0;) {
		passed += spread->below[i];
		if (passed >= wanted)
			return bounded(spread, (int64_t)((uint64_t)spread->base - middle_of(i)));
	}
	for (size_t i = 0; i < SPREAD_CLASSES; i++) {
		passed += spread->above[i];
		if (passed >= wanted)
			return bounded(spread, (int64_t)((uint64_t)spread->base + middle_of(i)));
	}
	return spread->max;
}
