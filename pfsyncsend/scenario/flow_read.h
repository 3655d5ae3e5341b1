/*
 * flow_read.h - connections as messages of a scenario give them.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_FLOW_READ_H
#define PFSYNCSEND_FLOW_READ_H

#include "doc.h"
#include "flow.h"

/*
 * The connection of a message: "tcp", "udp", "icmp", "sctp" or "flow": [FROM, TO],
 * with "nat", "rdr" and "direction".  False if there is none or it is wrong.
 * flow->proto is 0 if "flow" goes without "proto".
 */
bool flow_read(const struct doc_at *at, struct flow *flow);

#endif
