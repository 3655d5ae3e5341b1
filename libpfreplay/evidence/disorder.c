/*
 * disorder.c - when the networks of a pair had no master, two, or different ones.
 *
 * SPDX-License-Identifier: ISC
 *
 * A firewall has one CARP group on each network.  Connections pass if one firewall
 * is master of all groups; if it is master of some only, packets of a connection
 * come in through one firewall and go out through the other.
 */
#include <string.h>

#include "divergence/divergence.h"
#include "carp.h"

/* Masters of all groups that are looked at; more are not. */
#define MASTERS_MAX 4096
#define NOBODY SIZE_MAX

/* Who is master of a group at a moment: an index of its masters, or NOBODY. */
static size_t
master_of(const struct carp_group *group, int64_t time_ns)
{
	for (size_t i = group->masters->len; i-- > 0;) {
		const struct pfreplay_master *master =
		    &g_array_index(group->masters, struct pfreplay_master, i);

		if (master->seen.from_ns <= time_ns && carp_until_ns(group, i) > time_ns)
			return i;
	}
	return NOBODY;
}

static const struct pfreplay_master *
master_at(const struct carp_group *group, size_t n)
{
	return &g_array_index(group->masters, struct pfreplay_master, n);
}

static const struct carp_group *
group_at(const struct pfreplay *r, size_t n)
{
	return g_ptr_array_index(r->carp->groups, n);
}

static int64_t
interval_ns(const struct pfreplay_master *master, const struct carp_group *group)
{
	return carp_interval_ns(&group->speakers[master->speaker].last);
}

/* Was the speaker advertising itself as demoted when it was heard last as that master? */
static bool
was_demoted(const struct carp_group *group, const struct pfreplay_master *master)
{
	for (guint i = 0; i < group->demotions->len; i++) {
		const struct pfreplay_demotion *demotion =
		    &g_array_index(group->demotions, struct pfreplay_demotion, i);

		if (demotion->speaker == master->speaker &&
		    demotion->seen.from_ns <= master->seen.to_ns &&
		    demotion->seen.to_ns >= master->seen.to_ns)
			return true;
	}
	return false;
}

/* How master number `n` of a group came to be it. */
static enum pfreplay_change
change_to(const struct carp_group *group, size_t n)
{
	const struct pfreplay_master *fresh = master_at(group, n), *before;

	if (n == 0)
		return PFREPLAY_CHANGE_UNKNOWN;
	before = master_at(group, n - 1);
	if (before->speaker == fresh->speaker)
		return PFREPLAY_CHANGE_RESUMED;
	if (before->left)
		return PFREPLAY_CHANGE_LEFT;
	if (was_demoted(group, before))
		return PFREPLAY_CHANGE_DEMOTED;
	return fresh->seen.from_ns - before->seen.to_ns <= interval_ns(before, group) * 3 / 2
		   ? PFREPLAY_CHANGE_PREEMPTED
		   : PFREPLAY_CHANGE_SILENT;
}

/* --- nobody, and two --------------------------------------------------------- */

static void
add_nobody(GArray *list, const struct pfreplay *r, size_t n)
{
	const struct carp_group *group = group_at(r, n);

	for (size_t i = 0; i < group->masters->len; i++) {
		const struct pfreplay_master *master = master_at(group, i);
		const bool last = i + 1 == group->masters->len;
		struct pfreplay_disorder found = {.kind = PFREPLAY_DISORDER_NOBODY,
		    .from_ns = master->seen.to_ns,
		    .to_ns = last ? r->now_ns : master_at(group, i + 1)->seen.from_ns,
		    .lasts = last,
		    .vhids = {n, n},
		    .speakers = {master->speaker, master->speaker}};

		/* While somebody may be taken for the master, nothing is amiss. */
		if (last ? carp_until_ns(group, i) > r->now_ns
			 : !master->left &&
			       found.to_ns - found.from_ns <= 2 * interval_ns(master, group))
			continue;
		if (!last) {
			found.speakers[1] = master_at(group, i + 1)->speaker;
			found.ended = change_to(group, i + 1);
			found.ended_vhid = n;
		}
		g_array_append_val(list, found);
	}
}

static void
add_both(GArray *list, const struct pfreplay *r, size_t n)
{
	const struct carp_group *group = group_at(r, n);

	for (guint i = 0; i < group->splits->len; i++) {
		const struct pfreplay_split *split =
		    &g_array_index(group->splits, struct pfreplay_split, i);
		struct pfreplay_disorder found = {.kind = PFREPLAY_DISORDER_BOTH,
		    .from_ns = split->seen.from_ns,
		    .to_ns = split->seen.to_ns,
		    .vhids = {n, n},
		    .speakers = {split->speakers[0], split->speakers[1]}};

		found.lasts = r->now_ns - found.to_ns <= 2 * CARP_NS_PER_S;
		g_array_append_val(list, found);
	}
}

/* --- different masters ------------------------------------------------------- */

/* A name for the firewall behind a speaker that is the same in all groups; NULL: unknown. */
static const char *
firewall_of(const struct pfreplay *r, size_t n, size_t master)
{
	struct pfreplay_speaker speaker;

	if (master == NOBODY ||
	    !pfreplay_speaker_at(r, n, master_at(group_at(r, n), master)->speaker, &speaker))
		return NULL;
	return speaker.name;
}

