/*
 * test_real.c - every frame of the real captures: its dialect, nothing wrong
 * with it, the same bytes when encoded again, and the kernels' own counters.
 *
 * SPDX-License-Identifier: ISC
 *
 * Skipped where the captures are not at hand.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pfsync.h"
#include "realwire.h"

enum { NODE_A = 0x0a00000b, NODE_B = 0x0a00000c };

/* One capture as read so far. */
struct reading {
	struct pfsync_hint hints[2]; /* A, or whoever's pfsync0; B */
	const char *dialect;         /* that all frames must have */
	uint32_t only;               /* sender whose messages are counted, 0: all */
	size_t frames_max;           /* count no more of its frames than that, 0: all */
	size_t frames;               /* of that sender */
	size_t messages;
	size_t refused;   /* of the counted: by pfsync_message_check() */
	size_t differing; /* of the counted: bytes that no layout row covers */
	size_t sent[PFSYNC_ACT_COUNT];
};

/* Bytes that differ may only be those of no row: padding, old memory. */
static void
encode_again(
    struct reading *r, const struct pfsync_record *record, const struct pfsync_message *message)
{
	const struct pfsync_dialect *dialect = record->frame->dialect;
	const struct pfsync_layout *layout = record->layout;
	uint8_t out[PFSYNC_RECORD_MAX];
	bool differs = false;

	assert_int_equal(
	    pfsync_message_encode(dialect, message, out, sizeof(out)), layout->size_bytes);
	for (size_t i = 0; i < layout->size_bytes; i++) {
		if (out[i] == record->bytes[i])
			continue;
		differs = true;
		for (size_t k = 0; k < layout->row_count; k++) {
			const struct pfsync_row *row = &layout->rows[k];
			if (i >= row->offset && i < (size_t)row->offset + row->width &&
			    pfsync_has(message, (enum pfsync_field)row->field))
				fail_msg("%s %s: byte %zu was %02x and became %02x", dialect->name,
				    pfsync_action_name(message->action), i, record->bytes[i],
				    out[i]);
		}
	}
	r->differing += differs;
}

static void
read_section(struct reading *r, struct pfsync_frame *frame, const struct pfsync_section *section,
    bool counted)
{
	struct pfsync_record record;
	int status;

	if (counted)
		r->sent[section->action] +=
		    section->action == PFSYNC_ACT_EOF ? section->count_wire : section->count;
	for (status = pfsync_record_first(frame, section, &record); status != PFSYNC_END;
	     status = pfsync_record_next(frame, section, &record)) {
		struct pfsync_message message;
		assert_int_equal(status, PFSYNC_OK);
		assert_int_equal(pfsync_message_decode(&record, &message), PFSYNC_OK);
		if (!counted)
			continue;
		r->messages++;
		r->refused += pfsync_message_check(&message, frame->dialect, NULL) != PFSYNC_OK;
		encode_again(r, &record, &message);
	}
}

static void
read_frame(void *context, const uint8_t *bytes, size_t len, uint32_t src)
{
	struct reading *r = context;
	struct pfsync_section section;
	struct pfsync_frame frame;
	bool counted = r->only == 0 || r->only == src;
	int status;

	assert_int_equal(
	    pfsync_frame_open(&frame, bytes, len, len, &r->hints[src == NODE_B]), PFSYNC_OK);
	assert_string_equal(frame.dialect->name, r->dialect);
	assert_true(frame.certainty >= PFSYNC_LIKELY);
	assert_true(pfsync_plausible(bytes, len, len));
	if (counted)
		r->frames++;
	if (r->frames_max > 0 && r->frames > r->frames_max)
		counted = false;
	while ((status = pfsync_section_next(&frame, &section)) != PFSYNC_END) {
		if (status != PFSYNC_OK)
			fail_msg("%s at %zu", frame.problem.text, frame.problem.offset);
		read_section(r, &frame, &section, counted);
	}
	assert_int_equal(r->hints[src == NODE_B].changes, 0);
}

