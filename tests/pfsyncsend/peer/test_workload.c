/*
 * test_workload.c - flows on demand are flows that a firewall lets pass.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "workload.h"

#define T0 (INT64_C(1700000000) * 1000000000)

static void
begins_goes_on_and_ends(void **state)
{
	static const char *const ifnames[] = {"em0"};
	static const uint8_t protos[] = {6, 17, 1};
	struct workload work = {.base = 3, .ifname = "em0"};
	struct fw_config config;
	const struct fw_state *st;
	uint64_t cursor = 0;
	struct fw *fw;

	(void)state;
	fw_config_init(&config, FW_V6B);
	config.hostid = 3;
	config.ifnames = ifnames;
	config.ifname_count = 1;
	config.state_limit = 300;
	fw = fw_new(&config, NULL, T0, NULL);
	assert_non_null(fw);
	assert_false(workload_update(&work, fw, T0));
	assert_false(workload_delete(&work, fw, T0));
	for (int n = 0; n < 300; n++)
		assert_true(workload_insert(&work, fw, T0, protos[n % 3]));
	assert_false(workload_insert(&work, fw, T0, 6));
	for (int n = 0; n < 3000; n++)
		assert_true(workload_update(&work, fw, T0));
	/* Ten packets each: connections stand, and data went both ways. */
	while ((st = fw_next(fw, &cursor)) != NULL) {
		assert_int_equal(st->packets[0] + st->packets[1], 11);
		assert_true(st->packets[0] > 3 && st->packets[1] > 3);
		if (st->proto == 6) {
			assert_int_equal(st->src.state, PFSYNC_TCPS_ESTABLISHED);
			assert_int_equal(st->dst.state, PFSYNC_TCPS_ESTABLISHED);
			assert_true(st->bytes[0] > 200 && st->bytes[1] > 200);
		}
	}
	for (int n = 0; n < 300; n++)
		assert_true(workload_delete(&work, fw, T0));
	assert_int_equal(fw_state_count(fw), 0);
	fw_free(fw);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(begins_goes_on_and_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
