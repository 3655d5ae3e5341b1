/*
 * test_text_table.c - columns as wide as their widest cell.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capture_out.h"
#include "text_table.h"

static struct capture_out capture;

static void
test_columns(void **state)
{
	struct text_table table = {.columns = 3, .right = {false, true, false}};
	static const char *const cells[] = {
	    "name", "count", "note", "a", "12345678", "", "longer name", "1", "last"};

	(void)state;
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		text_table_cell(&table, cells[i]);
	capture_out_open(&capture);
	text_table_put(&capture.out, &table, false);
	assert_string_equal(capture_out_close(&capture), "  name            count  note\n"
							 "  a            12345678  \n"
							 "  longer name         1  last\n");
	text_table_clear(&table);
	text_table_clear(&table);
}

static void
test_empty_and_unfinished(void **state)
{
	struct text_table table = {.columns = 2};

	(void)state;
	capture_out_open(&capture);
	text_table_put(&capture.out, &table, true);
	assert_string_equal(capture_out_close(&capture), "");
	text_table_cell(&table, "alone");
	capture_out_open(&capture);
	text_table_put(&capture.out, &table, false);
	assert_string_equal(capture_out_close(&capture), "  alone  \n");
	text_table_clear(&table);
}

static void
test_many_rows(void **state)
{
	struct text_table table = {.columns = 2};

	(void)state;
	for (int i = 0; i < 1000; i++)
		text_table_cell(&table, "x");
	capture_out_open(&capture);
	text_table_put(&capture.out, &table, false);
	assert_int_equal(strlen(capture_out_close(&capture)), 500 * strlen("  x  x\n"));
	text_table_clear(&table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_columns),
	    cmocka_unit_test(test_empty_and_unfinished),
	    cmocka_unit_test(test_many_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
