/*
 * carp.c - who is master, from adverts (SEM 8).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "carp.h"

/* Two are masters at once if they go on for more than this many intervals. */
#define SPLIT_INTERVALS 2

static void
group_free(gpointer data)
{
	struct carp_group *group = data;

	g_array_free(group->masters, TRUE);
	g_array_free(group->demotions, TRUE);
	g_array_free(group->splits, TRUE);
	g_free(group);
}

struct carp *
carp_new(void)
{
	struct carp *carp = g_new0(struct carp, 1);

	carp->groups = g_ptr_array_new_with_free_func(group_free);
	carp->by_key = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	return carp;
}

void
carp_free(struct carp *carp)
{
	if (carp == NULL)
		return;
	g_hash_table_destroy(carp->by_key);
	g_ptr_array_free(carp->groups, TRUE);
	g_free(carp);
}

static struct carp_group *
group_of(struct carp *carp, const struct pfreplay_packet *packet, uint32_t link, uint8_t vhid)
{
	const gint64 key = (gint64)((uint64_t)link << 32 | (uint64_t)packet->file << 16 |
				    (uint64_t)vhid << 8 | (uint64_t)packet->af);
	struct carp_group *group = g_hash_table_lookup(carp->by_key, &key);

	if (group != NULL || carp->groups->len == CARP_GROUPS_MAX)
		return group;
	group = g_new0(struct carp_group, 1);
	group->file = packet->file;
	group->link = link;
	group->vhid = vhid;
	group->af = packet->af;
	group->masters = g_array_new(FALSE, TRUE, sizeof(struct pfreplay_master));
	group->demotions = g_array_new(FALSE, TRUE, sizeof(struct pfreplay_demotion));
	group->splits = g_array_new(FALSE, TRUE, sizeof(struct pfreplay_split));
	g_ptr_array_add(carp->groups, group);
	g_hash_table_insert(carp->by_key, g_memdup2(&key, sizeof(key)), group);
	return group;
}

static struct carp_speaker *
speaker_of(struct carp_group *group, const struct pfreplay_packet *packet)
{
	const size_t bytes = packet->af == PFSYNC_AF_INET ? 4 : sizeof(packet->src.b);
	struct carp_speaker *speaker;

	for (size_t i = 0; i < group->speaker_count; i++) {
		speaker = &group->speakers[i];
		if (memcmp(speaker->addr.b, packet->src.b, bytes) == 0)
			return speaker;
	}
	if (group->speaker_count == CARP_SPEAKERS_MAX)
		return NULL;
	speaker = &group->speakers[group->speaker_count++];
	memcpy(speaker->addr.b, packet->src.b, bytes);
	speaker->first_ns = packet->time_ns;
	speaker->advskew_min = UINT8_MAX;
	speaker->master = speaker->demotion = CARP_NO_SPAN;
	return speaker;
}

static uint32_t
index_of(const struct carp_group *group, const struct carp_speaker *speaker)
{
	return (uint32_t)(speaker - group->speakers);
}

static struct pfreplay_master *
master_at(const struct carp_group *group, uint32_t n)
{
	return n == CARP_NO_SPAN ? NULL : &g_array_index(group->masters, struct pfreplay_master, n);
}

static void
span_begin(struct pfreplay_span *span, const struct pfreplay_packet *packet)
{
	span->from_ns = span->to_ns = packet->time_ns;
	span->from_frame = span->to_frame = packet->frame;
}

static void
span_extend(struct pfreplay_span *span, const struct pfreplay_packet *packet)
{
	span->to_ns = packet->time_ns;
	span->to_frame = packet->frame;
}

/* Did another become master after that moment? */
static bool
taken_over_since(const struct carp_group *group, const struct carp_speaker *speaker, int64_t ns)
{
	for (size_t i = 0; i < group->speaker_count; i++) {
		const struct carp_speaker *other = &group->speakers[i];
		const struct pfreplay_master *master = master_at(group, other->master);

		if (other != speaker && master != NULL && master->seen.from_ns >= ns)
			return true;
	}
	return false;
}

/* Is the advert a part of the speaker's latest time as a master? */
static bool
goes_on(const struct carp_group *group, const struct carp_speaker *speaker, int64_t now_ns)
{
	const struct pfreplay_master *master = master_at(group, speaker->master);
	int64_t silence_ns;

	if (master == NULL || master->left)
		return false;
	silence_ns = now_ns - master->seen.to_ns;
	if (silence_ns > carp_timeout_ns(&speaker->last))
		return false;
	/* A backup in between, and the silence that goes with it. */
	return silence_ns <= SPLIT_INTERVALS * carp_interval_ns(&speaker->last) ||
	       !taken_over_since(group, speaker, master->seen.to_ns);
}

static void
be_master(struct carp_group *group, struct carp_speaker *speaker,
    const struct pfreplay_packet *packet, const struct carp_advert *advert)
{
	struct pfreplay_master *master;

	if (goes_on(group, speaker, packet->time_ns)) {
		master = master_at(group, speaker->master);
	} else if (carp_leaves(advert) || group->masters->len == CARP_SPANS_MAX) {
		speaker->master = CARP_NO_SPAN;
		group->unlisted += !carp_leaves(advert);
		return;
	} else {
		struct pfreplay_master fresh = {.speaker = index_of(group, speaker)};

		span_begin(&fresh.seen, packet);
		speaker->master = group->masters->len;
		g_array_append_val(group->masters, fresh);
		master = master_at(group, speaker->master);
	}
	span_extend(&master->seen, packet);
	master->adverts++;
	master->left = carp_leaves(advert);
	master->until_ns = packet->time_ns + (master->left ? 0 : carp_timeout_ns(advert));
}

