/*
 * test_input.c - one capture file: its byte order, clock, packing and filter,
 * and how it ends when it is damaged.
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
expect_three(struct input *input, int64_t fraction)
{
	struct craft want = {0};

	for (uint32_t i = 0; i < 3; i++) {
		const struct capture_packet *packet = events_packet(input, i + 1);

		craft_free(&want);
		craft_pfsync(&want, i);
		assert_int_equal(packet->caplen, want.len);
		assert_int_equal(packet->wirelen, want.len);
		assert_memory_equal(packet->bytes, want.bytes, want.len);
		assert_int_equal(
		    packet->time_ns, (INT64_C(1700000000) + i) * 1000000000 + fraction);
		assert_int_equal(packet->af, PFSYNC_AF_INET);
		assert_memory_equal(packet->src.b, "\x0a\x00\x00\x0b", 4);
		assert_memory_equal(packet->dst.b, "\xe0\x00\x00\xf0", 4);
		assert_true(packet->has_ttl && packet->has_mac && packet->has_ip_id);
		assert_int_equal(packet->ttl, 255);
		assert_int_equal(packet->ip_id, 7);
		assert_memory_equal(packet->src_mac, "\x02\x00\x00\x00\x00\x11", 6);
		assert_false(packet->tap);
		assert_false(packet->reassembled);
		assert_true(capture_has_source(packet));
	}
	assert_int_equal(input_file(input)->packets, 3);
	assert_int_equal(input_file(input)->pfsync_packets, 3);
	assert_int_equal(
	    input_file(input)->last_ns - input_file(input)->first_ns, INT64_C(2000000000));
	events_end(input);
	craft_free(&want);
}

static void
test_byte_orders_and_clocks(void **state)
{
	struct craft file = {0};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		const struct craft_pcap kind = {.big = i & 1, .nano = i & 2};

		file = events_three(&kind);
		expect_three(events_open(&file, NULL), kind.nano ? 123456 : 123456000);
		craft_free(&file);
	}
	for (int big = 0; big < 2; big++) {
		craft_pcapng_begin(&file, big, 65535, 1);
		for (uint32_t i = 0; i < 3; i++) {
			struct craft frame = events_frame(&(struct craft_ip4){.id = 7}, i);

			craft_pcapng_frame(&file, big,
			    UINT64_C(1700000000000123456) + i * UINT64_C(1000000000), &frame);
			craft_free(&frame);
		}
		expect_three(events_open(&file, NULL), 123456);
		craft_free(&file);
	}
}

static void
test_packed(void **state)
{
	struct craft file = events_three(&plain), packed = {0};
	struct input *input;

	(void)state;
	craft_gzip(&packed, file.bytes, file.len);
	input = events_open(&packed, NULL);
	assert_string_equal(input_file(input)->compression, "gzip");
	expect_three(input, 123456000);
	/* A check sum that is wrong is found behind the last packet. */
	packed.bytes[packed.len - 5] ^= 1;
	input = events_open(&packed, NULL);
	for (uint64_t i = 1; i <= 3; i++)
		events_packet(input, i);
	events_error(input, "after frame 3: the compressed data is damaged");
	input_close(input);
	craft_free(&packed);
	craft_zstd(&packed, file.bytes, file.len);
	input = events_open(&packed, NULL);
	assert_string_equal(input_file(input)->compression, "zstd");
	expect_three(input, 123456000);
	craft_free(&packed);
	craft_free(&file);
}

/* Cut at every length: all whole packets, then one error, then the end. */
static void
test_cut_short(void **state)
{
	struct craft file = events_three(&plain);
	const size_t frame = (file.len - 24) / 3;

	(void)state;
	for (size_t len = 24; len < file.len; len++) {
		struct craft cut = {.bytes = file.bytes, .len = len};
		struct input *input = events_open(&cut, NULL);

		for (uint64_t i = 1; i <= (len - 24) / frame; i++)
			events_packet(input, i);
		if ((len - 24) % frame == 0) {
			events_end(input);
			continue;
		}
		events_error(input, "truncated dump file");
		input_close(input);
	}
	craft_free(&file);
}

