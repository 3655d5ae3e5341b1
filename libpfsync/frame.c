/*
 * frame.c - header, sections and records; truncation and wrong lengths.
 *
 * SPDX-License-Identifier: ISC
 *
 * Two ends matter: where the packet ends on the wire (`end`) and where the
 * capture ends (`caplen`).  Running into the first is the sender's fault
 * (badlen), into the second is ours (truncated).
 */
#include <string.h>

#include "pfsync.h"

#include "detect.h"
#include "headers.h"

/* Bytes in front of the records of a v5 or v6 section (OB 10.2). */
#define SUBHEADER_BYTES 4

static int
problem(struct pfsync_frame *frame, enum pfsync_status status, size_t offset, size_t lost,
    uint32_t found, uint32_t expected, const char *text)
{
	frame->problem = (struct pfsync_problem){
	    .status = status,
	    .offset = offset,
	    .lost_bytes = lost,
	    .text = text,
	    .found = found,
	    .expected = expected,
	};
	return status;
}

static bool
has_subheaders(const struct pfsync_frame *frame)
{
	return frame->dialect->version >= 5;
}

static void
read_header(struct pfsync_frame *frame)
{
	struct pfsync_header *header = &frame->header;
	const struct pfsync_dialect *dialect = frame->dialect;

	header->header_bytes = dialect->header_bytes;
	header->has_len = dialect->version >= 5;
	headers_load(header, dialect, frame->bytes);
	if (dialect->header_bytes >= 20) {
		/* Never written by DragonFly (FB 16 no. 15), nor in the TDB packets
		 * of v3 and v4 (OB 8.1); not there since OpenBSD 7.4 (OB 11.1). */
		header->has_cksum =
		    (dialect->quirks & (PFSYNC_QUIRK_CKSUM_JUNK | PFSYNC_QUIRK_CKSUM_ZERO)) == 0 &&
		    (dialect->version >= 5 || header->action >= PFSYNC_ACTION_NUMBERS ||
			dialect->actions[header->action].action != PFSYNC_ACT_TDB);
	}
}

int
pfsync_frame_open(struct pfsync_frame *frame, const uint8_t *bytes, size_t caplen, size_t wirelen,
    struct pfsync_hint *hint)
{
	struct detect_result found;
	size_t header_bytes;

	if (wirelen < caplen)
		wirelen = caplen;
	*frame = (struct pfsync_frame){.bytes = bytes,
	    .caplen = caplen,
	    .wirelen = wirelen,
	    .end = wirelen,
	    .done = true,
	    .rest_told = true};
	if (caplen == 0)
		return wirelen == 0 ? problem(frame, PFSYNC_HDROPS, 0, 0, 0, 4,
					  "packet shorter than its header")
				    : problem(frame, PFSYNC_TRUNCATED, 0, wirelen, 0, 4,
					  "nothing of the packet was captured");
	frame->header.version = bytes[0];
	if (!pfsync_detect(&(struct detect_input){bytes, caplen, wirelen}, hint, &found))
		return problem(frame, PFSYNC_BADVER, 0, wirelen, bytes[0],
		    hint != NULL && hint->forced != NULL ? hint->forced->version : 0,
		    hint != NULL && hint->forced != NULL
			? "version is not that of the dialect asked for"
			: "unknown version");
	frame->dialect = found.dialect;
	frame->candidates = found.candidates;
	frame->certainty = found.certainty;

	header_bytes = frame->dialect->header_bytes;
	if (wirelen < header_bytes)
		return problem(frame, PFSYNC_HDROPS, 0, wirelen, (uint32_t)wirelen,
		    (uint32_t)header_bytes, "packet shorter than its header");
	if (caplen < header_bytes)
		return problem(frame, PFSYNC_TRUNCATED, caplen, wirelen, (uint32_t)caplen,
		    (uint32_t)header_bytes, "capture ends inside the header");
	read_header(frame);
	frame->next = header_bytes;
	frame->done = frame->rest_told = false;
	if (!has_subheaders(frame)) {
		frame->next = 0;
		return PFSYNC_OK;
	}
	if (frame->header.len < header_bytes)
		return problem(frame, PFSYNC_BADLEN, 2, 0, frame->header.len,
		    (uint32_t)header_bytes, "length is less than the header; ignored");
	if (frame->header.len > wirelen)
		return problem(frame, PFSYNC_BADLEN, 2, 0, frame->header.len, (uint32_t)wirelen,
		    "length is more than the packet");
	frame->end = frame->header.len;
	return PFSYNC_OK;
}

/* ------------------------------------------------------------------------
 * Sections
 */

/* Bytes behind what was decoded, told once. */
static int
finish(struct pfsync_frame *frame, size_t at)
{
	size_t end = frame->wirelen;

	frame->done = true;
	if (frame->rest_told || at >= end)
		return PFSYNC_END;
	/* Raw v1 sends its whole buffer; the tail is old memory (OB 5.3). */
	if ((frame->dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) != 0)
		return PFSYNC_END;
	frame->rest_told = true;
	return problem(frame, PFSYNC_TRAILING, at, end - at, (uint32_t)(end - at), 0,
	    "bytes after the last message");
}

