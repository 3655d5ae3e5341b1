/*
 * test_stream.c - the bytes of a file come out the same however it is packed,
 * and what is wrong with it is said.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "craft.h"
#include "stream.h"

enum { TEXT = 300000 }; /* several buffers */

static uint8_t *text;

static int
setup(void **state)
{
	uint32_t random = 1;

	(void)state;
	text = malloc(TEXT);
	assert_non_null(text);
	for (size_t i = 0; i < TEXT; i++) {
		random = random * 1103515245 + 12345;
		text[i] = (uint8_t)(random >> 28);
	}
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(text);
	return 0;
}

/* Everything a stream gives; sets *error to its complaint or NULL. */
static struct craft
drain(struct stream *stream, char error[200])
{
	FILE *reader = stream_reader(stream);
	struct craft got = {0};
	char buffer[5000];
	size_t len;

	assert_non_null(reader);
	while ((len = fread(buffer, 1, sizeof(buffer), reader)) > 0)
		craft_bytes(&got, buffer, len);
	assert_int_equal(ferror(reader) != 0, stream_error(stream) != NULL);
	snprintf(error, 200, "%s", stream_error(stream) != NULL ? stream_error(stream) : "");
	assert_int_equal(fclose(reader), 0);
	return got;
}

/* Read `file` through a FILE and by name: `want` bytes of the text, then `error`. */
static void
expect(const struct craft *file, const char *compression, size_t want, const char *error)
{
	char *path = craft_file(file->bytes, file->len);
	char why[200] = "";

	for (int by_name = 0; by_name < 2; by_name++) {
		struct stream *stream =
		    by_name
			? stream_open(path, why, sizeof(why))
			: stream_open_file(craft_open(file->bytes, file->len), why, sizeof(why));
		struct craft got;

		assert_non_null(stream);
		assert_string_equal(stream_compression(stream), compression);
		got = drain(stream, why);
		assert_int_equal(got.len, want);
		for (size_t at = 0; at < want; at += TEXT)
			assert_memory_equal(
			    got.bytes + at, text, want - at < TEXT ? want - at : (size_t)TEXT);
		assert_int_equal(strncmp(why, error, strlen(error)), 0);
		assert_int_equal(*error == '\0', *why == '\0');
		assert_int_equal(stream_size_bytes(stream), by_name ? file->len : 0);
		if (*error == '\0')
			assert_int_equal(stream_consumed_bytes(stream), file->len);
		craft_free(&got);
		stream_close(stream);
	}
	remove(path);
	free(path);
}

static void
test_plain(void **state)
{
	struct craft file = {0};

	(void)state;
	craft_bytes(&file, text, TEXT);
	expect(&file, "", TEXT, "");
	file.len = 1;
	expect(&file, "", 1, "");
	craft_free(&file);
}

static void
test_packed(void **state)
{
	struct craft file = {0};

	(void)state;
	craft_gzip(&file, text, TEXT);
	expect(&file, "gzip", TEXT, "");
	craft_gzip(&file, text, TEXT);
	expect(&file, "gzip", 2 * TEXT, "");
	craft_free(&file);

	craft_zstd(&file, text, TEXT);
	expect(&file, "zstd", TEXT, "");
	craft_bytes(&file,
	    "\x50\x2a\x4d\x18\x03\x00\x00\x00"
	    "abc",
	    11);
	craft_zstd(&file, text, TEXT);
	expect(&file, "zstd", 2 * TEXT, "");
	craft_free(&file);

	/* A skippable frame first, as parallel packers write it. */
	craft_bytes(&file,
	    "\x50\x2a\x4d\x18\x03\x00\x00\x00"
	    "abc",
	    11);
	craft_zstd(&file, text, TEXT);
	expect(&file, "zstd", TEXT, "");
	craft_free(&file);

	/* Packed nothing is still a file in order. */
	craft_gzip(&file, "", 0);
	expect(&file, "gzip", 0, "");
	craft_free(&file);
}

static void
test_garbage_behind(void **state)
{
	static const char garbage[] = "garbage behind the compressed data";
	struct craft file = {0};

	(void)state;
	craft_gzip(&file, text, TEXT);
	craft_bytes(&file, "and now for something", 21);
	expect(&file, "gzip", TEXT, garbage);
	craft_free(&file);
	craft_zstd(&file, text, TEXT);
	craft_bytes(&file, "and now for something", 21);
	expect(&file, "zstd", TEXT, garbage);
	craft_free(&file);
}

