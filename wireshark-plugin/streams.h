/*
 * streams.h - all states of a file, by id and creatorid.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNC_PLUGIN_STREAMS_H
#define PFSYNC_PLUGIN_STREAMS_H

#include "compat.h"

/* One state: all messages of one id and creatorid. */
struct stream {
	uint64_t id;
	uint32_t creatorid;
	uint32_t number;       /* 0, 1, ... in order of appearance */
	int proto;             /* of the latest full record, -1 = none seen */
	uint32_t delete_frame; /* of the latest delete, 0 = none */
	struct mention *last;
	struct mention *insert;  /* latest INS */
	struct mention *request; /* latest UPD_REQ that nothing answered yet */
};

struct streams;

/* Its memory, and that of the streams, is of the scope. */
struct streams *streams_new(wmem_allocator_t *scope);
/* Found or made; never NULL. */
struct stream *streams_get(struct streams *streams, uint64_t id, uint32_t creatorid);

#endif
