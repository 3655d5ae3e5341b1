/*
 * missing.c - what is still missing when all is said: D-15, D-11.
 *
 * SPDX-License-Identifier: ISC
 *
 * Runs last: states that one firewall has and another is known to lack, as far
 * as no finding about them names these states or explains such a loss.
 */
#include "coverage.h"
#include "detectors.h"
#include "traffic.h"

#define MANY 10
#define MANY_ONE_IN 100
#define REFUSED_MAX 65536

/* Why a state is missing: an enum watch_outcome that refuses, or one of these. */
#define CAUSE_UNKNOWN WATCH_OUTCOME_COUNT
#define CAUSE_NOT_LOST (WATCH_OUTCOME_COUNT + 1)
#define CAUSES (WATCH_OUTCOME_COUNT + 2)

static const struct finding_kind missing = {
    .number = 15,
    .sentence =
	"%b lacks %{states} of the %[states] that %a has, and nothing in the capture repairs "
	"it.",
    .advice = "They come back when they are updated and asked for. Look at the sync link "
	      "for lost packets, and at the findings above.",
};

static void
tell_refused(const struct pfreplay *r, const struct finding *finding, GString *text)
{
	(void)r;
	g_string_append(text, import_cause_text(finding->tag));
	g_string_append_c(text, '.');
}

static const struct finding_kind refused = {
    .number = 11,
    .sentence = "%b has not taken in %{states} of the %[states] that %a has",
    .advice = "Not a loss on the link. Compare the state limits, the rules and the tables of both "
	      "with pfctl -vvss.",
    .tell = tell_refused,
};

static const struct finding_kind not_lost = {
    .number = 11,
    .sentence =
	"%b lacks %{states} of the %[states] that %a has, though the captures of both ends show "
	"that no packet to it was lost: it did not take them in, or removed them without a word.",
    .advice = "Not a loss on the link. Compare the state limits (pfctl -sm) with the numbers of "
	      "states, and look for states of its own with the same addresses (pfctl -vvss).",
};

/* Who refused a state last, and why. */
struct refusal {
	uint16_t node;
	uint8_t outcome;
};

struct missing {
	struct side *refusals;
};

struct counting {
	const struct divergence *d;
	const struct missing *self;
	uint64_t states;
	uint64_t missing;
	unsigned unexplained; /* CAUSE_UNKNOWN, CAUSE_NOT_LOST */
	struct {
		uint64_t count;
		int64_t first_ns;
		int64_t last_ns;
		struct finding *finding; /* NULL: only count; else name them */
	} causes[CAUSES];
	bool named;
};

static unsigned
cause_of(const struct counting *counting, const struct coverage_look *look, size_t lacks)
{
	const struct refusal *refusal =
	    side_find(counting->self->refusals, look->entry->id, look->entry->creatorid);

	if (refusal != NULL && refusal->node == lacks)
		return refusal->outcome;
	if (side_find(counting->d->collided, look->entry->id, look->entry->creatorid) != NULL)
		return WATCH_REFUSED_KEY;
	return counting->unexplained;
}

struct walk {
	struct counting *counting;
	size_t lacks;
};

