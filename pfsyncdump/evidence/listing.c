/*
 * listing.c - state tables as the firewalls listed them, against the replay.
 *
 * SPDX-License-Identifier: ISC
 */
#include "listing.h"

#include <errno.h>
#include <string.h>

#include "pfverdict.h"

/* Sent with the next flush at the latest, and some (SEM 3.2, 7.5). */
#define YOUNG_NS INT64_C(2000000000)
/* The purge comes by within its interval (SEM 4.4). */
#define PURGE_NS INT64_C(11000000000)

bool
listing_load(struct listing *listing, char error[LINES_ERROR_MAX])
{
	struct lines *lines = g_new0(struct lines, 1);

	lines->name = listing->path;
	errno = 0;
	lines->stream = fopen(listing->path, "r");
	if (lines->stream == NULL)
		lines_fail_file(lines, strerror(errno));
	else
		listing->read = pfctl_read(lines);
	if (lines->stream != NULL)
		fclose(lines->stream);
	g_strlcpy(error, lines->error, LINES_ERROR_MAX);
	g_free(lines);
	return listing->read != NULL;
}

/* ------------------------------------------------------------------------
 * What is the same
 */

/* The first line as pfctl prints it, next hops left out; to be freed. */
static char *
line_of(const struct pfsync_message *message)
{
	struct pfsync_message copy = *message;
	char text[LISTING_TEXT_MAX];

	/* Not all systems show them. */
	copy.has.bits[PFSYNC_F_RT_ADDR / 64] &= ~(UINT64_C(1) << PFSYNC_F_RT_ADDR % 64);
	pfsync_text_state(text, sizeof(text), &copy);
	return g_strdup(text);
}

/* That up to the states of the peers: what both tables name a state by. */
static char *
keys_of(const struct pfsync_message *message)
{
	char *line = line_of(message);
	char *gap = strstr(line, "       ");

	if (gap != NULL)
		*gap = '\0';
	return line;
}

char *
listing_key(const struct pfsync_message *message)
{
	char *keys = keys_of(message), *from = strchr(keys, ' ');

	if (from != NULL)
		memmove(keys, from, strlen(from) + 1);
	return keys;
}

/* A key for hash tables: id and creatorid, or addresses where no ids are listed. */
static char *
name_of(const struct listing *listing, const struct pfsync_message *message)
{
	if (!listing->read->has_ids)
		return keys_of(message);
	return g_strdup_printf("%016" G_GINT64_MODIFIER "x/%08x", message->id, message->creatorid);
}

/* ------------------------------------------------------------------------
 * Differences
 */

static void
add_example(struct listing *listing, enum listing_difference kind,
    const struct pfsync_message *message, const char *reason)
{
	struct listing_example *example;
	char *line;

	if (listing->example_count == LISTING_EXAMPLES_MAX)
		return;
	example = &listing->examples[listing->example_count++];
	line = line_of(message);
	example->kind = kind;
	example->has_id = pfsync_has(message, PFSYNC_F_ID);
	example->id = message->id;
	example->creatorid = message->creatorid;
	g_strlcpy(example->text, line, sizeof(example->text));
	example->reason = reason;
	g_free(line);
}

static void
compare_state(
    struct listing *listing, const struct pfctl_state *listed, const struct pfreplay_state *state)
{
	const struct pfsync_message *message = &state->message;
	struct pfsync_message other;
	char *a, *b;

	pfctl_message(listed, &other);
	if (!state->keyless && listing->read->has_ids) {
		a = keys_of(&other);
		b = keys_of(message);
		if (strcmp(a, b) != 0) {
			listing->keys_differ++;
			add_example(listing, LISTING_KEYS, &other, "");
		}
		g_free(a);
		g_free(b);
	}
	if (!listed->has_levels || !pfsync_has(message, PFSYNC_F_SRC_STATE) ||
	    !pfsync_has(message, PFSYNC_F_DST_STATE))
		return;
	listing->peers_compared++;
	if (listed->src_state == message->u.state.src.state &&
	    listed->dst_state == message->u.state.dst.state)
		return;
	listing->peers_differ++;
	add_example(listing, LISTING_PEERS, &other,
	    listing->time_ns - state->evidence_ns < YOUNG_NS ? "just changed" : "");
}

static void
count_extra(struct listing *listing, const struct pfreplay_state *state)
{
	const char *reason = "";

	listing->extra++;
	/* An insert may be on its way.  An update is no excuse: a connection in
	 * use is updated all the time. */
	if (!state->keyless && (int64_t)state->message.u.state.creation_s * 1000000000 < YOUNG_NS)
		reason = "just made";
	else if (state->due_ns - listing->time_ns < PURGE_NS)
		reason = "about to expire";
	if (reason[0] != '\0')
		listing->extra_young++;
	add_example(listing, LISTING_EXTRA, &state->message, reason);
}

static void
count_missing(struct listing *listing, struct pfreplay *replay, size_t node,
    const struct pfctl_state *listed, int64_t began_ns)
{
	const int64_t age_ns = (int64_t)listed->age_s * 1000000000;
	struct pfsync_message message;
	const char *reason = "";

	pfctl_message(listed, &message);
	listing->missing++;
	if (listed->has_times && listing->time_ns - age_ns <= began_ns) {
		listing->missing_older++;
		reason = "older than the capture";
		if (pfreplay_seed(replay, node, &message, listing->time_ns))
			listing->adopted++;
	} else if (listed->has_times && age_ns < YOUNG_NS) {
		listing->missing_young++;
		reason = "just made";
	}
	add_example(listing, LISTING_MISSING, &message, reason);
}

