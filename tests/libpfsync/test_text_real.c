/*
 * test_text_real.c - state lines against what pfctl printed on real firewalls:
 * each state of a listing is looked up in the capture of the sync link and
 * printed from its full record.
 *
 * SPDX-License-Identifier: ISC
 *
 * Levels, windows, ages and counters of a listing are newer than the last
 * record, so they are compared only where they have not changed since.  Skipped
 * where the captures are not at hand.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pfsync.h"
#include "realwire.h"

enum { STATES_MAX = 512, LINE_MAX_BYTES = 256 };

/* One state of a listing, and how its records on the wire compare. */
struct listed {
	char head[LINE_MAX_BYTES];    /* interface, protocol, addresses */
	char levels[LINE_MAX_BYTES];  /* behind the seven blanks */
	char windows[LINE_MAX_BYTES]; /* "" unless TCP */
	char tail[LINE_MAX_BYTES];    /* of the age line, from the rule on */
	uint64_t id;
	uint32_t creatorid;
	bool on_wire;
	bool head_agrees; /* of every record so far */
	bool levels_agree, windows_agree;
	bool from_owner; /* a record from the node that lists it */
	bool tail_agrees;
};

struct listing {
	struct listed states[STATES_MAX];
	size_t count;
	uint32_t owner; /* IPv4 address of the node that made it */
	struct pfsync_hint hints[2];
};

static void
copy_line(char *out, const char *line)
{
	snprintf(out, LINE_MAX_BYTES, "%s", line);
}

/* "rule 4, sloppy" behind the counters; pfctl gives what it has. */
static const char *
tail_of_age(const char *age)
{
	const char *bytes = strstr(age, " bytes");

	return bytes != NULL ? bytes + strlen(" bytes") : "";
}

static void
read_listing(struct listing *listing, const char *name)
{
	char line[LINE_MAX_BYTES];
	struct listed *state = NULL;
	FILE *file = fopen(realwire_path(name), "r");

	memset(listing, 0, sizeof(*listing));
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		char *gap;
		line[strcspn(line, "\r\n")] = '\0';
		if (strncmp(line, "   ", 3) != 0) {
			gap = strstr(line, "       ");
			state = NULL;
			if (gap == NULL)
				continue; /* blank, or "No ALTQ support in kernel" */
			assert_true(listing->count < STATES_MAX);
			state = &listing->states[listing->count];
			*state = (struct listed){.head_agrees = true};
			copy_line(state->levels, gap + 7);
			*gap = '\0';
			copy_line(state->head, line);
		} else if (state != NULL && line[3] == '[') {
			copy_line(state->windows, line + 3);
		} else if (state != NULL && strncmp(line + 3, "age ", 4) == 0) {
			copy_line(state->tail, tail_of_age(line));
		} else if (state != NULL && sscanf(line, "   id: %" SCNx64 " creatorid: %" SCNx32,
						&state->id, &state->creatorid) == 2) {
			listing->count++;
		}
	}
	fclose(file);
	assert_true(listing->count > 0);
}

/* ------------------------------------------------------------------------ */

static void
compare_state(struct listed *state, const struct pfsync_message *message, bool from_owner)
{
	char text[1024], expected[64];
	char *gap;

	pfsync_text_state(text, sizeof(text), message);
	gap = strstr(text, "       ");
	assert_non_null(gap);
	*gap = '\0';
	state->on_wire = true;
	if (strcmp(text, state->head) != 0) {
		if (state->head_agrees)
			print_error("listed %s\nbut is %s\n", state->head, text);
		state->head_agrees = false;
	}
	state->levels_agree |= strcmp(gap + 7, state->levels) == 0;
	pfsync_text_windows(text, sizeof(text), message);
	state->windows_agree |= strcmp(text, state->windows) == 0;
	pfsync_text_id(text, sizeof(text), message);
	snprintf(expected, sizeof(expected), "id: %016" PRIx64 " creatorid: %08" PRIx32, state->id,
	    state->creatorid);
	assert_string_equal(text, expected);
	if (from_owner) {
		state->from_owner = true;
		pfsync_text_age(text, sizeof(text), message);
		state->tail_agrees = strcmp(tail_of_age(text), state->tail) == 0;
		if (!state->tail_agrees)
			print_message("%s: listed '%s', was '%s'\n", state->head, state->tail,
			    tail_of_age(text));
	}
}

