/*
 * rollback.c - peers that go backwards: D-06, D-07.
 *
 * SPDX-License-Identifier: ISC
 *
 * D-06 happens at a receiver that takes an older destination peer because its
 * source peer was newer (SEM 2.5, era B).  D-07 is what a single sender shows:
 * it says less than it said before, though nobody told it anything since.
 */
#include "coverage.h"
#include "detectors.h"
#include "families/rules.h"

#define REMEMBERED_MAX 8192
#define CONFIRM_NS (NS_PER_S / 10)
/* Copies of a packet come within this, and among so many of its sender's. */
#define COPY_NS (5 * NS_PER_S)
#define COPIES 64
/* Packets that another one overtakes. */
#define ORDER_STEPS 64
/* Rollbacks that the next update does not make good. */
#define CONFIRMED_HIGH 5
#define OFTEN 3
/* So many times what was rolled back may show in what it says next. */
#define EXPLAINED 4

static void
tell_rolled_back(const struct pfreplay *r, const struct finding *finding, GString *text)
{
	(void)r;
	int64_t beyond = finding_number(finding, "beyond_window");
	int64_t unanswered = finding_number(finding, "before_answer");

	if (unanswered > 0)
		g_string_append_printf(text,
		    ", %" G_GINT64_FORMAT " time%s to a peer that had not answered yet", unanswered,
		    unanswered == 1 ? "" : "s");
	if (beyond > 0)
		g_string_append_printf(text,
		    "; %" G_GINT64_FORMAT " time%s by more than the %d bytes that pf's window test "
		    "allows, so these connections break if it takes over",
		    beyond, beyond == 1 ? "" : "s", COVERAGE_WINDOW_BYTES);
	if (finding_number(finding, "confirmed") > 0)
		g_string_append_printf(text,
		    "; its own answers confirm %" G_GINT64_FORMAT " of them",
		    finding_number(finding, "confirmed"));
	g_string_append_c(text, '.');
}

#define ROLLED_BACK_SENTENCE                                                                       \
	"%b took %{updates} of %a whose destination peer was older than its own, and went back "   \
	"by "                                                                                      \
	"up to %[rollback_bytes_max] bytes"
#define ONE_NODE                                                                                   \
	"Let one firewall forward both directions of a connection: one active node, CARP "         \
	"preempt, "                                                                                \
	"no asymmetric routes"

static const struct finding_kind rolled_back_openbsd = {
    .number = 6,
    .tell = tell_rolled_back,
    .sentence = ROLLED_BACK_SENTENCE,
    .advice = "A defect of this release's merging: update to OpenBSD 7.4 or later. " ONE_NODE ".",
};

static const struct finding_kind rolled_back_freebsd = {
    .number = 6,
    .tell = tell_rolled_back,
    .sentence = ROLLED_BACK_SENTENCE,
    .advice =
	"A defect of this release's merging; no FreeBSD release without it is known. " ONE_NODE
	", a single queue of the network card.",
};

static const struct finding_kind overwritten = {
    .number = 7,
    .sentence =
	"%b, whose release takes every update without comparing, was set back by %{updates} "
	"of %a (by up to %[rollback_bytes_max] bytes).",
    .advice = "Let one firewall forward both directions of a connection, or upgrade.",
};

static void
tell_back(const struct pfreplay *r, const struct finding *finding, GString *text)
{
	(void)r;
	if (finding_number(finding, "level_back") > 0)
		g_string_append_printf(text, ", %" G_GINT64_FORMAT " by its TCP state",
		    finding_number(finding, "level_back"));
	if (finding_number(finding, "reordered") > (int64_t)finding->count / 2)
		g_string_append(text, ". The IP ids of its packets are out of order there, so they "
				      "were reordered on the way");
	else if (finding_number(finding, "alone") > 0)
		g_string_append(text, ". What other firewalls said meanwhile is not in this "
				      "capture, and an update of theirs may explain it");
	else if (finding_number(finding, "explained") > 0)
		g_string_append(text, ". That its table is rolled back by updates of the other "
				      "(D-06) explains it");
	g_string_append_c(text, '.');
}

static const struct finding_kind back = {
    .number = 7,
    .tell = tell_back,
    .sentence = "%a says less than it said before: in %{updates} a peer went back, by up to "
		"%[rollback_bytes_max] bytes",
    .advice =
	"Either the packets were reordered on the way, or the table of that firewall went back. "
	"Check the sync link for two paths, and for asymmetric routes.",
};

struct remembered {
	int64_t time_ns;
	uint32_t dst_seqlo;
	uint16_t receiver;
	uint16_t sender;
};

/* The packets a node sent last. */
struct copies {
	struct {
		int64_t time_ns;
		size_t wirelen;
		uint16_t ip_id;
	} list[COPIES];
	size_t next; /* place of the open packet */
	/* Senders that count their ids up show what came out of order. */
	uint64_t counted;
	uint64_t packets;
	uint16_t highest;
	bool late; /* the open packet's id is behind one that came before */
};

struct rollback {
	struct side *remembered;
	struct copies *copies[PFREPLAY_NODES_MAX];
};

