/*
 * test_vantage.c - captures at both ends of a link: what is found out of loss,
 * delay, clocks, order and sizes.
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

#include "clock.h"
#include "craft.h"
#include "vantage.h"

#define MS INT64_C(1000000)
#define PACKETS 100

/* Two captures, then what comes out. */
struct link {
	struct craft files[2];
	char *paths[2];
	struct capture *capture;
	struct vantage *vantage;
	struct pfreplay *replay;
	uint64_t came_out;
	uint64_t missed[2]; /* packets that node 0, 1 missed */
	int64_t latest_ns;
	int64_t clocks_ns[VANTAGE_FILES_MAX];
};

static const struct craft_pcap nano = {.nano = true};

static int
setup(void **state)
{
	struct link *link = calloc(1, sizeof(*link));

	assert_non_null(link);
	for (int i = 0; i < 2; i++)
		craft_pcap_begin(&link->files[i], &nano, 65535, 1);
	*state = link;
	return 0;
}

static int
teardown(void **state)
{
	struct link *link = *state;

	vantage_free(link->vantage);
	pfreplay_free(link->replay);
	capture_close(link->capture);
	for (int i = 0; i < 2; i++) {
		craft_free(&link->files[i]);
		if (link->paths[i] != NULL)
			unlink(link->paths[i]);
		free(link->paths[i]);
	}
	free(link);
	return 0;
}

/* A packet of 10.0.0.`host`, `bytes` longer than a request, as seen at `end`. */
static void
seen(struct link *link, int end, uint8_t host, uint16_t id, int64_t time_ns, size_t bytes)
{
	const struct craft_ip4 ip = {.id = id, .src = {10, 0, 0, host}};
	struct craft frame = {0};

	time_ns += INT64_C(1700000000000000000);
	craft_ethernet(&frame, 0x0800);
	craft_ip4(&frame, &ip, CRAFT_PFSYNC_LEN + bytes);
	craft_pfsync(&frame, id);
	craft_fill(&frame, 0, bytes);
	craft_pcap_frame(&link->files[end], &nano, (uint32_t)(time_ns / (1000 * MS)),
	    (uint32_t)(time_ns % (1000 * MS)), &frame, frame.len);
	craft_free(&frame);
}

static void
take_all(struct link *link, bool all)
{
	struct vantage_event event;

	while (vantage_take(link->vantage, all, link->replay, &event)) {
		struct pfreplay_packet packet = {.af = PFSYNC_AF_INET};

		assert_int_equal(event.status, CAPTURE_PACKET);
		packet.src = event.packet->src;
		packet.time_ns = event.packet->time_ns;
		pfreplay_packet_begin(link->replay, &packet);
		pfreplay_packet_end(link->replay);
		link->came_out++;
		for (int node = 0; node < 2; node++)
			link->missed[node] += event.missed >> node & 1;
		link->latest_ns = event.packet->time_ns;
	}
}

static void
run(struct link *link, const struct vantage_place *places, size_t place_count)
{
	const struct capture_packet *packet;
	const struct capture_problem *problem;
	struct capture_options options = {.filter = NULL};
	enum capture_status status;
	char error[CAPTURE_ERROR_MAX];

	for (int i = 0; i < 2; i++)
		link->paths[i] = craft_file(link->files[i].bytes, link->files[i].len);
	if (clock_offsets((const char *const *)link->paths, 2, link->clocks_ns))
		options.clocks_ns = link->clocks_ns;
	link->capture = capture_open((const char *const *)link->paths, 2, &options, error);
	assert_non_null(link->capture);
	link->replay = pfreplay_new(NULL);
	link->vantage = vantage_new(link->capture, places, place_count, link->clocks_ns);
	assert_non_null(link->vantage);
	while ((status = capture_next(link->capture, &packet, &problem)) != CAPTURE_END) {
		vantage_put(link->vantage, status, packet, problem);
		take_all(link, false);
	}
	take_all(link, true);
	vantage_tell(link->vantage, link->replay);
}

