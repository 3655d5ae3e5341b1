/*
 * queue.h - what happens next: events in virtual time.
 *
 * SPDX-License-Identifier: ISC
 *
 * Two wheels of slots (a millisecond and a second wide) and a heap for the slot that is being
 * worked on and for what lies beyond the wheels: adding and taking cost the same with a
 * thousand and with ten million events waiting.  Events of the same time come in the order in
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
/* The first event if it is not later than until_ns.  False: none is. */
bool queue_take(struct queue *queue, int64_t until_ns, struct queue_event *event);
size_t queue_length(const struct queue *queue);

#endif
