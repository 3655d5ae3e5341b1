/*
 * walk.h - read a sample through the capture library and libpfsync.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TESTS_SAMPLES_WALK_H
#define TESTS_SAMPLES_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "capture.h"
#include "pfsync.h"

enum { WALK_SENDERS = 2 };

/* What one sender's frames were taken for. */
struct walk_sender {
	struct pfsync_hint hint;
	unsigned frames;
};

/* Calls in the order of the capture; any may be NULL. */
struct walk_calls {
	void *context;
	/* A pfsync packet, before it is decoded. */
	void (*packet)(void *context, const struct capture_packet *packet);
	/* The frame after detection. */
	void (*frame)(void *context, const struct pfsync_frame *frame, unsigned sender);
	/* A message.  `record` points into the packet. */
	void (*message)(void *context, const struct pfsync_record *record,
	    const struct pfsync_message *message);
	/* Something wrong, named as the counter it belongs to. */
	void (*trouble)(void *context, const char *counter);
};

/*
 * Read the capture `path`.  `forced` NULL to detect the dialect, for each
 * sender by itself.  `senders` (WALK_SENDERS, zeroed; NULL if of no interest)
 * learns what was found.
 */
void walk_capture(const char *path, const struct pfsync_dialect *forced,
    const struct walk_calls *calls, struct walk_sender *senders);

#endif
