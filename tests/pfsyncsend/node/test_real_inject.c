/*
 * test_real_inject.c - the model of a FreeBSD 14 firewall, given what a kernel of
 * 14.3 was given.
 *
 * SPDX-License-Identifier: ISC
 *
 * 39 scenarios of pfsyncsend were sent to that kernel; after each its table was
 * listed and its counters were noted.  The model, set up as the kernel was, must
 * have the same states with the same values, and count the same.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "capture.h"
#include "node/node.h"

#define SKIPPED 77
#define NS_PER_S INT64_C(1000000000)

static unsigned wrong;

static void
complain(unsigned step, const char *what, int64_t model, int64_t kernel)
{
	printf("step %u: %s: model %" PRId64 ", kernel %" PRId64 "\n", step, what, model, kernel);
	wrong++;
}

static char *
path_of(const char *file)
{
	const char *shared = g_getenv("PFSYNC_SHARED");

	return g_build_filename(shared != NULL ? shared : PFSYNC_SHARED_DEFAULT, "captures",
	    "inject-freebsd-14.3", file, NULL);
}

/* --- the table --------------------------------------------------------------- */

static int64_t
number(const json_t *row, const char *name)
{
	return json_integer_value(json_object_get(row, name));
}

static void
agree(unsigned step, const char *id, const char *field, int64_t model, int64_t kernel)
{
	char what[64];

	if (model == kernel)
		return;
	snprintf(what, sizeof(what), "%s %s", id, field);
	complain(step, what, model, kernel);
}

static void
compare_peer(unsigned step, const char *id, const struct pfsync_peer *peer, const json_t *row)
{
	agree(step, id, "level", peer->state, number(row, "state_number"));
	agree(step, id, "seqlo", peer->seqlo, number(row, "seqlo"));
	agree(step, id, "seqhi", peer->seqhi, number(row, "seqhi"));
	agree(step, id, "seqdiff", peer->seqdiff, number(row, "seqdiff"));
	agree(step, id, "max_win", peer->max_win, number(row, "max_win"));
	agree(step, id, "wscale", peer->wscale, number(row, "wscale"));
}

static void
compare_state(unsigned step, const struct fw *fw, int64_t now_ns, const json_t *row)
{
	const char *id = json_string_value(json_object_get(row, "id"));
	uint32_t creatorid =
	    (uint32_t)strtoul(json_string_value(json_object_get(row, "creatorid")), NULL, 16);
	const struct fw_state *state = fw_lookup(fw, strtoull(id, NULL, 16), creatorid);
	struct pfsync_message message;
	const struct pfsync_state *s = &message.u.state;
	int64_t left_s;

	if (state == NULL) {
		agree(step, id, "is there", 0, 1);
		return;
	}
	fw_state_message(fw, now_ns, state, &message);
	compare_peer(step, id, &s->src, json_object_get(row, "src"));
	compare_peer(step, id, &s->dst, json_object_get(row, "dst"));
	agree(step, id, "class", s->timeout, number(row, "timeout_number"));
	agree(step, id, "rule", s->rule == PFSYNC_RULE_NONE ? -1 : (int64_t)s->rule,
	    number(row, "rule"));
	agree(step, id, "flags", s->state_flags, number(row, "state_flags_raw"));
	agree(step, id, "route", s->rt, number(row, "rt"));
	left_s = number(row, "expire_s") - (int64_t)s->expire_s;
	if (left_s < -1 || left_s > 1)
		agree(step, id, "expire", s->expire_s, number(row, "expire_s"));
}

/* All of the step's rows; what the kernel made itself (its own pfsync) is not ours. */
static void
compare_table(unsigned step, const struct fw *fw, int64_t now_ns, const json_t *rows)
{
	uint64_t listed = 0;
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row)
	{
		if (number(row, "proto") == PFSYNC_IPPROTO)
			continue;
		listed++;
		compare_state(step, fw, now_ns, row);
	}
	agree(step, "table", "states", (int64_t)fw_state_count(fw), (int64_t)listed);
}

/* --- counters ---------------------------------------------------------------- */

#define COUNTERS(X)                                                                                \
	X(ipackets)                                                                                \
	X(badttl)                                                                                  \
	X(badver)                                                                                  \
	X(badact)                                                                                  \
	X(badlen)                                                                                  \
	X(badval)                                                                                  \
	X(badstate)                                                                                \
	X(stale)

/* "counters {'ipackets': 1, 'iacts[4]': 1}": how many more since the last step. */
static int64_t
noted(const char *line, const char *name)
{
	char quoted[32];
	const char *found;

	snprintf(quoted, sizeof(quoted), "'%s': ", name);
	found = strstr(line, quoted);
	return found != NULL ? g_ascii_strtoll(found + strlen(quoted), NULL, 10) : 0;
}

