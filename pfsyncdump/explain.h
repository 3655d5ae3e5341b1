/*
 * explain.h - what a code such as D-15 means.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_EXPLAIN_H
#define PFSYNCDUMP_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

/* The number of a code, "D-15" or "d-15"; 0 if there is none of that name. */
unsigned explain_number(const char *code);

/* What docs/divergences.md says of it, for people. */
void explain(FILE *stream, unsigned number);

#endif
