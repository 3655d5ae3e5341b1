/*
 * options.h - the command line of "pfsyncsend simulate".
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_SIMULATE_OPTIONS_H
#define PFSYNCSEND_SIMULATE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"

struct sim_options {
	const char *config;
	uint64_t seed;
	const char *wire;  /* NULL: not written */
	const char *truth; /* NULL: not written */
	const char *vantage[SIM_NODES_MAX];
	size_t vantage_count;
	const char *tap[SIM_NODES_MAX];
	size_t tap_count;
	bool changes;  /* --truth-changes */
	bool messages; /* --truth-messages */
	bool quiet;
};

/*
 * Reads argv, argv[0] being "simulate".  0: go on; else what main() returns after help or a
 * message about wrong usage (*status).
 */
bool sim_options_read(struct sim_options *options, int argc, char **argv, int *status);

#endif
