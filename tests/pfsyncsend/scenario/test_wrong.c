/*
 * test_wrong.c - damage, byte by byte.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wrong.h"

enum { SIZE = 256 };

struct packet {
	const struct pfsync_dialect *dialect;
	uint8_t bytes[SIZE];
	size_t len;
};

/* Two DEL_C, and in newer dialects a BUS behind them. */
static struct packet
good(const char *dialect)
{
	struct packet p = {.dialect = pfsync_dialect_by_name(dialect)};
	struct pfsync_message message = {
	    .action = PFSYNC_ACT_DEL_C, .action_number = UINT8_MAX, .id = 1};
	struct pfsync_builder builder;
	int len;

	memset(&message.has, 0xff, sizeof(message.has));
	pfsync_build_begin(&builder, p.dialect, NULL, p.bytes, sizeof(p.bytes));
	pfsync_build_add(&builder, &message);
	pfsync_build_add(&builder, &message);
	message.action = PFSYNC_ACT_BUS;
	if (p.dialect->version >= 5)
		pfsync_build_add(&builder, &message);
	len = pfsync_build_end(&builder);
	assert_true(len > 0);
	p.len = (size_t)len;
	return p;
}

static void
apply(struct packet *p, const char *text)
{
	struct doc *doc = doc_parse("d", text, strlen(text));
	struct doc_at root = doc_root(doc);

	wrong_apply(&root, p->dialect, p->bytes, sizeof(p->bytes), &p->len);
	if (doc_failed(doc))
		fail_msg("%s", doc_error_text(doc, 0));
	doc_free(doc);
}

static void
sections_of_new_packets(void **state)
{
	struct packet p = good("openbsd-6k");
	const struct packet before = p;

	(void)state;
	assert_int_equal(p.len, 20 + 4 + 24 + 4 + 12);
	apply(&p, "{\"section\": 1, \"action\": 77, \"count\": 515, \"length_words\": 9}");
	assert_memory_equal(p.bytes, before.bytes, 48);
	assert_memory_equal(p.bytes + 48, "\x4d\x09\2\3", 4);
	assert_memory_equal(p.bytes + 52, before.bytes + 52, 12);
	assert_int_equal(p.len, before.len);
}

static void
sections_of_old_packets(void **state)
{
	struct packet p = good("openbsd-2e");

	(void)state;
	assert_memory_equal(p.bytes, "\2\0\5\2", 4);
	apply(&p, "{\"action\": 77, \"count\": 255, \"version\": 1}");
	assert_memory_equal(p.bytes, "\1\0\x4d\xff", 4);
}

static void
the_end_and_the_length(void **state)
{
	struct packet p = good("openbsd-6k");

	(void)state;
	apply(&p, "{\"cut\": 10, \"garbage\": \"ab\", \"garbage_hex\": \"00ff\", \"len\": \"fit\", "
		  "\"len_add\": -1}");
	assert_int_equal(p.len, 64 - 10 + 4);
	assert_memory_equal(p.bytes + 54, "ab\0\xff", 4);
	assert_memory_equal(p.bytes + 2, "\0\x39", 2); /* 57 */
	apply(&p, "{\"len\": 19}");
	assert_memory_equal(p.bytes + 2, "\0\x13", 2);
	apply(&p, "{\"len\": 0, \"len_add\": -1}");
	assert_memory_equal(p.bytes + 2, "\xff\xff", 2);
}

static void
any_byte(void **state)
{
	struct packet p = good("openbsd-6k");

	(void)state;
	apply(&p, "{\"bytes\": [{\"at\": 0, \"hex\": \"0102\"}, {\"at\": 63, \"hex\": \"aa\"}]}");
	assert_memory_equal(p.bytes, "\1\2", 2);
	assert_int_equal(p.bytes[63], 0xaa);
}

static void
assert_error(const char *dialect, const char *text, const char *error)
{
	struct packet p = good(dialect);
	struct doc *doc = doc_parse("d", text, strlen(text));
	struct doc_at root = doc_root(doc);

	wrong_apply(&root, p.dialect, p.bytes, sizeof(p.bytes), &p.len);
	assert_true(p.len <= sizeof(p.bytes));
	assert_true(doc_failed(doc));
	if (strstr(doc_error_text(doc, 0), error) == NULL)
		fail_msg("%s", doc_error_text(doc, 0));
	doc_free(doc);
}

static void
what_cannot_be_damaged(void **state)
{
	char text[SIZE + 64] = "{\"garbage\": \"";

	(void)state;
	assert_error(
	    "openbsd-6k", "{\"section\": 2, \"count\": 1}", "$.section: the packet has no");
	assert_error(
	    "openbsd-2e", "{\"section\": 1, \"count\": 1}", "$.section: the packet has no");
	assert_error("openbsd-2e", "{\"count\": 256}", "0 to 255");
	assert_error("openbsd-2e", "{\"len\": 1}", "$.len: the packet has no such field");
	assert_error("openbsd-2e", "{\"len_add\": 1}", "$.len_add: the packet has no such field");
	assert_error("openbsd-2e", "{\"length_words\": 1}", "$.length_words: openbsd-2e has no");
	assert_error("openbsd-6k", "{\"cut\": 65}", "0 to 64");
	assert_error(
	    "openbsd-6k", "{\"cut\": 62, \"len\": 1}", "$.len: the packet has no such field");
	assert_error("openbsd-6k", "{\"len\": \"full\"}", "accepted: fit");
	assert_error("openbsd-6k", "{\"bytes\": [{\"at\": 64, \"hex\": \"00\"}]}", "0 to 63");
	assert_error("openbsd-6k", "{\"bytes\": [{\"at\": 63, \"hex\": \"0000\"}]}", "64 bytes");
	assert_error("openbsd-6k", "{\"bytes\": [{\"at\": 63}]}", "$.bytes[0].hex: missing");
	memset(text + strlen(text), 'x', SIZE - 63);
	strcat(text, "\"}");
	assert_error("openbsd-6k", text, "$.garbage: does not fit");
	assert_error("openbsd-6k", "{\"garbage_hex\": \"0\"}", "$.garbage_hex: accepted");
}

static void
other_protocols_have_no_sections(void **state)
{
	struct packet p = good("openbsd-6k");

	(void)state;
	p.dialect = NULL;
	apply(&p, "{\"cut\": 63, \"garbage_hex\": \"ff\"}");
	assert_int_equal(p.len, 2);
	assert_memory_equal(p.bytes, "\6\xff", 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sections_of_new_packets),
	    cmocka_unit_test(sections_of_old_packets),
	    cmocka_unit_test(the_end_and_the_length),
	    cmocka_unit_test(any_byte),
	    cmocka_unit_test(what_cannot_be_damaged),
	    cmocka_unit_test(other_protocols_have_no_sections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
