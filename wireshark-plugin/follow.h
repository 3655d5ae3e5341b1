/*
 * follow.h - what belongs together across frames: states, requests, bulk
 * transfers.
 *
 * SPDX-License-Identifier: ISC
 *
 * All of it is learnt when a frame is dissected for the first time, in the
 * order of the capture, and kept in file scope.  What lies behind a frame (its
 * state's next message, the delete, the answer) is there once the frames
 * behind it were seen: from the second pass on.
 */
#ifndef PFSYNC_PLUGIN_FOLLOW_H
#define PFSYNC_PLUGIN_FOLLOW_H

#include "compat.h"
#include "pfsync.h"
#include "senders.h"
#include "streams.h"

/* A bulk transfer.  Frames are 0 where they were not seen. */
struct bulk {
	uint32_t number; /* 0, 1, ... */
	struct sender *requester;
	struct sender *sender;
	uint32_t request_frame; /* first request */
	uint32_t tries;
	uint32_t start_frame;
	uint32_t end_frame;
	uint32_t states; /* full updates sent between start and end */
};

/* One message of a frame. */
struct mention {
	struct stream *stream;          /* NULL: not of a state */
	struct mention *before, *after; /* of the same state */
	struct mention *next;           /* of the same frame */
	struct mention *insert;         /* latest INS up to this one */
	/* UPD_REQ: what answers it; INS: what acknowledges it.  Otherwise what
	 * this message answers or acknowledges. */
	struct mention *other;
	struct bulk *bulk;
	struct sender *sender;
	uint32_t frame;
	int16_t proto;  /* of the state as known then, -1 = unknown */
	uint8_t action; /* enum pfsync_action */
};

struct follow;

struct follow *follow_new(wmem_allocator_t *scope, struct senders *senders);

/*
 * The next message in the order of the capture; returns what is to be kept of
 * it.  `sender` sent it in `frame`.
 */
struct mention *follow_message(struct follow *follow, struct sender *sender, uint32_t frame,
    const struct pfsync_message *message);

/* The frame of the message before this one of the same state that is in another
 * frame, and of the one behind it; 0 if there is none. */
uint32_t mention_previous_frame(const struct mention *mention);
uint32_t mention_next_frame(const struct mention *mention);

/* Does `mention` point to what it answers, and not to what answers it? */
bool mention_answers(const struct mention *mention);

#endif
