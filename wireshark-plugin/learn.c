/*
 * learn.c - what a file's packets teach.
 *
 * SPDX-License-Identifier: ISC
 */
#include "learn.h"

#include "settings.h"

struct lesson {
	struct learnt *learnt;
	struct sender *sender;
	struct packet_facts *facts;
	struct mention **tail;
	struct pfsync_frame frame;
	uint32_t number;
	bool judged;
};

/* Set to NULL again when the file scope ends. */
static struct learnt *open_file;

static compat_wmem_result
forget(wmem_allocator_t *scope, wmem_cb_event_t event, void *data)
{
	(void)scope, (void)event, (void)data;
	open_file = NULL;
	return FALSE;
}

struct learnt *
learnt_now(void)
{
	wmem_allocator_t *scope = wmem_file_scope();

	if (open_file == NULL) {
		open_file = wmem_new0(scope, struct learnt);
		open_file->senders = senders_new(scope);
		open_file->follow = follow_new(scope, open_file->senders);
		open_file->judge = judge_new(scope);
		wmem_register_callback(scope, forget, NULL);
	}
	return open_file;
}

static void
learn_message(struct lesson *lesson, const struct pfsync_message *message)
{
	struct mention *mention =
	    follow_message(lesson->learnt->follow, lesson->sender, lesson->number, message);

	*lesson->tail = mention;
	lesson->tail = &mention->next;
	if (pfsync_message_check(message, lesson->frame.dialect, NULL) != PFSYNC_OK)
		lesson->facts->bad_values = true;
}

static void
learn_record(struct lesson *lesson, const struct pfsync_record *record, bool judged)
{
	struct pfsync_message message;

	if (pfsync_message_decode(record, &message) != PFSYNC_OK)
		return;
	learn_message(lesson, &message);
	if (judged)
		judge_message(lesson->learnt->judge, &message);
}

static void
learn_frame(struct lesson *lesson)
{
	struct judge *judge = lesson->learnt->judge;
	struct pfsync_reader reader;
	struct pfsync_message bare;
	enum pfsync_step step;
	/* Of this section the replay has had all records: it is fastest so. */
	bool had = false;

	pfsync_reader_begin(&reader, &lesson->frame);
	while ((step = pfsync_next(&reader)) != PFSYNC_STEP_END) {
		switch (step) {
		case PFSYNC_STEP_SECTION:
			had =
			    lesson->judged && judge_section(judge, &lesson->frame, &reader.section);
			break;
		case PFSYNC_STEP_RECORD:
			learn_record(lesson, &reader.record, lesson->judged && !had);
			break;
		case PFSYNC_STEP_BARE:
			pfsync_bare_message(&reader.section, &bare);
			if (lesson->judged)
				judge_message(judge, &bare);
			break;
		default:
			if (lesson->judged)
				judge_problem(judge, &lesson->frame.problem);
			break;
		}
	}
}

struct packet_facts *
learn_packet(struct learnt *learnt, packet_info *pinfo, const struct packet_bytes *packet,
    const struct endpoint *endpoint)
{
	struct packet_facts *facts = wmem_new0(wmem_file_scope(), struct packet_facts);
	struct lesson lesson = {
	    .learnt = learnt,
	    .sender = senders_get(learnt->senders, endpoint),
	    .facts = facts,
	    .tail = &facts->mentions,
	    .number = pinfo->num,
	};
	struct pfsync_hint *hint = &lesson.sender->hint;
	int status;

	hint->forced = settings_dialect();
	hint->tap = endpoint->tap;
	facts->hint = *hint;
	lesson.judged = judge_begin(learnt->judge, pinfo, endpoint);
	status =
	    pfsync_frame_open(&lesson.frame, packet->bytes, packet->caplen, packet->wirelen, hint);
	if (lesson.judged)
		judge_frame(learnt->judge, &lesson.frame, status);
	learn_frame(&lesson);
	if (lesson.judged)
		judge_end(learnt->judge);
	return facts;
}
