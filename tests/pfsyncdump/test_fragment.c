/*
 * test_fragment.c - IP fragments: any order, repeated, overlapping, missing,
 * too many, too long, snapped.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fragment.h"

enum { WHOLE = 1000, PIECE = 128 };

static uint8_t payload[65536];
static struct fragment whole;
static struct fragment_loss loss;

/* The bytes at .. at + len of a datagram, the last if they reach `total`. */
static struct fragment
part(uint32_t id, uint32_t at, uint32_t len, uint32_t total)
{
	return (struct fragment){.af = PFSYNC_AF_INET,
	    .src = {{10, 0, 0, 11}},
	    .dst = {{224, 0, 0, 240}},
	    .id = id,
	    .part_at = at,
	    .more = at + len < total,
	    .bytes = payload + at,
	    .caplen = len,
	    .wirelen = len,
	    .frame = 1 + at,
	    .time_ns = 1000};
}

static enum fragment_status
add(struct fragment_set *set, struct fragment fragment)
{
	return fragment_add(set, &fragment, &whole, &loss);
}

static void
expect_whole(size_t len)
{
	assert_null(loss.text);
	assert_int_equal(whole.wirelen, len);
	assert_int_equal(whole.caplen, len);
	assert_memory_equal(whole.bytes, payload, len);
}

static int
setup(void **state)
{
	for (size_t i = 0; i < sizeof(payload); i++)
		payload[i] = (uint8_t)(i * 7 + (i >> 8));
	memset(&whole, 0, sizeof(whole));
	memset(&loss, 0, sizeof(loss));
	*state = fragment_set_new();
	return *state == NULL;
}

static int
teardown(void **state)
{
	fragment_set_free(*state);
	return 0;
}

static void
test_in_order(void **state)
{
	struct fragment last = part(1, 768, 232, WHOLE);

	assert_int_equal(fragment_deadline(*state), INT64_MAX);
	assert_int_equal(add(*state, part(1, 0, 768, WHOLE)), FRAGMENT_HELD);
	assert_null(loss.text);
	assert_int_equal(fragment_deadline(*state), 1000 + FRAGMENT_TIMEOUT_NS);
	last.frame = 77;
	last.time_ns = 5000;
	assert_int_equal(add(*state, last), FRAGMENT_COMPLETE);
	expect_whole(WHOLE);
	assert_int_equal(whole.frame, 77);
	assert_int_equal(whole.time_ns, 5000);
	assert_int_equal(fragment_deadline(*state), INT64_MAX);
	assert_false(fragment_drain(*state, &loss));
}

/* Eight pieces in every order there is. */
static void
test_every_order(void **state)
{
	unsigned order[8] = {0}, tried = 0;

	for (uint32_t code = 0; code < 40320; code++) {
		unsigned left[8] = {0, 1, 2, 3, 4, 5, 6, 7};
		uint32_t rest = code;

		for (unsigned i = 0; i < 8; i++) {
			unsigned pick = rest % (8 - i);

			rest /= 8 - i;
			order[i] = left[pick];
			memmove(&left[pick], &left[pick + 1], (7 - pick) * sizeof(left[0]));
		}
		for (unsigned i = 0; i < 8; i++) {
			uint32_t at = order[i] * PIECE;
			uint32_t len = order[i] == 7 ? WHOLE - 7 * PIECE : (uint32_t)PIECE;

			assert_int_equal(add(*state, part(code, at, len, WHOLE)),
			    i == 7 ? FRAGMENT_COMPLETE : FRAGMENT_HELD);
		}
		expect_whole(WHOLE);
		tried++;
	}
	assert_int_equal(tried, 40320);
}

static void
test_repetition_is_harmless(void **state)
{
	for (int i = 0; i < 3; i++) {
		assert_int_equal(add(*state, part(1, 0, 512, WHOLE)), FRAGMENT_HELD);
		assert_null(loss.text);
		/* Contained in what is known, and the same. */
		assert_int_equal(add(*state, part(1, 8, 64, WHOLE)), FRAGMENT_HELD);
		assert_null(loss.text);
	}
	assert_int_equal(add(*state, part(1, 512, 488, WHOLE)), FRAGMENT_COMPLETE);
	expect_whole(WHOLE);
}

static void
test_overlap(void **state)
{
	struct fragment evil = part(1, 256, 512, WHOLE);
	uint8_t other[PIECE] = {0};

	assert_int_equal(add(*state, part(1, 0, 512, WHOLE)), FRAGMENT_HELD);
	assert_int_equal(add(*state, evil), FRAGMENT_HELD);
	assert_string_equal(loss.text, "IP fragments overlap");
	assert_int_equal(loss.frame, evil.frame);
	assert_int_equal(loss.lost_bytes, 512);
	/* Same place, other bytes: the first to arrive wins. */
	evil = part(1, 128, PIECE, WHOLE);
	evil.bytes = other;
	assert_int_equal(add(*state, evil), FRAGMENT_HELD);
	assert_string_equal(loss.text, "IP fragments overlap");
	/* Around all of it. */
	assert_int_equal(add(*state, part(1, 0, 768, WHOLE)), FRAGMENT_HELD);
	assert_string_equal(loss.text, "IP fragments overlap");
	assert_int_equal(add(*state, part(1, 512, 488, WHOLE)), FRAGMENT_COMPLETE);
	expect_whole(WHOLE);
}

