/*
 * decompress.h - gzip and zstd, a piece at a time.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_CAPTURE_DECOMPRESS_H
#define PFSYNCDUMP_CAPTURE_DECOMPRESS_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of a file's start that tell its compression. */
#define DECOMPRESS_MAGIC_MAX 6

/* A piece of work; all members move on as it is done. */
struct decompress_io {
	const uint8_t *in;
	size_t in_len;
	uint8_t *out;
	size_t out_len;
};

enum decompress_status {
	DECOMPRESS_MORE, /* inside compressed data */
	DECOMPRESS_DONE, /* at the end of a member (gzip) or frame (zstd), or before the first */
	DECOMPRESS_BAD   /* damaged */
};

/* One compression.  `state` is what start() returned. */
struct decompress_kind {
	const char *name;     /* "gzip" */
	void *(*start)(void); /* NULL if there is no memory */
	/*
	 * Turn io->in into io->out until one of them is used up or a member
	 * ends.  Another member may follow directly.  For DECOMPRESS_BAD `*why`
	 * is the library's own reason, static.
	 */
	enum decompress_status (*step)(void *state, struct decompress_io *io, const char **why);
	void (*stop)(void *state);
};

/* The compression of a file that begins so; NULL if it is none of ours. */
const struct decompress_kind *decompress_detect(const uint8_t *bytes, size_t len);

/*
 * The program that unpacks a file which begins so but which we do not read
 * ("xz"); NULL for all others.
 */
const char *decompress_foreign(const uint8_t *bytes, size_t len);

#endif
