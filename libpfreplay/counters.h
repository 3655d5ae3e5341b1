/*
 * counters.h - statuses of libpfsync as counters.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_COUNTERS_H
#define PFREPLAY_COUNTERS_H

#include "pfreplay.h"

/* The counter of a status below zero; PFREPLAY_COUNTER_COUNT if it has none. */
enum pfreplay_counter counter_of_status(int status);

/* True if receivers would have counted it too: the capture did not cause it. */
bool counter_is_real(enum pfreplay_counter counter);

#endif
