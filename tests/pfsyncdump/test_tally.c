/*
 * test_tally.c - anomalies counted by counter, with the first of each kind.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tally.h"

static void
test_counts_and_keeps_the_first(void **state)
{
	struct report_count counts[REPORT_COUNTS_MAX];
	size_t count = 0;
	char same[] = "badver"; /* another pointer, the same word */

	(void)state;
	tally_add(counts, &count,
	    &(struct report_anomaly){
		.counter = "badver", .frame = 7, .file = 1, .time_ns = 70, .text = "first"});
	tally_add(counts, &count,
	    &(struct report_anomaly){.counter = "badlen", .frame = 8, .text = "other"});
	tally_add(counts, &count,
	    &(struct report_anomaly){.counter = same, .frame = 9, .text = "second"});
	assert_int_equal(count, 2);
	assert_string_equal(counts[0].counter, "badver");
	assert_int_equal(counts[0].count, 2);
	assert_int_equal(counts[0].first_frame, 7);
	assert_int_equal(counts[0].first_file, 1);
	assert_int_equal(counts[0].first_ns, 70);
	assert_string_equal(counts[0].text, "first");
	assert_int_equal(counts[1].count, 1);
}

static void
test_more_names_than_room(void **state)
{
	struct report_count counts[REPORT_COUNTS_MAX];
	char names[REPORT_COUNTS_MAX + 5][8];
	size_t count = 0;
	uint64_t sum = 0;

	(void)state;
	for (int i = 0; i < REPORT_COUNTS_MAX + 5; i++) {
		snprintf(names[i], sizeof(names[i]), "c%d", i);
		tally_add(
		    counts, &count, &(struct report_anomaly){.counter = names[i], .frame = 1});
	}
	assert_int_equal(count, REPORT_COUNTS_MAX);
	for (size_t i = 0; i < count; i++)
		sum += counts[i].count;
	assert_int_equal(sum, REPORT_COUNTS_MAX + 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_counts_and_keeps_the_first),
	    cmocka_unit_test(test_more_names_than_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