static void
test_absurd_caplen(void **state)
{
	static const uint32_t lengths[] = {262145, 0x7fffffff, 0xffffffff};
	struct craft file = events_three(&plain);

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct input *input;
		struct craft copy = {0};

		craft_bytes(&copy, file.bytes, file.len);
		craft_u32(&copy, 1, false);
		craft_u32(&copy, 2, false);
		craft_u32(&copy, lengths[i], false);
		craft_u32(&copy, 100, false);
		craft_fill(&copy, 0, 1000);
		input = events_open(&copy, NULL);
		for (uint64_t k = 1; k <= 3; k++)
			events_packet(input, k);
		events_error(input, "cannot be read on after frame 3: ");
		input_close(input);
		craft_free(&copy);
	}
	craft_free(&file);
}

/* A pfsync packet in IP behind a BSD address family, in either byte order. */
static struct craft
null_frame(bool big, uint32_t id)
{
	struct craft frame = {0};

	craft_u32(&frame, 2, big);
	craft_ip4(&frame, &(struct craft_ip4){0}, CRAFT_PFSYNC_LEN);
	craft_pfsync(&frame, id);
	return frame;
}

/* One pcapng with several kinds of interface, the second in a section of its own. */
static struct craft
mixed_pcapng(void)
{
	struct craft file = {0}, frame = events_frame(&(struct craft_ip4){0}, 1);

	craft_pcapng_begin(&file, false, 65535, 1);
	craft_pcapng_frame(&file, false, 1, &frame);
	craft_free(&frame);
	for (int big = 0; big < 2; big++) {
		craft_pcapng_begin(&file, big, 262144, 0);
		for (int family_big = 0; family_big < 2; family_big++) {
			frame = null_frame(family_big, 2);
			craft_pcapng_frame(&file, big, 2, &frame);
			craft_free(&frame);
		}
	}
	craft_pcapng_begin(&file, true, 65535, 1);
	frame = events_frame(&(struct craft_ip4){.src = {10, 0, 0, 12}}, 3);
	craft_pcapng_frame(&file, true, 3, &frame);
	craft_free(&frame);
	return file;
}

static void
expect_frames(const struct craft *file, const char *filter, const uint64_t *frames)
{
	struct input *input = events_open(file, filter);

	assert_non_null(input);
	for (; *frames != 0; frames++)
		events_packet(input, *frames);
	events_end(input);
}

static void
test_mixed_link_types(void **state)
{
	struct craft file = mixed_pcapng();

	(void)state;
	expect_frames(&file, NULL, (const uint64_t[]){1, 2, 3, 4, 5, 6, 0});
	expect_frames(&file, "proto 240", (const uint64_t[]){1, 2, 3, 4, 5, 6, 0});
	expect_frames(&file, "not proto 240", (const uint64_t[]){0});
	expect_frames(&file, "src host 10.0.0.11", (const uint64_t[]){1, 2, 3, 4, 5, 0});
	/* What only Ethernet has, no frame of another kind fulfils. */
	expect_frames(&file, "ether host 02:00:00:00:00:11", (const uint64_t[]){1, 6, 0});
	craft_free(&file);
}

/* pfsync0 beside another interface: libpcap stops there. */
static void
test_tap_among_others(void **state)
{
	struct craft file = {0}, frame = events_frame(&(struct craft_ip4){0}, 1);
	struct input *input;

	(void)state;
	craft_pcapng_begin(&file, false, 65535, 1);
	craft_pcapng_frame(&file, false, 1, &frame);
	craft_pcapng_interface(&file, false, 65535, 246);
	craft_pcapng_frame(&file, false, 2, &frame);
	input = events_open(&file, NULL);
	events_packet(input, 1);
	events_error(input, "capture them into files of their own");
	input_close(input);
	craft_free(&file);
	craft_free(&frame);
}

