/*
 * bulk.c - bulk transfers (see bulk.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "bulk.h"

#define NS_PER_S INT64_C(1000000000)

void
bulks_init(struct bulks *bulks)
{
	bulks->list = g_array_new(FALSE, TRUE, sizeof(struct bulk));
	bulks->open = g_array_new(FALSE, FALSE, sizeof(guint));
	bulks->tail = g_array_new(FALSE, FALSE, sizeof(guint));
	bulks->refused = 0;
	bulks->told = NULL;
}

static void
tell(const struct bulks *bulks, enum bulk_step step, int requester, int sender)
{
	if (bulks->told != NULL)
		bulks->told(bulks->told_user, step, requester, sender);
}

void
bulks_clear(struct bulks *bulks)
{
	g_array_free(bulks->list, TRUE);
	g_array_free(bulks->open, TRUE);
	g_array_free(bulks->tail, TRUE);
}

/* Open transfer number `i`.  Valid until the next add(). */
static struct bulk *
open_at(const struct bulks *bulks, guint i)
{
	return &g_array_index(bulks->list, struct bulk, g_array_index(bulks->open, guint, i));
}

static struct bulk *
add(struct bulks *bulks, int requester, int sender)
{
	guint place = bulks->list->len;
	struct bulk *bulk;

	if (place == BULK_MAX) {
		bulks->refused++;
		return NULL;
	}
	g_array_set_size(bulks->list, place + 1);
	g_array_append_val(bulks->open, place);
	bulk = &g_array_index(bulks->list, struct bulk, place);
	bulk->pub.requester = requester;
	bulk->pub.sender = sender;
	return bulk;
}

bool
bulks_request(struct bulks *bulks, int requester, int64_t time_ns)
{
	struct bulk *bulk;
	bool again = false;

	for (guint i = bulks->open->len; i-- > 0;) {
		bulk = open_at(bulks, i);
		if (bulk->pub.requester != requester)
			continue;
		if (bulk->pub.tries != 0 && bulk->pub.tries < BULK_TRIES &&
		    time_ns - bulk->asked_ns < BULK_RETRY_NS) {
			bulk->pub.tries++;
			bulk->asked_ns = time_ns;
			again = true;
		} else
			g_array_remove_index(bulks->open, i);
	}
	tell(bulks, again ? BULK_RETRIED : BULK_REQUESTED, requester, -1);
	if (again)
		return false;
	bulk = add(bulks, requester, -1);
	if (bulk == NULL)
		return true;
	bulk->pub.outcome = PFREPLAY_BULK_NO_ANSWER;
	bulk->pub.requested_ns = time_ns;
	bulk->pub.tries = 1;
	bulk->asked_ns = time_ns;
	return true;
}

/*
 * The transfer of `sender` in answer to open transfer `i`: that one if nobody
 * or it answered yet, else one beside it, because every peer answers a
 * multicast.  NULL if `sender` has one that the caller comes to anyway.
 */
static struct bulk *
answer(struct bulks *bulks, guint i, int sender)
{
	struct bulk asked = *open_at(bulks, i), *bulk;

	if (asked.pub.sender == -1 || asked.pub.sender == sender) {
		open_at(bulks, i)->pub.sender = sender;
		return open_at(bulks, i);
	}
	for (guint n = 0; n < bulks->open->len; n++)
		if (open_at(bulks, n)->pub.requester == asked.pub.requester &&
		    open_at(bulks, n)->pub.sender == sender)
			return NULL;
	bulk = add(bulks, asked.pub.requester, sender);
	if (bulk == NULL)
		return NULL;
	bulk->pub.outcome = PFREPLAY_BULK_NO_ANSWER;
	bulk->pub.requested_ns = asked.pub.requested_ns;
	bulk->pub.tries = asked.pub.tries;
	bulk->asked_ns = asked.asked_ns;
	return bulk;
}

/* Does what `sender` tells `requester` (-1: all) answer that transfer? */
static bool
concerns(const struct bulk *bulk, int sender, int requester)
{
	return bulk->pub.tries != 0 && bulk->pub.requester != sender &&
	       (requester == -1 || bulk->pub.requester == requester);
}

/* A transfer whose request the capture did not see; NULL if there are too many. */
static struct bulk *
began_later(struct bulks *bulks, int sender, int requester)
{
	struct bulk *bulk;

	for (guint i = 0; i < bulks->open->len; i++)
		if (open_at(bulks, i)->pub.tries == 0 && open_at(bulks, i)->pub.sender == sender)
			return open_at(bulks, i);
	bulk = add(bulks, requester, sender);
	if (bulk != NULL)
		bulk->pub.outcome = PFREPLAY_BULK_BEGAN_LATER;
	return bulk;
}

