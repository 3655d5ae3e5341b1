/*
 * tables.c - listings of several firewalls, compared (see tables.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "tables.h"

#include <stdlib.h>
#include <string.h>

#define NS_PER_S INT64_C(1000000000)
/* On its way from one to the other, and a second for ages that are cut off. */
#define YOUNG_S 2
/* The purge comes by within its interval (SEM 4.4). */
#define PURGE_S 11
#define LASTING_S 30
/* pf's window test drops what is further behind (SEM 5.3). */
#define WINDOW_BYTES 67035
#define LEVEL_ESTABLISHED 4
enum { PROTO_TCP = 6, NOT_THERE = -1 };

/* One state, and where it stands in each listing. */
struct row {
	int *at; /* index in the listing, NOT_THERE */
};

struct found {
	size_t row;
	size_t other; /* of DIFFERENCE_KEY: the row of the other id */
	uint64_t has;
	uint64_t lacks;
	const char *why;
};

struct tables {
	const struct listing *const *listings;
	size_t count;
	bool by_id;
	GArray *rows;   /* struct row */
	GArray *founds; /* struct found */
	const char **names;
	bool *apart_known;
	int64_t *later_ns;
	uint64_t same, young, never_travel, peers_differ;
	uint64_t *listed; /* by listing, without those that never travel */
	uint64_t *only_on;
	uint64_t *only_on_established;
	bool diverged;
	struct difference_list list;
};

static const struct pfctl_state *
state_at(const struct tables *tables, size_t n, int at)
{
	return &g_array_index(tables->listings[n]->read->states, struct pfctl_state, at);
}

/* ------------------------------------------------------------------------
 * Which states are the same
 */

/* Interfaces may be called otherwise on the other firewall; pf keeps the ends apart. */
static char *
key_of(const struct pfctl_state *state)
{
	struct pfsync_message message;

	pfctl_message(state, &message);
	return listing_key(&message);
}

static char *
name_of(const struct tables *tables, const struct pfctl_state *state)
{
	if (!tables->by_id)
		return key_of(state);
	return g_strdup_printf(
	    "%016" G_GINT64_MODIFIER "x/%08x", (guint64)state->id, state->creatorid);
}

static bool
travels(const struct pfctl_state *state)
{
	return state->proto != PFSYNC_IPPROTO && !state->no_sync;
}

static void
add_listing(struct tables *tables, GHashTable *by_name, size_t n)
{
	const GArray *states = tables->listings[n]->read->states;

	for (guint i = 0; i < states->len; i++) {
		const struct pfctl_state *state = state_at(tables, n, (int)i);
		gpointer number;
		struct row *row;
		char *name;

		if (!travels(state)) {
			tables->never_travel++;
			continue;
		}
		tables->listed[n]++;
		name = name_of(tables, state);
		number = g_hash_table_lookup(by_name, name);
		if (number == NULL) {
			struct row fresh = {.at = g_new(int, tables->count)};

			for (size_t k = 0; k < tables->count; k++)
				fresh.at[k] = NOT_THERE;
			g_array_append_val(tables->rows, fresh);
			number = GUINT_TO_POINTER(tables->rows->len);
			g_hash_table_insert(by_name, name, number);
		} else {
			g_free(name);
		}
		row = &g_array_index(tables->rows, struct row, GPOINTER_TO_UINT(number) - 1);
		/* Two with the same addresses, on two interfaces: one stands for both. */
		if (row->at[n] == NOT_THERE)
			row->at[n] = (int)i;
	}
}

/* ------------------------------------------------------------------------
 * How far apart they were taken
 */

