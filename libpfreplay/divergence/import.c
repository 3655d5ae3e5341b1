/*
 * import.c - states that one firewall asks for: lost and healed, or refused
 * again and again.  D-10, D-11, D-15, and the unanswered part of D-03.
 *
 * SPDX-License-Identifier: ISC
 *
 * A receiver that lacks a state asks for it when it hears of an update, and
 * gets all of it (SEM 2.4).  One such round heals a lost insert.  If it asks
 * again after the answer, it did not take the state in; no counter says why,
 * so the reason is what the state and the receiver have in common.
 */
#include <string.h>

#include "detectors.h"
#include "ifset.h"
#include "say.h"
#include "traffic.h"

#define WANTS_MAX 65536
/* A request behind an answer by less than this crossed it on the way. */
#define CROSSED_NS (50 * NS_PER_MS)
/* An answer is pushed at once (SEM 2.8). */
#define REPLY_NS (5 * NS_PER_S)
/* Requests after a start are how a table fills (SEM 3.6). */
#define START_NS (10 * NS_PER_S)
/* Answered so often and still asking: refused, not lost (SEM 7.2, D-11). */
#define ROUNDS 2
/* Or answered once and still asking, for so many states ... */
#define AGAIN_MIN 5
/* ... and more than one in so many of those it asked for. */
#define AGAIN_ONE_IN 4
/* Losses that are no accident: so many, and one in so many inserts. */
#define LOST_MIN 10
#define LOST_ONE_IN 200
/* Ages are whole seconds, and an insert waits for one at most (SEM 3.2). */
#define SURELY_NS (2 * NS_PER_S)
#define UNANSWERED_MIN 3
#define FIRST_WORDS 4
/* Refused states that hardly matter: so few, and not one in so many. */
#define FEW 3

#define FEW_ONE_IN 50

static const struct finding_kind lost = {
    .number = 15,
    .sentence = "%b missed the insert of %{states} of %a, and had to ask for what it lacked after "
		"an update.",
    .advice = "Packets are lost on the sync link, or at a busy receiver: check errors and queue "
	      "drops of the interfaces. A state whose insert is lost and that is never updated "
	      "stays missing.",
};

/* What both ends saw was not lost. */
static const struct finding_kind arrived = {
    .number = 11,
    .sentence = "%b had to ask for %{states} of %a after an update, though the captures of both "
		"ends show that no packet to it was lost: it did not take the inserts in, or had "
		"removed the states without a word.",
    .advice = "Not a loss on the link. Compare the state limits (pfctl -sm) with the numbers of "
	      "states, and look for states of its own with the same addresses (pfctl -vvss).",
};

/* Not announced is not lost: nothing shows whether there was an insert. */
static const struct finding_kind unannounced = {
    .number = 15,
    .sentence = "%a sent updates for %{states} that it had not announced in this capture. %b "
		"requested them and was answered.",
    .advice = "Nothing to do if it stays at that: each of them was sent whole when it was asked "
	      "for. A capture at the other end shows whether the inserts were sent.",
};

const char *
import_cause_text(uint64_t outcome)
{
	switch (outcome) {
	case WATCH_REFUSED_KEY:
		return "; it has states of its own with the same addresses";
	case WATCH_REFUSED_ID:
		return "; other states have these ids there";
	case WATCH_REFUSED_LIMIT:
		return "; its state limit is reached";
	case WATCH_REFUSED_ROUTE:
		return "; it cannot rebuild their route-to";
	case WATCH_REFUSED_ACTION:
	case WATCH_SKIPPED:
	case WATCH_MISREAD:
		return "; its release does not understand the records they come in";
	default:
		return "; the capture does not show why";
	}
}

static void
tell_rejected(const struct pfreplay *r, const struct finding *finding, GString *text)
{
	int64_t recovered = finding_number(finding, "recovered");

	(void)r;
	g_string_append(text, import_cause_text(finding->tag));

	if (recovered > 0) {
		g_string_append(text, "; later it had ");
		say_number(text, (uint64_t)recovered);
		g_string_append(text, " of them");
	}
	g_string_append_c(text, '.');
}

