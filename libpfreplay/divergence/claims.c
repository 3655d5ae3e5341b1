/*
 * claims.c - host ids that two firewalls claim, or one changes: D-18, D-20, D-21.
 *
 * SPDX-License-Identifier: ISC
 *
 * INS, CLR and BUS carry the sender's own host id (SEM 1.4).  A firewall that
 * changed its address claims what the old address owned; only if both go on to
 * use it are there two.
 */
#include "detectors.h"

#define CLAIMS_MAX 64
/* So many inserts of somebody else's states are a system's habit. */
#define REPEATED_HIGH 3

static const struct finding_kind cloned = {
    .number = 18,
    .sentence = "%a and %b both create states under the host id %w: a flush of one removes the "
		"other's states, and where their ids coincide updates are merged into the wrong "
		"state.",
    .advice = "Give each firewall its own \"set hostid\", do not clone disks without changing it, "
	      "and reload pf.",
};

static const struct finding_kind changed = {
    .number = 20,
    .sentence = "%a now creates states under the host id %w, without having restarted: its older "
		"states keep the old id, and a flush does not reach them on the peer.",
    .advice = "Give each firewall a fixed \"set hostid\"; without one FreeBSD takes a new id at "
	      "each full reload of the rules.",
};

static const struct finding_kind echoed = {
    .number = 21,
    .sentence = "%a announces %{states} of %b as if it had made them itself, so the two insert "
		"the same states to each other over and over.",
    .advice = "A defect of OpenBSD around 7.3 and 7.4, fixed since (commit 740063f5): update.",
};

struct claim {
	uint32_t creatorid;
	uint16_t nodes[2]; /* the first claimant and the other */
	uint8_t turns;     /* how often the claimant changed */
	bool inserts;      /* the second one, too, made states under it */
	uint16_t last;
};

struct claims {
	struct claim list[CLAIMS_MAX];
	size_t count;
};

static struct node *
another_owner(const struct pfreplay *r, const struct node *node, uint32_t creatorid)
{
	for (size_t n = 0; n < r->nodes.count; n++) {
		struct node *other = r->nodes.list[n];

		if (other != node && node_heard(other) && node_owns(other, creatorid))
			return other;
	}
	return NULL;
}

/*
 * Different addresses of one firewall: IPv4 and IPv6, or without a link layer
 * to tell them apart.
 */
static bool
may_be_one(const struct node *a, const struct node *b)
{
	return a->address_count == 0 || b->address_count == 0 ||
	       a->addresses[0].af != b->addresses[0].af;
}

/* The claim that `node` has a part in, or NULL. */
static struct claim *
claim_find(struct claims *claims, const struct node *node, uint32_t creatorid)
{
	for (size_t i = 0; i < claims->count; i++) {
		struct claim *claim = &claims->list[i];

		if (claim->creatorid == creatorid &&
		    (claim->nodes[0] == node->index || claim->nodes[1] == node->index))
			return claim;
	}
	return NULL;
}

static struct claim *
claim_make(
    struct claims *claims, const struct node *owner, const struct node *node, uint32_t creatorid)
{
	struct claim *claim;

	if (claims->count == CLAIMS_MAX)
		return NULL;
	claim = &claims->list[claims->count++];
	*claim = (struct claim){
	    .creatorid = creatorid, .nodes = {owner->index, node->index}, .last = owner->index};
	return claim;
}

static void
note_hostid(struct divergence *d, const struct finding_kind *kind, const struct node *a,
    const struct node *b, uint32_t creatorid, const struct event *event)
{
	struct finding *finding = findings_note(
	    &d->live, &(struct sighting){.kind = kind,
			  .tag = creatorid,
			  .node = a,
			  .other = b,
			  .severity = kind == &cloned ? PFREPLAY_CRITICAL : PFREPLAY_LOW,
			  .time_ns = event->time_ns,
			  .evidence = event->evidence,
			  .id = event->message->id,
			  .creatorid = creatorid});
	char word[16];

	g_snprintf(word, sizeof(word), "%08x", creatorid);
	finding_word(finding, word, sizeof(word));
}

