/*
 * merge.c - what a receiver does with an update (see merge.h; SEM 2.5).
 *
 * SPDX-License-Identifier: ISC
 */
#include "merge.h"

/* (int32)(a - b) > 0 without leaving unsigned arithmetic (SEM 5.3). */
static bool
seq_gt(uint32_t a, uint32_t b)
{
	uint32_t d = a - b;

	return d != 0 && d < UINT32_C(0x80000000);
}

/*
 * Is what we have further along?  A synproxy state counts down when the
 * handshake is over, so a lower number after PROXY_* is newer.
 */
static bool
src_further(const struct pfsync_peer *local, const struct pfsync_peer *in)
{
	return local->state > in->state &&
	       (local->state < PFSYNC_TCPS_PROXY_SRC || in->state >= PFSYNC_TCPS_PROXY_SRC);
}

/* The two ends that are held and the two that arrive. */
struct ends {
	const struct pfsync_peer *local_src;
	const struct pfsync_peer *local_dst;
	const struct pfsync_peer *in_src;
	const struct pfsync_peer *in_dst;
};

/* The number of the test that rejects a TCP state, 0 = none. */
static unsigned
code_tcp(const struct ends *e, bool dst_first)
{
	bool dst_further = e->local_dst->state > e->in_dst->state;

	if (src_further(e->local_src, e->in_src))
		return 1;
	if (dst_first && dst_further)
		return 2;
	if (seq_gt(e->local_src->seqlo, e->in_src->seqlo))
		return 3;
	if (dst_further)
		return 7;
	if (e->local_dst->state >= PFSYNC_TCPS_SYN_SENT &&
	    seq_gt(e->local_dst->seqlo, e->in_dst->seqlo))
		return 4;
	return 0;
}

static unsigned
merge_a(const struct ends *e, unsigned how, bool dst_first)
{
	unsigned code = 0;

	if ((how & MERGE_TCP) != 0)
		code = code_tcp(e, dst_first);
	else if (e->local_src->state > e->in_src->state)
		code = 5;
	else if (e->local_dst->state > e->in_dst->state)
		code = 6;
	if (code == 0)
		return MERGE_TAKE_BOTH | MERGE_REFRESH;
	/* code 7 is partial */
	return code << 8 | MERGE_STALE | (code == 7 ? MERGE_TAKE_SRC : 0);
}

static bool
src_older(const struct ends *e, unsigned how)
{
	if ((how & MERGE_TCP) == 0)
		return e->local_src->state > e->in_src->state;
	if (e->local_src->state == e->in_src->state)
		return seq_gt(e->local_src->seqlo, e->in_src->seqlo);
	return src_further(e->local_src, e->in_src);
}

static bool
dst_older(const struct ends *e, unsigned how, bool era_b)
{
	/* Era B compares sequence numbers of unequal states too. */
	bool comparable = era_b ? e->local_dst->state >= PFSYNC_TCPS_SYN_SENT
				: e->local_dst->state == e->in_dst->state;

	return e->local_dst->state > e->in_dst->state ||
	       ((how & MERGE_TCP) != 0 && comparable &&
		   seq_gt(e->local_dst->seqlo, e->in_dst->seqlo));
}

static unsigned
merge_b_or_c(const struct ends *e, unsigned how, bool era_b)
{
	bool src_stale = src_older(e, how), dst_stale = dst_older(e, how, era_b);

	if (!src_stale && !dst_stale)
		return MERGE_TAKE_BOTH | MERGE_REFRESH;
	if (src_stale && dst_stale)
		return MERGE_STALE;
	if (src_stale)
		return MERGE_STALE | MERGE_REFRESH | MERGE_TAKE_DST;
	/* The unconditional second copy of the destination peer. */
	if (era_b)
		return MERGE_STALE | MERGE_REFRESH | MERGE_TAKE_BOTH | MERGE_ROLLED_BACK;
	return MERGE_STALE | MERGE_REFRESH | MERGE_TAKE_SRC;
}

unsigned
merge_judge(enum merge_era era, unsigned how, const struct pfsync_peer *local_src,
    const struct pfsync_peer *local_dst, const struct pfsync_peer *in_src,
    const struct pfsync_peer *in_dst)
{
	const struct ends ends = {local_src, local_dst, in_src, in_dst};

	switch (era) {
	case MERGE_A_V4:
		return merge_a(&ends, how, (how & MERGE_COMPRESSED) != 0);
	case MERGE_A_V5:
		return merge_a(&ends, how, false);
	case MERGE_B:
	case MERGE_C:
		return merge_b_or_c(&ends, how, era == MERGE_B);
	case MERGE_NO_TEST:
		break;
	}
	return MERGE_TAKE_BOTH | MERGE_REFRESH;
}
