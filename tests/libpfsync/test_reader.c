/*
 * test_reader.c - the order in which a frame is read, whole and cut anywhere.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "handmade.h"
#include "pfsync.h"

#define STEPS_MAX 64

/* The steps as letters: S R B P; small where what is given is no part of a section. */
static void
letters(char *out, struct pfsync_frame *frame, bool skip)
{
	struct pfsync_reader reader;
	enum pfsync_step step;
	size_t used = 0;

	pfsync_reader_begin(&reader, frame);
	while ((step = pfsync_next(&reader)) != PFSYNC_STEP_END) {
		char letter = "?SRBP"[step];

		assert_true(used < STEPS_MAX - 1);
		if (!reader.in_section) {
			assert_int_equal(step, PFSYNC_STEP_PROBLEM);
			letter = 'p';
		}
		if (step == PFSYNC_STEP_RECORD)
			assert_true(reader.record.avail > 0);
		if (step == PFSYNC_STEP_SECTION && skip &&
		    pfsync_section_whole(frame, &reader.section))
			pfsync_reader_skip(&reader);
		out[used++] = letter;
	}
	assert_int_equal(pfsync_next(&reader), PFSYNC_STEP_END);
	out[used] = '\0';
}

static void
assert_steps(const struct handmade *hand, const char *dialect, size_t caplen, size_t wirelen,
    const char *expected)
{
	struct hand_open open;
	char steps[STEPS_MAX];

	hand_open_cut(&open, hand, dialect, caplen, wirelen);
	letters(steps, &open.frame, false);
	assert_string_equal(steps, expected);
	hand_close(&open);
}

/* UPD_REQ of 12 bytes: action 5 of v5 and v6. */
static void
two_requests(struct handmade *hand, unsigned version)
{
	memset(hand, 0, sizeof(*hand));
	hand_header5(hand, version);
	hand_section(hand, 5, version == 6 ? 3 : 0, 2);
	hand_fill(hand, 1, 24);
}

static void
a_whole_frame(void **state)
{
	struct handmade hand;

	(void)state;
	two_requests(&hand, 5);
	hand_section(&hand, 12, 0, 1); /* EOF */
	hand_end(&hand);
	assert_steps(&hand, "openbsd-5b", hand.len, hand.len, "SRRSB");
}

static void
a_cut_record_comes_before_what_cut_it(void **state)
{
	struct handmade hand;

	(void)state;
	two_requests(&hand, 6);
	hand_end(&hand);
	assert_steps(&hand, "openbsd-6k", hand.len, hand.len, "SRR");
	assert_steps(&hand, "openbsd-6k", hand.len - 1, hand.len, "SRRP");
	assert_steps(&hand, "openbsd-6k", hand.len - 11, hand.len, "SRRP");
	/* Nothing of the second is there. */
	assert_steps(&hand, "openbsd-6k", hand.len - 12, hand.len, "SRP");
	assert_steps(&hand, "openbsd-6k", hand.len - 24, hand.len, "SP");
	/* The capture ends inside the subheader: no section is known. */
	assert_steps(&hand, "openbsd-6k", hand.len - 25, hand.len, "p");
}

static void
problems_of_a_section_come_before_its_records(void **state)
{
	struct handmade hand;

	(void)state;
	/* Messages that are said to have 0 words. */
	memset(&hand, 0, sizeof(hand));
	hand_header5(&hand, 6);
	hand_section(&hand, 5, 0, 1);
	hand_fill(&hand, 1, 12);
	/* An action of tomorrow, of 2 words, and one that is known behind it. */
	hand_section(&hand, 40, 2, 1);
	hand_fill(&hand, 0, 8);
	hand_section(&hand, 5, 3, 1);
	hand_fill(&hand, 1, 12);
	/* Bytes that no subheader fits into. */
	hand_fill(&hand, 0, 2);
	hand_end(&hand);
	assert_steps(&hand, "openbsd-6k", hand.len, hand.len, "SPRSPSRp");
}

