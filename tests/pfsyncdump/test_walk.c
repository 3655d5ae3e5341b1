/*
 * test_walk.c - the program reads a frame as the library does, however it is cut.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "walk.h"

#define CREATOR 0xaaaa0001U

static struct pfsync_message
message(enum pfsync_action action, uint64_t id)
{
	struct pfsync_message made;

	memset(&made, 0, sizeof(made));
	made.action = action;
	made.id = id;
	made.creatorid = CREATOR;
	pfsync_has_set(&made, PFSYNC_F_ID);
	pfsync_has_set(&made, PFSYNC_F_CREATORID);
	return made;
}

/* A frame that ends with UPD_C, and with EOF where the dialect has it. */
static size_t
make(const char *dialect, uint8_t *bytes, size_t size)
{
	struct pfsync_builder builder;
	const struct pfsync_message messages[] = {
	    message(PFSYNC_ACT_DEL_C, 1),
	    message(PFSYNC_ACT_UPD_C, 1),
	    message(PFSYNC_ACT_UPD_C, 2),
	};

	pfsync_build_begin(&builder, pfsync_dialect_by_name(dialect), NULL, bytes, size);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(pfsync_build_add(&builder, &messages[i]), PFSYNC_OK);
	return (size_t)pfsync_build_end(&builder);
}

static void
packet(struct capture_packet *made, const uint8_t *bytes, size_t caplen, size_t wirelen)
{
	memset(made, 0, sizeof(*made));
	made->frame = 1;
	made->af = PFSYNC_AF_INET;
	made->src.b[0] = 10;
	made->dst.b[0] = 224;
	made->dst.b[3] = 240;
	made->bytes = bytes;
	made->caplen = caplen;
	made->wirelen = wirelen;
}

/* As pfsyncdump does it, with every message shown or only counted. */
static void
by_program(struct pfreplay *replay, const struct capture_packet *fed, bool shown,
    uint64_t messages[PFSYNC_ACT_COUNT], struct report_summary *summary)
{
	static const char *const owners[1];
	struct report report;
	struct senders *senders = senders_new(NULL, 0);
	struct walk walk = {.report = &report,
	    .senders = senders,
	    .replay = replay,
	    .tap_names = owners,
	    .summary = summary};

	memset(&report, 0, sizeof(report));
	memset(summary, 0, sizeof(*summary));
	report.messages = shown;
	assert_true(walk_packet(&walk, fed, 0));
	memcpy(messages, senders_at(senders, 0)->messages, PFSYNC_ACT_COUNT * sizeof(messages[0]));
	senders_free(senders);
}

static void
by_library(struct pfreplay *replay, const struct capture_packet *fed)
{
	struct pfreplay_packet given = {
	    .frame = fed->frame, .af = fed->af, .src = fed->src, .dst = fed->dst};

	(void)pfreplay_packet_bytes(replay, &given, fed->bytes, fed->caplen, fed->wirelen);
}

static void
assert_replays_alike(struct pfreplay *a, struct pfreplay *b)
{
	struct pfreplay_node x, y;
	struct pfreplay_totals s, t;

	pfreplay_totals(a, &s);
	pfreplay_totals(b, &t);
	assert_int_equal(s.messages, t.messages);
	assert_int_equal(s.unreplayed, t.unreplayed);
	assert_int_equal(s.entries, t.entries);
	assert_true(pfreplay_node_at(a, 0, &x));
	assert_true(pfreplay_node_at(b, 0, &y));
	assert_memory_equal(x.messages, y.messages, sizeof(x.messages));
	assert_memory_equal(x.anomalies, y.anomalies, sizeof(x.anomalies));
	assert_memory_equal(x.predicted, y.predicted, sizeof(x.predicted));
}

static void
cut(const uint8_t *bytes, size_t caplen, size_t wirelen)
{
	/* Hundreds of replays are made: small ones. */
	static const struct pfreplay_options small = {.max_states = 100};
	struct pfreplay *whole = pfreplay_new(&small);
	struct pfreplay *counted = pfreplay_new(&small), *shown = pfreplay_new(&small);
	uint64_t counts[PFSYNC_ACT_COUNT], seen[PFSYNC_ACT_COUNT];
	struct report_summary a, b;
	struct capture_packet fed;
	struct pfreplay_node node;

	packet(&fed, bytes, caplen, wirelen);
	by_library(whole, &fed);
	by_program(counted, &fed, false, counts, &a);
	by_program(shown, &fed, true, seen, &b);
	assert_replays_alike(whole, counted);
	assert_replays_alike(whole, shown);
	/* What the program counts for a sender is what the replay counts for it. */
	assert_memory_equal(counts, seen, sizeof(counts));
	assert_int_equal(a.messages, b.messages);
	assert_true(pfreplay_node_at(whole, 0, &node));
	for (size_t i = 0; i < PFSYNC_ACT_COUNT; i++)
		assert_int_equal(counts[i], node.messages[i]);
	pfreplay_free(whole);
	pfreplay_free(counted);
	pfreplay_free(shown);
}

static void
test_every_truncation(void **state)
{
	static const char *const dialects[] = {
	    "openbsd-5a", "openbsd-5b", "freebsd-10", "openbsd-6k"};

	(void)state;
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
		uint8_t bytes[1000];
		size_t size = make(dialects[i], bytes, sizeof(bytes));

		for (size_t caplen = 1; caplen <= size; caplen++) {
			cut(bytes, caplen, size);
			cut(bytes, caplen, caplen);
		}
	}
}

/* CLR of raw v1 has no record. */
static void
test_bare_clear(void **state)
{
	static const uint8_t bytes[] = {1, 0, 0, 0};

	(void)state;
	for (size_t caplen = 1; caplen <= sizeof(bytes); caplen++)
		cut(bytes, caplen, sizeof(bytes));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_truncation),
	    cmocka_unit_test(test_bare_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