void
bulks_start(struct bulks *bulks, int sender, int requester, int64_t time_ns)
{
	guint count = bulks->open->len;
	struct bulk *bulk;
	bool found = false;

	for (guint i = 0; i < count; i++) {
		if (!concerns(open_at(bulks, i), sender, requester))
			continue;
		found = true;
		bulk = answer(bulks, i, sender);
		if (bulk == NULL)
			continue;
		/* A repeated request restarts the answer in some families. */
		if (bulk->pub.started_ns == 0)
			bulk->pub.started_ns = time_ns;
		bulk->pub.outcome = PFREPLAY_BULK_NO_END;
		tell(bulks, BULK_STARTED, bulk->pub.requester, sender);
	}
	if (found)
		return;
	tell(bulks, BULK_UNASKED, requester, sender);
	bulk = began_later(bulks, sender, requester);
	if (bulk != NULL)
		bulk->pub.started_ns = time_ns;
}

static struct bulk *
tail_at(const struct bulks *bulks, guint i)
{
	return &g_array_index(bulks->list, struct bulk, g_array_index(bulks->tail, guint, i));
}

static void
forget_tails(struct bulks *bulks, int64_t time_ns)
{
	for (guint i = bulks->tail->len; i-- > 0;)
		if (time_ns - tail_at(bulks, i)->pub.ended_ns > BULK_TAIL_NS)
			g_array_remove_index_fast(bulks->tail, i);
}

void
bulks_state(struct bulks *bulks, int sender, int64_t time_ns, bool end_overtakes)
{
	for (guint i = 0; i < bulks->open->len; i++)
		if (open_at(bulks, i)->pub.sender == sender &&
		    open_at(bulks, i)->pub.started_ns != 0)
			open_at(bulks, i)->pub.states++;
	if (!end_overtakes || bulks->tail->len == 0)
		return;
	forget_tails(bulks, time_ns);
	for (guint i = 0; i < bulks->tail->len; i++)
		if (tail_at(bulks, i)->pub.sender == sender)
			tail_at(bulks, i)->pub.states++;
}

/* Open transfer `i` has ended. */
static void
close_at(struct bulks *bulks, guint i)
{
	g_array_append_val(bulks->tail, g_array_index(bulks->open, guint, i));
	g_array_remove_index(bulks->open, i);
}

static void
close_accepted(struct bulks *bulks)
{
	for (guint i = bulks->open->len; i-- > 0;)
		if (open_at(bulks, i)->pub.outcome == PFREPLAY_BULK_COMPLETE)
			close_at(bulks, i);
}

void
bulks_end(
    struct bulks *bulks, int sender, int requester, int64_t time_ns, const struct bulk_end *end)
{
	guint count = bulks->open->len;
	struct bulk *bulk;
	bool found = false;

	forget_tails(bulks, time_ns);
	for (guint i = 0; i < count; i++) {
		bool accepted;

		if (!concerns(open_at(bulks, i), sender, requester))
			continue;
		found = true;
		bulk = answer(bulks, i, sender);
		if (bulk == NULL)
			continue;
		bulk->pub.ended_ns = time_ns;
		if (end->needs_start(end->user, bulk->pub.requester))
			accepted = bulk->pub.started_ns != 0;
		else /* one second for the rounding of both clocks */
			accepted = !end->has_endtime ||
				   time_ns + NS_PER_S - (int64_t)end->endtime_s * NS_PER_S >=
				       bulk->pub.requested_ns;
		bulk->pub.outcome = accepted ? PFREPLAY_BULK_COMPLETE : PFREPLAY_BULK_REJECTED_END;
		tell(bulks, accepted ? BULK_ENDED : BULK_REFUSED, bulk->pub.requester, sender);
	}
	close_accepted(bulks);
	if (found)
		return;
	tell(bulks, BULK_UNASKED, requester, sender);
	bulk = began_later(bulks, sender, requester);
	if (bulk == NULL)
		return;
	bulk->pub.ended_ns = time_ns;
	for (guint i = bulks->open->len; i-- > 0;)
		if (open_at(bulks, i) == bulk)
			close_at(bulks, i);
}

void
bulks_join(struct bulks *bulks, int into, int from)
{
	for (guint i = 0; i < bulks->list->len; i++) {
		struct pfreplay_bulk *pub = &g_array_index(bulks->list, struct bulk, i).pub;

		if (pub->requester == from)
			pub->requester = into;
		if (pub->sender == from)
			pub->sender = into;
	}
}