static void
test_contradictions(void **state)
{
	/* The end is at 1000, then something is said to lie behind it. */
	assert_int_equal(add(*state, part(1, 768, 232, WHOLE)), FRAGMENT_HELD);
	assert_int_equal(add(*state, part(1, 1000, 8, 2000)), FRAGMENT_HELD);
	assert_non_null(loss.text);
	assert_int_equal(add(*state, part(1, 512, 8, 520)), FRAGMENT_HELD);
	assert_non_null(loss.text);
	/* Something lies at 800, then the end is said to be before it. */
	assert_int_equal(add(*state, part(2, 800, 8, WHOLE)), FRAGMENT_HELD);
	assert_int_equal(add(*state, part(2, 0, 400, 400)), FRAGMENT_HELD);
	assert_non_null(loss.text);
	assert_int_equal(add(*state, part(1, 0, 768, WHOLE)), FRAGMENT_COMPLETE);
	expect_whole(WHOLE);
}

static void
test_impossible(void **state)
{
	struct fragment odd = part(1, 0, 100, WHOLE);

	assert_int_equal(add(*state, odd), FRAGMENT_HELD);
	assert_non_null(loss.text);
	odd = part(1, 0, 0, WHOLE);
	assert_int_equal(add(*state, odd), FRAGMENT_HELD);
	assert_non_null(loss.text);
	odd = part(1, 65528, 8, 65536);
	assert_int_equal(add(*state, odd), FRAGMENT_HELD);
	assert_non_null(loss.text);
	odd.wirelen = 0xffffffff;
	assert_int_equal(add(*state, odd), FRAGMENT_HELD);
	assert_non_null(loss.text);
	assert_false(fragment_drain(*state, &loss));
}

static void
test_largest(void **state)
{
	assert_int_equal(add(*state, part(1, 65528, 7, 65535)), FRAGMENT_HELD);
	assert_null(loss.text);
	for (uint32_t at = 0; at + 1024 <= 65528; at += 1024)
		assert_int_equal(add(*state, part(1, at, 1024, 65535)), FRAGMENT_HELD);
	assert_int_equal(add(*state, part(1, 64512, 1016, 65535)), FRAGMENT_COMPLETE);
	expect_whole(65535);
}

static void
test_datagrams_are_kept_apart(void **state)
{
	struct fragment other = part(1, 512, 488, WHOLE);

	assert_int_equal(add(*state, part(1, 0, 512, WHOLE)), FRAGMENT_HELD);
	other.id = 2;
	assert_int_equal(add(*state, other), FRAGMENT_HELD);
	other.id = 1;
	other.src.b[3] = 12;
	assert_int_equal(add(*state, other), FRAGMENT_HELD);
	other.src.b[3] = 11;
	other.dst.b[3] = 1;
	assert_int_equal(add(*state, other), FRAGMENT_HELD);
	other.dst.b[3] = 240;
	other.af = PFSYNC_AF_INET6;
	assert_int_equal(add(*state, other), FRAGMENT_HELD);
	other.af = PFSYNC_AF_INET;
	assert_int_equal(add(*state, other), FRAGMENT_COMPLETE);
	for (int i = 0; i < 4; i++) {
		assert_true(fragment_drain(*state, &loss));
		assert_int_equal(loss.lost_bytes, 488);
	}
	assert_false(fragment_drain(*state, &loss));
}

static void
test_timeout(void **state)
{
	struct fragment first = part(1, 0, 512, WHOLE), late = part(1, 512, 488, WHOLE);
	int64_t due;

	first.time_ns = INT64_C(1000000000000);
	due = first.time_ns + FRAGMENT_TIMEOUT_NS;
	assert_int_equal(add(*state, first), FRAGMENT_HELD);
	assert_int_equal(fragment_deadline(*state), due);
	assert_false(fragment_expire(*state, due, &loss));
	assert_true(fragment_expire(*state, due + 1, &loss));
	assert_non_null(loss.text);
	assert_int_equal(loss.frame, first.frame);
	assert_int_equal(loss.time_ns, first.time_ns);
	assert_int_equal(loss.lost_bytes, 512);
	assert_int_equal(loss.af, PFSYNC_AF_INET);
	assert_memory_equal(&loss.src, &first.src, sizeof(loss.src));
	assert_false(fragment_expire(*state, INT64_MAX, &loss));

	/* An identification that comes round again is another datagram. */
	assert_int_equal(add(*state, first), FRAGMENT_HELD);
	late.time_ns = due + 1;
	assert_int_equal(add(*state, late), FRAGMENT_HELD);
	assert_non_null(loss.text);
	assert_int_equal(loss.frame, first.frame);
	first.time_ns = due + 2;
	assert_int_equal(add(*state, first), FRAGMENT_COMPLETE);
	expect_whole(WHOLE);

	/* Times at the end of the world do not overflow. */
	first.time_ns = INT64_MAX;
	assert_int_equal(add(*state, first), FRAGMENT_HELD);
	assert_false(fragment_expire(*state, INT64_MAX, &loss));
	first.id = 2;
	first.time_ns = INT64_MIN;
	assert_int_equal(add(*state, first), FRAGMENT_HELD);
	assert_true(fragment_expire(*state, 0, &loss));
	assert_false(fragment_expire(*state, 0, &loss));
}

