/*
 * dialects.c - the census: one row a wire format.
 *
 * SPDX-License-Identifier: ISC
 *
 * To add a dialect: a row in dialects[], its layouts in a .def file if they are
 * new, what tells it from its neighbours in detect.c, and a sample.
 */
#include <string.h>

#include "pfsync.h"

#include "layouts/layouts.h"

/* ------------------------------------------------------------------------
 * Action numbers (OB 12, FB 5.2, 6.2, 8.3).
 */

#define A(action, slot)                                                                            \
	{                                                                                          \
		PFSYNC_ACT_##action, PFSYNC_SLOT_##slot                                            \
	}
#define A_NONE A(UNKNOWN, NONE)
#define A_HEAD_V4 [0] = A(CLR, CLR), [1] = A(INS, STATE), [2] = A(UPD, STATE), [3] = A(DEL, STATE)
#define A_REST_V4                                                                                  \
	[4] = A(UPD_C, UPD_C), [5] = A(DEL_C, DEL_C), [6] = A(INS_F, RESERVED),                    \
	[7] = A(DEL_F, RESERVED)
#define A_MIDDLE_V5                                                                                \
	[0] = A(CLR, CLR), [2] = A(INS_ACK, ACK), [4] = A(UPD_C, UPD_C), [5] = A(UPD_REQ, REQ),    \
	[6] = A(DEL, STATE), [7] = A(DEL_C, DEL_C), [8] = A(INS_F, RESERVED),                      \
	[9] = A(DEL_F, RESERVED), [10] = A(BUS, BUS), [12] = A(EOF, EOF)

typedef const struct pfsync_action_row numbering[PFSYNC_ACTION_NUMBERS];

/* Numbers that a numbering leaves undefined. */
#define N4 [4] = A_NONE, [5] = A_NONE, [6] = A_NONE, [7] = A_NONE
#define N8 [8] = A_NONE
#define N9 [9] = A_NONE
#define N10 [10] = A_NONE
#define N11 [11] = A_NONE, [12] = A_NONE
#define N13 [13] = A_NONE, [14] = A_NONE
#define N15 [15] = A_NONE, [16] = A_NONE

static numbering actions_1r = {A_HEAD_V4, N4, N8, N9, N10, N11, N13, N15};
static numbering actions_1n1 = {A_HEAD_V4, A_REST_V4, N8, N9, N10, N11, N13, N15};
static numbering actions_1n2 = {
    A_HEAD_V4, A_REST_V4, [8] = A(UPD_REQ, REQ), N9, N10, N11, N13, N15};
static numbering actions_2e = {
    A_HEAD_V4, A_REST_V4, [8] = A(UPD_REQ, REQ), [9] = A(BUS, BUS), N10, N11, N13, N15};
static numbering actions_2f = {A_HEAD_V4,
    A_REST_V4, [8] = A(UPD_REQ, REQ), [9] = A(BUS, BUS), [10] = A(TDB, TDB), N11, N13, N15};
static numbering actions_v5 = {
    A_MIDDLE_V5, [1] = A(INS, STATE), [3] = A(UPD, STATE), [11] = A(TDB, TDB), N13, N15};
static numbering actions_5c = {A_MIDDLE_V5, [1] = A(INS, RETIRED), [3] = A(UPD, RETIRED),
    [11] = A(TDB, TDB), [13] = A(INS, STATE), [14] = A(UPD, STATE), N15};
static numbering actions_6g = {
    A_MIDDLE_V5, [1] = A(INS, RETIRED), [3] = A(UPD, RETIRED), [11] = A(TDB, RETIRED),
    [13] = A(INS, STATE), [14] = A(UPD, STATE), [15] = A(TDB, TDB), [16] = A_NONE};
static numbering actions_f14 = {A_MIDDLE_V5, [1] = A(INS, STATE), [3] = A(UPD, STATE),
    [11] = A(TDB, TDB), [13] = A(INS, STATE2), [14] = A(UPD, STATE2), N15};
static numbering actions_f15 = {
    A_MIDDLE_V5, [1] = A(INS, STATE), [3] = A(UPD, STATE), [11] = A(TDB, TDB),
    [13] = A(INS, STATE2), [14] = A(UPD, STATE2), [15] = A(INS, STATE3), [16] = A(UPD, STATE3)};

