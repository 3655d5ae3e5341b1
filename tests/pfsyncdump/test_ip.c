/*
 * test_ip.c - IPv4 and IPv6 headers: lengths that lie, options, extension
 * headers, checksums, every truncation.
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
#include "ip.h"

/* Parse from memory of exactly that size. */
static enum ip_status
parse(unsigned version, const struct craft *packet, size_t caplen, size_t wirelen,
    struct ip_view *view)
{
	uint8_t *exact = malloc(caplen > 0 ? caplen : 1);
	enum ip_status status;

	assert_non_null(exact);
	if (caplen > 0)
		memcpy(exact, packet->bytes, caplen);
	status = ip_parse(version, exact, caplen, wirelen, view);
	free(exact);
	return status;
}

static void
expect_trouble(const struct ip_view *view, const char *counter, size_t offset)
{
	assert_int_equal(view->trouble_count, 1);
	assert_string_equal(view->trouble[0].counter, counter);
	assert_true(strlen(view->trouble[0].text) > 0);
	assert_int_equal(view->trouble[0].offset, offset);
}

static struct craft
packet4(const struct craft_ip4 *ip, size_t padding)
{
	struct craft packet = {0};

	craft_ip4(&packet, ip, CRAFT_PFSYNC_LEN);
	craft_pfsync(&packet, 1);
	craft_fill(&packet, 0xee, padding);
	return packet;
}

