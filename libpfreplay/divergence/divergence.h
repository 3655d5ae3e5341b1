/*
 * divergence.h - what looks for divergences, and its parts.
 *
 * SPDX-License-Identifier: ISC
 *
 * Each detector is a file with one table of functions.  It is told what happens
 * (watch.h), notes at once what is sure, and keeps the rest until it is asked to
 * finish.  Finishing adds to a copy of the findings and must leave the
 * detector's own memory as it was, because more packets may follow.
 */
#ifndef PFREPLAY_DIVERGENCE_DIVERGENCE_H
#define PFREPLAY_DIVERGENCE_DIVERGENCE_H

#include "finding.h"
#include "internal.h"
#include "pfverdict.h"
#include "side.h"
#include "watch.h"

#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

struct divergence;

struct detector {
	size_t bytes; /* of its memory, which is zeroed at first */
	/* What it wants to be told, as in struct watcher. */
	unsigned said;
	uint64_t outcomes;
	/* All but `finish` may be NULL. */
	void (*begin)(struct divergence *d, void *self);
	void (*end)(void *self);
	void (*packet)(struct divergence *d, void *self, const struct open_packet *open);
	void (*on_said)(struct divergence *d, void *self, const struct watch_said *said);
	void (*outcome)(struct divergence *d, void *self, const struct watch_result *result);
	void (*refused)(struct divergence *d, void *self, const struct watch_refused *refused);
	void (*proof)(struct divergence *d, void *self, const struct watch_proof *proof);
	void (*node)(struct divergence *d, void *self, const struct watch_node *node);
	void (*bulk)(struct divergence *d, void *self, const struct watch_bulk *bulk);
	void (*clear)(struct divergence *d, void *self, const struct watch_clear *clear);
	void (*time)(struct divergence *d, void *self, int64_t now_ns);
	void (*finish)(struct divergence *d, void *self, struct findings *findings);
};

/* The most detectors there can be. */
#define DETECTORS_MAX 32

struct divergence {
	struct pfreplay *r;
	uint64_t ignored;      /* bit n: D-n */
	struct findings live;  /* what is sure as it happens */
	struct findings final; /* that and what finishing adds; valid if `judged` */
	GPtrArray *sorted;     /* of `final`, worst first */
	GPtrArray *texts;      /* char *, for each of `sorted`, made when asked for */
	bool judged;
	uint8_t mark; /* of states that some detector remembers: WATCH_UPD_C_MARKED */
	void *memory[DETECTORS_MAX];
	/* States whose addresses another firewall's state has: asymmetric.c. */
	struct side *collided;
	/* Parts that are asked by others, too. */
	struct traffic *traffic;   /* traffic.h */
	struct coverage *coverage; /* coverage.h */
	struct import *import;     /* import_refused() */
	struct roles *roles;       /* roles_crossed() */
	struct habit *habit;       /* habit.h */
	struct unheard *unheard;   /* unheard.h */
	/* Firewalls that lack a state for sure, as bits: differences.c; NULL: none. */
	struct side *absent;
	struct pfreplay_limits limits;
	struct differences *differences; /* valid if `compared` */
	bool compared;
};

/* Begins to watch `r`, which releases it. */
void divergence_attach(struct pfreplay *r, uint64_t ignored);

/* Fills in `final` and `sorted` if something was fed since the last time. */
void divergence_judge(struct divergence *d);

static inline struct node *
node_at(const struct pfreplay *r, size_t index)
{
	return r->nodes.list[index];
}

/* Is it a firewall of its own, that was heard? */
static inline bool
node_heard(const struct node *node)
{
	return !node_is_hidden(node) && node->sent[0].frames + node->sent[1].frames != 0;
}

/* States that two firewalls took turns in updating in that time (both ends included). */
uint64_t roles_crossed(const struct divergence *d, int64_t from_ns, int64_t to_ns);

/* Was it an insert that got lost behind the place of the capture? */
bool import_is_loss(const struct finding *finding);

/* Why it was refused, by enum watch_outcome: "; its state limit is reached".  Static. */
const char *import_cause_text(uint64_t outcome);

/* Does `node` not take in that state, as often as it is sent? */
bool import_refused(
    const struct divergence *d, const struct node *node, uint64_t id, uint32_t creatorid);

/* The node that proved to own `creatorid`, or NULL. */
struct node *node_of_creator(const struct pfreplay *r, uint32_t creatorid);

#endif
