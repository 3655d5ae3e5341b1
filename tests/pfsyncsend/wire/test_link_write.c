/*
 * test_link_write.c - link layers, byte by byte.
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

#include "link_write.h"

static struct link_frame
frame(enum link_kind kind)
{
	struct link_frame frame = {
	    .kind = kind, .vlan = 9, .outer_vlan = 100, .af_inet6 = 28, .padded = false};
	const struct ip_address group = ip_pfsync_group(false);

	assert_true(link_mac_parse("02:00:0a:09:00:01", &frame.src));
	frame.dst = link_group_mac(false, &group.addr);
	return frame;
}

static void
each_kind_has_its_header(void **state)
{
	static const struct {
		enum link_kind kind;
		bool ip6;
		uint32_t type;
		size_t len;
		const char *bytes;
	} rows[] = {
	    {LINK_ETHERNET, false, 1, 14, "\1\0\x5e\0\0\xf0\2\0\x0a\x09\0\1\x08\0"},
	    {LINK_VLAN, true, 1, 18, "\1\0\x5e\0\0\xf0\2\0\x0a\x09\0\1\x81\0\0\x09\x86\xdd"},
	    {LINK_QINQ, false, 1, 22,
		"\1\0\x5e\0\0\xf0\2\0\x0a\x09\0\1\x88\xa8\0\x64\x81\0\0\x09\x08\0"},
	    {LINK_SLL, false, 113, 16, "\0\2\0\1\0\6\2\0\x0a\x09\0\1\0\0\x08\0"},
	    {LINK_SLL2, false, 276, 20, "\x08\0\0\0\0\0\0\3\0\1\2\6\2\0\x0a\x09\0\1\0\0"},
	    {LINK_RAW, false, 101, 0, ""},
	    {LINK_NULL_LITTLE, false, 0, 4, "\2\0\0\0"},
	    {LINK_NULL_LITTLE, true, 0, 4, "\x1c\0\0\0"},
	    {LINK_NULL_BIG, true, 0, 4, "\0\0\0\x1c"},
	    {LINK_LOOP, false, 108, 4, "\0\0\0\2"},
	    {LINK_TAP, false, 246, 0, ""},
	    {LINK_TAP_FREEBSD, false, 121, 0, ""},
	    {LINK_TAP_OPENBSD, false, 18, 0, ""},
	};
	struct buffer out = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct link_frame link = frame(rows[i].kind);
		link.ip6 = rows[i].ip6;
		buffer_reset(&out);
		link_write(&out, &link, (const uint8_t *)"xyz", 3);
		assert_int_equal(link_type(rows[i].kind), rows[i].type);
		assert_int_equal(out.len, rows[i].len + 3);
		assert_memory_equal(out.bytes, rows[i].bytes, rows[i].len);
		assert_memory_equal(out.bytes + rows[i].len, "xyz", 3);
		assert_int_equal(link_is_tap(rows[i].kind), rows[i].kind >= LINK_TAP);
	}
	buffer_free(&out);
}

static void
cooked_tells_whom_it_is_for(void **state)
{
	struct link_frame link = frame(LINK_SLL);
	struct buffer out = {0};

	(void)state;
	memset(link.dst.b, 0xff, sizeof(link.dst.b));
	link_write(&out, &link, (const uint8_t *)"", 0);
	assert_int_equal(out.bytes[1], 1);
	link.dst = link.src;
	buffer_reset(&out);
	link_write(&out, &link, (const uint8_t *)"", 0);
	assert_int_equal(out.bytes[1], 3);
	buffer_free(&out);
}

static void
padding_reaches_the_minimum(void **state)
{
	struct link_frame link = frame(LINK_ETHERNET);
	uint8_t large[100] = {0};
	struct buffer out = {0};

	(void)state;
	link.padded = true;
	link_write(&out, &link, (const uint8_t *)"xyz", 3);
	assert_int_equal(out.len, 60);
	assert_int_equal(out.bytes[59], 0);
	buffer_reset(&out);
	link_write(&out, &link, large, sizeof(large));
	assert_int_equal(out.len, 114);
	buffer_free(&out);
}

static void
mac_addresses(void **state)
{
	const char *const bad[] = {"", "02:00:0a:09:00", "02:00:0a:09:00:01:", "02:00:0a:09:00:1",
	    "02-00-0a-09-00-01", "02:00:0a:09:00:0g"};
	const struct ip_address group6 = ip_pfsync_group(true);
	struct link_mac mac;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(link_mac_parse(bad[i], &mac));
	assert_true(link_mac_parse("AB:cd:EF:01:23:45", &mac));
	assert_memory_equal(mac.b, "\xab\xcd\xef\x01\x23\x45", 6);
	mac = link_group_mac(true, &group6.addr);
	assert_memory_equal(mac.b, "\x33\x33\0\0\0\xf0", 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_kind_has_its_header),
	    cmocka_unit_test(cooked_tells_whom_it_is_for),
	    cmocka_unit_test(padding_reaches_the_minimum),
	    cmocka_unit_test(mac_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