static void
test_cut(void **state)
{
	static const char early[] = "the compressed data ends early";
	struct craft file = {0};
	struct stream *stream;
	struct craft got;
	char why[200];

	(void)state;
	craft_gzip(&file, text, TEXT);
	file.len -= 1; /* of the length behind the data */
	expect(&file, "gzip", TEXT, early);
	for (size_t len = 2; len < file.len; len += 1 + len / 7) {
		stream = stream_open_file(craft_open(file.bytes, len), why, sizeof(why));
		assert_non_null(stream);
		got = drain(stream, why);
		assert_string_equal(why, early);
		assert_memory_equal(got.bytes != NULL ? got.bytes : text, text, got.len);
		craft_free(&got);
		stream_close(stream);
	}
	craft_free(&file);
	craft_zstd(&file, text, TEXT);
	file.len -= 1;
	stream = stream_open_file(craft_open(file.bytes, file.len), why, sizeof(why));
	assert_non_null(stream);
	got = drain(stream, why);
	assert_string_equal(why, early);
	assert_memory_equal(got.bytes, text, got.len);
	craft_free(&got);
	stream_close(stream);
	craft_free(&file);
}

static void
test_damaged(void **state)
{
	struct craft file = {0};
	char why[200];
	struct stream *stream;
	struct craft got;

	(void)state;
	craft_gzip(&file, text, TEXT);
	file.bytes[file.len - 6] ^= 1; /* checksum */
	expect(&file, "gzip", TEXT, "the compressed data is damaged: incorrect data check");
	file.bytes[3] = 0xff; /* reserved flags */
	expect(&file, "gzip", 0, "the compressed data is damaged: ");
	craft_free(&file);
	craft_zstd(&file, text, TEXT);
	file.bytes[file.len / 2] ^= 0xff;
	stream = stream_open_file(craft_open(file.bytes, file.len), why, sizeof(why));
	assert_non_null(stream);
	got = drain(stream, why);
	craft_free(&got);
	stream_close(stream);
	craft_free(&file);
}

static void
expect_refused(const void *bytes, size_t len, const char *text_part)
{
	char why[200] = "";

	assert_null(stream_open_file(craft_open(bytes, len), why, sizeof(why)));
	assert_non_null(strstr(why, text_part));
}

static void
test_refused(void **state)
{
	char why[200] = "";

	(void)state;
	expect_refused("", 0, "empty");
	expect_refused("\xfd"
		       "7zXZ",
	    6, "unpack it with xz first");
	expect_refused("BZh91AY", 7, "bzip2");
	assert_null(stream_open("/nonexistent/file", why, sizeof(why)));
	assert_non_null(strstr(why, "cannot open: "));
	assert_null(stream_open("/", why, sizeof(why)));
	assert_non_null(strstr(why, "cannot read: "));
}

/* What a pipe holds is handed out at once, not when a buffer is full. */
static void
test_pipe(void **state)
{
	int ends[2], saved = dup(STDIN_FILENO);
	char why[200] = "", got[100];
	struct stream *stream;
	FILE *reader;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "some", 4), 4);
	assert_int_equal(write(ends[1], "thing", 5), 5);
	assert_int_not_equal(dup2(ends[0], STDIN_FILENO), -1);
	close(ends[0]);
	stream = stream_open("-", why, sizeof(why));
	assert_non_null(stream);
	assert_int_equal(stream_size_bytes(stream), 0);
	reader = stream_reader(stream);
	assert_non_null(reader);
	assert_int_equal(fread(got, 1, 9, reader), 9);
	assert_memory_equal(got, "something", 9);
	assert_int_equal(write(ends[1], "more", 4), 4);
	assert_int_equal(fread(got, 1, 4, reader), 4);
	close(ends[1]);
	assert_int_equal(fread(got, 1, 1, reader), 0);
	assert_null(stream_error(stream));
	fclose(reader);
	stream_close(stream);
	assert_int_not_equal(dup2(saved, STDIN_FILENO), -1);
	close(saved);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_packed),
	    cmocka_unit_test(test_garbage_behind),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_damaged),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_pipe),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
