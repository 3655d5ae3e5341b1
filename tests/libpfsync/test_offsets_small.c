/*
 * test_offsets_small.c - compressed updates and deletes, requests, clears, bulk
 * marks and SA counters at their documented offsets (OB 6.2, 7.2, 7.3, 10.3,
 * 11.4 to 11.6, FB 5.4, 6.4, 8.4), written down a second time on purpose.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "wirespec.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ------------------------------------------------------------------------
 * UPD_C
 */

static void
rows_upd_c(struct spec *e)
{
	SPEC(e, BE, 0, 8, ID, id);
	spec_peers(e, 8, 40);
	SPEC(e, BE, 72, 4, CREATORID, creatorid);
	SPEC(e, BE, 76, 4, EXPIRE, u.state.expire_s);
}

/* OB 6.2: updates at 80; no timeout. */
static void
test_upd_c_1n(void **state)
{
	static const char *const dialects[] = {"openbsd-1n1", "openbsd-1n1-be", "openbsd-1n2",
	    "openbsd-1n2-be", "openbsd-2a", "openbsd-2a-be", "openbsd-2b"};

	(void)state;
	for (size_t i = 0; i < COUNT(dialects); i++) {
		struct spec e = {dialects[i], 4, 0, 88, 0, {{0}}};
		rows_upd_c(&e);
		SPEC(&e, BE, 80, 1, UPDATES, u.state.updates);
		spec_scrub_zero(&e);
		spec_check(&e);
	}
}

