/*
 * tcp.c - how pf follows a TCP connection (SEM 5.1, 5.3).
 *
 * SPDX-License-Identifier: ISC
 */
#include "internal.h"

/* The margin of the window tests: 65535 + 1500 (SEM 5.3). */
#define MARGIN 67035

static bool
geq(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) >= 0;
}

static uint32_t
at_least_one(uint32_t value)
{
	return value == 0 ? 1 : value;
}

/* The window of a SYN is never scaled: kept as if it had been. */
static uint16_t
unscaled(uint32_t win, uint8_t wscale)
{
	const unsigned shift = wscale & PFSYNC_WSCALE_MASK;

	return (uint16_t)((win + (1U << shift) - 1) >> shift);
}

void
fw_tcp_first(struct fw_state *st, const struct fw_flow *flow)
{
	st->src.seqlo = flow->seq;
	st->src.seqhi = flow->seq + flow->len_bytes + 2; /* the SYN, and one */
	st->src.seqdiff = flow->seqdiff;
	st->src.wscale = flow->wscale;
	st->src.max_win = unscaled(flow->win == 0 ? 1 : flow->win, flow->wscale);
	st->src.mss = flow->mss;
	st->src.state = PFSYNC_TCPS_SYN_SENT;
	st->dst.seqhi = 1;
	st->dst.max_win = 1;
	st->dst.state = PFSYNC_TCPS_CLOSED;
	st->timeout = 0; /* tcp.first */
}

struct windows {
	uint32_t seq, ack, end;
	uint32_t win;
	unsigned sws, dws; /* shifts in force */
};

static void
first_from_here(
    struct fw_peer *src, struct fw_peer *dst, const struct fw_segment *segment, struct windows *w)
{
	src->seqlo = segment->seq;
	if ((segment->flags & FW_SEG_SYN) != 0) {
		src->mss = segment->mss;
		if ((dst->wscale & PFSYNC_WSCALE_FLAG) != 0) {
			if ((segment->wscale & PFSYNC_WSCALE_FLAG) != 0) {
				src->wscale = segment->wscale;
				w->sws = src->wscale & PFSYNC_WSCALE_MASK;
				w->dws = dst->wscale & PFSYNC_WSCALE_MASK;
				w->win = unscaled(w->win, src->wscale);
			} else {
				/* No scaling after all. */
				dst->max_win = (uint16_t)((uint32_t)dst->max_win
							  << (dst->wscale & PFSYNC_WSCALE_MASK));
				dst->wscale = 0;
			}
		}
	}
	if (src->state < PFSYNC_TCPS_SYN_SENT)
		src->state = PFSYNC_TCPS_SYN_SENT;
	if (src->seqhi == 1 ||
	    geq(w->end + at_least_one((uint32_t)dst->max_win << w->dws), src->seqhi))
		src->seqhi = w->end + at_least_one((uint32_t)dst->max_win << w->dws);
	if (w->win > src->max_win)
		src->max_win = (uint16_t)w->win;
}

static bool
inside(const struct fw_peer *src, const struct fw_peer *dst, const struct windows *w)
{
	const int64_t skew = (int32_t)(dst->seqlo - w->ack);

	return geq(src->seqhi, w->end) &&
	       geq(w->seq, src->seqlo - ((uint32_t)dst->max_win << w->dws)) && skew >= -MARGIN &&
	       skew <= (int64_t)MARGIN << w->sws;
}

/* Connections picked up or nearly over are not held to the exact window. */
static bool
near_enough(const struct fw_peer *src, const struct fw_peer *dst, const struct windows *w)
{
	return (dst->state < PFSYNC_TCPS_SYN_SENT || dst->state >= PFSYNC_TCPS_FIN_WAIT_2 ||
		   src->state >= PFSYNC_TCPS_FIN_WAIT_2) &&
	       geq(src->seqhi + MARGIN, w->end) && geq(w->seq, src->seqlo - MARGIN);
}

static void
slide(struct fw_peer *src, struct fw_peer *dst, const struct windows *w)
{
	const uint32_t right = w->ack + at_least_one(w->win << w->sws);

	if (w->win > src->max_win)
		src->max_win = (uint16_t)w->win;
	if (fw_seq_gt(w->end, src->seqlo))
		src->seqlo = w->end;
	if (geq(right, dst->seqhi))
		dst->seqhi = right;
}

static uint8_t
class_of(const struct fw_state *st)
{
	const uint8_t a = st->src.state;
	const uint8_t b = st->dst.state;

	if (a >= PFSYNC_TCPS_FIN_WAIT_2 && b >= PFSYNC_TCPS_FIN_WAIT_2)
		return 5; /* tcp.closed */
	if (a >= PFSYNC_TCPS_CLOSING && b >= PFSYNC_TCPS_CLOSING)
		return 4; /* tcp.finwait */
	if (a < PFSYNC_TCPS_ESTABLISHED || b < PFSYNC_TCPS_ESTABLISHED)
		return 1; /* tcp.opening */
	if (a >= PFSYNC_TCPS_CLOSING || b >= PFSYNC_TCPS_CLOSING)
		return 3; /* tcp.closing */
	return 2;         /* tcp.established */
}

static void
advance(struct fw_peer *src, struct fw_peer *dst, uint8_t flags)
{
	if ((flags & FW_SEG_SYN) != 0 && src->state < PFSYNC_TCPS_SYN_SENT)
		src->state = PFSYNC_TCPS_SYN_SENT;
	if ((flags & FW_SEG_FIN) != 0 && src->state < PFSYNC_TCPS_CLOSING)
		src->state = PFSYNC_TCPS_CLOSING;
	if ((flags & FW_SEG_ACK) != 0) {
		if (dst->state == PFSYNC_TCPS_SYN_SENT)
			dst->state = PFSYNC_TCPS_ESTABLISHED;
		else if (dst->state == PFSYNC_TCPS_CLOSING)
			dst->state = PFSYNC_TCPS_FIN_WAIT_2;
	}
	if ((flags & FW_SEG_RST) != 0)
		src->state = dst->state = PFSYNC_TCPS_TIME_WAIT;
}

bool
fw_tcp_segment(struct fw_state *st, const struct fw_segment *segment)
{
	struct fw_peer *src = segment->from_dst ? &st->dst : &st->src;
	struct fw_peer *dst = segment->from_dst ? &st->src : &st->dst;
	const struct fw_peer before_src = *src;
	const struct fw_peer before_dst = *dst;
	struct windows w = {.seq = segment->seq, .ack = segment->ack, .win = segment->win};

	if (src->wscale != 0 && dst->wscale != 0 && (segment->flags & FW_SEG_SYN) == 0) {
		w.sws = src->wscale & PFSYNC_WSCALE_MASK;
		w.dws = dst->wscale & PFSYNC_WSCALE_MASK;
	}
	w.end = segment->seq + segment->len_bytes + ((segment->flags & FW_SEG_SYN) != 0) +
		((segment->flags & FW_SEG_FIN) != 0);
	if (src->seqlo == 0)
		first_from_here(src, dst, segment, &w);
	if ((segment->flags & FW_SEG_ACK) == 0)
		w.ack = dst->seqlo;
	if (w.seq == w.end)
		w.seq = w.end = src->seqlo; /* nothing in it that could be outside */
	if (!inside(src, dst, &w) && !near_enough(src, dst, &w)) {
		*src = before_src;
		*dst = before_dst;
		return false;
	}
	slide(src, dst, &w);
	advance(src, dst, segment->flags);
	st->timeout = class_of(st);
	return true;
}
