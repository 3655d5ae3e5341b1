/*
 * test_input_frames.c - one capture file: which packets and problems come out
 * of each kind of frame, and in which order.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "events.h"

static const struct craft_pcap plain = {0};

static void
put_link(struct craft *frame, uint32_t linktype)
{
	switch (linktype) {
	case 0:
		craft_u32(frame, 2, false);
		break;
	case 1:
		craft_ethernet(frame, 0x0800);
		break;
	case 108:
		craft_u32(frame, 2, true);
		break;
	case 113:
		craft_bytes(frame, "\0\3\0\1\0\6\2\0\0\0\0\x11\0\0\x08\0", 16);
		break;
	case 276:
		craft_bytes(frame, "\x08\0\0\0\0\0\0\2\0\1\3\6\2\0\0\0\0\x11\0\0", 20);
		break;
	default:
		break;
	}
}

/* Each link type, each snapshot length: a packet, a problem, or neither. */
static void
test_every_link_and_truncation(void **state)
{
	static const uint32_t linktypes[] = {0, 1, 12, 101, 108, 113, 228, 276, 246};

	(void)state;
	for (size_t i = 0; i < sizeof(linktypes) / sizeof(linktypes[0]); i++) {
		struct craft frame = {0}, file = {0};
		struct input *input;
		size_t header, whole;

		put_link(&frame, linktypes[i]);
		if (linktypes[i] != 246)
			craft_ip4(&frame, &(struct craft_ip4){0}, CRAFT_PFSYNC_LEN);
		header = frame.len;
		craft_pfsync(&frame, 9);
		whole = frame.len;
		craft_pcap_begin(&file, &plain, 65535, linktypes[i]);
		for (size_t caplen = 0; caplen <= whole; caplen++)
			craft_pcap_frame(&file, &plain, 1, 0, &frame, caplen);
		input = events_open(&file, NULL);
		for (size_t caplen = 0; caplen <= whole; caplen++) {
			const struct capture_packet *packet;

			if (caplen < header) {
				assert_int_equal(
				    events_problem(input, "truncated", caplen + 1)->offset, caplen);
				continue;
			}
			packet = events_packet(input, caplen + 1);
			assert_int_equal(packet->caplen, caplen - header);
			assert_int_equal(packet->wirelen, CRAFT_PFSYNC_LEN);
			assert_int_equal(packet->has_mac,
			    linktypes[i] == 1 || linktypes[i] == 113 || linktypes[i] == 276);
			assert_int_equal(packet->tap, linktypes[i] == 246);
			assert_int_equal(capture_has_source(packet), linktypes[i] != 246);
		}
		events_end(input);
		craft_free(&frame);
		craft_free(&file);
	}
}

