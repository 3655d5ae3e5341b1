/*
 * simulate.h - "pfsyncsend simulate".
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_SIMULATE_H
#define PFSYNCSEND_SIMULATE_H

/* argv[0] is "simulate".  Returns the exit status: 0, or 2 after a message on stderr. */
int simulate_main(int argc, char **argv);

#endif
