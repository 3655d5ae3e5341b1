/*
 * random_message.h - messages with arbitrary values, for each layout there is.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TESTS_RANDOM_MESSAGE_H
#define TESTS_RANDOM_MESSAGE_H

#include "pfsync.h"

/* A sequence of numbers; start with any but 0. */
uint64_t random_next(uint64_t *seed);

/*
 * A message of that action number with all fields that the dialect's record
 * has, filled at random; 64-bit numbers stay below 2^63, which is what jansson
 * reads.  False if the number is none that carries a record.
 */
bool random_message(uint64_t *seed, const struct pfsync_dialect *dialect, unsigned action_number,
    struct pfsync_message *message);

#endif
