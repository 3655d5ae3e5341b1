/*
 * test_detect.c - which dialect a frame speaks, and how sure that is.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "generate.h"
#include "pfsync.h"

static struct pfsync_frame
open_frame(const uint8_t *bytes, size_t length, struct pfsync_hint *hint)
{
	struct pfsync_frame frame;

	assert_int_equal(pfsync_frame_open(&frame, bytes, length, length, hint), PFSYNC_OK);
	return frame;
}

static size_t
frame_of(struct generate *g, const char *name, int number, uint8_t *out, size_t size)
{
	size_t length = generate_frame(g, pfsync_dialect_by_name(name),
	    number < 0 ? PFSYNC_ACTION_NUMBERS : (unsigned)number, 2, true, out, size);

	assert_true(length > 0);
	return length;
}

/* A sender's own dialect is always among the candidates, without a hint and
 * through any number of frames with one; "certain" leaves no other wire format. */
static void
own_dialect_stays_a_candidate(void **state)
{
	struct generate g = {11};
	uint8_t out[16384];
	size_t frames = 0;

	(void)state;
	for (size_t d = 0; d < pfsync_dialect_count(); d++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(d);
		struct pfsync_hint hint = {.tap = (dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) != 0};
		for (int round = 0; round < 90; round++) {
			unsigned n = (unsigned)round % (PFSYNC_ACTION_NUMBERS + 1);
			struct pfsync_frame frame;
			size_t length;
			if (n == PFSYNC_ACTION_NUMBERS && dialect->version < 5)
				continue;
			/* only INS and DEL were ever sent raw (OB 5.1) */
			if ((dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) != 0 && n == 2)
				continue;
			/* a retired number tells nothing of the sender */
			length = generate_frame(&g, dialect, n, 2, true, out, sizeof(out));
			if (length == 0)
				continue;
			frame = open_frame(out, length, round % 3 == 0 ? NULL : &hint);
			if (!pfsync_set_has(&frame.candidates, d))
				fail_msg("%s, action %u: taken for %s", dialect->name, n,
				    frame.dialect->name);
			if (frame.certainty == PFSYNC_CERTAIN)
				assert_ptr_equal(frame.dialect->layouts[PFSYNC_SLOT_STATE],
				    dialect->layouts[PFSYNC_SLOT_STATE]);
			frames++;
		}
		assert_int_equal(hint.changes, 0);
	}
	print_message("%zu frames\n", frames);
}

/* What a frame of random but legal records is taken for. */
static void
chosen_without_a_hint(void **state)
{
	static const struct {
		const char *sent;
		const char *taken;
	} cases[] = {
	    {"openbsd-1r2-ilp32", "openbsd-1r2-ilp32"},
	    {"openbsd-1r7-lp64", "openbsd-1r7-lp64"},
	    {"openbsd-1n1", "openbsd-1n1"},
	    {"openbsd-5a", "openbsd-5a"},
	    {"openbsd-5b", "openbsd-5b"},
	    {"openbsd-5c", "openbsd-5c"},
	    {"freebsd-9", "freebsd-9"},
	    {"freebsd-14", "freebsd-14"},
	    {"freebsd-15", "freebsd-15"},
	    {"openbsd-6a", "openbsd-6a"},
	    {"openbsd-6b", "openbsd-6b"},
	    {"openbsd-6e", "openbsd-6e"},
	    {"openbsd-6k", "openbsd-6k"},
	    {"openbsd-3c-244", "openbsd-3c-244"},
	};
	struct generate g = {12};
	uint8_t out[16384];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_by_name(cases[i].sent);
		size_t length =
		    frame_of(&g, cases[i].sent, dialect->version < 5 ? 1 : -1, out, sizeof(out));
		struct pfsync_frame frame = open_frame(out, length, NULL);
		assert_string_equal(frame.dialect->name, cases[i].taken);
	}
}

/* A FreeBSD 13 frame says nothing of releases 14 and 15, which read it alike. */
static void
reading_alike_is_likely(void **state)
{
	struct generate g = {13};
	uint8_t out[4096];
	size_t length = frame_of(&g, "freebsd-10", 1, out, sizeof(out));
	struct pfsync_frame frame = open_frame(out, length, NULL);

	(void)state;
	assert_string_equal(frame.dialect->name, "freebsd-10");
	assert_int_equal(frame.certainty, PFSYNC_LIKELY);
	assert_true(pfsync_set_has(
	    &frame.candidates, pfsync_dialect_index(pfsync_dialect_by_name("freebsd-15"))));
}

/* The hint narrows: action 13 once means 14 or 15 for good. */
static void
a_hint_narrows(void **state)
{
	struct generate g = {14};
	struct pfsync_hint hint = {.frames = 0};
	uint8_t out[4096];
	size_t length;
	struct pfsync_frame frame;

	(void)state;
	length = frame_of(&g, "freebsd-14", 7, out, sizeof(out));
	frame = open_frame(out, length, &hint);
	assert_string_equal(frame.dialect->name, "freebsd-10");
	length = frame_of(&g, "freebsd-14", 13, out, sizeof(out));
	frame = open_frame(out, length, &hint);
	assert_string_equal(frame.dialect->name, "freebsd-14");
	length = frame_of(&g, "freebsd-14", 7, out, sizeof(out));
	frame = open_frame(out, length, &hint);
	assert_string_equal(frame.dialect->name, "freebsd-14");
	length = frame_of(&g, "freebsd-15", 15, out, sizeof(out));
	frame = open_frame(out, length, &hint);
	assert_string_equal(frame.dialect->name, "freebsd-15");
	assert_int_equal(hint.changes, 0);
}

