/*
 * checksum.c - different rules: D-09.
 *
 * SPDX-License-Identifier: ISC
 *
 * A ruleset that is being reloaded differs for a while; all-zero is how OpenBSD
 * 7.4 and later say "not available" (SEM 2.1).
 */
#include <string.h>

#include "detectors.h"
#include "families/rules.h"

/* Rulesets of a pair are loaded within this. */
#define RELOAD_NS (60 * NS_PER_S)
/* Shorter than that, but the whole capture long: worth a word. */
#define NEVER_EQUAL_NS (20 * NS_PER_S)

static const struct finding_kind kind = {
    .number = 9,
    .sentence = "%a and %b run different rules (their ruleset checksums differ) for %<apart_ns>: "
		"states that come from the other are bound to the default rule, without the "
		"rule's timeouts, queues, limits and routes.",
    .advice = "Load the same rules on both and compare pfctl -si -v | grep Checksum. Interface "
	      "names must be equal, too, because rules are expanded with them.",
};

struct pair {
	int64_t since_ns; /* they differ since; 0 = they do not */
	uint64_t evidence;
	bool were_equal;
};

struct checksum {
	struct pair pairs[PFREPLAY_NODES_MAX][PFREPLAY_NODES_MAX]; /* lower index first */
};

static bool
has_one(const struct node *node)
{
	static const uint8_t zero[16];

	return node_heard(node) && node->has_cksum && memcmp(node->cksum, zero, sizeof(zero)) != 0;
}

static void
note(const struct divergence *d, struct findings *findings, size_t a, size_t b,
    const struct pair *pair, int64_t until_ns)
{
	int64_t apart_ns = until_ns - pair->since_ns;
	struct sighting sighting = {.kind = &kind,
	    .node = node_at(d->r, a),
	    .other = node_at(d->r, b),
	    .severity = PFREPLAY_MEDIUM,
	    .time_ns = pair->since_ns,
	    .evidence = pair->evidence};
	struct finding *finding;

	/* Of another version nothing is taken anyway (D-01). */
	if (sighting.node->rules->version != sighting.other->rules->version)
		return;
	if (apart_ns < RELOAD_NS) {
		/* Of three, the one that differs is another cluster's (D-22). */
		if (pair->were_equal || apart_ns < NEVER_EQUAL_NS || d->r->nodes.senders > 2)
			return;
		sighting.severity = PFREPLAY_LOW;
	}
	finding = findings_note(findings, &sighting);
	finding_max(finding, "apart_ns", apart_ns);
	if (finding != NULL && until_ns > finding->last_ns)
		finding->last_ns = until_ns;
}

static void
compare(struct divergence *d, struct checksum *checksum, size_t a, size_t b)
{
	struct pair *pair = &checksum->pairs[a][b];
	const struct node *x = node_at(d->r, a), *y = node_at(d->r, b);

	if (!has_one(x) || !has_one(y))
		return;
	if (memcmp(x->cksum, y->cksum, sizeof(x->cksum)) == 0) {
		if (pair->since_ns != 0)
			note(d, &d->live, a, b, pair, d->r->open.time_ns);
		pair->since_ns = 0;
		pair->were_equal = true;
	} else if (pair->since_ns == 0) {
		pair->since_ns = d->r->open.time_ns;
		pair->evidence = d->r->open.evidence;
	}
}

static void
checksum_node(struct divergence *d, void *self, const struct watch_node *node)
{
	struct checksum *checksum = self;
	size_t me = node->node->index;

	if (node->kind == WATCH_NODE_JOINED) {
		for (size_t n = 0; n < PFREPLAY_NODES_MAX; n++)
			checksum->pairs[MIN(n, node->other->index)][MAX(n, node->other->index)] =
			    (struct pair){0};
		return;
	}
	if (node->kind != WATCH_NODE_CKSUM)
		return;
	for (size_t n = 0; n < d->r->nodes.count; n++)
		if (n != me)
			compare(d, checksum, MIN(n, me), MAX(n, me));
}

static void
checksum_finish(struct divergence *d, void *self, struct findings *findings)
{
	const struct checksum *checksum = self;
	const struct pfreplay *r = d->r;

	for (size_t a = 0; a < r->nodes.count; a++)
		for (size_t b = a + 1; b < r->nodes.count; b++) {
			const struct pair *pair = &checksum->pairs[a][b];

			int64_t a_ns = node_at(r, a)->last_ns, b_ns = node_at(r, b)->last_ns;

			/* As long as both spoke; if they never agreed, one is enough. */
			if (pair->since_ns != 0)
				note(d, findings, a, b, pair,
				    pair->were_equal ? MIN(a_ns, b_ns) : MAX(a_ns, b_ns));
		}
}

const struct detector detector_checksum = {
    .bytes = sizeof(struct checksum),
    .node = checksum_node,
    .finish = checksum_finish,
};
