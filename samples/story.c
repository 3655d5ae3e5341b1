/*
 * story.c - what the two firewalls say to each other in every sample.
 *
 * SPDX-License-Identifier: ISC
 */
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "others.h"

#define MS INT64_C(1000000)

/* ------------------------------------------------------------------------
 * Order of the groups in one frame (OB 10.5, 11.7; FB 8.5; SEM 3.3).  What is
 * not named comes first.
 */

static const enum pfsync_action order_v5[] = {PFSYNC_ACT_INS, PFSYNC_ACT_INS_ACK, PFSYNC_ACT_UPD,
    PFSYNC_ACT_UPD_C, PFSYNC_ACT_DEL_C, PFSYNC_ACT_UPD_REQ, PFSYNC_ACT_CLR, PFSYNC_ACT_BUS,
    PFSYNC_ACT_TDB, PFSYNC_ACT_DEL};
static const enum pfsync_action order_v6[] = {PFSYNC_ACT_UPD_REQ, PFSYNC_ACT_CLR, PFSYNC_ACT_BUS,
    PFSYNC_ACT_TDB, PFSYNC_ACT_INS_ACK, PFSYNC_ACT_UPD_C, PFSYNC_ACT_DEL_C, PFSYNC_ACT_INS,
    PFSYNC_ACT_UPD, PFSYNC_ACT_DEL};
/* 7.4: BUS start stands before the updates, BUS end behind them. */
static const enum pfsync_action order_v6b[] = {PFSYNC_ACT_INS_ACK, PFSYNC_ACT_UPD_C,
    PFSYNC_ACT_DEL_C, PFSYNC_ACT_INS, PFSYNC_ACT_UPD, PFSYNC_ACT_TDB, PFSYNC_ACT_DEL};

static unsigned
rank_in(const enum pfsync_action *order, size_t count, enum pfsync_action action)
{
	for (size_t i = 0; i < count; i++) {
		if (order[i] == action)
			return (unsigned)i + 1;
	}
	return 0;
}

#define RANK_IN(order, action) rank_in((order), sizeof(order) / sizeof((order)[0]), (action))

static bool
bus_end(const struct pfsync_message *message)
{
	return message->action == PFSYNC_ACT_BUS && message->u.bus.status == PFSYNC_BUS_END;
}

/* Larger comes later; records of one action by age of their format (SEM 3.3). */
static unsigned
rank(const struct pfsync_dialect *dialect, const struct pfsync_message *message)
{
	unsigned group;

	/* The order changed in the days of version 5 (OB 10.5: from 5c). */
	if (dialect->version == 5 && dialect->layouts[PFSYNC_SLOT_RETIRED] == NULL)
		group = RANK_IN(order_v5, message->action);
	else if ((dialect->quirks & PFSYNC_QUIRK_CKSUM_ZERO) == 0)
		group = RANK_IN(order_v6, message->action);
	else
		group = bus_end(message) ? 100 : RANK_IN(order_v6b, message->action);
	return group * PFSYNC_REC_COUNT + (unsigned)message->record;
}

/* ------------------------------------------------------------------------
 * Telling
 */

/* A frame that is being put together, as far as the story has come. */
struct teller {
	struct story *story;
	int64_t time_ns;
	unsigned node;
	bool unicast;
	bool open; /* the last frame may be added to */
};

static bool
sections(const struct story *story)
{
	return story->cast.dialect->version >= 5;
}

/* A frame `after_ms` milliseconds after the one before. */
static void
frame(struct teller *t, unsigned node, unsigned after_ms)
{
	t->time_ns += after_ms * MS + (node == 0 ? 117000 : 93000);
	t->node = node;
	t->unicast = false;
	t->open = false;
}

