/*
 * workload.h - local traffic on demand: flows that begin, go on and end.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_PEER_WORKLOAD_H
#define PFSYNCSEND_PEER_WORKLOAD_H

#include "node/node.h"

struct workload {
	uint32_t flows;  /* flows begun so far: numbers the next one */
	uint32_t base;   /* distinguishes the flows of two peers: a host id */
	uint64_t cursor; /* where updates go on */
	const char *ifname;
};

/* Begins one flow of that protocol.  False: the table is full. */
bool workload_insert(struct workload *work, struct fw *fw, int64_t now_ns, uint8_t proto);
/* A plausible packet on the next state of the table.  False: there is none. */
bool workload_update(struct workload *work, struct fw *fw, int64_t now_ns);
/* Kills a state that this node made, the first in table order.  False: there is none. */
bool workload_delete(struct workload *work, struct fw *fw, int64_t now_ns);

#endif
