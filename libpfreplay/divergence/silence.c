/*
 * silence.c - a firewall that says nothing, or speaks to nobody: D-03, D-04.
 *
 * SPDX-License-Identifier: ISC
 *
 * A backup without traffic is silent for hours, so silence proves nothing by
 * itself (SEM 7.2).  What proves it: states that the silent one made end by
 * others' deletes, or by nobody's, though it should have announced some.
 */
#include "detectors.h"
#include "traffic.h"

#define SILENT_NS (60 * NS_PER_S)
/* Nobody else was heard for so long. */
#define ALONE_NS (20 * NS_PER_S)
/* Meanwhile others sent so many packets. */
#define OTHERS_MIN 30
/* States of the silent one that others removed, or that are long due.  Of two
 * that hold a state either expires it first, the maker a little more often. */
#define ENDED_MIN 6
#define LONG_DUE_NS (20 * NS_PER_S)
/* Into its silence, before an end counts: deletes cross (SEM 7.5). */
#define SETTLED_NS (10 * NS_PER_S)
#define LOOKS_MAX 256
/* Packets that show how a node is configured; so many of a hundred alike. */
#define MODE_MIN 10
#define MODE_PERCENT 90
#define HEARS_MIN 3
#define TRIES_MIN 3
#define GIVEN_UP 12

static const struct finding_kind mute = {
    .number = 3,
    .sentence = "%a fell silent for %<silence_ns> while the others went on: %n of the states it "
		"made ended without a word of it.",
    .advice =
	"If it is up: check onomem in netstat -s -p pfsync (a full queue makes FreeBSD mute), "
	"pfsync0 and its syncdev, the rule that passes protocol pfsync, and the MTU.",
};

static const struct finding_kind alone = {
    .number = 3,
    .sentence = "Only %a was heard, in %<heard_ns>: it asked for all states until it gave up, and "
		"if there is a peer it did not answer.",
    .advice =
	"A backup without traffic may be silent. Make it speak (ifconfig pfsync0 down and up) "
	"and look again; check the rule that passes protocol pfsync and multicast snooping.",
};

static const struct finding_kind mixed = {
    .number = 4,
    .sentence = "%a sends to %b alone, but %b sends to the group, which a firewall with a syncpeer "
		"does not listen to: %a does not hear %b.",
    .advice = "Set syncpeer on both firewalls or on none.",
};

static const struct finding_kind other_family = {
    .number = 4,
    .sentence = "%a sends over %w, so neither hears %b nor is heard by it: a firewall listens to "
		"the group that it sends to, and to no other.",
    .advice = "Set the same syncpeer, or none, on both: both groups must be the same, and of the "
	      "same address family.",
};

struct speaker {
	int64_t last_ns;
	uint64_t ended;  /* its states deleted by others during this silence */
	uint64_t others; /* packets of others during it */
	uint64_t evidence;
	int64_t ended_ns;
	bool looked; /* at long due states, during this silence */
	uint64_t due;
	uint64_t unicasts; /* packets to one node, to all */
	uint64_t multicasts;
	uint16_t peer;
	uint64_t hears; /* how often it proved to hear others */
};

struct silence {
	struct speaker speakers[PFREPLAY_NODES_MAX];
	unsigned looks;
};

/* What others' expiry said during a silence. */
static void
note_mute(struct divergence *d, struct findings *findings, const struct speaker *speaker,
    const struct node *node, int64_t until_ns)
{
	uint64_t ended = MAX(speaker->ended, speaker->due);
	struct finding *finding;

	if (speaker->last_ns == 0 || until_ns - speaker->last_ns < SILENT_NS ||
	    speaker->others < OTHERS_MIN || ended < ENDED_MIN)
		return;
	(void)d;
	finding = findings_note(findings, &(struct sighting){.kind = &mute,
					      .node = node,
					      .severity = PFREPLAY_HIGH,
					      .time_ns = speaker->last_ns,
					      .evidence = speaker->evidence,
					      .count = ended});
	if (finding != NULL && until_ns > finding->last_ns)
		finding->last_ns = until_ns;
	finding_max(finding, "silence_ns", until_ns - speaker->last_ns);
}

static void
silence_packet(struct divergence *d, void *self, const struct open_packet *open)
{
	struct silence *silence = self;
	struct speaker *speaker = &silence->speakers[open->sender->index];

	for (size_t n = 0; n < d->r->nodes.count; n++)
		silence->speakers[n].others++;
	note_mute(d, &d->live, speaker, open->sender, open->time_ns);
	speaker->last_ns = open->time_ns;
	speaker->ended = speaker->due = speaker->others = 0;
	speaker->evidence = 0;
	speaker->looked = false;
	if (open->everybody)
		speaker->multicasts++;
	else if (open->destination != NULL) {
		speaker->unicasts++;
		speaker->peer = open->destination->index;
	}
}

