/*
 * test_savefile.c - what is no capture, what cannot be filtered, and whether
 * the user is told so in one printable line.
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
#include "savefile.h"

static char error[CAPTURE_ERROR_MAX];

static struct savefile *
open_bytes(const struct craft *file, const char *name, const char *filter)
{
	memset(error, 0, sizeof(error));
	return savefile_open(name, craft_open(file->bytes, file->len), filter, false, error);
}

static void
expect_one_line(const char *part)
{
	if (strstr(error, part) == NULL)
		fail_msg("\"%s\" is not in: %s", part, error);
	assert_true(strlen(error) < 500);
	for (const char *c = error; *c != '\0'; c++)
		assert_true(*c >= ' ' && *c < 0x7f);
}

static void
refuse(const struct craft *file, const char *filter, const char *part)
{
	assert_null(open_bytes(file, "some.pcap", filter));
	expect_one_line(part);
	expect_one_line("some.pcap: ");
}

static struct craft
empty_pcap(uint32_t linktype)
{
	struct craft file = {0};

	craft_pcap_begin(&file, &(struct craft_pcap){0}, 65535, linktype);
	return file;
}

static void
test_not_a_capture(void **state)
{
	struct craft file = {0};

	(void)state;
	refuse(&file, NULL, "empty");
	craft_bytes(&file, "all tcp 10.0.0.1:80 <- 10.0.0.2:4711  ESTABLISHED\n", 50);
	refuse(&file, NULL, "not a capture file that can be read (unknown file format)");
	expect_one_line("pcap or pcapng");
	craft_free(&file);
	/* A file header of which a part is missing. */
	file = empty_pcap(1);
	for (file.len = 1; file.len < 24; file.len++)
		refuse(&file, NULL, "not a capture file that can be read");
	craft_free(&file);
	file = empty_pcap(1);
	file.bytes[4] = 9; /* version */
	refuse(&file, NULL, "not a capture file that can be read");
	craft_free(&file);
	craft_gzip(&file, "no capture", 10);
	refuse(&file, NULL, "unknown file format");
	file.len = 12;
	refuse(&file, NULL, "the compressed data ends early");
	craft_free(&file);
}

static void
test_link_types(void **state)
{
	static const uint32_t known[] = {0, 1, 12, 18, 101, 108, 113, 121, 228, 229, 246, 276};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct craft file = empty_pcap(known[i]);
		struct savefile *savefile = open_bytes(&file, "some.pcap", NULL);
		struct capture_file info = {0};

		assert_non_null(savefile);
		savefile_describe(savefile, &info);
		assert_string_equal(info.name, "some.pcap");
		assert_true(*info.linktype_name != '\0');
		assert_int_equal(info.snaplen, 65535);
		assert_int_equal(info.tap, known[i] == 18 || known[i] == 121 || known[i] == 246);
		assert_int_equal(info.tap, strcmp(info.linktype_name, "PFSYNC") == 0);
		assert_int_not_equal(savefile_link(savefile), LINK_TYPE_UNKNOWN);
		savefile_close(savefile);
		craft_free(&file);
	}
	for (uint32_t linktype = 0; linktype < 400; linktype++) {
		struct craft file = empty_pcap(linktype);

		if (link_type_of((int)linktype) == LINK_TYPE_UNKNOWN) {
			struct savefile *savefile = open_bytes(&file, "some.pcap", NULL);

			/* libpcap turns some numbers into others. */
			if (savefile == NULL)
				expect_one_line("capture the sync link on");
			savefile_close(savefile);
		}
		craft_free(&file);
	}
}

static void
test_unknown_link_type(void **state)
{
	struct craft file = empty_pcap(105); /* 802.11 */

	(void)state;
	refuse(&file, NULL, "link type 105 (IEEE802_11)");
	craft_free(&file);
	file = empty_pcap(60000);
	refuse(&file, NULL, "link type 60000 (unknown to libpcap)");
	craft_free(&file);
}

static void
test_filter(void **state)
{
	static const uint32_t taps[] = {246, 121, 18};
	struct craft file = empty_pcap(1), frame = {0};
	struct pcap_pkthdr header = {0};
	struct savefile *savefile;

	(void)state;
	refuse(&file, "host and port or", "the filter is not usable");
	refuse(&file, "proto \"\x1b[31m", "the filter is not usable");
	craft_ethernet(&frame, 0x0800);
	craft_ip4(&frame, &(struct craft_ip4){0}, CRAFT_PFSYNC_LEN);
	craft_pfsync(&frame, 1);
	header.caplen = header.len = (bpf_u_int32)frame.len;
	savefile = open_bytes(&file, "some.pcap", "ip proto 240");
	assert_non_null(savefile);
	assert_true(savefile_matches(savefile, &header, frame.bytes));
	savefile_close(savefile);
	savefile = open_bytes(&file, "some.pcap", "arp");
	assert_non_null(savefile);
	assert_false(savefile_matches(savefile, &header, frame.bytes));
	savefile_close(savefile);
	savefile = open_bytes(&file, "some.pcap", "");
	assert_non_null(savefile);
	assert_true(savefile_matches(savefile, &header, frame.bytes));
	savefile_close(savefile);
	craft_free(&file);
	craft_free(&frame);
	for (size_t i = 0; i < 3; i++) {
		file = empty_pcap(taps[i]);
		refuse(&file, "host 10.0.0.1", "does not work on a capture of pfsync0");
		craft_free(&file);
	}
}

/* Names are other people's bytes, too. */
static void
test_hostile_name(void **state)
{
	char name[5000];
	struct craft file = {0};

	(void)state;
	memset(name, '\n', sizeof(name));
	memcpy(name, "\x1b[2Jevil", 8);
	name[sizeof(name) - 1] = '\0';
	assert_null(open_bytes(&file, name, NULL));
	expect_one_line("evil");
	assert_null(open_bytes(&file, "-", NULL));
	expect_one_line("standard input: ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_not_a_capture),
	    cmocka_unit_test(test_link_types),
	    cmocka_unit_test(test_unknown_link_type),
	    cmocka_unit_test(test_filter),
	    cmocka_unit_test(test_hostile_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
