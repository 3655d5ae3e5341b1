/*
 * test_text_messages.c - a line a message, and what -v adds.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "capture_out.h"
#include "writer.h"

static struct capture_out capture;

/* What the view writes of one message in a frame of that dialect. */
static const char *
shown(const char *dialect, int verbose, const struct pfsync_message *message, int proto)
{
	const struct report_style style = {.views = REPORT_VIEW_MESSAGES, .verbose = verbose};
	struct pfsync_frame opened;
	struct report_frame frame = {.frame = &opened};
	struct report_message entry = {.message = message, .proto = proto};
	struct report_writer writer;

	memset(&opened, 0, sizeof(opened));
	opened.dialect = pfsync_dialect_by_name(dialect);
	assert_non_null(opened.dialect);
	capture_out_open(&capture);
	assert_true(text_messages_writer(&writer, &capture.out, &style));
	writer.message(writer.self, &frame, &entry);
	writer.free(writer.self);
	return capture_out_close(&capture);
}

static struct pfsync_message
begin(enum pfsync_action action)
{
	struct pfsync_message message;

	memset(&message, 0, sizeof(message));
	message.action = action;
	return message;
}

static struct pfsync_message
with_id(enum pfsync_action action, uint64_t id, uint32_t creatorid)
{
	struct pfsync_message message = begin(action);

	message.id = id;
	message.creatorid = creatorid;
	pfsync_has_set(&message, PFSYNC_F_ID);
	pfsync_has_set(&message, PFSYNC_F_CREATORID);
	return message;
}

static void
test_ids(void **state)
{
	struct pfsync_message message;

	(void)state;
	message = with_id(PFSYNC_ACT_DEL_C, 0x6600000000000001, 0x2a);
	assert_string_equal(shown("openbsd-6k", 0, &message, -1),
	    "    DEL ST COMP    id: 6600000000000001 creatorid: 0000002a\n");
	message = with_id(PFSYNC_ACT_UPD_REQ, 0x6600000000000001, 0x2a);
	assert_string_equal(shown("openbsd-6k", 0, &message, -1),
	    "    UPD ST REQ     id: 6600000000000001 creatorid: 0000002a\n");
	message = with_id(PFSYNC_ACT_UPD_REQ, 0, 0);
	assert_string_equal(shown("openbsd-6k", 0, &message, -1),
	    "    UPD ST REQ     id: 0000000000000000 creatorid: 00000000 (bulk update of all "
	    "states)\n");
	message = with_id(PFSYNC_ACT_INS_ACK, 1, 0x2a);
	assert_string_equal(shown("openbsd-6k", 0, &message, -1),
	    "    INS ST ACK     id: 0000000000000001 creatorid: 0000002a\n");
}

static void
test_clr(void **state)
{
	struct pfsync_message message = begin(PFSYNC_ACT_CLR);

	(void)state;
	message.creatorid = 0x2a;
	pfsync_has_set(&message, PFSYNC_F_CREATORID);
	pfsync_has_set(&message, PFSYNC_F_CLR_IFNAME);
	assert_string_equal(
	    shown("openbsd-6k", 0, &message, -1), "    CLR ST         creatorid: 0000002a\n");
	memcpy(message.u.clr.ifname, "em0\033[2J", 7);
	assert_string_equal(shown("openbsd-6k", 0, &message, -1),
	    "    CLR ST         creatorid: 0000002a interface: em0\\033[2J\n");
}

static void
test_bus(void **state)
{
	struct pfsync_message message = begin(PFSYNC_ACT_BUS);

	(void)state;
	message.creatorid = 0x2a;
	message.u.bus.endtime_s = 3661;
	message.u.bus.status = PFSYNC_BUS_END;
	pfsync_has_set(&message, PFSYNC_F_CREATORID);
	pfsync_has_set(&message, PFSYNC_F_BUS_ENDTIME);
	pfsync_has_set(&message, PFSYNC_F_BUS_STATUS);
	assert_string_equal(shown("openbsd-6c", 0, &message, -1),
	    "    BULK UPD STAT  creatorid: 0000002a age: 01:01:01 status: end\n");
	message.u.bus.status = 9;
	assert_string_equal(shown("openbsd-6c", 0, &message, -1),
	    "    BULK UPD STAT  creatorid: 0000002a age: 01:01:01 status: UNKNOWN (9)\n");
}

static void
test_tdb(void **state)
{
	static const uint8_t sockaddr[] = {16, 2, 0, 0, 192, 0, 2, 9};
	struct pfsync_message message = begin(PFSYNC_ACT_TDB);

	(void)state;
	message.u.tdb.spi = 0xdeadbeef;
	message.u.tdb.rpl = 16384;
	message.u.tdb.cur_bytes = 1234567890123;
	message.u.tdb.sproto = 50;
	memcpy(message.u.tdb.dst_sockaddr, sockaddr, sizeof(sockaddr));
	pfsync_has_set(&message, PFSYNC_F_TDB_SPI);
	pfsync_has_set(&message, PFSYNC_F_TDB_RPL);
	pfsync_has_set(&message, PFSYNC_F_TDB_CUR_BYTES);
	pfsync_has_set(&message, PFSYNC_F_TDB_SPROTO);
	pfsync_has_set(&message, PFSYNC_F_TDB_DST);
	assert_string_equal(shown("openbsd-6k", 0, &message, -1),
	    "    TDB UPD        spi: 0xdeadbeef dst: 192.0.2.9 sproto: 50 rpl: 16384 cur_bytes: "
	    "1234567890123\n");
}

