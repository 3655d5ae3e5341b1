/*
 * input.c - one capture file: frames in, events out.
 *
 * SPDX-License-Identifier: ISC
 */
#include "input.h"

#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "fragment.h"
#include "live.h"
#include "ip.h"
#include "link.h"
#include "savefile.h"
#include "wake.h"

/* Of one frame: its time, two of its IP header, one of its fragments. */
enum { PROBLEMS_MAX = 1 + IP_TROUBLE_MAX + 1 };

struct input {
	struct savefile *savefile;
	pcap_t *pcap;
	enum link_type link;
	enum { READING, DRAINING, FAILED, ENDED } stage;
	bool live; /* an interface */
	bool seconds_unsigned;
	enum { NANOSECONDS = 1000000000, MICROSECONDS = 1000000 } second_units;
	int64_t ahead_ns; /* of its clock */
	int64_t now_ns;   /* of the last frame whose time made sense */
	int64_t fragment_deadline;
	struct fragment_set *fragments; /* NULL until the first fragment */
	/* What the last frame still has to give: problems first, then itself. */
	unsigned problem_count;
	unsigned problem_next;
	bool packet_waits;
	bool idle; /* nothing came for a moment; not told yet */
	bool carp_wanted;
	enum capture_status packet_status; /* of the one that waits */
	struct capture_problem problems[PROBLEMS_MAX];
	struct capture_packet packet;
	struct capture_file file;
	struct input_event event;
	char error[CAPTURE_ERROR_MAX];
};

/* `savefile` is the input's, also if there is no memory. */
static struct input *
input_of(struct savefile *savefile, unsigned number, char error[CAPTURE_ERROR_MAX])
{
	struct input *input;

	if (savefile == NULL)
		return NULL;
	input = calloc(1, sizeof(*input));
	if (input == NULL) {
		savefile_close(savefile);
		snprintf(error, CAPTURE_ERROR_MAX, "out of memory");
		return NULL;
	}
	input->savefile = savefile;
	input->pcap = savefile_pcap(savefile);
	input->link = savefile_link(savefile);
	input->fragment_deadline = INT64_MAX;
	savefile_describe(savefile, &input->file);
	input->packet.file = number;
	input->packet.tap = input->file.tap;
	return input;
}

struct input *
input_open(const char *name, unsigned number, FILE *stream, const struct capture_options *options,
    char error[CAPTURE_ERROR_MAX])
{
	static const struct capture_options none = {.filter = NULL};
	const struct capture_options *wanted = options != NULL ? options : &none;
	struct input *input = input_of(
	    savefile_open(name, stream, wanted->filter, wanted->digest, error), number, error);

	if (input == NULL)
		return NULL;
	input->carp_wanted = wanted->carp;
	input->second_units = NANOSECONDS;
	/*
	 * Seconds of classic pcap are an unsigned 32-bit number, which libpcap
	 * hands out as a signed one.  In pcapng (major version 1) they are wide.
	 */
	input->seconds_unsigned = pcap_major_version(input->pcap) == 2;
	return input;
}

struct input *
input_open_live(const char *name, unsigned number, const struct capture_options *options,
    char error[CAPTURE_ERROR_MAX])
{
	const char *filter = options != NULL ? options->filter : NULL;
	const int buffer_kib = options != NULL ? options->buffer_kib : 0;
	struct input *input =
	    input_of(savefile_open_live(name, filter, buffer_kib, error), number, error);

	if (input == NULL)
		return NULL;
	input->live = true;
	input->carp_wanted = options != NULL && options->carp;
	/* What was asked for may not be to be had. */
	input->second_units = pcap_get_tstamp_precision(input->pcap) == PCAP_TSTAMP_PRECISION_NANO
				  ? NANOSECONDS
				  : MICROSECONDS;
	return input;
}

void
input_stop(struct input *input)
{
	pcap_breakloop(input->pcap);
}

void
input_set_clock(struct input *input, int64_t ahead_ns)
{
	input->ahead_ns = ahead_ns;
}

static struct capture_problem *
problem_add(struct input *input, const char *counter, const char *text, size_t offset)
{
	struct capture_problem *problem = &input->problems[input->problem_count++];

	*problem = (struct capture_problem){.frame = input->file.packets,
	    .file = input->packet.file,
	    .time_ns = input->now_ns,
	    .counter = counter,
	    .text = text,
	    .offset = offset};
	return problem;
}

