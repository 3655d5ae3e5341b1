/*
 * test_packet_emit.c - repetitions, fragments, and what pfsync0 shows.
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

#include "packet_emit.h"

enum { HEARD_MAX = 64 };

struct heard {
	size_t count;
	size_t stop_at;
	struct {
		int64_t time_ns;
		size_t len;
		uint16_t id;
		bool ip;
		uint8_t first;
	} packets[HEARD_MAX];
};

static bool
hear(void *context, const struct emitted *emitted)
{
	struct heard *heard = context;

	assert_true(heard->count < HEARD_MAX);
	heard->packets[heard->count].time_ns = emitted->time_ns;
	heard->packets[heard->count].len = emitted->len;
	heard->packets[heard->count].ip = emitted->ip;
	heard->packets[heard->count].first = emitted->bytes[0];
	heard->packets[heard->count].id = (uint16_t)(emitted->bytes[4] << 8 | emitted->bytes[5]);
	return ++heard->count != heard->stop_at;
}

static bool
emit(const char *text, enum emit_form form, struct heard *heard)
{
	struct doc *doc = doc_parse("d", text, strlen(text));
	struct scenario *s = scenario_read(doc);
	bool whole;

	if (doc_failed(doc))
		fail_msg("%s", doc_error_text(doc, 0));
	whole = packets_emit(s, form, hear, heard);
	scenario_free(s);
	doc_free(doc);
	return whole;
}

static void
repetitions_have_their_own_time_and_id(void **state)
{
	struct heard heard = {0};

	(void)state;
	assert_true(
	    emit("{\"start\": 100, \"nodes\": [{\"ip_id\": 65535}], \"packets\": ["
		 "{\"messages\": [{\"action\": \"BUS\"}], \"repeat\": 3, \"every\": \"2ns\"},"
		 "{\"messages\": [{\"action\": \"BUS\"}], \"id\": 7, \"after\": 1},"
		 "{\"messages\": [{\"action\": \"BUS\"}]}]}",
		EMIT_IP, &heard));
	assert_int_equal(heard.count, 5);
	assert_int_equal(heard.packets[0].time_ns, INT64_C(100000000000));
	assert_int_equal(heard.packets[2].time_ns, INT64_C(100000000004));
	assert_int_equal(heard.packets[3].time_ns, INT64_C(101000000004));
	assert_int_equal(heard.packets[4].time_ns, INT64_C(101100000004));
	assert_int_equal(heard.packets[0].id, 65535);
	assert_int_equal(heard.packets[1].id, 0);
	assert_int_equal(heard.packets[2].id, 1);
	assert_int_equal(heard.packets[3].id, 7);
	assert_int_equal(heard.packets[4].id, 2);
}

static void
fragments_share_an_id(void **state)
{
	struct heard heard = {0};

	(void)state;
	assert_true(emit("{\"packets\": [{\"mtu\": 128, \"messages\": [{\"action\": \"INS\"}]}]}",
	    EMIT_IP, &heard));
	assert_int_equal(heard.count, 3); /* 288 bytes in parts of 104 */
	assert_int_equal(heard.packets[0].len, 124);
	assert_int_equal(heard.packets[2].len, 20 + 288 - 2 * 104);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(heard.packets[i].id, 1);
}

static void
pfsync0_shows_its_own(void **state)
{
	struct heard heard = {0};

	(void)state;
	assert_true(
	    emit("{\"nodes\": [{}, {\"dialect\": \"freebsd-14\"}], \"view\": \"fw2\", "
		 "\"packets\": [{\"messages\": [{\"action\": \"BUS\"}]}, {\"from\": \"fw2\", "
		 "\"messages\": [{\"action\": \"BUS\"}]}, {\"from\": \"fw2\", \"payload\": "
		 "\"00\"}]}",
		EMIT_TAP, &heard));
	assert_int_equal(heard.count, 1);
	assert_false(heard.packets[0].ip);
	assert_int_equal(heard.packets[0].first, 5);
	heard = (struct heard){0};
	assert_true(
	    emit("{\"packets\": [{\"messages\": [{\"action\": \"BUS\"}]}]}", EMIT_TAP, &heard));
	assert_true(heard.packets[0].ip);
	assert_int_equal(heard.packets[0].first, 0x45);
}

static void
whoever_takes_them_can_end_it(void **state)
{
	struct heard heard = {.stop_at = 4};

	(void)state;
	assert_false(emit("{\"packets\": [{\"mtu\": 128, \"repeat\": 1000, \"messages\": "
			  "[{\"action\": \"INS\"}]}]}",
	    EMIT_IP, &heard));
	assert_int_equal(heard.count, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(repetitions_have_their_own_time_and_id),
	    cmocka_unit_test(fragments_share_an_id),
	    cmocka_unit_test(pfsync0_shows_its_own),
	    cmocka_unit_test(whoever_takes_them_can_end_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