static struct story_frame *
new_frame(struct teller *t)
{
	struct story *story = t->story;
	struct story_frame *last;

	if (story->count == story->size) {
		size_t size = story->size * 2 + 32;
		struct story_frame *frames = realloc(story->frames, size * sizeof(*story->frames));
		if (frames == NULL) {
			fprintf(stderr, "make_samples: out of memory\n");
			exit(2);
		}
		story->frames = frames;
		story->size = size;
	}
	if (t->open)
		t->time_ns += 41000; /* the same event, but in a packet of its own */
	t->open = true;
	last = &story->frames[story->count++];
	last->time_ns = t->time_ns;
	last->node = t->node;
	last->unicast = t->unicast;
	last->count = 0;
	return last;
}

static void
say(struct teller *t, const struct pfsync_message *message)
{
	const struct pfsync_dialect *dialect = t->story->cast.dialect;
	struct story_frame *last;
	size_t at;

	if (pfsync_action_number(dialect, message->action, message->record) < 0)
		return; /* not a word of this dialect */
	if (t->story->view == STORY_TAP && t->node != CAST_A)
		return; /* pfsync0 shows outgoing packets only */
	last = t->open ? &t->story->frames[t->story->count - 1] : NULL;
	if (last == NULL || last->count == STORY_MESSAGES_MAX ||
	    (!sections(t->story) && last->messages[0].action != message->action))
		last = new_frame(t);
	for (at = last->count; at > 0; at--) {
		if (rank(dialect, &last->messages[at - 1]) <= rank(dialect, message))
			break;
		last->messages[at] = last->messages[at - 1];
	}
	last->messages[at] = *message;
	last->count++;
}

static void
state_as(struct teller *t, enum role role, enum phase phase, enum pfsync_action action,
    enum pfsync_record_kind record)
{
	struct pfsync_message message;

	if (!cast_has(&t->story->cast, role))
		return;
	/* pfsync0 shows what the wire has in short (OB 3.3). */
	if (t->story->view == STORY_TAP && !sections(t->story)) {
		if (action == PFSYNC_ACT_UPD_C)
			action = PFSYNC_ACT_UPD;
		if (action == PFSYNC_ACT_DEL_C)
			action = PFSYNC_ACT_DEL;
	}
	cast_state(&t->story->cast, role, phase, action, record, &message);
	say(t, &message);
}

static void
state(struct teller *t, enum role role, enum phase phase, enum pfsync_action action)
{
	state_as(t, role, phase, action, PFSYNC_REC_NONE);
}

/* B has just booted and asks for everything (OB 16). */
static void
tell_bulk(struct teller *t)
{
	struct pfsync_message message;

	if (pfsync_action_number(t->story->cast.dialect, PFSYNC_ACT_BUS, PFSYNC_REC_NONE) < 0)
		return;
	frame(t, CAST_B, 0);
	others_bulk_request(&message);
	say(t, &message);
	frame(t, CAST_A, 20);
	others_bulk(CAST_A, 0, PFSYNC_BUS_START, &message);
	say(t, &message);
	/* Only 7.4 and later put states into the same frame (OB 11.7). */
	if ((t->story->cast.dialect->quirks & PFSYNC_QUIRK_CKSUM_ZERO) == 0)
		frame(t, CAST_A, 10);
	state(t, ROLE_RDR, PHASE_OPEN, PFSYNC_ACT_UPD);
	state(t, ROLE_SSH6, PHASE_OPEN, PFSYNC_ACT_UPD);
	frame(t, CAST_A, 1020);
	others_bulk(CAST_A, 1, PFSYNC_BUS_END, &message);
	say(t, &message);
}

