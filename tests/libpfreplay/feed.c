/*
 * feed.c - a capture file into a replay (see feed.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "feed.h"

struct feed {
	struct capture *capture;
	const struct capture_packet *next; /* NULL at the end */
	feed_watch *watch;
	void *user;
};

static void
step(struct feed *feed)
{
	const struct capture_problem *problem;
	enum capture_status status;

	do
		status = capture_next(feed->capture, &feed->next, &problem);
	while (status == CAPTURE_PROBLEM);
	if (status == CAPTURE_ERROR) {
		fprintf(stderr, "%s\n", capture_error(feed->capture));
		exit(1);
	}
	if (status == CAPTURE_END)
		feed->next = NULL;
}

struct feed *
feed_open(const char *const *names, size_t count)
{
	char error[CAPTURE_ERROR_MAX];
	struct feed *feed = calloc(1, sizeof(*feed));

	if (feed == NULL)
		abort();
	feed->capture = capture_open(names, count, NULL, error);
	if (feed->capture == NULL) {
		fprintf(stderr, "%s\n", error);
		exit(1);
	}
	step(feed);
	return feed;
}

void
feed_set_watch(struct feed *feed, feed_watch *watch, void *user)
{
	feed->watch = watch;
	feed->user = user;
}

static struct pfreplay_packet
described(const struct capture_packet *in)
{
	struct pfreplay_packet out = {
	    .time_ns = in->time_ns,
	    .frame = in->frame,
	    .file = (uint16_t)in->file,
	    .tap = in->tap,
	    .tap_owner = (uint16_t)in->file,
	    .has_ip = in->has_ttl && in->has_ip_id,
	    .ttl = in->ttl,
	    .ip_id = in->ip_id,
	    .has_mac = in->has_mac,
	};

	if (capture_has_source(in)) {
		out.af = in->af;
		out.src = in->src;
		out.dst = in->dst;
	}
	memcpy(out.mac, in->src_mac, sizeof(out.mac));
	return out;
}

/* The way of a caller that wants to see the messages. */
static void
feed_watched(struct feed *feed, struct pfreplay *r, const struct pfreplay_packet *packet)
{
	const struct capture_packet *in = feed->next;
	struct pfsync_hint *hint = pfreplay_packet_begin(r, packet);
	struct pfsync_frame frame;
	struct pfsync_section section;
	struct pfsync_record record;
	struct pfsync_message message;
	int status = pfsync_frame_open(&frame, in->bytes, in->caplen, in->wirelen, hint);

	pfreplay_packet_frame(r, &frame, status);
	while (status == PFSYNC_OK && pfsync_section_next(&frame, &section) == PFSYNC_OK) {
		int read = pfsync_record_first(&frame, &section, &record);

		for (; read == PFSYNC_OK; read = pfsync_record_next(&frame, &section, &record)) {
			if (pfsync_message_decode(&record, &message) != PFSYNC_OK)
				continue;
			feed->watch(feed->user, packet, &message);
			pfreplay_message(r, &message);
		}
	}
	pfreplay_packet_end(r);
}

void
feed_until(struct feed *feed, struct pfreplay *r, int64_t until_ns)
{
	while (feed->next != NULL && feed->next->time_ns <= until_ns) {
		const struct capture_packet *in = feed->next;
		struct pfreplay_packet packet = described(in);

		if (feed->watch != NULL)
			feed_watched(feed, r, &packet);
		else
			pfreplay_packet_bytes(r, &packet, in->bytes, in->caplen, in->wirelen);
		step(feed);
	}
}

int64_t
feed_next_ns(struct feed *feed)
{
	return feed->next != NULL ? feed->next->time_ns : INT64_MAX;
}

void
feed_close(struct feed *feed)
{
	capture_close(feed->capture);
	free(feed);
}
