/*
 * words.c - small conclusions that text and JSON both need.
 *
 * SPDX-License-Identifier: ISC
 */
#include "words.h"

#include <netinet/in.h>

/* Not in every system's headers. */
#define PROTO_SCTP 132

/* First timeout class of each group (OB 14.4, FB 3.7). */
enum {
	CLASS_UDP_FIRST = 6,
	CLASS_ICMP_FIRST = 9,
	CLASS_OTHER_FIRST = 11,
	CLASS_FRAG = 14,
	CLASS_SCTP_FIRST = 20,
	CLASS_SCTP_END = 25
};

static int
proto_of_timeout(unsigned timeout)
{
	if (timeout < CLASS_UDP_FIRST)
		return IPPROTO_TCP;
	if (timeout < CLASS_ICMP_FIRST)
		return IPPROTO_UDP;
	if (timeout < CLASS_OTHER_FIRST)
		return IPPROTO_ICMP;
	if (timeout < CLASS_FRAG)
		return WORDS_PROTO_OTHER;
	if (timeout >= CLASS_SCTP_FIRST && timeout < CLASS_SCTP_END)
		return PROTO_SCTP;
	return -1;
}

static bool
is_class(const struct pfsync_message *message, const struct pfsync_dialect *dialect)
{
	return dialect == NULL || message->u.state.timeout < dialect->timeout_max;
}

int
words_proto(const struct pfsync_message *message, const struct pfsync_dialect *dialect, int known)
{
	if (pfsync_has(message, PFSYNC_F_PROTO))
		return message->u.state.proto;
	if (known >= 0)
		return known;
	if (pfsync_has(message, PFSYNC_F_TIMEOUT) && is_class(message, dialect))
		return proto_of_timeout(message->u.state.timeout);
	return -1;
}

const char *
words_timeout(const struct pfsync_message *message, const struct pfsync_dialect *dialect)
{
	return is_class(message, dialect) ? pfsync_timeout_name(message->u.state.timeout) : NULL;
}

const char *
words_level(const struct pfsync_message *message, int proto, unsigned level)
{
	struct pfsync_message named;

	if (proto < 0)
		return NULL;
	if (pfsync_has(message, PFSYNC_F_PROTO))
		return pfsync_message_level_name(message, level);
	/* A message that has just what the name depends on. */
	named.has = (struct pfsync_fields){{0, 0}};
	named.u.state.proto = (uint8_t)proto;
	pfsync_has_set(&named, PFSYNC_F_PROTO);
	if (pfsync_has(message, PFSYNC_F_TIMEOUT)) {
		named.u.state.timeout = message->u.state.timeout;
		pfsync_has_set(&named, PFSYNC_F_TIMEOUT);
	}
	return pfsync_message_level_name(&named, level);
}

enum pfsync_af
words_rt_af(const struct pfsync_message *message)
{
	enum pfsync_af af = PFSYNC_AF_UNSPEC;

	if (pfsync_has(message, PFSYNC_F_RT_AF))
		af = pfsync_af_of(message->u.state.rt_af_number);
	return af != PFSYNC_AF_UNSPEC ? af : pfsync_state_af(message);
}
