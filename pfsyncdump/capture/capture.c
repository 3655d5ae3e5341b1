/*
 * capture.c - several inputs, merged by time.
 *
 * SPDX-License-Identifier: ISC
 */
#include "capture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "input.h"
#include "live.h"

/* An input that holds an event ready. */
struct ready {
	const struct input_event *event;
	unsigned file;
};

/* One input, open or not. */
struct place {
	const char *name;
	struct input *input; /* NULL: not open, `file` tells of it */
	struct capture_file file;
	int64_t from_ns; /* of one that is yet to be opened: its first frame */
};

struct capture {
	struct place *places;
	size_t count;
	struct capture_options options;
	/* Numbers of those yet to be opened, the latest first. */
	unsigned *waiting;
	size_t waiting_count;
	/* A heap by time, then number; its root's event was handed out last. */
	struct ready *heap;
	size_t heap_count;
	bool started;
	const char *error;
	/* That a file could not be opened again. */
	struct input_event lost;
	char lost_error[CAPTURE_ERROR_MAX];
};

static struct capture *
new_capture(size_t count, char error[CAPTURE_ERROR_MAX])
{
	struct capture *capture = calloc(1, sizeof(*capture));

	if (capture != NULL) {
		capture->error = "";
		capture->places = calloc(count, sizeof(*capture->places));
		capture->waiting = calloc(count, sizeof(*capture->waiting));
		capture->heap = calloc(count, sizeof(*capture->heap));
		if (capture->places != NULL && capture->waiting != NULL && capture->heap != NULL)
			return capture;
	}
	capture_close(capture);
	snprintf(error, CAPTURE_ERROR_MAX, "out of memory");
	return NULL;
}

static struct input *
open_place(struct capture *capture, unsigned number, char error[CAPTURE_ERROR_MAX])
{
	struct place *place = &capture->places[number];

	place->input = input_open(place->name, number, NULL, &capture->options, error);
	if (place->input != NULL && capture->options.clocks_ns != NULL)
		input_set_clock(place->input, capture->options.clocks_ns[number]);
	return place->input;
}

/* It was only looked at: what is known of it, and when its time comes. */
static void
put_off(struct capture *capture, unsigned number)
{
	struct place *place = &capture->places[number];

	if (!input_first_time(place->input, &place->from_ns))
		place->from_ns = INT64_MIN;
	place->file = *input_file(place->input);
	place->file.packets = place->file.consumed_bytes = 0;
	input_close(place->input);
	place->input = NULL;
	capture->waiting[capture->waiting_count++] = number;
}

static bool
is_regular(const char *name)
{
	struct stat info;

	return stat(name, &info) == 0 && S_ISREG(info.st_mode);
}

/* Latest first; of the same time the one that was named last. */
static void
sort_waiting(struct capture *capture)
{
	unsigned *waiting = capture->waiting;

	for (size_t i = 1; i < capture->waiting_count; i++) {
		const unsigned moved = waiting[i];
		size_t at = i;

		while (at > 0 &&
		       capture->places[waiting[at - 1]].from_ns <= capture->places[moved].from_ns) {
			waiting[at] = waiting[at - 1];
			at--;
		}
		waiting[at] = moved;
	}
}

struct capture *
capture_open(const char *const *names, size_t count, const struct capture_options *options,
    char error[CAPTURE_ERROR_MAX])
{
	struct capture *capture;
	bool stdin_used = false;

	if (count == 0 || count > (unsigned)-1) {
		snprintf(error, CAPTURE_ERROR_MAX, "no input file was named");
		return NULL;
	}
	capture = new_capture(count, error);
	if (capture == NULL)
		return NULL;
	if (options != NULL)
		capture->options = *options;
	for (size_t i = 0; i < count; i++) {
		bool is_stdin = strcmp(names[i], "-") == 0;

		capture->places[i].name = names[i];
		if (is_stdin && stdin_used)
			snprintf(error, CAPTURE_ERROR_MAX,
			    "standard input was named twice; it can be read once only");
		if ((is_stdin && stdin_used) || open_place(capture, (unsigned)i, error) == NULL) {
			capture_close(capture);
			return NULL;
		}
		capture->count++;
		stdin_used = stdin_used || is_stdin;
		if (count > CAPTURE_OPEN_MAX && !is_stdin && is_regular(names[i]))
			put_off(capture, (unsigned)i);
	}
	sort_waiting(capture);
	return capture;
}

struct capture *
capture_open_stream(FILE *stream, const char *name, const struct capture_options *options,
    char error[CAPTURE_ERROR_MAX])
{
	struct capture *capture = new_capture(1, error);

	if (capture == NULL) {
		fclose(stream);
		return NULL;
	}
	capture->places[0].name = name;
	capture->places[0].input = input_open(name, 0, stream, options, error);
	if (capture->places[0].input == NULL) {
		capture_close(capture);
		return NULL;
	}
	capture->count = 1;
	return capture;
}

struct capture *
capture_open_live(
    const char *name, const struct capture_options *options, char error[CAPTURE_ERROR_MAX])
{
	struct capture *capture = new_capture(1, error);

	if (capture == NULL)
		return NULL;
	capture->places[0].name = name;
	capture->places[0].input = input_open_live(name, 0, options, error);
	if (capture->places[0].input == NULL) {
		capture_close(capture);
		return NULL;
	}
	capture->count = 1;
	if (!live_drop_privileges(error)) {
		capture_close(capture);
		return NULL;
	}
	return capture;
}

