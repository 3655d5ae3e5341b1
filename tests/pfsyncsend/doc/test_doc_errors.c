/*
 * test_doc_errors.c - what is wrong, and where.
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

static struct doc *
parse(const char *text)
{
	return doc_parse("d\033.json", text, strlen(text));
}

static void
texts_are_printable(void **state)
{
	struct doc *doc = parse("{\"\\u001b[31m\\n\": 1}");
	struct doc_at root = doc_root(doc);
	char out[16];

	(void)state;
	doc_error(&root, "\033[31m\n", "a \"quoted\" value");
	assert_string_equal(
	    doc_error_text(doc, 0), "d\\033.json:1: $[\"\\033[31m\\012\"]: a \"quoted\" value");
	doc_free(doc);
	doc_printable(out, sizeof(out), "two words and more");
	assert_string_equal(out, "two words and m");
	doc_printable(out, 1, "x");
	assert_string_equal(out, "");
	doc_printable(out, sizeof(out), " \n ");
	assert_string_equal(out, " \\012 ");
}

static void
the_first_are_kept_and_each_once(void **state)
{
	struct doc *doc = parse("{}");
	struct doc_at root = doc_root(doc);

	(void)state;
	doc_error(&root, NULL, "the same");
	doc_error(&root, NULL, "the same");
	assert_int_equal(doc_error_count(doc), 1);
	for (int i = 0; i < 1000; i++)
		doc_error(&root, NULL, "number %d", i);
	assert_int_equal(doc_error_count(doc), DOC_ERRORS_MAX);
	assert_non_null(strstr(doc_error_text(doc, DOC_ERRORS_MAX - 1), "number 18"));
	doc_free(doc);
}

static void
long_texts_are_cut(void **state)
{
	static char key[100000];
	struct doc *doc = parse("{}");
	struct doc_at root = doc_root(doc), at;

	(void)state;
	memset(key, 'k', sizeof(key) - 1);
	doc_value(&root, key, &at);
	doc_error(&at, key, "%s", key);
	assert_true(strlen(doc_error_text(doc, 0)) < 5000);
	doc_free(doc);
}

static void
all_are_printed_behind_a_prefix(void **state)
{
	struct doc *doc = parse("{}");
	struct doc_at root = doc_root(doc);
	char text[256] = "";
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	doc_error(&root, "a", "one");
	doc_error(&root, "b", "two");
	doc_print_errors(doc, "prog: ", file);
	rewind(file);
	assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
	assert_string_equal(text, "prog: d\\033.json:1: $.a: one\nprog: d\\033.json:1: $.b: two\n");
	fclose(file);
	doc_free(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_are_printable),
	    cmocka_unit_test(the_first_are_kept_and_each_once),
	    cmocka_unit_test(long_texts_are_cut),
	    cmocka_unit_test(all_are_printed_behind_a_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