/* OB 7.2: timeout at 80, updates at 81. */
static void
test_upd_c_2c(void **state)
{
	static const struct {
		const char *dialect;
		bool scrub;
	} cases[] = {
	    {"openbsd-2c", false},
	    {"openbsd-2d", false},
	    {"openbsd-2e", false},
	    {"openbsd-2f", false},
	    {"openbsd-2f-be", false},
	    {"openbsd-2g", true},
	    {"openbsd-2g-be", true},
	    {"freebsd-6", false},
	    {"openbsd-3a", true},
	    {"openbsd-3a-be", true},
	    {"openbsd-3b", true},
	    {"openbsd-3b-early", true},
	    {"openbsd-3c", true},
	    {"openbsd-3c-244", true},
	    {"freebsd-7", true},
	    {"freebsd-8", true},
	    {"netbsd-3", true},
	    {"openbsd-4", true},
	    {"dragonfly-4", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct spec e = {cases[i].dialect, 4, 0, 88, 0, {{0}}};
		rows_upd_c(&e);
		SPEC(&e, BE, 80, 1, TIMEOUT, u.state.timeout);
		SPEC(&e, BE, 81, 1, UPDATES, u.state.updates);
		if (!cases[i].scrub)
			spec_scrub_zero(&e);
		spec_check(&e);
	}
}

/*
 * OB 10.3, 11.4, FB 8.4: state_flags at 81 was never filled; expire died with
 * OpenBSD 5.1 and FreeBSD 10; scrub bytes of 4.5 to 4.7 are old memory.
 */
static void
test_upd_c_84(void **state)
{
	static const struct {
		const char *dialect;
		unsigned words;
		bool expire, scrub;
	} cases[] = {
	    {"openbsd-5a", 0, true, false},
	    {"openbsd-5b", 0, true, false},
	    {"openbsd-5c", 0, true, false},
	    {"openbsd-6a", 0, true, false},
	    {"openbsd-6b", 21, true, false},
	    {"openbsd-6c", 21, true, false},
	    {"openbsd-6d", 21, true, true},
	    {"openbsd-6e", 21, true, true},
	    {"openbsd-6f", 21, false, true},
	    {"openbsd-6g", 21, false, true},
	    {"openbsd-6g-be", 21, false, true},
	    {"openbsd-6h", 21, false, true},
	    {"openbsd-6i", 21, false, true},
	    {"openbsd-6j", 21, false, true},
	    {"openbsd-6k", 21, false, true},
	    {"openbsd-6l", 21, false, true},
	    {"freebsd-9", 0, true, true},
	    {"freebsd-10", 0, false, true},
	    {"freebsd-14", 0, false, true},
	    {"freebsd-15", 0, false, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct spec e = {cases[i].dialect, 4, cases[i].words, 84, 0, {{0}}};
		rows_upd_c(&e);
		SPEC(&e, BE, 80, 1, TIMEOUT, u.state.timeout);
		if (!cases[i].expire)
			spec_unfilled(&e, PFSYNC_F_EXPIRE);
		if (!cases[i].scrub)
			spec_scrub_unfilled(&e);
		spec_check(&e);
	}
}

/* ------------------------------------------------------------------------
 * Everything else, dialect by dialect
 */

/*
 * Which numbers a dialect has for the small messages (OB 12, FB 5.2, 6.2, 8.3),
 * and their sizes by the table at the end of OB 12; -1 and 0: none.
 */
struct small {
	const char *dialect;
	bool length; /* v6: the subheader tells the length */
	int del_c, req, ack, bus;
	unsigned del_c_size, req_size, clr_size, bus_size;
	bool endtime;
};

#define V1N_1(name)                                                                                \
	{                                                                                          \
		name, false, 5, -1, -1, -1, 16, 0, 8, 0, false                                     \
	}
#define V2_A(name)                                                                                 \
	{                                                                                          \
		name, false, 5, 8, -1, -1, 16, 16, 8, 0, false                                     \
	}
#define V2_D(name)                                                                                 \
	{                                                                                          \
		name, false, 5, 8, -1, -1, 16, 16, 24, 0, false                                    \
	}
#define V2_E(name)                                                                                 \
	{                                                                                          \
		name, false, 5, 8, -1, 9, 16, 16, 24, 16, true                                     \
	}
#define V5(name)                                                                                   \
	{                                                                                          \
		name, false, 7, 5, 2, 10, 12, 12, 20, 12, true                                     \
	}
#define V6(name, endtime)                                                                          \
	{                                                                                          \
		name, true, 7, 5, 2, 10, 12, 12, 20, 12, endtime                                   \
	}

static const struct small smalls[] = {
    V1N_1("openbsd-1n1"),
    V1N_1("openbsd-1n1-be"),
    V2_A("openbsd-1n2"),
    V2_A("openbsd-1n2-be"),
    V2_A("openbsd-2a"),
    V2_A("openbsd-2a-be"),
    V2_A("openbsd-2b"),
    V2_A("openbsd-2c"),
    V2_D("openbsd-2d"),
    V2_E("openbsd-2e"),
    V2_E("openbsd-2f"),
    V2_E("openbsd-2f-be"),
    V2_E("openbsd-2g"),
    V2_E("openbsd-2g-be"),
    V2_E("freebsd-6"),
    V2_E("openbsd-3a"),
    V2_E("openbsd-3a-be"),
    V2_E("openbsd-3b"),
    V2_E("openbsd-3b-early"),
    V2_E("openbsd-3c"),
    V2_E("openbsd-3c-244"),
    V2_E("freebsd-7"),
    V2_E("freebsd-8"),
    V2_E("netbsd-3"),
    V2_E("openbsd-4"),
    V2_E("dragonfly-4"),
    V5("openbsd-5a"),
    V5("openbsd-5b"),
    V5("openbsd-5c"),
    V5("openbsd-6a"),
    V6("openbsd-6b", true),
    V6("openbsd-6c", true),
    V6("openbsd-6d", true),
    V6("openbsd-6e", true),
    V6("openbsd-6f", true),
    V6("openbsd-6g", true),
    V6("openbsd-6g-be", true),
    V6("openbsd-6h", true),
    V6("openbsd-6i", true),
    V6("openbsd-6j", true),
    V6("openbsd-6k", false),
    V6("openbsd-6l", false),
    V5("freebsd-9"),
    V5("freebsd-10"),
    V5("freebsd-14"),
    V5("freebsd-15"),
};

static struct spec
small_record(const struct small *small, int action, unsigned size)
{
	return (struct spec){.dialect = small->dialect,
	    .action = (unsigned)action,
	    .words = small->length ? size / 4 : 0,
	    .size = size};
}

/* The DEL_C of v1 to v4 has two peer states that are always 0 (OB 6.2). */
static void
test_del_c(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(smalls); i++) {
		struct spec e = small_record(&smalls[i], smalls[i].del_c, smalls[i].del_c_size);
		SPEC(&e, BE, 0, 8, ID, id);
		SPEC(&e, BE, 8, 4, CREATORID, creatorid);
		spec_check(&e);
	}
}

static void
test_request(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(smalls); i++) {
		struct spec e = small_record(&smalls[i], smalls[i].req, smalls[i].req_size);
		if (smalls[i].req < 0) {
			assert_int_equal(pfsync_action_number(hand_dialect(smalls[i].dialect),
					     PFSYNC_ACT_UPD_REQ, PFSYNC_REC_NONE),
			    -1);
			continue;
		}
		SPEC(&e, BE, 0, 8, ID, id);
		SPEC(&e, BE, 8, 4, CREATORID, creatorid);
		spec_check(&e);
	}
}

