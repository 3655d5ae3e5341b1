/*
 * coverage.c - could one firewall take over from another? (see coverage.h)
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "coverage.h"
#include "detectors.h"
#include "traffic.h"

/* Coverage over time is sampled at most so often, and only when so many
 * messages per state have passed that the walk is cheap beside them. */
#define SAMPLE_STEP_NS (10 * NS_PER_S)
#define SAMPLE_MESSAGES 8
/* Between the first so many firewalls. */
#define SAMPLE_NODES 4
/* Before all time; spans from it to any time fit. */
#define MADE_UNKNOWN INT64_C(-4000000000000000000)

struct samples {
	struct {
		int64_t time_ns;
		uint64_t states;
		uint64_t covered;
	} list[PFREPLAY_SAMPLES_MAX];
	size_t count;
};

struct coverage {
	struct samples samples[SAMPLE_NODES][SAMPLE_NODES];
	int64_t step_ns;
	int64_t last_ns;
	uint64_t last_messages;
};

static bool
is_tcp(const struct entry *entry)
{
	return entry->proto == 6;
}

static int64_t
made_ns(const struct pfreplay *r, const struct entry *entry)
{
	return entry->facts != 0 ? facts_at(&r->facts, entry->facts)->creation_ns : MADE_UNKNOWN;
}

bool
coverage_counts(const struct pfreplay *r, struct coverage_look *look)
{
	enum pfreplay_standing from = store_standing(r, look->from);

	if (from != PFREPLAY_ASSERTED && from != PFREPLAY_PREDICTED)
		return false;
	look->made_ns = made_ns(r, look->entry);
	if (look->to != NULL)
		return store_standing(r, look->to) != PFREPLAY_UNKNOWN;
	/* Just made, or hardly to live on: that is lag. */
	return r->now_ns - look->made_ns >= COVERAGE_LAG_NS &&
	       store_due_ns(r, look->from) - r->now_ns >= COVERAGE_LAG_NS;
}

/* How many bytes `to` is behind, 0 if it is ahead. */
static uint32_t
behind_bytes(const struct pfsync_peer *from, const struct pfsync_peer *to)
{
	uint32_t d = from->seqlo - to->seqlo;

	return d < UINT32_C(0x80000000) ? d : 0;
}

/* Both sides know a factor, and not the same. */
static bool
scale_differs(const struct pfsync_peer *from, const struct pfsync_peer *to)
{
	return from->wscale != to->wscale;
}

static bool
is_established(const struct peers *peers)
{
	return peers->src.state == PFSYNC_TCPS_ESTABLISHED &&
	       peers->dst.state == PFSYNC_TCPS_ESTABLISHED;
}

/*
 * A state with a route of its own whose record has no room for the interface:
 * the receiver takes the route from its rule, if it trusts its number, and that
 * needs equal rulesets (SEM 2.1, 2.2).
 */
static bool
loses_route(const struct pfreplay *r, const struct coverage_look *look)
{
	static const struct pfsync_addr none;
	const struct node *from = node_at(r, look->from->node), *to = node_at(r, look->to->node);
	const struct traits *traits;

	if (look->entry->facts == 0 || (look->to->bits & VIEW_STANDING) == PFREPLAY_ASSERTED)
		return false;
	traits = &facts_at(&r->facts, look->entry->facts)->shared->traits;
	if (traits->rt_ifname[0] != '\0' || memcmp(&traits->rt_addr, &none, sizeof(none)) == 0)
		return false;
	return from->has_cksum && to->has_cksum &&
	       memcmp(from->cksum, to->cksum, sizeof(from->cksum)) != 0;
}

static enum pfreplay_risk
risk_of_peers(const struct coverage_look *look)
{
	const struct peers *from = view_peers(look->entry, look->from);
	const struct peers *to = view_peers(look->entry, look->to);

	if (!is_tcp(look->entry) || !is_established(from))
		return PFREPLAY_RISK_COUNT;
	if (behind_bytes(&from->src, &to->src) > COVERAGE_WINDOW_BYTES ||
	    behind_bytes(&from->dst, &to->dst) > COVERAGE_WINDOW_BYTES)
		return PFREPLAY_RISK_WINDOW;
	if (to->src.state < PFSYNC_TCPS_ESTABLISHED || to->dst.state < PFSYNC_TCPS_ESTABLISHED)
		return PFREPLAY_RISK_LEVEL;
	if (from->src.seqdiff != to->src.seqdiff || from->dst.seqdiff != to->dst.seqdiff)
		return PFREPLAY_RISK_NAT;
	if (scale_differs(&from->src, &to->src) || scale_differs(&from->dst, &to->dst))
		return PFREPLAY_RISK_WSCALE;
	return PFREPLAY_RISK_COUNT;
}

