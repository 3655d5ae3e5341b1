/*
 * transfer.c - bulk transfers that fail, repeat, or leave a table incomplete:
 * D-12, D-13, D-24.
 *
 * SPDX-License-Identifier: ISC
 */
#include "coverage.h"
#include "detectors.h"
#include "families/rules.h"
#include "say.h"

/* A request that nobody answered for so long: three tries (SEM 2.9). */
#define WAITED_NS (15 * NS_PER_S)
#define PEER_NS (60 * NS_PER_S)
#define TRIES_MIN 3
/* Nothing came for so long after START: given up. */
#define END_NS (30 * NS_PER_S)
/* The next one brought all, so soon. */
#define MADE_GOOD_NS (120 * NS_PER_S)
/* The table is looked at so long after an END, and so often at most. */
#define SETTLE_NS (5 * NS_PER_S)
#define LOOKS_MAX 64
/* Incomplete: so many are missing, and one in so many. */
#define MISSING_MIN 10
#define MISSING_ONE_IN 5
/* Repeated transfers: so many by one node within so long. */
#define REPEAT_MIN 3
#define REPEAT_HIGH 6
#define REPEAT_KEPT 256
/* Requests as close as this are one configuration. */
#define TOGETHER_NS (5 * NS_PER_S)
#define REPEAT_NS (INT64_C(1800) * NS_PER_S)
/* Silent before a request: the link was down. */
#define QUIET_NS (3 * NS_PER_S)
#define STARTS_MAX 4096
/* A packet of a few whole states. */
#define LARGE_BYTES 1200

/* roles.c adds the numbers. */
static void
tell_demoted(const struct pfreplay *r, const struct finding *finding, GString *text)
{
	(void)r;
	if (finding_number(finding, "demoted_ns") > 0) {
		g_string_append_printf(text,
		    ". It advertises itself as demoted (advskew %" G_GINT64_FORMAT
		    ", demote %" G_GINT64_FORMAT ") for ",
		    finding_number(finding, "advskew_max"), finding_number(finding, "demote_max"));
		say_span(text, finding_number(finding, "demoted_ns"));
	}
	g_string_append_c(text, '.');
}

static const struct finding_kind unanswered = {
    .number = 12,
    .sentence =
	"%a asked for all states (%[tries] tries) and %b, though it was heard meanwhile, did "
	"not begin to send them: of what %a lacked it gets only what is updated, and after 12 "
	"tries it takes itself for complete.",
    .advice = "Check on the peer that pfsync is up and its packets leave (netstat -s -p pfsync), "
	      "and compare the number of states on both (pfctl -si).",
};

static const struct finding_kind unfinished = {
    .number = 12,
    .sentence = "%b began to send all states to %a but never said that it had finished (%[states] "
		"sent): %a waits, demoted, and takes over with what it has",
    .tell = tell_demoted,
    .advice = "Check the sync link for lost packets and the MTU of pfsync0, and compare the number "
	      "of states on both (pfctl -si). FreeBSD waits 4 s and a tick for every packet that "
	      "a full table would need; FreeBSD 15 counts 3 states to a packet of 1500 bytes, so a "
	      "limit of a million states makes it wait 333,333 ticks, 5.6 minutes at 1000 Hz.",
};

static const struct finding_kind refused_end = {
    .number = 12,
    .sentence = "%b ended its bulk transfer in a way that %a does not accept, so %a asks again, "
		"demoted, until it gives up (%[tries] tries).",
    .advice = "Releases that find their table empty answer like this; it heals when the peer has "
	      "states. Else compare the clocks of sender and requester.",
};

static const struct finding_kind incomplete = {
    .number = 12,
    .sentence =
	"After %{bulk transfers} from %b, %a still lacked %[missing] of the %[states] states "
	"that %b had.",
    .advice = "Check the sync link for lost packets and its MTU, the state limit of the requester, "
	      "and compare the number of states on both (pfctl -si).",
};

static const struct finding_kind no_large = {
    .number = 14,
    .sentence = "The bulk transfer from %b to %a began and ended, but brought no state, though %b "
		"has %[states]: its large packets do not get through, the small ones do.",
    .advice = "Make the MTU of pfsync0 no larger than that of the path between the two (and on "
	      "FreeBSD no larger than 4080).",
};

static const struct finding_kind nobody = {
    .number = 12,
    .sentence =
	"%a asked for all states (tries: %[tries]), and %b, which had been heard before, "
	"said nothing any more: %a goes on with what it has, and after 12 tries it takes itself "
	"for complete.",
    .advice = "Is the peer up? Check on it that pfsync is up and its packets leave (netstat -s -p "
	      "pfsync), the cable, and the rule that passes protocol pfsync.",
};