/* Listed states by name; GUINT_TO_POINTER(index + 1).  pfsync's own are left out. */
static GHashTable *
index_listed(struct listing *listing)
{
	GHashTable *by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct pfsync_message message;

	for (guint i = 0; i < listing->read->states->len; i++) {
		const struct pfctl_state *listed =
		    &g_array_index(listing->read->states, struct pfctl_state, i);

		if (listed->proto == PFSYNC_IPPROTO) {
			listing->never_travels++;
			continue;
		}
		pfctl_message(listed, &message);
		g_hash_table_insert(by_name, name_of(listing, &message), GUINT_TO_POINTER(i + 1));
	}
	listing->listed = g_hash_table_size(by_name);
	return by_name;
}

/* What other firewalls have of what this one lists, by id or else by addresses. */
static void
find_elsewhere(
    struct listing *listing, const struct pfreplay *replay, GHashTable *missing, GArray *found)
{
	struct pfreplay_cursor cursor = {.node = PFREPLAY_ALL_NODES};
	struct pfreplay_state state;

	if (g_hash_table_size(missing) == 0)
		return;
	while (pfreplay_state_next(replay, &cursor, &state)) {
		char *name = name_of(listing, &state.message);

		if (g_hash_table_contains(missing, name))
			g_array_append_val(found, state.message);
		g_free(name);
	}
}

/* From here on the firewall's own word counts. */
static void
believe(const struct listing *listing, struct pfreplay *replay, size_t node, const GArray *listed)
{
	pfreplay_listing_begin(replay, node, listing->time_ns);
	for (guint i = 0; i < listed->len; i++) {
		const struct pfsync_message *message =
		    &g_array_index(listed, struct pfsync_message, i);

		pfreplay_listing_state(replay, message->id, message->creatorid);
	}
	pfreplay_listing_end(replay);
}

static void
compare(struct listing *listing, struct pfreplay *replay, size_t node, int64_t began_ns)
{
	GHashTable *by_name = index_listed(listing);
	GArray *listed = g_array_new(FALSE, FALSE, sizeof(struct pfsync_message));
	struct pfreplay_cursor cursor = {.node = node};
	struct pfreplay_state state;
	GHashTableIter iter;
	gpointer value;

	while (pfreplay_state_next(replay, &cursor, &state)) {
		char *name = name_of(listing, &state.message);
		guint at = GPOINTER_TO_UINT(g_hash_table_lookup(by_name, name));
		const bool claimed =
		    state.standing == PFREPLAY_ASSERTED || state.standing == PFREPLAY_PREDICTED;

		listing->replayed += claimed;
		if (at != 0) {
			listing->both++;
			g_array_append_val(listed, state.message);
			compare_state(listing,
			    &g_array_index(listing->read->states, struct pfctl_state, at - 1),
			    &state);
			g_hash_table_remove(by_name, name);
		} else if (claimed) {
			count_extra(listing, &state);
		}
		g_free(name);
	}
	g_hash_table_iter_init(&iter, by_name);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		count_missing(listing, replay, node,
		    &g_array_index(
			listing->read->states, struct pfctl_state, GPOINTER_TO_UINT(value) - 1),
		    began_ns);
	/* Those just taken over are among them. */
	find_elsewhere(listing, replay, by_name, listed);
	g_hash_table_destroy(by_name);
	believe(listing, replay, node, listed);
	g_array_free(listed, TRUE);
}

static void
seed(struct listing *listing, struct pfreplay *replay, size_t node)
{
	struct pfsync_message message;

	listing->seeds = true;
	for (guint i = 0; i < listing->read->states->len; i++) {
		const struct pfctl_state *listed =
		    &g_array_index(listing->read->states, struct pfctl_state, i);

		if (listed->proto == PFSYNC_IPPROTO) {
			listing->never_travels++;
			continue;
		}
		listing->listed++;
		pfctl_message(listed, &message);
		if (pfreplay_seed(replay, node, &message, listing->time_ns))
			listing->adopted++;
	}
}

static void
compare_identity(struct listing *listing, struct pfreplay *replay, size_t index)
{
	struct pfreplay_node node;

	if (!pfreplay_node_get(replay, index, &node))
		return;
	listing->hostid_known = listing->read->has_hostid && node.creatorid_count > 0;
	for (size_t i = 0; i < node.creatorid_count; i++)
		listing->hostid_agrees =
		    listing->hostid_agrees || node.creatorids[i] == listing->read->hostid;
	listing->cksum_known = listing->read->has_cksum && node.has_cksum;
	listing->cksum_agrees = memcmp(node.cksum, listing->read->cksum, sizeof(node.cksum)) == 0;
}

void
listing_apply(struct listing *listing, struct pfreplay *replay, int64_t began_ns)
{
	const bool first = listing->time_ns <= began_ns;
	int node = first ? pfreplay_node_known(replay, listing->node)
			 : pfreplay_node_by_name(replay, listing->node);

	listing->done = true;
	listing->no_node = node < 0;
	if (node < 0)
		return;
	if (first) {
		seed(listing, replay, (size_t)node);
		return;
	}
	pfreplay_advance(replay, listing->time_ns);
	compare_identity(listing, replay, (size_t)node);
	compare(listing, replay, (size_t)node, began_ns);
}

double
listing_precision(const struct listing *listing)
{
	uint64_t wrong = listing->extra - listing->extra_young;

	return listing->both + wrong > 0 ? (double)listing->both / (double)(listing->both + wrong)
					 : 1;
}

double
listing_recall(const struct listing *listing)
{
	uint64_t wrong = listing->missing - listing->missing_older - listing->missing_young;

	return listing->both + wrong > 0 ? (double)listing->both / (double)(listing->both + wrong)
					 : 1;
}

void
listing_clear(struct listing *listing)
{
	pfctl_free(listing->read);
	listing->read = NULL;
}
