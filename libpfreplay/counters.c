/*
 * counters.c - statuses of libpfsync as counters (see counters.h; SEM 6).
 *
 * SPDX-License-Identifier: ISC
 */
#include "counters.h"

static const struct {
	const char *name;
	int status; /* 0: no status of libpfsync means it */
} counters[PFREPLAY_COUNTER_COUNT] = {
    [PFREPLAY_BADTTL] = {"badttl", 0},
    [PFREPLAY_HDROPS] = {"hdrops", PFSYNC_HDROPS},
    [PFREPLAY_BADVER] = {"badver", PFSYNC_BADVER},
    [PFREPLAY_BADACT] = {"badact", PFSYNC_BADACT},
    [PFREPLAY_BADLEN] = {"badlen", PFSYNC_BADLEN},
    [PFREPLAY_BADVAL] = {"badval", PFSYNC_BADVAL},
    [PFREPLAY_STALE] = {"stale", 0},
    [PFREPLAY_BADSTATE] = {"badstate", 0},
    [PFREPLAY_TRUNCATED] = {"truncated", PFSYNC_TRUNCATED},
    [PFREPLAY_TRAILING] = {"trailing", PFSYNC_TRAILING},
};

const char *
pfreplay_counter_name(enum pfreplay_counter counter)
{
	return (unsigned)counter < PFREPLAY_COUNTER_COUNT ? counters[counter].name : "?";
}

enum pfreplay_counter
counter_of_status(int status)
{
	for (int i = 0; i < PFREPLAY_COUNTER_COUNT; i++)
		if (status < 0 && counters[i].status == status)
			return (enum pfreplay_counter)i;
	return PFREPLAY_COUNTER_COUNT;
}

bool
counter_is_real(enum pfreplay_counter counter)
{
	return counter < PFREPLAY_TRUNCATED;
}