static void
test_ins_ack(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(smalls); i++) {
		struct spec e = small_record(&smalls[i], smalls[i].ack, 12);
		if (smalls[i].ack < 0) {
			assert_int_equal(pfsync_action_number(hand_dialect(smalls[i].dialect),
					     PFSYNC_ACT_INS_ACK, PFSYNC_REC_NONE),
			    -1);
			continue;
		}
		SPEC(&e, BE, 0, 8, ID, id);
		SPEC(&e, BE, 8, 4, CREATORID, creatorid);
		spec_check(&e);
	}
}

static void
test_clr(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(smalls); i++) {
		struct spec e = small_record(&smalls[i], 0, smalls[i].clr_size);
		if (smalls[i].clr_size == 8) {
			SPEC(&e, BE, 0, 4, CREATORID, creatorid);
		} else {
			SPEC(&e, BYTES, 0, 16, CLR_IFNAME, u.clr.ifname);
			SPEC(&e, BE, 16, 4, CREATORID, creatorid);
		}
		spec_check(&e);
	}
}

/* endtime is always 0 from OpenBSD 7.4 on. */
static void
test_bus(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(smalls); i++) {
		struct spec e = small_record(&smalls[i], smalls[i].bus, smalls[i].bus_size);
		if (smalls[i].bus < 0) {
			assert_int_equal(pfsync_action_number(hand_dialect(smalls[i].dialect),
					     PFSYNC_ACT_BUS, PFSYNC_REC_NONE),
			    -1);
			continue;
		}
		SPEC(&e, BE, 0, 4, CREATORID, creatorid);
		SPEC(&e, BE, 4, 4, BUS_ENDTIME, u.bus.endtime_s);
		SPEC(&e, BE, 8, 1, BUS_STATUS, u.bus.status);
		if (!smalls[i].endtime)
			spec_unfilled(&e, PFSYNC_F_BUS_ENDTIME);
		spec_check(&e);
	}
}

/* Every dialect but raw version 1 is in the table above. */
static void
test_census(void **state)
{
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		if (strncmp(dialect->name, "openbsd-1r", 10) == 0)
			continue;
		for (size_t k = 0; k < COUNT(smalls); k++)
			seen += strcmp(smalls[k].dialect, dialect->name) == 0;
	}
	assert_int_equal(seen, COUNT(smalls));
	assert_int_equal(seen + 22, pfsync_dialect_count());
}

/* ------------------------------------------------------------------------
 * TDB
 */