/* Of the two directions that from node 0 or 1. */
static struct pfreplay_direction
from_node(const struct link *link, int sender)
{
	struct pfreplay_direction direction;

	for (size_t n = 0; pfreplay_direction_at(link->replay, n, &direction); n++)
		if (direction.sender == sender)
			return direction;
	fail_msg("no direction from node %d", sender);
	return direction;
}

/*
 * Host 11 is at end 0, 12 at end 1, whose clock is ahead by `offset_ns`; the way
 * takes 2 ms.  Each fifth packet of 11 is lost.
 */
static void
exchange(struct link *link, int64_t offset_ns)
{
	for (uint16_t i = 0; i < PACKETS; i++) {
		int64_t time_ns = i * 100 * MS;

		seen(link, 0, 11, i, time_ns, 0);
		if (i % 5 != 3)
			seen(link, 1, 11, i, time_ns + 2 * MS + offset_ns, 0);
		seen(link, 1, 12, i, time_ns + 10 * MS + offset_ns, 0);
		seen(link, 0, 12, i, time_ns + 12 * MS, 0);
	}
}

static void
check_exchange(struct link *link, int64_t offset_ns)
{
	struct pfreplay_direction direction;

	run(link, NULL, 0);
	assert_int_equal(link->came_out, 2 * PACKETS);
	direction = from_node(link, 0);
	assert_int_equal(direction.receiver, 1);
	assert_int_equal(direction.from_file, 0);
	assert_int_equal(direction.to_file, 1);
	assert_int_equal(direction.lost, PACKETS / 5);
	assert_int_equal(direction.delivered, PACKETS - PACKETS / 5);
	assert_int_equal(direction.appeared, 0);
	assert_int_equal(direction.reordered, 0);
	assert_true(direction.offset_known);
	assert_true(llabs(direction.offset_ns - offset_ns) < MS / 1000);
	assert_true(llabs(direction.delay_min_ns - 2 * MS) < MS / 1000);
	assert_true(llabs(direction.delay_max_ns - 2 * MS) < MS / 1000);
	assert_int_equal(direction.frame_count, PFREPLAY_DIRECTION_FRAMES);
	assert_int_equal(direction.cut_off_lost, 0);
	direction = from_node(link, 1);
	assert_int_equal(direction.from_file, 1);
	assert_int_equal(direction.delivered, PACKETS);
	assert_int_equal(direction.lost, 0);
	assert_int_equal(link->missed[0], 0);
	assert_int_equal(link->missed[1], PACKETS / 5);
}

static void
test_loss(void **state)
{
	exchange(*state, 0);
	check_exchange(*state, 0);
}

/* Clocks that differ by far more than the way takes, in either direction. */
static void
test_clock_ahead(void **state)
{
	exchange(*state, 3210 * MS);
	check_exchange(*state, 3210 * MS);
}

static void
test_clock_behind(void **state)
{
	exchange(*state, -1234 * MS);
	check_exchange(*state, -1234 * MS);
}

/* Nobody set them: hours apart. */
static void
test_clock_far_off(void **state)
{
	struct link *link = *state;

	exchange(link, -7200 * 1000 * MS);
	check_exchange(link, -7200 * 1000 * MS);
	/* Shown by the clock of the first. */
	assert_true(link->latest_ns < INT64_C(1700000000) * 1000 * MS + PACKETS * 100 * MS);
	assert_true(link->latest_ns > INT64_C(1700000000) * 1000 * MS);
}

/* Every third packet is held back behind its successor. */
static void
test_order(void **state)
{
	struct link *link = *state;
	struct pfreplay_direction direction;

	for (uint16_t i = 0; i < 90; i++)
		seen(link, 0, 11, i, i * MS, 0);
	for (uint16_t i = 0; i < 90; i += 3) {
		seen(link, 1, 11, (uint16_t)(i + 1), i * MS + 10 * MS, 0);
		seen(link, 1, 11, i, i * MS + 11 * MS, 0);
		seen(link, 1, 11, (uint16_t)(i + 2), i * MS + 12 * MS, 0);
	}
	for (uint16_t i = 0; i < 9; i++) {
		seen(link, 1, 12, i, 200 * MS + i * MS, 0);
		seen(link, 0, 12, i, 210 * MS + i * MS, 0);
	}
	run(link, NULL, 0);
	direction = from_node(link, 0);
	assert_int_equal(direction.delivered, 90);
	assert_int_equal(direction.lost, 0);
	assert_int_equal(direction.reordered, 30);
	assert_int_equal(from_node(link, 1).reordered, 0);
}

