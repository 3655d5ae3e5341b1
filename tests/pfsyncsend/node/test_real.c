/*
 * test_real.c - the model beside a real kernel: what firewall A said is fed to the
 * model of B, whose table is then compared with the one B's kernel had.
 *
 * SPDX-License-Identifier: ISC
 *
 * In the first phases of these captures A alone forwards traffic, so that all B
 * knows is what it was told.  Skipped where the captures are not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "capture.h"
#include "node/node.h"

#define SKIPPED 77
#define NS_PER_S 1e9
#define PHASES 3
/* Listings were taken up to a second before their time, and seconds are whole. */
#define CLOCK_SLACK_S 2
#define LINE_MAX_BYTES (1 << 16)
/* Of the states of a table: those due within the purge interval may differ. */
#define AGREEMENT 97

struct listing {
	int64_t at_ns;
	unsigned states, found, alike; /* of A's in B's kernel */
	unsigned on_time;              /* of these, with the same end of life */
	unsigned model;                /* of A's in the model */
};

static const char *
path_of(const char *folder, const char *file)
{
	static char path[4096];
	const char *shared = getenv("PFSYNC_SHARED");

	snprintf(path, sizeof(path), "%s/captures/%s/%s",
	    shared != NULL ? shared : PFSYNC_SHARED_DEFAULT, folder, file);
	return path;
}

static struct fw *
make_b(enum fw_family family, uint32_t hostid, int64_t now_ns)
{
	struct fw_config config;
	struct fw *fw;

	fw_config_init(&config, family);
	config.hostid = hostid;
	config.adaptive_end = 0;
	fw = fw_new(&config, NULL, now_ns, NULL);
	assert_non_null(fw);
	fw_up(fw, now_ns);
	return fw;
}

struct real {
	struct capture *capture;
	const struct capture_packet *packet; /* read but not fed yet */
	enum fw_family family;
	uint32_t hostid;
	struct fw *fw; /* NULL: B has not said anything yet */
};

/* Feeds A's packets up to a time, from the moment that B asks for all states. */
static void
feed(struct real *real, int64_t until_ns)
{
	const struct capture_problem *problem;
	const struct capture_packet *packet = real->packet;

	for (;;) {
		if (packet != NULL) {
			const struct fw_packet_in in = {.bytes = packet->bytes,
			    .len_bytes = packet->wirelen,
			    .src = {packet->af, packet->src},
			    .ttl = packet->ttl};
			if (packet->time_ns > until_ns)
				break;
			if (packet->src.b[3] == 12 && real->fw == NULL)
				real->fw = make_b(real->family, real->hostid, packet->time_ns);
			if (packet->src.b[3] == 11 && real->fw != NULL)
				assert_int_equal(
				    fw_receive(real->fw, packet->time_ns, &in), FW_ACCEPTED);
			packet = NULL;
		}
		switch (capture_next(real->capture, &packet, &problem)) {
		case CAPTURE_END:
			real->packet = NULL;
			return;
		case CAPTURE_PACKET:
			break;
		default:
			packet = NULL;
			break;
		}
	}
	real->packet = packet;
}

static uint32_t
number(const json_t *object, const char *key)
{
	return (uint32_t)json_integer_value(json_object_get(object, key));
}

static bool
same_peer(const json_t *line, const char *key, const struct fw_peer *peer)
{
	const json_t *object = json_object_get(line, key);

	return number(object, "state_number") == peer->state &&
	       number(object, "seqlo") == peer->seqlo && number(object, "seqhi") == peer->seqhi &&
	       number(object, "seqdiff") == peer->seqdiff &&
	       number(object, "max_win") == peer->max_win && number(object, "mss") == peer->mss &&
	       number(object, "wscale") == peer->wscale;
}