static void
raw_v1_has_bare_clears(void **state)
{
	struct handmade hand;

	(void)state;
	memset(&hand, 0, sizeof(hand));
	hand_header(&hand, 1, 0, 0);
	assert_steps(&hand, "openbsd-1r2-ilp32", hand.len, hand.len, "SB");
}

static void
nothing_is_read_of_what_could_not_be_opened(void **state)
{
	struct handmade hand = {{0}, 0};

	(void)state;
	hand_fill(&hand, 99, 40);
	assert_steps(&hand, NULL, hand.len, hand.len, "");
	two_requests(&hand, 6);
	hand_end(&hand);
	for (size_t caplen = 1; caplen < 4; caplen++)
		assert_steps(&hand, "openbsd-6k", caplen, hand.len, "");
}

/* What the single calls find, in counts: the reader loses nothing and adds nothing. */
static void
count_singly(struct pfsync_frame *frame, size_t *records, size_t *bare, size_t *problems)
{
	struct pfsync_section section;
	struct pfsync_record record;
	int status;

	*records = *bare = *problems = 0;
	while ((status = pfsync_section_next(frame, &section)) != PFSYNC_END) {
		*problems += status < 0;
		if (status < 0 && (status != PFSYNC_BADLEN || section.stride_bytes == 0))
			continue;
		*bare += section.layout == NULL;
		for (status = pfsync_record_first(frame, &section, &record); status != PFSYNC_END;
		     status = pfsync_record_next(frame, &section, &record)) {
			*problems += status < 0;
			*records += record.avail > 0;
		}
	}
}

static size_t
count(const char *steps, const char *of)
{
	size_t found = 0;

	for (; *steps != '\0'; steps++)
		found += strchr(of, *steps) != NULL;
	return found;
}

static void
every_truncation(void **state)
{
	static const struct {
		unsigned version;
		const char *dialect;
	} cases[] = {{5, "openbsd-5a"}, {5, "openbsd-5b"}, {5, "freebsd-9"}, {5, "freebsd-10"},
	    {6, "openbsd-6k"}};
	size_t cut_records = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct handmade hand;

		two_requests(&hand, cases[i].version);
		if (cases[i].version == 5)
			hand_section(&hand, 12, 0, 1);
		hand_end(&hand);
		for (size_t cut = 0; cut < 2 * hand.len; cut++) {
			size_t caplen = cut / 2, wirelen = cut % 2 != 0 ? caplen : hand.len;
			size_t records, bare, problems;
			struct hand_open open;
			char steps[STEPS_MAX], quick[STEPS_MAX];

			hand_open_cut(&open, &hand, cases[i].dialect, caplen, wirelen);
			letters(steps, &open.frame, false);
			hand_close(&open);
			hand_open_cut(&open, &hand, cases[i].dialect, caplen, wirelen);
			letters(quick, &open.frame, true);
			hand_close(&open);
			hand_open_cut(&open, &hand, cases[i].dialect, caplen, wirelen);
			count_singly(&open.frame, &records, &bare, &problems);
			hand_close(&open);
			assert_int_equal(count(steps, "R"), records);
			assert_int_equal(count(steps, "B"), bare);
			assert_int_equal(count(steps, "Pp"), problems);
			/* To skip whole sections changes nothing of the rest. */
			assert_int_equal(count(quick, "S"), count(steps, "S"));
			assert_int_equal(count(quick, "B"), bare);
			assert_int_equal(count(quick, "Pp"), problems);
			assert_null(strstr(steps, "PR"));
			cut_records += strstr(steps, "RP") != NULL;
		}
	}
	assert_true(cut_records > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_whole_frame),
	    cmocka_unit_test(a_cut_record_comes_before_what_cut_it),
	    cmocka_unit_test(problems_of_a_section_come_before_its_records),
	    cmocka_unit_test(raw_v1_has_bare_clears),
	    cmocka_unit_test(nothing_is_read_of_what_could_not_be_opened),
	    cmocka_unit_test(every_truncation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
