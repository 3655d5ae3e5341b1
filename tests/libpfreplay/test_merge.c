/*
 * test_merge.c - SEM 2.5, test by test.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "merge.h"

/* state and seqlo of local src, local dst, incoming src, incoming dst */
struct peers {
	uint8_t state[4];
	uint32_t seqlo[4];
};

static unsigned
judge(enum merge_era era, bool tcp, bool compressed, struct peers p)
{
	struct pfsync_peer peer[4] = {0};
	unsigned how = (tcp ? MERGE_TCP : 0) | (compressed ? MERGE_COMPRESSED : 0);

	for (size_t i = 0; i < 4; i++) {
		peer[i].state = p.state[i];
		peer[i].seqlo = p.seqlo[i];
	}
	return merge_judge(era, how, &peer[0], &peer[1], &peer[2], &peer[3]);
}

#define CHECK(r, src, dst, fresh, old)                                                             \
	do {                                                                                       \
		unsigned r_ = (r);                                                                 \
		assert_int_equal((r_ & MERGE_TAKE_SRC) != 0, src);                                 \
		assert_int_equal((r_ & MERGE_TAKE_DST) != 0, dst);                                 \
		assert_int_equal((r_ & MERGE_REFRESH) != 0, fresh);                                \
		assert_int_equal((r_ & MERGE_STALE) != 0, old);                                    \
	} while (0)

static const enum merge_era tested[] = {MERGE_A_V4, MERGE_A_V5, MERGE_B, MERGE_C};

static void
newer_is_taken_by_all(void **state)
{
	struct peers p = {{4, 4, 9, 9}, {100, 200, 110, 210}};

	(void)state;
	CHECK(judge(MERGE_NO_TEST, true, false, p), true, true, true, false);
	for (size_t i = 0; i < 4; i++) {
		CHECK(judge(tested[i], true, false, p), true, true, true, false);
		CHECK(judge(tested[i], true, true, p), true, true, true, false);
	}
}

static void
the_first_family_takes_anything(void **state)
{
	struct peers p = {{9, 9, 2, 0}, {1000, 2000, 1, 0}};

	(void)state;
	CHECK(judge(MERGE_NO_TEST, true, true, p), true, true, true, false);
}

static void
era_a_is_all_or_nothing(void **state)
{
	struct peers src_state = {{9, 4, 4, 9}, {1, 1, 9, 9}};
	struct peers src_seq = {{4, 4, 9, 9}, {100, 1, 99, 9}};
	struct peers dst_state = {{4, 9, 9, 4}, {1, 1, 9, 9}};
	struct peers dst_seq = {{4, 2, 9, 9}, {1, 100, 9, 99}};
	struct peers dst_below = {{4, 1, 9, 9}, {1, 100, 9, 99}};
	unsigned r;

	(void)state;
	r = judge(MERGE_A_V5, true, true, src_state);
	CHECK(r, false, false, false, true);
	assert_int_equal(MERGE_CODE(r), 1);
	r = judge(MERGE_A_V4, true, false, src_seq);
	CHECK(r, false, false, false, true);
	assert_int_equal(MERGE_CODE(r), 3);
	/* code 7 is partial: src is imported */
	r = judge(MERGE_A_V4, true, false, dst_state);
	CHECK(r, true, false, false, true);
	assert_int_equal(MERGE_CODE(r), 7);
	/* ... but UPD_C until V4 has code 2 instead, before code 3 */
	r = judge(MERGE_A_V4, true, true, dst_state);
	CHECK(r, false, false, false, true);
	assert_int_equal(MERGE_CODE(r), 2);
	assert_int_equal(MERGE_CODE(judge(MERGE_A_V5, true, true, dst_state)), 7);
	r = judge(MERGE_A_V5, true, false, dst_seq);
	CHECK(r, false, false, false, true);
	assert_int_equal(MERGE_CODE(r), 4);
	CHECK(judge(MERGE_A_V5, true, false, dst_below), true, true, true, false);
}