static const struct finding_kind rejected = {
    .number = 11,
    .tell = tell_rejected,
    .sentence =
	"%b does not take in %{states} of %a: it asks for them, %a answers, and at the next "
	"update it asks again (up to %[rounds_max] rounds)",
    .advice = "On the one that refuses compare the state limit (pfctl -sm) with the number of "
	      "states, the rules "
	      "(pfctl -si -v | grep Checksum), and look for states of its own with the same "
	      "addresses.",
};

static const struct finding_kind interface = {
    .number = 10,
    .sentence = "%b takes in no state of %a that is bound to interface %w: it asked for %{states} "
		"of them again and again (up to %[rounds_max] rounds). It has no interface of that "
		"name, as far as its messages show.",
    .advice = "Give the interfaces the same names on both (lagg or vlan interfaces on top), or "
	      "use floating states. No counter shows this.",
};

static const struct finding_kind deaf = {
    .number = 3,
    .sentence = "%b asked %a for %{states} and never got an answer, though %a went on sending: %a "
		"does not hear %b.",
    .advice = "Check the rule that passes protocol pfsync on the sync interface, multicast "
	      "snooping of the switch, and syncdev and syncpeer on both.",
};

static const struct finding_kind turned_away = {
    .number = 11,
    .sentence = "%b did not take in %{states} of %a when they were announced, and asked for them "
		"once they were updated",
    .advice = "Not a loss on the link. Compare the state limits, the rules and the tables of both "
	      "with pfctl -vvss.",
    .tell = tell_rejected,
};

/* A state that a node asked for. */
struct want {
	int64_t asked_ns;    /* last request */
	int64_t answered_ns; /* last answer after a request, 0 = none */
	uint16_t node;       /* who asks */
	uint16_t owner;      /* who spoke of it: VIEW_NOBODY = unknown */
	uint16_t rounds;     /* answered and asked again */
	uint8_t cause;       /* enum watch_outcome of the prediction, or 0 */
	/* Lost, unless it is asked for again: the request that shows it, 0 = not. */
	int64_t lost_ns;
	uint64_t lost_evidence;
	bool unannounced; /* nobody saw an insert: it may never have been sent */
	bool told;        /* counted under `rejected` or `interface` */
	bool again;       /* counted in ways.again */
};

/* What one node asks of another. */
struct way {
	uint64_t asked; /* states */
	uint64_t again;
	uint64_t answers;
	uint64_t first_words; /* states it asked for when it was first heard */
	uint64_t unanswered;
	int64_t unanswered_first_ns;
	int64_t unanswered_last_ns;
	uint64_t unanswered_evidence;
	struct {
		uint64_t id;
		uint32_t creatorid;
	} example;
};

struct import {
	struct side *wants;
	struct way *from[PFREPLAY_NODES_MAX]; /* by who asks; then by whom */
	/* Interfaces whose states a node proved to have. */
	struct ifset accepted;
	/* Interfaces of states that it made itself. */
	struct ifset used;
};

static void
import_begin(struct divergence *d, void *self)
{
	struct import *import = self;

	d->import = import;
	import->wants = side_new(sizeof(struct want), WANTS_MAX);
	ifset_init(&import->accepted);
	ifset_init(&import->used);
}

static void
import_end(void *self)
{
	struct import *import = self;

	side_free(import->wants);
	ifset_clear(&import->accepted);
	ifset_clear(&import->used);
	for (size_t n = 0; n < PFREPLAY_NODES_MAX; n++)
		g_free(import->from[n]);
}

static struct way *
way(struct import *import, size_t asker, size_t owner)
{
	if (import->from[asker] == NULL)
		import->from[asker] = g_new0(struct way, PFREPLAY_NODES_MAX);
	return &import->from[asker][owner];
}

