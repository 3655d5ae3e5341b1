/*
 * missing.c - what is still missing when all is said: D-15, D-25.
 *
 * SPDX-License-Identifier: ISC
 *
 * Runs last: states that one firewall has and another is known to lack, as far
 * as no finding about them names these states or explains such a loss.
 */
#include "coverage.h"
#include "detectors.h"

#define MANY 10
#define MANY_ONE_IN 100

static const struct finding_kind missing = {
    .number = 15,
    .sentence =
	"%b lacks %{states} of the %[states] that %a has, and nothing in the capture repairs "
	"it.",
    .advice = "They come back when they are updated and asked for. Look at the sync link "
	      "for lost packets, and at the findings above.",
};

struct counting {
	const struct divergence *d;
	struct findings *findings;
	uint64_t states;
	uint64_t missing;
	struct finding *finding; /* NULL: only count; else name them */
	int64_t first_ns;
	int64_t last_ns;
};

static void
count_one(void *user, const struct coverage_look *look)
{
	struct counting *counting = user;

	counting->states += counting->finding == NULL;
	if (look->to != NULL)
		return;
	if (counting->finding != NULL) {
		finding_state(counting->finding, look->entry->id, look->entry->creatorid);
		return;
	}
	if (counting->missing++ == 0 || look->from->evidence_ns < counting->first_ns)
		counting->first_ns = look->from->evidence_ns;
	if (look->from->evidence_ns > counting->last_ns)
		counting->last_ns = look->from->evidence_ns;
}

/* Codes that say that this one does not get what that one has. */
static bool
explains(const struct finding *finding, const struct node *has, const struct node *lacks)
{
	static const uint32_t codes = 1U << 1 | 1U << 2 | 1U << 3 | 1U << 4 | 1U << 5 | 1U << 10 |
				      1U << 11 | 1U << 12 | 1U << 14 | 1U << 15 | 1U << 17 |
				      1U << 18 | 1U << 19 | 1U << 29;
	bool concerns = finding->nodes[0] == VIEW_NOBODY || finding->nodes[1] == VIEW_NOBODY ||
			(finding->nodes[0] == has->index && finding->nodes[1] == lacks->index) ||
			(finding->nodes[1] == has->index && finding->nodes[0] == lacks->index);

	return !finding->dropped && (codes >> finding->kind->number & 1) != 0 && concerns &&
	       finding->severity > PFREPLAY_LOW;
}

static void
look_at(struct divergence *d, struct findings *findings, size_t from, size_t to)
{
	const struct node *has = node_at(d->r, from), *lacks = node_at(d->r, to);
	struct counting counting = {.d = d, .findings = findings, .last_ns = INT64_MIN};
	struct finding *finding;

	/* A transfer is under way, or it was never there to hear. */
	if (lacks->unreliable || !node_heard(lacks))
		return;
	coverage_walk(d->r, from, to, count_one, &counting);
	if (counting.missing == 0)
		return;
	for (guint i = 0; i < findings->list->len; i++) {
		finding = findings->list->pdata[i];
		if (explains(finding, has, lacks)) {
			finding_add(finding, "missing_now", (int64_t)counting.missing);
			return;
		}
	}
	finding = findings_note(findings,
	    &(struct sighting){.kind = &missing,
		.node = has,
		.other = lacks,
		.severity =
		    counting.missing >= MANY && counting.missing > counting.states / MANY_ONE_IN
			? PFREPLAY_MEDIUM
			: PFREPLAY_LOW,
		.time_ns = counting.first_ns,
		.count = counting.missing});
	if (finding == NULL)
		return;
	finding->last_ns = counting.last_ns;
	finding_set(finding, "states", (int64_t)counting.states);
	counting.finding = finding;
	coverage_walk(d->r, from, to, count_one, &counting);
}

static void
missing_finish(struct divergence *d, void *self, struct findings *findings)
{
	(void)self;
	for (size_t from = 0; from < d->r->nodes.count; from++)
		for (size_t to = 0; to < d->r->nodes.count; to++)
			if (coverage_is_pair(d->r, from, to))
				look_at(d, findings, from, to);
}

const struct detector detector_missing = {
    .bytes = 1,
    .finish = missing_finish,
};