static void
compare_line(const struct fw *fw, const json_t *line, struct listing *listing)
{
	const uint64_t id = strtoull(json_string_value(json_object_get(line, "id")), NULL, 16);
	const uint32_t creatorid =
	    (uint32_t)strtoul(json_string_value(json_object_get(line, "creatorid")), NULL, 16);
	const struct fw_state *st;
	int64_t left_s;

	if (creatorid == fw_hostid(fw))
		return;
	listing->states++;
	st = fw_lookup(fw, id, creatorid);
	if (st == NULL)
		return;
	listing->found++;
	if (same_peer(line, "src", &st->src) && same_peer(line, "dst", &st->dst) &&
	    number(line, "timeout_number") == st->timeout && number(line, "proto") == st->proto)
		listing->alike++;
	left_s = fw_state_expires_s(fw, st) - listing->at_ns / INT64_C(1000000000);
	if (llabs(left_s - number(line, "expire_s")) <= CLOCK_SLACK_S)
		listing->on_time++;
}

/* Walks B's listings in order of time. */
static unsigned
run(struct real *real, FILE *file, char *text, struct listing listings[PHASES])
{
	unsigned phase = 0;

	while (fgets(text, LINE_MAX_BYTES, file) != NULL) {
		json_t *line = json_loads(text, 0, NULL);
		const int64_t at_ns =
		    (int64_t)(json_real_value(json_object_get(line, "at")) * NS_PER_S);
		const bool of_b =
		    strcmp(json_string_value(json_object_get(line, "node")), "10.0.0.12") == 0;
		if (of_b && (phase == 0 || listings[phase - 1].at_ns != at_ns)) {
			if (phase == PHASES) {
				json_decref(line);
				break;
			}
			feed(real, at_ns);
			assert_non_null(real->fw);
			fw_tick(real->fw, at_ns);
			listings[phase++] = (struct listing){
			    .at_ns = at_ns, .model = (unsigned)fw_state_count(real->fw)};
		}
		if (of_b)
			compare_line(real->fw, line, &listings[phase - 1]);
		json_decref(line);
	}
	return phase;
}

static unsigned
run_folder(
    const char *folder, enum fw_family family, uint32_t hostid, struct listing listings[PHASES])
{
	const struct capture_options options = {.filter = NULL};
	const char *path = path_of(folder, "wire.pcap");
	struct real real = {.family = family, .hostid = hostid};
	char error[CAPTURE_ERROR_MAX];
	char *text = malloc(LINE_MAX_BYTES);
	FILE *file;
	unsigned phases;

	real.capture = capture_open(&path, 1, &options, error);
	file = fopen(path_of(folder, "tables.jsonl"), "r");
	assert_non_null(real.capture);
	assert_non_null(file);
	assert_non_null(text);
	phases = run(&real, file, text, listings);
	/* What B's kernel counted: nothing wrong up to here. */
	assert_int_equal(fw_counters(real.fw)->badact + fw_counters(real.fw)->badlen +
			     fw_counters(real.fw)->badval + fw_counters(real.fw)->badver,
	    0);
	fclose(file);
	free(text);
	capture_close(real.capture);
	fw_free(real.fw);
	return phases;
}

static void
check(const char *folder, enum fw_family family, uint32_t hostid)
{
	struct listing listings[PHASES];

	assert_int_equal(run_folder(folder, family, hostid, listings), PHASES);
	for (unsigned i = 0; i < PHASES; i++) {
		const struct listing *l = &listings[i];
		printf("%s: %u states of A in B's kernel, %u in the model, %u common, %u alike, "
		       "%u with the same end\n",
		    folder, l->states, l->model, l->found, l->alike, l->on_time);
		assert_true(l->found * 100 >= l->states * AGREEMENT);
		assert_true(l->found * 100 >= l->model * AGREEMENT);
		assert_true(l->alike * 100 >= l->found * AGREEMENT);
		assert_true(l->on_time * 100 >= l->found * AGREEMENT);
	}
}

static void
openbsd_2025(void **state)
{
	(void)state;
	check("openbsd-7.6", FW_V6B, 4255344249U);
}

static void
openbsd_2009(void **state)
{
	(void)state;
	check("openbsd-2009-07", FW_V5O, 2300288114U);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(openbsd_2025),
	    cmocka_unit_test(openbsd_2009),
	};
	FILE *file = fopen(path_of("openbsd-7.6", "tables.jsonl"), "r");

	if (file == NULL) {
		printf(
		    "skipped: no %s (set PFSYNC_SHARED)\n", path_of("openbsd-7.6", "tables.jsonl"));
		return SKIPPED;
	}
	fclose(file);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
