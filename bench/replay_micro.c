/*
 * replay_micro.c - how fast the replay alone is, and what a state costs.
 *
 * SPDX-License-Identifier: ISC
 *
 * Two firewalls hold STATES states; frames of UPD_C in random order, from both
 * in turn, are made in memory and replayed over and over.  Prints, by processor
 * time, messages a second with and without fetching tables ahead, with a watcher
 * that wants what divergences are made of, for decoding alone (the floor under
 * it), for inserting the states (two firewalls insert, so that keys are indexed,
 * too), and bytes a state.
 *
 *	replay_micro [states [seconds]]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "internal.h"
#include "pfreplay.h"

#define FRAME_BYTES 1400
#define FRAMES 65536
#define CREATORS 2

struct frames {
	uint8_t *bytes;
	size_t *sizes;
	size_t count;
	uint64_t messages;
};

static const char *const dialects[] = {"openbsd-6k", "freebsd-10"};

static double
cpu_seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint64_t
random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void
has(struct pfsync_message *message, const enum pfsync_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pfsync_has_set(message, fields[i]);
}

static struct pfsync_message
update(uint64_t id, uint32_t creatorid)
{
	static const enum pfsync_field fields[] = {PFSYNC_F_ID, PFSYNC_F_CREATORID,
	    PFSYNC_F_SRC_STATE, PFSYNC_F_SRC_SEQLO, PFSYNC_F_DST_STATE, PFSYNC_F_DST_SEQLO,
	    PFSYNC_F_TIMEOUT};
	struct pfsync_message message = {
	    .action = PFSYNC_ACT_UPD_C, .id = id, .creatorid = creatorid};

	has(&message, fields, sizeof(fields) / sizeof(fields[0]));
	message.u.state.src.state = message.u.state.dst.state = PFSYNC_TCPS_ESTABLISHED;
	message.u.state.timeout = 2;
	return message;
}

static struct pfsync_message
insert(uint64_t id, uint32_t creatorid)
{
	static const enum pfsync_field fields[] = {PFSYNC_F_IFNAME, PFSYNC_F_AF, PFSYNC_F_PROTO,
	    PFSYNC_F_DIRECTION, PFSYNC_F_WIRE_AF, PFSYNC_F_STACK_AF, PFSYNC_F_WIRE_ADDR0,
	    PFSYNC_F_WIRE_PORT0, PFSYNC_F_STACK_PROTO, PFSYNC_F_STACK_ADDR0, PFSYNC_F_STACK_PORT0,
	    PFSYNC_F_EXPIRE};
	struct pfsync_message message = update(id, creatorid);
	struct pfsync_state *state = &message.u.state;

	message.action = PFSYNC_ACT_INS;
	has(&message, fields, sizeof(fields) / sizeof(fields[0]));
	memcpy(state->ifname, "em0", 4);
	state->af_number = state->wire.af_number = state->stack.af_number = 2;
	state->proto = state->stack_proto = 6;
	state->direction = PFSYNC_IN;
	memcpy(state->wire.addr[0].b, &id, 4);
	state->wire.port[0] = (uint16_t)id;
	state->stack = state->wire;
	state->expire_s = 86400;
	return message;
}

/* One frame, as full as it gets, of messages that `next` makes. */
static size_t
make_frame(const struct pfsync_dialect *dialect, uint8_t *out,
    struct pfsync_message (*next)(void *), void *user, uint64_t *messages, uint64_t most)
{
	struct pfsync_builder builder;

	pfsync_build_begin(&builder, dialect, NULL, out, FRAME_BYTES);
	for (uint64_t n = 0; n < most; n++) {
		struct pfsync_message message = next(user);

		pfsync_build_add(&builder, &message);
		++*messages;
	}
	return (size_t)pfsync_build_end(&builder);
}

struct source {
	uint64_t next;
	uint64_t states;
	uint64_t random;
};

