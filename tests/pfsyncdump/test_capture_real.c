/*
 * test_capture_real.c - captures of real kernels, counted twice.
 *
 * SPDX-License-Identifier: ISC
 *
 * Each capture is read here and by a plain libpcap loop with a classifier of
 * its own; both must see the same packets with the same bytes and times.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capture.h"
#include "compat.h"
#include "craft.h"

static const struct {
	const char *path;
	/* As tcpdump counts "ip proto 240" and "ip proto 112"; on pfsync0 all. */
	unsigned pfsync;
	unsigned carp;
} captures[] = {
    {"freebsd-10.1/wire.pcap", 1258, 0},
    {"freebsd-10.1/pfsync0-A.pcap", 709, 0},
    {"freebsd-10.1/pfsync0-B.pcap", 544, 0},
    {"openbsd-7.6/wire.pcap", 1481, 0},
    {"openbsd-7.6/pfsync0-A.pcap", 862, 0},
    {"openbsd-7.6/pfsync0-B.pcap", 617, 0},
    {"openbsd-2009-07/wire.pcap", 822, 0},
    {"openbsd-2005-06/wire.pcap", 2270, 0},
    {"openbsd-2005-06/pfsync0-A.pcap", 1488, 0},
    {"openbsd-2005-06/pfsync0-B.pcap", 787, 0},
    {"fault-openbsd-loss/wire_A.pcap", 626, 0},
    {"fault-openbsd-loss/wire_B.pcap", 613, 0},
    {"carp-failover-freebsd-10.1/wire_sync.pcap", 1279, 0},
    {"carp-failover-freebsd-10.1/wire_client.pcap", 0, 155},
    {"carp-failover-freebsd-10.1/wire_server.pcap", 0, 158},
};

/* What the plain loop makes of a frame. */
struct plain {
	const uint8_t *bytes; /* of the pfsync header, NULL if it is none */
	size_t caplen;
	bool carp;
};

/* Ethernet with plain IPv4, or pfsync0: nothing else is in these captures. */
static struct plain
classify(bool tap, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct plain plain = {0};
	size_t ip = tap ? 0 : 14, from, total;

	if (!tap && memcmp(bytes + 12, "\x08\x00", 2) != 0)
		return plain;
	if (tap && bytes[0] >> 4 != 4) {
		plain.bytes = bytes;
		plain.caplen = header->caplen;
		return plain;
	}
	plain.carp = bytes[ip + 9] == 112;
	if (bytes[ip + 9] != 240)
		return plain;
	from = ip + (bytes[ip] & 15U) * 4;
	total = bytes[ip + 2] * 256U + bytes[ip + 3];
	plain.bytes = bytes + from;
	plain.caplen = ip + total - from;
	return plain;
}

static void
compare(const char *path, unsigned want_pfsync, unsigned want_carp)
{
	char why[PCAP_ERRBUF_SIZE], error[CAPTURE_ERROR_MAX];
	pcap_t *pcap =
	    pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, why);
	struct capture *capture = capture_open(&path, 1, NULL, error);
	const struct capture_packet *packet;
	const struct capture_problem *problem;
	struct pcap_pkthdr *header;
	uint64_t frame = 0, pfsync = 0, carp = 0;
	const u_char *bytes;
	bool tap;

	assert_non_null(pcap);
	assert_non_null(capture);
	tap = pcap_datalink(pcap) != 1;
	assert_int_equal(capture_file(capture, 0)->tap, tap);
	while (pcap_next_ex(pcap, &header, &bytes) == 1) {
		struct plain plain = classify(tap, header, bytes);

		frame++;
		carp += plain.carp;
		if (plain.bytes == NULL)
			continue;
		pfsync++;
		assert_int_equal(capture_next(capture, &packet, &problem), CAPTURE_PACKET);
		assert_int_equal(packet->frame, frame);
		assert_int_equal(
		    packet->time_ns, header->ts.tv_sec * INT64_C(1000000000) + header->ts.tv_usec);
		assert_int_equal(packet->tap, tap);
		assert_int_equal(packet->caplen, plain.caplen);
		assert_int_equal(packet->wirelen, plain.caplen);
		assert_memory_equal(packet->bytes, plain.bytes, plain.caplen);
		if (!tap) {
			assert_int_equal(packet->ttl, 255);
			assert_memory_equal(packet->src_mac, bytes + 6, 6);
			assert_memory_equal(packet->src.b, bytes + 14 + 12, 4);
			assert_memory_equal(packet->dst.b, bytes + 14 + 16, 4);
		}
	}
	assert_int_equal(capture_next(capture, &packet, &problem), CAPTURE_END);
	assert_int_equal(capture_file(capture, 0)->packets, frame);
	assert_int_equal(capture_file(capture, 0)->pfsync_packets, pfsync);
	assert_int_equal(capture_file(capture, 0)->carp_packets, carp);
	assert_int_equal(pfsync, want_pfsync);
	assert_int_equal(carp, want_carp);
	print_message("%s: %u frames, %u pfsync, %u CARP\n", path, (unsigned)frame,
	    (unsigned)pfsync, (unsigned)carp);
	capture_close(capture);
	pcap_close(pcap);
}

static void
test_real_captures(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(captures) / sizeof(captures[0]); i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/captures/%s", craft_shared(), captures[i].path);
		compare(path, captures[i].pfsync, captures[i].carp);
	}
}

/* Both nodes' view of one link, merged: nothing is lost, times never step back. */
static void
test_two_vantage_points(void **state)
{
	const struct capture_packet *packet;
	const struct capture_problem *problem;
	char paths[2][4096], error[CAPTURE_ERROR_MAX];
	const char *names[2] = {paths[0], paths[1]};
	uint64_t count = 0;
	int64_t last = 0;
	struct capture *capture;

	(void)state;
	snprintf(paths[0], sizeof(paths[0]), "%s/captures/fault-openbsd-loss/wire_A.pcap",
	    craft_shared());
	snprintf(paths[1], sizeof(paths[1]), "%s/captures/fault-openbsd-loss/wire_B.pcap",
	    craft_shared());
	capture = capture_open(names, 2, NULL, error);
	assert_non_null(capture);
	while (capture_next(capture, &packet, &problem) == CAPTURE_PACKET) {
		assert_true(packet->time_ns >= last);
		last = packet->time_ns;
		count++;
	}
	assert_int_equal(count, 626 + 613);
	assert_int_equal(capture_next(capture, &packet, &problem), CAPTURE_END);
	capture_close(capture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_real_captures),
	    cmocka_unit_test(test_two_vantage_points),
	};

	if (craft_shared() == NULL)
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
