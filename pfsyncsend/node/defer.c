/*
 * defer.c - first packets held until a peer knows their state (SEM 2.10).
 *
 * SPDX-License-Identifier: ISC
 */
#include "internal.h"

/* FreeBSD 12 holds packets by bucket, OpenBSD all together. */
static struct bucket *
holder(struct fw *fw, const struct fw_state *st)
{
	return &fw->buckets[fw->traits.freebsd ? st->bucket : 0];
}

static struct held *
oldest(struct bucket *b)
{
	return &b->held[b->held_first];
}

static void
pop(struct bucket *b)
{
	b->held_first = (b->held_first + 1) % HELD_MAX;
	b->held_count--;
}

/* Ends the wait of one entry; the ring is popped as far as it is done. */
static void
let_go(struct fw *fw, struct bucket *b, struct held *held, bool tell, bool acknowledged)
{
	struct fw_state *st = table_at(&fw->table, held->index);

	st->marks &= (uint8_t) ~(MARK_DEFERRED | MARK_PLUS_ACK);
	held->index = TABLE_NONE;
	while (b->held_count > 0 && oldest(b)->index == TABLE_NONE)
		pop(b);
	if (tell && fw->callbacks.release != NULL)
		fw->callbacks.release(fw->callbacks.context, st, acknowledged);
}

static struct held *
find(struct bucket *b, uint32_t index)
{
	for (uint32_t i = 0; i < b->held_count; i++) {
		struct held *held = &b->held[(b->held_first + i) % HELD_MAX];
		if (held->index == index)
			return held;
	}
	return NULL;
}

void
fw_hold(struct fw *fw, uint32_t index)
{
	struct fw_state *st = table_at(&fw->table, index);
	struct bucket *b = holder(fw, st);
	int64_t until_ns = fw->now_ns + fw->traits.defer_ms * NS_PER_MS;

	if (b->held_count == HELD_MAX)
		let_go(fw, b, oldest(b), true, false);
	st->marks |= MARK_DEFERRED;
	b->held[(b->held_first + b->held_count) % HELD_MAX].index = index;
	fw_arm(fw, &b->held[(b->held_first + b->held_count) % HELD_MAX].until_ns, until_ns);
	b->held_count++;
}

static void
end_hold(struct fw *fw, uint32_t index, bool tell, bool acknowledged)
{
	const struct fw_state *st = table_at(&fw->table, index);
	struct bucket *b;
	struct held *held;

	if ((st->marks & MARK_DEFERRED) == 0)
		return;
	b = holder(fw, st);
	held = find(b, index);
	if (held != NULL)
		let_go(fw, b, held, tell, acknowledged);
}

void
fw_release(struct fw *fw, uint32_t index, bool acknowledged)
{
	end_hold(fw, index, true, acknowledged);
}

void
fw_hold_forget(struct fw *fw, uint32_t index)
{
	end_hold(fw, index, false, false);
}

int64_t
fw_hold_deadline(const struct fw *fw)
{
	int64_t at = NEVER;

	for (uint32_t i = 0; i < fw->bucket_count; i++) {
		const struct bucket *b = &fw->buckets[i];
		if (b->held_count > 0 && b->held[b->held_first].until_ns < at)
			at = b->held[b->held_first].until_ns;
	}
	return at;
}

void
fw_hold_run(struct fw *fw)
{
	for (uint32_t i = 0; i < fw->bucket_count; i++) {
		struct bucket *b = &fw->buckets[i];
		while (b->held_count > 0 && oldest(b)->until_ns <= fw->now_ns)
			let_go(fw, b, oldest(b), true, false);
	}
}
