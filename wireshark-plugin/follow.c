/*
 * follow.c - what belongs together across frames.
 *
 * SPDX-License-Identifier: ISC
 */
#include "follow.h"

struct follow {
	wmem_allocator_t *scope;
	struct senders *senders;
	struct streams *streams;
	uint32_t bulk_count;
};

struct follow *
follow_new(wmem_allocator_t *scope, struct senders *senders)
{
	struct follow *follow = wmem_new0(scope, struct follow);

	follow->scope = scope;
	follow->senders = senders;
	follow->streams = streams_new(scope);
	return follow;
}

/* ------------------------------------------------------------------------
 * Bulk transfers (SEM 3.6)
 */

static struct bulk *
new_bulk(struct follow *follow)
{
	struct bulk *bulk = wmem_new0(follow->scope, struct bulk);

	bulk->number = follow->bulk_count++;
	return bulk;
}

static struct bulk *
bulk_request(struct follow *follow, struct sender *requester, uint32_t frame)
{
	/* Asked again before anybody began to answer: the same transfer. */
	if (requester->asked == NULL || requester->asked->start_frame != 0) {
		requester->asked = new_bulk(follow);
		requester->asked->requester = requester;
		requester->asked->request_frame = frame;
	}
	requester->asked->tries++;
	return requester->asked;
}

struct search {
	const struct sender *sender;
	struct bulk *found;
};

/* The latest request of another one that waits for an answer. */
static bool
find_request(struct sender *other, void *arg)
{
	struct search *search = arg;

	if (other != search->sender && other->asked != NULL && other->asked->start_frame == 0 &&
	    (search->found == NULL || search->found->number < other->asked->number))
		search->found = other->asked;
	return true;
}

static struct bulk *
bulk_status(struct follow *follow, struct sender *sender, uint32_t frame, uint8_t status)
{
	struct bulk *bulk = sender->sending;

	if (status == PFSYNC_BUS_START) {
		struct search search = {.sender = sender};

		senders_each(follow->senders, find_request, &search);
		bulk = search.found != NULL ? search.found : new_bulk(follow);
		bulk->sender = sender;
		bulk->start_frame = frame;
		sender->sending = bulk;
	} else if (status == PFSYNC_BUS_END) {
		if (bulk == NULL) {
			bulk = new_bulk(follow);
			bulk->sender = sender;
		}
		bulk->end_frame = frame;
		sender->sending = NULL;
		if (bulk->requester != NULL && bulk->requester->asked == bulk)
			bulk->requester->asked = NULL;
	}
	return bulk;
}

/* ------------------------------------------------------------------------
 * States
 */

static bool
is_full(const struct mention *mention)
{
	return mention->action == PFSYNC_ACT_INS || mention->action == PFSYNC_ACT_UPD;
}

static void
tie(struct mention *mention, struct mention *to)
{
	mention->other = to;
	to->other = mention;
}

static void
relate(struct stream *stream, struct mention *mention)
{
	/* A request is answered with the full state by another one (SEM 2.8). */
	if (is_full(mention) && stream->request != NULL &&
	    stream->request->sender != mention->sender) {
		tie(mention, stream->request);
		stream->request = NULL;
	}
	switch (mention->action) {
	case PFSYNC_ACT_INS:
		stream->insert = mention;
		break;
	case PFSYNC_ACT_INS_ACK:
		if (stream->insert != NULL && stream->insert->other == NULL &&
		    stream->insert->sender != mention->sender)
			tie(mention, stream->insert);
		break;
	case PFSYNC_ACT_UPD_REQ:
		stream->request = mention;
		break;
	case PFSYNC_ACT_DEL:
	case PFSYNC_ACT_DEL_C:
		stream->delete_frame = mention->frame;
		break;
	default:
		break;
	}
	mention->insert = stream->insert;
}

static void
add_to_stream(struct follow *follow, struct mention *mention, const struct pfsync_message *message)
{
	struct stream *stream = streams_get(follow->streams, message->id, message->creatorid);

	if (pfsync_has(message, PFSYNC_F_PROTO))
		stream->proto = message->u.state.proto;
	mention->stream = stream;
	mention->proto = (int16_t)stream->proto;
	mention->before = stream->last;
	if (stream->last != NULL)
		stream->last->after = mention;
	stream->last = mention;
	relate(stream, mention);
}

struct mention *
follow_message(struct follow *follow, struct sender *sender, uint32_t frame,
    const struct pfsync_message *message)
{
	struct mention *mention = wmem_new0(follow->scope, struct mention);

	mention->frame = frame;
	mention->sender = sender;
	mention->action = (uint8_t)message->action;
	mention->proto = -1;
	if (message->action == PFSYNC_ACT_BUS) {
		if (pfsync_has(message, PFSYNC_F_BUS_STATUS))
			mention->bulk = bulk_status(follow, sender, frame, message->u.bus.status);
		return mention;
	}
	if (!pfsync_has(message, PFSYNC_F_ID) || !pfsync_has(message, PFSYNC_F_CREATORID))
		return mention;
	if (message->action == PFSYNC_ACT_UPD_REQ && message->id == 0 && message->creatorid == 0) {
		mention->bulk = bulk_request(follow, sender, frame);
		return mention;
	}
	if (message->action == PFSYNC_ACT_UPD && sender->sending != NULL) {
		mention->bulk = sender->sending;
		mention->bulk->states++;
	}
	add_to_stream(follow, mention, message);
	return mention;
}

uint32_t
mention_previous_frame(const struct mention *mention)
{
	const struct mention *other = mention->before;

	while (other != NULL && other->frame == mention->frame)
		other = other->before;
	return other != NULL ? other->frame : 0;
}

uint32_t
mention_next_frame(const struct mention *mention)
{
	const struct mention *other = mention->after;

	while (other != NULL && other->frame == mention->frame)
		other = other->after;
	return other != NULL ? other->frame : 0;
}

bool
mention_answers(const struct mention *mention)
{
	return mention->action != PFSYNC_ACT_UPD_REQ && mention->other != NULL &&
	       (mention->action == PFSYNC_ACT_INS_ACK ||
		   mention->other->action == PFSYNC_ACT_UPD_REQ);
}
