/*
 * pack.c - compressed copies of a sample.
 *
 * SPDX-License-Identifier: ISC
 */
#include "pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

static void
give_up(const char *what)
{
	fprintf(stderr, "make_samples: %s failed\n", what);
	exit(2);
}

void
pack_gzip(struct buffer *out, const struct buffer *plain)
{
	enum { GZIP_WINDOW = 15 + 16, MEMORY = 8 };
	z_stream stream = {0};
	size_t at = out->len, size;

	if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, MEMORY,
		Z_DEFAULT_STRATEGY) != Z_OK)
		give_up("gzip");
	size = deflateBound(&stream, (uLong)plain->len);
	buffer_fill(out, 0, size);
	stream.next_in = plain->bytes;
	stream.avail_in = (uInt)plain->len;
	stream.next_out = out->bytes + at;
	stream.avail_out = (uInt)size;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
		give_up("gzip");
	out->len = at + stream.total_out;
	deflateEnd(&stream);
}

void
pack_zstd(struct buffer *out, const struct buffer *plain)
{
	size_t at = out->len, size = ZSTD_compressBound(plain->len);

	buffer_fill(out, 0, size);
	size = ZSTD_compress(out->bytes + at, size, plain->bytes, plain->len, 19);
	if (ZSTD_isError(size))
		give_up("zstd");
	out->len = at + size;
}
