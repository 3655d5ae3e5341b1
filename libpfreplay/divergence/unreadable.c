/*
 * unreadable.c - a backup that cannot read what a newer FreeBSD sends: D-02.
 *
 * SPDX-License-Identifier: ISC
 *
 * A backup that never sends a whole state does not show its release.  But it
 * gives up each packet where a record comes that it does not know, and asks for
 * nearly every state that is named in the others, for it has none of them.  One
 * that loses packets asks for few; one that refuses states asks for those of
 * all packets, behind records, too.
 */
#include "detectors.h"

#define ASKED_MIN 5
/* Of the updates in packets without records it asked for one in so many. */
#define ASKED_ONE_IN 4
/* So many requests are due of updates behind records, if these make no difference ... */
#define DUE_MIN 5
/* ... and one in so many is seen at most. */
#define DUE_ONE_IN 8
/* Packets that are remembered. */
#define PACKETS 4096

static const struct finding_kind kind = {
    .number = 2,
    .sentence = "%b asks for nearly every state of %a that it hears of (%{requests}), and %a "
		"is of a newer release: %b does not understand the messages with whole states, "
		"and gives up each packet that holds one, with the updates and deletes behind.",
    .advice = "On the newer firewall set the message version of the older one (ifconfig pfsync0 "
	      "version 1301, or 1400) until both run the same release.",
};

/* A packet with updates. */
struct updates {
	uint64_t evidence;
	bool bare; /* no whole state before them */
};

struct unreadable {
	/* By sender: updates in packets without whole states, and in the others. */
	uint64_t bare[PFREPLAY_NODES_MAX];
	uint64_t behind[PFREPLAY_NODES_MAX];
	/* By who asks: requests that such an update caused. */
	uint64_t of_bare[PFREPLAY_NODES_MAX];
	uint64_t of_behind[PFREPLAY_NODES_MAX];
	bool proved[PFREPLAY_NODES_MAX]; /* to have a state that another one made */
	/* The packet before this one, on the wire. */
	const struct node *sender;
	uint64_t evidence;
	uint64_t records;
	uint64_t updates;
	/* The latest, where the hash of their frames says. */
	struct updates packets[PACKETS];
};

static uint64_t
records_of(const struct node *node)
{
	return node->sent[0].messages[PFSYNC_ACT_INS] + node->sent[0].messages[PFSYNC_ACT_UPD];
}

static uint64_t
updates_of(const struct node *node)
{
	return node->sent[0].messages[PFSYNC_ACT_UPD_C];
}

static struct updates *
packet_of(struct unreadable *unreadable, uint64_t evidence)
{
	return &unreadable->packets[(evidence ^ evidence >> 48) % PACKETS];
}

/* Messages are counted while their packet is open: look when it is done. */
static void
look_back(struct unreadable *unreadable)
{
	const struct node *sender = unreadable->sender;
	struct updates *packet;
	uint64_t updates;

	if (sender == NULL || updates_of(sender) <= unreadable->updates)
		return;
	updates = updates_of(sender) - unreadable->updates;
	packet = packet_of(unreadable, unreadable->evidence);
	packet->evidence = unreadable->evidence;
	packet->bare = records_of(sender) == unreadable->records;
	(packet->bare ? unreadable->bare : unreadable->behind)[sender->index] += updates;
}

static void
unreadable_packet(struct divergence *d, void *self, const struct open_packet *open)
{
	struct unreadable *unreadable = self;

	(void)d;
	look_back(unreadable);
	unreadable->sender = open->packet->tap ? NULL : open->sender;
	unreadable->evidence = open->evidence;
	unreadable->records = records_of(open->sender);
	unreadable->updates = updates_of(open->sender);
}

/* The only FreeBSD 14 or 15 beside it, or NULL. */
static const struct node *
newer_than(const struct pfreplay *r, const struct node *asker)
{
	const struct node *newer = NULL;

	for (size_t n = 0; n < r->nodes.count; n++) {
		const struct node *node = node_at(r, n);

		if (node == asker || !node_heard(node) || records_of(node) == 0 ||
		    (node->family != PFREPLAY_V5F14 && node->family != PFREPLAY_V5F15))
			continue;
		if (newer != NULL)
			return NULL;
		newer = node;
	}
	return newer;
}

