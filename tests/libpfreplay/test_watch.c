/*
 * test_watch.c - being told what happens inside the replay.
 *
 * SPDX-License-Identifier: ISC
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "internal.h"
#include "scene.h"

#define A 1
#define B 2
#define CA 0xaaaa0001U
#define CB 0xbbbb0002U

/* What was told, as words. */
struct log {
	char text[4096];
	uint32_t back;
	enum pfreplay_standing standing;
	bool held;
	uint8_t mark;
	unsigned kinds;
	int released;
};

static void
add(struct log *log, const char *word)
{
	size_t used = strlen(log->text);

	snprintf(log->text + used, sizeof(log->text) - used, "%s%s", used != 0 ? " " : "", word);
}

static void
begin(void *user, const struct open_packet *open)
{
	(void)open;
	add(user, "(");
}

static void
end(void *user, const struct open_packet *open)
{
	(void)open;
	add(user, ")");
}

static void
said(void *user, const struct watch_said *said_)
{
	struct log *log = user;

	add(log, pfsync_action_name(said_->event->message->action));
	log->held = said_->held;
	log->standing = said_->standing;
	log->kinds = said_->kinds;
}

static void
outcome(void *user, const struct watch_result *result)
{
	struct log *log = user;

	add(log, watch_outcome_name(result->outcome));
	log->back = result->dst_back_bytes;
}

static void
proof(void *user, const struct watch_proof *proof_)
{
	static const char *const names[] = {
	    "confirmed", "acked", "lacks", "has", "correction", "asked"};

	add(user, names[proof_->kind]);
}

static void
node(void *user, const struct watch_node *node_)
{
	static const char *const names[] = {"found", "joined", "restarted", "rebooted", "hostid",
	    "claim", "cksum", "family", "credit"};

	add(user, names[node_->kind]);
}

static void
bulk(void *user, const struct watch_bulk *bulk_)
{
	static const char *const names[] = {
	    "requested", "retried", "started", "ended", "refused", "unasked"};

	add(user, names[bulk_->step]);
}

static void
clear(void *user, const struct watch_clear *clear_)
{
	char word[64];

	snprintf(word, sizeof(word), "clear%s:%u+%u", clear_->sender ? "!" : "",
	    (unsigned)clear_->own, (unsigned)clear_->others);
	add(user, word);
}

static void
refused(void *user, const struct watch_refused *refused_)
{
	add(user, pfreplay_counter_name(refused_->counter));
}

static void
at_time(void *user, int64_t now_ns)
{
	(void)now_ns;
	add(user, "tick");
}

static void
release(void *user)
{
	((struct log *)user)->released++;
}

/* But EOF, which ends each packet of version 5 and is about no state. */
static const struct watcher everything = {.said = ~WATCH_SAID(WATCH_OTHER),
    .outcomes = ~UINT64_C(0),
    .packet_begin = begin,
    .packet_end = end,
    .on_said = said,
    .on_outcome = outcome,
    .on_refused = refused,
    .on_proof = proof,
    .on_node = node,
    .on_bulk = bulk,
    .on_clear = clear,
    .release = release};

static void
meet(struct scene *scene, struct log *log, const char *dialect, const struct watcher *watcher)
{
	memset(log, 0, sizeof(*log));
	/* Nobody else watches. */
	scene_begin(scene, dialect, &(struct pfreplay_options){.unjudged = true});
	watch_add(scene->r, watcher, log);
	scene_say(scene, A, scene_full(PFSYNC_ACT_INS, 1, CA));
	scene_say(scene, B, scene_full(PFSYNC_ACT_INS, 2, CB));
}

static void
told(struct log *log, const char *text)
{
	assert_string_equal(log->text, text);
	log->text[0] = '\0';
}

