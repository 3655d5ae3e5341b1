/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine.h"

static const char text[] =
    "{\"nodes\":[{\"family\":\"V6b\",\"lan\":\"em0\",\"wan\":\"em1\"},{\"family\":\"V5f14\"}],"
    "\"workload\":[{\"proto\":\"tcp\"},{\"nat\":true,\"route_to\":true},"
    "{\"proto\":\"icmp\",\"af\":\"inet6\"}]}";

struct fixture {
	struct sim_config *config;
	struct sim sim;
};

static int
setup(void **state)
{
	static struct fixture fixture;

	fixture.config = sim_config_parse("x", text, 1, stderr);
	assert_non_null(fixture.config);
	fixture.sim = (struct sim){.config = fixture.config, .nodes = 2};
	*state = &fixture;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *fixture = *state;

	sim_config_free(fixture->config);
	return 0;
}

static struct sim_flow
flow_of(uint16_t kind, uint64_t number)
{
	return (struct sim_flow){.kind = kind, .flow = {.number = (uint64_t)kind << 40 | number}};
}

/* The initiator stands first on the way in, last on the way out (OB 4.3). */
static void
test_sides(void **state)
{
	struct fixture *f = *state;
	struct sim_flow in = flow_of(0, 5), out = flow_of(1, 5);
	struct fw_flow about;

	traffic_describe(&f->sim, 0, &in, false, &about);
	assert_int_equal(about.direction, PFSYNC_IN);
	assert_string_equal(about.ifname, "em0");
	assert_int_equal(about.wire.addr[0].b[0], 10);
	assert_int_equal(about.wire.addr[1].b[0], 198);
	assert_int_equal(about.wire.port[1], 443);
	assert_memory_equal(&about.wire, &about.stack, sizeof(about.wire));
	traffic_describe(&f->sim, 0, &out, false, &about);
	assert_int_equal(about.direction, PFSYNC_OUT);
	assert_string_equal(about.ifname, "em1");
	assert_int_equal(about.wire.addr[0].b[0], 198);
	assert_int_equal(about.wire.addr[1].b[0], 203); /* translated */
	assert_int_equal(about.stack.addr[1].b[0], 10);
	assert_string_equal(about.rt_ifname, "em1");
	assert_string_equal(pfsync_rt_name(PFSYNC_REC_V6, about.rt), "route-to");
	traffic_describe(&f->sim, 1, &out, false, &about);
	assert_string_equal(pfsync_rt_name(PFSYNC_REC_1400, about.rt), "route-to");
}

static void
test_reversed(void **state)
{
	struct fixture *f = *state;
	struct sim_flow in = flow_of(0, 5);
	struct fw_flow about;

	traffic_describe(&f->sim, 0, &in, true, &about);
	assert_int_equal(about.direction, PFSYNC_IN);
	assert_string_equal(about.ifname, "em1");
	assert_int_equal(about.wire.addr[0].b[0], 198); /* the server began */
}

static void
test_icmp6(void **state)
{
	struct fixture *f = *state;
	struct sim_flow flow = flow_of(2, 0);
	struct fw_flow about;

	traffic_describe(&f->sim, 0, &flow, false, &about);
	assert_int_equal(about.proto, 58);
	assert_int_equal(about.af, PFSYNC_AF_INET6);
	assert_int_equal(about.wire.addr[0].b[0], 0x20);
	assert_int_equal(about.wire.port[1], 128);
}

/* Flows of a class, and of classes, share no key. */
static void
test_keys_are_unlike(void **state)
{
	enum { FLOWS = 2000 };
	static struct fw_key seen[2 * FLOWS];
	struct fixture *f = *state;
	size_t count = 0;

	for (uint16_t kind = 0; kind < 2; kind++) {
		for (uint64_t n = 0; n < FLOWS; n++) {
			/* Far apart, too: where addresses and ports wrap. */
			struct sim_flow flow = flow_of(kind, n * 997);
			struct fw_flow about;
			traffic_describe(&f->sim, 0, &flow, false, &about);
			seen[count++] = about.wire;
		}
	}
	for (size_t i = 0; i < count; i++) {
		for (size_t k = i + 1; k < count; k++)
			assert_memory_not_equal(&seen[i], &seen[k], sizeof(seen[i]));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_sides, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_reversed, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_icmp6, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_keys_are_unlike, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
