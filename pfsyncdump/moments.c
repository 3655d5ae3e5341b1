/*
 * moments.c - when a listing was taken (see moments.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "moments.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "pfevidence.h"
#include "proofs.h"
#include "walk.h"

#define NS_PER_S INT64_C(1000000000)
/* Ages are whole seconds on both sides, and a record may have waited for its packet. */
#define AGREE_NS (3 * NS_PER_S)
/* So many states must agree, and that part of those that both know. */
#define AGREE_MIN 3
#define AGREE_PERCENT 60

/* A state that the capture shows, and from when to when. */
struct life {
	int64_t from_ns;
	int64_t to_ns; /* INT64_MAX: no end was seen */
};

struct lives {
	GHashTable *by_id; /* "id/creatorid" -> struct life */
	GHashTable *by_key;
	int64_t begin_ns; /* of what the capture shows of states */
	int64_t end_ns;   /* of the capture */
};

static char *
id_of(const struct pfsync_message *message)
{
	return g_strdup_printf(
	    "%016" G_GINT64_MODIFIER "x/%08x", (guint64)message->id, message->creatorid);
}

static void
keep(GHashTable *table, char *name, const struct life *life)
{
	struct life *known = g_hash_table_lookup(table, name);

	/* Another firewall's half, or the same connection again: the whole span counts. */
	if (known == NULL) {
		g_hash_table_insert(table, name, g_memdup2(life, sizeof(*life)));
		return;
	}
	known->from_ns = MIN(known->from_ns, life->from_ns);
	known->to_ns = MAX(known->to_ns, life->to_ns);
	g_free(name);
}

/* All states whose records the capture shows. */
static void
gather(struct lives *lives, struct pfreplay *replay)
{
	struct pfreplay_mapping mapping;

	lives->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	lives->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	lives->begin_ns = lives->end_ns = pfreplay_now(replay);
	for (size_t n = 0; pfreplay_mapping_at(replay, n, &mapping); n++) {
		const struct life life = {
		    .from_ns = mapping.created_ns != 0 ? mapping.created_ns : mapping.first_ns,
		    .to_ns = mapping.ended_ns != 0 ? mapping.ended_ns : INT64_MAX};

		lives->begin_ns = MIN(lives->begin_ns, mapping.first_ns);
		keep(lives->by_id, id_of(&mapping.message), &life);
		keep(lives->by_key, listing_key(&mapping.message), &life);
	}
}

static void
clear(struct lives *lives)
{
	g_hash_table_destroy(lives->by_id);
	g_hash_table_destroy(lives->by_key);
}

/* Read the capture for that alone.  False if it cannot be. */
static bool
read_capture(const struct options *options, struct lives *lives)
{
	const struct capture_options capture_options = {.filter = options->filter};
	const struct pfreplay_options replay_options = {.unjudged = true,
	    .several_files = options->file_count > 1,
	    .names = options->names,
	    .name_count = options->name_count};
	const struct pfreplay_end everybody = {.af = PFSYNC_AF_UNSPEC};
	char error[CAPTURE_ERROR_MAX];
	const struct capture_packet *packet;
	const struct capture_problem *problem;
	enum capture_status status;
	struct report report = {.count = 0};
	struct report_summary *summary = g_new0(struct report_summary, 1);
	const char **names = g_new0(const char *, options->file_count);
	struct capture *capture =
	    capture_open(options->files, options->file_count, &capture_options, error);
	struct walk walk = {.report = &report,
	    .summary = summary,
	    .tap_names = names,
	    .dialect = options->dialect,
	    .senders = senders_new(options->names, options->name_count),
	    .replay = pfreplay_new(&replay_options)};
	const bool good = capture != NULL && walk.senders != NULL;

	pfreplay_mappings(walk.replay, &everybody);
	while (good && (status = capture_next(capture, &packet, &problem)) != CAPTURE_END) {
		if (status == CAPTURE_PACKET && !walk_packet(&walk, packet, 0))
			break;
	}
	gather(lives, walk.replay);
	capture_close(capture);
	senders_free(walk.senders);
	pfreplay_free(walk.replay);
	g_free(names);
	g_free(summary);
	return good;
}

static const struct life *
life_of(const struct lives *lives, const struct pfctl_state *state)
{
	struct pfsync_message message;
	const struct life *life;
	char *name;

	pfctl_message(state, &message);
	name = state->has_id ? id_of(&message) : listing_key(&message);
	life = g_hash_table_lookup(state->has_id ? lives->by_id : lives->by_key, name);
	g_free(name);
	return life;
}

/* ------------------------------------------------------------------------
 * By ages
 */