/* DEL, DEL_C */
static void
silence_said(struct divergence *d, void *self, const struct watch_said *said)
{
	const struct event *event = said->event;
	const struct node *maker = node_of_creator(d->r, event->message->creatorid);
	struct silence *silence = self;
	struct speaker *speaker;

	if (event->entry == NULL || maker == NULL || maker == event->sender ||
	    store_view(d->r, event->entry, maker) == NULL)
		return;
	speaker = &silence->speakers[maker->index];
	if (speaker->last_ns == 0 || event->time_ns - speaker->last_ns < SETTLED_NS)
		return;
	if (speaker->ended++ == 0)
		speaker->evidence = event->evidence;
	speaker->ended_ns = event->time_ns;
}

static void
silence_proof(struct divergence *d, void *self, const struct watch_proof *proof)
{
	struct silence *silence = self;

	(void)d;
	if (proof->kind != WATCH_HAS)
		silence->speakers[proof->node->index].hears++;
}

/* States of its own that should have ended, and nobody said so. */
static uint64_t
count_due(const struct pfreplay *r, const struct node *node)
{
	uint64_t due = 0;

	for (uint32_t number = 1; number <= r->table.entries.used; number++) {
		struct entry *entry = table_entry(&r->table, number);
		const struct view *view;

		if (!entry->live || !node_owns(node, entry->creatorid))
			continue;
		view = store_view(r, entry, node);
		due += view != NULL && view->evidence_ns >= node->restarted_ns &&
		       r->now_ns - store_due_ns(r, view) > LONG_DUE_NS;
	}
	return due;
}

static void
silence_time(struct divergence *d, void *self, int64_t now_ns)
{
	struct silence *silence = self;

	for (size_t n = 0; n < d->r->nodes.count; n++) {
		struct speaker *speaker = &silence->speakers[n];

		if (speaker->last_ns == 0 || speaker->looked || node_is_hidden(node_at(d->r, n)) ||
		    now_ns - speaker->last_ns < SILENT_NS || speaker->others < OTHERS_MIN ||
		    silence->looks == LOOKS_MAX)
			continue;
		speaker->looked = true;
		silence->looks++;
		speaker->due = count_due(d->r, node_at(d->r, n));
	}
}

/* --- configuration -------------------------------------------------------- */

static bool
mostly(uint64_t count, uint64_t other)
{
	return count >= MODE_MIN && count * 100 >= (count + other) * MODE_PERCENT;
}

/* Bulk requests of `node` that nobody answered: tries. */
static uint32_t
tries_unanswered(const struct pfreplay *r, size_t node)
{
	uint32_t tries = 0;

	for (guint i = 0; i < r->bulks.list->len; i++) {
		const struct pfreplay_bulk *bulk =
		    &g_array_index(r->bulks.list, struct bulk, i).pub;

		if (bulk->requester == (int)node && bulk->outcome == PFREPLAY_BULK_NO_ANSWER)
			tries += bulk->tries;
	}
	return tries;
}

static void
tell_nobody(const struct pfreplay *r, const struct finding *finding, GString *text)
{
	(void)r;
	if (finding_number(finding, "tries") > 0)
		g_string_append_printf(text,
		    "; it asked there for all states %" G_GINT64_FORMAT " times and got no answer",
		    finding_number(finding, "tries"));
	if (finding_number(finding, "others") > 0)
		g_string_append(text, "; another firewall is there and gets nothing");
	g_string_append_c(text, '.');
}

static const struct finding_kind nobody_there = {
    .number = 4,
    .sentence = "%a sends to the address of %b alone (%{packets}), which was never heard",
    .advice = "Set syncpeer on both firewalls, to the other's address on the sync link, or on "
	      "none; check syncdev.",
    .tell = tell_nobody,
};

static size_t
count_heard(const struct pfreplay *r)
{
	size_t heard = 0;

	for (size_t n = 0; n < r->nodes.count; n++)
		heard += node_heard(node_at(r, n)) && node_at(r, n)->on_wire;
	return heard;
}

static void
judge_unicast(struct divergence *d, struct findings *findings, const struct speaker *speaker,
    const struct node *node)
{
	const struct pfreplay *r = d->r;
	const struct node *peer = node_at(r, speaker->peer);
	uint32_t tries = tries_unanswered(r, node->index);
	size_t others = count_heard(r) - 1;
	struct finding *finding;

	if (node_heard(peer) ||
	    (others == 0 && tries < TRIES_MIN && node->last_ns - node->first_ns < ALONE_NS))
		return;
	finding = findings_note(findings,
	    &(struct sighting){.kind = &nobody_there,
		.node = node,
		.other = peer,
		/* It may be a quiet backup. */
		.severity = others == 0 && tries < TRIES_MIN ? PFREPLAY_LOW : PFREPLAY_CRITICAL,
		.time_ns = node->first_ns,
		.count = speaker->unicasts});
	if (finding != NULL)
		finding->last_ns = node->last_ns;
	finding_set(finding, "tries", tries);
	finding_set(finding, "others", (int64_t)others);
}

