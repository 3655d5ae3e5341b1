/*
 * history.c - which message said what of a state when (see history.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "history.h"

struct key {
	uint64_t id;
	uint64_t creatorid;
};

static guint
key_hash(gconstpointer pointer)
{
	const struct key *key = pointer;

	return (guint)(key->id * 2654435761U) ^ (guint)key->creatorid;
}

static gboolean
key_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, sizeof(struct key)) == 0;
}

static void
array_free(gpointer array)
{
	g_array_free(array, TRUE);
}

struct history *
history_new(void)
{
	struct history *history = g_new0(struct history, 1);

	history->states = g_hash_table_new_full(key_hash, key_equal, g_free, array_free);
	history->clears = g_array_new(FALSE, TRUE, sizeof(struct happening));
	history->requests = g_array_new(FALSE, TRUE, sizeof(struct happening));
	return history;
}

void
history_free(struct history *history)
{
	g_hash_table_destroy(history->states);
	g_array_free(history->clears, TRUE);
	g_array_free(history->requests, TRUE);
	g_free(history);
}

void
history_note(void *user, const struct pfreplay_packet *packet, const struct pfsync_message *message)
{
	struct history *history = user;
	const struct key key = {message->id, message->creatorid};
	struct happening happening = {packet->time_ns, message->action, packet->src};
	GArray *array;

	history->last_ns = packet->time_ns;
	if (message->action == PFSYNC_ACT_CLR) {
		g_array_append_val(history->clears, happening);
		return;
	}
	if (!pfsync_has(message, PFSYNC_F_ID))
		return;
	if (message->action == PFSYNC_ACT_UPD_REQ && message->id == 0) {
		g_array_append_val(history->requests, happening);
		return;
	}
	array = g_hash_table_lookup(history->states, &key);
	if (array == NULL) {
		array = g_array_new(FALSE, TRUE, sizeof(struct happening));
		g_hash_table_insert(history->states, g_memdup2(&key, sizeof(key)), array);
	}
	g_array_append_val(array, happening);
}

const GArray *
history_of(const struct history *history, uint64_t id, uint32_t creatorid)
{
	const struct key key = {id, creatorid};

	return g_hash_table_lookup(history->states, &key);
}

bool
history_has(const GArray *happenings, unsigned actions, int64_t from_ns, int64_t to_ns)
{
	for (guint i = 0; happenings != NULL && i < happenings->len; i++) {
		const struct happening *h = &g_array_index(happenings, struct happening, i);

		if ((actions >> h->action & 1) != 0 && h->time_ns > from_ns && h->time_ns <= to_ns)
			return true;
	}
	return false;
}