static void
tell_inserts(struct teller *t)
{
	frame(t, CAST_A, 500);
	state(t, ROLE_NAT, PHASE_NEW, PFSYNC_ACT_INS);
	state(t, ROLE_DNS, PHASE_NEW, PFSYNC_ACT_INS);
	state(t, ROLE_PING, PHASE_NEW, PFSYNC_ACT_INS);
	frame(t, CAST_B, 2);
	state(t, ROLE_DNS, PHASE_NEW, PFSYNC_ACT_INS_ACK);
	frame(t, CAST_A, 300);
	state(t, ROLE_SSH6, PHASE_NEW, PFSYNC_ACT_INS);
	state(t, ROLE_PROXY, PHASE_NEW, PFSYNC_ACT_INS);
	state(t, ROLE_ROUTED, PHASE_NEW, PFSYNC_ACT_INS);
	frame(t, CAST_A, 300);
	state(t, ROLE_OTHER, PHASE_NEW, PFSYNC_ACT_INS);
	state(t, ROLE_NAT64, PHASE_NEW, PFSYNC_ACT_INS);
	state(t, ROLE_SCTP, PHASE_NEW, PFSYNC_ACT_INS);
	frame(t, CAST_B, 150);
	state(t, ROLE_RDOMAIN, PHASE_NEW, PFSYNC_ACT_INS);
}

static void
tell_updates(struct teller *t)
{
	frame(t, CAST_A, 1000);
	state(t, ROLE_NAT, PHASE_OPEN, PFSYNC_ACT_UPD_C);
	state(t, ROLE_DNS, PHASE_OPEN, PFSYNC_ACT_UPD_C);
	state(t, ROLE_ROUTED, PHASE_OPEN, PFSYNC_ACT_UPD_C);
	state(t, ROLE_PING, PHASE_OPEN, PFSYNC_ACT_DEL_C);
	state(t, ROLE_RDR, PHASE_NEW, PFSYNC_ACT_INS);
	/* B lacks a state and asks who told of it (OB 3.1). */
	frame(t, CAST_B, 3);
	t->unicast = !sections(t->story);
	state(t, ROLE_ROUTED, PHASE_OPEN, PFSYNC_ACT_UPD_REQ);
	state(t, ROLE_NAT, PHASE_OPEN, PFSYNC_ACT_UPD_REQ);
	frame(t, CAST_A, 15);
	state(t, ROLE_ROUTED, PHASE_OPEN, PFSYNC_ACT_UPD);
	state(t, ROLE_NAT, PHASE_OPEN, PFSYNC_ACT_UPD);
	frame(t, CAST_B, 700);
	state(t, ROLE_RDOMAIN, PHASE_OPEN, PFSYNC_ACT_UPD_C);
	state(t, ROLE_RDR, PHASE_OPEN, PFSYNC_ACT_UPD_C);
}

/* FreeBSD 14 and later: `ifconfig pfsync0 version` was lowered (FB 14.1). */
static void
tell_old_records(struct teller *t)
{
	const struct pfsync_dialect *dialect = t->story->cast.dialect;

	if (dialect->layouts[PFSYNC_SLOT_STATE2] == NULL)
		return;
	frame(t, CAST_A, 400);
	state_as(t, ROLE_RDR, PHASE_OPEN, PFSYNC_ACT_UPD, PFSYNC_REC_1301);
	state_as(t, ROLE_PROXY, PHASE_OPEN, PFSYNC_ACT_INS, PFSYNC_REC_1301);
	frame(t, CAST_A, 400);
	state_as(t, ROLE_ROUTED, PHASE_END, PFSYNC_ACT_UPD, PFSYNC_REC_1400);
	state_as(t, ROLE_OTHER, PHASE_OPEN, PFSYNC_ACT_INS, PFSYNC_REC_1400);
	frame(t, CAST_A, 400);
	state(t, ROLE_SSH6, PHASE_OPEN, PFSYNC_ACT_INS);
	state_as(t, ROLE_DNS, PHASE_OPEN, PFSYNC_ACT_INS, PFSYNC_REC_1301);
}

