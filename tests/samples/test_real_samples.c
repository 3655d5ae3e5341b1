/*
 * test_real_samples.c - the captures of real kernels in samples/real.
 *
 * SPDX-License-Identifier: ISC
 *
 * Every packet decodes to its end, and the sender is recognised.
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
	const char *dialect;
	unsigned packets;
	unsigned messages; /* EOF has no record and is not counted */
	unsigned troubles; /* levels of SCTP that their own system refuses, too */
} files[] = {
    {"openbsd-7.6.pcap.gz", "openbsd-6k", 321, 1981, 0},
    {"openbsd-7.6-pfsync0-A.pcap.gz", "openbsd-6k", 293, 1802, 0},
    {"freebsd-10.1.pcap.gz", "freebsd-10", 199, 1213, 0},
    {"freebsd-10.1-pfsync0-A.pcap.gz", "freebsd-10", 174, 1107, 0},
    {"openbsd-2009-07.pcap.gz", "openbsd-5b", 207, 1979, 0},
    {"openbsd-2005-06.pcap.gz", "openbsd-2e", 645, 2765, 0},
    {"openbsd-2005-06-pfsync0-A.pcap.gz", "openbsd-2e", 559, 2377, 0},
    {"freebsd-14.3.pcap.gz", "freebsd-14", 177, 904, 2},
    {"freebsd-15.pcap.gz", "freebsd-15", 260, 807, 2},
    {"openbsd-6.6.pcap.gz", "openbsd-6j", 136, 818, 0},
    {"fault-openbsd-loss-A.pcap.gz", "openbsd-6k", 326, 1901, 0},
    {"fault-openbsd-loss-B.pcap.gz", "openbsd-6k", 316, 1855, 0},
};

struct count {
	const char *name;
	unsigned packets;
	unsigned messages;
	unsigned troubles;
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
count_trouble(void *context, const char *counter)
{
	struct count *count = context;

	print_error("%s: packet %u: %s\n", count->name, count->packets, counter);
	count->troubles++;
}

static void
test_real(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct count count = {.name = files[i].name};
		const struct walk_calls calls = {
		    &count, count_packet, NULL, count_message, count_trouble};
		struct walk_sender senders[WALK_SENDERS];
		char path[4096];
		memset(senders, 0, sizeof(senders));
		snprintf(path, sizeof(path), "%s/real/%s", SAMPLES_FOLDER, files[i].name);
		walk_capture(path, NULL, &calls, senders);
		assert_int_equal(count.troubles, files[i].troubles);
		assert_int_equal(count.packets, files[i].packets);
		assert_int_equal(count.messages, files[i].messages);
		for (unsigned k = 0; k < WALK_SENDERS; k++) {
			if (senders[k].frames > 0)
				assert_string_equal(senders[k].hint.last->name, files[i].dialect);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_real),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