enum pfreplay_risk
coverage_risk(const struct pfreplay *r, const struct coverage_look *look)
{
	enum pfreplay_risk risk = PFREPLAY_RISK_COUNT;

	if (look->to == NULL)
		return PFREPLAY_RISK_MISSING;
	/* The one that spoke last may be ahead for a moment. */
	if (!view_shares(look->entry, look->from, look->to) &&
	    r->now_ns - look->from->evidence_ns >= COVERAGE_LAG_NS)
		risk = risk_of_peers(look);
	if (risk == PFREPLAY_RISK_COUNT && loses_route(r, look))
		risk = PFREPLAY_RISK_ROUTE;
	return risk;
}

bool
coverage_is_pair(const struct pfreplay *r, size_t from, size_t to)
{
	const struct node *a = node_at(r, from), *b = node_at(r, to);

	return a != b && node_heard(a) && !node_is_hidden(b) &&
	       (node_heard(b) || b->address_count != 0);
}

/* What it refuses it lacks, whatever an answer on its way lets hope. */
static bool
is_refused(const struct pfreplay *r, const struct entry *entry, const struct view *view)
{
	return (view->bits & VIEW_STANDING) != PFREPLAY_ASSERTED &&
	       import_refused(r->divergence, node_at(r, view->node), entry->id, entry->creatorid);
}

void
coverage_walk(const struct pfreplay *r, size_t from, size_t to, coverage_fn *fn, void *user)
{
	const struct node *a = node_at(r, from), *b = node_at(r, to);

	for (uint32_t number = 1; number <= r->table.entries.used; number++) {
		struct entry *entry = table_entry(&r->table, number);
		struct coverage_look look = {.number = number, .entry = entry};

		if (!entry->live)
			continue;
		look.from = store_view(r, entry, a);
		if (look.from == NULL)
			continue;
		look.to = store_view(r, entry, b);
		if (look.to != NULL && is_refused(r, entry, look.to))
			look.to = NULL;
		if (coverage_counts(r, &look))
			fn(user, &look);
	}
}

/* --- coverage over time --------------------------------------------------- */

static void
coverage_begin(struct divergence *d, void *self)
{
	d->coverage = self;
	d->coverage->step_ns = SAMPLE_STEP_NS;
}

static void
count_one(void *user, const struct coverage_look *look)
{
	uint64_t *counts = user;

	counts[0]++;
	counts[1] += look->to != NULL;
}

/* Room for as many again, half as dense. */
static void
thin_out(struct coverage *coverage, size_t nodes)
{
	for (size_t a = 0; a < nodes; a++)
		for (size_t b = 0; b < nodes; b++) {
			struct samples *samples = &coverage->samples[a][b];
			size_t kept = 0;

			for (size_t i = 0; i < samples->count; i += 2)
				samples->list[kept++] = samples->list[i];
			samples->count = kept;
		}
	coverage->step_ns *= 2;
}

static void
coverage_time(struct divergence *d, void *self, int64_t now_ns)
{
	const struct pfreplay *r = d->r;
	struct coverage *coverage = self;
	size_t nodes = MIN(r->nodes.count, SAMPLE_NODES);
	bool full = false;

	if ((coverage->last_messages != 0 && now_ns - coverage->last_ns < coverage->step_ns) ||
	    r->totals.messages - coverage->last_messages <
		(uint64_t)SAMPLE_MESSAGES * r->table.entries.live)
		return;
	coverage->last_ns = now_ns;
	coverage->last_messages = r->totals.messages;
	for (size_t a = 0; a < nodes; a++)
		for (size_t b = 0; b < nodes; b++) {
			struct samples *samples = &coverage->samples[a][b];
			uint64_t counts[2] = {0, 0};

			if (!coverage_is_pair(r, a, b))
				continue;
			coverage_walk(r, a, b, count_one, counts);
			samples->list[samples->count].time_ns = now_ns;
			samples->list[samples->count].states = counts[0];
			samples->list[samples->count++].covered = counts[1];
			full = full || samples->count == PFREPLAY_SAMPLES_MAX;
		}
	if (full)
		thin_out(coverage, nodes);
}

const struct detector detector_coverage = {
    .bytes = sizeof(struct coverage),
    .begin = coverage_begin,
    .time = coverage_time,
};

/* --- a pair, out ---------------------------------------------------------- */

