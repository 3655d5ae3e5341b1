/*
 * flow.c - connections and the packets they are made of.
 *
 * SPDX-License-Identifier: ISC
 */
#include <math.h>

#include "flow.h"

#define TCP 6
#define SEGMENT_MAX 1460

/* Steps.  Rounds go from REQUEST to ACK and back until the flow's time is over. */
enum { OPEN, OPEN_REPLY, OPEN_ACK, REQUEST, REPLY, REPLY_ACK, FIN, FIN_ACK, FIN2, FIN2_ACK };

uint64_t
flow_draw(struct flow *flow, uint64_t seed)
{
	/* A counter put through a mixer: no state beside the count (splitmix64). */
	uint64_t z = seed + (flow->number + 1) * UINT64_C(0xd1342543de82ef95) +
		     (uint64_t)(++flow->draws) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static double
draw_unit(struct flow *flow, uint64_t seed)
{
	return (double)(flow_draw(flow, seed) >> 11) * 0x1.0p-53;
}

static int64_t
draw_time(struct flow *flow, uint64_t seed, int64_t mean_ns, bool fixed)
{
	if (fixed || mean_ns <= 0)
		return mean_ns;
	return (int64_t)(-(double)mean_ns * log(1.0 - draw_unit(flow, seed)));
}

/* About `mean`, between half and one and a half times. */
static uint32_t
draw_bytes(struct flow *flow, uint64_t seed, uint32_t mean)
{
	return mean == 0 ? 0 : mean / 2 + (uint32_t)(flow_draw(flow, seed) % ((uint64_t)mean + 1));
}

void
flow_begin(struct flow *flow, const struct flow_class *kind, uint64_t seed, uint64_t number,
    int64_t now_ns)
{
	double end;

	*flow = (struct flow){.number = number, .step = OPEN};
	flow->seq[0] = (uint32_t)(flow_draw(flow, seed) >> 32);
	flow->seq[1] = (uint32_t)(flow_draw(flow, seed) >> 32);
	flow->end_ns = now_ns + draw_time(flow, seed, kind->lifetime_ns, kind->lifetime_fixed);
	flow->unanswered = draw_unit(flow, seed) < kind->unanswered;
	end = draw_unit(flow, seed);
	flow->reset = end < kind->reset;
	flow->vanish = !flow->reset && end < kind->reset + kind->vanish;
}

/* A segment of `len` bytes; acknowledges all that the other end has said. */
static void
say(struct flow *flow, const struct flow_class *kind, bool from_client, uint8_t flags, uint32_t len,
    struct flow_packet *packet)
{
	unsigned me = from_client ? 0 : 1;
	bool syn = (flags & FLOW_SYN) != 0;
	uint16_t window = kind->window;

	if (!syn && kind->wscale > 0)
		window = (uint16_t)(window >> (unsigned)kind->wscale);
	*packet = (struct flow_packet){.from_client = from_client,
	    .flags = flags,
	    .window = window,
	    .wscale = syn ? kind->wscale : (int8_t)-1,
	    .seq = flow->seq[me],
	    .ack = (flags & FLOW_ACK) != 0 ? flow->seq[1 - me] : 0,
	    .len = len};
	flow->ack[me] = packet->ack;
	flow->seq[me] += len + (syn || (flags & FLOW_FIN) != 0 ? 1 : 0);
}

/* After a round: another one, the close, or the end. */
static int64_t
after_round(struct flow *flow, const struct flow_class *kind, uint64_t seed, int64_t now_ns)
{
	int64_t gap_ns = draw_time(flow, seed, kind->gap_ns, kind->gap_fixed);

	if (now_ns + gap_ns < flow->end_ns) {
		flow->step = REQUEST;
		return gap_ns;
	}
	if (kind->proto != TCP || flow->vanish)
		return -1;
	flow->step = FIN;
	return flow->end_ns > now_ns ? flow->end_ns - now_ns : kind->rtt_ns;
}

static int64_t
next_tcp(struct flow *flow, const struct flow_class *kind, uint64_t seed, int64_t now_ns,
    struct flow_packet *packet)
{
	int64_t half_ns = kind->rtt_ns / 2;
	uint32_t bytes;

	switch (flow->step++) {
	case OPEN:
		say(flow, kind, true, FLOW_SYN, 0, packet);
		packet->first = true;
		return flow->unanswered ? -1 : half_ns;
	case OPEN_REPLY:
		say(flow, kind, false, FLOW_SYN | FLOW_ACK, 0, packet);
		return half_ns;
	case OPEN_ACK:
		say(flow, kind, true, FLOW_ACK, 0, packet);
		return half_ns / 4;
	case REQUEST:
		bytes = draw_bytes(flow, seed, kind->request_bytes);
		say(flow, kind, true, FLOW_ACK | FLOW_PUSH, bytes % (SEGMENT_MAX + 1), packet);
		return half_ns;
	case REPLY:
		bytes = draw_bytes(flow, seed, kind->reply_bytes);
		if (bytes > kind->window) /* no more than the client allows at once */
			bytes = kind->window;
		say(flow, kind, false, FLOW_ACK | FLOW_PUSH, bytes, packet);
		return half_ns;
	case REPLY_ACK:
		say(flow, kind, true, FLOW_ACK, 0, packet);
		return after_round(flow, kind, seed, now_ns);
	case FIN:
		if (flow->reset) {
			say(flow, kind, true, FLOW_RST | FLOW_ACK, 0, packet);
			return -1;
		}
		say(flow, kind, true, FLOW_FIN | FLOW_ACK, 0, packet);
		return half_ns;
	case FIN_ACK:
		say(flow, kind, false, FLOW_ACK, 0, packet);
		return half_ns / 4;
	case FIN2:
		say(flow, kind, false, FLOW_FIN | FLOW_ACK, 0, packet);
		return half_ns;
	default:
		say(flow, kind, true, FLOW_ACK, 0, packet);
		return -1;
	}
}

/* Everything else: a packet there, a packet back, a pause. */
static int64_t
next_plain(struct flow *flow, const struct flow_class *kind, uint64_t seed, int64_t now_ns,
    struct flow_packet *packet)
{
	bool reply = flow->step == OPEN_REPLY || flow->step == REPLY;
	bool first = flow->step == OPEN;

	*packet = (struct flow_packet){.from_client = !reply,
	    .first = first,
	    .wscale = -1,
	    .len = draw_bytes(flow, seed, reply ? kind->reply_bytes : kind->request_bytes)};
	if (first && flow->unanswered)
		return -1;
	if (!reply) {
		flow->step = REPLY;
		return kind->rtt_ns;
	}
	return after_round(flow, kind, seed, now_ns);
}

void
flow_next(struct flow *flow, const struct flow_class *kind, uint64_t seed, int64_t now_ns,
    struct flow_packet *packet, int64_t *wait_ns)
{
	*wait_ns = kind->proto == TCP ? next_tcp(flow, kind, seed, now_ns, packet)
				      : next_plain(flow, kind, seed, now_ns, packet);
}
