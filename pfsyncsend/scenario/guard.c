/*
 * guard.c - do not clear the tables of firewalls that nobody meant.
 *
 * SPDX-License-Identifier: ISC
 */
#include "guard.h"

#include <stdio.h>

static bool
removes(enum pfsync_action action)
{
	return action == PFSYNC_ACT_CLR || action == PFSYNC_ACT_DEL || action == PFSYNC_ACT_DEL_C;
}

/*
 * The first action of the packet that removes states, or UNKNOWN.  Its final
 * bytes are looked at, for it may be damaged or given as bytes.
 */
static enum pfsync_action
first_removal(const struct scenario_packet *packet)
{
	struct pfsync_hint hint = {.forced = packet->dialect};
	struct pfsync_section section;
	struct pfsync_frame frame;
	int status;

	if (packet->ip.proto != PFSYNC_IPPROTO)
		return PFSYNC_ACT_UNKNOWN;
	status =
	    pfsync_frame_open(&frame, packet->ip.payload, packet->ip.len, packet->ip.len, &hint);
	if (status != PFSYNC_OK && status != PFSYNC_BADLEN)
		return PFSYNC_ACT_UNKNOWN;
	for (;;) {
		section = (struct pfsync_section){.action = PFSYNC_ACT_UNKNOWN};
		status = pfsync_section_next(&frame, &section);
		if (status == PFSYNC_END)
			return PFSYNC_ACT_UNKNOWN;
		/* A wrong length does not stop every receiver. */
		if ((status == PFSYNC_OK || status == PFSYNC_BADLEN) && removes(section.action))
			return section.action;
	}
}

bool
guard_allows(const struct scenario *scenario, const struct netif *netif, char text[GUARD_TEXT_MAX])
{
	if (netif->kind != NETIF_OTHER)
		return true;
	for (size_t i = 0; i < scenario->packet_count; i++) {
		const struct scenario_packet *packet = &scenario->packets[i];
		enum pfsync_action action;
		char group[64];
		if (!packet->to_group)
			continue;
		action = first_removal(packet);
		if (action == PFSYNC_ACT_UNKNOWN)
			continue;
		pfsync_text_addr(group, sizeof(group),
		    packet->ip.ip6 ? PFSYNC_AF_INET6 : PFSYNC_AF_INET, &packet->ip.dst);
		snprintf(text, GUARD_TEXT_MAX,
		    "packet %zu: %s to the group %s would remove states of every firewall that "
		    "hears it on %s, which is not loopback, dummy, veth or tap; --yes sends it all "
		    "the same, --syncpeer sends to one address",
		    i + 1, pfsync_action_name(action), group, netif->name);
		return false;
	}
	return true;
}
