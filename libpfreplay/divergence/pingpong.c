/*
 * pingpong.c - answers that never end: D-08.
 *
 * SPDX-License-Identifier: ISC
 *
 * Each of the two holds something newer, so each corrects the other (SEM 2.5).
 * Once is how it should be; again and again is not.
 */
#include "detectors.h"

#define REMEMBERED_MAX 16384
#define TURN_NS (NS_PER_S / 2)
/* Stale for one, for the other, and so on: so many in a row. */
#define TURNS 4
/* This many states at once are no accident. */
#define STATES_MEDIUM 3

static const struct finding_kind kind = {
    .number = 8,
    .sentence = "%a and %b correct each other without end: for %{states} updates went to and fro, "
		"each stale for the other (longest exchange: %[turns_max] in a row).",
    .advice = "Both see packets of the same connections: look for asymmetric routes and for two "
	      "CARP masters.",
};

struct exchange {
	int64_t time_ns;
	uint16_t sender;
	uint16_t turns;
	bool told;
};

struct pingpong {
	struct side *exchanges;
};

static void
pingpong_begin(struct divergence *d, void *self)
{
	struct pingpong *pingpong = self;

	(void)d;
	pingpong->exchanges = side_new(sizeof(struct exchange), REMEMBERED_MAX);
}

static void
pingpong_end(void *self)
{
	side_free(((struct pingpong *)self)->exchanges);
}

static void
note(struct divergence *d, const struct watch_result *result, struct exchange *exchange)
{
	const struct event *event = result->event;
	const struct node *a = event->sender, *b = result->receiver;
	struct sighting sighting = {.kind = &kind,
	    .node = a->index < b->index ? a : b,
	    .other = a->index < b->index ? b : a,
	    .severity = PFREPLAY_LOW,
	    .time_ns = event->time_ns,
	    .evidence = event->evidence,
	    .id = event->message->id,
	    .creatorid = event->message->creatorid};
	struct finding *finding;

	if (exchange->told) {
		finding = findings_find(&d->live, &kind, 0, sighting.node, sighting.other);
		if (finding != NULL && event->time_ns > finding->last_ns)
			finding->last_ns = event->time_ns;
	} else
		finding = findings_note(&d->live, &sighting);
	exchange->told = true;
	finding_max(finding, "turns_max", exchange->turns);
	if (finding != NULL && (finding->count >= STATES_MEDIUM || exchange->turns > 2 * TURNS))
		finding_worsen(finding, PFREPLAY_MEDIUM);
}

static void
pingpong_outcome(struct divergence *d, void *self, const struct watch_result *result)
{
	const struct event *event = result->event;
	struct pingpong *pingpong = self;
	struct exchange *exchange;
	bool fresh;

	if (event->message->action != PFSYNC_ACT_UPD_C && event->message->action != PFSYNC_ACT_UPD)
		return;
	exchange =
	    side_make(pingpong->exchanges, event->message->id, event->message->creatorid, &fresh);
	if (!fresh && exchange->sender != event->sender->index &&
	    event->time_ns - exchange->time_ns < TURN_NS) {
		if (exchange->turns < UINT16_MAX)
			exchange->turns++;
	} else if (fresh || event->time_ns - exchange->time_ns >= TURN_NS)
		exchange->turns = 1;
	exchange->sender = event->sender->index;
	exchange->time_ns = event->time_ns;
	if (exchange->turns >= TURNS)
		note(d, result, exchange);
}

const struct detector detector_pingpong = {
    .bytes = sizeof(struct pingpong),
    .outcomes = WATCH_OUTCOME(WATCH_STALE) | WATCH_OUTCOME(WATCH_MERGED_SRC) |
		WATCH_OUTCOME(WATCH_MERGED_DST) | WATCH_OUTCOME(WATCH_ROLLED_BACK),
    .begin = pingpong_begin,
    .end = pingpong_end,
    .outcome = pingpong_outcome,
};