static void
the_life_of_a_state(void **state)
{
	struct scene scene;
	struct log log;

	(void)state;
	meet(&scene, &log, "freebsd-10", &everything);
	/* the second is taken for one of the first's kind until it speaks */
	told(&log, "found cksum family family ( hostid INS imported ) "
		   "found cksum family ( hostid INS imported )");
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 150, 4, 250));
	told(&log, "( UPD_C merged )");
	assert_true(log.held);
	assert_int_equal(log.standing, PFREPLAY_ASSERTED);
	scene_say(&scene, B, scene_upd_c(1, CA, 4, 160, 4, 900));
	told(&log, "( UPD_C confirmed merged )");
	assert_int_equal(log.standing, PFREPLAY_PREDICTED);
	assert_true((log.kinds & WATCH_SAID(WATCH_UPD_C_TURN)) != 0);
	/* A goes on with an older destination: D-06, and B answers */
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 170, 4, 800));
	told(&log, "( UPD_C confirmed rolled back )");
	assert_int_equal(log.back, 100);
	assert_true((log.kinds & WATCH_SAID(WATCH_UPD_C_BACK)) != 0);
	scene_say(&scene, B, scene_upd_c(1, CA, 4, 170, 4, 800));
	told(&log, "( UPD_C confirmed correction merged )");
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 1, CA));
	told(&log, "( DEL_C removed )");
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 2, CB));
	scene_say(&scene, A, scene_id(PFSYNC_ACT_DEL_C, 2, CB));
	told(&log, "( DEL_C removed ) ( DEL_C not found )");
	scene_end(&scene);
	assert_int_equal(log.released, 1);
}

static void
requests_bulks_and_clears(void **state)
{
	struct scene scene;
	struct log log;

	(void)state;
	meet(&scene, &log, "openbsd-6j", &everything);
	log.text[0] = '\0';
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 1, CA));
	told(&log, "( UPD_REQ lacks answered )");
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 200, 4, 200));
	told(&log, "( UPD_C asked for )");
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 1, CA));
	told(&log, "( UPD_REQ asked answered )");
	scene_say(&scene, B, scene_upd_c(1, CA, 4, 200, 4, 200));
	told(&log, "( UPD_C has merged )");
	scene_wait(&scene, 100);
	scene_say(&scene, B, scene_id(PFSYNC_ACT_UPD_REQ, 0, 0));
	told(&log, "( UPD_REQ requested restarted )");
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_START, 0));
	scene_say(&scene, A, scene_bus(CA, PFSYNC_BUS_END, 0));
	told(&log, "( BUS started ) ( BUS ended )");
	scene_say(&scene, A, scene_clr(CA, ""));
	told(&log, "( CLR clear!:1+1 clear:1+0 )");
	scene_say(&scene, B, scene_clr(CA, ""));
	told(&log, "( claim hostid CLR clear!:0+1 clear:0+0 )");
	scene.ttl = 64;
	scene_say(&scene, A, scene_full(PFSYNC_ACT_INS, 3, CA));
	told(&log, "badttl ( INS )");
	scene_end(&scene);
}

/* Only what is wanted is told, and usual updates are wanted by nobody. */
static void
nothing_else_is_told(void **state)
{
	const struct watcher rare = {.said = WATCH_SAID(WATCH_UPD_C_BACK),
	    .outcomes = WATCH_OUTCOMES_UNUSUAL,
	    .on_said = said,
	    .on_outcome = outcome};
	struct scene scene;
	struct log log;

	(void)state;
	meet(&scene, &log, "openbsd-6k", &rare);
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 150, 4, 250));
	told(&log, "");
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 140, 4, 250));
	told(&log, "UPD_C merged dst only");
	scene_end(&scene);
}

static void
marked_states_only(void **state)
{
	const struct watcher marked = {
	    .said = WATCH_SAID(WATCH_UPD_C_MARKED), .marks = 1, .on_said = said};
	struct scene scene;
	struct log log;
	uint32_t number;

	(void)state;
	meet(&scene, &log, "openbsd-6k", &marked);
	assert_int_equal(watch_mark(scene.r), 1);
	assert_int_equal(watch_mark(scene.r), 2);
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 150, 4, 250));
	told(&log, "");
	number = store_find(scene.r, 1, CA);
	watch_set_mark(scene.r, number, 1, true);
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 160, 4, 250));
	told(&log, "UPD_C");
	watch_set_mark(scene.r, number, 1, false);
	scene_say(&scene, A, scene_upd_c(1, CA, 4, 170, 4, 250));
	told(&log, "");
	scene_end(&scene);
}

static void
time_passes_once_a_second(void **state)
{
	const struct watcher clock = {.on_time = at_time};
	struct scene scene;
	struct log log;

	(void)state;
	meet(&scene, &log, "openbsd-6k", &clock);
	told(&log, "tick");
	for (int i = 0; i < 10; i++) {
		scene_wait(&scene, 0.3);
		scene_say(&scene, A, scene_upd_c(1, CA, 4, 150, 4, 250));
	}
	told(&log, "tick tick");
	scene_end(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_life_of_a_state),
	    cmocka_unit_test(requests_bulks_and_clears),
	    cmocka_unit_test(nothing_else_is_told),
	    cmocka_unit_test(marked_states_only),
	    cmocka_unit_test(time_passes_once_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
