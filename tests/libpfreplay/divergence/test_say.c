/*
 * test_say.c - numbers and names in sentences.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "found.h"
#include "divergence/say.h"

static void
spans_and_counts(void **state)
{
	static const struct {
		int64_t ns;
		const char *text;
	} spans[] = {{0, "0 ms"}, {999999999, "999 ms"}, {NS_PER_S * 47 + 250000000, "47.2 s"},
	    {NS_PER_S * 723, "12 min 3 s"}, {NS_PER_S * 22320, "6 h 12 min"},
	    {NS_PER_S * 273600, "3 d 4 h"}};
	static const struct {
		uint64_t number;
		const char *text;
	} numbers[] = {{0, "0"}, {999, "999"}, {1000, "1,000"}, {1234567, "1,234,567"},
	    {UINT64_MAX, "18,446,744,073,709,551,615"}};
	GString *text = g_string_new(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		g_string_truncate(text, 0);
		say_span(text, spans[i].ns);
		assert_string_equal(text->str, spans[i].text);
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		g_string_truncate(text, 0);
		say_number(text, numbers[i].number);
		assert_string_equal(text->str, numbers[i].text);
	}
	g_string_free(text, TRUE);
}

static void
sentences(void **state)
{
	struct scene scene;
	struct finding finding = {.count = 1, .nodes = {0, VIEW_NOBODY}, .word = "em0"};
	GString *text = g_string_new(NULL);

	(void)state;
	found_meet(&scene, "openbsd-6k", NULL);
	finding_set(&finding, "bytes", 12345);
	finding_set(&finding, "span_ns", 2 * NS_PER_S);
	say(text, scene.r, &finding,
	    "%a and %b: %{states} on %w, %[bytes] in %<span_ns>, 5 %%, %n");
	assert_string_equal(
	    text->str, "192.0.2.1 and somebody: 1 state on em0, 12,345 in 2.0 s, 5 %, 1");
	finding.count = 1000;
	g_string_truncate(text, 0);
	say(text, scene.r, &finding, "%{states}");
	assert_string_equal(text->str, "1,000 states");
	g_string_free(text, TRUE);
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(spans_and_counts),
	    cmocka_unit_test(sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