/* OB 7.3, FB 6.4: 48 bytes; the last two are a routing domain from 6d on. */
static void
test_tdb48(void **state)
{
	static const struct {
		const char *dialect;
		unsigned action, words;
		bool rdomain, swapped;
	} cases[] = {
	    {"openbsd-2f", 10, 0, false, true},
	    {"openbsd-2f-be", 10, 0, false, false},
	    {"openbsd-2g", 10, 0, false, true},
	    {"openbsd-2g-be", 10, 0, false, false},
	    {"openbsd-3a", 10, 0, false, true},
	    {"openbsd-3a-be", 10, 0, false, false},
	    {"openbsd-3b-early", 10, 0, false, true},
	    {"openbsd-3b", 10, 0, false, false},
	    {"openbsd-3c", 10, 0, false, false},
	    {"openbsd-3c-244", 10, 0, false, false},
	    {"freebsd-7", 10, 0, false, false},
	    {"freebsd-8", 10, 0, false, false},
	    {"netbsd-3", 10, 0, false, false},
	    {"openbsd-4", 10, 0, false, false},
	    {"dragonfly-4", 10, 0, false, false},
	    {"openbsd-5a", 11, 0, false, false},
	    {"openbsd-5b", 11, 0, false, false},
	    {"openbsd-5c", 11, 0, false, false},
	    {"openbsd-6a", 11, 0, false, false},
	    {"openbsd-6b", 11, 12, false, false},
	    {"openbsd-6c", 11, 12, false, false},
	    {"openbsd-6d", 11, 12, true, false},
	    {"openbsd-6e", 11, 12, true, false},
	    {"openbsd-6f", 11, 12, true, false},
	    {"freebsd-9", 11, 0, false, false},
	    {"freebsd-10", 11, 0, false, false},
	    {"freebsd-14", 11, 0, false, false},
	    {"freebsd-15", 11, 0, false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct spec e = {cases[i].dialect, cases[i].action, cases[i].words, 48, 0, {{0}}};
		if (cases[i].swapped)
			SPEC(&e, LE, 0, 4, TDB_SPI, u.tdb.spi);
		else
			SPEC(&e, BE, 0, 4, TDB_SPI, u.tdb.spi);
		SPEC(&e, BYTES, 4, 28, TDB_DST, u.tdb.dst_sockaddr);
		SPEC(&e, BE, 32, 4, TDB_RPL, u.tdb.rpl);
		SPEC(&e, BE, 36, 8, TDB_CUR_BYTES, u.tdb.cur_bytes);
		SPEC(&e, BE, 44, 1, TDB_SPROTO, u.tdb.sproto);
		SPEC(&e, BE, 45, 1, TDB_UPDATES, u.tdb.updates);
		if (cases[i].rdomain)
			SPEC(&e, BE, 46, 2, TDB_RDOMAIN, u.tdb.rdomain);
		spec_check(&e);
	}
}

/* OB 11.5, 11.6. */
static void
test_tdb52(void **state)
{
	static const struct {
		const char *dialect;
		bool shifted;
	} cases[] = {{"openbsd-6g", true}, {"openbsd-6g-be", false}, {"openbsd-6h", false},
	    {"openbsd-6i", false}, {"openbsd-6j", false}, {"openbsd-6k", false},
	    {"openbsd-6l", false}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct spec e = {cases[i].dialect, 15, 13, 52, 0, {{0}}};
		SPEC(&e, BE, 0, 4, TDB_SPI, u.tdb.spi);
		SPEC(&e, BYTES, 4, 28, TDB_DST, u.tdb.dst_sockaddr);
		if (cases[i].shifted)
			SPEC(&e, SHIFTED, 32, 8, TDB_RPL, u.tdb.rpl);
		else
			SPEC(&e, BE, 32, 8, TDB_RPL, u.tdb.rpl);
		SPEC(&e, BE, 40, 8, TDB_CUR_BYTES, u.tdb.cur_bytes);
		SPEC(&e, BE, 48, 1, TDB_SPROTO, u.tdb.sproto);
		SPEC(&e, BE, 49, 1, TDB_UPDATES, u.tdb.updates);
		SPEC(&e, BE, 50, 2, TDB_RDOMAIN, u.tdb.rdomain);
		spec_check(&e);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_upd_c_1n),
	    cmocka_unit_test(test_upd_c_2c),
	    cmocka_unit_test(test_upd_c_84),
	    cmocka_unit_test(test_del_c),
	    cmocka_unit_test(test_request),
	    cmocka_unit_test(test_ins_ack),
	    cmocka_unit_test(test_clr),
	    cmocka_unit_test(test_bus),
	    cmocka_unit_test(test_census),
	    cmocka_unit_test(test_tdb48),
	    cmocka_unit_test(test_tdb52),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