static void
test_too_many_datagrams(void **state)
{
	for (uint32_t id = 0; id < 1000; id++) {
		struct fragment first = part(id, 0, 512, WHOLE);

		first.time_ns = id;
		assert_int_equal(add(*state, first), FRAGMENT_HELD);
		if (id < FRAGMENT_DATAGRAMS_MAX) {
			assert_null(loss.text);
			continue;
		}
		assert_non_null(loss.text);
		assert_int_equal(loss.time_ns, id - FRAGMENT_DATAGRAMS_MAX);
	}
	/* The newest are intact. */
	assert_int_equal(add(*state, part(999, 512, 488, WHOLE)), FRAGMENT_COMPLETE);
	expect_whole(WHOLE);
	for (int i = 0; i < FRAGMENT_DATAGRAMS_MAX - 1; i++)
		assert_true(fragment_drain(*state, &loss));
	assert_false(fragment_drain(*state, &loss));
}

static void
test_scattered(void **state)
{
	/* Every other eight bytes: each stands alone until the gaps fill. */
	for (uint32_t i = 0; i < FRAGMENT_STRETCHES_MAX; i++) {
		assert_int_equal(add(*state, part(1, i * 16, 8, 60000)), FRAGMENT_HELD);
		assert_null(loss.text);
	}
	assert_int_equal(add(*state, part(1, 2000, 8, 60000)), FRAGMENT_HELD);
	assert_non_null(loss.text);
	for (uint32_t i = 0; i < FRAGMENT_STRETCHES_MAX; i++) {
		assert_int_equal(add(*state, part(1, i * 16 + 8, 8, 60000)), FRAGMENT_HELD);
		assert_null(loss.text);
	}
	assert_int_equal(
	    add(*state, part(1, FRAGMENT_STRETCHES_MAX * 16, 8, FRAGMENT_STRETCHES_MAX * 16 + 8)),
	    FRAGMENT_COMPLETE);
	expect_whole(FRAGMENT_STRETCHES_MAX * 16 + 8);
}

/* A snapshot length tears each fragment: what hangs together is delivered. */
static void
test_snapped(void **state)
{
	struct fragment first = part(1, 0, 512, WHOLE), last = part(1, 512, 488, WHOLE);

	first.caplen = 100;
	last.caplen = 100;
	assert_int_equal(add(*state, first), FRAGMENT_HELD);
	assert_int_equal(add(*state, last), FRAGMENT_COMPLETE);
	assert_int_equal(whole.caplen, 100);
	assert_int_equal(whole.wirelen, WHOLE);
	assert_memory_equal(whole.bytes, payload, 100);

	first.caplen = 512;
	assert_int_equal(add(*state, last), FRAGMENT_HELD);
	assert_int_equal(add(*state, first), FRAGMENT_COMPLETE);
	assert_int_equal(whole.caplen, 612);
	assert_memory_equal(whole.bytes, payload, 612);

	first.caplen = 0;
	assert_int_equal(add(*state, first), FRAGMENT_HELD);
	assert_int_equal(add(*state, first), FRAGMENT_HELD);
	assert_null(loss.text);
	assert_int_equal(add(*state, last), FRAGMENT_COMPLETE);
	assert_int_equal(whole.caplen, 0);
	assert_int_equal(whole.wirelen, WHOLE);
}

/* Random parts of few datagrams, now and then a lie: wholes are never wrong. */
static void
test_random(void **state)
{
	uint32_t random = 12345, completed = 0, refused = 0;

	for (int i = 0; i < 200000; i++) {
		uint32_t at, len, total = 160;
		struct fragment any;

		random = random * 1103515245 + 12345;
		at = (random >> 16) % 20 * 8;
		len = ((random >> 21) % 4 + 1) * 8;
		if (at + len > total)
			len = total - at;
		if ((random >> 24) % 64 == 0)
			total = 320;
		any = part(random >> 30, at, len, total);
		any.time_ns = i;
		if (add(*state, any) == FRAGMENT_COMPLETE) {
			completed++;
			assert_int_equal(whole.caplen, 160);
			assert_memory_equal(whole.bytes, payload, whole.caplen);
		}
		refused += loss.text != NULL;
	}
	assert_true(completed > 1000);
	assert_true(refused > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_in_order, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_every_order, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_repetition_is_harmless, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_overlap, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_contradictions, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_impossible, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_largest, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_datagrams_are_kept_apart, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_timeout, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_too_many_datagrams, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_scattered, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_snapped, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_random, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
