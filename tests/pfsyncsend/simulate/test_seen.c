/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rng.h"
#include "seen.h"

static void
test_add_find_remove(void **state)
{
	struct seen *seen = seen_new();
	struct seen_entry *entry = seen_add(seen, 1, 2);

	(void)state;
	assert_int_equal(entry->deleted_ns, -1);
	entry->full = true;
	assert_true(seen_add(seen, 1, 2)->full); /* the same */
	assert_null(seen_find(seen, 1, 3));
	assert_int_equal(seen_count(seen), 1);
	seen_remove(seen, 1, 3);
	assert_int_equal(seen_count(seen), 1);
	seen_remove(seen, 1, 2);
	assert_null(seen_find(seen, 1, 2));
	assert_int_equal(seen_count(seen), 0);
	seen_free(seen);
}

static void
test_differing_is_counted(void **state)
{
	struct seen *seen = seen_new();

	(void)state;
	seen_differ(seen, seen_add(seen, 1, 1), 0, true);
	seen_differ(seen, seen_find(seen, 1, 1), 1, true);
	seen_differ(seen, seen_add(seen, 2, 1), 0, true);
	assert_int_equal(seen_differing(seen), 2);
	seen_differ(seen, seen_find(seen, 1, 1), 0, false);
	assert_int_equal(seen_differing(seen), 2);
	seen_differ(seen, seen_find(seen, 1, 1), 1, false);
	assert_int_equal(seen_differing(seen), 1);
	seen_remove(seen, 2, 1);
	assert_int_equal(seen_differing(seen), 0);
	seen_free(seen);
}

/* Against a plain array, with growth and gaps closing. */
static void
test_many(void **state)
{
	enum { IDS = 5000 };
	static bool there[IDS];
	struct seen *seen = seen_new();
	struct rng rng;
	size_t cursor = 0, count = 0, walked = 0;

	(void)state;
	rng_init(&rng, 3, "seen", 0);
	for (int i = 0; i < 100000; i++) {
		uint64_t id = rng_below(&rng, IDS);
		if (rng_chance(&rng, 0.5)) {
			seen_add(seen, id << 32, (uint32_t)id & 1);
			there[id] = true;
		} else {
			seen_remove(seen, id << 32, (uint32_t)id & 1);
			there[id] = false;
		}
	}
	for (uint64_t id = 0; id < IDS; id++) {
		assert_int_equal(seen_find(seen, id << 32, (uint32_t)id & 1) != NULL, there[id]);
		count += there[id];
	}
	while (seen_next(seen, &cursor) != NULL)
		walked++;
	assert_int_equal(walked, count);
	assert_int_equal(seen_count(seen), count);
	seen_free(seen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_add_find_remove),
	    cmocka_unit_test(test_differing_is_counted),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
