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
	bool bad_value = false, own_level, unknown;

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
	own_level = bad_value && deliver_is_sctp_level(event);
	if (event->src != NULL && (!bad_value || own_level) && !unknown)
		(void)store_make(event);
	said_tell(event, bad_value);
	if (bad_value)
		event->sender->sent[r->open.packet->tap].anomalies[PFREPLAY_BADVAL]++;
	if (!bad_value || own_level)
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
		bulks_state(&r->bulks, event->sender->index, event->time_ns,
		    event->sender->rules->end_overtakes);
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
		identity_learn(event);
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
		said_tell(event, false);
		assert_message(event);
		deliver(event, false);
		return true;
	case PFSYNC_ACT_BUS:
		said_tell(event, false);
		deliver(event, false);
		apply_bus(event);
		return true;
	case PFSYNC_ACT_TDB:
		said_tell(event, false);
		deliver(event, false);
		return false;
	default:
		said_tell(event, false);
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