static void
problem_add_loss(struct input *input, const struct fragment_loss *loss)
{
	struct capture_problem *problem = problem_add(input, "fragment", loss->text, 0);

	problem->frame = loss->frame;
	problem->time_ns = loss->time_ns;
	problem->lost_bytes = loss->lost_bytes;
	problem->af = loss->af;
	problem->src = loss->src;
	problem->dst = loss->dst;
}

/* `base` is the offset of the IP header in the frame. */
static void
problem_add_troubles(struct input *input, const struct ip_view *view, size_t base, size_t lost)
{
	for (unsigned i = 0; i < view->trouble_count; i++) {
		const struct ip_trouble *trouble = &view->trouble[i];
		struct capture_problem *problem =
		    problem_add(input, trouble->counter, trouble->text, base + trouble->offset);

		problem->lost_bytes = lost;
		problem->af = view->af;
		if (view->af != PFSYNC_AF_UNSPEC) {
			problem->src = view->src;
			problem->dst = view->dst;
		}
	}
}

static void
take_time(struct input *input, const struct pcap_pkthdr *header)
{
	const int64_t second = NANOSECONDS;
	const int64_t fraction = header->ts.tv_usec * (second / (int64_t)input->second_units);
	int64_t seconds = header->ts.tv_sec;
	struct capture_file *file = &input->file;

	if (input->seconds_unsigned)
		seconds = (uint32_t)seconds;
	if (seconds < 0 || seconds > INT64_MAX / second - 1 || fraction < 0 || fraction >= second) {
		problem_add(input, "badtime", "the time stamp of the frame cannot be one", 0);
		return;
	}
	input->now_ns = seconds * second + fraction;
	/* Neither end of the range is a time that any clock shows. */
	if (input->ahead_ns > 0 ? input->now_ns > INT64_MIN + input->ahead_ns
				: input->now_ns < INT64_MAX + input->ahead_ns)
		input->now_ns -= input->ahead_ns;
	if (!file->has_time) {
		file->has_time = true;
		file->first_ns = file->last_ns = input->now_ns;
	} else if (input->now_ns > file->last_ns) {
		file->last_ns = input->now_ns;
	} else if (input->now_ns < file->first_ns) {
		file->first_ns = input->now_ns;
	}
}

bool
input_first_time(struct input *input, int64_t *time_ns)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;

	if (pcap_next_ex(input->pcap, &header, &bytes) != 1)
		return false;
	take_time(input, header);
	*time_ns = input->now_ns;
	return input->file.has_time;
}

void
input_digest(struct input *input)
{
	savefile_digest(input->savefile, input->file.sha256);
}

static void
deliver(struct input *input, const uint8_t *bytes, size_t caplen, size_t wirelen)
{
	input->packet.frame = input->file.packets;
	input->packet.time_ns = input->now_ns;
	input->packet.bytes = bytes;
	input->packet.caplen = caplen;
	input->packet.wirelen = wirelen;
	input->packet_waits = true;
	input->packet_status = CAPTURE_PACKET;
}

static void
take_ip_fields(struct capture_packet *packet, const struct ip_view *view)
{
	packet->af = view->af;
	packet->src = view->src;
	packet->dst = view->dst;
	packet->ttl = view->ttl;
	packet->has_ttl = true;
	packet->ip_id = (uint16_t)view->id;
	packet->has_ip_id = view->af == PFSYNC_AF_INET;
}

/* The frame begins with the pfsync header, or an IP header before it. */
static void
frame_from_tap(struct input *input, const uint8_t *bytes, size_t caplen, size_t wirelen)
{
	struct capture_packet *packet = &input->packet;
	size_t skip = pfsync_tap_ip_header(bytes, caplen), from = skip;
	struct ip_view view = {.trouble_count = 0};

	packet->af = PFSYNC_AF_UNSPEC;
	packet->has_ttl = packet->has_ip_id = false;
	packet->ip_header = NULL;
	if (skip > 0 && ip_parse(4, bytes, caplen, wirelen, &view) == IP_PFSYNC) {
		take_ip_fields(packet, &view);
		from = view.offset;
		caplen = from + view.caplen;
		wirelen = from + view.wirelen;
	}
	if (input->link == LINK_TYPE_PFSYNC_MAYBE &&
	    !pfsync_plausible(bytes + from, caplen - from, wirelen - from)) {
		input->file.other_packets++;
		return;
	}
	input->file.pfsync_packets++;
	problem_add_troubles(input, &view, 0, 0);
	deliver(input, bytes + from, caplen - from, wirelen - from);
}

