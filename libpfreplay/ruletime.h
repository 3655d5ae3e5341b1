/*
 * ruletime.h - timeouts that single rules have of their own (SEM 4.2).
 *
 * SPDX-License-Identifier: ISC
 *
 * A full record of its maker bounds the timeout of its class (expiry.h).  Where
 * what records of one rule prove excludes the timeout of all others, the rule
 * has its own; it also governs an imported state that is bound to the rule, and
 * kernels with the same checksum have the same rules.
 */
#ifndef PFREPLAY_RULETIME_H
#define PFREPLAY_RULETIME_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "pfsync.h"
#include "view.h"

struct event;
struct node;
struct pfreplay;

struct ruletimes {
	GHashTable *by_rule; /* struct ruletime by ruleset, rule and class; NULL: empty */
	bool any;            /* some rule has a timeout of its own */
};

void ruletimes_clear(struct ruletimes *times);

/* Such a record of the event's sender. */
void ruletime_learn(struct event *event);

/* The view's node refreshed the state now, or as if `ahead_s` later; what is
 * left follows from the timeout of its class or of its rule. */
void ruletime_refresh(const struct pfreplay *r, const struct entry *entry, uint32_t number,
    struct view *view, uint32_t ahead_s);

#endif