static void
era_a_other_protocols(void **state)
{
	struct peers src = {{2, 1, 1, 2}, {0}}, dst = {{1, 2, 2, 1}, {0}};

	(void)state;
	assert_int_equal(MERGE_CODE(judge(MERGE_A_V4, false, false, src)), 5);
	assert_int_equal(MERGE_CODE(judge(MERGE_A_V4, false, true, dst)), 6);
	CHECK(judge(MERGE_A_V5, false, true, dst), false, false, false, true);
}

static void
sequence_numbers_wrap(void **state)
{
	struct peers over = {{4, 4, 4, 4}, {0xfffffff0U, 1, 16, 1}};
	struct peers back = {{4, 4, 4, 4}, {16, 1, 0xfffffff0U, 1}};
	struct peers half = {{4, 4, 4, 4}, {0x80000000U, 1, 0, 1}};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_false((judge(tested[i], true, false, over) & MERGE_STALE) != 0);
		assert_true((judge(tested[i], true, false, back) & MERGE_STALE) != 0);
		/* a difference of exactly 2^31 is "less" (SEM 5.3) */
		assert_false((judge(tested[i], true, false, half) & MERGE_STALE) != 0);
	}
}

static void
synproxy_counts_down(void **state)
{
	struct peers done = {{12, 4, 4, 4}, {0}}, within = {{12, 4, 11, 4}, {0}};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_false((judge(tested[i], true, false, done) & MERGE_STALE) != 0);
		assert_true((judge(tested[i], true, false, within) & MERGE_STALE) != 0);
	}
}

/* opnsense/src issue 327: local 3016315118, incoming 3016208802. */
static void
era_b_rolls_back_a_stale_destination(void **state)
{
	struct peers p = {{4, 4, 4, 4}, {100, 3016315118U, 110, 3016208802U}};
	unsigned r = judge(MERGE_B, true, true, p);

	(void)state;
	CHECK(r, true, true, true, true);
	assert_true((r & MERGE_ROLLED_BACK) != 0);
	r = judge(MERGE_C, true, true, p);
	CHECK(r, true, false, true, true);
	assert_false((r & MERGE_ROLLED_BACK) != 0);
}

static void
era_b_and_c_per_peer(void **state)
{
	struct peers src = {{9, 4, 4, 9}, {1, 1, 1, 1}}, both = {{9, 9, 4, 4}, {1, 1, 1, 1}};

	(void)state;
	for (size_t i = 2; i < 4; i++) {
		CHECK(judge(tested[i], true, false, src), false, true, true, true);
		assert_false((judge(tested[i], true, false, src) & MERGE_ROLLED_BACK) != 0);
		CHECK(judge(tested[i], true, false, both), false, false, false, true);
	}
}

/* Era B compares dst.seqlo of unequal states as well, C only of equal ones. */
static void
era_c_compares_sequences_of_equal_states(void **state)
{
	struct peers p = {{4, 4, 4, 9}, {1, 500, 1, 400}};

	(void)state;
	assert_true((judge(MERGE_B, true, false, p) & MERGE_STALE) != 0);
	assert_false((judge(MERGE_C, true, false, p) & MERGE_STALE) != 0);
}

static void
other_protocols_ignore_sequences(void **state)
{
	struct peers p = {{2, 2, 2, 2}, {9, 9, 1, 1}}, older = {{2, 2, 1, 2}, {0}};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_false((judge(tested[i], false, true, p) & MERGE_STALE) != 0);
		assert_true((judge(tested[i], false, true, older) & MERGE_STALE) != 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(newer_is_taken_by_all),
	    cmocka_unit_test(the_first_family_takes_anything),
	    cmocka_unit_test(era_a_is_all_or_nothing),
	    cmocka_unit_test(era_a_other_protocols),
	    cmocka_unit_test(sequence_numbers_wrap),
	    cmocka_unit_test(synproxy_counts_down),
	    cmocka_unit_test(era_b_rolls_back_a_stale_destination),
	    cmocka_unit_test(era_b_and_c_per_peer),
	    cmocka_unit_test(era_c_compares_sequences_of_equal_states),
	    cmocka_unit_test(other_protocols_ignore_sequences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
