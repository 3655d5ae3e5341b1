/*
 * pcap_write.h - capture files in every form that readers must know.
 *
 * SPDX-License-Identifier: ISC
 *
 * libpcap writes classic files of this machine's byte order only; tests of readers
 * need both orders, both resolutions, and pcapng.
 */
#ifndef PFSYNCSEND_PCAP_WRITE_H
#define PFSYNCSEND_PCAP_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

struct pcap_format {
	uint32_t linktype; /* as in the file, not a DLT */
	uint32_t snaplen;  /* bytes kept of a frame; 0 = 65535 */
	bool pcapng;
	bool big;  /* byte order of the file */
	bool nano; /* nanoseconds instead of microseconds */
};

/* Append the file header (pcapng: section header and one interface). */
void pcap_begin(struct buffer *out, const struct pcap_format *format);

/*
 * Append a frame that had `len` bytes; at most snaplen of them are kept.
 * `time_ns` counts from 1970-01-01 UTC and must not be negative; what the
 * format cannot hold of it is cut off.
 */
void pcap_frame(struct buffer *out, const struct pcap_format *format, int64_t time_ns,
    const uint8_t *bytes, size_t len);
/* The same, but of the frame's `len` bytes no more than `kept` are kept. */
void pcap_frame_part(struct buffer *out, const struct pcap_format *format, int64_t time_ns,
    const uint8_t *bytes, size_t kept, size_t len);

#endif
