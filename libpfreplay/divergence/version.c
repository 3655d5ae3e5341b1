/*
 * version.c - firewalls of different releases: D-01, D-02, D-26.
 *
 * SPDX-License-Identifier: ISC
 */
#include "detectors.h"
#include "families/rules.h"
#include "say.h"

/* A lone packet of another version is a damaged or a stray one. */
#define PACKETS_MIN 2
/* States that it has all the same: it is newer than what it sends. */
#define HAS_MIN 3
/* Bad values: this many, and one in so many messages, are no accident (D-26). */
#define BAD_MIN 8
#define BAD_HIGH_ONE_IN 5
#define BAD_MEDIUM_ONE_IN 50

static const struct finding_kind other_version = {
    .number = 1,
    .sentence = "%a speaks pfsync version %[version_a] and %b version %[version_b]: each drops "
		"every packet of the other (%n seen, counted as bad version), so neither learns "
		"the other's states.",
    .advice = "Run the same release on both. While one is upgraded, expect it to hold no states "
	      "of the other: connections break when traffic moves.",
};

static void
tell_action(const struct pfreplay *r, const struct finding *finding, GString *text)
{
	if (finding_number(finding, "has") >= HAS_MIN) {
		g_string_append(text, " Yet ");
		say_node(text, r, finding->nodes[1]);
		g_string_append(text, " speaks of such states, so it only sends the older format.");
	}
}

static const struct finding_kind other_action = {
    .number = 2,
    .tell = tell_action,
    .sentence = "%a sends messages (action %[action_number]) that the release of %b does not "
		"know: %b gives up each such packet there, and with it the updates and deletes "
		"behind (%{packets} so far).",
    .advice = "On the newer firewall set the message version of the older one (ifconfig pfsync0 "
	      "version 1301, or 1400) until both run the same release.",
};

static const struct finding_kind misread = {
    .number = 2,
    .sentence = "%b, a FreeBSD 14 of before October 2024, reads only the first state of each "
		"section that %a sends in the older format: it had to ask for states that came "
		"behind it, and misreads %{states} more.",
    .advice = "Update %b: 14.3 reads all of them. Or run the same release on both firewalls.",
};

static const struct finding_kind bad_value = {
    .number = 26,
    .sentence = "%b refuses %{messages} of %a because of impossible values (peer state, timeout "
		"class, direction or address family), of %[messages] that it got.",
    .advice = "A few come from states that were just being removed. Many mean that the two do "
	      "not agree on the format: run the same release on both.",
};

static const struct finding_kind sctp_level = {
    .number = 26,
    .sentence = "%a sent %{messages} with levels of SCTP's shutdown, which its own release, and "
		"every other FreeBSD, refuses (counted as bad value): such states stay on %b until "
		"their timeout.",
    .advice = "Nothing is wrong with the two: the system tests levels of SCTP against those of "
	      "TCP. A state that stays longer than its connection does no harm.",
};

/* The packet before this one. */
struct version {
	const struct node *sender;
	uint64_t bad; /* bad values of the sender before it */
	int64_t time_ns;
	uint64_t evidence;
	bool tap;
	bool refused; /* by somebody: told as that */
};

static bool
knows_action(const struct node *node, uint8_t action_number)
{
	for (size_t tap = 0; tap < 2; tap++) {
		const struct pfsync_hint *hint = &node->hint[tap];

		if (hint->frames == 0 || hint->forced != NULL)
			continue;
		for (size_t i = 0; i < pfsync_dialect_count(); i++)
			if (pfsync_set_has(&hint->candidates, i) &&
			    pfsync_dialect_at(i)->action_max > action_number)
				return true;
	}
	return false;
}

static bool
sent_records(const struct node *node)
{
	const uint64_t *messages = node->sent[!node->on_wire].messages;

	return messages[PFSYNC_ACT_INS] + messages[PFSYNC_ACT_UPD] != 0;
}

/* One finding for both directions: the same two in any order. */
static void
note_version(struct divergence *d, const struct open_packet *open, struct node *receiver)
{
	const struct node *a = open->sender, *b = receiver;
	struct finding *finding;
	bool swapped = b->index < a->index;

	finding = findings_note(&d->live, &(struct sighting){.kind = &other_version,
					      .node = swapped ? b : a,
					      .other = swapped ? a : b,
					      .severity = PFREPLAY_CRITICAL,
					      .time_ns = open->time_ns,
					      .evidence = open->evidence});
	finding_set(finding, swapped ? "version_b" : "version_a", open->version);
	finding_set(finding, swapped ? "version_a" : "version_b", receiver->rules->version);
}

static void
note_action(struct divergence *d, const struct open_packet *open, struct node *receiver,
    uint8_t action_number)
{
	struct finding *finding;

	/* INS_F and the like are refused by their own kind. */
	if (d->r->event == NULL || (d->r->event->message->action != PFSYNC_ACT_INS &&
				       d->r->event->message->action != PFSYNC_ACT_UPD))
		return;
	/* Requests and deletes look alike in all releases; records do not. */
	if (!sent_records(receiver) && knows_action(receiver, action_number))
		return;
	finding = findings_note(&d->live, &(struct sighting){.kind = &other_action,

					      .node = open->sender,
					      .other = receiver,
					      .severity = PFREPLAY_CRITICAL,
					      .time_ns = open->time_ns,
					      .evidence = open->evidence});
	finding_max(finding, "action_number", action_number);
}

