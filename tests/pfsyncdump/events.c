/*
 * events.c - what a test expects of one input.
 *
 * SPDX-License-Identifier: ISC
 */
#include "events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct input *
events_open_with(const struct craft *file, const struct capture_options *options)
{
	char error[CAPTURE_ERROR_MAX];
	struct input *input = input_open(
	    "test.pcap", EVENTS_FILE, craft_open(file->bytes, file->len), options, error);

	if (input == NULL)
		fail_msg("%s", error);
	return input;
}

struct input *
events_open(const struct craft *file, const char *filter)
{
	return events_open_with(file, &(struct capture_options){.filter = filter});
}

const struct capture_packet *
events_packet(struct input *input, uint64_t frame)
{
	const struct input_event *event = input_next(input);

	assert_int_equal(event->status, CAPTURE_PACKET);
	assert_int_equal(event->packet->frame, frame);
	assert_int_equal(event->packet->file, EVENTS_FILE);
	assert_int_equal(event->time_ns, event->packet->time_ns);
	return event->packet;
}

const struct capture_problem *
events_problem(struct input *input, const char *counter, uint64_t frame)
{
	const struct input_event *event = input_next(input);

	assert_int_equal(event->status, CAPTURE_PROBLEM);
	assert_string_equal(event->problem->counter, counter);
	assert_int_equal(event->problem->frame, frame);
	assert_int_equal(event->problem->file, EVENTS_FILE);
	assert_true(strlen(event->problem->text) > 0);
	return event->problem;
}

void
events_error(struct input *input, const char *part)
{
	const struct input_event *event = input_next(input);

	assert_int_equal(event->status, CAPTURE_ERROR);
	assert_int_equal(strncmp(event->error, "test.pcap: ", 11), 0);
	if (strstr(event->error, part) == NULL)
		fail_msg("\"%s\" is not in: %s", part, event->error);
	assert_true(input_file(input)->failed);
	assert_int_equal(input_next(input)->status, CAPTURE_END);
}

void
events_end(struct input *input)
{
	assert_int_equal(input_next(input)->status, CAPTURE_END);
	assert_int_equal(input_next(input)->status, CAPTURE_END);
	assert_false(input_file(input)->failed);
	input_close(input);
}

struct craft
events_frame(const struct craft_ip4 *ip, uint32_t id)
{
	struct craft frame = {0};

	craft_ethernet(&frame, 0x0800);
	craft_ip4(&frame, ip, CRAFT_PFSYNC_LEN);
	craft_pfsync(&frame, id);
	return frame;
}

struct craft
events_three(const struct craft_pcap *pcap)
{
	struct craft file = {0};

	craft_pcap_begin(&file, pcap, 65535, 1);
	for (uint32_t i = 0; i < 3; i++) {
		struct craft frame = events_frame(&(struct craft_ip4){.id = 7}, i);

		craft_pcap_frame(&file, pcap, 1700000000 + i, 123456, &frame, frame.len);
		craft_free(&frame);
	}
	return file;
}
