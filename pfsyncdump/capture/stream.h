/*
 * stream.h - the bytes of a capture file, unpacked if need be.
 *
 * SPDX-License-Identifier: ISC
 *
 * Nothing is kept but a buffer for what was read ahead, so that files of any
 * size and pipes can be read.
 */
#ifndef PFSYNCDUMP_CAPTURE_STREAM_H
#define PFSYNCDUMP_CAPTURE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct stream;

/*
 * Open a file, or standard input for "-".  `name` is not kept.
 * Returns NULL and a reason, printable and without the name, in `why`.
 */
struct stream *stream_open(const char *name, char *why, size_t size);

/* The same for a FILE that is open; closed in any case, also on failure. */
struct stream *stream_open_file(FILE *file, char *why, size_t size);

/*
 * The unpacked bytes as a FILE, those of a pcapng so that libpcap can read them
 * (pcapng.h).  It is the caller's to close, before stream_close().  Only one may be
 * made.  NULL if there is no memory.
 */
FILE *stream_reader(struct stream *stream);

/*
 * Why reading from that FILE failed, without the file's name, static or the
 * stream's; NULL as long as it did not.
 */
const char *stream_error(const struct stream *stream);

/* Packets that the file, if it is pcapng, says its capture lost: see blocks.h. */
uint64_t stream_dropped(const struct stream *stream);

/* What the first interface of a pcapng says, which the FILE does not; or 0. */
uint32_t stream_pcapng_snaplen(const struct stream *stream);

/* The same of the link type of packet number `packet`, as pcapng_link(); or -1. */
int stream_pcapng_link(struct stream *stream, uint64_t packet);

/* "", "gzip" or "zstd"; static. */
const char *stream_compression(const struct stream *stream);
/* Bytes of the file on disk, 0 if it is none. */
uint64_t stream_size_bytes(const struct stream *stream);
/* Bytes of that taken so far. */
uint64_t stream_consumed_bytes(const struct stream *stream);

/*
 * Add up the SHA-256 of the file's bytes as they are on disk; before the reader is
 * made.  False if there is no memory.
 */
bool stream_want_digest(struct stream *stream);
/*
 * That, as 64 hexadecimal digits.  The rest of a regular file is read for it; where
 * that cannot be done, or nobody wanted it, it is "".
 */
void stream_digest(struct stream *stream, char out[65]);

/* NULL is allowed. */
void stream_close(struct stream *stream);

#endif
