/*
 * dialect_list.h - the wire formats, for --dialect help.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_DIALECT_LIST_H
#define PFSYNCSEND_DIALECT_LIST_H

#include <stdio.h>

/* One line each: name, version, systems; then the aliases. */
void dialect_list(FILE *out);

#endif
