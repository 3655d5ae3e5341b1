/*
 * run.h - from the options to the reports.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_RUN_H
#define PFSYNCDUMP_RUN_H

#include "options.h"
#include "report/out.h"

/*
 * Read the inputs and write the reports to `out`.  Errors are told on standard
 * error, a line each.  Returns the exit code: 0, or 2 if an input could not be
 * used or was cut short (all whole packets were reported then).
 */
int run(const struct options *options, struct out *out);

#endif