/* A path that swallows what is above 1000 bytes. */
static void
test_size_cut_off(void **state)
{
	struct link *link = *state;
	struct pfreplay_direction direction;

	for (uint16_t i = 0; i < PACKETS; i++) {
		size_t bytes = (size_t)i * 14;

		seen(link, 0, 11, i, i * MS, bytes);
		/* A small one is lost by chance. */
		if (CRAFT_PFSYNC_LEN + bytes <= 1000 && i != 5)
			seen(link, 1, 11, i, i * MS + MS / 2, bytes);
		seen(link, 1, 12, i, i * MS, 0);
		seen(link, 0, 12, i, i * MS + MS / 2, 0);
	}
	/* Until the last one must have come. */
	seen(link, 0, 12, PACKETS, PACKETS * 2 * MS, 0);
	seen(link, 1, 12, PACKETS, PACKETS * 2 * MS, 0);
	run(link, NULL, 0);
	direction = from_node(link, 0);
	assert_int_equal(direction.delivered, 70);
	assert_int_equal(direction.lost, 30);
	assert_int_equal(direction.largest_delivered_bytes, 20 + 70 * 14);
	assert_int_equal(direction.cut_off_bytes, 20 + 71 * 14);
	assert_int_equal(direction.cut_off_lost, 29);
	assert_int_equal(from_node(link, 1).cut_off_lost, 0);
}

/* Packets that only the receiver's end shows are nobody's loss. */
static void
test_appeared(void **state)
{
	struct link *link = *state;
	struct pfreplay_direction direction;

	for (uint16_t i = 0; i < 20; i++) {
		if (i != 10)
			seen(link, 0, 11, i, i * MS, 0);
		seen(link, 1, 11, i, i * MS + MS / 2, 0);
		seen(link, 1, 12, i, i * MS, 0);
		seen(link, 0, 12, i, i * MS + MS / 2, 0);
	}
	run(link, NULL, 0);
	direction = from_node(link, 0);
	assert_int_equal(direction.appeared, 1);
	assert_int_equal(direction.lost, 0);
	assert_int_equal(link->missed[0] + link->missed[1], 0);
}

/* Before the second capture began, and after it ended, nothing can be lost. */
static void
test_outside_of_the_overlap(void **state)
{
	struct link *link = *state;

	for (uint16_t i = 0; i < PACKETS; i++) {
		seen(link, 0, 11, i, i * 1000 * MS, 0);
		seen(link, 0, 12, i, i * 1000 * MS + MS, 0);
		if (i < 40 || i >= 60)
			continue;
		seen(link, 1, 11, i, i * 1000 * MS + MS / 2, 0);
		seen(link, 1, 12, i, i * 1000 * MS + MS / 2, 0);
	}
	run(link, NULL, 0);
	assert_int_equal(link->came_out, 2 * PACKETS);
	assert_int_equal(from_node(link, 0).delivered, 20);
	assert_int_equal(from_node(link, 0).lost, 0);
	assert_int_equal(from_node(link, 1).lost, 0);
}

/* Files of one place, one after the other: nothing to compare, nothing held. */
static void
test_rotated_files(void **state)
{
	struct link *link = *state;
	struct pfreplay_direction direction;

	for (uint16_t i = 0; i < PACKETS; i++) {
		seen(link, i >= 50, 11, i, i * 200 * MS, 0);
		seen(link, i >= 50, 12, i, i * 200 * MS + MS, 0);
	}
	run(link, NULL, 0);
	assert_int_equal(link->came_out, 2 * PACKETS);
	assert_int_equal(link->missed[0] + link->missed[1], 0);
	assert_false(pfreplay_direction_at(link->replay, 0, &direction));
}

