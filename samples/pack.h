/*
 * pack.h - compressed copies of a sample.
 *
 * SPDX-License-Identifier: ISC
 *
 * The bytes depend on the version of zlib and libzstd, nothing else: no times,
 * no file names.
 */
#ifndef SAMPLES_PACK_H
#define SAMPLES_PACK_H

#include "buffer.h"

/* Append a gzip file (RFC 1952) of `plain`, with modification time 0. */
void pack_gzip(struct buffer *out, const struct buffer *plain);
/* Append a Zstandard file of `plain`. */
void pack_zstd(struct buffer *out, const struct buffer *plain);

#endif