/* A part of a datagram; the whole if it was the missing one.  False: no memory. */
static bool
frame_is_fragment(struct input *input, const struct ip_view *view, const uint8_t *payload)
{
	const struct fragment part = {.af = view->af,
	    .src = view->src,
	    .dst = view->dst,
	    .id = view->id,
	    .part_at = view->part_at,
	    .more = view->more,
	    .bytes = payload,
	    .caplen = view->caplen,
	    .wirelen = view->wirelen,
	    .frame = input->file.packets,
	    .time_ns = input->now_ns};
	enum fragment_status status;
	struct fragment_loss loss;
	struct fragment whole;

	if (input->fragments == NULL)
		input->fragments = fragment_set_new();
	if (input->fragments == NULL)
		return false;
	status = fragment_add(input->fragments, &part, &whole, &loss);
	if (status == FRAGMENT_NOMEM)
		return false;
	input->fragment_deadline = fragment_deadline(input->fragments);
	if (loss.text != NULL)
		problem_add_loss(input, &loss);
	if (status == FRAGMENT_COMPLETE)
		deliver(input, whole.bytes, whole.caplen, whole.wirelen);
	return true;
}

static void
take_link_fields(struct capture_packet *packet, const struct link_view *link)
{
	packet->has_mac = link->mac != NULL;
	if (packet->has_mac)
		memcpy(packet->src_mac, link->mac, sizeof(packet->src_mac));
	packet->link = link->link;
	packet->link_unknown = link->link_unknown;
}

/* `bytes` begin with the IP header of a packet of CARP. */
static void
frame_of_carp(struct input *input, const struct link_view *link, const uint8_t *bytes,
    size_t caplen, size_t wirelen)
{
	struct ip_view view;

	input->file.carp_packets++;
	if (!input->carp_wanted || !ip_parse_carp(link->version, bytes, caplen, wirelen, &view))
		return;
	take_ip_fields(&input->packet, &view);
	take_link_fields(&input->packet, link);
	input->packet.reassembled = false;
	input->packet.ip_header = bytes;
	input->packet.ip_header_len = view.offset;
	deliver(input, bytes + view.offset, view.caplen, view.wirelen);
	input->packet_status = CAPTURE_CARP;
}

/* False: no memory. */
static bool
frame_from_link(struct input *input, const uint8_t *bytes, size_t caplen, size_t wirelen)
{
	struct capture_packet *packet = &input->packet;
	struct link_view link;
	struct ip_view view;
	size_t at;

	switch (link_strip(input->link, bytes, caplen, wirelen, &link)) {
	case LINK_IP:
		break;
	case LINK_CUT:
		problem_add(input, "truncated", "the capture ends inside the link-layer header",
		    link.offset);
		/* FALLTHROUGH */
	default:
		input->file.other_packets++;
		return true;
	}
	at = link.offset;
	switch (ip_parse(link.version, bytes + at, caplen - at, wirelen - at, &view)) {
	case IP_PFSYNC:
		break;
	case IP_CARP:
		frame_of_carp(input, &link, bytes + at, caplen - at, wirelen - at);
		return true;
	case IP_BAD:
		problem_add_troubles(input, &view, at, caplen - at);
		/* FALLTHROUGH */
	default:
		input->file.other_packets++;
		return true;
	}
	input->file.pfsync_packets++;
	if (view.trouble_count > 0)
		problem_add_troubles(input, &view, at, 0);
	take_ip_fields(packet, &view);
	take_link_fields(packet, &link);
	packet->reassembled = view.fragment;
	packet->ip_header = view.fragment ? NULL : bytes + at;
	packet->ip_header_len = view.fragment ? 0 : view.offset;
	if (view.fragment)
		return frame_is_fragment(input, &view, bytes + at + view.offset);
	deliver(input, bytes + at + view.offset, view.caplen, view.wirelen);
	return true;
}

