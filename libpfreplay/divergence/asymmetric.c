/*
 * asymmetric.c - both firewalls see packets of one connection: D-16.
 *
 * SPDX-License-Identifier: ISC
 *
 * Two signs: both insert a state with the same addresses within a second, or
 * both take turns in updating a state.  A failover turns each state over once.
 */
#include <string.h>

#include "detectors.h"

#define INSERT_NS NS_PER_S
/* Inserts that are remembered, by the hash of their addresses. */
#define INSERTS 8192
#define TURNS_MAX 32768
/* Taken up by another within this, so many times, is no failover. */
#define TURN_NS (3 * NS_PER_S)
#define TURNS 4
#define STATES_MEDIUM 3
#define STATES_HIGH 30

#define ACK_FLAG 0x10 /* SEM 5.5 */

static const struct finding_kind both_insert = {
    .number = 16,
    .sentence = "%a and %b both made states for %{connections} within a second of each other: the "
		"replies come back through the other firewall before it has learnt the state.",
    .advice = "Turn on defer on pfsync0, or make the routes symmetric.",
};

static const struct finding_kind both_update = {
    .number = 16,
    .sentence = "%a and %b take turns in updating %{connections}: both see their packets, and each "
		"knows only its half.",
    .advice = "Make the routes symmetric, so that one firewall sees both directions; defer only "
	      "helps at the beginning of a connection.",
};

struct insert {
	int64_t time_ns;
	uint64_t hash;
	uint64_t evidence;
	uint64_t id;
	uint32_t creatorid;
	uint16_t node;
};

struct turn {
	int64_t time_ns;
	uint16_t turns;
	bool told;
};

struct asymmetric {
	struct insert inserts[INSERTS];
	struct side *turns;
	bool defers[PFREPLAY_NODES_MAX];
};

static void
asymmetric_begin(struct divergence *d, void *self)
{
	struct asymmetric *asymmetric = self;

	(void)d;
	asymmetric->turns = side_new(sizeof(struct turn), TURNS_MAX);
}

static void
asymmetric_end(void *self)
{
	side_free(((struct asymmetric *)self)->turns);
}

