/*
 * record.h - one record in the tree: what its layout's rows say.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNC_PLUGIN_RECORD_H
#define PFSYNC_PLUGIN_RECORD_H

#include "compat.h"
#include "pfsync.h"

struct record_view {
	tvbuff_t *tvb;
	packet_info *pinfo;
	const struct pfsync_dialect *dialect;
	const struct pfsync_record *record;
	const struct pfsync_message *message;
	int proto; /* of the state as the tables know it, -1 = unknown */
};

/* Once, at the registration of the protocol. */
void record_register(int proto);

/* A branch for the record, below `tree`; returns it. */
proto_tree *record_show(proto_tree *tree, const struct record_view *view);

#endif
