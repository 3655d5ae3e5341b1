/*
 * walk.c - one packet: its sections, records and messages, and what is wrong.
 *
 * SPDX-License-Identifier: ISC
 */
#include "walk.h"

#include <string.h>

#include "tally.h"

static void
put_addr(char out[REPORT_ADDR_MAX], enum pfsync_af af, const struct pfsync_addr *addr)
{
	if (af == PFSYNC_AF_UNSPEC)
		out[0] = '\0';
	else
		pfsync_text_addr(out, REPORT_ADDR_MAX, af, addr);
}

/* ------------------------------------------------------------------------
 * Anomalies
 */

static void
anomaly(struct walk *walk, const struct report_anomaly *found)
{
	tally_add(walk->summary->counts, &walk->summary->count_count, found);
	if (walk->report->anomalies && report_in_window(&walk->report->style, found->time_ns))
		report_anomaly(walk->report, found);
}

static void
frame_anomaly(struct walk *walk, const char *counter, size_t offset, const char *text,
    const struct pfsync_problem *problem)
{
	const struct capture_packet *packet = walk->frame.packet;
	struct report_anomaly found = {
	    .frame = packet->frame,
	    .file = packet->file,
	    .time_ns = packet->time_ns,
	    .src = walk->frame.src,
	    .counter = counter,
	    .offset = offset,
	    .text = text,
	};

	if (problem != NULL) {
		found.lost_bytes = problem->lost_bytes;
		found.found = problem->found;
		found.expected = problem->expected;
		found.has_values = problem->found != 0 || problem->expected != 0;
	}
	sender_count(walk->sender, counter);
	anomaly(walk, &found);
}

/* What libpfsync reports of the open frame. */
static void
frame_problem(struct walk *walk)
{
	const struct pfsync_problem *problem = &walk->opened.problem;

	frame_anomaly(walk, pfsync_status_name((int)problem->status), problem->offset,
	    problem->text, problem);
}

void
walk_problem(struct walk *walk, const struct capture_problem *problem)
{
	char src[REPORT_ADDR_MAX];
	struct report_anomaly found = {
	    .frame = problem->frame,
	    .file = problem->file,
	    .time_ns = problem->time_ns,
	    .src = src,
	    .counter = problem->counter,
	    .offset = problem->offset,
	    .below = true,
	    .lost_bytes = problem->lost_bytes,
	    .text = problem->text,
	};

	put_addr(src, problem->af, &problem->src);
	anomaly(walk, &found);
}

/* ------------------------------------------------------------------------
 * Messages
 */

static void
check(struct walk *walk, const struct pfsync_message *message, size_t offset)
{
	const char *text = NULL;

	if (pfsync_message_check(message, walk->opened.dialect, &text) != PFSYNC_OK)
		frame_anomaly(walk, "badval", offset,
		    text != NULL ? text : "values that no kernel accepts", NULL);
}

/* The protocol of the state, if the message is about one and does not say. */
static int
known_proto(const struct walk *walk, const struct pfsync_message *message)
{
	struct pfreplay_known known;

	if (walk->replay == NULL || message->action != PFSYNC_ACT_UPD_C ||
	    !pfsync_has(message, PFSYNC_F_CREATORID) || pfsync_has(message, PFSYNC_F_PROTO))
		return -1;
	if (!pfreplay_lookup(walk->replay, message->id, message->creatorid, &known) ||
	    known.proto == 0)
		return -1;
	return known.proto;
}

static void
message(struct walk *walk, const struct pfsync_section *section, uint32_t index, size_t offset,
    const struct pfsync_message *decoded)
{
	struct report_message entry = {
	    .message = decoded,
	    .section = section->index,
	    .index = index,
	    .offset = offset,
	    .proto = -1,
	};

	walk->sender->messages[decoded->action]++;
	walk->summary->messages++;
	if (walk->report->messages && walk->shown) {
		entry.proto = known_proto(walk, decoded);
		report_message(walk->report, &walk->frame, &entry);
	}
	check(walk, decoded, offset);
	if (walk->replay != NULL)
		pfreplay_message(walk->replay, decoded);
}

static void
record(struct walk *walk, const struct pfsync_reader *reader)
{
	struct pfsync_message decoded;

	if (pfsync_message_decode(&reader->record, &decoded) == PFSYNC_OK)
		message(
		    walk, &reader->section, reader->record.index, reader->record.offset, &decoded);
}

static void
bare_message(struct walk *walk, const struct pfsync_section *section)
{
	struct pfsync_message bare;

	pfsync_bare_message(section, &bare);
	message(walk, section, 0, section->offset, &bare);
}

/* Nobody looks at its messages one by one: count and replay them at once. */
static bool
whole_section(struct walk *walk, const struct pfsync_section *section)
{
	if ((walk->report->messages && walk->shown) ||
	    !pfsync_section_values_good(&walk->value_spots, &walk->opened, section))
		return false;
	walk->sender->messages[section->action] += section->count;
	walk->summary->messages += section->count;
	if (walk->replay != NULL)
		(void)pfreplay_section(walk->replay, &walk->opened, section);
	return true;
}

