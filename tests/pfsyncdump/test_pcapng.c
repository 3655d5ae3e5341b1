/*
 * test_pcapng.c - any valid pcapng comes out as one that libpcap reads, however the
 * bytes come; anything else comes out as it is.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "craft.h"
#include "pcapng.h"

/* Given in pieces of `step` bytes. */
struct pieces {
	const struct craft *file;
	size_t at;
	size_t step;
};

static ssize_t
give(void *user, char *buffer, size_t size)
{
	struct pieces *pieces = user;
	size_t len = pieces->file->len - pieces->at;

	if (len > size)
		len = size;
	if (len > pieces->step)
		len = pieces->step;
	if (len == 0)
		return 0;
	memcpy(buffer, pieces->file->bytes + pieces->at, len);
	pieces->at += len;
	return (ssize_t)len;
}

/* All that comes out, taken in pieces of `room`; the links of the first `links` packets. */
static struct craft
passed(const struct craft *file, size_t step, size_t room, int *link, size_t links)
{
	struct pieces pieces = {file, 0, step};
	struct pcapng *pcapng = pcapng_new(give, &pieces);
	struct craft out = {0};
	char buffer[70000];
	ssize_t len;

	assert_non_null(pcapng);
	assert_true(room <= sizeof(buffer));
	while ((len = pcapng_read(pcapng, buffer, room)) > 0)
		craft_bytes(&out, buffer, (size_t)len);
	assert_int_equal(len, 0);
	for (size_t i = 0; i < links; i++)
		link[i] = pcapng_link(pcapng, i);
	pcapng_free(pcapng);
	return out;
}

static void
expect(const struct craft *file, const struct craft *wanted)
{
	const size_t steps[] = {1, 3, 7, 64, 100000}, rooms[] = {1, 5, 4096, 65536};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		for (size_t k = 0; k < sizeof(rooms) / sizeof(rooms[0]); k++) {
			struct craft out = passed(file, steps[i], rooms[k], NULL, 0);

			assert_int_equal(out.len, wanted->len);
			assert_memory_equal(out.bytes, wanted->bytes, out.len);
			craft_free(&out);
		}
	}
}

/* A block of that type around `words` in that byte order. */
static void
block(struct craft *craft, uint32_t type, const uint32_t *words, size_t count, bool big)
{
	uint32_t len = 12 + 4 * (uint32_t)count;

	craft_u32(craft, type, big);
	craft_u32(craft, len, big);
	for (size_t i = 0; i < count; i++)
		craft_u32(craft, words[i], big);
	craft_u32(craft, len, big);
}

static struct craft
frame_of(uint8_t byte)
{
	struct craft frame = {0};

	craft_fill(&frame, byte, 61);
	return frame;
}

static void
what_is_no_pcapng_passes(void **state)
{
	struct craft file = {0}, frame = frame_of(7);

	(void)state;
	expect(&file, &file);
	for (unsigned i = 0; i < 40; i++) {
		craft_u8(&file, i * 11);
		expect(&file, &file);
	}
	craft_free(&file);
	craft_pcap_begin(&file, &(struct craft_pcap){0}, 65535, 1);
	craft_pcap_frame(&file, &(struct craft_pcap){0}, 1, 2, &frame, frame.len);
	expect(&file, &file);
	craft_free(&file);
	craft_free(&frame);
}

/* Sections in each combination of byte orders, two interfaces in each. */
static void
sections_take_the_byte_order_of_the_first(void **state)
{
	struct craft frame = frame_of(9);

	(void)state;
	for (unsigned orders = 0; orders < 8; orders++) {
		bool first = (orders & 1) != 0;
		struct craft file = {0}, wanted = {0};

		for (unsigned section = 0; section < 3; section++) {
			bool big = (orders >> section & 1) != 0;
			/* one of each kind whose first words are numbers */
			const uint32_t simple[] = {3, 0x01020300};
			const uint32_t bytes[] = {0x61626364, 0x65666768};

			craft_pcapng_begin(&file, big, 65535 + section, 1);
			craft_pcapng_interface(&file, big, 96, 1);
			craft_pcapng_frame(&file, big, 5000000000 + section, &frame);
			craft_pcapng_begin(&wanted, first, 0, 1);
			craft_pcapng_interface(&wanted, first, 0, 1);
			craft_pcapng_frame(&wanted, first, 5000000000 + section, &frame);
			block(&file, 3, simple, 1, big);
			block(&wanted, 3, simple, 1, first);
			/* of unknown ones the content is nobody's business */
			craft_u32(&file, 0x80000bad, big);
			craft_u32(&file, 20, big);
			craft_bytes(&file, bytes, sizeof(bytes));
			craft_u32(&file, 20, big);
			craft_u32(&wanted, 0x80000bad, first);
			craft_u32(&wanted, 20, first);
			craft_bytes(&wanted, bytes, sizeof(bytes));
			craft_u32(&wanted, 20, first);
			block(&file, 0x0bad, NULL, 0, big);
			block(&wanted, 0x0bad, NULL, 0, first);
		}
		expect(&file, &wanted);
		craft_free(&file);
		craft_free(&wanted);
	}
	craft_free(&frame);
}

