/*
 * discards.c - what a receiver of another release would discard (see
 * discards.h, and pfreplay.h for what is given out).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "discards.h"
#include "internal.h"

static void
add_example(struct pfreplay_example *examples, uint64_t count, const struct open_packet *open)
{
	if (count >= PFREPLAY_EXAMPLES)
		return;
	examples[count].time_ns = open->time_ns;
	examples[count].file = open->packet->file;
	examples[count].frame = open->packet->frame;
}

void
discards_count(struct discards *discards, const struct event *event, enum watch_outcome outcome)
{
	uint64_t count = discards->counts[outcome]++;

	add_example(discards->examples[outcome], count, &event->r->open);
	if (count >= PFREPLAY_EXAMPLES)
		return;
	discards->examples[outcome][count].id = event->message->id;
	discards->examples[outcome][count].creatorid = event->message->creatorid;
}

void
discards_packet(
    struct discards *discards, const struct open_packet *open, enum pfreplay_counter counter)
{
	add_example(discards->packet_examples[counter], discards->packets[counter]++, open);
}

/* Outcomes by which something is lost on the receiver. */
static bool
is_discard(enum watch_outcome outcome)
{
	return (outcome >= WATCH_REFUSED_VALUE && outcome <= WATCH_MISREAD) ||
	       outcome == WATCH_MERGED_SRC || outcome == WATCH_MERGED_DST ||
	       outcome == WATCH_STALE || outcome == WATCH_NOT_FOUND || outcome == WATCH_ASKED_FOR;
}

static void
give(struct pfreplay_discard *out, const char *reason, bool packets, uint64_t count,
    const struct pfreplay_example *examples)
{
	out->reason = reason;
	out->packets = packets;
	out->count = count;
	out->example_count = count < PFREPLAY_EXAMPLES ? (size_t)count : PFREPLAY_EXAMPLES;
	memcpy(out->examples, examples, sizeof(out->examples));
}

bool
pfreplay_discard_at(const struct pfreplay *r, size_t n, struct pfreplay_discard *out)
{
	const struct discards *discards = r->as_peer != NULL ? r->as_peer->discards : NULL;

	memset(out, 0, sizeof(*out));
	if (discards == NULL)
		return false;
	for (int i = 0; i < PFREPLAY_COUNTER_COUNT; i++) {
		if (discards->packets[i] == 0 || n-- != 0)
			continue;
		give(out, pfreplay_counter_name((enum pfreplay_counter)i), true,
		    discards->packets[i], discards->packet_examples[i]);
		return true;
	}
	for (int i = 0; i < WATCH_OUTCOME_COUNT; i++) {
		if (discards->counts[i] == 0 || !is_discard((enum watch_outcome)i) || n-- != 0)
			continue;
		give(out, watch_outcome_name((enum watch_outcome)i), false, discards->counts[i],
		    discards->examples[i]);
		return true;
	}
	return false;
}
