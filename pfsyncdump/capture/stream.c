/*
 * stream.c - the bytes of a capture file, unpacked if need be.
 *
 * SPDX-License-Identifier: ISC
 */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include "blocks.h"
#include "compat.h"
#include "decompress.h"
#include "pcapng.h"
#include "wake.h"

/* Enough that system calls do not show in a profile, little enough for the cache. */
enum { BUFFER_BYTES = 65536 };

struct stream {
	int fd;     /* or -1: */
	FILE *file; /* or NULL */
	bool regular;
	bool at_end;
	bool halted;                        /* by a signal */
	GChecksum *digest;                  /* of the raw bytes; NULL: not wanted */
	const struct decompress_kind *kind; /* NULL: plain */
	void *state;
	bool inside; /* compressed data that has not ended yet */
	bool again;  /* a compressed part has ended before */
	uint64_t size_bytes;
	uint64_t consumed_bytes;
	const uint8_t *ahead; /* read but not handed out, in raw */
	size_t ahead_len;
	struct pcapng *pcapng; /* between this and who reads */
	char error[128];       /* "" = none */
	struct blocks blocks;
	uint8_t raw[BUFFER_BYTES];
	char stdio[BUFFER_BYTES]; /* of the FILE handed out */
};

static void
fail(struct stream *stream, const char *what, const char *why)
{
	snprintf(
	    stream->error, sizeof(stream->error), "%s%s%s", what, *why != '\0' ? ": " : "", why);
}

/* Up to `size` bytes of the file as it is.  0 at the end, -1 on error. */
static ssize_t
read_raw(struct stream *stream, void *buffer, size_t size)
{
	ssize_t got;

	if (stream->regular ? wake_ended() : !wake_wait(stream->file != NULL ? -1 : stream->fd)) {
		stream->at_end = stream->halted = true;
		return 0;
	}
	if (stream->file != NULL) {
		got = (ssize_t)fread(buffer, 1, size, stream->file);
		if (got == 0 && ferror(stream->file))
			got = -1;
	} else {
		do
			got = read(stream->fd, buffer, size);
		while (got == -1 && errno == EINTR);
	}
	if (got == -1)
		fail(stream, "cannot read", strerror(errno));
	else if (got == 0)
		stream->at_end = true;
	else
		stream->consumed_bytes += (uint64_t)got;
	if (got > 0 && stream->digest != NULL)
		g_checksum_update(stream->digest, buffer, got);
	return got;
}

/* Read on until the first bytes are there that tell the kind of file. */
static bool
read_magic(struct stream *stream)
{
	stream->ahead = stream->raw;
	while (stream->ahead_len < DECOMPRESS_MAGIC_MAX && !stream->at_end) {
		ssize_t got = read_raw(stream, stream->raw + stream->ahead_len,
		    sizeof(stream->raw) - stream->ahead_len);

		if (got == -1)
			return false;
		stream->ahead_len += (size_t)got;
	}
	return true;
}

static ssize_t
read_plain(struct stream *stream, char *buffer, size_t size)
{
	if (stream->ahead_len == 0)
		return stream->at_end ? 0 : read_raw(stream, buffer, size);
	if (size > stream->ahead_len)
		size = stream->ahead_len;
	memcpy(buffer, stream->ahead, size);
	stream->ahead += size;
	stream->ahead_len -= size;
	return (ssize_t)size;
}

/* One step of unpacking: returns false when nothing more will come. */
static bool
unpack(struct stream *stream, struct decompress_io *io)
{
	const char *why = "";
	bool fresh = !stream->inside;

	switch (stream->kind->step(stream->state, io, &why)) {
	case DECOMPRESS_MORE:
		stream->inside = true;
		return true;
	case DECOMPRESS_DONE:
		stream->again = stream->again || stream->inside || io->in_len < stream->ahead_len;
		stream->inside = false;
		return true;
	case DECOMPRESS_BAD:
	default:
		if (fresh && stream->again)
			fail(stream, "garbage behind the compressed data", why);
		else
			fail(stream, "the compressed data is damaged", why);
		return false;
	}
}

static ssize_t
read_packed(struct stream *stream, char *buffer, size_t size)
{
	struct decompress_io io = {.out = (uint8_t *)buffer, .out_len = size};

	while (io.out_len == size && stream->error[0] == '\0') {
		bool going;

		if (stream->ahead_len == 0 && !stream->at_end) {
			ssize_t got = read_raw(stream, stream->raw, sizeof(stream->raw));

			if (got == -1)
				break;
			stream->ahead = stream->raw;
			stream->ahead_len = (size_t)got;
		}
		io.in = stream->ahead;
		io.in_len = stream->ahead_len;
		going = unpack(stream, &io);
		stream->ahead = io.in;
		stream->ahead_len = io.in_len;
		if (!going || io.out_len < size || stream->ahead_len > 0 || !stream->at_end)
			continue;
		if (!stream->inside || stream->halted)
			return 0;
		fail(stream, "the compressed data ends early", "");
	}
	if (io.out_len < size)
		return (ssize_t)(size - io.out_len);
	errno = EIO;
	return -1;
}

