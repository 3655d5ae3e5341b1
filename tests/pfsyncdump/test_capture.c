/*
 * test_capture.c - several files merged by time.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture.h"
#include "craft.h"

enum { FILES_MAX = 40 };

static const struct craft_pcap plain = {0};
static char error[CAPTURE_ERROR_MAX];
static char *paths[FILES_MAX];
static size_t path_count;
static const struct capture_packet *packet;
static const struct capture_problem *problem;

static int
setup(void **state)
{
	(void)state;
	path_count = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < path_count; i++) {
		remove(paths[i]);
		free(paths[i]);
	}
	return 0;
}

static void
append(struct craft *file, uint32_t seconds, uint32_t id)
{
	struct craft frame = {0};

	craft_ip4(&frame, &(struct craft_ip4){0}, CRAFT_PFSYNC_LEN);
	craft_pfsync(&frame, id);
	craft_pcap_frame(file, &plain, seconds, 0, &frame, frame.len);
	craft_free(&frame);
}

/* A file on disk with packets at these seconds; `cut` bytes are missing at its end. */
static void
add_file(const uint32_t *seconds, size_t count, size_t cut)
{
	struct craft file = {0};

	craft_pcap_begin(&file, &plain, 65535, 101);
	for (size_t i = 0; i < count; i++)
		append(&file, seconds[i], (uint32_t)i);
	assert_true(path_count < FILES_MAX);
	paths[path_count++] = craft_file(file.bytes, file.len - cut);
	craft_free(&file);
}

static struct capture *
open_all(void)
{
	const char *names[FILES_MAX];
	struct capture *capture;

	for (size_t i = 0; i < path_count; i++)
		names[i] = paths[i];
	capture = capture_open(names, path_count, NULL, error);
	if (capture == NULL)
		fail_msg("%s", error);
	assert_int_equal(capture_file_count(capture), path_count);
	assert_string_equal(capture_error(capture), "");
	return capture;
}

static void
expect(struct capture *capture, unsigned file, uint64_t frame, int64_t seconds)
{
	assert_int_equal(capture_next(capture, &packet, &problem), CAPTURE_PACKET);
	assert_int_equal(packet->file, file);
	assert_int_equal(packet->frame, frame);
	assert_int_equal(packet->time_ns, seconds * 1000000000);
	/* The id in the packet is its place in the file. */
	assert_int_equal(packet->caplen, CRAFT_PFSYNC_LEN);
	assert_int_equal(packet->bytes[11], frame - 1);
}

static void
expect_end(struct capture *capture)
{
	assert_int_equal(capture_next(capture, &packet, &problem), CAPTURE_END);
	assert_int_equal(capture_next(capture, &packet, &problem), CAPTURE_END);
	capture_close(capture);
}

static void
test_merge_by_time(void **state)
{
	static const uint32_t a[] = {10, 40, 50}, b[] = {20, 30, 60}, c[] = {5, 55};
	struct capture *capture;

	(void)state;
	add_file(a, 3, 0);
	add_file(b, 3, 0);
	add_file(NULL, 0, 0);
	add_file(c, 2, 0);
	capture = open_all();
	expect(capture, 3, 1, 5);
	expect(capture, 0, 1, 10);
	expect(capture, 1, 1, 20);
	expect(capture, 1, 2, 30);
	expect(capture, 0, 2, 40);
	expect(capture, 0, 3, 50);
	expect(capture, 3, 2, 55);
	expect(capture, 1, 3, 60);
	assert_int_equal(capture_file(capture, 0)->pfsync_packets, 3);
	assert_int_equal(capture_file(capture, 2)->packets, 0);
	assert_false(capture_file(capture, 2)->has_time);
	assert_string_equal(capture_file(capture, 1)->name, paths[1]);
	assert_true(capture_file(capture, 1)->size_bytes > 0);
	assert_int_equal(
	    capture_file(capture, 1)->size_bytes, capture_file(capture, 1)->consumed_bytes);
	assert_null(capture_file(capture, 4));
	expect_end(capture);
}

/* Equal times: in the order of the files, and each file in its own order. */
static void
test_ties(void **state)
{
	static const uint32_t same[] = {7, 7, 7};
	struct capture *capture;

	(void)state;
	for (unsigned i = 0; i < 10; i++)
		add_file(same, 3, 0);
	capture = open_all();
	for (unsigned file = 0; file < 10; file++)
		for (uint64_t frame = 1; frame <= 3; frame++)
			expect(capture, file, frame, 7);
	expect_end(capture);
}

/* A clock that steps back or forth never reorders its own file. */
static void
test_clock_steps(void **state)
{
	static const uint32_t steps[] = {100, 20, 300, 21, 22}, steady[] = {50, 150, 250, 350};
	struct capture *capture;

	(void)state;
	add_file(steps, 5, 0);
	add_file(steady, 4, 0);
	capture = open_all();
	expect(capture, 1, 1, 50);
	expect(capture, 0, 1, 100);
	expect(capture, 0, 2, 20);
	expect(capture, 1, 2, 150);
	expect(capture, 1, 3, 250);
	expect(capture, 0, 3, 300);
	expect(capture, 0, 4, 21);
	expect(capture, 0, 5, 22);
	expect(capture, 1, 4, 350);
	expect_end(capture);
}

