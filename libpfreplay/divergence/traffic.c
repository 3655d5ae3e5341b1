/*
 * traffic.c - how much goes from which firewall to which (see traffic.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "detectors.h"
#include "pfevidence.h"
#include "traffic.h"

/* Inserts that wait for their acknowledgement.  Kernels hold 128 packets
 * back (SEM 2.10); an answer that comes later than this is of no use. */
#define WAITING_MAX 4096
#define ACK_NS (2 * NS_PER_S)
/* The delays that are kept of a pair; beyond, each new one replaces an old. */
#define DELAYS_MAX 16384

#define ACK_FLAG 0x10 /* SEM 5.5 */

#define US INT64_C(1000)
#define MS INT64_C(1000000)
const int64_t pfreplay_ack_bounds_ns[PFREPLAY_ACK_BOUNDS] = {100 * US, 250 * US, 500 * US, 1 * MS,
    2500 * US, 5 * MS, 10 * MS, 25 * MS, 50 * MS, 100 * MS, 250 * MS, 1000 * MS};

struct way {
	struct lane lane;
	GArray *delays; /* int64_t, NULL if none */
};

struct traffic {
	struct way *from[PFREPLAY_NODES_MAX]; /* PFREPLAY_NODES_MAX each, or NULL */
	struct side *waiting;                 /* struct waiting */
};

struct waiting {
	int64_t time_ns;
	uint16_t node;
};

static struct way *
way(struct traffic *traffic, size_t from, size_t to)
{
	if (traffic->from[from] == NULL)
		traffic->from[from] = g_new0(struct way, PFREPLAY_NODES_MAX);
	return &traffic->from[from][to];
}

const struct lane *
traffic_lane(const struct traffic *traffic, size_t from, size_t to)
{
	const struct way *ways = traffic->from[from];

	return ways != NULL && ways[to].lane.packets != 0 ? &ways[to].lane : NULL;
}

