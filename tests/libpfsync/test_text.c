/*
 * test_text.c - states in the words of pfctl and tcpdump (SEM 9.1, OB 17).
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "handstate.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
expect_state(const struct pfsync_message *message, const char *wanted)
{
	char text[512];

	assert_int_equal(pfsync_text_state(text, sizeof(text), message), strlen(wanted));
	assert_string_equal(text, wanted);
}

static void
expect_age(const struct pfsync_message *message, const char *wanted)
{
	char text[512];

	assert_int_equal(pfsync_text_age(text, sizeof(text), message), strlen(wanted));
	assert_string_equal(text, wanted);
}

static void
expect_windows(const struct pfsync_message *message, const char *wanted)
{
	char text[512];

	assert_int_equal(pfsync_text_windows(text, sizeof(text), message), strlen(wanted));
	assert_string_equal(text, wanted);
}

static void
expect_id(const struct pfsync_message *message, const char *wanted)
{
	char text[512];

	assert_int_equal(pfsync_text_id(text, sizeof(text), message), strlen(wanted));
	assert_string_equal(text, wanted);
}

static void
set_addr4(struct pfsync_addr *addr, uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	*addr = (struct pfsync_addr){{a, b, c, d}};
}

static void
set_addr6(struct pfsync_addr *addr, uint8_t net, uint8_t host)
{
	*addr = (struct pfsync_addr){{0xfd, net, [15] = host}};
}

/* The state of handstate.h as a record of that layout. */
static void
message_of(struct pfsync_message *message, void (*append)(struct handmade *, unsigned),
    unsigned version, unsigned action, unsigned words, const char *dialect)
{
	struct handmade hand = {.len = 0};

	if (version < 5) {
		hand_header(&hand, version, action, 1);
		append(&hand, 1);
	} else {
		hand_frame(&hand, version, action, words, 1);
		append(&hand, 1);
		hand_frame_end(&hand);
	}
	hand_one(message, &hand, dialect);
}

static void
openbsd_v6(struct pfsync_message *message)
{
	message_of(message, handstate_264, 6, 13, 66, "openbsd-6k");
}

static void
freebsd_1400(struct pfsync_message *message)
{
	message_of(message, handstate_1400, 5, 13, 0, "freebsd-14");
}

/* ------------------------------------------------------------------------ */

/* OB 17.4: the example, in -vv. */
static void
test_openbsd_example(void **state)
{
	struct pfsync_message message;
	struct pfsync_state *st = &message.u.state;

	(void)state;
	openbsd_v6(&message);
	set_addr4(&st->stack.addr[1], 10, 1, 1, 8);
	set_addr4(&st->stack.addr[0], 203, 0, 113, 7);
	set_addr4(&st->wire.addr[0], 203, 0, 113, 7);
	st->wire.port[0] = st->stack.port[0] = 51514;
	st->src = (struct pfsync_peer){.seqlo = 100000, .seqhi = 116384, .state = 2};
	st->dst = (struct pfsync_peer){.seqlo = 0, .seqhi = 1, .state = 0};
	st->creation_s = 1;
	st->expire_s = 119;
	st->packets[0] = 1;
	st->packets[1] = 0;
	st->bytes[0] = 60;
	st->bytes[1] = 0;
	message.id = UINT64_C(0x6600000000000001);
	expect_state(&message, "em0 tcp 10.1.1.8:443 (198.51.100.20:443) <- 203.0.113.7:51514"
			       "       CLOSED:SYN_SENT");
	expect_windows(&message, "[0 + 1]  [100000 + 16384]");
	expect_age(&message, "age 00:00:01, expires in 00:01:59, 1:0 pkts, 60:0 bytes, rule 3");
	expect_id(&message, "id: 6600000000000001 creatorid: 0000002a");
}

