/*
 * bulk_out.c - telling a peer all states (SEM 3.6).
 *
 * SPDX-License-Identifier: ISC
 *
 * The kernels' orders (list of last update, id hash, state list) are all
 * arbitrary to a receiver; here it is the table's.
 */
#include "internal.h"

#define PAUSE_S 1
#define V6B_PACE_MS 20
#define SUBHEADER_BYTES 4

static void
tell(struct fw *fw, enum fw_bulk_step step, uint64_t number)
{
	if (fw->callbacks.bulk != NULL)
		fw->callbacks.bulk(fw->callbacks.context, step, number);
}

static uint32_t
endtime_s(const struct fw *fw)
{
	/* Never asked before: the kernel's variable is still 0, so this is the uptime. */
	int64_t since = fw->bulk_out.asked_s == INT64_MIN ? fw->base_s : fw->bulk_out.asked_s;

	return (uint32_t)(fw->now_s - since);
}

static void
send_status(struct fw *fw, unsigned status)
{
	/* V2 .. V4 are silent while they are not in sync themselves. */
	if (fw->traits.bulk == FW_BULK_OLD && !fw_sync_ok(fw))
		return;
	fw_export_bus(fw, status, status == PFSYNC_BUS_END ? endtime_s(fw) : 0, &fw->scratch);
	switch (fw->traits.bulk) {
	case FW_BULK_OLD:
		fw_plain_one(fw, &fw->scratch, FW_FLUSH_BULK);
		break;
	case FW_BULK_V6B:
		fw_send_one(fw, &fw->scratch, FW_FLUSH_BULK);
		break;
	default:
		fw_queue_plus(fw, &fw->scratch, FW_FLUSH_BULK);
		break;
	}
}

static void
finish(struct fw *fw)
{
	fw->bulk_out.active = false;
	fw->bulk_out.timer_ns = NEVER;
	tell(fw, FW_BULK_SENT, fw->bulk_out.sent);
}

/* Does this state belong into the answer? */
static bool
wanted(const struct fw *fw, const struct fw_state *st)
{
	if ((st->marks & MARK_LIVE) == 0)
		return false;
	if (fw->traits.bulk == FW_BULK_V6B)
		return true; /* even no-sync ones leak (SEM 3.6) */
	if ((st->marks & MARK_NO_SYNC) != 0 || st->queue != FW_Q_NONE)
		return false;
	if (!fw->traits.sections && (st->marks & MARK_FROM_SYNC) != 0)
		return false;
	return st->pfsync_s <= fw_rel_s(fw, fw->bulk_out.asked_s);
}

/* Next state of the round, TABLE_NONE when it is complete. */
static uint32_t
next_state(struct fw *fw)
{
	struct bulk_out *bulk = &fw->bulk_out;

	while (bulk->left > 0 && fw->table.high > 0) {
		uint32_t index = bulk->position;
		if (index >= fw->table.high)
			index = 0;
		bulk->position = index + 1;
		bulk->left--;
		if (wanted(fw, table_at(&fw->table, index)))
			return index;
	}
	return TABLE_NONE;
}

static void
round_trip(struct fw *fw, bool from_start)
{
	if (from_start)
		fw->bulk_out.position = 0;
	fw->bulk_out.left = fw->table.high;
	fw->bulk_out.active = true;
}

/* V6b builds its packets itself: [START] UPD ... [END]. */
static void
v6b_packet(struct fw *fw, bool first)
{
	struct pfsync_builder builder;
	const size_t each = fw->record_bytes[PFSYNC_ACT_UPD];
	const size_t status = fw->record_bytes[PFSYNC_ACT_BUS] + SUBHEADER_BYTES;
	size_t used = fw_min_packet(fw) + SUBHEADER_BYTES;
	uint32_t messages = 0;
	uint32_t index = TABLE_NONE;
	int len;

	pfsync_build_begin(&builder, fw->dialect, fw->config.cksum, fw->packet, PACKET_MAX);
	if (first) {
		fw_export_bus(fw, PFSYNC_BUS_START, 0, &fw->scratch);
		pfsync_build_add(&builder, &fw->scratch);
		used += status;
		messages++;
	}
	while (used + each <= fw->config.mtu && (index = next_state(fw)) != TABLE_NONE) {
		fw_export_full(fw, table_at(&fw->table, index), PFSYNC_ACT_UPD, &fw->scratch);
		pfsync_build_add(&builder, &fw->scratch);
		used += each;
		messages++;
		fw->bulk_out.sent++;
	}
	if (fw->bulk_out.left == 0 && used + status <= fw->config.mtu) {
		fw_export_bus(fw, PFSYNC_BUS_END, 0, &fw->scratch);
		pfsync_build_add(&builder, &fw->scratch);
		messages++;
		fw->bulk_out.active = false;
	}
	len = pfsync_build_end(&builder);
	if (len > 0 && messages > 0)
		fw_output(fw, (size_t)len, NULL, 0, FW_FLUSH_BULK, messages);
}