/* 802.1Q, 802.1ad, and what was used before that. */
static bool
is_tagged(const uint8_t *ethernet, size_t caplen)
{
	const unsigned type = caplen >= 14 ? (unsigned)ethernet[12] << 8 | ethernet[13] : 0;

	return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

/* Read a frame, of whatever kind. */
static void
read_frame(struct input *input)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int status = pcap_next_ex(input->pcap, &header, &bytes);
	size_t wirelen;
	bool memory = true;

	/* Nothing is there: that happens on an interface. */
	if (status == 0 || (status == PCAP_ERROR_BREAK && input->live && !wake_ended())) {
		if (status == 0)
			live_wait(input->pcap);
		wake_idle();
		if (wake_ended())
			input->stage = DRAINING;
		input->idle = true;
		return;
	}
	if (status != 1) {
		input->stage = DRAINING;
		/* Where a signal ends it, the file may end inside a record. */
		input->file.failed = status != PCAP_ERROR_BREAK && !wake_ended();
		if (input->file.failed)
			savefile_explain(input->savefile, input->file.packets, input->error);
		return;
	}
	if (!input->file.tap)
		input->link = savefile_frame_link(input->savefile, input->file.packets);
	input->file.packets++;
	if (!savefile_matches(input->savefile, header, bytes)) {
		input->file.filtered_packets++;
		input->file.filtered_tagged +=
		    input->link == LINK_TYPE_ETHERNET && is_tagged(bytes, header->caplen);
		return;
	}
	input->problem_count = input->problem_next = 0;
	take_time(input, header);
	wirelen = header->len > header->caplen ? header->len : header->caplen;
	if (input->file.tap)
		frame_from_tap(input, bytes, header->caplen, wirelen);
	else
		memory = frame_from_link(input, bytes, header->caplen, wirelen);
	if (!memory) {
		input->stage = DRAINING;
		input->file.failed = true;
		snprintf(input->error, sizeof(input->error), "out of memory");
	}
}

static const struct input_event *
give_problem(struct input *input)
{
	input->event.status = CAPTURE_PROBLEM;
	input->event.problem = &input->problems[input->problem_next++];
	input->event.time_ns = input->event.problem->time_ns;
	return &input->event;
}

static const struct input_event *
give_loss(struct input *input, const struct fragment_loss *loss)
{
	input->problem_count = input->problem_next = 0;
	problem_add_loss(input, loss);
	return give_problem(input);
}

static const struct input_event *
give_end(struct input *input)
{
	struct fragment_loss loss;

	if (input->stage == DRAINING) {
		if (input->fragments != NULL && fragment_drain(input->fragments, &loss))
			return give_loss(input, &loss);
		input->stage = input->file.failed ? FAILED : ENDED;
	}
	input->event.time_ns = input->now_ns;
	input->event.status = CAPTURE_END;
	if (input->stage == FAILED) {
		input->event.status = CAPTURE_ERROR;
		input->event.error = input->error;
		input->stage = ENDED;
	}
	return &input->event;
}

const struct input_event *
input_next(struct input *input)
{
	struct fragment_loss loss;

	for (;;) {
		if (input->problem_next < input->problem_count)
			return give_problem(input);
		if (input->packet_waits) {
			input->packet_waits = false;
			input->event.status = input->packet_status;
			input->event.packet = &input->packet;
			input->event.time_ns = input->packet.time_ns;
			return &input->event;
		}
		if (input->stage != READING)
			return give_end(input);
		if (input->now_ns > input->fragment_deadline) {
			bool late = fragment_expire(input->fragments, input->now_ns, &loss);

			input->fragment_deadline = fragment_deadline(input->fragments);
			if (late)
				return give_loss(input, &loss);
		}
		if (input->idle) {
			input->idle = false;
			input->event.status = CAPTURE_IDLE;
			return &input->event;
		}
		read_frame(input);
	}
}

const struct capture_file *
input_file(struct input *input)
{
	input->file.consumed_bytes = savefile_consumed_bytes(input->savefile);
	input->file.dropped = savefile_dropped(input->savefile);
	return &input->file;
}

void
input_close(struct input *input)
{
	if (input == NULL)
		return;
	fragment_set_free(input->fragments);
	savefile_close(input->savefile);
	free(input);
}