/* The interface of a state, "" if it is not known or floats. */
static const char *
ifname_of(const struct pfreplay *r, const struct entry *entry)
{
	const char *name;

	if (entry == NULL || entry->facts == 0)
		return "";
	name = facts_at(&r->facts, entry->facts)->shared->traits.ifname;
	return strncmp(name, "all", PFSYNC_IFNAMSIZ) != 0 ? name : "";
}

/* FreeBSD 10 and later skip states of interfaces they lack (SEM 2.2). */
static bool
skips_interfaces(const struct node *node)
{
	return node->family == PFREPLAY_V5F10 || node->family == PFREPLAY_V5F14 ||
	       node->family == PFREPLAY_V5F15;
}

static bool
is_starting(const struct node *node, int64_t now_ns)
{
	return node->unreliable || now_ns - node->first_ns < 3 * NS_PER_S ||
	       (node->restarted_ns != 0 && now_ns - node->restarted_ns < START_NS);
}

/* A state from before it was first heard: it may have come up since (credit.h). */
static bool
is_on_credit(const struct pfreplay *r, const struct node *node, const struct entry *entry)
{
	return node->on_credit &&
	       (entry == NULL || entry->facts == 0 ||
		   facts_at(&r->facts, entry->facts)->creation_ns < node->first_ns);
}

/* --- rounds --------------------------------------------------------------- */

/* It is not refused, as far as is known: so its insert was lost. */
static void
note_lost(const struct pfreplay *r, struct findings *findings, const struct want *want, uint64_t id,
    uint32_t creatorid)
{
	if (want->lost_ns == 0 || want->rounds != 0 || want->owner == VIEW_NOBODY)
		return;
	/* What its release, limit or table keeps out was not lost. */
	if (want->cause != 0) {
		findings_note(findings, &(struct sighting){.kind = &turned_away,
					    .tag = want->cause,
					    .node = node_at(r, want->owner),
					    .other = node_at(r, want->node),
					    .severity = PFREPLAY_LOW,
					    .time_ns = want->lost_ns,
					    .evidence = want->lost_evidence,
					    .id = id,
					    .creatorid = creatorid});
		return;
	}
	findings_note(findings, &(struct sighting){.kind = want->unannounced ? &unannounced : &lost,
				    .node = node_at(r, want->owner),
				    .other = node_at(r, want->node),
				    .severity = PFREPLAY_LOW,
				    .time_ns = want->lost_ns,
				    .evidence = want->lost_evidence,
				    .id = id,
				    .creatorid = creatorid});
}

static void
mark_lost(struct want *want, const struct event *event)
{
	want->lost_ns = event->time_ns;
	want->lost_evidence = event->evidence;
}

/* Is it the interface?  `cause` is what was predicted, 0 = nothing. */
static bool
is_by_interface(
    const struct import *import, const struct node *asker, const char *ifname, unsigned cause)
{
	if (cause == WATCH_REFUSED_IFNAME)
		return true;
	return cause == 0 && ifname[0] != '\0' && skips_interfaces(asker) &&
	       !ifset_has(&import->accepted, asker, ifname) &&
	       !ifset_has(&import->used, asker, ifname);
}

static void
note_rejected(
    struct divergence *d, struct import *import, const struct event *event, struct want *want)
{
	const struct node *asker = node_at(d->r, want->node), *owner = node_at(d->r, want->owner);
	const char *ifname = ifname_of(d->r, event->entry);
	bool by_interface;
	struct finding *finding;

	if (want->cause == 0 &&
	    side_find(d->collided, event->message->id, event->message->creatorid) != NULL)
		want->cause = WATCH_REFUSED_KEY;
	by_interface = is_by_interface(import, asker, ifname, want->cause);
	finding = findings_note(
	    &d->live, &(struct sighting){.kind = by_interface ? &interface : &rejected,
			  .tag = by_interface ? g_str_hash(ifname) : want->cause,
			  .node = owner,
			  .other = asker,
			  .severity = PFREPLAY_HIGH,
			  .time_ns = event->time_ns,
			  .evidence = event->evidence,
			  .id = event->message->id,
			  .creatorid = event->message->creatorid,
			  .counted = want->told});
	if (finding == NULL)
		return;
	if (by_interface)
		finding_word(finding, ifname, PFSYNC_IFNAMSIZ);
	finding_max(finding, "rounds_max", want->rounds);