static void
judge_mixed(struct divergence *d, struct findings *findings, const struct silence *silence,
    const struct speaker *speaker, const struct node *node)
{
	const struct node *peer = node_at(d->r, speaker->peer);
	const struct speaker *other = &silence->speakers[speaker->peer];
	struct finding *finding;

	if (!node_heard(peer) || !mostly(other->multicasts, other->unicasts) ||
	    speaker->hears >= HEARS_MIN)
		return;
	finding = findings_note(findings, &(struct sighting){.kind = &mixed,
					      .node = node,
					      .other = peer,
					      .severity = PFREPLAY_CRITICAL,
					      .time_ns = node->first_ns,
					      .count = speaker->unicasts});
	if (finding != NULL)
		finding->last_ns = node->last_ns;
}

/* Nobody else sends where it sends: not one of another pair in the same capture. */
static bool
is_alone_in_group(const struct pfreplay *r, const struct node *node)
{
	for (size_t n = 0; n < r->nodes.count; n++) {
		const struct node *other = node_at(r, n);

		if (other != node && node_heard(other) && other->group_af != PFSYNC_AF_UNSPEC &&
		    !node_groups_differ(node, other))
			return false;
	}
	return true;
}

static void
judge_groups(struct divergence *d, struct findings *findings, const struct silence *silence,
    size_t a, size_t b)
{
	const struct node *one = node_at(d->r, a), *other = node_at(d->r, b);
	const struct speaker *from = &silence->speakers[a], *to = &silence->speakers[b];
	char groups[2][64], word[FINDING_WORD_MAX];
	struct finding *finding;

	if (!node_groups_differ(one, other) || !mostly(from->multicasts, from->unicasts) ||
	    !mostly(to->multicasts, to->unicasts) || from->hears >= HEARS_MIN ||
	    to->hears >= HEARS_MIN || !is_alone_in_group(d->r, one) ||
	    !is_alone_in_group(d->r, other))
		return;
	finding = findings_note(findings, &(struct sighting){.kind = &other_family,
					      .node = one,
					      .other = other,
					      .severity = PFREPLAY_CRITICAL,
					      .time_ns = MAX(one->first_ns, other->first_ns),
					      .count = from->multicasts + to->multicasts});
	if (finding == NULL)
		return;
	finding->last_ns = MAX(finding->last_ns, MIN(one->last_ns, other->last_ns));
	pfsync_text_addr(groups[0], sizeof(groups[0]), one->group_af, &one->group);
	pfsync_text_addr(groups[1], sizeof(groups[1]), other->group_af, &other->group);
	g_snprintf(word, sizeof(word), "%s to %s, the other one over %s to %s",
	    one->group_af == PFSYNC_AF_INET6 ? "IPv6" : "IPv4", groups[0],
	    other->group_af == PFSYNC_AF_INET6 ? "IPv6" : "IPv4", groups[1]);
	g_strlcpy(finding->word, word, sizeof(finding->word));
}

static void
silence_finish(struct divergence *d, void *self, struct findings *findings)
{
	const struct silence *silence = self;
	const struct pfreplay *r = d->r;

	for (size_t n = 0; n < r->nodes.count; n++) {
		const struct node *node = node_at(r, n);
		const struct speaker *speaker = &silence->speakers[n];
		struct finding *finding;

		if (!node_heard(node) || !node->on_wire)
			continue;
		note_mute(d, findings, speaker, node, r->now_ns);
		for (size_t other = n + 1; other < r->nodes.count; other++)
			if (node_heard(node_at(r, other)))
				judge_groups(d, findings, silence, n, other);
		if (mostly(speaker->unicasts, speaker->multicasts)) {
			judge_unicast(d, findings, speaker, node);
			judge_mixed(d, findings, silence, speaker, node);
		}
		if (count_heard(r) != 1 || node->last_ns - node->first_ns < ALONE_NS ||
		    tries_unanswered(r, node->index) < GIVEN_UP)
			continue;
		finding = findings_note(findings, &(struct sighting){.kind = &alone,
						      .node = node,
						      .severity = PFREPLAY_LOW,
						      .time_ns = node->first_ns});
		finding_set(finding, "heard_ns", node->last_ns - node->first_ns);
	}
}

static void
silence_node(struct divergence *d, void *self, const struct watch_node *node)
{
	struct silence *silence = self;

	(void)d;
	if (node->kind != WATCH_NODE_JOINED)
		return;
	silence->speakers[node->other->index] = (struct speaker){0};
	for (size_t n = 0; n < PFREPLAY_NODES_MAX; n++)
		if (silence->speakers[n].peer == node->other->index)
			silence->speakers[n].peer = node->node->index;
}

const struct detector detector_silence = {
    .bytes = sizeof(struct silence),
    .said = WATCH_SAID(WATCH_DEL) | WATCH_SAID(WATCH_DEL_C),
    .packet = silence_packet,
    .on_said = silence_said,
    .proof = silence_proof,
    .node = silence_node,
    .time = silence_time,
    .finish = silence_finish,
};