/* ------------------------------------------------------------------------
 * Fields that have room on the wire but are never filled.
 */

#define WORD(FIELD, word)                                                                          \
	((unsigned)PFSYNC_F_##FIELD / 64 == (word)                                                 \
		? UINT64_C(1) << ((unsigned)PFSYNC_F_##FIELD % 64)                                 \
		: UINT64_C(0))
#define FIELDS(LIST)                                                                               \
	{                                                                                          \
		{                                                                                  \
			0 LIST(LIST_WORD0), 0 LIST(LIST_WORD1)                                     \
		}                                                                                  \
	}
#define LIST_WORD0(FIELD) | WORD(FIELD, 0)
#define LIST_WORD1(FIELD) | WORD(FIELD, 1)

#define NOTHING(F)
#define SCRUB(F)                                                                                   \
	F(SRC_SCRUB_FLAGS)                                                                         \
	F(SRC_SCRUB_TTL)                                                                           \
	F(SRC_SCRUB_VALID)                                                                         \
	F(SRC_TS_MOD) F(DST_SCRUB_FLAGS) F(DST_SCRUB_TTL) F(DST_SCRUB_VALID) F(DST_TS_MOD)
#define EXPIRE(F) F(EXPIRE)
#define NAT_RULE(F) F(NAT_RULE)
#define ANCHOR(F) F(ANCHOR)
#define KEY_AF(F) F(WIRE_AF) F(STACK_AF)
/* Before 2004-01-22 timeout is always 0 (OB 6.1, 7.1). */
#define NAT_RULE_TIMEOUT(F) NAT_RULE(F) F(TIMEOUT)
/* DEL_C carries two peer states that are always 0 (OB 6.2). */
#define DEL_C_STATES(F) F(SRC_STATE) F(DST_STATE)
#define ENDTIME(F) F(BUS_ENDTIME)

/* ------------------------------------------------------------------------
 * Layout sets.
 */

#define L(slot, layout) [PFSYNC_SLOT_##slot] = &pfsync_layouts[LAYOUT_##layout]
#define SMALL_V2 L(DEL_C, del_c16), L(REQ, id16)
#define SMALL_1N SMALL_V2, L(CLR, clr8)
#define SMALL_V4 SMALL_V2, L(UPD_C, upd_c88), L(CLR, clr24), L(BUS, bus16), L(TDB, tdb48)
#define SMALL_V5                                                                                   \
	L(UPD_C, upd_c84), L(DEL_C, id12), L(REQ, id12), L(ACK, id12), L(CLR, clr20), L(BUS, bus12)

#define Q(flag) PFSYNC_QUIRK_##flag
#define Q_RAW (Q(RAW_BUFFER) | Q(COUNT0))

/* One v1 raw row: everything but name, layout and quirks is alike. */
#define RAW(id, layout, max, rank_, quirks_, absent, systems_)                                     \
	{                                                                                          \
		.name = "openbsd-" id, .systems = systems_, .source = "OB 5", .version = 1,        \
		.header_bytes = 4, .af_inet6 = 24, .timeout_max = max, .action_max = 4,            \
		.rank = rank_, .quirks = Q_RAW | (quirks_), .actions = actions_1r,                 \
		.layouts = {L(STATE, layout)}, .absent_state = FIELDS(absent)                      \
	}

#define V1N(id, numbers, max, rank_, quirks_, systems_)                                            \
	{                                                                                          \
		.name = "openbsd-" id, .systems = systems_, .source = "OB 6", .version = 1,        \
		.header_bytes = 4, .af_inet6 = 24, .timeout_max = 19, .action_max = max,           \
		.rank = rank_, .quirks = Q(COUNT0) | Q(NO_SCRUB) | (quirks_), .actions = numbers,  \
		.layouts = {L(STATE, state208), L(UPD_C, upd_c88_1n), SMALL_1N},                   \
		.absent_state = FIELDS(NAT_RULE_TIMEOUT), .absent_other = FIELDS(DEL_C_STATES)     \
	}

/* v2 .. v4: one action a packet. */
#define PLAIN(name_, source_, version_, header, af6, tmax, numbers, amax, rank_, quirks_, absent,  \
    systems_, ...)                                                                                 \
	{                                                                                          \
		.name = name_, .systems = systems_, .source = source_, .version = version_,        \
		.header_bytes = header, .af_inet6 = af6, .timeout_max = tmax, .action_max = amax,  \
		.rank = rank_, .quirks = Q(COUNT0) | (quirks_), .actions = numbers,                \
		.layouts = {__VA_ARGS__}, .absent_state = FIELDS(absent),                          \
		.absent_other = FIELDS(DEL_C_STATES)                                               \
	}

