/*
 * rewrap.h - pfsync packets into a capture file that any program opens (-w).
 *
 * SPDX-License-Identifier: ISC
 *
 * What pfsync0 shows has link types that many programs refuse or take for
 * something else.  Here each packet becomes an Ethernet frame of a classic pcap
 * file with nanoseconds.  The IP header is the captured one; where there is
 * none (pfsync0, reassembled fragments) one is made:
 *
 *	source       as captured; of pfsync0, which does not tell: 192.0.2.N for
 *	             input number N (a documentation address, RFC 5737)
 *	destination  as captured, else 224.0.0.240
 *	TTL, id      as captured, else 255 and 0
 *
 * A source MAC address that is not known is 02:00 and the last four bytes of the
 * IP address, so that different senders stay different; the destination's is
 * that of the group, or 02:00:00:00:00:00.
 */
#ifndef PFSYNCDUMP_REWRAP_H
#define PFSYNCDUMP_REWRAP_H

#include "capture/capture.h"

struct rewrap;

/*
 * Create the file, which has its name when it is whole (outfile.h); "-" is standard
 * output.  NULL with a printable line in `error` if that fails.
 */
struct rewrap *rewrap_open(const char *path, char error[CAPTURE_ERROR_MAX]);

/* Append a packet.  Failures are kept for rewrap_close(). */
void rewrap_packet(struct rewrap *rewrap, const struct capture_packet *packet);

/* Give up: no new file.  NULL is allowed. */
void rewrap_discard(struct rewrap *rewrap);

/*
 * Write what is buffered and close.  False with a line in `error` if anything
 * could not be written.  NULL is allowed.
 */
bool rewrap_close(struct rewrap *rewrap, char error[CAPTURE_ERROR_MAX]);

#endif
