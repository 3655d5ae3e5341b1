/*
 * out.c - a buffered output stream that remembers its first failure.
 *
 * SPDX-License-Identifier: ISC
 */
#include "out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Large enough that a system call is rare, small enough for the cache. */
#define OUT_BUFFER_SIZE (4 * OUT_RESERVE_MAX)

static int
open_buffer(struct out *out)
{
	memset(out, 0, sizeof(*out));
	out->size = OUT_BUFFER_SIZE;
	out->buffer = malloc(out->size);
	return out->buffer != NULL ? 0 : ENOMEM;
}

int
out_open(struct out *out, int fd)
{
	struct stat status;

	if (open_buffer(out) != 0)
		return ENOMEM;
	out->fd = fd;
	out->eager = fstat(fd, &status) != 0 || !S_ISREG(status.st_mode);
	return 0;
}

int
out_open_memory(struct out *out, GString *memory)
{
	if (open_buffer(out) != 0)
		return ENOMEM;
	out->fd = -1;
	out->memory = memory;
	return 0;
}

int
out_close(struct out *out)
{
	out_flush(out);
	free(out->buffer);
	out->buffer = NULL;
	return out->error;
}

void
out_flush(struct out *out)
{
	size_t done = 0;

	if (out->memory != NULL) {
		g_string_append_len(out->memory, out->buffer, (gssize)out->used);
		done = out->used;
	}
	while (done < out->used && out->error == 0) {
		ssize_t n = write(out->fd, out->buffer + done, out->used - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			out->error = errno;
	}
	out->used = 0;
}

void
out_frame_end(struct out *out)
{
	if (out->eager && out->used != 0)
		out_flush(out);
}

char *
out_reserve(struct out *out, size_t need)
{
	if (out->size - out->used < need)
		out_flush(out);
	return out->buffer + out->used;
}

void
out_bytes(struct out *out, const char *bytes, size_t length)
{
	while (length > 0) {
		size_t part = length < OUT_RESERVE_MAX ? length : OUT_RESERVE_MAX;

		memcpy(out_reserve(out, part), bytes, part);
		out_commit(out, part);
		bytes += part;
		length -= part;
	}
}

void
out_text(struct out *out, const char *text)
{
	out_bytes(out, text, strlen(text));
}

void
out_char(struct out *out, char c)
{
	*out_reserve(out, 1) = c;
	out_commit(out, 1);
}

void
out_printf(struct out *out, const char *format, ...)
{
	char *room = out_reserve(out, OUT_RESERVE_MAX);
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(room, OUT_RESERVE_MAX, format, arguments);
	va_end(arguments);
	if (length > 0)
		out_commit(out, length < OUT_RESERVE_MAX ? (size_t)length : OUT_RESERVE_MAX - 1);
}

void
out_blanks(struct out *out, size_t count)
{
	while (count-- > 0)
		out_char(out, ' ');
}
