/*
 * packet-pfsync.h - the dissector of a packet of pfsync.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNC_PLUGIN_PACKET_H
#define PFSYNC_PLUGIN_PACKET_H

#include "compat.h"
#include "pfsync.h"

/* Registers the protocol, its fields, preferences and tap. */
void packet_register(void);

/* The dissector of what IP protocol 240 carries. */
dissector_handle_t packet_handle(void);

/*
 * The packet in `tvb` was captured on pfsync0, or lies in one that was:
 * to be said before the packet is dissected.
 */
void packet_mark_tap(packet_info *pinfo);

/* What the tap "pfsync" hands to its listeners, once a packet. */
struct packet_tap {
	const char *sender;  /* its address or name */
	const char *dialect; /* NULL: none was found */
	uint32_t messages;   /* all of the packet's */
	uint32_t actions[PFSYNC_ACT_COUNT];
	uint32_t bulk_starts;
	uint32_t bulk_ends;
	uint32_t bulk_states; /* full updates sent in a bulk transfer */
	uint32_t anomalies;
};

#endif
