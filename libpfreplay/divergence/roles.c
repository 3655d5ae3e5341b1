/*
 * roles.c - what CARP says of the firewalls: D-23, and the demotion of D-13.
 *
 * SPDX-License-Identifier: ISC
 */
#include "detectors.h"
#include "pfevidence.h"
#include "say.h"

/* Inserts of one node this close together are one time of activity. */
#define TOGETHER_NS (5 * NS_PER_S)
#define TIMES_MAX 4096
/* Still demoted so long after it had all states. */
#define STUCK_NS (15 * NS_PER_S)
/* Demoted so long for a transfer that does not end. */
#define WAITING_NS (60 * NS_PER_S)
/* A demotion belongs to a bulk request this close to its beginning. */
#define NEAR_NS (30 * NS_PER_S)
/* Heard this long after the other began and before it ended; so often. */
#define WITHIN_NS (3 * NS_PER_S / 10)
#define INTERLEAVED_MIN 2
#define MASTERS_MAX 256
/* Updates that are remembered, and those of one state that make it cross: a change
 * of masters makes one. */
#define CROSSINGS_MAX 65536
#define CROSSED_MIN 2

static void
tell_split(const struct pfreplay *r, const struct finding *finding, GString *text)
{
	(void)r;
	if (finding_number(finding, "both_insert") > 0)
		g_string_append(text, "; meanwhile both made states, which will collide");
	if (finding_number(finding, "unequal") > 0)
		g_string_append(text, "; one advertises faster, so they do not hear or do not "
				      "believe each other");
	g_string_append_c(text, '.');
}

static const struct finding_kind split = {
    .number = 23,
    .sentence = "Two masters for virtual host %w, for %<split_ns>",
    .advice = "Check layer 2 between the interfaces (multicast filters, virtual switches without "
	      "forged transmits), and that both have the same password and addresses for this "
	      "vhid. Afterwards flush the states of one.",
    .tell = tell_split,
};

static const struct finding_kind stuck = {
    .number = 13,
    .sentence = "%a advertises itself as demoted (advskew %[advskew_max], demote %[demote_max]) "
		"still %<after_ns> after its bulk transfer was complete.",
    .advice =
	"On FreeBSD look at net.inet.carp.demotion, on OpenBSD at ifconfig -g carp; something "
	"raised it and never took it back.",
};

static const struct finding_kind waiting = {
    .number = 13,
    .sentence =
	"%a advertises itself as demoted (advskew %[advskew_max], demote %[demote_max]) for "
	"%<demoted_ns> now, because its bulk transfer does not end.",
    .advice = "Find out why the transfer does not end (see D-12). On FreeBSD "
	      "net.inet.carp.demotion shows the demotion.",
};

static const struct finding_kind stays_backup = {
    .number = 13,
    .sentence = "%a, which should be master of virtual host %w before %b, does not take over, "
		"though its bulk transfer was complete %<after_ns> ago: without preempt that is as "
		"it should be, with it it is still demoted.",
    .advice = "On FreeBSD look at net.inet.carp.demotion and net.inet.carp.preempt, on OpenBSD at "
	      "ifconfig -g carp.",
};

/* When a node made states. */
struct activity {
	int64_t from_ns;
	int64_t to_ns;
	uint16_t node;
};

/* An update of a state that another firewall had updated before. */
struct crossing {
	int64_t time_ns;
	uint64_t id;
	uint32_t creatorid;
};

struct roles {
	GArray *crossings;                /* struct crossing, in order of arrival */
	GArray *times;                    /* struct activity */
	guint latest[PFREPLAY_NODES_MAX]; /* place + 1 of the node's latest */
};

static void
roles_begin(struct divergence *d, void *self)
{
	d->roles = self;
	d->roles->times = g_array_new(FALSE, FALSE, sizeof(struct activity));
	d->roles->crossings = g_array_new(FALSE, FALSE, sizeof(struct crossing));
}

static void
roles_end(void *self)
{
	g_array_free(((struct roles *)self)->times, TRUE);
	g_array_free(((struct roles *)self)->crossings, TRUE);
}

uint64_t
roles_crossed(const struct divergence *d, int64_t from_ns, int64_t to_ns)
{
	struct side *seen = side_new(sizeof(uint64_t), CROSSINGS_MAX);
	uint64_t crossed = 0;

	for (guint i = 0; i < d->roles->crossings->len; i++) {
		const struct crossing *crossing =
		    &g_array_index(d->roles->crossings, struct crossing, i);

		if (crossing->time_ns < from_ns || crossing->time_ns > to_ns)
			continue;
		crossed += ++*(uint64_t *)side_make(
			       seen, crossing->id, crossing->creatorid, NULL) == CROSSED_MIN;
	}
	side_free(seen);
	return crossed;
}

