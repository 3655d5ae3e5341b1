/*
 * flow.h - from a connection as people see it to a full state.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_FLOW_H
#define PFSYNCSEND_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "endpoint.h"
#include "pfsync.h"

/* A connection, and what pf translates of it. */
struct flow {
	uint8_t proto;
	uint8_t direction;    /* PFSYNC_IN or PFSYNC_OUT */
	struct endpoint from; /* who began it, untranslated */
	struct endpoint to;   /* who answers, really */
	bool has_nat, has_rdr;
	struct endpoint nat; /* out: what the answering side sees of `from` */
	struct endpoint rdr; /* in: what the beginning side takes for `to` */
};

/*
 * Fill in keys, hosts, proto, direction and families as `dialect` has them.
 * All endpoints must be of one family.
 */
void flow_keys(
    const struct flow *flow, const struct pfsync_dialect *dialect, struct pfsync_state *state);

/*
 * Everything else of a state, as a kernel of `dialect` would plausibly have it when
 * it sends `action` about a connection of protocol `proto`: peers, timeout, age,
 * counters.
 */
void flow_defaults(uint8_t proto, const struct pfsync_dialect *dialect, enum pfsync_action action,
    struct pfsync_state *state);

#endif
