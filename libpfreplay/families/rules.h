/*
 * rules.h - what a receiver makes of a message: one table of functions a
 * behaviour family.
 *
 * SPDX-License-Identifier: ISC
 *
 * The functions change the receiver's views and predicted counters only.  They
 * are called after the sender's own table was changed (assert.c), for each
 * node that got the packet.  A family that differs gets a file of its own and
 * puts its table into rules_of().
 */
#ifndef PFREPLAY_RULES_H
#define PFREPLAY_RULES_H

#include "internal.h"

typedef void rule_fn(struct event *event, struct node *receiver);

struct pfreplay_rules {
	/* By action; NULL: the receiver's table is not concerned. */
	rule_fn *on[PFSYNC_ACT_COUNT];
	/* INS, UPD, UPD_C with values that its family refuses. */
	rule_fn *bad_value;
};

/* The rules of a family.  Static. */
const struct pfreplay_rules *rules_of(enum pfreplay_family family);

/* The rules of SEM 10, which fit every family as far as they go. */
extern const struct pfreplay_rules rules_simple;

#endif