static void
obsolete_packets_are_turned(void **state)
{
	struct craft file = {0}, wanted = {0}, frame = frame_of(1);

	(void)state;
	craft_pcapng_begin(&file, true, 0, 1);
	craft_pcapng_begin(&wanted, true, 0, 1);
	craft_pcapng_begin(&file, false, 0, 1);
	craft_pcapng_begin(&wanted, true, 0, 1);
	for (unsigned i = 0; i < 2; i++) {
		struct craft *craft = i == 0 ? &file : &wanted;
		bool big = i == 1;

		craft_u32(craft, 2, big);
		craft_u32(craft, 36, big);
		craft_u16(craft, 0, big);
		craft_u16(craft, 0x1234, big); /* drops */
		craft_u32(craft, 1, big);
		craft_u32(craft, 2, big);
		craft_u32(craft, 4, big);
		craft_u32(craft, 5, big);
		craft_bytes(craft, "abcd", 4);
		craft_u32(craft, 36, big);
	}
	expect(&file, &wanted);
	craft_free(&file);
	craft_free(&wanted);
	craft_free(&frame);
}

/* An interface with that resolution and an offset of 0x0102030405060708 s. */
static void
interface_with(struct craft *craft, unsigned tsresol, uint32_t snaplen, bool big)
{
	craft_u32(craft, 1, big);
	craft_u32(craft, 40, big);
	craft_u16(craft, 1, big);
	craft_u16(craft, 0, big);
	craft_u32(craft, snaplen, big);
	craft_u16(craft, 14, big); /* if_tsoffset */
	craft_u16(craft, 8, big);
	craft_u32(craft, big ? 0x01020304 : 0x05060708, big);
	craft_u32(craft, big ? 0x05060708 : 0x01020304, big);
	craft_u16(craft, 9, big); /* if_tsresol, and no opt_endofopt */
	craft_u16(craft, 1, big);
	craft_u32(craft, tsresol, false);
	craft_u32(craft, 40, big);
}

static void
packet_of(struct craft *craft, uint32_t interface, uint64_t time, bool big)
{
	const uint32_t words[] = {
	    interface, (uint32_t)(time >> 32), (uint32_t)time, 0, 0 /* no byte */
	};

	block(craft, 6, words, 5, big);
}

static void
fine_binary_times_become_coarser(void **state)
{
	/* 2^-34 and 10^-12 libpcap reads; 2^-64 it refuses. */
	const unsigned resolutions[] = {0x80 | 40, 0x80 | 34, 12, 0x80 | 63, 0x80 | 64, 0x80 | 35};
	const unsigned wanted_resolutions[] = {
	    0x80 | 34, 0x80 | 34, 12, 0x80 | 34, 0x80 | 64, 0x80 | 34};
	const unsigned shifts[] = {6, 0, 0, 29, 0, 1};
	const uint64_t time = UINT64_C(0x123456789abcdef1);

	(void)state;
	for (unsigned orders = 0; orders < 4; orders++) {
		bool first = (orders & 1) != 0, big = (orders & 2) != 0;
		struct craft file = {0}, wanted = {0};

		craft_pcapng_begin(&file, first, 0, 1);
		craft_pcapng_begin(&wanted, first, 0, 1);
		craft_pcapng_begin(&file, big, 0, 1);
		craft_pcapng_begin(&wanted, first, 0, 1);
		for (uint32_t i = 0; i < 6; i++) {
			interface_with(&file, resolutions[i], 0, big);
			interface_with(&wanted, wanted_resolutions[i], 0, first);
			packet_of(&file, i + 1, time, big);
			packet_of(&wanted, i + 1, time >> shifts[i], first);
		}
		/* of the section's first interface, which counts nanoseconds */
		packet_of(&file, 0, time, big);
		packet_of(&wanted, 0, time, first);
		/* of none: for libpcap to judge */
		packet_of(&file, 99, time, big);
		packet_of(&wanted, 99, time, first);
		expect(&file, &wanted);
		craft_free(&file);
		craft_free(&wanted);
	}
}

