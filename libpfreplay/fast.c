/*
 * fast.c - the update that nearly all messages are (see fast.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "families/rules.h"
#include "fast.h"
#include "internal.h"

/* Who wants to be told of every update, or of every merge, gets it from apply.c. */
#define SAID_ALL (WATCH_SAID(WATCH_UPD_C))
#define SAID_TURNS (WATCH_SAID(WATCH_UPD_C_TURN) | WATCH_SAID(WATCH_UPD_C_NEWS))
#define OUTCOMES_ALL (WATCH_OUTCOME(WATCH_MERGED))

void
fast_begin(struct pfreplay *r)
{
	struct open_packet *open = &r->open;
	const struct node *sender = open->sender;
	struct node *receiver;

	open->fast = NULL;
	if (open->ignored || open->receiver_count != 1 || sender->dialect == NULL ||
	    (open->packet->tap && sender->on_wire) || (r->watchers.said & SAID_ALL) != 0 ||
	    (r->watchers.outcomes & OUTCOMES_ALL) != 0)
		return;
	receiver = r->nodes.list[open->receivers[0]];
	if (receiver->takes == sender->dialect && receiver->discards == NULL)
		open->fast = receiver;
}

/* Neither a lower state nor, TCP, a lower sequence number: no family minds. */
static bool
goes_on(const struct pfsync_peer *local, const struct pfsync_peer *in, bool tcp)
{
	return in->state >= local->state && in->state <= PFSYNC_TCPS_PROXY_DST &&
	       (!tcp || in->seqlo - local->seqlo < UINT32_C(0x80000000));
}

/* Nobody has to be told that the sender says so now. */
static bool
proves_nothing(const struct pfreplay *r, const struct view *said, const struct view *heard)
{
	unsigned standing = said->bits & VIEW_STANDING;
	bool turn =
	    standing != PFREPLAY_ASSERTED || (heard->bits & VIEW_STANDING) == PFREPLAY_ASSERTED;

	if (((said->bits | heard->bits) & VIEW_ODD) != 0 || standing == PFREPLAY_UNKNOWN)
		return false;
	return !turn || ((r->watchers.said & SAID_TURNS) == 0 && !r->watchers.wants_proof);
}

static void
count(struct pfreplay *r, const struct pfsync_message *message)
{
	struct open_packet *open = &r->open;

	open_message(open, message);
	if (r->credit < STORE_CREDIT_MAX)
		r->credit += STORE_CREDIT_EACH;
	open->sender->sent[open->packet->tap].messages[PFSYNC_ACT_UPD_C]++;
	open->fast->heard[message->action_number]++;
	r->totals.messages++;
}

static void
stamp(const struct open_packet *open, struct view *view, uint8_t timeout,
    enum pfreplay_standing standing)
{
	view->evidence_ns = open->time_ns;
	view->evidence = open->evidence;
	view->timeout = timeout;
	view_stand(view, standing);
}

bool
fast_update(struct pfreplay *r, const struct pfsync_message *message, uint32_t number)
{
	struct open_packet *open = &r->open;
	struct node *sender = open->sender, *receiver = open->fast;
	const struct pfsync_state *state = &message->u.state;
	struct view *said, *heard;
	struct entry *entry;
	bool tcp;
	uint32_t expire_s;

	if (receiver == NULL || number == 0 || message->action != PFSYNC_ACT_UPD_C ||
	    !table_is(&r->table, number, message->id, message->creatorid))
		return false;
	entry = table_entry(&r->table, number);
	said = &entry->view[entry->view[0].node != sender->index];
	heard = &entry->view[said == entry->view];
	tcp = entry->proto == 6;
	if (said->node != sender->index || heard->node != receiver->index || entry->apart ||
	    (sender->restarted && said->evidence_ns < sender->restarted_ns) || entry->facts == 0 ||
	    entry->marks != 0 || !message_is_plain(message) ||
	    !pfsync_has(message, PFSYNC_F_TIMEOUT) ||
	    state->timeout >= sender->dialect->timeout_max || !proves_nothing(r, said, heard) ||
	    !goes_on(&entry->peers.src, &state->src, tcp) ||
	    !goes_on(&entry->peers.dst, &state->dst, tcp))
		return false;
	count(r, message);
	if ((said->bits & VIEW_STANDING) == PFREPLAY_PREDICTED)
		note_answer(sender, message->action, open->time_ns - said->evidence_ns);
	peer_take(&entry->peers.src, &state->src);
	peer_take(&entry->peers.dst, &state->dst);
	expire_s = pfsync_has(message, PFSYNC_F_EXPIRE) ? state->expire_s : 0;
	stamp(open, said, state->timeout, PFREPLAY_ASSERTED);
	if (expire_s != 0)
		view_live_stated(said, expire_s);
	else
		ruletime_refresh(r, entry, number, said, 0);
	stamp(open, heard, state->timeout,
	    (heard->bits & VIEW_STANDING) == PFREPLAY_ASSERTED
		? PFREPLAY_PREDICTED
		: (enum pfreplay_standing)(heard->bits & VIEW_STANDING));
	ruletime_refresh(
	    r, entry, number, heard, receiver->rules->life == LIFE_PLUS_TIMEOUT ? expire_s : 0);
	return true;
}