static gint
by_size(gconstpointer a, gconstpointer b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Ages go on: of the states in common the median of how much more listing `n` shows. */
static void
find_apart(struct tables *tables, size_t n)
{
	const struct listing *first = tables->listings[0], *other = tables->listings[n];
	GArray *later = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (first->has_time && other->has_time && first->relative == other->relative) {
		tables->apart_known[n] = true;
		tables->later_ns[n] = other->time_ns - first->time_ns;
	}
	for (guint i = 0; !tables->apart_known[n] && i < tables->rows->len; i++) {
		const struct row *row = &g_array_index(tables->rows, struct row, i);
		const struct pfctl_state *a, *b;
		int64_t span_ns;

		if (row->at[0] == NOT_THERE || row->at[n] == NOT_THERE)
			continue;
		a = state_at(tables, 0, row->at[0]);
		b = state_at(tables, n, row->at[n]);
		if (!a->has_times || !b->has_times)
			continue;
		span_ns = ((int64_t)b->age_s - (int64_t)a->age_s) * NS_PER_S;
		g_array_append_val(later, span_ns);
	}
	if (later->len > 0) {
		g_array_sort(later, by_size);
		tables->apart_known[n] = true;
		tables->later_ns[n] = g_array_index(later, int64_t, later->len / 2);
	}
	g_array_free(later, TRUE);
}

/* Whole seconds from the one listing to the other: ages are no finer. */
static int64_t
seconds_between(const struct tables *tables, size_t from, size_t to)
{
	return (tables->later_ns[to] - tables->later_ns[from]) / NS_PER_S;
}

/* ------------------------------------------------------------------------
 * What differs
 */

static bool
is_established(const struct pfctl_state *state)
{
	return state->proto == PROTO_TCP && state->has_levels &&
	       state->src_state == LEVEL_ESTABLISHED && state->dst_state == LEVEL_ESTABLISHED;
}

static bool
is_lasting(const struct pfctl_state *state)
{
	return is_established(state) || (state->has_times && state->expires_s > LASTING_S);
}

/* May it have come, or gone, between the two listings, and a little around that? */
static bool
is_excused(const struct tables *tables, const struct pfctl_state *state, size_t has, size_t lacks)
{
	const int64_t between_s = seconds_between(tables, has, lacks);

	if (!state->has_times)
		return false;
	return (int64_t)state->age_s + between_s <= YOUNG_S ||
	       (int64_t)state->expires_s <= MAX(between_s, 0) + PURGE_S;
}

/* Nothing but the listings' own words, and the time between is accounted for. */
static bool
is_sure(const struct tables *tables, const struct pfctl_state *state, size_t has, size_t lacks)
{
	return state->has_times && tables->apart_known[has] && tables->apart_known[lacks];
}

static void
note(struct tables *tables, enum difference_kind kind, const struct pfctl_state *state, bool sure,
    const struct found *found)
{
	struct difference_rank rank = {.kind = kind,
	    .sure = sure,
	    .established = is_established(state),
	    .lasting = is_lasting(state),
	    .number = tables->founds->len};

	g_array_append_val(tables->founds, *found);
	g_array_append_val(tables->list.ranks, rank);
	tables->diverged = tables->diverged || rank.lasting;
	tables->peers_differ += kind == DIFFERENCE_PEERS;
}

/* How far `b` is behind `a`, around the end of the numbers. */
static bool
is_behind(uint32_t a, uint32_t b)
{
	const uint32_t gap = a - b;

	return gap < UINT32_C(0x80000000) && gap > WINDOW_BYTES;
}

/* Why `behind` could not go on for `ahead`; NULL if it could. */
static const char *
why_behind(const struct pfctl_state *ahead, const struct pfctl_state *behind)
{
	if (ahead->proto != PROTO_TCP || !is_established(ahead) || !behind->has_levels)
		return NULL;
	if (behind->src_state < LEVEL_ESTABLISHED || behind->dst_state < LEVEL_ESTABLISHED)
		return "level";
	if (!ahead->has_windows || !behind->has_windows)
		return NULL;
	if (ahead->src.seqdiff != behind->src.seqdiff || ahead->dst.seqdiff != behind->dst.seqdiff)
		return "nat";
	if (ahead->src.wscale != behind->src.wscale || ahead->dst.wscale != behind->dst.wscale)
		return "wscale";
	return is_behind(ahead->src.seqlo, behind->src.seqlo) ||
		       is_behind(ahead->dst.seqlo, behind->dst.seqlo)
		   ? "window"
		   : NULL;
}

/* Two that both have it. */
static bool
compare_peers(struct tables *tables, size_t row_number, size_t a, size_t b)
{
	const struct row *row = &g_array_index(tables->rows, struct row, row_number);
	const struct pfctl_state *ahead = state_at(tables, a, row->at[a]);
	const struct pfctl_state *behind = state_at(tables, b, row->at[b]);
	const char *why = why_behind(ahead, behind);

	if (why == NULL || is_excused(tables, ahead, a, b))
		return false;
	/* What flowed between the two puts the earlier listing behind: only of a later one
	 * it says something. */
	if (strcmp(why, "window") == 0 && seconds_between(tables, a, b) <= 0)
		return false;
	note(tables, DIFFERENCE_PEERS, ahead, is_sure(tables, ahead, a, b),
	    &(struct found){
		.row = row_number, .has = UINT64_C(1) << a, .lacks = UINT64_C(1) << b, .why = why});
	return true;
}

static size_t
first_of(const struct row *row, size_t count)
{
	size_t n = 0;

	while (n < count && row->at[n] == NOT_THERE)
		n++;
	return n;
}

/* Some have it, others lack it.  `others`: by addresses, the states that only they have. */
static void
judge_missing(struct tables *tables, size_t row_number, GHashTable *others)
{
	const struct row *row = &g_array_index(tables->rows, struct row, row_number);
	const size_t has = first_of(row, tables->count);
	const struct pfctl_state *state = state_at(tables, has, row->at[has]);
	struct found found = {.row = row_number, .why = ""};
	enum difference_kind kind = DIFFERENCE_MISSING;
	bool sure = true;

	for (size_t n = 0; n < tables->count; n++) {
		if (row->at[n] != NOT_THERE) {
			found.has |= UINT64_C(1) << n;
			continue;
		}
		if (is_excused(tables, state, has, n))
			continue;
		found.lacks |= UINT64_C(1) << n;
		sure = sure && is_sure(tables, state, has, n);
	}
	if (found.lacks == 0) {
		tables->young++;
		return;
	}
	if (others != NULL) {
		char *key = key_of(state);
		gpointer other = g_hash_table_lookup(others, key);

		g_free(key);
		/* Told once, of the one that comes first. */
		if (other != NULL && GPOINTER_TO_UINT(other) - 1 < row_number)
			return;
		if (other != NULL)
			kind = DIFFERENCE_KEY;
	}
	if (kind == DIFFERENCE_MISSING && (found.has & (found.has - 1)) == 0) {
		tables->only_on[has]++;
		tables->only_on_established[has] += is_established(state);
	}
	note(tables, kind, state, sure, &found);
}

static bool
is_everywhere(const struct tables *tables, const struct row *row)
{
	for (size_t n = 0; n < tables->count; n++) {
		if (row->at[n] == NOT_THERE)
			return false;
	}
	return true;
}

/* By addresses, the two rows that different firewalls have under different ids: for each
 * the other one.  NULL where there are no ids. */
static GHashTable *
index_other_ids(const struct tables *tables)
{
	GHashTable *by_key, *pairs;

	if (!tables->by_id)
		return NULL;
	by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < tables->rows->len; i++) {
		const struct row *row = &g_array_index(tables->rows, struct row, i);
		const size_t has = first_of(row, tables->count);
		gpointer known;
		char *key;

		if (is_everywhere(tables, row))
			continue;
		key = key_of(state_at(tables, has, row->at[has]));
		known = g_hash_table_lookup(by_key, key);
		if (known != NULL &&
		    g_array_index(tables->rows, struct row, GPOINTER_TO_UINT(known) - 1).at[has] ==
			NOT_THERE)
			g_hash_table_insert(pairs, g_strdup(key), known);
		g_hash_table_insert(by_key, key, GUINT_TO_POINTER(i + 1));
	}
	g_hash_table_destroy(by_key);
	return pairs;
}

