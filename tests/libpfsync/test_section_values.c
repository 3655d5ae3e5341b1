/*
 * test_section_values.c - what is called good, the full check calls good as well.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pfsync.h"
#include "random_message.h"

#define RECORDS 3
#define FRAME_MAX (24 + RECORDS * PFSYNC_RECORD_MAX + 64)

/* Once in twenty times. */
static bool
rarely(uint64_t *seed)
{
	return random_next(seed) % 20 == 0;
}

/* 0 to `largest`, rarely one more. */
static uint8_t
value(uint64_t *seed, unsigned largest)
{
	unsigned count = largest + 1U + (rarely(seed) ? 1U : 0U);

	return (uint8_t)(random_next(seed) % count);
}

/* Make the values good, or nearly always so. */
static void
tame(uint64_t *seed, const struct pfsync_dialect *dialect, struct pfsync_message *message)
{
	struct pfsync_state *state = &message->u.state;

	if (message->record == PFSYNC_REC_NONE && message->action != PFSYNC_ACT_UPD_C)
		return;
	state->timeout = value(seed, dialect->timeout_max - 1U);
	state->src.state = value(seed, PFSYNC_TCPS_PROXY_DST);
	state->dst.state = value(seed, PFSYNC_TCPS_PROXY_DST);
	state->direction = value(seed, PFSYNC_OUT);
	state->af_number = rarely(seed) ? 9 : 2;
	state->wire.af_number = rarely(seed) ? 9 : 2;
	state->stack.af_number = rarely(seed) ? 9 : dialect->af_inet6;
	if (rarely(seed))
		message->creatorid = 0;
}

/* Does pfsync_message_check() like all messages of the frame's one section? */
static bool
all_good(struct pfsync_frame *frame, const struct pfsync_section *section)
{
	struct pfsync_message message;
	struct pfsync_record record;
	bool good = true;
	int status;

	for (status = pfsync_record_first(frame, section, &record); status != PFSYNC_END;
	     status = pfsync_record_next(frame, section, &record)) {
		if (status != PFSYNC_OK || pfsync_message_decode(&record, &message) != PFSYNC_OK ||
		    pfsync_message_check(&message, frame->dialect, NULL) != PFSYNC_OK)
			good = false;
	}
	return good;
}

static void
test_agrees_with_the_check(void **state)
{
	struct pfsync_value_spots spots;
	uint64_t seed = 1234567;
	size_t quick_good = 0, good = 0, bad = 0;

	(void)state;
	memset(&spots, 0, sizeof(spots));
	for (size_t d = 0; d < pfsync_dialect_count(); d++) {
		const struct pfsync_dialect *dialect = pfsync_dialect_at(d);

		for (unsigned round = 0; round < 40 * PFSYNC_ACTION_NUMBERS; round++) {
			unsigned number = round % PFSYNC_ACTION_NUMBERS;
			struct pfsync_hint hint = {.forced = dialect};
			struct pfsync_builder builder;
			struct pfsync_message message;
			struct pfsync_section section;
			struct pfsync_frame frame;
			uint8_t bytes[FRAME_MAX];
			int length;

			if (!random_message(&seed, dialect, number, &message))
				continue;
			pfsync_build_begin(&builder, dialect, NULL, bytes, sizeof(bytes));
			for (int i = 0; i < RECORDS; i++) {
				random_message(&seed, dialect, number, &message);
				tame(&seed, dialect, &message);
				pfsync_build_add(&builder, &message);
			}
			length = pfsync_build_end(&builder);
			if (length <= 0)
				continue;
			/* Now and then the capture is cut short. */
			if (random_next(&seed) % 8 == 0)
				length = (int)(random_next(&seed) % (unsigned)length);
			if (pfsync_frame_open(&frame, bytes, (size_t)length, (size_t)length,
				&hint) != PFSYNC_OK ||
			    pfsync_section_next(&frame, &section) != PFSYNC_OK)
				continue;
			if (all_good(&frame, &section))
				good++;
			else
				bad++;
			if (pfsync_section_values_good(&spots, &frame, &section)) {
				quick_good++;
				assert_true(all_good(&frame, &section));
			}
		}
	}
	/* It would be right but useless to call everything bad. */
	assert_in_range(bad, 1000, 1000000);
	assert_in_range(quick_good, good / 2, good);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_agrees_with_the_check)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