static void
tell_end(struct teller *t)
{
	struct pfsync_message message;
	const bool old = t->story->cast.dialect->layouts[PFSYNC_SLOT_STATE2] != NULL;

	frame(t, CAST_A, 900);
	others_tdb(&t->story->cast, 0, &message);
	say(t, &message);
	others_tdb(&t->story->cast, 1, &message);
	say(t, &message);
	frame(t, CAST_A, 900);
	state(t, ROLE_NAT, PHASE_END, PFSYNC_ACT_UPD_C);
	state(t, ROLE_SSH6, PHASE_END, PFSYNC_ACT_UPD_C);
	frame(t, CAST_A, 900);
	state(t, ROLE_NAT, PHASE_END, PFSYNC_ACT_DEL_C);
	state(t, ROLE_DNS, PHASE_END, PFSYNC_ACT_DEL_C);
	/* In full: the wire of v1 .. v4 never has it and later senders never
	 * send it, but receivers take it (OB 10.3). */
	frame(t, CAST_A, 900);
	state_as(t, ROLE_PROXY, PHASE_END, PFSYNC_ACT_DEL, old ? PFSYNC_REC_1301 : PFSYNC_REC_NONE);
	frame(t, CAST_A, 2000);
	others_clear(CAST_A, "em0", &message);
	say(t, &message);
	frame(t, CAST_B, 2500);
	others_clear(CAST_B, NULL, &message);
	say(t, &message);
	frame(t, CAST_A, 600);
	others_clear(CAST_A, NULL, &message);
	say(t, &message);
}

/* v1 raw sent nothing but inserts and deletes, and big packets (OB 5.1, 5.3). */
static void
tell_raw(struct teller *t)
{
	frame(t, CAST_A, 0);
	state(t, ROLE_NAT, PHASE_NEW, PFSYNC_ACT_INS);
	state(t, ROLE_DNS, PHASE_NEW, PFSYNC_ACT_INS);
	state(t, ROLE_PING, PHASE_NEW, PFSYNC_ACT_INS);
	frame(t, CAST_A, 800);
	state(t, ROLE_SSH6, PHASE_OPEN, PFSYNC_ACT_INS);
	state(t, ROLE_RDR, PHASE_OPEN, PFSYNC_ACT_INS);
	state(t, ROLE_PROXY, PHASE_NEW, PFSYNC_ACT_INS);
	state(t, ROLE_ROUTED, PHASE_NEW, PFSYNC_ACT_INS);
	frame(t, CAST_A, 2400);
	state(t, ROLE_DNS, PHASE_END, PFSYNC_ACT_DEL);
	state(t, ROLE_PING, PHASE_END, PFSYNC_ACT_DEL);
	state(t, ROLE_NAT, PHASE_END, PFSYNC_ACT_DEL);
}

struct story *
story_new(const struct pfsync_dialect *dialect, enum story_view view)
{
	struct story *story = calloc(1, sizeof(*story));
	struct teller t = {.story = story};

	if (story == NULL) {
		fprintf(stderr, "make_samples: out of memory\n");
		exit(2);
	}
	story->cast = cast_of(dialect);
	story->view = view;
	t.time_ns = story->cast.era.start_s * 1000 * MS;
	if ((dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) != 0) {
		tell_raw(&t);
		return story;
	}
	tell_bulk(&t);
	tell_inserts(&t);
	tell_updates(&t);
	tell_old_records(&t);
	tell_end(&t);
	return story;
}

void
story_free(struct story *story)
{
	if (story == NULL)
		return;
	free(story->frames);
	free(story);
}

/* The MD5 of a ruleset; any 16 bytes will do, both firewalls have the same. */
static const uint8_t ruleset[16] = {
    0x5b, 0xf1, 0x0e, 0x5e, 0x7c, 0xa4, 0x11, 0x6d, 0x9a, 0x02, 0xc3, 0xe8, 0x44, 0x7f, 0xd0, 0x36};

size_t
story_encode(const struct story *story, const struct story_frame *told, uint8_t *out, size_t size)
{
	struct pfsync_builder builder;
	int len;

	pfsync_build_begin(&builder, story->cast.dialect, ruleset, out, size);
	for (size_t i = 0; i < told->count; i++)
		pfsync_build_add(&builder, &told->messages[i]);
	len = pfsync_build_end(&builder);
	if (len < 0) {
		fprintf(stderr, "make_samples: %s: cannot encode: %s\n", story->cast.dialect->name,
		    pfsync_status_name(len));
		exit(2);
	}
	return (size_t)len;
}