static int
by_time(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* When something may have changed. */
static GArray *
moments(const struct pfreplay *r)
{
	GArray *times = g_array_new(FALSE, FALSE, sizeof(int64_t));

	for (size_t n = 0; n < r->carp->groups->len; n++)
		for (size_t i = 0; i < group_at(r, n)->masters->len; i++) {
			int64_t until_ns = carp_until_ns(group_at(r, n), i);

			if (times->len >= 2 * MASTERS_MAX)
				break;
			g_array_append_val(times, master_at(group_at(r, n), i)->seen.from_ns);
			g_array_append_val(times, until_ns);
		}
	g_array_sort(times, by_time);
	return times;
}

/* Two groups of different masters at that moment, if there are. */
static bool
find_parted(const struct pfreplay *r, int64_t time_ns, struct pfreplay_disorder *found)
{
	const char *first = NULL;

	for (size_t n = 0; n < r->carp->groups->len; n++) {
		const size_t master = master_of(group_at(r, n), time_ns);
		const char *firewall = firewall_of(r, n, master);

		if (firewall == NULL)
			continue;
		if (first != NULL && strcmp(first, firewall) != 0) {
			found->vhids[1] = n;
			found->speakers[1] = master_at(group_at(r, n), master)->speaker;
			return true;
		}
		if (first != NULL)
			continue;
		first = firewall;
		found->vhids[0] = n;
		found->speakers[0] = master_at(group_at(r, n), master)->speaker;
	}
	return false;
}

/* What ended it: the change of either group at that moment. */
static void
explain_end(const struct pfreplay *r, struct pfreplay_disorder *found)
{
	for (size_t i = 0; i < 2; i++) {
		const struct carp_group *group = group_at(r, found->vhids[i]);
		const size_t master = master_of(group, found->to_ns);

		if (master != NOBODY && master_at(group, master)->seen.from_ns == found->to_ns) {
			found->ended = change_to(group, master);
			found->ended_vhid = found->vhids[i];
			found->ended_speaker = master_at(group, master)->speaker;
			return;
		}
		if (master == NOBODY) {
			found->ended = PFREPLAY_CHANGE_SILENT;
			found->ended_vhid = found->vhids[i];
			found->ended_speaker = found->speakers[i];
		}
	}
}

static bool
same_parted(const struct pfreplay_disorder *a, const struct pfreplay_disorder *b)
{
	return memcmp(a->vhids, b->vhids, sizeof(a->vhids)) == 0 &&
	       memcmp(a->speakers, b->speakers, sizeof(a->speakers)) == 0;
}

/* What is shorter than from one advert to the next may be only when they were sent. */
static bool
is_long(const struct pfreplay *r, const struct pfreplay_disorder *found)
{
	for (size_t i = 0; i < 2; i++) {
		const struct carp_group *group = group_at(r, found->vhids[i]);

		if (found->to_ns - found->from_ns <=
		    carp_interval_ns(&group->speakers[found->speakers[i]].last))
			return false;
	}
	return true;
}

static void
add_parted(GArray *list, const struct pfreplay *r)
{
	GArray *times = moments(r);
	struct pfreplay_disorder open = {.kind = PFREPLAY_DISORDER_PARTED};
	bool is_open = false;

	for (guint i = 0; i < times->len; i++) {
		const int64_t time_ns = g_array_index(times, int64_t, i);
		struct pfreplay_disorder found = {
		    .kind = PFREPLAY_DISORDER_PARTED, .from_ns = time_ns};
		bool parted;

		if (time_ns > r->now_ns)
			break;
		parted = find_parted(r, time_ns, &found);
		if (is_open && parted && same_parted(&open, &found))
			continue;
		if (is_open && time_ns > open.from_ns) {
			open.to_ns = time_ns;
			explain_end(r, &open);
			if (is_long(r, &open))
				g_array_append_val(list, open);
		}
		is_open = parted;
		open = found;
	}
	if (is_open) {
		open.to_ns = r->now_ns;
		open.lasts = true;
		if (is_long(r, &open))
			g_array_append_val(list, open);
	}
	g_array_free(times, TRUE);
}

static int
by_beginning(const void *a, const void *b)
{
	const struct pfreplay_disorder *x = a, *y = b;

	if (x->from_ns != y->from_ns)
		return x->from_ns > y->from_ns ? 1 : -1;
	return x->vhids[0] < y->vhids[0] ? -1 : x->vhids[0] > y->vhids[0];
}

/* ------------------------------------------------------------------------ */

const char *
pfreplay_disorder_name(enum pfreplay_disorder_kind kind)
{
	static const char *const names[PFREPLAY_DISORDER_COUNT] = {"nobody", "both", "parted"};

	return kind < PFREPLAY_DISORDER_COUNT ? names[kind] : "?";
}

const char *
pfreplay_change_name(enum pfreplay_change change)
{
	static const char *const names[PFREPLAY_CHANGE_COUNT] = {
	    "unknown", "resumed", "left", "demoted", "preempted", "silent"};

	return change < PFREPLAY_CHANGE_COUNT ? names[change] : "?";
}

size_t
pfreplay_disorders(
    const struct pfreplay *r, struct pfreplay_disorder *disorders, size_t disorders_max)
{
	GArray *list = g_array_new(FALSE, TRUE, sizeof(struct pfreplay_disorder));
	size_t count;

	for (size_t n = 0; r->carp != NULL && n < r->carp->groups->len; n++) {
		add_nobody(list, r, n);
		add_both(list, r, n);
	}
	if (r->carp != NULL)
		add_parted(list, r);
	for (guint i = 0; i < list->len; i++) {
		struct pfreplay_disorder *found = &g_array_index(list, struct pfreplay_disorder, i);

		if (found->kind != PFREPLAY_DISORDER_NOBODY && r->divergence != NULL)
			found->crossed = roles_crossed(r->divergence, found->from_ns, found->to_ns);
	}
	g_array_sort(list, by_beginning);
	count = list->len;
	if (disorders_max > 0)
		memcpy(disorders, list->data, MIN(count, disorders_max) * sizeof(*disorders));
	g_array_free(list, TRUE);
	return count;
}
