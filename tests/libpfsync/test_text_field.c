/*
 * test_text_field.c - single fields as text, names instead of addresses, and the
 * protocol that a message is about.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "handstate.h"

/* A message that has everything, for one field at a time. */
static struct pfsync_message
everything(void)
{
	struct pfsync_message message;

	memset(&message, 0, sizeof(message));
	memset(&message.has, 0xff, sizeof(message.has));
	message.action = PFSYNC_ACT_UPD;
	message.record = PFSYNC_REC_1500;
	message.id = 0x66;
	message.creatorid = 0x2a;
	message.u.state.proto = 6;
	message.u.state.af_number = 2;
	message.u.state.wire.af_number = 24;
	message.u.state.stack.af_number = 2;
	message.u.state.rt_af_number = 28;
	return message;
}

static void
expect(const struct pfsync_message *message, enum pfsync_field field,
    const struct pfsync_dialect *dialect, int proto, const char *wanted)
{
	char text[300], small[4];

	assert_int_equal(
	    pfsync_text_field(text, sizeof(text), message, field, dialect, proto), strlen(wanted));
	assert_string_equal(text, wanted);
	assert_int_equal(pfsync_text_field(small, sizeof(small), message, field, dialect, proto),
	    strlen(wanted));
	assert_memory_equal(small, wanted, strlen(wanted) < 3 ? strlen(wanted) : 3);
}

static void
test_numbers(void **state)
{
	struct pfsync_message message = everything();
	struct pfsync_state *s = &message.u.state;

	(void)state;
	expect(&message, PFSYNC_F_ID, NULL, -1, "0000000000000066");
	expect(&message, PFSYNC_F_CREATORID, NULL, -1, "0000002a");
	s->rule = 3;
	s->anchor = PFSYNC_RULE_NONE;
	expect(&message, PFSYNC_F_RULE, NULL, -1, "3");
	expect(&message, PFSYNC_F_ANCHOR, NULL, -1, "none");
	s->rtableid[0] = -1;
	s->rtableid[1] = INT32_MIN;
	expect(&message, PFSYNC_F_RTABLEID0, NULL, -1, "-1");
	expect(&message, PFSYNC_F_RTABLEID1, NULL, -1, "-2147483648");
	s->bytes[0] = UINT64_MAX;
	expect(&message, PFSYNC_F_BYTES0, NULL, -1, "18446744073709551615");
	s->state_flags = 0x0006;
	expect(&message, PFSYNC_F_STATE_FLAGS, NULL, -1, "0x0006 sloppy pflow");
	message.u.tdb.spi = 0xabc;
	expect(&message, PFSYNC_F_TDB_SPI, NULL, -1, "0x00000abc");
}

static void
test_words(void **state)
{
	struct pfsync_message message = everything();
	struct pfsync_state *s = &message.u.state;
	const struct pfsync_dialect *openbsd = pfsync_dialect_by_name("openbsd-2f");

	(void)state;
	s->direction = PFSYNC_OUT;
	s->src.state = PFSYNC_TCPS_ESTABLISHED;
	s->timeout = 2;
	expect(&message, PFSYNC_F_AF, NULL, -1, "2 inet");
	expect(&message, PFSYNC_F_WIRE_AF, NULL, -1, "24 inet6");
	s->stack.af_number = 9;
	expect(&message, PFSYNC_F_STACK_AF, NULL, -1, "9");
	expect(&message, PFSYNC_F_PROTO, NULL, -1, "6 tcp");
	expect(&message, PFSYNC_F_DIRECTION, NULL, -1, "2 out");
	expect(&message, PFSYNC_F_SRC_STATE, NULL, -1, "4 ESTABLISHED");
	expect(&message, PFSYNC_F_TIMEOUT, NULL, -1, "2 tcp.established");
	expect(&message, PFSYNC_F_TIMEOUT, openbsd, -1, "2 tcp.established");
	s->timeout = (uint8_t)(openbsd->timeout_max + 1);
	{
		char wanted[32];

		snprintf(wanted, sizeof(wanted), "%u purge", s->timeout);
		expect(&message, PFSYNC_F_TIMEOUT, openbsd, -1, wanted);
	}
	message.u.bus.status = PFSYNC_BUS_END;
	expect(&message, PFSYNC_F_BUS_STATUS, NULL, -1, "2 end");
}

/* UPD_C does not say its protocol; who knows it may. */
static void
test_levels(void **state)
{
	struct pfsync_message message;

	(void)state;
	memset(&message, 0, sizeof(message));
	pfsync_has_set(&message, PFSYNC_F_SRC_STATE);
	message.u.state.src.state = 2;
	expect(&message, PFSYNC_F_SRC_STATE, NULL, -1, "2");
	expect(&message, PFSYNC_F_SRC_STATE, NULL, 6, "2 SYN_SENT");
	expect(&message, PFSYNC_F_SRC_STATE, NULL, 17, "2 MULTIPLE");
	expect(&message, PFSYNC_F_SRC_STATE, NULL, PFSYNC_PROTO_OTHER, "2 MULTIPLE");
	expect(&message, PFSYNC_F_SRC_STATE, NULL, 1, "2");
}

