/*
 * proof.h - all packets and states that a finding rests on.
 *
 * SPDX-License-Identifier: ISC
 *
 * A finding itself keeps the first few for people to look at.  Programs want all
 * of them, within bounds, so that no capture can fill memory: what is beyond them
 * is counted.
 */
#ifndef PFREPLAY_DIVERGENCE_PROOF_H
#define PFREPLAY_DIVERGENCE_PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "pfsync.h"

struct pfreplay;

/* Of one finding, and of all of them together. */
#define PROOF_EACH 65536
#define PROOF_ALL 262144

/* What a state was, as far as a record told it when the finding was made. */
struct proof_state {
	uint64_t id;
	uint32_t creatorid;
	bool known; /* the rest is */
	uint8_t proto;
	uint8_t stack_proto;
	uint8_t direction;
	uint8_t af_number;
	char ifname[PFSYNC_IFNAMSIZ];
	struct pfsync_key wire;
	struct pfsync_key stack;
};

struct proof {
	GArray *frames;    /* of view_evidence(), each once, by file and number */
	GPtrArray *states; /* struct proof_state, each once, as they came */
	GHashTable *by_id; /* the same */
	uint64_t frames_left_off;
	uint64_t states_left_off;
};

/* What all findings of a kind hold together, for PROOF_ALL. */
struct proof_budget {
	uint32_t frames;
	uint32_t states;
};

struct proof *proof_new(void);
/* Also takes NULL. */
void proof_free(struct proof *proof);
struct proof *proof_copy(const struct proof *of);

/* True if it was new and is kept. */
bool proof_frame(struct proof *proof, struct proof_budget *budget, uint64_t evidence);
/* `r`: where to look up which connection it is; NULL: nowhere. */
bool proof_add_state(struct proof *proof, struct proof_budget *budget, const struct pfreplay *r,
    uint64_t id, uint32_t creatorid);

/*
 * The state as a message, with id, creatorid and, if it is known, protocol,
 * direction, interface and both keys.
 */
void proof_message(const struct proof_state *state, struct pfsync_message *message);

#endif
