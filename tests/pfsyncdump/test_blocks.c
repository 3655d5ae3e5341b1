/*
 * test_blocks.c - the statistics of pcapng, in any pieces, and what is none.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "blocks.h"

struct file {
	bool big;
	size_t len;
	uint8_t bytes[4096];
};

static void
put(struct file *file, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		size_t shift = 8 * (file->big ? bytes - 1 - i : i);

		file->bytes[file->len++] = (uint8_t)(value >> shift);
	}
}

static void
section(struct file *file)
{
	put(file, 0x0a0d0d0a, 4);
	put(file, 28, 4);
	put(file, 0x1a2b3c4d, 4);
	put(file, 1, 2);
	put(file, 0, 2);
	put(file, UINT64_MAX, 8);
	put(file, 28, 4);
}

static void
packet(struct file *file, uint32_t data_bytes)
{
	put(file, 3, 4);
	put(file, 16 + data_bytes, 4);
	put(file, data_bytes, 4);
	for (uint32_t i = 0; i < data_bytes; i++)
		put(file, 5, 1);
	put(file, 16 + data_bytes, 4);
}

static void
statistics(struct file *file, uint32_t interface, uint64_t ifdrop, uint64_t osdrop)
{
	put(file, 5, 4);
	put(file, 60, 4);
	put(file, interface, 4);
	put(file, 0, 8);
	put(file, 1, 2); /* a comment before them */
	put(file, 5, 2);
	put(file, 0, 8);
	put(file, 5, 2);
	put(file, 8, 2);
	put(file, ifdrop, 8);
	put(file, 7, 2);
	put(file, 8, 2);
	put(file, osdrop, 8);
	put(file, 60, 4);
}

static uint64_t
dropped(const struct file *file, size_t piece)
{
	struct blocks blocks = {.told = false};

	for (size_t at = 0; at < file->len; at += piece) {
		size_t left = file->len - at;

		blocks_feed(&blocks, file->bytes + at, left < piece ? left : piece);
	}
	return blocks_dropped(&blocks);
}

static void
counted(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct file file = {.big = big};

		section(&file);
		packet(&file, 1000);
		statistics(&file, 0, 3, 0);
		packet(&file, 4);
		/* The latest of each interface counts. */
		statistics(&file, 0, 10, 7);
		statistics(&file, 1, 0, 100);
		for (size_t piece = 1; piece < 80; piece++)
			assert_int_equal(dropped(&file, piece), 117);
		/* A new section, of another byte order, counts anew. */
		file.big = !file.big;
		section(&file);
		statistics(&file, 0, 1000, 0);
		for (size_t piece = 1; piece < 80; piece++)
			assert_int_equal(dropped(&file, piece), 1117);
	}
}

static void
nothing(void **state)
{
	struct file file = {.big = false};

	(void)state;
	/* A classic file, however much it looks like statistics later. */
	put(&file, 0xa1b2c3d4, 4);
	put(&file, 24, 4);
	statistics(&file, 0, 3, 0);
	assert_int_equal(dropped(&file, 7), 0);
	/* Interfaces that are too many, blocks that are cut, or of no length. */
	file.len = 0;
	section(&file);
	statistics(&file, BLOCKS_INTERFACES_MAX, 3, 0);
	assert_int_equal(dropped(&file, 7), 0);
	statistics(&file, 0, 3, 0);
	file.len -= 4;
	assert_int_equal(dropped(&file, 7), 0);
	file.len = 28;
	put(&file, 5, 4);
	put(&file, 0, 4);
	statistics(&file, 0, 3, 0);
	assert_int_equal(dropped(&file, 7), 0);
	/* An option that is longer than its block. */
	file.len = 28;
	statistics(&file, 0, 3, 0);
	file.bytes[28 + 20 + 2] = 0xff;
	assert_int_equal(dropped(&file, 7), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counted),
	    cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
