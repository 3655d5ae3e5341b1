/*
 * test_ifnames.c - which interfaces a firewall has.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ifnames.h"

static void
nothing_known_lacks_nothing(void **state)
{
	struct ifnames *ifnames = ifnames_new();

	(void)state;
	assert_false(ifnames_lacking(NULL, "em0"));
	assert_false(ifnames_lacking(ifnames, "em0"));
	/* what it does not use itself may be there all the same */
	assert_false(ifnames_use(ifnames, "em1"));
	assert_false(ifnames_lacking(ifnames, "em0"));
	assert_true(ifnames_used(ifnames, "em1"));
	assert_int_equal(ifnames_count_used(ifnames), 1);
	ifnames_free(ifnames);
}

static void
a_given_list_is_complete(void **state)
{
	struct ifnames *ifnames = ifnames_new();

	(void)state;
	ifnames_give(ifnames, "em0");
	assert_false(ifnames_lacking(ifnames, "em0"));
	assert_true(ifnames_lacking(ifnames, "igb0"));
	assert_false(ifnames_lacking(ifnames, "all"));
	/* and no doubt changes it */
	assert_false(ifnames_doubt(ifnames, "em0", 99));
	assert_false(ifnames_lacking(ifnames, "em0"));
	ifnames_free(ifnames);
}

static void
refused_again_and_again(void **state)
{
	struct ifnames *ifnames = ifnames_new();

	(void)state;
	/* lost twice is nothing */
	for (int i = 0; i < 20; i++)
		assert_false(ifnames_doubt(ifnames, "igb0", 2));
	assert_false(ifnames_doubt(ifnames, "igb0", 3));
	assert_false(ifnames_doubt(ifnames, "igb0", 3));
	assert_true(ifnames_doubt(ifnames, "igb0", 3));
	assert_false(ifnames_doubt(ifnames, "igb0", 3)); /* said once */
	assert_true(ifnames_lacking(ifnames, "igb0"));
	assert_false(ifnames_lacking(ifnames, "igb1"));
	/* one state alone needs more */
	assert_true(ifnames_doubt(ifnames, "igb1", 5));
	/* a state that it has there proves the contrary, for good */
	assert_true(ifnames_use(ifnames, "igb0"));
	assert_false(ifnames_lacking(ifnames, "igb0"));
	assert_false(ifnames_doubt(ifnames, "igb0", 9));
	ifnames_free(ifnames);
}

static void
names_without_an_end(void **state)
{
	static const char full[16] = {
	    'v', 'l', 'a', 'n', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '1'};
	struct ifnames *ifnames = ifnames_new();
	char name[16];

	(void)state;
	(void)ifnames_use(ifnames, full);
	assert_true(ifnames_used(ifnames, full));
	assert_false(ifnames_use(ifnames, ""));
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "x%d", i);
		(void)ifnames_use(ifnames, name);
	}
	assert_true(ifnames_count_used(ifnames) < 3000);
	ifnames_free(ifnames);
	ifnames_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_known_lacks_nothing),
	    cmocka_unit_test(a_given_list_is_complete),
	    cmocka_unit_test(refused_again_and_again),
	    cmocka_unit_test(names_without_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