static void
rollback_begin(struct divergence *d, void *self)
{
	struct rollback *rollback = self;

	(void)d;
	rollback->remembered = side_new(sizeof(struct remembered), REMEMBERED_MAX);
}

static void
rollback_end(void *self)
{
	struct rollback *rollback = self;

	side_free(rollback->remembered);
	for (size_t n = 0; n < PFREPLAY_NODES_MAX; n++)
		g_free(rollback->copies[n]);
}

static void
note_order(struct copies *copies, const struct open_packet *open)
{
	uint16_t on = (uint16_t)(open->ip_id - copies->highest);

	if (!open->packet->has_ip)
		return;
	copies->late = copies->packets > 0 && on >= UINT16_MAX - ORDER_STEPS;
	copies->counted += on <= ORDER_STEPS || copies->late;
	copies->packets++;
	if (!copies->late)
		copies->highest = open->ip_id;
}

/* Did the open packet come behind one that was sent after it? */
static bool
is_reordered(const struct copies *copies)
{
	return copies->late && copies->counted > copies->packets / 4 * 3;
}

static void
rollback_packet(struct divergence *d, void *self, const struct open_packet *open)
{
	struct rollback *rollback = self;
	struct copies *copies = rollback->copies[open->sender->index];

	(void)d;
	if (copies == NULL) {
		copies = g_new0(struct copies, 1);
		rollback->copies[open->sender->index] = copies;
	}
	note_order(copies, open);
	copies->next = (copies->next + 1) % COPIES;
	copies->list[copies->next].ip_id = open->packet->has_ip ? open->ip_id : 0;
	copies->list[copies->next].wirelen = open->wirelen;
	copies->list[copies->next].time_ns = open->time_ns;
}

/* Is the open packet one that the network doubled?  A copy has the same id. */
static bool
is_copy(const struct copies *copies)
{
	size_t now = copies->next;

	for (size_t i = 0; copies->list[now].ip_id != 0 && i < COPIES; i++)
		if (i != now && copies->list[i].ip_id == copies->list[now].ip_id &&
		    copies->list[i].wirelen == copies->list[now].wirelen &&
		    copies->list[now].time_ns - copies->list[i].time_ns < COPY_NS)
			return true;
	return false;
}

/* The `count`-th time; now and then it happens to everybody, and the next update
 * makes it good. */
static const struct finding_kind *
kind_of(const struct node *receiver, bool era_b)
{
	if (!era_b)
		return &overwritten;
	return receiver->rules->version == 6 || receiver->family == PFREPLAY_V5O
		   ? &rolled_back_openbsd
		   : &rolled_back_freebsd;
}

static bool
is_rolled_back(const struct finding_kind *kind)
{
	return kind == &rolled_back_openbsd || kind == &rolled_back_freebsd;
}

static enum pfreplay_severity
severity_of(uint32_t bytes, bool level, uint64_t count)
{
	if (bytes > COVERAGE_WINDOW_BYTES)
		return PFREPLAY_CRITICAL;
	if (count < OFTEN)
		return PFREPLAY_LOW;
	return level ? PFREPLAY_HIGH : PFREPLAY_MEDIUM;
}

static void
rollback_outcome(struct divergence *d, void *self, const struct watch_result *result)
{
	const struct event *event = result->event;
	struct rollback *rollback = self;
	uint32_t bytes = MAX(result->dst_back_bytes, result->src_back_bytes);
	bool level = result->before != NULL && result->before->dst.state > event->dst->state;
	bool era_b = result->outcome == WATCH_ROLLED_BACK;
	const struct finding_kind *kind = kind_of(result->receiver, era_b);
	enum pfreplay_severity severity;
	struct remembered *remembered;
	struct finding *finding;

	/* Numbers of a peer that has not sent anything yet mean nothing. */
	if (level || event->dst->seqlo == 0)
		bytes = 0;
	finding = findings_find(&d->live, kind, 0, event->sender, result->receiver);
	severity = severity_of(bytes, level, finding != NULL ? finding->count + 1 : 1);
	if (!era_b && severity == PFREPLAY_CRITICAL)
		severity = PFREPLAY_HIGH;
	finding = findings_note(&d->live, &(struct sighting){.kind = kind,
					      .node = event->sender,
					      .other = result->receiver,
					      .severity = severity,
					      .time_ns = event->time_ns,
					      .evidence = event->evidence,
					      .id = event->message->id,
					      .creatorid = event->message->creatorid});
	finding_max(finding, "rollback_bytes_max", bytes);
	if (bytes > COVERAGE_WINDOW_BYTES)
		finding_add(finding, "beyond_window", 1);
	if (level)
		finding_add(finding, "level_back", 1);
	if (level || event->dst->seqlo == 0)
		finding_add(finding, "before_answer", 1);
	if (!era_b)
		return;
	remembered =
	    side_make(rollback->remembered, event->message->id, event->message->creatorid, NULL);
	remembered->time_ns = event->time_ns;
	remembered->dst_seqlo = event->dst->seqlo;
	remembered->receiver = result->receiver->index;
	remembered->sender = event->sender->index;
}

