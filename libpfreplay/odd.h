/*
 * odd.h - views that go by the same id and are another state (D-18, D-29).
 *
 * SPDX-License-Identifier: ISC
 *
 * An entry's facts are those of nearly all its views.  When ids are used again
 * while a peer still has the old state, one firewall means another connection
 * by the id than the others do: its view is marked VIEW_ODD and has facts of
 * its own here.
 */
#ifndef PFREPLAY_ODD_H
#define PFREPLAY_ODD_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "view.h"

struct event;
struct node;
struct pfreplay;

struct odd {
	GHashTable *facts; /* entry and node -> number of facts */
	uint32_t count;
};

void odd_init(struct odd *odd);
void odd_clear(struct odd *odd);

/* The number of the facts of that view: the entry's, or its own. */
uint32_t odd_facts(
    const struct pfreplay *r, const struct entry *entry, const struct view *view, uint32_t number);
/* The view goes by facts of its own from now on; `facts` 0 ends that. */
void odd_set(struct pfreplay *r, struct view *view, uint32_t number, uint32_t facts);
/* Before an odd view goes. */
void odd_drop(struct pfreplay *r, struct view *view, uint32_t number);

/* Do sender and receiver of the event mean different states by its id? */
bool odd_differs(const struct event *event, const struct node *receiver, const struct view *view);
/* The receiver took the state in from the event: as the sender means it. */
void odd_follow(struct event *event, const struct node *receiver, struct view *view);

/* What a full record of its sender says of the state: kept where it belongs.
 * `view` is the sender's, NULL if it has none any more. */
void odd_put_facts(struct event *event, struct view *view);

#endif
