/*
 * early.c - a firewall that deletes what another one still uses: D-17.
 *
 * SPDX-License-Identifier: ISC
 *
 * Since v5 the first that expires a state removes it everywhere (SEM 4.4), so
 * one with shorter timeouts ends the others' connections.  Timeouts of rules
 * are not in the messages; how early the states' own makers delete them shows
 * what they are.
 */
#include "detectors.h"

/* Earlier than due by so much, and by a part of the timeout. */
#define EARLY_NS (5 * NS_PER_S)
#define EARLY_PART 5
/* Makers that do so themselves: one in so many of their deletes. */
#define OWN_ONE_IN 5
/* How far apart deletes are that are no single command. */
#define APART_NS (5 * NS_PER_S)
#define TIMES_HIGH 3
/* The maker updates it after this: the delete did not cross (SEM 7.5). */
#define REVIVED_NS (2 * NS_PER_S)

static void
tell(const struct pfreplay *r, const struct finding *finding, GString *text)
{
	int64_t revived = finding_number(finding, "revived");

	(void)r;
	if (revived > 0)
		g_string_append_printf(text,
		    "; %" G_GINT64_FORMAT " of them were in use and were announced again", revived);
	if (finding_number(finding, "times") < 2)
		g_string_append(text,
		    finding->count > 1 ? "; all at once, as a command (pfctl -k) does it" : "");
	else
		g_string_append_printf(text, "; at %" G_GINT64_FORMAT " different times",
		    finding_number(finding, "times"));
	g_string_append_c(text, '.');
}

static const struct finding_kind kind = {
    .number = 17,
    .sentence =
	"%b deleted %{states} of %a up to %<early_ns> before the timeout had passed, and so "
	"ended them on %a, too",
    .advice = "Use the same timeouts, adaptive limits and rules on both (pfctl -st, pfctl -sm); a "
	      "state that is bound to the default rule has the default timeouts.",
    .tell = tell,
};

struct early {
	struct {
		uint64_t deletes; /* by the makers of states of this class */
		uint64_t early;
	} own[PFREPLAY_TIMEOUTS];
	/* When the time began that deletes of now belong to; by maker, by who deletes. */
	int64_t begun_ns[PFREPLAY_NODES_MAX][PFREPLAY_NODES_MAX];
	uint64_t others[PFREPLAY_TIMEOUTS]; /* early deletes by others */
};

/* How long before its time a state is deleted that `view` holds; 0 = it is not. */
static int64_t
early_ns(const struct pfreplay *r, const struct view *view, int64_t time_ns)
{
	int64_t left_ns = store_due_ns(r, view) - time_ns;
	int64_t timeout_ns = (int64_t)pfreplay_timeout_s(r, view->node, view->timeout) * NS_PER_S;

	return left_ns > EARLY_NS && left_ns > timeout_ns / EARLY_PART ? left_ns : 0;
}

/* A new connection with the addresses of a finished one retires it (SEM 4.4). */
static bool
is_finished(const struct entry *entry, const struct view *view)
{
	const struct peers *peers = view_peers(entry, view);

	return entry->proto == 6 && peers->src.state >= PFSYNC_TCPS_FIN_WAIT_2 &&
	       peers->dst.state >= PFSYNC_TCPS_FIN_WAIT_2;
}

static void
note(struct divergence *d, struct early *early, const struct event *event, const struct node *maker,
    int64_t by_ns)
{
	struct finding *finding = findings_find(&d->live, &kind, 0, maker, event->sender);
	int64_t *begun_ns = &early->begun_ns[maker->index][event->sender->index];
	/* From its beginning: a steady stream is no single time. */
	bool apart = finding == NULL || event->time_ns - *begun_ns > APART_NS;

	if (apart)
		*begun_ns = event->time_ns;
	finding = findings_note(&d->live, &(struct sighting){.kind = &kind,
					      .node = maker,
					      .other = event->sender,
					      .severity = PFREPLAY_LOW,
					      .time_ns = event->time_ns,
					      .evidence = event->evidence,
					      .id = event->message->id,
					      .creatorid = event->message->creatorid});
	finding_add(finding, "times", apart);
	finding_max(finding, "early_ns", by_ns);
	if (finding != NULL && finding_number(finding, "times") >= TIMES_HIGH)
		finding_worsen(finding, PFREPLAY_HIGH);
}

/* DEL, DEL_C */
static void
deleted(struct divergence *d, struct early *early, const struct watch_said *said)
{
	const struct event *event = said->event;
	const struct node *maker = node_of_creator(d->r, event->message->creatorid);
	const struct view *made, *own;
	int64_t by_ns;
	uint8_t class;

	if (event->entry == NULL || maker == NULL)
		return;
	made = store_view(d->r, event->entry, maker);
	own = store_view(d->r, event->entry, event->sender);
	if (made == NULL || own == NULL || (made->bits & VIEW_STANDING) != PFREPLAY_ASSERTED ||
	    made->timeout >= PFREPLAY_TIMEOUTS)
		return;
	class = made->timeout;
	by_ns = early_ns(d->r, made, event->time_ns);
	if (maker == event->sender) {
		early->own[class].deletes++;
		early->own[class].early += by_ns != 0 && !is_finished(event->entry, made);
		return;
	}
	/* It spoke of the state itself since: it forwards its packets. */
	if ((own->bits & VIEW_STANDING) == PFREPLAY_ASSERTED &&
	    own->evidence_ns > made->evidence_ns)
		return;
	if (by_ns == 0 || early_ns(d->r, own, event->time_ns) == 0 ||
	    is_finished(event->entry, made))
		return;
	if (early->own[class].early > early->own[class].deletes / OWN_ONE_IN)
		return;
	/* Timeouts that shrink with the table (adaptive) end some of either's early. */
	if (early->own[class].early > early->others[class]++ / OWN_ONE_IN)
		return;
	note(d, early, event, maker, by_ns);
}

/* The maker goes on to speak of a state that another one deleted. */
static void
revived(struct divergence *d, const struct event *event)
{
	const struct tomb *tomb =
	    tombs_find(&d->r->tombs, event->message->id, event->message->creatorid);
	struct finding *finding;

	if (tomb == NULL || tomb->node == event->sender->index ||
	    event->time_ns - tomb->time_ns < REVIVED_NS ||
	    !node_owns(event->sender, event->message->creatorid))
		return;
	finding = findings_find(&d->live, &kind, 0, event->sender, node_at(d->r, tomb->node));
	finding_add(finding, "revived", 1);
	finding_proof(finding, event->evidence);
	finding_worsen(finding, PFREPLAY_HIGH);
}

static void
early_said(struct divergence *d, void *self, const struct watch_said *said)
{
	if (said->event->message->action == PFSYNC_ACT_UPD_C) {
		if (said->event->created)
			revived(d, said->event);
	} else
		deleted(d, self, said);
}

const struct detector detector_early = {
    .bytes = sizeof(struct early),
    .said = WATCH_SAID(WATCH_DEL) | WATCH_SAID(WATCH_DEL_C) | WATCH_SAID(WATCH_UPD_C_NEWS),
    .on_said = early_said,
};
