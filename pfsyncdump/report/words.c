/*
 * words.c - small conclusions that text and JSON both need.
 *
 * SPDX-License-Identifier: ISC
 */
#include "words.h"

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
	return pfsync_message_proto(message, dialect);
}

const char *
words_timeout(const struct pfsync_message *message, const struct pfsync_dialect *dialect)
{
	return is_class(message, dialect) ? pfsync_timeout_name(message->u.state.timeout) : NULL;
}

const char *
words_level(const struct pfsync_message *message, int proto, unsigned level)
{
	return pfsync_message_level_name_as(message, proto, level);
}

enum pfsync_af
words_rt_af(const struct pfsync_message *message)
{
	return pfsync_rt_af(message);
}
