/*
 * reader.c - the one walk over a frame: sections, records, what is wrong.
 *
 * SPDX-License-Identifier: ISC
 */
#include "pfsync.h"

/* What the next step does: pfsync_reader.state. */
enum {
	READ_SECTION,         /* look for a section */
	READ_SECTION_PROBLEM, /* tell what is wrong with the one that was given */
	READ_BARE,            /* give its message, which has no record */
	READ_FIRST,           /* give its first record */
	READ_NEXT,            /* give another one */
	READ_RECORD_PROBLEM,  /* tell what cut the record that was given */
	READ_NOTHING          /* the frame has come to its end */
};

void
pfsync_reader_begin(struct pfsync_reader *reader, struct pfsync_frame *frame)
{
	*reader = (struct pfsync_reader){.frame = frame, .state = READ_SECTION};
}

/* Are the records of a section readable although something was said of it? */
static bool
has_records(const struct pfsync_section *section, int status)
{
	return status == PFSYNC_OK || (status == PFSYNC_BADLEN && section->stride_bytes > 0);
}

static enum pfsync_step
next_section(struct pfsync_reader *reader)
{
	int status = pfsync_section_next(reader->frame, &reader->section);

	reader->in_section = false;
	if (status == PFSYNC_END) {
		reader->state = READ_NOTHING;
		return PFSYNC_STEP_END;
	}
	if (!has_records(&reader->section, status) && status != PFSYNC_BADACT)
		return PFSYNC_STEP_PROBLEM;
	reader->in_section = true;
	reader->status = status;
	if (status != PFSYNC_OK)
		reader->state = READ_SECTION_PROBLEM;
	else
		reader->state = reader->section.layout != NULL ? READ_FIRST : READ_BARE;
	return PFSYNC_STEP_SECTION;
}

/* What was found of the section itself; unknown actions end with it. */
static enum pfsync_step
section_problem(struct pfsync_reader *reader)
{
	if (!has_records(&reader->section, reader->status))
		reader->state = READ_SECTION;
	else
		reader->state = reader->section.layout != NULL ? READ_FIRST : READ_BARE;
	return PFSYNC_STEP_PROBLEM;
}

/* A record that was cut comes first, as far as it is there, then what cut it. */
static enum pfsync_step
give_record(struct pfsync_reader *reader, int status)
{
	if (status == PFSYNC_END) {
		reader->state = READ_SECTION;
		return next_section(reader);
	}
	if (status == PFSYNC_OK) {
		reader->state = READ_NEXT;
		return PFSYNC_STEP_RECORD;
	}
	if (reader->record.avail == 0) {
		reader->state = READ_SECTION;
		return PFSYNC_STEP_PROBLEM;
	}
	reader->state = READ_RECORD_PROBLEM;
	return PFSYNC_STEP_RECORD;
}

enum pfsync_step
pfsync_next(struct pfsync_reader *reader)
{
	switch (reader->state) {
	case READ_NEXT:
		return give_record(
		    reader, pfsync_record_next(reader->frame, &reader->section, &reader->record));
	case READ_FIRST:
		return give_record(
		    reader, pfsync_record_first(reader->frame, &reader->section, &reader->record));
	case READ_SECTION:
		return next_section(reader);
	case READ_SECTION_PROBLEM:
		return section_problem(reader);
	case READ_RECORD_PROBLEM:
		/* Nothing follows a record that was cut. */
		reader->state = READ_SECTION;
		return PFSYNC_STEP_PROBLEM;
	case READ_BARE:
		reader->state = READ_SECTION;
		return PFSYNC_STEP_BARE;
	default:
		return PFSYNC_STEP_END;
	}
}

void
pfsync_reader_skip(struct pfsync_reader *reader)
{
	if (reader->state == READ_FIRST || reader->state == READ_NEXT)
		reader->state = READ_SECTION;
}

void
pfsync_bare_message(const struct pfsync_section *section, struct pfsync_message *message)
{
	*message = (struct pfsync_message){
	    .action = section->action,
	    .action_number = section->action_number,
	};
}

bool
pfsync_section_whole(const struct pfsync_frame *frame, const struct pfsync_section *section)
{
	const struct pfsync_layout *layout = section->layout;
	size_t present = frame->end < frame->caplen ? frame->end : frame->caplen;

	if (layout == NULL || section->count == 0 || section->stride_bytes < layout->size_bytes ||
	    section->body_offset > present)
		return false;
	/* A message length of zero is a problem that the walk has to tell of. */
	if ((frame->dialect->quirks & PFSYNC_QUIRK_LENGTH) != 0 && section->length_words == 0)
		return false;
	return section->count <= (present - section->body_offset) / section->stride_bytes;
}
