/*
 * buffer.c - bytes that grow, for packets and capture files.
 *
 * SPDX-License-Identifier: ISC
 */
#include "buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
buffer_free(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){0};
}

void
buffer_reset(struct buffer *buffer)
{
	buffer->len = 0;
}

static uint8_t *
extend(struct buffer *buffer, size_t len)
{
	uint8_t *end;

	if (buffer->size - buffer->len < len) {
		size_t size = (buffer->size + len) * 2;
		uint8_t *bytes = realloc(buffer->bytes, size);
		if (bytes == NULL) {
			fprintf(stderr, "out of memory\n");
			exit(2);
		}
		buffer->bytes = bytes;
		buffer->size = size;
	}
	end = buffer->bytes + buffer->len;
	buffer->len += len;
	return end;
}

void
buffer_add(struct buffer *buffer, const void *bytes, size_t len)
{
	if (len > 0)
		memcpy(extend(buffer, len), bytes, len);
}

void
buffer_fill(struct buffer *buffer, uint8_t byte, size_t len)
{
	if (len > 0)
		memset(extend(buffer, len), byte, len);
}

void
buffer_number(struct buffer *buffer, uint64_t value, unsigned width, bool big)
{
	uint8_t *p = extend(buffer, width);

	for (unsigned i = 0; i < width; i++)
		p[big ? width - 1 - i : i] = (uint8_t)(value >> (8 * i));
}

void
buffer_u8(struct buffer *buffer, unsigned value)
{
	buffer_number(buffer, value, 1, true);
}

void
buffer_be16(struct buffer *buffer, unsigned value)
{
	buffer_number(buffer, value, 2, true);
}

void
buffer_be32(struct buffer *buffer, uint32_t value)
{
	buffer_number(buffer, value, 4, true);
}