static void
turned(struct roles *roles, const struct event *event)
{
	const struct crossing crossing = {
	    event->time_ns, event->message->id, event->message->creatorid};

	if (roles->crossings->len < CROSSINGS_MAX)
		g_array_append_val(roles->crossings, crossing);
}

/* INS, UPD_C */
static void
roles_said(struct divergence *d, void *self, const struct watch_said *said)
{
	struct roles *roles = self;
	uint16_t n = said->event->sender->index;
	int64_t now_ns = said->event->time_ns;
	struct activity activity = {now_ns, now_ns, n};

	(void)d;
	if (said->event->message->action != PFSYNC_ACT_INS) {
		turned(roles, said->event);
		return;
	}
	if (roles->latest[n] != 0) {
		struct activity *latest =
		    &g_array_index(roles->times, struct activity, roles->latest[n] - 1);

		if (now_ns - latest->to_ns < TOGETHER_NS) {
			latest->to_ns = MAX(latest->to_ns, now_ns);
			return;
		}
	}
	if (roles->times->len == TIMES_MAX)
		return;
	g_array_append_val(roles->times, activity);
	roles->latest[n] = roles->times->len;
}

static bool
was_active(const struct roles *roles, size_t node, const struct pfreplay_span *span)
{
	for (guint i = 0; i < roles->times->len; i++) {
		const struct activity *activity = &g_array_index(roles->times, struct activity, i);

		if (activity->node == node && activity->from_ns <= span->to_ns &&
		    activity->to_ns >= span->from_ns)
			return true;
	}
	return false;
}

/* How many firewalls made states in that time. */
static size_t
count_active(const struct pfreplay *r, const struct roles *roles, const struct pfreplay_span *span)
{
	size_t active = 0;

	for (size_t n = 0; n < r->nodes.count; n++)
		active += node_heard(node_at(r, n)) && was_active(roles, n, span);
	return active;
}

static void
note_split(struct divergence *d, const struct roles *roles, struct findings *findings, size_t n,
    const struct pfreplay_vhid *vhid, const struct pfreplay_split *found, size_t times)
{
	struct pfreplay_speaker speakers[2];
	const struct node *nodes[2] = {NULL, NULL};
	bool both = count_active(d->r, roles, &found->seen) > 1;
	char addresses[2][64], word[160];
	enum pfreplay_severity severity = both ? PFREPLAY_CRITICAL : PFREPLAY_HIGH;
	struct finding *finding;

	/* A single lost advert makes two masters for a moment. */
	if (times < INTERLEAVED_MIN)
		severity = PFREPLAY_LOW;

	for (size_t i = 0; i < 2; i++) {
		if (!pfreplay_speaker_at(d->r, n, found->speakers[i], &speakers[i]))
			return;
		if (speakers[i].node >= 0)
			nodes[i] = node_at(d->r, (size_t)speakers[i].node);
		pfsync_text_addr(addresses[i], sizeof(addresses[i]), vhid->af, &speakers[i].addr);
	}
	finding = findings_note(
	    findings, &(struct sighting){.kind = &split,
			  .tag = n,
			  .node = nodes[0],
			  .other = nodes[1],
			  .severity = severity,
			  .time_ns = found->seen.from_ns,
			  .evidence = view_evidence(vhid->file, found->seen.from_frame)});
	if (finding == NULL)
		return;
	g_snprintf(word, sizeof(word), "%u, %s and %s", vhid->vhid, addresses[0], addresses[1]);
	g_strlcpy(finding->word, word, sizeof(finding->word));
	finding->last_ns = MAX(finding->last_ns, found->seen.to_ns);
	finding_proof(finding, view_evidence(vhid->file, found->seen.to_frame));
	finding_add(finding, "split_ns", found->seen.to_ns - found->seen.from_ns);
	finding_max(finding, "both_insert", both);
	finding_max(finding, "unequal", found->unequal);
}

/* Was one heard as master in the middle of the other's time? */
static bool
interleave(const struct pfreplay_master *one, const struct pfreplay_master *other)
{
	return one->speaker != other->speaker &&
	       one->seen.from_ns > other->seen.from_ns + WITHIN_NS &&
	       one->seen.from_ns < other->seen.to_ns - WITHIN_NS;
}

