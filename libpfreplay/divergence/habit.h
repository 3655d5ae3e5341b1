/*
 * habit.h - what the capture holds of the packets, and how regularly they come.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_DIVERGENCE_HABIT_H
#define PFREPLAY_DIVERGENCE_HABIT_H

#include "divergence.h"

struct habit {
	uint64_t packets;
	uint64_t cut; /* of these: the capture ends inside the pfsync data */
	int64_t latest_ns;
	/* The two longest times between packets, the longest first. */
	int64_t gap_ns[2];
	int64_t gap_from_ns;
};

/* More than one packet of a hundred is cut: what lies behind the cuts is not known. */
bool habit_is_cut(const struct habit *habit);

/*
 * A stretch without any packet that is far longer than these firewalls' own
 * habit, the time since the latest packet included; 0 if there is none.  Its
 * beginning goes to *from_ns.
 */
int64_t habit_hole_ns(const struct habit *habit, int64_t now_ns, int64_t *from_ns);

#endif