static void
test_tap(void **state)
{
	static const uint32_t taps[] = {246, 121, 18};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct craft bare = {0}, with_ip = {0}, foreign = {0}, file = {0};
		const struct craft_ip4 ip = {.src = {0, 0, 0, 0}, .checksum_zero = true, .id = 5};
		const struct capture_packet *packet;
		struct input *input;

		craft_pfsync(&bare, 1);
		craft_ip4(&with_ip, &ip, CRAFT_PFSYNC_LEN);
		memset(with_ip.bytes + 12, 0, 4); /* OB 3.3 */
		craft_pfsync(&with_ip, 2);
		craft_bytes(&foreign, "\xaa\xaa\x03\x00\x00\x00\x08\x00 not pfsync", 19);
		craft_pcap_begin(&file, &plain, 65535, taps[i]);
		craft_pcap_frame(&file, &plain, 1, 0, &bare, bare.len);
		craft_pcap_frame(&file, &plain, 2, 0, &with_ip, with_ip.len);
		craft_pcap_frame(&file, &plain, 3, 0, &foreign, foreign.len);
		input = events_open(&file, NULL);
		assert_string_equal(input_file(input)->linktype_name, "PFSYNC");

		packet = events_packet(input, 1);
		assert_true(packet->tap);
		assert_false(capture_has_source(packet));
		assert_int_equal(packet->af, PFSYNC_AF_UNSPEC);
		assert_false(packet->has_ttl || packet->has_mac || packet->has_ip_id);
		assert_int_equal(packet->caplen, CRAFT_PFSYNC_LEN);
		assert_memory_equal(packet->bytes, bare.bytes, bare.len);

		packet = events_packet(input, 2);
		assert_true(packet->tap);
		assert_false(capture_has_source(packet));
		assert_int_equal(packet->af, PFSYNC_AF_INET);
		assert_memory_equal(packet->src.b, "\0\0\0\0", 4);
		assert_memory_equal(packet->dst.b, "\xe0\x00\x00\xf0", 4);
		assert_true(packet->has_ttl && packet->has_ip_id);
		assert_int_equal(packet->ip_id, 5);
		assert_int_equal(packet->caplen, CRAFT_PFSYNC_LEN);
		assert_int_equal(packet->wirelen, CRAFT_PFSYNC_LEN);
		assert_memory_equal(packet->bytes, with_ip.bytes + 20, CRAFT_PFSYNC_LEN);

		/* 246 belongs to pfsync alone, so it is pfsync, if a bad one. */
		if (taps[i] == 246)
			events_packet(input, 3);
		assert_int_equal(input_next(input)->status, CAPTURE_END);
		assert_int_equal(input_file(input)->other_packets, taps[i] == 246 ? 0 : 1);
		assert_int_equal(input_file(input)->pfsync_packets, taps[i] == 246 ? 3 : 2);
		input_close(input);
		craft_free(&bare);
		craft_free(&with_ip);
		craft_free(&foreign);
		craft_free(&file);
	}
}

static void
test_other_traffic(void **state)
{
	struct craft file = events_three(&plain), carp = {0}, arp = {0}, tcp = {0}, runt = {0};
	struct input *input;
	const struct capture_file *info;

	(void)state;
	craft_ethernet(&carp, 0x0800);
	craft_ip4(&carp, &(struct craft_ip4){.proto = 112}, 36);
	craft_fill(&carp, 0x21, 36);
	craft_ethernet(&arp, 0x0806);
	craft_fill(&arp, 0, 28);
	craft_ethernet(&tcp, 0x86dd);
	craft_ip6(&tcp, 6, 20);
	craft_fill(&tcp, 0, 20);
	craft_fill(&runt, 0, 6);
	craft_pcap_frame(&file, &plain, 5, 0, &carp, carp.len);
	craft_pcap_frame(&file, &plain, 6, 0, &arp, arp.len);
	craft_pcap_frame(&file, &plain, 7, 0, &tcp, tcp.len);
	craft_pcap_frame(&file, &plain, 8, 0, &runt, runt.len);
	input = events_open(&file, NULL);
	for (uint64_t i = 1; i <= 3; i++)
		events_packet(input, i);
	assert_int_equal(input_next(input)->status, CAPTURE_END);
	info = input_file(input);
	assert_int_equal(info->packets, 7);
	assert_int_equal(info->pfsync_packets, 3);
	assert_int_equal(info->carp_packets, 1);
	assert_int_equal(info->other_packets, 3);
	assert_int_equal(info->filtered_packets, 0);
	assert_int_equal(info->consumed_bytes, file.len);
	/* A clock that steps back moves the first time, not the order. */
	assert_int_equal(info->first_ns, INT64_C(5000000000));
	events_end(input);
	craft_free(&file);
	craft_free(&carp);
	craft_free(&arp);
	craft_free(&tcp);
	craft_free(&runt);
}

