/*
 * test_named_states.c - what was said so far of states that have a name.
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

#include "named_states.h"

static void
the_last_word_is_kept(void **state)
{
	struct named_states named = {0};
	struct pfsync_message message = {0};
	char name[16];

	(void)state;
	assert_null(named_states_recall(&named, "n7"));
	for (uint64_t i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "n%d", (int)(i % 500));
		message.id = i;
		assert_true(named_states_keep(&named, name, &message));
	}
	assert_int_equal(named.count, 500);
	for (uint64_t i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "n%d", (int)i);
		assert_int_equal(named_states_recall(&named, name)->id, 500 + i);
	}
	assert_null(named_states_recall(&named, "n500"));
	/* What is no UTF-8 is no name. */
	assert_false(named_states_keep(&named, "\xff", &message));
	named_states_free(&named);
	assert_null(named_states_recall(&named, "n7"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_last_word_is_kept)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
