/*
 * others.c - messages that are not about a state.
 *
 * SPDX-License-Identifier: ISC
 */
#include "others.h"

#include <string.h>

enum { PROTO_ESP = 50, AF_INET_WIRE = 2 };

static void
begin(struct pfsync_message *message, enum pfsync_action action, unsigned node)
{
	memset(message, 0, sizeof(*message));
	memset(&message->has, 0xff, sizeof(message->has)); /* the encoder chooses */
	message->action = action;
	message->action_number = UINT8_MAX;
	message->creatorid = cast_hostid(node);
}

void
others_bulk_request(struct pfsync_message *message)
{
	begin(message, PFSYNC_ACT_UPD_REQ, 0);
	message->creatorid = 0;
}

void
others_clear(unsigned node, const char *ifname, struct pfsync_message *message)
{
	begin(message, PFSYNC_ACT_CLR, node);
	if (ifname != NULL)
		memcpy(message->u.clr.ifname, ifname, strlen(ifname));
}

void
others_bulk(unsigned node, uint32_t endtime_s, unsigned status, struct pfsync_message *message)
{
	begin(message, PFSYNC_ACT_BUS, node);
	message->u.bus.endtime_s = endtime_s;
	message->u.bus.status = (uint8_t)status;
}

void
others_tdb(const struct cast *cast, unsigned number, struct pfsync_message *message)
{
	struct pfsync_tdb *tdb = &message->u.tdb;

	begin(message, PFSYNC_ACT_TDB, 0);
	tdb->spi = UINT32_C(0x1000b055) + number;
	tdb->rpl = 16384 + 41 + number; /* outbound (OB 7.3) */
	tdb->cur_bytes = UINT64_C(123456789) + number;
	tdb->sproto = PROTO_ESP;
	tdb->rdomain = (uint16_t)number;
	if (number == 0) {
		const uint8_t dst[] = {16, AF_INET_WIRE, 0, 0, 203, 0, 113, 200};
		memcpy(tdb->dst_sockaddr, dst, sizeof(dst));
	} else {
		const uint8_t dst[28] = {28, 0, [8] = 0x20, 0x01, 0x0d, 0xb8, [22] = 2, 0};
		memcpy(tdb->dst_sockaddr, dst, sizeof(dst));
		tdb->dst_sockaddr[1] = cast->dialect->af_inet6;
	}
}
