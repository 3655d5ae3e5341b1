/*
 * meaning.c - what follows from a message's fields: families, keys, and whether
 * a kernel would take them.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "pfsync.h"

enum pfsync_af
pfsync_state_af(const struct pfsync_message *message)
{
	if (pfsync_has(message, PFSYNC_F_AF))
		return pfsync_af_of(message->u.state.af_number);
	if (pfsync_has(message, PFSYNC_F_WIRE_AF))
		return pfsync_af_of(message->u.state.wire.af_number);
	return PFSYNC_AF_UNSPEC;
}

enum pfsync_af
pfsync_key_af(const struct pfsync_message *message, bool stack)
{
	const struct pfsync_state *state = &message->u.state;
	enum pfsync_af af = PFSYNC_AF_UNSPEC;

	if (pfsync_has(message, stack ? PFSYNC_F_STACK_AF : PFSYNC_F_WIRE_AF))
		af = pfsync_af_of(stack ? state->stack.af_number : state->wire.af_number);
	return af != PFSYNC_AF_UNSPEC ? af : pfsync_state_af(message);
}

enum pfsync_af
pfsync_rt_af(const struct pfsync_message *message)
{
	enum pfsync_af af = PFSYNC_AF_UNSPEC;

	if (pfsync_has(message, PFSYNC_F_RT_AF))
		af = pfsync_af_of(message->u.state.rt_af_number);
	return af != PFSYNC_AF_UNSPEC ? af : pfsync_state_af(message);
}

bool
pfsync_state_keys(
    const struct pfsync_message *message, struct pfsync_key *wire, struct pfsync_key *stack)
{
	const struct pfsync_state *state = &message->u.state;

	if (pfsync_has(message, PFSYNC_F_WIRE_ADDR0) && pfsync_has(message, PFSYNC_F_STACK_PORT1)) {
		*wire = state->wire;
		*stack = state->stack;
		if (!pfsync_has(message, PFSYNC_F_WIRE_AF))
			wire->af_number = stack->af_number = 0;
		if (!pfsync_has(message, PFSYNC_F_WIRE_RDOMAIN))
			wire->rdomain = stack->rdomain = 0;
		return true;
	}
	if (!pfsync_has(message, PFSYNC_F_LAN_ADDR) || !pfsync_has(message, PFSYNC_F_EXT_PORT))
		return false;
	*wire = (struct pfsync_key){
	    .addr = {state->ext.addr, state->gwy.addr}, .port = {state->ext.port, state->gwy.port}};
	*stack = (struct pfsync_key){
	    .addr = {state->ext.addr, state->lan.addr}, .port = {state->ext.port, state->lan.port}};
	return true;
}

/* First timeout class of each group (OB 14.4, FB 3.7). */
enum {
	CLASS_UDP_FIRST = 6,
	CLASS_ICMP_FIRST = 9,
	CLASS_OTHER_FIRST = 11,
	CLASS_FRAG = 14,
	CLASS_SCTP_FIRST = 20,
	CLASS_SCTP_END = 25
};

enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_SCTP = 132 };

int
pfsync_message_proto(const struct pfsync_message *message, const struct pfsync_dialect *dialect)
{
	unsigned timeout;

	if (pfsync_has(message, PFSYNC_F_PROTO))
		return message->u.state.proto;
	if (!pfsync_has(message, PFSYNC_F_TIMEOUT))
		return -1;
	timeout = message->u.state.timeout;
	if (dialect != NULL && timeout >= dialect->timeout_max)
		return -1;
	if (timeout < CLASS_UDP_FIRST)
		return PROTO_TCP;
	if (timeout < CLASS_ICMP_FIRST)
		return PROTO_UDP;
	if (timeout < CLASS_OTHER_FIRST)
		return PROTO_ICMP;
	if (timeout < CLASS_FRAG)
		return PFSYNC_PROTO_OTHER;
	if (timeout >= CLASS_SCTP_FIRST && timeout < CLASS_SCTP_END)
		return PROTO_SCTP;
	return -1;
}

