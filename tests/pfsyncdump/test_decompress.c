/*
 * test_decompress.c - gzip and zstd in pieces of any size, damaged, cut short.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "craft.h"
#include "decompress.h"

enum { TEXT = 5000 };

static uint8_t text[TEXT];
static struct craft packed[2];
static const char *const names[2] = {"gzip", "zstd"};

static int
setup(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEXT; i++)
		text[i] = (uint8_t)(i * i >> 7);
	craft_gzip(&packed[0], text, TEXT);
	craft_zstd(&packed[1], text, TEXT);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	craft_free(&packed[0]);
	craft_free(&packed[1]);
	return 0;
}

/*
 * Unpack, giving `in_step` bytes and room for `out_step` at a time.  Returns
 * what was said last; *got is how much came out, at most `room`.
 */
static enum decompress_status
unpack(const uint8_t *bytes, size_t len, size_t in_step, size_t out_step, uint8_t *out, size_t room,
    size_t *got)
{
	const struct decompress_kind *kind = decompress_detect(bytes, len);
	enum decompress_status status = DECOMPRESS_MORE;
	size_t at = 0;
	const char *why = NULL;
	void *state;

	*got = 0;
	assert_non_null(kind);
	state = kind->start();
	assert_non_null(state);
	while (status != DECOMPRESS_BAD && *got < room) {
		struct decompress_io io = {.in = bytes + at, .out = out + *got};
		size_t in_len, out_len;

		in_len = io.in_len = len - at < in_step ? len - at : in_step;
		out_len = io.out_len = room - *got < out_step ? room - *got : out_step;
		status = kind->step(state, &io, &why);
		at += in_len - io.in_len;
		*got += out_len - io.out_len;
		if (at == len && out_len == io.out_len)
			break;
	}
	if (status == DECOMPRESS_BAD)
		assert_true(why != NULL && *why != '\0');
	(kind->stop)(state); /* cmocka 2 has a macro stop() */
	return status;
}

static void
test_any_piece_size(void **state)
{
	static const size_t steps[] = {1, 2, 3, 7, 64, 1000, 100000};
	uint8_t out[TEXT + 10];
	size_t got;

	(void)state;
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
			for (size_t o = 0; o < sizeof(steps) / sizeof(steps[0]); o++) {
				assert_int_equal(unpack(packed[k].bytes, packed[k].len, steps[i],
						     steps[o], out, sizeof(out), &got),
				    DECOMPRESS_DONE);
				assert_int_equal(got, TEXT);
				assert_memory_equal(out, text, TEXT);
			}
}

static void
test_members_in_a_row(void **state)
{
	uint8_t out[3 * TEXT + 10];
	size_t got;

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct craft row = {0};

		for (int i = 0; i < 3; i++)
			craft_bytes(&row, packed[k].bytes, packed[k].len);
		assert_int_equal(
		    unpack(row.bytes, row.len, 100, 100, out, sizeof(out), &got), DECOMPRESS_DONE);
		assert_int_equal(got, 3 * TEXT);
		for (int i = 0; i < 3; i++)
			assert_memory_equal(out + i * TEXT, text, TEXT);
		craft_free(&row);
	}
}

static void
test_every_cut(void **state)
{
	uint8_t out[TEXT + 10];
	size_t got;

	(void)state;
	for (size_t k = 0; k < 2; k++)
		for (size_t len = 4; len < packed[k].len; len++) {
			assert_int_equal(
			    unpack(packed[k].bytes, len, 1000, 1000, out, sizeof(out), &got),
			    DECOMPRESS_MORE);
			assert_true(got <= TEXT);
			assert_memory_equal(out, text, got);
		}
}

/* A flipped byte is noticed at the latest by the checksum of gzip. */
static void
test_damage(void **state)
{
	uint8_t out[100 * TEXT];
	size_t got, bad = 0;

	(void)state;
	for (size_t i = 10; i < packed[0].len - 4; i++) {
		packed[0].bytes[i] ^= 0x55;
		bad += unpack(packed[0].bytes, packed[0].len, 1000, 1000, out, sizeof(out), &got) !=
		       DECOMPRESS_DONE;
		packed[0].bytes[i] ^= 0x55;
	}
	assert_int_equal(bad, packed[0].len - 14);
	for (size_t i = 4; i < packed[1].len; i++) {
		packed[1].bytes[i] ^= 0x55;
		unpack(packed[1].bytes, packed[1].len, 1000, 1000, out, sizeof(out), &got);
		packed[1].bytes[i] ^= 0x55;
	}
}

static void
test_detect(void **state)
{
	(void)state;
	for (size_t k = 0; k < 2; k++) {
		assert_string_equal(
		    decompress_detect(packed[k].bytes, packed[k].len)->name, names[k]);
		assert_null(decompress_detect(packed[k].bytes, 1));
	}
	assert_string_equal(
	    decompress_detect((const uint8_t *)"\x5a\x2a\x4d\x18", 4)->name, "zstd");
	assert_null(decompress_detect((const uint8_t *)"\xd4\xc3\xb2\xa1\x02\x00", 6));
	assert_null(decompress_detect((const uint8_t *)"\x0a\x0d\x0d\x0a\x1c\x00", 6));
	assert_string_equal(
	    decompress_foreign((const uint8_t *)"\xfd\x37\x7a\x58\x5a\x00", 6), "xz");
	assert_string_equal(decompress_foreign((const uint8_t *)"BZh91A", 6), "bzip2");
	assert_string_equal(decompress_foreign((const uint8_t *)"\x04\x22\x4d\x18", 4), "lz4");
	assert_string_equal(decompress_foreign((const uint8_t *)"\x1f\x9d\x90", 3), "uncompress");
	assert_null(decompress_foreign((const uint8_t *)"\xd4\xc3\xb2\xa1\x02\x00", 6));
	assert_null(decompress_foreign(packed[0].bytes, packed[0].len));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_any_piece_size),
	    cmocka_unit_test(test_members_in_a_row),
	    cmocka_unit_test(test_every_cut),
	    cmocka_unit_test(test_damage),
	    cmocka_unit_test(test_detect),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
