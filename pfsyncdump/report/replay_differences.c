/*
 * replay_differences.c - what the replayed tables differ in (see replay_differences.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "replay_differences.h"

#include <string.h>

/* pfsyncdump's own kinds are those of the replay. */
static enum difference_kind
kind_of(enum pfreplay_difference_kind kind)
{
	switch (kind) {
	case PFREPLAY_PEERS:
		return DIFFERENCE_PEERS;
	case PFREPLAY_KEY:
		return DIFFERENCE_KEY;
	default:
		return DIFFERENCE_MISSING;
	}
}

static void
get(void *self, size_t number, struct difference *difference)
{
	struct pfreplay *replay = self;
	struct pfreplay_difference found;
	struct pfreplay_state state;

	memset(&difference->message, 0, sizeof(difference->message));
	if (!pfreplay_difference_at(replay, number, &found))
		return;
	difference->has = found.has;
	difference->lacks = found.lacks;
	difference->finding = found.finding;
	difference->why = found.kind == PFREPLAY_PEERS ? pfreplay_risk_name(found.risk) : "";
	for (size_t n = 0; n < PFREPLAY_NODES_MAX; n++) {
		if ((found.has >> n & 1) == 0 ||
		    !pfreplay_state_get(replay, n, found.id, found.creatorid, &state))
			continue;
		difference->message = state.message;
		break;
	}
	difference->message.id = found.id;
	difference->message.creatorid = found.creatorid;
	pfsync_has_set(&difference->message, PFSYNC_F_ID);
	pfsync_has_set(&difference->message, PFSYNC_F_CREATORID);
}

void
replay_differences(
    struct difference_list *list, struct pfreplay *replay, const struct report_summary *summary)
{
	struct pfreplay_difference found;

	*list = (struct difference_list){
	    .ranks = g_array_new(FALSE, FALSE, sizeof(struct difference_rank)),
	    .names = summary->names.name,
	    .name_count = PFREPLAY_NODES_MAX,
	    .has_moment = summary->has_time,
	    .moment_ns = summary->as_of_ns,
	    .comparable = summary->verdict.comparable,
	    .compared = summary->verdict.compared,
	    .get = get,
	    .self = replay};
	for (size_t n = 0; pfreplay_difference_at(replay, n, &found); n++) {
		const struct difference_rank rank = {.kind = kind_of(found.kind),
		    .sure = found.surety == PFREPLAY_SURE,
		    .established = found.established,
		    .lasting = found.lasting,
		    .since_ns = found.since_ns,
		    .number = n};

		g_array_append_val(list->ranks, rank);
	}
	difference_sort(list);
}

void
replay_differences_clear(struct difference_list *list)
{
	g_array_free(list->ranks, TRUE);
}