static const struct finding_kind gone_mute = {
    .number = 3,
    .sentence = "%a has said nothing since %b asked it for all states (tries: %[tries]), though it "
		"spoke before.",
    .advice =
	"If it is up: check onomem in netstat -s -p pfsync (a full queue makes FreeBSD mute), "
	"pfsync0 and its syncdev, the rule that passes protocol pfsync, and the MTU.",
};

static const struct finding_kind loop = {
    .number = 13,
    .sentence =
	"%a asked for all states %n times within %<within_ns>, and no break of the link was "
	"seen: something configures its pfsync again, and it is demoted each time.",
    .advice =
	"Find out what reconfigures pfsync0 (a script, a product's interface events); on "
	"FreeBSD look at net.inet.carp.demotion. Each request may demote it for long: FreeBSD "
	"15 waits for the end 4 s and a tick for every 3 states of its limit (set limit "
	"states).",
};

static const struct finding_kind flap = {
    .number = 24,
    .sentence = "The sync link of %a broke %n times within %<within_ns>: each time it fell silent, "
		"came back and asked for all states, demoted until it had them.",
    .advice = "Check cable, port and switch of the sync link; every break demotes a firewall.",
};

/* A bulk request that began a transfer. */
struct start {
	int64_t time_ns;
	uint64_t evidence;
	uint16_t node;
	bool quiet; /* the node, which spoke often, was silent before */
	bool reboot;
};

struct look {
	int64_t at_ns; /* 0 = none */
	int requester;
	int sender;
	uint64_t evidence;
	bool empty; /* no full update came between the request and the END */
};

struct transfer {
	GArray *starts; /* struct start */
	struct {
		int64_t last_ns; /* its last packet, and the one before */
		int64_t before_ns;
		int64_t first_ns;
		uint64_t packets;
		size_t bytes_max;
		uint64_t updates;        /* full ones sent when its latest bulk transfer began */
	} nodes[PFREPLAY_NODES_MAX + 1]; /* the last one: of them all */
	struct look look;                /* the next one */
	unsigned looks;
};

static void
transfer_begin(struct divergence *d, void *self)
{
	struct transfer *transfer = self;

	(void)d;
	transfer->starts = g_array_new(FALSE, FALSE, sizeof(struct start));
}

static void
transfer_end(void *self)
{
	g_array_free(((struct transfer *)self)->starts, TRUE);
}

static void
count_packet(struct transfer *transfer, size_t n, int64_t time_ns)
{
	if (transfer->nodes[n].packets++ == 0)
		transfer->nodes[n].first_ns = transfer->nodes[n].last_ns = time_ns;
	transfer->nodes[n].before_ns = transfer->nodes[n].last_ns;
	transfer->nodes[n].last_ns = time_ns;
}

static void
transfer_packet(struct divergence *d, void *self, const struct open_packet *open)
{
	struct transfer *transfer = self;
	size_t n = open->sender->index;

	(void)d;
	count_packet(transfer, n, open->time_ns);
	count_packet(transfer, PFREPLAY_NODES_MAX, open->time_ns);
	transfer->nodes[n].bytes_max = MAX(transfer->nodes[n].bytes_max, open->wirelen);
}

/* Did it speak so often before that its silence means something? */
static bool
was_quiet(const struct transfer *transfer, size_t n)
{
	int64_t quiet_ns = transfer->nodes[n].last_ns - transfer->nodes[n].before_ns;
	int64_t heard_ns = transfer->nodes[n].before_ns - transfer->nodes[n].first_ns;

	return quiet_ns >= QUIET_NS && transfer->nodes[n].packets > 4 &&
	       heard_ns / (int64_t)transfer->nodes[n].packets < QUIET_NS;
}

static uint64_t
updates_of(const struct pfreplay *r, int node)
{
	const struct node *n = node_at(r, (size_t)node);

	return n->sent[!n->on_wire].messages[PFSYNC_ACT_UPD];
}

