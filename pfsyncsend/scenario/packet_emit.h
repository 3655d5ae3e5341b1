/*
 * packet_emit.h - from the packets of a scenario to IP packets, one by one.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_PACKET_EMIT_H
#define PFSYNCSEND_PACKET_EMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"
#include "scenario.h"

/* One IP packet; or what is in it, where no IP header is shown. */
struct emitted {
	const struct scenario_packet *packet;
	const struct scenario_node *node;
	int64_t time_ns;
	const uint8_t *bytes; /* valid until the function returns */
	size_t len;
	bool ip; /* bytes begin with the IP header */
};

/* Takes one; false ends everything. */
typedef bool emit_fn(void *context, const struct emitted *emitted);

enum emit_form {
	EMIT_IP,  /* as on the sync interface */
	EMIT_TAP, /* as on pfsync0 of the file's `view`: its own packets, only pfsync; from
		   * OpenBSD 7.4 on behind an IPv4 header without source (OB 3.3) */
};

/*
 * Hand all packets of the scenario to `fn`, in its order, with repetitions and
 * fragments.  False if `fn` ended it.
 */
bool packets_emit(struct scenario *scenario, enum emit_form form, emit_fn *fn, void *context);

#endif
