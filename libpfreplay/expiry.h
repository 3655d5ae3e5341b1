/*
 * expiry.h - when a state's timeout passes (SEM 4).
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFREPLAY_EXPIRY_H
#define PFREPLAY_EXPIRY_H

#include <stdbool.h>
#include <stdint.h>

#include "pfreplay.h"
#include "view.h"

#define EXPIRY_NS_PER_S INT64_C(1000000000)
#define EXPIRY_ADAPTIVE_START 16
#define EXPIRY_ADAPTIVE_END 17

/*
 * What messages prove of one class: a full record of its creator says that
 * `expire_s` are left of a state that is `creation_s` old, and the state was
 * refreshed between its creation and now, so
 *	expire_s <= timeout <= expire_s + creation_s + 1 (for rounding).
 */
struct expiry_bounds {
	uint32_t least_s; /* 0 = nothing known */
	uint32_t most_s;
};

struct expiry_evidence {
	struct expiry_bounds bounds[PFREPLAY_TIMEOUTS];
};

/* Take note of such a record. */
void expiry_learn(struct expiry_evidence *evidence, unsigned timeout_class, uint32_t expire_s,
    uint32_t creation_s);

/*
 * The timeout to reckon with: `given` (options, by class; 0 = not given), else
 * pf's default if the node's `own` evidence, narrowed by that of `all` nodes as
 * far as they agree, allows it, else the nearest that the evidence allows.
 */
uint32_t expiry_timeout_s(const uint32_t *given, const struct expiry_evidence *own,
    const struct expiry_evidence *all, unsigned timeout_class);

/*
 * The class that a state of `proto` with these levels has, for dialects that
 * do not tell (SEM 5.1, 5.2).
 */
uint8_t expiry_class(unsigned proto, unsigned src_state, unsigned dst_state);

/*
 * When the state is due.  `timeout_s` is that of the view's class; `states` is
 * the number of states of the node, for adaptive timeouts, which apply if both
 * ends are in `given`.
 */
int64_t expiry_due_ns(
    const struct view *view, uint32_t timeout_s, const uint32_t *given, uint64_t states);

/* Nanoseconds as a view's life_ms: the nearest that fits. */
int32_t expiry_ms(int64_t ns);

#endif
