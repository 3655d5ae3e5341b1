/*
 * test_rawsock.c - real packets on loopback, both ways.
 *
 * SPDX-License-Identifier: ISC
 *
 * Needs raw sockets: without, the tests say so and are skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <net/if.h>
#include <poll.h>

#include "rawsock.h"

static char loopback[IF_NAMESIZE];

static void
find_loopback(struct netif *netif)
{
	const char *const names[] = {"lo", "lo0"};
	char error[RAWSOCK_ERROR_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (netif_look(names[i], netif, error)) {
			strcpy(loopback, names[i]);
			return;
		}
		assert_non_null(strstr(error, names[i]));
		assert_non_null(strstr(error, "no such interface"));
	}
	fail_msg("no loopback interface");
}

static void
interfaces_are_known(void **state)
{
	char error[RAWSOCK_ERROR_MAX];
	struct netif netif;

	(void)state;
	find_loopback(&netif);
	assert_int_equal(netif.kind, NETIF_LOOPBACK);
	assert_string_equal(netif.name, loopback);
	assert_true(netif.index > 0 && netif.mtu > 0);
	assert_false(netif_look("none0", &netif, error));
	assert_false(netif_look("", &netif, error));
	assert_false(netif_look(
	    "a name that is longer than any interface has ever had, in any system", &netif, error));
	assert_false(netif_look("\033[31m", &netif, error));
	assert_null(strchr(error, '\033'));
}

static struct rawsock *
open_or_skip(const struct netif *netif, bool ip6)
{
	char error[RAWSOCK_ERROR_MAX];
	struct rawsock *sock = rawsock_open(netif, ip6, PFSYNC_IPPROTO, error);

	if (sock == NULL) {
		print_message("skipped: %s\n", error);
		skip();
	}
	return sock;
}

/* One packet to oneself. */
static void
round_trip(const char *address)
{
	char error[RAWSOCK_ERROR_MAX];
	uint8_t room[2048], payload[] = {6, 0, 0, 20, 0xde, 0xad, 0xbe, 0xef};
	struct rawsock_packet got;
	struct buffer bytes = {0};
	struct ip_address self;
	struct ip_packet ip;
	struct netif netif;
	struct rawsock *sock;
	struct pollfd wait;

	assert_true(ip_address_parse(address, &self));
	find_loopback(&netif);
	if (!netif.up || (self.ip6 ? !netif.has_ip6 : !netif.has_ip4)) {
		print_message("skipped: loopback has no such address\n");
		skip();
	}
	sock = open_or_skip(&netif, self.ip6);
	assert_int_equal(rawsock_receive(sock, room, sizeof(room), &got, error), RAWSOCK_NOTHING);
	ip = ip_pfsync(self.ip6);
	ip.src = ip.dst = self.addr;
	ip.payload = payload;
	ip.len = sizeof(payload);
	ip.id = 4711;
	ip.ttl = 77;
	ip_write(&bytes, &ip);
	if (!rawsock_send(sock, bytes.bytes, bytes.len, error))
		fail_msg("%s", error);
	wait = (struct pollfd){.fd = rawsock_fd(sock), .events = POLLIN};
	assert_int_equal(poll(&wait, 1, 5000), 1);
	assert_int_equal(rawsock_receive(sock, room, sizeof(room), &got, error), RAWSOCK_PACKET);
	assert_int_equal(got.ttl, 77);
	assert_memory_equal(&got.src, &self.addr, sizeof(self.addr));
	assert_memory_equal(&got.dst, &self.addr, sizeof(self.addr));
	assert_int_equal(got.len, sizeof(payload));
	assert_memory_equal(got.payload, payload, sizeof(payload));
	assert_false(rawsock_send(sock, bytes.bytes, 7, error));
	rawsock_close(sock);
	buffer_free(&bytes);
}

static void
packets_over_ip4(void **state)
{
	(void)state;
	round_trip("127.0.0.1");
}

static void
packets_over_ip6(void **state)
{
	(void)state;
	round_trip("::1");
}

static void
groups_are_joined(void **state)
{
	char error[RAWSOCK_ERROR_MAX];
	const struct pfsync_addr nobody = {{10, 9, 0, 1}};
	const struct ip_address group = ip_pfsync_group(false);
	struct netif netif;
	struct rawsock *sock;

	(void)state;
	find_loopback(&netif);
	sock = open_or_skip(&netif, false);
	if (!rawsock_join(sock, &group.addr, error))
		fail_msg("%s", error);
	assert_false(rawsock_join(sock, &nobody, error));
	assert_non_null(strstr(error, "group"));
	rawsock_close(sock);
	rawsock_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(interfaces_are_known),
	    cmocka_unit_test(packets_over_ip4),
	    cmocka_unit_test(packets_over_ip6),
	    cmocka_unit_test(groups_are_joined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