/* In what kind of packet was the state named that is asked for now? */
static void
count_cause(const struct pfreplay *r, struct unreadable *unreadable, const struct event *event,
    const struct node *newer)
{
	const struct view *view = event->entry != NULL ? store_view(r, event->entry, newer) : NULL;
	const struct updates *packet;

	if (view == NULL)
		return;
	packet = packet_of(unreadable, view->evidence);
	if (packet->evidence == view->evidence)
		(packet->bare ? unreadable->of_bare
			      : unreadable->of_behind)[event->sender->index]++;
}

/* UPD_REQ.  Whether it means something is seen at the end. */
static void
unreadable_said(struct divergence *d, void *self, const struct watch_said *said)
{
	const struct event *event = said->event;
	const struct node *newer = newer_than(d->r, event->sender);

	if (newer == NULL || records_of(event->sender) != 0)
		return;
	count_cause(d->r, self, event, newer);
	findings_note(&d->live, &(struct sighting){.kind = &kind,
				    .node = newer,
				    .other = event->sender,
				    .severity = PFREPLAY_CRITICAL,
				    .time_ns = event->time_ns,
				    .evidence = event->evidence,
				    .id = event->message->id,
				    .creatorid = event->message->creatorid});
}

static void
unreadable_proof(struct divergence *d, void *self, const struct watch_proof *proof)
{
	const struct node *maker = node_of_creator(d->r, proof->event->message->creatorid);
	struct unreadable *unreadable = self;

	/* It may have others from before the other one was upgraded. */
	if (proof->kind != WATCH_LACKS && proof->kind != WATCH_ASKED && maker != proof->node &&
	    proof->event->entry != NULL && proof->event->entry->facts != 0)
		unreadable->proved[proof->node->index] = true;
}

static bool
is_sure(
    const struct pfreplay *r, const struct unreadable *unreadable, const struct finding *finding)
{
	const struct node *owner = node_at(r, finding->nodes[0]);
	const struct node *asker = node_at(r, finding->nodes[1]);
	uint64_t bare = unreadable->bare[owner->index];
	uint64_t behind = unreadable->behind[owner->index];
	uint64_t of_bare = unreadable->of_bare[asker->index], due;

	if (bare == 0 || of_bare < ASKED_MIN || of_bare < bare / ASKED_ONE_IN)
		return false;
	due = behind * of_bare / bare;
	return due >= DUE_MIN && unreadable->of_behind[asker->index] <= due / DUE_ONE_IN &&
	       records_of(asker) == 0 && !unreadable->proved[asker->index];
}

/* The same two, as refused or lost: this is why. */
static void
drop_others(struct findings *findings, const struct finding *finding)
{
	for (guint i = 0; i < findings->list->len; i++) {
		struct finding *other = findings->list->pdata[i];

		if ((other->kind->number == 11 || other->kind->number == 15) &&
		    other->nodes[0] == finding->nodes[0] && other->nodes[1] == finding->nodes[1])
			other->dropped = true;
	}
}

static void
unreadable_finish(struct divergence *d, void *self, struct findings *findings)
{
	for (guint i = 0; i < findings->list->len; i++) {
		struct finding *finding = findings->list->pdata[i];

		/* Of version.c: its records show that it does not know them. */
		if (finding->kind != &kind && finding->kind->number == 2 &&
		    finding->severity > PFREPLAY_LOW)
			drop_others(findings, finding);
		if (finding->kind != &kind)
			continue;
		finding->dropped = !is_sure(d->r, self, finding);
		if (!finding->dropped)
			drop_others(findings, finding);
	}
}

const struct detector detector_unreadable = {
    .bytes = sizeof(struct unreadable),
    .said = WATCH_SAID(WATCH_UPD_REQ),
    .packet = unreadable_packet,
    .on_said = unreadable_said,
    .proof = unreadable_proof,
    .finish = unreadable_finish,
};
