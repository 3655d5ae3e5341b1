/*
 * expiry.c - when a state's timeout passes (see expiry.h).
 *
 * SPDX-License-Identifier: ISC
 */
#include "expiry.h"

#define NS_PER_MS INT64_C(1000000)
#define LEVEL_MULTIPLE 2

/* SEM 4.3 */
enum {
	CLASS_TCP_OPENING = 1,
	CLASS_TCP_ESTABLISHED = 2,
	CLASS_TCP_CLOSING = 3,
	CLASS_TCP_FINWAIT = 4,
	CLASS_TCP_CLOSED = 5,
	CLASS_UDP_SINGLE = 7,
	CLASS_UDP_MULTIPLE = 8,
	CLASS_ICMP_FIRST = 9,
	CLASS_OTHER_SINGLE = 12,
	CLASS_OTHER_MULTIPLE = 13
};

void
expiry_learn(struct expiry_evidence *evidence, unsigned timeout_class, uint32_t expire_s,
    uint32_t creation_s)
{
	struct expiry_bounds *bounds;
	uint64_t most_s = (uint64_t)expire_s + creation_s + 1;

	/* Past due, and what dialects without the field send. */
	if (timeout_class >= PFREPLAY_TIMEOUTS || expire_s == 0)
		return;
	bounds = &evidence->bounds[timeout_class];
	if (most_s > UINT32_MAX)
		most_s = UINT32_MAX;
	if (bounds->least_s == 0) {
		bounds->least_s = expire_s;
		bounds->most_s = (uint32_t)most_s;
		return;
	}
	if (expire_s > bounds->least_s)
		bounds->least_s = expire_s;
	if (most_s < bounds->most_s)
		bounds->most_s = (uint32_t)most_s;
	/* Rules with timeouts of their own contradict each other: the longer
	 * one, so that no state is called due too early. */
	if (bounds->most_s < bounds->least_s)
		bounds->most_s = bounds->least_s;
}

/* Pairs are configured alike: what all say narrows what one says, unless it
 * contradicts it. */
static struct expiry_bounds
narrowest(const struct expiry_bounds *own, const struct expiry_bounds *all)
{
	struct expiry_bounds both = *own;

	if (own->least_s == 0)
		return *all;
	if (all->least_s > both.least_s)
		both.least_s = all->least_s;
	if (all->most_s < both.most_s)
		both.most_s = all->most_s;
	return both.least_s <= both.most_s ? both : *own;
}

uint32_t
expiry_timeout_s(const uint32_t *given, const struct expiry_evidence *own,
    const struct expiry_evidence *all, unsigned timeout_class)
{
	struct expiry_bounds bounds;
	uint32_t timeout_s;

	if (timeout_class >= PFREPLAY_TIMEOUTS)
		return 0;
	if (given[timeout_class] != 0)
		return given[timeout_class];
	timeout_s = pfsync_timeout_default_s(timeout_class);
	bounds = narrowest(&own->bounds[timeout_class], &all->bounds[timeout_class]);
	if (bounds.least_s == 0)
		return timeout_s;
	/* A young state pins it down to a second; then the record is right. */
	if (timeout_s < bounds.least_s)
		return bounds.least_s;
	if (timeout_s > bounds.most_s)
		return bounds.most_s - bounds.least_s <= 1 ? bounds.least_s : bounds.most_s;
	return timeout_s;
}

uint8_t
expiry_class(unsigned proto, unsigned src_state, unsigned dst_state)
{
	unsigned low = src_state < dst_state ? src_state : dst_state;
	unsigned high = src_state < dst_state ? dst_state : src_state;

	switch (proto) {
	case 6:
		if (low >= PFSYNC_TCPS_FIN_WAIT_2)
			return CLASS_TCP_CLOSED;
		if (low >= PFSYNC_TCPS_CLOSING)
			return CLASS_TCP_FINWAIT;
		if (low < PFSYNC_TCPS_ESTABLISHED)
			return CLASS_TCP_OPENING;
		return high >= PFSYNC_TCPS_CLOSING ? CLASS_TCP_CLOSING : CLASS_TCP_ESTABLISHED;
	case 17:
		return low >= LEVEL_MULTIPLE ? CLASS_UDP_MULTIPLE : CLASS_UDP_SINGLE;
	case 1:
	case 58:
		return CLASS_ICMP_FIRST;
	default:
		return low >= LEVEL_MULTIPLE ? CLASS_OTHER_MULTIPLE : CLASS_OTHER_SINGLE;
	}
}

/* SEM 4.2: shrink linearly between start and end; at the end nothing is left. */
static uint32_t
adapt(uint32_t timeout_s, const uint32_t *given, uint64_t states)
{
	uint64_t start = given[EXPIRY_ADAPTIVE_START], end = given[EXPIRY_ADAPTIVE_END];

	if (start == 0 || end == 0 || states <= start || start >= end)
		return timeout_s;
	if (states >= end)
		return 0;
	return (uint32_t)(timeout_s * (end - states) / (end - start));
}

int64_t
expiry_due_ns(const struct view *view, uint32_t timeout_s, const uint32_t *given, uint64_t states)
{
	uint32_t adapted_s = adapt(timeout_s, given, states);
	int64_t life_ns = (int64_t)view->life_ms * NS_PER_MS;

	if ((view->bits & VIEW_LIFE_STATED) != 0)
		/* The kernel keeps the time of the last refresh, reckoned back
		 * from what was stated, and scales the whole timeout. */
		return view->evidence_ns + life_ns -
		       (int64_t)(timeout_s - adapted_s) * EXPIRY_NS_PER_S;
	return view->evidence_ns - life_ns + (int64_t)adapted_s * EXPIRY_NS_PER_S;
}

int32_t
expiry_ms(int64_t ns)
{
	int64_t ms = ns / NS_PER_MS;

	if (ms > INT32_MAX)
		return INT32_MAX;
	return ms < INT32_MIN ? INT32_MIN : (int32_t)ms;
}
