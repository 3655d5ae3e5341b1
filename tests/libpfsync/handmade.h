/*
 * handmade.h - pfsync frames written byte by byte from the specification, for
 * tests that must not trust the library's own layouts or encoder.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TESTS_HANDMADE_H
#define TESTS_HANDMADE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pfsync.h"

/* Bytes that grow; zero-initialise.  Nothing to free. */
struct handmade {
	uint8_t bytes[8192];
	size_t len;
};

void hand_bytes(struct handmade *hand, const void *bytes, size_t len);
void hand_fill(struct handmade *hand, uint8_t byte, size_t len);
void hand_be16(struct handmade *hand, unsigned value);
void hand_be32(struct handmade *hand, uint32_t value);
void hand_be64(struct handmade *hand, uint64_t value);

/* Write over bytes that are there already, big-endian. */
void hand_put(uint8_t *at, unsigned width, uint64_t value);

/* The v1 .. v4 header: 4 bytes, from version 3 on 20 with checksum c0 c1 .. cf. */
void hand_header(struct handmade *hand, unsigned version, unsigned action, unsigned count);

/*
 * The v5 and v6 header with the same checksum and len 0; a subheader; and the
 * len that makes the frame end where it ends now.
 */
void hand_header5(struct handmade *hand, unsigned version);
void hand_section(struct handmade *hand, unsigned action, unsigned byte1, unsigned count);
void hand_end(struct handmade *hand);

/*
 * A v5 or v6 frame with one section, begun anew, for its records to follow; and
 * its end: an EOF section for v5, and len.
 */
void hand_frame(
    struct handmade *hand, unsigned version, unsigned action, unsigned byte1, unsigned count);
void hand_frame_end(struct handmade *hand);

/* A dialect by its name; fails the test if there is none. */
const struct pfsync_dialect *hand_dialect(const char *name);

/*
 * An open frame over an exact copy of the bytes on the heap, so that the
 * address sanitizer sees the first byte read too far.  hand_close() frees it.
 */
struct hand_open {
	struct pfsync_frame frame;
	struct pfsync_hint hint;
	uint8_t *copy;
	int status; /* of pfsync_frame_open() */
};

/* `dialect` NULL: detect.  `wirelen` 0: as long as what was captured. */
void hand_open(struct hand_open *open, const struct handmade *hand, const char *dialect);
void hand_open_cut(struct hand_open *open, const struct handmade *hand, const char *dialect,
    size_t caplen, size_t wirelen);
void hand_close(struct hand_open *open);

/* What a walk over a whole frame met. */
struct hand_walk {
	struct pfsync_message messages[64];
	size_t message_count; /* may exceed the array */
	unsigned sections;    /* that were handed out with PFSYNC_OK */
	struct pfsync_section first;
	struct pfsync_section last;
	unsigned problems;             /* of all kinds, opening included */
	struct pfsync_problem problem; /* the first of them */
	const struct pfsync_dialect *dialect;
	enum pfsync_certainty certainty;
	struct pfsync_header header;
};

/* Decode all of a frame; the frame is closed again. */
void hand_walk(struct hand_walk *walk, const struct handmade *hand, const char *dialect);

/* The same, and the test fails if anything was wrong. */
void hand_clean_walk(struct hand_walk *walk, const struct handmade *hand, const char *dialect);

/* The same, and the test fails unless there is exactly one message, no problem. */
void hand_one(struct pfsync_message *message, const struct handmade *hand, const char *dialect);

#endif
