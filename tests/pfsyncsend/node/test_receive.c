/*
 * test_receive.c - acceptance of packets, sections and records (SEM 2.1, 2.2).
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "pair.h"

static struct pair pair;
static uint8_t bytes[4096];

static const struct fw_counters *
counters(void)
{
	return fw_counters(pair.nodes[A].fw);
}

static void
begin(enum fw_family family)
{
	struct fw_config config = pair_config(family, A);

	pair_one(&pair, &config);
}

static size_t
build(const struct pfsync_dialect *dialect, const struct pfsync_message *messages, size_t count)
{
	struct pfsync_builder builder;
	int len;

	pfsync_build_begin(&builder, dialect, NULL, bytes, sizeof(bytes));
	for (size_t i = 0; i < count; i++)
		assert_int_equal(pfsync_build_add(&builder, &messages[i]), PFSYNC_OK);
	len = pfsync_build_end(&builder);
	assert_true(len > 0);
	return (size_t)len;
}

/* States of another node, as INS of `dialect`, with ids first_id + n. */
static void
make_states(const struct pfsync_dialect *dialect, enum pfsync_record_kind record,
    struct pfsync_message *messages, size_t count)
{
	struct fw_config config;
	struct fw_flow flow;
	uint64_t id;
	uint32_t creatorid;
	struct fw *fw;

	fw_config_init(&config, (enum fw_family)fw_family_of_dialect(dialect));
	config.dialect = dialect;
	config.hostid = 0x55;
	fw = fw_new(&config, NULL, T0, NULL);
	assert_non_null(fw);
	for (size_t n = 0; n < count; n++) {
		flow = pair_flow(6, (unsigned)(1000 + n));
		assert_int_equal(fw_create(fw, T0, &flow, &id, &creatorid), FW_CREATED);
		fw_state_message(fw, T0, fw_lookup(fw, id, creatorid), &messages[n]);
		messages[n].action = PFSYNC_ACT_INS;
		messages[n].action_number = UINT8_MAX;
		messages[n].record = record;
		memset(&messages[n].has, 0xff, sizeof(messages[n].has));
	}
	fw_free(fw);
}

/* Each test in turn counts in its own place; ipackets counts all. */
static void
the_order_of_refusals(void **state)
{
	struct pfsync_message m[1];
	struct fw_packet_in in = {.bytes = bytes, .ttl = 254, .other_interface = true};

	(void)state;
	begin(FW_V5F14);
	make_states(fw_family_dialect(FW_V5F14), PFSYNC_REC_1400, m, 1);
	in.len_bytes = build(fw_family_dialect(FW_V5F14), m, 1);
	assert_int_equal(fw_receive(pair.nodes[A].fw, pair.now_ns, &in), FW_DROP_BADIF);
	in.other_interface = false;
	assert_int_equal(fw_receive(pair.nodes[A].fw, pair.now_ns, &in), FW_DROP_BADTTL);
	in.ttl = 255;
	bytes[0] = 6;
	assert_int_equal(fw_receive(pair.nodes[A].fw, pair.now_ns, &in), FW_DROP_BADVER);
	bytes[0] = 5;
	in.len_bytes--;
	assert_int_equal(fw_receive(pair.nodes[A].fw, pair.now_ns, &in), FW_DROP_BADLEN);
	in.len_bytes = 19;
	assert_int_equal(fw_receive(pair.nodes[A].fw, pair.now_ns, &in), FW_DROP_HDROPS);
	fw_down(pair.nodes[A].fw, pair.now_ns);
	assert_int_equal(fw_receive(pair.nodes[A].fw, pair.now_ns, &in), FW_DROP_DOWN);
	assert_int_equal(counters()->ipackets, 6);
	assert_int_equal(counters()->badif, 1);
	assert_int_equal(counters()->badttl, 1);
	assert_int_equal(counters()->badver, 1);
	assert_int_equal(counters()->badlen, 1);
	assert_int_equal(counters()->hdrops, 1);
	assert_int_equal(fw_state_count(pair.nodes[A].fw), 0);
	pair_free(&pair);
}

/* A newer FreeBSD's INS ends the packet, and with it the UPD_C behind (D-02). */
static void
newer_records_end_the_packet(void **state)
{
	struct pfsync_message m[2];

	(void)state;
	begin(FW_V5F10);
	make_states(fw_family_dialect(FW_V5F15), PFSYNC_REC_1500, m, 1);
	m[1] = m[0];
	m[1].action = PFSYNC_ACT_UPD_C;
	m[1].record = PFSYNC_REC_NONE;
	assert_int_equal(pair_feed(&pair, A, fw_family_dialect(FW_V5F15), NULL, m, 2), FW_STOPPED);
	assert_int_equal(counters()->badact, 1);
	assert_int_equal(pair.nodes[A].outcomes[FW_OUT_BAD_ACTION], 1);
	assert_int_equal(pair.nodes[A].last_number, 15);
	assert_int_equal(pair.nodes[A].outcomes[FW_OUT_REQUESTED], 0);
	pair_free(&pair);
}

/* FreeBSD 14 of before October 2024 understands the first 1301 state of a section
 * only; 14.3 and 15 all. */