static void
transfer_bulk(struct divergence *d, void *self, const struct watch_bulk *bulk)
{
	struct transfer *transfer = self;
	struct start start = {.time_ns = bulk->time_ns, .evidence = d->r->open.evidence};

	if (bulk->step == BULK_REQUESTED && bulk->requester >= 0 &&
	    transfer->starts->len < STARTS_MAX) {
		start.node = (uint16_t)bulk->requester;
		start.quiet =
		    was_quiet(transfer, start.node) || was_quiet(transfer, PFREPLAY_NODES_MAX);
		g_array_append_val(transfer->starts, start);
	}
	if (bulk->step == BULK_STARTED && bulk->sender >= 0)
		transfer->nodes[bulk->sender].updates = updates_of(d->r, bulk->sender);
	/* A START that is lost leaves this. */
	for (size_t n = 0; bulk->step == BULK_REQUESTED && n < d->r->nodes.count; n++)
		transfer->nodes[n].updates = updates_of(d->r, (int)n);
	if (bulk->step == BULK_ENDED && bulk->requester >= 0 && bulk->sender >= 0 &&
	    transfer->look.at_ns == 0 && transfer->looks < LOOKS_MAX) {
		transfer->looks++;
		transfer->look = (struct look){bulk->time_ns + SETTLE_NS, bulk->requester,
		    bulk->sender, d->r->open.evidence,
		    transfer->nodes[bulk->sender].updates == updates_of(d->r, bulk->sender)};
	}
}

static void
transfer_node(struct divergence *d, void *self, const struct watch_node *node)
{
	struct transfer *transfer = self;

	(void)d;
	for (guint i = 0; i < transfer->starts->len; i++) {
		struct start *start = &g_array_index(transfer->starts, struct start, i);

		if (node->kind == WATCH_NODE_JOINED && start->node == node->other->index)
			start->node = node->node->index;
		if (node->kind == WATCH_NODE_REBOOTED && start->node == node->node->index &&
		    start->time_ns >= node->node->restarted_ns)
			start->reboot = true;
	}
	if (node->kind == WATCH_NODE_JOINED)
		transfer->look.at_ns = 0;
}

/* --- did it bring everything? --------------------------------------------- */

struct missing {
	const struct pfreplay *r;
	const struct node *sender;
	const struct node *requester;
	uint64_t states;
	uint64_t missing; /* what the requester is known to lack */
	uint64_t unsure;  /* what it may have kept, if it only configured its pfsync again */
};

/* Unlike coverage_walk() this counts what the transfer was for. */
static void
count_missing(struct missing *missing)
{
	const struct pfreplay *r = missing->r;

	for (uint32_t number = 1; number <= r->table.entries.used; number++) {
		struct entry *entry = table_entry(&r->table, number);
		const struct view *has, *lacks;

		if (!entry->live)
			continue;
		has = store_view(r, entry, missing->sender);
		if (has == NULL || store_standing(r, has) != PFREPLAY_ASSERTED ||
		    has->evidence_ns > missing->requester->restarted_ns)
			continue;
		missing->states++;
		lacks = store_view(r, entry, missing->requester);
		missing->missing += lacks == NULL;
		missing->unsure += lacks != NULL && store_standing(r, lacks) == PFREPLAY_UNKNOWN;
	}
}

static bool
is_much(const struct missing *missing, uint64_t states)
{
	return states >= MISSING_MIN && states >= missing->states / MISSING_ONE_IN;
}

static struct finding *
note_look(struct divergence *d, const struct look *look, const struct finding_kind *kind)
{
	return findings_note(&d->live, &(struct sighting){.kind = kind,
					   .node = node_at(d->r, (size_t)look->requester),
					   .other = node_at(d->r, (size_t)look->sender),
					   .severity = PFREPLAY_HIGH,
					   .time_ns = look->at_ns - SETTLE_NS,
					   .evidence = look->evidence});
}

static void
transfer_time(struct divergence *d, void *self, int64_t now_ns)
{
	struct transfer *transfer = self;
	struct look look = transfer->look;
	struct missing missing = {.r = d->r};
	struct finding *finding;

	if (look.at_ns == 0 || now_ns < look.at_ns)
		return;
	transfer->look.at_ns = 0;
	missing.sender = node_at(d->r, (size_t)look.sender);
	missing.requester = node_at(d->r, (size_t)look.requester);
	/* It has asked again meanwhile. */
	if (missing.requester->restarted_ns > look.at_ns - SETTLE_NS)
		return;
	count_missing(&missing);
	if (is_much(&missing, missing.missing)) {
		finding = note_look(d, &look, &incomplete);
		finding_max(finding, "states", (int64_t)missing.states);
		finding_max(finding, "missing", (int64_t)missing.missing);
	}
	/* Nothing came, and large packets of the sender do not even reach the capture. */
	if (!look.empty || transfer->nodes[look.sender].bytes_max > LARGE_BYTES ||
	    !is_much(&missing, missing.missing + missing.unsure))
		return;
	finding = note_look(d, &look, &no_large);
	finding_max(finding, "states", (int64_t)missing.states);
}