/* OB 17.1, 17.3: lan, gwy if it differs, ext. */
static void
test_hosts(void **state)
{
	struct pfsync_message message;
	struct pfsync_state *st = &message.u.state;

	(void)state;
	message_of(&message, handstate_224, 2, 1, 0, "openbsd-2e");
	expect_state(&message, "em0 tcp 198.51.100.20:443 <- 10.1.0.5:40001"
			       "       ESTABLISHED:ESTABLISHED");
	st->direction = PFSYNC_OUT;
	set_addr4(&st->lan.addr, 10, 1, 1, 5);
	st->lan.port = 40001;
	set_addr4(&st->gwy.addr, 192, 0, 2, 9);
	st->gwy.port = 61000;
	set_addr4(&st->ext.addr, 198, 51, 100, 20);
	st->ext.port = 80;
	st->src.state = 2;
	st->dst.state = 0;
	expect_state(&message, "em0 tcp 10.1.1.5:40001 -> 192.0.2.9:61000 -> 198.51.100.20:80"
			       "       SYN_SENT:CLOSED");
	st->direction = PFSYNC_IN;
	expect_state(&message, "em0 tcp 10.1.1.5:40001 <- 192.0.2.9:61000 <- 198.51.100.20:80"
			       "       CLOSED:SYN_SENT");
	st->gwy = st->lan;
	st->gwy.addr.b[12] = 1; /* old memory behind an IPv4 address */
	expect_state(&message, "em0 tcp 10.1.1.5:40001 <- 198.51.100.20:80       CLOSED:SYN_SENT");
}