void
capture_stop(struct capture *capture)
{
	for (size_t i = 0; i < capture->count; i++) {
		if (capture->places[i].input != NULL)
			input_stop(capture->places[i].input);
	}
}

static bool
is_before(const struct ready *a, const struct ready *b)
{
	if (a->event->time_ns != b->event->time_ns)
		return a->event->time_ns < b->event->time_ns;
	return a->file < b->file;
}

/* Put the heap right again after the element at `i` became later. */
static void
sink(struct capture *capture, size_t i)
{
	struct ready *heap = capture->heap, moved = heap[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= capture->heap_count)
			break;
		if (child + 1 < capture->heap_count && is_before(&heap[child + 1], &heap[child]))
			child++;
		if (!is_before(&heap[child], &moved))
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = moved;
}

/* The one at the end may be earlier than those before it. */
static void
rise(struct capture *capture, size_t i)
{
	struct ready *heap = capture->heap, moved = heap[i];

	while (i > 0 && is_before(&moved, &heap[(i - 1) / 2])) {
		heap[i] = heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	heap[i] = moved;
}

static void
add_ready(struct capture *capture, const struct input_event *event, unsigned file)
{
	if (event->status == CAPTURE_END)
		return;
	capture->heap[capture->heap_count] = (struct ready){.event = event, .file = file};
	rise(capture, capture->heap_count++);
}

/* It was read to its end: its descriptor is needed elsewhere. */
static void
let_go(struct capture *capture, unsigned number)
{
	struct place *place = &capture->places[number];

	if (capture->count <= CAPTURE_OPEN_MAX || place->input == NULL)
		return;
	if (capture->options.digest)
		input_digest(place->input);
	place->file = *input_file(place->input);
	input_close(place->input);
	place->input = NULL;
}

/* The time of the next that waits has come.  False: told in `lost`. */
static bool
open_next(struct capture *capture)
{
	const unsigned number = capture->waiting[--capture->waiting_count];
	struct input *input = open_place(capture, number, capture->lost_error);
	const struct input_event *event;

	if (input == NULL) {
		capture->places[number].file.failed = true;
		capture->lost =
		    (struct input_event){.status = CAPTURE_ERROR, .error = capture->lost_error};
		return false;
	}
	event = input_next(input);
	if (event->status == CAPTURE_END)
		let_go(capture, number);
	else
		add_ready(capture, event, number);
	return true;
}

/* The input whose event was handed out goes on; NULL if none is left. */
static const struct input_event *
next_of_several(struct capture *capture)
{
	if (!capture->started) {
		capture->started = true;
		for (size_t i = 0; i < capture->count; i++) {
			if (capture->places[i].input != NULL)
				add_ready(
				    capture, input_next(capture->places[i].input), (unsigned)i);
		}
	} else if (capture->heap_count > 0 && capture->lost.status != CAPTURE_ERROR) {
		struct ready *root = &capture->heap[0];

		if (input_next(capture->places[root->file].input)->status == CAPTURE_END) {
			let_go(capture, root->file);
			*root = capture->heap[--capture->heap_count];
		}
		if (capture->heap_count > 0)
			sink(capture, 0);
	}
	capture->lost.status = CAPTURE_END;
	while (capture->waiting_count > 0 &&
	       (capture->heap_count == 0 ||
		   capture->places[capture->waiting[capture->waiting_count - 1]].from_ns <=
		       capture->heap[0].event->time_ns)) {
		if (!open_next(capture))
			return &capture->lost;
	}
	return capture->heap_count > 0 ? capture->heap[0].event : NULL;
}

enum capture_status
capture_next(struct capture *capture, const struct capture_packet **packet,
    const struct capture_problem **problem)
{
	const struct input_event *event =
	    capture->count == 1 ? input_next(capture->places[0].input) : next_of_several(capture);

	if (event == NULL)
		return CAPTURE_END;
	switch (event->status) {
	case CAPTURE_PACKET:
	case CAPTURE_CARP:
		*packet = event->packet;
		break;
	case CAPTURE_PROBLEM:
		*problem = event->problem;
		break;
	case CAPTURE_ERROR:
		capture->error = event->error;
		break;
	case CAPTURE_IDLE:
	case CAPTURE_END:
		break;
	}
	return event->status;
}

const char *
capture_error(const struct capture *capture)
{
	return capture->error;
}

size_t
capture_file_count(const struct capture *capture)
{
	return capture->count;
}

const struct capture_file *
capture_file(struct capture *capture, unsigned file)
{
	struct place *place;

	if (file >= capture->count)
		return NULL;
	place = &capture->places[file];
	return place->input != NULL ? input_file(place->input) : &place->file;
}

void
capture_digest(struct capture *capture)
{
	char error[CAPTURE_ERROR_MAX];

	for (size_t i = 0; i < capture->count && capture->options.digest; i++) {
		struct place *place = &capture->places[i];
		struct input *input = place->input;

		if (input != NULL) {
			input_digest(input);
			continue;
		}
		/* One whose time never came. */
		if (place->file.sha256[0] != '\0' || place->file.failed)
			continue;
		input = input_open(place->name, (unsigned)i, NULL, &capture->options, error);
		if (input == NULL)
			continue;
		input_digest(input);
		memcpy(place->file.sha256, input_file(input)->sha256, sizeof(place->file.sha256));
		input_close(input);
	}
}

void
capture_close(struct capture *capture)
{
	if (capture == NULL)
		return;
	for (size_t i = 0; capture->places != NULL && i < capture->count; i++)
		input_close(capture->places[i].input);
	free(capture->places);
	free(capture->waiting);
	free(capture->heap);
	free(capture);
}
