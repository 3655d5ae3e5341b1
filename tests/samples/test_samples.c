/*
 * test_samples.c - every sample says what was put in, and its dialect is found.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "expect.h"
#include "junk.h"
#include "story.h"
#include "walk.h"

/* Going through a story while its capture is read. */
struct reader {
	const struct story *story;
	const struct walk_calls *also;
	size_t frame;   /* the next one that should come */
	size_t message; /* the next one of it */
	unsigned lost;  /* 1-based frame that is missing, 0 = none */
	bool snapped;
	unsigned troubles;
};

static const char *
path_of(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", SAMPLES_FOLDER, name);
	return path;
}

static const struct story_frame *
current(const struct reader *r)
{
	return &r->story->frames[r->frame - 1];
}

static void
end_frame(const struct reader *r)
{
	if (r->frame > 0 && !r->snapped)
		assert_int_equal(r->message, current(r)->count);
}

static void
read_packet(void *context, const struct capture_packet *packet)
{
	struct reader *r = context;

	end_frame(r);
	r->frame += r->frame + 1 == r->lost ? 2 : 1;
	r->message = 0;
	assert_in_range(r->frame, 1, r->story->count);
	/* Fragments are a few microseconds late. */
	assert_in_range(packet->time_ns - current(r)->time_ns, 0, packet->reassembled ? 100000 : 0);
	if (capture_has_source(packet)) {
		unsigned last = packet->af == PFSYNC_AF_INET6 ? 15 : 3;
		assert_int_equal(packet->src.b[last], current(r)->node + 1);
		assert_int_equal(
		    packet->dst.b[last], current(r)->unicast ? 2 - current(r)->node : 240);
		assert_int_equal(packet->ttl, PFSYNC_TTL);
		assert_true(packet->wirelen <= 1500);
	}
}

static void
read_message(
    void *context, const struct pfsync_record *record, const struct pfsync_message *message)
{
	struct reader *r = context;

	assert_in_range(r->message, 0, current(r)->count - 1);
	expect_message(record, &current(r)->messages[r->message], message);
	r->message++;
}

static void
read_trouble(void *context, const char *counter)
{
	struct reader *r = context;

	if (r->snapped && strcmp(counter, "truncated") == 0)
		return;
	print_error("frame %zu: %s\n", r->frame, counter);
	r->troubles++;
}

/* The capture tells the whole story, with the dialect given. */
static void
check_story(const char *name, struct reader *r)
{
	const struct walk_calls calls = {r, read_packet, NULL, read_message, read_trouble};

	walk_capture(path_of(name), r->story->cast.dialect, &calls, NULL);
	end_frame(r);
	assert_int_equal(r->frame, r->story->count);
	assert_int_equal(r->troubles, 0);
}

static void
check_dialect(const struct pfsync_dialect *dialect, enum story_view view, const char *suffix)
{
	struct story *story = story_new(dialect, view);
	struct reader r = {.story = story};
	char name[128];

	snprintf(name, sizeof(name), "%s%s.pcap", dialect->name, suffix);
	check_story(name, &r);
	story_free(story);
}

static bool
is_raw(const struct pfsync_dialect *dialect)
{
	return (dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) != 0;
}

static void
test_wire(void **state)
{
	(void)state;
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		check_dialect(dialect, is_raw(dialect) ? STORY_TAP : STORY_WIRE, "");
	}
}

static void
test_pfsync0(void **state)
{
	unsigned twins = 0;

	(void)state;
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		if (is_raw(dialect) || dialect->version >= 5)
			continue;
		check_dialect(dialect, STORY_TAP, "-pfsync0");
		twins++;
	}
	assert_in_range(twins, 20, 40);
}

/* Each action number that a dialect defines and can send stands in its sample. */
static void
seen_number(void *context, const struct pfsync_record *record, const struct pfsync_message *message)
{
	(void)record;
	((bool *)context)[message->action_number] = true;
}

static void
test_all_actions(void **state)
{
	(void)state;
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		bool seen[PFSYNC_ACTION_NUMBERS] = {false};
		const struct walk_calls calls = {seen, NULL, NULL, seen_number, NULL};
		char name[128];
		snprintf(name, sizeof(name), "%s.pcap", dialect->name);
		walk_capture(path_of(name), dialect, &calls, NULL);
		for (unsigned number = 0; number < PFSYNC_ACTION_NUMBERS; number++) {
			const struct pfsync_action_row *row = &dialect->actions[number];
			/* Only inserts and deletes were ever sent (OB 5.1). */
			bool due = is_raw(dialect) ? row->action == PFSYNC_ACT_INS ||
							 row->action == PFSYNC_ACT_DEL
						   : row->slot >= PFSYNC_SLOT_STATE;
			if (due != seen[number])
				fail_msg("%s: action %u is %s", dialect->name, number,
				    due ? "missing" : "there");
		}
	}
}

/* ------------------------------------------------------------------------
 * Forms
 */