static void
freebsd_14_steps_too_far(void **state)
{
	struct fw_config config = pair_config(FW_V5F14, A);
	struct pfsync_message m[4];

	(void)state;
	make_states(fw_family_dialect(FW_V5F10), PFSYNC_REC_1301, m, 4);
	begin(FW_V5F14);
	pair_feed(&pair, A, fw_family_dialect(FW_V5F10), NULL, m, 4);
	assert_int_equal(fw_state_count(pair.nodes[A].fw), 4);
	pair_free(&pair);
	config.misreads_1301 = true;
	pair_one(&pair, &config);
	pair_feed(&pair, A, fw_family_dialect(FW_V5F10), NULL, m, 4);
	assert_int_equal(fw_state_count(pair.nodes[A].fw), 1);
	assert_non_null(fw_lookup(pair.nodes[A].fw, m[0].id, m[0].creatorid));
	assert_int_equal(counters()->badval, 3);
	pair_free(&pair);
	begin(FW_V5F15);
	pair_feed(&pair, A, fw_family_dialect(FW_V5F10), NULL, m, 4);
	assert_int_equal(fw_state_count(pair.nodes[A].fw), 4);
	pair_free(&pair);
	/* One a section is read right. */
	pair_one(&pair, &config);
	for (int i = 0; i < 4; i++)
		pair_feed(&pair, A, fw_family_dialect(FW_V5F10), NULL, &m[i], 1);
	assert_int_equal(fw_state_count(pair.nodes[A].fw), 4);
	pair_free(&pair);
}

static void
v5_end_of_frame(void **state)
{
	struct pfsync_message m[1];
	size_t len;

	(void)state;
	/* FreeBSD 9's 20 bytes behind EOF: badlen at 10, and the reverse badact at 9. */
	make_states(fw_family_dialect(FW_V5F9), PFSYNC_REC_1301, m, 1);
	begin(FW_V5F10);
	assert_int_equal(pair_feed(&pair, A, fw_family_dialect(FW_V5F9), NULL, m, 1), FW_ACCEPTED);
	assert_int_equal(counters()->badlen, 1);
	assert_int_equal(fw_state_count(pair.nodes[A].fw), 1);
	pair_free(&pair);
	begin(FW_V5F9);
	assert_int_equal(pair_feed(&pair, A, fw_family_dialect(FW_V5F10), NULL, m, 1), FW_ACCEPTED);
	assert_int_equal(counters()->badact, 1);
	assert_int_equal(fw_state_count(pair.nodes[A].fw), 1);
	pair_free(&pair);
	/* A count that promises too much: nothing of the section is applied. */
	begin(FW_V5F10);
	len = build(fw_family_dialect(FW_V5F10), m, 1);
	bytes[23] = 2;
	assert_int_equal(pair_feed_bytes(&pair, A, bytes, len), FW_STOPPED);
	assert_int_equal(counters()->badlen, 1);
	assert_int_equal(fw_state_count(pair.nodes[A].fw), 0);
	pair_free(&pair);
}

/* V6 skips what it does not know if it can; FreeBSD 14 minds a full DEL. */
static void
unknown_and_unwanted_actions(void **state)
{
	struct pfsync_message m[2];
	size_t len;

	(void)state;
	begin(FW_V6B);
	make_states(fw_family_dialect(FW_V6B), PFSYNC_REC_V6, m, 1);
	m[1] = m[0];
	m[0].action = PFSYNC_ACT_DEL_C;
	m[0].record = PFSYNC_REC_NONE;
	len = build(fw_family_dialect(FW_V6B), m, 2);
	bytes[20] = 77;
	assert_int_equal(pair_feed_bytes(&pair, A, bytes, len), FW_ACCEPTED);
	assert_int_equal(fw_state_count(pair.nodes[A].fw), 1);
	assert_int_equal(counters()->badact, 0);
	bytes[21] = 0; /* without a length it cannot be skipped */
	assert_int_equal(pair_feed_bytes(&pair, A, bytes, len), FW_STOPPED);
	assert_int_equal(counters()->badact, 1);
	/* INS_F: skipped by V6b, an error to V6a. */
	bytes[20] = 8;
	bytes[21] = 3;
	assert_int_equal(pair_feed_bytes(&pair, A, bytes, len), FW_ACCEPTED);
	assert_int_equal(counters()->badact, 1);
	pair_free(&pair);
	begin(FW_V6A);
	assert_int_equal(pair_feed_bytes(&pair, A, bytes, len), FW_STOPPED);
	assert_int_equal(counters()->badact, 1);
	assert_int_equal(fw_state_count(pair.nodes[A].fw), 0);
	pair_free(&pair);

	begin(FW_V5F14);
	make_states(fw_family_dialect(FW_V5F10), PFSYNC_REC_1301, m, 1);
	m[0].action = PFSYNC_ACT_DEL;
	assert_int_equal(pair_feed(&pair, A, fw_family_dialect(FW_V5F10), NULL, m, 1), FW_STOPPED);
	assert_int_equal(counters()->badact, 1);
	assert_int_equal(counters()->iacts[6], 1);
	pair_free(&pair);
}

