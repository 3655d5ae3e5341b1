/*
 * test_text_states.c - a table in the shape of pfctl -vvss.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capture_out.h"
#include "writer.h"

static struct capture_out capture;

static struct pfreplay_state
keyless(enum pfreplay_standing standing)
{
	struct pfreplay_state state;

	memset(&state, 0, sizeof(state));
	state.standing = standing;
	state.keyless = true;
	state.evidence_frame = 9;
	state.evidence_ns = 3 * TIME_NS_PER_S;
	state.message.id = 1;
	state.message.creatorid = 0x2a;
	state.message.u.state.src.state = 4;
	state.message.u.state.dst.state = 4;
	pfsync_has_set(&state.message, PFSYNC_F_ID);
	pfsync_has_set(&state.message, PFSYNC_F_CREATORID);
	pfsync_has_set(&state.message, PFSYNC_F_SRC_STATE);
	pfsync_has_set(&state.message, PFSYNC_F_DST_STATE);
	return state;
}

static void
test_listing(void **state)
{
	static const char *const how[PFREPLAY_STANDING_COUNT] = {
	    [PFREPLAY_ASSERTED] = "asserted: the firewall itself said so",
	    [PFREPLAY_PREDICTED] = "predicted: it should have learnt it from its peer",
	    [PFREPLAY_DUE] = "due: its timeout has passed, so it may be gone",
	    [PFREPLAY_UNKNOWN] = "unknown: nothing proves that it has it",
	};
	const struct report_style style = {.views = REPORT_VIEW_STATES, .verbose = 1};
	const struct report_summary summary = {.as_of_ns = 5 * TIME_NS_PER_S};
	const struct pfreplay_node nodes[] = {
	    {.name = "fw1", .states = 1234, .due = 5}, {.name = "fw2"}};
	struct report_writer writer;
	const char *text;

	(void)state;
	capture_out_open(&capture);
	assert_true(text_states_writer(&writer, &capture.out, &style));
	writer.headline(writer.self, &summary);
	writer.node(writer.self, &nodes[0], NULL);
	for (int i = 0; i < PFREPLAY_STANDING_COUNT; i++) {
		struct pfreplay_state entry = keyless((enum pfreplay_standing)i);

		writer.state(writer.self, &nodes[0], &entry);
	}
	writer.node(writer.self, &nodes[1], NULL);
	writer.free(writer.self);
	text = capture_out_close(&capture);
	assert_ptr_equal(
	    strstr(text,
		"States of fw1 at 1970-01-01T00:00:05.000Z: 1,234, and 5 past their timeout\n"
		"(addresses not seen) 4:4\n"
		"   id: 0000000000000001 creatorid: 0000002a\n"
		"   asserted: the firewall itself said so; last heard of in frame 9 at "
		"1970-01-01T00:00:03.000Z\n"),
	    text);
	for (int i = 0; i < PFREPLAY_STANDING_COUNT; i++)
		assert_non_null(strstr(text, how[i]));
	assert_non_null(strstr(text, "\n\nStates of fw2 at 1970-01-01T00:00:05.000Z: 0\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_listing)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
