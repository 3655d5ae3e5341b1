/*
 * test_doc_line.c - in which line of a text a value stands.
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

/* Lines counted by hand; strings hold what could confuse. */
static const char text[] = "\n"                               /* 1 */
			   "{\n"                              /* 2 */
			   "  \"a\": \"}]\\\"{[\", \"b\" :\n" /* 3 */
			   "  [ 1, [2, {}],\n"                /* 4 */
			   "    {\"c\": {\"\\u0061\\\"\":\n"  /* 5 */
			   "      true}}, \"x\\\\\",\n"       /* 6 */
			   "    -1.5e3 ],\n"                  /* 7 */
			   "  \"\\u0064\": 1, \"e\": [\n"     /* 8 */
			   "  ], \"f\": null }\n";            /* 9 */

static void
lines_are_found(void **state)
{
	struct doc *doc = doc_parse("d", text, strlen(text));
	struct doc_at root = doc_root(doc), b, item, c;

	(void)state;
	assert_false(doc_failed(doc));
	assert_int_equal(doc_line(&root, NULL), 2);
	assert_int_equal(doc_line(&root, "a"), 3);
	assert_int_equal(doc_line(&root, "b"), 4);
	assert_int_equal(doc_line(&root, "d"), 8);
	assert_int_equal(doc_line(&root, "e"), 8);
	assert_int_equal(doc_line(&root, "f"), 9);
	assert_int_equal(doc_line(&root, "missing"), 2);
	assert_true(doc_array(&root, "b", 10, &b));
	item = doc_item(&b, 1);
	assert_int_equal(doc_line(&item, NULL), 4);
	item = doc_item(&b, 3);
	assert_int_equal(doc_line(&item, NULL), 6);
	item = doc_item(&b, 4);
	assert_int_equal(doc_line(&item, NULL), 7);
	item = doc_item_object(&b, 2);
	assert_int_equal(doc_line(&item, NULL), 5);
	assert_true(doc_object(&item, "c", &c));
	assert_int_equal(doc_line(&c, "a\""), 6);
	assert_int_equal(doc_line(&c, "other"), 5);
	doc_free(doc);
}

static void
no_document_has_no_lines(void **state)
{
	struct doc *doc = doc_parse("d", "{", 1);
	struct doc_at root = doc_root(doc);

	(void)state;
	assert_int_equal(doc_line(&root, "a"), 0);
	doc_free(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_are_found),
	    cmocka_unit_test(no_document_has_no_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
