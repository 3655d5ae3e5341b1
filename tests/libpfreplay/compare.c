/*
 * compare.c - a replayed table against a listing (see compare.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "compare.h"

#define NS_PER_S INT64_C(1000000000)
/* What is queued leaves within a second (SEM 3.2); another for good measure. */
#define FLIGHT_NS (2 * NS_PER_S)
#define FLUSH_NS (10 * NS_PER_S)

#define BIT(action) (1U << PFSYNC_ACT_##action)
#define DELETES (BIT(DEL) | BIT(DEL_C))
#define CREATES (BIT(INS) | BIT(UPD))
#define ANY (~0U)

const char *
reason_name(enum reason reason)
{
	static const char *const names[REASON_COUNT] = {"never travels", "in flight", "purge",
	    "lost", "outage", "flush", "unheard", "UNEXPLAINED"};

	return names[reason];
}

struct context {
	const struct pfreplay *r;
	const struct listing *listing;
	const struct history *history;
	const struct compare_options *options;
	struct comparison *result;
	int node;
	int64_t as_of_ns;
};

static bool
flushed_before(const struct context *c)
{
	return history_has(c->history->clears, ANY, c->as_of_ns - FLUSH_NS, c->as_of_ns);
}

/* Said after the listing what was true at it: queued for the next flush. */
static bool
follows(const struct context *c, const GArray *happenings, unsigned actions)
{
	return history_has(happenings, actions, c->as_of_ns, c->listing->latest_ns + FLIGHT_NS);
}

/* Said before the replay's time, but perhaps after the listing's. */
static bool
overtook(const struct context *c, const GArray *happenings, unsigned actions)
{
	return history_has(happenings, actions, c->listing->earliest_ns, c->as_of_ns);
}

static bool
is_new(const struct context *c, const GArray *happenings)
{
	return !history_has(happenings, ANY, INT64_MIN, c->as_of_ns);
}

static bool
lost(const struct context *c, uint64_t id, uint32_t creatorid)
{
	const GArray *here = history_of(c->history, id, creatorid), *there;

	if (c->options->elsewhere == NULL)
		return false;
	there = history_of(c->options->elsewhere, id, creatorid);
	return (there != NULL ? there->len : 0) != (here != NULL ? here->len : 0);
}

/*
 * A node that was down missed what was said then.  While the link is cut, and
 * until the bulk transfer after it, anything may differ.
 */
static bool
outage(const struct context *c, const GArray *happenings)
{
	for (size_t i = 0; i < c->options->outage_count; i++) {
		const struct outage *o = &c->options->outages[i];

		if (c->as_of_ns < o->from_ns)
			continue;
		if (o->node == NULL ? c->as_of_ns < o->to_ns
				    : strcmp(o->node, c->listing->node) == 0 &&
					  history_has(happenings, ANY, o->from_ns, o->to_ns))
			return true;
	}
	return false;
}

/*
 * Nothing but a DEL was ever said of it, and its node had been down: it asked
 * for a bulk transfer within seconds after it made the state.
 */
static bool
unheard(const struct context *c, const struct listed *row, const GArray *happenings)
{
	int64_t made_ns = c->as_of_ns - (int64_t)row->age_s * NS_PER_S;

	if (history_has(happenings, ~DELETES, INT64_MIN, INT64_MAX))
		return false;
	if (row->age_s >= 0)
		return history_has(
		    c->history->requests, ANY, made_ns - NS_PER_S, made_ns + FLIGHT_NS);
	/* Without an age: the request came just before the listing. */
	return history_has(c->history->requests, ANY, c->as_of_ns - FLIGHT_NS, c->as_of_ns);
}

static bool
never_travels(const struct context *c, int proto)
{
	return proto == PFSYNC_IPPROTO || proto == c->options->nosync_proto;
}

