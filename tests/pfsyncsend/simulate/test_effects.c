/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "effects.h"

static void
test_of_a_kind_are_one(void **state)
{
	struct effects *effects = effects_new();
	const struct effect *effect;

	(void)state;
	for (int64_t i = 0; i < 20; i++)
		effects_add(effects, "D-06", "rolled-back", 1, 100 + i, (uint64_t)i, 7, i * 10);
	effects_add(effects, "D-06", "rolled-back", 0, 500, 1, 7, 1);
	assert_int_equal(effects_count(effects), 2);
	effect = effects_at(effects, 0);
	assert_string_equal(effect->code, "D-06");
	assert_int_equal(effect->count, 20);
	assert_int_equal(effect->first_ns, 100);
	assert_int_equal(effect->last_ns, 119);
	assert_int_equal(effect->number_max, 190);
	assert_int_equal(effect->example_count, EFFECT_EXAMPLES);
	assert_int_equal(effect->examples[3].number, 30);
	effects_free(effects);
}

static void
test_corrections_in_a_row(void **state)
{
	struct effects *effects = effects_new();

	(void)state;
	assert_int_equal(effects_correction(effects, 0, 0, 5, 1), 1);
	assert_int_equal(effects_correction(effects, 10, 1, 5, 1), 2);
	assert_int_equal(effects_correction(effects, 20, 0, 5, 1), 3);
	assert_int_equal(effects_correction(effects, 30, 0, 5, 1), 1);         /* same side twice */
	assert_int_equal(effects_correction(effects, 2000000000, 1, 5, 1), 1); /* too late */
	assert_int_equal(effects_correction(effects, 2000000001, 0, 5, 2), 1); /* another state */
	effects_free(effects);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_of_a_kind_are_one),
	    cmocka_unit_test(test_corrections_in_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
