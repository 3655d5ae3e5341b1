/*
 * pcap_out.h - write a capture file as it grows.
 *
 * SPDX-License-Identifier: ISC
 *
 * Made for tens of millions of frames: nothing is allocated for a frame, and
 * the file is complete or not there (outfile.h).
 */
#ifndef PFSYNCSEND_PCAP_OUT_H
#define PFSYNCSEND_PCAP_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "outfile.h"
#include "pcap_write.h"

/* Members are private but `frames`. */
struct pcap_out {
	struct outfile *file;
	struct pcap_format format;
	struct buffer pending;
	uint64_t frames; /* written so far */
	int error;       /* errno of the first failure */
};

/* Begin a capture file, "-" for standard output.  0, or errno. */
int pcap_out_open(struct pcap_out *out, const char *path, const struct pcap_format *format);
/*
 * Append a frame, as pcap_frame() does.  Errors are kept until the end; false
 * once there was one, so that a long run can stop early.
 */
bool pcap_out_frame(struct pcap_out *out, int64_t time_ns, const uint8_t *bytes, size_t len);
/* The same, but no more than `kept` bytes of it are kept. */
bool pcap_out_part(
    struct pcap_out *out, int64_t time_ns, const uint8_t *bytes, size_t kept, size_t len);
/* Finish: the file gets its name.  0, or errno of the first failure. */
int pcap_out_commit(struct pcap_out *out);
/* Give up: no file is left. */
void pcap_out_discard(struct pcap_out *out);

#endif
