/*
 * replay_differences.h - what the replayed tables differ in, as a list for writers.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_REPLAY_DIFFERENCES_H
#define PFSYNCDUMP_REPLAY_DIFFERENCES_H

#include "difference.h"
#include "writer.h"

/*
 * The list, worst first; release with replay_differences_clear().  It is of the moment
 * that the replay has reached and holds until more is fed to it.
 */
void replay_differences(
    struct difference_list *list, struct pfreplay *replay, const struct report_summary *summary);
void replay_differences_clear(struct difference_list *list);

#endif