/* An upgrade in the middle of a capture, also long after the hint has settled. */
static void
an_upgrade_is_noticed(void **state)
{
	struct generate g = {15};
	struct pfsync_hint hint = {.frames = 0};
	uint8_t out[8192];
	struct pfsync_frame frame;
	size_t length;

	(void)state;
	for (int i = 0; i < 300; i++) {
		length = frame_of(&g, "openbsd-6j", i % 2 ? 14 : 13, out, sizeof(out));
		frame = open_frame(out, length, &hint);
		assert_true(pfsync_set_has(
		    &frame.candidates, pfsync_dialect_index(pfsync_dialect_by_name("openbsd-6j"))));
	}
	length = frame_of(&g, "openbsd-6k", 4, out, sizeof(out));
	frame = open_frame(out, length, &hint);
	assert_string_equal(frame.dialect->name, "openbsd-6k");
	assert_int_equal(hint.changes, 1);
	length = frame_of(&g, "freebsd-10", 1, out, sizeof(out));
	frame = open_frame(out, length, &hint);
	assert_string_equal(frame.dialect->name, "freebsd-10");
	assert_int_equal(hint.changes, 2);
}

static void
forcing(void **state)
{
	struct generate g = {16};
	struct pfsync_hint hint = {.forced = pfsync_dialect_by_name("openbsd-2a-be")};
	uint8_t out[4096];
	size_t length = frame_of(&g, "openbsd-2e", 1, out, sizeof(out));
	struct pfsync_frame frame = open_frame(out, length, &hint);

	(void)state;
	assert_string_equal(frame.dialect->name, "openbsd-2a-be");
	assert_int_equal(frame.certainty, PFSYNC_CERTAIN);
	out[0] = 3;
	assert_int_equal(pfsync_frame_open(&frame, out, length, length, &hint), PFSYNC_BADVER);
}

/* Damage makes the sender's known dialect the best guess. */
static void
damage_falls_back_on_the_hint(void **state)
{
	struct generate g = {17};
	struct pfsync_hint hint = {.frames = 0};
	uint8_t out[4096];
	struct pfsync_frame frame;
	size_t length = frame_of(&g, "openbsd-5b", 1, out, sizeof(out));

	(void)state;
	frame = open_frame(out, length, &hint);
	assert_string_equal(frame.dialect->name, "openbsd-5b");
	out[20] = 200;
	frame = open_frame(out, length, &hint);
	assert_string_equal(frame.dialect->name, "openbsd-5b");
	assert_int_equal(hint.changes, 0);
	frame = open_frame(out, length, NULL);
	assert_int_equal(frame.certainty, PFSYNC_GUESS);
}

/* FB 3.2: link types 18 and 121 belong to others, too. */
static void
plausible(void **state)
{
	struct generate g = {18};
	uint8_t out[16384];

	(void)state;
	for (size_t d = 0; d < pfsync_dialect_count(); d++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(d);
		unsigned n = dialect->version < 5 ? 1 : PFSYNC_ACTION_NUMBERS;
		size_t length = generate_frame(&g, dialect, n, 1, true, out, sizeof(out));
		assert_true(pfsync_plausible(out, length, length));
		for (size_t cut = 0; cut <= length; cut++)
			(void)pfsync_plausible(out, cut, length);
	}
	memset(out, 0, 64);
	assert_false(pfsync_plausible(out, 64, 64));
	assert_false(pfsync_plausible((const uint8_t *)"\x45\x00\x00\x40", 4, 64));
	assert_false(pfsync_plausible(out, 3, 3));
}

/* OB 3.3, confirmed on OpenBSD 7.6. */
static void
ip_header_on_the_tap(void **state)
{
	uint8_t bytes[64] = {0x45, [9] = 240};

	(void)state;
	assert_int_equal(pfsync_tap_ip_header(bytes, 64), 20);
	assert_int_equal(pfsync_tap_ip_header(bytes, 20), 20);
	assert_int_equal(pfsync_tap_ip_header(bytes, 19), 0);
	bytes[0] = 0x46;
	assert_int_equal(pfsync_tap_ip_header(bytes, 64), 24);
	assert_int_equal(pfsync_tap_ip_header(bytes, 23), 0);
	bytes[0] = 0x44;
	assert_int_equal(pfsync_tap_ip_header(bytes, 64), 0);
	bytes[0] = 0x45;
	bytes[9] = 6;
	assert_int_equal(pfsync_tap_ip_header(bytes, 64), 0);
	bytes[0] = 6;
	bytes[9] = 240;
	assert_int_equal(pfsync_tap_ip_header(bytes, 64), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(own_dialect_stays_a_candidate),
	    cmocka_unit_test(chosen_without_a_hint),
	    cmocka_unit_test(reading_alike_is_likely),
	    cmocka_unit_test(a_hint_narrows),
	    cmocka_unit_test(an_upgrade_is_noticed),
	    cmocka_unit_test(forcing),
	    cmocka_unit_test(damage_falls_back_on_the_hint),
	    cmocka_unit_test(plausible),
	    cmocka_unit_test(ip_header_on_the_tap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
