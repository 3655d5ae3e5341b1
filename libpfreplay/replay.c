/*
 * replay.c - packets and messages in (see pfreplay.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "counters.h"
#include "credit.h"
#include "divergence/divergence.h"
#include "discards.h"
#include "evidence/carp.h"
#include "doubt.h"
#include "families/rules.h"
#include "fast.h"
#include "internal.h"

/* What a state of two nodes takes when nothing of it is shared with others;
 * as a rule it is half of that. */
#define STATE_BYTES 700
#define STATES_MIN 100000
#define STATES_MAX 2000000000
/* Of every dialect that has it. */
#define ACTION_NUMBER_EOF 12
/* Times are kept this far from the ends of their type: +-127 years. */
#define TIME_LIMIT_NS INT64_C(4000000000000000000)

static uint32_t
states_limit(uint64_t asked)
{
	uint64_t limit = asked;

	if (limit == 0) {
		limit = memory_physical() / 2 / STATE_BYTES;
		if (limit < STATES_MIN)
			limit = STATES_MIN;
	}
	return limit > STATES_MAX ? STATES_MAX : (uint32_t)limit;
}

static void
bulk_told(void *user, enum bulk_step step, int requester, int sender)
{
	struct pfreplay *r = user;
	const struct watch_bulk bulk = {.step = step,
	    .requester = requester,
	    .sender = sender,
	    .time_ns = r->open.time_ns,
	    .has_endtime = r->event != NULL && pfsync_has(r->event->message, PFSYNC_F_BUS_ENDTIME),
	    .endtime_s = r->event != NULL && r->event->message->action == PFSYNC_ACT_BUS
			     ? r->event->message->u.bus.endtime_s
			     : 0,
	    .event = r->event};

	if (step == BULK_ENDED && requester >= 0)
		r->nodes.list[requester]->unreliable = false;
	watch_tell_bulk(r, &bulk);
}

struct pfreplay *
pfreplay_new(const struct pfreplay_options *options)
{
	static const struct pfreplay_options defaults;
	struct pfreplay *r = g_new0(struct pfreplay, 1);
	uint32_t limit;

	if (options == NULL)
		options = &defaults;
	limit = states_limit(options->max_states);
	r->wire_present = options->wire_present;
	r->several_files = options->several_files;
	if (r->several_files)
		r->duplicates = g_new0(struct duplicates, 1);
	r->totals.max_states = limit;
	r->credit = STORE_CREDIT_FIRST;
	nodes_init(&r->nodes, options);
	table_init(&r->table, limit, (uint64_t)g_random_int() << 32 | g_random_int());
	slab_init(&r->spill, sizeof(struct spilled), limit);
	facts_init(&r->facts, limit);
	creators_init(&r->creators);
	bulks_init(&r->bulks);
	r->bulks.told = bulk_told;
	r->bulks.told_user = r;
	tombs_init(&r->tombs);
	odd_init(&r->odd);
	if (options->as_peer > 0 && options->as_peer < PFREPLAY_FAMILY_COUNT)
		r->as_peer = nodes_add_peer(&r->nodes, (enum pfreplay_family)options->as_peer);
	if (!options->unjudged)
		divergence_attach(r, options->ignored);
	return r;
}

void
pfreplay_free(struct pfreplay *r)
{
	if (r == NULL)
		return;
	watchers_release(&r->watchers);
	bulks_clear(&r->bulks);
	creators_clear(&r->creators);
	keys_clear(&r->keys);
	odd_clear(&r->odd);
	ruletimes_clear(&r->ruletimes);
	side_free(r->rounds);
	side_free(r->stales);
	facts_clear(&r->facts);
	slab_clear(&r->spill);
	table_clear(&r->table);
	nodes_clear(&r->nodes);
	carp_free(r->carp);
	if (r->directions != NULL)
		g_array_free(r->directions, TRUE);
	g_free(r->duplicates);
	g_free(r);
}

static int64_t
sane_time(int64_t time_ns)
{
	if (time_ns > TIME_LIMIT_NS)
		return TIME_LIMIT_NS;
	return time_ns < -TIME_LIMIT_NS ? -TIME_LIMIT_NS : time_ns;
}

void
pfreplay_advance(struct pfreplay *r, int64_t time_ns)
{
	time_ns = sane_time(time_ns);
	if (!r->started || time_ns > r->now_ns)
		r->now_ns = time_ns;
	r->started = true;
	watch_tell_time(r);
}

int64_t
pfreplay_now(const struct pfreplay *r)
{
	return r->now_ns;
}

static void
tell_node(struct pfreplay *r, enum watch_node_kind kind)
{
	const struct watch_node node = {
	    .kind = kind, .node = r->open.sender, .time_ns = r->open.time_ns};

	watch_tell_node(r, &node);
}

