/*
 * test_offsets_v1raw.c - the nine raw layouts of version 1 on 32- and 64-bit
 * machines, by the table of OB 5.2, written down a second time on purpose.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "wirespec.h"

enum { ABSENT = 0xffff };

/* One column of the table; the eight that fit are one line each. */
struct raw {
	const char *dialect;
	uint16_t lan, gwy, ext, src, dst;
	uint16_t rule, anchor, rt_addr;
	uint16_t creation, expire, packets, bytes;
	uint16_t af, size;
	bool pairs;          /* 1R-7 and later: [0] and [1] */
	bool anchor_filled;  /* zero until 2003-11-08 */
	bool swapped, dir01; /* until 2002-12-23, 2003-01-02 */
};

static const struct raw raws[] = {
    {"openbsd-1r1-ilp32", 0, 20, 40, 60, 76, 92, ABSENT, 96, 116, 120, 124, 128, 132, 140, false,
	false, true, true},
    {"openbsd-1r1-lp64", 0, 20, 40, 60, 76, 96, ABSENT, 104, 128, 132, 136, 140, 144, 152, false,
	false, true, true},
    {"openbsd-1r1-ilp32-be", 0, 20, 40, 60, 76, 92, ABSENT, 96, 116, 120, 124, 128, 132, 140, false,
	false, false, true},
    {"openbsd-1r1-lp64-be", 0, 20, 40, 60, 76, 96, ABSENT, 104, 128, 132, 136, 140, 144, 152, false,
	false, false, true},
    {"openbsd-1r2-early-ilp32", 0, 20, 40, 60, 76, 92, ABSENT, 100, 120, 124, 128, 132, 136, 144,
	false, false, false, true},
    {"openbsd-1r2-early-lp64", 0, 20, 40, 60, 76, 96, ABSENT, 112, 136, 140, 144, 148, 152, 160,
	false, false, false, true},
    {"openbsd-1r2-ilp32", 0, 20, 40, 60, 76, 92, ABSENT, 100, 120, 124, 128, 132, 136, 144, false,
	false, false, false},
    {"openbsd-1r2-lp64", 0, 20, 40, 60, 76, 96, ABSENT, 112, 136, 140, 144, 148, 152, 160, false,
	false, false, false},
    {"openbsd-1r3-ilp32", 0, 20, 40, 60, 76, 92, 96, 104, 124, 128, 132, 136, 140, 148, false,
	false, false, false},
    {"openbsd-1r3-lp64", 0, 20, 40, 60, 76, 96, 104, 120, 144, 148, 152, 156, 160, 168, false,
	false, false, false},
    {"openbsd-1r4-ilp32", 0, 20, 40, 60, 80, 100, 104, 112, 132, 136, 140, 144, 148, 156, false,
	false, false, false},
    {"openbsd-1r4-lp64", 0, 20, 40, 64, 88, 112, 120, 136, 160, 164, 168, 172, 176, 184, false,
	false, false, false},
    {"openbsd-1r5-ilp32", 0, 20, 40, 60, 80, 100, 104, 112, 132, 136, 140, 144, 148, 156, false,
	false, false, false},
    {"openbsd-1r5-lp64", 0, 20, 40, 64, 88, 112, 120, 136, 160, 164, 168, 172, 176, 184, false,
	false, false, false},
    {"openbsd-1r6-ilp32", 0, 20, 40, 60, 84, 108, 112, 120, 140, 144, 148, 152, 156, 164, false,
	false, false, false},
    {"openbsd-1r6-lp64", 0, 20, 40, 64, 96, 128, 136, 152, 176, 180, 184, 188, 192, 200, false,
	false, false, false},
    {"openbsd-1r7-ilp32", 0, 20, 40, 60, 84, 108, 112, 120, 140, 144, 148, 156, 164, 172, true,
	false, false, false},
    {"openbsd-1r7-lp64", 0, 20, 40, 64, 96, 128, 136, 152, 176, 180, 184, 192, 200, 208, true,
	false, false, false},
    {"openbsd-1r8-ilp32", 32, 52, 72, 92, 116, 140, 144, 152, 172, 176, 180, 188, 196, 204, true,
	true, false, false},
    {"openbsd-1r8-lp64", 64, 84, 104, 128, 160, 192, 200, 216, 240, 244, 248, 256, 264, 272, true,
	true, false, false},
    {"openbsd-1r9-ilp32", 32, 52, 72, 92, 116, 140, 144, 152, 180, 184, 188, 196, 204, 212, true,
	true, false, false},
    {"openbsd-1r9-lp64", 64, 84, 104, 128, 160, 192, 200, 216, 256, 260, 264, 272, 280, 288, true,
	true, false, false},
};
#define RAW_COUNT (sizeof(raws) / sizeof(raws[0]))