static enum reason
why_missing(const struct context *c, const struct listed *row)
{
	const GArray *happenings = history_of(c->history, row->id, row->creatorid);
	struct pfreplay_state state;

	if (never_travels(c, row->proto))
		return REASON_NEVER_TRAVELS;
	if ((is_new(c, happenings) && follows(c, happenings, CREATES)) ||
	    overtook(c, happenings, DELETES))
		return REASON_IN_FLIGHT;
	/* Replayed, but due for longer than the purge should take. */
	if (pfreplay_state_get(c->r, (size_t)c->node, row->id, row->creatorid, &state))
		return REASON_PURGE;
	if (lost(c, row->id, row->creatorid))
		return REASON_LOST;
	if (outage(c, happenings))
		return REASON_OUTAGE;
	if (flushed_before(c))
		return REASON_FLUSH;
	return unheard(c, row, happenings) ? REASON_UNHEARD : REASON_UNEXPLAINED;
}

static enum reason
why_extra(const struct context *c, const struct pfreplay_state *state)
{
	uint64_t id = state->message.id;
	uint32_t creatorid = state->message.creatorid;
	const GArray *happenings = history_of(c->history, id, creatorid);

	if (follows(c, happenings, DELETES) || overtook(c, happenings, BIT(INS)))
		return REASON_IN_FLIGHT;
	if (state->standing == PFREPLAY_DUE)
		return REASON_PURGE;
	if (lost(c, id, creatorid))
		return REASON_LOST;
	if (outage(c, happenings))
		return REASON_OUTAGE;
	return flushed_before(c) ? REASON_FLUSH : REASON_UNEXPLAINED;
}

/* Values that differ: a message about it was sent, or was to be sent. */
static enum reason
why_differs(const struct context *c, const struct pfreplay_state *state)
{
	uint64_t id = state->message.id;
	uint32_t creatorid = state->message.creatorid;
	const GArray *happenings = history_of(c->history, id, creatorid);

	if (never_travels(c, state->message.u.state.proto))
		return REASON_NEVER_TRAVELS;
	if (follows(c, happenings, ANY) || overtook(c, happenings, ANY))
		return REASON_IN_FLIGHT;
	if (state->standing == PFREPLAY_DUE)
		return REASON_PURGE;
	if (lost(c, id, creatorid))
		return REASON_LOST;
	return outage(c, happenings) ? REASON_OUTAGE : REASON_UNEXPLAINED;
}

static void
say(const struct context *c, const char *what, enum reason reason,
    const struct pfreplay_state *state, const struct listed *row)
{
	char line[512];
	const GArray *happenings;

	if (!c->options->verbose || reason != REASON_UNEXPLAINED)
		return;
	if (state != NULL) {
		pfsync_text_state(line, sizeof(line), &state->message);
		printf("    %s (%s): %016" PRIx64 "/%08" PRIx32
		       " %s, %s, evidence %.3f, due %.3f\n",
		    what, reason_name(reason), state->message.id, state->message.creatorid, line,
		    pfreplay_standing_name(state->standing), (double)state->evidence_ns / 1e9,
		    (double)state->due_ns / 1e9);
	}
	if (row != NULL)
		printf("    %s (%s): %016" PRIx64 "/%08" PRIx32
		       " listed proto %d %d:%d class %d %s\n",
		    what, reason_name(reason), row->id, row->creatorid, row->proto, row->src_state,
		    row->dst_state, row->timeout, row->keys);
	happenings = state != NULL
			 ? history_of(c->history, state->message.id, state->message.creatorid)
			 : history_of(c->history, row->id, row->creatorid);
	for (guint i = 0; happenings != NULL && i < happenings->len; i++) {
		const struct happening *h = &g_array_index(happenings, struct happening, i);

		printf("        %+.3f %s from .%u\n",
		    (double)(h->time_ns - c->listing->latest_ns) / 1e9,
		    pfsync_action_name(h->action), h->from.b[3]);
	}
}

