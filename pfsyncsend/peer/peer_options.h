/*
 * peer_options.h - the command line of --peer.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_PEER_OPTIONS_H
#define PFSYNCSEND_PEER_OPTIONS_H

#include <stdio.h>

#include "node/node.h"

enum { PEER_ERROR_MAX = 256, PEER_IFNAMES_MAX = 32 };

struct peer_options {
	const char *ifname;      /* -i */
	struct fw_config config; /* lacks address and MTU cap, which the interface gives */
	const char *ifnames[PEER_IFNAMES_MAX];
	const char *script; /* commands: a file, "-" = standard input, NULL = none */
	const char *dump;   /* table at the end, NULL: none */
	uint32_t load;      /* states to create before pfsync comes up */
	double run_s;       /* 0: until a signal */
	int verbose;        /* -1 with -q: only trouble */
	bool settled;       /* does not ask for a bulk at start */
	bool help;
};

/*
 * Reads the arguments (argv[0] is skipped).  False with one line in `error`.
 * The options point into argv.
 */
bool peer_options_read(
    struct peer_options *options, int argc, char **argv, char error[PEER_ERROR_MAX]);
void peer_options_help(FILE *out);

#endif
