/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config.h"

/* The errors of a document; to be freed. */
static char *
errors_of(const char *text)
{
	char *errors = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&errors, &len);
	struct sim_config *config = sim_config_parse("x.json", text, 1, out);

	fclose(out);
	assert_null(config);
	assert_true(len > 0);
	return errors;
}

static void
assert_error(const char *text, const char *expected)
{
	char *errors = errors_of(text);

	if (strstr(errors, expected) == NULL)
		fail_msg("\"%s\" is not in: %s", expected, errors);
	free(errors);
}

#define TWO "\"nodes\":[{\"family\":\"V6b\"},{\"family\":\"V5f14\"}]"

static void
test_defaults(void **state)
{
	struct sim_config *config = sim_config_parse("x.json", "{" TWO "}", 1, stderr);

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->node_count, 2);
	assert_string_equal(config->nodes[0].fw.name, "fw1");
	assert_int_equal(config->nodes[1].fw.family, FW_V5F14);
	assert_int_equal(config->nodes[1].fw.address.addr.b[3], 2);
	assert_int_not_equal(config->nodes[0].fw.hostid, config->nodes[1].fw.hostid);
	assert_memory_equal(config->nodes[0].fw.cksum, config->nodes[1].fw.cksum, 16);
	assert_int_equal(config->duration_ns, INT64_C(60000000000));
	assert_int_equal(config->capture_at, SIM_AT_MIDDLE);
	assert_int_equal(sim_node_by_name(config, "fw2"), 1);
	assert_int_equal(sim_node_by_name(config, "fw3"), -1);
	sim_config_free(config);
}

static void
test_values(void **state)
{
	static const char text[] =
	    "{\"duration\":\"2m\",\"instants\":{\"every\":\"30s\"},\"routing\":\"by-direction\","
	    "\"nodes\":[{\"name\":\"a\",\"family\":\"V5f10\",\"hostid\":\"0000beef\","
	    "\"timeouts\":{\"tcp.established\":10},\"if_bound\":true,\"lan\":\"igb0\"},"
	    "{\"name\":\"b\",\"family\":\"V6b\",\"syncpeer\":\"10.255.0.1\"}],"
	    "\"workload\":[{\"proto\":\"udp\",\"rate\":2.5,\"lifetime\":\"3s\"},"
	    "{\"proto\":\"icmp\",\"af\":\"inet6\",\"node\":\"b\"}],"
	    "\"faults\":[{\"kind\":\"loss-of\",\"action\":\"BUS\",\"status\":\"end\","
	    "\"from\":\"a\",\"at\":1,\"for\":\"10s\"},"
	    "{\"kind\":\"restart\",\"node\":\"a\",\"at\":5,\"keep_hostid\":true}]}";
	struct sim_config *config = sim_config_parse("x.json", text, 1, stderr);

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->instant_count, 3);
	assert_int_equal(config->routing, SIM_ROUTE_BY_DIRECTION);
	assert_int_equal(config->nodes[0].fw.hostid, 0xbeef);
	assert_int_equal(config->nodes[0].fw.timeout_s[2], 10);
	assert_string_equal(config->nodes[0].lan, "igb0");
	assert_int_equal(config->nodes[1].fw.syncpeer.addr.b[0], 10);
	assert_int_equal(config->classes[0].flow.proto, 17);
	assert_int_equal(config->classes[1].flow.proto, 58);
	assert_int_equal(config->classes[1].node, 1);
	assert_int_equal(config->faults[0].bus_status, PFSYNC_BUS_END);
	assert_int_equal(config->faults[0].until_ns, INT64_C(11000000000));
	assert_string_equal(config->faults[0].codes[0], "D-12");
	assert_string_equal(config->faults[1].codes[0], "D-29");
	sim_config_free(config);
}

static void
test_errors_say_where_and_what_is_accepted(void **state)
{
	(void)state;
	assert_error("{}", "x.json:1: $");
	assert_error("{" TWO ",\n\"wat\":1}", "x.json:2: $.wat");
	assert_error("{\"nodes\":[{\"family\":\"V6b\"}]}", "2 to 4");
	assert_error("{\"nodes\":[{\"family\":\"V6b\"},\n{\"family\":\"V9\"}]}",
	    "x.json:2: $.nodes[1].family");
	assert_error("{\"nodes\":[{\"family\":\"V6b\"},{\"family\":\"V9\"}]}", "V5f14");
	assert_error("{\"nodes\":[{\"family\":\"V6b\"},{\"family\":\"V6b\",\"name\":\"fw1\"}]}",
	    "a name of its own");
	assert_error("{" TWO ",\"active\":\"fw9\"}", "fw1, fw2");
	assert_error("{" TWO ",\"duration\":\"soon\"}", "$.duration");
	assert_error("{" TWO ",\"workload\":[{\"proto\":\"tpc\"}]}", "$.workload[0].proto");
	assert_error("{" TWO ",\"workload\":[{\"nat\":true,\"direction\":\"in\"}]}", "way out");
	assert_error("{" TWO ",\"workload\":[{\"rule\":0}]}", "no \"rules\"");
	assert_error("{" TWO ",\"faults\":[{\"kind\":\"losss\"}]}", "loss-nth");
	assert_error("{" TWO ",\"faults\":[{\"kind\":\"mute\"}]}", "$.faults[0]");
	assert_error("{" TWO ",\"faults\":[{\"kind\":\"mute\",\"node\":\"fw1\",\"rate\":1}]}",
	    "$.faults[0].rate");
	assert_error("{" TWO ",\"faults\":[{\"kind\":\"loss\",\"codes\":[\"D6\"]}]}", "D-01");
	assert_error("{" TWO ",\"faults\":[{\"kind\":\"loss\",\"at\":\"2h\"}]}", "end of the run");
	assert_error("{" TWO ",\"instants\":[\"2h\"]}", "outside");
	assert_error("{" TWO ",\"carp\":[{\"advskew\":{\"fw7\":1}}]}", "names of the nodes");
	assert_error(
	    "{" TWO ",\"scripts\":[{\"packets\":[{\"at\":1,\"flags\":\"X\"}]}]}", "letters of");
	assert_error(
	    "{\"nodes\":[{\"family\":\"V6b\"},{\"family\":\"V5f14\",\"address\":\"fe80::1\"}],"
	    "\"carp\":[{\"advskew\":{\"fw2\":1}}]}",
	    "over IPv4");
	assert_error("{\"nodes\":", "x.json:1");
}

static void
test_missing_file(void **state)
{
	char *errors = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&errors, &len);

	(void)state;
	assert_null(sim_config_read("/nonexistent.json", 1, out));
	fclose(out);
	assert_non_null(strstr(errors, "/nonexistent.json"));
	free(errors);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_errors_say_where_and_what_is_accepted),
	    cmocka_unit_test(test_missing_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
