/*
 * expect.h - compare what was read from a sample with what was put in.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TESTS_SAMPLES_EXPECT_H
#define TESTS_SAMPLES_EXPECT_H

#include "pfsync.h"

/*
 * Fails the test unless `found` says what `told` says, as far as the record's
 * layout has room, and has every field that the dialect fills.
 */
void expect_message(const struct pfsync_record *record, const struct pfsync_message *told,
    const struct pfsync_message *found);

#endif
