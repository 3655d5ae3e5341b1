/*
 * walk.c - read a sample through the capture library and libpfsync.
 *
 * SPDX-License-Identifier: ISC
 */
#include "walk.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

struct walker {
	const struct walk_calls *calls;
	struct pfsync_frame frame;
};

static void
trouble(const struct walker *w, const char *counter)
{
	if (w->calls->trouble != NULL)
		w->calls->trouble(w->calls->context, counter);
}

static void
walk_section(struct walker *w, const struct pfsync_section *section)
{
	struct pfsync_record record;
	struct pfsync_message message;
	int status = pfsync_record_first(&w->frame, section, &record);

	for (; status != PFSYNC_END; status = pfsync_record_next(&w->frame, section, &record)) {
		if (status < 0)
			trouble(w, pfsync_status_name(status));
		if (record.avail == 0)
			continue; /* nothing of it is there */
		assert_int_equal(pfsync_message_decode(&record, &message), PFSYNC_OK);
		if (w->calls->message != NULL)
			w->calls->message(w->calls->context, &record, &message);
		if (status == PFSYNC_OK &&
		    pfsync_message_check(&message, w->frame.dialect, NULL) != PFSYNC_OK)
			trouble(w, "badval");
	}
}

static void
walk_packet(struct walker *w, const struct capture_packet *packet, struct walk_sender *sender,
    unsigned number)
{
	struct pfsync_section section;
	int status;

	if (w->calls->packet != NULL)
		w->calls->packet(w->calls->context, packet);
	if (packet->has_ttl && packet->ttl != PFSYNC_TTL)
		trouble(w, "badttl");
	status = pfsync_frame_open(
	    &w->frame, packet->bytes, packet->caplen, packet->wirelen, &sender->hint);
	sender->frames++;
	if (status < 0)
		trouble(w, pfsync_status_name(status));
	if (w->calls->frame != NULL)
		w->calls->frame(w->calls->context, &w->frame, number);
	while ((status = pfsync_section_next(&w->frame, &section)) != PFSYNC_END) {
		if (status < 0)
			trouble(w, pfsync_status_name(status));
		if (status == PFSYNC_OK || status == PFSYNC_BADLEN)
			walk_section(w, &section);
	}
}

/* The firewalls' addresses end in 1 and 2, or 11 and 12. */
static unsigned
sender_of(const struct capture_packet *packet)
{
	const uint8_t *b = packet->src.b;

	if (!capture_has_source(packet))
		return 0;
	return (packet->af == PFSYNC_AF_INET6 ? b[15] : b[3]) % 10 == 2 ? 1 : 0;
}

void
walk_capture(const char *path, const struct pfsync_dialect *forced, const struct walk_calls *calls,
    struct walk_sender *senders)
{
	struct walk_sender own[WALK_SENDERS];
	struct walker w = {.calls = calls};
	const struct capture_packet *packet;
	const struct capture_problem *problem;
	char error[CAPTURE_ERROR_MAX];
	struct capture *capture = capture_open(&path, 1, NULL, error);
	enum capture_status status;

	memset(own, 0, sizeof(own));
	if (senders == NULL)
		senders = own;
	for (unsigned i = 0; i < WALK_SENDERS; i++)
		senders[i].hint.forced = forced;
	if (capture == NULL) {
		trouble(&w, "refused");
		return;
	}
	while ((status = capture_next(capture, &packet, &problem)) != CAPTURE_END) {
		unsigned number;
		switch (status) {
		case CAPTURE_PACKET:
			number = sender_of(packet);
			senders[number].hint.tap = packet->tap;
			walk_packet(&w, packet, &senders[number], number);
			break;
		case CAPTURE_PROBLEM:
			trouble(&w, problem->counter);
			break;
		default:
			trouble(&w, "error");
			break;
		}
	}
	capture_close(capture);
}
