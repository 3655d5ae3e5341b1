/*
 * story.h - what the two firewalls say to each other in every sample.
 *
 * SPDX-License-Identifier: ISC
 *
 * B boots and asks for everything, A answers; connections begin, go on and end;
 * B asks for a state it lacks; both send SA counters and clear states.  Each
 * dialect tells of it with the actions it has, all of which occur.
 */
#ifndef SAMPLES_STORY_H
#define SAMPLES_STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cast.h"
#include "pfsync.h"

enum story_view {
	STORY_WIRE, /* the sync link */
	STORY_TAP   /* pfsync0 of A: what A sends, uncompressed before v5 (OB 3.3) */
};

enum { STORY_MESSAGES_MAX = 8 };

struct story_frame {
	int64_t time_ns;
	unsigned node; /* the sender, 0 (A) or 1 (B) */
	bool unicast;  /* to the other one */
	size_t count;
	struct pfsync_message messages[STORY_MESSAGES_MAX]; /* in the order sent */
};

struct story {
	struct cast cast;
	enum story_view view;
	size_t count;
	struct story_frame *frames;
	size_t size; /* allocated */
};

/* The story in that dialect; free with story_free().  Never NULL. */
struct story *story_new(const struct pfsync_dialect *dialect, enum story_view view);
void story_free(struct story *story);

/*
 * Encode a frame of it.  Returns its bytes; ends the program if the encoder
 * refuses, for then the samples would be wrong.
 */
size_t story_encode(
    const struct story *story, const struct story_frame *frame, uint8_t *out, size_t size);

#endif
