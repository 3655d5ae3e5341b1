/*
 * stats.c - statistics: who sends what, in which dialect, how much a packet.
 *
 * SPDX-License-Identifier: ISC
 */
#include "stats.h"

#include "compat.h"

#include <epan/stats_tree.h>

#include "packet-pfsync.h"

static const char firewalls[] = "Packets by firewall";
static const char dialects[] = "Packets by dialect";
static const char actions[] = "Messages by action";
static const char per_packet[] = "Messages in a packet";
static const char bulk[] = "Bulk transfers";
static const char anomalies[] = "Anomalies";

static int firewalls_id;
static int dialects_id;
static int actions_id;
static int per_packet_id;
static int bulk_id;

static void
init(stats_tree *tree)
{
	firewalls_id = stats_tree_create_pivot(tree, firewalls, 0);
	dialects_id = stats_tree_create_pivot(tree, dialects, 0);
	actions_id = stats_tree_create_node(tree, actions, 0, STAT_DT_INT, TRUE);
	per_packet_id = stats_tree_create_range_node(
	    tree, per_packet, 0, "0", "1", "2-4", "5-9", "10-19", "20-49", "50-", NULL);
	bulk_id = stats_tree_create_node(tree, bulk, 0, STAT_DT_INT, TRUE);
	stats_tree_create_node(tree, anomalies, 0, STAT_DT_INT, FALSE);
}

static void
add(stats_tree *tree, const char *name, int parent, uint32_t count)
{
	increase_stat_node(tree, name, parent, FALSE, (gint)count);
}

static tap_packet_status
packet(
    stats_tree *tree, packet_info *pinfo, epan_dissect_t *edt, const void *data, tap_flags_t flags)
{
	const struct packet_tap *counts = data;

	(void)pinfo, (void)edt, (void)flags;
	stats_tree_tick_pivot(tree, firewalls_id, counts->sender);
	stats_tree_tick_pivot(
	    tree, dialects_id, counts->dialect != NULL ? counts->dialect : "(unknown)");
	for (int action = 0; action < PFSYNC_ACT_COUNT; action++) {
		if (counts->actions[action] == 0)
			continue;
		add(tree, actions, 0, counts->actions[action]);
		add(tree, pfsync_action_name((enum pfsync_action)action), actions_id,
		    counts->actions[action]);
	}
	stats_tree_tick_range(tree, per_packet, 0, (int)counts->messages);
	if (counts->bulk_starts > 0)
		add(tree, "started", bulk_id, counts->bulk_starts);
	if (counts->bulk_ends > 0)
		add(tree, "ended", bulk_id, counts->bulk_ends);
	add(tree, bulk, 0, counts->bulk_starts);
	if (counts->bulk_states > 0)
		add(tree, "states sent", bulk_id, counts->bulk_states);
	add(tree, anomalies, 0, counts->anomalies);
	return TAP_PACKET_REDRAW;
}

void
stats_register(void)
{
	stats_tree_register_plugin("pfsync", "pfsync", "PFSYNC", 0, packet, init, NULL);
}
