/*
 * apply.c - one message: to its sender's table, then to its receivers'.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "families/rules.h"
#include "internal.h"

/* The peers' fields that are copied one by one unless all are there. */
#define PEER_FIELDS(X)                                                                             \
	X(STATE, state)                                                                            \
	X(SEQLO, seqlo)                                                                            \
	X(SEQHI, seqhi)                                                                            \
	X(SEQDIFF, seqdiff)                                                                        \
	X(MAX_WIN, max_win)                                                                        \
	X(MSS, mss)                                                                                \
	X(WSCALE, wscale)                                                                          \
	X(SCRUB_FLAGS, scrub_flags)                                                                \
	X(SCRUB_TTL, scrub_ttl)                                                                    \
	X(SCRUB_VALID, scrub_valid)                                                                \
	X(TS_MOD, ts_mod)

/*
 * Point the event to the message's peers, or to a copy where what the dialect
 * does not carry is zero.  False if there are none.
 */
static bool
find_peers(struct event *event)
{
	struct peers *room = event->room;
	const struct pfsync_message *message = event->message;
	const struct pfsync_state *state = &message->u.state;

	event->src = &state->src;
	event->dst = &state->dst;
	if (message_is_plain(message))
		return true;
	if (!pfsync_has(message, PFSYNC_F_SRC_STATE) || !pfsync_has(message, PFSYNC_F_DST_STATE))
		return false;
	memset(room, 0, sizeof(*room));
#define TAKE(FIELD, member)                                                                        \
	if (pfsync_has(message, PFSYNC_F_SRC_##FIELD))                                             \
		room->src.member = state->src.member;                                              \
	if (pfsync_has(message, PFSYNC_F_DST_##FIELD))                                             \
		room->dst.member = state->dst.member;
	PEER_FIELDS(TAKE)
#undef TAKE
	event->src = &room->src;
	event->dst = &room->dst;
	return true;
}

static void
find_times(struct event *event)
{
	const struct pfsync_message *message = event->message;

	if (pfsync_has(message, PFSYNC_F_EXPIRE))
		event->expire_s = message->u.state.expire_s;
	if (pfsync_has(message, PFSYNC_F_TIMEOUT))
		event->timeout = message->u.state.timeout;
	else
		event->timeout =
		    expiry_class(pfsync_has(message, PFSYNC_F_PROTO) ? message->u.state.proto : 0,
			event->src->state, event->dst->state);
}

/* --- whose host id -------------------------------------------------------- */

/* Another firewall that proved to own that host id, or NULL. */
static struct node *
owner_besides(const struct pfreplay *r, const struct node *node, uint32_t creatorid)
{
	for (size_t n = 0; n < r->nodes.count; n++) {
		struct node *other = r->nodes.list[n];

		if (other == node || node_is_hidden(other) || other->address_count == 0)
			continue;
		for (size_t i = 0; i < other->creatorid_count; i++)
			if (other->creatorids[i] == creatorid)
				return other;
	}
	return NULL;
}

static void
tell_node(struct event *event, enum watch_node_kind kind, struct node *other)
{
	const struct watch_node told = {.kind = kind,
	    .node = event->sender,
	    .other = other,
	    .creatorid = event->message->creatorid,
	    .time_ns = event->time_ns};

	watch_tell_node(event->r, &told);
}

/* Two nodes are one firewall: go on with the one that has an address. */
static void
join(struct event *event, struct node *other)
{
	struct pfreplay *r = event->r;
	struct open_packet *open = &r->open;
	bool keep_other = event->sender->address_count == 0;
	struct node *into = keep_other ? other : event->sender;
	struct node *from = keep_other ? event->sender : other;

	store_join(r, into, from);
	nodes_join(&r->nodes, into, from);
	bulks_join(&r->bulks, into->index, from->index);
	event->sender = into;
	open->sender = into;
	open->fast = NULL;
	tell_node(event, WATCH_NODE_JOINED, from);
	for (size_t i = open->receiver_count; i-- > 0;)
		if (open->receivers[i] == into->index || open->receivers[i] == from->index)
			open->receivers[i] = open->receivers[--open->receiver_count];
}

/* --- ids begin anew ------------------------------------------------------- */

/* Ids of FreeBSD 10 to 13 have the CPU in their top octet. */
#define ID_CPU_SHIFT 56
#define ID_SECONDS_SHIFT 32
/* States that two announcements lie apart, at most, if the counter went on. */
#define ID_STEPS_MAX 4096
/* How long after pf's start the first state may be announced, at most. */
#define ID_START_S 600

/* What the ids of a counter begin with: seconds since 1970 (SEM 1.3). */
static bool
begins_near(uint64_t seed_s, int64_t time_ns)
{
	int64_t ago_s = time_ns / EXPIRY_NS_PER_S - (int64_t)seed_s;

	return ago_s >= -2 && ago_s <= ID_START_S;
}

/*
 * Did the counter of ids start anew between two of a node's own states?  A
 * pfsync that was only taken down and up goes on where it was.
 */
static bool
id_starts_anew(const struct node *node, uint64_t before, uint64_t id, int64_t time_ns)
{
	bool freebsd = node->family >= PFREPLAY_V5F10 && node->family <= PFREPLAY_V5F15;

	if (id - before <= ID_STEPS_MAX || before - id <= ID_STEPS_MAX)
		return false;
	if (!freebsd)
		return id >> ID_SECONDS_SHIFT != before >> ID_SECONDS_SHIFT &&
		       begins_near(id >> ID_SECONDS_SHIFT, time_ns);
	if (id >> ID_CPU_SHIFT != before >> ID_CPU_SHIFT)
		return false;
	return begins_near(id & ((UINT64_C(1) << ID_CPU_SHIFT) - 1), time_ns);
}

/* It came up anew: what it had before its bulk request is gone. */
static void
reboot(struct event *event)
{
	struct node *node = event->sender;
	const struct store_filter gone = {.before_ns = node->restarted_ns};

	node->restarted = false;
	(void)store_remove(event->r, node, &gone, NULL);
	tell_node(event, WATCH_NODE_REBOOTED, NULL);
}

static bool
owns_id(const struct node *node, uint32_t creatorid)
{
	for (size_t i = 0; i < node->creatorid_count; i++)
		if (node->creatorids[i] == creatorid)
			return true;
	return false;
}

/* An INS of its own: after a restart with a fixed host id, ids tell. */
static void
note_id(struct event *event)
{
	struct node *node = event->sender;
	const struct pfsync_message *message = event->message;
	bool known = node->latest_id != 0 && node->latest_creatorid == message->creatorid;

	if (!owns_id(node, message->creatorid))
		return;
	if (known && node->restarted &&
	    id_starts_anew(node, node->latest_id, message->id, node->restarted_ns))
		reboot(event);
	node->latest_id = message->id;
	node->latest_creatorid = message->creatorid;
}

/* INS, CLR and BUS carry the sender's own host id (SEM 1.4). */
static void
learn_creator(struct event *event)
{
	struct pfreplay *r = event->r;
	struct node *node = event->sender, *other = NULL;
	bool claims = false;
	uint32_t creatorid = event->message->creatorid;
	size_t known = node->creatorid_count;

	if (event->message->action == PFSYNC_ACT_INS)
		note_id(event);
	node = event->sender;
	for (size_t i = 0; i < known; i++)
		if (node->creatorids[i] == creatorid)
			return;
	if (node->address_count != 0) {
		other = owner_besides(r, node, creatorid);
		claims = other != NULL;
		if (claims)
			tell_node(event, WATCH_NODE_CLAIM, other);
		/* Some OpenBSD announced imported states by INS (SEM 1.4). */
		if (other != NULL && event->message->action == PFSYNC_ACT_INS)
			return;
	}
	other = nodes_own(&r->nodes, node, creatorid);
	tell_node(event, WATCH_NODE_HOSTID, NULL);
	if (!claims && known != 0 && node->creatorid_count > known && node->restarted) {
		/* A new host id after a bulk request: the system came up anew,
		 * and what it had before is gone. */
		reboot(event);
	}
	if (other != NULL)
		join(event, other);
}

/* --- bulk transfers ------------------------------------------------------- */

static bool
needs_start(void *user, int node)
{
	const struct pfreplay *r = user;

	return r->nodes.list[node]->rules->end_needs_start;
}

static void
apply_bus(struct event *event)
{
	struct pfreplay *r = event->r;
	const struct pfsync_message *message = event->message;
	int from = event->sender->index;
	int to = r->open.destination != NULL ? r->open.destination->index : -1;
	struct bulk_end end = {
	    .has_endtime = pfsync_has(message, PFSYNC_F_BUS_ENDTIME),
	    .endtime_s = message->u.bus.endtime_s,
	    .needs_start = needs_start,
	    .user = r,
	};

	if (!pfsync_has(message, PFSYNC_F_BUS_STATUS) || seen_on_wire(r))
		return;
	if (message->u.bus.status == PFSYNC_BUS_START)
		bulks_start(&r->bulks, from, to, event->time_ns);
	else if (message->u.bus.status == PFSYNC_BUS_END)
		bulks_end(&r->bulks, from, to, event->time_ns, &end);
}

static bool
has_peers(enum pfsync_action action)
{
	return action == PFSYNC_ACT_INS || action == PFSYNC_ACT_UPD || action == PFSYNC_ACT_UPD_C;
}

/* --- who wants to know ---------------------------------------------------- */

/* (int32)(a - b) > 0 without leaving unsigned arithmetic (SEM 5.3). */
static bool
behind(const struct pfsync_peer *now, const struct pfsync_peer *before, bool tcp)
{
	uint32_t back = before->seqlo - now->seqlo;

	if (now->state != before->state)
		/* Synproxy counts down when its handshake is over (SEM 2.5). */
		return now->state < before->state && (before->state < PFSYNC_TCPS_PROXY_SRC ||
							 now->state >= PFSYNC_TCPS_PROXY_SRC);
	return tcp && back != 0 && back < UINT32_C(0x80000000);
}

/* Did another node speak of the state since `view` was asserted? */
static bool
is_turn(const struct event *event, const struct view *view)
{
	const struct view *other;
	uint32_t position = 0;

	if ((view->bits & VIEW_STANDING) != PFREPLAY_ASSERTED)
		return true;
	while ((other = view_next(&event->r->spill, event->entry, &position)) != NULL)
		if (other != view && (other->bits & VIEW_STANDING) == PFREPLAY_ASSERTED &&
		    other->evidence_ns >= view->evidence_ns && other->evidence > view->evidence)
			return true;
	return false;
}

static unsigned
kinds_of_upd_c(const struct event *event, const struct view *view)
{
	const unsigned wanted = event->r->watchers.said;
	unsigned kinds = WATCH_SAID(WATCH_UPD_C);
	const struct peers *before;
	bool tcp;

	if (event->entry == NULL || event->created || view == NULL)
		return kinds | WATCH_SAID(WATCH_UPD_C_NEWS);
	before = view_peers(event->entry, view);
	tcp = event->entry->proto == 6;
	if ((view->bits & VIEW_STANDING) != PFREPLAY_ASSERTED)
		kinds |= WATCH_SAID(WATCH_UPD_C_NEWS);
	if ((wanted & WATCH_SAID(WATCH_UPD_C_BACK)) != 0 &&
	    (behind(event->src, &before->src, tcp) || behind(event->dst, &before->dst, tcp)))
		kinds |= WATCH_SAID(WATCH_UPD_C_BACK);
	if ((wanted & WATCH_SAID(WATCH_UPD_C_TURN)) != 0 && is_turn(event, view))
		kinds |= WATCH_SAID(WATCH_UPD_C_TURN);
	if ((event->entry->marks & event->r->watchers.marks) != 0)
		kinds |= WATCH_SAID(WATCH_UPD_C_MARKED);
	return kinds;
}

static unsigned
kinds_of(const struct event *event, const struct view *view)
{
	const struct pfsync_message *message = event->message;

	switch (message->action) {
	case PFSYNC_ACT_CLR:
		return WATCH_SAID(WATCH_CLR);
	case PFSYNC_ACT_INS:
		return WATCH_SAID(WATCH_INS);
	case PFSYNC_ACT_INS_ACK:
		return WATCH_SAID(WATCH_INS_ACK);
	case PFSYNC_ACT_UPD:
		return WATCH_SAID(WATCH_UPD);
	case PFSYNC_ACT_UPD_C:
		return event->src != NULL ? kinds_of_upd_c(event, view) : WATCH_SAID(WATCH_OTHER);
	case PFSYNC_ACT_UPD_REQ:
		return message->id == 0 && message->creatorid == 0 ? WATCH_SAID(WATCH_BULK_REQ)
								   : WATCH_SAID(WATCH_UPD_REQ);
	case PFSYNC_ACT_DEL:
		return WATCH_SAID(WATCH_DEL);
	case PFSYNC_ACT_DEL_C:
		return WATCH_SAID(WATCH_DEL_C);
	case PFSYNC_ACT_BUS:
		return WATCH_SAID(WATCH_BUS);
	case PFSYNC_ACT_TDB:
		return WATCH_SAID(WATCH_TDB);
	default:
		return WATCH_SAID(WATCH_OTHER);
	}
}

/* Before anything of the message is applied. */
static void
said(const struct event *event, bool bad_value)
{
	struct pfreplay *r = event->r;
	const struct entry *entry = event->entry;
	const struct view *view;
	struct watch_said told = {.event = event, .bad_value = bad_value};

	if (r->watchers.said == 0)
		return;
	view = entry != NULL ? store_view(r, event->entry, event->sender) : NULL;
	told.kinds = kinds_of(event, view);
	if ((told.kinds & r->watchers.said) == 0)
		return;
	told.keyless = entry != NULL && entry->facts == 0;
	told.other_key = entry != NULL && entry->facts != 0 &&
			 facts_differ(&r->facts, entry->facts, event->message);
	if (view != NULL) {
		told.held = true;
		told.standing = store_standing(r, view);
		told.before = view_peers(entry, view);
		told.before_ns = view->evidence_ns;
		told.before_timeout = view->timeout;
	}
	watch_tell_said(r, &told);
}

/* --- one message ---------------------------------------------------------- */

static bool
is_of_a_state(const struct event *event)
{
	return pfsync_has(event->message, PFSYNC_F_ID) &&
	       pfsync_has(event->message, PFSYNC_F_CREATORID);
}

/* Would the sender's own kind refuse it? */
static bool
has_bad_value(const struct event *event)
{
	const struct pfsync_dialect *dialect = event->sender->dialect;

	return dialect != NULL && !deliver_values_good(event->message, dialect);
}

/* Longer than packets overtake each other on any link. */
#define LATE_NS (5 * EXPIRY_NS_PER_S)

/*
 * Its sender deleted that state a moment ago, and no node has it any more that
 * could have sent it back: ids are not used again so soon (SEM 1.3).
 */
static bool
is_late(const struct event *event)
{
	const struct pfsync_message *message = event->message;
	const struct tomb *tomb;

	if (event->entry != NULL || !has_peers(message->action))
		return false;
	tomb = tombs_find(&event->r->tombs, message->id, message->creatorid);
	return tomb != NULL && tomb->node == event->sender->index &&
	       event->time_ns - tomb->time_ns <= LATE_NS;
}

/* INS, INS_ACK, UPD, UPD_C, UPD_REQ, DEL, DEL_C. */
static bool
apply_state(struct event *event)
{
	struct pfreplay *r = event->r;
	const struct pfsync_message *message = event->message;
	bool bad_value = false, unknown;

	if (!is_of_a_state(event))
		return false;
	if (has_peers(message->action)) {
		if (!find_peers(event))
			return false;
		find_times(event);
		bad_value = has_bad_value(event);
	}
	if (event->number == 0 ||
	    !table_is(&r->table, event->number, message->id, message->creatorid))
		event->number = store_find(r, message->id, message->creatorid);
	event->entry = event->number != 0 ? table_entry(&r->table, event->number) : NULL;
	event->late = is_late(event);
	/* They will ask for it; a full record makes it anew at receivers. */
	unknown = event->late && message->action == PFSYNC_ACT_UPD_C;
	if (event->src != NULL && !bad_value && !unknown)
		(void)store_make(event);
	said(event, bad_value);
	if (bad_value)
		event->sender->sent[r->open.packet->tap].anomalies[PFREPLAY_BADVAL]++;
	else
		assert_message(event);
	if (event->entry != NULL || !has_peers(message->action) || bad_value || unknown)
		deliver(event, bad_value);
	if (event->said_view != NULL)
		store_said(event);
	/* else: nobody may be left who has it */
	else if (store_tidy(r, event->number) &&
		 (message->action == PFSYNC_ACT_DEL || message->action == PFSYNC_ACT_DEL_C))
		tombs_put(&r->tombs, message->id, message->creatorid, event->sender->index,
		    event->time_ns);
	if (message->action == PFSYNC_ACT_UPD)
		bulks_state(&r->bulks, event->sender->index);
	return true;
}

/*
 * From pfsync0 of a firewall that is on the wire as well: the wire says the
 * same, in its own order and by its own clock.  What pfsync0 adds until v4 are
 * keys, because it shows full records where the wire has UPD_C (SEM 3.1).
 */
static bool
apply_beside_wire(struct event *event)
{
	struct pfreplay *r = event->r;
	const struct pfsync_message *message = event->message;
	struct entry *entry;
	uint32_t number;

	if (!is_of_a_state(event) || !pfsync_has(message, PFSYNC_F_PROTO))
		return true;
	number = store_find(r, message->id, message->creatorid);
	if (number == 0)
		return true;
	entry = table_entry(&r->table, number);
	if (entry->facts == 0) {
		const struct keys_at none = {.count = 0};

		entry->facts = facts_put(&r->facts, 0, message, event->time_ns);
		if (r->keys.on)
			keys_move(r, number, &none);
		entry->proto = message->u.state.proto;
	}
	return true;
}

static bool
apply(struct event *event)
{
	const struct pfsync_message *message = event->message;

	if ((message->action == PFSYNC_ACT_INS && is_of_a_state(event)) ||
	    ((message->action == PFSYNC_ACT_CLR || message->action == PFSYNC_ACT_BUS) &&
		pfsync_has(message, PFSYNC_F_CREATORID)))
		learn_creator(event);
	if (event->r->open.packet->tap && event->sender->on_wire)
		return apply_beside_wire(event);
	switch (message->action) {
	case PFSYNC_ACT_INS:
	case PFSYNC_ACT_INS_ACK:
	case PFSYNC_ACT_UPD:
	case PFSYNC_ACT_UPD_C:
	case PFSYNC_ACT_UPD_REQ:
	case PFSYNC_ACT_DEL:
	case PFSYNC_ACT_DEL_C:
		return apply_state(event);
	case PFSYNC_ACT_CLR:
		if (!pfsync_has(message, PFSYNC_F_CREATORID))
			return false;
		said(event, false);
		assert_message(event);
		deliver(event, false);
		return true;
	case PFSYNC_ACT_BUS:
		said(event, false);
		deliver(event, false);
		apply_bus(event);
		return true;
	case PFSYNC_ACT_TDB:
		said(event, false);
		deliver(event, false);
		return false;
	default:
		said(event, false);
		return false;
	}
}

void
apply_message(struct pfreplay *r, const struct pfsync_message *message, uint32_t guess)
{
	struct open_packet *open = &r->open;
	struct peers room;
	struct event event = {
	    .r = r,
	    .room = &room,
	    .message = message,
	    .sender = open->sender,
	    .number = guess,
	    .time_ns = open->time_ns,
	    .evidence = open->evidence,
	};

	if (open->ignored)
		return;
	open_message(open, message);
	if (r->credit < STORE_CREDIT_MAX)
		r->credit += STORE_CREDIT_EACH;
	if ((unsigned)message->action < PFSYNC_ACT_COUNT)
		open->sender->sent[open->packet->tap].messages[message->action]++;
	r->event = &event;
	if (apply(&event))
		r->totals.messages++;
	else
		r->totals.unreplayed++;
	r->event = NULL;
}

void
pfreplay_message(struct pfreplay *r, const struct pfsync_message *message)
{
	apply_message(r, message, 0);
}
