/*
 * junk.h - old memory where kernels left it in packets (OB 19 no. 14).
 *
 * SPDX-License-Identifier: ISC
 *
 * In the samples it is the text JUNK over and over, so that a test can look
 * for it in everything that is printed.
 */
#ifndef SAMPLES_JUNK_H
#define SAMPLES_JUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pfsync.h"

/* Does this dialect have such places? */
bool junk_has(const struct pfsync_dialect *dialect);

/* Fill them in an encoded frame of `len` bytes. */
void junk_fill(const struct pfsync_dialect *dialect, uint8_t *bytes, size_t len);

#endif