static uint64_t
mix(uint64_t h, uint64_t value)
{
	h = (h ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

static uint64_t
end_hash(const struct pfsync_addr *addr, uint16_t port, enum pfsync_af af)
{
	uint64_t halves[2] = {0, 0};

	memcpy(halves, addr->b, af == PFSYNC_AF_INET ? 4 : sizeof(halves));
	return mix(mix(port, halves[0]), halves[1]);
}

/* The same for both directions. */
static uint64_t
key_hash(const struct pfsync_key *key, unsigned proto, enum pfsync_af af)
{
	return mix(proto,
	    end_hash(&key->addr[0], key->port[0], af) + end_hash(&key->addr[1], key->port[1], af));
}

/* Groups and broadcasts reach both firewalls, as they should. */
static bool
is_group(const struct pfsync_addr *addr, enum pfsync_af af)
{
	if (af == PFSYNC_AF_INET6)
		return addr->b[0] == 0xff;
	return addr->b[0] >= 224;
}

static void
note_insert(struct divergence *d, const struct asymmetric *asymmetric, const struct event *event,
    const struct insert *first)
{
	const struct node *a = node_at(d->r, first->node), *b = event->sender;
	bool defers = asymmetric->defers[first->node] || asymmetric->defers[event->sender->index];
	struct finding *finding;

	(void)side_make(d->collided, first->id, first->creatorid, NULL);
	(void)side_make(d->collided, event->message->id, event->message->creatorid, NULL);
	finding = findings_note(&d->live, &(struct sighting){.kind = &both_insert,
					      .node = a->index < b->index ? a : b,
					      .other = a->index < b->index ? b : a,
					      .severity = PFREPLAY_LOW,
					      .time_ns = event->time_ns,
					      .evidence = first->evidence,
					      .id = event->message->id,
					      .creatorid = event->message->creatorid});
	if (finding == NULL)
		return;
	finding_proof(finding, event->evidence);
	if (defers)
		return;
	if (finding->count >= STATES_MEDIUM)
		finding_worsen(finding, PFREPLAY_MEDIUM);
	if (finding->count >= STATES_HIGH)
		finding_worsen(finding, PFREPLAY_HIGH);
}

static void
inserted(struct divergence *d, struct asymmetric *asymmetric, const struct event *event)
{
	const struct pfsync_message *message = event->message;
	enum pfsync_af af = pfsync_state_af(message);
	struct pfsync_key keys[2];
	struct insert *place;
	uint64_t hash;

	if (pfsync_has(message, PFSYNC_F_STATE_FLAGS) &&
	    (message->u.state.state_flags & ACK_FLAG) != 0)
		asymmetric->defers[event->sender->index] = true;
	if (!node_owns(event->sender, message->creatorid) || !pfsync_has(message, PFSYNC_F_PROTO) ||
	    !pfsync_state_keys(message, &keys[0], &keys[1]))
		return;
	if (is_group(&keys[0].addr[0], af) || is_group(&keys[0].addr[1], af))
		return;
	hash = key_hash(&keys[0], message->u.state.proto, af);
	place = &asymmetric->inserts[hash % INSERTS];
	if (place->hash == hash && place->node != event->sender->index &&
	    event->time_ns - place->time_ns < INSERT_NS && event->time_ns >= place->time_ns) {
		note_insert(d, asymmetric, event, place);
		return;
	}
	*place = (struct insert){event->time_ns, hash, event->evidence, message->id,
	    message->creatorid, event->sender->index};
}

static bool
is_ahead(const struct pfsync_peer *now, const struct pfsync_peer *before, bool tcp)
{
	uint32_t on = now->seqlo - before->seqlo;

	if (now->state != before->state)
		return now->state > before->state;
	return tcp && on != 0 && on < UINT32_C(0x80000000);
}

/*
 * Does it tell more than the sender was predicted to know?  If not it is no
 * sign of packets: a correction (SEM 2.5), or an update that crossed another.
 */
static bool
has_news(const struct watch_said *said)
{
	const struct event *event = said->event;
	bool tcp = event->entry->proto == 6;

	return is_ahead(event->src, &said->before->src, tcp) ||
	       is_ahead(event->dst, &said->before->dst, tcp);
}

static void
turned(struct divergence *d, struct asymmetric *asymmetric, const struct watch_said *said)
{
	const struct event *event = said->event;
	struct turn *turn;
	const struct view *view;
	uint32_t position = 0;
	const struct node *other = NULL;
	struct finding *finding;
	bool fresh;

	turn = side_make(asymmetric->turns, event->message->id, event->message->creatorid, &fresh);
	if (!fresh && event->time_ns - turn->time_ns < TURN_NS)
		turn->turns = (uint16_t)MIN(turn->turns + 1, UINT16_MAX);
	else
		turn->turns = 1;
	turn->time_ns = event->time_ns;
	if (turn->turns < TURNS)
		return;
	while ((view = view_next(&d->r->spill, event->entry, &position)) != NULL)
		if (view->node != event->sender->index &&
		    !node_is_hidden(node_at(d->r, view->node)))
			other = node_at(d->r, view->node);
	/* With defer that is what corrections are for. */
	if (other == NULL || asymmetric->defers[event->sender->index] ||
	    asymmetric->defers[other->index])
		return;
	finding = findings_note(
	    &d->live, &(struct sighting){.kind = &both_update,
			  .node = event->sender->index < other->index ? event->sender : other,
			  .other = event->sender->index < other->index ? other : event->sender,
			  .severity = PFREPLAY_LOW,
			  .time_ns = event->time_ns,
			  .evidence = event->evidence,
			  .id = event->message->id,
			  .creatorid = event->message->creatorid,
			  .counted = turn->told});
	turn->told = true;
	finding_max(finding, "turns_max", turn->turns);
	if (finding != NULL && finding->count >= STATES_MEDIUM)
		finding_worsen(finding, PFREPLAY_MEDIUM);
}

static void
asymmetric_said(struct divergence *d, void *self, const struct watch_said *said)
{
	if (said->bad_value)
		return;
	if (said->event->message->action == PFSYNC_ACT_INS)
		inserted(d, self, said->event);
	/* Not the first word of it after somebody else's, as after a start. */
	else if (said->held && said->event->entry != NULL && said->standing != PFREPLAY_UNKNOWN &&
		 !said->other_key && has_news(said))
		turned(d, self, said);
}

/* Packets that were reordered look like turns. */
static void
asymmetric_finish(struct divergence *d, void *self, struct findings *findings)
{
	(void)d, (void)self;
	for (guint i = 0; i < findings->list->len; i++) {
		struct finding *finding = findings->list->pdata[i];

		for (guint k = 0; finding->kind == &both_update && k < findings->list->len; k++) {
			const struct finding *other = findings->list->pdata[k];

			if (other->kind->number == 7 && other->severity > PFREPLAY_LOW &&
			    other->count >= finding->count &&
			    (other->nodes[0] == finding->nodes[0] ||
				other->nodes[0] == finding->nodes[1]))
				finding->severity = PFREPLAY_LOW;
		}
	}
}

const struct detector detector_asymmetric = {
    .bytes = sizeof(struct asymmetric),
    .said = WATCH_SAID(WATCH_INS) | WATCH_SAID(WATCH_UPD_C_TURN),
    .begin = asymmetric_begin,
    .end = asymmetric_end,
    .on_said = asymmetric_said,
    .finish = asymmetric_finish,
};