/* INS of a state that is known already, with its keys: nobody makes it twice. */
static bool
is_known(const struct watch_said *said)
{
	const struct event *event = said->event;

	if (event->message->action != PFSYNC_ACT_INS || event->entry == NULL || said->other_key)
		return false;
	return !event->created ||
	       tombs_find(&event->r->tombs, event->message->id, event->message->creatorid) != NULL;
}

static void
claims_said(struct divergence *d, void *self, const struct watch_said *said)
{
	const struct event *event = said->event;
	const struct node *sender = event->sender;
	uint32_t creatorid = event->message->creatorid;
	struct node *owner = another_owner(d->r, sender, creatorid);
	struct claim *claim = claim_find(self, sender, creatorid);
	struct finding *finding;

	if (said->bad_value || !pfsync_has(event->message, PFSYNC_F_CREATORID) ||
	    (owner == NULL && claim == NULL) || (owner != NULL && may_be_one(sender, owner)))
		return;
	if (owner != NULL && is_known(said)) {
		/* Its owner deleted it meanwhile: the answer to an older echo. */
		if (!event->created && store_view(event->r, event->entry, owner) == NULL)
			return;
		finding = findings_note(&d->live, &(struct sighting){.kind = &echoed,
						      .node = sender,
						      .other = owner,
						      .severity = PFREPLAY_MEDIUM,
						      .time_ns = event->time_ns,
						      .evidence = event->evidence,
						      .id = event->message->id,
						      .creatorid = creatorid});
		if (finding != NULL && finding->count >= REPEATED_HIGH)
			finding_worsen(finding, PFREPLAY_HIGH);
		return;
	}
	if (claim == NULL)
		claim = claim_make(self, owner, sender, creatorid);
	if (claim == NULL)
		return;
	if (claim->last != sender->index && claim->turns < UINT8_MAX)
		claim->turns++;
	claim->last = sender->index;
	claim->inserts = claim->inserts || (sender->index == claim->nodes[1] &&
					       event->message->action != PFSYNC_ACT_CLR);
	/* One, the other, and the first again. */
	if (claim->turns >= 2 && claim->inserts)
		note_hostid(d, &cloned, node_at(d->r, claim->nodes[0]),
		    node_at(d->r, claim->nodes[1]), creatorid, event);
}

static void
claims_node(struct divergence *d, void *self, const struct watch_node *node)
{
	struct claims *claims = self;

	if (node->kind == WATCH_NODE_JOINED) {
		for (size_t i = claims->count; i-- > 0;)
			if (claims->list[i].nodes[0] == node->other->index ||
			    claims->list[i].nodes[1] == node->other->index)
				claims->list[i] = claims->list[--claims->count];
		return;
	}
	if (node->kind != WATCH_NODE_HOSTID || node->node->creatorid_count < 2 ||
	    node->node->restarted || d->r->event == NULL ||
	    another_owner(d->r, node->node, node->creatorid) != NULL)
		return;
	note_hostid(d, &changed, node->node, NULL, node->creatorid, d->r->event);
}

/* What they insert to each other over and over needs no second host id. */
static void
claims_finish(struct divergence *d, void *self, struct findings *findings)
{
	(void)d, (void)self;
	for (guint i = 0; i < findings->list->len; i++) {
		struct finding *finding = findings->list->pdata[i];

		for (guint k = 0; finding->kind == &cloned && k < findings->list->len; k++) {
			const struct finding *other = findings->list->pdata[k];

			if (other->kind == &echoed && other->count > finding->count / 2 &&
			    (other->nodes[0] == finding->nodes[0] ||
				other->nodes[0] == finding->nodes[1]))
				finding->dropped = true;
		}
	}
}

const struct detector detector_claims = {
    .bytes = sizeof(struct claims),
    .said = WATCH_SAID(WATCH_INS) | WATCH_SAID(WATCH_CLR) | WATCH_SAID(WATCH_BUS),
    .on_said = claims_said,
    .node = claims_node,
    .finish = claims_finish,
};
