/*
 * proofs.h - the packets that prove an answer, into a file (-w with --trace, --nat).
 *
 * SPDX-License-Identifier: ISC
 *
 * Which packets these are is known only when all are read, so the inputs are read
 * once more.
 */
#ifndef PFSYNCDUMP_PROOFS_H
#define PFSYNCDUMP_PROOFS_H

#include <stdbool.h>

#include "options.h"
#include "rewrap.h"

/*
 * Write the packets that say something of the traced state and of the mappings that
 * were asked for; `open_only`: of those that are open.  False with a line in `error`.
 */
bool proofs_write(const struct options *options, struct pfreplay *replay, bool open_only,
    struct rewrap *rewrap, char error[CAPTURE_ERROR_MAX]);

/* Can the inputs be read twice?  False with a line in `error`. */
bool proofs_possible(const struct options *options, char error[CAPTURE_ERROR_MAX]);

#endif
