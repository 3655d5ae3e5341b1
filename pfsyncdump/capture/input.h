/*
 * input.h - one capture file: frames in, events out.
 *
 * SPDX-License-Identifier: ISC
 *
 * What capture.h promises for a single file.
 */
#ifndef PFSYNCDUMP_CAPTURE_INPUT_H
#define PFSYNCDUMP_CAPTURE_INPUT_H

#include "capture.h"

struct input;

/* What input_next() found.  The members belong to the input. */
struct input_event {
	enum capture_status status;
	int64_t time_ns; /* to merge by; of an error that of the last frame */
	const struct capture_packet *packet;
	const struct capture_problem *problem;
	const char *error;
};

/*
 * Open file `number` of the capture.
 *   stream  NULL to open `name`; otherwise read instead, the input's from now on
 *   options NULL for none; its clocks_ns are not looked at
 * Returns NULL with one printable line in `error`.
 */
struct input *input_open(const char *name, unsigned number, FILE *stream,
    const struct capture_options *options, char error[CAPTURE_ERROR_MAX]);

/* Capture on an interface.  It ends when input_stop() is called. */
struct input *input_open_live(const char *name, unsigned number,
    const struct capture_options *options, char error[CAPTURE_ERROR_MAX]);

/* Let no more packets come; may be called by a signal handler. */
void input_stop(struct input *input);

/* Its clock is ahead by that; to be told before the first event. */
void input_set_clock(struct input *input, int64_t ahead_ns);

/*
 * When its first frame was captured, whatever that is; false if it has none, or
 * none with a time.  For this the frame is taken: the input can only be closed then.
 */
bool input_first_time(struct input *input, int64_t *time_ns);

/* Bring its sha256 up to date, see struct capture_file. */
void input_digest(struct input *input);

/*
 * Go on to the next event; it stays valid until the next call.  `event` is the
 * same object each time.  CAPTURE_ERROR is given once, CAPTURE_END follows.
 */
const struct input_event *input_next(struct input *input);

/* What is known of the file by now. */
const struct capture_file *input_file(struct input *input);

/* NULL is allowed. */
void input_close(struct input *input);

#endif
