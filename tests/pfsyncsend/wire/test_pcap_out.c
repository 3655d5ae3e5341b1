/*
 * test_pcap_out.c - capture files that stream.
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

#include <errno.h>
#include <unistd.h>

#include "pcap_out.h"

enum { FRAMES = 20000, FRAME_BYTES = 40 };

static char path[64];

static int
set_up(void **state)
{
	int fd;

	(void)state;
	strcpy(path, "/tmp/pfsync-pcap-out-XXXXXX");
	fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int
tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

static void
is_what_pcap_write_writes(void **state)
{
	const struct pcap_format format = {.linktype = 1, .pcapng = true, .nano = true};
	uint8_t frame[FRAME_BYTES] = {0};
	struct buffer expected = {0};
	struct pcap_out out;
	uint8_t *got;
	FILE *file;

	(void)state;
	pcap_begin(&expected, &format);
	assert_int_equal(pcap_out_open(&out, path, &format), 0);
	for (unsigned i = 0; i < FRAMES; i++) {
		memcpy(frame, &i, sizeof(i));
		pcap_frame(&expected, &format, i, frame, i % FRAME_BYTES);
		assert_true(pcap_out_frame(&out, i, frame, i % FRAME_BYTES));
	}
	assert_int_equal(out.frames, FRAMES);
	assert_int_equal(pcap_out_commit(&out), 0);
	got = malloc(expected.len + 1);
	file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fread(got, 1, expected.len + 1, file), expected.len);
	assert_memory_equal(got, expected.bytes, expected.len);
	fclose(file);
	free(got);
	buffer_free(&expected);
}

static void
errors_end_a_long_run(void **state)
{
	const struct pcap_format format = {.linktype = 1};
	uint8_t frame[FRAME_BYTES] = {0};
	struct pcap_out out;
	unsigned i = 0;

	(void)state;
	assert_int_equal(pcap_out_open(&out, "/nowhere/at/all", &format), ENOENT);
	if (access("/dev/full", W_OK) != 0)
		skip();
	assert_int_equal(pcap_out_open(&out, "/dev/full", &format), 0);
	while (i < 1000 * FRAMES && pcap_out_frame(&out, 0, frame, sizeof(frame)))
		i++;
	assert_true(i < 1000 * FRAMES);
	assert_int_equal(pcap_out_commit(&out), ENOSPC);
}

static void
giving_up_leaves_the_old_file(void **state)
{
	const struct pcap_format format = {.linktype = 1};
	struct pcap_out out;
	FILE *file;

	(void)state;
	assert_int_equal(pcap_out_open(&out, path, &format), 0);
	pcap_out_discard(&out);
	file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fgetc(file), EOF);
	fclose(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(is_what_pcap_write_writes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(errors_end_a_long_run, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(giving_up_leaves_the_old_file, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
