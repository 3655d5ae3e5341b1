/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "carp.h"

#define SECOND INT64_C(1000000000)

/* Two nodes and a wire that delivers at once, unless cut. */
struct wire {
	struct carp *carp;
	bool cut;
	uint8_t demote[2];
	struct {
		size_t node;
		uint8_t bytes[CARP_ADVERT_BYTES];
	} sent[64];
	size_t count, delivered;
};

static void
on_advert(void *context, size_t node, size_t vhid, const uint8_t bytes[CARP_ADVERT_BYTES])
{
	struct wire *wire = context;

	(void)vhid;
	assert_true(wire->count < 64);
	wire->sent[wire->count].node = node;
	memcpy(wire->sent[wire->count++].bytes, bytes, CARP_ADVERT_BYTES);
}

static void
on_shown(void *context, size_t node, uint8_t advskew, uint8_t *skew, uint8_t *demote)
{
	struct wire *wire = context;

	*skew = advskew;
	*demote = wire->demote[node];
}

static void
setup(struct wire *wire, bool openbsd)
{
	struct carp_callbacks call = {.context = wire, .advert = on_advert, .shown = on_shown};
	struct carp_vhid vhid = {.vhid = 7, .preempt = true, .address_count = 1};
	struct carp_member members[2] = {{true, openbsd, 1, 0}, {true, openbsd, 1, 100}};

	*wire = (struct wire){.carp = carp_new(2, &call)};
	carp_add(wire->carp, &vhid, members);
	carp_up(wire->carp, 0, 0);
	carp_up(wire->carp, 0, 1);
}

static void
run_until(struct wire *wire, int64_t *now, int64_t until)
{
	while (carp_deadline_ns(wire->carp) <= until) {
		*now = carp_deadline_ns(wire->carp);
		carp_tick(wire->carp, *now);
		for (; wire->delivered < wire->count; wire->delivered++) {
			if (!wire->cut)
				carp_receive(wire->carp, *now, 1 - wire->sent[wire->delivered].node,
				    wire->sent[wire->delivered].bytes);
		}
		if (wire->delivered == wire->count && wire->count > 32)
			wire->delivered = wire->count = 0;
	}
	*now = until;
}

static void
test_advert_octets(void **state)
{
	struct wire wire;
	int64_t now = 0;
	uint32_t sum = 0;

	(void)state;
	setup(&wire, true);
	run_until(&wire, &now, 3 * SECOND + 1);
	assert_true(wire.count > 0);
	assert_int_equal(wire.sent[0].node, 0); /* waits least */
	assert_int_equal(wire.sent[0].bytes[0], 0x21);
	assert_int_equal(wire.sent[0].bytes[1], 7);
	assert_int_equal(wire.sent[0].bytes[2], 0);
	assert_int_equal(wire.sent[0].bytes[3], 7);
	assert_int_equal(wire.sent[0].bytes[5], 1);
	for (size_t i = 0; i < CARP_ADVERT_BYTES; i += 2)
		sum += (uint32_t)wire.sent[0].bytes[i] << 8 | wire.sent[0].bytes[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
	carp_free(wire.carp);
}

static void
test_one_master_then_failover_and_back(void **state)
{
	struct wire wire;
	int64_t now = 0;

	(void)state;
	setup(&wire, true);
	run_until(&wire, &now, 10 * SECOND);
	assert_int_equal(carp_master(wire.carp, 0), 0);
	assert_int_equal(carp_masters(wire.carp, 0), 1);
	carp_down(wire.carp, now, 0, false);
	run_until(&wire, &now, 20 * SECOND);
	assert_int_equal(carp_master(wire.carp, 0), 1);
	carp_up(wire.carp, now, 0);
	run_until(&wire, &now, 30 * SECOND);
	assert_int_equal(carp_master(wire.carp, 0), 0); /* preempts */
	assert_int_equal(carp_masters(wire.carp, 0), 1);
	carp_free(wire.carp);
}

static void
test_farewell_is_quick(void **state)
{
	struct wire wire;
	int64_t now = 0;

	(void)state;
	setup(&wire, true);
	run_until(&wire, &now, 10 * SECOND);
	carp_down(wire.carp, now, 0, true);
	assert_int_equal(wire.sent[wire.count - 1].bytes[2], 255);
	assert_int_equal(wire.sent[wire.count - 1].bytes[5], 255);
	carp_receive(wire.carp, now, 1, wire.sent[wire.count - 1].bytes);
	assert_int_equal(carp_role(wire.carp, 1, 0), CARP_MASTER);
	carp_free(wire.carp);
}

static void
test_split_brain_heals(void **state)
{
	struct wire wire;
	int64_t now = 0;

	(void)state;
	setup(&wire, false);
	run_until(&wire, &now, 10 * SECOND);
	wire.cut = true;
	run_until(&wire, &now, 20 * SECOND);
	assert_int_equal(carp_masters(wire.carp, 0), 2);
	assert_int_equal(carp_master(wire.carp, 0), 0); /* it is longer */
	wire.cut = false;
	run_until(&wire, &now, 30 * SECOND);
	assert_int_equal(carp_masters(wire.carp, 0), 1);
	assert_int_equal(carp_master(wire.carp, 0), 0);
	carp_free(wire.carp);
}

static void
test_demotion_moves_the_master_on_openbsd(void **state)
{
	struct wire wire;
	int64_t now = 0;

	(void)state;
	setup(&wire, true);
	run_until(&wire, &now, 10 * SECOND);
	wire.demote[0] = 32;
	run_until(&wire, &now, 20 * SECOND);
	assert_int_equal(carp_master(wire.carp, 0), 1);
	wire.demote[0] = 0;
	run_until(&wire, &now, 30 * SECOND);
	assert_int_equal(carp_master(wire.carp, 0), 0);
	carp_free(wire.carp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_advert_octets),
	    cmocka_unit_test(test_one_master_then_failover_and_back),
	    cmocka_unit_test(test_farewell_is_quick),
	    cmocka_unit_test(test_split_brain_heals),
	    cmocka_unit_test(test_demotion_moves_the_master_on_openbsd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