struct pfsync_hint *
pfreplay_packet_begin(struct pfreplay *r, const struct pfreplay_packet *packet)
{
	struct open_packet *open = &r->open;
	struct node *sender = nodes_sender(&r->nodes, packet);

	memset(&open->nobody, 0, sizeof(open->nobody));
	open->packet = packet;
	open->sender = sender;
	open->time_ns = sane_time(packet->time_ns);
	open->evidence = view_evidence(packet->file, packet->frame);
	open->ignored = sender == NULL;
	open->receiver_count = 0;
	open->destination = NULL;
	open->everybody = false;
	open->version = 0;
	open->ttl = packet->has_ip ? packet->ttl : 0;
	open->ip_id = packet->has_ip ? packet->ip_id : 0;
	open->told = false;
	open->dialect = NULL;
	open->fast = NULL;
	open->gave_up = 0;
	open->section_given_up = 0;
	open->section_number = -1;
	open->in_section = 0;
	r->totals.packets++;
	if (r->started && open->time_ns < r->now_ns)
		r->totals.backwards++;
	pfreplay_advance(r, open->time_ns);
	if (sender == NULL) {
		r->totals.nodes_refused++;
		return &open->nobody;
	}
	if (!packet->tap)
		sender->on_wire = true;
	if (sender->sent[0].frames == 0 && sender->sent[1].frames == 0)
		tell_node(r, WATCH_NODE_FOUND);
	open->destination = nodes_destination(&r->nodes, packet, &open->everybody);
	node_sends_to_group(sender, packet);
	return &sender->hint[packet->tap];
}

/* Is it of a header version that the node does not take? */
static bool
other_version(const struct pfreplay *r, const struct node *node)
{
	unsigned version = node->takes != NULL ? node->takes->version : node->rules->version;

	return version != 0 && version != r->open.version;
}

/* Would the kernel of that node take this packet in (SEM 2.1)? */
static bool
accepts(struct pfreplay *r, struct node *node, int status)
{
	const struct pfreplay_packet *packet = r->open.packet;
	enum pfreplay_counter counter = counter_of_status(status);

	node->received++;
	if (!packet->tap && packet->has_ip && packet->ttl != PFSYNC_TTL)
		counter = PFREPLAY_BADTTL;
	else if ((status == PFSYNC_OK || status == PFSYNC_BADLEN) && other_version(r, node))
		counter = PFREPLAY_BADVER;
	/* A header that tells of less than there is (SEM 2.1). */
	else if (status == PFSYNC_BADLEN && r->open.frame->header.has_len &&
		 r->open.frame->header.len <= r->open.wirelen)
		counter = PFREPLAY_COUNTER_COUNT;
	if (counter == PFREPLAY_COUNTER_COUNT)
		return true;
	if (counter_is_real(counter)) {
		node->predicted[counter]++;
		if (node->discards != NULL)
			discards_packet(node->discards, &r->open, counter);
		watch_tell_refused(r, node, counter, false, 0);
	}
	return false;
}

/* Kernels walk the sections up to the header's length: one that leaves no room
 * for any ends it at once, without a counter; V6b does not look at it. */
static bool
reads_nothing(const struct pfreplay *r, const struct node *node)
{
	const struct pfsync_frame *frame = r->open.frame;

	return r->open.status == PFSYNC_BADLEN && frame->header.has_len &&
	       frame->header.len < frame->dialect->header_bytes && node->family != PFREPLAY_V6B;
}

static void
borrow_family(struct pfreplay *r, struct node *node)
{
	const struct watch_node told = {.kind = WATCH_NODE_FAMILY,
	    .node = node,
	    .time_ns = r->open.time_ns,
	    .family = node->family};

	node_borrow_family(node, r->open.sender);
	if (node->family != told.family)
		watch_tell_node(r, &told);
}

static void
receive(struct pfreplay *r, struct node *node, int status)
{
	if ((r->open.packet->missed >> node->index & 1) != 0 ||
	    !node_hears_group(node, r->open.packet))
		return;
	/* A tap's owner receives under the address that it has on the wire. */
	if (node == r->open.sender || node->joined ||
	    (r->wire_present && node->address_count == 0 && !node->anonymous &&
		node->discards == NULL))
		return;
	borrow_family(r, node);
	if (!accepts(r, node, status) || reads_nothing(r, node))
		return;
	r->open.receivers[r->open.receiver_count++] = node->index;
}

static void
choose_receivers(struct pfreplay *r, int status)
{
	const struct open_packet *open = &r->open;

	/* What pfsync0 shows reaches the others by a wire that is captured too:
	 * then it is counted there. */
	if (open->packet->tap && (r->wire_present || open->sender->on_wire))
		return;
	if (!open->everybody) {
		if (open->destination != NULL)
			receive(r, open->destination, status);
		if (r->as_peer != NULL)
			receive(r, r->as_peer, status);
		return;
	}
	(void)nodes_anonymous(&r->nodes);
	for (size_t n = 0; n < r->nodes.count; n++)
		receive(r, r->nodes.list[n], status);
}

