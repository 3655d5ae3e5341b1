/*
 * received.c - which messages each node got, by action (see pfevidence.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "../internal.h"
#include "pfevidence.h"

struct received {
	uint64_t messages[PFREPLAY_NODES_MAX][PFSYNC_ACT_COUNT];
};

static void
count(void *user, const struct watch_said *said)
{
	struct received *received = user;
	const struct open_packet *open = &said->event->r->open;
	const enum pfsync_action action = said->event->message->action;

	for (size_t i = 0; i < open->receiver_count; i++) {
		const uint16_t node = open->receivers[i];

		if ((open->gave_up >> node & 1) == 0)
			received->messages[node][action]++;
	}
}

void
pfreplay_received_count(struct pfreplay *r)
{
	static const struct watcher watcher = {
	    .said = WATCH_SAID(WATCH_KIND_COUNT) - 1,
	    .on_said = count,
	    .release = g_free,
	};

	if (r->received != NULL)
		return;
	r->received = g_new0(struct received, 1);
	watch_add(r, &watcher, r->received);
}

uint64_t
pfreplay_received(const struct pfreplay *r, size_t node, enum pfsync_action action)
{
	if (r->received == NULL || node >= PFREPLAY_NODES_MAX || action >= PFSYNC_ACT_COUNT)
		return 0;
	return r->received->messages[node][action];
}