static void
test_addresses_and_names(void **state)
{
	struct pfsync_message message = everything();
	struct pfsync_state *s = &message.u.state;

	(void)state;
	s->wire.addr[0] = (struct pfsync_addr){{0xfd, [15] = 1}};
	s->stack.addr[1] = (struct pfsync_addr){{10, 0, 0, 1}};
	s->rt_addr = (struct pfsync_addr){{0xfe, 0x80, [15] = 9}};
	expect(&message, PFSYNC_F_WIRE_ADDR0, NULL, -1, "fd00::1");
	expect(&message, PFSYNC_F_STACK_ADDR1, NULL, -1, "10.0.0.1");
	expect(&message, PFSYNC_F_RT_ADDR, NULL, -1, "fe80::9");
	memcpy(s->ifname, "em\x1b", 3);
	expect(&message, PFSYNC_F_IFNAME, NULL, -1, "\"em\\033\"");
	memset(s->tagname, 'a', sizeof(s->tagname));
	expect(&message, PFSYNC_F_TAGNAME, NULL, -1,
	    "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"");
}

static void
test_sa_destination(void **state)
{
	struct pfsync_message message = everything();

	(void)state;
	memcpy(message.u.tdb.dst_sockaddr, "\x10\x02\x00\x00\xc0\x00\x02\x09", 8);
	expect(&message, PFSYNC_F_TDB_DST, NULL, -1, "192.0.2.9");
	message.u.tdb.dst_sockaddr[1] = 77;
	expect(&message, PFSYNC_F_TDB_DST, NULL, -1,
	    "104d0000c00002090000000000000000000000000000000000000000");
}

/* Whatever the bytes were. */
static void
test_printable(void **state)
{
	struct pfsync_message message;
	char text[300];

	(void)state;
	for (unsigned fill = 0; fill < 256; fill++) {
		memset(&message, (int)fill, sizeof(message));
		message.action = PFSYNC_ACT_UPD;
		message.record = PFSYNC_REC_1500;
		memset(&message.has, 0xff, sizeof(message.has));
		for (int f = 0; f < PFSYNC_FIELD_COUNT; f++) {
			const size_t len = pfsync_text_field(
			    text, sizeof(text), &message, (enum pfsync_field)f, NULL, -1);

			assert_true(len > 0 && len < sizeof(text));
			for (size_t i = 0; i < len; i++)
				assert_true(text[i] >= 0x20 && text[i] < 0x7f);
		}
	}
}

static const char *
name_of(void *context, enum pfsync_af af, const struct pfsync_addr *addr)
{
	unsigned *calls = context;

	++*calls;
	if (af == PFSYNC_AF_INET && addr->b[0] == 10)
		return "in\nside";
	return NULL; /* the number */
}

static void
test_named(void **state)
{
	struct pfsync_message message = everything();
	unsigned calls = 0;
	const struct pfsync_namer namer = {name_of, &calls};
	char text[300];

	(void)state;
	message.record = PFSYNC_REC_V6;
	message.has = (struct pfsync_fields){{0, 0}};
	pfsync_has_set(&message, PFSYNC_F_AF);
	for (int f = PFSYNC_F_WIRE_ADDR0; f <= PFSYNC_F_WIRE_PORT1; f++)
		pfsync_has_set(&message, (enum pfsync_field)f);
	for (int f = PFSYNC_F_STACK_ADDR0; f <= PFSYNC_F_STACK_PORT1; f++)
		pfsync_has_set(&message, (enum pfsync_field)f);
	message.u.state.direction = PFSYNC_OUT;
	message.u.state.wire.addr[1] = (struct pfsync_addr){{10, 1, 0, 5}};
	message.u.state.wire.addr[0] = (struct pfsync_addr){{192, 0, 2, 9}};
	message.u.state.stack = message.u.state.wire;
	pfsync_text_state_named(text, sizeof(text), &message, &namer);
	assert_string_equal(text, "in\\012side -> 192.0.2.9");
	assert_int_equal(calls, 2);
	pfsync_text_state(text, sizeof(text), &message);
	assert_string_equal(text, "10.1.0.5 -> 192.0.2.9");

	message = everything();
	message.record = PFSYNC_REC_1400;
	message.has = (struct pfsync_fields){{0, 0}};
	pfsync_has_set(&message, PFSYNC_F_ID);
	pfsync_has_set(&message, PFSYNC_F_AF);
	pfsync_has_set(&message, PFSYNC_F_RT);
	message.u.state.rt = 1;
	message.u.state.rt_addr = (struct pfsync_addr){{10, 1, 0, 1}};
	pfsync_text_id_named(text, sizeof(text), &message, &namer);
	assert_string_equal(text, "id: 0000000000000066 gateway: in\\012side");
}

static void
test_proto(void **state)
{
	const struct pfsync_dialect *openbsd = pfsync_dialect_by_name("openbsd-6k");
	struct pfsync_message message = everything();

	(void)state;
	message.u.state.proto = 47;
	assert_int_equal(pfsync_message_proto(&message, NULL), 47);
	message.has = (struct pfsync_fields){{0, 0}};
	assert_int_equal(pfsync_message_proto(&message, NULL), -1);
	pfsync_has_set(&message, PFSYNC_F_TIMEOUT);
	message.u.state.timeout = 7;
	assert_int_equal(pfsync_message_proto(&message, openbsd), 17);
	message.u.state.timeout = 12;
	assert_int_equal(pfsync_message_proto(&message, openbsd), PFSYNC_PROTO_OTHER);
	/* A class of FreeBSD 14 only. */
	message.u.state.timeout = 22;
	assert_int_equal(pfsync_message_proto(&message, NULL), 132);
	assert_int_equal(pfsync_message_proto(&message, openbsd), -1);
}

static void
test_route_family(void **state)
{
	struct pfsync_message message = everything();

	(void)state;
	assert_int_equal(pfsync_rt_af(&message), PFSYNC_AF_INET6);
	message.u.state.rt_af_number = 0;
	assert_int_equal(pfsync_rt_af(&message), PFSYNC_AF_INET);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_levels),
	    cmocka_unit_test(test_addresses_and_names),
	    cmocka_unit_test(test_sa_destination),
	    cmocka_unit_test(test_printable),
	    cmocka_unit_test(test_named),
	    cmocka_unit_test(test_proto),
	    cmocka_unit_test(test_route_family),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