	want->told = true;
}

static void
asked_again(
    struct divergence *d, struct import *import, const struct event *event, struct want *want)
{
	want->rounds = (uint16_t)MIN(want->rounds + 1, UINT16_MAX);
	if (want->owner == VIEW_NOBODY)
		return;
	if (!want->again) {
		want->again = true;
		way(import, want->node, want->owner)->again++;
	}
	if (want->rounds >= ROUNDS)
		note_rejected(d, import, event, want);
}

/* Whose update made the node ask: the one that spoke last of it. */
static uint16_t
speaker_of(const struct pfreplay *r, struct entry *entry, const struct node *asker)
{
	const struct view *view, *latest = NULL;
	uint32_t position = 0;

	while (entry != NULL && (view = view_next(&r->spill, entry, &position)) != NULL)
		if (view->node != asker->index && !node_is_hidden(node_at(r, view->node)) &&
		    (latest == NULL || view->evidence_ns > latest->evidence_ns))
			latest = view;
	return latest != NULL ? latest->node : VIEW_NOBODY;
}

static void
count_unanswered(struct import *import, const struct want *want, const struct event *event)
{
	struct way *w;

	if (want->owner == VIEW_NOBODY)
		return;
	w = way(import, want->node, want->owner);
	if (w->unanswered++ == 0) {
		w->unanswered_first_ns = want->asked_ns;
		w->unanswered_evidence = event->evidence;
		w->example.id = event->message->id;
		w->example.creatorid = event->message->creatorid;
	}
	w->unanswered_last_ns = event->time_ns;
}

/*
 * A backup that is heard for the first time: was it there when the insert came?
 * If it asks for nearly everything it was not.  A few are likely to be lost.
 */
static void
note_first_words(
    struct divergence *d, struct import *import, const struct event *event, struct want *want)
{
	const struct node *asker = event->sender;
	const struct entry *entry = event->entry;
	const struct node *owner;

	if (want->owner == VIEW_NOBODY || entry == NULL || entry->facts == 0 ||
	    asker->restarted_ns != 0 || event->time_ns - asker->first_ns > 3 * NS_PER_S)
		return;
	owner = node_at(d->r, want->owner);
	if (facts_at(&d->r->facts, entry->facts)->creation_ns < owner->first_ns ||
	    event->time_ns - owner->first_ns < START_NS ||
	    way(import, asker->index, want->owner)->first_words++ >= FIRST_WORDS)
		return;
	mark_lost(want, event);
}

/* UPD_REQ of a state */
static void
requested(struct divergence *d, struct import *import, const struct event *event)
{
	const struct node *asker = event->sender;
	struct want *want;
	bool fresh;

	want = side_make(import->wants, event->message->id, event->message->creatorid, &fresh);
	if (fresh || want->node != asker->index) {
		if (!fresh)
			note_lost(
			    d->r, &d->live, want, event->message->id, event->message->creatorid);
		*want = (struct want){
		    .node = asker->index, .owner = speaker_of(d->r, event->entry, asker)};
		if (want->owner != VIEW_NOBODY)
			way(import, asker->index, want->owner)->asked++;
		note_first_words(d, import, event, want);
	} else if (want->answered_ns != 0) {
		if (event->time_ns - want->answered_ns > CROSSED_NS)
			asked_again(d, import, event, want);
	} else if (event->time_ns - want->asked_ns > REPLY_NS / 5)
		count_unanswered(import, want, event);
	want->asked_ns = event->time_ns;
	want->answered_ns = 0;
	if (event->number != 0)
		watch_set_mark(d->r, event->number, d->mark, true);
}

