/*
 * check.h - are the structures of a replay whole?  For tests and fuzzing.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_CHECK_H
#define PFREPLAY_CHECK_H

struct pfreplay;

/*
 * Walks everything that is kept, between two messages.  NULL if all of it
 * agrees, else what does not.  Static.
 */
const char *replay_check(const struct pfreplay *r);

#endif
