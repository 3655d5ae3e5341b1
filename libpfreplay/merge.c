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
static uint8_t
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

static struct merge_result
merge_a(const struct merge_input *in)
{
	struct merge_result result = {.code = judge_a(in)};

	result.stale = result.code != 0;
	result.take_src = result.code == 0 || result.code == 7;
	result.take_dst = result.code == 0;
	result.refresh = result.code == 0;
	return result;
}

static struct merge_result
merge_b_or_c(const struct merge_input *in)
{
	struct merge_result result = {0};
	bool src_stale, dst_stale, dst_seq;

	if (in->tcp) {
		src_stale = src_further(in) || (in->local_src->state == in->in_src->state &&
						   seq_gt(in->local_src->seqlo, in->in_src->seqlo));
		/* Era B compares sequence numbers of unequal states too. */
		dst_seq = in->era == MERGE_B ? in->local_dst->state >= PFSYNC_TCPS_SYN_SENT
					     : in->local_dst->state == in->in_dst->state;
		dst_stale =
		    dst_further(in) || (dst_seq && seq_gt(in->local_dst->seqlo, in->in_dst->seqlo));
	} else {
		src_stale = in->local_src->state > in->in_src->state;
		dst_stale = dst_further(in);
	}
	result.stale = src_stale || dst_stale;
	result.refresh = !(src_stale && dst_stale);
	result.take_src = !src_stale;
	result.take_dst = !dst_stale;
	if (in->era == MERGE_B && dst_stale && !src_stale) {
		/* The unconditional second copy of the destination peer. */
		result.take_dst = true;
		result.rolled_back = true;
	}
	return result;
}

struct merge_result
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
	return (struct merge_result){.take_src = true, .take_dst = true, .refresh = true};
}