static void
link_types_are_remembered(void **state)
{
	struct craft file = {0}, wanted = {0}, out;
	int link[7];

	(void)state;
	craft_pcapng_begin(&file, false, 0, 1);
	craft_pcapng_begin(&wanted, false, 0, 1);
	craft_pcapng_interface(&file, false, 0, 101);
	craft_pcapng_interface(&wanted, false, 0, 1);
	craft_pcapng_interface(&file, false, 0, 246); /* pfsync0 stays */
	craft_pcapng_interface(&wanted, false, 0, 246);
	craft_pcapng_interface(&file, false, 0, 105); /* and what is not read here */
	craft_pcapng_interface(&wanted, false, 0, 105);
	for (uint32_t i = 0; i < 3; i++) {
		packet_of(&file, i == 1 ? 1 : 0, i, false);
		packet_of(&wanted, i == 1 ? 1 : 0, i, false);
	}
	/* another section, another first interface */
	craft_pcapng_begin(&file, true, 0, 113);
	craft_pcapng_begin(&wanted, false, 0, 1);
	block(&file, 3, (const uint32_t[]){0}, 1, true);
	block(&wanted, 3, (const uint32_t[]){0}, 1, false);
	packet_of(&file, 0, 9, true);
	packet_of(&wanted, 0, 9, false);
	expect(&file, &wanted);
	out = passed(&file, 1000, 1000, link, 7);
	assert_int_equal(link[0], 1);
	assert_int_equal(link[1], 101);
	assert_int_equal(link[2], 1);
	assert_int_equal(link[3], 113);
	assert_int_equal(link[4], 113);
	assert_int_equal(link[5], -1);
	assert_int_equal(link[6], -1);
	craft_free(&out);
	craft_free(&file);
	craft_free(&wanted);
}

static void
snapshot_length_of_the_first(void **state)
{
	struct pieces pieces = {NULL, 0, 1000};
	struct craft file = {0};
	struct pcapng *pcapng;
	char buffer[1000];

	(void)state;
	craft_pcapng_begin(&file, true, 116, 1);
	craft_pcapng_interface(&file, true, 65535, 1);
	pieces.file = &file;
	pcapng = pcapng_new(give, &pieces);
	assert_int_equal(pcapng_snaplen(pcapng), 0);
	assert_int_equal(pcapng_read(pcapng, buffer, sizeof(buffer)), file.len);
	assert_int_equal(pcapng_snaplen(pcapng), 116);
	assert_int_equal(pcapng_link(pcapng, 0), -1);
	pcapng_free(pcapng);
	pcapng_free(NULL);
	craft_free(&file);
}

/* Cut or damaged anywhere: as many bytes as there were, and all of what is whole. */
static void
damage_passes_as_it_is(void **state)
{
	struct craft file = {0}, wanted = {0}, frame = frame_of(5);

	(void)state;
	craft_pcapng_begin(&file, false, 96, 1);
	craft_pcapng_frame(&file, false, 1, &frame);
	craft_pcapng_begin(&file, true, 96, 1);
	craft_pcapng_frame(&file, true, 2, &frame);
	wanted = passed(&file, 1000, 1000, NULL, 0);
	for (size_t len = 0; len <= file.len; len++) {
		const struct craft cut = {file.bytes, len};
		struct craft out = passed(&cut, 13, 17, NULL, 0);
		size_t same = 0;

		assert_int_equal(out.len, len);
		while (same < len && out.bytes[same] == wanted.bytes[same])
			same++;
		/* at most what is collected of a block differs */
		assert_true(len - same <= 32);
		craft_free(&out);
	}
	for (size_t at = 0; at < file.len; at++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			struct craft out;

			file.bytes[at] ^= (uint8_t)(1U << bit);
			out = passed(&file, 1000, 1000, NULL, 0);
			assert_int_equal(out.len, file.len);
			craft_free(&out);
			file.bytes[at] ^= (uint8_t)(1U << bit);
		}
	}
	craft_free(&wanted);
	craft_free(&file);
	craft_free(&frame);
}

static void
an_endless_list_of_options_passes(void **state)
{
	struct craft file = {0}, wanted = {0};
	const uint32_t len = 20 + 8000;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct craft *craft = i == 0 ? &file : &wanted;

		craft_pcapng_begin(craft, false, 0, 1);
		craft_u32(craft, 1, false);
		craft_u32(craft, len, false);
		craft_u16(craft, 1, false);
		craft_u16(craft, 0, false);
		craft_u32(craft, i == 0 ? 77 : 0, false);
		craft_fill(craft, 0x31, 8000);
		craft_u32(craft, len, false);
		packet_of(craft, 1, 7, false);
	}
	expect(&file, &wanted);
	craft_free(&file);
	craft_free(&wanted);
}

static ssize_t
fails(void *user, char *buffer, size_t size)
{
	(void)user, (void)buffer, (void)size;
	return -1;
}

static void
an_error_of_the_source_is_given_on(void **state)
{
	struct pcapng *pcapng = pcapng_new(fails, NULL);
	char buffer[10];

	(void)state;
	assert_int_equal(pcapng_read(pcapng, buffer, sizeof(buffer)), -1);
	pcapng_free(pcapng);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_no_pcapng_passes),
	    cmocka_unit_test(sections_take_the_byte_order_of_the_first),
	    cmocka_unit_test(obsolete_packets_are_turned),
	    cmocka_unit_test(fine_binary_times_become_coarser),
	    cmocka_unit_test(link_types_are_remembered),
	    cmocka_unit_test(snapshot_length_of_the_first),
	    cmocka_unit_test(damage_passes_as_it_is),
	    cmocka_unit_test(an_endless_list_of_options_passes),
	    cmocka_unit_test(an_error_of_the_source_is_given_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