static void
test_eof_has_no_blanks_behind_it(void **state)
{
	struct pfsync_message message = begin(PFSYNC_ACT_EOF);

	(void)state;
	assert_string_equal(shown("freebsd-10", 3, &message, -1), "    EOF\n");
}

static struct pfsync_message
update(unsigned timeout)
{
	struct pfsync_message message = with_id(PFSYNC_ACT_UPD_C, 1, 0x2a);
	struct pfsync_state *s = &message.u.state;

	s->src.state = 4;
	s->src.seqlo = 100;
	s->src.seqhi = 150;
	s->src.seqdiff = 7;
	s->src.wscale = 0x87;
	s->dst.state = 2;
	s->dst.seqlo = 200;
	s->dst.seqhi = 260;
	s->dst.wscale = 0x86;
	s->timeout = (uint8_t)timeout;
	s->expire_s = 61;
	pfsync_has_set(&message, PFSYNC_F_SRC_STATE);
	pfsync_has_set(&message, PFSYNC_F_SRC_SEQLO);
	pfsync_has_set(&message, PFSYNC_F_SRC_SEQHI);
	pfsync_has_set(&message, PFSYNC_F_SRC_SEQDIFF);
	pfsync_has_set(&message, PFSYNC_F_SRC_WSCALE);
	pfsync_has_set(&message, PFSYNC_F_DST_STATE);
	pfsync_has_set(&message, PFSYNC_F_DST_SEQLO);
	pfsync_has_set(&message, PFSYNC_F_DST_SEQHI);
	pfsync_has_set(&message, PFSYNC_F_DST_WSCALE);
	pfsync_has_set(&message, PFSYNC_F_TIMEOUT);
	return message;
}

/* Both peers, named by the tables' protocol, or by the timeout's. */
static void
test_compressed_update(void **state)
{
	struct pfsync_message message = update(2);

	(void)state;
	assert_string_equal(shown("openbsd-6k", 0, &message, -1),
	    "    UPD ST COMP    id: 0000000000000001 creatorid: 0000002a  "
	    "ESTABLISHED:SYN_SENT\n");
	assert_string_equal(shown("openbsd-6k", 1, &message, -1),
	    "    UPD ST COMP    id: 0000000000000001 creatorid: 0000002a  "
	    "ESTABLISHED:SYN_SENT\n"
	    "        [100 + 50](+7) wscale 7  [200 + 60] wscale 6\n"
	    "        timeout tcp.established\n");
	pfsync_has_set(&message, PFSYNC_F_EXPIRE);
	assert_non_null(strstr(shown("openbsd-5a", 1, &message, -1),
	    "        timeout tcp.established, expires in 00:01:01\n"));
	/* Without a protocol, numbers. */
	message = update(22);
	assert_string_equal(shown("openbsd-6k", 1, &message, -1),
	    "    UPD ST COMP    id: 0000000000000001 creatorid: 0000002a  4:2\n"
	    "        timeout 22\n");
	assert_non_null(strstr(shown("openbsd-6k", 0, &message, 6), "ESTABLISHED:SYN_SENT"));
}

static struct pfsync_message
insert(enum pfsync_record_kind record)
{
	struct pfsync_message message = with_id(PFSYNC_ACT_INS, 1, 0x2a);
	struct pfsync_state *s = &message.u.state;

	message.record = record;
	memcpy(s->ifname, "em0", 4);
	s->af_number = 2;
	s->proto = 17;
	s->direction = PFSYNC_OUT;
	s->wire.addr[0] = s->stack.addr[0] = (struct pfsync_addr){{198, 51, 100, 53}};
	s->wire.addr[1] = (struct pfsync_addr){{192, 0, 2, 9}};
	s->stack.addr[1] = (struct pfsync_addr){{10, 1, 0, 5}};
	s->wire.port[0] = s->stack.port[0] = 53;
	s->wire.port[1] = 61000;
	s->stack.port[1] = 5353;
	s->src.state = 1;
	s->creation_s = 1;
	s->expire_s = 60;
	for (int f = PFSYNC_F_IFNAME; f <= PFSYNC_F_STACK_PORT1; f++)
		pfsync_has_set(&message, (enum pfsync_field)f);
	pfsync_has_set(&message, PFSYNC_F_SRC_STATE);
	pfsync_has_set(&message, PFSYNC_F_DST_STATE);
	pfsync_has_set(&message, PFSYNC_F_CREATION);
	pfsync_has_set(&message, PFSYNC_F_EXPIRE);
	s->wire.af_number = s->stack.af_number = 2;
	s->stack_proto = 17;
	return message;
}