static const struct form {
	const char *name;
	const char *dialect;
	enum story_view view;
	unsigned lost; /* 1-based frame whose fragments are not all there */
	bool snapped;
} forms[] = {
    {"link-vlan.pcap", "openbsd-6k", STORY_WIRE, 0, false},
    {"link-qinq.pcap", "openbsd-6k", STORY_WIRE, 0, false},
    {"link-sll.pcap", "openbsd-6k", STORY_WIRE, 0, false},
    {"link-sll2.pcap", "openbsd-6k", STORY_WIRE, 0, false},
    {"link-raw.pcap", "openbsd-6k", STORY_WIRE, 0, false},
    {"link-raw-ipv6.pcap", "freebsd-14", STORY_WIRE, 0, false},
    {"link-null-le.pcap", "openbsd-6k", STORY_WIRE, 0, false},
    {"link-null-be.pcap", "openbsd-6k", STORY_WIRE, 0, false},
    {"link-null-ipv6.pcap", "freebsd-14", STORY_WIRE, 0, false},
    {"link-loop.pcap", "openbsd-6k", STORY_WIRE, 0, false},
    {"pfsync0-246.pcap", "freebsd-14", STORY_TAP, 0, false},
    {"pfsync0-121.pcap", "freebsd-14", STORY_TAP, 0, false},
    {"pfsync0-18.pcap", "openbsd-6j", STORY_TAP, 0, false},
    {"pfsync0-18-ip.pcap", "openbsd-6k", STORY_TAP, 0, false},
    {"ipv6.pcap", "freebsd-14", STORY_WIRE, 0, false},
    {"ipv6-hop-by-hop.pcap", "freebsd-14", STORY_WIRE, 0, false},
    {"ipv6-fragments.pcap", "freebsd-14", STORY_WIRE, 0, false},
    {"fragments.pcap", "freebsd-14", STORY_WIRE, 0, false},
    {"fragments-reordered.pcap", "freebsd-14", STORY_WIRE, 0, false},
    {"fragments-lost.pcap", "freebsd-14", STORY_WIRE, 5, false},
    {"file-pcap-be.pcap", "openbsd-6k", STORY_WIRE, 0, false},
    {"file-pcap-nano.pcap", "openbsd-6k", STORY_WIRE, 0, false},
    {"file-pcap-be-nano.pcap", "openbsd-6k", STORY_WIRE, 0, false},
    {"file-pcapng.pcapng", "openbsd-6k", STORY_WIRE, 0, false},
    {"file-pcapng-be.pcapng", "openbsd-6k", STORY_WIRE, 0, false},
    {"file-pcapng-nano.pcapng", "openbsd-6k", STORY_WIRE, 0, false},
    {"file-pcapng-be-nano.pcapng", "openbsd-6k", STORY_WIRE, 0, false},
    {"file-gzip.pcap.gz", "openbsd-6k", STORY_WIRE, 0, false},
    {"file-zstd.pcap.zst", "openbsd-6k", STORY_WIRE, 0, false},
    {"snapped-96.pcap", "openbsd-6k", STORY_WIRE, 0, true},
    {"snapped-96-v2.pcap", "openbsd-2e", STORY_WIRE, 0, true},
    {"snapped-96-v5.pcap", "freebsd-14", STORY_WIRE, 0, true},
};

static void
note_trouble(void *context, const char *counter)
{
	struct reader *r = context;

	assert_string_equal(counter, "fragment");
	r->troubles++;
}

static void
test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const struct form *form = &forms[i];
		struct story *story = story_new(pfsync_dialect_by_name(form->dialect), form->view);
		struct reader r = {.story = story, .lost = form->lost, .snapped = form->snapped};
		const struct walk_calls calls = {&r, read_packet, NULL, read_message, note_trouble};
		if (form->lost == 0) {
			check_story(form->name, &r);
		} else {
			walk_capture(path_of(form->name), story->cast.dialect, &calls, NULL);
			assert_int_equal(r.frame, story->count);
			assert_int_equal(r.troubles, 1);
		}
		story_free(story);
	}
}

/* ------------------------------------------------------------------------
 * Old memory does not get into messages (OB 19 no. 14)
 */

static void
junk_frame(void *context, const struct pfsync_frame *frame, unsigned sender)
{
	(void)context, (void)sender;
	if (frame->header.has_cksum)
		assert_memory_not_equal(frame->header.cksum, "JUNKJUNKJUNKJUNK", 16);
}

static void
test_junk(void **state)
{
	unsigned count = 0;

	(void)state;
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		const struct walk_calls calls = {NULL, NULL, junk_frame, NULL, NULL};
		char name[128];
		if (!junk_has(dialect))
			continue;
		check_dialect(dialect, is_raw(dialect) ? STORY_TAP : STORY_WIRE, "-junk");
		snprintf(name, sizeof(name), "%s-junk.pcap", dialect->name);
		walk_capture(path_of(name), dialect, &calls, NULL);
		count++;
	}
	assert_int_equal(count, 13);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_wire),
	    cmocka_unit_test(test_pfsync0),
	    cmocka_unit_test(test_all_actions),
	    cmocka_unit_test(test_forms),
	    cmocka_unit_test(test_junk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