/* OB 17.1: no interface, no id; one counter in 3.3, two in 3.4. */
static void
test_v1raw(void **state)
{
	static const struct {
		const char *dialect;
		size_t size, src, dst, rule, creation, packets, bytes, af;
		const char *age;
	} cases[] = {
	    {"openbsd-1r2-ilp32", 144, 60, 76, 92, 120, 128, 132, 136,
		"age 00:00:01, expires in 00:00:00, 1 pkts, 60 bytes, rule 3"},
	    {"openbsd-1r7-ilp32", 172, 60, 84, 108, 140, 148, 156, 164,
		"age 00:00:01, expires in 00:00:00, 1:0 pkts, 60:0 bytes, rule 3"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct handmade hand = {.len = 0};
		struct pfsync_message message;
		uint8_t *p;
		hand_header(&hand, 1, 1, 1);
		hand_fill(&hand, 0, cases[i].size);
		p = handstate_last(&hand, cases[i].size);
		memcpy(p, "\x0a\x01\x01\x05", 4);
		hand_put(p + 16, 2, 40001);
		memcpy(p + 20, "\x0a\x01\x01\x05", 4);
		hand_put(p + 36, 2, 40001);
		memcpy(p + 40, "\xc6\x33\x64\x14", 4);
		hand_put(p + 56, 2, 80);
		hand_put(p + cases[i].src, 4, 100000);
		hand_put(p + cases[i].src + 4, 4, 116384);
		p[cases[i].src + 14] = 2;
		hand_put(p + cases[i].dst + 4, 4, 1);
		hand_put(p + cases[i].rule, 4, 3);
		hand_put(p + cases[i].creation, 4, 1);
		hand_put(p + cases[i].packets, 4, 1);
		hand_put(p + cases[i].bytes, 4, 60);
		memcpy(p + cases[i].af, "\x02\x06\x02", 3);
		hand_one(&message, &hand, cases[i].dialect);
		expect_state(&message, "tcp 10.1.1.5:40001 -> 198.51.100.20:80       "
				       "SYN_SENT:CLOSED");
		expect_windows(&message, "[100000 + 16384]  [0 + 1]");
		expect_age(&message, cases[i].age);
		expect_id(&message, "");
	}
}

/* SEM 9.1: wire key leads outbound, stack key inbound; ICMP's idle port. */
static void
test_keys(void **state)
{
	struct pfsync_message message;
	struct pfsync_state *st = &message.u.state;

	(void)state;
	openbsd_v6(&message);
	expect_state(&message, "em0 tcp 198.51.100.20:443 <- 10.1.0.5:40001"
			       "       ESTABLISHED:ESTABLISHED");
	st->direction = PFSYNC_OUT;
	expect_state(&message, "em0 tcp 198.51.100.20:443 -> 10.1.0.5:40001"
			       "       ESTABLISHED:ESTABLISHED");
	set_addr4(&st->stack.addr[0], 10, 9, 9, 9); /* both ends translated */
	st->stack.port[1] = 0;
	expect_state(&message, "em0 tcp 198.51.100.20:443 (198.51.100.20) -> "
			       "10.1.0.5:40001 (10.9.9.9:40001)       "
			       "ESTABLISHED:ESTABLISHED");
	/* As FreeBSD 10.1 listed a translated ping. */
	openbsd_v6(&message);
	st->proto = 1;
	st->direction = PFSYNC_OUT;
	st->src.state = st->dst.state = 0;
	set_addr4(&st->wire.addr[1], 10, 2, 0, 10);
	set_addr4(&st->stack.addr[1], 10, 1, 0, 2);
	set_addr4(&st->wire.addr[0], 10, 2, 0, 2);
	set_addr4(&st->stack.addr[0], 10, 2, 0, 2);
	st->wire.port[0] = st->wire.port[1] = 53851;
	st->stack.port[0] = st->stack.port[1] = 4610;
	expect_state(&message, "em0 icmp 10.2.0.10:53851 (10.1.0.2:4610) -> 10.2.0.2:53851"
			       "       0:0");
	st->direction = PFSYNC_IN;
	expect_state(&message, "em0 icmp 10.1.0.2:4610 (10.2.0.10:4610) <- "
			       "10.2.0.2:4610 (10.2.0.2:53851)       0:0");
}

static void
test_ipv6_and_rdomain(void **state)
{
	struct pfsync_message message;
	struct pfsync_state *st = &message.u.state;

	(void)state;
	openbsd_v6(&message);
	st->af_number = st->wire.af_number = st->stack.af_number = 24;
	set_addr6(&st->wire.addr[0], 1, 2);
	set_addr6(&st->wire.addr[1], 2, 2);
	st->stack = st->wire;
	st->stack.af_number = 24;
	expect_state(&message, "em0 tcp fd02::2[443] <- fd01::2[40001]"
			       "       ESTABLISHED:ESTABLISHED");
	st->wire.port[1] = st->stack.port[1] = 0;
	st->wire.port[0] = st->stack.port[0] = 0;
	st->proto = 47;
	st->src.state = 1;
	st->dst.state = 0;
	expect_state(&message, "em0 gre fd02::2 <- fd01::2       NO_TRAFFIC:SINGLE");
	openbsd_v6(&message);
	st->wire.rdomain = 1;
	expect_state(&message, "em0 tcp 198.51.100.20:443 ((1) 198.51.100.20:443) <- "
			       "10.1.0.5:40001 ((1) 10.1.0.5:40001)       "
			       "ESTABLISHED:ESTABLISHED");
}

/* SEM 9.1: the next hop follows the end it belongs to, on OpenBSD. */
static void
test_next_hop(void **state)
{
	struct pfsync_message message;
	struct pfsync_state *st = &message.u.state;

	(void)state;
	openbsd_v6(&message);
	set_addr4(&st->rt_addr, 192, 0, 2, 1);
	expect_state(&message, "em0 tcp 198.51.100.20:443 {192.0.2.1} <- 10.1.0.5:40001"
			       "       ESTABLISHED:ESTABLISHED");
	st->direction = PFSYNC_OUT;
	expect_state(&message, "em0 tcp 198.51.100.20:443 -> 10.1.0.5:40001 {192.0.2.1}"
			       "       ESTABLISHED:ESTABLISHED");
}

/* OB 4.3: the other family, roles exchanged, and an arrow to the right. */
static void
test_af_to(void **state)
{
	struct pfsync_message message;
	struct pfsync_state *st = &message.u.state;

	(void)state;
	openbsd_v6(&message);
	st->af_number = st->wire.af_number = 24;
	set_addr6(&st->wire.addr[0], 1, 2); /* client */
	set_addr6(&st->wire.addr[1], 2, 2); /* 64:ff9b-like server */
	st->wire.port[0] = 40001;
	st->wire.port[1] = 443;
	st->stack.af_number = 2;
	set_addr4(&st->stack.addr[1], 10, 2, 0, 10); /* translated client */
	set_addr4(&st->stack.addr[0], 10, 2, 0, 2);
	st->stack.port[1] = 61000;
	st->stack.port[0] = 443;
	expect_state(&message, "em0 tcp 10.2.0.10:61000 (fd01::2[40001]) -> "
			       "10.2.0.2:443 (fd02::2[443])       ESTABLISHED:ESTABLISHED");
}

static void
test_levels(void **state)
{
	static const struct {
		uint8_t proto, src, dst;
		const char *text;
	} cases[] = {
	    {6, 4, 4, "ESTABLISHED:ESTABLISHED"},
	    {6, 2, 0, "SYN_SENT:CLOSED"},
	    {6, 10, 9, "TIME_WAIT:FIN_WAIT_2"},
	    {6, 11, 0, "PROXY:SRC"},
	    {6, 4, 11, "PROXY:SRC"},
	    {6, 12, 4, "PROXY:DST"},
	    {6, 0, 12, "PROXY:DST"},
	    {6, 11, 12, "PROXY:SRC"},
	    {6, 13, 4, "<BAD STATE LEVELS 13:4>"},
	    {6, 4, 255, "<BAD STATE LEVELS 4:255>"},
	    {17, 1, 0, "SINGLE:NO_TRAFFIC"},
	    {17, 2, 2, "MULTIPLE:MULTIPLE"},
	    {17, 3, 2, "3:2"},
	    {47, 2, 1, "MULTIPLE:SINGLE"},
	    {58, 0, 0, "NO_TRAFFIC:NO_TRAFFIC"},
	    {1, 0, 0, "0:0"},
	    {1, 1, 2, "1:2"},
	    {99, 1, 0, "SINGLE:NO_TRAFFIC"},
	};
	struct pfsync_message message;
	char text[64];

	(void)state;
	openbsd_v6(&message);
	for (size_t i = 0; i < COUNT(cases); i++) {
		message.u.state.proto = cases[i].proto;
		message.u.state.src.state = cases[i].src;
		message.u.state.dst.state = cases[i].dst;
		assert_int_equal(
		    pfsync_text_levels(text, sizeof(text), &message, false), strlen(cases[i].text));
		assert_string_equal(text, cases[i].text);
		message.u.state.dst.state = cases[i].src;
		message.u.state.src.state = cases[i].dst;
		pfsync_text_levels(text, sizeof(text), &message, true);
		assert_string_equal(text, cases[i].text);
	}
	/* A compressed update does not say which protocol. */
	message_of(&message, handstate_upd_c84, 6, 4, 21, "openbsd-6k");
	pfsync_text_levels(text, sizeof(text), &message, false);
	assert_string_equal(text, "4:4");
}

static void
test_windows(void **state)
{
	struct pfsync_message message;
	struct pfsync_state *st = &message.u.state;

	(void)state;
	openbsd_v6(&message);
	expect_windows(&message, "[200000 + 65535] wscale 6  [100000 + 16384] wscale 7");
	st->direction = PFSYNC_OUT;
	expect_windows(&message, "[100000 + 16384] wscale 7  [200000 + 65535] wscale 6");
	st->src.wscale = 0x80; /* the option with a shift of 0 */
	expect_windows(&message, "[100000 + 16384] wscale 0  [200000 + 65535] wscale 6");
	st->src.wscale = 0; /* only one side scales: nobody does */
	expect_windows(&message, "[100000 + 16384]  [200000 + 65535]");
	st->src.seqdiff = 77;
	st->dst.seqdiff = 0xffffffff;
	expect_windows(&message, "[100000 + 16384](+77)  [200000 + 65535](+4294967295)");
	st->src.seqlo = 0xffffff00; /* across the wrap */
	st->src.seqhi = 0x00000100;
	expect_windows(&message, "[4294967040 + 512](+77)  [200000 + 65535](+4294967295)");
	st->proto = 17;
	expect_windows(&message, "");
}

static void
test_age(void **state)
{
	struct pfsync_message message;
	struct pfsync_state *st = &message.u.state;

	(void)state;
	openbsd_v6(&message);
	expect_age(&message, "age 00:01:01, expires in 23:58:59, 10:9 pkts, 4200:9100 bytes, "
			     "rule 3");
	st->anchor = 7;
	st->state_flags = 0x0002 | 0x0004;
	st->sync_flags = 0x04 | 0x08;
	expect_age(&message, "age 00:01:01, expires in 23:58:59, 10:9 pkts, 4200:9100 bytes, "
			     "anchor 7, rule 3, sloppy, pflow, source-track, sticky-address");
	st->rule = PFSYNC_RULE_NONE;
	st->anchor = PFSYNC_RULE_NONE;
	st->state_flags = st->sync_flags = 0;
	st->creation_s = 360000; /* more than two digits of hours */
	st->expire_s = UINT32_MAX;
	st->packets[0] = UINT64_MAX;
	expect_age(&message, "age 100:00:00, expires in 1193046:28:15, 18446744073709551615:9 "
			     "pkts, 4200:9100 bytes");
}

/* Of a record that the capture cut, what is there. */
static void
test_cut_record(void **state)
{
	static const struct {
		size_t avail;
		const char *head, *age;
	} cases[] = {
	    {0, "(addresses not known)", ""},
	    {99, "em0 (addresses not known)", ""},
	    {196, "em0 198.51.100.20:443 <- 10.1.0.5:40001       4:4", "rule 3"},
	    {200, "em0 198.51.100.20:443 <- 10.1.0.5:40001       4:4", "age 00:01:01, rule 3"},
	};
	struct handmade hand;

	(void)state;
	hand_frame(&hand, 6, 13, 66, 1);
	handstate_264(&hand, 1);
	hand_frame_end(&hand);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pfsync_section section;
		struct pfsync_record record;
		struct pfsync_message message;
		struct hand_open open;
		hand_open_cut(&open, &hand, "openbsd-6k", 24 + cases[i].avail, hand.len);
		assert_int_equal(pfsync_section_next(&open.frame, &section), PFSYNC_OK);
		assert_int_equal(
		    pfsync_record_first(&open.frame, &section, &record), PFSYNC_TRUNCATED);
		assert_int_equal(pfsync_message_decode(&record, &message), PFSYNC_OK);
		expect_state(&message, cases[i].head);
		expect_age(&message, cases[i].age);
		hand_close(&open);
	}
}