static ssize_t
read_stream(void *user, char *buffer, size_t size)
{
	struct stream *stream = user;
	ssize_t got = stream->kind != NULL ? read_packed(stream, buffer, size)
					   : read_plain(stream, buffer, size);

	if (got > 0)
		blocks_feed(&stream->blocks, (const uint8_t *)buffer, (size_t)got);
	return got;
}

static ssize_t
read_for_reader(void *cookie, char *buffer, size_t size)
{
	return pcapng_read(((struct stream *)cookie)->pcapng, buffer, size);
}

/* Look at what was opened.  On failure `stream` is closed. */
static struct stream *
begin(struct stream *stream, char *why, size_t size)
{
	const char *program;

	if (!read_magic(stream)) {
		snprintf(why, size, "%s", stream->error);
	} else if (stream->ahead_len == 0) {
		snprintf(why, size, "the file is empty: nothing was captured into it");
	} else if ((program = decompress_foreign(stream->ahead, stream->ahead_len)) != NULL) {
		snprintf(why, size,
		    "compressed in a way that is not read here: unpack it with %s first", program);
	} else {
		stream->kind = decompress_detect(stream->ahead, stream->ahead_len);
		if (stream->kind == NULL || (stream->state = stream->kind->start()) != NULL)
			return stream;
		snprintf(why, size, "out of memory");
	}
	stream_close(stream);
	return NULL;
}

struct stream *
stream_open(const char *name, char *why, size_t size)
{
	struct stream *stream = calloc(1, sizeof(*stream));
	struct stat info;

	if (stream == NULL) {
		snprintf(why, size, "out of memory");
		return NULL;
	}
	stream->fd = strcmp(name, "-") == 0 ? dup(STDIN_FILENO) : open(name, O_RDONLY | O_CLOEXEC);
	if (stream->fd == -1) {
		snprintf(why, size, "cannot open: %s", strerror(errno));
		stream_close(stream);
		return NULL;
	}
	stream->regular = fstat(stream->fd, &info) == 0 && S_ISREG(info.st_mode);
	if (stream->regular && info.st_size > 0)
		stream->size_bytes = (uint64_t)info.st_size;
	return begin(stream, why, size);
}

struct stream *
stream_open_file(FILE *file, char *why, size_t size)
{
	struct stream *stream = calloc(1, sizeof(*stream));

	if (stream == NULL) {
		snprintf(why, size, "out of memory");
		fclose(file);
		return NULL;
	}
	stream->fd = -1;
	stream->file = file;
	return begin(stream, why, size);
}

FILE *
stream_reader(struct stream *stream)
{
	FILE *reader;

	stream->pcapng = pcapng_new(read_stream, stream);
	if (stream->pcapng == NULL)
		return NULL;
	reader = compat_open_reader(stream, read_for_reader);
	if (reader != NULL)
		setvbuf(reader, stream->stdio, _IOFBF, sizeof(stream->stdio));
	return reader;
}

const char *
stream_error(const struct stream *stream)
{
	return stream->error[0] != '\0' ? stream->error : NULL;
}

uint64_t
stream_dropped(const struct stream *stream)
{
	return blocks_dropped(&stream->blocks);
}

uint32_t
stream_pcapng_snaplen(const struct stream *stream)
{
	return stream->pcapng != NULL ? pcapng_snaplen(stream->pcapng) : 0;
}

int
stream_pcapng_link(struct stream *stream, uint64_t packet)
{
	return stream->pcapng != NULL ? pcapng_link(stream->pcapng, packet) : -1;
}

const char *
stream_compression(const struct stream *stream)
{
	return stream->kind != NULL ? stream->kind->name : "";
}

uint64_t
stream_size_bytes(const struct stream *stream)
{
	return stream->size_bytes;
}

uint64_t
stream_consumed_bytes(const struct stream *stream)
{
	return stream->consumed_bytes;
}

bool
stream_want_digest(struct stream *stream)
{
	stream->digest = g_checksum_new(G_CHECKSUM_SHA256);
	if (stream->digest == NULL)
		return false;
	/* So far only the kind of file was looked at. */
	g_checksum_update(stream->digest, stream->ahead, (gssize)stream->ahead_len);
	return true;
}

void
stream_digest(struct stream *stream, char out[65])
{
	uint8_t rest[BUFFER_BYTES];

	out[0] = '\0';
	if (stream->digest == NULL)
		return;
	while (!stream->at_end) {
		if (!stream->regular || read_raw(stream, rest, sizeof(rest)) == -1)
			return;
	}
	g_strlcpy(out, g_checksum_get_string(stream->digest), 65);
}

void
stream_close(struct stream *stream)
{
	if (stream == NULL)
		return;
	pcapng_free(stream->pcapng);
	if (stream->state != NULL)
		stream->kind->stop(stream->state);
	if (stream->digest != NULL)
		g_checksum_free(stream->digest);
	if (stream->file != NULL)
		fclose(stream->file);
	else if (stream->fd != -1)
		close(stream->fd);
	free(stream);
}