/* --- how each ended ------------------------------------------------------- */

static const struct start *
start_of(const struct transfer *transfer, int requester, int64_t time_ns)
{
	for (guint i = 0; i < transfer->starts->len; i++) {
		const struct start *start = &g_array_index(transfer->starts, struct start, i);

		if (start->node == requester && start->time_ns == time_ns)
			return start;
	}
	return NULL;
}

/* Another firewall that spoke while the request waited, or NULL: one that started
 * after the last try cannot have answered. */
static const struct node *
peer_alive(const struct pfreplay *r, const struct pfreplay_bulk *bulk, int64_t asked_ns)
{
	for (size_t n = 0; n < r->nodes.count; n++) {
		const struct node *node = node_at(r, n);

		if ((int)n != bulk->requester && node_heard(node) &&
		    node->first_ns < bulk->requested_ns + PEER_NS / 4 &&
		    !(node->from_start && node->first_ns > asked_ns) &&
		    node->last_ns > bulk->requested_ns + WAITED_NS / 3)
			return node;
	}
	return NULL;
}

/* Until v4 nobody answers while it waits for an answer itself (SEM 3.6). */
static bool
asks_itself(const struct pfreplay *r, const struct pfreplay_bulk *bulk, const struct node *peer)
{
	for (guint i = 0; peer->rules->version < 5 && i < r->bulks.list->len; i++) {
		const struct pfreplay_bulk *other =
		    &g_array_index(r->bulks.list, struct bulk, i).pub;

		if (other->requester == peer->index && other->tries != 0 &&
		    other->requested_ns < bulk->requested_ns + PEER_NS &&
		    (other->ended_ns == 0 || other->ended_ns > bulk->requested_ns))
			return true;
	}
	return false;
}

/* Did that requester get another one to its end, later? */
static bool
made_good(const struct pfreplay *r, const struct pfreplay_bulk *bulk, int64_t within_ns)
{
	for (guint i = 0; i < r->bulks.list->len; i++) {
		const struct pfreplay_bulk *other =
		    &g_array_index(r->bulks.list, struct bulk, i).pub;

		if (other->requester == bulk->requester &&
		    other->outcome == PFREPLAY_BULK_COMPLETE &&
		    other->ended_ns >= bulk->requested_ns &&
		    other->ended_ns - bulk->requested_ns < within_ns)
			return true;
	}
	return false;
}

/* Nobody answers, and somebody was there before. */
static void
note_nobody(struct divergence *d, struct findings *findings, const struct pfreplay_bulk *bulk,
    const struct sighting *like)
{
	struct sighting sighting = *like;
	const struct node *peer = NULL;

	for (size_t n = 0; n < d->r->nodes.count; n++) {
		const struct node *node = node_at(d->r, n);

		if ((int)n != bulk->requester && node_heard(node) && node->on_wire &&
		    node->first_ns < bulk->requested_ns)
			peer = node;
	}
	/* V6a's first wait is by the limit of states: it does not try again soon (SEM 3.6). */
	if (peer == NULL ||
	    (bulk->tries < TRIES_MIN && (sighting.node->last_ns - bulk->requested_ns < PEER_NS ||
					    peer->last_ns > bulk->requested_ns)))
		return;
	sighting.kind = &nobody;
	sighting.other = peer;
	/* With fewer it still waits, and has not failed. */
	if (bulk->tries >= TRIES_MIN)
		finding_max(findings_note(findings, &sighting), "tries", bulk->tries);
	if (peer->last_ns > bulk->requested_ns)
		return;
	sighting.kind = &gone_mute;
	/* A lone request may have been lost. */
	sighting.severity = bulk->tries < TRIES_MIN ? PFREPLAY_HIGH : PFREPLAY_CRITICAL;
	sighting.other = sighting.node;
	sighting.node = peer;
	finding_max(findings_note(findings, &sighting), "tries", bulk->tries);
}

/* Transfers to that node that did not end. */
static unsigned
failures_of(const struct pfreplay *r, int requester)
{
	unsigned failures = 0;

	for (guint i = 0; i < r->bulks.list->len; i++) {
		const struct pfreplay_bulk *bulk =
		    &g_array_index(r->bulks.list, struct bulk, i).pub;

		failures += bulk->requester == requester && bulk->tries != 0 &&
			    bulk->outcome != PFREPLAY_BULK_COMPLETE;
	}
	return failures;
}