/* SEM 9.1: the order of FreeBSD 14 and 15. */
static void
test_freebsd_flags(void **state)
{
	struct pfsync_message message;
	struct pfsync_state *st = &message.u.state;

	(void)state;
	freebsd_1400(&message);
	st->state_flags = 0x03ff;
	st->set_tos = 0x10;
	st->set_prio[0] = 5;
	st->set_prio[1] = 0xff;
	st->log = 2;
	st->sync_flags = 0x0c;
	st->min_ttl = 64;
	st->max_mss = 1440;
	expect_age(&message,
	    "age 00:01:01, expires in 23:58:59, 10:9 pkts, 4200:9100 bytes, rule 3, allow-opts, "
	    "sloppy, no-sync, pflow, psync-ack, no-df, set-tos 0x10, random-id, reassemble-tcp, "
	    "set-prio (0x05 0xff), source-track, sticky-address, log (all), min-ttl 64, "
	    "max-mss 1440");
	st->state_flags = 0x4000;
	st->dnpipe = 1;
	st->dnrpipe = 2;
	st->log = 1;
	st->sync_flags = st->min_ttl = 0;
	st->max_mss = 0;
	expect_age(&message, "age 00:01:01, expires in 23:58:59, 10:9 pkts, 4200:9100 bytes, "
			     "rule 3, dummynet pipe (1 2), log");
	st->state_flags = 0x8000;
	st->log = 0;
	expect_age(&message, "age 00:01:01, expires in 23:58:59, 10:9 pkts, 4200:9100 bytes, "
			     "rule 3, dummynet queue (1 2)");
}