/*
 * Masters that come and go within each other's time, though each advert should
 * make one of them yield.
 */
static void
note_interleaved(struct divergence *d, const struct roles *roles, struct findings *findings,
    size_t n, const struct pfreplay_vhid *vhid)
{
	struct pfreplay_master one, other;
	struct pfreplay_split found = {{0, 0}, {0, 0, 0, 0}, false};
	size_t times = 0;

	for (size_t i = 0; i < MIN(vhid->masters, MASTERS_MAX); i++)
		for (size_t k = 0; k < MIN(vhid->masters, MASTERS_MAX); k++) {
			if (!pfreplay_master_at(d->r, n, i, &one) ||
			    !pfreplay_master_at(d->r, n, k, &other) || !interleave(&one, &other))
				continue;
			if (times++ == 0) {
				found.speakers[0] = other.speaker;
				found.speakers[1] = one.speaker;
				found.seen = one.seen;
			}
			found.seen.to_ns = MAX(found.seen.to_ns, one.seen.to_ns);
			found.seen.to_frame = MAX(found.seen.to_frame, one.seen.to_frame);
		}
	if (times != 0)
		note_split(d, roles, findings, n, vhid, &found, times);
}

/*
 * The complete transfer that this demotion waited for: that of the speaker's
 * node, or, as CARP has other addresses than pfsync, one at its beginning.
 */
static const struct pfreplay_bulk *
bulk_of(const struct pfreplay *r, const struct pfreplay_demotion *demotion, int node)
{
	for (guint i = 0; i < r->bulks.list->len; i++) {
		const struct pfreplay_bulk *bulk =
		    &g_array_index(r->bulks.list, struct bulk, i).pub;
		int64_t apart_ns = bulk->requested_ns - demotion->seen.from_ns;

		if (bulk->requester >= 0 && (node < 0 || node == bulk->requester) &&
		    apart_ns < NEAR_NS && apart_ns > -NEAR_NS)
			return bulk;
	}
	return NULL;
}

/* It waits for a transfer that does not end. */
static void
note_waiting(struct divergence *d, struct findings *findings, const struct pfreplay_bulk *bulk,
    const struct pfreplay_vhid *vhid, const struct pfreplay_demotion *demotion)
{
	const struct node *requester = node_at(d->r, (size_t)bulk->requester);
	int64_t span_ns = demotion->seen.to_ns - demotion->seen.from_ns;
	struct finding *finding;

	for (guint i = 0; i < findings->list->len; i++) {
		finding = findings->list->pdata[i];
		if (finding->kind->number != 12 || finding->nodes[0] != requester->index)
			continue;
		finding_max(finding, "demoted_ns", span_ns);
		finding_max(finding, "advskew_max", demotion->advskew_max);
		finding_max(finding, "demote_max", demotion->demote_max);
	}
	if (demotion->seen.to_ns - bulk->requested_ns < WAITING_NS)
		return;
	finding = findings_note(
	    findings, &(struct sighting){.kind = &waiting,
			  .node = requester,
			  .severity = PFREPLAY_HIGH,
			  .time_ns = demotion->seen.from_ns,
			  .evidence = view_evidence(vhid->file, demotion->seen.to_frame)});
	if (finding == NULL)
		return;
	finding->last_ns = MAX(finding->last_ns, demotion->seen.to_ns);
	finding_max(finding, "demoted_ns", span_ns);
	finding_max(finding, "advskew_max", demotion->advskew_max);
	finding_max(finding, "demote_max", demotion->demote_max);
}

static void
note_stuck(struct divergence *d, struct findings *findings, size_t n,
    const struct pfreplay_vhid *vhid, const struct pfreplay_demotion *demotion)
{
	struct pfreplay_speaker speaker;
	const struct pfreplay_bulk *bulk;
	struct finding *finding;

	if (!pfreplay_speaker_at(d->r, n, demotion->speaker, &speaker))
		return;
	bulk = bulk_of(d->r, demotion, speaker.node);
	if (bulk == NULL)
		return;
	if (bulk->outcome != PFREPLAY_BULK_COMPLETE) {
		note_waiting(d, findings, bulk, vhid, demotion);
		return;
	}
	/* From before its end on, without a break. */
	if (demotion->seen.from_ns > bulk->ended_ns + NS_PER_S ||
	    demotion->seen.to_ns - bulk->ended_ns < STUCK_NS)
		return;
	finding = findings_note(
	    findings, &(struct sighting){.kind = &stuck,
			  .node = node_at(d->r, (size_t)bulk->requester),
			  .severity = PFREPLAY_HIGH,
			  .time_ns = bulk->ended_ns,
			  .evidence = view_evidence(vhid->file, demotion->seen.to_frame)});
	if (finding == NULL)
		return;
	finding->last_ns = MAX(finding->last_ns, demotion->seen.to_ns);
	finding_max(finding, "after_ns", demotion->seen.to_ns - bulk->ended_ns);
	finding_max(finding, "advskew_max", demotion->advskew_max);
	finding_max(finding, "demote_max", demotion->demote_max);
}