static uint32_t
creator_of(uint64_t id)
{
	return id % CREATORS == 0 ? 0xaaaa0001U : 0xbbbb0002U;
}

static struct pfsync_message
next_insert(void *user)
{
	struct source *source = user;
	uint64_t id = source->next;

	source->next += CREATORS;
	return insert(id, creator_of(id));
}

static struct pfsync_message
next_update(void *user)
{
	struct source *source = user;
	uint64_t id = random_next(&source->random) % source->states;

	return update(id, creator_of(id));
}

static struct pfreplay_packet
packet_of(uint64_t frame)
{
	struct pfreplay_packet packet = {.frame = frame,
	    .af = PFSYNC_AF_INET,
	    .dst = {{224, 0, 0, 240}},
	    .has_ip = true,
	    .ttl = PFSYNC_TTL};

	packet.time_ns = INT64_C(1700000000000000000) + (int64_t)frame * 1000;
	memcpy(packet.src.b, (const uint8_t[]){192, 0, 2, (uint8_t)(frame % CREATORS + 1)}, 4);
	return packet;
}

static void
fill(struct pfreplay *r, const struct pfsync_dialect *dialect, uint64_t states)
{
	/* Each firewall announces its own. */
	struct source sources[CREATORS] = {{.next = 0}, {.next = 1}};
	uint8_t out[FRAME_BYTES];
	uint64_t messages = 0;

	for (uint64_t frame = 0; sources[frame % CREATORS].next < states; frame++) {
		struct source *source = &sources[frame % CREATORS];
		uint64_t left = (states - source->next + CREATORS - 1) / CREATORS;
		size_t size =
		    make_frame(dialect, out, next_insert, source, &messages, left < 4 ? left : 4);
		struct pfreplay_packet packet = packet_of(frame);

		pfreplay_packet_bytes(r, &packet, out, size, size);
	}
}

static struct frames
make_updates(const struct pfsync_dialect *dialect, uint64_t states)
{
	struct frames frames = {.bytes = malloc((size_t)FRAMES * FRAME_BYTES),
	    .sizes = malloc(FRAMES * sizeof(size_t)),
	    .count = FRAMES};
	struct source source = {.states = states, .random = 88172645463325252U};

	if (frames.bytes == NULL || frames.sizes == NULL)
		abort();
	for (size_t i = 0; i < FRAMES; i++)
		frames.sizes[i] = make_frame(dialect, frames.bytes + i * FRAME_BYTES, next_update,
		    &source, &frames.messages, 14);
	return frames;
}

/* What measure() itself costs. */
static void
nothing(struct pfreplay *r, const struct pfreplay_packet *packet, const uint8_t *bytes, size_t size)
{
	(void)r, (void)packet, (void)bytes, (void)size;
}

/* Decoding only: what the replay cannot be faster than. */
static void
decode(struct pfreplay *r, const struct pfreplay_packet *packet, const uint8_t *bytes, size_t size)
{
	static struct pfsync_hint hint;
	struct pfsync_frame frame;
	struct pfsync_section section;
	struct pfsync_record record;
	struct pfsync_message message;

	(void)r, (void)packet;
	if (pfsync_frame_open(&frame, bytes, size, size, &hint) != PFSYNC_OK)
		return;
	while (pfsync_section_next(&frame, &section) == PFSYNC_OK)
		for (int s = pfsync_record_first(&frame, &section, &record); s == PFSYNC_OK;
		     s = pfsync_record_next(&frame, &section, &record))
			pfsync_message_decode(&record, &message);
}

static void
without_fetching(
    struct pfreplay *r, const struct pfreplay_packet *packet, const uint8_t *bytes, size_t size)
{
	struct pfsync_hint *hint = pfreplay_packet_begin(r, packet);
	struct pfsync_frame frame;
	struct pfsync_section section;
	struct pfsync_record record;
	struct pfsync_message message;
	int status = pfsync_frame_open(&frame, bytes, size, size, hint);