/* Its correction shows the value that it should not have taken. */
static void
rollback_proof(struct divergence *d, void *self, const struct watch_proof *proof)
{
	const struct event *event = proof->event;
	struct rollback *rollback = self;
	const struct remembered *remembered;
	struct finding *finding;

	if (proof->kind != WATCH_CORRECTION && proof->kind != WATCH_CONFIRMED)
		return;
	if (event->dst == NULL)
		return;
	remembered = side_find(rollback->remembered, event->message->id, event->message->creatorid);
	if (remembered == NULL || remembered->receiver != proof->node->index ||
	    remembered->dst_seqlo != event->dst->seqlo ||
	    event->time_ns - remembered->time_ns > CONFIRM_NS)
		return;
	finding = findings_find(&d->live, kind_of(proof->node, true), 0,
	    node_at(d->r, remembered->sender), proof->node);
	finding_add(finding, "confirmed", 1);
	finding_proof(finding, event->evidence);
	if (finding_number(finding, "confirmed") >= CONFIRMED_HIGH)
		finding_worsen(finding, PFREPLAY_HIGH);
	side_drop(rollback->remembered, event->message->id, event->message->creatorid);
}

/* How far a peer went back in bytes; *level if it went back in its TCP state. */
static uint32_t
gone_back(const struct pfsync_peer *before, const struct pfsync_peer *now, bool *level)
{
	uint32_t bytes = before->seqlo - now->seqlo;

	/* A state that is being retired is set to CLOSED (SEM 1.5). */
	if (now->state == PFSYNC_TCPS_CLOSED)
		return 0;
	if (now->state < before->state &&
	    (before->state < PFSYNC_TCPS_PROXY_SRC || now->state >= PFSYNC_TCPS_PROXY_SRC))
		*level = true;
	if (now->state != before->state)
		return 0;
	return bytes < UINT32_C(0x80000000) ? bytes : 0;
}

static void
rollback_said(struct divergence *d, void *self, const struct watch_said *said)
{
	const struct event *event = said->event;
	const struct rollback *rollback = self;
	const struct copies *copies = rollback->copies[event->sender->index];
	struct finding *finding;
	uint32_t bytes = 0;
	bool level = false;

	if (!said->held || said->bad_value || said->other_key || said->before == NULL ||
	    said->standing != PFREPLAY_ASSERTED || event->time_ns < said->before_ns)
		return;
	if (event->entry->proto == 6) {
		bytes = gone_back(&said->before->src, event->src, &level);
		bytes = MAX(bytes, gone_back(&said->before->dst, event->dst, &level));
	}
	if ((bytes == 0 && !level) || (copies != NULL && is_copy(copies)))
		return;
	finding = findings_note(
	    &d->live, &(struct sighting){.kind = &back,
			  .node = event->sender,
			  .severity = bytes > COVERAGE_WINDOW_BYTES || level ? PFREPLAY_HIGH
									     : PFREPLAY_MEDIUM,
			  .time_ns = event->time_ns,
			  .evidence = event->evidence,
			  .id = event->message->id,
			  .creatorid = event->message->creatorid});
	finding_max(finding, "rollback_bytes_max", bytes);
	finding_add(finding, "level_back", level);
	finding_add(finding, "reordered", copies != NULL && is_reordered(copies));
}

/* A table that others roll back shows so in what it says next. */
/* Is it the only one that was heard?  Then nothing tells what others made of it. */
static bool
is_alone(const struct pfreplay *r)
{
	size_t heard = 0;

	for (size_t n = 0; n < r->nodes.count; n++)
		heard += node_heard(node_at(r, n));
	return heard == 1;
}

static void
rollback_finish(struct divergence *d, void *self, struct findings *findings)
{
	const bool alone = is_alone(d->r);

	(void)self;
	for (guint i = 0; i < findings->list->len; i++) {
		struct finding *finding = findings->list->pdata[i];

		if (finding->kind != &back)
			continue;
		if (alone && finding_number(finding, "reordered") <= (int64_t)finding->count / 2) {
			finding->severity = PFREPLAY_LOW;
			finding_set(finding, "alone", 1);
		}
		for (guint k = 0; k < findings->list->len; k++) {
			const struct finding *other = findings->list->pdata[k];

			/* Each of those may show more than once. */
			if (!is_rolled_back(other->kind) || other->nodes[1] != finding->nodes[0] ||
			    finding->count / EXPLAINED > other->count)
				continue;
			finding->severity = PFREPLAY_LOW;
			finding_set(finding, "explained", 1);
		}
	}
}

const struct detector detector_rollback = {
    .bytes = sizeof(struct rollback),
    .said = WATCH_SAID(WATCH_UPD_C_BACK) | WATCH_SAID(WATCH_UPD),
    .outcomes = WATCH_OUTCOME(WATCH_ROLLED_BACK) | WATCH_OUTCOME(WATCH_OVERWRITTEN),
    .begin = rollback_begin,
    .end = rollback_end,
    .packet = rollback_packet,
    .on_said = rollback_said,
    .outcome = rollback_outcome,
    .proof = rollback_proof,
    .finish = rollback_finish,
};
