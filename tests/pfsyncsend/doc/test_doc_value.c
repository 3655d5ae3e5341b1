/*
 * test_doc_value.c - values with type, range and default.
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

#include "doc.h"

static const char text[] =
    "{\"i\": 7, \"minus\": -7, \"is\": \"-0x10\", \"big\": \"18446744073709551615\", "
    "\"r\": 2.5, \"t\": true, \"s\": \"text\", \"hex\": \"000000ff\", \"d\": \"250ms\", "
    "\"time\": \"1970-01-01T00:00:01Z\", \"n\": null, \"late\": 1e300, "
    "\"bad\": [\"\", \"-\", \" 1\", \"1x\", \"0x\", \"18446744073709551616\", 1.0, null, {}, "
    "true]}";

struct fixture {
	struct doc *doc;
	struct doc_at root;
};

static int
set_up(void **state)
{
	static struct fixture f;

	f.doc = doc_parse("d", text, strlen(text));
	f.root = doc_root(f.doc);
	*state = &f;
	return doc_failed(f.doc);
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	doc_free(f->doc);
	return 0;
}

static void
what_is_right_is_given(void **state)
{
	static const char *const words[] = {"other", "text", NULL};
	struct fixture *f = *state;
	struct doc_at *r = &f->root;

	assert_int_equal(doc_integer(r, "i", 0, 10, 1), 7);
	assert_int_equal(doc_integer(r, "minus", -7, 10, 1), -7);
	assert_int_equal(doc_integer(r, "is", -16, 0, 1), -16);
	assert_int_equal(doc_u64(r, "i", 7, 1), 7);
	assert_true(doc_u64(r, "big", UINT64_MAX, 1) == UINT64_MAX);
	assert_int_equal(doc_hex(r, "hex", 255, 1), 255);
	assert_int_equal(doc_hex(r, "i", 255, 1), 7);
	assert_true(doc_real(r, "r", 0, 3, 1) == 2.5);
	assert_true(doc_real(r, "i", 0, 7, 1) == 7);
	assert_true(doc_bool(r, "t", false));
	assert_string_equal(doc_text(r, "s", 4, "x"), "text");
	assert_int_equal(doc_choice(r, "s", words, 0), 1);
	assert_int_equal(doc_duration_ns(r, "d", 0, INT64_MAX, 1), 250000000);
	assert_int_equal(doc_duration_ns(r, "r", 0, INT64_MAX, 1), INT64_C(2500000000));
	assert_int_equal(doc_time_ns(r, "time", 1), 1000000000);
	assert_int_equal(doc_time_ns(r, "i", 1), INT64_C(7000000000));
	assert_false(doc_failed(f->doc));
}

static void
what_is_missing_has_its_default(void **state)
{
	static const char *const words[] = {"other", NULL};
	struct fixture *f = *state;
	struct doc_at *r = &f->root, at;

	assert_int_equal(doc_integer(r, "none", 0, 10, 77), 77);
	assert_int_equal(doc_u64(r, "none", 10, 77), 77);
	assert_int_equal(doc_hex(r, "none", 10, 77), 77);
	assert_true(doc_real(r, "none", 0, 1, 77) == 77);
	assert_true(doc_bool(r, "none", true));
	assert_null(doc_text(r, "none", 1, NULL));
	assert_int_equal(doc_choice(r, "none", words, -1), -1);
	assert_int_equal(doc_duration_ns(r, "none", 0, 1, 77), 77);
	assert_int_equal(doc_time_ns(r, "none", 77), 77);
	doc_value(r, "none", &at);
	assert_int_equal(doc_at_integer(&at, 0, 1, 77), 77);
	assert_int_equal(doc_at_u64(&at, 1, 77), 77);
	assert_null(doc_at_text(&at, 1, NULL));
	assert_int_equal(doc_at_choice(&at, words, -1), -1);
	assert_false(doc_failed(f->doc));
}

static void
assert_last(const struct fixture *f, const char *error)
{
	assert_string_equal(doc_error_text(f->doc, doc_error_count(f->doc) - 1), error);
}

static void
what_is_wrong_is_told_and_has_its_default(void **state)
{
	static const char *const words[] = {"a", "b", NULL};
	struct fixture *f = *state;
	struct doc_at *r = &f->root;

	assert_int_equal(doc_integer(r, "i", 8, 10, 77), 77);
	assert_last(f, "d:1: $.i: 7; accepted: whole numbers from 8 to 10");
	assert_int_equal(doc_u64(r, "minus", 10, 77), 77);
	assert_last(f, "d:1: $.minus: -7; accepted: whole numbers from 0 to 10, as a string when "
		       "large");
	assert_int_equal(doc_hex(r, "hex", 254, 77), 77);
	assert_last(
	    f, "d:1: $.hex: \"000000ff\"; accepted: a string of hexadecimal digits up to fe");
	assert_true(doc_real(r, "r", 0, 1, 77) == 77);
	assert_last(f, "d:1: $.r: 2.5; accepted: numbers from 0 to 1");
	assert_true(doc_bool(r, "i", true));
	assert_last(f, "d:1: $.i: 7; accepted: true, false");
	assert_string_equal(doc_text(r, "s", 3, "x"), "x");
	assert_last(f, "d:1: $.s: \"text\"; accepted: a string of at most 3 bytes");
	assert_int_equal(doc_choice(r, "s", words, -1), -1);
	assert_last(f, "d:1: $.s: \"text\"; accepted: a, b");
	assert_int_equal(doc_duration_ns(r, "d", 0, 1000000, 77), 77);
	assert_last(f,
	    "d:1: $.d: \"250ms\"; accepted: a duration from 0s to 1ms, such as \"250ms\" "
	    "(ns, us, ms, s, m, h, d), or a number of seconds");
	assert_int_equal(doc_time_ns(r, "s", 77), 77);
	assert_last(f,
	    "d:1: $.s: \"text\"; accepted: a time such as \"2024-02-01T12:00:00.5Z\", or "
	    "seconds since 1970");
	assert_int_equal(doc_time_ns(r, "late", 77), 77);
	assert_int_equal(doc_integer(r, "n", 0, 1, 77), 77);
	assert_last(f, "d:1: $.n: null; accepted: whole numbers from 0 to 1");
}

static void
numbers_are_read_strictly(void **state)
{
	struct fixture *f = *state;
	struct doc_at list;
	size_t count;

	assert_true(doc_array(&f->root, "bad", 99, &list));
	count = doc_length(&list);
	for (size_t i = 0; i < count; i++) {
		struct doc_at at = doc_item(&list, i);
		assert_int_equal(doc_at_u64(&at, UINT64_MAX, 77), 77);
		assert_int_equal(doc_error_count(f->doc), i + 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(what_is_right_is_given, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_is_missing_has_its_default, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		what_is_wrong_is_told_and_has_its_default, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(numbers_are_read_strictly, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
