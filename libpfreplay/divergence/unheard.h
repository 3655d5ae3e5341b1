/*
 * unheard.h - states that ended although this capture never showed them.
 *
 * SPDX-License-Identifier: ISC
 *
 * Who deletes a state of its own that it made while the capture ran has announced it:
 * the announcement is lost in front of the capture, and so may others be, in both
 * directions, of states that nobody mentions again.
 */
#ifndef PFREPLAY_DIVERGENCE_UNHEARD_H
#define PFREPLAY_DIVERGENCE_UNHEARD_H

#include <stddef.h>
#include <stdint.h>

#include "pfreplay.h"

/* More host ids, or counters of ids, than that are not followed. */
#define UNHEARD_SERIES_MAX 64

/* One counter of ids: the upper half says when, or on which CPU, it began. */
struct unheard_series {
	uint32_t creatorid;
	uint32_t high;
	uint32_t first; /* announced in this capture */
	uint32_t last;
};

struct unheard {
	struct unheard_series series[UNHEARD_SERIES_MAX];
	size_t series_count;
	/* Of each sender: such states since it last sent its whole table. */
	uint64_t states[PFREPLAY_NODES_MAX];
};

/* The most of any sender's. */
uint64_t unheard_most(const struct unheard *unheard);

#endif
