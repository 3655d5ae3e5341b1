/*
 * test_doc.c - reading and walking documents.
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

#include <unistd.h>

#include "doc.h"

static struct doc *
parse(const char *text)
{
	struct doc *doc = doc_parse("d.json", text, strlen(text));

	assert_non_null(doc);
	return doc;
}

static void
assert_error(const char *text, const char *error)
{
	struct doc *doc = parse(text);
	struct doc_at root = doc_root(doc);

	assert_null(root.value);
	assert_true(doc_failed(doc));
	assert_int_equal(doc_error_count(doc), 1);
	assert_string_equal(doc_error_text(doc, 0), error);
	doc_free(doc);
}

static void
what_is_no_document(void **state)
{
	char deep[400];

	(void)state;
	assert_error(
	    "", "d.json:1: column 0: not valid JSON: '[' or '{' expected near end of file");
	assert_error("[1]", "d.json:1: $: an object is needed here, not an array");
	assert_error("{\"a\": 1,\n \"a\": 2}",
	    "d.json:2: column 4: not valid JSON: duplicate object "
	    "key near '\"a\"'");
	memset(deep, '[', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	deep[3] = '\n';
	assert_error(deep, "d.json:2: nested deeper than 64 levels");
}

static void
depth_is_counted_outside_of_strings(void **state)
{
	char text[300] = "{\"a\": \"";
	struct doc *doc;

	(void)state;
	memset(text + strlen(text), '[', 200);
	strcat(text, "\\\"[\"}");
	doc = parse(text);
	assert_false(doc_failed(doc));
	doc_free(doc);
}

static void
places_are_reached_by_key_and_number(void **state)
{
	struct doc *doc = parse("{\"a\": [1, {\"b\": {}}], \"s\": \"x\", \"n\": null}");
	struct doc_at root = doc_root(doc), a, item, b, other;

	(void)state;
	assert_true(doc_has(&root, "a"));
	assert_false(doc_has(&root, "b"));
	assert_true(doc_need(&root, "n"));
	assert_true(doc_array(&root, "a", 2, &a));
	assert_int_equal(doc_length(&a), 2);
	item = doc_item_object(&a, 1);
	assert_true(doc_object(&item, "b", &b));
	assert_true(doc_is_object(&b));
	assert_false(doc_object(&root, "none", &other));
	assert_false(doc_failed(doc));
	/* What is not there has no members and no elements. */
	assert_null(doc_item(&other, 3).value);
	assert_int_equal(doc_length(&other), 0);
	assert_false(doc_value(&other, "x", &b));
	assert_false(doc_need(&other, "x"));
	assert_false(doc_failed(doc));
	assert_true(doc_value(&root, "s", &other) && doc_is_text(&other));
	doc_free(doc);
}

static void
wrong_types_are_errors(void **state)
{
	static const char *const known[] = {"a", "b", NULL};
	struct doc *doc = parse("{\"a\": [1, 2, 3],\n\"b\": null,\n\"c\": [],\n\"d d\": {}}");
	struct doc_at root = doc_root(doc), at;

	(void)state;
	assert_false(doc_array(&root, "a", 2, &at));
	assert_false(doc_object(&root, "b", &at));
	assert_false(doc_need_array(&root, "c", 5, &at));
	assert_false(doc_need_array(&root, "e", 5, &at));
	doc_known(&root, known);
	assert_true(doc_array(&root, "a", 3, &at));
	at = doc_item_object(&at, 1);
	assert_null(at.value);
	assert_int_equal(doc_error_count(doc), 7);
	assert_string_equal(
	    doc_error_text(doc, 0), "d.json:1: $.a: 3 elements; accepted: at most 2");
	assert_string_equal(
	    doc_error_text(doc, 1), "d.json:2: $.b: an object is needed here, not null");
	assert_string_equal(
	    doc_error_text(doc, 2), "d.json:3: $.c: empty; accepted: 1 to 5 elements");
	assert_string_equal(doc_error_text(doc, 3), "d.json:1: $.e: missing");
	assert_string_equal(doc_error_text(doc, 4), "d.json:3: $.c: unknown key; accepted: a, b");
	assert_string_equal(
	    doc_error_text(doc, 5), "d.json:4: $[\"d d\"]: unknown key; accepted: a, b");
	assert_string_equal(
	    doc_error_text(doc, 6), "d.json:1: $.a[1]: an object is needed here, not a number");
	assert_null(doc_error_text(doc, 7));
	doc_free(doc);
}

static void
files_are_read_whole(void **state)
{
	char path[] = "/tmp/pfsync-doc-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");
	struct doc *doc;
	struct doc_at root;

	(void)state;
	assert_non_null(file);
	fputs("{", file);
	for (int i = 0; i < 20000; i++)
		fprintf(file, "\"key %d\": %d,\n", i, i);
	fputs("\"last\": 5}", file);
	fclose(file);
	doc = doc_read(path);
	root = doc_root(doc);
	assert_int_equal(doc_integer(&root, "key 19999", 0, 20000, -1), 19999);
	assert_int_equal(doc_integer(&root, "last", 0, 1, -1), -1);
	assert_int_equal(doc_line(&root, "last"), 20001);
	assert_non_null(strstr(doc_error_text(doc, 0), ":20001: $.last: 5; accepted"));
	doc_free(doc);
	unlink(path);
	doc = doc_read(path);
	assert_non_null(strstr(doc_error_text(doc, 0), ": No such file or directory"));
	doc_free(doc);
	doc = doc_read("/tmp");
	assert_true(doc_failed(doc));
	doc_free(doc);
	doc_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_no_document),
	    cmocka_unit_test(depth_is_counted_outside_of_strings),
	    cmocka_unit_test(places_are_reached_by_key_and_number),
	    cmocka_unit_test(wrong_types_are_errors),
	    cmocka_unit_test(files_are_read_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
