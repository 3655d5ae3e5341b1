/*
 * fuzz_file.c - libFuzzer: a whole capture file, down to every message.
 *
 * SPDX-License-Identifier: ISC
 *
 * The input is the file.  It goes the way of pfsyncdump: unpacked, read,
 * stripped, each frame opened with a hint for its sender, each record decoded,
 * checked and put into words.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "pfsync.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each call of the walk must make progress; far more steps than bytes is a loop. */
static void
require(bool kept)
{
	if (!kept)
		abort();
}

static void
one_message(const struct pfsync_frame *frame, const struct pfsync_record *record)
{
	struct pfsync_message message;
	char text[1024];

	if (pfsync_message_decode(record, &message) != PFSYNC_OK)
		return;
	(void)pfsync_message_check(&message, frame->dialect, NULL);
	(void)pfsync_text_state(text, sizeof(text), &message);
	(void)pfsync_text_windows(text, sizeof(text), &message);
	(void)pfsync_text_age(text, sizeof(text), &message);
	(void)pfsync_text_id(text, sizeof(text), &message);
}

static void
one_packet(const struct capture_packet *packet, struct pfsync_hint *hint)
{
	const size_t steps_max = 16 + packet->caplen * 2;
	struct pfsync_section section;
	struct pfsync_record record;
	struct pfsync_frame frame;
	size_t steps = 0;
	int status;

	hint->tap = packet->tap;
	status = pfsync_frame_open(&frame, packet->bytes, packet->caplen, packet->wirelen, hint);
	if (status != PFSYNC_OK && status != PFSYNC_BADLEN)
		return;
	while ((status = pfsync_section_next(&frame, &section)) != PFSYNC_END) {
		require(++steps <= steps_max);
		if (status != PFSYNC_OK)
			continue;
		status = pfsync_record_first(&frame, &section, &record);
		while (
		    status == PFSYNC_OK || status == PFSYNC_TRUNCATED || status == PFSYNC_BADLEN) {
			require(++steps <= steps_max);
			one_message(&frame, &record);
			status = pfsync_record_next(&frame, &section, &record);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[CAPTURE_ERROR_MAX];
	struct pfsync_hint hint[2];
	const struct capture_packet *packet;
	const struct capture_problem *problem;
	struct capture *capture;
	enum capture_status status;
	FILE *file;

	if (size == 0)
		return 0;
	/* fmemopen() does not write to what it opens for reading. */
	file = fmemopen((void *)(uintptr_t)data, size, "r");
	if (file == NULL)
		return 0;
	memset(hint, 0, sizeof(hint));
	capture = capture_open_stream(file, "fuzz", NULL, error);
	if (capture == NULL) {
		require(*error != '\0');
		return 0;
	}
	while ((status = capture_next(capture, &packet, &problem)) != CAPTURE_END) {
		if (status == CAPTURE_PACKET) {
			/* Two senders are enough to mix their hints up. */
			require(packet->caplen <= packet->wirelen);
			one_packet(packet, &hint[packet->src.b[3] & 1]);
		} else if (status == CAPTURE_PROBLEM) {
			require(problem->counter != NULL && problem->text != NULL);
		} else {
			require(*capture_error(capture) != '\0');
		}
	}
	capture_close(capture);
	return 0;
}
