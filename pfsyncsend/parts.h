/*
 * parts.h - the programs within pfsyncsend.
 *
 * SPDX-License-Identifier: ISC
 *
 * Each gets arguments as main() does and returns the exit status: 0, or 2 after
 * one line on stderr.
 */
#ifndef PFSYNCSEND_PARTS_H
#define PFSYNCSEND_PARTS_H

#include <stdio.h>

/* --scenario FILE and one-liners. */
int scenario_main(int argc, char **argv);
void send_options_help(FILE *out);
/* --peer: one firewall of a pair. */
int peer_main(int argc, char **argv);
/* simulate: argv[0] is "simulate". */
int simulate_main(int argc, char **argv);

#endif
