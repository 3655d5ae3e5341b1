/*
 * feed.h - a capture file into a replay, for tests.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TEST_FEED_H
#define TEST_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pfreplay.h"

struct feed;

/*
 * Open the captures `names`, merged by time.  Ends the test program with a
 * message if one cannot be read.  Release with feed_close().
 */
struct feed *feed_open(const char *const *names, size_t count);

/* Feed all packets up to and including `until_ns` (INT64_MAX: all). */
void feed_until(struct feed *feed, struct pfreplay *r, int64_t until_ns);

/* The time of the packet that would come next; INT64_MAX at the end. */
int64_t feed_next_ns(struct feed *feed);

/*
 * Called with each message right before it is fed, NULL for none.
 */
typedef void feed_watch(
    void *user, const struct pfreplay_packet *packet, const struct pfsync_message *message);
void feed_set_watch(struct feed *feed, feed_watch *watch, void *user);

void feed_close(struct feed *feed);

#endif
