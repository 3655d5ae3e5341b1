/*
 * merge.c - an update meets a known state (SEM 2.5).
 *
 * SPDX-License-Identifier: ISC
 */
#include "internal.h"

#define PROTO_TCP 6

/* A peer behind the SYN proxy goes down in number when it becomes real. */
static bool
src_ahead(uint8_t local, uint8_t in)
{
	return local > in && (local < PFSYNC_TCPS_PROXY_SRC || in >= PFSYNC_TCPS_PROXY_SRC);
}

static void
take_clock(const struct fw *fw, struct fw_state *st, const struct pfsync_message *message)
{
	const int64_t now = fw_rel_s(fw, fw->now_s);
	int64_t expire = now;

	if (!fw->traits.expire_remaining)
		expire += message->u.state.expire_s;
	st->expire_s = expire > INT32_MAX ? INT32_MAX : (int32_t)expire;
	if (pfsync_has(message, PFSYNC_F_TIMEOUT))
		st->timeout = message->u.state.timeout;
}

static void
take_both(const struct fw *fw, struct fw_state *st, const struct pfsync_message *message)
{
	fw_peer_in(&st->src, &message->u.state.src);
	fw_peer_in(&st->dst, &message->u.state.dst);
	take_clock(fw, st, message);
}

/* Era A: the code of the first test that fails, 0 if none does. */
static int
era_a_code(const struct fw *fw, const struct fw_state *st, const struct pfsync_message *message)
{
	const struct pfsync_peer *src = &message->u.state.src;
	const struct pfsync_peer *dst = &message->u.state.dst;
	const bool old_c = !fw->traits.sections && message->action == PFSYNC_ACT_UPD_C;

	if (st->proto != PROTO_TCP)
		return st->src.state > src->state ? 5 : st->dst.state > dst->state ? 6 : 0;
	if (src_ahead(st->src.state, src->state))
		return 1;
	if (old_c && st->dst.state > dst->state)
		return 2;
	if (fw_seq_gt(st->src.seqlo, src->seqlo))
		return 3;
	if (st->dst.state > dst->state)
		return 7;
	if (st->dst.state >= PFSYNC_TCPS_SYN_SENT && fw_seq_gt(st->dst.seqlo, dst->seqlo))
		return 4;
	return 0;
}

static struct merged
merge_era_a(const struct fw *fw, struct fw_state *st, const struct pfsync_message *message)
{
	struct merged result = {.number = era_a_code(fw, st, message)};

	switch (result.number) {
	case 0:
		take_both(fw, st, message);
		if (fw->traits.sections)
			st->pfsync_s = fw_rel_s(fw, fw->now_s);
		result.outcome = FW_OUT_MERGED;
		result.changed = true;
		break;
	case 7:
		fw_peer_in(&st->src, &message->u.state.src);
		result.outcome = FW_OUT_MERGED_SRC;
		result.changed = result.stale = true;
		break;
	default:
		result.outcome = FW_OUT_STALE;
		result.stale = true;
		break;
	}
	return result;
}

static bool
src_stale(const struct fw_state *st, const struct pfsync_peer *in)
{
	if (st->proto != PROTO_TCP)
		return st->src.state > in->state;
	return src_ahead(st->src.state, in->state) ||
	       (st->src.state == in->state && fw_seq_gt(st->src.seqlo, in->seqlo));
}

static bool
dst_stale(const struct fw_state *st, const struct pfsync_peer *in, enum fw_era era)
{
	if (st->dst.state > in->state)
		return true;
	if (st->proto != PROTO_TCP || !fw_seq_gt(st->dst.seqlo, in->seqlo))
		return false;
	return era == FW_ERA_B ? st->dst.state >= PFSYNC_TCPS_SYN_SENT : st->dst.state == in->state;
}

static struct merged
merge_per_peer(const struct fw *fw, struct fw_state *st, const struct pfsync_message *message)
{
	const struct pfsync_state *in = &message->u.state;
	const bool old_src = src_stale(st, &in->src);
	const bool old_dst = dst_stale(st, &in->dst, fw->traits.era);
	struct merged result = {.stale = old_src || old_dst};

	st->pfsync_s = fw_rel_s(fw, fw->now_s);
	if (old_src && old_dst) {
		result.outcome = FW_OUT_STALE;
		return result;
	}
	result.changed = true;
	if (!old_src)
		fw_peer_in(&st->src, &in->src);
	if (!old_dst) {
		fw_peer_in(&st->dst, &in->dst);
		result.outcome = old_src ? FW_OUT_MERGED_DST : FW_OUT_MERGED;
	} else if (fw->traits.era == FW_ERA_B) {
		/* The second, unconditional copy (opnsense/src 327). */
		result.number = (int32_t)(st->dst.seqlo - in->dst.seqlo);
		fw_peer_in(&st->dst, &in->dst);
		result.outcome = FW_OUT_ROLLED_BACK;
	} else {
		result.outcome = FW_OUT_MERGED_SRC;
	}
	take_clock(fw, st, message);
	return result;
}

struct merged
fw_merge(struct fw *fw, struct fw_state *st, const struct pfsync_message *message)
{
	switch (fw->traits.era) {
	case FW_ERA_LAST_WRITER:
		take_both(fw, st, message);
		return (struct merged){.outcome = FW_OUT_MERGED, .changed = true};
	case FW_ERA_A:
		return merge_era_a(fw, st, message);
	default:
		return merge_per_peer(fw, st, message);
	}
}