/* OB 4.6: length, family, port, then by family. */
enum pfsync_af
pfsync_tdb_dst(const struct pfsync_message *message, struct pfsync_addr *addr)
{
	const uint8_t *sa = message->u.tdb.dst_sockaddr;
	enum pfsync_af af;

	memset(addr, 0, sizeof(*addr));
	if (!pfsync_has(message, PFSYNC_F_TDB_DST))
		return PFSYNC_AF_UNSPEC;
	af = pfsync_af_of(sa[1]);
	if (af == PFSYNC_AF_INET)
		memcpy(addr->b, sa + 4, 4);
	else if (af == PFSYNC_AF_INET6)
		memcpy(addr->b, sa + 8, 16);
	return af;
}

static int
bad(const char **text, const char *why)
{
	if (text != NULL)
		*text = why;
	return PFSYNC_BADVAL;
}

/* A name without a NUL would be read on into the next field by a careless
 * receiver; FreeBSD 15 refuses it (SEM 2.2). */
static bool
unterminated(const struct pfsync_message *message, enum pfsync_field field)
{
	const struct pfsync_field_info *info = pfsync_field_info((int)field);

	return pfsync_has(message, field) &&
	       memchr(pfsync_field_ptr(message, field), '\0', info->size_bytes) == NULL;
}

static bool
names_end(const struct pfsync_message *message)
{
	return !unterminated(message, PFSYNC_F_IFNAME) &&
	       !unterminated(message, PFSYNC_F_RT_IFNAME) &&
	       !unterminated(message, PFSYNC_F_ORIG_IFNAME) &&
	       !unterminated(message, PFSYNC_F_TAGNAME);
}

int
pfsync_message_check(
    const struct pfsync_message *message, const struct pfsync_dialect *dialect, const char **text)
{
	const struct pfsync_state *state = &message->u.state;
	/* Deletes are obeyed whatever they say (SEM 2.6); the full ones of v2 on
	 * pfsync0 carry the class "purge". */
	const bool full = message->record != PFSYNC_REC_NONE && message->action != PFSYNC_ACT_DEL;

	if (message->action == PFSYNC_ACT_TDB) {
		struct pfsync_addr addr;
		if (pfsync_has(message, PFSYNC_F_TDB_SPI) && message->u.tdb.spi <= 255)
			return bad(text, "SPI in the reserved range 0 to 255");
		if (pfsync_has(message, PFSYNC_F_TDB_DST) &&
		    pfsync_tdb_dst(message, &addr) == PFSYNC_AF_UNSPEC)
			return bad(text, "unknown address family of an SA");
		return PFSYNC_OK;
	}
	if (message->action == PFSYNC_ACT_CLR && unterminated(message, PFSYNC_F_CLR_IFNAME))
		return bad(text, "interface name without an end");
	if (!full && message->action != PFSYNC_ACT_UPD_C)
		return PFSYNC_OK;
	if (pfsync_has(message, PFSYNC_F_TIMEOUT) && state->timeout >= dialect->timeout_max)
		return bad(text, "unknown timeout class");
	if (pfsync_has(message, PFSYNC_F_SRC_STATE) && state->src.state > PFSYNC_TCPS_PROXY_DST)
		return bad(text, "unknown level of the source peer");
	if (pfsync_has(message, PFSYNC_F_DST_STATE) && state->dst.state > PFSYNC_TCPS_PROXY_DST)
		return bad(text, "unknown level of the destination peer");
	if (!full)
		return PFSYNC_OK;
	if (!names_end(message))
		return bad(text, "name without an end");
	if (pfsync_has(message, PFSYNC_F_DIRECTION) && state->direction > PFSYNC_OUT)
		return bad(text, "unknown direction");
	if (pfsync_has(message, PFSYNC_F_AF) && pfsync_af_of(state->af_number) == PFSYNC_AF_UNSPEC)
		return bad(text, "unknown address family");
	if (pfsync_has(message, PFSYNC_F_WIRE_AF) &&
	    pfsync_af_of(state->wire.af_number) == PFSYNC_AF_UNSPEC)
		return bad(text, "unknown address family of the wire key");
	if (pfsync_has(message, PFSYNC_F_STACK_AF) &&
	    pfsync_af_of(state->stack.af_number) == PFSYNC_AF_UNSPEC)
		return bad(text, "unknown address family of the stack key");
	if (pfsync_has(message, PFSYNC_F_CREATORID) && message->creatorid == 0)
		return bad(text, "creatorid 0 in a state");
	return PFSYNC_OK;
}
