/*
 * run_listings.h - listings of the firewalls compared, without any capture.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_RUN_LISTINGS_H
#define PFSYNCDUMP_RUN_LISTINGS_H

#include "options.h"
#include "out.h"

/* As run() of run.h, for options without an input but with two listings or more. */
int run_listings(const struct options *options, struct out *out);

#endif
