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
	rule_fn *insert;            /* INS */
	rule_fn *update;            /* UPD */
	rule_fn *update_compressed; /* UPD_C */
	rule_fn *remove;            /* DEL, DEL_C */
	rule_fn *clear;             /* CLR */
	rule_fn *request;           /* UPD_REQ of one state */
	rule_fn *bad_value;         /* INS, UPD, UPD_C with impossible values */
};

/* The rules of the receiver's family.  Static. */
const struct pfreplay_rules *rules_of(const struct node *receiver);

/* The rules of SEM 10, which fit every family as far as they go. */
extern const struct pfreplay_rules rules_simple;

#endif
