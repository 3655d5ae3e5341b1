/*
 * tally.c - how much of what a replay says of two firewalls is so (see tally.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tally.h"

#define NS_PER_S INT64_C(1000000000)
/* What is queued leaves within a second; another for the end of the listing. */
#define FLIGHT_NS (2 * NS_PER_S)

#define BIT(action) (1U << PFSYNC_ACT_##action)
#define ENDS (BIT(DEL) | BIT(DEL_C))
#define ANY (~0U)

const char *
tally_field_name(enum tally_field field)
{
	static const char *const names[TALLY_FIELDS] = {"levels", "seqlo", "ts_mod", "keys", "rule",
	    "nat_rule", "flags", "tag", "ifname", "orig_ifname", "class", "expire"};

	return names[field];
}

double
share_value(const struct share *share)
{
	return share->all != 0 ? (double)share->right / (double)share->all : 1.0;
}

double
tally_least_field(const struct tally *tally)
{
	double least = 1.0;

	for (int i = TALLY_RULE; i < TALLY_FIELDS; i++)
		if (share_value(&tally->fields[i]) < least)
			least = share_value(&tally->fields[i]);
	return least;
}

struct context {
	struct tally *tally;
	const struct tally_side *side;
	const struct tally_options *options;
	int node;
};

static bool
follows(const struct tally_side *side, uint64_t id, uint32_t creatorid, unsigned actions)
{
	int64_t at_ns = side->listing->latest_ns;

	return history_has(
	    history_of(side->history, id, creatorid), actions, at_ns, at_ns + FLIGHT_NS);
}

static void
say(const struct context *c, const char *what, const struct pfsync_message *message,
    const char *value, const char *listed)
{
	char line[512];

	if (!c->options->verbose)
		return;
	pfsync_text_state(line, sizeof(line), message);
	printf("    %s %s %s: %016" PRIx64 "/%08" PRIx32 " %s: %s, listed %s\n",
	    c->side->listing->node, c->side->listing->label, what, message->id, message->creatorid,
	    line, value, listed);
}

static void
agree(const struct context *c, enum tally_field field, const struct pfreplay_state *state,
    bool right, int64_t value, int64_t listed)
{
	struct share *share = &c->tally->fields[field];
	char a[24], b[24];

	/* What it was about to say of itself cannot be known. */
	if (!right && follows(c->side, state->message.id, state->message.creatorid, ANY))
		return;
	share->all++;
	share->right += right;
	if (right || !c->options->verbose)
		return;
	snprintf(a, sizeof(a), "%" PRId64, value);
	snprintf(b, sizeof(b), "%" PRId64, listed);
	say(c, tally_field_name(field), &state->message, a, b);
}

static void
agree_number(const struct context *c, enum tally_field field, const struct pfreplay_state *state,
    int64_t value, int64_t listed)
{
	agree(c, field, state, value == listed, value, listed);
}

static void
agree_name(const struct context *c, enum tally_field field, const struct pfreplay_state *state,
    const char *value, const char *listed)
{
	agree(c, field, state, strcmp(value, listed) == 0, 0, 0);
}

/* Numbers of rules: none is -1. */
static int64_t
rule_of(uint32_t number)
{
	return number == PFSYNC_RULE_NONE ? -1 : (int64_t)number;
}

static void
agree_scrub(const struct context *c, const struct pfreplay_state *state,
    const struct pfsync_peer *peer, bool has, uint32_t listed)
{
	if (has || listed != 0)
		agree_number(c, TALLY_SCRUB, state, has ? peer->ts_mod : 0, listed);
}

