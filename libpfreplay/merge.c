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
src_further(const struct merge_input *in)
{
	uint8_t local = in->local_src->state, other = in->in_src->state;

	return local > other && (local < PFSYNC_TCPS_PROXY_SRC || other >= PFSYNC_TCPS_PROXY_SRC);
}

static bool
dst_further(const struct merge_input *in)
{
	return in->local_dst->state > in->in_dst->state;
}

/* The number of the test that rejects, 0 = none. */
static unsigned
judge_a(const struct merge_input *in)
{
	bool compressed = in->compressed && in->era == MERGE_A_V4;

	if (!in->tcp) {
		if (in->local_src->state > in->in_src->state)
			return 5;
		return dst_further(in) ? 6 : 0;
	}
	if (src_further(in))
		return 1;
	if (compressed && dst_further(in))
		return 2;
	if (seq_gt(in->local_src->seqlo, in->in_src->seqlo))
		return 3;
	if (!compressed && dst_further(in))
		return 7;
	if (in->local_dst->state >= PFSYNC_TCPS_SYN_SENT &&
	    seq_gt(in->local_dst->seqlo, in->in_dst->seqlo))
		return 4;
	return 0;
}

static unsigned
merge_a(const struct merge_input *in)
{
	unsigned code = judge_a(in);

	if (code == 0)
		return MERGE_TAKE_BOTH | MERGE_REFRESH;
	/* code 7 is partial */
	return code << 8 | MERGE_STALE | (code == 7 ? MERGE_TAKE_SRC : 0);
}

static bool
dst_older(const struct merge_input *in)
{
	/* Era B compares sequence numbers of unequal states too. */
	bool comparable = in->era == MERGE_B ? in->local_dst->state >= PFSYNC_TCPS_SYN_SENT
					     : in->local_dst->state == in->in_dst->state;

	return dst_further(in) ||
	       (in->tcp && comparable && seq_gt(in->local_dst->seqlo, in->in_dst->seqlo));
}

static bool
src_older(const struct merge_input *in)
{
	if (!in->tcp)
		return in->local_src->state > in->in_src->state;
	return src_further(in) || (in->local_src->state == in->in_src->state &&
				      seq_gt(in->local_src->seqlo, in->in_src->seqlo));
}

static unsigned
merge_b_or_c(const struct merge_input *in)
{
	bool src_stale = src_older(in), dst_stale = dst_older(in);

	if (!src_stale && !dst_stale)
		return MERGE_TAKE_BOTH | MERGE_REFRESH;
	if (src_stale && dst_stale)
		return MERGE_STALE;
	if (src_stale)
		return MERGE_STALE | MERGE_REFRESH | MERGE_TAKE_DST;
	/* The unconditional second copy of the destination peer. */
	if (in->era == MERGE_B)
		return MERGE_STALE | MERGE_REFRESH | MERGE_TAKE_BOTH | MERGE_ROLLED_BACK;
	return MERGE_STALE | MERGE_REFRESH | MERGE_TAKE_SRC;
}

unsigned
merge_judge(const struct merge_input *in)
{
	switch (in->era) {
	case MERGE_A_V4:
	case MERGE_A_V5:
		return merge_a(in);
	case MERGE_B:
	case MERGE_C:
		return merge_b_or_c(in);
	case MERGE_NO_TEST:
		break;
	}
	return MERGE_TAKE_BOTH | MERGE_REFRESH;
}
