/*
 * fast.h - the update that nearly all messages are.
 *
 * SPDX-License-Identifier: ISC
 *
 * A UPD_C of a state that sender and receiver have, and agree on, and that
 * takes it further: every family merges it, nobody counts anything, nothing is
 * proven.  Done here in one piece, in a third of the instructions; whatever is
 * unusual about it in any way is left to apply.c, with the same result.
 */
#ifndef PFREPLAY_FAST_H
#define PFREPLAY_FAST_H

#include <stdbool.h>
#include <stdint.h>

struct pfsync_message;
struct pfreplay;

/* When the receivers of the open packet are known: can there be such updates? */
void fast_begin(struct pfreplay *r);

/* Applies the message and returns true, or changes nothing and returns false.
 * `number` is a guess of its entry's number, or 0. */
bool fast_update(struct pfreplay *r, const struct pfsync_message *message, uint32_t number);

#endif
