/*
 * test_ip_write.c - IP packets, byte by byte.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ip_write.h"

static const uint8_t payload[40] = {1, 2, 3, 4, 5, 6, 7, 8, 9, [39] = 40};

static struct ip_packet
packet(bool ip6)
{
	struct ip_packet ip = ip_pfsync(ip6);
	struct ip_address from;

	assert_true(ip_address_parse(ip6 ? "fd09::1" : "10.9.0.1", &from));
	ip.payload = payload;
	ip.len = 4;
	ip.src = from.addr;
	ip.id = 0x1267;
	return ip;
}

static void
ip4_is_as_the_kernels_have_it(void **state)
{
	/* TOS 0x10, DF, TTL 255, protocol 240; the checksum was added up by hand. */
	const uint8_t expected[] = {0x45, 0x10, 0, 24, 0x12, 0x67, 0x40, 0, 255, 240, 0x7d, 0x84,
	    10, 9, 0, 1, 224, 0, 0, 240, 1, 2, 3, 4};
	struct buffer out = {0};
	struct ip_packet ip = packet(false);

	(void)state;
	ip_write(&out, &ip);
	assert_int_equal(out.len, sizeof(expected));
	assert_memory_equal(out.bytes, expected, sizeof(expected));
	buffer_free(&out);
}

static void
ip4_is_as_the_caller_wants_it(void **state)
{
	struct buffer out = {0};
	struct ip_packet ip = packet(false);

	(void)state;
	ip.ttl = 3;
	ip.tos = 7;
	ip.proto = 112;
	ip.may_fragment = true;
	ip.zero_checksum = true;
	ip.dst = ip_carp_group(false).addr;
	ip_write(&out, &ip);
	assert_memory_equal(out.bytes + 1, "\7\0\30\x12\x67\0\0\3\x70\0\0", 11);
	assert_memory_equal(out.bytes + 16, "\xe0\0\0\x12", 4);
	buffer_free(&out);
}

static void
ip6_has_its_group_and_options(void **state)
{
	const uint8_t start[] = {0x60, 0, 0, 0, 0, 4, 240, 255, 0xfd, 0x09};
	const uint8_t hop_by_hop[] = {240, 0, 1, 4, 0, 0, 0, 0, 1, 2, 3, 4};
	struct buffer out = {0};
	struct ip_packet ip = packet(true);

	(void)state;
	ip_write(&out, &ip);
	assert_int_equal(out.len, 44);
	assert_memory_equal(out.bytes, start, sizeof(start));
	assert_memory_equal(out.bytes + 24, "\xff\x12\0\0\0\0\0\0\0\0\0\0\0\0\0\xf0\1\2\3\4", 20);
	buffer_reset(&out);
	ip.hop_by_hop = true;
	ip.tos = 0xab;
	ip_write(&out, &ip);
	assert_memory_equal(out.bytes, "\x6a\xb0\0\0\0\x0c\0\xff", 8);
	assert_memory_equal(out.bytes + 40, hop_by_hop, sizeof(hop_by_hop));
	buffer_free(&out);
}

/* Put fragments together again; returns how many there were. */
static unsigned
reassemble(bool ip6, size_t mtu, uint8_t *whole)
{
	struct ip_packet ip = packet(ip6);
	size_t most = ip_fragment_bytes(ip6, mtu), header = ip6 ? 48 : 20;
	struct buffer out = {0};
	unsigned count = 0;

	ip.len = sizeof(payload);
	for (size_t at = 0; at < ip.len; at += most, count++) {
		size_t len = ip.len - at < most ? ip.len - at : most;
		unsigned field;
		buffer_reset(&out);
		ip_write_fragment(&out, &ip, at, len);
		assert_true(out.len <= mtu);
		assert_int_equal(out.len, header + len);
		field = ip6 ? (unsigned)(out.bytes[42] << 8 | out.bytes[43])
			    : (unsigned)(out.bytes[6] << 8 | out.bytes[7]);
		assert_int_equal(ip6 ? field & 1 : field >> 13, at + len < ip.len);
		assert_int_equal(ip6 ? field & ~7U : (field & 0x1fff) * 8, at);
		assert_int_equal(ip6 ? out.bytes[40] : out.bytes[9], 240);
		memcpy(whole + at, out.bytes + header, len);
	}
	buffer_free(&out);
	return count;
}

static void
fragments_make_up_the_whole(void **state)
{
	uint8_t whole[sizeof(payload)];

	(void)state;
	assert_int_equal(reassemble(false, 40, whole), 3); /* 16, 16, 8 */
	assert_memory_equal(whole, payload, sizeof(payload));
	assert_int_equal(reassemble(true, 64, whole), 3);
	assert_memory_equal(whole, payload, sizeof(payload));
	/* An MTU that is too small for anything still makes progress. */
	assert_int_equal(ip_fragment_bytes(false, 0), 8);
	assert_int_equal(ip_fragment_bytes(true, 55), 8);
	assert_int_equal(ip_fragment_bytes(false, 1500), 1480);
	assert_int_equal(ip_fragment_bytes(true, 1500), 1448);
}

static void
addresses_are_read_strictly(void **state)
{
	const char *const bad[] = {"", "10.0.0", "10.0.0.256", "fe80::1%em0", "fw1", "10.0.0.1 "};
	struct ip_address address;

	(void)state;
	assert_true(ip_address_parse("224.0.0.240", &address));
	assert_false(address.ip6);
	assert_true(ip_is_multicast(false, &address.addr));
	assert_true(ip_address_parse("fe80::1", &address));
	assert_true(address.ip6);
	assert_false(ip_is_multicast(true, &address.addr));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ip_address_parse(bad[i], &address));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ip4_is_as_the_kernels_have_it),
	    cmocka_unit_test(ip4_is_as_the_caller_wants_it),
	    cmocka_unit_test(ip6_has_its_group_and_options),
	    cmocka_unit_test(fragments_make_up_the_whole),
	    cmocka_unit_test(addresses_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