/* Many files with random times: all packets, each file in order, sorted. */
static void
test_many_files(void **state)
{
	uint32_t seconds[100], random = 4711;
	uint64_t seen[FILES_MAX] = {0};
	struct capture *capture;
	int64_t last = 0;
	size_t total = 0;

	(void)state;
	for (unsigned i = 0; i < FILES_MAX; i++) {
		uint32_t now = 1;

		for (unsigned k = 0; k < 100; k++) {
			random = random * 1103515245 + 12345;
			now += (random >> 16) % 50;
			seconds[k] = now;
		}
		add_file(seconds, i * 100 / (FILES_MAX - 1), 0);
		total += i * 100 / (FILES_MAX - 1);
	}
	capture = open_all();
	while (capture_next(capture, &packet, &problem) == CAPTURE_PACKET) {
		assert_int_equal(packet->frame, ++seen[packet->file]);
		assert_true(packet->time_ns >= last);
		last = packet->time_ns;
		total--;
	}
	assert_int_equal(total, 0);
	expect_end(capture);
}

/* One damaged file does not keep the others from being read. */
static void
test_one_is_cut_short(void **state)
{
	static const uint32_t a[] = {10, 20, 30}, b[] = {15, 25, 35};
	struct capture *capture;

	(void)state;
	add_file(a, 3, 5);
	add_file(b, 3, 0);
	capture = open_all();
	expect(capture, 0, 1, 10);
	expect(capture, 1, 1, 15);
	expect(capture, 0, 2, 20);
	assert_int_equal(capture_next(capture, &packet, &problem), CAPTURE_ERROR);
	assert_non_null(strstr(capture_error(capture), paths[0]));
	assert_non_null(strstr(capture_error(capture), "after frame 2: truncated dump file"));
	expect(capture, 1, 2, 25);
	expect(capture, 1, 3, 35);
	assert_true(capture_file(capture, 0)->failed);
	assert_false(capture_file(capture, 1)->failed);
	expect_end(capture);
}

/* Two halves of a datagram in two captures are not one datagram. */
static void
test_fragments_stay_in_their_file(void **state)
{
	struct craft payload = {0};
	struct capture *capture;

	(void)state;
	craft_pfsync(&payload, 0);
	for (unsigned i = 0; i < 2; i++) {
		size_t at = i == 0 ? 0 : 8, len = i == 0 ? 8 : 12;
		struct craft file = {0}, frame = {0};

		craft_ip4(&frame, &(struct craft_ip4){.fragment = i == 0 ? 0x2000 : 1}, len);
		craft_bytes(&frame, payload.bytes + at, len);
		craft_pcap_begin(&file, &plain, 65535, 101);
		craft_pcap_frame(&file, &plain, i, 0, &frame, frame.len);
		paths[path_count++] = craft_file(file.bytes, file.len);
		craft_free(&file);
		craft_free(&frame);
	}
	capture = open_all();
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(capture_next(capture, &packet, &problem), CAPTURE_PROBLEM);
		assert_int_equal(problem->file, i);
		assert_string_equal(problem->counter, "fragment");
	}
	expect_end(capture);
	craft_free(&payload);
}

static void
expect_refused(const char *const *names, size_t count, const char *filter, const char *part)
{
	const struct capture_options options = {.filter = filter};

	assert_null(capture_open(names, count, &options, error));
	if (strstr(error, part) == NULL)
		fail_msg("\"%s\" is not in: %s", part, error);
}

static void
test_refused(void **state)
{
	static const uint32_t a[] = {10};
	const char *names[3];

	(void)state;
	expect_refused(NULL, 0, NULL, "no input file");
	add_file(a, 1, 0);
	names[0] = paths[0];
	names[1] = "/nonexistent/file.pcap";
	expect_refused(names, 2, NULL, "/nonexistent/file.pcap: cannot open: ");
	names[1] = paths[0];
	expect_refused(names, 2, "no such filter", "the filter is not usable");
	names[1] = "/";
	expect_refused(names, 2, NULL, "/: cannot read: ");
}

/* Standard input, from a file of which "-" does not know the name. */
static void
test_standard_input(void **state)
{
	static const uint32_t a[] = {10, 20}, b[] = {15};
	const char *names[3] = {"-", NULL, "-"};
	int saved = dup(STDIN_FILENO);
	struct capture *capture;

	(void)state;
	add_file(a, 2, 0);
	add_file(b, 1, 0);
	names[1] = paths[1];
	assert_non_null(freopen(paths[0], "r", stdin));
	expect_refused(names, 3, NULL, "standard input was named twice");
	assert_non_null(freopen(paths[0], "r", stdin));
	capture = capture_open(names, 2, NULL, error);
	assert_non_null(capture);
	expect(capture, 0, 1, 10);
	expect(capture, 1, 1, 15);
	expect(capture, 0, 2, 20);
	assert_string_equal(capture_file(capture, 0)->name, "-");
	expect_end(capture);
	assert_int_not_equal(dup2(saved, STDIN_FILENO), -1);
	close(saved);
}

static void
test_stream(void **state)
{
	struct craft file = {0};
	struct capture *capture;

	(void)state;
	craft_pcap_begin(&file, &plain, 65535, 101);
	append(&file, 1, 0);
	capture = capture_open_stream(craft_open(file.bytes, file.len), "memory", NULL, error);
	assert_non_null(capture);
	expect(capture, 0, 1, 1);
	assert_string_equal(capture_file(capture, 0)->name, "memory");
	expect_end(capture);
	assert_null(capture_open_stream(craft_open(file.bytes, 10), "memory", NULL, error));
	assert_non_null(strstr(error, "memory: not a capture file"));
	craft_free(&file);
	capture_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_merge_by_time, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_ties, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_clock_steps, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_many_files, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_one_is_cut_short, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_fragments_stay_in_their_file, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_standard_input, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_stream, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