/* v5 and v6: sections. */
#define SECTIONS(name_, source_, version_, af6, tmax, numbers, amax, rank_, quirks_, absent,       \
    absent_c, absent_o, systems_, ...)                                                             \
	{                                                                                          \
		.name = name_, .systems = systems_, .source = source_, .version = version_,        \
		.header_bytes = 20, .af_inet6 = af6, .timeout_max = tmax, .action_max = amax,      \
		.rank = rank_, .quirks = (quirks_), .actions = numbers,                            \
		.layouts = {SMALL_V5, __VA_ARGS__}, .absent_state = FIELDS(absent),                \
		.absent_upd_c = FIELDS(absent_c), .absent_other = FIELDS(absent_o)                 \
	}

/*
 * timeout_max: OB 14.4.  1R-1: ports reversed by little-endian senders until
 * 2002-12-23, direction 0/1 until 2003-01-02 (OB 19 no. 3, 4): the names
 * without -be are the little-endian senders'.  Rank: how likely such a sender is
 * met, among formats that a packet cannot tell apart.
 */
static const struct pfsync_dialect dialects[] = {
    RAW("1r1-ilp32", state_1r1_ilp32, 16, 3, Q(SWAPPED) | Q(DIR01), NOTHING,
	"OpenBSD snapshots 2002-11-29 to 2002-12-18, 32-bit"),
    RAW("1r1-ilp32-be", state_1r1_ilp32, 16, 2, Q(DIR01), NOTHING,
	"OpenBSD snapshots 2002-11-29 to 2002-12-18, 32-bit big-endian"),
    RAW("1r1-lp64", state_1r1_lp64, 16, 2, Q(SWAPPED) | Q(DIR01), NOTHING,
	"OpenBSD snapshots 2002-11-29 to 2002-12-18, 64-bit"),
    RAW("1r1-lp64-be", state_1r1_lp64, 16, 1, Q(DIR01), NOTHING,
	"OpenBSD snapshots 2002-11-29 to 2002-12-18, 64-bit big-endian"),
    RAW("1r2-early-ilp32", state_1r2_ilp32, 16, 2, Q(DIR01), NOTHING,
	"OpenBSD snapshots 2002-12-23 to 2003-01-02, 32-bit"),
    RAW("1r2-early-lp64", state_1r2_lp64, 16, 1, Q(DIR01), NOTHING,
	"OpenBSD snapshots 2002-12-23 to 2003-01-02, 64-bit"),
    RAW("1r2-ilp32", state_1r2_ilp32, 16, 9, 0, NOTHING, "OpenBSD 3.3, 32-bit"),
    RAW("1r2-lp64", state_1r2_lp64, 16, 8, 0, NOTHING, "OpenBSD 3.3, 64-bit"),
    RAW("1r3-ilp32", state_1r3_ilp32, 16, 3, 0, ANCHOR,
	"OpenBSD snapshots 2003-04-09 to 2003-05-11, 32-bit"),
    RAW("1r3-lp64", state_1r3_lp64, 16, 2, 0, ANCHOR,
	"OpenBSD snapshots 2003-04-09 to 2003-05-11, 64-bit"),
    RAW("1r4-ilp32", state_1r4_ilp32, 16, 2, 0, ANCHOR, "OpenBSD snapshots of 2003-05-11, 32-bit"),
    RAW("1r4-lp64", state_1r4_lp64, 16, 1, 0, ANCHOR, "OpenBSD snapshots of 2003-05-11, 64-bit"),
    RAW("1r5-ilp32", state_1r4_ilp32, 18, 3, 0, ANCHOR,
	"OpenBSD snapshots 2003-05-12 to 2003-06-20, 32-bit"),
    RAW("1r5-lp64", state_1r4_lp64, 18, 2, 0, ANCHOR,
	"OpenBSD snapshots 2003-05-12 to 2003-06-20, 64-bit"),
    RAW("1r6-ilp32", state_1r6_ilp32, 18, 2, 0, ANCHOR, "OpenBSD snapshots of 2003-06-20, 32-bit"),
    RAW("1r6-lp64", state_1r6_lp64, 18, 1, 0, ANCHOR, "OpenBSD snapshots of 2003-06-20, 64-bit"),
    RAW("1r7-ilp32", state_1r7_ilp32, 18, 9, 0, ANCHOR, "OpenBSD 3.4, 32-bit"),
    RAW("1r7-lp64", state_1r7_lp64, 18, 8, 0, ANCHOR, "OpenBSD 3.4, 64-bit"),
    RAW("1r8-ilp32", state_1r8_ilp32, 18, 3, 0, NOTHING,
	"OpenBSD snapshots 2003-10-25 to 2003-12-15, 32-bit"),
    RAW("1r8-lp64", state_1r8_lp64, 18, 2, 0, NOTHING,
	"OpenBSD snapshots 2003-10-25 to 2003-12-15, 64-bit"),
    RAW("1r9-ilp32", state_1r9_ilp32, 19, 2, 0, NOTHING, "OpenBSD snapshots of 2003-12-15, 32-bit"),
    RAW("1r9-lp64", state_1r9_lp64, 19, 1, 0, NOTHING, "OpenBSD snapshots of 2003-12-15, 64-bit"),

    V1N("1n1", actions_1n1, 8, 4, Q(SWAPPED), "OpenBSD snapshots 2003-12-15 to 2003-12-28"),
    V1N("1n1-be", actions_1n1, 8, 2, 0, "OpenBSD snapshots 2003-12-15 to 2003-12-28, big-endian"),
    V1N("1n2", actions_1n2, 9, 3, Q(SWAPPED), "OpenBSD snapshots 2003-12-28 to 2003-12-31"),
    V1N("1n2-be", actions_1n2, 9, 1, 0, "OpenBSD snapshots 2003-12-28 to 2003-12-31, big-endian"),

    PLAIN("openbsd-2a", "OB 7", 2, 4, 24, 19, actions_1n2, 9, 2, Q(SWAPPED) | Q(NO_SCRUB),
	NAT_RULE_TIMEOUT, "OpenBSD snapshots 2003-12-31 to 2004-01-18", SMALL_V2,
	L(STATE, state224_2a), L(UPD_C, upd_c88_1n), L(CLR, clr8)),
    PLAIN("openbsd-2a-be", "OB 7", 2, 4, 24, 19, actions_1n2, 9, 1, Q(NO_SCRUB), NAT_RULE_TIMEOUT,
	"OpenBSD snapshots 2003-12-31 to 2004-01-18, big-endian", SMALL_V2, L(STATE, state224_2a),
	L(UPD_C, upd_c88_1n), L(CLR, clr8)),
    PLAIN("openbsd-2b", "OB 7", 2, 4, 24, 19, actions_1n2, 9, 3, Q(NO_SCRUB), NAT_RULE_TIMEOUT,
	"OpenBSD snapshots 2004-01-18 to 2004-01-22", SMALL_V2, L(STATE, state224),
	L(UPD_C, upd_c88_1n), L(CLR, clr8)),
    PLAIN("openbsd-2c", "OB 7", 2, 4, 24, 19, actions_1n2, 9, 4, Q(NO_SCRUB), NAT_RULE,
	"OpenBSD snapshots 2004-01-22 to 2004-02-20", SMALL_V2, L(STATE, state224),
	L(UPD_C, upd_c88), L(CLR, clr8)),
    PLAIN("openbsd-2d", "OB 7", 2, 4, 24, 19, actions_1n2, 9, 5, Q(NO_SCRUB), NAT_RULE,
	"OpenBSD snapshots 2004-02-20 to 2004-03-22", SMALL_V2, L(STATE, state224),
	L(UPD_C, upd_c88), L(CLR, clr24)),
    PLAIN("openbsd-2e", "OB 7", 2, 4, 24, 20, actions_2e, 10, 9, Q(NO_SCRUB), NAT_RULE,
	"OpenBSD 3.5 to 3.7, MirBSD", SMALL_V2, L(STATE, state224), L(UPD_C, upd_c88),
	L(CLR, clr24), L(BUS, bus16)),
    PLAIN("openbsd-2f", "OB 7", 2, 4, 24, 20, actions_2f, 11, 6, Q(SWAPPED) | Q(NO_SCRUB), NAT_RULE,
	"OpenBSD snapshots 2005-05-28 to 2005-08-16", SMALL_V4, L(STATE, state224)),
    PLAIN("openbsd-2f-be", "OB 7", 2, 4, 24, 20, actions_2f, 11, 2, Q(NO_SCRUB), NAT_RULE,
	"OpenBSD snapshots 2005-05-28 to 2005-08-16, big-endian", SMALL_V4, L(STATE, state224)),
    PLAIN("openbsd-2g", "OB 7", 2, 4, 24, 20, actions_2f, 11, 8, Q(SWAPPED), NAT_RULE,
	"OpenBSD 3.8", SMALL_V4, L(STATE, state224)),
    PLAIN("openbsd-2g-be", "OB 7", 2, 4, 24, 20, actions_2f, 11, 3, 0, NAT_RULE,
	"OpenBSD 3.8, big-endian", SMALL_V4, L(STATE, state224)),
    PLAIN("freebsd-6", "FB 5", 2, 4, 28, 20, actions_2e, 10, 7, Q(NO_SCRUB), NAT_RULE,
	"FreeBSD 5.3 to 6.4, DragonFly 1.2 to 2.6", SMALL_V2, L(STATE, state224), L(UPD_C, upd_c88),
	L(CLR, clr24), L(BUS, bus16)),

    PLAIN("openbsd-3a", "OB 8", 3, 20, 24, 20, actions_2f, 11, 4, Q(SWAPPED), NAT_RULE,
	"OpenBSD snapshots 2005-10-27 to 2005-11-04", SMALL_V4, L(STATE, state224)),
    PLAIN("openbsd-3a-be", "OB 8", 3, 20, 24, 20, actions_2f, 11, 1, 0, NAT_RULE,
	"OpenBSD snapshots 2005-10-27 to 2005-11-04, big-endian", SMALL_V4, L(STATE, state224)),
    PLAIN("openbsd-3b-early", "OB 8", 3, 20, 24, 20, actions_2f, 11, 5, Q(SWAPPED), NAT_RULE,
	"OpenBSD 3.9, little-endian", SMALL_V4, L(STATE, state240_hosts)),
    PLAIN("openbsd-3b", "OB 8", 3, 20, 24, 20, actions_2f, 11, 9, 0, NAT_RULE, "OpenBSD 4.0 to 4.3",
	SMALL_V4, L(STATE, state240_hosts)),
    PLAIN("openbsd-3c", "OB 8", 3, 20, 24, 20, actions_2f, 11, 3, 0, NAT_RULE,
	"OpenBSD snapshots 2008-05-29 to 2008-06-17", SMALL_V4, L(STATE, state240_3c)),
    PLAIN("openbsd-3c-244", "OB 8", 3, 20, 24, 20, actions_2f, 11, 2, 0, NAT_RULE,
	"OpenBSD snapshots of 2008-06-10", SMALL_V4, L(STATE, state244_3c)),
    PLAIN("freebsd-7", "FB 6", 3, 20, 28, 20, actions_2f, 11, 7, 0, NAT_RULE,
	"FreeBSD 7, MidnightBSD", SMALL_V4, L(STATE, state240_hosts)),
    PLAIN("freebsd-8", "FB 6", 3, 20, 28, 20, actions_2f, 11, 6, 0, NAT_RULE, "FreeBSD 8", SMALL_V4,
	L(STATE, state240_hosts_flags)),
    PLAIN("netbsd-3", "FB 6.5", 3, 20, 24, 20, actions_2f, 11, 8, 0, NAT_RULE, "NetBSD 6 to 9",
	SMALL_V4, L(STATE, state240_hosts)),

    PLAIN("openbsd-4", "OB 9", 4, 20, 24, 20, actions_2f, 11, 9, 0, NOTHING, "OpenBSD 4.4",
	SMALL_V4, L(STATE, state240)),
    PLAIN("dragonfly-4", "FB 7", 4, 20, 28, 20, actions_2f, 11, 8, Q(CKSUM_JUNK), NOTHING,
	"DragonFly 2.8 and later", SMALL_V4, L(STATE, state240)),

    /* UPD_C scrub bytes of 4.5 .. 4.7 are old memory unless there is scrub
     * state, and nothing says which (OB 10.3). */
    SECTIONS("openbsd-5a", "OB 10", 5, 24, 20, actions_v5, 13, 5, Q(EOF) | Q(EOF_HMAC), NOTHING,
	SCRUB, NOTHING, "OpenBSD 4.5", L(STATE, state240), L(TDB, tdb48)),
    SECTIONS("openbsd-5b", "OB 10", 5, 24, 20, actions_v5, 13, 6, Q(EOF), NOTHING, SCRUB, NOTHING,
	"OpenBSD 4.6", L(STATE, state240), L(TDB, tdb48)),
    SECTIONS("openbsd-5c", "OB 10", 5, 24, 20, actions_5c, 15, 2, Q(EOF), NOTHING, SCRUB, NOTHING,
	"OpenBSD snapshots 2009-11-03 to 2009-11-09", L(STATE, state264_5c), L(TDB, tdb48),
	L(RETIRED, state240)),
    SECTIONS("freebsd-9", "FB 8", 5, 28, 20, actions_v5, 13, 7, Q(EOF) | Q(EOF_HMAC), NOTHING,
	NOTHING, NOTHING, "FreeBSD 9, MidnightBSD", L(STATE, state1301), L(TDB, tdb48)),
    SECTIONS("freebsd-10", "FB 8", 5, 28, 20, actions_v5, 13, 9, Q(EOF), NOTHING, EXPIRE, NOTHING,
	"FreeBSD 10 to 13, and their pfSense, OPNsense, HardenedBSD", L(STATE, state1301),
	L(TDB, tdb48)),
    SECTIONS("freebsd-14", "FB 8", 5, 28, 25, actions_f14, 15, 8, Q(EOF), NOTHING, EXPIRE, NOTHING,
	"FreeBSD 14, and its pfSense, OPNsense", L(STATE, state1301), L(STATE2, state1400),
	L(TDB, tdb48)),
    SECTIONS("freebsd-15", "FB 8", 5, 28, 25, actions_f15, 17, 7, Q(EOF), NOTHING, EXPIRE, NOTHING,
	"FreeBSD 15 and later, OPNsense 26.7", L(STATE, state1301), L(STATE2, state1400),
	L(STATE3, state1500), L(TDB, tdb48)),

    SECTIONS("openbsd-6a", "OB 11", 6, 24, 20, actions_5c, 15, 2, Q(EOF), NOTHING, SCRUB, NOTHING,
	"OpenBSD snapshots 2009-11-09 to 2010-01-10", L(STATE, state264_5c), L(TDB, tdb48),
	L(RETIRED, state240)),
    SECTIONS("openbsd-6b", "OB 11", 6, 24, 20, actions_5c, 15, 1, Q(EOF) | Q(LENGTH), NOTHING,
	SCRUB, NOTHING, "OpenBSD snapshots 2010-01-10 to 2010-01-12", L(STATE, state264_5c),
	L(TDB, tdb48), L(RETIRED, state240)),
    SECTIONS("openbsd-6c", "OB 11", 6, 24, 20, actions_5c, 15, 3, Q(LENGTH), NOTHING, SCRUB,
	NOTHING, "OpenBSD 4.7", L(STATE, state264_5c), L(TDB, tdb48), L(RETIRED, state240)),
    SECTIONS("openbsd-6d", "OB 11", 6, 24, 20, actions_5c, 15, 4, Q(LENGTH), NOTHING, NOTHING,
	NOTHING, "OpenBSD 4.8 and 4.9", L(STATE, state264_5c), L(TDB, tdb48_6d),
	L(RETIRED, state240)),
    SECTIONS("openbsd-6e", "OB 11", 6, 24, 20, actions_5c, 15, 5, Q(LENGTH), KEY_AF, NOTHING,
	NOTHING, "OpenBSD 5.0", L(STATE, state264_6e), L(TDB, tdb48_6d), L(RETIRED, state240)),
    SECTIONS("openbsd-6f", "OB 11", 6, 24, 20, actions_5c, 15, 6, Q(LENGTH), NOTHING, EXPIRE,
	NOTHING, "OpenBSD 5.1", L(STATE, state264_6e), L(TDB, tdb48_6d), L(RETIRED, state240)),
    SECTIONS("openbsd-6g", "OB 11", 6, 24, 20, actions_6g, 16, 4, Q(LENGTH) | Q(RPL_SHIFT), NOTHING,
	EXPIRE, NOTHING, "OpenBSD 5.2, little-endian", L(STATE, state264_6g), L(TDB, tdb52),
	L(RETIRED, state240)),
    SECTIONS("openbsd-6g-be", "OB 11", 6, 24, 20, actions_6g, 16, 2, Q(LENGTH), NOTHING, EXPIRE,
	NOTHING, "OpenBSD 5.2, big-endian", L(STATE, state264_6g), L(TDB, tdb52),
	L(RETIRED, state240)),
    SECTIONS("openbsd-6h", "OB 11", 6, 24, 20, actions_6g, 16, 7, Q(LENGTH), NOTHING, EXPIRE,
	NOTHING, "OpenBSD 5.3 to 5.6", L(STATE, state264_6g), L(TDB, tdb52), L(RETIRED, state240)),
    SECTIONS("openbsd-6i", "OB 11", 6, 24, 20, actions_6g, 16, 8, Q(LENGTH), NOTHING, EXPIRE,
	NOTHING, "OpenBSD 5.7 to 6.8", L(STATE, state264_6i), L(TDB, tdb52), L(RETIRED, state240)),
    SECTIONS("openbsd-6j", "OB 11", 6, 24, 20, actions_6g, 16, 9, Q(LENGTH), NOTHING, EXPIRE,
	NOTHING, "OpenBSD 6.9 to 7.3", L(STATE, state264_6j), L(TDB, tdb52), L(RETIRED, state240)),
    SECTIONS("openbsd-6k", "OB 11", 6, 24, 20, actions_6g, 16, 11, Q(LENGTH) | Q(CKSUM_ZERO),
	NOTHING, EXPIRE, ENDTIME, "OpenBSD 7.4 and later", L(STATE, state264_6j), L(TDB, tdb52),
	L(RETIRED, state240)),
    SECTIONS("openbsd-6l", "OB 11", 6, 24, 20, actions_6g, 16, 10, Q(LENGTH) | Q(CKSUM_ZERO),
	NOTHING, EXPIRE, ENDTIME, "OpenBSD-current 2026 (same wire as 6k)", L(STATE, state264_6j),
	L(TDB, tdb52), L(RETIRED, state240)),
};