static gint
shorter(gconstpointer a, gconstpointer b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

void
traffic_delays(const struct traffic *traffic, size_t from, size_t to, struct traffic_delays *delays)
{
	const struct way *ways = traffic->from[from];
	GArray *sorted;

	*delays = (struct traffic_delays){0};
	if (ways == NULL || ways[to].delays == NULL || ways[to].delays->len == 0)
		return;
	sorted = g_array_copy(ways[to].delays);
	g_array_sort(sorted, shorter);
	delays->p50_ns = g_array_index(sorted, int64_t, (sorted->len - 1) / 2);
	delays->p99_ns = g_array_index(sorted, int64_t, (guint)((sorted->len - 1) * 99ULL / 100));
	delays->max_ns = g_array_index(sorted, int64_t, sorted->len - 1);
	g_array_free(sorted, TRUE);
}

static void
traffic_begin(struct divergence *d, void *self)
{
	struct traffic *traffic = self;

	traffic->waiting = side_new(sizeof(struct waiting), WAITING_MAX);
	d->traffic = traffic;
}

static void
traffic_end(void *self)
{
	struct traffic *traffic = self;

	side_free(traffic->waiting);
	for (size_t from = 0; from < PFREPLAY_NODES_MAX; from++) {
		if (traffic->from[from] == NULL)
			continue;
		for (size_t to = 0; to < PFREPLAY_NODES_MAX; to++)
			if (traffic->from[from][to].delays != NULL)
				g_array_free(traffic->from[from][to].delays, TRUE);
		g_free(traffic->from[from]);
	}
}

static void
traffic_packet(struct divergence *d, void *self, const struct open_packet *open)
{
	(void)d;
	for (size_t i = 0; i < open->receiver_count; i++) {
		struct lane *lane = &way(self, open->sender->index, open->receivers[i])->lane;

		if (lane->packets++ == 0)
			lane->first_ns = lane->last_ns = open->time_ns;
		if (open->time_ns - lane->last_ns > lane->silence_max_ns)
			lane->silence_max_ns = open->time_ns - lane->last_ns;
		if (open->time_ns > lane->last_ns)
			lane->last_ns = open->time_ns;
	}
}

/* INS */
static void
traffic_said(struct divergence *d, void *self, const struct watch_said *said)
{
	const struct event *event = said->event;
	const struct open_packet *open = &d->r->open;
	struct traffic *traffic = self;
	struct waiting *waiting;

	if (!pfsync_has(event->message, PFSYNC_F_STATE_FLAGS) ||
	    (event->message->u.state.state_flags & ACK_FLAG) == 0)
		return;
	waiting = side_make(traffic->waiting, event->message->id, event->message->creatorid, NULL);
	waiting->time_ns = event->time_ns;
	waiting->node = event->sender->index;
	for (size_t i = 0; i < open->receiver_count; i++)
		way(traffic, waiting->node, open->receivers[i])->lane.acks_wanted++;
}

static void
count_delay(struct lane *lane, int64_t delay_ns)
{
	size_t n = 0;

	while (n < PFREPLAY_ACK_BOUNDS && delay_ns > pfreplay_ack_bounds_ns[n])
		n++;
	lane->ack_counts[n]++;
	lane->ack_sum_ns += delay_ns;
	lane->acks_seen++;
}

static void
traffic_proof(struct divergence *d, void *self, const struct watch_proof *proof)
{
	const struct pfsync_message *message = proof->event->message;
	struct traffic *traffic = self;
	const struct waiting *waiting;
	struct way *w;
	int64_t delay_ns;

	(void)d;
	if (proof->kind != WATCH_ACKNOWLEDGED)
		return;
	waiting = side_find(traffic->waiting, message->id, message->creatorid);
	if (waiting == NULL || waiting->node == proof->node->index)
		return;
	delay_ns = proof->event->time_ns - waiting->time_ns;
	if (delay_ns < 0 || delay_ns > ACK_NS)
		return;
	w = way(traffic, waiting->node, proof->node->index);
	if (w->delays == NULL)
		w->delays = g_array_new(FALSE, FALSE, sizeof(int64_t));
	if (w->delays->len < DELAYS_MAX)
		g_array_append_val(w->delays, delay_ns);
	else
		g_array_index(w->delays, int64_t, w->lane.acks_seen % DELAYS_MAX) = delay_ns;
	count_delay(&w->lane, delay_ns);
	/* With three firewalls the second one answers, too. */
	if (d->r->nodes.senders <= 2)
		side_drop(traffic->waiting, message->id, message->creatorid);
}

static void
hand_over(struct way *into, struct way *from)
{
	into->lane.packets += from->lane.packets;
	into->lane.acks_wanted += from->lane.acks_wanted;
	into->lane.acks_seen += from->lane.acks_seen;
	for (size_t n = 0; n <= PFREPLAY_ACK_BOUNDS; n++)
		into->lane.ack_counts[n] += from->lane.ack_counts[n];
	into->lane.ack_sum_ns += from->lane.ack_sum_ns;
	if (into->lane.last_ns < from->lane.last_ns)
		into->lane.last_ns = from->lane.last_ns;
	if (into->lane.first_ns == 0 ||
	    (from->lane.first_ns != 0 && from->lane.first_ns < into->lane.first_ns))
		into->lane.first_ns = from->lane.first_ns;
	if (into->delays == NULL) {
		into->delays = from->delays;
		from->delays = NULL;
	} else if (from->delays != NULL)
		g_array_append_vals(into->delays, from->delays->data, from->delays->len);
	from->lane = (struct lane){0};
}

static void
traffic_node(struct divergence *d, void *self, const struct watch_node *node)
{
	struct traffic *traffic = self;

	(void)d;
	if (node->kind != WATCH_NODE_JOINED)
		return;
	for (size_t n = 0; n < PFREPLAY_NODES_MAX; n++) {
		if (traffic->from[node->other->index] != NULL)
			hand_over(way(traffic, node->node->index, n),
			    way(traffic, node->other->index, n));
		if (traffic->from[n] != NULL)
			hand_over(way(traffic, n, node->node->index),
			    way(traffic, n, node->other->index));
	}
}

const struct detector detector_traffic = {
    .bytes = sizeof(struct traffic),
    .said = WATCH_SAID(WATCH_INS),
    .begin = traffic_begin,
    .end = traffic_end,
    .packet = traffic_packet,
    .on_said = traffic_said,
    .proof = traffic_proof,
    .node = traffic_node,
};

bool
traffic_lost_nothing(const struct pfreplay *r, size_t from, size_t to)
{
	struct pfreplay_direction direction;

	for (size_t n = 0; pfreplay_direction_at(r, n, &direction); n++)
		if (direction.sender == (int)from && direction.receiver == (int)to)
			return direction.delivered != 0 && direction.lost == 0;
	return false;
}