/* A filter finds IP behind an address family in either byte order, or does not. */
static void
test_filter_behind_family(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		const struct craft_pcap kind = {.big = i & 1};
		struct craft file = {0}, frame = null_frame(i & 2, 1);

		craft_pcap_begin(&file, &kind, 65535, 0);
		craft_pcap_frame(&file, &kind, 1, 0, &frame, frame.len);
		expect_frames(&file, "ip proto 240", (const uint64_t[]){1, 0});
		expect_frames(&file, "not ip proto 240", (const uint64_t[]){0});
		craft_free(&file);
		craft_free(&frame);
	}
}

/* Frames keep their numbers although some are refused. */
static void
test_filter(void **state)
{
	struct craft file = {0};
	struct input *input;

	(void)state;
	craft_pcap_begin(&file, &plain, 65535, 1);
	for (uint8_t i = 0; i < 10; i++) {
		struct craft frame =
		    events_frame(&(struct craft_ip4){.src = {10, 0, 0, i % 2 ? 12 : 11}}, i);

		craft_pcap_frame(&file, &plain, i, 0, &frame, frame.len);
		craft_free(&frame);
	}
	input = events_open(&file, "src host 10.0.0.12");
	assert_non_null(input);
	for (uint64_t frame = 2; frame <= 10; frame += 2)
		events_packet(input, frame);
	assert_int_equal(input_next(input)->status, CAPTURE_END);
	assert_int_equal(input_file(input)->packets, 10);
	assert_int_equal(input_file(input)->filtered_packets, 5);
	assert_int_equal(input_file(input)->pfsync_packets, 5);
	events_end(input);
	craft_free(&file);
}

static void
test_times(void **state)
{
	const struct craft_pcap nano = {.nano = true};
	struct craft file = {0}, frame = events_frame(&(struct craft_ip4){0}, 1);
	struct input *input;

	(void)state;
	craft_pcap_begin(&file, &nano, 65535, 1);
	craft_pcap_frame(&file, &nano, 5, 1000000000, &frame, frame.len);
	craft_pcap_frame(&file, &nano, 6, 999999999, &frame, frame.len);
	craft_pcap_frame(&file, &nano, 7, 0xffffffff, &frame, frame.len);
	craft_pcap_frame(&file, &nano, 0xffffffff, 0, &frame, frame.len);
	craft_pcap_frame(&file, &nano, 4, 0, &frame, frame.len);
	input = events_open(&file, NULL);
	assert_int_equal(events_problem(input, "badtime", 1)->time_ns, 0);
	assert_int_equal(events_packet(input, 1)->time_ns, 0);
	assert_false(input_file(input)->has_time);
	assert_int_equal(events_packet(input, 2)->time_ns, INT64_C(6999999999));
	assert_true(input_file(input)->has_time);
	events_problem(input, "badtime", 3);
	assert_int_equal(events_packet(input, 3)->time_ns, INT64_C(6999999999));
	/* Unsigned: the year 2106, not 1969. */
	assert_int_equal(events_packet(input, 4)->time_ns, INT64_C(4294967295000000000));
	assert_int_equal(events_packet(input, 5)->time_ns, INT64_C(4000000000));
	assert_int_equal(input_file(input)->first_ns, INT64_C(4000000000));
	assert_int_equal(input_file(input)->last_ns, INT64_C(4294967295000000000));
	events_end(input);
	craft_free(&file);

	/* pcapng counts to the year 2554 in nanoseconds; signed ones end in 2262. */
	craft_pcapng_begin(&file, true, 65535, 1);
	craft_pcapng_frame(&file, true, UINT64_MAX, &frame);
	craft_pcapng_frame(&file, true, 1, &frame);
	input = events_open(&file, NULL);
	events_problem(input, "badtime", 1);
	assert_int_equal(events_packet(input, 1)->time_ns, 0);
	assert_int_equal(events_packet(input, 2)->time_ns, 1);
	events_end(input);
	craft_free(&file);
	craft_free(&frame);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_byte_orders_and_clocks),
	    cmocka_unit_test(test_packed),
	    cmocka_unit_test(test_cut_short),
	    cmocka_unit_test(test_absurd_caplen),
	    cmocka_unit_test(test_mixed_link_types),
	    cmocka_unit_test(test_tap_among_others),
	    cmocka_unit_test(test_filter_behind_family),
	    cmocka_unit_test(test_filter),
	    cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