static void
judge_transfer(struct divergence *d, const struct transfer *transfer, struct findings *findings,
    const struct bulk *judged)
{
	const struct pfreplay *r = d->r;
	const struct pfreplay_bulk *bulk = &judged->pub;
	const struct start *start = start_of(transfer, bulk->requester, bulk->requested_ns);
	struct sighting sighting = {.time_ns = bulk->requested_ns,
	    .severity = made_good(r, bulk, INT64_MAX) ? PFREPLAY_LOW : PFREPLAY_HIGH,
	    .evidence = start != NULL ? start->evidence : 0};
	struct finding *finding;

	if (bulk->requester < 0 ||
	    (made_good(r, bulk, MADE_GOOD_NS) && failures_of(r, bulk->requester) < 2))
		return;
	sighting.node = node_at(r, (size_t)bulk->requester);
	sighting.other = bulk->sender >= 0 ? node_at(r, (size_t)bulk->sender) : NULL;
	if (bulk->outcome == PFREPLAY_BULK_NO_ANSWER &&
	    r->now_ns - bulk->requested_ns > WAITED_NS) {
		sighting.kind = &unanswered;
		sighting.other = peer_alive(r, bulk, judged->asked_ns);
		if (sighting.other == NULL) {
			note_nobody(d, findings, bulk, &sighting);
			return;
		}
		if (asks_itself(r, bulk, sighting.other))
			sighting.severity = PFREPLAY_LOW;
	} else if (bulk->outcome == PFREPLAY_BULK_NO_END && r->now_ns - bulk->started_ns > END_NS)
		sighting.kind = &unfinished;
	else if (bulk->outcome == PFREPLAY_BULK_REJECTED_END &&
		 r->now_ns - bulk->ended_ns > WAITED_NS) {
		sighting.kind = &refused_end;
		if (bulk->states == 0 && bulk->started_ns == 0)
			sighting.severity = PFREPLAY_LOW;
	} else
		return;
	finding = findings_note(findings, &sighting);
	finding_add(finding, "tries", bulk->tries);
	finding_add(finding, "states", (int64_t)bulk->states);
}

/*
 * Several starts of one node within REPEAT_NS: of a loop, or each after a
 * silence.  All of them count if REPEAT_MIN of them are so close somewhere.
 */
static void
judge_repeats(struct divergence *d, const struct transfer *transfer, struct findings *findings,
    uint16_t node, bool quiet)
{
	const struct finding_kind *kind = quiet ? &flap : &loop;
	const struct start *list[REPEAT_KEPT];
	struct finding *finding = NULL;
	size_t count = 0;
	bool close = false;

	for (guint i = 0; i < transfer->starts->len && count < REPEAT_KEPT; i++) {
		const struct start *start = &g_array_index(transfer->starts, struct start, i);

		if (start->node != node || start->quiet != quiet || start->reboot ||
		    (count > 0 && start->time_ns - list[count - 1]->time_ns < TOGETHER_NS))
			continue;
		list[count++] = start;
		close =
		    close || (count >= REPEAT_MIN &&
				 start->time_ns - list[count - REPEAT_MIN]->time_ns < REPEAT_NS);
	}
	for (size_t i = 0; close && i < count; i++)
		finding = findings_note(findings, &(struct sighting){.kind = kind,
						      .node = node_at(d->r, node),
						      .severity = PFREPLAY_MEDIUM,
						      .time_ns = list[i]->time_ns,
						      .evidence = list[i]->evidence});
	if (finding == NULL)
		return;
	finding_set(finding, "within_ns", finding->last_ns - finding->first_ns);
	if (!quiet && count >= REPEAT_HIGH)
		finding_worsen(finding, PFREPLAY_HIGH);
}

static void
transfer_finish(struct divergence *d, void *self, struct findings *findings)
{
	const struct transfer *transfer = self;
	const struct pfreplay *r = d->r;

	for (guint i = 0; i < r->bulks.list->len; i++)
		judge_transfer(
		    d, transfer, findings, &g_array_index(r->bulks.list, struct bulk, i));
	for (size_t n = 0; n < r->nodes.count; n++) {
		judge_repeats(d, transfer, findings, (uint16_t)n, false);
		judge_repeats(d, transfer, findings, (uint16_t)n, true);
	}
}

const struct detector detector_transfer = {
    .bytes = sizeof(struct transfer),
    .begin = transfer_begin,
    .end = transfer_end,
    .packet = transfer_packet,
    .bulk = transfer_bulk,
    .node = transfer_node,
    .time = transfer_time,
    .finish = transfer_finish,
};
