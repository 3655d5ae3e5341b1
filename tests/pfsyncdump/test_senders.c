/*
 * test_senders.c - what each source sent, counted.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "senders.h"

static struct capture_packet
packet(unsigned src, unsigned dst)
{
	struct capture_packet made;

	memset(&made, 0, sizeof(made));
	made.af = PFSYNC_AF_INET;
	made.src.b[0] = 10;
	made.src.b[2] = (uint8_t)(src >> 8);
	made.src.b[3] = (uint8_t)src;
	made.dst.b[0] = 224;
	made.dst.b[3] = (uint8_t)dst;
	return made;
}

static void
test_by_address(void **state)
{
	struct senders *senders = senders_new(NULL, 0);
	struct capture_packet first = packet(11, 240), second = packet(12, 240);
	struct sender *a, *b;
	char name[64];

	(void)state;
	assert_non_null(senders);
	a = senders_packet(senders, &first);
	b = senders_packet(senders, &second);
	assert_ptr_not_equal(a, b);
	assert_ptr_equal(senders_packet(senders, &first), a);
	assert_int_equal(senders_count(senders), 2);
	assert_int_equal(a->frames[PFSYNC_AF_INET], 2);
	assert_int_equal(b->frames[PFSYNC_AF_INET], 1);
	assert_ptr_equal(senders_at(senders, 0), a);
	assert_null(senders_at(senders, 2));
	assert_ptr_equal(senders_find(senders, PFSYNC_AF_INET, &second.src), b);
	assert_null(senders_find(senders, PFSYNC_AF_INET6, &second.src));
	sender_name(name, sizeof(name), a);
	assert_string_equal(name, "10.0.0.11");
	senders_free(senders);
}

static void
test_given_names(void **state)
{
	const struct pfreplay_name names[] = {
	    {"fw1", PFSYNC_AF_INET6, {{0xfd}}}, {"fw1", PFSYNC_AF_INET, {{10, 0, 0, 11}}}};
	struct senders *senders = senders_new(names, 2);
	struct capture_packet named = packet(11, 240), other = packet(12, 240);
	char name[64];

	(void)state;
	sender_name(name, sizeof(name), senders_packet(senders, &named));
	assert_string_equal(name, "fw1 (10.0.0.11)");
	sender_name(name, sizeof(name), senders_packet(senders, &other));
	assert_string_equal(name, "10.0.0.12");
	senders_free(senders);
}

static void
test_destinations(void **state)
{
	struct senders *senders = senders_new(NULL, 0);
	struct capture_packet group = packet(11, 240), other = packet(11, 9);
	struct sender *sender = senders_packet(senders, &group);

	(void)state;
	senders_packet(senders, &group);
	assert_int_equal(sender->dst.b[3], 240);
	assert_false(sender->more_dsts);
	senders_packet(senders, &other);
	assert_int_equal(sender->dst.b[3], 240);
	assert_true(sender->more_dsts);
	senders_free(senders);
}

/* pfsync0 names no source: one sender an input, also with 0.0.0.0 (OB 3.3). */
static void
test_taps(void **state)
{
	struct senders *senders = senders_new(NULL, 0);
	struct capture_packet bare, with_ip;
	struct sender *sender;
	char name[64];

	(void)state;
	memset(&bare, 0, sizeof(bare));
	bare.tap = true;
	bare.file = 1;
	with_ip = packet(0, 240);
	with_ip.tap = true;
	with_ip.file = 1;
	sender = senders_packet(senders, &bare);
	assert_ptr_equal(senders_packet(senders, &with_ip), sender);
	bare.file = 2;
	assert_ptr_not_equal(senders_packet(senders, &bare), sender);
	sender_name(name, sizeof(name), sender);
	assert_string_equal(name, "pfsync0 of input 2");
	assert_int_equal(sender->dst.b[3], 240);
	senders_free(senders);
}

static void
test_more_than_the_table_holds(void **state)
{
	struct senders *senders = senders_new(NULL, 0);
	uint64_t frames = 0;
	char name[64];

	(void)state;
	for (unsigned i = 0; i < SENDERS_MAX + 100; i++) {
		struct capture_packet sent = packet(i, 240);

		assert_non_null(senders_packet(senders, &sent));
	}
	assert_int_equal(senders_count(senders), SENDERS_MAX);
	for (size_t i = 0; i < senders_count(senders); i++)
		frames += senders_at(senders, i)->frames[PFSYNC_AF_INET];
	assert_int_equal(frames, SENDERS_MAX + 100);
	sender_name(name, sizeof(name), senders_at(senders, SENDERS_MAX - 1));
	assert_string_equal(name, "(others)");
	senders_free(senders);
}

static void
test_counters(void **state)
{
	struct sender sender;

	(void)state;
	memset(&sender, 0, sizeof(sender));
	sender_count(&sender, "badver");
	sender_count(&sender, "badver");
	sender_count(&sender, "truncated");
	assert_int_equal(sender.counters[SENDER_BADVER], 2);
	assert_true(sender_counts("badttl"));
	assert_false(sender_counts("truncated"));
	senders_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_by_address),
	    cmocka_unit_test(test_given_names),
	    cmocka_unit_test(test_destinations),
	    cmocka_unit_test(test_taps),
	    cmocka_unit_test(test_more_than_the_table_holds),
	    cmocka_unit_test(test_counters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