static void
judge(struct tables *tables)
{
	GHashTable *others = index_other_ids(tables);

	for (guint i = 0; i < tables->rows->len; i++) {
		const struct row *row = &g_array_index(tables->rows, struct row, i);
		bool differs = false;

		if (!is_everywhere(tables, row)) {
			judge_missing(tables, i, others);
			continue;
		}
		for (size_t a = 0; a < tables->count && !differs; a++)
			for (size_t b = 0; b < tables->count && !differs; b++)
				differs = a != b && compare_peers(tables, i, a, b);
		tables->same += !differs;
	}
	if (others != NULL)
		g_hash_table_destroy(others);
}

/* ------------------------------------------------------------------------
 * In and out
 */

static void
get(void *self, size_t number, struct difference *difference)
{
	const struct tables *tables = self;
	const struct found *found = &g_array_index(tables->founds, struct found, number);
	const struct row *row = &g_array_index(tables->rows, struct row, found->row);
	size_t n = 0;

	while ((found->has >> n & 1) == 0)
		n++;
	pfctl_message(state_at(tables, n, row->at[n]), &difference->message);
	difference->has = found->has;
	difference->lacks = found->lacks;
	difference->why = found->why;
	difference->finding = 0;
}

struct tables *
tables_compare(const struct listing *const *listings, size_t count)
{
	struct tables *tables = g_new0(struct tables, 1);
	GHashTable *by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	tables->listings = listings;
	tables->count = count;
	tables->rows = g_array_new(FALSE, FALSE, sizeof(struct row));
	tables->founds = g_array_new(FALSE, FALSE, sizeof(struct found));
	tables->names = g_new0(const char *, count);
	tables->apart_known = g_new0(bool, count);
	tables->later_ns = g_new0(int64_t, count);
	tables->listed = g_new0(uint64_t, count);
	tables->only_on = g_new0(uint64_t, count);
	tables->only_on_established = g_new0(uint64_t, count);
	tables->list = (struct difference_list){
	    .ranks = g_array_new(FALSE, FALSE, sizeof(struct difference_rank)),
	    .names = tables->names,
	    .name_count = count,
	    .get = get,
	    .self = tables};
	tables->by_id = true;
	for (size_t n = 0; n < count; n++) {
		tables->names[n] = listings[n]->node;
		/* An empty listing has all the ids that it needs. */
		tables->by_id = tables->by_id && listings[n]->read->has_ids;
		if (!listings[n]->has_time || listings[n]->relative)
			continue;
		tables->list.moment_ns = MAX(tables->list.moment_ns, listings[n]->time_ns);
		tables->list.has_moment = true;
	}
	for (size_t n = 0; n < count; n++)
		add_listing(tables, by_name, n);
	tables->apart_known[0] = true;
	for (size_t n = 1; n < count; n++)
		find_apart(tables, n);
	judge(tables);
	tables->list.comparable = tables->list.compared = tables->rows->len - tables->young;
	difference_sort(&tables->list);
	g_hash_table_destroy(by_name);
	return tables;
}