static void
old_packets_have_one_action(void **state)
{
	struct pfsync_message m[1];
	size_t len;

	(void)state;
	begin(FW_V2B);
	make_states(fw_family_dialect(FW_V2B), PFSYNC_REC_V2, m, 1);
	len = build(fw_family_dialect(FW_V2B), m, 1);
	bytes[2] = 10;
	assert_int_equal(pair_feed_bytes(&pair, A, bytes, len), FW_DROP_BADACT);
	assert_int_equal(counters()->badact, 1);
	bytes[2] = 6; /* INS_F: without effect */
	assert_int_equal(pair_feed_bytes(&pair, A, bytes, len), FW_ACCEPTED);
	assert_int_equal(counters()->badact, 1);
	bytes[2] = 1;
	bytes[3] = 9;
	assert_int_equal(pair_feed_bytes(&pair, A, bytes, len), FW_DROP_BADLEN);
	assert_int_equal(counters()->badlen, 1);
	bytes[3] = 1;
	assert_int_equal(pair_feed_bytes(&pair, A, bytes, len), FW_ACCEPTED);
	assert_int_equal(fw_state_count(pair.nodes[A].fw), 1);
	pair_free(&pair);
}

static void
bad_values_are_counted_by_family(void **state)
{
	static const struct {
		enum fw_family family;
		enum pfsync_record_kind record;
		bool badval;
	} cases[] = {
	    {FW_V2B, PFSYNC_REC_V2, false},
	    {FW_V4B, PFSYNC_REC_V4, false},
	    {FW_V5O, PFSYNC_REC_V4, true},
	    {FW_V6B, PFSYNC_REC_V6, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pfsync_message good[1], m;
		begin(cases[i].family);
		make_states(fw_family_dialect(cases[i].family), cases[i].record, good, 1);
		good->record =
		    fw_family_dialect(cases[i].family)->layouts[PFSYNC_SLOT_STATE]->record;
		m = *good;
		m.u.state.timeout = 20;
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_BAD_VALUES);
		m = *good;
		m.u.state.src.state = 13;
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_BAD_VALUES);
		m = *good;
		m.u.state.direction = 3;
		assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_BAD_VALUES);
		m = *good;
		m.u.state.af_number = m.u.state.wire.af_number = 28;
		if (fw_family_dialect(cases[i].family)->af_inet6 != 28)
			assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_BAD_VALUES);
		else
			assert_int_equal(pair_tell(&pair, A, &m), FW_OUT_INSERTED);
		assert_int_equal(counters()->badval + counters()->badstate,
		    fw_family_dialect(cases[i].family)->af_inet6 != 28 ? 4 : 3);
		assert_int_equal(counters()->badval > 0, cases[i].badval);
		pair_free(&pair);
	}
	/* SCTP's classes are values to 14 and bad ones to 13. */
	begin(FW_V5F10);
	{
		struct pfsync_message m[1];
		make_states(fw_family_dialect(FW_V5F10), PFSYNC_REC_1301, m, 1);
		m->u.state.timeout = 22;
		assert_int_equal(pair_tell(&pair, A, m), FW_OUT_BAD_VALUES);
		pair_free(&pair);
		begin(FW_V5F14);
		assert_int_equal(pair_tell(&pair, A, m), FW_OUT_INSERTED);
		pair_free(&pair);
	}
}

/* Any bytes: an answer, no crash; the sanitizers watch. */
static void
junk_is_survived(void **state)
{
	uint64_t random = 88172645463325252U;

	(void)state;
	for (int family = 0; family < FW_FAMILY_COUNT; family++) {
		struct pfsync_message m[3];
		const struct pfsync_dialect *dialect = fw_family_dialect((enum fw_family)family);
		size_t len;
		begin((enum fw_family)family);
		make_states(dialect, dialect->layouts[PFSYNC_SLOT_STATE]->record, m, 3);
		len = build(dialect, m, 3);
		for (int round = 0; round < 2000; round++) {
			uint8_t copy[4096];
			size_t cut = len;
			memcpy(copy, bytes, len);
			for (int k = 0; k < 3; k++) {
				random ^= random << 13;
				random ^= random >> 7;
				random ^= random << 17;
				copy[random % (round % 2 == 0 ? 32 : len)] =
				    (uint8_t)(random >> 32);
			}
			if (round % 5 == 0)
				cut = (random >> 16) % (len + 1);
			copy[0] = dialect->version;
			pair_feed_bytes(&pair, A, copy, cut);
			if (round % 100 == 0)
				pair_run(&pair, 2 * S);
			pair.seen_count = 0;
		}
		assert_true(counters()->ipackets >= 2000);
		pair_free(&pair);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_order_of_refusals),
	    cmocka_unit_test(newer_records_end_the_packet),
	    cmocka_unit_test(freebsd_14_steps_too_far),
	    cmocka_unit_test(v5_end_of_frame),
	    cmocka_unit_test(unknown_and_unwanted_actions),
	    cmocka_unit_test(old_packets_have_one_action),
	    cmocka_unit_test(bad_values_are_counted_by_family),
	    cmocka_unit_test(junk_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
