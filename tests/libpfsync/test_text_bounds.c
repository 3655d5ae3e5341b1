/*
 * test_text_bounds.c - names, addresses and times as text; buffers of every
 * size; nothing but printable ASCII whatever the bytes were.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "handstate.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
test_escape(void **state)
{
	char text[512];

	(void)state;
	for (unsigned c = 1; c < 256; c++) {
		const char name[2] = {(char)c, 'x'};
		size_t len = pfsync_text_name(text, sizeof(text), name, 2);
		assert_int_equal(len, strlen(text));
		if (c > 0x20 && c < 0x7f && c != '\\') {
			assert_int_equal(len, 2);
			assert_int_equal((unsigned char)text[0], c);
		} else {
			assert_int_equal(len, 5);
			assert_int_equal(text[0], '\\');
			assert_int_equal(strtoul(text + 1, NULL, 8), c);
		}
		for (size_t i = 0; i < len; i++)
			assert_true(text[i] > 0x20 && text[i] < 0x7f);
	}
	assert_int_equal(pfsync_text_name(text, sizeof(text), "a\0b", 3), 1);
	assert_int_equal(pfsync_text_name(text, sizeof(text), "abc", 2), 2);
	assert_string_equal(text, "ab");
	assert_int_equal(pfsync_text_name(text, sizeof(text), "", 0), 0);
	assert_string_equal(text, "");
}

/* RFC 5952. */
static void
test_addr(void **state)
{
	static const struct {
		struct pfsync_addr addr;
		const char *text;
	} cases[] = {
	    {{{0}}, "::"},
	    {{{[15] = 1}}, "::1"},
	    {{{0x20, 0x01, 0x0d, 0xb8, [15] = 1}}, "2001:db8::1"},
	    {{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}},
		"2001:db8:0:1:1:1:1:1"},
	    {{{0x20, 0x01, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}}, "2001:0:0:1::1"},
	    {{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1}}, "2001:db8::1:0:0:1"},
	    {{{0xfe, 0x80, [15] = 0xAB}}, "fe80::ab"},
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
		    pfsync_text_addr(text, sizeof(text), PFSYNC_AF_INET6, &cases[i].addr),
		    strlen(cases[i].text));
		assert_string_equal(text, cases[i].text);
	}
	pfsync_text_addr(text, sizeof(text), PFSYNC_AF_INET, &cases[2].addr);
	assert_string_equal(text, "32.1.13.184");
	assert_int_equal(
	    pfsync_text_addr(text, sizeof(text), PFSYNC_AF_UNSPEC, &cases[2].addr), 32);
	assert_string_equal(text, "20010db8000000000000000000000001");
}

static void
test_duration(void **state)
{
	static const struct {
		uint64_t seconds;
		const char *text;
	} cases[] = {{0, "00:00:00"}, {59, "00:00:59"}, {60, "00:01:00"}, {3599, "00:59:59"},
	    {86400, "24:00:00"}, {359999, "99:59:59"}, {360000, "100:00:00"},
	    {UINT32_MAX, "1193046:28:15"}, {UINT64_MAX, "5124095576030431:00:15"}};
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(pfsync_text_duration(text, sizeof(text), cases[i].seconds),
		    strlen(cases[i].text));
		assert_string_equal(text, cases[i].text);
	}
}

/* ------------------------------------------------------------------------
 * Sizes: each writer into exactly `size` bytes of the heap.
 */

typedef size_t writer(char *out, size_t size);

static struct pfsync_message sized;

static size_t
write_name(char *out, size_t size)
{
	return pfsync_text_name(out, size, "em0\x80\\\xff", 16);
}

static size_t
write_addr(char *out, size_t size)
{
	return pfsync_text_addr(out, size, PFSYNC_AF_INET6, &sized.u.state.wire.addr[0]);
}

static size_t
write_state(char *out, size_t size)
{
	return pfsync_text_state(out, size, &sized);
}

static size_t
write_windows(char *out, size_t size)
{
	return pfsync_text_windows(out, size, &sized);
}

static size_t
write_age(char *out, size_t size)
{
	return pfsync_text_age(out, size, &sized);
}

