/*
 * test_text_bulk.c - bulk transfers in a sentence each.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capture_out.h"
#include "text_bulk.h"
#include "writer.h"

#define S TIME_NS_PER_S

static struct capture_out capture;

static void
test_sentences(void **state)
{
	static const struct {
		struct pfreplay_bulk bulk;
		const char *requester;
		const char *sender;
		const char *text;
	} cases[] = {
	    {{.outcome = PFREPLAY_BULK_COMPLETE,
		 .requested_ns = 10 * S,
		 .started_ns = 20 * S,
		 .ended_ns = 30 * S,
		 .states = 1234,
		 .tries = 2},
		"fw2", "fw1",
		"  1970-01-01T00:00:10.000Z  fw2 asked 2 times, fw1 sent 1,234 states in "
		"10.0 s after waiting 10.0 s: complete\n"},
	    {{.outcome = PFREPLAY_BULK_NO_ANSWER, .requested_ns = 10 * S, .tries = 1}, "fw2", NULL,
		"  1970-01-01T00:00:10.000Z  fw2 asked: no answer was seen\n"},
	    {{.outcome = PFREPLAY_BULK_NO_END,
		 .requested_ns = 10 * S,
		 .started_ns = 11 * S,
		 .states = 1,
		 .tries = 1},
		"fw2", "fw1",
		"  1970-01-01T00:00:10.000Z  fw2 asked, fw1 sent 1 state: began, but did "
		"not end\n"},
	    {{.outcome = PFREPLAY_BULK_REJECTED_END,
		 .requested_ns = 10 * S,
		 .ended_ns = 11 * S,
		 .tries = 1},
		"fw2", "fw1",
		"  1970-01-01T00:00:10.000Z  fw2 asked, fw1 sent 0 states: ended, "
		"but the end is one that the requester refuses\n"},
	    {{.outcome = PFREPLAY_BULK_BEGAN_LATER,
		 .started_ns = 11 * S,
		 .ended_ns = 12 * S,
		 .states = 5},
		NULL, "fw1",
		"  1970-01-01T00:00:11.000Z  (somebody) asked, fw1 sent 5 states in 1.0 s: "
		"the request was not seen\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		capture_out_open(&capture);
		text_bulk_line(
		    &capture.out, false, &cases[i].bulk, cases[i].requester, cases[i].sender);
		assert_string_equal(capture_out_close(&capture), cases[i].text);
	}
}

static void
test_view(void **state)
{
	const struct report_style style = {.views = REPORT_VIEW_BULK};
	const struct pfreplay_bulk bulk = {
	    .outcome = PFREPLAY_BULK_NO_ANSWER, .requested_ns = S, .tries = 1};
	struct report_writer writer;

	(void)state;
	for (int count = 0; count < 3; count++) {
		const char *text, *at;
		int lines = 0;

		capture_out_open(&capture);
		assert_true(text_bulk_writer(&writer, &capture.out, &style));
		for (int i = 0; i < count; i++)
			writer.bulk(writer.self, &bulk, "fw1", NULL);
		writer.summary(writer.self, NULL);
		writer.free(writer.self);
		text = capture_out_close(&capture);
		if (count == 0) {
			assert_string_equal(text, "No bulk transfers.\n");
			continue;
		}
		assert_memory_equal(text, "Bulk transfers", strlen("Bulk transfers"));
		for (at = text; (at = strchr(at, '\n')) != NULL; at++)
			lines++;
		assert_int_equal(lines, count + 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sentences),
	    cmocka_unit_test(test_view),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
