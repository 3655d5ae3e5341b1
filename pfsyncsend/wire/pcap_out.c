/*
 * pcap_out.c - write a capture file as it grows.
 *
 * SPDX-License-Identifier: ISC
 */
#include "pcap_out.h"

#include <errno.h>

/* Collected before the stream is bothered. */
enum { PENDING_BYTES = 1 << 16 };

static void
flush(struct pcap_out *out)
{
	FILE *stream = outfile_stream(out->file);

	errno = 0;
	if (out->error == 0 && out->pending.len > 0 &&
	    fwrite(out->pending.bytes, 1, out->pending.len, stream) != out->pending.len)
		out->error = errno != 0 ? errno : EIO;
	buffer_reset(&out->pending);
}

int
pcap_out_open(struct pcap_out *out, const char *path, const struct pcap_format *format)
{
	*out = (struct pcap_out){.format = *format};
	out->file = outfile_open(path);
	if (out->file == NULL)
		return errno;
	pcap_begin(&out->pending, format);
	return 0;
}

bool
pcap_out_frame(struct pcap_out *out, int64_t time_ns, const uint8_t *bytes, size_t len)
{
	return pcap_out_part(out, time_ns, bytes, len, len);
}

bool
pcap_out_part(struct pcap_out *out, int64_t time_ns, const uint8_t *bytes, size_t kept, size_t len)
{
	pcap_frame_part(&out->pending, &out->format, time_ns, bytes, kept, len);
	out->frames++;
	if (out->pending.len >= PENDING_BYTES)
		flush(out);
	return out->error == 0;
}

int
pcap_out_commit(struct pcap_out *out)
{
	int error;

	flush(out);
	buffer_free(&out->pending);
	if (out->error != 0) {
		outfile_discard(out->file);
		return out->error;
	}
	error = outfile_commit(out->file);
	out->file = NULL;
	return error;
}

void
pcap_out_discard(struct pcap_out *out)
{
	buffer_free(&out->pending);
	outfile_discard(out->file);
	out->file = NULL;
}