static void
look_up(struct listing *listing, const struct pfsync_message *message, uint32_t sender)
{
	if (message->record == PFSYNC_REC_NONE)
		return;
	for (size_t i = 0; i < listing->count; i++) {
		struct listed *state = &listing->states[i];
		if (state->id == message->id && state->creatorid == message->creatorid)
			compare_state(state, message, sender == listing->owner);
	}
}

static void
read_frame(void *context, const uint8_t *bytes, size_t len, uint32_t sender)
{
	struct listing *listing = context;
	struct pfsync_section section;
	struct pfsync_record record;
	struct pfsync_frame frame;

	assert_int_equal(
	    pfsync_frame_open(&frame, bytes, len, len, &listing->hints[sender & 1]), PFSYNC_OK);
	while (pfsync_section_next(&frame, &section) == PFSYNC_OK) {
		int status = pfsync_record_first(&frame, &section, &record);
		for (; status == PFSYNC_OK;
		     status = pfsync_record_next(&frame, &section, &record)) {
			struct pfsync_message message;
			assert_int_equal(pfsync_message_decode(&record, &message), PFSYNC_OK);
			look_up(listing, &message, sender);
		}
	}
}

static void
check_listing(const char *name, uint32_t owner)
{
	static struct listing listing;
	size_t on_wire = 0, heads = 0, levels = 0, windows = 0, tcp = 0, own = 0, tails = 0;

	read_listing(&listing, name);
	listing.owner = owner;
	assert_true(realwire_read("freebsd-10.1/wire.pcap", read_frame, &listing) > 100);
	for (size_t i = 0; i < listing.count; i++) {
		const struct listed *state = &listing.states[i];
		if (!state->on_wire) {
			/* Those of protocol 240 never travel. */
			if (strncmp(state->head, "all pfsync ", 11) != 0)
				fail_msg("%s: not on the wire: %s", name, state->head);
			continue;
		}
		on_wire++;
		heads += state->head_agrees;
		levels += state->levels_agree;
		tcp += state->windows[0] != '\0';
		windows += state->windows[0] != '\0' && state->windows_agree;
		own += state->from_owner;
		tails += state->from_owner && state->tail_agrees;
	}
	print_message("%s: %zu listed, %zu on the wire: %zu heads agree, %zu levels seen, "
		      "%zu of %zu windows seen, %zu of %zu rules and flags agree\n",
	    name, listing.count, on_wire, heads, levels, windows, tcp, tails, own);
	assert_true(on_wire > 0);
	assert_int_equal(heads, on_wire);
	assert_true(levels > 0);
	assert_true(windows > 0);
	assert_int_equal(tails, own);
}

static void
test_a_phase2(void **state)
{
	(void)state;
	check_listing("freebsd-10.1/pfctl-vvss-A-phase2.txt", 0x0a00000b);
}

static void
test_b_phase2(void **state)
{
	(void)state;
	check_listing("freebsd-10.1/pfctl-vvss-B-phase2.txt", 0x0a00000c);
}

static void
test_a_phase3(void **state)
{
	(void)state;
	check_listing("freebsd-10.1/pfctl-vvss-A-phase3.txt", 0x0a00000b);
}

static void
test_b_phase3(void **state)
{
	(void)state;
	check_listing("freebsd-10.1/pfctl-vvss-B-phase3.txt", 0x0a00000c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_phase2),
	    cmocka_unit_test(test_b_phase2),
	    cmocka_unit_test(test_a_phase3),
	    cmocka_unit_test(test_b_phase3),
	};

	if (!realwire_exists("freebsd-10.1/wire.pcap")) {
		printf("skipped: no %s (set PFSYNC_SHARED)\n",
		    realwire_path("freebsd-10.1/wire.pcap"));
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
