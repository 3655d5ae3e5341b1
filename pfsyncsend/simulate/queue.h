/*
 * queue.h - what happens next: events in virtual time.
 *
 * SPDX-License-Identifier: ISC
 *
 * Two wheels of slots, a millisecond and a second wide, and a heap for what lies beyond: adding
 * and taking cost the same with a thousand and with ten million events waiting, and memory is
 * walked in order.  Events of the same time come in the order in
 * which they were added.
 */
#ifndef PFSYNCSEND_SIMULATE_QUEUE_H
#define PFSYNCSEND_SIMULATE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue_event {
	int64_t at_ns;
	uint64_t order; /* set by queue_add() */
	uint32_t kind;  /* the caller's, as are a and b */
	uint32_t a;
	uint64_t b;
};

struct queue;

/* An empty queue whose time begins at start_ns.  Never NULL: the program ends without memory. */
struct queue *queue_new(int64_t start_ns);
void queue_free(struct queue *queue);
/* An event in the past happens now, that is at the time of the event taken last. */
void queue_add(struct queue *queue, int64_t at_ns, uint32_t kind, uint32_t a, uint64_t b);
/*
 * An event that is likely to come about n after the next one, for fetching memory ahead; NULL if
 * none is known.  Valid until the next call that changes the queue.
 */
const struct queue_event *queue_ahead(const struct queue *queue, size_t n);
/* The first event if it is not later than until_ns.  False: none is. */
bool queue_take(struct queue *queue, int64_t until_ns, struct queue_event *event);
size_t queue_length(const struct queue *queue);

#endif
