/*
 * history.h - which message said what of a state when, for explaining
 * differences between a replayed table and a listing.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TEST_HISTORY_H
#define TEST_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "pfreplay.h"

struct happening {
	int64_t time_ns;
	enum pfsync_action action;
	struct pfsync_addr from;
};

struct history {
	GHashTable *states; /* GArray of struct happening, by id and creatorid */
	GArray *clears;     /* struct happening */
	GArray *requests;   /* struct happening: UPD_REQ(0,0) */
	int64_t last_ns;    /* time of the last message */
};

struct history *history_new(void);
void history_free(struct history *history);

/* To be given to feed_set_watch() with the history as `user`. */
void history_note(
    void *history, const struct pfreplay_packet *packet, const struct pfsync_message *message);

/* The happenings of a state in order, or NULL if no message named it. */
const GArray *history_of(const struct history *history, uint64_t id, uint32_t creatorid);

/* Is there one of these actions (bits) with from_ns < time <= to_ns? */
bool history_has(const GArray *happenings, unsigned actions, int64_t from_ns, int64_t to_ns);

#endif
