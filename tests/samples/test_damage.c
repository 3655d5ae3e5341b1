/*
 * test_damage.c - every packet of every sample, cut at every length and with
 * every byte changed: decoded without harm, and losing no more than the cut.
 *
 * SPDX-License-Identifier: ISC
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capture.h"
#include "pfsync.h"

struct damage {
	size_t files;
	size_t packets;
	size_t walks;
};

/* Whole messages of a frame; a block of its own shows a read past its end. */
static size_t
whole_messages(const uint8_t *bytes, size_t caplen, size_t wirelen, struct pfsync_hint *hint)
{
	uint8_t *copy = malloc(caplen > 0 ? caplen : 1);
	struct pfsync_frame frame;
	struct pfsync_section section;
	size_t whole = 0, steps = 0;
	int status;

	memcpy(copy, bytes, caplen);
	(void)pfsync_frame_open(&frame, copy, caplen, wirelen, hint);
	while ((status = pfsync_section_next(&frame, &section)) != PFSYNC_END) {
		struct pfsync_record record;
		assert_true(++steps <= wirelen + 2);
		if (status != PFSYNC_OK && status != PFSYNC_BADLEN)
			continue;
		for (status = pfsync_record_first(&frame, &section, &record); status != PFSYNC_END;
		     status = pfsync_record_next(&frame, &section, &record)) {
			struct pfsync_message message;
			char text[128];
			assert_int_equal(pfsync_message_decode(&record, &message), PFSYNC_OK);
			if (message.record != PFSYNC_REC_NONE)
				(void)pfsync_text_state(text, sizeof(text), &message);
			whole += status == PFSYNC_OK;
		}
	}
	free(copy);
	return whole;
}

static void
damage_packet(struct damage *damage, const struct capture_packet *packet)
{
	static uint8_t bytes[65536];
	struct pfsync_frame frame;
	struct pfsync_hint forced = {.tap = packet->tap};
	size_t last = 0;

	damage->packets++;
	(void)pfsync_frame_open(&frame, packet->bytes, packet->caplen, packet->wirelen, NULL);
	forced.forced = frame.dialect;
	for (size_t cut = 0; cut <= packet->caplen; cut++) {
		size_t whole = whole_messages(packet->bytes, cut, packet->wirelen, &forced);
		assert_true(whole >= last);
		last = whole;
	}
	damage->walks += packet->caplen + 1;
	assert_true(packet->caplen <= sizeof(bytes));
	memcpy(bytes, packet->bytes, packet->caplen);
	for (size_t i = 0; i < packet->caplen; i++) {
		bytes[i] ^= 0xff;
		(void)whole_messages(bytes, packet->caplen, packet->wirelen, NULL);
		bytes[i] ^= 0xff;
	}
	damage->walks += packet->caplen;
}

static void
damage_file(struct damage *damage, const char *name)
{
	char path[1024], error[CAPTURE_ERROR_MAX];
	const char *names[] = {path};
	const struct capture_options options = {.filter = NULL};
	const struct capture_packet *packet;
	const struct capture_problem *problem;
	struct capture *capture;
	enum capture_status status;

	snprintf(path, sizeof(path), "%s/%s", SAMPLES_FOLDER, name);
	capture = capture_open(names, 1, &options, error);
	if (capture == NULL)
		return; /* some broken ones are not captures at all */
	damage->files++;
	while ((status = capture_next(capture, &packet, &problem)) != CAPTURE_END) {
		if (status == CAPTURE_PACKET)
			damage_packet(damage, packet);
	}
	capture_close(capture);
}

static void
test_damage(void **state)
{
	struct damage damage = {.files = 0};
	DIR *folder = opendir(SAMPLES_FOLDER);
	const struct dirent *entry;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		if (strstr(entry->d_name, ".pcap") != NULL)
			damage_file(&damage, entry->d_name);
	}
	closedir(folder);
	print_message("%zu files, %zu packets, %zu damaged copies\n", damage.files, damage.packets,
	    damage.walks);
	assert_true(damage.files > 150 && damage.packets > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_damage)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
