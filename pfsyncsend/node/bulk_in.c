/*
 * bulk_in.c - asking for all states, and waiting for the end (SEM 2.9, 3.6).
 *
 * SPDX-License-Identifier: ISC
 */
#include "internal.h"

#define LINK_WAIT_S 30
#define BULK_EXTRA_S 4

static void
tell(struct fw *fw, enum fw_bulk_step step, uint64_t number)
{
	if (fw->callbacks.bulk != NULL)
		fw->callbacks.bulk(fw->callbacks.context, step, number);
}

/* FreeBSD 15 reckons with its largest record, whatever version it sends (SEM 2.9). */
#define F15_OVERHEAD_BYTES 64
#define F15_RECORD_BYTES 360

static int64_t
limit_ticks_ns(const struct fw *fw)
{
	uint32_t each = fw_states_per_packet(fw);

	if (fw->config.family == FW_V5F15)
		each = fw->config.mtu >= F15_OVERHEAD_BYTES + F15_RECORD_BYTES
			   ? (uint32_t)(fw->config.mtu - F15_OVERHEAD_BYTES) / F15_RECORD_BYTES
			   : 1;
	return (int64_t)(fw->config.state_limit / each) * fw_tick_ns(fw);
}

bool
fw_sync_ok(const struct fw *fw)
{
	return fw->bulk_in.phase == BULK_IDLE;
}

bool
fw_bulk_waiting(const struct fw *fw)
{
	return fw->bulk_in.phase != BULK_IDLE;
}

/* Sends the request; the wait for an answer begins. */
static void
ask(struct fw *fw)
{
	struct bulk_in *bulk = &fw->bulk_in;
	int64_t wait_ns = fw->traits.retry_s * NS_PER_S;

	bulk->tries++;
	bulk->phase = BULK_SENT;
	bulk->asked_s = fw->now_s;
	if (bulk->tries == 1) {
		wait_ns = fw->traits.first_wait_s * NS_PER_S;
		if (fw->traits.bulk == FW_BULK_V5O && !fw->traits.freebsd)
			wait_ns += limit_ticks_ns(fw);
	}
	fw_arm(fw, &bulk->timer_ns, fw->now_ns + wait_ns);
	fw_sync_request(fw, 0, 0);
	/* The first one leaves at once everywhere; a repeated one of FreeBSD 10 is
	 * only queued (confirmed on 10.1). */
	if (fw->traits.sections && !fw->traits.request_alone && bulk->tries == 1)
		fw_bucket_push(fw, 0, FW_FLUSH_REQUEST);
	tell(fw, FW_BULK_ASKED, bulk->tries);
}

void
fw_bulk_ask(struct fw *fw, bool initial)
{
	struct bulk_in *bulk = &fw->bulk_in;

	bulk->tries = 0;
	bulk->initial = initial || (bulk->initial && bulk->phase != BULK_IDLE);
	fw_demote_bulk(fw, true);
	if (fw->traits.bulk == FW_BULK_V6B && !fw->link) {
		bulk->phase = BULK_WAIT;
		fw_arm(fw, &bulk->timer_ns, fw->now_ns + LINK_WAIT_S * NS_PER_S);
		return;
	}
	ask(fw);
}

static void
done(struct fw *fw, enum fw_bulk_step step)
{
	const unsigned tries = fw->bulk_in.tries;

	fw->bulk_in.phase = BULK_IDLE;
	fw->bulk_in.timer_ns = NEVER;
	fw_demote_bulk(fw, false);
	fw->bulk_in.initial = false;
	tell(fw, step, tries);
}

void
fw_bulk_stop(struct fw *fw)
{
	if (fw->bulk_in.phase == BULK_IDLE)
		return;
	fw->bulk_in.phase = BULK_IDLE;
	fw->bulk_in.timer_ns = NEVER;
	fw_demote_bulk(fw, false);
}

void
fw_bulk_in_timer(struct fw *fw)
{
	fw->bulk_in.timer_ns = NEVER;
	if (fw->bulk_in.phase == BULK_IDLE)
		return;
	if (fw->bulk_in.tries < BULK_TRIES)
		ask(fw);
	else
		done(fw, FW_BULK_GAVE_UP);
}

static enum fw_outcome
started(struct fw *fw)
{
	struct bulk_in *bulk = &fw->bulk_in;
	int64_t wait_ns = limit_ticks_ns(fw);
	int64_t seconds;

	switch (fw->traits.bulk) {
	case FW_BULK_OLD:
		break;
	case FW_BULK_V6B:
		if (bulk->phase == BULK_RUNNING)
			return FW_OUT_IGNORED;
		seconds = fw->config.state_limit / fw_states_per_packet(fw) / 50;
		wait_ns = BULK_EXTRA_S * (seconds > 1 ? seconds : 1) * NS_PER_S;
		break;
	default:
		wait_ns += BULK_EXTRA_S * NS_PER_S;
		break;
	}
	bulk->phase = BULK_RUNNING;
	fw_arm(fw, &bulk->timer_ns, fw->now_ns + wait_ns);
	tell(fw, FW_BULK_STARTED, bulk->tries);
	return FW_OUT_BULK_START;
}

enum fw_outcome
fw_bulk_status(struct fw *fw, const struct pfsync_message *message)
{
	if (fw->bulk_in.phase == BULK_IDLE)
		return FW_OUT_IGNORED;
	if (message->u.bus.status == PFSYNC_BUS_START)
		return started(fw);
	if (message->u.bus.status != PFSYNC_BUS_END)
		return FW_OUT_IGNORED;
	if (fw->traits.bulk == FW_BULK_V6B) {
		if (fw->bulk_in.phase != BULK_RUNNING)
			return FW_OUT_IGNORED;
	} else if (fw->now_s - (int64_t)message->u.bus.endtime_s < fw->bulk_in.asked_s) {
		return FW_OUT_BAD_TIMESTAMP;
	}
	done(fw, FW_BULK_COMPLETE);
	return FW_OUT_BULK_END;
}