#define DIALECT_COUNT (sizeof(dialects) / sizeof(dialects[0]))
_Static_assert(DIALECT_COUNT <= PFSYNC_DIALECT_MAX, "struct pfsync_dialect_set is too small");

/* Systems that speak another's dialect to the byte (FB 2, 11). */
static const struct {
	const char *alias;
	const char *name;
} aliases[] = {
    {"mirbsd-2", "openbsd-2e"},
    {"dragonfly-2", "freebsd-6"},
    {"midnightbsd-3", "freebsd-7"},
    {"midnightbsd-5", "freebsd-9"},
    {"freebsd-5", "freebsd-6"},
    {"freebsd-11", "freebsd-10"},
    {"freebsd-12", "freebsd-10"},
    {"freebsd-13", "freebsd-10"},
    {"freebsd-16", "freebsd-15"},
    {"freebsd-1301", "freebsd-10"},
    {"freebsd-1400", "freebsd-14"},
    {"freebsd-1500", "freebsd-15"},
    {"hardenedbsd-5", "freebsd-10"},
    {"openbsd-5.0", "openbsd-6e"},
    {"openbsd-7.4", "openbsd-6k"},
};

size_t
pfsync_dialect_count(void)
{
	return DIALECT_COUNT;
}

const struct pfsync_dialect *
pfsync_dialect_at(size_t index)
{
	return index < DIALECT_COUNT ? &dialects[index] : NULL;
}

size_t
pfsync_dialect_index(const struct pfsync_dialect *dialect)
{
	return (size_t)(dialect - dialects);
}

bool
pfsync_dialect_alias(size_t i, const char **alias, const char **name)
{
	if (i >= sizeof(aliases) / sizeof(aliases[0]))
		return false;
	*alias = aliases[i].alias;
	*name = aliases[i].name;
	return true;
}

const struct pfsync_dialect *
pfsync_dialect_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (strcmp(name, aliases[i].alias) == 0) {
			name = aliases[i].name;
			break;
		}
	}
	for (size_t i = 0; i < DIALECT_COUNT; i++) {
		if (strcmp(name, dialects[i].name) == 0)
			return &dialects[i];
	}
	return NULL;
}
