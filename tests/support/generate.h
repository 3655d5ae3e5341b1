/*
 * generate.h - random messages for round trips, sweeps and seed corpora.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TESTS_GENERATE_H
#define TESTS_GENERATE_H

#include "pfsync.h"

/* A small deterministic generator (xorshift64*); seed must not be 0. */
struct generate {
	uint64_t state;
};

uint64_t generate_next(struct generate *g);

/*
 * Fill `message` with a random message that `dialect` can carry under the action
 * number `number`: every field that the dialect fills has a random value of the
 * field's wire width, all others are absent.  With `plausible`, families, levels,
 * classes and directions are such that kernels accept them.  False if the number
 * carries no record.
 */
bool generate_message(struct generate *g, const struct pfsync_dialect *dialect, unsigned number,
    bool plausible, struct pfsync_message *message);

/*
 * Build a frame with up to `records` messages of each action that the dialect
 * carries (v1 .. v4: of action number `number` only; v5, v6: of all, when number
 * is PFSYNC_ACTION_NUMBERS).  Returns its length, 0 if there is none.
 */
size_t generate_frame(struct generate *g, const struct pfsync_dialect *dialect, unsigned number,
    unsigned records, bool plausible, uint8_t *out, size_t size);

/* True if both messages have the same fields with the same values. */
bool generate_equal(
    const struct pfsync_message *a, const struct pfsync_message *b, const char **difference);

#endif