static void
v6b_step(struct fw *fw, bool first)
{
	v6b_packet(fw, first);
	if (fw->bulk_out.active) {
		fw_arm(fw, &fw->bulk_out.timer_ns, fw->now_ns + V6B_PACE_MS * NS_PER_MS);
		return;
	}
	finish(fw);
	if (fw->bulk_out.again) {
		fw->bulk_out.again = false;
		fw_bulk_asked(fw);
	}
}

/* One packet's worth; true when the round is complete. */
static bool
batch(struct fw *fw)
{
	const uint32_t max = fw->traits.sections ? fw_states_per_packet(fw) : fw->plain.max;
	uint32_t count = 0;

	while (count < max) {
		uint32_t index = next_state(fw);
		if (index == TABLE_NONE)
			return true;
		fw_sync_answer(fw, index);
		fw->bulk_out.sent++;
		count++;
	}
	/* FreeBSD resumes at the state it sent last, so that goes twice. */
	if (fw->traits.bulk == FW_BULK_F10 && max > 1 && fw->bulk_out.left > 0) {
		fw->bulk_out.position--;
		fw->bulk_out.left++;
	}
	return false;
}

static void
step(struct fw *fw)
{
	bool complete;

	if (fw->traits.bulk == FW_BULK_V6B) {
		v6b_step(fw, false);
		return;
	}
	complete = batch(fw);
	fw_end(fw);
	if (!fw->traits.sections)
		fw_plain_send(fw, FW_FLUSH_BULK);
	if (complete) {
		send_status(fw, PFSYNC_BUS_END);
		finish(fw);
		return;
	}
	/* FreeBSD 5 arms another timer than it should: no more packets, no END. */
	if (fw->config.family == FW_V2A && fw->freebsd) {
		fw_bulk_out_stop(fw);
		return;
	}
	fw_arm(fw, &fw->bulk_out.timer_ns, fw->now_ns + fw_tick_ns(fw));
}

void
fw_bulk_asked(struct fw *fw)
{
	struct bulk_out *bulk = &fw->bulk_out;
	const bool busy = bulk->active;

	if (busy && fw->traits.bulk == FW_BULK_V6B) {
		bulk->again = true;
		return;
	}
	if (!busy)
		bulk->sent = 0;
	if (fw->table.live == 0 &&
	    (fw->traits.bulk == FW_BULK_V5O || fw->traits.bulk == FW_BULK_V6B)) {
		/* END alone, its time counted from an older request or none (SEM 2.9). */
		send_status(fw, PFSYNC_BUS_END);
		finish(fw);
		return;
	}
	bulk->asked_s = fw->now_s;
	tell(fw, FW_BULK_SENDING, 0);
	switch (fw->traits.bulk) {
	case FW_BULK_OLD:
		round_trip(fw, fw->config.family == FW_V2A);
		send_status(fw, PFSYNC_BUS_START);
		fw_arm(fw, &bulk->timer_ns, fw->now_ns + PAUSE_S * NS_PER_S);
		break;
	case FW_BULK_V5O:
		round_trip(fw, false);
		send_status(fw, PFSYNC_BUS_START);
		step(fw);
		break;
	case FW_BULK_F10:
		round_trip(fw, true);
		send_status(fw, PFSYNC_BUS_START);
		fw_arm(fw, &bulk->timer_ns, fw->now_ns + fw_tick_ns(fw));
		break;
	case FW_BULK_V6B:
		round_trip(fw, true);
		v6b_step(fw, true);
		break;
	}
}

void
fw_bulk_out_timer(struct fw *fw)
{
	fw->bulk_out.timer_ns = NEVER;
	if (fw->bulk_out.active)
		step(fw);
}

void
fw_bulk_out_stop(struct fw *fw)
{
	fw->bulk_out.active = fw->bulk_out.again = false;
	fw->bulk_out.timer_ns = NEVER;
}