struct filling {
	const struct pfreplay *r;
	struct pfreplay_pair *pair;
};

static void
fill_one(void *user, const struct coverage_look *look)
{
	const struct filling *filling = user;
	struct pfreplay_pair *pair = filling->pair;
	bool established =
	    is_tcp(look->entry) && is_established(view_peers(look->entry, look->from));
	enum pfreplay_risk risk = coverage_risk(filling->r, look);

	pair->states++;
	pair->established += established;
	if (look->to != NULL) {
		pair->covered++;
		pair->presumed += !filling->r->divergence->limits.both_ends &&
				  (look->to->bits & VIEW_STANDING) != PFREPLAY_ASSERTED;
		pair->established_covered += established;
	} else if (established && look->made_ns != MADE_UNKNOWN &&
		   (pair->oldest_missing_ns == 0 || look->made_ns < pair->oldest_missing_ns))
		pair->oldest_missing_ns = look->made_ns;
	if (risk == PFREPLAY_RISK_COUNT)
		return;
	pair->at_risk[risk]++;
	if (pair->risk_count == PFREPLAY_PROOF_MAX)
		return;
	pair->risks[pair->risk_count].id = look->entry->id;
	pair->risks[pair->risk_count].creatorid = look->entry->creatorid;
	pair->risks[pair->risk_count++].risk = risk;
}

static void
fill_traffic(const struct pfreplay *r, struct pfreplay_pair *pair)
{
	const struct traffic *traffic = r->divergence->traffic;
	const struct lane *lane = traffic_lane(traffic, pair->from, pair->to);
	struct traffic_delays delays;

	if (lane == NULL)
		return;
	pair->packets = lane->packets;
	pair->silence_max_ns = lane->silence_max_ns;
	pair->silence_ns = r->now_ns - lane->last_ns;
	pair->acks_wanted = lane->acks_wanted;
	pair->acks_seen = lane->acks_seen;
	memcpy(pair->ack_counts, lane->ack_counts, sizeof(pair->ack_counts));
	pair->ack_sum_ns = lane->ack_sum_ns;
	traffic_delays(traffic, pair->from, pair->to, &delays);
	pair->ack_p50_ns = delays.p50_ns;
	pair->ack_p99_ns = delays.p99_ns;
	pair->ack_max_ns = delays.max_ns;
}

static void
fill_samples(const struct pfreplay *r, struct pfreplay_pair *pair)
{
	const struct samples *samples;

	if (pair->from >= SAMPLE_NODES || pair->to >= SAMPLE_NODES)
		return;
	samples = &r->divergence->coverage->samples[pair->from][pair->to];
	_Static_assert(sizeof(pair->samples) == sizeof(samples->list), "same type");
	memcpy(pair->samples, samples->list, sizeof(samples->list));
	pair->sample_count = samples->count;
}

/* States that one has, and nothing tells whether the other has them. */
static uint64_t
count_unknown(const struct pfreplay *r, size_t from, size_t to)
{
	uint64_t unknown = 0;

	for (uint32_t number = 1; number <= r->table.entries.used; number++) {
		struct entry *entry = table_entry(&r->table, number);
		const struct view *has, *may;

		if (!entry->live)
			continue;
		has = store_view(r, entry, node_at(r, from));
		may = store_view(r, entry, node_at(r, to));
		unknown += has != NULL && may != NULL &&
			   store_standing(r, has) <= PFREPLAY_PREDICTED &&
			   store_standing(r, may) == PFREPLAY_UNKNOWN && !is_refused(r, entry, may);
	}
	return unknown;
}

size_t
pfreplay_pair_count(const struct pfreplay *r)
{
	size_t count = 0;

	for (size_t from = 0; r->divergence != NULL && from < r->nodes.count; from++)
		for (size_t to = 0; to < r->nodes.count; to++)
			count += coverage_is_pair(r, from, to);
	return count;
}

bool
pfreplay_pair_at(struct pfreplay *r, size_t n, struct pfreplay_pair *pair)
{
	struct filling filling = {r, pair};

	memset(pair, 0, sizeof(*pair));
	if (r->divergence == NULL)
		return false;
	for (size_t from = 0; from < r->nodes.count; from++)
		for (size_t to = 0; to < r->nodes.count; to++) {
			if (!coverage_is_pair(r, from, to) || n-- != 0)
				continue;
			pair->from = from;
			pair->to = to;
			coverage_walk(r, from, to, fill_one, &filling);
			pair->unknown = count_unknown(r, from, to);
			fill_traffic(r, pair);
			fill_samples(r, pair);
			return true;
		}
	return false;
}