static gint
by_time(gconstpointer a, gconstpointer b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The median of when the states would be as old as they are listed. */
static bool
by_ages(const struct lives *lives, const struct pfctl_listing *listing, int64_t *time_ns)
{
	GArray *moments = g_array_new(FALSE, FALSE, sizeof(int64_t));
	guint agree = 0, known;

	for (guint i = 0; i < listing->states->len; i++) {
		const struct pfctl_state *state =
		    &g_array_index(listing->states, struct pfctl_state, i);
		const struct life *life = state->has_times ? life_of(lives, state) : NULL;
		int64_t moment_ns;

		/* Both ages are cut off to seconds, which on average cancels out. */
		if (life == NULL)
			continue;
		moment_ns = life->from_ns + (int64_t)state->age_s * NS_PER_S;
		g_array_append_val(moments, moment_ns);
	}
	known = moments->len;
	if (known > 0) {
		g_array_sort(moments, by_time);
		*time_ns = g_array_index(moments, int64_t, known / 2);
		for (guint i = 0; i < known; i++)
			agree += llabs(g_array_index(moments, int64_t, i) - *time_ns) <= AGREE_NS;
	}
	g_array_free(moments, TRUE);
	return agree >= AGREE_MIN && agree * 100 >= known * AGREE_PERCENT;
}

/* ------------------------------------------------------------------------
 * By what is there
 */

/* From then on the listing fits better, or worse. */
struct turn {
	int64_t time_ns;
	int by;
};

static gint
by_turn(gconstpointer a, gconstpointer b)
{
	const struct turn *x = a, *y = b;

	return (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
}

static void
add_turn(GArray *turns, int64_t time_ns, int by)
{
	const struct turn turn = {time_ns, by};

	if (time_ns != INT64_MAX)
		g_array_append_val(turns, turn);
}

/* The middle of the last stretch of time that fits best, unless the end fits as well. */
static bool
by_presence(const struct lives *lives, const struct pfctl_listing *listing, int64_t *time_ns)
{
	GHashTable *lives_of = listing->has_ids ? lives->by_id : lives->by_key;
	GHashTable *listed = g_hash_table_new(g_direct_hash, g_direct_equal);
	GArray *turns = g_array_new(FALSE, FALSE, sizeof(struct turn));
	int score = 0, best = 0;
	bool found = false;
	GHashTableIter iter;
	gpointer life;

	for (guint i = 0; i < listing->states->len; i++) {
		const struct life *known =
		    life_of(lives, &g_array_index(listing->states, struct pfctl_state, i));

		if (known != NULL)
			g_hash_table_add(listed, (gpointer)known);
	}
	g_hash_table_iter_init(&iter, lives_of);
	while (g_hash_table_iter_next(&iter, NULL, &life)) {
		const struct life *known = life;
		const int by = g_hash_table_contains(listed, known) ? 1 : -1;

		add_turn(turns, known->from_ns, by);
		add_turn(turns, known->to_ns, -by);
	}
	g_array_sort(turns, by_turn);
	for (guint i = 0; i < turns->len; i++) {
		const struct turn *turn = &g_array_index(turns, struct turn, i);
		const int64_t from_ns = MAX(turn->time_ns, lives->begin_ns);
		const int64_t until_ns = i + 1 < turns->len ? turn[1].time_ns : lives->end_ns;

		score += turn->by;
		if (score < best || until_ns <= from_ns)
			continue;
		best = score;
		*time_ns = from_ns + (until_ns - from_ns) / 2;
		/* After the last turn all stays as it is until the end. */
		found = i + 1 < turns->len;
	}
	found = found && g_hash_table_size(listed) >= AGREE_MIN;
	g_array_free(turns, TRUE);
	g_hash_table_destroy(listed);
	return found;
}

void
moments_find(const struct options *options, struct witness *witness)
{
	char error[CAPTURE_ERROR_MAX];
	struct lives lives;
	bool wanted = false;

	for (size_t i = 0; i < witness->listing_count; i++)
		wanted = wanted || !witness->listings[i].has_time;
	if (!wanted || !proofs_possible(options, error) || !read_capture(options, &lives))
		return;
	for (size_t i = 0; i < witness->listing_count; i++) {
		struct listing *listing = &witness->listings[i];

		if (listing->has_time)
			continue;
		if (by_ages(&lives, listing->read, &listing->time_ns))
			listing->placed = LISTING_BY_AGES;
		else if (by_presence(&lives, listing->read, &listing->time_ns))
			listing->placed = LISTING_BY_STATES;
		/* Ages are of whole seconds: within them it is of the end. */
		if (listing->placed != LISTING_AS_GIVEN &&
		    listing->time_ns <= lives.end_ns - AGREE_NS)
			listing->has_time = true;
		else
			listing->placed = LISTING_AS_GIVEN;
	}
	clear(&lives);
}
