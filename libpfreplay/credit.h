/*
 * credit.h - was a firewall there before it was first heard?
 *
 * SPDX-License-Identifier: ISC
 *
 * A backup that sees no traffic says nothing for hours, so what was multicast
 * before a node's first packet is credited to it.  But perhaps it was off.  If
 * so, it asks for nearly every state that it hears an update of when it comes
 * up (SEM 2.4): then the credit is taken back.
 */
#ifndef PFREPLAY_CREDIT_H
#define PFREPLAY_CREDIT_H

#include "internal.h"

/* Requests leave within a second of the update they answer (SEM 2.4); two
 * seconds of updates before its first packet are what it must have asked for. */
#define CREDIT_NS (2 * EXPIRY_NS_PER_S)

/* May what it asks for just be what was never sent to it? */
static inline bool
credit_is_open(const struct node *node, int64_t now_ns)
{
	return node->credited || (node->on_credit && now_ns - node->first_ns <= CREDIT_NS);
}

/* Before the view of a state that `node` asks for is removed. */
void credit_contradicted(struct node *node, const struct view *view);
/* It was not there: nothing reached it before its first packet. */
void credit_revoke(struct pfreplay *r, struct node *node);
/* At the end of each of the node's packets. */
void credit_settle(struct pfreplay *r, struct node *node);

#endif