static void
describe_action(const struct pfsync_frame *frame, struct pfsync_section *section)
{
	const struct pfsync_dialect *dialect = frame->dialect;
	const struct pfsync_action_row *row;

	section->action = PFSYNC_ACT_UNKNOWN;
	section->layout = NULL;
	if (section->action_number >= dialect->action_max ||
	    section->action_number >= PFSYNC_ACTION_NUMBERS)
		return;
	row = &dialect->actions[section->action_number];
	section->action = (enum pfsync_action)row->action;
	section->layout = dialect->layouts[row->slot];
	section->stride_bytes = section->layout != NULL ? section->layout->size_bytes : 0;
}

static enum pfsync_slot
slot_of(const struct pfsync_frame *frame, const struct pfsync_section *section)
{
	if (section->action == PFSYNC_ACT_UNKNOWN)
		return PFSYNC_SLOT_NONE;
	return (enum pfsync_slot)frame->dialect->actions[section->action_number].slot;
}

/* v1 .. v4: the header is the only section. */
static int
plain_section(struct pfsync_frame *frame, struct pfsync_section *section)
{
	const struct pfsync_header *header = &frame->header;
	size_t body = frame->dialect->header_bytes;
	size_t after;

	if (frame->section_index > 0)
		return finish(frame, frame->next);
	frame->section_index = 1;
	section->offset = 0;
	section->body_offset = body;
	section->action_number = header->action;
	section->count_wire = header->count;
	section->count = header->count;
	describe_action(frame, section);
	switch (slot_of(frame, section)) {
	case PFSYNC_SLOT_NONE:
		frame->done = frame->rest_told = true;
		return problem(frame, PFSYNC_BADACT, 2, frame->end - body, header->action, 0,
		    "unknown action");
	case PFSYNC_SLOT_RESERVED:
		frame->done = frame->rest_told = true;
		return problem(frame, PFSYNC_BADACT, 2, frame->end - body, header->action, 0,
		    "reserved action that no release implements");
	default:
		break;
	}
	/* OB 19 no. 5: one message although count is 0.  Raw v1 has no CLR body. */
	if (section->count == 0 && section->layout != NULL &&
	    (section->action == PFSYNC_ACT_CLR || section->action == PFSYNC_ACT_BUS))
		section->count = 1;
	after = body + section->count * section->stride_bytes;
	frame->next = after < frame->end ? after : frame->end;
	return PFSYNC_OK;
}

static int
unknown_section(struct pfsync_frame *frame, const struct pfsync_section *section, const char *text)
{
	size_t stride = (size_t)section->length_words * 4;
	size_t body = section->body_offset;
	size_t lost = frame->end - body;

	/* v6 tells the length of what it does not define (OB 11.2); of a
	 * retired action the size is known. */
	if (stride == 0 && section->layout != NULL)
		stride = section->layout->size_bytes;
	if (stride > 0 && section->count_wire > 0 && stride * section->count_wire <= lost) {
		lost = stride * section->count_wire;
		frame->next = body + lost;
	} else {
		frame->done = frame->rest_told = true;
	}
	return problem(
	    frame, PFSYNC_BADACT, section->offset, lost, section->action_number, 0, text);
}

/* v5 ends with EOF, behind which 4.5 and FreeBSD 9 left room (OB 10.4, FB 8.5). */
static int
eof_section(struct pfsync_frame *frame, struct pfsync_section *section)
{
	const unsigned quirks = frame->dialect->quirks;
	size_t after = section->body_offset;

	section->count = 0;
	section->stride_bytes = 0;
	if ((quirks & PFSYNC_QUIRK_EOF_HMAC) != 0 && frame->end - after >= 20)
		after += 20;
	frame->next = after;
	frame->done = true;
	return PFSYNC_OK;
}

static int
known_section(struct pfsync_frame *frame, struct pfsync_section *section)
{
	size_t stride = (size_t)section->length_words * 4;
	size_t body = section->body_offset;
	size_t room = frame->end - body;
	bool shorter = false;

	if (stride != 0) {
		shorter = stride < section->stride_bytes;
		section->stride_bytes = stride;
	}
	section->count = section->count_wire;
	if (section->count * section->stride_bytes <= room)
		frame->next = body + section->count * section->stride_bytes;
	else
		frame->next = frame->end; /* told when the records run out */
	if (shorter)
		return problem(frame, PFSYNC_BADLEN, section->offset + 1, 0, (uint32_t)stride,
		    section->layout->size_bytes, "messages are shorter than their record");
	/* Receivers count this and stop (OB 15); what is meant is known. */
	if (stride == 0 && (frame->dialect->quirks & PFSYNC_QUIRK_LENGTH) != 0)
		return problem(frame, PFSYNC_BADLEN, section->offset + 1, 0, 0,
		    section->layout->size_bytes, "message length is zero; the known one is used");
	return PFSYNC_OK;
}

