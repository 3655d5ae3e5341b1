/*
 * decompress.c - gzip and zstd, a piece at a time.
 *
 * SPDX-License-Identifier: ISC
 */
#include "decompress.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST /* its input is not written to */
#include <zlib.h>
#include <zstd.h>

/* zlib: the largest window, and "expect a gzip header". */
enum { GZIP_WINDOW = 15 + 16 };

struct gzip {
	z_stream stream;
	bool between; /* members */
};

static void *
gzip_start(void)
{
	struct gzip *gzip = calloc(1, sizeof(*gzip));

	if (gzip == NULL)
		return NULL;
	if (inflateInit2(&gzip->stream, GZIP_WINDOW) != Z_OK) {
		free(gzip);
		return NULL;
	}
	gzip->between = true;
	return gzip;
}

static uInt
as_uint(size_t len)
{
	return len > UINT_MAX ? UINT_MAX : (uInt)len;
}

static enum decompress_status
gzip_step(void *state, struct decompress_io *io, const char **why)
{
	struct gzip *gzip = state;
	z_stream *stream = &gzip->stream;
	uInt in_len = as_uint(io->in_len), out_len = as_uint(io->out_len);
	int status;

	if (gzip->between && in_len == 0)
		return DECOMPRESS_DONE;
	gzip->between = false;
	stream->next_in = io->in;
	stream->avail_in = in_len;
	stream->next_out = io->out;
	stream->avail_out = out_len;
	status = inflate(stream, Z_NO_FLUSH);
	io->in += in_len - stream->avail_in;
	io->in_len -= in_len - stream->avail_in;
	io->out += out_len - stream->avail_out;
	io->out_len -= out_len - stream->avail_out;
	switch (status) {
	case Z_OK:
	case Z_BUF_ERROR: /* no progress without more input */
		return DECOMPRESS_MORE;
	case Z_STREAM_END:
		gzip->between = true;
		inflateReset(stream);
		return DECOMPRESS_DONE;
	default:
		*why = stream->msg != NULL ? stream->msg : zError(status);
		return DECOMPRESS_BAD;
	}
}

static void
gzip_stop(void *state)
{
	struct gzip *gzip = state;

	inflateEnd(&gzip->stream);
	free(gzip);
}

struct zstd {
	ZSTD_DStream *stream;
	bool between; /* frames */
};

static void *
zstd_start(void)
{
	struct zstd *zstd = calloc(1, sizeof(*zstd));

	if (zstd == NULL)
		return NULL;
	zstd->stream = ZSTD_createDStream();
	if (zstd->stream == NULL) {
		free(zstd);
		return NULL;
	}
	zstd->between = true;
	return zstd;
}

static enum decompress_status
zstd_step(void *state, struct decompress_io *io, const char **why)
{
	struct zstd *zstd = state;
	ZSTD_inBuffer in = {.src = io->in, .size = io->in_len};
	ZSTD_outBuffer out = {.dst = io->out, .size = io->out_len};
	size_t status;

	if (zstd->between && in.size == 0)
		return DECOMPRESS_DONE;
	status = ZSTD_decompressStream(zstd->stream, &out, &in);
	io->in += in.pos;
	io->in_len -= in.pos;
	io->out += out.pos;
	io->out_len -= out.pos;
	if (ZSTD_isError(status)) {
		*why = ZSTD_getErrorName(status);
		return DECOMPRESS_BAD;
	}
	zstd->between = status == 0;
	return zstd->between ? DECOMPRESS_DONE : DECOMPRESS_MORE;
}

static void
zstd_stop(void *state)
{
	struct zstd *zstd = state;

	ZSTD_freeDStream(zstd->stream);
	free(zstd);
}

static const struct decompress_kind gzip_kind = {
    .name = "gzip", .start = gzip_start, .step = gzip_step, .stop = gzip_stop};
static const struct decompress_kind zstd_kind = {
    .name = "zstd", .start = zstd_start, .step = zstd_step, .stop = zstd_stop};

static bool
begins(const uint8_t *bytes, size_t len, const char *magic, size_t magic_len)
{
	return len >= magic_len && memcmp(bytes, magic, magic_len) == 0;
}

const struct decompress_kind *
decompress_detect(const uint8_t *bytes, size_t len)
{
	if (begins(bytes, len, "\x1f\x8b", 2))
		return &gzip_kind;
	if (begins(bytes, len, "\x28\xb5\x2f\xfd", 4))
		return &zstd_kind;
	/* A skippable frame may come first; its last digit is free. */
	if (len >= 4 && bytes[0] >> 4 == 5 && begins(bytes + 1, len - 1, "\x2a\x4d\x18", 3))
		return &zstd_kind;
	return NULL;
}

const char *
decompress_foreign(const uint8_t *bytes, size_t len)
{
	if (begins(bytes, len,
		"\xfd"
		"7zXZ",
		5))
		return "xz";
	if (begins(bytes, len, "BZh", 3))
		return "bzip2";
	if (begins(bytes, len, "\x04\x22\x4d\x18", 4))
		return "lz4";
	if (begins(bytes, len, "\x1f\x9d", 2))
		return "uncompress";
	return NULL;
}