/* The node speaks of a state that it asked for: it has it after all. */
static void
healed(
    struct divergence *d, struct import *import, const struct event *event, const struct want *want)
{
	const char *ifname = ifname_of(d->r, event->entry);
	const struct node *owner;
	struct finding *finding = NULL;

	if (want->told && want->owner != VIEW_NOBODY) {
		owner = node_at(d->r, want->owner);
		finding = findings_find(&d->live, &rejected, want->cause, owner, event->sender);
		if (finding == NULL)
			finding = findings_find(
			    &d->live, &interface, g_str_hash(ifname), owner, event->sender);
	}
	finding_add(finding, "recovered", 1);
	note_lost(d->r, &d->live, want, event->message->id, event->message->creatorid);
	side_drop(import->wants, event->message->id, event->message->creatorid);
	if (event->number != 0)
		watch_set_mark(d->r, event->number, d->mark, false);
}

/*
 * The answer is the first full record of a state that was made while the capture
 * ran: its insert was lost before the place where the capture was taken.
 */
static bool
is_insert_unseen(const struct pfreplay *r, const struct watch_said *said, const struct want *want)
{
	const struct event *event = said->event;
	const struct pfsync_message *message = event->message;
	const struct node *owner = event->sender;
	int64_t made_ns;

	if (!said->keyless || want->rounds != 0 || want->lost_ns != 0 ||
	    want->owner != owner->index || !pfsync_has(message, PFSYNC_F_CREATION) ||
	    is_starting(node_at(r, want->node), event->time_ns))
		return false;
	made_ns = event->time_ns - (int64_t)message->u.state.creation_s * NS_PER_S;
	return made_ns > owner->first_ns + SURELY_NS && made_ns > owner->restarted_ns + SURELY_NS;
}

static void
import_said(struct divergence *d, void *self, const struct watch_said *said)
{
	const struct event *event = said->event;
	const struct pfsync_message *message = event->message;
	struct import *import = self;
	struct want *want;

	if (said->bad_value)
		return;
	if ((said->kinds & WATCH_SAID(WATCH_UPD_REQ)) != 0) {
		requested(d, import, event);
		return;
	}
	if (message->action == PFSYNC_ACT_INS) {
		if (pfsync_has(message, PFSYNC_F_IFNAME))
			ifset_put(&import->used, event->sender, message->u.state.ifname);
		return;
	}
	want = side_find(import->wants, message->id, message->creatorid);
	if (want == NULL)
		return;
	if (want->node == event->sender->index) {
		healed(d, import, event, want);
		return;
	}
	/* An answer that was lost is none. */
	if (message->action != PFSYNC_ACT_UPD || (d->r->open.packet->missed >> want->node & 1) != 0)
		return;
	if (want->answered_ns == 0 && want->owner != VIEW_NOBODY)
		way(import, want->node, want->owner)->answers++;
	if (is_insert_unseen(d->r, said, want)) {
		mark_lost(want, event);
		want->unannounced = true;
	}
	want->answered_ns = event->time_ns;
	if (want->owner == VIEW_NOBODY)
		want->owner = event->sender->index;
}

static void
import_outcome(struct divergence *d, void *self, const struct watch_result *result)
{
	struct import *import = self;
	struct want *want =
	    side_find(import->wants, result->event->message->id, result->event->message->creatorid);

	(void)d;
	if (want != NULL && want->node == result->receiver->index)
		want->cause = (uint8_t)result->outcome;
}

