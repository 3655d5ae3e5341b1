/*
 * queue.c - what happens next: events in virtual time.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>

#include <glib.h>

#include "queue.h"

#define SLOTS 1024
#define FINE_SHIFT 20 /* a slot of the fine wheel: 1.05 ms */
#define COARSE_SHIFT (FINE_SHIFT + 10)

struct list {
	struct queue_event *events;
	size_t count, capacity;
};

struct queue {
	struct list fine[SLOTS], coarse[SLOTS];
	struct list batch; /* the slot that is open, in order */
	size_t batch_next;
	struct list now;   /* heap: what was added to it since, or for the past */
	struct list later; /* heap: beyond the coarse wheel */
	int64_t tick;      /* the open slot */
	int64_t last_ns;   /* of the event taken last */
	uint64_t order;
	size_t length, in_fine, in_coarse;
};

/* ------------------------------------------------------------------------ */

static bool
before(const struct queue_event *x, const struct queue_event *y)
{
	return x->at_ns != y->at_ns ? x->at_ns < y->at_ns : x->order < y->order;
}

static void
list_add(struct list *list, const struct queue_event *event)
{
	if (list->count == list->capacity) {
		list->capacity = list->capacity == 0 ? 16 : list->capacity * 2;
		list->events = g_renew(struct queue_event, list->events, list->capacity);
	}
	list->events[list->count++] = *event;
}

static void
heap_add(struct list *heap, const struct queue_event *event)
{
	size_t i = heap->count;

	list_add(heap, event);
	while (i > 0 && before(event, &heap->events[(i - 1) / 2])) {
		heap->events[i] = heap->events[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	heap->events[i] = *event;
}

static void
heap_take(struct list *heap, struct queue_event *event)
{
	struct queue_event last;
	size_t i = 0, child;

	*event = heap->events[0];
	last = heap->events[--heap->count];
	while ((child = 2 * i + 1) < heap->count) {
		if (child + 1 < heap->count &&
		    before(&heap->events[child + 1], &heap->events[child]))
			child++;
		if (!before(&heap->events[child], &last))
			break;
		heap->events[i] = heap->events[child];
		i = child;
	}
	heap->events[i] = last;
}

/* ------------------------------------------------------------------------ */

struct queue *
queue_new(int64_t start_ns)
{
	struct queue *queue = g_new0(struct queue, 1);

	queue->tick = start_ns >> FINE_SHIFT;
	queue->last_ns = start_ns;
	return queue;
}

void
queue_free(struct queue *queue)
{
	if (queue == NULL)
		return;
	for (size_t i = 0; i < SLOTS; i++) {
		g_free(queue->fine[i].events);
		g_free(queue->coarse[i].events);
	}
	g_free(queue->batch.events);
	g_free(queue->now.events);
	g_free(queue->later.events);
	g_free(queue);
}

/* Where an event belongs as seen from `tick`. */
static void
place(struct queue *queue, const struct queue_event *event)
{
	int64_t fine = event->at_ns >> FINE_SHIFT;
	int64_t coarse = event->at_ns >> COARSE_SHIFT;

	if (fine <= queue->tick) {
		heap_add(&queue->now, event);
	} else if (coarse == queue->tick >> 10) {
		list_add(&queue->fine[fine & (SLOTS - 1)], event);
		queue->in_fine++;
	} else if (coarse - (queue->tick >> 10) < SLOTS) {
		list_add(&queue->coarse[coarse & (SLOTS - 1)], event);
		queue->in_coarse++;
	} else {
		heap_add(&queue->later, event);
	}
}

void
queue_add(struct queue *queue, int64_t at_ns, uint32_t kind, uint32_t a, uint64_t b)
{
	struct queue_event event = {.at_ns = at_ns < queue->last_ns ? queue->last_ns : at_ns,
	    .order = queue->order++,
	    .kind = kind,
	    .a = a,
	    .b = b};

	queue->length++;
	place(queue, &event);
}

/* The second that begins: its events go into the fine wheel. */
static void
open_coarse(struct queue *queue)
{
	int64_t coarse = queue->tick >> 10;
	struct list *slot = &queue->coarse[coarse & (SLOTS - 1)];
	struct queue_event event;

	while (queue->later.count > 0 &&
	       (queue->later.events[0].at_ns >> COARSE_SHIFT) - coarse < SLOTS) {
		heap_take(&queue->later, &event);
		place(queue, &event);
	}
	/* The first of its fine slots is about to be opened: not yet `now`. */
	for (size_t i = 0; i < slot->count; i++) {
		list_add(&queue->fine[(slot->events[i].at_ns >> FINE_SHIFT) & (SLOTS - 1)],
		    &slot->events[i]);
		queue->in_fine++;
	}
	queue->in_coarse -= slot->count;
	slot->count = 0;
	if (slot->capacity > 4096) { /* rare peaks give their memory back */
		g_free(slot->events);
		*slot = (struct list){0};
	}
}

static int
compare(const void *x, const void *y)
{
	const struct queue_event *a = x, *b = y;

	return before(a, b) ? -1 : before(b, a);
}

static void
open_fine(struct queue *queue)
{
	struct list *slot = &queue->fine[queue->tick & (SLOTS - 1)];
	struct list empty = queue->batch;

	if (slot->count == 0)
		return;
	queue->in_fine -= slot->count;
	qsort(slot->events, slot->count, sizeof(slot->events[0]), compare);
	queue->batch = *slot;
	queue->batch_next = 0;
	empty.count = 0;
	*slot = empty; /* memory goes round */
}

static bool
is_open(const struct queue *queue)
{
	return queue->batch_next < queue->batch.count || queue->now.count > 0;
}

/* Go on to the next slot that holds something.  False: there is none. */
static bool
advance(struct queue *queue)
{
	while (!is_open(queue)) {
		if (queue->in_fine > 0)
			queue->tick++;
		else if (queue->in_coarse > 0)
			queue->tick = ((queue->tick >> 10) + 1) << 10;
		else if (queue->later.count > 0)
			queue->tick = (queue->later.events[0].at_ns >> COARSE_SHIFT) << 10;
		else
			return false;
		if ((queue->tick & (SLOTS - 1)) == 0)
			open_coarse(queue);
		open_fine(queue);
	}
	return true;
}

bool
queue_take(struct queue *queue, int64_t until_ns, struct queue_event *event)
{
	const struct queue_event *first = NULL;

	if (!advance(queue))
		return false;
	if (queue->batch_next < queue->batch.count)
		first = &queue->batch.events[queue->batch_next];
	if (first == NULL || (queue->now.count > 0 && before(&queue->now.events[0], first))) {
		if (queue->now.events[0].at_ns > until_ns)
			return false;
		heap_take(&queue->now, event);
	} else {
		if (first->at_ns > until_ns)
			return false;
		*event = *first;
		queue->batch_next++;
	}
	queue->length--;
	queue->last_ns = event->at_ns;
	return true;
}

const struct queue_event *
queue_ahead(const struct queue *queue, size_t n)
{
	return queue->batch_next + n < queue->batch.count
		   ? &queue->batch.events[queue->batch_next + n]
		   : NULL;
}

size_t
queue_length(const struct queue *queue)
{
	return queue->length;
}
