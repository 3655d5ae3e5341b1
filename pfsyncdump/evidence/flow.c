/*
 * flow.c - what one sender's packets went through between two captures.
 *
 * SPDX-License-Identifier: ISC
 */
#include "flow.h"

#include <string.h>

/* So many must be lost above the largest that came through to be a rule. */
#define CUT_OFF_MIN 3

static struct flow_size *
size_class(struct flow *flow, size_t wirelen)
{
	size_t class = wirelen / FLOW_SIZE_CLASS;

	return &flow->sizes[class < FLOW_SIZE_CLASSES ? class : FLOW_SIZE_CLASSES - 1];
}

static uint16_t
clamp16(size_t wirelen)
{
	return wirelen < UINT16_MAX ? (uint16_t)wirelen : UINT16_MAX;
}

void
flow_delivered(struct flow *flow, int64_t delay_ns, uint64_t order, size_t wirelen)
{
	flow->delivered++;
	spread_add(&flow->delay_ns, delay_ns);
	if (order < flow->last_order)
		flow->reordered++;
	else
		flow->last_order = order;
	if (clamp16(wirelen) > flow->largest_delivered)
		flow->largest_delivered = clamp16(wirelen);
}

void
flow_lost(struct flow *flow, int64_t time_ns, uint64_t frame, size_t wirelen)
{
	struct flow_size *size = size_class(flow, wirelen);

	if (flow->lost == 0)
		flow->first_lost_ns = time_ns;
	flow->last_lost_ns = time_ns;
	flow->lost++;
	if (flow->frame_count < PFREPLAY_DIRECTION_FRAMES)
		flow->frames[flow->frame_count++] = frame;
	if (size->lost == 0 || clamp16(wirelen) < size->smallest_lost)
		size->smallest_lost = clamp16(wirelen);
	size->lost++;
}

/* Is everything lost above some size? */
static void
find_cut_off(const struct flow *flow, struct pfreplay_direction *direction)
{
	uint64_t above = 0;
	uint32_t smallest = 0;

	for (size_t i = flow->largest_delivered / FLOW_SIZE_CLASS; i < FLOW_SIZE_CLASSES; i++) {
		const struct flow_size *size = &flow->sizes[i];

		if (size->lost == 0 || size->smallest_lost <= flow->largest_delivered)
			continue;
		above += size->lost;
		if (smallest == 0)
			smallest = size->smallest_lost;
	}
	if (flow->delivered == 0 || above < CUT_OFF_MIN)
		return;
	direction->cut_off_lost = above;
	direction->cut_off_bytes = smallest;
}

void
flow_describe(const struct flow *flow, int64_t offset_ns, struct pfreplay_direction *direction)
{
	*direction = (struct pfreplay_direction){
	    .sender = -1,
	    .receiver = -1,
	    .from_file = flow->from,
	    .to_file = flow->to,
	    .delivered = flow->delivered,
	    .lost = flow->lost,
	    .appeared = flow->appeared,
	    .reordered = flow->reordered,
	    .largest_delivered_bytes = flow->largest_delivered,
	    .first_lost_ns = flow->first_lost_ns,
	    .last_lost_ns = flow->last_lost_ns,
	    .frame_count = flow->frame_count,
	};
	memcpy(direction->frames, flow->frames, sizeof(direction->frames));
	if (flow->delivered > 0) {
		direction->delay_min_ns = flow->delay_ns.min - offset_ns;
		direction->delay_p50_ns = spread_quantile(&flow->delay_ns, 50, 100) - offset_ns;
		direction->delay_p99_ns = spread_quantile(&flow->delay_ns, 99, 100) - offset_ns;
		direction->delay_max_ns = flow->delay_ns.max - offset_ns;
	}
	find_cut_off(flow, direction);
}