static void
version_refused(struct divergence *d, void *self, const struct watch_refused *refused)
{
	(void)self;
	if (refused->counter == PFREPLAY_BADVER && refused->open->dialect != NULL &&
	    refused->receiver->rules->version != 0)
		note_version(d, refused->open, refused->receiver);
	else if (refused->counter == PFREPLAY_BADACT && refused->rest &&
		 refused->open->version == 5)
		note_action(d, refused->open, refused->receiver, refused->action_number);
}

static void
version_outcome(struct divergence *d, void *self, const struct watch_result *result)
{
	const struct event *event = result->event;

	const struct finding_kind *kind = &bad_value;

	((struct version *)self)->refused = true;
	if (result->outcome == WATCH_MISREAD)
		kind = &misread;
	else if (deliver_is_sctp_level(event))
		kind = &sctp_level;
	findings_note(&d->live,
	    &(struct sighting){.kind = kind,
		.node = event->sender,
		.other = result->receiver,
		.severity = result->outcome == WATCH_MISREAD ? PFREPLAY_HIGH : PFREPLAY_LOW,
		.time_ns = event->time_ns,
		.evidence = event->evidence,
		.id = event->message->id,
		.creatorid = event->message->creatorid});
}

static const struct finding_kind bad_sent = {
    .number = 26,
    .sentence = "%a sent %{messages} with values that its own release does not accept (peer state, "
		"timeout class, direction or address family), of %[messages].",
    .advice = "A few come from states that were just being removed. Many mean that the two do "
	      "not agree on the format: run the same release on both.",
};

/* Messages with states that it sent. */
static uint64_t
messages_of(const struct node *node)
{
	const struct node_sent *sent = &node->sent[!node->on_wire];

	return sent->messages[PFSYNC_ACT_INS] + sent->messages[PFSYNC_ACT_UPD] +
	       sent->messages[PFSYNC_ACT_UPD_C];
}

/* It speaks of states that came in what it is said not to know. */
static void
version_proof(struct divergence *d, void *self, const struct watch_proof *proof)
{
	(void)self;
	if (proof->kind != WATCH_HAS || proof->node->rules->version != 5)
		return;
	for (guint i = 0; i < d->live.list->len; i++) {
		struct finding *finding = d->live.list->pdata[i];

		if (finding->kind == &other_action && finding->nodes[1] == proof->node->index &&
		    node_owns(node_at(d->r, finding->nodes[0]), proof->event->message->creatorid))
			finding_add(finding, "has", 1);
	}
}

/* Bad values are counted while their packet is open: look when it is done. */
static void
look_back(struct findings *findings, const struct version *version)
{
	const struct node *sender = version->sender;
	uint64_t bad;

	if (sender == NULL)
		return;
	bad = sender->sent[version->tap].anomalies[PFREPLAY_BADVAL];
	if (bad <= version->bad || version->refused)
		return;
	findings_note(findings, &(struct sighting){.kind = &bad_sent,
				    .node = sender,
				    .severity = PFREPLAY_LOW,
				    .time_ns = version->time_ns,
				    .evidence = version->evidence,
				    .count = bad - version->bad});
}

static void
version_packet(struct divergence *d, void *self, const struct open_packet *open)
{
	struct version *version = self;

	look_back(&d->live, version);
	version->sender = open->sender;
	version->tap = open->packet->tap;
	version->bad = open->sender->sent[version->tap].anomalies[PFREPLAY_BADVAL];
	version->time_ns = open->time_ns;
	version->evidence = open->evidence;
	version->refused = false;
}

static void
version_finish(struct divergence *d, void *self, struct findings *findings)
{
	look_back(findings, self);
	for (guint i = 0; i < findings->list->len; i++) {
		struct finding *finding = findings->list->pdata[i];
		uint64_t sent;

		if (finding->kind == &other_action && finding_number(finding, "has") >= HAS_MIN)
			finding->severity = PFREPLAY_LOW;
		if (finding->kind == &other_version)
			finding->dropped = finding->count < PACKETS_MIN;
		if (finding->kind != &bad_value && finding->kind != &bad_sent)
			continue;
		sent = messages_of(node_at(d->r, finding->nodes[0]));
		finding_set(finding, "messages", (int64_t)sent);
		if (finding->count < BAD_MIN)
			continue;
		if (finding->count > sent / BAD_MEDIUM_ONE_IN)
			finding_worsen(finding, PFREPLAY_MEDIUM);
		if (finding->count > sent / BAD_HIGH_ONE_IN)
			finding_worsen(finding, PFREPLAY_HIGH);
	}
}

const struct detector detector_version = {
    .bytes = sizeof(struct version),
    .packet = version_packet,
    .outcomes = WATCH_OUTCOME(WATCH_REFUSED_VALUE) | WATCH_OUTCOME(WATCH_MISREAD),
    .outcome = version_outcome,
    .refused = version_refused,
    .proof = version_proof,
    .finish = version_finish,
};