static size_t
write_id(char *out, size_t size)
{
	return pfsync_text_id(out, size, &sized);
}

static size_t
write_duration(char *out, size_t size)
{
	return pfsync_text_duration(out, size, UINT64_MAX);
}

static size_t
write_levels(char *out, size_t size)
{
	return pfsync_text_levels(out, size, &sized, true);
}

static size_t
write_window(char *out, size_t size)
{
	return pfsync_text_window(out, size, &sized.u.state.src, true);
}

static size_t
write_nothing(char *out, size_t size)
{
	struct pfsync_message empty = {.action = PFSYNC_ACT_CLR};

	return pfsync_text_windows(out, size, &empty);
}

static void
test_sizes(void **state)
{
	static writer *const writers[] = {write_name, write_addr, write_state, write_windows,
	    write_age, write_id, write_duration, write_levels, write_window, write_nothing};
	struct handmade hand;

	(void)state;
	hand_frame(&hand, 5, 13, 0, 1);
	handstate_1400(&hand, 1);
	hand_frame_end(&hand);
	hand_one(&sized, &hand, "freebsd-14");
	sized.u.state.state_flags = 0x43ff;
	sized.u.state.rt = 2;
	for (size_t i = 0; i < COUNT(writers); i++) {
		char whole[1024];
		const size_t len = writers[i](whole, sizeof(whole));
		assert_int_equal(len, strlen(whole));
		for (size_t size = 0; size <= len + 2; size++) {
			const size_t kept = size == 0 ? 0 : size - 1 < len ? size - 1 : len;
			char *exact = malloc(size > 0 ? size : 1);
			assert_non_null(exact);
			memset(exact, 0x7e, size > 0 ? size : 1);
			assert_int_equal(writers[i](exact, size), len);
			if (size == 0) {
				assert_int_equal(exact[0], 0x7e);
			} else {
				assert_memory_equal(exact, whole, kept);
				assert_int_equal(exact[kept], '\0');
				for (size_t k = kept + 1; k < size; k++)
					assert_int_equal(exact[k], 0x7e);
			}
			free(exact);
		}
	}
}

/* Whatever a record holds, only printable ASCII comes out. */
static void
test_hostile_records(void **state)
{
	static const struct {
		const char *dialect;
		unsigned version, action, words;
		size_t size;
	} cases[] = {{"openbsd-2e", 2, 1, 0, 224}, {"openbsd-4", 4, 1, 0, 240},
	    {"freebsd-15", 5, 1, 0, 242}, {"freebsd-15", 5, 13, 0, 277},
	    {"freebsd-15", 5, 15, 0, 360}, {"openbsd-6k", 6, 13, 66, 264}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t seed = 12345;
		for (unsigned round = 0; round < 500; round++) {
			struct handmade hand = {.len = 0};
			char text[4][1024];
			if (cases[i].version < 5)
				hand_header(&hand, cases[i].version, cases[i].action, 1);
			else
				hand_frame(
				    &hand, cases[i].version, cases[i].action, cases[i].words, 1);
			for (size_t k = 0; k < cases[i].size; k++) {
				seed = seed * 1664525 + 1013904223;
				hand_fill(&hand, (uint8_t)(seed >> 24), 1);
			}
			if (cases[i].version >= 5)
				hand_frame_end(&hand);
			hand_one(&sized, &hand, cases[i].dialect);
			pfsync_text_state(text[0], sizeof(text[0]), &sized);
			pfsync_text_windows(text[1], sizeof(text[1]), &sized);
			pfsync_text_age(text[2], sizeof(text[2]), &sized);
			pfsync_text_id(text[3], sizeof(text[3]), &sized);
			for (unsigned t = 0; t < 4; t++) {
				for (const char *p = text[t]; *p != '\0'; p++)
					assert_true(*p >= 0x20 && *p < 0x7f);
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_escape),
	    cmocka_unit_test(test_addr),
	    cmocka_unit_test(test_duration),
	    cmocka_unit_test(test_sizes),
	    cmocka_unit_test(test_hostile_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