static void
compare_values(
    const struct context *c, const struct pfreplay_state *state, const struct listed *row)
{
	struct comparison *result = c->result;
	const struct pfsync_state *values = &state->message.u.state;
	enum reason reason;
	char *keys;

	if (row->has_peers) {
		result->peers_compared++;
		if (values->src.state != row->src_state || values->dst.state != row->dst_state) {
			reason = why_differs(c, state);
			result->peers_differ[reason]++;
			say(c, "peers", reason, state, row);
		}
	}
	if (row->timeout >= 0) {
		result->classes_compared++;
		if (values->timeout != row->timeout) {
			reason = why_differs(c, state);
			result->classes_differ[reason]++;
			say(c, "class", reason, state, row);
		}
	}
	if (row->keys != NULL && !state->keyless) {
		keys = listing_keys(c->listing, &state->message);
		result->keys_compared++;
		if (strcmp(keys, row->keys) != 0) {
			result->keys_differ++;
			printf("    keys differ: \"%s\", listed \"%s\"\n", keys, row->keys);
		}
		g_free(keys);
	}
}

static bool
is_long_due(const struct context *c, const struct pfreplay_state *state)
{
	return pfreplay_now(c->r) - state->due_ns > c->options->purge_ns;
}

static void
from_replay(const struct context *c)
{
	struct pfreplay_cursor cursor = {.node = (size_t)c->node};
	struct pfreplay_state state;

	while (pfreplay_state_next(c->r, &cursor, &state)) {
		const struct listed *row =
		    listing_find(c->listing, state.message.id, state.message.creatorid);

		c->result->keyless += state.keyless;
		if (is_long_due(c, &state)) {
			c->result->long_due++;
			continue;
		}
		c->result->replayed++;
		if (row != NULL) {
			c->result->both++;
			compare_values(c, &state, row);
		} else {
			enum reason reason = why_extra(c, &state);

			c->result->extra[reason]++;
			c->result->asserted_extra[reason] += state.standing == PFREPLAY_ASSERTED;
			say(c, "extra", reason, &state, NULL);
		}
	}
}

static void
from_listing(const struct context *c)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, c->listing->rows);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const struct listed *row = key;
		struct pfreplay_state state;
		enum reason reason;

		if (pfreplay_state_get(c->r, (size_t)c->node, row->id, row->creatorid, &state) &&
		    !is_long_due(c, &state))
			continue;
		reason = why_missing(c, row);
		c->result->missing[reason]++;
		say(c, "missing", reason, NULL, row);
	}
}

void
compare(const struct pfreplay *r, const struct listing *listing, const struct history *history,
    const struct compare_options *options, struct comparison *result)
{
	struct context c = {r, listing, history, options, result,
	    pfreplay_node_by_name(r, listing->node), pfreplay_now(r)};

	memset(result, 0, sizeof(*result));
	result->listed = g_hash_table_size(listing->rows);
	if (c.node < 0)
		return;
	from_replay(&c);
	from_listing(&c);
}

static double
ratio(uint64_t part, uint64_t whole)
{
	return whole != 0 ? (double)part / (double)whole : 1.0;
}

double
comparison_recall(const struct comparison *result)
{
	return ratio(result->both, result->listed - result->missing[REASON_NEVER_TRAVELS] -
				       result->missing[REASON_IN_FLIGHT]);
}

double
comparison_precision(const struct comparison *result)
{
	return ratio(result->both, result->replayed - result->extra[REASON_IN_FLIGHT]);
}

static uint64_t
undeterminable(const uint64_t *counts)
{
	return counts[REASON_NEVER_TRAVELS] + counts[REASON_IN_FLIGHT] + counts[REASON_LOST] +
	       counts[REASON_OUTAGE] + counts[REASON_UNHEARD];
}

void
determinable_add(struct determinable *sum, const struct comparison *result)
{
	sum->both += result->both;
	sum->listed += result->listed - undeterminable(result->missing);
	sum->replayed += result->replayed - undeterminable(result->extra);
	for (int i = 0; i < REASON_COUNT; i++)
		sum->asserted_wrong += result->asserted_extra[i];
	sum->asserted_wrong -= undeterminable(result->asserted_extra);
}
