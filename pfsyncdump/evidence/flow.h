/*
 * flow.h - what one sender's packets went through between two captures.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCDUMP_FLOW_H
#define PFSYNCDUMP_FLOW_H

#include <stdbool.h>

#include "pfevidence.h"
#include "spread.h"

/* Sizes are counted in classes of that many bytes. */
#define FLOW_SIZE_CLASS 8
#define FLOW_SIZE_CLASSES (65536 / FLOW_SIZE_CLASS + 1)

struct flow_size {
	uint32_t lost;
	uint16_t smallest_lost;
};

/* From the capture `from` to the capture `to`.  Zero-initialise. */
struct flow {
	uint16_t from;
	uint16_t to;
	uint64_t delivered;
	uint64_t lost;
	uint64_t appeared;  /* at `to` only */
	uint64_t reordered; /* came after one that was sent later */
	struct spread delay_ns;
	/* Of those delivered: where they stand among all of their sender. */
	uint64_t last_order;
	uint32_t largest_delivered; /* bytes from the pfsync header on */
	int64_t first_lost_ns;
	int64_t last_lost_ns;
	uint64_t frames[PFREPLAY_DIRECTION_FRAMES]; /* of lost ones, in `from` */
	size_t frame_count;
	struct flow_size sizes[FLOW_SIZE_CLASSES];
};

/* Seen at both; `order` counts the sender's packets at `from`. */
void flow_delivered(struct flow *flow, int64_t delay_ns, uint64_t order, size_t wirelen);
void flow_lost(struct flow *flow, int64_t time_ns, uint64_t frame, size_t wirelen);

/*
 * What is to be reported.  `offset_ns` is by how much the clock of `to` is ahead
 * of that of `from`.  Sets all but the nodes.
 */
void flow_describe(
    const struct flow *flow, int64_t offset_ns, struct pfreplay_direction *direction);

#endif