static void
test_all_frames(void **state)
{
	/* `old`: systems that leave old memory between fields (OB 19 no. 14). */
	static const struct {
		const char *name, *dialect;
		bool old;
		size_t refused;
	} cases[] = {
	    {"freebsd-10.1/wire.pcap", "freebsd-10", false, 0},
	    {"freebsd-10.1/pfsync0-A.pcap", "freebsd-10", false, 0},
	    {"freebsd-10.1/pfsync0-B.pcap", "freebsd-10", false, 0},
	    {"carp-failover-freebsd-10.1/wire_sync.pcap", "freebsd-10", false, 0},
	    {"openbsd-2005-06/wire.pcap", "openbsd-2e", true, 0},
	    {"openbsd-2005-06/pfsync0-A.pcap", "openbsd-2e", true, 0},
	    {"openbsd-2005-06/pfsync0-B.pcap", "openbsd-2e", true, 0},
	    {"openbsd-2009-07/wire.pcap", "openbsd-5b", true, 0},
	    /* A sent four updates of the internal class "unlinked". */
	    {"openbsd-7.6/wire.pcap", "openbsd-6k", false, 4},
	    {"openbsd-7.6/pfsync0-A.pcap", "openbsd-6k", false, 4},
	    {"openbsd-7.6/pfsync0-B.pcap", "openbsd-6k", false, 0},
	    {"fault-openbsd-loss/wire_A.pcap", "openbsd-6k", false, 0},
	    {"fault-openbsd-loss/wire_B.pcap", "openbsd-6k", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reading r = {.dialect = cases[i].dialect};
		size_t frames = realwire_read(cases[i].name, read_frame, &r);
		print_message("%s: %zu frames, %zu messages, %zu refused, %zu with old memory\n",
		    cases[i].name, frames, r.messages, r.refused, r.differing);
		assert_true(frames > 100);
		assert_int_equal(r.refused, cases[i].refused);
		if (!cases[i].old)
			assert_int_equal(r.differing, 0);
	}
}

/* ------------------------------------------------------------------------
 * netstat's histogram (SEM 6)
 */

struct histogram {
	size_t packets;
	size_t count[PFSYNC_ACT_COUNT];
};

/* Lines "<number> <words> <verb>" of netstat -s -p pfsync. */
static void
read_netstat(const char *name, const char *verb, struct histogram *out)
{
	static const struct {
		const char *words;
		enum pfsync_action action;
	} lines[] = {
	    {"clear all request", PFSYNC_ACT_CLR},
	    {"state insert", PFSYNC_ACT_INS},
	    {"state inserted ack", PFSYNC_ACT_INS_ACK},
	    {"state update", PFSYNC_ACT_UPD},
	    {"compressed state update", PFSYNC_ACT_UPD_C},
	    {"uncompressed state request", PFSYNC_ACT_UPD_REQ},
	    {"state delete", PFSYNC_ACT_DEL},
	    {"compressed state delete", PFSYNC_ACT_DEL_C},
	    {"bulk update mark", PFSYNC_ACT_BUS},
	    {"TDB replay counter update", PFSYNC_ACT_TDB},
	    {"end of frame mark", PFSYNC_ACT_EOF},
	};
	FILE *file = fopen(realwire_path(name), "r");
	char line[256], tail[32];
	size_t found = 0;

	assert_non_null(file);
	memset(out, 0, sizeof(*out));
	while (fgets(line, sizeof(line), file) != NULL) {
		char words[128];
		size_t number;
		if (sscanf(line, " %zu %127[^(\r\n]", &number, words) != 2)
			continue;
		snprintf(tail, sizeof(tail), "packets %s ", verb);
		if (strcmp(words, tail) == 0 && strstr(line, "(IPv4)") != NULL)
			out->packets = number;
		for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
			char one[160], many[160];
			snprintf(one, sizeof(one), "%s %s", lines[i].words, verb);
			snprintf(many, sizeof(many), "%ss %s", lines[i].words, verb);
			if (strcmp(words, one) != 0 && strcmp(words, many) != 0)
				continue;
			out->count[lines[i].action] = number;
			found++;
		}
	}
	fclose(file);
	assert_int_equal(found, sizeof(lines) / sizeof(lines[0]));
	assert_true(out->packets > 0);
}

/* What a node counted is what the first frames on the wire carry. */
static void
compare_netstat(const char *name, const char *verb, uint32_t sender)
{
	struct reading r = {.dialect = "freebsd-10", .only = sender};
	struct histogram wanted;

	read_netstat(name, verb, &wanted);
	r.frames_max = wanted.packets;
	realwire_read("freebsd-10.1/wire.pcap", read_frame, &r);
	assert_true(r.frames >= wanted.packets);
	for (int action = 0; action < PFSYNC_ACT_COUNT; action++) {
		if (r.sent[action] != wanted.count[action])
			fail_msg("%s, %s: %zu %s, but %zu on the wire", name, verb,
			    wanted.count[action], pfsync_action_name((enum pfsync_action)action),
			    r.sent[action]);
	}
	print_message("%s: %zu packets %s, their messages agree\n", name, wanted.packets, verb);
}

static void
test_netstat(void **state)
{
	(void)state;
	compare_netstat("freebsd-10.1/netstat-A.txt", "sent", NODE_A);
	compare_netstat("freebsd-10.1/netstat-B.txt", "sent", NODE_B);
	compare_netstat("freebsd-10.1/netstat-A.txt", "received", NODE_B);
}

/* B of OpenBSD 7.6 counted as bad values exactly what is refused here. */
static void
test_badval(void **state)
{
	struct reading r = {.dialect = "openbsd-6k", .only = NODE_A};
	char line[256];
	size_t badval = 0;
	FILE *file = fopen(realwire_path("openbsd-7.6/counters-B.txt"), "r");

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		/* The eleventh number of the last line; the console garbles some. */
		const char *p = strstr(line, "pfsyncstats ");
		size_t v[11];
		if (p != NULL &&
		    sscanf(p, "pfsyncstats %zu %zu %zu %zu %zu %zu %zu %zu %zu %zu %zu", &v[0],
			&v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8], &v[9],
			&v[10]) == 11)
			badval = v[10];
	}
	fclose(file);
	realwire_read("openbsd-7.6/wire.pcap", read_frame, &r);
	assert_true(badval > 0);
	assert_int_equal(r.refused, badval);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all_frames),
	    cmocka_unit_test(test_netstat),
	    cmocka_unit_test(test_badval),
	};

	if (!realwire_exists("freebsd-10.1/wire.pcap")) {
		printf("skipped: no %s (set PFSYNC_SHARED)\n",
		    realwire_path("freebsd-10.1/wire.pcap"));
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