/* Without an IP id the same bytes again are another packet, if both ends show it. */
static void
test_alike(void **state)
{
	struct link *link = *state;

	for (uint16_t i = 0; i < 20; i++) {
		for (int twice = 0; twice < 2; twice++)
			seen(link, 0, 11, 0, i * MS + twice * MS / 4, 0);
		for (int twice = 0; twice < 2; twice++)
			seen(link, 1, 11, 0, i * MS + MS / 2 + twice * MS / 4, 0);
		seen(link, 1, 12, i, i * MS, 0);
		seen(link, 0, 12, i, i * MS + MS / 2, 0);
	}
	run(link, NULL, 0);
	assert_int_equal(link->came_out, 60);
	assert_int_equal(from_node(link, 0).delivered, 40);
	assert_int_equal(from_node(link, 0).lost, 0);
}

/* A frame that one end, or each, shows twice is neither lost nor another packet. */
static void
test_twice(void **state)
{
	struct link *link = *state;

	for (uint16_t i = 0; i < PACKETS; i++) {
		for (int twice = 0; twice < 1 + (i % 7 == 3); twice++) {
			seen(link, 0, 11, (uint16_t)(i % 2 * (i + 1)),
			    i * 100 * MS + twice * MS / 4, i);
			seen(link, 1, 12, (uint16_t)(i + 1),
			    i * 100 * MS + 50 * MS + twice * MS / 4, i);
		}
		if (i % 5 != 3)
			seen(link, 1, 11, (uint16_t)(i % 2 * (i + 1)), i * 100 * MS + 2 * MS, i);
		seen(link, 0, 12, (uint16_t)(i + 1), i * 100 * MS + 52 * MS, i);
	}
	run(link, NULL, 0);
	assert_int_equal(link->came_out, 2 * PACKETS);
	assert_int_equal(from_node(link, 0).from_file, 0);
	assert_int_equal(from_node(link, 0).delivered, PACKETS - PACKETS / 5);
	assert_int_equal(from_node(link, 0).lost, PACKETS / 5);
	assert_int_equal(from_node(link, 1).delivered, PACKETS);
	assert_int_equal(from_node(link, 1).lost, 0);
	assert_int_equal(from_node(link, 1).appeared, 0);
}

/* A flood of one packet ends, and what comes behind it is matched again. */
static void
test_flood(void **state)
{
	struct link *link = *state;

	for (unsigned i = 0; i < 20000; i++)
		seen(link, 0, 11, 1, i * MS / 10, 0);
	for (uint16_t i = 0; i < 20; i++) {
		seen(link, 0, 11, (uint16_t)(100 + i), 60000 * MS + i * MS, 0);
		seen(link, 1, 11, (uint16_t)(100 + i), 60000 * MS + i * MS + MS / 2, 0);
		seen(link, 1, 12, i, 60000 * MS + i * MS, 0);
		seen(link, 0, 12, i, 60000 * MS + i * MS + MS / 2, 0);
	}
	run(link, NULL, 0);
	assert_int_equal(link->came_out, 20040);
	assert_int_equal(from_node(link, 0).delivered, 20);
}

/* The user knows better. */
static void
test_places_given(void **state)
{
	static const struct vantage_place places[] = {
	    {.af = PFSYNC_AF_INET, .addr = {.b = {10, 0, 0, 11}}, .file = 1},
	    {.af = PFSYNC_AF_INET, .addr = {.b = {10, 0, 0, 12}}, .file = 0},
	};
	struct link *link = *state;

	exchange(link, 0);
	run(link, places, 2);
	assert_int_equal(from_node(link, 0).from_file, 1);
	assert_int_equal(from_node(link, 0).appeared, PACKETS / 5);
	assert_int_equal(link->missed[1], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_loss, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_clock_ahead, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_clock_behind, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_clock_far_off, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_order, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_size_cut_off, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_appeared, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_outside_of_the_overlap, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_rotated_files, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_alike, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_twice, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_flood, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_places_given, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
