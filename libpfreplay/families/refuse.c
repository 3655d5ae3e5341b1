/*
 * refuse.c - why a receiver cannot take a state in (SEM 1.5, 2.2).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "rules.h"

static bool
has_name(const struct pfsync_message *message, enum pfsync_field field, const char *name)
{
	return pfsync_has(message, field) && name[0] != '\0';
}

enum watch_outcome
refuse_common(struct event *event, struct node *receiver)
{
	if (receiver->limit != 0 && receiver->views >= receiver->limit)
		return WATCH_REFUSED_LIMIT;
	if (event->r->keys.on && keys_collide(event, receiver))
		return WATCH_REFUSED_KEY;
	return WATCH_IMPORTED;
}

/* Before V5f10 only debugging refused it (SEM 1.2). */
enum watch_outcome
refuse_creator(struct event *event, struct node *receiver)
{
	if (event->message->creatorid == 0)
		return WATCH_REFUSED_CREATOR;
	return refuse_common(event, receiver);
}

/* Floating states are bound to "all", which is everywhere. */
static bool
lacks_interface(const struct node *receiver, const char *name)
{
	return ifnames_lacking(receiver->ifnames, name);
}

enum watch_outcome
refuse_freebsd(struct event *event, struct node *receiver)
{
	const struct pfsync_message *message = event->message;

	if (message->creatorid == 0)
		return WATCH_REFUSED_CREATOR;
	if (receiver->ifnames != NULL &&
	    has_name(message, PFSYNC_F_IFNAME, message->u.state.ifname) &&
	    lacks_interface(receiver, message->u.state.ifname))
		return WATCH_REFUSED_IFNAME;
	return refuse_common(event, receiver);
}

enum watch_outcome
refuse_route(struct event *event, struct node *receiver)
{
	const struct pfsync_message *message = event->message;
	const struct pfsync_state *state = &message->u.state;

	if (receiver->ifnames != NULL && pfsync_has(message, PFSYNC_F_RT) && state->rt != 0 &&
	    has_name(message, PFSYNC_F_RT_IFNAME, state->rt_ifname) &&
	    lacks_interface(receiver, state->rt_ifname))
		return WATCH_REFUSED_ROUTE;
	return refuse_freebsd(event, receiver);
}

/* Is the record bound to the rule of that number at the receiver (SEM 2.1)? */
static bool
rule_is_known(const struct event *event, const struct node *receiver)
{
	const struct pfsync_message *message = event->message;
	const struct node *sender = event->sender;

	return sender->has_cksum && receiver->has_cksum &&
	       memcmp(sender->cksum, receiver->cksum, sizeof(sender->cksum)) == 0 &&
	       pfsync_has(message, PFSYNC_F_RULE) && message->u.state.rule != PFSYNC_RULE_NONE &&
	       message->u.state.anchor == PFSYNC_RULE_NONE;
}

static bool
has_route(const struct pfsync_message *message)
{
	static const struct pfsync_addr nowhere;

	return pfsync_has(message, PFSYNC_F_RT_ADDR) &&
	       memcmp(message->u.state.rt_addr.b, nowhere.b, sizeof(nowhere.b)) != 0;
}

/*
 * 1301 does not carry the route: FreeBSD 15 takes it from the rule, which must
 * have a pool of exactly one; read literally, an ordinary rule has an empty
 * pool and its states are skipped, too (SEM 2.2).
 */
enum watch_outcome
refuse_f15(struct event *event, struct node *receiver)
{
	const struct pfsync_message *message = event->message;
	const struct pfsync_state *state = &message->u.state;

	if (message->record == PFSYNC_REC_1301 &&
	    rule_is_known(event, receiver) != has_route(message))
		return WATCH_REFUSED_ROUTE;
	if (receiver->ifnames != NULL && message->record == PFSYNC_REC_1500 &&
	    has_name(message, PFSYNC_F_ORIG_IFNAME, state->orig_ifname) &&
	    strncmp(state->ifname, "all", sizeof(state->ifname)) != 0 &&
	    lacks_interface(receiver, state->orig_ifname))
		return WATCH_REFUSED_IFNAME;
	return refuse_route(event, receiver);
}
