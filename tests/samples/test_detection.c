/*
 * test_detection.c - which dialect each sample is taken for, and how surely.
 *
 * SPDX-License-Identifier: ISC
 *
 * The dialect that a frame was made for must be a candidate.  Where another is
 * chosen, it must read the frame alike or not be called certain.  The test
 * prints a table: what each sender's last frame was taken for, the frames by
 * certainty, and the frames that are read differently from what they say.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "story.h"
#include "walk.h"

struct found {
	const struct pfsync_dialect *last;
	unsigned by_certainty[PFSYNC_CERTAIN + 1];
	unsigned misread; /* frames */
};

struct tally {
	const struct pfsync_dialect *made_for;
	struct found senders[WALK_SENDERS];
	unsigned failures;
};

static const uint8_t *
bytes_of(const struct pfsync_message *message, unsigned field, size_t *size)
{
	*size = pfsync_field_info((int)field)->size_bytes;
	return pfsync_field_ptr(message, (enum pfsync_field)field);
}

static bool
same_message(const struct pfsync_message *a, const struct pfsync_message *b)
{
	if (a->action != b->action || memcmp(&a->has, &b->has, sizeof(a->has)) != 0)
		return false;
	for (unsigned field = 0; field < PFSYNC_FIELD_COUNT; field++) {
		size_t size;
		const uint8_t *bytes = bytes_of(a, field, &size);
		if (pfsync_has(a, field) && memcmp(bytes, bytes_of(b, field, &size), size) != 0)
			return false;
	}
	return true;
}

/* The next message of a frame; false at its end. */
struct cursor {
	struct pfsync_frame frame;
	struct pfsync_section section;
	struct pfsync_record record;
	bool open;
};

static bool
next_message(struct cursor *c, struct pfsync_message *message)
{
	int status = c->open ? pfsync_record_next(&c->frame, &c->section, &c->record) : PFSYNC_END;

	while (status == PFSYNC_END) {
		if (pfsync_section_next(&c->frame, &c->section) != PFSYNC_OK)
			return false;
		status = pfsync_record_first(&c->frame, &c->section, &c->record);
	}
	c->open = true;
	return pfsync_message_decode(&c->record, message) == PFSYNC_OK;
}

/* Does the dialect that was chosen read the frame as the right one does? */
static bool
read_right(const struct pfsync_frame *frame, const struct pfsync_dialect *right)
{
	struct pfsync_hint chosen = {.forced = frame->dialect}, forced = {.forced = right};
	struct cursor a = {.open = false}, b = {.open = false};
	struct pfsync_message x, y;
	bool more;

	memset(&x, 0, sizeof(x));
	memset(&y, 0, sizeof(y));
	pfsync_frame_open(&a.frame, frame->bytes, frame->caplen, frame->wirelen, &chosen);
	pfsync_frame_open(&b.frame, frame->bytes, frame->caplen, frame->wirelen, &forced);
	do {
		more = next_message(&a, &x);
		if (next_message(&b, &y) != more || (more && !same_message(&x, &y)))
			return false;
	} while (more);
	return true;
}

static void
judge_frame(void *context, const struct pfsync_frame *frame, unsigned sender)
{
	struct tally *tally = context;
	struct found *found = &tally->senders[sender];
	bool right = read_right(frame, tally->made_for);

	found->last = frame->dialect;
	found->by_certainty[frame->certainty]++;
	found->misread += !right;
	if (!pfsync_set_has(&frame->candidates, pfsync_dialect_index(tally->made_for))) {
		print_error("%s is no candidate\n", tally->made_for->name);
		tally->failures++;
	}
	if (!right && frame->certainty == PFSYNC_CERTAIN) {
		print_error(
		    "%s is certainly misread as %s\n", tally->made_for->name, frame->dialect->name);
		tally->failures++;
	}
}

static void
print_row(const struct tally *tally, const char *suffix, unsigned sender)
{
	const struct found *found = &tally->senders[sender];
	const unsigned *n = found->by_certainty;

	if (found->last == NULL)
		return;
	printf("%-22s %-8s %c  %-22s %7u %7u %7u %7u\n", tally->made_for->name, suffix,
	    "AB"[sender], found -> last == tally -> made_for ? "=" : found->last->name,
	    n[PFSYNC_CERTAIN], n[PFSYNC_LIKELY], n[PFSYNC_GUESS], found->misread);
}

static unsigned
judge_sample(const struct pfsync_dialect *dialect, const char *suffix)
{
	struct tally tally = {.made_for = dialect};
	const struct walk_calls calls = {&tally, NULL, judge_frame, NULL, NULL};
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s%s.pcap", SAMPLES_FOLDER, dialect->name, suffix);
	walk_capture(path, NULL, &calls, NULL);
	assert_non_null(tally.senders[0].last);
	for (unsigned sender = 0; sender < WALK_SENDERS; sender++)
		print_row(&tally, suffix, sender);
	return tally.failures;
}

static void
print_head(void)
{
	printf("%-22s %-8s %s %-22s %7s %7s %7s %7s\n", "made for", "", "by", "taken for",
	    "certain", "likely", "guess", "misread");
}

static void
test_wire(void **state)
{
	unsigned failures = 0;

	(void)state;
	print_head();
	for (size_t i = 0; i < pfsync_dialect_count(); i++)
		failures += judge_sample(pfsync_dialect_at(i), "");
	assert_int_equal(failures, 0);
}

static void
test_pfsync0(void **state)
{
	unsigned failures = 0;

	(void)state;
	print_head();
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		if (dialect->version < 5 && (dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) == 0)
			failures += judge_sample(dialect, "-pfsync0");
	}
	assert_int_equal(failures, 0);
}

/* Old memory must not lead detection astray. */
static void
test_junk(void **state)
{
	static const char *const names[] = {"openbsd-1r7-ilp32", "openbsd-1n2", "openbsd-2e",
	    "openbsd-2g", "freebsd-6", "openbsd-3b", "openbsd-4", "dragonfly-4", "openbsd-5a",
	    "openbsd-5b", "freebsd-9", "openbsd-6c", "openbsd-6k"};
	unsigned failures = 0;

	(void)state;
	print_head();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		failures += judge_sample(pfsync_dialect_by_name(names[i]), "-junk");
	assert_int_equal(failures, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_wire),
	    cmocka_unit_test(test_pfsync0),
	    cmocka_unit_test(test_junk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