/* SEM 9.1, line 5: only where the state was created elsewhere (1500). */
static void
original_interface(void **state)
{
	struct pfsync_message message;
	char line[64];

	(void)state;
	memset(&message, 0, sizeof(message));
	message.record = PFSYNC_REC_1500;
	memcpy(message.u.state.ifname, "all", 4);
	memcpy(message.u.state.orig_ifname, "em\n1", 5);
	pfsync_has_set(&message, PFSYNC_F_IFNAME);
	assert_int_equal(pfsync_text_origif(line, sizeof(line), &message), 0);
	assert_string_equal(line, "");
	pfsync_has_set(&message, PFSYNC_F_ORIG_IFNAME);
	assert_int_equal(pfsync_text_origif(line, sizeof(line), &message), 15);
	assert_string_equal(line, "origif: em\\0121");
	memcpy(message.u.state.orig_ifname, "all\0\0", 5);
	assert_int_equal(pfsync_text_origif(line, sizeof(line), &message), 0);
	message.u.state.orig_ifname[0] = '\0';
	assert_int_equal(pfsync_text_origif(line, sizeof(line), &message), 0);
}

/* SEM 9.1: route-to and rtable behind the id, from FreeBSD 14 on. */
static void
test_freebsd_id(void **state)
{
	static const char *const kinds[] = {
	    "", " gateway", " route-to", " dup-to", " reply-to", " gateway"};
	struct pfsync_message message;
	struct pfsync_state *st = &message.u.state;

	(void)state;
	freebsd_1400(&message);
	expect_id(&message, "id: 6600000000000001 creatorid: 0000002a");
	set_addr4(&st->rt_addr, 192, 0, 2, 1);
	memcpy(st->rt_ifname, "em\x01", 3);
	for (uint8_t rt = 1; rt < 6; rt++) {
		char wanted[128] = "id: 6600000000000001 creatorid: 0000002a";
		strcat(wanted, kinds[rt]);
		strcat(wanted, ": 192.0.2.1@em\\001");
		st->rt = rt;
		expect_id(&message, wanted);
	}
	st->rt = 2;
	st->rt_ifname[0] = '\0';
	st->rtableid[0] = 5;
	expect_id(
	    &message, "id: 6600000000000001 creatorid: 0000002a route-to: 192.0.2.1 rtable: 5");
	message_of(&message, handstate_1500, 5, 15, 0, "freebsd-15");
	st->rt = 4;
	st->rt_af_number = 28;
	set_addr6(&st->rt_addr, 9, 1);
	expect_id(&message, "id: 6600000000000001 creatorid: 0000002a reply-to: fd09::1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_openbsd_example),
	    cmocka_unit_test(test_hosts),
	    cmocka_unit_test(test_v1raw),
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_ipv6_and_rdomain),
	    cmocka_unit_test(test_next_hop),
	    cmocka_unit_test(test_af_to),
	    cmocka_unit_test(test_levels),
	    cmocka_unit_test(test_windows),
	    cmocka_unit_test(test_age),
	    cmocka_unit_test(test_cut_record),
	    cmocka_unit_test(test_freebsd_flags),
	    cmocka_unit_test(original_interface),
	    cmocka_unit_test(test_freebsd_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