/* CARP is handed out to who asks for it, from behind its header, with its link. */
static void
test_carp(void **state)
{
	struct craft file = {0}, frame = {0}, whole;
	const struct capture_packet *packet;
	const struct input_event *event;
	struct input *input;
	size_t ip;

	(void)state;
	craft_pcap_begin(&file, &plain, 65535, 1);
	craft_ethernet(&frame, 0x8100);
	craft_u16(&frame, 0x2007, true); /* priority, then VLAN 7 */
	craft_u16(&frame, 0x0800, true);
	ip = frame.len;
	craft_ip4(&frame, &(struct craft_ip4){.proto = 112}, 36);
	craft_fill(&frame, 0x21, 36);
	craft_pcap_frame(&file, &plain, 5, 0, &frame, frame.len);
	/* Cut inside the IP header: nobody can tell whose it is. */
	craft_pcap_frame(&file, &plain, 6, 0, &frame, ip + 15);
	/* A part of a packet is no advert. */
	frame.bytes[ip + 6] = 0x20;
	craft_pcap_frame(&file, &plain, 7, 0, &frame, frame.len);
	whole = events_frame(&(struct craft_ip4){0}, 1);
	craft_pcap_frame(&file, &plain, 8, 0, &whole, whole.len);

	input = events_open_with(&file, &(struct capture_options){.carp = true});
	event = input_next(input);
	assert_int_equal(event->status, CAPTURE_CARP);
	packet = event->packet;
	assert_int_equal(packet->frame, 1);
	assert_int_equal(packet->time_ns, INT64_C(5000000000));
	assert_int_equal(packet->link, 7);
	assert_false(packet->link_unknown);
	assert_int_equal(packet->caplen, 36);
	assert_int_equal(packet->wirelen, 36);
	assert_int_equal(packet->bytes[0], 0x21);
	assert_int_equal(packet->ip_header_len, 20);
	assert_int_equal(packet->ttl, 255);
	packet = events_packet(input, 4);
	assert_int_equal(packet->link, 0);
	assert_ptr_equal(packet->bytes, packet->ip_header + 20);
	assert_int_equal(input_file(input)->carp_packets, 3);
	events_end(input);
	craft_free(&file);
	craft_free(&frame);
	craft_free(&whole);
}

static void
test_problems_come_first(void **state)
{
	struct craft file = {0};
	struct craft frame = events_frame(&(struct craft_ip4){.checksum = 1, .total = 900}, 1);
	const struct capture_problem *problem;
	struct input *input;

	(void)state;
	craft_pcap_begin(&file, &plain, 65535, 1);
	craft_pcap_frame(&file, &plain, 1, 0, &frame, frame.len);
	frame.bytes[14] = 0x41;
	craft_pcap_frame(&file, &plain, 2, 0, &frame, frame.len);
	input = events_open(&file, NULL);
	problem = events_problem(input, "badlen", 1);
	assert_int_equal(problem->offset, 16);
	assert_int_equal(problem->lost_bytes, 0);
	problem = events_problem(input, "checksum", 1);
	assert_int_equal(problem->offset, 24);
	assert_int_equal(problem->time_ns, 1000000000);
	assert_int_equal(problem->af, PFSYNC_AF_INET);
	assert_memory_equal(problem->src.b, "\x0a\x00\x00\x0b", 4);
	events_packet(input, 1);
	/* Unreadable: how much is lost is said. */
	problem = events_problem(input, "badlen", 2);
	assert_int_equal(problem->lost_bytes, 40);
	events_end(input);
	craft_free(&file);
	craft_free(&frame);
}

/* The pfsync bytes at .. at + len, in an IPv4 fragment on Ethernet. */
static void
put_fragment(struct craft *file, uint32_t seconds, uint16_t id, size_t at, size_t len, bool more)
{
	struct craft frame = {0}, payload = {0};

	craft_ethernet(&frame, 0x0800);
	craft_ip4(&frame,
	    &(struct craft_ip4){.id = id, .fragment = (uint16_t)(at / 8 | (more ? 0x2000 : 0))},
	    len);
	craft_pfsync(&payload, id);
	craft_bytes(&frame, payload.bytes + at, len);
	craft_pcap_frame(file, &plain, seconds, 0, &frame, frame.len);
	craft_free(&frame);
	craft_free(&payload);
}

