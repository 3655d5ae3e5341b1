/*
 * test_tomb.c - states that went last.
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

#include "tomb.h"
#include "view.h"

static void
found_until_its_place_is_taken(void **state)
{
	struct tombs *tombs = calloc(1, sizeof(*tombs));

	(void)state;
	assert_non_null(tombs);
	tombs_init(tombs);
	assert_null(tombs_find(tombs, 0, 0));
	tombs_put(tombs, 5, 1, 3, 77);
	assert_non_null(tombs_find(tombs, 5, 1));
	assert_int_equal(tombs_find(tombs, 5, 1)->node, 3);
	assert_null(tombs_find(tombs, 5, 2));
	for (uint64_t id = 6; id < 6 + 4 * TOMB_PLACES; id++)
		tombs_put(tombs, id, 1, 0, 78);
	assert_null(tombs_find(tombs, 5, 1));
	free(tombs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(found_until_its_place_is_taken)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