/* OB 5.2: wscale, mss, scrub, nat_rule and timeout are never copied. */
static void
rows_raw(struct spec *e, const struct raw *raw)
{
	spec_host(e, raw->lan, raw->gwy, raw->ext, raw->swapped);
	SPEC(e, BE, raw->src, 4, SRC_SEQLO, u.state.src.seqlo);
	SPEC(e, BE, raw->src + 4U, 4, SRC_SEQHI, u.state.src.seqhi);
	SPEC(e, BE, raw->src + 8U, 4, SRC_SEQDIFF, u.state.src.seqdiff);
	SPEC(e, BE, raw->src + 12U, 2, SRC_MAX_WIN, u.state.src.max_win);
	SPEC(e, BE, raw->src + 14U, 1, SRC_STATE, u.state.src.state);
	SPEC(e, BE, raw->dst, 4, DST_SEQLO, u.state.dst.seqlo);
	SPEC(e, BE, raw->dst + 4U, 4, DST_SEQHI, u.state.dst.seqhi);
	SPEC(e, BE, raw->dst + 8U, 4, DST_SEQDIFF, u.state.dst.seqdiff);
	SPEC(e, BE, raw->dst + 12U, 2, DST_MAX_WIN, u.state.dst.max_win);
	SPEC(e, BE, raw->dst + 14U, 1, DST_STATE, u.state.dst.state);
	SPEC(e, BE, raw->rule, 4, RULE, u.state.rule);
	if (raw->anchor != ABSENT && raw->anchor_filled)
		SPEC(e, BE, raw->anchor, 4, ANCHOR, u.state.anchor);
	SPEC(e, BYTES, raw->rt_addr, 16, RT_ADDR, u.state.rt_addr);
	SPEC(e, BE, raw->creation, 4, CREATION, u.state.creation_s);
	SPEC(e, BE, raw->expire, 4, EXPIRE, u.state.expire_s);
	SPEC(e, BE, raw->packets, 4, PACKETS0, u.state.packets[0]);
	SPEC(e, BE, raw->bytes, 4, BYTES0, u.state.bytes[0]);
	if (raw->pairs) {
		SPEC(e, BE, raw->packets + 4U, 4, PACKETS1, u.state.packets[1]);
		SPEC(e, BE, raw->bytes + 4U, 4, BYTES1, u.state.bytes[1]);
	}
	SPEC(e, BE, raw->af, 1, AF, u.state.af_number);
	SPEC(e, BE, raw->af + 1U, 1, PROTO, u.state.proto);
	if (raw->dir01)
		SPEC(e, DIR01, raw->af + 2U, 1, DIRECTION, u.state.direction);
	else
		SPEC(e, BE, raw->af + 2U, 1, DIRECTION, u.state.direction);
	SPEC(e, BE, raw->af + 3U, 1, LOG, u.state.log);
	SPEC(e, BE, raw->af + 4U, 1, ALLOW_OPTS, u.state.allow_opts);
}

static void
test_raw(void **state)
{
	(void)state;
	for (size_t i = 0; i < RAW_COUNT; i++) {
		for (unsigned action = 1; action <= 3; action++) {
			struct spec e = {raws[i].dialect, action, 0, raws[i].size, 0, {{0}}};
			rows_raw(&e, &raws[i]);
			spec_check(&e);
		}
	}
}

/* Every dialect of version 1 with a whole buffer is in the table above. */
static void
test_census(void **state)
{
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < pfsync_dialect_count(); i++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(i);
		if ((dialect->quirks & PFSYNC_QUIRK_RAW_BUFFER) == 0)
			continue;
		assert_int_equal(dialect->version, 1);
		assert_int_equal(dialect->header_bytes, 4);
		assert_int_equal(dialect->action_max, 4);
		seen++;
	}
	assert_int_equal(seen, RAW_COUNT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_raw),
	    cmocka_unit_test(test_census),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
