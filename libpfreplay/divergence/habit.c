/*
 * habit.c - what the capture holds of the packets, and how regularly they come.
 *
 * SPDX-License-Identifier: ISC
 */
#include "habit.h"
#include "detectors.h"

/* A hole is longer than this, and than any other silence times HOLE_TIMES; and
 * there must have been enough packets for a habit. */
#define HOLE_LEAST_NS (60 * NS_PER_S)
#define HOLE_TIMES 5
#define HOLE_PACKETS 50
#define CUT_ONE_IN 100

bool
habit_is_cut(const struct habit *habit)
{
	return habit->cut > habit->packets / CUT_ONE_IN;
}

static void
take_gap(struct habit *habit, int64_t gap_ns, int64_t from_ns)
{
	if (gap_ns > habit->gap_ns[0]) {
		habit->gap_ns[1] = habit->gap_ns[0];
		habit->gap_ns[0] = gap_ns;
		habit->gap_from_ns = from_ns;
	} else if (gap_ns > habit->gap_ns[1]) {
		habit->gap_ns[1] = gap_ns;
	}
}

int64_t
habit_hole_ns(const struct habit *habit, int64_t now_ns, int64_t *from_ns)
{
	struct habit with_end = *habit;

	if (habit->packets < HOLE_PACKETS)
		return 0;
	take_gap(&with_end, now_ns - habit->latest_ns, habit->latest_ns);
	*from_ns = with_end.gap_from_ns;
	if (with_end.gap_ns[0] <= HOLE_LEAST_NS ||
	    with_end.gap_ns[0] / HOLE_TIMES <= with_end.gap_ns[1])
		return 0;
	return with_end.gap_ns[0];
}

static void
habit_begin(struct divergence *d, void *self)
{
	d->habit = self;
}

static void
habit_packet(struct divergence *d, void *self, const struct open_packet *open)
{
	struct habit *habit = self;

	(void)d;
	if (habit->packets++ != 0)
		take_gap(habit, open->time_ns - habit->latest_ns, habit->latest_ns);
	if (habit->packets == 1 || open->time_ns > habit->latest_ns)
		habit->latest_ns = open->time_ns;
	habit->cut += open->frame->caplen < open->frame->wirelen;
}

const struct detector detector_habit = {
    .bytes = sizeof(struct habit),
    .begin = habit_begin,
    .packet = habit_packet,
};