	pfreplay_packet_frame(r, &frame, status);
	while (pfsync_section_next(&frame, &section) == PFSYNC_OK) {
		for (int s = pfsync_record_first(&frame, &section, &record); s == PFSYNC_OK;
		     s = pfsync_record_next(&frame, &section, &record)) {
			pfsync_message_decode(&record, &message);
			pfreplay_message(r, &message);
		}
	}
	pfreplay_packet_end(r);
}

static void
with_fetching(
    struct pfreplay *r, const struct pfreplay_packet *packet, const uint8_t *bytes, size_t size)
{
	pfreplay_packet_bytes(r, packet, bytes, size, size);
}

/* Prints the fastest pass over all frames: other work only makes it slower. */
static void
measure(const char *what, struct pfreplay *r, const struct frames *frames, double seconds,
    void (*feed)(struct pfreplay *, const struct pfreplay_packet *, const uint8_t *, size_t))
{
	double left = seconds, best = 1e9;
	uint64_t frame = 0;
	uint8_t bytes[FRAME_BYTES];

	while (left > 0) {
		double begin = cpu_seconds_now(), took;

		for (size_t i = 0; i < frames->count; i++) {
			struct pfreplay_packet packet = packet_of(++frame);

			/* As from a file: the bytes have just been read. */
			memcpy(bytes, frames->bytes + i * FRAME_BYTES, frames->sizes[i]);
			feed(r, &packet, bytes, frames->sizes[i]);
		}
		took = cpu_seconds_now() - begin;
		best = took < best ? took : best;
		left -= took;
	}
	printf("  %-22s %6.2f M messages/s, %5.1f ns each\n", what,
	    (double)frames->messages / best / 1e6, best / (double)frames->messages * 1e9);
}

static void
note_said(void *user, const struct watch_said *said)
{
	*(uint64_t *)user += said->held;
}

static void
note_outcome(void *user, const struct watch_result *result)
{
	*(uint64_t *)user += result->dst_back_bytes;
}

/* The rare things that divergences are made of. */
static const struct watcher rare = {.said = WATCH_SAID(WATCH_UPD_C_BACK) |
					    WATCH_SAID(WATCH_UPD_C_MARKED) | WATCH_SAID(WATCH_INS) |
					    WATCH_SAID(WATCH_UPD),
    .outcomes = WATCH_OUTCOMES_UNUSUAL,
    .on_said = note_said,
    .on_outcome = note_outcome};

int
main(int argc, char **argv)
{
	uint64_t states = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
	double seconds = argc > 2 ? atof(argv[2]) : 2;

	if (states == 0)
		return 2;
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_by_name(dialects[i]);
		struct pfreplay *r = pfreplay_new(NULL);
		struct frames frames = make_updates(dialect, states);
		struct pfreplay_totals totals;
		uint64_t told = 0;
		double began;

		began = cpu_seconds_now();
		fill(r, dialect, states);
		began = cpu_seconds_now() - began;
		pfreplay_totals(r, &totals);
		printf("%s: %" PRIu64 " states, %" PRIu64 " bytes each for both nodes\n",
		    dialect->name, totals.entries, totals.bytes / totals.entries);
		printf("  %-22s %6.2f M messages/s, %5.1f ns each\n", "inserting",
		    (double)states / began / 1e6, began / (double)states * 1e9);
		measure("reading bytes only", r, &frames, seconds, nothing);
		measure("decode only", r, &frames, seconds, decode);
		measure("replay, no fetching", r, &frames, seconds, without_fetching);
		measure("replay", r, &frames, seconds, with_fetching);
		watch_add(r, &rare, &told);
		measure("replay, watched", r, &frames, seconds, with_fetching);
		pfreplay_free(r);
		free(frames.bytes);
		free(frames.sizes);
	}
	return 0;
}