static void
be_demoted(struct carp_group *group, struct carp_speaker *speaker,
    const struct pfreplay_packet *packet, const struct carp_advert *advert)
{
	struct pfreplay_demotion *demotion;

	if (!carp_demoted(advert)) {
		speaker->demotion = CARP_NO_SPAN;
		return;
	}
	if (speaker->demotion == CARP_NO_SPAN) {
		struct pfreplay_demotion fresh = {.speaker = index_of(group, speaker)};

		if (group->demotions->len == CARP_SPANS_MAX) {
			group->unlisted++;
			return;
		}
		span_begin(&fresh.seen, packet);
		speaker->demotion = group->demotions->len;
		g_array_append_val(group->demotions, fresh);
	}
	demotion = &g_array_index(group->demotions, struct pfreplay_demotion, speaker->demotion);
	span_extend(&demotion->seen, packet);
	demotion->adverts++;
	demotion->demote_max = MAX(demotion->demote_max, advert->demote);
	demotion->advskew_max = MAX(demotion->advskew_max, advert->advskew);
}

/* The split between the two that goes on since `from_ns`, or NULL. */
static struct pfreplay_split *
split_since(struct carp_group *group, size_t a, size_t b, int64_t from_ns)
{
	for (guint i = group->splits->len; i-- > 0;) {
		struct pfreplay_split *split =
		    &g_array_index(group->splits, struct pfreplay_split, i);

		if (split->seen.from_ns == from_ns &&
		    ((split->speakers[0] == a && split->speakers[1] == b) ||
			(split->speakers[0] == b && split->speakers[1] == a)))
			return split;
		if (split->seen.to_ns < from_ns)
			break;
	}
	return NULL;
}

static void
note_split(struct carp_group *group, const struct carp_speaker *speaker,
    const struct carp_speaker *other, const struct pfreplay_packet *packet)
{
	const struct pfreplay_master *mine = master_at(group, speaker->master);
	const struct pfreplay_master *theirs = master_at(group, other->master);
	const struct pfreplay_master *later;
	struct pfreplay_split *split, fresh = {.unequal = false};
	int64_t interval_ns = MAX(carp_interval_ns(&speaker->last), carp_interval_ns(&other->last));

	if (mine == NULL || theirs == NULL || mine->left || theirs->left ||
	    packet->time_ns > theirs->until_ns)
		return;
	later = mine->seen.from_ns >= theirs->seen.from_ns ? mine : theirs;
	if (theirs->seen.to_ns - later->seen.from_ns <= SPLIT_INTERVALS * interval_ns)
		return;
	split = split_since(group, mine->speaker, theirs->speaker, later->seen.from_ns);
	if (split == NULL) {
		if (group->splits->len == CARP_SPANS_MAX) {
			group->unlisted++;
			return;
		}
		fresh.speakers[0] = later == mine ? theirs->speaker : mine->speaker;
		fresh.speakers[1] = later->speaker;
		fresh.seen = later->seen;
		g_array_append_val(group->splits, fresh);
		split =
		    &g_array_index(group->splits, struct pfreplay_split, group->splits->len - 1);
	}
	span_extend(&split->seen, packet);
	split->unequal =
	    split->unequal || carp_interval_ns(&speaker->last) != carp_interval_ns(&other->last);
}

bool
carp_heard(struct carp *carp, const struct pfreplay_packet *packet, uint32_t link,
    const struct carp_advert *advert)
{
	struct carp_group *group = group_of(carp, packet, link, advert->vhid);
	struct carp_speaker *speaker = group != NULL ? speaker_of(group, packet) : NULL;

	if (speaker == NULL)
		return false;
	group->adverts++;
	speaker->adverts++;
	/* The same counter again is not sent by anybody: it came back. */
	if (speaker->adverts > 1 && advert->has_counter && speaker->last.has_counter &&
	    advert->counter == speaker->last.counter) {
		speaker->echoes++;
		return true;
	}
	be_master(group, speaker, packet, advert);
	be_demoted(group, speaker, packet, advert);
	speaker->last = *advert;
	speaker->last_ns = packet->time_ns;
	if (!carp_leaves(advert))
		speaker->advskew_min = MIN(speaker->advskew_min, advert->advskew);
	for (size_t i = 0; i < group->speaker_count; i++) {
		if (&group->speakers[i] != speaker)
			note_split(group, speaker, &group->speakers[i], packet);
	}
	return true;
}

int64_t
carp_until_ns(const struct carp_group *group, size_t master)
{
	const struct pfreplay_master *self =
	    &g_array_index(group->masters, struct pfreplay_master, master);
	int64_t until_ns = self->until_ns;
	/* One that yields may have sent an advert when the other did. */
	const int64_t grace_ns = (until_ns - self->seen.to_ns) / 3;

	/* They are in the order of their beginnings. */
	for (size_t i = master + 1; i < group->masters->len; i++) {
		const struct pfreplay_master *other =
		    &g_array_index(group->masters, struct pfreplay_master, i);

		if (other->seen.from_ns >= until_ns)
			break;
		if (other->speaker != self->speaker &&
		    other->seen.from_ns >= self->seen.to_ns - grace_ns)
			return MAX(other->seen.from_ns, self->seen.to_ns);
	}
	return until_ns;
}