static void
compare_rest(const struct context *c, const struct pfreplay_state *state, const struct listed *row)
{
	const struct pfsync_message *m = &state->message;
	const struct pfsync_state *s = &m->u.state;

	if (!row->has_rest)
		return;
	if (s->proto == 6)
		agree(c, TALLY_SEQ, state,
		    s->src.seqlo == row->src_seqlo && s->dst.seqlo == row->dst_seqlo, s->src.seqlo,
		    row->src_seqlo);
	agree_scrub(c, state, &s->src, pfsync_has(m, PFSYNC_F_SRC_TS_MOD), row->src_ts_mod);
	agree_scrub(c, state, &s->dst, pfsync_has(m, PFSYNC_F_DST_TS_MOD), row->dst_ts_mod);
	agree(c, TALLY_EXPIRE, state, abs((int)s->expire_s - row->expire_s) <= 1, s->expire_s,
	    row->expire_s);
	if (pfsync_has(m, PFSYNC_F_RULE))
		agree_number(c, TALLY_RULE, state, rule_of(s->rule), row->rule);
	if (pfsync_has(m, PFSYNC_F_NAT_RULE))
		agree_number(c, TALLY_NAT_RULE, state, rule_of(s->nat_rule), row->nat_rule);
	if (pfsync_has(m, PFSYNC_F_STATE_FLAGS))
		agree_number(c, TALLY_FLAGS, state, s->state_flags, row->flags);
	if (pfsync_has(m, PFSYNC_F_TAGNAME))
		agree_number(c, TALLY_TAG, state, s->tagname[0] != '\0', row->tagged);
	if (pfsync_has(m, PFSYNC_F_IFNAME))
		agree_name(c, TALLY_IFNAME, state, s->ifname, row->ifname);
	if (pfsync_has(m, PFSYNC_F_ORIG_IFNAME))
		agree_name(c, TALLY_ORIG_IFNAME, state, s->orig_ifname, row->orig_ifname);
}

static void
compare_fields(
    const struct context *c, const struct pfreplay_state *state, const struct listed *row)
{
	const struct pfsync_state *s = &state->message.u.state;
	char *keys;

	agree(c, TALLY_STATE, state,
	    s->src.state == row->src_state && s->dst.state == row->dst_state,
	    s->src.state * 100 + s->dst.state, row->src_state * 100 + row->dst_state);
	agree_number(c, TALLY_CLASS, state, s->timeout, row->timeout);
	if (state->keyless)
		return;
	keys = listing_keys(c->side->listing, &state->message);
	agree_name(c, TALLY_KEYS, state, keys, row->keys);
	g_free(keys);
	compare_rest(c, state, row);
}

/* Is it claimed to be on this side? */
static bool
is_claimed(const struct pfreplay_state *state)
{
	return state->standing == PFREPLAY_ASSERTED || state->standing == PFREPLAY_PREDICTED;
}

static void
count_presence(const struct context *c, const struct pfreplay_state *state, bool there)
{
	struct tally *tally = c->tally;
	struct share *share =
	    state->standing == PFREPLAY_ASSERTED ? &tally->asserted : &tally->predicted;

	if (state->standing == PFREPLAY_DUE || state->standing == PFREPLAY_UNKNOWN) {
		tally->due += state->standing == PFREPLAY_DUE;
		tally->unknown += state->standing == PFREPLAY_UNKNOWN;
		return;
	}
	if (!there && follows(c->side, state->message.id, state->message.creatorid, ENDS)) {
		tally->in_flight++;
		return;
	}
	share->all++;
	share->right += there;
	if (!there)
		say(c, "not there", &state->message, pfreplay_standing_name(state->standing), "no");
}

/* A state that this side is said to have and the other not. */
static void
count_difference(const struct context *c, const struct tally_side *other,
    const struct pfreplay_state *state, bool there)
{
	struct pfreplay_state theirs;
	uint64_t id = state->message.id;
	uint32_t creatorid = state->message.creatorid;
	int node = pfreplay_node_by_name(other->r, other->listing->node);
	bool right;

	if (node < 0 || !is_claimed(state) ||
	    pfreplay_state_get(other->r, (size_t)node, id, creatorid, &theirs))
		return;
	right = there && listing_find(other->listing, id, creatorid) == NULL;
	if (!right &&
	    (follows(c->side, id, creatorid, ANY) || follows(other, id, creatorid, ANY))) {
		c->tally->in_flight++;
		return;
	}
	c->tally->differences.all++;
	c->tally->differences.right += right;
	if (!right)
		say(c, "difference", &state->message, "said to be here only",
		    there ? "on both" : "not here");
}

