/*
 * buffer.h - bytes that grow, for packets and capture files.
 *
 * SPDX-License-Identifier: ISC
 *
 * A sender has nothing to save when memory runs out, so these functions
 * end the program then (exit status 2, one line on stderr).
 */
#ifndef PFSYNCSEND_BUFFER_H
#define PFSYNCSEND_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialise; free with buffer_free(). */
struct buffer {
	uint8_t *bytes;
	size_t len;
	size_t size; /* allocated */
};

void buffer_free(struct buffer *buffer);
/* Forget the content, keep the memory. */
void buffer_reset(struct buffer *buffer);

/* Append `len` bytes.  They must not be the buffer's own. */
void buffer_add(struct buffer *buffer, const void *bytes, size_t len);
/* Append `len` times the same byte. */
void buffer_fill(struct buffer *buffer, uint8_t byte, size_t len);
/* Append the low `width` bytes (1 .. 8) of a number, most significant first if `big`. */
void buffer_number(struct buffer *buffer, uint64_t value, unsigned width, bool big);

/* Network order. */
void buffer_u8(struct buffer *buffer, unsigned value);
void buffer_be16(struct buffer *buffer, unsigned value);
void buffer_be32(struct buffer *buffer, uint32_t value);

#endif