static void
count_one(void *user, const struct coverage_look *look)
{
	const struct walk *walk = user;
	struct counting *counting = walk->counting;
	unsigned cause;

	counting->states += !counting->named;
	if (look->to != NULL)
		return;
	cause = cause_of(counting, look, walk->lacks);
	if (counting->named) {
		if (counting->causes[cause].finding != NULL)
			finding_state(counting->causes[cause].finding, look->entry->id,
			    look->entry->creatorid);
		return;
	}
	counting->missing++;
	if (counting->causes[cause].count++ == 0)
		counting->causes[cause].first_ns = counting->causes[cause].last_ns =
		    look->from->evidence_ns;
	counting->causes[cause].first_ns =
	    MIN(counting->causes[cause].first_ns, look->from->evidence_ns);
	counting->causes[cause].last_ns =
	    MAX(counting->causes[cause].last_ns, look->from->evidence_ns);
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
note_cause(
    struct counting *counting, struct findings *findings, unsigned cause, size_t from, size_t to)
{
	const struct pfreplay *r = counting->d->r;
	const uint64_t count = counting->causes[cause].count;
	const struct finding_kind *kind = cause == CAUSE_UNKNOWN    ? &missing
					  : cause == CAUSE_NOT_LOST ? &not_lost
								    : &refused;
	struct finding *finding = findings_note(
	    findings, &(struct sighting){.kind = kind,
			  .tag = kind == &refused ? cause : 0,
			  .node = node_at(r, from),
			  .other = node_at(r, to),
			  .severity = count >= MANY && count > counting->states / MANY_ONE_IN
					  ? PFREPLAY_MEDIUM
					  : PFREPLAY_LOW,
			  .time_ns = counting->causes[cause].first_ns,
			  .count = count});

	if (finding == NULL)
		return;
	finding->last_ns = counting->causes[cause].last_ns;
	finding_set(finding, "states", (int64_t)counting->states);
	counting->causes[cause].finding = finding;
}

static void
look_at(struct divergence *d, const struct missing *self, struct findings *findings, size_t from,
    size_t to)
{
	const struct node *has = node_at(d->r, from), *lacks = node_at(d->r, to);
	struct counting counting = {.d = d,
	    .self = self,
	    .unexplained = traffic_lost_nothing(d->r, from, to) ? CAUSE_NOT_LOST : CAUSE_UNKNOWN};
	struct walk walk = {&counting, to};

	/* A transfer is under way, or it was never there to hear. */
	if (lacks->unreliable || !node_heard(lacks))
		return;
	coverage_walk(d->r, from, to, count_one, &walk);
	if (counting.missing == 0)
		return;
	for (guint i = 0; i < findings->list->len; i++) {
		struct finding *finding = findings->list->pdata[i];

		if (explains(finding, has, lacks)) {
			finding_add(finding, "missing_now", (int64_t)counting.missing);
			return;
		}
	}
	for (unsigned cause = 0; cause < CAUSES; cause++)
		if (counting.causes[cause].count != 0)
			note_cause(&counting, findings, cause, from, to);
	counting.named = true;
	coverage_walk(d->r, from, to, count_one, &walk);
}

static void
missing_begin(struct divergence *d, void *self)
{
	(void)d;
	((struct missing *)self)->refusals = side_new(sizeof(struct refusal), REFUSED_MAX);
}

static void
missing_end(void *self)
{
	side_free(((struct missing *)self)->refusals);
}

static void
missing_outcome(struct divergence *d, void *self, const struct watch_result *result)
{
	struct refusal *refusal = side_make(((struct missing *)self)->refusals,
	    result->event->message->id, result->event->message->creatorid, NULL);

	(void)d;
	refusal->node = result->receiver->index;
	refusal->outcome = (uint8_t)result->outcome;
}

static void
missing_finish(struct divergence *d, void *self, struct findings *findings)
{
	for (size_t from = 0; from < d->r->nodes.count; from++)
		for (size_t to = 0; to < d->r->nodes.count; to++)
			if (coverage_is_pair(d->r, from, to))
				look_at(d, self, findings, from, to);
}

const struct detector detector_missing = {
    .bytes = sizeof(struct missing),
    .outcomes = WATCH_OUTCOME(WATCH_REFUSED_KEY) | WATCH_OUTCOME(WATCH_REFUSED_ID) |
		WATCH_OUTCOME(WATCH_REFUSED_LIMIT) | WATCH_OUTCOME(WATCH_REFUSED_ROUTE) |
		WATCH_OUTCOME(WATCH_REFUSED_ACTION) | WATCH_OUTCOME(WATCH_SKIPPED) |
		WATCH_OUTCOME(WATCH_MISREAD),
    .begin = missing_begin,
    .end = missing_end,
    .outcome = missing_outcome,
    .finish = missing_finish,
};
