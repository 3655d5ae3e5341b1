/*
 * packet_read.h - the packets of a scenario.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_PACKET_READ_H
#define PFSYNCSEND_PACKET_READ_H

#include "scenario.h"

/* When packets are sent that do not say so themselves. */
struct packet_clock {
	int64_t start_ns;    /* the first one */
	int64_t interval_ns; /* from one to the next */
};

/* Read the array "packets" into the scenario, whose nodes are known. */
void packets_read(
    struct scenario *scenario, const struct doc_at *root, const struct packet_clock *clock);
void packets_free(struct scenario *scenario);

#endif
