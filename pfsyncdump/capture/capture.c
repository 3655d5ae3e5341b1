/*
 * capture.c - several inputs, merged by time.
 *
 * SPDX-License-Identifier: ISC
 */
#include "capture.h"

#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "live.h"

/* An input that holds an event ready. */
struct ready {
	const struct input_event *event;
	unsigned file;
};

struct capture {
	struct input **inputs;
	size_t count;
	/* A heap by time, then number; its root's event was handed out last. */
	struct ready *heap;
	size_t heap_count;
	bool started;
	const char *error;
};

static struct capture *
new_capture(size_t count, char error[CAPTURE_ERROR_MAX])
{
	struct capture *capture = calloc(1, sizeof(*capture));

	if (capture != NULL) {
		capture->error = "";
		capture->inputs = calloc(count, sizeof(struct input *));
		capture->heap = calloc(count, sizeof(*capture->heap));
		if (capture->inputs != NULL && capture->heap != NULL)
			return capture;
	}
	capture_close(capture);
	snprintf(error, CAPTURE_ERROR_MAX, "out of memory");
	return NULL;
}

struct capture *
capture_open(const char *const *names, size_t count, const struct capture_options *options,
    char error[CAPTURE_ERROR_MAX])
{
	const char *filter = options != NULL ? options->filter : NULL;
	struct capture *capture;
	bool stdin_used = false;

	if (count == 0 || count > (unsigned)-1) {
		snprintf(error, CAPTURE_ERROR_MAX, "no input file was named");
		return NULL;
	}
	capture = new_capture(count, error);
	if (capture == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		struct input *input = NULL;
		bool is_stdin = strcmp(names[i], "-") == 0;

		if (is_stdin && stdin_used)
			snprintf(error, CAPTURE_ERROR_MAX,
			    "standard input was named twice; it can be read once only");
		else
			input = input_open(names[i], (unsigned)i, NULL, filter, error);
		if (input == NULL) {
			capture_close(capture);
			return NULL;
		}
		stdin_used = stdin_used || is_stdin;
		if (options != NULL && options->carp)
			input_want_carp(input);
		if (options != NULL && options->clocks_ns != NULL)
			input_set_clock(input, options->clocks_ns[i]);
		capture->inputs[capture->count++] = input;
	}
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
	capture->inputs[0] =
	    input_open(name, 0, stream, options != NULL ? options->filter : NULL, error);
	if (capture->inputs[0] == NULL) {
		capture_close(capture);
		return NULL;
	}
	if (options != NULL && options->carp)
		input_want_carp(capture->inputs[0]);
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
	capture->inputs[0] =
	    input_open_live(name, 0, options != NULL ? options->filter : NULL, error);
	if (capture->inputs[0] == NULL) {
		capture_close(capture);
		return NULL;
	}
	if (options != NULL && options->carp)
		input_want_carp(capture->inputs[0]);
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
	for (size_t i = 0; i < capture->count; i++)
		input_stop(capture->inputs[i]);
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

static void
start(struct capture *capture)
{
	capture->started = true;
	for (size_t i = 0; i < capture->count; i++) {
		struct ready ready = {.event = input_next(capture->inputs[i]), .file = (unsigned)i};

		if (ready.event->status != CAPTURE_END)
			capture->heap[capture->heap_count++] = ready;
	}
	for (size_t i = capture->heap_count / 2; i-- > 0;)
		sink(capture, i);
}

/* The input whose event was handed out goes on; NULL if none is left. */
static const struct input_event *
next_of_several(struct capture *capture)
{
	if (!capture->started) {
		start(capture);
	} else if (capture->heap_count > 0) {
		struct ready *root = &capture->heap[0];

		if (input_next(capture->inputs[root->file])->status == CAPTURE_END)
			*root = capture->heap[--capture->heap_count];
		sink(capture, 0);
	}
	return capture->heap_count > 0 ? capture->heap[0].event : NULL;
}

enum capture_status
capture_next(struct capture *capture, const struct capture_packet **packet,
    const struct capture_problem **problem)
{
	const struct input_event *event =
	    capture->count == 1 ? input_next(capture->inputs[0]) : next_of_several(capture);

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
	return file < capture->count ? input_file(capture->inputs[file]) : NULL;
}

void
capture_close(struct capture *capture)
{
	if (capture == NULL)
		return;
	for (size_t i = 0; i < capture->count; i++)
		input_close(capture->inputs[i]);
	free(capture->inputs);
	free(capture->heap);
	free(capture);
}
