/*
 * test_text_fields.c - every field that a message has is shown, once.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "capture_out.h"
#include "random_message.h"
#include "text_fields.h"

static struct capture_out capture;

/* Does a line for that field stand in the text? */
static bool
has_line(const char *text, const char *name)
{
	char start[64];

	snprintf(start, sizeof(start), "\n  %s ", name);
	return strstr(text, start) != NULL;
}

static void
test_each_layout(void **state)
{
	struct pfsync_message message;
	uint64_t seed = 31;
	size_t lines = 0;

	(void)state;
	for (size_t d = 0; d < pfsync_dialect_count(); d++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(d);

		for (unsigned number = 0; number < PFSYNC_ACTION_NUMBERS; number++) {
			const char *text;
			size_t expected = 1;

			if (!random_message(&seed, dialect, number, &message))
				continue;
			capture_out_open(&capture);
			out_char(&capture.out, '\n');
			text_fields(&capture.out, 2, &message, dialect, 6);
			text = capture_out_close(&capture);
			for (int f = 0; f < PFSYNC_FIELD_COUNT; f++) {
				if (!pfsync_has(&message, (enum pfsync_field)f))
					continue;
				expected++;
				if (!has_line(text, pfsync_field_info(f)->name))
					fail_msg("%s: no line for %s", dialect->name,
					    pfsync_field_info(f)->name);
			}
			for (const char *c = text; *c != '\0'; c++) {
				expected -= *c == '\n';
				assert_true(*c == '\n' || (*c >= 0x20 && *c <= 0x7e));
			}
			assert_int_equal(expected, 0);
			lines++;
		}
	}
	assert_in_range(lines, 300, 5000);
}

static void
test_words(void **state)
{
	struct pfsync_message message;
	const char *text;

	(void)state;
	memset(&message, 0, sizeof(message));
	message.record = PFSYNC_REC_1400;
	pfsync_has_set(&message, PFSYNC_F_ID);
	pfsync_has_set(&message, PFSYNC_F_DIRECTION);
	pfsync_has_set(&message, PFSYNC_F_SRC_STATE);
	pfsync_has_set(&message, PFSYNC_F_RULE);
	pfsync_has_set(&message, PFSYNC_F_STATE_FLAGS);
	pfsync_has_set(&message, PFSYNC_F_TIMEOUT);
	pfsync_has_set(&message, PFSYNC_F_RTABLEID0);
	pfsync_has_set(&message, PFSYNC_F_CREATION);
	pfsync_has_set(&message, PFSYNC_F_RT);
	message.id = 0x2a;
	message.u.state.direction = PFSYNC_OUT;
	message.u.state.src.state = 4;
	message.u.state.rule = PFSYNC_RULE_NONE;
	message.u.state.state_flags = 2;
	message.u.state.timeout = 2;
	message.u.state.rtableid[0] = -1;
	message.u.state.creation_s = 7;
	message.u.state.rt = 2;
	capture_out_open(&capture);
	text_fields(&capture.out, 0, &message, NULL, 6);
	text = capture_out_close(&capture);
	assert_string_equal(text, "id                 000000000000002a\n"
				  "direction          2 out\n"
				  "src.state_number   4 ESTABLISHED\n"
				  "rt                 2 route-to\n"
				  "rule               none\n"
				  "creation_s         7 s\n"
				  "state_flags_raw    0x0002 sloppy\n"
				  "timeout_number     2 tcp.established\n"
				  "rtableid.0         -1\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_layout),
	    cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
