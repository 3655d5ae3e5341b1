/*
 * follow.h - what happens, told when it happens.
 *
 * SPDX-License-Identifier: ISC
 *
 * Looks at the replay from time to time and tells the writers what is new since the
 * last look: findings, the verdict, bulk transfers, roles.  The looks follow the time
 * of the capture, so that the same input tells the same, however fast it is read.
 *
 * Memory is bounded by what the replay keeps: one short record for each finding, bulk
 * transfer and speaker of CARP.
 */
#ifndef PFSYNCDUMP_FOLLOW_H
#define PFSYNCDUMP_FOLLOW_H

#include "pfreplay.h"
#include "report/report.h"

struct follow;

/* Never returns NULL. */
struct follow *follow_new(void);
/* NULL is allowed. */
void follow_free(struct follow *follow);

/*
 * When the next look is due, if the next packet comes at `time_ns`: a time that is not
 * behind it, which *due_ns becomes.  False if none is due before that packet.
 */
bool follow_due(struct follow *follow, int64_t time_ns, int64_t *due_ns);

/* Look: the replay was advanced to `now_ns`. */
void follow_look(
    struct follow *follow, struct pfreplay *replay, int64_t now_ns, struct report *report);

#endif
