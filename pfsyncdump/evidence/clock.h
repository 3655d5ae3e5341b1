/*
 * clock.h - by how much the clocks of two captures differ, before reading them.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_CLOCK_H
#define PFSYNCDUMP_CLOCK_H

#include "vantage.h"

/* So many packets from the start of each input are looked at. */
#define CLOCK_PACKETS 20000
/* Less is left as it is: vantage.h copes with it, and tells it exactly. */
#define CLOCK_TOLERATED_NS INT64_C(1000000)

/*
 * Reads the beginnings of the inputs (those that can be read twice: regular
 * files) and sets offsets_ns[i] to how far the clock of input i is ahead of the
 * first one's, from packets that both show; 0 where that is little, or where
 * nothing tells.  True if any is not 0.
 */
bool clock_offsets(const char *const *names, size_t count, int64_t offsets_ns[VANTAGE_FILES_MAX]);

#endif