static void
sections(struct walk *walk)
{
	struct pfsync_reader reader;
	enum pfsync_step step;

	pfsync_reader_begin(&reader, &walk->opened);
	while ((step = pfsync_next(&reader)) != PFSYNC_STEP_END) {
		switch (step) {
		case PFSYNC_STEP_SECTION:
			if (whole_section(walk, &reader.section))
				pfsync_reader_skip(&reader);
			else if (walk->replay != NULL)
				pfreplay_expect_section(
				    walk->replay, &walk->opened, &reader.section);
			break;
		case PFSYNC_STEP_RECORD:
			record(walk, &reader);
			break;
		case PFSYNC_STEP_BARE:
			bare_message(walk, &reader.section);
			break;
		default:
			frame_problem(walk);
			if (walk->replay != NULL)
				pfreplay_problem(walk->replay, &walk->opened.problem);
			break;
		}
	}
}

/* ------------------------------------------------------------------------
 * The packet
 */

static void
describe(struct walk *walk, const struct capture_packet *packet)
{
	struct report_frame *frame = &walk->frame;

	walk->shown = report_in_window(&walk->report->style, packet->time_ns);
	frame->packet = packet;
	frame->frame = &walk->opened;
	frame->before_ns = walk->begun ? walk->before_ns : packet->time_ns;
	if (!walk->begun || walk->time_form == TIME_DELTA)
		walk->before_ns = packet->time_ns;
	walk->begun = true;
	/* Only needed to be shown. */
	if (!walk->report->frames && !walk->report->anomalies)
		return;
	put_addr(
	    frame->src, capture_has_source(packet) ? packet->af : PFSYNC_AF_UNSPEC, &packet->src);
	put_addr(frame->dst, packet->af, &packet->dst);
}

static struct pfreplay_packet
replay_packet(const struct walk *walk, const struct capture_packet *packet)
{
	struct pfreplay_packet fed = {
	    .time_ns = packet->time_ns,
	    .frame = packet->frame,
	    .file = (uint16_t)packet->file,
	    .tap = packet->tap,
	    .tap_owner = (uint16_t)packet->file,
	    .tap_name = walk->tap_names[packet->file],
	    .af = packet->af,
	    .src = packet->src,
	    .dst = packet->dst,
	    .has_ip = packet->has_ttl,
	    .ttl = packet->ttl,
	    .ip_id = packet->ip_id,
	    .has_mac = packet->has_mac,
	};

	memcpy(fed.mac, packet->src_mac, sizeof(fed.mac));
	return fed;
}

/*
 * Linux's "any" mixes links without saying which packet is from which; there
 * neighbours in IPv4 are taken to be on the same one.
 */
static uint32_t
link_of(const struct capture_packet *packet)
{
	const uint8_t *b = packet->src.b;

	if (!packet->link_unknown || packet->af != PFSYNC_AF_INET)
		return packet->link;
	return (uint32_t)b[0] << 16 | (uint32_t)b[1] << 8 | b[2];
}

void
walk_carp(struct walk *walk, const struct capture_packet *packet)
{
	struct pfreplay_packet fed;

	if (walk->replay == NULL)
		return;
	fed = replay_packet(walk, packet);
	pfreplay_carp(
	    walk->replay, &fed, link_of(packet), packet->bytes, packet->caplen, packet->wirelen);
}

bool
walk_packet(struct walk *walk, const struct capture_packet *packet, uint64_t missed)
{
	struct pfreplay_packet fed;
	struct pfsync_hint *hint;
	int status;

	walk->sender = senders_packet(walk->senders, packet);
	if (walk->sender == NULL)
		return false;
	walk->summary->pfsync_packets++;
	describe(walk, packet);
	hint = &walk->sender->hint;
	if (walk->replay != NULL) {
		fed = replay_packet(walk, packet);
		fed.missed = missed;
		fed.fragmented = packet->reassembled;
		hint = pfreplay_packet_begin(walk->replay, &fed);
	}
	hint->forced = walk->dialect;
	hint->tap = packet->tap;
	status =
	    pfsync_frame_open(&walk->opened, packet->bytes, packet->caplen, packet->wirelen, hint);
	walk->frame.status = status;
	if (walk->replay != NULL)
		pfreplay_packet_frame(walk->replay, &walk->opened, status);
	if (walk->report->frames && walk->shown)
		report_frame(walk->report, &walk->frame);
	if (packet->has_ttl && packet->ttl != PFSYNC_TTL && !packet->tap)
		frame_anomaly(walk, "badttl", 0, "TTL is not 255: the packet was routed or forged",
		    &(struct pfsync_problem){.found = packet->ttl, .expected = PFSYNC_TTL});
	if (status != PFSYNC_OK)
		frame_problem(walk);
	sections(walk);
	if (walk->replay != NULL)
		pfreplay_packet_end(walk->replay);
	if (walk->report->frames && walk->shown)
		report_frame_end(walk->report, &walk->frame);
	return true;
}