void
tables_free(struct tables *tables)
{
	if (tables == NULL)
		return;
	for (guint i = 0; i < tables->rows->len; i++)
		g_free(g_array_index(tables->rows, struct row, i).at);
	g_array_free(tables->rows, TRUE);
	g_array_free(tables->founds, TRUE);
	g_array_free(tables->list.ranks, TRUE);
	g_free(tables->names);
	g_free(tables->apart_known);
	g_free(tables->later_ns);
	g_free(tables->listed);
	g_free(tables->only_on);
	g_free(tables->only_on_established);
	g_free(tables);
}

const struct difference_list *
tables_differences(const struct tables *tables)
{
	return &tables->list;
}

bool
tables_apart(const struct tables *tables, size_t n, int64_t *later_ns)
{
	*later_ns = tables->later_ns[n];
	return tables->apart_known[n];
}

uint64_t
tables_same(const struct tables *tables)
{
	return tables->same;
}

uint64_t
tables_young(const struct tables *tables)
{
	return tables->young;
}

uint64_t
tables_never_travel(const struct tables *tables)
{
	return tables->never_travel;
}

uint64_t
tables_listed(const struct tables *tables, size_t n)
{
	return tables->listed[n];
}

uint64_t
tables_only_on(const struct tables *tables, size_t n)
{
	return tables->only_on[n];
}

uint64_t
tables_only_on_established(const struct tables *tables, size_t n)
{
	return tables->only_on_established[n];
}

uint64_t
tables_peers_differ(const struct tables *tables)
{
	return tables->peers_differ;
}

bool
tables_diverged(const struct tables *tables)
{
	return tables->diverged;
}