static void
import_proof(struct divergence *d, void *self, const struct watch_proof *proof)
{
	const struct event *event = proof->event;
	struct import *import = self;
	struct want *want;

	if (proof->kind == WATCH_CONFIRMED || proof->kind == WATCH_ACKNOWLEDGED) {
		const char *ifname = ifname_of(d->r, event->entry);

		if (ifname[0] != '\0' && skips_interfaces(proof->node))
			ifset_put(&import->accepted, proof->node, ifname);
		return;
	}
	if (proof->kind != WATCH_LACKS || is_starting(proof->node, event->time_ns) ||
	    is_on_credit(d->r, proof->node, event->entry))
		return;
	/* import_said() came before. */
	want = side_find(import->wants, event->message->id, event->message->creatorid);
	if (want == NULL || want->owner == VIEW_NOBODY || want->rounds != 0 || want->lost_ns != 0)
		return;
	mark_lost(want, event);
}

static void
join_want(void *user, uint64_t id, uint32_t creatorid, void *record)
{
	const struct watch_node *joined = user;
	struct want *want = record;

	(void)id, (void)creatorid;
	if (want->node == joined->other->index)
		want->node = joined->node->index;
	if (want->owner == joined->other->index)
		want->owner = joined->node->index;
}

static void
import_node(struct divergence *d, void *self, const struct watch_node *node)
{
	struct import *import = self;
	struct watch_node joined = *node;

	(void)d;
	if (node->kind != WATCH_NODE_JOINED)
		return;
	g_free(import->from[node->other->index]);
	import->from[node->other->index] = NULL;
	side_each(import->wants, join_want, &joined);
}

/* --- at the end ----------------------------------------------------------- */

static uint64_t
inserts_of(const struct node *node)
{
	return node->sent[!node->on_wire].messages[PFSYNC_ACT_INS];
}

static void
finish_way(struct divergence *d, struct findings *findings, size_t asker, size_t owner,
    const struct way *w)
{
	const struct node *a = node_at(d->r, owner), *b = node_at(d->r, asker);
	struct finding *finding;

	/* Went on sending, but never answered. */
	if (w->answers == 0 && w->unanswered >= UNANSWERED_MIN &&
	    a->last_ns > w->unanswered_first_ns + REPLY_NS) {
		finding = findings_note(findings, &(struct sighting){.kind = &deaf,
						      .node = a,
						      .other = b,
						      .severity = PFREPLAY_CRITICAL,
						      .time_ns = w->unanswered_first_ns,
						      .evidence = w->unanswered_evidence,
						      .id = w->example.id,
						      .creatorid = w->example.creatorid,
						      .count = w->asked});
		if (finding != NULL)
			finding->last_ns = w->unanswered_last_ns;
		finding_set(finding, "requests_unanswered", (int64_t)w->unanswered);
	}
}

struct again {
	struct divergence *d;
	struct import *import;
	struct findings *findings;
};

/* Asked again after two answers; or after one, like very many others. */
static bool
is_refused(struct import *import, const struct want *want)
{
	const struct way *w;

	if (want->owner == VIEW_NOBODY || !want->again)
		return false;
	w = way(import, want->node, want->owner);
	return want->rounds >= ROUNDS ||
	       (w->again >= AGAIN_MIN && w->again >= w->asked / AGAIN_ONE_IN);
}

bool
import_is_loss(const struct finding *finding)
{
	return finding->kind == &lost;
}

bool
import_refused(const struct divergence *d, const struct node *node, uint64_t id, uint32_t creatorid)
{
	const struct want *want = side_find(d->import->wants, id, creatorid);

	return want != NULL && want->node == node->index && is_refused(d->import, want);
}

static void
finish_want(void *user, uint64_t id, uint32_t creatorid, void *record)
{
	const struct again *again = user;
	const struct want *want = record;
	const struct node *asker, *owner;
	struct finding *finding;
	const char *ifname;
	uint32_t number;
	bool by_interface;

	note_lost(again->d->r, again->findings, want, id, creatorid);
	if (want->told || !is_refused(again->import, want))
		return;
	asker = node_at(again->d->r, want->node);
	owner = node_at(again->d->r, want->owner);
	number = store_find(again->d->r, id, creatorid);
	ifname =
	    ifname_of(again->d->r, number != 0 ? table_entry(&again->d->r->table, number) : NULL);
	by_interface = is_by_interface(again->import, asker, ifname, want->cause);
	finding = findings_note(
	    again->findings, &(struct sighting){.kind = by_interface ? &interface : &rejected,
				 .tag = by_interface ? g_str_hash(ifname) : want->cause,
				 .node = owner,
				 .other = asker,
				 .severity = PFREPLAY_HIGH,
				 .time_ns = want->asked_ns,
				 .id = id,
				 .creatorid = creatorid});
	if (by_interface)
		finding_word(finding, ifname, PFSYNC_IFNAMSIZ);
	finding_max(finding, "rounds_max", want->rounds);
}