static void
test_full_state(void **state)
{
	struct pfsync_message message = insert(PFSYNC_REC_V6);
	const char *text;

	(void)state;
	assert_string_equal(shown("openbsd-6k", 0, &message, -1),
	    "    INS ST         em0 udp 192.0.2.9:61000 (10.1.0.5:5353) -> 198.51.100.53:53       "
	    "SINGLE:NO_TRAFFIC\n");
	assert_string_equal(shown("openbsd-6k", 2, &message, -1),
	    "    INS ST         em0 udp 192.0.2.9:61000 (10.1.0.5:5353) -> 198.51.100.53:53       "
	    "SINGLE:NO_TRAFFIC\n"
	    "        age 00:00:01, expires in 00:01:00\n"
	    "        id: 0000000000000001 creatorid: 0000002a\n");
	text = shown("openbsd-6k", 3, &message, -1);
	assert_non_null(strstr(text, "\n            wire.addr.1        192.0.2.9\n"));
	assert_non_null(strstr(text, "\n            src.state_number   1 SINGLE\n"));
}

/* FreeBSD 14 and later have several records for one action. */
static void
test_which_record(void **state)
{
	struct pfsync_message message = insert(PFSYNC_REC_1400);

	(void)state;
	assert_memory_equal(shown("freebsd-14", 0, &message, -1), "    INS ST         em0", 22);
	assert_memory_equal(shown("freebsd-14", 1, &message, -1), "    INS ST 1400    em0", 22);
}

static void
test_packet_line(void **state)
{
	struct report_style style = {.time_form = TIME_UNIX};
	static const uint8_t bytes[] = {6};
	struct capture_packet packet = {.frame = 12,
	    .file = 1,
	    .time_ns = 5 * TIME_NS_PER_S,
	    .bytes = bytes,
	    .caplen = 1,
	    .wirelen = 288,
	    .ttl = 255,
	    .has_ttl = true};
	struct pfsync_frame opened;
	struct report_frame frame = {
	    .packet = &packet, .frame = &opened, .src = "10.0.0.11", .dst = "224.0.0.240"};
	struct report_writer writer;

	(void)state;
	memset(&opened, 0, sizeof(opened));
	opened.dialect = pfsync_dialect_by_name("openbsd-6k");
	opened.certainty = PFSYNC_CERTAIN;
	capture_out_open(&capture);
	assert_true(text_messages_writer(&writer, &capture.out, &style));
	writer.frame(writer.self, &frame);
	writer.free(writer.self);
	assert_string_equal(capture_out_close(&capture),
	    "5.000000 10.0.0.11 > 224.0.0.240: PFSYNCv6 len 288, openbsd-6k (certain)\n");

	style.many_files = true;
	style.verbose = 2;
	opened.header.has_cksum = true;
	memset(opened.header.cksum, 0xab, sizeof(opened.header.cksum));
	frame.src[0] = '\0';
	frame.dst[0] = '\0';
	capture_out_open(&capture);
	assert_true(text_messages_writer(&writer, &capture.out, &style));
	writer.frame(writer.self, &frame);
	writer.free(writer.self);
	assert_string_equal(capture_out_close(&capture),
	    "5.000000 #1 pfsync0: PFSYNCv6 len 288, openbsd-6k (certain), frame 12, ttl 255, "
	    "ruleset abababababababababababababababab\n");
}

static void
test_anomaly_line(void **state)
{
	const struct report_style style = {0};
	const struct report_anomaly anomalies[] = {
	    {.counter = "badlen",
		.frame = 7,
		.offset = 48,
		.lost_bytes = 12,
		.text = "packet ends",
		.has_values = true,
		.found = 1,
		.expected = 2},
	    {.counter = "checksum", .frame = 8, .offset = 14, .text = "wrong", .below = true},
	};
	struct report_writer writer;

	(void)state;
	capture_out_open(&capture);
	assert_true(text_messages_writer(&writer, &capture.out, &style));
	writer.anomaly(writer.self, &anomalies[0]);
	writer.anomaly(writer.self, &anomalies[1]);
	writer.free(writer.self);
	assert_string_equal(capture_out_close(&capture),
	    "    badlen: frame 7, offset 48: packet ends (found 1, expected 2), 12 bytes not "
	    "decoded\n"
	    "    checksum: frame 8 (link or IP header), offset 14: wrong\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ids),
	    cmocka_unit_test(test_clr),
	    cmocka_unit_test(test_bus),
	    cmocka_unit_test(test_tdb),
	    cmocka_unit_test(test_eof_has_no_blanks_behind_it),
	    cmocka_unit_test(test_compressed_update),
	    cmocka_unit_test(test_full_state),
	    cmocka_unit_test(test_which_record),
	    cmocka_unit_test(test_packet_line),
	    cmocka_unit_test(test_anomaly_line),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