static void
from_replay(const struct context *c, const struct tally_side *other)
{
	struct pfreplay_cursor cursor = {.node = (size_t)c->node};
	struct pfreplay_state state;

	while (pfreplay_state_next(c->side->r, &cursor, &state)) {
		const struct listed *row =
		    listing_find(c->side->listing, state.message.id, state.message.creatorid);

		count_presence(c, &state, row != NULL);
		if (row != NULL && is_claimed(&state))
			compare_fields(c, &state, row);
		if (other->listing != NULL)
			count_difference(c, other, &state, row != NULL);
	}
}

static void
from_listing(const struct context *c)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, c->side->listing->rows);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const struct listed *row = key;
		struct pfreplay_state state;

		/* pfsync's own never travel, nor what a no-sync rule made. */
		if (row->proto == PFSYNC_IPPROTO ||
		    history_of(c->side->history, row->id, row->creatorid) == NULL)
			continue;
		if (c->node >= 0 && pfreplay_state_get(c->side->r, (size_t)c->node, row->id,
					row->creatorid, &state)) {
			c->tally->listed++;
			continue;
		}
		if (follows(c->side, row->id, row->creatorid, BIT(INS) | BIT(UPD))) {
			c->tally->in_flight++;
			continue;
		}
		c->tally->listed++;
		c->tally->missed++;
		if (c->options->verbose)
			printf("    %s %s missed: %016" PRIx64 "/%08" PRIx32
			       " proto %d %d:%d class %d rule %d %s\n",
			    c->side->listing->node, c->side->listing->label, row->id,
			    row->creatorid, row->proto, row->src_state, row->dst_state,
			    row->timeout, row->rule, row->keys);
	}
}

void
tally_add(struct tally *tally, const struct tally_side *side, const struct tally_side *other,
    const struct tally_options *options)
{
	const struct context c = {
	    tally, side, options, pfreplay_node_by_name(side->r, side->listing->node)};

	if (c.node >= 0)
		from_replay(&c, other);
	from_listing(&c);
}

static void
add_share(struct share *sum, const struct share *share)
{
	sum->right += share->right;
	sum->all += share->all;
}

void
tally_sum(struct tally *sum, const struct tally *tally)
{
	add_share(&sum->asserted, &tally->asserted);
	add_share(&sum->predicted, &tally->predicted);
	add_share(&sum->differences, &tally->differences);
	sum->listed += tally->listed;
	sum->missed += tally->missed;
	sum->unknown += tally->unknown;
	sum->due += tally->due;
	sum->in_flight += tally->in_flight;
	for (int i = 0; i < TALLY_FIELDS; i++)
		add_share(&sum->fields[i], &tally->fields[i]);
}

void
tally_print(const char *name, const struct tally *tally)
{
	printf("%s: asserted %" PRIu64 "/%" PRIu64 " right, predicted %" PRIu64 "/%" PRIu64
	       ", missed %" PRIu64 "/%" PRIu64 ", differences %" PRIu64 "/%" PRIu64
	       "; unknown %" PRIu64 ", due %" PRIu64 ", in flight %" PRIu64 "\n ",
	    name, tally->asserted.right, tally->asserted.all, tally->predicted.right,
	    tally->predicted.all, tally->missed, tally->listed, tally->differences.right,
	    tally->differences.all, tally->unknown, tally->due, tally->in_flight);
	for (int i = 0; i < TALLY_FIELDS; i++)
		if (tally->fields[i].all != 0)
			printf(" %s %" PRIu64 "/%" PRIu64, tally_field_name((enum tally_field)i),
			    tally->fields[i].right, tally->fields[i].all);
	printf("\n");
}
