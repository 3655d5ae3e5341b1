/*
 * savefile.h - libpcap on a possibly compressed file, and its errors in words.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_CAPTURE_SAVEFILE_H
#define PFSYNCDUMP_CAPTURE_SAVEFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "capture.h"
#include "compat.h"
#include "link.h"

struct savefile;

/*
 * Open a capture.
 *   name    to open, "-" for standard input; must stay until savefile_close()
 *   stream  NULL, or what to read instead; the savefile's, also on failure
 *   filter  NULL or "" for none
 *   digest  savefile_digest() will be asked for
 * Returns NULL with one printable line in `error`.
 */
struct savefile *savefile_open(
    const char *name, FILE *stream, const char *filter, bool digest, char error[CAPTURE_ERROR_MAX]);

/* The same of an interface; `name` as above, `buffer_kib` as of live_open(). */
struct savefile *savefile_open_live(
    const char *name, const char *filter, int buffer_kib, char error[CAPTURE_ERROR_MAX]);

/* To read frames from, with times in nanoseconds.  The savefile's. */
pcap_t *savefile_pcap(struct savefile *savefile);

/* How its frames begin; never LINK_TYPE_UNKNOWN. */
enum link_type savefile_link(const struct savefile *savefile);

/*
 * The same of frame number `frame`, the first being 0, just read: a pcapng may have
 * interfaces of several kinds.  To be asked for each frame, in order.
 */
enum link_type savefile_frame_link(struct savefile *savefile, uint64_t frame);

/* Set the members of `file` that do not change while it is read. */
void savefile_describe(const struct savefile *savefile, struct capture_file *file);

/* Bytes on disk that were read so far. */
uint64_t savefile_consumed_bytes(const struct savefile *savefile);

/* Packets that the capture lost, as the file, or the system, says so far. */
uint64_t savefile_dropped(const struct savefile *savefile);

/* stream_digest() of the file; "" of an interface. */
void savefile_digest(const struct savefile *savefile, char out[65]);

/* Does the frame just read pass the filter?  libpcap's own way would spoil frame numbers. */
bool savefile_matches(
    struct savefile *savefile, const struct pcap_pkthdr *header, const uint8_t *bytes);

/*
 * Why pcap_next_ex() just failed, and what to do: one printable line.
 *   frames  how many were read before that
 */
void savefile_explain(
    const struct savefile *savefile, uint64_t frames, char error[CAPTURE_ERROR_MAX]);

/* NULL is allowed. */
void savefile_close(struct savefile *savefile);

#endif