int
pfsync_section_next(struct pfsync_frame *frame, struct pfsync_section *section)
{
	size_t at = frame->next;

	if (frame->done) {
		/* After EOF there may be bytes; a lost rest was told already. */
		return frame->dialect == NULL ? PFSYNC_END : finish(frame, at);
	}
	*section = (struct pfsync_section){.offset = at, .index = frame->section_index};
	if (!has_subheaders(frame))
		return plain_section(frame, section);
	if (at >= frame->end)
		return finish(frame, frame->end);
	if (frame->end - at < SUBHEADER_BYTES) {
		frame->done = frame->rest_told = true;
		return problem(frame, PFSYNC_BADLEN, at, frame->wirelen - at,
		    (uint32_t)(frame->end - at), SUBHEADER_BYTES, "no room for a subheader");
	}
	if (at + SUBHEADER_BYTES > frame->caplen) {
		frame->done = frame->rest_told = true;
		return problem(frame, PFSYNC_TRUNCATED, at < frame->caplen ? at : frame->caplen,
		    frame->end - at, 0, 0, "capture ends before this section");
	}
	headers_load_section(section, frame->dialect, frame->bytes + at);
	section->body_offset = at + SUBHEADER_BYTES;
	frame->section_index++;
	describe_action(frame, section);
	switch (slot_of(frame, section)) {
	case PFSYNC_SLOT_NONE:
		return unknown_section(frame, section, "unknown action");
	case PFSYNC_SLOT_RESERVED:
		return unknown_section(
		    frame, section, "reserved action that no release implements");
	case PFSYNC_SLOT_RETIRED: {
		int status =
		    unknown_section(frame, section, "retired action that receivers refuse");
		section->layout = NULL;
		return status;
	}
	case PFSYNC_SLOT_EOF:
		return eof_section(frame, section);
	default:
		return known_section(frame, section);
	}
}

/* ------------------------------------------------------------------------
 * Records
 */

/* A record that does not fit any more: give what is there, and stop. */
static int
cut_record(
    struct pfsync_frame *frame, const struct pfsync_section *section, struct pfsync_record *record)
{
	size_t present = frame->end < frame->caplen ? frame->end : frame->caplen;
	size_t announced = section->count * section->stride_bytes;
	/* With a long stride the end may lie in the bytes behind a record. */
	size_t at = record->offset < frame->end ? record->offset : frame->end;

	record->avail = at < present ? present - at : 0;
	record->last = true;
	if (at + record->layout->size_bytes > frame->end && frame->caplen >= frame->end)
		return problem(frame, PFSYNC_BADLEN, at, frame->end - at,
		    (uint32_t)(frame->end - section->body_offset), (uint32_t)announced,
		    "packet ends before the records that were announced");
	/* Nothing behind this can have been captured, either. */
	frame->done = frame->rest_told = true;
	return problem(frame, PFSYNC_TRUNCATED, at < frame->caplen ? at : frame->caplen,
	    frame->end - at, 0, 0, "capture ends inside this section");
}

static int
place_record(
    struct pfsync_frame *frame, const struct pfsync_section *section, struct pfsync_record *record)
{
	size_t size = section->layout->size_bytes;
	size_t at = section->body_offset + record->index * section->stride_bytes;
	size_t present = frame->end < frame->caplen ? frame->end : frame->caplen;

	if (size > section->stride_bytes)
		size = section->stride_bytes; /* shorter than known; already told */
	record->offset = at;
	record->avail = size;
	record->bytes = frame->bytes + (at < frame->caplen ? at : frame->caplen);
	if (at > present || size > present - at)
		return cut_record(frame, section, record);
	return PFSYNC_OK;
}

/* By the packet; what the capture cut off says nothing of that. */
static bool
is_cut(const struct pfsync_frame *frame, const struct pfsync_section *section)
{
	return section->count * section->stride_bytes > frame->end - section->body_offset;
}

int
pfsync_record_first(
    struct pfsync_frame *frame, const struct pfsync_section *section, struct pfsync_record *record)
{
	record->frame = frame;
	record->layout = section->layout;
	record->action = section->action;
	record->action_number = section->action_number;
	record->index = 0;
	record->avail = 0;
	record->cut_of = is_cut(frame, section) ? section->count : 0;
	record->last = false;
	if (section->layout == NULL || section->count == 0 || section->stride_bytes == 0)
		return PFSYNC_END;
	return place_record(frame, section, record);
}

int
pfsync_record_next(
    struct pfsync_frame *frame, const struct pfsync_section *section, struct pfsync_record *record)
{
	if (record->last || ++record->index >= section->count) {
		record->last = true;
		return PFSYNC_END;
	}
	return place_record(frame, section, record);
}
