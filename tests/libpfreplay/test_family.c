/*
 * test_family.c - families of dialects and how they differ.
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

#include "families/rules.h"
#include "family.h"

static enum pfreplay_family
family(const char *dialect)
{
	const struct pfsync_dialect *found = pfsync_dialect_by_name(dialect);

	assert_non_null(found);
	return family_of_dialect(found);
}

static void
every_dialect_has_a_family_of_its_version(void **state)
{
	(void)state;
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		enum pfreplay_family f = family_of_dialect(dialect);

		assert_int_not_equal(f, PFREPLAY_FAMILY_UNKNOWN);
		/* 5c has the records of 6 and follows its rules */
		if (strcmp(dialect->name, "openbsd-5c") != 0)
			assert_int_equal(rules_of(f)->version, dialect->version);
	}
	assert_int_equal(family_of_dialect(NULL), PFREPLAY_FAMILY_UNKNOWN);
}

static void
known_systems(void **state)
{
	(void)state;
	assert_int_equal(family("openbsd-2b"), PFREPLAY_V2A);
	assert_int_equal(family("openbsd-2g"), PFREPLAY_V2B);
	assert_int_equal(family("netbsd-3"), PFREPLAY_V3);
	assert_int_equal(family("dragonfly-4"), PFREPLAY_V4B);
	assert_int_equal(family("openbsd-5b"), PFREPLAY_V5O);
	assert_int_equal(family("freebsd-9"), PFREPLAY_V5F9);
	assert_int_equal(family("freebsd-13"), PFREPLAY_V5F10);
	assert_int_equal(family("freebsd-14"), PFREPLAY_V5F14);
	assert_int_equal(family("freebsd-15"), PFREPLAY_V5F15);
	assert_int_equal(family("openbsd-6j"), PFREPLAY_V6A);
	assert_int_equal(family("openbsd-7.4"), PFREPLAY_V6B);
}

static void
names(void **state)
{
	(void)state;
	assert_string_equal(pfreplay_family_name(PFREPLAY_V2A), "V2a");
	assert_string_equal(pfreplay_family_name(PFREPLAY_V5F15), "V5f15");
	assert_string_equal(pfreplay_family_name(PFREPLAY_V6B), "V6b");
	assert_string_equal(pfreplay_family_name(PFREPLAY_FAMILY_UNKNOWN), "unknown");
	assert_string_equal(pfreplay_family_name((enum pfreplay_family)99), "unknown");
	for (int f = 0; f < PFREPLAY_FAMILY_COUNT; f++)
		assert_non_null(rules_of((enum pfreplay_family)f)->name);
}

static void
eras(void **state)
{
	(void)state;
	assert_int_equal(rules_of(PFREPLAY_V2A)->era, MERGE_NO_TEST);
	assert_int_equal(rules_of(PFREPLAY_V4B)->era, MERGE_A_V4);
	assert_int_equal(rules_of(PFREPLAY_V5F9)->era, MERGE_A_V5);
	assert_int_equal(rules_of(PFREPLAY_V5F15)->era, MERGE_B);
	assert_int_equal(rules_of(PFREPLAY_V6B)->era, MERGE_C);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_dialect_has_a_family_of_its_version),
	    cmocka_unit_test(known_systems),
	    cmocka_unit_test(names),
	    cmocka_unit_test(eras),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
