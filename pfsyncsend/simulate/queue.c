/*
 * queue.c - what happens next: events in virtual time.
 *
 * SPDX-License-Identifier: ISC
 */
#include <glib.h>

#include "queue.h"

#define SLOTS 1024
#define FINE_SHIFT 20 /* a slot of the fine wheel: 1.05 ms */
#define COARSE_SHIFT (FINE_SHIFT + 10)
#define NONE UINT32_MAX

/* An event in a slot; slots are lists through `next`. */
struct entry {
	struct queue_event event;
	uint32_t next;
};

struct heap {
	struct queue_event *events;
	size_t count, capacity;
};

struct queue {
	struct entry *pool;
	uint32_t pool_count, pool_capacity, free;
	uint32_t fine[SLOTS], coarse[SLOTS];
	struct heap now;   /* events of the slot `tick` and before */
	struct heap later; /* beyond the coarse wheel */
	int64_t tick;      /* in fine slots: those up to here are in `now` */
	int64_t last_ns;   /* of the event taken last */
	uint64_t order;
	size_t length, in_wheels, in_fine;
};

/* ------------------------------------------------------------------------ */

static bool
before(const struct queue_event *x, const struct queue_event *y)
{
	return x->at_ns != y->at_ns ? x->at_ns < y->at_ns : x->order < y->order;
}

static void
heap_add(struct heap *heap, const struct queue_event *event)
{
	size_t i = heap->count++;

	if (heap->count > heap->capacity) {
		heap->capacity = heap->capacity == 0 ? 64 : heap->capacity * 2;
		heap->events = g_renew(struct queue_event, heap->events, heap->capacity);
	}
	while (i > 0 && before(event, &heap->events[(i - 1) / 2])) {
		heap->events[i] = heap->events[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	heap->events[i] = *event;
}

static void
heap_take(struct heap *heap, struct queue_event *event)
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

	for (size_t i = 0; i < SLOTS; i++)
		queue->fine[i] = queue->coarse[i] = NONE;
	queue->free = NONE;
	queue->tick = start_ns >> FINE_SHIFT;
	queue->last_ns = start_ns;
	return queue;
}

void
queue_free(struct queue *queue)
{
	if (queue == NULL)
		return;
	g_free(queue->pool);
	g_free(queue->now.events);
	g_free(queue->later.events);
	g_free(queue);
}

static void
slot_add(struct queue *queue, uint32_t *slot, const struct queue_event *event)
{
	uint32_t i = queue->free;

	if (i != NONE) {
		queue->free = queue->pool[i].next;
	} else {
		if (queue->pool_count == queue->pool_capacity) {
			queue->pool_capacity =
			    queue->pool_capacity == 0 ? 1024 : queue->pool_capacity * 2;
			queue->pool = g_renew(struct entry, queue->pool, queue->pool_capacity);
		}
		i = queue->pool_count++;
	}
	queue->pool[i].event = *event;
	queue->pool[i].next = *slot;
	*slot = i;
	queue->in_wheels++;
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
		slot_add(queue, &queue->fine[fine & (SLOTS - 1)], event);
		queue->in_fine++;
	} else if (coarse - (queue->tick >> 10) < SLOTS) {
		slot_add(queue, &queue->coarse[coarse & (SLOTS - 1)], event);
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

/* Take a slot's list apart; every event goes where it now belongs. Returns how many. */
static size_t
slot_empty(struct queue *queue, uint32_t *slot)
{
	uint32_t i = *slot;
	size_t taken = 0;

	*slot = NONE;
	for (; i != NONE; taken++) {
		struct queue_event event = queue->pool[i].event;
		uint32_t next = queue->pool[i].next;
		queue->pool[i].next = queue->free;
		queue->free = i;
		queue->in_wheels--;
		place(queue, &event);
		i = next;
	}
	return taken;
}

/* Go on to the next slot that holds something.  False: everything is in `now`, or nothing. */
static bool
advance(struct queue *queue)
{
	while (queue->now.count == 0) {
		struct queue_event event;
		if (queue->in_wheels == 0) {
			if (queue->later.count == 0)
				return false;
			queue->tick = (queue->later.events[0].at_ns >> COARSE_SHIFT) << 10;
		} else if (queue->in_fine == 0) {
			queue->tick = ((queue->tick >> 10) + 1) << 10;
		} else {
			queue->tick++;
		}
		if ((queue->tick & (SLOTS - 1)) == 0) {
			int64_t coarse = queue->tick >> 10;
			while (queue->later.count > 0 &&
			       (queue->later.events[0].at_ns >> COARSE_SHIFT) - coarse < SLOTS) {
				heap_take(&queue->later, &event);
				place(queue, &event);
			}
			slot_empty(queue, &queue->coarse[coarse & (SLOTS - 1)]);
		}
		queue->in_fine -= slot_empty(queue, &queue->fine[queue->tick & (SLOTS - 1)]);
	}
	return true;
}

bool
queue_take(struct queue *queue, int64_t until_ns, struct queue_event *event)
{
	if (queue->length == 0 || !advance(queue) || queue->now.events[0].at_ns > until_ns)
		return false;
	heap_take(&queue->now, event);
	queue->length--;
	queue->last_ns = event->at_ns;
	return true;
}

size_t
queue_length(const struct queue *queue)
{
	return queue->length;
}