static void
take_cksum(struct pfreplay *r, const uint8_t *cksum)
{
	struct node *sender = r->open.sender;
	struct watch_node told = {.kind = WATCH_NODE_CKSUM,
	    .node = sender,
	    .time_ns = r->open.time_ns,
	    .had_cksum = sender->has_cksum};

	if (sender->has_cksum && memcmp(sender->cksum, cksum, sizeof(sender->cksum)) == 0)
		return;
	memcpy(told.cksum, sender->cksum, sizeof(told.cksum));
	sender->has_cksum = true;
	memcpy(sender->cksum, cksum, sizeof(sender->cksum));
	watch_tell_node(r, &told);
}

static void
take_header(struct pfreplay *r, const struct pfsync_frame *frame)
{
	struct node *sender = r->open.sender;
	struct watch_node told = {.kind = WATCH_NODE_FAMILY,
	    .node = sender,
	    .time_ns = r->open.time_ns,
	    .family = sender->family};

	r->open.version = frame->header.version;
	r->open.dialect = frame->dialect;
	if (frame->header.has_cksum)
		take_cksum(r, frame->header.cksum);
	sender->certainty = frame->certainty;
	if (frame->dialect == sender->dialect &&
	    !(sender->family_borrowed &&
		(frame->certainty == PFSYNC_CERTAIN || node_sent_full_states(sender))))
		return;
	node_set_dialect(sender, frame->dialect);
	watch_tell_node(r, &told);
}

static struct node_sent *
sent(const struct open_packet *open)
{
	return &open->sender->sent[open->packet->tap];
}

static void
count_anomaly(const struct open_packet *open, int status)
{
	enum pfreplay_counter counter = counter_of_status(status);

	if (counter != PFREPLAY_COUNTER_COUNT)
		sent(open)->anomalies[counter]++;
}

bool
pfreplay_packet_frame(struct pfreplay *r, const struct pfsync_frame *frame, int status)
{
	struct open_packet *open = &r->open;

	if (open->sender == NULL)
		return true;
	if (r->duplicates != NULL && !open->packet->tap && open->packet->has_ip &&
	    duplicate_seen(r->duplicates,
		duplicate_print(
		    open->sender->index, open->packet->ip_id, frame->bytes, frame->caplen),
		open->time_ns, open->packet->file)) {
		r->totals.duplicates++;
		open->ignored = true;
		return false;
	}
	sent(open)->frames++;
	if (status < 0)
		count_anomaly(open, status);
	if (!open->packet->tap && open->packet->has_ip && open->packet->ttl != PFSYNC_TTL)
		sent(open)->anomalies[PFREPLAY_BADTTL]++;
	if (status == PFSYNC_OK || status == PFSYNC_BADLEN)
		take_header(r, frame);
	else
		open->ignored = true;
	open->wirelen = frame->wirelen;
	open->status = status;
	open->frame = frame;
	choose_receivers(r, status);
	fast_begin(r);
	watch_tell_packet(r, true);
	open->frame = NULL;
	open->told = true;
	return true;
}

void
pfreplay_problem(struct pfreplay *r, const struct pfsync_problem *problem)
{
	struct open_packet *open = &r->open;
	enum pfreplay_counter counter = counter_of_status(problem->status);

	if (open->ignored || counter == PFREPLAY_COUNTER_COUNT)
		return;
	count_anomaly(open, problem->status);
	watch_tell_problem(r, problem);
	deliver_problem(r, problem);
}

/* Who read a v5 packet to its end counted that, too (SEM 6). */
static void
heard_end(struct pfreplay *r)
{
	struct open_packet *open = &r->open;

	if (open->ignored || open->version != 5 || open->dialect == NULL ||
	    (open->dialect->quirks & PFSYNC_QUIRK_EOF) == 0)
		return;
	for (size_t i = 0; i < open->receiver_count; i++)
		r->nodes.list[open->receivers[i]]->heard[ACTION_NUMBER_EOF]++;
}

void
pfreplay_packet_end(struct pfreplay *r)
{
	struct node *sender = r->open.sender;

	if (sender != NULL) {
		heard_end(r);
		if (sender->credited) {
			sender->credited = false;
			sender->on_credit = true;
			sender->was_credited = true;
		}
		credit_settle(r, sender);
	}
	if (r->open.told)
		watch_tell_packet(r, false);
	r->open.packet = NULL;
	r->open.sender = NULL;
	r->open.ignored = true;
}
