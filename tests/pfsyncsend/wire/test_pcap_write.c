/*
 * test_pcap_write.c - capture files, byte by byte.
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

#include "pcap_write.h"

static const uint8_t bytes[] = {1, 2, 3, 4, 5};
/* 1970-01-01T00:00:02.000003004Z */
static const int64_t time_ns = INT64_C(2000003004);

static void
check(const struct pcap_format *format, const char *expected, size_t len)
{
	struct buffer out = {0};

	pcap_begin(&out, format);
	pcap_frame(&out, format, time_ns, bytes, sizeof(bytes));
	assert_int_equal(out.len, len);
	assert_memory_equal(out.bytes, expected, len);
	buffer_free(&out);
}

static void
classic_files(void **state)
{
	(void)state;
	check(&(struct pcap_format){.linktype = 246},
	    "\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\xff\xff\0\0\xf6\0\0\0"
	    "\2\0\0\0\3\0\0\0\5\0\0\0\5\0\0\0\1\2\3\4\5",
	    24 + 16 + 5);
	check(&(struct pcap_format){.linktype = 1, .nano = true, .big = true, .snaplen = 2},
	    "\xa1\xb2\x3c\x4d\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\2\0\0\0\1"
	    "\0\0\0\2\0\0\x0b\xbc\0\0\0\2\0\0\0\5\1\2",
	    24 + 16 + 2);
}

static void
pcapng_files(void **state)
{
	(void)state;
	check(&(struct pcap_format){.linktype = 1, .pcapng = true, .big = true},
	    "\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d\0\1\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0"
	    "\0\x1c"
	    "\0\0\0\1\0\0\0\x20\0\1\0\0\0\0\xff\xff\0\x09\0\1\6\0\0\0\0\0\0\0\0\0\0\x20"
	    "\0\0\0\6\0\0\0\x28\0\0\0\0\0\0\0\0\0\x1e\x84\x83\0\0\0\5\0\0\0\5\1\2\3\4\5\0\0\0\0\0\0"
	    "\x28",
	    28 + 32 + 40);
}

static void
parts_of_frames(void **state)
{
	const struct pcap_format format = {.linktype = 1, .snaplen = 4};
	struct buffer out = {0};

	(void)state;
	pcap_frame_part(&out, &format, time_ns, bytes, 3, sizeof(bytes));
	assert_int_equal(out.len, 16 + 3);
	assert_memory_equal(out.bytes + 8, "\3\0\0\0\5\0\0\0", 8);
	buffer_reset(&out);
	/* More than there is, and more than the file keeps. */
	pcap_frame_part(&out, &format, time_ns, bytes, 1000, sizeof(bytes));
	assert_int_equal(out.len, 16 + 4);
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(classic_files),
	    cmocka_unit_test(pcapng_files),
	    cmocka_unit_test(parts_of_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
