/*
 * judge.c - the replay behind the dissector.
 *
 * SPDX-License-Identifier: ISC
 */
#include "judge.h"

#include <string.h>

#include "settings.h"

/* Looking for findings walks the tables.  In a single pass each packet pays for
 * as many entries as this, so that all of it stays linear. */
#define ENTRIES_PER_PACKET 16

struct judge {
	struct pfreplay *replay;
	struct pfreplay_packet packet; /* the open one */
	uint64_t packets;
	uint64_t credit; /* entries that may be walked */
	uint64_t looked; /* packets there were when findings were last looked for */
	uint32_t stopped_at;
	GHashTable *findings; /* number of a frame -> GArray of size_t */
};

static compat_wmem_result
release(wmem_allocator_t *scope, wmem_cb_event_t event, void *data)
{
	struct judge *judge = data;

	(void)scope, (void)event;
	pfreplay_free(judge->replay);
	judge->replay = NULL;
	g_hash_table_destroy(judge->findings);
	judge->findings = NULL;
	return FALSE;
}

static void
free_list(gpointer list)
{
	g_array_free(list, TRUE);
}

struct judge *
judge_new(wmem_allocator_t *scope)
{
	struct judge *judge = wmem_new0(scope, struct judge);

	judge->findings = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_list);
	wmem_register_callback(scope, release, judge);
	return judge;
}

/* ------------------------------------------------------------------------
 * Feeding
 */

/* One file is one link, as a rule; if not, its first packet of pfsync decides. */
static void
begin_replay(struct judge *judge, const struct endpoint *endpoint)
{
	struct pfreplay_options options = {
	    .max_states = settings_replay_states(),
	    .wire_present = !endpoint->tap,
	};

	judge->replay = pfreplay_new(&options);
}

/* A capture may say any time: one that nanoseconds cannot hold is cut off. */
static int64_t
time_ns(const nstime_t *time)
{
	const int64_t limit_s = INT64_MAX / 1000000000 - 1;
	int64_t seconds = (int64_t)time->secs;

	if (seconds > limit_s || seconds < -limit_s)
		return seconds > 0 ? limit_s * 1000000000 : -limit_s * 1000000000;
	return seconds * 1000000000 + time->nsecs;
}

bool
judge_begin(struct judge *judge, packet_info *pinfo, const struct endpoint *endpoint)
{
	struct pfreplay_packet *packet = &judge->packet;

	if (!settings_replay())
		return false;
	if (judge->packets >= settings_replay_packets()) {
		if (judge->stopped_at == 0)
			judge->stopped_at = pinfo->num;
		return false;
	}
	if (judge->replay == NULL)
		begin_replay(judge, endpoint);
	judge->packets++;
	judge->credit += ENTRIES_PER_PACKET;
	*packet = (struct pfreplay_packet){
	    .time_ns = time_ns(&pinfo->abs_ts),
	    .frame = pinfo->num,
	    .tap = endpoint->tap,
	    .tap_owner = (uint16_t)endpoint->interface,
	    .tap_name = endpoint->interface == 0 ? "pfsync0" : NULL,
	    .af = endpoint->af,
	    .src = endpoint->src,
	    .dst = endpoint->dst,
	    .has_ip = endpoint->has_ip,
	    .fragmented = endpoint->fragmented,
	    .ttl = endpoint->ttl,
	    .ip_id = endpoint->ip_id,
	};
	if (pinfo->dl_src.type == AT_ETHER && pinfo->dl_src.len == sizeof(packet->mac)) {
		packet->has_mac = true;
		memcpy(packet->mac, pinfo->dl_src.data, sizeof(packet->mac));
	}
	pfreplay_packet_begin(judge->replay, packet);
	return true;
}

void
judge_frame(struct judge *judge, const struct pfsync_frame *frame, int status)
{
	pfreplay_packet_frame(judge->replay, frame, status);
}

void
judge_message(struct judge *judge, const struct pfsync_message *message)
{
	pfreplay_message(judge->replay, message);
}

bool
judge_section(struct judge *judge, struct pfsync_frame *frame, const struct pfsync_section *section)
{
	return pfreplay_section(judge->replay, frame, section);
}

void
judge_problem(struct judge *judge, const struct pfsync_problem *problem)
{
	pfreplay_problem(judge->replay, problem);
}

void
judge_end(struct judge *judge)
{
	pfreplay_packet_end(judge->replay);
}

uint32_t
judge_stopped_at(const struct judge *judge)
{
	return judge->stopped_at;
}

struct pfreplay *
judge_replay(struct judge *judge)
{
	return judge->replay;
}

/* ------------------------------------------------------------------------
 * Findings
 */

static void
file_finding(struct judge *judge, size_t n, uint64_t frame)
{
	gpointer key = GUINT_TO_POINTER((guint)frame);
	GArray *list = g_hash_table_lookup(judge->findings, key);

	if (list == NULL) {
		list = g_array_new(FALSE, FALSE, sizeof(size_t));
		g_hash_table_insert(judge->findings, key, list);
	}
	g_array_append_val(list, n);
}

static void
look(struct judge *judge)
{
	struct pfreplay_divergence divergence;
	struct pfreplay_frame frame;

	judge->looked = judge->packets;
	g_hash_table_remove_all(judge->findings);
	for (size_t n = 0; pfreplay_divergence_at(judge->replay, n, &divergence); n++) {
		for (size_t i = 0; pfreplay_divergence_frame_at(judge->replay, n, i, &frame); i++)
			file_finding(judge, n, frame.frame);
	}
}

/* Can a look be paid for? */
static bool
pay(struct judge *judge)
{
	struct pfreplay_totals totals;

	pfreplay_totals(judge->replay, &totals);
	if (judge->credit < totals.entries)
		return false;
	judge->credit -= totals.entries;
	return true;
}

void
judge_findings(struct judge *judge, uint32_t frame, bool final,
    void (*found)(const struct pfreplay_divergence *divergence, void *arg), void *arg)
{
	struct pfreplay_divergence divergence;
	GArray *list;

	if (judge->replay == NULL)
		return;
	if (judge->looked != judge->packets && (final || pay(judge)))
		look(judge);
	list = g_hash_table_lookup(judge->findings, GUINT_TO_POINTER(frame));
	for (guint i = 0; list != NULL && i < list->len; i++) {
		/* With packets fed since the last look the order may be another:
		 * the number is good only for the look it comes from. */
		if (judge->looked == judge->packets &&
		    pfreplay_divergence_at(
			judge->replay, g_array_index(list, size_t, i), &divergence))
			found(&divergence, arg);
	}
}
