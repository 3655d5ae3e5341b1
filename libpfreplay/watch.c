/*
 * watch.c - being told what happens inside the replay (see watch.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "discards.h"
#include "internal.h"

/* Often enough for everything that is measured in seconds. */
#define TIME_STEP_NS EXPIRY_NS_PER_S

const char *
watch_outcome_name(enum watch_outcome outcome)
{
	static const char *const names[WATCH_OUTCOME_COUNT] = {
	    [WATCH_IMPORTED] = "imported",
	    [WATCH_EXISTS] = "exists",
	    [WATCH_MERGED] = "merged",
	    [WATCH_MERGED_SRC] = "merged src only",
	    [WATCH_MERGED_DST] = "merged dst only",
	    [WATCH_STALE] = "stale",
	    [WATCH_ROLLED_BACK] = "rolled back",
	    [WATCH_OVERWRITTEN] = "overwritten by older",
	    [WATCH_MIXED] = "merged into another state",
	    [WATCH_REMOVED] = "removed",
	    [WATCH_NOT_FOUND] = "not found",
	    [WATCH_ANSWERED] = "answered",
	    [WATCH_ASKED_FOR] = "asked for",
	    [WATCH_ASSUMED] = "assumed",
	    [WATCH_REFUSED_VALUE] = "refused: bad value",
	    [WATCH_REFUSED_ACTION] = "refused: action",
	    [WATCH_REFUSED_IFNAME] = "refused: no such interface",
	    [WATCH_REFUSED_KEY] = "refused: another state has the key",
	    [WATCH_REFUSED_ID] = "refused: the id is taken",
	    [WATCH_REFUSED_LIMIT] = "refused: state limit",
	    [WATCH_REFUSED_ROUTE] = "refused: route",
	    [WATCH_REFUSED_CREATOR] = "refused: creatorid 0",
	    [WATCH_SKIPPED] = "skipped",
	    [WATCH_MISREAD] = "misread",
	    [WATCH_ACCEPTED] = "accepted",
	};

	return (unsigned)outcome < WATCH_OUTCOME_COUNT ? names[outcome] : "?";
}

void
watch_add(struct pfreplay *r, const struct watcher *watcher, void *user)
{
	struct watchers *all = &r->watchers;

	g_return_if_fail(all->count < WATCHERS_MAX);
	all->list[all->count].functions = *watcher;
	all->list[all->count].user = user;
	all->count++;
	if (watcher->on_said != NULL)
		all->said |= watcher->said;
	if (watcher->on_outcome != NULL)
		all->outcomes |= watcher->outcomes;
	all->wants_proof |= watcher->on_proof != NULL;
	all->marks |= watcher->marks;
}

uint8_t
watch_mark(struct pfreplay *r)
{
	for (unsigned bit = 1; bit < WATCH_MARK_STALE; bit <<= 1) {
		if ((r->watchers.marks_used & bit) != 0)
			continue;
		r->watchers.marks_used = (uint8_t)(r->watchers.marks_used | bit);
		return (uint8_t)bit;
	}
	return 0;
}

void
watch_set_mark(struct pfreplay *r, uint32_t number, uint8_t mark, bool set)
{
	struct entry *entry = table_entry(&r->table, number);

	if (set)
		entry->marks = (uint8_t)(entry->marks | mark);
	else
		entry->marks = (uint8_t)(entry->marks & ~(unsigned)mark);
}

/* Call `function` of all that have it. */
#define TELL(watchers, function, ...)                                                              \
	for (size_t i_ = 0; i_ < (watchers)->count; i_++)                                          \
		if ((watchers)->list[i_].functions.function != NULL)                               \
	(watchers)->list[i_].functions.function((watchers)->list[i_].user, __VA_ARGS__)

void
watchers_release(struct watchers *watchers)
{
	for (size_t i = 0; i < watchers->count; i++)
		if (watchers->list[i].functions.release != NULL)
			watchers->list[i].functions.release(watchers->list[i].user);
	watchers->count = 0;
}

void
watch_tell_said(struct pfreplay *r, const struct watch_said *said)
{
	const struct watchers *all = &r->watchers;
	const struct entry *entry = said->event->entry;
	uint8_t marks = entry != NULL ? entry->marks : 0;

	for (size_t i = 0; i < all->count; i++) {
		const struct watcher *one = &all->list[i].functions;
		unsigned wanted = one->said;

		if ((one->marks & marks) == 0)
			wanted &= ~WATCH_SAID(WATCH_UPD_C_MARKED);
		if (one->on_said != NULL && (wanted & said->kinds) != 0)
			one->on_said(all->list[i].user, said);
	}
}

void
watch_tell_outcome(struct pfreplay *r, const struct watch_result *result)
{
	const struct watchers *all = &r->watchers;

	for (size_t i = 0; i < all->count; i++)
		if (all->list[i].functions.on_outcome != NULL &&
		    (all->list[i].functions.outcomes & WATCH_OUTCOME(result->outcome)) != 0)
			all->list[i].functions.on_outcome(all->list[i].user, result);
}

void
watch_tell_refused(struct pfreplay *r, struct node *receiver, enum pfreplay_counter counter,
    bool rest, uint8_t action_number)
{
	const struct watch_refused refused = {.open = &r->open,
	    .receiver = receiver,
	    .counter = counter,
	    .rest = rest,
	    .action_number = action_number};

	if (receiver->discards != NULL && rest)
		discards_packet(receiver->discards, &r->open, counter);
	TELL(&r->watchers, on_refused, &refused);
}

void
watch_tell_proof(struct pfreplay *r, const struct watch_proof *proof)
{
	TELL(&r->watchers, on_proof, proof);
}

void
watch_tell_node(struct pfreplay *r, const struct watch_node *node)
{
	TELL(&r->watchers, on_node, node);
}

void
watch_tell_bulk(struct pfreplay *r, const struct watch_bulk *bulk)
{
	TELL(&r->watchers, on_bulk, bulk);
}

void
watch_tell_clear(struct pfreplay *r, const struct watch_clear *clear)
{
	TELL(&r->watchers, on_clear, clear);
}

void
watch_tell_problem(struct pfreplay *r, const struct pfsync_problem *problem)
{
	TELL(&r->watchers, on_problem, &r->open, problem);
}

void
watch_tell_packet(struct pfreplay *r, bool begin)
{
	if (begin) {
		TELL(&r->watchers, packet_begin, &r->open);
	} else {
		TELL(&r->watchers, packet_end, &r->open);
	}
}

void
watch_tell_time(struct pfreplay *r)
{
	struct watchers *all = &r->watchers;

	if (all->count == 0 || (all->time_told && r->now_ns - all->time_ns < TIME_STEP_NS &&
				   r->now_ns >= all->time_ns))
		return;
	all->time_ns = r->now_ns;
	all->time_told = true;
	TELL(all, on_time, r->now_ns);
}