static void
test_fragments(void **state)
{
	struct craft file = events_three(&plain), want = {0};
	const struct capture_packet *packet;
	const struct capture_problem *problem;
	struct input *input;

	(void)state;
	put_fragment(&file, 100, 1, 0, 8, true);   /* 4 */
	put_fragment(&file, 101, 2, 0, 8, true);   /* 5, never complete */
	put_fragment(&file, 102, 1, 16, 4, false); /* 6 */
	put_fragment(&file, 103, 1, 0, 16, true);  /* 7, overlaps */
	put_fragment(&file, 104, 1, 8, 8, true);   /* 8, complete */
	put_fragment(&file, 132, 3, 8, 8, true);   /* 9, time is up for 5 */
	put_fragment(&file, 133, 3, 8, 8, true);   /* 10, repeats 9 */
	input = events_open(&file, NULL);
	for (uint64_t i = 1; i <= 3; i++)
		events_packet(input, i);
	problem = events_problem(input, "fragment", 7);
	assert_int_equal(problem->lost_bytes, 16);
	packet = events_packet(input, 8);
	assert_true(packet->reassembled);
	assert_int_equal(packet->time_ns, INT64_C(104000000000));
	assert_int_equal(packet->ip_id, 1);
	craft_pfsync(&want, 1);
	assert_int_equal(packet->caplen, want.len);
	assert_int_equal(packet->wirelen, want.len);
	assert_memory_equal(packet->bytes, want.bytes, want.len);
	problem = events_problem(input, "fragment", 5);
	assert_int_equal(problem->time_ns, INT64_C(101000000000));
	assert_int_equal(problem->lost_bytes, 8);
	assert_int_equal(problem->af, PFSYNC_AF_INET);
	problem = events_problem(input, "fragment", 10);
	assert_int_equal(problem->lost_bytes, 8);
	events_end(input);
	craft_free(&file);
	craft_free(&want);
}

/* IPv6 fragments are put together although no time can be told. */
static void
test_fragments_without_time(void **state)
{
	const struct craft_pcap nano = {.nano = true};
	struct craft file = {0}, frame = {0}, payload = {0};
	const struct capture_packet *packet;
	struct input *input;

	(void)state;
	craft_pfsync(&payload, 1);
	craft_ethernet(&frame, 0x86dd);
	craft_ip6(&frame, 44, 16);
	craft_bytes(&frame, "\xf0\0\0\1\0\0\0\1", 8);
	craft_bytes(&frame, payload.bytes, 8);
	craft_pcap_begin(&file, &nano, 65535, 1);
	craft_pcap_frame(&file, &nano, 1, 0xffffffff, &frame, frame.len);
	craft_free(&frame);
	craft_ethernet(&frame, 0x86dd);
	craft_ip6(&frame, 44, 20);
	craft_bytes(&frame, "\xf0\0\0\x08\0\0\0\1", 8);
	craft_bytes(&frame, payload.bytes + 8, 12);
	craft_pcap_frame(&file, &nano, 1, 0xffffffff, &frame, frame.len);
	input = events_open(&file, NULL);
	events_problem(input, "badtime", 1);
	events_problem(input, "badtime", 2);
	packet = events_packet(input, 2);
	assert_memory_equal(packet->bytes, payload.bytes, CRAFT_PFSYNC_LEN);
	assert_int_equal(packet->af, PFSYNC_AF_INET6);
	assert_false(packet->has_ip_id);
	assert_true(packet->reassembled);
	events_end(input);
	craft_free(&file);
	craft_free(&frame);
	craft_free(&payload);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_link_and_truncation),
	    cmocka_unit_test(test_tap),
	    cmocka_unit_test(test_other_traffic),
	    cmocka_unit_test(test_carp),
	    cmocka_unit_test(test_problems_come_first),
	    cmocka_unit_test(test_fragments),
	    cmocka_unit_test(test_fragments_without_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