/* The latest complete transfer to that node, or NULL. */
static const struct pfreplay_bulk *
latest_bulk(const struct pfreplay *r, int node)
{
	const struct pfreplay_bulk *latest = NULL;

	for (guint i = 0; node >= 0 && i < r->bulks.list->len; i++) {
		const struct pfreplay_bulk *bulk =
		    &g_array_index(r->bulks.list, struct bulk, i).pub;

		if (bulk->outcome == PFREPLAY_BULK_COMPLETE && bulk->requester == node &&
		    (latest == NULL || bulk->ended_ns > latest->ended_ns))
			latest = bulk;
	}
	return latest;
}

/* The one with the smaller advskew was master, asked for all states, and now
 * leaves it to the other. */
static void
note_backup(
    struct divergence *d, struct findings *findings, size_t n, const struct pfreplay_vhid *vhid)
{
	struct pfreplay_speaker one, other;
	const struct pfreplay_bulk *bulk;
	struct finding *finding;
	char word[16];

	if (vhid->speakers != 2)
		return;
	for (size_t i = 0; i < 2; i++) {
		if (!pfreplay_speaker_at(d->r, n, i, &one) ||
		    !pfreplay_speaker_at(d->r, n, 1 - i, &other))
			return;
		bulk = latest_bulk(d->r, one.node);
		if (bulk == NULL || other.node < 0 || one.advskew_min >= other.advskew_min ||
		    one.last_ns > bulk->requested_ns || other.last_ns - bulk->ended_ns < STUCK_NS)
			continue;
		finding = findings_note(findings, &(struct sighting){.kind = &stays_backup,
						      .tag = n,
						      .node = node_at(d->r, (size_t)one.node),
						      .other = node_at(d->r, (size_t)other.node),
						      .severity = PFREPLAY_LOW,
						      .time_ns = bulk->ended_ns});
		if (finding == NULL)
			return;
		g_snprintf(word, sizeof(word), "%u", vhid->vhid);
		finding_word(finding, word, sizeof(word));
		finding->last_ns = MAX(finding->last_ns, other.last_ns);
		finding_max(finding, "after_ns", other.last_ns - bulk->ended_ns);
	}
}

static void
roles_node(struct divergence *d, void *self, const struct watch_node *node)
{
	struct roles *roles = self;

	(void)d;
	if (node->kind != WATCH_NODE_JOINED)
		return;
	for (guint i = 0; i < roles->times->len; i++) {
		struct activity *activity = &g_array_index(roles->times, struct activity, i);

		if (activity->node == node->other->index)
			activity->node = node->node->index;
	}
}

static void
roles_finish(struct divergence *d, void *self, struct findings *findings)
{
	struct pfreplay_vhid vhid;

	for (size_t n = 0; pfreplay_vhid_at(d->r, n, &vhid); n++) {
		struct pfreplay_split found;
		struct pfreplay_demotion demotion;

		for (size_t i = 0; pfreplay_split_at(d->r, n, i, &found); i++)
			note_split(d, self, findings, n, &vhid, &found, INTERLEAVED_MIN);
		if (vhid.splits == 0)
			note_interleaved(d, self, findings, n, &vhid);
		for (size_t i = 0; pfreplay_demotion_at(d->r, n, i, &demotion); i++)
			note_stuck(d, findings, n, &vhid, &demotion);
		note_backup(d, findings, n, &vhid);
	}
}

const struct detector detector_roles = {
    .bytes = sizeof(struct roles),
    .said = WATCH_SAID(WATCH_INS) | WATCH_SAID(WATCH_UPD_C_TURN),
    .begin = roles_begin,
    .end = roles_end,
    .on_said = roles_said,
    .node = roles_node,
    .finish = roles_finish,
};
