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
learn_problem(struct lesson *lesson)
{
	if (lesson->judged)
		judge_problem(lesson->learnt->judge, &lesson->frame.problem);
}

static void
learn_records(struct lesson *lesson, const struct pfsync_section *section)
{
	/* The replay is fastest with a whole section, and walks it by itself. */
	struct pfsync_frame frame = lesson->frame;
	struct pfsync_message message;
	struct pfsync_record record;
	int status = pfsync_record_first(&frame, section, &record);

	for (; status != PFSYNC_END; status = pfsync_record_next(&frame, section, &record)) {
		if ((status == PFSYNC_OK || record.avail > 0) &&
		    pfsync_message_decode(&record, &message) == PFSYNC_OK)
			learn_message(lesson, &message);
	}
	if (lesson->judged)
		judge_section(lesson->learnt->judge, &lesson->frame, section);
	else
		lesson->frame = frame;
}

static void
learn_sections(struct lesson *lesson)
{
	struct pfsync_section section;
	int status;

	while ((status = pfsync_section_next(&lesson->frame, &section)) != PFSYNC_END) {
		if (status != PFSYNC_OK) {
			learn_problem(lesson);
			/* Lengths of messages may be wrong; the records are there. */
			if (status != PFSYNC_BADLEN || section.stride_bytes == 0)
				continue;
		}
		if (section.layout != NULL) {
			learn_records(lesson, &section);
		} else if (lesson->judged) {
			/* EOF, and CLR of raw v1: an action without a record. */
			struct pfsync_message bare = {
			    .action = section.action,
			    .action_number = section.action_number,
			};
			judge_message(lesson->learnt->judge, &bare);
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
	if (!lesson.frame.done)
		learn_sections(&lesson);
	if (lesson.judged)
		judge_end(learnt->judge);
	return facts;
}