/* States bound to an interface that the other one lacks are refused, not lost. */
static bool
interface_explains(const struct findings *findings, const struct finding *loss)
{
	for (guint i = 0; i < findings->list->len; i++) {
		const struct finding *other = findings->list->pdata[i];

		if (other->kind == &interface && other->nodes[0] == loss->nodes[0] &&
		    other->nodes[1] == loss->nodes[1])
			return true;
	}
	return false;
}

static void
import_finish(struct divergence *d, void *self, struct findings *findings)
{
	struct import *import = self;
	struct again again = {d, import, findings};

	for (size_t asker = 0; asker < d->r->nodes.count; asker++)
		for (size_t owner = 0; import->from[asker] != NULL && owner < d->r->nodes.count;
		     owner++)
			finish_way(d, findings, asker, owner, &import->from[asker][owner]);
	side_each(import->wants, finish_want, &again);
	for (guint i = 0; i < findings->list->len; i++) {
		struct finding *finding = findings->list->pdata[i];
		uint64_t inserts;

		if (finding->kind == &lost) {
			inserts = inserts_of(node_at(d->r, finding->nodes[0]));
			finding_set(finding, "inserts", (int64_t)inserts);
			if (finding->count >= LOST_MIN && finding->count > inserts / LOST_ONE_IN)
				finding_worsen(finding, PFREPLAY_MEDIUM);
			if (traffic_lost_nothing(d->r, finding->nodes[0], finding->nodes[1]))
				finding->kind = &arrived;
			finding->dropped |= interface_explains(findings, finding);
		}
		/* All of them got there in the end. */
		if ((finding->kind == &rejected || finding->kind == &interface) &&
		    finding_number(finding, "recovered") >= (int64_t)finding->count)
			finding->severity = PFREPLAY_LOW;
		/* Two that had the same addresses at a failover, say. */
		if (finding->kind == &rejected && finding->count < FEW &&
		    node_at(d->r, finding->nodes[0])->views > finding->count * FEW_ONE_IN)
			finding->severity = PFREPLAY_LOW;
	}
}

const struct detector detector_import = {
    .bytes = sizeof(struct import),
    .said = WATCH_SAID(WATCH_UPD_REQ) | WATCH_SAID(WATCH_INS) | WATCH_SAID(WATCH_UPD) |
	    WATCH_SAID(WATCH_INS_ACK) | WATCH_SAID(WATCH_DEL_C) | WATCH_SAID(WATCH_DEL) |
	    WATCH_SAID(WATCH_UPD_C_MARKED),
    .outcomes = WATCH_OUTCOME(WATCH_REFUSED_IFNAME) | WATCH_OUTCOME(WATCH_REFUSED_KEY) |
		WATCH_OUTCOME(WATCH_REFUSED_ID) | WATCH_OUTCOME(WATCH_REFUSED_LIMIT) |
		WATCH_OUTCOME(WATCH_REFUSED_ROUTE) | WATCH_OUTCOME(WATCH_REFUSED_ACTION) |
		WATCH_OUTCOME(WATCH_SKIPPED) | WATCH_OUTCOME(WATCH_MISREAD),
    .begin = import_begin,
    .end = import_end,
    .on_said = import_said,
    .outcome = import_outcome,
    .proof = import_proof,
    .node = import_node,
    .finish = import_finish,
};
