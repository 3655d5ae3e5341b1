/*
 * out.h - a buffered output stream that remembers its first failure.
 *
 * SPDX-License-Identifier: ISC
 *
 * All output of pfsyncdump goes through one of these.  Nobody checks single
 * writes: after a failure everything is swallowed, and the program asks once
 * at the end (out_error()).
 */
#ifndef PFSYNCDUMP_OUT_H
#define PFSYNCDUMP_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* A caller of out_reserve() may ask for at most this many bytes. */
#define OUT_RESERVE_MAX 32768

struct out {
	int fd;
	GString *memory; /* not NULL: it goes there, and to no descriptor */
	int error;       /* errno of the first write that failed, 0 if none did */
	bool eager;      /* out_frame_end() flushes */
	size_t used;     /* bytes in the buffer */
	size_t size;     /* bytes the buffer holds */
	char *buffer;
};

/*
 * Begin writing to `fd`, which stays the caller's.  `eager` is set if that is
 * not a regular file: somebody may be watching.  Returns 0, or an errno.
 */
int out_open(struct out *out, int fd);

/* Likewise, appending to `memory`, which stays the caller's. */
int out_open_memory(struct out *out, GString *memory);

/* Flush and free.  Returns the errno of the first failure, 0 if none. */
int out_close(struct out *out);

/* Write what is buffered. */
void out_flush(struct out *out);

/* The output of one frame is complete: flush if somebody may be waiting. */
void out_frame_end(struct out *out);

/*
 * Room for `need` bytes (at most OUT_RESERVE_MAX): write there, then tell
 * how many by out_commit().
 */
char *out_reserve(struct out *out, size_t need);

static inline void
out_commit(struct out *out, size_t written)
{
	out->used += written;
}

/* Append `length` bytes. */
void out_bytes(struct out *out, const char *bytes, size_t length);

/* Append a string, or one character. */
void out_text(struct out *out, const char *text);
void out_char(struct out *out, char c);

/* Append as printf() does; at most OUT_RESERVE_MAX - 1 characters. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void
out_printf(struct out *out, const char *format, ...);

/* Append `count` blanks. */
void out_blanks(struct out *out, size_t count);

#endif