static void
test_v4(void **state)
{
	struct craft packet = packet4(&(struct craft_ip4){.id = 0x1234}, 6);
	struct ip_view view;

	(void)state;
	assert_int_equal(parse(4, &packet, packet.len, packet.len, &view), IP_PFSYNC);
	assert_int_equal(view.trouble_count, 0);
	assert_int_equal(view.af, PFSYNC_AF_INET);
	assert_memory_equal(view.src.b, "\x0a\x00\x00\x0b\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_memory_equal(view.dst.b, "\xe0\x00\x00\xf0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(view.ttl, 255);
	assert_int_equal(view.id, 0x1234);
	assert_false(view.fragment);
	assert_int_equal(view.offset, 20);
	/* The six bytes of padding are no payload. */
	assert_int_equal(view.caplen, CRAFT_PFSYNC_LEN);
	assert_int_equal(view.wirelen, CRAFT_PFSYNC_LEN);
	craft_free(&packet);
}

static void
test_v4_options(void **state)
{
	struct craft packet = packet4(&(struct craft_ip4){.options_words = 10}, 0);
	struct ip_view view;

	(void)state;
	for (size_t caplen = 20; caplen < 60; caplen++) {
		assert_int_equal(parse(4, &packet, caplen, packet.len, &view), IP_BAD);
		expect_trouble(&view, "truncated", caplen);
	}
	assert_int_equal(parse(4, &packet, packet.len, packet.len, &view), IP_PFSYNC);
	assert_int_equal(view.trouble_count, 0);
	assert_int_equal(view.offset, 60);
	assert_int_equal(view.caplen, CRAFT_PFSYNC_LEN);
	craft_free(&packet);
}

static void
test_v4_every_truncation(void **state)
{
	struct craft packet = packet4(&(struct craft_ip4){0}, 6);
	struct ip_view view;

	(void)state;
	for (size_t caplen = 0; caplen < packet.len; caplen++) {
		enum ip_status status = parse(4, &packet, caplen, packet.len, &view);

		if (caplen < 20) {
			assert_int_equal(status, IP_BAD);
			expect_trouble(&view, "truncated", caplen);
			assert_int_equal(parse(4, &packet, caplen, caplen, &view), IP_BAD);
			expect_trouble(&view, "hdrops", caplen);
			continue;
		}
		assert_int_equal(status, IP_PFSYNC);
		assert_int_equal(view.trouble_count, 0);
		assert_int_equal(view.caplen, caplen < 40 ? caplen - 20 : (size_t)CRAFT_PFSYNC_LEN);
		assert_int_equal(view.wirelen, CRAFT_PFSYNC_LEN);
	}
	craft_free(&packet);
}

static void
test_v4_lengths(void **state)
{
	struct craft_ip4 ip = {.total = 200};
	struct craft packet = packet4(&ip, 6);
	struct ip_view view;

	(void)state;
	/* More than the frame has: what is there is still read. */
	assert_int_equal(parse(4, &packet, packet.len, packet.len, &view), IP_PFSYNC);
	expect_trouble(&view, "badlen", 2);
	assert_int_equal(view.caplen, 26);
	assert_int_equal(view.wirelen, 26);
	/* The same header is right when only the capture was short. */
	assert_int_equal(parse(4, &packet, packet.len, 200, &view), IP_PFSYNC);
	assert_int_equal(view.trouble_count, 0);
	assert_int_equal(view.caplen, 26);
	assert_int_equal(view.wirelen, 180);
	craft_free(&packet);

	ip.total = 30;
	packet = packet4(&ip, 6);
	assert_int_equal(parse(4, &packet, packet.len, packet.len, &view), IP_PFSYNC);
	assert_int_equal(view.trouble_count, 0);
	assert_int_equal(view.caplen, 10);
	assert_int_equal(view.wirelen, 10);
	craft_free(&packet);

	ip.total = 19;
	packet = packet4(&ip, 6);
	assert_int_equal(parse(4, &packet, packet.len, packet.len, &view), IP_BAD);
	expect_trouble(&view, "badlen", 2);
	assert_int_equal(view.af, PFSYNC_AF_INET);
	craft_free(&packet);

	/* Segmentation offload: the frame's length counts. */
	ip.total_zero = true;
	packet = packet4(&ip, 0);
	assert_int_equal(parse(4, &packet, packet.len, packet.len, &view), IP_PFSYNC);
	assert_int_equal(view.trouble_count, 0);
	assert_int_equal(view.caplen, CRAFT_PFSYNC_LEN);
	assert_int_equal(view.wirelen, CRAFT_PFSYNC_LEN);
	craft_free(&packet);
}

static void
test_v4_broken_first_byte(void **state)
{
	struct craft packet = packet4(&(struct craft_ip4){0}, 0);
	struct ip_view view;

	(void)state;
	for (unsigned first = 0; first < 256; first++) {
		enum ip_status status;

		packet.bytes[0] = (uint8_t)first;
		status = parse(4, &packet, packet.len, packet.len, &view);
		if (first == 0x45)
			assert_int_equal(status, IP_PFSYNC);
		else if (first >> 4 != 4 || (first & 15) < 5 || (first & 15) * 4 > packet.len)
			assert_int_equal(status, IP_BAD);
		assert_int_equal(view.trouble_count > 0, first != 0x45);
	}
	craft_free(&packet);
}

static void
test_v4_checksum(void **state)
{
	struct craft_ip4 ip = {.checksum = 0xbeef};
	struct craft packet = packet4(&ip, 0);
	struct ip_view view;

	(void)state;
	assert_int_equal(parse(4, &packet, packet.len, packet.len, &view), IP_PFSYNC);
	expect_trouble(&view, "checksum", 10);
	/* Nobody asked for the checksum of other protocols. */
	packet.bytes[9] = 6;
	assert_int_equal(parse(4, &packet, packet.len, packet.len, &view), IP_OTHER);
	assert_int_equal(view.trouble_count, 0);
	craft_free(&packet);

	/* Left to the network card, or not filled in yet on pfsync0 (OB 3.3). */
	ip.checksum = 0;
	ip.checksum_zero = true;
	packet = packet4(&ip, 0);
	assert_int_equal(parse(4, &packet, packet.len, packet.len, &view), IP_PFSYNC);
	assert_int_equal(view.trouble_count, 0);
	craft_free(&packet);

	/* Both kinds of trouble at once are both told. */
	ip = (struct craft_ip4){.checksum = 0xbeef, .total = 1000};
	packet = packet4(&ip, 0);
	assert_int_equal(parse(4, &packet, packet.len, packet.len, &view), IP_PFSYNC);
	assert_int_equal(view.trouble_count, 2);
	craft_free(&packet);
}

static void
test_v4_other_protocols(void **state)
{
	struct ip_view view;

	(void)state;
	for (unsigned proto = 1; proto < 256; proto++) {
		struct craft packet = packet4(&(struct craft_ip4){.proto = (uint8_t)proto}, 0);
		enum ip_status want = IP_OTHER;

		if (proto == 240)
			want = IP_PFSYNC;
		else if (proto == 112)
			want = IP_CARP;
		assert_int_equal(parse(4, &packet, packet.len, packet.len, &view), want);
		/* Known as soon as the protocol was captured. */
		assert_int_equal(
		    parse(4, &packet, 10, packet.len, &view), want == IP_PFSYNC ? IP_BAD : want);
		craft_free(&packet);
	}
}

static void
test_v4_fragment(void **state)
{
	struct craft_ip4 ip = {.id = 7, .fragment = 0x2000};
	struct craft packet = packet4(&ip, 0);
	struct ip_view view;

	(void)state;
	assert_int_equal(parse(4, &packet, packet.len, packet.len, &view), IP_PFSYNC);
	assert_true(view.fragment);
	assert_true(view.more);
	assert_int_equal(view.part_at, 0);
	craft_free(&packet);

	ip.fragment = 0x1fff;
	packet = packet4(&ip, 0);
	assert_int_equal(parse(4, &packet, packet.len, packet.len, &view), IP_PFSYNC);
	assert_true(view.fragment);
	assert_false(view.more);
	assert_int_equal(view.part_at, 65528);
	craft_free(&packet);

	ip.fragment = 0x4000; /* don't fragment */
	packet = packet4(&ip, 0);
	assert_int_equal(parse(4, &packet, packet.len, packet.len, &view), IP_PFSYNC);
	assert_false(view.fragment);
	craft_free(&packet);
}

/* An IPv6 packet whose extension headers are `chain`, the last one's next. */
static struct craft
packet6(unsigned next, const void *chain, size_t chain_len, size_t padding)
{
	struct craft packet = {0};

	craft_ip6(&packet, next, chain_len + CRAFT_PFSYNC_LEN);
	craft_bytes(&packet, chain, chain_len);
	craft_pfsync(&packet, 1);
	craft_fill(&packet, 0xee, padding);
	return packet;
}

static void
test_v6(void **state)
{
	struct craft packet = packet6(240, NULL, 0, 10);
	struct ip_view view;

	(void)state;
	for (size_t caplen = 0; caplen <= packet.len; caplen++) {
		enum ip_status status = parse(6, &packet, caplen, packet.len, &view);

		if (caplen < 40) {
			assert_int_equal(status, IP_BAD);
			expect_trouble(&view, "truncated", caplen);
			assert_int_equal(parse(6, &packet, caplen, caplen, &view), IP_BAD);
			expect_trouble(&view, "hdrops", caplen);
			continue;
		}
		assert_int_equal(status, IP_PFSYNC);
		assert_int_equal(view.trouble_count, 0);
		assert_int_equal(view.af, PFSYNC_AF_INET6);
		assert_memory_equal(view.src.b, "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x11", 16);
		assert_memory_equal(view.dst.b, "\xff\x12\0\0\0\0\0\0\0\0\0\0\0\0\0\xf0", 16);
		assert_int_equal(view.ttl, 255);
		assert_int_equal(view.offset, 40);
		assert_int_equal(view.caplen, caplen < 60 ? caplen - 40 : (size_t)CRAFT_PFSYNC_LEN);
		assert_int_equal(view.wirelen, CRAFT_PFSYNC_LEN);
		assert_false(view.fragment);
	}
	craft_free(&packet);
}

/* Hop-by-hop, routing (24 bytes), atomic fragment, destination options. */
static const char long_chain[] = "\x2b\x00\x01\x04\x00\x00\x00\x00"
				 "\x2c\x02\x00\x00\x00\x00\x00\x00"
				 "\x00\x00\x00\x00\x00\x00\x00\x00"
				 "\x00\x00\x00\x00\x00\x00\x00\x00"
				 "\x3c\x00\x00\x00\x00\x00\x00\x09"
				 "\xf0\x00\x01\x04\x00\x00\x00\x00";

static void
test_v6_extension_headers(void **state)
{
	const size_t chain = sizeof(long_chain) - 1;
	struct craft packet = packet6(0, long_chain, chain, 4);
	struct ip_view view;

	(void)state;
	for (size_t caplen = 0; caplen < 40 + chain; caplen++) {
		assert_int_equal(parse(6, &packet, caplen, packet.len, &view), IP_BAD);
		expect_trouble(&view, "truncated", caplen);
	}
	assert_int_equal(parse(6, &packet, packet.len, packet.len, &view), IP_PFSYNC);
	assert_int_equal(view.trouble_count, 0);
	assert_int_equal(view.offset, 40 + chain);
	assert_int_equal(view.caplen, CRAFT_PFSYNC_LEN);
	assert_int_equal(view.wirelen, CRAFT_PFSYNC_LEN);
	assert_false(view.fragment);
	craft_free(&packet);
}

static void
test_v6_endless_headers(void **state)
{
	char chain[40 * 8];
	struct craft packet;
	struct ip_view view;

	(void)state;
	/* Forty options headers; nobody sends that, and it must end. */
	memset(chain, 0, sizeof(chain));
	for (size_t i = 0; i < sizeof(chain); i += 8)
		chain[i] = 60;
	packet = packet6(60, chain, sizeof(chain), 0);
	assert_int_equal(parse(6, &packet, packet.len, packet.len, &view), IP_OTHER);
	craft_free(&packet);

	/* One that claims 2048 bytes and goes beyond the packet. */
	packet = packet6(60, "\xf0\xff\0\0\0\0\0\0", 8, 0);
	assert_int_equal(parse(6, &packet, packet.len, packet.len, &view), IP_BAD);
	expect_trouble(&view, "hdrops", packet.len);
	craft_free(&packet);
}

static void
test_v6_fragment(void **state)
{
	struct craft packet = packet6(44, "\xf0\x00\x05\xa9\x12\x34\x56\x78", 8, 0);
	struct ip_view view;

	(void)state;
	assert_int_equal(parse(6, &packet, packet.len, packet.len, &view), IP_PFSYNC);
	assert_true(view.fragment);
	assert_true(view.more);
	assert_int_equal(view.part_at, 0x5a8);
	assert_int_equal(view.id, 0x12345678);
	assert_int_equal(view.offset, 48);
	assert_int_equal(view.caplen, CRAFT_PFSYNC_LEN);
	craft_free(&packet);

	packet = packet6(44, "\x11\x00\x05\xa8\x12\x34\x56\x78", 8, 0);
	assert_int_equal(parse(6, &packet, packet.len, packet.len, &view), IP_OTHER);
	craft_free(&packet);
}

static void
test_v6_lengths(void **state)
{
	struct craft packet = packet6(240, NULL, 0, 0);
	struct ip_view view;

	(void)state;
	packet.bytes[5] = 21;
	assert_int_equal(parse(6, &packet, packet.len, packet.len, &view), IP_PFSYNC);
	expect_trouble(&view, "badlen", 4);
	assert_int_equal(view.wirelen, 20);
	packet.bytes[5] = 0; /* offload or jumbogram */
	assert_int_equal(parse(6, &packet, packet.len, packet.len, &view), IP_PFSYNC);
	assert_int_equal(view.trouble_count, 0);
	assert_int_equal(view.wirelen, 20);
	packet.bytes[0] = 0x45;
	assert_int_equal(parse(6, &packet, packet.len, packet.len, &view), IP_BAD);
	expect_trouble(&view, "badlen", 0);
	craft_free(&packet);

	packet = packet6(112, NULL, 0, 0);
	assert_int_equal(parse(6, &packet, packet.len, packet.len, &view), IP_CARP);
	craft_free(&packet);
	packet = packet6(6, NULL, 0, 0);
	assert_int_equal(parse(6, &packet, packet.len, packet.len, &view), IP_OTHER);
	craft_free(&packet);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_v4),
	    cmocka_unit_test(test_v4_options),
	    cmocka_unit_test(test_v4_every_truncation),
	    cmocka_unit_test(test_v4_lengths),
	    cmocka_unit_test(test_v4_broken_first_byte),
	    cmocka_unit_test(test_v4_checksum),
	    cmocka_unit_test(test_v4_other_protocols),
	    cmocka_unit_test(test_v4_fragment),
	    cmocka_unit_test(test_v6),
	    cmocka_unit_test(test_v6_extension_headers),
	    cmocka_unit_test(test_v6_endless_headers),
	    cmocka_unit_test(test_v6_fragment),
	    cmocka_unit_test(test_v6_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