static void
compare_counters(unsigned step, const struct fw_counters *now, const struct fw_counters *before,
    const char *line)
{
#define COMPARE(name)                                                                              \
	agree(step, "counter", #name, (int64_t)(now->name - before->name), noted(line, #name));
	COUNTERS(COMPARE)
#undef COMPARE
	for (unsigned i = 0; i < PFSYNC_ACTION_NUMBERS; i++) {
		char name[16];

		snprintf(name, sizeof(name), "iacts[%u]", i);
		agree(step, "counter", name, (int64_t)(now->iacts[i] - before->iacts[i]),
		    noted(line, name));
	}
}

/* --- the run ------------------------------------------------------------------ */

/* As the kernel was set up: its four rules, its interfaces, its checksum. */
static struct fw *
kernel_like(int64_t now_ns)
{
	static const char *const ifnames[] = {"em0", "em1", "em2"};
	static const uint8_t cksum[16] = {0x7e, 0x54, 0xec, 0x9c, 0xc4, 0x39, 0x85, 0x8e, 0xcd,
	    0x57, 0x6b, 0x0f, 0xad, 0xea, 0x41, 0x36};
	const struct fw_callbacks none = {.context = NULL};
	struct fw_rule rules[4] = {0};
	struct fw_config config;
	struct fw *fw;

	fw_config_init(&config, FW_V5F14);
	rules[2].timeout_s[2] = 500;
	rules[3].max_states = 3;
	config.hostid = 0x0b0b0b02;
	config.no_ipsec = true;
	config.address = (struct fw_address){PFSYNC_AF_INET, {{10, 0, 0, 12}}};
	config.ifnames = ifnames;
	config.ifname_count = sizeof(ifnames) / sizeof(ifnames[0]);
	config.rules = rules;
	config.rule_count = sizeof(rules) / sizeof(rules[0]);
	memcpy(config.cksum, cksum, sizeof(cksum));
	fw = fw_new(&config, &none, now_ns, NULL);
	if (fw != NULL)
		fw_up(fw, now_ns);
	return fw;
}

/* The packet after it; NULL at the end. */
static const struct capture_packet *
following(struct capture *capture)
{
	const struct capture_packet *packet = NULL;
	const struct capture_problem *problem;
	enum capture_status status;

	do
		status = capture_next(capture, &packet, &problem);
	while (status == CAPTURE_PROBLEM);
	return status == CAPTURE_PACKET ? packet : NULL;
}

/* Packets of the other side up to that time. */
static void
feed(struct fw *fw, struct capture *capture, const struct capture_packet **next, int64_t until_ns)
{
	static const struct pfsync_addr sender = {{10, 0, 0, 11}};

	while (*next != NULL && (*next)->time_ns <= until_ns) {
		const struct capture_packet *packet = *next;
		const struct fw_packet_in in = {.bytes = packet->bytes,
		    .len_bytes = packet->caplen,
		    .src = {PFSYNC_AF_INET, packet->src},
		    .ttl = packet->ttl};

		if (memcmp(packet->src.b, sender.b, 4) == 0)
			(void)fw_receive(fw, packet->time_ns, &in);
		*next = following(capture);
	}
}

/* The rows of tables.jsonl as lists, one for each listing. */
static json_t *
read_tables(const char *path)
{
	json_t *tables = json_array(), *row;
	double at = 0;
	FILE *file = fopen(path, "r");

	if (file == NULL)
		return tables;
	while ((row = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)) != NULL) {
		if (json_array_size(tables) == 0 ||
		    json_number_value(json_object_get(row, "at")) != at)
			json_array_append_new(tables, json_array());
		at = json_number_value(json_object_get(row, "at"));
		json_array_append_new(json_array_get(tables, json_array_size(tables) - 1), row);
	}
	fclose(file);
	return tables;
}

static unsigned
run(struct capture *capture, char **lines, const json_t *tables)
{
	const struct capture_packet *next = following(capture);
	struct fw_counters before = {0};
	struct fw *fw = NULL;
	unsigned step = 0;
	int64_t at_ns = 0;

	for (size_t i = 0; lines[i] != NULL; i++) {
		const char *list = strstr(lines[i], "LIST at "), *counters;

		if (fw == NULL)
			fw = kernel_like((int64_t)(g_ascii_strtod(lines[i], NULL) * 1e9));
		if (list != NULL)
			at_ns = (int64_t)(g_ascii_strtod(list + strlen("LIST at "), NULL) * 1e9);
		counters = strstr(lines[i], "counters {");
		if (counters == NULL)
			continue;
		step++;
		feed(fw, capture, &next, at_ns);
		fw_tick(fw, at_ns);
		compare_table(step, fw, at_ns, json_array_get(tables, step - 1));
		compare_counters(step, fw_counters(fw), &before, counters);
		before = *fw_counters(fw);
	}
	fw_free(fw);
	return step;
}

int
main(void)
{
	g_autofree char *pcap = path_of("wire.pcap"), *notes = path_of("notes.txt"), *text = NULL;
	g_autofree char *table = path_of("tables.jsonl");
	char error[CAPTURE_ERROR_MAX], **lines;
	const char *names[] = {pcap};
	struct capture *capture;
	json_t *tables;
	unsigned steps;

	if (!g_file_get_contents(notes, &text, NULL, NULL)) {
		fprintf(stderr, "no captures of real kernels here: skipped\n");
		return SKIPPED;
	}
	capture = capture_open(names, 1, NULL, error);
	if (capture == NULL) {
		fprintf(stderr, "%s\n", error);
		return 1;
	}
	lines = g_strsplit(text, "\n", -1);
	tables = read_tables(table);
	steps = run(capture, lines, tables);
	printf("%u steps, %u differences\n", steps, wrong);
	capture_close(capture);
	json_decref(tables);
	g_strfreev(lines);
	return steps != 39 || wrong != 0;
}
