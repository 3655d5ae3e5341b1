/*
 * test_broken.c - what is wrong in a capture is told, the rest is still read.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "walk.h"

static const struct {
	const char *name;
	unsigned packets;
	unsigned messages;    /* that were decoded, wholly or in part */
	const char *troubles; /* in the order they were found */
} files[] = {
    {"broken-empty.pcap", 0, 0, "refused"},
    {"broken-magic.pcap", 0, 0, "refused"},
    {"broken-cut-short.pcap", 2, 4, "error"},
    {"broken-count-v2.pcap", 3, 7, "badlen"},
    {"broken-count-v5.pcap", 3, 9, "badlen"},
    {"broken-count-v6.pcap", 3, 8, "badlen"},
    {"broken-len.pcap", 5, 12, "badlen badlen trailing badlen"},
    {"broken-action-v2.pcap", 4, 4, "badact badact"},
    {"broken-action-v5.pcap", 3, 5, "badact"},
    {"broken-action-v6.pcap", 5, 20, "badact badact badact"},
    {"broken-stride0.pcap", 5, 11, "badlen badlen badlen badlen badlen badact badact"},
    {"broken-names.pcap", 4, 9, "badval badval"},
    {"broken-version.pcap", 4, 5, "badver badver"},
    {"broken-values.pcap", 5, 14, "badval badval badval badval"},
    {"broken-tail.pcap", 6, 15, "trailing trailing"},
    {"broken-short.pcap", 6, 5, "hdrops hdrops hdrops hdrops"},
    {"broken-ttl.pcap", 3, 7, "badttl"},
    {"broken-checksum.pcap", 2, 5, "checksum"},
};

struct count {
	unsigned packets;
	unsigned messages;
	char troubles[256];
};

static void
count_packet(void *context, const struct capture_packet *packet)
{
	(void)packet;
	((struct count *)context)->packets++;
}

static void
count_message(
    void *context, const struct pfsync_record *record, const struct pfsync_message *message)
{
	(void)record, (void)message;
	((struct count *)context)->messages++;
}

static void
note_trouble(void *context, const char *counter)
{
	struct count *count = context;
	size_t used = strlen(count->troubles);

	snprintf(count->troubles + used, sizeof(count->troubles) - used, "%s%s",
	    used > 0 ? " " : "", counter);
}

static void
test_broken(void **state)
{
	unsigned failures = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct count count = {.packets = 0};
		const struct walk_calls calls = {
		    &count, count_packet, NULL, count_message, note_trouble};
		char path[4096];
		snprintf(path, sizeof(path), "%s/%s", SAMPLES_FOLDER, files[i].name);
		walk_capture(path, NULL, &calls, NULL);
		if (count.packets == files[i].packets && count.messages == files[i].messages &&
		    strcmp(count.troubles, files[i].troubles) == 0)
			continue;
		print_error("%s: %u packets, %u messages, \"%s\"\n", files[i].name, count.packets,
		    count.messages, count.troubles);
		failures++;
	}
	assert_int_equal(failures, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
