/*
 * test_netstat.c - counters as OpenBSD and FreeBSD print them, and what is none.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "craft.h"
#include "netstat.h"

static struct lines lines;

static bool
read_text(const char *text, struct netstat *netstat)
{
	bool good;

	memset(&lines, 0, sizeof(lines));
	lines.name = "list";
	lines.stream = craft_open(text, strlen(text));
	assert_non_null(lines.stream);
	good = netstat_read(&lines, netstat);
	fclose(lines.stream);
	return good;
}

static void
test_openbsd(void **state)
{
	struct netstat netstat;

	(void)state;
	assert_true(read_text("carp:\n\t99 packets received (IPv4)\n"
			      "pfsync:\n"
			      "\t10 packets received (IPv4)\n"
			      "\t1 packet received (IPv6)\n"
			      "\t\t2 packets discarded for bad interface\n"
			      "\t\t3 packets discarded for bad ttl\n"
			      "\t\t4 packets shorter than header\n"
			      "\t\t5 packets discarded for bad version\n"
			      "\t\t6 packets discarded for bad HMAC\n"
			      "\t\t7 packets discarded for bad action\n"
			      "\t\t8 packets discarded for short packet\n"
			      "\t\t9 states discarded for bad values\n"
			      "\t\t10 stale states\n"
			      "\t\t11 failed state lookup/inserts\n"
			      "\t12 packets sent (IPv4)\n"
			      "\t0 packets sent (IPv6)\n"
			      "\t\t13 send failed due to mbuf memory error\n"
			      "\t\t1 send error\n"
			      "divert:\n\t55 packets received (IPv4)\n",
	    &netstat));
	for (size_t i = NETSTAT_BADIF; i <= NETSTAT_BADSTATE; i++)
		assert_int_equal(netstat.counter[i], i + 1);
	assert_int_equal(netstat.counter[NETSTAT_IPACKETS], 11);
	assert_int_equal(netstat.counter[NETSTAT_OPACKETS], 12);
	assert_int_equal(netstat.counter[NETSTAT_ONOMEM], 13);
	assert_int_equal(netstat.counter[NETSTAT_OERRORS], 1);
	assert_false(netstat.has_messages);
}

static void
test_freebsd(void **state)
{
	struct netstat netstat;

	(void)state;
	assert_true(read_text("pfsync:\n"
			      "\t545 packets received (IPv4)\n"
			      "\t\t1 clear all request received\n"
			      "\t\t46 13.1 state inserts received\n"
			      "\t\t4 14.0 state inserts received\n"
			      "\t\t2 state inserts received\n"
			      "\t\t7 state inserted acks received\n"
			      "\t\t1 compressed state update received\n"
			      "\t\t545 end of frame marks received\n"
			      "\t\t/3 packets discarded for bad interface\n"
			      "\t9 packets sent (IPv4)\n"
			      "\t\t5 state updates sent\n"
			      "\t\t1 failure due to mbuf memory error\n"
			      "\t\t0 send errors\n"
			      "\t\t12 things that a later release may count\n",
	    &netstat));
	assert_true(netstat.has_messages);
	assert_int_equal(netstat.received[PFSYNC_ACT_CLR], 1);
	assert_int_equal(netstat.received[PFSYNC_ACT_INS], 52);
	assert_int_equal(netstat.received[PFSYNC_ACT_INS_ACK], 7);
	assert_int_equal(netstat.received[PFSYNC_ACT_UPD_C], 1);
	assert_int_equal(netstat.received[PFSYNC_ACT_EOF], 545);
	assert_int_equal(netstat.sent[PFSYNC_ACT_UPD], 5);
	assert_int_equal(netstat.counter[NETSTAT_BADIF], 3);
	assert_int_equal(netstat.counter[NETSTAT_ONOMEM], 1);
	assert_false(netstat.has_counter[NETSTAT_BADTTL]);
}

static void
test_errors(void **state)
{
	struct netstat netstat;

	(void)state;
	assert_false(read_text("", &netstat));
	assert_non_null(strstr(lines.error, "list: there are no counters"));
	assert_false(read_text("tcp:\n\t5 packets sent\n", &netstat));
	assert_false(read_text("pfsync:\n\tno packets received (IPv4)\n", &netstat));
	assert_string_equal(lines.error, "list:2: not a counter as netstat prints it");
	assert_false(read_text("pfsync:\n\t99999999999999999999999 stale states\n", &netstat));
}

static void
test_since(void **state)
{
	struct netstat before, after;

	(void)state;
	assert_true(read_text("pfsync:\n\t4294967290 stale states\n\t5 send errors\n", &before));
	assert_true(read_text("pfsync:\n\t10 stale states\n\t5 send errors\n", &after));
	assert_true(netstat_since(&after, &before));
	assert_int_equal(after.counter[NETSTAT_STALE], 16);
	assert_int_equal(after.counter[NETSTAT_OERRORS], 0);
	assert_true(read_text("pfsync:\n\t100 stale states\n", &before));
	assert_true(read_text("pfsync:\n\t10 stale states\n", &after));
	assert_false(netstat_since(&after, &before));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_openbsd),
	    cmocka_unit_test(test_freebsd),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_since),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
